//! The file that the phone walks on: refused, or whole.
#![no_main]

use circle::Network;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let _ = Network::from_bytes(bytes);
    let Ok(network) = Network::from_bytes(&fuzz::sealed(bytes)) else {
        return;
    };
    let again = Network::from_bytes(&network.to_bytes()).expect("what was read can be written");
    assert_eq!(again.edge_count(), network.edge_count());
    fuzz::ask(&network);
});
