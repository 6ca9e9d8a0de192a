//! Questions about walks, answered from the network.

use crate::wire::{Ask, Circle, Ground, Reply, Spot, Step, Turn, Walk, Walker, Way};
use circle::{Arrival, Band, Bands, Network, Passage, Place, Profile, Reach, Seconds, Wgs84};
use std::fmt::Write;

/// The bands of the quarter-hour circle, minutes, and their names on the map.
const BANDS: [(u32, &str); 3] = [(15, "15"), (10, "10"), (5, "5")];
/// What is missing near by is looked for as far as this: nobody walks further for a service.
const FARTHEST: Seconds = Seconds::from_minutes(60);
/// A door further than this from any way is not on the map, metres.
const SNAP_WITHIN_M: f64 = 250.0;

/// The network with what is asked of it.
pub struct Engine {
    network: Network,
    reach: Reach,
    bands: Bands,
    doors: Vec<Wgs84>,
    rests: Vec<usize>,
    /// Where each walker joins the network for each door: asked for once.
    places: [Option<Vec<Option<Place>>>; 4],
}

impl Engine {
    /// None where the bytes are no network of this version.
    pub fn open(bytes: &[u8]) -> Option<Engine> {
        let network = Network::from_bytes(bytes).ok()?;
        Some(Engine {
            reach: Reach::new(&network),
            network,
            bands: Bands::default(),
            doors: Vec::new(),
            rests: Vec::new(),
            places: [const { None }; 4],
        })
    }

    /// None where there is nothing to say.
    pub fn answer(&mut self, ask: Ask) -> Option<Reply> {
        match ask {
            Ask::Doors { at, rests } => {
                self.doors = at.into_iter().map(place).collect();
                self.rests = rests;
                self.places = [const { None }; 4];
                None
            }
            Ask::Circle { at, walker } => Some(Reply::Circle(self.circle(at, walker))),
            Ask::Way { at, walker, to } => Some(Reply::Way(self.way(at, walker, to))),
        }
    }

    /// What is around a place.
    pub fn circle(&mut self, at: Spot, walker: Walker) -> Circle {
        let profile = profile(walker);
        let Some(start) = self.network.snap(place(at), &profile, SNAP_WITHIN_M) else {
            return Circle {
                at,
                ..Circle::default()
            };
        };
        self.join(walker);
        let reached = self.reach.run(&self.network, &[start], &profile, FARTHEST);
        let places = self.places[walker as usize].iter().flatten();
        let walks = places.map(|place| Some(walk(reached.arrival((*place)?)?)));
        let walks = walks.collect();
        let limits = BANDS.map(|(minutes, _)| Seconds::from_minutes(minutes));
        let drawn = self.bands.draw(&reached, &limits);
        Circle {
            at,
            on_map: true,
            walks,
            bands: json_of(drawn),
        }
    }

    /// The way to a door; none where there is none.
    pub fn way(&mut self, at: Spot, walker: Walker, to: usize) -> Option<Way> {
        let profile = profile(walker);
        self.join(walker);
        let joined = self.places[walker as usize].as_ref()?;
        let end = (*joined.get(to)?)?;
        let rests = self.rests.iter().filter_map(|rest| *joined.get(*rest)?);
        let rests: Vec<Place> = rests.collect();
        let start = self.network.snap(place(at), &profile, SNAP_WITHIN_M)?;
        let reached = self.reach.run(&self.network, &[start], &profile, FARTHEST);
        let route = reached.route(end)?;
        let rest_m = route.longest_without_rest(&rests);
        let on_network = route.points(&self.network).into_iter().map(spot);
        let door = self.doors.get(to).copied().map(spot);
        let steps = route.steps(&self.network);
        Some(Way {
            to,
            walk: Walk {
                ms: route.seconds.millis(),
                unknown: route.unknown,
            },
            metres: whole(start.metres_away() + route.metres + end.metres_away()),
            line: [at].into_iter().chain(on_network).chain(door).collect(),
            steps: steps.iter().map(|each| step(&self.network, each)).collect(),
            rest_m: (rest_m < route.metres).then(|| whole(rest_m)),
        })
    }

    fn join(&mut self, walker: Walker) {
        let network = &self.network;
        let doors = &self.doors;
        self.places[walker as usize].get_or_insert_with(|| {
            let profile = profile(walker);
            let snap = |at: &Wgs84| network.snap(*at, &profile, SNAP_WITHIN_M);
            doors.iter().map(snap).collect()
        });
    }
}

