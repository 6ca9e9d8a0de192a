//! From an OpenStreetMap extract to a walking network. Native only.
//!
//! What is walked, and by whom, is decided in `osm/tags.rs`, from the tags alone. Here the
//! parts that need more than one element at a time:
//!
//! - **Crossings.** Where ways meet on a road that is larger than they are, each of them
//!   waits half of the delay: at signals, or at a secondary road or larger without them.
//!   Walking across costs the whole, reaching the middle of the road half, walking along
//!   the road nothing. At the signals of a junction the road itself waits too. A road
//!   drawn as two carriageways is crossed twice.
//! - **Steps and lifts.** A flight is one `highway=steps` way: half of its delay at each
//!   end, however many ways join it between. A lift, drawn as a point or a way, likewise.
//! - **Gates.** A locked or private gate parts the way. A stile or a raised kerb stops
//!   wheelchairs on the segments beside it; a kerb only those of the crossing, where one
//!   is drawn.
//! - **Pedestrian areas** are walked along their rims, those of multipolygons included,
//!   and straight across between their entrances (`osm/area.rs`).
//! - **Ferries** take walkers unless they are tagged not to.
//! - **Points the extract lacks** part the way; nothing is guessed across the gap. Ways
//!   that reach out of the extract are kept whole, so near its edge a network is thinner
//!   than the world is, and circles there are too small.

use std::collections::{BTreeMap, HashMap, HashSet};

use crate::builder::{BuildError, BuildReport, NetworkBuilder, PointId};
use crate::geo::{Micro, Scale};
use crate::network::Network;
use crate::traits::{Ends, Traits, WayKind, Wheelchair};

mod area;
mod map;
mod pbf;
mod tagged;
mod tags;
mod xml;

use area::{Area, Corner};
use map::Map;
pub use tagged::{Element, Tagged, tagged};
pub use tags::Refused;
use tags::{Rank, Tags};

/// Why an extract cannot be imported.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// It is neither a whole `.osm.pbf` file nor `.osm` or `.osm.gz`.
    #[error("not a readable .osm.pbf, .osm or .osm.gz file: {0}")]
    Unreadable(String),
    /// It is broken `.osm` or `.osm.gz`.
    #[error("line {line}: {what}")]
    Xml {
        /// Line of the (uncompressed) text, from 1.
        line: u64,
        /// What is wrong there.
        what: String,
    },
    /// It has no way that anybody walks.
    #[error("the extract holds no walkable way")]
    NothingWalkable,
    /// The network cannot be built from it.
    #[error(transparent)]
    Build(#[from] BuildError),
}

/// What the import found, left out and did.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ImportReport {
    /// Nodes of the extract.
    pub map_nodes: usize,
    /// Ways of the extract.
    pub map_ways: usize,
    /// Ways that are walked, rims of areas included.
    pub walked: usize,
    /// Ways that are not, by reason.
    pub refused: BTreeMap<Refused, usize>,
    /// Walked ways with points that the extract lacks; they are cut there.
    pub cut_at_missing_points: usize,
    /// Points where a locked or private gate parts a way.
    pub closed_gates: usize,
    /// Squares and the like with ways across, and how many ways across they got.
    pub areas: usize,
    /// Ways across all of them.
    pub area_crossings: usize,
    /// Flights of steps.
    pub flights: usize,
    /// Lifts, drawn as points or areas.
    pub lifts: usize,
    /// Points where walkers wait for signals.
    pub signals: usize,
    /// Metres of the network on which a wheelchair can, may, and cannot pass.
    pub wheelchair_metres: WheelchairMetres,
    /// What building the network did; islands nobody can leave among it.
    pub built: BuildReport,
}

/// Lengths of a network by what a wheelchair can do there.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct WheelchairMetres {
    /// Known to be passable.
    pub passable: f64,
    /// Not known.
    pub unknown: f64,
    /// Known not to be.
    pub impassable: f64,
}

/// What may be decided about an import.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Options {
    /// Whether squares are walked across, not only along their rims. On, unless the result
    /// is to be compared with an engine that walks around.
    pub cross_areas: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self { cross_areas: true }
    }
}

