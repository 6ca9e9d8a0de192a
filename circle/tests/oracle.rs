//! The search against an independent one: Floyd and Warshall's algorithm on the points
//! as they were drawn, before anything is contracted or straightened. A failing network
//! is printed whole.

#![allow(clippy::unwrap_used)]

use std::collections::HashSet;

use circle::{
    Bands, Coverage, Direction, Ends, Ground, Network, NetworkBuilder, Place, PointId, Profile,
    Reach, Seconds, Standard, Traits, Turn, WayKind, Wgs84, Wheelchair,
};
use proptest::prelude::*;

/// The builder keeps coordinates to multiples of this, so drawings are made of them and
/// nothing moves.
const QUANTUM_DEGREES: f64 = 5e-6;

/// A network as drawn: ways through points, and places on their segments to go between.
#[derive(Clone, Debug)]
struct Drawing {
    points: Vec<Wgs84>,
    ways: Vec<(Vec<usize>, Traits)>,
    stops: Vec<Stop>,
}

/// A place part of the way along one segment of a way.
#[derive(Clone, Copy, Debug)]
struct Stop {
    way: usize,
    segment: usize,
    part: f64,
}

impl Drawing {
    fn build(&self) -> Network {
        let mut builder = NetworkBuilder::new();
        let points: Vec<PointId> = self
            .points
            .iter()
            .map(|&at| builder.point(at).unwrap())
            .collect();
        for (way, traits) in &self.ways {
            let way: Vec<PointId> = way.iter().map(|&point| points[point]).collect();
            builder.way(&way, *traits).unwrap();
        }
        builder.build().unwrap().0
    }

    fn position(&self, stop: &Stop) -> Wgs84 {
        let way = &self.ways[stop.way].0;
        let (a, b) = (
            self.points[way[stop.segment]],
            self.points[way[stop.segment + 1]],
        );
        Wgs84::new(
            a.lat + (b.lat - a.lat) * stop.part,
            a.lon + (b.lon - a.lon) * stop.part,
        )
    }

    /// Where a stop is on the network, by looking at every edge for its segment. None
    /// when its part was dropped or its segment straightened.
    fn place(&self, network: &Network, stop: &Stop) -> Option<Place> {
        let end = |part| self.position(&Stop { part, ..*stop });
        let is = |a: Wgs84, b: Wgs84| a.metres_to(b) < 0.01;
        network.edges().find_map(|edge| {
            let points: Vec<Wgs84> = edge.points().collect();
            let mut before = 0.0;
            for pair in points.windows(2) {
                let metres = pair[0].metres_to(pair[1]);
                if is(pair[0], end(0.0)) && is(pair[1], end(1.0)) {
                    return network.place(edge.id(), before + metres * stop.part);
                }
                if is(pair[0], end(1.0)) && is(pair[1], end(0.0)) {
                    return network.place(edge.id(), before + metres * (1.0 - stop.part));
                }
                before += metres;
            }
            None
        })
    }
}

/// Metres to a line, and along it to the nearest point.
fn nearest_on(points: &[Wgs84], at: Wgs84) -> (f64, f64) {
    let (mut before, mut best) = (0.0, (f64::INFINITY, 0.0));
    for pair in points.windows(2) {
        let (a, b) = (pair[0], pair[1]);
        let x = |p: Wgs84| (p.lon - at.lon).signum() * at.metres_to(Wgs84::new(at.lat, p.lon));
        let y = |p: Wgs84| (p.lat - at.lat).signum() * at.metres_to(Wgs84::new(p.lat, at.lon));
        let (dx, dy) = (x(b) - x(a), y(b) - y(a));
        let part = (-(x(a) * dx + y(a) * dy) / (dx * dx + dy * dy).max(1e-9)).clamp(0.0, 1.0);
        let away = (x(a) + dx * part).hypot(y(a) + dy * part);
        let metres = a.metres_to(b);
        if away < best.0 {
            best = (away, before + part * metres);
        }
        before += metres;
    }
    best
}

/// Seconds between the points and stops of a drawing, by an algorithm that shares
/// nothing with the crate's but the meaning of the rules.
struct Oracle {
    times: Vec<Vec<f64>>,
    first_stop: usize,
}

