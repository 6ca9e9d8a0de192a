//! What a map's tags say to a walker.
//!
//! Every rule is a short function from tags to an answer, so that each can stand in a
//! table of cases. Nothing here knows how the map is read.

use std::fmt;

use crate::traits::{Direction, Structure, WayKind, Wheelchair};

/// The tags of one way, node or relation. Few enough that a list is quickest.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tags(Vec<(String, String)>);

impl From<Vec<(String, String)>> for Tags {
    fn from(tags: Vec<(String, String)>) -> Self {
        Self(tags)
    }
}

impl Tags {
    pub fn new<'a>(tags: impl Iterator<Item = (&'a str, &'a str)>) -> Self {
        Self(
            tags.map(|(key, value)| (key.to_owned(), value.to_owned()))
                .collect(),
        )
    }

    pub fn get(&self, key: &str) -> &str {
        self.0
            .iter()
            .find(|(k, _)| k == key)
            .map_or("", |(_, value)| value)
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn is(&self, key: &str, values: &[&str]) -> bool {
        values.contains(&self.get(key))
    }

    fn any(&self, keys: &[&str], values: &[&str]) -> bool {
        keys.iter().any(|key| self.is(key, values))
    }
}

/// Why a way of the map is not walked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Refused {
    /// Motorways and the like, and large roads made for cars without a sidewalk.
    CarsOnly,
    /// `foot=no`, or walkers are sent to a sidewalk drawn beside it.
    FootNo,
    /// Private grounds, or closed to the public.
    Private,
    /// Planned, being built, or gone.
    NotBuilt,
    /// A kind of way this program knows nothing about.
    UnknownKind,
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::CarsOnly => "for cars only",
            Self::FootNo => "closed to walkers",
            Self::Private => "private",
            Self::NotBuilt => "not built",
            Self::UnknownKind => "of an unknown kind",
        })
    }
}

const FOOT_YES: [&str; 6] = [
    "yes",
    "designated",
    "permissive",
    "destination",
    "official",
    "customers",
];
const NO_ENTRY: [&str; 7] = [
    "no",
    "private",
    "delivery",
    "agricultural",
    "forestry",
    "military",
    "permit",
];
const SIDEWALK: [&str; 4] = ["yes", "both", "left", "right"];
const SIDEWALKS: [&str; 4] = [
    "sidewalk",
    "sidewalk:left",
    "sidewalk:right",
    "sidewalk:both",
];

/// What a way is to a walker; `None` for what is no way at all (a house, a river).
pub(crate) fn walkable(tags: &Tags) -> Option<Result<WayKind, Refused>> {
    let kind = kind(tags)?;
    Some(kind.and_then(|kind| permitted(tags, kind)))
}

/// What it is, before asking whether one may walk there.
fn kind(tags: &Tags) -> Option<Result<WayKind, Refused>> {
    use WayKind::{
        Crossing, Cycleway, Ferry, Footway, Lift, MajorRoad, Path, Platform, Service, Square,
        Steps, Street,
    };
    let footway = if tags.any(&["footway", "path", "cycleway"], &["crossing"]) {
        Crossing
    } else {
        Footway
    };
    let square = tags.is("area", &["yes"]) || tags.is("type", &["multipolygon"]);
    Some(Ok(match tags.get("highway") {
        "footway" | "pedestrian" | "path" if square => Square,
        "footway" | "corridor" | "crossing" => footway,
        "pedestrian" => Footway,
        "path" | "bridleway" | "track" | "trail" if footway == Crossing => Crossing,
        "path" | "bridleway" | "track" | "trail" => Path,
        "cycleway" if footway == Crossing => Crossing,
        "cycleway" => Cycleway,
        "steps" => Steps,
        "elevator" => Lift,
        "platform" => Platform,
        "service" => Service,
        "residential" | "living_street" | "unclassified" | "road" | "tertiary"
        | "tertiary_link" => Street,
        "secondary" | "secondary_link" | "primary" | "primary_link" | "trunk" | "trunk_link" => {
            MajorRoad
        }
        "motorway" | "motorway_link" | "busway" | "bus_guideway" | "raceway" | "escape" => {
            return Some(Err(Refused::CarsOnly));
        }
        "construction" | "proposed" | "planned" | "abandoned" | "razed" | "disused" => {
            return Some(Err(Refused::NotBuilt));
        }
        "" if tags.any(&["railway", "public_transport"], &["platform"]) => Platform,
        "" if tags.is("man_made", &["pier"]) => Footway,
        "" if tags.is("route", &["ferry"]) => Ferry,
        "" => return None,
        _ => return Some(Err(Refused::UnknownKind)),
    }))
}

