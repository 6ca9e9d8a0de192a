//! A picture: refused, or two small ones.
#![no_main]

use libfuzzer_sys::fuzz_target;
use server::foreign;

fuzz_target!(|bytes: &[u8]| {
    if let Some((width, height)) = foreign::photo(bytes) {
        assert!((1..=1600).contains(&width) && (1..=1600).contains(&height));
    }
});
