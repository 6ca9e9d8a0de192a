//! Fewer points without a wrong one: a corner of an outline is left out only while
//!
//! - every corner left out stays near the line that replaces it,
//! - the triangle the line sweeps over holds no corner of any line, so nothing comes to
//!   cross or touch (this is exact: corners are whole numbers), and
//! - it holds no square that a way passes, so that nothing changes sides that matters.

use super::outline::{Corner, Line, Outlines};
use super::raster::Raster;

/// How far a corner that is left out may be from the new line, squares.
const TOLERANCE: f32 = 1.6;
/// The longest new line, squares: it bounds the work.
const LONGEST: i32 = 96;
/// Rounding of the sides of a triangle, squares.
const ROUNDING: f32 = 1e-3;

/// Simplifies every line. `ways_of` gives the squares that must keep their side of the
/// outline of one set.
pub(crate) fn simplify(outlines: &mut Outlines, ways: &[Raster], spare: &mut Vec<Corner>) {
    spare.clear();
    for index in 0..outlines.lines.len() {
        let line = outlines.lines[index];
        let begin = spare.len();
        simplify_line(outlines, &line, ways, spare);
        let kept = &mut outlines.lines[index];
        (kept.begin, kept.end) = (begin, spare.len());
    }
    std::mem::swap(&mut outlines.corners, spare);
}

fn simplify_line(outlines: &mut Outlines, line: &Line, ways: &[Raster], kept: &mut Vec<Corner>) {
    let corners = &outlines.corners[line.begin..line.end];
    // A line with a bend never becomes straight and a closed one never has fewer than
    // four corners: two lines between the same forks would fall together.
    let last = corners.len() - 1;
    let middle = farthest(corners, 0, last);
    let ends = if corners[0] == corners[last] {
        let (first, second) = (
            farthest(corners, 0, middle),
            farthest(corners, middle, last),
        );
        [0, first, middle, second, last]
    } else {
        [0, middle, middle, middle, last]
    };
    // The sets that hold the squares on one side alone; the last set holds the most.
    let (more, fewer) = (line.left.max(line.right), line.left.min(line.right));
    let ways = &ways[ways.len() - usize::from(more)..ways.len() - usize::from(fewer)];
    kept.push(corners[0]);
    for pair in ends.windows(2) {
        if pair[0] < pair[1] {
            let part = &corners[pair[0]..=pair[1]];
            simplify_part(&mut outlines.turns, part, ways, kept);
        }
    }
}

/// The corner farthest from the line between two others; from the first of them when
/// they are the same.
fn farthest(corners: &[Corner], from: usize, to: usize) -> usize {
    let (a, b) = (corners[from], corners[to]);
    (from..=to)
        .max_by_key(|&index| {
            let c = corners[index];
            if a == b {
                let (dx, dy) = (i64::from(c.0 - a.0), i64::from(c.1 - a.1));
                dx * dx + dy * dy
            } else {
                turn(a, b, c).abs()
            }
        })
        .unwrap_or(from)
}

/// Twice the area of a triangle.
fn turn(a: Corner, b: Corner, c: Corner) -> i64 {
    i64::from(b.0 - a.0) * i64::from(c.1 - a.1) - i64::from(b.1 - a.1) * i64::from(c.0 - a.0)
}

fn simplify_part(turns: &mut Raster, part: &[Corner], ways: &[Raster], kept: &mut Vec<Corner>) {
    let mut anchor = 0;
    for index in 1..part.len() {
        let next = part.get(index + 1);
        let corner = part[index];
        let dropped = next.is_some_and(|&next| {
            is_near(part[anchor], next, &part[anchor + 1..=index])
                && is_clear(turns, ways, [part[anchor], corner, next])
        });
        if dropped {
            turns.remove(corner.0 as usize, corner.1 as usize);
        } else {
            kept.push(corner);
            anchor = index;
        }
    }
}

/// Whether all corners that would be left out are near the line.
fn is_near(a: Corner, b: Corner, left_out: &[Corner]) -> bool {
    let (dx, dy) = ((b.0 - a.0) as f32, (b.1 - a.1) as f32);
    let long = (b.0 - a.0).abs().max((b.1 - a.1).abs()) > LONGEST;
    let most = TOLERANCE * TOLERANCE * (dx * dx + dy * dy);
    !long
        && left_out.iter().all(|c| {
            let area = dx * (c.1 - a.1) as f32 - dy * (c.0 - a.0) as f32;
            area * area <= most
        })
}

/// Whether a triangle holds no corner but its own and no way.
fn is_clear(turns: &Raster, ways: &[Raster], triangle: [Corner; 3]) -> bool {
    let [a, b, c] = triangle;
    let low = (a.0.min(b.0).min(c.0), a.1.min(b.1).min(c.1));
    let high = (a.0.max(b.0).max(c.0), a.1.max(b.1).max(c.1));
    is_box_clear(turns, ways, low, high) || is_inside_clear(turns, ways, triangle, low.1, high.1)
}

/// The same of the rectangle around it, which is quicker to tell and mostly enough.
fn is_box_clear(turns: &Raster, ways: &[Raster], low: Corner, high: Corner) -> bool {
    let (from, to) = (low.0 as usize, high.0 as usize);
    let mut found = 0;
    for y in low.1 as usize..=high.1 as usize {
        found += turns.count(y, from, to);
        if found > 3 || ways.iter().any(|way| way.any(y, from, to)) {
            return false;
        }
    }
    true
}

fn is_inside_clear(
    turns: &Raster,
    ways: &[Raster],
    triangle: [Corner; 3],
    low: i32,
    high: i32,
) -> bool {
    let mut found = 0;
    let mut before = span_at(triangle, low);
    for y in low..=high {
        let here = if y == low {
            before
        } else {
            span_at(triangle, y)
        };
        let (from, to) = ((here.0 - ROUNDING).ceil(), (here.1 + ROUNDING).floor());
        if from <= to {
            found += turns.count(y as usize, from as usize, to as usize);
        }
        if found > 3 || (y > low && meets_way(ways, y - 1, before, here)) {
            return false;
        }
        before = here;
    }
    found == 3
}

/// Whether a way passes a square of the row above `y`, where a triangle reaches from
/// `low` to `high` at its lower and upper side. A corner between the two sides of a row
/// cannot be: corners are whole numbers.
fn meets_way(ways: &[Raster], y: i32, low: (f32, f32), high: (f32, f32)) -> bool {
    let (from, to) = (low.0.min(high.0).floor(), low.1.max(high.1).ceil());
    from < to
        && ways
            .iter()
            .any(|way| way.any(y as usize, from as usize, to as usize - 1))
}

/// From where to where a triangle reaches at one height.
fn span_at(triangle: [Corner; 3], y: i32) -> (f32, f32) {
    let [a, b, c] = triangle;
    let (mut from, mut to) = (f32::INFINITY, f32::NEG_INFINITY);
    for (p, q) in [(a, b), (b, c), (c, a)] {
        if y < p.1.min(q.1) || y > p.1.max(q.1) {
            continue;
        }
        let (px, qx) = (p.0 as f32, q.0 as f32);
        let ends = if p.1 == q.1 {
            (px.min(qx), px.max(qx))
        } else {
            let x = px + (qx - px) * (y - p.1) as f32 / (q.1 - p.1) as f32;
            (x, x)
        };
        (from, to) = (from.min(ends.0), to.max(ends.1));
    }
    (from, to)
}
