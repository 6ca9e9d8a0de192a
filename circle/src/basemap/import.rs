//! From an OpenStreetMap extract to a basemap. Native only.
//!
//! Areas are closed ways and multipolygon relations, whose rims are joined from their
//! member ways; the sea is what lies right of the coastline. Rims that the extract does
//! not close are counted and left out.

use super::geometry::{Extent, Spot, along, area, inside, join, length, thinned, thinned_ring};
use super::tags::{self, Named, Tags};
use super::{Basemap, Class, Name, NameKind, Point, QUANTUM_MICRODEG, Shape};
use crate::geo::{Micro, Scale, Wgs84};
use osmpbf::{BlobDecode, BlobReader, Element, HeaderBBox, RelMemberType};
use std::collections::{BTreeMap, HashMap};
use std::io::Cursor;
use std::panic::catch_unwind;

/// Houses keep corners that stand out by this much, everything else bends; metres.
const HOUSE_TOLERANCE_M: f64 = 0.4;
const TOLERANCE_M: f64 = 0.7;
/// Less than a parked car is not drawn, square metres.
const LEAST_AREA_M2: f64 = 8.0;
/// A street's name is repeated no closer than this, metres.
const REPEAT_M: f64 = 350.0;
/// A shorter piece of street carries no name, metres.
const LEAST_NAMED_M: f64 = 40.0;
/// The text of a street follows its direction over so much of it, metres.
const TEXT_LENGTH_M: f64 = 60.0;
/// No town is larger; also what the file can hold, degrees.
const MAX_SIDE_DEG: f64 = 0.9;

/// Why an extract gives no basemap.
#[derive(Debug, thiserror::Error)]
pub enum BasemapImportError {
    /// It is not a whole `.osm.pbf` file.
    #[error("not a readable .osm.pbf file: {0}")]
    Unreadable(String),
    /// It holds no place at all.
    #[error("the extract is empty")]
    Empty,
    /// It is far larger than a town.
    #[error("the extract is more than {MAX_SIDE_DEG} degrees wide or high; cut it to the district")]
    TooLarge,
}

/// What was found and left out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BasemapReport {
    /// Shapes drawn, by class.
    pub shapes: BTreeMap<Class, usize>,
    /// Points of them all.
    pub points: usize,
    /// Names.
    pub names: usize,
    /// Rims of multipolygons that the extract does not close; left out.
    pub open_rims: usize,
}

/// Reads the bytes of an `.osm.pbf` file and makes the basemap of it.
///
/// # Errors
/// [`BasemapImportError`]. Broken files are errors, never panics: the reader underneath
/// panics on some of them, which is caught here.
pub fn import(pbf: &[u8]) -> Result<(Basemap, BasemapReport), BasemapImportError> {
    let contradictory = |_| BasemapImportError::Unreadable("contradictory contents".to_owned());
    let map = catch_unwind(|| Extract::read(pbf)).map_err(contradictory)??;
    let ground = Ground::of(&map)?;
    Ok(Drawing::new(&map, ground).finish())
}

/// What of an extract can be seen, by the map's own numbers.
#[derive(Default)]
struct Extract {
    bounds: Option<HeaderBBox>,
    nodes: HashMap<i64, Wgs84>,
    ways: HashMap<i64, Vec<i64>>,
    /// Ways that are drawn themselves, in the file's order.
    drawn: Vec<Drawn>,
    relations: Vec<Relation>,
    coast: Vec<i64>,
    /// Points with a name.
    named: Vec<(i64, Named)>,
}

/// A way and what it is drawn as. The name is asked for once its size is known.
struct Drawn {
    way: i64,
    class: Option<Class>,
    names: Names,
}

struct Relation {
    class: Option<Class>,
    names: Names,
    outer: Vec<i64>,
    inner: Vec<i64>,
}

/// A thing's name by its size: the rank for each of the four sizes of `tags::named`.
type Names = [Option<Named>; 4];

/// Areas in square metres that stand for the four sizes.
const SIZES_M2: [f64; 4] = [0.0, 1_000.0, 7_000.0, 35_000.0];