impl Oracle {
    fn of(drawing: &Drawing, profile: &Profile) -> Self {
        let first_stop = drawing.points.len();
        let count = first_stop + drawing.stops.len();
        let mut times = vec![vec![f64::INFINITY; count]; count];
        (0..count).for_each(|point| times[point][point] = 0.0);
        for (number, (way, traits)) in drawing.ways.iter().enumerate() {
            for segment in 0..way.len() - 1 {
                let mut stations = vec![(0.0, way[segment]), (1.0, way[segment + 1])];
                let here = |stop: &Stop| stop.way == number && stop.segment == segment;
                for (index, stop) in drawing.stops.iter().enumerate().filter(|(_, s)| here(s)) {
                    stations.push((stop.part, first_stop + index));
                }
                stations.sort_by(|a, b| a.0.total_cmp(&b.0));
                let metres =
                    drawing.points[way[segment]].metres_to(drawing.points[way[segment + 1]]);
                let pieces = stations.len() - 1;
                for (index, pair) in stations.windows(2).enumerate() {
                    let mut seconds = walk(profile, traits, metres * (pair[1].0 - pair[0].0));
                    if segment == 0 && index == 0 {
                        seconds += wait(profile, traits.first);
                    }
                    if segment + 2 == way.len() && index + 1 == pieces {
                        seconds += wait(profile, traits.last);
                    }
                    let (a, b) = (pair[0].1, pair[1].1);
                    if traits.direction != Direction::Backward {
                        times[a][b] = times[a][b].min(seconds);
                    }
                    if traits.direction != Direction::Forward {
                        times[b][a] = times[b][a].min(seconds);
                    }
                }
            }
        }
        for through in 0..count {
            for from in 0..count {
                for to in 0..count {
                    times[from][to] =
                        times[from][to].min(times[from][through] + times[through][to]);
                }
            }
        }
        Self { times, first_stop }
    }

    fn between(&self, from: usize, to: usize) -> f64 {
        self.times[self.first_stop + from][self.first_stop + to]
    }
}

fn walk(profile: &Profile, traits: &Traits, metres: f64) -> f64 {
    let worst = match profile.ground {
        Ground::Any => None,
        Ground::StepFree => Some(Wheelchair::Unknown),
        Ground::KnownStepFree => Some(Wheelchair::Passable),
    };
    let barred =
        worst.is_some_and(|worst| traits.kind == WayKind::Steps || traits.wheelchair > worst);
    if barred {
        f64::INFINITY
    } else {
        metres * 1000.0 / f64::from(profile.speed_mm_s)
    }
}

fn wait(profile: &Profile, ends: Ends) -> f64 {
    [
        (Ends::SIGNAL, profile.signal),
        (Ends::CROSSING, profile.crossing),
        (Ends::FLIGHT, profile.flight),
    ]
    .into_iter()
    .filter(|(end, _)| ends.has(*end))
    .map(|(_, wait)| wait.as_f64() / 2.0)
    .sum()
}

fn traits() -> impl Strategy<Value = Traits> {
    use Direction::{Backward, Both, Forward};
    use Wheelchair::{Impassable, Passable, Unknown};
    let kind = prop_oneof![5 => Just(WayKind::Footway), 1 => Just(WayKind::Steps), 1 => Just(WayKind::Street)];
    let wheelchair = prop_oneof![3 => Just(Passable), 1 => Just(Unknown), 1 => Just(Impassable)];
    let direction = prop_oneof![6 => Just(Both), 1 => Just(Forward), 1 => Just(Backward)];
    let end =
        || prop_oneof![4 => Just(Ends::NONE), 1 => Just(Ends::SIGNAL), 1 => Just(Ends::CROSSING)];
    (kind, wheelchair, direction, end(), end()).prop_map(
        |(kind, wheelchair, direction, first, last)| {
            let flight = if kind == WayKind::Steps {
                Ends::FLIGHT
            } else {
                Ends::NONE
            };
            Traits {
                wheelchair,
                direction,
                first: first.with(flight),
                last: last.with(flight),
                ..Traits::new(kind)
            }
        },
    )
}