/// Whether the public may walk there. What `foot` says goes before what `access` says.
fn permitted(tags: &Tags, kind: WayKind) -> Result<WayKind, Refused> {
    let foot_yes = tags.is("foot", &FOOT_YES);
    if tags.is("foot", &["no", "use_sidewalk", "private"]) {
        return Err(Refused::FootNo);
    }
    if !foot_yes && tags.is("access", &NO_ENTRY) {
        return Err(Refused::Private);
    }
    let has_sidewalk = SIDEWALKS.iter().any(|key| tags.is(key, &SIDEWALK));
    // Trunk roads in China are mostly elevated or fenced expressways.
    let for_cars = tags.is("highway", &["trunk", "trunk_link"]) || tags.is("motorroad", &["yes"]);
    if for_cars && !foot_yes && !has_sidewalk {
        return Err(Refused::CarsOnly);
    }
    if tags.is("highway", &["bridleway"]) && !foot_yes {
        return Err(Refused::FootNo);
    }
    // A cycleway is walked, unless a sidewalk of its own is drawn beside it.
    let beside = SIDEWALKS.iter().any(|key| tags.is(key, &["separate"]));
    if kind == WayKind::Cycleway && beside && !foot_yes {
        return Err(Refused::FootNo);
    }
    Ok(kind)
}

/// Whether a closed way or a multipolygon is ground to walk across, not a line around
/// something.
pub(crate) fn is_open_ground(tags: &Tags, kind: WayKind) -> bool {
    let is_area = tags.is("area", &["yes"]) || tags.is("type", &["multipolygon"]);
    let for_walkers =
        matches!(kind, WayKind::Square | WayKind::Platform) || tags.is("man_made", &["pier"]);
    is_area && for_walkers
}

/// How large a road is: which of two that meet is the one that is crossed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Rank {
    /// No road: for walkers and bicycles only.
    #[default]
    None,
    Service,
    Street,
    Tertiary,
    Secondary,
    Primary,
    Trunk,
}

pub(crate) fn rank(tags: &Tags) -> Rank {
    match tags.get("highway") {
        "service" | "track" => Rank::Service,
        "residential" | "living_street" | "unclassified" | "road" | "busway" => Rank::Street,
        "tertiary" | "tertiary_link" => Rank::Tertiary,
        "secondary" | "secondary_link" => Rank::Secondary,
        "primary" | "primary_link" => Rank::Primary,
        "trunk" | "trunk_link" | "motorway" | "motorway_link" => Rank::Trunk,
        _ => Rank::None,
    }
}

/// Which way one may walk. `oneway` is for vehicles; only what speaks of walkers, or a
/// stair that moves, holds for them.
pub(crate) fn direction(tags: &Tags) -> Direction {
    let only_forward = tags.is("oneway:foot", &["yes", "1", "true"])
        || tags.is("foot:backward", &["no"])
        || tags.is("conveying", &["forward"]);
    let only_backward = tags.is("oneway:foot", &["-1", "reverse"])
        || tags.is("foot:forward", &["no"])
        || tags.is("conveying", &["backward"]);
    match (only_forward, only_backward) {
        (true, false) => Direction::Forward,
        (false, true) => Direction::Backward,
        _ => Direction::Both,
    }
}

pub(crate) fn structure(tags: &Tags) -> Structure {
    let floors = Floors::of(tags);
    if !tags.is("bridge", &["", "no"]) || floors == Floors::Above {
        return Structure::Bridge;
    }
    // A platform or passage inside a building is no place to join from the street.
    let inside = tags.is("indoor", &["yes"]) || tags.is("highway", &["corridor"]);
    if !tags.is("tunnel", &["", "no"]) || inside || floors == Floors::Below {
        return Structure::Tunnel;
    }
    Structure::Ground
}

/// Where the floors of `level` are, seen from the street, which is 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Floors {
    /// Not tagged, or the ground floor is among them.
    Ground,
    Above,
    Below,
}

impl Floors {
    /// `level` is a list of floors and ranges: `0`, `-1;0`, `1-3`, `0.5`.
    fn of(tags: &Tags) -> Self {
        let floors = || tags.get("level").split(';').filter_map(Self::range);
        let lowest = floors().map(|range| range.0).reduce(f64::min);
        let highest = floors().map(|range| range.1).reduce(f64::max);
        match (lowest, highest) {
            (Some(lowest), _) if lowest >= 1.0 => Self::Above,
            (_, Some(highest)) if highest <= -1.0 => Self::Below,
            _ => Self::Ground,
        }
    }