/// Makes the walking network of an extract: the bytes of an `.osm.pbf`, `.osm` or
/// `.osm.gz` file.
///
/// # Errors
/// [`ImportError`]. Broken files are errors, never panics.
pub fn import(extract: &[u8]) -> Result<(Network, ImportReport), ImportError> {
    import_with(extract, Options::default())
}

/// The same, with decisions.
///
/// # Errors
/// [`ImportError`].
pub fn import_with(
    extract: &[u8],
    options: Options,
) -> Result<(Network, ImportReport), ImportError> {
    build(&map::read(extract)?, options)
}

fn build(map: &Map, options: Options) -> Result<(Network, ImportReport), ImportError> {
    let mut import = Import::new(map);
    let areas = import.ways()?;
    if import.report.walked == 0 {
        return Err(ImportError::NothingWalkable);
    }
    if options.cross_areas {
        import.cross(&areas)?;
    }
    let Import {
        builder,
        mut report,
        ..
    } = import;
    let (network, built) = builder.build()?;
    report.built = built;
    report.wheelchair_metres = wheelchair_metres(&network);
    Ok((network, report))
}

fn wheelchair_metres(network: &Network) -> WheelchairMetres {
    let mut sum = WheelchairMetres::default();
    for edge in network.edges() {
        match edge.traits().wheelchair {
            Wheelchair::Passable => sum.passable += edge.metres(),
            Wheelchair::Unknown => sum.unknown += edge.metres(),
            Wheelchair::Impassable => sum.impassable += edge.metres(),
        }
    }
    sum
}

/// The largest road through a node.
#[derive(Clone, Copy, Debug, Default)]
struct Road {
    rank: Rank,
    /// How many ends of segments of that rank meet there: 2 along a road, more where
    /// such roads meet.
    ends: usize,
}

struct Import<'a> {
    map: &'a Map,
    roads: HashMap<i64, Road>,
    /// Nodes of drawn crossings, and of those with signals.
    crossings: HashSet<i64>,
    signalled: HashSet<i64>,
    builder: NetworkBuilder,
    points: HashMap<i64, PointId>,
    report: ImportReport,
}

/// Ground that is walked across, or a lift drawn as its outline.
struct Ground<'a> {
    kind: WayKind,
    tags: &'a Tags,
    /// Its own number, if it is a way itself, and those of its rims.
    ways: Vec<i64>,
    rims: Vec<Vec<i64>>,
}

/// Who uses a node of a rim.
#[derive(Clone, Copy, PartialEq, Eq)]
enum User {
    /// A walked way, by its number in the map.
    Way(i64),
    /// Ground, by its place in the list.
    Ground(usize),
}

/// What holds for a whole way of the map.
struct WayFacts<'a> {
    traits: Traits,
    name: &'a str,
    rank: Rank,
    /// What one waits for at either end of the way, whatever meets it there.
    at_ends: Ends,
}

impl<'a> Import<'a> {
    fn new(map: &'a Map) -> Self {
        let mut import = Self {
            map,
            roads: HashMap::new(),
            crossings: HashSet::new(),
            signalled: HashSet::new(),
            builder: NetworkBuilder::new(),
            points: HashMap::new(),
            report: ImportReport {
                map_nodes: map.nodes.len(),
                map_ways: map.ways.len() + map.others.len(),
                closed_gates: map.spots.values().filter(|spot| spot.closed).count(),
                lifts: map.spots.values().filter(|spot| spot.lift).count(),
                ..ImportReport::default()
            },
        };
        import.find_roads();
        import.find_crossings();
        import
    }

    fn find_roads(&mut self) {
        for way in &self.map.ways {
            let rank = tags::rank(&way.tags);
            if rank == Rank::None || way.tags.is("area", &["yes"]) {
                continue;
            }
            for (index, node) in way.nodes.iter().enumerate() {
                let is_end = index == 0 || index + 1 == way.nodes.len();
                let ends = if is_end { 1 } else { 2 };
                let road = self.roads.entry(*node).or_default();
                if rank > road.rank {
                    *road = Road { rank, ends };
                } else if rank == road.rank {
                    road.ends += ends;
                }
            }
        }
    }

