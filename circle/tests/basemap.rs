//! The basemaps of the two real extracts: plausible contents, small files.
//! Run with `--nocapture` for the figures.

#![cfg(feature = "osm")]
#![allow(clippy::unwrap_used)]

use circle::basemap::{Basemap, Class, import};

const BEIJING: &[u8] = include_bytes!("../../data/osm/beijing-haidian-2017.osm.pbf");
const HELSINKI: &[u8] = include_bytes!("../../data/osm/helsinki.osm.pbf");

#[test]
fn the_real_extracts_are_small_and_whole() {
    for (name, extract, most_bytes) in [
        ("beijing", BEIJING, 80_000),
        ("helsinki", HELSINKI, 200_000),
    ] {
        let (map, report) = import(extract).unwrap();
        let bytes = map.to_bytes();
        println!(
            "{name}: {} bytes, {:?}, {report:#?}",
            bytes.len(),
            map.bounds()
        );
        if let Ok(folder) = std::env::var("BASEMAP_OUT") {
            std::fs::write(format!("{folder}/{name}.basemap"), &bytes).unwrap();
        }
        assert_eq!(Basemap::from_bytes(&bytes), Ok(map), "{name}");
        assert!(bytes.len() < most_bytes, "{name}: {} bytes", bytes.len());
        for class in [
            Class::Building,
            Class::Green,
            Class::Water,
            Class::Major,
            Class::Path,
        ] {
            assert!(report.shapes[&class] > 0, "{name} has no {class:?}");
        }
        assert!(report.names > 50, "{name}: {} names", report.names);
    }
}

/// The gallery's map is the real one of the sample street.
#[test]
fn the_gallery_shows_what_the_import_makes() {
    let (map, _) = import(BEIJING).unwrap();
    let shown = include_bytes!("../../tests/gallery/sample.basemap");
    assert_eq!(Basemap::from_bytes(shown), Ok(map));
}

#[test]
fn what_is_no_extract_says_so() {
    assert!(import(b"no map").is_err());
    assert!(import(b"").is_err());
    assert!(import(&BEIJING[..BEIJING.len() / 2]).is_err());
}
