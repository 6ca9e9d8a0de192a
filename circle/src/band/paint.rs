//! Painting edges into rasters: every square a line passes, by the time one is there.

use super::frame::Frame;
use super::outline::{Corner, Rectangle};
use super::pieces::{Piece, along};
use super::raster::Raster;
use crate::geo::Micro;
use crate::network::Network;
use crate::reach::Reached;
use crate::sorted;
use crate::traits::{Structure, WayKind};

/// Squares by the time at which one can be there, sorted by thresholds.
///
/// One square can be in several: ways cross, and a line passes from one into the next.
#[derive(Clone, Debug, Default)]
pub(crate) struct Slices {
    /// Milliseconds, ascending.
    pub thresholds: Vec<f64>,
    /// The squares up to the first threshold, up to the second, …, beyond the last.
    pub slices: Vec<Raster>,
    /// Around the squares of each slice.
    pub rectangles: Vec<Rectangle>,
    /// The squares of ways from which one can step aside, and which are reached at all:
    /// not a bridge, a tunnel, a lift or a ferry.
    pub open: Raster,
    pieces: Vec<Piece>,
    backs: Vec<f64>,
}

impl Slices {
    /// Empties it and sets its thresholds, milliseconds.
    pub fn reset(&mut self, thresholds: impl Iterator<Item = f64>, frame: &Frame) {
        self.thresholds.clear();
        self.thresholds.extend(thresholds);
        sorted::by_key(&mut self.thresholds, |threshold| *threshold);
        self.slices
            .resize_with(self.thresholds.len() + 1, Raster::default);
        for slice in &mut self.slices {
            slice.reset(frame.size);
        }
        self.rectangles.clear();
        self.rectangles.resize(self.slices.len(), Rectangle::NONE);
        self.open.reset(frame.size);
    }

    /// The slice that ends at or after a time.
    pub fn index_of(&self, ms: f64) -> usize {
        self.thresholds.partition_point(|threshold| *threshold < ms)
    }

    /// Paints an edge. `edge` must be in range.
    pub fn paint(&mut self, reached: &Reached<'_>, edge: u32, frame: &Frame) {
        let mut pieces = std::mem::take(&mut self.pieces);
        pieces.clear();
        along(reached, edge, &mut self.backs, |piece| pieces.push(piece));
        let network = reached.network();
        let open = is_open(network, edge);
        let slices = |piece: &Piece| [piece.begin_ms, piece.end_ms].map(|ms| self.index_of(ms));
        let slice = pieces.first().map_or(0, |piece| slices(piece)[0]);
        if pieces.iter().all(|piece| slices(piece) == [slice; 2]) {
            self.paint_whole(network, edge, slice, open, frame);
        } else {
            for piece in &pieces {
                self.paint_piece(network, edge, piece, open, frame);
            }
        }
        self.pieces = pieces;
    }

    /// Paints the searched places alone, and gives the rectangle around them. Whoever gets
    /// nowhere in the time still has a place on the map.
    pub fn mark_starts(&mut self, reached: &Reached<'_>, slice: usize, frame: &Frame) -> Rectangle {
        let network = reached.network();
        let mut rectangle = Rectangle::NONE;
        for start in reached.starts() {
            let at = network.position_along(start.edge, start.offset_cm);
            let at = square(frame.lattice(Micro::rounded(at, 1).unwrap_or_default()));
            self.slices[slice].insert(at.0 as usize, at.1 as usize);
            self.open.insert(at.0 as usize, at.1 as usize);
            rectangle = rectangle.with_line(at, at);
        }
        self.rectangles[slice] = rectangle;
        rectangle
    }

    fn paint_whole(
        &mut self,
        network: &Network,
        edge: u32,
        slice: usize,
        open: bool,
        frame: &Frame,
    ) {
        let mut at = None;
        for point in network.points_of(edge) {
            let point = frame.lattice(point);
            let from = at.replace(point).unwrap_or(point);
            self.paint_line(slice, open, from, point, frame);
        }
    }

    /// Paints a piece, cut where it passes a threshold.
    fn paint_piece(
        &mut self,
        network: &Network,
        edge: u32,
        piece: &Piece,
        open: bool,
        frame: &Frame,
    ) {
        let [begin, end] = [piece.begin_ms, piece.end_ms].map(|ms| self.index_of(ms));
        let rising = begin <= end;
        let (mut slice, mut from_cm) = (begin, piece.begin_cm);
        while slice != end {
            let threshold = self.thresholds[if rising { slice } else { slice - 1 }];
            let to_cm = piece.offset_of(threshold);
            self.paint_part(network, edge, slice, open, (from_cm, to_cm), frame);
            from_cm = to_cm;
            slice = if rising { slice + 1 } else { slice - 1 };
        }
        self.paint_part(network, edge, end, open, (from_cm, piece.end_cm), frame);
    }

