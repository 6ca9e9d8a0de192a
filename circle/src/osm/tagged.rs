//! Things of an extract that are no ways to walk: shops, schools, parks, where they stand and what
//! the map says of them.

use std::collections::{HashMap, HashSet};

use super::ImportError;
use super::map::{self, Keep, to_the_format};
use super::tags::Tags;
use crate::geo::Wgs84;

/// What kind of element of the map a thing is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Element {
    /// A point.
    Node,
    /// A line or a ring: a house, a playground.
    Way,
    /// Several rings: a large park.
    Relation,
}

/// A thing of the map.
#[derive(Clone, Debug)]
pub struct Tagged {
    /// What kind of element.
    pub element: Element,
    /// Its number among the elements of its kind.
    pub id: i64,
    /// Its main entrance, else any entrance on its rim, else its middle.
    pub at: Wgs84,
    tags: Tags,
}

impl Tagged {
    /// The value of a tag; empty where it has none.
    pub fn get(&self, key: &str) -> &str {
        self.tags.get(key)
    }
}

/// Everything of an extract that has one of the `keys`, points first, each kind by its numbers.
/// What the extract holds no point of is left out.
///
/// # Errors
/// [`ImportError`] when the file is broken.
pub fn tagged(extract: &[u8], keys: &[&str]) -> Result<Vec<Tagged>, ImportError> {
    let things: Things = map::read(extract)?;
    let wanted = |thing: &&Found| keys.iter().any(|key| !thing.tags.get(key).is_empty());
    let found = things.found.iter().filter(wanted);
    let mut tagged: Vec<Tagged> = found.filter_map(|thing| things.placed(thing)).collect();
    tagged.sort_by_key(|thing| (thing.element, thing.id));
    Ok(tagged)
}

/// All points and ways, since a later element may need them, and what has any tag.
#[derive(Default)]
struct Things {
    nodes: HashMap<i64, Wgs84>,
    ways: HashMap<i64, Vec<i64>>,
    entrances: HashSet<i64>,
    main_entrances: HashSet<i64>,
    found: Vec<Found>,
}

/// What has tags; a relation's `parts` are its ways.
struct Found {
    element: Element,
    id: i64,
    parts: Vec<i64>,
    tags: Tags,
}

impl Keep for Things {
    fn add_node(&mut self, id: i64, at: Wgs84, tags: Tags) {
        if !at.is_valid() {
            return;
        }
        self.nodes.insert(id, to_the_format(at));
        match tags.get("entrance") {
            "" | "no" | "service" | "emergency" | "exit" => {}
            "main" => drop(self.main_entrances.insert(id)),
            _ => drop(self.entrances.insert(id)),
        }
        self.find(Element::Node, id, Vec::new(), tags);
    }

    fn add_way(&mut self, id: i64, nodes: Vec<i64>, tags: Tags) {
        self.find(Element::Way, id, vec![id], tags);
        self.ways.insert(id, nodes);
    }

    fn add_relation(&mut self, id: i64, ways: Vec<i64>, tags: Tags) {
        if tags.is("type", &["multipolygon"]) {
            self.find(Element::Relation, id, ways, tags);
        }
    }
}

impl Things {
    fn find(&mut self, element: Element, id: i64, parts: Vec<i64>, tags: Tags) {
        if !tags.is_empty() {
            self.found.push(Found {
                element,
                id,
                parts,
                tags,
            });
        }
    }

    fn placed(&self, found: &Found) -> Option<Tagged> {
        let at = match found.element {
            Element::Node => self.nodes.get(&found.id).copied(),
            _ => self.door(&found.parts),
        };
        Some(Tagged {
            element: found.element,
            id: found.id,
            at: at?,
            tags: found.tags.clone(),
        })
    }

    /// Where one goes into what these ways are the rims of.
    fn door(&self, ways: &[i64]) -> Option<Wgs84> {
        let rim = || ways.iter().filter_map(|way| self.ways.get(way)).flatten();
        let entrance = |kind: &HashSet<i64>| {
            let node = rim().find(|node| kind.contains(node))?;
            self.nodes.get(node).copied()
        };
        entrance(&self.main_entrances)
            .or_else(|| entrance(&self.entrances))
            .or_else(|| middle(rim().filter_map(|node| self.nodes.get(node).copied())))
    }
}

/// The middle of the rectangle around points.
fn middle(mut points: impl Iterator<Item = Wgs84>) -> Option<Wgs84> {
    let first = points.next()?;
    let (low, high) = points.fold((first, first), |(low, high), at| {
        (
            Wgs84::new(low.lat.min(at.lat), low.lon.min(at.lon)),
            Wgs84::new(high.lat.max(at.lat), high.lon.max(at.lon)),
        )
    });
    let between = |a: f64, b: f64| (a + b) / 2.0;
    Some(to_the_format(Wgs84::new(
        between(low.lat, high.lat),
        between(low.lon, high.lon),
    )))
}

#[cfg(test)]
mod tests {
    use super::*;

    const TOWN: &str = r#"<osm version="0.6">
        <node id="1" lat="40.0" lon="116.30"/><node id="2" lat="40.0" lon="116.31"/>
        <node id="3" lat="40.01" lon="116.31"><tag k="entrance" v="yes"/></node>
        <node id="4" lat="40.01" lon="116.30"><tag k="entrance" v="main"/></node>
        <node id="9" lat="40.02" lon="116.32"><tag k="amenity" v="pharmacy"/></node>
        <way id="5"><nd ref="1"/><nd ref="2"/><nd ref="3"/><nd ref="4"/><nd ref="1"/>
          <tag k="amenity" v="library"/></way>
        <way id="6"><nd ref="1"/><nd ref="2"/><nd ref="3"/><nd ref="1"/><tag k="shop" v="x"/></way>
        <way id="7"><nd ref="1"/><nd ref="2"/><tag k="highway" v="footway"/></way>
        <way id="8"><nd ref="70"/><nd ref="71"/><tag k="amenity" v="school"/></way>
        <relation id="2"><member type="way" ref="7" role="outer"/><tag k="leisure" v="park"/>
          <tag k="type" v="multipolygon"/></relation>
        <relation id="3"><member type="way" ref="5" role=""/><tag k="amenity" v="bank"/>
          <tag k="type" v="site"/></relation></osm>"#;

    #[test]
    fn a_thing_is_at_its_door() {
        let found = tagged(TOWN.as_bytes(), &["amenity", "shop", "leisure"]).unwrap();
        let found: Vec<_> = found
            .iter()
            .map(|thing| (thing.element, thing.id, thing.at.lat, thing.at.lon))
            .collect();
        assert_eq!(
            found,
            [
                (Element::Node, 9, 40.02, 116.32),
                (Element::Way, 5, 40.01, 116.30), // the main entrance
                (Element::Way, 6, 40.01, 116.31), // an entrance
                (Element::Relation, 2, 40.0, 116.305), // the middle
            ]
        );
    }

    #[test]
    fn only_what_has_a_key_that_was_asked_for() {
        let found = tagged(TOWN.as_bytes(), &["amenity"]).unwrap();
        let values: Vec<_> = found.iter().map(|thing| thing.get("amenity")).collect();
        assert_eq!(values, ["pharmacy", "library"]);
        assert_eq!(found[0].get("name"), "");
        assert!(tagged(b"<osm", &["amenity"]).is_err());
    }
}
