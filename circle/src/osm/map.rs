//! An extract in memory: what of it matters to walkers, whatever format it came in.

use std::collections::HashMap;

use super::ImportError;
use super::tags::{self, Spot, Tags};
use crate::geo::Wgs84;

/// The parts of an extract that matter to walkers, by the map's own numbers. The order in
/// which elements are added matters only among ways and among relations.
#[derive(Default)]
pub(super) struct Map {
    pub nodes: HashMap<i64, Wgs84>,
    pub spots: HashMap<i64, Spot>,
    /// Ways that are some kind of road or path, walked or not.
    pub ways: Vec<MapWay>,
    /// Points of all other ways: one of them may be the rim of a square.
    pub others: HashMap<i64, Vec<i64>>,
    pub squares: Vec<Square>,
}

pub(super) struct MapWay {
    pub id: i64,
    pub nodes: Vec<i64>,
    pub tags: Tags,
}

/// A multipolygon, with the ways of its rims.
pub(super) struct Square {
    pub tags: Tags,
    pub rims: Vec<i64>,
}

/// Whoever is told of the elements of an extract one after the other, to keep what matters.
pub(super) trait Keep: Default {
    fn add_node(&mut self, id: i64, at: Wgs84, tags: Tags);
    fn add_way(&mut self, id: i64, nodes: Vec<i64>, tags: Tags);
    /// `ways` are the numbers of its members that are ways.
    fn add_relation(&mut self, id: i64, ways: Vec<i64>, tags: Tags);
}

/// Reads an extract in any format this program knows, told apart by its first bytes.
pub(super) fn read<K: Keep>(extract: &[u8]) -> Result<K, ImportError> {
    if extract.starts_with(&[0x1f, 0x8b]) {
        return super::xml::read_gzip(extract);
    }
    let text = extract.strip_prefix(b"\xef\xbb\xbf").unwrap_or(extract);
    if text.trim_ascii_start().starts_with(b"<") {
        return super::xml::read(text);
    }
    super::pbf::read(extract)
}

impl Keep for Map {
    fn add_node(&mut self, id: i64, at: Wgs84, tags: Tags) {
        if !at.is_valid() {
            return;
        }
        self.nodes.insert(id, to_the_format(at));
        if let Some(spot) = tags::spot(&tags) {
            self.spots.insert(id, spot);
        }
    }

    fn add_way(&mut self, id: i64, nodes: Vec<i64>, tags: Tags) {
        if tags::walkable(&tags).is_some() {
            self.ways.push(MapWay { id, nodes, tags });
        } else {
            self.others.insert(id, nodes);
        }
    }

    fn add_relation(&mut self, _id: i64, ways: Vec<i64>, tags: Tags) {
        if tags.is("type", &["multipolygon"]) && tags::walkable(&tags).is_some() {
            self.squares.push(Square { tags, rims: ways });
        }
    }
}

/// OpenStreetMap keeps seven digits. Formats come to them by different sums, and the last
/// bit of a float must not decide to which half metre a point is rounded.
pub(super) fn to_the_format(at: Wgs84) -> Wgs84 {
    let digits = |degrees: f64| (degrees * 1e7).round() / 1e7;
    Wgs84::new(digits(at.lat), digits(at.lon))
}