    fn range(text: &str) -> Option<(f64, f64)> {
        let text = text.trim();
        if let Ok(floor) = text.parse() {
            return Some((floor, floor));
        }
        // The first character may be a sign.
        let dash = text.char_indices().skip(1).find(|(_, c)| *c == '-')?.0;
        let (from, to) = (text[..dash].parse().ok()?, text[dash + 1..].parse().ok()?);
        Some((from, to))
    }
}

const HARD: [&str; 8] = [
    "asphalt",
    "concrete",
    "concrete:plates",
    "concrete:lanes",
    "paved",
    "paving_stones",
    "tiles",
    "bricks",
];
const SOFT: [&str; 16] = [
    "cobblestone",
    "unhewn_cobblestone",
    "gravel",
    "pebblestone",
    "sand",
    "mud",
    "dirt",
    "earth",
    "ground",
    "grass",
    "woodchips",
    "rock",
    "snow",
    "ice",
    "stepping_stones",
    "rocks",
];
const ROUGH: [&str; 5] = ["bad", "very_bad", "horrible", "very_horrible", "impassable"];
/// The steepest ramp GB 50763 allows for wheelchairs, 1:12, in percent.
const STEEPEST: f64 = 8.34;
/// The narrowest way a wheelchair passes, metres.
const NARROWEST: f64 = 0.9;

/// Whether a wheelchair can pass along a way.
pub(crate) fn wheelchair(tags: &Tags, kind: WayKind) -> Wheelchair {
    if kind == WayKind::Steps || tags.is("wheelchair", &["no"]) {
        return Wheelchair::Impassable;
    }
    if tags.is("wheelchair", &["yes", "designated", "official"]) {
        return Wheelchair::Passable;
    }
    let number = |key: &str| {
        tags.get(key)
            .trim_end_matches([' ', '%', 'm'])
            .parse::<f64>()
            .ok()
    };
    let too_steep = number("incline").is_some_and(|percent| percent.abs() > STEEPEST);
    let too_narrow = number("width").is_some_and(|metres| metres < NARROWEST);
    if tags.is("surface", &SOFT) || tags.is("smoothness", &ROUGH) || too_steep || too_narrow {
        return Wheelchair::Impassable;
    }
    let steepness_known = tags.is("incline", &["", "0", "0%"]) || number("incline").is_some();
    let smooth =
        tags.is("surface", &HARD) || tags.is("smoothness", &["excellent", "good", "intermediate"]);
    let for_walkers = matches!(kind, WayKind::Footway | WayKind::Square | WayKind::Cycleway);
    let limited = tags.is("wheelchair", &["limited"]);
    match kind {
        // A lift is level by nature; whether its door is wide enough is another matter,
        // but that is what lifts are built for.
        WayKind::Lift if !limited => Wheelchair::Passable,
        _ if for_walkers && smooth && steepness_known && !limited => Wheelchair::Passable,
        WayKind::Crossing => kerb(tags).unwrap_or(Wheelchair::Unknown),
        _ => Wheelchair::Unknown,
    }
}

/// What the kerb lets pass; `None` where none is tagged.
fn kerb(tags: &Tags) -> Option<Wheelchair> {
    match tags.get("kerb") {
        "lowered" | "flush" | "no" => Some(Wheelchair::Passable),
        "raised" | "regular" => Some(Wheelchair::Impassable),
        "" if tags.is("barrier", &["kerb"]) => Some(Wheelchair::Unknown),
        "" => None,
        _ => Some(Wheelchair::Unknown),
    }
}

/// What a point of a way does to those who pass it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Spot {
    /// Nobody passes: a locked gate, a wall across the way.
    pub closed: bool,
    /// What a wheelchair meets there; `None` when there is nothing to meet.
    pub wheelchair: Option<Wheelchair>,
    /// The above is a kerb: it stops only those who cross the road there.
    pub kerb: bool,
    /// Vehicles and walkers wait for signals.
    pub signals: bool,
    /// The signals are those of a junction, not of a crossing between junctions.
    pub junction_signals: bool,
    pub lift: bool,
}

/// `None` for the many nodes that are nothing but a point.
pub(crate) fn spot(tags: &Tags) -> Option<Spot> {
    let junction_signals = tags.is("highway", &["traffic_signals"]);
    let kerb = kerb(tags);
    let spot = Spot {
        closed: closed(tags),
        wheelchair: kerb.or_else(|| barrier(tags)),
        kerb: kerb.is_some(),
        signals: junction_signals || signals(tags),
        junction_signals,
        lift: tags.is("highway", &["elevator"]),
    };
    (spot != Spot::default()).then_some(spot)
}

