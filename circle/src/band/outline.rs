//! Outlines between sets of squares, each inside the next, as lines on the lattice of
//! their corners.
//!
//! Where the sets share a stretch of outline it is one line, drawn and simplified once:
//! so the sets stay inside one another. Points where three or more lines meet are *forks*
//! and stay where they are.

use super::raster::{Raster, Size, Window};

/// A corner of the lattice.
pub(crate) type Corner = (i32, i32);

/// A line between two forks, or a closed one.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Line {
    /// Its corners in [`Outlines::corners`]; a closed line ends with its first corner.
    pub begin: usize,
    pub end: usize,
    /// How many of the sets hold the square on its left, and on its right.
    pub left: u8,
    pub right: u8,
    /// Twice the area it sweeps from the origin, squares, before it is simplified.
    pub swept: i64,
    pub rectangle: Rectangle,
}

/// The smallest rectangle around some corners.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rectangle {
    pub low: Corner,
    pub high: Corner,
}

impl Rectangle {
    /// Around nothing.
    pub const NONE: Self = Self {
        low: (i32::MAX, i32::MAX),
        high: (i32::MIN, i32::MIN),
    };

    pub fn with(self, other: Self) -> Self {
        Self {
            low: (self.low.0.min(other.low.0), self.low.1.min(other.low.1)),
            high: (self.high.0.max(other.high.0), self.high.1.max(other.high.1)),
        }
    }

    pub fn is_empty(self) -> bool {
        self.low.0 > self.high.0
    }

    /// With two corners in any order.
    pub fn with_line(self, a: Corner, b: Corner) -> Self {
        self.with(Self { low: a, high: a })
            .with(Self { low: b, high: b })
    }

    pub fn holds(self, other: Self) -> bool {
        self.low.0 <= other.low.0
            && self.low.1 <= other.low.1
            && self.high.0 >= other.high.0
            && self.high.1 >= other.high.1
    }

    fn around(corners: &[Corner]) -> Self {
        corners
            .iter()
            .fold(Self::NONE, |sum, &at| sum.with(Self { low: at, high: at }))
    }
}

/// All lines of a drawing.
#[derive(Clone, Debug, Default)]
pub(crate) struct Outlines {
    pub corners: Vec<Corner>,
    pub lines: Vec<Line>,
    /// The corners where a line turns, begins or ends.
    pub turns: Raster,
    forks: Raster,
    /// Sides of squares not yet drawn: the left one, and the lower one.
    left_sides: Raster,
    lower_sides: Raster,
}

/// A direction along the lattice.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Way {
    East,
    North,
    West,
    South,
}

impl Way {
    const ALL: [Self; 4] = [Self::East, Self::North, Self::West, Self::South];

    fn step(self, (x, y): (usize, usize)) -> (usize, usize) {
        match self {
            Self::East => (x + 1, y),
            Self::North => (x, y + 1),
            Self::West => (x - 1, y),
            Self::South => (x, y - 1),
        }
    }

    /// The squares to the left and to the right of a step from a corner.
    fn sides(self, (x, y): (usize, usize)) -> [(usize, usize); 2] {
        match self {
            Self::East => [(x, y), (x, y - 1)],
            Self::North => [(x - 1, y), (x, y)],
            Self::West => [(x - 1, y - 1), (x - 1, y)],
            Self::South => [(x, y - 1), (x - 1, y - 1)],
        }
    }
}

impl Outlines {
    /// Draws the outlines of `sets`, of which each is inside the next.
    pub fn draw(&mut self, sets: &[Raster], size: Size, window: &Window) {
        self.corners.clear();
        self.lines.clear();
        for raster in [
            &mut self.turns,
            &mut self.forks,
            &mut self.left_sides,
            &mut self.lower_sides,
        ] {
            raster.reset(size);
        }
        for set in sets {
            self.mark_sides(set, size, window);
        }
        self.mark_forks(size, window);
        self.draw_from_forks(sets, size, window);
        self.draw_closed(sets, size, window);
    }

    fn mark_sides(&mut self, set: &Raster, size: Size, window: &Window) {
        for y in window.rows.start..window.rows.end + 1 {
            let (row, below) = (set.row(y), set.row(y - 1));
            for column in window.columns.start..window.columns.end + 1 {
                let at = y * size.stride + column;
                let left = row[column] << 1 | row[column - 1] >> 63;
                self.left_sides.words_mut()[at] |= row[column] ^ left;
                self.lower_sides.words_mut()[at] |= row[column] ^ below[column];
            }
        }
    }

