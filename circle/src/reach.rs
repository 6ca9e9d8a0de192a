//! Bounded shortest paths over walking time.
//!
//! Dijkstra's algorithm with a binary heap. Labels carry the number of the run that
//! wrote them, so a new run has nothing to clear; heap, labels and lists are kept, so
//! after the first run nothing is allocated.

use std::cmp::{Ordering, Reverse};
use std::collections::BinaryHeap;

use crate::network::{Arc, Edge, Network, Place, Step};
use crate::profile::{Pace, Profile};
use crate::seconds::Seconds;
use crate::sorted;

/// A search, and the memory it keeps from one run to the next.
///
/// Made once for a network and run as often as the finger moves.
#[derive(Debug, Default)]
pub struct Reach {
    labels: Vec<Label>,
    heap: BinaryHeap<Reverse<u64>>,
    /// One for each of the network's traits: what they mean to the current profile.
    rules: Vec<Rule>,
    /// The starts by edge.
    starts: Vec<Start>,
    settled: Vec<u32>,
    question: Question,
}

/// What the last run was asked.
#[derive(Clone, Copy, Debug, Default)]
struct Question {
    run: u32,
    heading: Heading,
    limit: Seconds,
    approach: Option<Pace>,
}

/// Which way the walk goes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Heading {
    /// From the given places to everywhere else.
    #[default]
    From,
    /// From everywhere else to the given places: differs where one may walk only one way.
    To,
}

/// Time, and in the lowest bit whether unknown ground was needed: of two equally quick
/// ways the known one wins, and a plain comparison does it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Cost(u32);

impl Cost {
    fn new(millis: u32, unknown: bool) -> Self {
        Self(millis.min(Seconds::MAX.millis()) << 1 | u32::from(unknown))
    }

    pub(crate) fn millis(self) -> u32 {
        self.0 >> 1
    }

    pub(crate) fn unknown(self) -> bool {
        self.0 & 1 == 1
    }

    fn plus(self, millis: u32, unknown: bool) -> Self {
        Self::new(
            self.millis().saturating_add(millis),
            self.unknown() || unknown,
        )
    }
}

#[derive(Clone, Copy, Debug)]
struct Label {
    run: u32,
    cost: Cost,
    /// Which of the given places the way begins (or ends) at.
    source: u32,
    /// The edge it was reached by, or the start's own.
    via: Step,
}

const UNLABELLED: Label = Label {
    run: 0,
    cost: Cost(u32::MAX),
    source: 0,
    via: Step::NONE,
};

#[derive(Clone, Copy, Debug)]
pub(crate) struct Start {
    pub edge: u32,
    pub offset_cm: u32,
    /// Milliseconds between the door and the edge.
    pub approach: u32,
    pub source: u32,
}

/// What one kind of traits means to one profile and heading.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rule {
    pub pace: Pace,
    /// Whether it can be searched from the first point to the last, and back.
    pub forward: bool,
    pub backward: bool,
    unknown: bool,
    pub wait_first: u32,
    pub wait_last: u32,
}

impl Rule {
    fn allows(&self, backward: bool) -> bool {
        if backward {
            self.backward
        } else {
            self.forward
        }
    }

    /// Milliseconds from one end to the other.
    pub fn whole(&self, length_cm: u32) -> u32 {
        self.pace
            .millis(length_cm)
            .saturating_add(self.wait_first)
            .saturating_add(self.wait_last)
    }

    /// Milliseconds from a point on the edge to its last point, or from the last point.
    pub fn to_last(self, length_cm: u32, offset_cm: u32) -> u32 {
        self.pace
            .millis(length_cm.saturating_sub(offset_cm))
            .saturating_add(self.wait_last)
    }

    /// The same at the first point.
    pub fn to_first(self, offset_cm: u32) -> u32 {
        self.pace.millis(offset_cm).saturating_add(self.wait_first)
    }
}

impl Reach {
    /// A search with memory for `network`.
    pub fn new(network: &Network) -> Self {
        let mut reach = Self::default();
        reach.labels.resize(network.node_count(), UNLABELLED);
        reach.rules.reserve(network.palette.len());
        // A search holds each arc in the heap at most once. What a quarter of an hour
        // reaches is far below the cap; a larger search grows its memory once.
        let usual = network.arc_count().min(1 << 16);
        reach.heap.reserve(usual + 16);
        reach.settled.reserve(network.node_count().min(1 << 16));
        reach
    }

