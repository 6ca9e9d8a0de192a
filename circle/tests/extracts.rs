//! The two real extracts: plausible sizes, and rules that hold on every way of them.
//! Run with `--nocapture` for the figures.

#![cfg(feature = "osm")]
#![allow(clippy::unwrap_used)]

use std::collections::HashMap;
use std::io::Write;

use circle::osm::{ImportReport, import};
use circle::{
    Network, NetworkBuilder, Place, PointId, Profile, Reach, Seconds, WayKind, Wgs84, Wheelchair,
};

const BEIJING: &[u8] = include_bytes!("../../data/osm/beijing-haidian-2017.osm.pbf");
const HELSINKI: &[u8] = include_bytes!("../../data/osm/helsinki.osm.pbf");

fn extracts() -> [(&'static str, Network, ImportReport); 2] {
    [("Beijing", BEIJING), ("Helsinki", HELSINKI)].map(|(name, bytes)| {
        let (network, report) = import(bytes).unwrap();
        (name, network, report)
    })
}

/// Places spread over the network: every `step`th edge, a third of the way along.
fn places(network: &Network, step: usize) -> Vec<Place> {
    network
        .edges()
        .step_by(step)
        .map(|edge| network.place(edge.id(), edge.metres() / 3.0).unwrap())
        .collect()
}

#[test]
fn sizes_are_plausible_and_the_file_is_small() {
    let expected = [
        ("Beijing", 800..1000, 1200..1450, 110_000.0..135_000.0),
        ("Helsinki", 2000..5000, 3000..7500, 60_000.0..200_000.0),
    ];
    for ((name, network, report), (_, nodes, edges, metres)) in extracts().into_iter().zip(expected)
    {
        let bytes = network.to_bytes();
        let each = bytes.len() as f64 / network.edge_count() as f64;
        println!(
            "{name}: {} nodes, {} edges, {} shape points, {:.1} km, {} bytes, {each:.2} an edge",
            network.node_count(),
            network.edge_count(),
            network.shape_point_count(),
            network.metres() / 1000.0,
            bytes.len(),
        );
        println!("{report:#?}");
        assert!(
            nodes.contains(&network.node_count()),
            "{name}: {} nodes",
            network.node_count()
        );
        assert!(
            edges.contains(&network.edge_count()),
            "{name}: {} edges",
            network.edge_count()
        );
        assert!(
            metres.contains(&network.metres()),
            "{name}: {} m",
            network.metres()
        );
        assert!(
            each < 13.0,
            "{name}: {each} bytes an edge before compression"
        );
        assert_eq!(Network::from_bytes(&bytes).as_ref(), Ok(&network), "{name}");
    }
}

/// Bytes after brotli at the strength `make build` uses.
fn on_the_wire(bytes: &[u8]) -> usize {
    let mut packed = Vec::new();
    let mut writer = brotli::CompressorWriter::new(&mut packed, 1 << 16, 11, 22);
    writer.write_all(bytes).unwrap();
    drop(writer);
    packed.len()
}

/// The same network without its street names.
fn nameless(network: &Network) -> Network {
    let mut builder = NetworkBuilder::new();
    let mut nodes: HashMap<usize, PointId> = HashMap::new();
    for edge in network.edges() {
        let mut points = Vec::new();
        let shape: Vec<Wgs84> = edge.points().collect();
        let last = shape.len() - 1;
        for (index, at) in shape.into_iter().enumerate() {
            let node = match index {
                0 => Some(edge.from()),
                _ if index == last => Some(edge.to()),
                _ => None,
            };
            let new = builder.point(at).unwrap();
            points.push(node.map_or(new, |node| *nodes.entry(node).or_insert(new)));
        }
        builder.way(&points, edge.traits()).unwrap();
    }
    builder.build().unwrap().0
}

/// At most 8.5 bytes an edge, shapes included; what the names cost is counted apart.
#[test]
fn the_file_is_small_on_the_wire() {
    for (name, network, _) in extracts() {
        let bare = nameless(&network);
        assert!(bare.names().is_empty() && bare.edge_count() <= network.edge_count());
        let (with, without) = (
            on_the_wire(&network.to_bytes()),
            on_the_wire(&bare.to_bytes()),
        );
        let each = without as f64 / bare.edge_count() as f64;
        println!(
            "{name}: {without} bytes after brotli, {each:.2} an edge; {} names take {} more",
            network.names().len(),
            with.saturating_sub(without),
        );
        assert!(each <= 8.5, "{name}: {each} bytes an edge");
        assert!(
            with < without + without / 2,
            "{name}: {with} bytes with names"
        );
    }
}

#[test]
fn an_import_is_the_same_every_time() {
    let (once, report) = import(BEIJING).unwrap();
    let (again, same) = import(BEIJING).unwrap();
    assert_eq!(once.to_bytes(), again.to_bytes());
    assert_eq!(report, same);
}

/// Nothing in either extract is one-way for walkers, so there and back take the same.
#[test]
fn adults_take_as_long_there_as_back() {
    for (name, network, _) in extracts() {
        let mut reach = Reach::new(&network);
        let places = places(&network, network.edge_count() / 25);
        let times: Vec<Vec<Option<Seconds>>> = places
            .iter()
            .map(|start| {
                let reached = reach.run(&network, &[*start], &Profile::ADULT, Seconds::MAX);
                places.iter().map(|end| reached.seconds_to(*end)).collect()
            })
            .collect();
        let mut reachable = 0;
        for (a, row) in times.iter().enumerate() {
            for (b, there) in row.iter().enumerate() {
                let (Some(there), Some(back)) = (there, times[b][a]) else {
                    assert_eq!(*there, times[b][a], "{name}: {a} and {b}");
                    continue;
                };
                reachable += 1;
                assert!(
                    there.millis().abs_diff(back.millis()) < 50,
                    "{name}: {there}, {back} back"
                );
            }
        }
        let pairs = places.len() * places.len();
        println!("{name}: {reachable} of {pairs} pairs joined");
        assert!(
            reachable * 10 > pairs * 8,
            "{name}: only {reachable} of {pairs} pairs are joined"
        );
    }
}

#[test]
fn a_wheelchair_never_takes_steps_nor_what_is_known_to_stop_it() {
    for (name, network, _) in extracts() {
        let steps = network
            .edges()
            .filter(|edge| edge.traits().kind == WayKind::Steps)
            .count();
        assert!(
            steps > 10,
            "{name} has only {steps} flights of steps to avoid"
        );
        let mut reach = Reach::new(&network);
        let mut legs = 0;
        let strict = Profile::WHEELCHAIR.known_ground_only();
        for profile in [Profile::WHEELCHAIR, strict] {
            for start in places(&network, network.edge_count() / 12) {
                let reached = reach.run(&network, &[start], &profile, Seconds::MAX);
                for end in places(&network, network.edge_count() / 40) {
                    let Some(route) = reached.route(end) else {
                        continue;
                    };
                    let mut unknown = false;
                    for leg in &route.legs {
                        let traits = network.edge(leg.edge).unwrap().traits();
                        assert_ne!(traits.kind, WayKind::Steps, "{name}: {route:?}");
                        assert_ne!(
                            traits.wheelchair,
                            Wheelchair::Impassable,
                            "{name}: {route:?}"
                        );
                        unknown |= traits.wheelchair == Wheelchair::Unknown;
                        legs += 1;
                    }
                    assert_eq!(route.unknown, unknown, "{name}: {route:?}");
                    assert!(profile != strict || !route.unknown, "{name}: {route:?}");
                }
            }
        }
        assert!(legs > 1000, "{name}: only {legs} legs were looked at");
    }
}

/// Slower walkers are never quicker, and nobody is quicker than without delays.
#[test]
fn profiles_are_in_order() {
    for (name, network, _) in extracts() {
        let mut reach = Reach::new(&network);
        let all = places(&network, network.edge_count() / 30);
        for start in &all {
            let mut times = |profile: &Profile| -> Vec<Option<Seconds>> {
                let reached = reach.run(&network, &[*start], profile, Seconds::MAX);
                all.iter().map(|end| reached.seconds_to(*end)).collect()
            };
            let rows = [
                Profile::PLAIN,
                Profile::ADULT,
                Profile::OLDER,
                Profile::SLOW,
            ]
            .map(|p| times(&p));
            for pair in rows.windows(2) {
                assert!(
                    pair[0]
                        .iter()
                        .zip(&pair[1])
                        .all(|(quick, slow)| quick <= slow),
                    "{name}"
                );
            }
        }
    }
}

/// A broken download is an error. Every hundredth length, and bytes changed one at a time.
#[test]
fn broken_extracts_are_errors_not_panics() {
    for end in (0..BEIJING.len()).step_by(BEIJING.len() / 60) {
        let _ = import(&BEIJING[..end]);
    }
    let mut bytes = BEIJING.to_vec();
    for at in (0..bytes.len()).step_by(bytes.len() / 60) {
        bytes[at] ^= 0xff;
        let _ = import(&bytes);
        bytes[at] ^= 0xff;
    }
    assert!(import(b"").is_err());
    assert!(import(b"not a map").is_err());
}
