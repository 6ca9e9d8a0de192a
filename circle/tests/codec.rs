//! The network file: what goes in comes out, and no bytes make the reader panic.

#![allow(clippy::unwrap_used)]

use circle::{
    DecodeError, Direction, Ends, Network, NetworkBuilder, Profile, Reach, Seconds, Structure,
    Traits, WayKind, Wgs84, Wheelchair,
};
use proptest::prelude::*;

fn traits() -> impl Strategy<Value = Traits> {
    (
        0..WayKind::ALL.len(),
        0..3_usize,
        0..3_usize,
        0..3_usize,
        0..4_usize,
    )
        .prop_map(|(kind, wheelchair, direction, structure, first)| Traits {
            wheelchair: [
                Wheelchair::Passable,
                Wheelchair::Unknown,
                Wheelchair::Impassable,
            ][wheelchair],
            direction: [Direction::Both, Direction::Forward, Direction::Backward][direction],
            structure: [Structure::Ground, Structure::Bridge, Structure::Tunnel][structure],
            first: [
                Ends::NONE,
                Ends::SIGNAL,
                Ends::LIFT.with(Ends::CROSSING),
                Ends::FLIGHT,
            ][first],
            ..Traits::new(WayKind::ALL[kind])
        })
}

fn network() -> impl Strategy<Value = Network> {
    (2_usize..40)
        .prop_flat_map(|count| {
            let point = (-90.0_f64..=90.0, -180.0_f64..=180.0);
            let near = (39.9_f64..40.1, 116.2_f64..116.4);
            let way = (proptest::collection::vec(0..count, 2..9), traits());
            let ways = proptest::collection::vec(way, 0..40);
            (
                proptest::collection::vec(prop_oneof![1 => point, 9 => near], count),
                ways,
            )
        })
        .prop_map(|(points, ways)| {
            let mut builder = NetworkBuilder::new();
            let points: Vec<_> = points
                .into_iter()
                .map(|(lat, lon)| builder.point(Wgs84::new(lat, lon)).unwrap())
                .collect();
            for (index, (way, traits)) in ways.into_iter().enumerate() {
                let way: Vec<_> = way.into_iter().map(|point| points[point]).collect();
                // A few names, so that neighbours share them, one of them none.
                let name = ["", "East Street", "西街", "é"][(index / 2) % 4];
                builder.named_way(&way, traits, name).unwrap();
            }
            builder.build().unwrap().0
        })
}

/// A file with this body and a checksum that fits it: only so are the parts behind the
/// checksum tried at all.
fn with_checksum(body: &[u8]) -> Vec<u8> {
    let mut crc = u32::MAX;
    for byte in body {
        crc ^= u32::from(*byte);
        for _ in 0..8 {
            crc = if crc & 1 == 1 {
                (crc >> 1) ^ 0xedb8_8320
            } else {
                crc >> 1
            };
        }
    }
    [b"YKZN\x02", (!crc).to_le_bytes().as_slice(), body].concat()
}

/// Whatever was decoded must be usable.
fn exercise(network: &Network) {
    let mut reach = Reach::new(network);
    let place = network
        .edges()
        .next()
        .and_then(|edge| network.place(edge.id(), 1.0));
    let starts: Vec<_> = place.into_iter().collect();
    let reached = reach.run(network, &starts, &Profile::ADULT, Seconds::MAX);
    for edge in network.edges().take(50) {
        let named = edge.name_id().and_then(|id| network.name(id));
        assert_eq!(edge.name(), named);
        if let Some(end) = network.place(edge.id(), edge.metres() / 2.0) {
            let route = reached.route(end);
            assert_eq!(route.map(|route| route.seconds), reached.seconds_to(end));
        }
    }
    let _ = network.snap(Wgs84::new(40.0, 116.3), &Profile::WHEELCHAIR, 1e9);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_goes_in_comes_out(network in network()) {
        let bytes = network.to_bytes();
        prop_assert_eq!(Network::from_bytes(&bytes), Ok(network));
    }

    #[test]
    fn no_bytes_make_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        let _ = Network::from_bytes(&bytes);
        if let Ok(network) = Network::from_bytes(&with_checksum(&bytes)) {
            exercise(&network);
        }
    }

    /// Small numbers get further into the reader than any numbers.
    #[test]
    fn no_small_numbers_make_it_panic(body in proptest::collection::vec(0_u8..6, 5..200)) {
        if let Ok(network) = Network::from_bytes(&with_checksum(&body)) {
            exercise(&network);
        }
    }

    #[test]
    fn a_changed_byte_is_noticed(network in network(), at in any::<prop::sample::Index>(), flip in 1_u8..) {
        let mut bytes = network.to_bytes();
        let at = at.index(bytes.len());
        bytes[at] ^= flip;
        prop_assert!(Network::from_bytes(&bytes).is_err());
    }

    /// The same with a checksum that fits: an error, or another network that works.
    #[test]
    fn changed_contents_are_refused_or_work(
        network in network(),
        changes in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..4),
    ) {
        let mut body = network.to_bytes().split_off(9);
        for (at, byte) in changes {
            let at = at.index(body.len());
            body[at] = byte;
        }
        if let Ok(network) = Network::from_bytes(&with_checksum(&body)) {
            exercise(&network);
        }
    }

    #[test]
    fn a_part_of_a_file_is_refused(network in network(), end in any::<prop::sample::Index>()) {
        let bytes = network.to_bytes();
        prop_assert!(Network::from_bytes(&bytes[..end.index(bytes.len())]).is_err());
    }
}

#[test]
fn errors_say_what_is_wrong() {
    let empty = NetworkBuilder::new().build().unwrap().0.to_bytes();
    assert_eq!(Network::from_bytes(&empty).unwrap().edge_count(), 0);
    assert_eq!(Network::from_bytes(b""), Err(DecodeError::NotANetwork));
    assert_eq!(
        Network::from_bytes(b"PK\x03\x04 and so on"),
        Err(DecodeError::NotANetwork)
    );
    let mut newer = empty.clone();
    newer[4] = 3;
    assert_eq!(Network::from_bytes(&newer), Err(DecodeError::Version(3)));
    let mut longer = empty;
    longer.push(0);
    assert_eq!(Network::from_bytes(&longer), Err(DecodeError::Damaged));
    // A hundred thousand million nodes in a file of a few bytes.
    let boast = with_checksum(&[5, 0, 0x80, 0xd0, 0xdb, 0xc3, 0xf4, 0x02, 0, 0]);
    assert_eq!(
        Network::from_bytes(&boast),
        Err(DecodeError::Contradiction("ends early"))
    );
}
