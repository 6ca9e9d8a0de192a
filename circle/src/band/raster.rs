//! Sets of small squares of ground, one bit each, and how they grow.
//!
//! A row is a run of 64-bit words, so one instruction looks at 64 squares. The first and
//! the last word and row of a raster stay empty: every square has neighbours.

use std::ops::Range;

use super::outline::Rectangle;

/// How large the rasters of one drawing are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Size {
    /// Words a row.
    pub stride: usize,
    pub rows: usize,
}

impl Size {
    pub fn words(self) -> usize {
        self.stride * self.rows
    }
}

/// A set of squares.
#[derive(Clone, Debug, Default)]
pub(crate) struct Raster {
    words: Vec<u64>,
    stride: usize,
}

impl Raster {
    /// Empties it and gives it a size.
    pub fn reset(&mut self, size: Size) {
        self.words.clear();
        self.words.resize(size.words(), 0);
        self.stride = size.stride;
    }

    pub fn insert(&mut self, x: usize, y: usize) {
        self.words[y * self.stride + x / 64] |= 1 << (x % 64);
    }

    pub fn remove(&mut self, x: usize, y: usize) {
        self.words[y * self.stride + x / 64] &= !(1 << (x % 64));
    }

    pub fn has(&self, x: usize, y: usize) -> bool {
        self.words[y * self.stride + x / 64] >> (x % 64) & 1 == 1
    }

    pub fn words(&self) -> &[u64] {
        &self.words
    }

    pub fn words_mut(&mut self) -> &mut [u64] {
        &mut self.words
    }

    /// Words of a row.
    pub fn row(&self, y: usize) -> &[u64] {
        &self.words[y * self.stride..(y + 1) * self.stride]
    }

    fn row_mut(&mut self, y: usize) -> &mut [u64] {
        &mut self.words[y * self.stride..(y + 1) * self.stride]
    }

    /// How many squares of a row are in it, of those from `from` to `to`, both included.
    pub fn count(&self, y: usize, from: usize, to: usize) -> u32 {
        self.spans(y, from, to).map(u64::count_ones).sum()
    }

    /// Whether any square of a row is in it, of those from `from` to `to`, both included.
    pub fn any(&self, y: usize, from: usize, to: usize) -> bool {
        self.spans(y, from, to).any(|word| word != 0)
    }

    /// Whether any square of a row is in it and not in `other`.
    pub fn any_without(&self, other: &Self, y: usize, from: usize, to: usize) -> bool {
        self.spans(y, from, to)
            .zip(other.spans(y, from, to))
            .any(|(word, other)| word & !other != 0)
    }

    /// Changes its words in a window by those of another of the same size.
    fn change(&mut self, other: &Self, window: &Window, change: impl Fn(&mut u64, u64)) {
        for y in window.rows.clone() {
            let columns = window.columns.clone();
            let words = &mut self.row_mut(y)[columns.clone()];
            for (word, other) in words.iter_mut().zip(&other.row(y)[columns]) {
                change(word, *other);
            }
        }
    }

    /// Adds what is in another.
    pub fn add(&mut self, other: &Self, window: &Window) {
        self.change(other, window, |word, other| *word |= other);
    }

    /// Takes away what is in another.
    pub fn subtract(&mut self, other: &Self, window: &Window) {
        self.change(other, window, |word, other| *word &= !other);
    }

    /// Keeps only what is in another.
    pub fn intersect(&mut self, other: &Self, window: &Window) {
        self.change(other, window, |word, other| *word &= other);
    }

    /// Empties part of it.
    pub fn clear(&mut self, window: &Window) {
        for y in window.rows.clone() {
            self.row_mut(y)[window.columns.clone()].fill(0);
        }
    }

    fn spans(&self, y: usize, from: usize, to: usize) -> impl Iterator<Item = u64> {
        let (first, last) = (from / 64, to / 64);
        let head = u64::MAX << (from % 64);
        let tail = u64::MAX >> (63 - to % 64);
        let words = &self.row(y)[first..=last];
        let last = last - first;
        words.iter().enumerate().map(move |(index, word)| {
            let head = if index == 0 { head } else { u64::MAX };
            let tail = if index == last { tail } else { u64::MAX };
            word & head & tail
        })
    }
}

/// Part of a raster: rows, and words of each row.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Window {
    pub rows: Range<usize>,
    pub columns: Range<usize>,
}

impl Window {
    /// Around a rectangle of squares with `more` on every side, but never the outermost
    /// word or row.
    pub fn around(rectangle: Rectangle, more: usize, size: Size) -> Self {
        let Rectangle { low, high } = rectangle;
        let from = |at: i32| (at.max(0) as usize).saturating_sub(more);
        let to = |at: i32| at.max(0) as usize + more;
        let rows = from(low.1).max(1)..(to(high.1) + 1).min(size.rows - 1);
        let columns = (from(low.0) / 64).max(1)..(to(high.0) / 64 + 1).min(size.stride - 1);
        Self { rows, columns }
    }
}

/// Squares and those to their left and right.
fn sideways(left: u64, here: u64, right: u64) -> u64 {
    here | here << 1 | left >> 63 | here >> 1 | right << 63
}

/// A word of squares with what is around it.
#[derive(Clone, Copy)]
struct Near {
    here: u64,
    /// One square further in four directions.
    cross: u64,
    /// One square further in eight directions.
    square: u64,
}