fn profile(walker: Walker) -> Profile {
    match walker {
        Walker::Adult => Profile::ADULT,
        Walker::Older => Profile::OLDER,
        Walker::Slow => Profile::SLOW,
        Walker::Wheelchair => Profile::WHEELCHAIR,
    }
}

fn place((lat, lon): Spot) -> Wgs84 {
    Wgs84::new(f64::from(lat) / 1e6, f64::from(lon) / 1e6)
}

fn spot(at: Wgs84) -> Spot {
    (micro(at.lat), micro(at.lon))
}

fn micro(degrees: f64) -> i32 {
    (degrees * 1e6).round() as i32
}

fn whole(metres: f64) -> u32 {
    metres.round() as u32
}

fn walk(arrival: Arrival) -> Walk {
    Walk {
        ms: arrival.seconds.millis(),
        unknown: arrival.unknown,
    }
}

fn step(network: &Network, step: &circle::Step) -> Step {
    let street = step.name.and_then(|name| network.name(name));
    Step {
        turn: turn(step.turn),
        on: ground(step.passage),
        street: street.map(str::to_owned),
        metres: whole(step.metres),
        // 0 to 8, and 8 is north again.
        heading: (step.bearing_deg / 45.0).round() as u8 % 8,
    }
}

fn turn(turn: circle::Turn) -> Turn {
    match turn {
        circle::Turn::Start => Turn::Start,
        circle::Turn::Straight => Turn::Straight,
        circle::Turn::Left => Turn::Left,
        circle::Turn::SharpLeft => Turn::SharpLeft,
        circle::Turn::Right => Turn::Right,
        circle::Turn::SharpRight => Turn::SharpRight,
        circle::Turn::Back => Turn::Back,
    }
}

fn ground(passage: Passage) -> Ground {
    match passage {
        Passage::Way => Ground::Way,
        Passage::Crossing { signals: true } => Ground::Signals,
        Passage::Crossing { signals: false } => Ground::Crossing,
        Passage::Steps => Ground::Steps,
        Passage::Lift => Ground::Lift,
        Passage::Ferry => Ground::Ferry,
        Passage::Bridge => Ground::Bridge,
        Passage::Tunnel => Ground::Tunnel,
    }
}

