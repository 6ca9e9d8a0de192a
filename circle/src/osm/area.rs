//! The ways across a pedestrian area.
//!
//! The shortest way across open ground bends only at corners that stick into it, so the
//! straight lines of sight between its entrances and those corners hold every shortest
//! way (T. Lozano-Pérez and M. Wesley, *An algorithm for planning collision-free paths
//! among polyhedral obstacles*, CACM 22, 1979). There may be as many lines as pairs, and
//! nobody needs them all: taken from the shortest on, a line stays out when the rim and
//! the lines taken already give a way at most [`STRETCH`] times as long (a greedy spanner;
//! I. Althöfer et al., *On sparse spanners of weighted graphs*, 1993). What no way between
//! two entrances uses is left out too.

/// A way over the lines that are kept is at most so many times the straight one.
const STRETCH: f64 = 1.05;
/// Of more entrances and corners than this only some are used, spread evenly: the work
/// grows with the cube of their number.
const MAX_STOPS: usize = 96;
/// Points nearer than this to a line are taken to be on it, metres.
const TOUCH_M: f64 = 0.05;

/// A point of the plane, metres.
pub(super) type Point = (f64, f64);

/// Open ground: inside its rims by the even-odd rule, so that holes need no mark.
pub(super) struct Area {
    /// Corners along each rim, without repeating the first at the end.
    pub rims: Vec<Vec<Corner>>,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Corner {
    pub at: Point,
    /// Number of its node in the map.
    pub node: i64,
    /// Whether a way comes to the area there.
    pub is_entrance: bool,
}

impl Area {
    /// Straight lines across, as pairs of nodes of the map, in a fixed order. Walking
    /// along the rims is taken for granted.
    pub fn crossings(&self) -> Vec<(i64, i64)> {
        let stops = self.stops();
        let mut ways = Ways::along_rims(self, &stops);
        for (metres, a, b) in self.sights(&stops) {
            if ways.metres[a][b] > metres * STRETCH {
                ways.add(a, b, metres);
            }
        }
        ways.used_between_entrances(&stops)
            .into_iter()
            .map(|(a, b)| (stops[a].corner.node, stops[b].corner.node))
            .collect()
    }

    /// Entrances and the corners that stick into the area, not too many of them.
    fn stops(&self) -> Vec<Stop> {
        let mut stops = Vec::new();
        for (rim, corners) in self.rims.iter().enumerate() {
            let turn = self.turn_that_sticks_in(rim);
            for (index, corner) in corners.iter().enumerate() {
                let before = corners[(index + corners.len() - 1) % corners.len()].at;
                let after = corners[(index + 1) % corners.len()].at;
                if corner.is_entrance || cross(before, corner.at, after) * turn > 0.0 {
                    stops.push(Stop {
                        corner: *corner,
                        rim,
                        index,
                    });
                }
            }
        }
        thinned(stops)
    }

    /// 1 where a left turn along the rim sticks into the area, −1 where a right turn does.
    fn turn_that_sticks_in(&self, rim: usize) -> f64 {
        let corners = &self.rims[rim];
        let doubled: f64 = (0..corners.len())
            .map(|i| {
                let (a, b) = (corners[i].at, corners[(i + 1) % corners.len()].at);
                a.0 * b.1 - b.0 * a.1
            })
            .sum();
        let around = self.rims.iter().enumerate();
        let outside = around
            .filter(|(other, ring)| *other != rim && odd_crossings(ring, corners[0].at))
            .count();
        let is_hole = outside % 2 == 1;
        if (doubled > 0.0) == is_hole {
            1.0
        } else {
            -1.0
        }
    }

    /// Pairs of stops that see each other, the nearest first.
    fn sights(&self, stops: &[Stop]) -> Vec<(f64, usize, usize)> {
        let mut sights = Vec::new();
        for b in 0..stops.len() {
            for a in 0..b {
                let (from, to) = (stops[a].corner.at, stops[b].corner.at);
                if self.sees(from, to) {
                    sights.push((distance(from, to), a, b));
                }
            }
        }
        sights.sort_by(|x, y| x.0.total_cmp(&y.0).then((x.1, x.2).cmp(&(y.1, y.2))));
        sights
    }

