//! What the targets share.

// The engine's own tests change files in the same way.
#[path = "../../circle/tests/sealed/mod.rs"]
mod sealed;

pub use sealed::sealed;

use circle::{Bands, Network, Place, Profile, Reach, Seconds};

/// Asks a network what the app asks: it was read, so every answer has to come.
///
/// # Panics
/// Where two answers contradict each other.
pub fn ask(network: &Network) {
    let limits = [5, 10, 15].map(Seconds::from_minutes);
    let mut reach = Reach::new(network);
    let mut bands = Bands::default();
    for profile in [Profile::ADULT, Profile::WHEELCHAIR] {
        let places = places(network, &profile);
        let Some(&start) = places.first() else {
            continue;
        };
        let reached = reach.run(network, &[start], &profile, limits[2]);
        for &place in &places {
            let route = reached.route(place);
            assert_eq!(
                route.as_ref().map(|route| route.seconds),
                reached.seconds_to(place),
                "a way takes as long as was said"
            );
            if let Some(route) = route {
                route.steps(network);
                route.points(network);
            }
        }
        for band in bands.draw(&reached, &limits) {
            band.to_geojson();
        }
        let back = reach.run_to(network, &places, &profile, limits[2]);
        let arrivals = places
            .iter()
            .filter(|&&place| back.arrival(place).is_some());
        assert!(arrivals.count() > 0, "nobody is far from where he stands");
    }
}

/// A few places that the profile can join, one on each of the first ways.
fn places(network: &Network, profile: &Profile) -> Vec<Place> {
    let edges = network.edges().take(12);
    let middles = edges.filter_map(|edge| network.place(edge.id(), edge.metres() / 2.0));
    let on_earth = middles.filter_map(|place| network.position(place));
    on_earth
        .filter_map(|at| network.snap(at, profile, 250.0))
        .collect()
}