    fn find_crossings(&mut self) {
        for way in &self.map.ways {
            if tags::walkable(&way.tags) != Some(Ok(WayKind::Crossing)) {
                continue;
            }
            self.crossings.extend(&way.nodes);
            if tags::signals(&way.tags) {
                self.signalled.extend(&way.nodes);
            }
        }
        let with_signals = self.map.spots.iter().filter(|(_, spot)| spot.signals);
        self.signalled.extend(with_signals.map(|(node, _)| *node));
        self.signalled.retain(|node| self.roads.contains_key(node));
        self.report.signals = self.signalled.len();
    }

    /// Takes in every walked way, and the rims of squares; returns what is walked across.
    fn ways(&mut self) -> Result<Vec<Ground<'a>>, ImportError> {
        let map = self.map;
        let mut grounds = Vec::new();
        let mut walked = HashSet::new();
        for way in &map.ways {
            let kind = match tags::walkable(&way.tags) {
                Some(Ok(kind)) => kind,
                Some(Err(reason)) => {
                    *self.report.refused.entry(reason).or_default() += 1;
                    continue;
                }
                None => continue,
            };
            walked.insert(way.id);
            let is_closed = way.nodes.len() > 3 && way.nodes.first() == way.nodes.last();
            let is_lift = kind == WayKind::Lift;
            if is_closed && (is_lift || tags::is_open_ground(&way.tags, kind)) {
                grounds.push(Ground {
                    kind,
                    tags: &way.tags,
                    ways: vec![way.id],
                    rims: vec![way.nodes[1..].to_vec()],
                });
            }
            if !(is_closed && is_lift) {
                self.way(&way.nodes, &way.tags, kind)?;
            }
        }
        self.squares(&mut walked, &mut grounds)?;
        Ok(grounds)
    }

    fn squares(
        &mut self,
        walked: &mut HashSet<i64>,
        grounds: &mut Vec<Ground<'a>>,
    ) -> Result<(), ImportError> {
        let map = self.map;
        let mut lines: HashMap<i64, &[i64]> = map
            .others
            .iter()
            .map(|(id, nodes)| (*id, nodes.as_slice()))
            .collect();
        lines.extend(map.ways.iter().map(|way| (way.id, way.nodes.as_slice())));
        for square in &map.squares {
            let Some(Ok(kind)) = tags::walkable(&square.tags) else {
                continue;
            };
            for rim in &square.rims {
                // A rim that is a way of its own, or of two squares, is walked already.
                if let Some(nodes) = lines.get(rim)
                    && walked.insert(*rim)
                {
                    self.way(nodes, &square.tags, kind)?;
                }
            }
            if tags::is_open_ground(&square.tags, kind) {
                let rims = square.rims.iter().filter_map(|rim| lines.get(rim).copied());
                grounds.push(Ground {
                    kind,
                    tags: &square.tags,
                    ways: square.rims.clone(),
                    rims: area::rings(rims),
                });
            }
        }
        Ok(())
    }

    /// Adds the ways across squares, and through lifts drawn as areas.
    fn cross(&mut self, grounds: &[Ground<'a>]) -> Result<(), ImportError> {
        let users = self.users(grounds);
        for (index, ground) in grounds.iter().enumerate() {
            let Some(area) = self.area(ground, User::Ground(index), &users) else {
                continue;
            };
            let pairs = if ground.kind == WayKind::Lift {
                self.report.lifts += 1;
                every_pair_of_entrances(&area)
            } else {
                area.crossings()
            };
            if ground.kind != WayKind::Lift && !pairs.is_empty() {
                self.report.areas += 1;
                self.report.area_crossings += pairs.len();
            }
            for pair in pairs {
                let nodes = [pair.0, pair.1];
                let facts = self.facts(&nodes, ground.tags, ground.kind);
                self.part(&nodes, &facts, &nodes)?;
            }
        }
        Ok(())
    }

    /// Who comes to the nodes of rims.
    fn users(&self, grounds: &[Ground<'_>]) -> HashMap<i64, Vec<User>> {
        let mut users: HashMap<i64, Vec<User>> = HashMap::new();
        for (index, ground) in grounds.iter().enumerate() {
            for node in ground.rims.iter().flatten() {
                users.entry(*node).or_default().push(User::Ground(index));
            }
        }
        for way in &self.map.ways {
            if !matches!(tags::walkable(&way.tags), Some(Ok(_))) {
                continue;
            }
            for node in &way.nodes {
                if let Some(users) = users.get_mut(node) {
                    users.push(User::Way(way.id));
                }
            }
        }
        users
    }

    /// The shape of ground in metres; `None` where the extract lacks points of it.
    fn area(
        &self,
        ground: &Ground<'_>,
        itself: User,
        users: &HashMap<i64, Vec<User>>,
    ) -> Option<Area> {
        let origin = Micro::rounded(*self.map.nodes.get(ground.rims.first()?.first()?)?, 1)?;
        let scale = Scale::at(origin);
        let is_other = |user: &User| match user {
            User::Way(id) => !ground.ways.contains(id),
            User::Ground(_) => *user != itself,
        };
        let corner = |node: &i64| {
            let at = Micro::rounded(*self.map.nodes.get(node)?, 1)?;
            Some(Corner {
                at: scale.offset(origin, at),
                node: *node,
                is_entrance: users.get(node)?.iter().any(is_other) && !self.is_closed(*node),
            })
        };
        let rims: Option<Vec<Vec<Corner>>> = ground
            .rims
            .iter()
            .map(|rim| rim.iter().map(corner).collect())
            .collect();
        Some(Area { rims: rims? })
    }

    fn way(&mut self, nodes: &[i64], tags: &Tags, kind: WayKind) -> Result<(), ImportError> {
        self.report.walked += 1;
        self.report.flights += usize::from(kind == WayKind::Steps);
        let facts = self.facts(nodes, tags, kind);
        let known = |node: &i64| self.map.nodes.contains_key(node);
        if !nodes.iter().all(known) {
            self.report.cut_at_missing_points += 1;
        }
        let parts: Vec<&[i64]> = nodes.split(|node| !known(node)).collect();
        for part in parts {
            self.part(part, &facts, nodes)?;
        }
        Ok(())
    }

    fn facts<'t>(&self, nodes: &[i64], tags: &'t Tags, kind: WayKind) -> WayFacts<'t> {
        WayFacts {
            traits: Traits {
                wheelchair: self.wheelchair(nodes, tags, kind),
                direction: tags::direction(tags),
                structure: tags::structure(tags),
                ..Traits::new(kind)
            },
            name: tags.get("name"),
            rank: tags::rank(tags),
            at_ends: match kind {
                WayKind::Steps => Ends::FLIGHT,
                WayKind::Lift => Ends::LIFT,
                WayKind::Ferry => Ends::FERRY,
                _ => Ends::NONE,
            },
        }
    }

    /// A crossing between two lowered kerbs is passable, whatever else is not said.
    fn wheelchair(&self, nodes: &[i64], tags: &Tags, kind: WayKind) -> Wheelchair {
        let said = tags::wheelchair(tags, kind);
        let lowered = |node: Option<&i64>| {
            node.and_then(|node| self.map.spots.get(node))
                .is_some_and(|spot| spot.kerb && spot.wheelchair == Some(Wheelchair::Passable))
        };
        let between_lowered =
            kind == WayKind::Crossing && lowered(nodes.first()) && lowered(nodes.last());
        if said == Wheelchair::Unknown && between_lowered {
            Wheelchair::Passable
        } else {
            said
        }
    }

    /// A part of a way without gaps, cut wherever a wait, a closed gate, or a change for
    /// wheelchairs is.
    fn part(
        &mut self,
        nodes: &[i64],
        facts: &WayFacts<'_>,
        way: &[i64],
    ) -> Result<(), ImportError> {
        if nodes.len() < 2 {
            return Ok(());
        }
        let segments: Vec<Wheelchair> = nodes
            .windows(2)
            .map(|pair| self.segment(pair, facts))
            .collect();
        let mut start = 0;
        for index in 1..nodes.len() {
            let node = nodes[index];
            let goes_on = segments.get(index) == Some(&segments[index - 1])
                && self.wait(node, facts) == Ends::NONE
                && !self.is_closed(node);
            if goes_on {
                continue;
            }
            let end = |node: i64, is_end: bool| {
                let wait = self.wait(node, facts);
                if is_end {
                    wait.with(facts.at_ends)
                } else {
                    wait
                }
            };
            let traits = Traits {
                wheelchair: segments[start],
                first: end(
                    nodes[start],
                    start == 0 && way.first() == Some(&nodes[start]),
                ),
                last: end(node, index + 1 == nodes.len() && way.last() == Some(&node)),
                ..facts.traits
            };
            let points = self.points(&nodes[start..=index])?;
            self.builder.named_way(&points, traits, facts.name)?;
            start = index;
        }
        Ok(())
    }

    /// What a wheelchair meets on one segment, the points at its ends included.
    fn segment(&self, ends: &[i64], facts: &WayFacts<'_>) -> Wheelchair {
        let met = |node: &i64| {
            let spot = self.map.spots.get(node)?;
            let concerned = !spot.kerb
                || facts.traits.kind == WayKind::Crossing
                || !self.crossings.contains(node);
            spot.wheelchair.filter(|_| concerned)
        };
        ends.iter()
            .filter_map(met)
            .fold(facts.traits.wheelchair, Wheelchair::max)
    }

    /// What one waits for where a way ends or passes at a node.
    fn wait(&self, node: i64, facts: &WayFacts<'_>) -> Ends {
        let spot = self.map.spots.get(&node).copied().unwrap_or_default();
        let lift = if spot.lift { Ends::LIFT } else { Ends::NONE };
        let Some(road) = self.roads.get(&node) else {
            return lift;
        };
        let crosses = facts.rank < road.rank || (spot.junction_signals && road.ends > 2);
        if !crosses {
            lift
        } else if self.signalled.contains(&node) {
            lift.with(Ends::SIGNAL)
        } else if road.rank >= Rank::Secondary {
            lift.with(Ends::CROSSING)
        } else {
            lift
        }
    }

    fn is_closed(&self, node: i64) -> bool {
        self.map.spots.get(&node).is_some_and(|spot| spot.closed)
    }

    /// The builder's points for nodes of the map. A closed gate is a new point for each
    /// way that comes to it, so that none meets another there.
    fn points(&mut self, nodes: &[i64]) -> Result<Vec<PointId>, BuildError> {
        let mut points = Vec::with_capacity(nodes.len());
        for node in nodes {
            let Some(&at) = self.map.nodes.get(node) else {
                continue;
            };
            let known = self.points.get(node).copied();
            let point = match known {
                Some(point) if !self.is_closed(*node) => point,
                _ => self.builder.point(at)?,
            };
            self.points.insert(*node, point);
            points.push(point);
        }
        Ok(points)
    }
}