    /// Whether the straight line between two corners runs inside the area, touching no
    /// corner on its way: past one that sticks in, there is a way through that corner.
    fn sees(&self, a: Point, b: Point) -> bool {
        let blocked = self.sides().any(|(c, d)| {
            let touches = c != a && c != b && distance_to_line(a, b, c) < TOUCH_M;
            touches || cross_each_other(a, b, c, d)
        });
        let middle = ((a.0 + b.0) / 2.0, (a.1 + b.1) / 2.0);
        let inside = self.rims.iter().filter(|rim| odd_crossings(rim, middle));
        !blocked && inside.count() % 2 == 1
    }

    fn sides(&self) -> impl Iterator<Item = (Point, Point)> {
        self.rims.iter().flat_map(|rim| {
            let next = rim.iter().cycle().skip(1);
            rim.iter().zip(next).map(|(a, b)| (a.at, b.at))
        })
    }
}

/// A corner that a way across may begin, bend or end at.
struct Stop {
    corner: Corner,
    rim: usize,
    index: usize,
}

/// Entrances before corners, either spread evenly where there are too many.
fn thinned(stops: Vec<Stop>) -> Vec<Stop> {
    if stops.len() <= MAX_STOPS {
        return stops;
    }
    let entrances = stops.iter().filter(|stop| stop.corner.is_entrance).count();
    let keep_entrances = entrances.min(MAX_STOPS);
    let (mut of_entrances, mut of_corners) = (
        Even::new(keep_entrances, entrances),
        Even::new(MAX_STOPS - keep_entrances, stops.len() - entrances),
    );
    let mut keep = |stop: &Stop| {
        if stop.corner.is_entrance {
            of_entrances.takes_next()
        } else {
            of_corners.takes_next()
        }
    };
    stops.into_iter().filter(|stop| keep(stop)).collect()
}

/// Takes `take` of `of` things, evenly spread.
struct Even {
    take: usize,
    of: usize,
    sum: usize,
}

impl Even {
    fn new(take: usize, of: usize) -> Self {
        Self { take, of, sum: 0 }
    }

    fn takes_next(&mut self) -> bool {
        self.sum += self.take;
        let takes = self.sum >= self.of;
        if takes {
            self.sum -= self.of;
        }
        takes
    }
}

/// Shortest ways between stops over the lines taken so far.
struct Ways {
    metres: Vec<Vec<f64>>,
    lines: Vec<(usize, usize, f64)>,
}

impl Ways {
    fn along_rims(area: &Area, stops: &[Stop]) -> Self {
        let mut metres = vec![vec![f64::INFINITY; stops.len()]; stops.len()];
        for (stop, row) in metres.iter_mut().enumerate() {
            row[stop] = 0.0;
        }
        let mut ways = Self {
            metres,
            lines: Vec::new(),
        };
        for rim in 0..area.rims.len() {
            let here: Vec<usize> = (0..stops.len())
                .filter(|&stop| stops[stop].rim == rim)
                .collect();
            let next = here.iter().cycle().skip(1);
            for (&a, &b) in here.iter().zip(next).filter(|(a, b)| a != b) {
                let along = along(&area.rims[rim], stops[a].index, stops[b].index);
                ways.shorten(a, b, along);
            }
        }
        ways
    }

    fn add(&mut self, a: usize, b: usize, metres: f64) {
        self.lines.push((a, b, metres));
        self.shorten(a, b, metres);
    }

    /// Every pair for which a way over `a` and `b` is shorter gets it.
    fn shorten(&mut self, a: usize, b: usize, metres: f64) {
        let (from_a, from_b) = (self.metres[a].clone(), self.metres[b].clone());
        for (x, row) in self.metres.iter_mut().enumerate() {
            for (y, known) in row.iter_mut().enumerate() {
                let over = (from_a[x] + metres + from_b[y]).min(from_b[x] + metres + from_a[y]);
                *known = known.min(over);
            }
        }
    }

