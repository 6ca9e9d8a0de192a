//! A file of a street, the others as in the sample. The first byte says which.
#![no_main]

use libfuzzer_sys::fuzz_target;
use server::foreign;
use server::street::FILES;

fuzz_target!(|bytes: &[u8]| {
    let Some((which, text)) = bytes.split_first() else {
        return;
    };
    if let Ok(text) = str::from_utf8(text) {
        foreign::street_file(FILES[usize::from(*which) % FILES.len()], text);
    }
});