fn names_of(tags: &Tags<'_>) -> Names {
    SIZES_M2.map(|size| tags::named(tags, size))
}

fn name_for(names: &Names, area_m2: f64) -> Option<&Named> {
    let size = SIZES_M2.iter().rposition(|&size| area_m2 >= size);
    names.get(size.unwrap_or(0))?.as_ref()
}

impl Extract {
    fn read(pbf: &[u8]) -> Result<Self, BasemapImportError> {
        let unreadable = |error: osmpbf::Error| BasemapImportError::Unreadable(error.to_string());
        let mut map = Self::default();
        for blob in BlobReader::new(Cursor::new(pbf)) {
            match blob.map_err(unreadable)?.decode().map_err(unreadable)? {
                BlobDecode::OsmHeader(header) => map.bounds = header.bbox(),
                BlobDecode::OsmData(block) => block.for_each_element(|element| map.add(&element)),
                BlobDecode::Unknown(_) => {}
            }
        }
        Ok(map)
    }

    fn add(&mut self, element: &Element<'_>) {
        match element {
            Element::DenseNode(node) => {
                self.add_node(node.id(), (node.lat(), node.lon()), &Tags::new(node.tags()));
            }
            Element::Node(node) => {
                self.add_node(node.id(), (node.lat(), node.lon()), &Tags::new(node.tags()));
            }
            Element::Way(way) => {
                self.add_way(way.id(), way.refs().collect(), &Tags::new(way.tags()))
            }
            Element::Relation(relation) => self.add_relation(relation),
        }
    }

    fn add_node(&mut self, id: i64, (lat, lon): (f64, f64), tags: &Tags<'_>) {
        let at = Wgs84::new(lat, lon);
        if !at.is_valid() {
            return;
        }
        self.nodes.insert(id, at);
        if let Some(named) = tags::named(tags, 0.0) {
            self.named.push((id, named));
        }
    }

    fn add_way(&mut self, id: i64, nodes: Vec<i64>, tags: &Tags<'_>) {
        self.ways.insert(id, nodes);
        if tags::coast(tags) {
            self.coast.push(id);
        }
        let class = tags::class(tags);
        let names = names_of(tags);
        if class.is_some() || names[0].is_some() {
            self.drawn.push(Drawn {
                way: id,
                class,
                names,
            });
        }
    }

    fn add_relation(&mut self, relation: &osmpbf::Relation<'_>) {
        let tags = Tags::new(relation.tags());
        let class = tags::class(&tags).filter(|class| class.is_area());
        let names = names_of(&tags);
        if tags.get("type") != "multipolygon" || (class.is_none() && names[0].is_none()) {
            return;
        }
        let (mut outer, mut inner) = (Vec::new(), Vec::new());
        for member in relation.members() {
            if member.member_type == RelMemberType::Way {
                let hole = member.role().is_ok_and(|role| role == "inner");
                if hole { &mut inner } else { &mut outer }.push(member.member_id);
            }
        }
        self.relations.push(Relation {
            class,
            names,
            outer,
            inner,
        });
    }
}

/// The rectangle that is drawn, and metres in it.
#[derive(Clone, Copy)]
struct Ground {
    south_west: Micro,
    size: Point,
    scale: Scale,
}