/// Whether a crossing, a way or a node of it, has signals for walkers.
pub(crate) fn signals(tags: &Tags) -> bool {
    tags.is(
        "crossing",
        &["traffic_signals", "toucan", "pelican", "puffin"],
    ) || tags.is("crossing:signals", &["yes"])
}

fn closed(tags: &Tags) -> bool {
    if tags.get("barrier").is_empty() || tags.is("foot", &FOOT_YES) {
        return false;
    }
    tags.is(
        "barrier",
        &["wall", "fence", "hedge", "city_wall", "debris"],
    ) || tags.is("foot", &["no", "private"])
        || tags.is("access", &["no", "private"])
        || tags.is("locked", &["yes"])
}

fn barrier(tags: &Tags) -> Option<Wheelchair> {
    match (tags.get("wheelchair"), tags.get("barrier")) {
        (_, "") if !tags.is("highway", &["crossing", "elevator"]) => None,
        ("yes" | "designated", _) => Some(Wheelchair::Passable),
        ("no", _) => Some(Wheelchair::Impassable),
        (
            _,
            "stile"
            | "turnstile"
            | "full-height_turnstile"
            | "kissing_gate"
            | "step"
            | "log"
            | "motorcycle_barrier"
            | "horse_stile",
        ) => Some(Wheelchair::Impassable),
        (_, "" | "entrance" | "toll_booth" | "lift_gate" | "height_restrictor") => None,
        // Bollards, gates and blocks leave room or do not.
        _ => Some(Wheelchair::Unknown),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Tags written as `key=value key=value`.
    fn tags(text: &str) -> Tags {
        Tags::new(
            text.split_whitespace()
                .filter_map(|pair| pair.split_once('=')),
        )
    }

    #[test]
    fn what_is_walked() {
        use Refused::{CarsOnly, FootNo, NotBuilt, Private, UnknownKind};
        use WayKind::*;
        let rows: &[(&str, Option<Result<WayKind, Refused>>)] = &[
            ("building=yes", None),
            ("highway=footway", Some(Ok(Footway))),
            ("highway=footway footway=crossing", Some(Ok(Crossing))),
            ("highway=cycleway cycleway=crossing", Some(Ok(Crossing))),
            ("highway=footway area=yes", Some(Ok(Square))),
            ("highway=pedestrian type=multipolygon", Some(Ok(Square))),
            ("highway=pedestrian", Some(Ok(Footway))),
            ("highway=residential oneway=yes", Some(Ok(Street))),
            ("highway=primary", Some(Ok(MajorRoad))),
            ("highway=primary foot=use_sidewalk", Some(Err(FootNo))),
            ("highway=primary sidewalk=separate", Some(Ok(MajorRoad))),
            ("highway=primary motorroad=yes", Some(Err(CarsOnly))),
            ("highway=trunk", Some(Err(CarsOnly))),
            ("highway=trunk sidewalk=both", Some(Ok(MajorRoad))),
            ("highway=trunk foot=yes", Some(Ok(MajorRoad))),
            ("highway=motorway", Some(Err(CarsOnly))),
            ("highway=construction", Some(Err(NotBuilt))),
            ("highway=somersault", Some(Err(UnknownKind))),
            ("highway=service access=private", Some(Err(Private))),
            ("highway=service access=private foot=yes", Some(Ok(Service))),
            ("highway=service access=permissive", Some(Ok(Service))),
            ("highway=footway access=yes foot=no", Some(Err(FootNo))),
            ("highway=cycleway", Some(Ok(Cycleway))),
            ("highway=cycleway foot=no", Some(Err(FootNo))),
            ("highway=cycleway sidewalk=separate", Some(Err(FootNo))),
            (
                "highway=cycleway sidewalk=separate foot=yes",
                Some(Ok(Cycleway)),
            ),
            ("highway=cycleway sidewalk=right", Some(Ok(Cycleway))),
            ("highway=bridleway", Some(Err(FootNo))),
            ("highway=steps", Some(Ok(Steps))),
            ("highway=elevator", Some(Ok(Lift))),
            ("railway=platform", Some(Ok(Platform))),
            ("route=ferry", Some(Ok(Ferry))),
            ("route=ferry foot=no", Some(Err(FootNo))),
            ("route=ferry access=private", Some(Err(Private))),
        ];
        for (text, expected) in rows {
            assert_eq!(walkable(&tags(text)), *expected, "{text}");
        }
    }

    #[test]
    fn what_stops_a_wheelchair() {
        use Wheelchair::*;
        let rows = [
            ("highway=footway", Unknown),
            ("highway=footway surface=asphalt", Passable),
            (
                "highway=footway surface=asphalt wheelchair=limited",
                Unknown,
            ),
            ("highway=footway surface=asphalt incline=up", Unknown),
            ("highway=footway surface=asphalt incline=5%", Passable),
            ("highway=footway surface=asphalt incline=-10%", Impassable),
            ("highway=footway surface=asphalt width=0.7", Impassable),
            ("highway=footway surface=sett", Unknown),
            ("highway=footway surface=gravel", Impassable),
            ("highway=footway smoothness=bad surface=asphalt", Impassable),
            ("highway=footway wheelchair=yes", Passable),
            ("highway=footway wheelchair=no surface=asphalt", Impassable),
            ("highway=steps wheelchair=yes", Impassable),
            ("highway=residential surface=asphalt", Unknown),
            ("highway=footway footway=crossing surface=asphalt", Unknown),
            ("highway=footway footway=crossing kerb=flush", Passable),
            ("highway=footway footway=crossing kerb=raised", Impassable),
            ("highway=elevator", Passable),
            ("highway=elevator wheelchair=no", Impassable),
        ];
        for (text, expected) in rows {
            let tags = tags(text);
            let kind = walkable(&tags).unwrap().unwrap();
            assert_eq!(wheelchair(&tags, kind), expected, "{text}");
        }
    }

    #[test]
    fn what_points_do() {
        let none = Spot::default();
        let signals = Spot {
            signals: true,
            ..none
        };
        let met = |wheelchair| Spot {
            wheelchair: Some(wheelchair),
            ..none
        };
        let kerb = |wheelchair| Spot {
            wheelchair: Some(wheelchair),
            kerb: true,
            ..none
        };
        let rows = [
            ("highway=bus_stop", None),
            ("wheelchair=no amenity=cafe", None),
            ("highway=crossing crossing=uncontrolled", None),
            ("highway=crossing crossing=traffic_signals", Some(signals)),
            (
                "highway=traffic_signals",
                Some(Spot {
                    junction_signals: true,
                    ..signals
                }),
            ),
            ("highway=elevator", Some(Spot { lift: true, ..none })),
            ("barrier=gate", Some(met(Wheelchair::Unknown))),
            (
                "barrier=gate access=private",
                Some(Spot {
                    closed: true,
                    ..met(Wheelchair::Unknown)
                }),
            ),
            (
                "barrier=gate access=private foot=yes",
                Some(met(Wheelchair::Unknown)),
            ),
            (
                "barrier=bollard wheelchair=yes",
                Some(met(Wheelchair::Passable)),
            ),
            ("barrier=stile", Some(met(Wheelchair::Impassable))),
            ("barrier=kerb", Some(kerb(Wheelchair::Unknown))),
            (
                "barrier=kerb kerb=raised",
                Some(kerb(Wheelchair::Impassable)),
            ),
            ("kerb=lowered", Some(kerb(Wheelchair::Passable))),
        ];
        for (text, expected) in rows {
            assert_eq!(spot(&tags(text)), expected, "{text}");
        }
    }

    #[test]
    fn what_carries_a_way() {
        for (text, expected) in [
            ("highway=footway", Structure::Ground),
            ("highway=footway bridge=yes", Structure::Bridge),
            ("highway=footway bridge=no layer=1", Structure::Ground),
            ("highway=footway tunnel=building_passage", Structure::Tunnel),
            ("highway=corridor", Structure::Tunnel),
            ("highway=footway level=0", Structure::Ground),
            ("highway=footway level=-1;0", Structure::Ground),
            ("highway=footway level=-2--1", Structure::Tunnel),
            ("highway=footway level=1-3", Structure::Bridge),
            ("highway=footway level=2", Structure::Bridge),
            ("highway=footway level=mezzanine", Structure::Ground),
        ] {
            assert_eq!(structure(&tags(text)), expected, "{text}");
        }
    }

    #[test]
    fn one_way_for_walkers_only_when_it_says_so() {
        for (text, expected) in [
            ("highway=footway oneway=yes", Direction::Both),
            ("highway=footway oneway:foot=yes", Direction::Forward),
            ("highway=footway oneway:foot=-1", Direction::Backward),
            ("highway=steps conveying=forward", Direction::Forward),
            ("highway=steps conveying=backward", Direction::Backward),
            ("highway=steps conveying=yes", Direction::Both),
        ] {
            assert_eq!(direction(&tags(text)), expected, "{text}");
        }
    }
}