    /// Searches from `starts` as far as `limit`. Starts that are not on this network are
    /// passed over.
    pub fn run<'a>(
        &'a mut self,
        network: &'a Network,
        starts: &[Place],
        profile: &Profile,
        limit: Seconds,
    ) -> Reached<'a> {
        self.search(network, starts, profile, limit, Heading::From)
    }

    /// Searches backwards: everywhere from which one of `ends` is within `limit`. One
    /// run from all pharmacies tells every door its nearest.
    pub fn run_to<'a>(
        &'a mut self,
        network: &'a Network,
        ends: &[Place],
        profile: &Profile,
        limit: Seconds,
    ) -> Reached<'a> {
        self.search(network, ends, profile, limit, Heading::To)
    }

    fn search<'a>(
        &'a mut self,
        network: &'a Network,
        places: &[Place],
        profile: &Profile,
        limit: Seconds,
        heading: Heading,
    ) -> Reached<'a> {
        self.prepare(network, profile, limit, heading);
        self.seed(network, places);
        self.spread(network);
        Reached {
            reach: self,
            network,
        }
    }

    fn prepare(&mut self, network: &Network, profile: &Profile, limit: Seconds, heading: Heading) {
        let run = match self.question.run.checked_add(1) {
            // After four thousand million runs the numbers begin again, once.
            None => {
                self.labels.fill(UNLABELLED);
                1
            }
            Some(run) => run,
        };
        if self.labels.len() < network.node_count() {
            self.labels.resize(network.node_count(), UNLABELLED);
        }
        let approach = profile.walks_to_the_network.then(|| profile.pace());
        self.question = Question {
            run,
            heading,
            limit,
            approach,
        };
        self.heap.clear();
        self.settled.clear();
        self.starts.clear();
        self.rules.clear();
        self.rules.extend(network.palette.iter().map(|traits| {
            let open = profile.can_walk(traits);
            let (ahead, back) = (
                traits.direction.allows_forward(),
                traits.direction.allows_backward(),
            );
            let (forward, backward) = match heading {
                Heading::From => (ahead, back),
                Heading::To => (back, ahead),
            };
            Rule {
                pace: profile.pace_on(traits.kind),
                forward: open && forward,
                backward: open && backward,
                unknown: profile.meets_unknown(traits),
                wait_first: profile.wait(traits.first),
                wait_last: profile.wait(traits.last),
            }
        }));
    }

    fn seed(&mut self, network: &Network, places: &[Place]) {
        for (source, place) in (0_u32..).zip(places) {
            let Some(edge) = network.edges.get(place.edge as usize) else {
                continue;
            };
            let start = Start {
                edge: place.edge,
                offset_cm: place.offset_cm.min(edge.length_cm),
                approach: self.question.approach(place),
                source,
            };
            self.starts.push(start);
            let rule = self.rules[usize::from(edge.traits)];
            let begin = Cost::new(start.approach, false);
            let ends = [
                (
                    false,
                    edge.to,
                    rule.to_last(edge.length_cm, start.offset_cm),
                ),
                (true, edge.from, rule.to_first(start.offset_cm)),
            ];
            for (backward, node, millis) in ends {
                if rule.allows(backward) {
                    let via = Step::start(place.edge, backward);
                    self.improve(node, begin.plus(millis, rule.unknown), source, via);
                }
            }
        }
        sorted::by_key(&mut self.starts, |start| {
            (start.edge, start.offset_cm, start.source)
        });
    }

    fn spread(&mut self, network: &Network) {
        while let Some(Reverse(entry)) = self.heap.pop() {
            let (cost, node) = (Cost((entry >> 32) as u32), entry as u32);
            let label = self.labels[node as usize];
            if label.cost != cost {
                // A quicker way was found after this one was put in.
                continue;
            }
            self.settled.push(node);
            for arc in network.arcs_of(node) {
                self.follow(arc, label);
            }
        }
    }

    fn follow(&mut self, arc: &Arc, label: Label) {
        let rule = &self.rules[usize::from(arc.traits)];
        if rule.allows(arc.step.is_backward()) {
            let cost = label.cost.plus(rule.whole(arc.length_cm), rule.unknown);
            self.improve(arc.head, cost, label.source, arc.step);
        }
    }

    fn improve(&mut self, node: u32, cost: Cost, source: u32, via: Step) {
        let run = self.question.run;
        let label = &mut self.labels[node as usize];
        let known = label.run == run && label.cost <= cost;
        if known || cost.millis() > self.question.limit.millis() {
            return;
        }
        *label = Label {
            run,
            cost,
            source,
            via,
        };
        self.heap
            .push(Reverse(u64::from(cost.0) << 32 | u64::from(node)));
    }

    fn label(&self, node: u32) -> Option<&Label> {
        self.labels
            .get(node as usize)
            .filter(|label| label.run == self.question.run)
    }
}