/// Points one in each cell of a grid, never within 30 m of each other; ways between
/// them of which no two share a segment.
fn drawing() -> impl Strategy<Value = Drawing> {
    (6_usize..26)
        .prop_flat_map(|count| {
            let cells = prop::sample::subsequence((0_i32..64).collect::<Vec<_>>(), count);
            let jitter = proptest::collection::vec((0_i32..40, 0_i32..40), count);
            let way = (proptest::collection::vec(0..count, 2..5), traits());
            let stop = (
                any::<prop::sample::Index>(),
                any::<prop::sample::Index>(),
                0.1_f64..0.9,
            );
            (
                cells.prop_shuffle(),
                jitter,
                proptest::collection::vec(way, 4..40),
                proptest::collection::vec(stop, 2..7),
            )
        })
        .prop_map(|(cells, jitter, ways, stops)| {
            let points: Vec<Wgs84> = cells
                .into_iter()
                .zip(jitter)
                .map(|(cell, (dx, dy))| {
                    let (x, y) = (cell % 8, cell / 8);
                    let degrees =
                        |cell: i32, jitter: i32| f64::from(cell * 120 + jitter) * QUANTUM_DEGREES;
                    Wgs84::new(40.0 + degrees(y, dy), 116.3 + degrees(x, dx))
                })
                .collect();
            let ways = distinct(&points, ways);
            let stops = stops
                .into_iter()
                .map(|(way, segment, part)| {
                    let way = way.index(ways.len());
                    Stop {
                        way,
                        segment: segment.index(ways[way].0.len() - 1),
                        part,
                    }
                })
                .collect();
            Drawing {
                points,
                ways,
                stops,
            }
        })
}

/// Ways of which no segment is drawn twice or leads past another point so closely that
/// straightening could make it so: then a segment names its edge.
fn distinct(points: &[Wgs84], ways: Vec<(Vec<usize>, Traits)>) -> Vec<(Vec<usize>, Traits)> {
    let mut taken = HashSet::new();
    let mut kept = Vec::new();
    for (mut way, traits) in ways {
        way.dedup();
        let segments: Vec<(usize, usize)> = way
            .windows(2)
            .map(|pair| (pair[0].min(pair[1]), pair[0].max(pair[1])))
            .collect();
        let fresh: HashSet<(usize, usize)> = segments.iter().copied().collect();
        let clear = segments.iter().all(|&(a, b)| {
            let others = (0..points.len()).filter(|point| ![a, b].contains(point));
            let ends = [points[a], points[b]];
            others
                .map(|point| nearest_on(&ends, points[point]).0)
                .all(|metres| metres > 2.0)
        });
        let whole = fresh.len() == segments.len() && !segments.is_empty();
        if clear && whole && fresh.is_disjoint(&taken) {
            taken.extend(fresh);
            kept.push((way, traits));
        }
    }
    if kept.is_empty() {
        kept.push((vec![0, 1], Traits::new(WayKind::Footway)));
    }
    kept
}

/// Every segment is rounded to a centimetre and every edge to a millisecond, and a
/// straightened bend is a few centimetres shorter.
const TOLERANCE_S: f64 = 0.5;

fn agrees(ours: Option<Seconds>, expected: f64, limit: Seconds) -> bool {
    match ours {
        Some(ours) => (ours.as_f64() - expected).abs() <= TOLERANCE_S,
        None => expected > limit.as_f64() - TOLERANCE_S,
    }
}

fn profile() -> impl Strategy<Value = Profile> {
    let strict = Profile::WHEELCHAIR.known_ground_only();
    prop::sample::select([Profile::ALL.as_slice(), &[strict]].concat())
}

