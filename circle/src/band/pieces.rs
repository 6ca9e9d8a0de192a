//! Walking time along an edge, as a line that rises and falls.
//!
//! From each end of an edge, and from each searched place on it, time grows with every
//! step. The least of these is made of straight pieces.

use crate::profile::Pace;
use crate::reach::Reached;

/// A part of an edge along which time is a straight line.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Piece {
    /// Centimetres along the edge, from its first point.
    pub begin_cm: f64,
    pub end_cm: f64,
    /// Milliseconds at both ends; infinite where nothing leads within the limit.
    pub begin_ms: f64,
    pub end_ms: f64,
}

impl Piece {
    /// Where on the edge the time is `ms`, which must be between those of the ends.
    pub fn offset_of(&self, ms: f64) -> f64 {
        let part = (ms - self.begin_ms) / (self.end_ms - self.begin_ms);
        self.begin_cm + (self.end_cm - self.begin_cm) * part
    }
}

/// A stretch between two points of an edge at which the time is known.
struct Stretch {
    begin_cm: f64,
    end_cm: f64,
    /// Milliseconds at its begin for those who go on towards its end, and the reverse.
    ahead_ms: f64,
    back_ms: f64,
    ms_per_cm: f64,
}

impl Stretch {
    /// Up from both sides, to where it takes as long either way.
    fn pieces(&self, visit: &mut impl FnMut(Piece)) {
        let length = self.end_cm - self.begin_cm;
        let rise = length * self.ms_per_cm;
        let piece = |begin_cm, end_cm, begin_ms, end_ms| Piece {
            begin_cm,
            end_cm,
            begin_ms,
            end_ms,
        };
        let (whole_ahead, whole_back) = (self.ahead_ms + rise, self.back_ms + rise);
        if self.back_ms >= whole_ahead {
            visit(piece(
                self.begin_cm,
                self.end_cm,
                self.ahead_ms,
                whole_ahead,
            ));
        } else if self.ahead_ms >= whole_back {
            visit(piece(self.begin_cm, self.end_cm, whole_back, self.back_ms));
        } else {
            let top_ms = (self.ahead_ms + self.back_ms + rise) / 2.0;
            let top_cm = self.begin_cm + (top_ms - self.ahead_ms) / self.ms_per_cm;
            visit(piece(self.begin_cm, top_cm, self.ahead_ms, top_ms));
            visit(piece(top_cm, self.end_cm, top_ms, self.back_ms));
        }
    }
}

/// Calls `visit` with the pieces of an edge, from its first point to its last. `edge` must
/// be in range. `backs` is memory for it to use.
pub(crate) fn along(
    reached: &Reached<'_>,
    edge: u32,
    backs: &mut Vec<f64>,
    mut visit: impl FnMut(Piece),
) {
    let ends = &reached.network().edges[edge as usize];
    let rule = reached.rule_on(edge);
    let at_end = |open: bool, node, wait: u32| {
        let millis = open.then(|| reached.millis_at(node)).flatten();
        millis.map_or(f64::INFINITY, |millis| f64::from(millis) + f64::from(wait))
    };
    let mut stretch = Stretch {
        begin_cm: 0.0,
        end_cm: f64::from(ends.length_cm),
        ahead_ms: at_end(rule.forward, ends.from, rule.wait_first),
        back_ms: at_end(rule.backward, ends.to, rule.wait_last),
        ms_per_cm: ms_per_cm(rule.pace),
    };
    let starts = reached.starts_on(edge);
    if starts.is_empty() || !(rule.forward || rule.backward) {
        stretch.pieces(&mut visit);
        return;
    }
    // Times towards the first point, from the last start to the first.
    backs.clear();
    let (mut at_cm, mut back_ms) = (stretch.end_cm, stretch.back_ms);
    for start in starts.iter().rev() {
        let offset = f64::from(start.offset_cm);
        back_ms += (at_cm - offset) * stretch.ms_per_cm;
        if rule.backward {
            back_ms = back_ms.min(f64::from(start.approach));
        }
        backs.push(back_ms);
        at_cm = offset;
    }
    let (end_cm, last_ms) = (stretch.end_cm, stretch.back_ms);
    for start in starts {
        stretch.end_cm = f64::from(start.offset_cm);
        stretch.back_ms = backs.pop().unwrap_or(f64::INFINITY);
        stretch.pieces(&mut visit);
        stretch.ahead_ms += (stretch.end_cm - stretch.begin_cm) * stretch.ms_per_cm;
        if rule.forward {
            stretch.ahead_ms = stretch.ahead_ms.min(f64::from(start.approach));
        }
        stretch.begin_cm = stretch.end_cm;
    }
    (stretch.end_cm, stretch.back_ms) = (end_cm, last_ms);
    stretch.pieces(&mut visit);
}

/// Never 0: a profile that flies would have no slope to follow.
fn ms_per_cm(pace: Pace) -> f64 {
    pace.millis_per_cm().max(1e-6)
}
