//! A map extract (`.osm.pbf`, `.osm`, `.osm.gz`): refused, or a network that answers.
#![no_main]

use circle::{Network, basemap, osm};
use libfuzzer_sys::fuzz_target;

fuzz_target!(
    init: {
        // The reader of .osm.pbf panics on some broken files, and the import catches it. What is
        // not caught still ends the fuzzer.
        std::panic::set_hook(Box::new(|_| {}));
    },
    |bytes: &[u8]| {
        if let Ok((map, _)) = basemap::import(bytes) {
            basemap::Basemap::from_bytes(&map.to_bytes()).expect("what was drawn can be read");
        }
        let Ok((network, _)) = osm::import(bytes) else {
            return;
        };
        Network::from_bytes(&network.to_bytes()).expect("what was built can be read");
        fuzz::ask(&network);
    }
);
