//! Nothing is allocated for a question after the first of its size: counted, not read
//! off the code.

#![cfg(feature = "osm")]
#![allow(clippy::unwrap_used)]

use circle::osm::import;
use circle::{Bands, Coverage, Place, Profile, Reach, Seconds, Standard};

const HELSINKI: &[u8] = include_bytes!("../../data/osm/helsinki.osm.pbf");

#[test]
fn questions_allocate_nothing_once_the_memory_is_there() {
    let (network, _) = import(HELSINKI).unwrap();
    let places: Vec<Place> = network
        .edges()
        .step_by(network.edge_count() / 40)
        .map(|edge| network.place(edge.id(), edge.metres() / 2.0).unwrap())
        .collect();
    let limits = [5, 10, 15].map(Seconds::from_minutes);
    let standard = Standard {
        profile: Profile::ADULT,
        within: limits[0],
        farthest: limits[2],
    };
    let (mut reach, mut bands) = (Reach::new(&network), Bands::default());
    let (mut arrivals, mut coverage) = (Vec::new(), Coverage::default());
    let (mut gains, mut row) = (Vec::new(), Vec::new());
    let groups: Vec<usize> = (0..places.len()).map(|door| door % 5).collect();
    let mut ask_all = || {
        for start in &places {
            let reached = reach.run(&network, &[*start], &Profile::ADULT, limits[2]);
            reached.arrivals(&places, &mut arrivals);
            bands.draw(&reached, &limits).for_each(drop);
            coverage.measure(&mut reach, &network, &places, &places[..3], &standard);
            coverage.gains(&mut reach, &network, &places, *start, &standard, &mut gains);
            coverage.by_group(&groups, &mut row);
        }
    };
    let first = allocation_counter::measure(&mut ask_all);
    assert!(first.count_total > 0, "the counter counts nothing");
    let again = allocation_counter::measure(&mut ask_all);
    assert_eq!(again.count_total, 0, "{again:?}");
}
