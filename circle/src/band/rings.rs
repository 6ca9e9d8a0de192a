//! From lines to rings, and from rings to polygons.

use std::ops::Range;

use super::Band;
use super::frame::Frame;
use super::outline::{Corner, Line, Outlines, Rectangle};
use super::raster::Raster;
use crate::geo::Wgs84;
use crate::seconds::Seconds;
use crate::sorted;

/// A hole smaller than this that no way passes is left out, square metres: a yard.
const SMALLEST_HOLE_M2: f64 = 2000.0;

/// The rings of all bands of a drawing.
#[derive(Debug, Default)]
pub(crate) struct Rings {
    pub points: Vec<Wgs84>,
    /// Band after band; the holes of an exterior stand behind it.
    pub rings: Vec<Ring>,
    pub drawn: Vec<Drawn>,
    /// What is left to join of the lines of the current band, by where they begin.
    links: Vec<Link>,
    corners: Vec<Corner>,
    exteriors: Vec<Traced>,
    holes: Vec<Traced>,
}

/// Which of the rings belong to a band.
#[derive(Clone, Debug)]
pub(crate) struct Drawn {
    pub limit: Seconds,
    pub rings: Range<usize>,
}

/// A closed ring of points.
#[derive(Clone, Debug)]
pub(crate) struct Ring {
    points: Range<usize>,
    hole: bool,
}

impl Ring {
    pub fn is_hole(&self) -> bool {
        self.hole
    }
}

/// A ring on the lattice.
#[derive(Clone, Debug)]
struct Traced {
    corners: Range<usize>,
    /// Twice its area before it was simplified, squares; negative for a hole.
    swept: i64,
    rectangle: Rectangle,
    /// For a hole, the exterior that it is in.
    exterior: usize,
}

/// A line with the inside on its left.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Link {
    from: Corner,
    line: usize,
    backward: bool,
}

/// What makes a band of a drawing.
pub(crate) struct Sets<'a> {
    pub inside: &'a Raster,
    pub ways: &'a Raster,
    /// A square inside is held by at least so many sets.
    pub held_by: u8,
}

impl Rings {
    pub fn clear(&mut self) {
        self.points.clear();
        self.rings.clear();
        self.drawn.clear();
    }

    /// Bands without ground.
    pub fn all_empty(&mut self, limits: &[u32]) {
        self.drawn.extend(limits.iter().map(|&limit| Drawn {
            limit: Seconds::from_millis(limit),
            rings: 0..0,
        }));
    }