impl Ground {
    /// The extent that the extract names, else that of its points.
    fn of(map: &Extract) -> Result<Self, BasemapImportError> {
        let of_points = || {
            let first = *map.nodes.values().next()?;
            let grow = |(low, high): (Wgs84, Wgs84), at: &Wgs84| {
                let low = Wgs84::new(low.lat.min(at.lat), low.lon.min(at.lon));
                (low, Wgs84::new(high.lat.max(at.lat), high.lon.max(at.lon)))
            };
            Some(map.nodes.values().fold((first, first), grow))
        };
        let of_header = |header: &HeaderBBox| {
            let low = Wgs84::new(header.bottom, header.left);
            (low, Wgs84::new(header.top, header.right))
        };
        let named = map.bounds.as_ref().map(of_header);
        let (low, high) = named.or_else(of_points).ok_or(BasemapImportError::Empty)?;
        let (Some(low), Some(high)) = (rounded(low), rounded(high)) else {
            return Err(BasemapImportError::Empty);
        };
        let steps = |from: i32, to: i32| (to.saturating_sub(from)) / QUANTUM_MICRODEG;
        let size = Point {
            x: steps(low.lon, high.lon),
            y: steps(low.lat, high.lat),
        };
        let most = (MAX_SIDE_DEG * 1e6) as i32 / QUANTUM_MICRODEG;
        match size {
            Point { x, y } if x <= 0 || y <= 0 => Err(BasemapImportError::Empty),
            Point { x, y } if x > most || y > most => Err(BasemapImportError::TooLarge),
            size => Ok(Self {
                south_west: low,
                size,
                scale: Scale::at(low),
            }),
        }
    }

    fn spot(self, at: Wgs84) -> Spot {
        let from = self.south_west.degrees();
        Spot {
            x: (at.lon - from.lon) * 1e6 * self.scale.lon,
            y: (at.lat - from.lat) * 1e6 * self.scale.lat,
        }
    }

    fn point(self, spot: Spot) -> Point {
        let steps = |metres: f64, of_micro: f64, most: i32| {
            let steps = (metres / of_micro / f64::from(QUANTUM_MICRODEG)).round();
            (steps as i32).clamp(0, most)
        };
        Point {
            x: steps(spot.x, self.scale.lon, self.size.x),
            y: steps(spot.y, self.scale.lat, self.size.y),
        }
    }

    fn extent(self) -> Extent {
        let step = f64::from(QUANTUM_MICRODEG);
        Extent(Spot {
            x: f64::from(self.size.x) * step * self.scale.lon,
            y: f64::from(self.size.y) * step * self.scale.lat,
        })
    }

    /// Points on the grid, none twice in a row.
    fn points(self, line: &[Spot]) -> Vec<Point> {
        let mut points: Vec<Point> = line.iter().map(|&spot| self.point(spot)).collect();
        points.dedup();
        points
    }
}

fn rounded(at: Wgs84) -> Option<Micro> {
    Micro::rounded(at, QUANTUM_MICRODEG)
}

/// A piece of a named street within the extent.
struct Piece {
    rank: u8,
    line: Vec<Spot>,
}

/// The basemap as it grows.
struct Drawing<'a> {
    map: &'a Extract,
    ground: Ground,
    layers: [Vec<Shape>; Class::ALL.len()],
    names: Vec<Name>,
    /// Pieces of named streets, to be named where they are longest.
    streets: BTreeMap<(String, NameKind), Vec<Piece>>,
    open_rims: usize,
}

impl<'a> Drawing<'a> {
    fn new(map: &'a Extract, ground: Ground) -> Self {
        Self {
            map,
            ground,
            layers: Default::default(),
            names: Vec::new(),
            streets: BTreeMap::new(),
            open_rims: 0,
        }
    }

    fn finish(mut self) -> (Basemap, BasemapReport) {
        let map = self.map;
        map.drawn.iter().for_each(|drawn| self.way(drawn));
        map.relations
            .iter()
            .for_each(|relation| self.relation(relation));
        self.sea();
        for (node, named) in &map.named {
            if let Some(at) = map.nodes.get(node) {
                let spot = self.ground.spot(*at);
                self.name(named, spot, None);
            }
        }
        self.name_streets();
        self.sort();
        let report = BasemapReport {
            shapes: Class::ALL
                .into_iter()
                .map(|class| (class, self.layers[class as usize].len()))
                .collect(),
            points: self.layers.iter().flatten().flatten().map(Vec::len).sum(),
            names: self.names.len(),
            open_rims: self.open_rims,
        };
        let basemap = Basemap {
            south_west: self.ground.south_west,
            size: self.ground.size,
            layers: self.layers,
            names: self.names,
        };
        (basemap, report)
    }