proptest! {
    // What failed is printed whole, so nothing needs to be kept.
    #![proptest_config(ProptestConfig { cases: 600, failure_persistence: None, ..ProptestConfig::default() })]

    /// From every place to every other, forwards and backwards, within a limit.
    #[test]
    fn times_are_those_of_floyd_and_warshall(
        drawing in drawing(),
        profile in profile(),
        limit in prop_oneof![Just(Seconds::MAX), (60_u32..900).prop_map(Seconds::new)],
    ) {
        let network = drawing.build();
        let oracle = Oracle::of(&drawing, &profile);
        let mut reach = Reach::new(&network);
        let places: Vec<Option<Place>> =
            drawing.stops.iter().map(|stop| drawing.place(&network, stop)).collect();
        for (from, start) in places.iter().enumerate() {
            let Some(start) = start else { continue };
            for backwards in [false, true] {
                let reached = if backwards {
                    reach.run_to(&network, &[*start], &profile, limit)
                } else {
                    reach.run(&network, &[*start], &profile, limit)
                };
                for (to, place) in places.iter().enumerate() {
                    let Some(place) = place else { continue };
                    // A place on ground it cannot use is nowhere to it, even at once.
                    let traits = network.edge(start.edge()).unwrap().traits();
                    if from == to && !profile.can_walk(&traits) { continue }
                    let ours = reached.seconds_to(*place);
                    let (a, b) = if backwards { (to, from) } else { (from, to) };
                    let expected = oracle.between(a, b);
                    prop_assert!(
                        agrees(ours, expected, limit),
                        "{} from stop {a} to stop {b}: {ours:?}, not {expected} s, limit {limit}\n{drawing:#?}",
                        profile.name,
                    );
                }
            }
        }
    }

    /// From several places at once: the nearest, and which it was.
    #[test]
    fn the_nearest_of_several_is_the_nearest(drawing in drawing(), profile in profile()) {
        let network = drawing.build();
        let oracle = Oracle::of(&drawing, &profile);
        let mut reach = Reach::new(&network);
        let found: Vec<(usize, Place)> = drawing.stops.iter().enumerate()
            .filter_map(|(number, stop)| Some((number, drawing.place(&network, stop)?)))
            .collect();
        let (sources, targets) = found.split_at(found.len() / 2);
        let starts: Vec<Place> = sources.iter().map(|(_, place)| *place).collect();
        let reached = reach.run_to(&network, &starts, &profile, Seconds::MAX);
        for (target, place) in targets {
            let times: Vec<f64> = sources.iter().map(|(s, _)| oracle.between(*target, *s)).collect();
            let expected = times.iter().copied().fold(f64::INFINITY, f64::min);
            let ours = reached.arrival(*place);
            prop_assert!(
                agrees(ours.map(|arrival| arrival.seconds), expected, Seconds::MAX),
                "{} from stop {target} to {sources:?}: {ours:?}, not {expected} s\n{drawing:#?}", profile.name,
            );
            if let Some(arrival) = ours {
                prop_assert!((times[arrival.source] - expected).abs() <= 2.0 * TOLERANCE_S, "{drawing:#?}");
            }
        }
    }

    /// A route hangs together, begins and ends where it should, and takes as long as it
    /// says.
    #[test]
    fn routes_hang_together(drawing in drawing(), backwards in any::<bool>()) {
        let network = drawing.build();
        let mut reach = Reach::new(&network);
        let places: Vec<Place> =
            drawing.stops.iter().filter_map(|stop| drawing.place(&network, stop)).collect();
        let Some((start, ends)) = places.split_first() else { return Ok(()) };
        let reached = if backwards {
            reach.run_to(&network, &[*start], &Profile::PLAIN, Seconds::MAX)
        } else {
            reach.run(&network, &[*start], &Profile::PLAIN, Seconds::MAX)
        };
        for end in ends {
            let route = reached.route(*end);
            prop_assert_eq!(route.as_ref().map(|route| route.seconds), reached.seconds_to(*end));
            let Some(route) = route else { continue };
            let seconds = route.metres / 1.2;
            prop_assert!((seconds - route.seconds.as_f64()).abs() < 0.1, "{route:#?}\n{drawing:#?}");
            let points = route.points(&network);
            let (from, to) = if backwards { (*end, *start) } else { (*start, *end) };
            let near = |a: Wgs84, b: Wgs84| a.metres_to(b) < 0.05;
            prop_assert!(near(points[0], network.position(from).unwrap()), "{route:#?}\n{drawing:#?}");
            prop_assert!(near(points[points.len() - 1], network.position(to).unwrap()));
            let drawn: f64 = points.windows(2).map(|pair| pair[0].metres_to(pair[1])).sum();
            prop_assert!((drawn - route.metres).abs() < 0.5, "{drawn} m drawn: {route:#?}\n{drawing:#?}");
            for leg in &route.legs {
                let direction = network.edge(leg.edge).unwrap().traits().direction;
                let wrong = if leg.is_backward() { Direction::Forward } else { Direction::Backward };
                prop_assert!(direction != wrong || leg.metres() == 0.0, "{route:#?}\n{drawing:#?}");
            }
        }
    }

    /// The grid finds what looking at every edge finds.
    #[test]
    fn snapping_finds_the_nearest_edge(
        drawing in drawing(),
        east in -300_i32..1300,
        north in -300_i32..1300,
        within in 1.0_f64..2000.0,
    ) {
        let network = drawing.build();
        let at = Wgs84::new(
            40.0 + f64::from(north) * QUANTUM_DEGREES,
            116.3 + f64::from(east) * QUANTUM_DEGREES,
        );
        for profile in [Profile::ADULT, Profile::WHEELCHAIR] {
            let nearest = network.edges()
                .filter(|edge| profile.can_walk(&edge.traits()))
                .map(|edge| nearest_on(&edge.points().collect::<Vec<_>>(), at).0)
                .fold(f64::INFINITY, f64::min);
            match network.snap(at, &profile, within) {
                None => prop_assert!(nearest > within - 0.2, "{nearest} m within {within}\n{drawing:#?}"),
                Some(place) => {
                    prop_assert!((place.metres_away() - nearest).abs() < 0.2, "{place:?}, not {nearest} m\n{drawing:#?}");
                    let position = network.position(place).unwrap();
                    prop_assert!((at.metres_to(position) - place.metres_away()).abs() < 0.2, "{place:?}\n{drawing:#?}");
                }
            }
        }
    }

    /// Doors, facilities, and one more facility: who gains is who the matrix says.
    #[test]
    fn coverage_is_that_of_floyd_and_warshall(
        drawing in drawing(),
        profile in profile(),
        within in 60_u32..600,
        beyond in 0_u32..600,
    ) {
        let network = drawing.build();
        let oracle = Oracle::of(&drawing, &profile);
        let found: Vec<(usize, Place)> = drawing.stops.iter().enumerate()
            .filter_map(|(number, stop)| Some((number, drawing.place(&network, stop)?)))
            .collect();
        let Some(((added, facility), rest)) = found.split_first() else { return Ok(()) };
        let (facilities, doors) = rest.split_at(rest.len() / 2);
        let places = |stops: &[(usize, Place)]| stops.iter().map(|(_, place)| *place).collect::<Vec<_>>();
        let standard = Standard {
            profile,
            within: Seconds::new(within),
            farthest: Seconds::new(within + beyond),
        };
        let mut reach = Reach::new(&network);
        let mut coverage = Coverage::default();
        let door_places = places(doors);
        coverage.measure(&mut reach, &network, &door_places, &places(facilities), &standard);
        let mut gains = Vec::new();
        coverage.gains(&mut reach, &network, &door_places, *facility, &standard, &mut gains);
        for (number, (door, _)) in doors.iter().enumerate() {
            let now = facilities.iter().map(|(stop, _)| oracle.between(*door, *stop)).fold(f64::INFINITY, f64::min);
            let then = oracle.between(*door, *added);
            let nearest = coverage.nearest()[number].map(|arrival| arrival.seconds);
            prop_assert!(agrees(nearest, now, standard.farthest), "door {door}: {nearest:?}, not {now} s\n{drawing:#?}");
            let gain = gains.iter().find(|gain| gain.door == number);
            // Too near to call within the rounding of two sums.
            let call = (now.min(standard.farthest.as_f64()) - then).abs() > 2.0 * TOLERANCE_S;
            if call {
                let gains = then < now && then < standard.farthest.as_f64();
                prop_assert_eq!(gain.is_some(), gains, "door {}: {} s now, {} s then\n{:#?}", door, now, then, drawing);
            }
            if let Some(gain) = gain {
                prop_assert!(agrees(Some(gain.after), then, standard.farthest));
                let new = gain.after <= standard.within && !coverage.covers(number);
                prop_assert_eq!(gain.newly_covered, new);
            }
        }
    }

    /// What the legs and the steps of a route take adds up to the whole.
    #[test]
    fn legs_and_steps_add_up(drawing in drawing(), profile in profile(), backwards in any::<bool>()) {
        let network = drawing.build();
        let mut reach = Reach::new(&network);
        let places: Vec<Place> =
            drawing.stops.iter().filter_map(|stop| drawing.place(&network, stop)).collect();
        let Some((start, ends)) = places.split_first() else { return Ok(()) };
        let reached = if backwards {
            reach.run_to(&network, &[*start], &profile, Seconds::MAX)
        } else {
            reach.run(&network, &[*start], &profile, Seconds::MAX)
        };
        for route in ends.iter().filter_map(|end| reached.route(*end)) {
            let legs: u32 = route.legs.iter().map(|leg| leg.seconds().millis()).sum();
            prop_assert_eq!(legs, route.seconds.millis());
            let steps = route.steps(&network);
            let metres: f64 = steps.iter().map(|step| step.metres).sum();
            prop_assert!((metres - route.metres).abs() < 0.01, "{steps:#?}");
            prop_assert!(steps.len() <= route.legs.len());
            prop_assert!(steps.iter().skip(1).all(|step| step.turn != Turn::Start));
        }
    }

    /// Bands of random networks hold every place within the time, and none that is late
    /// unless a way within the time passes the same spot.
    #[test]
    fn bands_hold_what_is_reached(drawing in drawing(), profile in profile(), limit in 0_u32..600) {
        let network = drawing.build();
        let Some(start) = drawing.stops.iter().find_map(|stop| drawing.place(&network, stop)) else {
            return Ok(());
        };
        let limit = Seconds::new(limit);
        let mut reach = Reach::new(&network);
        let reached = reach.run(&network, &[start], &profile, Seconds::MAX);
        let mut bands = Bands::default();
        let bands: Vec<_> = bands.draw(&reached, &[limit]).collect();
        let spots: Vec<(Wgs84, Option<Seconds>)> = network.edges().flat_map(|edge| {
            let places = (0..=edge.metres() as usize).map(move |metre| (edge.id(), metre));
            places.map(|(edge, metre)| {
                let place = network.place(edge, metre as f64).unwrap();
                (network.position(place).unwrap(), reached.seconds_to(place))
            })
        }).collect();
        let within = |seconds: &Option<Seconds>| seconds.is_some_and(|seconds| seconds <= limit);
        for (at, seconds) in &spots {
            if within(seconds) {
                prop_assert!(bands[0].contains(*at), "{at:?} at {seconds:?} is missing\n{drawing:#?}");
            } else if seconds.is_none_or(|seconds| seconds.millis() > limit.millis() + 20_000) && bands[0].contains(*at) {
                let same_spot = spots.iter().any(|(other, seconds)| within(seconds) && at.metres_to(*other) < 3.5);
                let nothing = !spots.iter().any(|(_, seconds)| within(seconds));
                prop_assert!(same_spot || nothing, "{at:?} at {seconds:?} is in it\n{drawing:#?}");
            }
        }
    }
}