impl Question {
    fn approach(&self, place: &Place) -> u32 {
        self.approach.map_or(0, |pace| pace.millis(place.away_cm))
    }
}

/// How one gets to (or from) a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Arrival {
    /// Walking time.
    pub seconds: Seconds,
    /// Which of the places the search was given, by its number in the list.
    pub source: usize,
    /// Whether the way needs ground of which nobody knows that a wheelchair can pass.
    /// Always false for those who walk.
    pub unknown: bool,
}

/// What a search reached.
#[derive(Clone, Copy, Debug)]
pub struct Reached<'a> {
    reach: &'a Reach,
    network: &'a Network,
}

/// A way to a place: its cost, its source, its last part.
type Candidate = (Cost, u32, Ending);

/// The last part of a way: from a node, or along the edge a start is on.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Ending {
    /// From the edge's first node.
    First,
    /// From its last node.
    Last,
    /// Straight along the edge from where the search began.
    Along { start_cm: u32 },
}

impl<'a> Reached<'a> {
    /// Walking time between `place` and the nearest of the places the search was given;
    /// `None` when that is over the limit or there is no way.
    pub fn seconds_to(&self, place: Place) -> Option<Seconds> {
        self.arrival(place).map(|arrival| arrival.seconds)
    }

    /// The same with the place it is nearest to.
    pub fn arrival(&self, place: Place) -> Option<Arrival> {
        self.best(place).map(|(cost, source, _)| Arrival {
            seconds: Seconds::from_millis(cost.millis()),
            source: source as usize,
            unknown: cost.unknown(),
        })
    }

    /// The same for many places at once, in their order: all facilities of a street
    /// from one search. `arrivals` is emptied first; its memory is kept.
    pub fn arrivals(&self, places: &[Place], arrivals: &mut Vec<Option<Arrival>>) {
        arrivals.clear();
        arrivals.extend(places.iter().map(|place| self.arrival(*place)));
    }

    /// Walking time at a node, by its number in the network.
    pub fn seconds_at(&self, node: usize) -> Option<Seconds> {
        let label = self.reach.label(u32::try_from(node).ok()?)?;
        Some(Seconds::from_millis(label.cost.millis()))
    }