    /// The lines that some shortest way between two entrances uses.
    fn used_between_entrances(&self, stops: &[Stop]) -> Vec<(usize, usize)> {
        const SAME_M: f64 = 1e-6;
        let entrances: Vec<usize> = (0..stops.len())
            .filter(|&stop| stops[stop].corner.is_entrance)
            .collect();
        let is_used = |&&(a, b, metres): &&(usize, usize, f64)| {
            entrances.iter().any(|&from| {
                entrances.iter().any(|&to| {
                    let over = self.metres[from][a] + metres + self.metres[b][to];
                    from != to && over <= self.metres[from][to] + SAME_M
                })
            })
        };
        self.lines
            .iter()
            .filter(is_used)
            .map(|&(a, b, _)| (a, b))
            .collect()
    }
}

/// Metres along a rim from one corner on to another.
fn along(rim: &[Corner], from: usize, to: usize) -> f64 {
    let steps = (to + rim.len() - from) % rim.len();
    (from..from + steps)
        .map(|i| distance(rim[i % rim.len()].at, rim[(i + 1) % rim.len()].at))
        .sum()
}

fn distance(a: Point, b: Point) -> f64 {
    (b.0 - a.0).hypot(b.1 - a.1)
}

/// More than 0 where one turns left at `b` on the way from `a` to `c`.
fn cross(a: Point, b: Point, c: Point) -> f64 {
    (b.0 - a.0) * (c.1 - b.1) - (b.1 - a.1) * (c.0 - b.0)
}

fn cross_each_other(a: Point, b: Point, c: Point, d: Point) -> bool {
    let apart = |a, b, c, d| cross(a, b, c) * cross(a, b, d) < 0.0;
    apart(a, b, c, d) && apart(c, d, a, b)
}

/// Metres between a point and the line from `a` to `b`, ends excluded: a point beyond
/// them is infinitely far.
fn distance_to_line(a: Point, b: Point, point: Point) -> f64 {
    let length = distance(a, b);
    let along = ((point.0 - a.0) * (b.0 - a.0) + (point.1 - a.1) * (b.1 - a.1)) / (length * length);
    if along > 0.0 && along < 1.0 {
        cross(a, b, point).abs() / length
    } else {
        f64::INFINITY
    }
}

/// Whether a line from a point to infinity crosses a rim an odd number of times.
fn odd_crossings(rim: &[Corner], (x, y): Point) -> bool {
    let next = rim.iter().cycle().skip(1);
    let crossed = rim.iter().zip(next).filter(|(a, b)| {
        let (a, b) = (a.at, b.at);
        (a.1 > y) != (b.1 > y) && x < a.0 + (y - a.1) / (b.1 - a.1) * (b.0 - a.0)
    });
    crossed.count() % 2 == 1
}

/// Rims put together of ways that meet at their ends, without repeating the first node;
/// what does not close is left out.
pub(super) fn rings<'a>(ways: impl Iterator<Item = &'a [i64]>) -> Vec<Vec<i64>> {
    let mut open: Vec<Vec<i64>> = Vec::new();
    let mut closed = Vec::new();
    for way in ways.filter(|way| way.len() > 1) {
        let mut line = way.to_vec();
        while line.first() != line.last() {
            if let Some(next) = take_from(&mut open, line[line.len() - 1]) {
                line.extend_from_slice(&next[1..]);
            } else if let Some(next) = take_from(&mut open, line[0]) {
                line.reverse();
                line.extend_from_slice(&next[1..]);
            } else {
                break;
            }
        }
        if line.first() != line.last() {
            open.push(line);
        } else if line.len() > 3 {
            line.pop();
            closed.push(line);
        }
    }
    closed
}