    fn paint_part(
        &mut self,
        network: &Network,
        edge: u32,
        slice: usize,
        open: bool,
        (from_cm, to_cm): (f64, f64),
        frame: &Frame,
    ) {
        for segment in network.segments_of(edge) {
            let (begin, length) = (segment.before * 100.0, segment.metres * 100.0);
            if begin > to_cm || begin + length < from_cm {
                continue;
            }
            let part = |cm: f64| {
                if length > 0.0 {
                    ((cm - begin) / length).clamp(0.0, 1.0)
                } else {
                    0.0
                }
            };
            let (a, b) = (frame.lattice(segment.a), frame.lattice(segment.b));
            let mix = |part: f64| (a.0 + (b.0 - a.0) * part, a.1 + (b.1 - a.1) * part);
            self.paint_line(slice, open, mix(part(from_cm)), mix(part(to_cm)), frame);
        }
    }

    fn paint_line(
        &mut self,
        slice: usize,
        open: bool,
        from: (f64, f64),
        to: (f64, f64),
        frame: &Frame,
    ) {
        let Some((from, to)) = clipped(from, to, frame) else {
            return;
        };
        let open = open && slice + 1 < self.slices.len();
        let (raster, aside) = (&mut self.slices[slice], &mut self.open);
        let rectangle = &mut self.rectangles[slice];
        *rectangle = rectangle.with_line(square(from), square(to));
        squares_along(from, to, |x, y| {
            raster.insert(x, y);
            if open {
                aside.insert(x, y);
            }
        });
    }
}

/// Whether one can step aside from an edge.
fn is_open(network: &Network, edge: u32) -> bool {
    let traits = network.traits_of(&network.edges[edge as usize]);
    traits.structure == Structure::Ground && !matches!(traits.kind, WayKind::Ferry | WayKind::Lift)
}

type Point = (f64, f64);

/// The part of a line on the lattice, one square from its rim (Liang and Barsky's way of
/// clipping); `None` when there is none.
fn clipped(from: Point, to: Point, frame: &Frame) -> Option<(Point, Point)> {
    let (columns, rows) = frame.columns_and_rows();
    let within = |(x, y): Point| x >= 1.0 && y >= 1.0 && x < columns - 1.0 && y < rows - 1.0;
    if within(from) && within(to) {
        return Some((from, to));
    }
    let (dx, dy) = (to.0 - from.0, to.1 - from.1);
    let (mut enter, mut leave) = (0.0_f64, 1.0_f64);
    for (delta, room) in [
        (-dx, from.0 - 1.0),
        (dx, columns - 1.5 - from.0),
        (-dy, from.1 - 1.0),
        (dy, rows - 1.5 - from.1),
    ] {
        if delta == 0.0 {
            if room < 0.0 {
                return None;
            }
        } else if delta < 0.0 {
            enter = enter.max(room / delta);
        } else {
            leave = leave.min(room / delta);
        }
    }
    let at = |part: f64| (from.0 + dx * part, from.1 + dy * part);
    (enter <= leave).then(|| (at(enter), at(leave)))
}

/// The square that a point is in.
fn square((x, y): Point) -> Corner {
    (x as i32, y as i32)
}

/// Every square a line passes, in its order (Amanatides and Woo 1987).
fn squares_along(from: Point, to: Point, mut visit: impl FnMut(usize, usize)) {
    let ((mut x, mut y), (end_x, end_y)) = (square(from), square(to));
    visit(x as usize, y as usize);
    let steps = x.abs_diff(end_x) + y.abs_diff(end_y);
    if steps == 0 {
        return;
    }
    let (mut next_x, each_x, step_x) = crossings(from.0, to.0);
    let (mut next_y, each_y, step_y) = crossings(from.1, to.1);
    for _ in 0..steps {
        // Rounding must not lead past the end.
        if y == end_y || (x != end_x && next_x < next_y) {
            (x, next_x) = (x + step_x, next_x + each_x);
        } else {
            (y, next_y) = (y + step_y, next_y + each_y);
        }
        visit(x as usize, y as usize);
    }
}

/// Along one axis: how far along a line (0 to 1) it first leaves its square, how far
/// from one square to the next, and in which direction.
fn crossings(from: f64, to: f64) -> (f64, f64, i32) {
    let delta = to - from;
    if delta > 0.0 {
        ((from.floor() + 1.0 - from) / delta, 1.0 / delta, 1)
    } else if delta < 0.0 {
        ((from.floor() - from) / delta, -1.0 / delta, -1)
    } else {
        (f64::INFINITY, f64::INFINITY, 0)
    }
}