/// A lift drawn as its outline has a door wherever a way comes to it; few have four.
const MAX_LIFT_DOORS: usize = 8;

fn every_pair_of_entrances(area: &Area) -> Vec<(i64, i64)> {
    let doors: Vec<i64> = area
        .rims
        .iter()
        .flatten()
        .filter(|corner| corner.is_entrance)
        .map(|corner| corner.node)
        .take(MAX_LIFT_DOORS)
        .collect();
    let pairs = doors
        .iter()
        .enumerate()
        .flat_map(|(index, &a)| doors[..index].iter().map(move |&b| (b, a)));
    pairs.collect()
}

#[cfg(test)]
mod tests {
    use super::map::{Keep, Square};
    use super::*;
    use crate::geo::Wgs84;
    use crate::network::Place;
    use crate::profile::Profile;
    use crate::reach::Reach;
    use crate::seconds::Seconds;

    fn tags(text: &str) -> Tags {
        Tags::new(
            text.split_whitespace()
                .filter_map(|pair| pair.split_once('=')),
        )
    }

    /// A map of nodes about 100 m apart on a line from west to east, numbered from 0,
    /// and at 100 and up a row 100 m further north.
    fn map(spots: &[(i64, &str)], ways: &[(&[i64], &str)]) -> Map {
        let mut map = Map::default();
        for node in 0..20 {
            for (row, lat) in [(0, 40.0), (100, 40.0009)] {
                let node_tags = spots
                    .iter()
                    .find(|(id, _)| *id == node + row)
                    .map_or("", |spot| spot.1);
                let at = Wgs84::new(lat, 116.3 + node as f64 * 0.001_171);
                map.add_node(node + row, at, tags(node_tags));
            }
        }
        for (id, (nodes, way_tags)) in (0..).zip(ways) {
            map.add_way(id, nodes.to_vec(), tags(way_tags));
        }
        map
    }

