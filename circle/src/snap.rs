//! From a point on the map to the nearest point on an edge.
//!
//! Edges are listed in the cells of a square grid that their segments touch. A question
//! looks at its own cell, then at rings of cells around it, and stops when no ring
//! further out can hold anything nearer.

use crate::geo::{Micro, Scale, Wgs84};
use crate::network::{Network, Place, Segment};
use crate::profile::Profile;
use crate::sorted;
use crate::traits::{Structure, WayKind};

/// A door is farther from a footbridge over it or a tunnel under it than it looks on
/// the map: metres added when the nearest edge is chosen, never to the time.
const LEVEL_HANDICAP_M: f64 = 20.0;
/// The farthest a point may be from the network, metres, whatever the caller says.
const FARTHEST_M: f64 = 5000.0;
/// The smallest cell, metres.
const MIN_CELL_M: f64 = 100.0;
/// A segment over more cells than this is kept aside and looked at every time: a ferry,
/// or a file made to fill the memory.
const MAX_CELLS_OF_SEGMENT: i64 = 36;

/// Which edges are near which cell.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Grid {
    south_west: Micro,
    cell_lat: i32,
    cell_lon: i32,
    rows: i32,
    columns: i32,
    /// The lesser side of a cell anywhere in the grid, metres.
    cell_m: f64,
    /// Where a cell's edges begin in `listed`; one longer than there are cells.
    first: Vec<u32>,
    listed: Vec<u32>,
    /// Edges with a segment too long for the cells.
    long: Vec<u32>,
}

impl Grid {
    pub fn of(network: &Network) -> Self {
        let Some(bounds) = network.bounds() else {
            return Self::default();
        };
        let corner = |at: Wgs84| Micro::rounded(at, 1).unwrap_or_default();
        let mut grid = Self::sized(
            corner(bounds.south_west),
            corner(bounds.north_east),
            network.edge_count(),
        );
        grid.fill(network);
        grid
    }

    /// Cells so large that there are about as many as edges.
    fn sized(south_west: Micro, north_east: Micro, edges: usize) -> Self {
        // Where a degree of longitude is shortest within the bounds, so that no cell is
        // narrower than it is taken for.
        let widest = south_west.lat.abs().max(north_east.lat.abs());
        let scale = Scale::at(Micro {
            lat: widest,
            lon: 0,
        });
        let (width, height) = scale.offset(south_west, north_east);
        let even = (width.max(1.0) * height.max(1.0) / edges.max(1) as f64).sqrt();
        // A long thin network would have many more cells than edges.
        let cell = even
            .max(MIN_CELL_M)
            .max(width.max(height) / edges.max(1) as f64);
        let micro = |scale: f64| ((cell / scale.max(1e-6)).ceil() as i32).clamp(1, Micro::MAX_LON);
        let (cell_lat, cell_lon) = (micro(scale.lat), micro(scale.lon));
        let count = |from: i32, to: i32, cell: i32| {
            ((i64::from(to) - i64::from(from)) / i64::from(cell) + 1) as i32
        };
        Self {
            south_west,
            cell_lat,
            cell_lon,
            rows: count(south_west.lat, north_east.lat, cell_lat),
            columns: count(south_west.lon, north_east.lon, cell_lon),
            // A degree of latitude is 1 % shorter at the equator than at the poles.
            cell_m: cell * 0.98,
            ..Self::default()
        }
    }

    fn fill(&mut self, network: &Network) {
        let cells = self.rows as usize * self.columns as usize;
        let mut pairs: Vec<(u32, u32)> = Vec::new();
        for edge in 0..network.edge_count() as u32 {
            for segment in network.segments_of(edge) {
                self.list(&segment, edge, &mut pairs);
            }
        }
        sorted::by_key(&mut pairs, |pair| *pair);
        pairs.dedup();
        self.long.dedup();
        self.first = vec![0; cells + 1];
        for &(cell, _) in &pairs {
            self.first[cell as usize + 1] += 1;
        }
        for cell in 0..cells {
            self.first[cell + 1] += self.first[cell];
        }
        self.listed = pairs.into_iter().map(|(_, edge)| edge).collect();
    }