impl Near {
    /// From three neighbouring words of three neighbouring rows.
    fn of(below: [u64; 3], here: [u64; 3], above: [u64; 3]) -> Self {
        let beyond = below[1] | above[1];
        let (left, right) = (below[0] | above[0], below[2] | above[2]);
        let beside = sideways(here[0], here[1], here[2]);
        Self {
            here: here[1],
            cross: beside | beyond,
            square: beside | sideways(left, beyond, right),
        }
    }

    /// The two in turn make an octagon, which is near enough to a circle.
    fn spread(self, diagonal: bool) -> u64 {
        if diagonal { self.square } else { self.cross }
    }
}

/// The words of part of a row, each with what is around it.
fn around<'a>(
    raster: &'a Raster,
    y: usize,
    columns: &Range<usize>,
) -> impl Iterator<Item = Near> + 'a {
    let wide = columns.start - 1..columns.end + 1;
    let below = raster.row(y - 1)[wide.clone()].array_windows();
    let here = raster.row(y)[wide.clone()].array_windows();
    let above = raster.row(y + 1)[wide].array_windows();
    below
        .zip(here)
        .zip(above)
        .map(|((&below, &here), &above)| Near::of(below, here, above))
}

/// Two sets that grow towards each other and stop where they meet, and squares that the
/// second never takes.
#[derive(Clone, Debug, Default)]
pub(crate) struct Fronts {
    /// What is inside.
    pub inside: Raster,
    /// What must stay outside.
    pub outside: Raster,
    /// Inside too, but not growing.
    pub kept: Raster,
    next_inside: Raster,
    next_outside: Raster,
}

impl Fronts {
    pub fn reset(&mut self, size: Size) {
        for raster in self.all() {
            raster.reset(size);
        }
    }

    /// Empties part of them.
    pub fn clear(&mut self, window: &Window) {
        for raster in self.all() {
            raster.clear(window);
        }
    }

    fn all(&mut self) -> [&mut Raster; 5] {
        [
            &mut self.inside,
            &mut self.outside,
            &mut self.kept,
            &mut self.next_inside,
            &mut self.next_outside,
        ]
    }

    /// Both grow by one square. A square that both come to stays outside.
    pub fn grow_both(&mut self, window: &Window, diagonal: bool) {
        for y in window.rows.clone() {
            let columns = &window.columns;
            let insides = around(&self.inside, y, columns);
            let outsides = around(&self.outside, y, columns);
            let kept = &self.kept.row(y)[columns.clone()];
            let next_inside = &mut self.next_inside.row_mut(y)[columns.clone()];
            let next_outside = &mut self.next_outside.row_mut(y)[columns.clone()];
            for ((((inside, outside), kept), next_inside), next_outside) in insides
                .zip(outsides)
                .zip(kept)
                .zip(next_inside)
                .zip(next_outside)
            {
                let outer = outside.spread(diagonal);
                let inner = inside.here | (inside.spread(diagonal) & !outer);
                *next_inside = inner;
                *next_outside = outside.here | (outer & !inner & !kept);
            }
        }
        std::mem::swap(&mut self.inside, &mut self.next_inside);
        std::mem::swap(&mut self.outside, &mut self.next_outside);
    }

    /// What is inside grows by one square where nothing is outside.
    pub fn grow_inside(&mut self, window: &Window, diagonal: bool) {
        for y in window.rows.clone() {
            let columns = &window.columns;
            let insides = around(&self.inside, y, columns);
            let outside = &self.outside.row(y)[columns.clone()];
            let next = &mut self.next_inside.row_mut(y)[columns.clone()];
            for ((inside, outside), next) in insides.zip(outside).zip(next) {
                *next = inside.here | (inside.spread(diagonal) & !outside);
            }
        }
        std::mem::swap(&mut self.inside, &mut self.next_inside);
    }
}

/// Fills a square wherever two squares of a set touch at a corner alone, so that no
/// outline passes a point twice. A square of `avoid` is filled only when there is no
/// other.
pub(crate) fn join_corners(set: &mut Raster, avoid: &Raster, window: &Window) {
    while join_corners_once(set, avoid, window) {}
}

fn join_corners_once(set: &mut Raster, avoid: &Raster, window: &Window) -> bool {
    let mut changed = false;
    for y in window.rows.start..window.rows.end + 1 {
        for column in window.columns.start..window.columns.end + 1 {
            let mut corners = saddles(set.row(y), set.row(y - 1), column);
            while corners != 0 {
                let x = column * 64 + corners.trailing_zeros() as usize;
                corners &= corners - 1;
                fill_corner(set, avoid, x, y);
                changed = true;
            }
        }
    }
    changed
}

/// Corners at the lower left of the squares of a word, where two squares meet diagonally.
fn saddles(row: &[u64], below: &[u64], column: usize) -> u64 {
    let (a, b) = (row[column], below[column]);
    if a | b == 0 && row[column - 1] >> 63 == 0 && below[column - 1] >> 63 == 0 {
        return 0;
    }
    let left = |row: &[u64]| row[column] << 1 | row[column - 1] >> 63;
    let (c, d) = (left(row), left(below));
    (a & d & !c & !b) | (c & b & !a & !d)
}

fn fill_corner(set: &mut Raster, avoid: &Raster, x: usize, y: usize) {
    let empty = if set.has(x, y) {
        [(x - 1, y), (x, y - 1)]
    } else {
        [(x, y), (x - 1, y - 1)]
    };
    let [first, second] = empty;
    let (x, y) = if avoid.has(first.0, first.1) && !avoid.has(second.0, second.1) {
        second
    } else {
        first
    };
    set.insert(x, y);
}