/// Takes out a line that ends at `node`, turned so that it begins there.
fn take_from(lines: &mut Vec<Vec<i64>>, node: i64) -> Option<Vec<i64>> {
    let ends_there = |line: &Vec<i64>| line.first() == Some(&node) || line.last() == Some(&node);
    let mut line = lines.swap_remove(lines.iter().position(ends_there)?);
    if line.first() != Some(&node) {
        line.reverse();
    }
    Some(line)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A rim through these points; those with a number in `entrances` are entrances.
    fn rim(first_node: i64, points: &[Point], entrances: &[i64]) -> Vec<Corner> {
        (first_node..)
            .zip(points)
            .map(|(node, &at)| Corner {
                at,
                node,
                is_entrance: entrances.contains(&node),
            })
            .collect()
    }

    const SQUARE: [Point; 4] = [(0.0, 0.0), (100.0, 0.0), (100.0, 100.0), (0.0, 100.0)];

    fn turned(points: &[Point]) -> Vec<Point> {
        points.iter().rev().copied().collect()
    }

    #[test]
    fn opposite_corners_see_each_other() {
        let area = Area {
            rims: vec![rim(0, &SQUARE, &[0, 2])],
        };
        assert_eq!(area.crossings(), [(0, 2)]);
        // Beside each other the rim is as short.
        let area = Area {
            rims: vec![rim(0, &SQUARE, &[0, 1])],
        };
        assert_eq!(area.crossings(), []);
    }

    /// An L: from end to end over the corner that sticks in, whichever way it is drawn.
    #[test]
    fn the_way_bends_at_corners_that_stick_in() {
        let points = [
            (0.0, 0.0),
            (100.0, 0.0),
            (100.0, 40.0),
            (40.0, 40.0),
            (40.0, 100.0),
            (0.0, 100.0),
        ];
        let area = Area {
            rims: vec![rim(0, &points, &[1, 5])],
        };
        assert_eq!(area.crossings(), [(1, 3), (3, 5)]);
        let area = Area {
            rims: vec![rim(0, &turned(&points), &[4, 0])],
        };
        assert_eq!(area.crossings().len(), 2);
    }

    #[test]
    fn a_fountain_is_walked_around() {
        let fountain = [(40.0, 40.0), (60.0, 40.0), (60.0, 60.0), (40.0, 60.0)];
        for hole in [fountain.to_vec(), turned(&fountain)] {
            let area = Area {
                rims: vec![rim(0, &SQUARE, &[0, 2]), rim(10, &hole, &[])],
            };
            let crossings = area.crossings();
            assert!(!crossings.contains(&(0, 2)), "{crossings:?}");
            // Past the one corner or the other, both 144.2 m.
            let mut past: Vec<i64> = crossings.iter().map(|line| line.0.max(line.1)).collect();
            past.sort_unstable();
            past.dedup();
            assert_eq!((crossings.len(), past.len()), (4, 2), "{crossings:?}");
        }
    }

    /// Every pair of entrances gets a way at most [`STRETCH`] times the straight line,
    /// over few lines.
    #[test]
    fn a_round_square_with_many_entrances_needs_few_lines() {
        let points: Vec<Point> = (0..90)
            .map(|i| (f64::from(i) * std::f64::consts::TAU / 90.0).sin_cos())
            .map(|(sin, cos)| (200.0 * cos, 200.0 * sin))
            .collect();
        let all: Vec<i64> = (0..90).collect();
        let area = Area {
            rims: vec![rim(0, &points, &all)],
        };
        let lines = area.crossings();
        assert!((90..1200).contains(&lines.len()), "{} lines", lines.len());
        let stops = area.stops();
        let mut ways = Ways::along_rims(&area, &stops);
        for &(a, b) in &lines {
            let (a, b) = (a as usize, b as usize);
            ways.add(a, b, distance(points[a], points[b]));
        }
        for a in 0..90 {
            for b in 0..a {
                let straight = distance(points[a], points[b]);
                assert!(ways.metres[a][b] <= straight * STRETCH + 1e-6, "{a} to {b}");
            }
        }
    }

    #[test]
    fn a_huge_square_does_not_explode() {
        let points: Vec<Point> = (0..3000)
            .map(|i| (f64::from(i) * std::f64::consts::TAU / 3000.0).sin_cos())
            .map(|(sin, cos)| (900.0 * cos, 900.0 * sin))
            .collect();
        let all: Vec<i64> = (0..3000).collect();
        let area = Area {
            rims: vec![rim(0, &points, &all)],
        };
        assert_eq!(area.stops().len(), MAX_STOPS);
        let lines = area.crossings().len();
        assert!(lines < 12 * MAX_STOPS, "{lines} lines");
    }

    #[test]
    fn rims_are_put_together_of_pieces() {
        let pieces: [&[i64]; 6] = [
            &[1, 2, 3],
            &[5, 6],
            &[3, 4, 5],
            &[1, 6],
            &[7, 8],
            &[9, 10, 11, 9],
        ];
        let rings = rings(pieces.into_iter());
        assert_eq!(rings.len(), 2);
        let mut first = rings[0].clone();
        first.sort_unstable();
        assert_eq!(first, [1, 2, 3, 4, 5, 6]);
        assert_eq!(rings[1], [9, 10, 11]);
    }
}