    fn list(&mut self, segment: &Segment, edge: u32, pairs: &mut Vec<(u32, u32)>) {
        let (row_a, column_a) = self.cell_of(segment.a);
        let (row_b, column_b) = self.cell_of(segment.b);
        let rows = row_a.min(row_b)..=row_a.max(row_b);
        let columns = column_a.min(column_b)..=column_a.max(column_b);
        let touched = (rows.end() - rows.start() + 1) * (columns.end() - columns.start() + 1);
        if touched > MAX_CELLS_OF_SEGMENT {
            self.long.push(edge);
            return;
        }
        for row in rows {
            for column in columns.clone() {
                pairs.push(((row * i64::from(self.columns) + column) as u32, edge));
            }
        }
    }

    /// Row and column of a point; outside the grid they go on counting.
    fn cell_of(&self, at: Micro) -> (i64, i64) {
        let index = |at: i32, origin: i32, cell: i32| {
            (i64::from(at) - i64::from(origin)).div_euclid(i64::from(cell.max(1)))
        };
        (
            index(at.lat, self.south_west.lat, self.cell_lat),
            index(at.lon, self.south_west.lon, self.cell_lon),
        )
    }

    /// Metres from a point to the nearest side of its cell, rather too few.
    fn margin_of(&self, at: Micro) -> f64 {
        let inside = |at: i32, origin: i32, cell: i32| {
            let cell = i64::from(cell.max(1));
            let part = (i64::from(at) - i64::from(origin)).rem_euclid(cell);
            part.min(cell - part) as f64 / cell as f64
        };
        let part = inside(at.lat, self.south_west.lat, self.cell_lat).min(inside(
            at.lon,
            self.south_west.lon,
            self.cell_lon,
        ));
        part * self.cell_m
    }

    fn edges_in(&self, row: i64, column: i64) -> &[u32] {
        if row < 0 || column < 0 || row >= i64::from(self.rows) || column >= i64::from(self.columns)
        {
            return &[];
        }
        let cell = (row * i64::from(self.columns) + column) as usize;
        &self.listed[self.first[cell] as usize..self.first[cell + 1] as usize]
    }

    /// Calls `visit` with the edges that may touch a rectangle, some of them several times.
    pub fn within(&self, low: Micro, high: Micro, mut visit: impl FnMut(u32)) {
        self.long.iter().for_each(|&edge| visit(edge));
        let (bottom, left) = self.cell_of(low);
        let (top, right) = self.cell_of(high);
        for row in bottom.max(0)..=top.min(i64::from(self.rows) - 1) {
            for column in left.max(0)..=right.min(i64::from(self.columns) - 1) {
                self.edges_in(row, column)
                    .iter()
                    .for_each(|&edge| visit(edge));
            }
        }
    }

    /// Calls `visit` with the edges of the cells exactly `ring` cells from the middle one.
    fn ring(&self, middle: (i64, i64), ring: i64, mut visit: impl FnMut(u32)) {
        // Only the rows and columns the grid has: far outside it, rings are long.
        let (last_row, last_column) = (i64::from(self.rows) - 1, i64::from(self.columns) - 1);
        let (top, bottom) = (middle.0 - ring, middle.0 + ring);
        let (left, right) = (middle.1 - ring, middle.1 + ring);
        for row in top.max(0)..=bottom.min(last_row) {
            let whole_row = row == top || row == bottom;
            if whole_row {
                for column in left.max(0)..=right.min(last_column) {
                    self.edges_in(row, column)
                        .iter()
                        .for_each(|&edge| visit(edge));
                }
                continue;
            }
            self.edges_in(row, left)
                .iter()
                .for_each(|&edge| visit(edge));
            self.edges_in(row, right)
                .iter()
                .for_each(|&edge| visit(edge));
        }
    }
}