    /// The nodes reached, nearest first.
    pub fn nodes(&self) -> impl Iterator<Item = (usize, Seconds)> + 'a {
        let reach = self.reach;
        reach.settled.iter().map(|&node| {
            let cost = reach.labels[node as usize].cost;
            (node as usize, Seconds::from_millis(cost.millis()))
        })
    }

    /// Which way the search went.
    pub fn heading(&self) -> Heading {
        self.reach.question.heading
    }

    /// How far it went.
    pub fn limit(&self) -> Seconds {
        self.reach.question.limit
    }

    pub(crate) fn network(&self) -> &'a Network {
        self.network
    }

    /// What the profile of the search makes of an edge. `edge` must be in range.
    pub(crate) fn rule_on(&self, edge: u32) -> Rule {
        self.reach.rules[usize::from(self.network.edges[edge as usize].traits)]
    }

    /// The searched places on an edge, in the order of the edge.
    pub(crate) fn starts_on(&self, edge: u32) -> &'a [Start] {
        let starts = &self.reach.starts;
        let begin = starts.partition_point(|start| start.edge < edge);
        let count = starts[begin..].partition_point(|start| start.edge == edge);
        &starts[begin..begin + count]
    }

    /// Every searched place.
    pub(crate) fn starts(&self) -> &'a [Start] {
        &self.reach.starts
    }

    /// Milliseconds at a node.
    pub(crate) fn millis_at(&self, node: u32) -> Option<u32> {
        self.reach.label(node).map(|label| label.cost.millis())
    }

    /// The nodes reached, nearest first.
    pub(crate) fn settled(&self) -> &'a [u32] {
        &self.reach.settled
    }

    /// The edge a node was reached by, and the source.
    pub(crate) fn via(&self, node: u32) -> Option<(Step, u32)> {
        self.reach
            .label(node)
            .map(|label| (label.via, label.source))
    }

    /// How far along its edge the start number `source` is.
    pub(crate) fn start_cm(&self, source: u32) -> Option<u32> {
        self.reach
            .starts
            .iter()
            .find(|start| start.source == source)
            .map(|start| start.offset_cm)
    }

    /// The quickest of the ways to a place: through either end of its edge, or along it.
    pub(crate) fn best(&self, place: Place) -> Option<Candidate> {
        let edge = self.network.edges.get(place.edge as usize)?;
        let offset = place.offset_cm.min(edge.length_cm);
        let rule = self.reach.rules.get(usize::from(edge.traits))?;
        let through = self.through_ends(edge, offset, rule).into_iter().flatten();
        let (cost, source, ending) = through
            .chain(self.along(place.edge, offset, rule))
            .min_by_key(|&(cost, source, _)| (cost, source))?;
        let cost = cost.plus(self.reach.question.approach(&place), false);
        (cost.millis() <= self.reach.question.limit.millis()).then_some((cost, source, ending))
    }

    fn through_ends(&self, edge: &Edge, offset: u32, rule: &Rule) -> [Option<Candidate>; 2] {
        let first = || {
            let label = self.reach.label(edge.from)?;
            let cost = label.cost.plus(rule.to_first(offset), rule.unknown);
            Some((cost, label.source, Ending::First))
        };
        let last = || {
            let label = self.reach.label(edge.to)?;
            let cost = label
                .cost
                .plus(rule.to_last(edge.length_cm, offset), rule.unknown);
            Some((cost, label.source, Ending::Last))
        };
        // From its first node the edge is walked forward.
        [
            rule.forward.then(first).flatten(),
            rule.backward.then(last).flatten(),
        ]
    }

    fn along(&self, edge: u32, offset: u32, rule: &Rule) -> Option<Candidate> {
        self.starts_on(edge)
            .iter()
            .filter(|start| match offset.cmp(&start.offset_cm) {
                Ordering::Greater => rule.forward,
                Ordering::Less => rule.backward,
                Ordering::Equal => rule.forward || rule.backward,
            })
            .map(|start| {
                let walk = rule.pace.millis(offset.abs_diff(start.offset_cm));
                let cost = Cost::new(start.approach, false).plus(walk, rule.unknown);
                (
                    cost,
                    start.source,
                    Ending::Along {
                        start_cm: start.offset_cm,
                    },
                )
            })
            .min_by_key(|&(cost, source, _)| (cost, source))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::builder::{NetworkBuilder, PointId};
    use crate::geo::Wgs84;
    use crate::network::EdgeId;
    use crate::traits::{Traits, WayKind, Wheelchair};

    /// A comb of `teeth` streets along one long one, about 100 m apart.
    fn comb(teeth: usize) -> Network {
        let mut builder = NetworkBuilder::new();
        let mut row = |lat: f64| -> Vec<PointId> {
            let at = |tooth: usize| Wgs84::new(lat, 116.3 + 0.001 * tooth as f64);
            (0..teeth)
                .map(|tooth| builder.point(at(tooth)).unwrap())
                .collect()
        };
        let (long, ends) = (row(40.0), row(40.001));
        builder.way(&long, Traits::new(WayKind::Street)).unwrap();
        for (a, b) in long.iter().zip(&ends) {
            builder
                .way(&[*a, *b], Traits::new(WayKind::Footway))
                .unwrap();
        }
        builder.build().unwrap().0
    }

    fn memory(reach: &Reach) -> [usize; 5] {
        [
            reach.labels.capacity(),
            reach.heap.capacity(),
            reach.rules.capacity(),
            reach.starts.capacity(),
            reach.settled.capacity(),
        ]
    }

    #[test]
    fn nothing_is_allocated_after_the_first_run() {
        let network = comb(50);
        let places: Vec<Place> = network
            .edges()
            .map(|edge| network.place(edge.id(), 1.0).unwrap())
            .collect();
        let mut reach = Reach::new(&network);
        reach.run(&network, &places[..1], &Profile::ADULT, Seconds::new(60));
        let first = memory(&reach);
        for place in places.chunks(1) {
            for profile in Profile::ALL {
                reach.run(&network, place, &profile, Seconds::MAX);
                reach.run_to(&network, place, &profile, Seconds::new(300));
                assert_eq!(memory(&reach), first);
            }
        }
    }

    #[test]
    fn a_run_does_not_see_the_one_before_even_when_the_numbers_begin_again() {
        let network = comb(5);
        let start = network.place(EdgeId(0), 0.0).unwrap();
        let mut reach = Reach::new(&network);
        for run in [0, u32::MAX - 1, u32::MAX] {
            reach.question.run = run;
            let whole = reach.run(&network, &[start], &Profile::ADULT, Seconds::MAX);
            assert_eq!(
                whole.nodes().count(),
                network.node_count(),
                "after run {run}"
            );
            let none = reach.run(&network, &[], &Profile::ADULT, Seconds::MAX);
            assert_eq!(none.nodes().count(), 0, "after run {run}");
            assert_eq!(none.seconds_to(start), None, "after run {run}");
        }
    }

    #[test]
    fn places_of_another_network_are_passed_over() {
        let (large, small) = (comb(50), comb(3));
        let foreign = large.place(EdgeId(60), 10.0).unwrap();
        let mut reach = Reach::new(&large);
        let reached = reach.run(&small, &[foreign], &Profile::ADULT, Seconds::MAX);
        assert_eq!(
            (reached.nodes().count(), reached.arrival(foreign)),
            (0, None)
        );
        assert_eq!(reached.route(foreign), None);
        assert_eq!(small.position(foreign), None);
    }

    #[test]
    fn the_limit_is_reached_and_not_passed() {
        let network = comb(30);
        let start = network.place(EdgeId(0), 0.0).unwrap();
        let mut reach = Reach::new(&network);
        let limit = Seconds::from_minutes(5);
        let far: Vec<_> = reach
            .run(&network, &[start], &Profile::ADULT, Seconds::MAX)
            .nodes()
            .filter(|(_, seconds)| *seconds <= limit)
            .collect();
        let near: Vec<_> = reach
            .run(&network, &[start], &Profile::ADULT, limit)
            .nodes()
            .collect();
        assert_eq!(near, far);
        assert!(near.is_sorted_by_key(|(_, seconds)| *seconds));
        assert!(near.len() > 5 && near.len() < network.node_count());
        let stay = reach.run(&network, &[start], &Profile::ADULT, Seconds::ZERO);
        assert_eq!(stay.seconds_to(start), Some(Seconds::ZERO));
    }

    /// Two ways round a block, the longer one known: both answers are told apart.
    #[test]
    fn unknown_ground_is_used_and_reported_or_not_used() {
        let mut builder = NetworkBuilder::new();
        let points: Vec<PointId> = [(0, 0), (10, 0), (20, 0), (10, 10), (10, 100)]
            .map(|(x, y)| Wgs84::new(40.0 + 1e-4 * f64::from(y), 116.3 + 1e-4 * f64::from(x)))
            .map(|at| builder.point(at).unwrap())
            .to_vec();
        let on = |wheelchair| Traits {
            wheelchair,
            ..Traits::new(WayKind::Footway)
        };
        builder
            .way(&[points[0], points[1], points[2]], on(Wheelchair::Unknown))
            .unwrap();
        builder
            .way(&[points[0], points[3], points[2]], on(Wheelchair::Passable))
            .unwrap();
        // Somewhere to begin and end, so that the ends are junctions.
        builder
            .way(&[points[0], points[4]], on(Wheelchair::Passable))
            .unwrap();
        builder
            .way(&[points[2], points[4]], on(Wheelchair::Impassable))
            .unwrap();
        let (network, _) = builder.build().unwrap();
        let at = |east: f64, north: f64| {
            let at = Wgs84::new(40.0 + north * 1e-4, 116.3 + east * 1e-4);
            network
                .snap(at, &Profile::WHEELCHAIR.known_ground_only(), 50.0)
                .unwrap()
        };
        let (start, end) = (at(0.05, 0.6), at(19.95, 0.1));
        let mut reach = Reach::new(&network);
        let mut ask = |profile: Profile| {
            reach
                .run(&network, &[start], &profile, Seconds::MAX)
                .arrival(end)
                .unwrap()
        };
        let (any, known) = (
            ask(Profile::WHEELCHAIR),
            ask(Profile::WHEELCHAIR.known_ground_only()),
        );
        assert!(any.unknown && !known.unknown, "{any:?} {known:?}");
        assert!(any.seconds < known.seconds, "{any:?} {known:?}");
        assert!(!ask(Profile::ADULT).unknown);
    }

    #[test]
    fn the_way_from_the_door_takes_time() {
        let network = comb(5);
        let beside = Wgs84::new(39.9998, 116.3012);
        let door = network.snap(beside, &Profile::ADULT, 100.0).unwrap();
        assert!((door.metres_away() - 22.2).abs() < 0.1, "{door:?}");
        let on_street = network
            .place(door.edge(), door.offset_metres() + 12.0)
            .unwrap();
        let mut reach = Reach::new(&network);
        for (profile, expected) in [(Profile::ADULT, 34.2 / 1.2), (Profile::PLAIN, 10.0)] {
            let there = reach
                .run(&network, &[door], &profile, Seconds::MAX)
                .seconds_to(on_street);
            let back = reach
                .run(&network, &[on_street], &profile, Seconds::MAX)
                .seconds_to(door);
            assert_eq!(there, back);
            let seconds = there.unwrap().as_f64();
            assert!(
                (seconds - expected).abs() < 0.1,
                "{}: {seconds}",
                profile.name
            );
        }
    }
}