/// A drawing small enough to check by hand: the oracle itself is held to it.
#[test]
fn the_oracle_and_the_search_agree_with_a_sum_made_by_hand() {
    let degrees = |steps: i32| f64::from(steps) * QUANTUM_DEGREES;
    let points = [(0, 0), (200, 0), (400, 0)]
        .map(|(x, y)| Wgs84::new(40.0 + degrees(y), 116.3 + degrees(x)));
    let steps = Traits {
        first: Ends::FLIGHT,
        last: Ends::FLIGHT,
        ..Traits::new(WayKind::Steps)
    };
    let drawing = Drawing {
        points: points.to_vec(),
        ways: vec![
            (vec![0, 1], Traits::new(WayKind::Footway)),
            (vec![1, 2], steps),
        ],
        stops: vec![
            Stop {
                way: 0,
                segment: 0,
                part: 0.5,
            },
            Stop {
                way: 1,
                segment: 0,
                part: 0.5,
            },
        ],
    };
    // 85.394 m, and half a flight.
    for (profile, expected) in [
        (Profile::ADULT, Some(71.16 + 15.0)),
        (Profile::OLDER, Some(94.88 + 30.0)),
        (Profile::SLOW, Some(142.32 + 60.0)),
        (Profile::WHEELCHAIR, None),
        (Profile::PLAIN, Some(71.16)),
    ] {
        let network = drawing.build();
        let places: Vec<Place> = drawing
            .stops
            .iter()
            .map(|stop| drawing.place(&network, stop).unwrap())
            .collect();
        let mut reach = Reach::new(&network);
        let reached = reach.run(&network, &places[..1], &profile, Seconds::from_minutes(15));
        let ours = reached.seconds_to(places[1]).map(Seconds::as_f64);
        let oracle = Some(Oracle::of(&drawing, &profile).between(0, 1)).filter(|s| s.is_finite());
        for found in [ours, oracle] {
            let close = match (found, expected) {
                (Some(found), Some(expected)) => (found - expected).abs() < 0.1,
                (found, expected) => found == expected,
            };
            assert!(close, "{}: {found:?}, not {expected:?}", profile.name);
        }
    }
}
