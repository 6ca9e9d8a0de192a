//! The file that the map is drawn from: refused, or whole.
#![no_main]

use circle::basemap::{Basemap, Class};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let _ = Basemap::from_bytes(bytes);
    let Ok(map) = Basemap::from_bytes(&fuzz::sealed(bytes)) else {
        return;
    };
    for class in Class::ALL {
        for point in map.shapes(class).iter().flatten().flatten() {
            map.degrees(*point);
        }
    }
    let again = Basemap::from_bytes(&map.to_bytes()).expect("what was read can be written");
    assert_eq!(again, map);
});
