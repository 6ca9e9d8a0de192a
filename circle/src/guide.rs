//! A route as steps that words can be put to: turn, go so far, cross, climb.

use crate::geo::{Scale, Wgs84};
use crate::network::{EdgeId, Network, Place};
use crate::route::{Leg, Route};
use crate::seconds::Seconds;
use crate::sorted;
use crate::traits::{Ends, Structure, WayKind};

/// A bend of less than this, degrees, is going on.
const STRAIGHT_DEG: f64 = 35.0;
/// A bend of more than this, degrees, is a sharp one.
const SHARP_DEG: f64 = 125.0;
/// A bend of more than this, degrees, is turning round.
const BACK_DEG: f64 = 170.0;
/// How far from a corner one looks to see in which direction a way leads, metres.
const LOOK_M: f64 = 8.0;

/// Where to turn, from the direction one walks in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Turn {
    /// The first step: there is nothing to turn from.
    Start,
    /// Less than 35°.
    Straight,
    /// To the left.
    Left,
    /// More than 125° to the left.
    SharpLeft,
    /// To the right.
    Right,
    /// More than 125° to the right.
    SharpRight,
    /// Back the way one came, within 10°.
    Back,
}

impl Turn {
    /// Of an angle in degrees, positive to the right.
    fn of(degrees: f64) -> Self {
        let angle = (degrees + 540.0).rem_euclid(360.0) - 180.0;
        match (angle.abs(), angle > 0.0) {
            (bend, _) if bend < STRAIGHT_DEG => Self::Straight,
            (bend, _) if bend > BACK_DEG => Self::Back,
            (bend, true) if bend > SHARP_DEG => Self::SharpRight,
            (bend, false) if bend > SHARP_DEG => Self::SharpLeft,
            (_, true) => Self::Right,
            (_, false) => Self::Left,
        }
    }
}

/// What one walks on, as far as it deserves a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Passage {
    /// An ordinary way.
    Way,
    /// The marked way across a road; whether there are signals.
    Crossing {
        /// With signals.
        signals: bool,
    },
    /// A flight of steps.
    Steps,
    /// A lift.
    Lift,
    /// A ferry.
    Ferry,
    /// A bridge or a footbridge.
    Bridge,
    /// A tunnel or an underpass.
    Tunnel,
}

/// A part of a route with one thing to say about it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Step {
    /// How to turn into it.
    pub turn: Turn,
    /// What it is.
    pub passage: Passage,
    /// The street, by its number in [`Network::names`], where the map names it.
    pub name: Option<u32>,
    /// Its length, metres.
    pub metres: f64,
    /// How long it takes, what is waited for included.
    pub seconds: Seconds,
    /// The direction in which it begins, degrees from north to the east.
    pub bearing_deg: f64,
    /// Where it begins.
    pub at: Wgs84,
}

impl Route {
    /// Its steps. Empty when `network` is another one than the search's.
    pub fn steps(&self, network: &Network) -> Vec<Step> {
        let mut steps: Vec<Step> = Vec::new();
        let mut arrived: Option<f64> = None;
        for leg in self.legs.iter().filter(|leg| leg.metres() > 0.0) {
            let Some((step, leaves)) = step_of(network, leg, arrived) else {
                return Vec::new();
            };
            arrived = Some(leaves);
            match steps.last_mut() {
                Some(last) if last.goes_on_as(&step) => {
                    last.metres += step.metres;
                    last.seconds = sum(last.seconds, step.seconds);
                    last.name = last.name.or(step.name);
                }
                _ => steps.push(step),
            }
        }
        steps
    }

    /// The longest walk on it between two benches, or an end and a bench, metres:
    /// whoever needs to rest must be able to go so far. Benches count where they stand
    /// on an edge that is walked.
    pub fn longest_without_rest(&self, benches: &[Place]) -> f64 {
        let mut rests = vec![0.0, self.metres];
        let mut walked = 0.0;
        for leg in &self.legs {
            let (low, high) = (leg.begin_cm.min(leg.end_cm), leg.begin_cm.max(leg.end_cm));
            let on_leg = benches.iter().filter(|bench| {
                EdgeId(bench.edge) == leg.edge && (low..=high).contains(&bench.offset_cm)
            });
            rests.extend(
                on_leg.map(|bench| {
                    walked + f64::from(bench.offset_cm.abs_diff(leg.begin_cm)) / 100.0
                }),
            );
            walked += leg.metres();
        }
        sorted::by_key(&mut rests, |rest| *rest);
        let gaps = rests.windows(2).map(|pair| pair[1] - pair[0]);
        gaps.fold(0.0, f64::max)
    }
}

fn sum(a: Seconds, b: Seconds) -> Seconds {
    Seconds::from_millis(a.millis().saturating_add(b.millis()))
}

impl Step {
    /// Whether `next` needs no words of its own.
    fn goes_on_as(&self, next: &Self) -> bool {
        let same_street = self.name.is_none() || next.name.is_none() || self.name == next.name;
        let alike = self.passage == next.passage
            && !matches!(self.passage, Passage::Crossing { .. } | Passage::Lift);
        next.turn == Turn::Straight && same_street && alike
    }
}

/// The step of one leg, and the direction in which it ends, degrees.
fn step_of(network: &Network, leg: &Leg, arrived: Option<f64>) -> Option<(Step, f64)> {
    let edge = network.edge(leg.edge)?;
    let at = |cm: u32| network.position_along(leg.edge.0, cm);
    let (begin, end) = (at(leg.begin_cm), at(leg.end_cm));
    let look_cm = ((LOOK_M * 100.0) as u32).min(leg.begin_cm.abs_diff(leg.end_cm));
    let (after, before) = if leg.is_backward() {
        (leg.begin_cm - look_cm, leg.end_cm + look_cm)
    } else {
        (leg.begin_cm + look_cm, leg.end_cm - look_cm)
    };
    let bearing_deg = bearing(begin, at(after));
    let step = Step {
        turn: arrived.map_or(Turn::Start, |arrived| Turn::of(bearing_deg - arrived)),
        passage: Passage::of(
            edge.traits().kind,
            edge.traits().structure,
            signals(&edge.traits()),
        ),
        name: network.name_of(leg.edge.0),
        metres: leg.metres(),
        seconds: leg.seconds(),
        bearing_deg,
        at: begin,
    };
    Some((step, bearing(at(before), end)))
}

fn signals(traits: &crate::traits::Traits) -> bool {
    traits.first.has(Ends::SIGNAL) || traits.last.has(Ends::SIGNAL)
}

impl Passage {
    fn of(kind: WayKind, structure: Structure, signals: bool) -> Self {
        match (kind, structure) {
            (WayKind::Steps, _) => Self::Steps,
            (WayKind::Lift, _) => Self::Lift,
            (WayKind::Ferry, _) => Self::Ferry,
            (_, Structure::Bridge) => Self::Bridge,
            (_, Structure::Tunnel) => Self::Tunnel,
            (WayKind::Crossing, _) => Self::Crossing { signals },
            _ => Self::Way,
        }
    }
}

/// Degrees from north to the east, 0 to 360.
fn bearing(from: Wgs84, to: Wgs84) -> f64 {
    let scale = Scale::at_degrees(from.lat);
    let (east, north) = (
        (to.lon - from.lon) * scale.lon,
        (to.lat - from.lat) * scale.lat,
    );
    east.atan2(north).to_degrees().rem_euclid(360.0)
}
