//! Bands: the ground within some walking times, as polygons.
//!
//! Not a hull of what was reached and not a grid of samples: the ways themselves are
//! drawn, and widened. In a lattice of squares of two metres every square that a way
//! passes within the time is *inside* and every square that it passes later, or cannot
//! be walked at all, is *outside*. Then both grow, the inside by [`ASIDE_M`] and the
//! outside by [`APART_M`], and stop where they meet. So ground between two reached streets
//! is inside, ground nearer to an unreached one is not, and water wider than twice
//! [`ASIDE_M`] is never covered but by a bridge that is walked, which does not grow.
//!
//! With a word of 64 squares an instruction, growing by a square costs some microseconds.
//! The outlines are followed from corner to corner and simplified without moving across a
//! way or another line (`simplify`).
//!
//! Growing keeps order: a larger inside with a smaller outside gives a larger result. So
//! a shorter time's band is inside a longer one's.

mod frame;
mod outline;
mod paint;
mod pieces;
mod raster;
mod rings;
mod simplify;

use crate::geo::{Scale, Wgs84};
use crate::reach::Reached;
use crate::seconds::Seconds;
use crate::sorted;
use frame::Frame;
use outline::{Corner, Outlines, Rectangle};
use paint::Slices;
use raster::{Fronts, Raster, Window, join_corners};
use rings::{Drawn, Ring, Rings, Sets};

/// How far beside a way one may stand, metres: a building's depth.
pub const ASIDE_M: f64 = 24.0;
/// How much room is kept around a way that is not reached, metres, where there is no
/// reached one nearer.
const APART_M: f64 = 12.0;
/// How far beside a bridge, a tunnel, a lift or a ferry, metres.
const ASIDE_OF_BRIDGE_M: f64 = 2.0;
/// A way that is reached so much later than asked for is outside.
const LATE: Seconds = Seconds::new(20);
/// Draws bands, and keeps its memory from one drawing to the next: once it has drawn the
/// largest, nothing more is allocated.
///
/// ```
/// # use circle::{Bands, NetworkBuilder, Profile, Reach, Seconds, Traits, WayKind, Wgs84};
/// # let mut builder = NetworkBuilder::new();
/// # let a = builder.point(Wgs84::new(40.0, 116.300))?;
/// # let b = builder.point(Wgs84::new(40.0, 116.310))?;
/// # builder.way(&[a, b], Traits::new(WayKind::Street))?;
/// # let (network, _) = builder.build()?;
/// let profile = Profile::ADULT;
/// let home = network.snap(Wgs84::new(40.0, 116.302), &profile, 50.0).ok_or("no way near")?;
/// let limits = [5, 10].map(Seconds::from_minutes);
/// let (mut reach, mut bands) = (Reach::new(&network), Bands::default());
/// let reached = reach.run(&network, &[home], &profile, limits[1]);
/// let areas: Vec<f64> = bands.draw(&reached, &limits).map(|band| band.square_metres()).collect();
/// assert!(areas[0] < areas[1]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Default)]
pub struct Bands {
    /// Milliseconds, ascending, each once.
    limits: Vec<u32>,
    slices: Slices,
    fronts: Fronts,
    /// One a band: what is inside.
    insides: Vec<Raster>,
    /// One a band: squares whose side is decided by a way.
    ways: Vec<Raster>,
    outlines: Outlines,
    spare: Vec<Corner>,
    /// The drawing in which an edge was last painted.
    painted: Vec<u32>,
    drawing: u32,
    rings: Rings,
}

/// The ground within a walking time.
#[derive(Clone, Copy, Debug)]
pub struct Band<'a> {
    rings: &'a Rings,
    drawn: &'a Drawn,
}

/// A polygon with its holes, WGS84. Rings are closed: the last point is the first.
#[derive(Clone, Copy, Debug)]
pub struct Polygon<'a> {
    rings: &'a Rings,
    exterior: &'a Ring,
    holes: &'a [Ring],
}