    fn spots(&self, nodes: &[i64]) -> Vec<Spot> {
        // A point that the extract lacks is skipped: the line goes on to the next.
        let known = nodes.iter().filter_map(|node| self.map.nodes.get(node));
        known.map(|&at| self.ground.spot(at)).collect()
    }

    fn way(&mut self, drawn: &Drawn) {
        let Some(nodes) = self.map.ways.get(&drawn.way) else {
            return;
        };
        let spots = self.spots(nodes);
        let closed = nodes.len() > 3 && nodes.first() == nodes.last();
        match drawn.class {
            Some(class) if !class.is_area() => self.line(class, &drawn.names, &spots),
            class if closed => self.area(class, &drawn.names, vec![spots], vec![]),
            _ => {}
        }
    }

    fn line(&mut self, class: Class, names: &Names, spots: &[Spot]) {
        for part in self.ground.extent().clip_line(spots) {
            if let Some(named) = &names[0] {
                let street = (named.text.clone(), named.kind);
                let pieces = self.streets.entry(street).or_default();
                pieces.push(Piece {
                    rank: named.rank,
                    line: part.clone(),
                });
            }
            let points = self.ground.points(&thinned(&part, TOLERANCE_M));
            if points.len() > 1 {
                self.layers[class as usize].push(vec![points]);
            }
        }
    }

    fn relation(&mut self, relation: &Relation) {
        let [outer, inner] = [&relation.outer, &relation.inner].map(|members| {
            let ways = members
                .iter()
                .filter_map(|way| self.map.ways.get(way).cloned());
            let joined = join(ways.collect(), false);
            let (closed, open): (Vec<_>, Vec<_>) = joined
                .into_iter()
                .partition(|rim| rim.len() > 3 && rim.first() == rim.last());
            (closed, open.len())
        });
        self.open_rims += outer.1 + inner.1;
        let spots = |rims: &[Vec<i64>]| rims.iter().map(|rim| self.spots(rim)).collect();
        let (outer, inner): (Vec<_>, Vec<_>) = (spots(&outer.0), spots(&inner.0));
        self.area(relation.class, &relation.names, outer, inner);
    }

    /// Draws an area (of no class: names it only) whose rims repeat their first point.
    fn area(
        &mut self,
        class: Option<Class>,
        names: &Names,
        outer: Vec<Vec<Spot>>,
        inner: Vec<Vec<Spot>>,
    ) {
        let extent = self.ground.extent();
        let cut = |rims: Vec<Vec<Spot>>, clockwise: bool| -> Vec<Vec<Spot>> {
            let rings = rims.into_iter().map(|mut rim| {
                rim.pop();
                let mut ring = extent.clip_ring(&rim);
                if (area(&ring) < 0.0) != clockwise {
                    ring.reverse();
                }
                ring
            });
            rings
                .filter(|ring| area(ring).abs() >= LEAST_AREA_M2)
                .collect()
        };
        let (outer, inner) = (cut(outer, false), cut(inner, true));
        let largest = outer.iter().max_by(|a, b| area(a).total_cmp(&area(b)));
        let Some(largest) = largest else { return };
        let area_m2: f64 = outer.iter().map(|ring| area(ring)).sum();
        if let (Some(named), Some(middle)) = (name_for(names, area_m2), inside(largest)) {
            self.name(named, middle, None);
        }
        if let Some(class) = class {
            self.shape(class, outer.into_iter().chain(inner));
        }
    }

    fn shape(&mut self, class: Class, rings: impl Iterator<Item = Vec<Spot>>) {
        let tolerance = match class {
            Class::Building => HOUSE_TOLERANCE_M,
            _ => TOLERANCE_M,
        };
        let shape: Shape = rings
            .map(|ring| {
                let mut points = self.ground.points(&thinned_ring(&ring, tolerance));
                while points.len() > 1 && points.first() == points.last() {
                    points.pop();
                }
                points
            })
            .filter(|points| points.len() > 2)
            .collect();
        if !shape.is_empty() {
            self.layers[class as usize].push(shape);
        }
    }