    fn near(network: &Network, east_m: f64, profile: &Profile) -> Option<Place> {
        network.snap(Wgs84::new(40.0, 116.3 + east_m / 85_394.0), profile, 5.0)
    }

    /// Seconds of an adult between two points on the line beyond what walking takes.
    fn delay(map: &Map, from_m: f64, to_m: f64) -> Option<f64> {
        let (network, _) = build(map, Options::default()).unwrap();
        let start = near(&network, from_m, &Profile::ADULT)?;
        let end = near(&network, to_m, &Profile::ADULT)?;
        let mut reach = Reach::new(&network);
        let mut time = |profile| {
            let reached = reach.run(&network, &[start], &profile, Seconds::MAX);
            reached.seconds_to(end).map(Seconds::as_f64)
        };
        Some(time(Profile::ADULT)? - time(Profile::PLAIN)?)
    }

    #[test]
    fn delays_are_paid_by_who_crosses() {
        let lane: &[i64] = &[0, 1, 2];
        let road: &[i64] = &[101, 1];
        let signals = "highway=crossing crossing=traffic_signals";
        let rows: [(&str, &str, &str, f64); 12] = [
            ("highway=footway", "highway=primary", "", 10.0),
            ("highway=footway", "highway=secondary_link", "", 10.0),
            ("highway=footway", "highway=tertiary", "", 0.0),
            ("highway=footway", "highway=residential", signals, 15.0),
            ("highway=footway", "highway=primary", signals, 15.0),
            ("highway=residential", "highway=primary", signals, 15.0),
            ("highway=residential", "highway=primary", "", 10.0),
            (
                "highway=footway footway=crossing crossing=traffic_signals",
                "highway=primary",
                "",
                15.0,
            ),
            // Along the road nobody waits, at a junction with signals everybody does.
            ("highway=primary", "highway=footway", "", 0.0),
            ("highway=primary", "highway=footway", signals, 0.0),
            (
                "highway=primary",
                "highway=primary",
                "highway=traffic_signals",
                15.0,
            ),
            (
                "highway=footway",
                "highway=footway",
                "highway=elevator",
                90.0,
            ),
        ];
        for (along, across, spot, expected) in rows {
            let map = map(&[(1, spot)], &[(lane, along), (road, across)]);
            let found = delay(&map, 50.0, 150.0).unwrap();
            assert!(
                (found - expected).abs() < 0.1,
                "{along} over {across} {spot}: {found} s"
            );
        }
    }