impl Bands {
    /// Draws the ground within each of `limits`, and gives the bands in ascending order
    /// of their limits, each once. The search must have gone as far as the longest: a
    /// limit beyond it is shortened to it.
    pub fn draw<'s>(
        &'s mut self,
        reached: &Reached<'_>,
        limits: &[Seconds],
    ) -> impl ExactSizeIterator<Item = Band<'s>> + use<'s> {
        let longest = reached.limit();
        self.limits.clear();
        let shortened = limits.iter().map(|limit| (*limit).min(longest).millis());
        self.limits.extend(shortened);
        sorted::by_key(&mut self.limits, |limit| *limit);
        self.limits.dedup();
        self.rings.clear();
        let last = self.limits.last().copied().unwrap_or(0);
        match Frame::around(reached, last) {
            Some(frame) => self.draw_on(reached, &frame),
            None => self.rings.all_empty(&self.limits),
        }
        self.rings.bands()
    }

    fn draw_on(&mut self, reached: &Reached<'_>, frame: &Frame) {
        self.paint(reached, frame);
        for rasters in [&mut self.insides, &mut self.ways] {
            rasters.resize_with(self.limits.len().max(rasters.len()), Raster::default);
            rasters
                .iter_mut()
                .for_each(|raster| raster.reset(frame.size));
        }
        self.fronts.reset(frame.size);
        let mut window = Window::default();
        for band in 0..self.limits.len() {
            window = self.widen(reached, band, frame);
        }
        let insides = &self.insides[..self.limits.len()];
        self.outlines.draw(insides, frame.size, &window);
        let ways = &self.ways[..self.limits.len()];
        simplify::simplify(&mut self.outlines, ways, &mut self.spare);
        for (band, limit) in self.limits.iter().enumerate() {
            let sets = Sets {
                inside: &self.insides[band],
                ways: &self.ways[band],
                held_by: (self.limits.len() - band) as u8,
            };
            let limit = Seconds::from_millis(*limit);
            self.rings.collect(&self.outlines, &sets, limit, frame);
        }
    }

    /// Paints every edge on the frame, once.
    fn paint(&mut self, reached: &Reached<'_>, frame: &Frame) {
        let late = |limit: u32| f64::from(limit) + f64::from(LATE.millis());
        let thresholds = self
            .limits
            .iter()
            .flat_map(|&limit| [f64::from(limit), late(limit)]);
        self.slices.reset(thresholds, frame);
        self.drawing = match self.drawing.checked_add(1) {
            Some(drawing) => drawing,
            None => {
                self.painted.fill(0);
                1
            }
        };
        let network = reached.network();
        self.painted
            .resize(network.edge_count().max(self.painted.len()), 0);
        let extent = frame.extent();
        network.grid.within(extent.low, extent.high, |edge| {
            let painted = &mut self.painted[edge as usize];
            if *painted != self.drawing {
                *painted = self.drawing;
                self.slices.paint(reached, edge, frame);
            }
        });
    }

    /// Makes a band of the ways within its limit. Gives the window it is in.
    fn widen(&mut self, reached: &Reached<'_>, band: usize, frame: &Frame) -> Window {
        let limit = f64::from(self.limits[band]);
        let within = self.slices.index_of(limit);
        let late = self.slices.index_of(limit + f64::from(LATE.millis()));
        let mut rectangle = Rectangle::NONE;
        for reached_in_time in &self.slices.rectangles[..=within] {
            rectangle = rectangle.with(*reached_in_time);
        }
        if rectangle.is_empty() {
            rectangle = self.slices.mark_starts(reached, within, frame);
        }
        let window = Window::around(rectangle, frame.squares(ASIDE_M) + 2, frame.size);
        self.gather(band, within, late, &window);
        self.fronts.grow(&window, frame);
        let (smaller, rest) = self.insides.split_at_mut(band);
        let inside = &mut rest[0];
        inside.add(&self.fronts.inside, &window);
        if let Some(smaller) = smaller.last() {
            inside.add(smaller, &window);
        }
        join_corners(inside, &self.fronts.outside, &window);
        self.fronts.clear(&window);
        window
    }

    /// Sorts the squares of ways by which side of a band they are on.
    fn gather(&mut self, band: usize, within: usize, late: usize, window: &Window) {
        let fronts = &mut self.fronts;
        for (index, slice) in self.slices.slices.iter().enumerate() {
            if index <= within {
                fronts.inside.add(slice, window);
            } else if index > late {
                fronts.outside.add(slice, window);
            }
        }
        fronts.outside.subtract(&fronts.inside, window);
        let ways = &mut self.ways[band];
        ways.add(&fronts.inside, window);
        ways.add(&fronts.outside, window);
        fronts.kept.add(&fronts.inside, window);
        fronts.kept.subtract(&self.slices.open, window);
        fronts.inside.intersect(&self.slices.open, window);
    }
}