    fn sea(&mut self) {
        let ways = self.map.coast.iter();
        let ways = ways.filter_map(|way| self.map.ways.get(way).cloned());
        let shores: Vec<Vec<Spot>> = join(ways.collect(), true)
            .iter()
            .map(|shore| self.spots(shore))
            .collect();
        let rings = self
            .ground
            .extent()
            .sea(&shores)
            .into_iter()
            .map(|mut ring| {
                // The sea is drawn clockwise; rims on the map run the other way round.
                ring.reverse();
                ring
            });
        let rings: Vec<Vec<Spot>> = rings.collect();
        self.shape(Class::Water, rings.into_iter());
    }

    fn name(&mut self, named: &Named, middle: Spot, turn: Option<u8>) {
        let Extent(corner) = self.ground.extent();
        if !(0.0..=corner.x).contains(&middle.x) || !(0.0..=corner.y).contains(&middle.y) {
            return;
        }
        self.names.push(Name {
            kind: named.kind,
            rank: named.rank.min(Name::MAX_RANK),
            at: self.ground.point(middle),
            turn,
            text: named.text.clone(),
        });
    }

    /// Names each street at the middle of its longest pieces, not too close to each other.
    fn name_streets(&mut self) {
        for ((text, kind), mut pieces) in std::mem::take(&mut self.streets) {
            pieces.sort_by(|a, b| length(&b.line).total_cmp(&length(&a.line)));
            let mut middles: Vec<Spot> = Vec::new();
            for Piece { rank, line } in &pieces {
                let metres = length(line);
                let Some(middle) = along(line, metres / 2.0) else {
                    continue;
                };
                if metres < LEAST_NAMED_M || middles.iter().any(|m| m.distance(middle) < REPEAT_M) {
                    continue;
                }
                middles.push(middle);
                let named = Named {
                    kind,
                    rank: *rank,
                    text: text.clone(),
                };
                self.name(&named, middle, turn(line));
            }
        }
    }

    /// Shapes along a Z-order curve, names by rank: neighbours in the file are neighbours
    /// on the ground.
    fn sort(&mut self) {
        for layer in &mut self.layers {
            layer.sort_by_cached_key(|shape| {
                shape.first().and_then(|ring| ring.first()).map(z_order)
            });
        }
        self.names
            .sort_by_cached_key(|name| (name.rank, name.kind, z_order(&name.at)));
        // The same name as a point and as an area, a few metres apart, is one name.
        let mut seen: HashMap<(NameKind, String), Vec<Point>> = HashMap::new();
        let near = REPEAT_M / 0.2 / 4.0;
        self.names.retain(|name| {
            let places = seen.entry((name.kind, name.text.clone())).or_default();
            let distance =
                |at: &Point| f64::from(at.x - name.at.x).hypot(f64::from(at.y - name.at.y));
            let first = places.iter().all(|at| distance(at) > near);
            places.push(name.at);
            first
        });
    }
}

/// The direction of the text in the middle of a line; none where it is nearly level.
fn turn(line: &[Spot]) -> Option<u8> {
    let (middle, reach) = (length(line) / 2.0, TEXT_LENGTH_M / 2.0);
    let (from, to) = (along(line, middle - reach)?, along(line, middle + reach)?);
    let degrees = (to.y - from.y).atan2(to.x - from.x).to_degrees();
    let step = (degrees / f64::from(Name::TURN_DEG)).round() as i32;
    match step.rem_euclid(i32::from(Name::TURNS)) {
        0 => None,
        turn => u8::try_from(turn).ok(),
    }
}

/// The place on a Z-order (Morton) curve: the bits of both coordinates in turn.
fn z_order(point: &Point) -> u64 {
    let spread = |value: i32| {
        (0..32).fold(0_u64, |sum, bit| {
            sum | (u64::from(value.unsigned_abs() >> bit) & 1) << (2 * bit)
        })
    };
    spread(point.x) | spread(point.y) << 1
}
