//! What another system hands in: a form, or parts with pictures. The first byte says which.
#![no_main]

use libfuzzer_sys::fuzz_target;
use server::foreign;
use server::routing::Directory;
use std::sync::LazyLock;

static STREET: LazyLock<Directory> =
    LazyLock::new(|| foreign::sample_street().expect("the sample is a clean street"));

fuzz_target!(|bytes: &[u8]| {
    let Some((which, body)) = bytes.split_first() else {
        return;
    };
    let media_type = match which % 2 {
        0 => "application/x-www-form-urlencoded",
        _ => "multipart/form-data; boundary=b",
    };
    foreign::open311(&STREET, media_type, body);
});