    /// Corners where three or four sides meet.
    fn mark_forks(&mut self, size: Size, window: &Window) {
        for y in window.rows.start..window.rows.end + 1 {
            for column in window.columns.start..window.columns.end + 1 {
                let at = y * size.stride + column;
                let (lower, left) = (self.lower_sides.words(), self.left_sides.words());
                let east = lower[at];
                let west = lower[at] << 1 | lower[at - 1] >> 63;
                let (north, south) = (left[at], left[at - size.stride]);
                let across = east & west & (north | south);
                self.forks.words_mut()[at] = across | (north & south & (east | west));
            }
        }
    }

    fn draw_from_forks(&mut self, sets: &[Raster], size: Size, window: &Window) {
        for y in window.rows.start..window.rows.end + 1 {
            for column in window.columns.start..window.columns.end + 1 {
                let mut forks = self.forks.words()[y * size.stride + column];
                while forks != 0 {
                    let fork = (column * 64 + forks.trailing_zeros() as usize, y);
                    forks &= forks - 1;
                    while let Some(way) = self.open_way(fork) {
                        self.draw_line(sets, fork, way);
                    }
                }
            }
        }
    }

    /// What is left after the forks are closed lines. The first side of one that is found,
    /// row by row, is at its lowest corner, where it turns.
    fn draw_closed(&mut self, sets: &[Raster], size: Size, window: &Window) {
        for y in window.rows.start..window.rows.end + 1 {
            for column in window.columns.start..window.columns.end + 1 {
                loop {
                    let sides = self.left_sides.words()[y * size.stride + column];
                    if sides == 0 {
                        break;
                    }
                    let corner = (column * 64 + sides.trailing_zeros() as usize, y);
                    self.draw_line(sets, corner, Way::North);
                }
            }
        }
    }

    /// A way from a corner along a side that is not yet drawn.
    fn open_way(&self, (x, y): (usize, usize)) -> Option<Way> {
        Way::ALL.into_iter().find(|way| match way {
            Way::East => self.lower_sides.has(x, y),
            Way::North => self.left_sides.has(x, y),
            Way::West => self.lower_sides.has(x - 1, y),
            Way::South => self.left_sides.has(x, y - 1),
        })
    }

    fn draw_side(&mut self, (x, y): (usize, usize), way: Way) {
        match way {
            Way::East => self.lower_sides.remove(x, y),
            Way::North => self.left_sides.remove(x, y),
            Way::West => self.lower_sides.remove(x - 1, y),
            Way::South => self.left_sides.remove(x, y - 1),
        }
    }

    /// Follows sides from a corner to the next fork, or back to the corner.
    fn draw_line(&mut self, sets: &[Raster], from: (usize, usize), first: Way) {
        let begin = self.corners.len();
        let [left, right] = first
            .sides(from)
            .map(|(x, y)| sets.iter().filter(|set| set.has(x, y)).count() as u8);
        let (mut at, mut way) = (from, first);
        self.turn_at(from);
        loop {
            self.draw_side(at, way);
            at = way.step(at);
            if at == from || self.forks.has(at.0, at.1) {
                break;
            }
            // Anywhere else two sides meet, and one of them is drawn.
            let Some(next) = self.open_way(at) else { break };
            if next != way {
                self.turn_at(at);
            }
            way = next;
        }
        self.turn_at(at);
        let line = &self.corners[begin..];
        let swept = line.windows(2).map(|pair| cross(pair[0], pair[1])).sum();
        let rectangle = Rectangle::around(line);
        self.lines.push(Line {
            rectangle,
            begin,
            end: self.corners.len(),
            left,
            right,
            swept,
        });
    }

    fn turn_at(&mut self, (x, y): (usize, usize)) {
        self.turns.insert(x, y);
        self.corners.push((x as i32, y as i32));
    }
}

/// Twice the area between two points and the origin, positive when it is on the left.
pub(crate) fn cross(a: Corner, b: Corner) -> i64 {
    i64::from(a.0) * i64::from(b.1) - i64::from(b.0) * i64::from(a.1)
}
