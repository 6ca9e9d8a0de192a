//! What somebody standing at a place would call "here".
//!
//! Fifty metres as the crow flies is across a canal, a railway or a road with a fence, and what lies
//! there is another thing, which nobody here means. So "here" is also near on foot (decision 0025).

use crate::walking::to_circle;
use circle::{Network, Profile, Reach, Seconds};
use model::place::Wgs84;

/// No phone knows a place better: what is so near is here, whatever is drawn between.
const SAME_SPOT_M: f64 = 15.0;
/// As far on foot as something here may be: three sides of a square of fifty metres.
const WALK_M: f64 = 150.0;
/// A place further from any footway says nothing of the walk: the straight line decides.
const SNAP_WITHIN_M: f64 = 60.0;
/// Length alone counts, not what one waits for.
const WALKER: Profile = Profile::PLAIN;
/// Metres a second of [`WALKER`].
const WALKER_M_S: f64 = 1.2;

/// Of things around `at`, each with its place and the straight line to it, those that are here.
/// A street without a map knows straight lines alone.
pub fn only_here<T>(
    footways: Option<&Network>,
    at: Wgs84,
    around: Vec<T>,
    place_and_line: impl Fn(&T) -> (Wgs84, f64),
) -> Vec<T> {
    let beyond_doubt = |thing: &T| place_and_line(thing).1 <= SAME_SPOT_M;
    let Some(network) = footways.filter(|_| !around.iter().all(beyond_doubt)) else {
        return around;
    };
    let snap = |at: Wgs84| network.snap(to_circle(at), &WALKER, SNAP_WITHIN_M);
    let Some(start) = snap(at) else {
        return around;
    };
    let mut reach = Reach::new(network);
    let limit = Seconds::from_millis((WALK_M / WALKER_M_S * 1000.0) as u32);
    let reached = reach.run(network, &[start], &WALKER, limit);
    let is_here = |thing: &T| {
        let place = snap(place_and_line(thing).0);
        beyond_doubt(thing) || place.is_none_or(|place| reached.seconds_to(place).is_some())
    };
    around.into_iter().filter(is_here).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use circle::{NetworkBuilder, Traits, WayKind};

    fn at(lat: f64, lon: f64) -> Wgs84 {
        Wgs84::new(lat, lon).expect("on the earth")
    }

    fn straight(from: Wgs84, to: Wgs84) -> f64 {
        to_circle(from).metres_to(to_circle(to))
    }

    fn is_here(network: Option<&Network>, from: Wgs84, to: Wgs84) -> bool {
        let found = only_here(network, from, vec![to], |to| (*to, straight(from, *to)));
        found.len() == 1
    }

    fn sample_network() -> Network {
        let map = include_bytes!("../../data/osm/beijing-haidian-2017.osm.pbf");
        circle::osm::import(map).expect("a network").0
    }

    /// Two banks of the 万泉河, 36 m apart; the next bridge makes it 476 m.
    #[test]
    fn the_other_bank_is_not_here() {
        let (west, east) = (at(40.01386, 116.32096), at(40.01392, 116.32137));
        assert!((30.0..50.0).contains(&straight(west, east)));
        let network = sample_network();
        assert!(!is_here(Some(&network), west, east));
        assert!(!is_here(Some(&network), east, west));
        assert!(is_here(None, west, east), "a street without a map");
    }

    /// The railway beside 荷清路: 40 m, or two kilometres on foot.
    #[test]
    fn beyond_the_railway_is_not_here() {
        let (street, beyond) = (at(40.00294, 116.33049), at(40.00295, 116.33096));
        assert!(!is_here(Some(&sample_network()), street, beyond));
    }

    #[test]
    fn along_the_same_way_is_here() {
        let network = sample_network();
        let near = |network: &Network| {
            let edge = network.edges().find(|edge| edge.metres() > 120.0)?;
            let place = |metres| network.position(network.place(edge.id(), metres)?);
            Some((place(40.0)?, place(80.0)?))
        };
        let (one, other) = near(&network).expect("a long edge");
        let ours = |at: circle::Wgs84| Wgs84::new(at.lat, at.lon).expect("on the earth");
        assert!(is_here(Some(&network), ours(one), ours(other)));
    }

    /// A street, and a path 40 m north of it that nothing joins but its far ends.
    fn two_banks() -> Network {
        let mut builder = NetworkBuilder::new();
        let corners = [
            (40.0, 116.300),
            (40.0, 116.310),
            (40.00036, 116.310),
            (40.00036, 116.300),
        ];
        let points = corners.map(|(lat, lon)| {
            builder
                .point(circle::Wgs84::new(lat, lon))
                .expect("a point")
        });
        builder
            .way(&points, Traits::new(WayKind::Footway))
            .expect("a way");
        builder.build().expect("a network").0
    }

    #[test]
    fn the_way_round_decides_unless_it_is_the_same_spot() {
        let banks = two_banks();
        // Near the joined end one walks round; in the middle nobody does.
        let (south, north) = (at(40.0, 116.3097), at(40.00036, 116.3097));
        assert!(is_here(Some(&banks), south, north));
        let (south, north) = (at(40.0, 116.305), at(40.00036, 116.305));
        assert!(!is_here(Some(&banks), south, north));
        // A phone that is wrong by ten metres.
        let (one, other) = (at(40.00015, 116.305), at(40.00022, 116.305));
        assert!(is_here(Some(&banks), one, other));
    }

    #[test]
    fn far_from_any_way_the_straight_line_decides() {
        let banks = two_banks();
        let (one, other) = (at(40.002, 116.305), at(40.00236, 116.305));
        assert!(is_here(Some(&banks), one, other));
        // Also where only the other is.
        let (near, off) = (at(40.00050, 116.305), at(40.00095, 116.305));
        assert!(is_here(Some(&banks), near, off));
    }
}