    pub fn bands(&self) -> impl ExactSizeIterator<Item = Band<'_>> {
        self.drawn.iter().map(|drawn| Band { rings: self, drawn })
    }

    pub fn points(&self, ring: &Ring) -> &[Wgs84] {
        &self.points[ring.points.clone()]
    }

    /// Joins the lines around a band to rings, and keeps them as its polygons.
    pub fn collect(&mut self, outlines: &Outlines, sets: &Sets<'_>, limit: Seconds, frame: &Frame) {
        self.corners.clear();
        self.exteriors.clear();
        self.holes.clear();
        self.link(outlines, sets.held_by);
        while let Some(link) = self.links.pop() {
            let ring = self.follow(outlines, link);
            if ring.swept > 0 {
                self.exteriors.push(ring);
            } else if is_kept(&ring, sets, frame) {
                self.holes.push(ring);
            }
        }
        self.sort_holes();
        let begin = self.rings.len();
        self.keep(frame);
        self.drawn.push(Drawn {
            limit,
            rings: begin..self.rings.len(),
        });
    }

    /// Lists the lines that have the band on one side alone.
    fn link(&mut self, outlines: &Outlines, held_by: u8) {
        self.links.clear();
        for (index, line) in outlines.lines.iter().enumerate() {
            let (left, right) = (line.left >= held_by, line.right >= held_by);
            if left != right {
                let end = if right { line.end - 1 } else { line.begin };
                self.links.push(Link {
                    from: outlines.corners[end],
                    line: index,
                    backward: right,
                });
            }
        }
        self.links.sort_unstable();
    }

    /// Joins lines end to end until they close. A band passes a fork once, so there is
    /// only one way on.
    fn follow(&mut self, outlines: &Outlines, first: Link) -> Traced {
        let begin = self.corners.len();
        let mut traced = Traced {
            corners: begin..begin,
            swept: 0,
            rectangle: Rectangle::NONE,
            exterior: 0,
        };
        let mut link = first;
        loop {
            let line = &outlines.lines[link.line];
            let end = self.append(outlines, line, link.backward);
            traced.swept += if link.backward {
                -line.swept
            } else {
                line.swept
            };
            traced.rectangle = traced.rectangle.with(line.rectangle);
            if end == first.from {
                break;
            }
            let next = self.links.partition_point(|link| link.from < end);
            if self.links.get(next).is_none_or(|link| link.from != end) {
                break;
            }
            link = self.links.remove(next);
        }
        traced.corners.end = self.corners.len();
        traced
    }

    /// Appends the corners of a line but the last, which it gives.
    fn append(&mut self, outlines: &Outlines, line: &Line, backward: bool) -> Corner {
        let corners = &outlines.corners[line.begin..line.end];
        let (first, last) = (corners[0], corners[corners.len() - 1]);
        if backward {
            self.corners.extend(corners[1..].iter().rev());
            first
        } else {
            self.corners.extend(&corners[..corners.len() - 1]);
            last
        }
    }

    /// Tells each hole its exterior: the smallest around it.
    fn sort_holes(&mut self) {
        let (corners, exteriors) = (&self.corners, &mut self.exteriors);
        sorted::by_key(exteriors, |exterior| exterior.swept);
        let last = exteriors.len().saturating_sub(1);
        for hole in &mut self.holes {
            let at = corners[hole.corners.start];
            let around = |exterior: &Traced| {
                exterior.rectangle.holds(hole.rectangle)
                    && is_around(&corners[exterior.corners.clone()], at)
            };
            // The largest needs no looking: it must be in one of them.
            hole.exterior = exteriors[..last].iter().position(around).unwrap_or(last);
        }
        sorted::by_key(&mut self.holes, |hole| hole.exterior);
    }

    fn keep(&mut self, frame: &Frame) {
        let mut holes = 0;
        for exterior in 0..self.exteriors.len() {
            self.keep_ring(self.exteriors[exterior].corners.clone(), false, frame);
            while self
                .holes
                .get(holes)
                .is_some_and(|hole| hole.exterior == exterior)
            {
                self.keep_ring(self.holes[holes].corners.clone(), true, frame);
                holes += 1;
            }
        }
    }

    fn keep_ring(&mut self, corners: Range<usize>, hole: bool, frame: &Frame) {
        let begin = self.points.len();
        let corners = &self.corners[corners];
        let closed = corners.iter().chain(corners.first());
        self.points
            .extend(closed.map(|&corner| frame.place(corner)));
        self.rings.push(Ring {
            points: begin..self.points.len(),
            hole,
        });
    }
}

/// Whether a hole is worth drawing: large, or a way passes in it that is not reached.
fn is_kept(hole: &Traced, sets: &Sets<'_>, frame: &Frame) -> bool {
    let area = -(hole.swept as f64) / 2.0 * frame.square_m * frame.square_m;
    let Rectangle { low, high } = hole.rectangle;
    area >= SMALLEST_HOLE_M2
        || (low.1..high.1).any(|y| {
            let (from, to) = (low.0 as usize, high.0 as usize - 1);
            sets.ways.any_without(sets.inside, y as usize, from, to)
        })
}

/// Whether a ring, its first corner not repeated, goes round a corner.
fn is_around(ring: &[Corner], at: Corner) -> bool {
    let ends = ring.iter().zip(ring.iter().cycle().skip(1));
    let crosses = |&(a, b): &(&Corner, &Corner)| {
        let (up, down) = if a.1 < b.1 { (b, a) } else { (a, b) };
        let side = i64::from(up.0 - down.0) * i64::from(at.1 - down.1)
            - i64::from(at.0 - down.0) * i64::from(up.1 - down.1);
        down.1 <= at.1 && at.1 < up.1 && side > 0
    };
    ends.filter(crosses).count() % 2 == 1
}
