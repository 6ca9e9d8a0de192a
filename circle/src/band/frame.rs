//! The lattice of squares laid over the ground that a search reached.

use super::outline::Corner;
use super::raster::Size;
use crate::geo::{Micro, Scale, Wgs84};
use crate::reach::Reached;

/// Side of a square, metres, as long as no more than [`MOST_SQUARES`] are needed.
pub(crate) const SQUARE_M: f64 = 2.0;
/// More ground than this and the squares become twice as large, and again: half an
/// hour's walk in every direction fits, and no file can fill the memory.
const MOST_SQUARES: f64 = 6e6;
/// Empty ground around what is reached, squares: more than anything grows. The first and
/// the last word of a row are empty as well.
const MARGIN: f64 = 16.0;
const WORD: f64 = 64.0;

/// Where the squares are.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Frame {
    /// Micro-degrees at the lower left corner of the lattice.
    lat: f64,
    lon: f64,
    /// Squares a micro-degree.
    north: f64,
    east: f64,
    /// Side of a square, metres.
    pub square_m: f64,
    pub size: Size,
}

/// A rectangle of micro-degrees.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Extent {
    pub low: Micro,
    pub high: Micro,
}

impl Extent {
    fn of(at: Micro) -> Self {
        Self { low: at, high: at }
    }

    fn add(&mut self, at: Micro) {
        let (low, high) = (&mut self.low, &mut self.high);
        (low.lat, low.lon) = (low.lat.min(at.lat), low.lon.min(at.lon));
        (high.lat, high.lon) = (high.lat.max(at.lat), high.lon.max(at.lon));
    }

    fn add_around(&mut self, at: Micro, metres: f64, scale: Scale) {
        let micro = |scale: f64| (metres / scale.abs().max(1e-6)).ceil() as i32;
        let (lat, lon) = (micro(scale.lat), micro(scale.lon));
        let moved = |lat, lon| Micro {
            lat: at.lat.saturating_add(lat),
            lon: at.lon.saturating_add(lon),
        };
        self.add(moved(-lat, -lon));
        self.add(moved(lat, lon));
    }

    /// Around everything reached within `limit_ms`; `None` when nothing was searched.
    fn of_reached(reached: &Reached<'_>, limit_ms: u32) -> Option<Self> {
        let network = reached.network();
        let first = reached.starts().first()?;
        let origin = network.nodes[network.edges[first.edge as usize].from as usize];
        let scale = Scale::at(origin);
        let cm_left = |millis: u32, pace: f64| f64::from(limit_ms.saturating_sub(millis)) / pace;
        let mut extent: Option<Self> = None;
        for start in reached.starts() {
            let at = network.position_along(start.edge, start.offset_cm);
            let at = Micro::rounded(at, 1).unwrap_or_default();
            let pace = reached.rule_on(start.edge).pace.millis_per_cm().max(1e-6);
            let length = f64::from(network.edges[start.edge as usize].length_cm);
            let metres = cm_left(start.approach, pace).min(length) / 100.0;
            extent
                .get_or_insert(Self::of(at))
                .add_around(at, metres, scale);
        }
        let mut extent = extent?;
        for &node in reached.settled() {
            let millis = reached.millis_at(node).unwrap_or(u32::MAX);
            if millis > limit_ms {
                break;
            }
            let at = network.nodes[node as usize];
            extent.add(at);
            for arc in network.arcs_of(node) {
                let edge = arc.step.edge();
                let pace = reached.rule_on(edge).pace.millis_per_cm().max(1e-6);
                let left = cm_left(millis, pace);
                if left < f64::from(arc.length_cm) {
                    extent.add_around(at, left / 100.0, scale);
                } else {
                    // A way may swing far beyond its ends. Its other end may be too late
                    // for what is waited for there, and all of the way before it in time.
                    network.points_of(edge).for_each(|at| extent.add(at));
                }
            }
        }
        Some(extent)
    }
}

impl Frame {
    /// Squares for everything reached within `limit_ms`; `None` when nothing was searched.
    pub fn around(reached: &Reached<'_>, limit_ms: u32) -> Option<Self> {
        Extent::of_reached(reached, limit_ms).map(Self::over)
    }

    fn over(extent: Extent) -> Self {
        let Extent { low, high } = extent;
        let middle = (f64::from(low.lat) + f64::from(high.lat)) / 2.0;
        let scale = Scale::at_degrees((middle / 1e6).clamp(-89.0, 89.0));
        let (width, height) = scale.offset(low, high);
        let mut square_m = SQUARE_M;
        let squares = |metres: f64, side: f64| (metres / side).ceil() + 2.0 * MARGIN + 1.0;
        while squares(width, square_m) * squares(height, square_m) > MOST_SQUARES {
            square_m *= 2.0;
        }
        let (north, east) = (scale.lat / square_m, scale.lon / square_m);
        let stride = (squares(width, square_m) / WORD).ceil() + 2.0;
        Self {
            lat: f64::from(low.lat) - MARGIN / north,
            lon: f64::from(low.lon) - (MARGIN + WORD) / east,
            north,
            east,
            square_m,
            size: Size {
                stride: stride as usize,
                rows: squares(height, square_m) as usize,
            },
        }
    }

    /// Where a place is on the lattice.
    pub fn lattice(&self, at: Micro) -> (f64, f64) {
        (
            (f64::from(at.lon) - self.lon) * self.east,
            (f64::from(at.lat) - self.lat) * self.north,
        )
    }

    /// Where a corner is on the earth.
    pub fn place(&self, (x, y): Corner) -> Wgs84 {
        Wgs84::new(
            (self.lat + f64::from(y) / self.north) / 1e6,
            (self.lon + f64::from(x) / self.east) / 1e6,
        )
    }

    /// The ground all of it covers.
    pub fn extent(&self) -> Extent {
        let micro = |(x, y): (f64, f64)| Micro {
            lat: (self.lat + y / self.north) as i32,
            lon: (self.lon + x / self.east) as i32,
        };
        let (columns, rows) = self.columns_and_rows();
        Extent {
            low: micro((0.0, 0.0)),
            high: micro((columns, rows)),
        }
    }

    /// Squares in a row and in a column.
    pub fn columns_and_rows(&self) -> (f64, f64) {
        (self.size.stride as f64 * WORD, self.size.rows as f64)
    }

    /// `metres` in whole squares, at least one.
    pub fn squares(&self, metres: f64) -> usize {
        ((metres / self.square_m).round() as usize).max(1)
    }
}
