//! The way itself: which edges, in which order, how far along each.

use crate::geo::Wgs84;
use crate::network::{EdgeId, Network, Place};
use crate::reach::{Ending, Heading, Reached};
use crate::seconds::Seconds;

/// A way between a place and the nearest of the places a search was given, in the order
/// it is walked.
#[derive(Clone, Debug, PartialEq)]
pub struct Route {
    /// Walking time, the straight parts between the doors and the network included.
    pub seconds: Seconds,
    /// Length on the network, metres.
    pub metres: f64,
    /// Which of the places the search was given.
    pub source: usize,
    /// Whether it needs ground of which nobody knows that a wheelchair can pass.
    pub unknown: bool,
    /// Its parts, one an edge.
    pub legs: Vec<Leg>,
}

/// A walk along one edge.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Leg {
    /// The edge.
    pub edge: EdgeId,
    pub(crate) begin_cm: u32,
    pub(crate) end_cm: u32,
    pub(crate) millis: u32,
}

impl Leg {
    /// Its length, metres.
    pub fn metres(self) -> f64 {
        f64::from(self.begin_cm.abs_diff(self.end_cm)) / 100.0
    }

    /// How long it takes, with half of what is waited for at each end of the edge.
    pub fn seconds(self) -> Seconds {
        Seconds::from_millis(self.millis)
    }

    /// Metres along the edge, from its first point, where the walk begins.
    pub fn begin_metres(self) -> f64 {
        f64::from(self.begin_cm) / 100.0
    }

    /// Metres along the edge, from its first point, where the walk ends.
    pub fn end_metres(self) -> f64 {
        f64::from(self.end_cm) / 100.0
    }

    /// Whether the edge is walked from its last point to its first.
    pub fn is_backward(self) -> bool {
        self.begin_cm > self.end_cm
    }

    fn turned(self) -> Self {
        Self {
            begin_cm: self.end_cm,
            end_cm: self.begin_cm,
            ..self
        }
    }
}

impl Route {
    /// Its line on the map; each point once. Empty when `network` is another one.
    pub fn points(&self, network: &Network) -> Vec<Wgs84> {
        let mut points = Vec::new();
        for leg in &self.legs {
            if network.edge(leg.edge).is_none() {
                return Vec::new();
            }
            let edge = leg.edge.0;
            let (low, high) = (leg.begin_cm.min(leg.end_cm), leg.begin_cm.max(leg.end_cm));
            let between = network.shape_between(edge, low, high);
            points.push(network.position_along(edge, leg.begin_cm));
            if leg.is_backward() {
                points.extend(between.rev());
            } else {
                points.extend(between);
            }
            points.push(network.position_along(edge, leg.end_cm));
        }
        points.dedup();
        points
    }
}

impl Reached<'_> {
    /// The quickest way between `place` and the nearest of the places the search was
    /// given; `None` when [`Reached::arrival`] is. Takes memory for its answer.
    pub fn route(&self, place: Place) -> Option<Route> {
        let (cost, source, ending) = self.best(place)?;
        let mut legs = self.trace(place, ending)?;
        if self.heading() == Heading::From {
            legs.reverse();
        } else {
            legs.iter_mut().for_each(|leg| *leg = leg.turned());
        }
        Some(Route {
            seconds: Seconds::from_millis(cost.millis()),
            metres: legs.iter().map(|leg| leg.metres()).sum(),
            source: source as usize,
            unknown: cost.unknown(),
            legs,
        })
    }

    /// Legs from the place back to where the search began, each in the search's sense.
    fn trace(&self, place: Place, ending: Ending) -> Option<Vec<Leg>> {
        let edges = &self.network().edges;
        let edge = edges.get(place.edge as usize)?;
        let end_cm = place.offset_cm.min(edge.length_cm);
        let rule = self.rule_on(place.edge);
        let leg = |begin_cm, millis| Leg {
            edge: EdgeId(place.edge),
            begin_cm,
            end_cm,
            millis,
        };
        let (mut legs, mut node) = match ending {
            Ending::Along { start_cm } => {
                let millis = rule.pace.millis(start_cm.abs_diff(end_cm));
                return Some(vec![leg(start_cm, millis)]);
            }
            Ending::First => (vec![leg(0, rule.to_first(end_cm))], edge.from),
            Ending::Last => {
                let millis = rule.to_last(edge.length_cm, end_cm);
                (vec![leg(edge.length_cm, millis)], edge.to)
            }
        };
        loop {
            let (step, source) = self.via(node)?;
            let edge = edges.get(step.edge() as usize)?;
            let (tail, head) = if step.is_backward() {
                (edge.length_cm, 0)
            } else {
                (0, edge.length_cm)
            };
            let rule = self.rule_on(step.edge());
            let (begin_cm, millis) = if step.is_start() {
                let start_cm = self.start_cm(source)?;
                let millis = if step.is_backward() {
                    rule.to_first(start_cm)
                } else {
                    rule.to_last(edge.length_cm, start_cm)
                };
                (start_cm, millis)
            } else {
                (tail, rule.whole(edge.length_cm))
            };
            legs.push(Leg {
                edge: EdgeId(step.edge()),
                begin_cm,
                end_cm: head,
                millis,
            });
            if step.is_start() {
                return Some(legs);
            }
            node = if step.is_backward() {
                edge.to
            } else {
                edge.from
            };
        }
    }
}