impl Fronts {
    /// The inside and the outside grow towards each other.
    fn grow(&mut self, window: &Window, frame: &Frame) {
        let aside = frame.squares(ASIDE_M);
        let apart = frame.squares(APART_M);
        let of_bridge = frame.squares(ASIDE_OF_BRIDGE_M);
        for step in 0..aside {
            if step + of_bridge == aside {
                self.inside.add(&self.kept, window);
            }
            if step < apart {
                self.grow_both(window, step % 2 == 1);
            } else {
                self.grow_inside(window, step % 2 == 1);
            }
        }
    }
}

impl<'a> Band<'a> {
    /// The walking time.
    pub fn limit(&self) -> Seconds {
        self.drawn.limit
    }

    /// Its polygons, which are apart from each other. None only when the search was given
    /// no place on its network.
    pub fn polygons(&self) -> impl Iterator<Item = Polygon<'a>> {
        let rings = self.rings;
        let mut rest = &rings.rings[self.drawn.rings.clone()];
        std::iter::from_fn(move || {
            let (exterior, after) = rest.split_first()?;
            let holes = after.iter().take_while(|ring| ring.is_hole()).count();
            let (holes, after) = after.split_at(holes);
            rest = after;
            Some(Polygon {
                rings,
                exterior,
                holes,
            })
        })
    }

    /// Whether a place is in it.
    pub fn contains(&self, at: Wgs84) -> bool {
        self.polygons().any(|polygon| polygon.contains(at))
    }

    /// Its area, square metres.
    pub fn square_metres(&self) -> f64 {
        let rings = &self.rings.rings[self.drawn.rings.clone()];
        rings
            .iter()
            .map(|ring| square_metres(self.rings.points(ring)))
            .sum()
    }

    /// It as a GeoJSON MultiPolygon (RFC 7946), longitude first, seven decimals: 1 cm.
    pub fn to_geojson(&self) -> String {
        let ring = |points: &[Wgs84]| {
            let points = points
                .iter()
                .map(|at| format!("[{:.7},{:.7}]", at.lon, at.lat));
            format!("[{}]", points.collect::<Vec<_>>().join(","))
        };
        let polygons = self.polygons().map(|polygon| {
            let rings = std::iter::once(polygon.exterior()).chain(polygon.holes());
            format!("[{}]", rings.map(ring).collect::<Vec<_>>().join(","))
        });
        let polygons = polygons.collect::<Vec<_>>().join(",");
        format!(r#"{{"type":"MultiPolygon","coordinates":[{polygons}]}}"#)
    }
}

impl<'a> Polygon<'a> {
    /// Its outer ring, counter-clockwise.
    pub fn exterior(&self) -> &'a [Wgs84] {
        self.rings.points(self.exterior)
    }

    /// The rings of its holes, clockwise.
    pub fn holes(&self) -> impl Iterator<Item = &'a [Wgs84]> + 'a {
        let rings = self.rings;
        self.holes.iter().map(move |ring| rings.points(ring))
    }

    fn contains(&self, at: Wgs84) -> bool {
        is_around(self.exterior(), at) && !self.holes().any(|hole| is_around(hole, at))
    }
}

/// Whether a ring goes round a place: a line to the east crosses it an odd number of
/// times.
fn is_around(ring: &[Wgs84], at: Wgs84) -> bool {
    let crosses = |pair: &&[Wgs84]| {
        let (a, b) = (pair[0], pair[1]);
        (a.lat > at.lat) != (b.lat > at.lat)
            && at.lon < a.lon + (at.lat - a.lat) / (b.lat - a.lat) * (b.lon - a.lon)
    };
    ring.windows(2).filter(crosses).count() % 2 == 1
}

/// Area of a ring, negative when it is clockwise.
fn square_metres(ring: &[Wgs84]) -> f64 {
    let Some(&origin) = ring.first() else {
        return 0.0;
    };
    let scale = Scale::at_degrees(origin.lat);
    let offset = |at: Wgs84| {
        let micro = 1e6;
        (
            (at.lon - origin.lon) * micro * scale.lon,
            (at.lat - origin.lat) * micro * scale.lat,
        )
    };
    let twice = ring.windows(2).map(|pair| {
        let (a, b) = (offset(pair[0]), offset(pair[1]));
        a.0 * b.1 - b.0 * a.1
    });
    twice.sum::<f64>() / 2.0
}