    #[test]
    fn a_flight_costs_once_however_often_it_is_joined() {
        let steps: &[i64] = &[1, 2, 3, 4];
        let street = "highway=residential";
        let plain = [
            ([0, 1].as_slice(), street),
            (steps, "highway=steps"),
            (&[4, 5], street),
        ];
        let joined: Vec<(&[i64], &str)> = plain
            .into_iter()
            .chain([([2, 102].as_slice(), street), (&[3, 103], street)])
            .collect();
        for ways in [plain.as_slice(), &joined] {
            let found = delay(&map(&[], ways), 50.0, 450.0).unwrap();
            assert!((found - 30.0).abs() < 0.1, "{found} s");
            // As far as its middle it is half a flight.
            let half = delay(&map(&[], ways), 50.0, 250.0).unwrap();
            assert!((half - 15.0).abs() < 0.1, "{half} s");
        }
    }

    #[test]
    fn gates_and_gaps_part_a_way() {
        let way = [([0, 1, 2, 3].as_slice(), "highway=residential")];
        let rows = [
            ("", true),
            ("barrier=gate", true),
            ("barrier=gate access=private", false),
            ("barrier=gate access=private foot=yes", true),
            ("barrier=gate locked=yes", false),
        ];
        for (spot, passes) in rows {
            // Both sides long enough to stay.
            let ways = [
                way[0],
                (&[0, 119], "highway=residential"),
                (&[3, 100], "highway=residential"),
            ];
            let found = delay(&map(&[(1, spot)], &ways), 50.0, 150.0);
            assert_eq!(found.is_some(), passes, "{spot}");
        }
        let mut gap = map(&[], &way);
        gap.nodes.remove(&1);
        let (network, report) = build(&gap, Options::default()).unwrap();
        assert_eq!((network.edge_count(), report.cut_at_missing_points), (1, 1));
        assert!(
            (network.metres() - 100.0).abs() < 1.0,
            "{} m",
            network.metres()
        );
    }

