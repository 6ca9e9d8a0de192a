//! `.osm.pbf`, `.osm` and `.osm.gz` say the same, and broken ones are errors that say where.

#![cfg(feature = "osm")]
#![allow(clippy::unwrap_used)]

use std::fmt::Write as _;
use std::io::Write as _;

use circle::osm::{ImportError, import};
use flate2::Compression;
use flate2::write::GzEncoder;
use osmpbf::{Element, ElementReader, RelMemberType};
use proptest::prelude::*;

const BEIJING: &[u8] = include_bytes!("../../data/osm/beijing-haidian-2017.osm.pbf");
const HELSINKI: &[u8] = include_bytes!("../../data/osm/helsinki.osm.pbf");

/// The same elements as OpenStreetMap's XML.
fn as_xml(pbf: &[u8]) -> String {
    let mut xml = String::from("<?xml version='1.0' encoding='UTF-8'?>\n<osm version=\"0.6\">\n");
    let write = |element: Element<'_>| match element {
        Element::DenseNode(node) => {
            let at = (node.lat(), node.lon());
            write_element(&mut xml, "node", node.id(), Some(at), &[], node.tags());
        }
        Element::Node(node) => {
            let at = (node.lat(), node.lon());
            write_element(&mut xml, "node", node.id(), Some(at), &[], node.tags());
        }
        Element::Way(way) => {
            let nodes: Vec<String> = way.refs().map(|id| format!("<nd ref='{id}'/>")).collect();
            write_element(&mut xml, "way", way.id(), None, &nodes, way.tags());
        }
        Element::Relation(relation) => {
            let members: Vec<String> = relation
                .members()
                .map(|member| {
                    let kind = match member.member_type {
                        RelMemberType::Node => "node",
                        RelMemberType::Way => "way",
                        RelMemberType::Relation => "relation",
                    };
                    format!("<member type='{kind}' ref='{}' role=''/>", member.member_id)
                })
                .collect();
            write_element(
                &mut xml,
                "relation",
                relation.id(),
                None,
                &members,
                relation.tags(),
            );
        }
    };
    ElementReader::new(pbf).for_each(write).unwrap();
    xml.push_str("</osm>\n");
    xml
}

fn write_element<'a>(
    xml: &mut String,
    name: &str,
    id: i64,
    at: Option<(f64, f64)>,
    children: &[String],
    tags: impl Iterator<Item = (&'a str, &'a str)>,
) {
    let place = at.map_or_else(String::new, |(lat, lon)| {
        format!(" lat='{lat:.7}' lon='{lon:.7}'")
    });
    write!(xml, "<{name} id='{id}'{place}>").unwrap();
    children.iter().for_each(|child| xml.push_str(child));
    for (key, value) in tags {
        write!(
            xml,
            "<tag k=\"{}\" v=\"{}\"/>",
            escaped(key),
            escaped(value)
        )
        .unwrap();
    }
    writeln!(xml, "</{name}>").unwrap();
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('"', "&quot;")
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

#[test]
fn all_formats_make_the_same_network() {
    for (name, pbf) in [("Beijing", BEIJING), ("Helsinki", HELSINKI)] {
        let (network, report) = import(pbf).unwrap();
        let xml = as_xml(pbf);
        let with_mark = format!("\u{feff}{xml}");
        for extract in [xml.as_bytes(), &gzip(xml.as_bytes()), with_mark.as_bytes()] {
            let (same, same_report) = import(extract).unwrap();
            assert_eq!(same_report, report, "{name}");
            assert!(same.to_bytes() == network.to_bytes(), "{name}");
        }
        assert!(network.names().len() > 15, "{name}: {:?}", network.names());
    }
}

/// Two streets that meet; the second is deleted by the editor that wrote the file.
const SMALL: &str = "<osm>
  <node id='1' lat='40.0' lon='116.30'/>
  <node id='2' lat='40.0' lon='116.31'><tag k='note' v='a &lt;b&gt; &#8211; c'/></node>
  <node id='3' lat='40.0' lon='116.32'/>
  <node id='4' visible='false'/>
  <way id='1'><nd ref='1'/><nd ref='2'/><tag k='highway' v='residential'/><tag k='name' v='A &amp; B'/></way>
  <way id='2' action='delete'><nd ref='2'/><nd ref='3'/><tag k='highway' v='residential'/></way>
</osm>";

#[test]
fn deleted_elements_are_left_out() {
    let (network, _) = import(SMALL.as_bytes()).unwrap();
    assert_eq!(network.edge_count(), 1);
    assert_eq!(network.names(), ["A & B".into()]);
    let kept = SMALL.replace("action='delete'", "");
    assert!((import(kept.as_bytes()).unwrap().0.metres() - 1708.0).abs() < 5.0);
}

#[test]
fn errors_say_which_line() {
    let rows = [
        ("lat='40.0' lon='116.31'", "lon='116.31'", 3, "has no `lat`"),
        (
            "lat='40.0' lon='116.32'",
            "lat='north' lon='116.32'",
            4,
            "not a number",
        ),
        ("<nd ref='1'/>", "<nd/>", 6, "has no `ref`"),
        ("</way>\n  <way id='2'", "\n  <way id='2'", 8, ""),
        ("</osm>", "", 8, "ends early"),
        ("<osm>", "<html>", 1, "its root is not <osm>"),
    ];
    for (from, to, expected, words) in rows {
        let broken = SMALL.replacen(from, to, 1);
        assert_ne!(broken, SMALL, "{from}");
        match import(broken.as_bytes()) {
            Err(ImportError::Xml { line, what }) => {
                assert_eq!(line, expected, "{what}");
                assert!(what.contains(words), "{what}");
            }
            other => panic!("{to}: {:?}", other.map(|(network, _)| network.edge_count())),
        }
    }
}

#[test]
fn a_broken_download_of_a_compressed_file_is_an_error() {
    let whole = gzip(SMALL.as_bytes());
    for end in 2..whole.len() {
        assert!(import(&whole[..end]).is_err(), "{end} bytes");
    }
    assert!(matches!(
        import(b"not a map"),
        Err(ImportError::Unreadable(_))
    ));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_text_makes_it_panic(text in "<osm>(<|>|/|node|way|nd|tag| id='[0-9-]{1,20}'| ref='1'| lat='4[0-9.e]{0,4}'| lon='1'|&|;|'|\"|\n){0,60}") {
        let _ = import(text.as_bytes());
    }

    #[test]
    fn no_change_of_a_file_makes_it_panic(changes in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6), packed in any::<bool>()) {
        let mut bytes = if packed { gzip(SMALL.as_bytes()) } else { SMALL.as_bytes().to_vec() };
        for (at, byte) in changes {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        let _ = import(&bytes);
    }

    #[test]
    fn no_bytes_make_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300), kind in 0..3_usize) {
        let start: &[u8] = [b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03".as_slice(), b"<osm>", b""][kind];
        let _ = import(&[start, &bytes].concat());
    }
}