impl Network {
    /// The nearest point on an edge that `profile` can walk, at most `within_m` metres
    /// away (never more than 5 km); `None` when there is none.
    ///
    /// Nobody joins the network on a ferry or in a lift, and a bridge or a tunnel is
    /// chosen only when it is 20 m nearer than anything on the ground. Of equally near
    /// edges the one with the lowest number is taken.
    pub fn snap(&self, at: Wgs84, profile: &Profile, within_m: f64) -> Option<Place> {
        let from = Micro::rounded(at, 1)?;
        let within = if within_m > 0.0 {
            within_m.min(FARTHEST_M)
        } else {
            return None;
        };
        let mut nearest = Nearest {
            scale: Scale::at(from),
            from,
            within,
            found: None,
        };
        for &edge in &self.grid.long {
            nearest.consider(self, edge, profile);
        }
        let middle = self.grid.cell_of(from);
        let margin = self.grid.margin_of(from);
        for ring in 0.. {
            self.grid
                .ring(middle, ring, |edge| nearest.consider(self, edge, profile));
            // Every cell not yet seen is `ring` whole cells away, and the rest of the
            // cell in the middle.
            let seen = ring as f64 * self.grid.cell_m.max(1.0) + margin;
            if seen >= nearest.farthest_of_interest() {
                break;
            }
        }
        nearest.found.map(|(_, place)| place)
    }
}

/// The best place so far.
struct Nearest {
    scale: Scale,
    from: Micro,
    within: f64,
    /// Its distance with the handicap, and the place.
    found: Option<(f64, Place)>,
}

impl Nearest {
    fn farthest_of_interest(&self) -> f64 {
        self.found
            .map_or(self.within, |(score, _)| score.min(self.within))
    }

    fn consider(&mut self, network: &Network, edge: u32, profile: &Profile) {
        let traits = network.traits_of(&network.edges[edge as usize]);
        if matches!(traits.kind, WayKind::Ferry | WayKind::Lift) || !profile.can_walk(&traits) {
            return;
        }
        let handicap = if traits.structure == Structure::Ground {
            0.0
        } else {
            LEVEL_HANDICAP_M
        };
        for (index, (a, b)) in network
            .points_of(edge)
            .zip(network.points_of(edge).skip(1))
            .enumerate()
        {
            let (along, away) = self.project(a, b);
            if away > self.within || !self.is_better(away + handicap, edge) {
                continue;
            }
            // Only the few that are the nearest so far need to know where on the edge.
            let Some(segment) = network.segments_of(edge).nth(index) else {
                continue;
            };
            let place = Place {
                edge,
                offset_cm: offset_cm(segment.before + along * segment.metres, network, edge),
                away_cm: (away * 100.0).round() as u32,
            };
            self.found = Some((away + handicap, place));
        }
    }

    /// Within a millimetre edges are equally near, and the lower number wins.
    fn is_better(&self, score: f64, edge: u32) -> bool {
        self.found.is_none_or(|(best, place)| {
            let farther = score - best;
            farther < -1e-3 || (farther < 1e-3 && edge < place.edge)
        })
    }

    /// How far along a segment (0 to 1) its nearest point is, and how far away, metres.
    fn project(&self, a: Micro, b: Micro) -> (f64, f64) {
        let (ax, ay) = self.scale.offset(self.from, a);
        let (bx, by) = self.scale.offset(self.from, b);
        let (dx, dy) = (bx - ax, by - ay);
        let square = dx * dx + dy * dy;
        let along = if square > 0.0 {
            (-(ax * dx + ay * dy) / square).clamp(0.0, 1.0)
        } else {
            0.0
        };
        let (x, y) = (ax + dx * along, ay + dy * along);
        (along, (x * x + y * y).sqrt())
    }
}

fn offset_cm(metres: f64, network: &Network, edge: u32) -> u32 {
    ((metres * 100.0).round() as u32).min(network.edges[edge as usize].length_cm)
}
