//! No bytes make a reader panic or fill the memory: files that once could, and real ones with
//! bytes changed, cut off or doubled. A file that breaks a reader is put into `tests/regressions/`.

#![allow(clippy::unwrap_used)]

mod sealed;

use circle::basemap::Basemap;
use circle::{Network, NetworkBuilder, Traits, WayKind, Wgs84};
use proptest::prelude::*;
use sealed::sealed;
use std::fs;
use std::path::Path;
use std::sync::LazyLock;

/// Reads the bytes as everything they could be.
fn read_as_all(bytes: &[u8]) {
    let _ = Network::from_bytes(bytes);
    let _ = Basemap::from_bytes(bytes);
    #[cfg(feature = "osm")]
    {
        let _ = circle::osm::import(bytes);
        let _ = circle::basemap::import(bytes);
    }
}

#[test]
fn files_that_once_broke_a_reader_no_longer_do() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/regressions");
    let mut files = 0;
    for entry in fs::read_dir(folder).unwrap() {
        read_as_all(&fs::read(entry.unwrap().path()).unwrap());
        files += 1;
    }
    assert!(files > 0, "the inputs are not where this test looks");
}

/// What a byte string goes through.
#[derive(Clone, Debug)]
enum Change {
    Set(prop::sample::Index, u8),
    Cut(prop::sample::Index),
    Double(prop::sample::Index, prop::sample::Index),
    Varint(prop::sample::Index),
}

fn changes() -> impl Strategy<Value = Vec<Change>> {
    let index = any::<prop::sample::Index>;
    let change = prop_oneof![
        6 => (index(), any::<u8>()).prop_map(|(at, to)| Change::Set(at, to)),
        1 => index().prop_map(Change::Cut),
        1 => (index(), index()).prop_map(|(from, to)| Change::Double(from, to)),
        2 => index().prop_map(Change::Varint),
    ];
    prop::collection::vec(change, 1..8)
}

fn changed(original: &[u8], changes: &[Change]) -> Vec<u8> {
    let mut bytes = original.to_vec();
    for change in changes.iter().filter(|_| !original.is_empty()) {
        if bytes.is_empty() {
            break;
        }
        match change {
            Change::Set(at, to) => {
                let at = at.index(bytes.len());
                bytes[at] = *to;
            }
            Change::Cut(at) => bytes.truncate(at.index(bytes.len())),
            Change::Double(from, to) => {
                let (from, to) = (from.index(bytes.len()), to.index(bytes.len()));
                let part = bytes[from.min(to)..from.max(to)].to_vec();
                bytes.extend(part.into_iter().take(4096));
            }
            // A count as large as a number can be: who trusts it asks for that much memory.
            Change::Varint(at) => {
                let at = at.index(bytes.len());
                bytes.splice(at..=at, [0xff, 0xff, 0xff, 0xff, 0x0f]);
            }
        }
    }
    bytes
}

static NETWORK: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let mut builder = NetworkBuilder::new();
    let mut grid = Vec::new();
    for y in 0..5 {
        for x in 0..5 {
            let at = Wgs84::new(40.0 + f64::from(y) * 0.001, 116.3 + f64::from(x) * 0.001);
            grid.push(builder.point(at).unwrap());
        }
    }
    for row in grid.chunks(5) {
        builder
            .named_way(row, Traits::new(WayKind::Street), "East Street")
            .unwrap();
    }
    for column in 0..5 {
        let column: Vec<_> = grid.iter().skip(column).step_by(5).copied().collect();
        builder.way(&column, Traits::new(WayKind::Steps)).unwrap();
    }
    builder.build().unwrap().0.to_bytes()
});

#[test]
fn the_seal_is_the_files_own() {
    assert_eq!(sealed(&NETWORK), *NETWORK);
    #[cfg(feature = "osm")]
    assert_eq!(sealed(&real::BASEMAP), *real::BASEMAP);
}

proptest! {
    #[test]
    fn a_changed_network_is_refused_or_read(changes in changes()) {
        let bytes = changed(&NETWORK, &changes);
        let _ = Network::from_bytes(&bytes);
        if let Ok(network) = Network::from_bytes(&sealed(&bytes)) {
            // What was read can be written and read again.
            prop_assert!(Network::from_bytes(&network.to_bytes()).is_ok());
        }
    }

    #[test]
    fn any_bytes_are_read_as_anything(bytes in prop::collection::vec(any::<u8>(), 0..600)) {
        read_as_all(&bytes);
        for head in [b"YKZN\x02".as_slice(), b"YKZB\x01"] {
            read_as_all(&sealed(&[head, b"0000", &bytes].concat()));
        }
    }
}

#[cfg(feature = "osm")]
mod real {
    use super::*;

    const EXTRACT: &[u8] = include_bytes!("../../data/osm/beijing-haidian-2017.osm.pbf");

    pub static BASEMAP: LazyLock<Vec<u8>> =
        LazyLock::new(|| circle::basemap::import(EXTRACT).unwrap().0.to_bytes());

    const XML: &str = r#"<?xml version="1.0"?><osm version="0.6">
        <node id="1" lat="40.0" lon="116.3"/><node id="2" lat="40.001" lon="116.3">
        <tag k="barrier" v="gate"/></node><node id="3" lat="40.001" lon="116.301"/>
        <way id="5"><nd ref="1"/><nd ref="2"/><nd ref="3"/><nd ref="1"/>
        <tag k="highway" v="pedestrian"/><tag k="area" v="yes"/><tag k="name" v="A &amp; B"/></way>
        <relation id="9"><member type="way" ref="5" role="outer"/>
        <tag k="type" v="multipolygon"/><tag k="natural" v="water"/></relation></osm>"#;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]

        #[test]
        fn a_changed_basemap_is_refused_or_read(changes in changes()) {
            let bytes = changed(&BASEMAP, &changes);
            let _ = Basemap::from_bytes(&bytes);
            let _ = Basemap::from_bytes(&sealed(&bytes));
        }

        #[test]
        fn a_changed_extract_is_refused_or_read(changes in changes()) {
            read_as_all(&changed(EXTRACT, &changes));
            read_as_all(&changed(XML.as_bytes(), &changes));
        }
    }
}