/// As the map takes them: a polygon each, the largest band first. Written by hand, so that a
/// moving finger costs one text and no tree.
fn json_of<'a>(bands: impl ExactSizeIterator<Item = Band<'a>>) -> String {
    let bands: Vec<Band<'a>> = bands.collect();
    let mut text = String::from("[");
    for (band, (_, tone)) in bands.iter().rev().zip(BANDS) {
        for polygon in band.polygons() {
            let comma = if text.len() > 1 { "," } else { "" };
            // Writing into a text does not fail.
            let _ = write!(text, r#"{comma}{{"tone":"{tone}","rings":["#);
            let rings = std::iter::once(polygon.exterior()).chain(polygon.holes());
            for (at, ring) in rings.enumerate() {
                text.push_str(if at > 0 { ",[" } else { "[" });
                write_ring(&mut text, ring);
                text.push(']');
            }
            text.push_str("]}");
        }
    }
    text.push(']');
    text
}

/// To a millionth of a degree, 11 cm: whole numbers are written much faster than fractions.
fn write_ring(text: &mut String, ring: &[Wgs84]) {
    for (at, point) in ring.iter().enumerate() {
        text.push_str(if at > 0 { ",[" } else { "[" });
        write_degrees(text, point.lon);
        text.push(',');
        write_degrees(text, point.lat);
        text.push(']');
    }
}

fn write_degrees(text: &mut String, degrees: f64) {
    let micro = micro(degrees);
    let sign = if micro < 0 { "-" } else { "" };
    let micro = micro.unsigned_abs();
    let _ = write!(text, "{sign}{}.{:06}", micro / 1_000_000, micro % 1_000_000);
}

#[cfg(test)]
mod tests {
    use super::*;
    use circle::{NetworkBuilder, Traits, WayKind};

    /// A street of 850 m to the east with steps north from its middle, where a bench stands.
    fn engine() -> Engine {
        let mut builder = NetworkBuilder::new();
        let mut point = |lat, lon| builder.point(Wgs84::new(lat, lon)).expect("a point");
        let (west, middle, east) = (
            point(40.0, 116.3),
            point(40.0, 116.305),
            point(40.0, 116.31),
        );
        let top = point(40.0004, 116.305);
        for (a, b, kind) in [
            (west, middle, WayKind::Street),
            (middle, east, WayKind::Street),
            (middle, top, WayKind::Steps),
        ] {
            builder.way(&[a, b], Traits::new(kind)).expect("a way");
        }
        let (network, _) = builder.build().expect("a network");
        let mut engine = Engine::open(&network.to_bytes()).expect("its own bytes");
        let at = vec![
            (40_000_000, 116_309_500),
            (40_000_400, 116_305_000),
            (40_000_000, 116_304_800),
            (41_000_000, 116_300_000),
        ];
        assert_eq!(engine.answer(Ask::Doors { at, rests: vec![2] }), None);
        engine
    }

    const HOME: Spot = (40_000_000, 116_300_500);

    fn minutes(engine: &mut Engine, walker: Walker) -> Vec<Option<u32>> {
        let circle = engine.circle(HOME, walker);
        assert!(circle.on_map);
        let walks = circle.walks.into_iter();
        walks
            .map(|walk| walk.map(|walk| walk.ms.div_ceil(60_000)))
            .collect()
    }

    #[test]
    fn each_walker_has_minutes_of_their_own() {
        let mut engine = engine();
        // 768 m; 384 m and 44 m of steps; 367 m; off the map.
        let adult = [Some(11), Some(6), Some(6), None];
        assert_eq!(minutes(&mut engine, Walker::Adult), adult);
        let slow = minutes(&mut engine, Walker::Slow);
        assert_eq!(slow[0], Some(22));
        let reply = engine.answer(Ask::Way {
            at: HOME,
            walker: Walker::Wheelchair,
            to: 1,
        });
        let Some(Reply::Way(Some(way))) = reply else {
            panic!("a way to the foot of the steps")
        };
        assert!(way.steps.iter().all(|step| step.on != Ground::Steps));
    }

    #[test]
    fn bands_are_what_the_map_takes() {
        let circle = engine().circle(HOME, Walker::Adult);
        let bands: serde_json::Value = serde_json::from_str(&circle.bands).expect("JSON");
        let bands = bands.as_array().expect("bands");
        let tones: Vec<_> = bands.iter().map(|band| band["tone"].as_str()).collect();
        assert_eq!(tones, [Some("15"), Some("10"), Some("5")]);
        for band in bands {
            let rim = band["rings"][0].as_array().expect("a rim");
            assert!(rim.len() > 3 && rim.first() == rim.last());
            assert!(rim.iter().all(|at| at[0].as_f64() > Some(116.0)));
        }
    }

    #[test]
    fn a_way_is_walked_step_by_step() {
        let mut engine = engine();
        let way = engine.way(HOME, Walker::Older, 1).expect("a way");
        let steps: Vec<_> = way.steps.iter().map(|step| (step.turn, step.on)).collect();
        assert_eq!(
            steps,
            [(Turn::Start, Ground::Way), (Turn::Left, Ground::Steps)]
        );
        assert_eq!(way.steps[0].heading, 2, "east");
        assert_eq!(way.line.first(), Some(&HOME));
        assert_eq!(way.line.last(), Some(&(40_000_400, 116_305_000)));
        let rest = way.rest_m.expect("a bench on the way");
        assert!((360..380).contains(&rest), "{rest}");
        assert_eq!(engine.way(HOME, Walker::Older, 3), None, "off the map");
        assert_eq!(engine.way(HOME, Walker::Older, 9), None, "no such door");
    }

    #[test]
    fn off_the_map_nothing_is_said() {
        let circle = engine().circle((31_000_000, 121_000_000), Walker::Adult);
        assert!(!circle.on_map && circle.walks.is_empty());
        assert!(Engine::open(b"no network").is_none());
    }

    #[test]
    fn degrees_are_written_to_the_millionth() {
        for (degrees, written) in [
            (116.3, "116.300000"),
            (-0.000_001, "-0.000001"),
            (0.0, "0.000000"),
        ] {
            let mut text = String::new();
            write_degrees(&mut text, degrees);
            assert_eq!(text, written);
        }
    }
}