    #[test]
    fn kerbs_stop_wheelchairs_on_the_crossing_only() {
        let side = "highway=footway surface=asphalt";
        let over = "highway=footway footway=crossing surface=asphalt";
        let ways: [(&[i64], &str); 3] = [(&[0, 1], side), (&[1, 2], over), (&[2, 3], side)];
        for (kerb, crossing) in [
            ("kerb=raised", Wheelchair::Impassable),
            ("kerb=lowered", Wheelchair::Passable),
            ("kerb=rolled", Wheelchair::Unknown),
            ("", Wheelchair::Unknown),
        ] {
            let (network, _) =
                build(&map(&[(1, kerb), (2, kerb)], &ways), Options::default()).unwrap();
            for edge in network.edges() {
                let traits = edge.traits();
                let expected = if traits.kind == WayKind::Crossing {
                    crossing
                } else {
                    Wheelchair::Passable
                };
                assert_eq!(traits.wheelchair, expected, "{kerb}: {traits:?}");
            }
        }
    }

    /// A square of 100 m as a multipolygon of an untagged rim, or as a closed way; streets
    /// come to two opposite corners of it.
    fn with_square(as_relation: bool) -> Map {
        let street = "highway=residential";
        let rim = if as_relation {
            ""
        } else {
            "highway=pedestrian area=yes"
        };
        let ways: [(&[i64], &str); 3] = [
            (&[0, 1], street),
            (&[1, 2, 102, 101, 1], rim),
            (&[102, 103], street),
        ];
        let mut map = map(&[], &ways);
        if as_relation {
            map.squares.push(Square {
                tags: tags("type=multipolygon highway=pedestrian"),
                rims: vec![1, 7],
            });
        }
        map
    }

    #[test]
    fn squares_are_walked_across() {
        for as_relation in [false, true] {
            let map = with_square(as_relation);
            let (around, report) = build(&map, Options { cross_areas: false }).unwrap();
            assert_eq!((report.walked, report.area_crossings), (3, 0));
            assert!(
                around
                    .edges()
                    .any(|edge| edge.traits().kind == WayKind::Square)
            );
            assert!(
                (around.metres() - 600.0).abs() < 5.0,
                "{} m",
                around.metres()
            );
            let (across, report) = build(&map, Options::default()).unwrap();
            assert_eq!((report.areas, report.area_crossings), (1, 1));
            let diagonal = across.metres() - around.metres();
            assert!((diagonal - 141.4).abs() < 1.0, "{diagonal} m");
        }
    }

    /// 90 s from any door of a lift to any other, drawn as its outline.
    #[test]
    fn a_lift_drawn_as_an_area_is_ridden_once() {
        let street = "highway=footway";
        let ways: [(&[i64], &str); 3] = [
            (&[0, 1], street),
            (&[1, 2, 102, 101, 1], "highway=elevator"),
            (&[2, 3], street),
        ];
        let map = map(&[], &ways);
        let found = delay(&map, 50.0, 250.0).unwrap();
        assert!((found - 90.0).abs() < 0.1, "{found} s");
        let (_, report) = build(&map, Options::default()).unwrap();
        assert_eq!((report.lifts, report.areas), (1, 0));
    }

    #[test]
    fn streets_keep_their_names() {
        let ways: [(&[i64], &str); 4] = [
            (&[0, 1], "highway=residential name=East"),
            (&[1, 2], "highway=residential name=East"),
            (&[2, 3], "highway=residential name=West"),
            (&[3, 4], "highway=residential"),
        ];
        let (network, _) = build(&map(&[], &ways), Options::default()).unwrap();
        let mut names: Vec<_> = network
            .edges()
            .map(|edge| (edge.name(), edge.metres().round()))
            .collect();
        names.sort_by(|a, b| a.0.cmp(&b.0));
        assert_eq!(
            names,
            [(None, 100.0), (Some("East"), 200.0), (Some("West"), 100.0)]
        );
    }

    #[test]
    fn a_map_without_ways_says_so() {
        let empty = map(
            &[],
            &[(&[0, 1], "waterway=river"), (&[0, 1], "highway=motorway")],
        );
        assert!(matches!(
            build(&empty, Options::default()),
            Err(ImportError::NothingWalkable)
        ));
    }
}
