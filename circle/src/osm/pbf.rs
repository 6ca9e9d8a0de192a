//! `.osm.pbf`: OpenStreetMap's protocol buffers.

use std::io::Cursor;
use std::panic::{AssertUnwindSafe, catch_unwind};

use osmpbf::{Element, ElementReader, RelMemberType, Relation};

use super::ImportError;
use super::map::Keep;
use super::tags::Tags;
use crate::geo::Wgs84;

/// The reader underneath panics on some broken files; that is caught here (a message may
/// still go to standard error).
pub(super) fn read<K: Keep>(pbf: &[u8]) -> Result<K, ImportError> {
    catch_unwind(|| elements(pbf))
        .map_err(|_| ImportError::Unreadable("contradictory contents".to_owned()))?
}

fn elements<K: Keep>(pbf: &[u8]) -> Result<K, ImportError> {
    let mut map = K::default();
    // The closure is called in order, on this thread.
    let mut add = AssertUnwindSafe(|element: Element<'_>| add(&mut map, element));
    ElementReader::new(Cursor::new(pbf))
        .for_each(|element| (*add)(element))
        .map_err(|error| ImportError::Unreadable(error.to_string()))?;
    Ok(map)
}

fn add<K: Keep>(map: &mut K, element: Element<'_>) {
    match element {
        Element::DenseNode(node) => {
            let at = Wgs84::new(node.lat(), node.lon());
            map.add_node(node.id(), at, Tags::new(node.tags()));
        }
        Element::Node(node) => {
            let at = Wgs84::new(node.lat(), node.lon());
            map.add_node(node.id(), at, Tags::new(node.tags()));
        }
        Element::Way(way) => map.add_way(way.id(), way.refs().collect(), Tags::new(way.tags())),
        Element::Relation(relation) => {
            let ways = member_ways(&relation);
            map.add_relation(relation.id(), ways, Tags::new(relation.tags()));
        }
    }
}

fn member_ways(relation: &Relation<'_>) -> Vec<i64> {
    relation
        .members()
        .filter(|member| member.member_type == RelMemberType::Way)
        .map(|member| member.member_id)
        .collect()
}
