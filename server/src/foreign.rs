//! The doors at which bytes of strangers come in, each as one function that needs neither a
//! database nor a network: for the fuzzer (`fuzz/`) and for `tests/regressions.rs`.
//!
//! Each says what it made of the bytes; a panic in here is a fault of ours.

use crate::circle_cli::points::Points;
use crate::routing::Directory;
use crate::street::{FILES, Fault, SeedFiles, parse};
use crate::{open311, photos};
use axum::body::Body;
use axum::http::{Request, header};
use futures::executor::block_on;
use model::time::TimeMs;

/// 2026-11-22, around which the sample's dates lie.
const NOW: TimeMs = TimeMs(1_795_276_800_000);

/// The invented street, as a server that runs holds it, without its map.
///
/// # Errors
/// When the sample is broken.
pub fn sample_street() -> Result<Directory, Vec<Fault>> {
    let seed = parse(&SeedFiles::sample(), NOW)?;
    Ok(Directory {
        staff: seed.staff.clone(),
        seed,
        footways: None,
        former: Vec::new(),
        walks: Vec::new(),
    })
}

/// A picture that somebody uploads: how large the copy to be shown is, if one could be made.
pub fn photo(bytes: &[u8]) -> Option<(u32, u32)> {
    photos::size_shown(bytes)
}

/// What another system hands in: whether it would become a case.
pub fn open311(street: &Directory, media_type: &str, body: &[u8]) -> bool {
    let request = Request::post("/open311/v2/requests.json")
        .header(header::CONTENT_TYPE, media_type)
        .body(Body::from(body.to_vec()));
    request.is_ok_and(|request| block_on(open311::understood(street, NOW, request)).is_ok())
}

/// A file of a street, with the other files of the sample: how many faults it has.
pub fn street_file(name: &'static str, text: &str) -> usize {
    debug_assert!(FILES.contains(&name), "{name}");
    let mut files = SeedFiles::sample();
    files.set(name, text.to_owned());
    parse(&files, NOW).map_or_else(|faults| faults.len(), |_| 0)
}

/// Points for `yikezhong circle times`: whether they were read.
pub fn points(bytes: &[u8]) -> bool {
    Points::read(bytes).is_ok()
}
