//! Bands on the two real extracts: every way sampled each five metres.

#![cfg(feature = "osm")]
#![allow(clippy::unwrap_used)]

use std::collections::HashMap;

use circle::osm::import;
use circle::{
    Band, Bands, Ends, Network, NetworkBuilder, Place, Profile, Reach, Reached, Seconds, Traits,
    WayKind, Wgs84,
};
use geo::algorithm::validation::Validation;
use geo::{Intersects, LineString, MultiPolygon, Polygon};

const BEIJING: &[u8] = include_bytes!("../../data/osm/beijing-haidian-2017.osm.pbf");
const HELSINKI: &[u8] = include_bytes!("../../data/osm/helsinki.osm.pbf");
/// What is reached later than this beyond the limit must be outside.
const LATE: Seconds = Seconds::new(20);
/// Nearer than this to a way that is reached, a way that is not cannot be told from it:
/// one passes over the other, or they meet. The diagonal of a square of the lattice.
const SAME_SPOT_M: f64 = 2.9;

fn extracts() -> [(&'static str, Network); 2] {
    [("Beijing", BEIJING), ("Helsinki", HELSINKI)]
        .map(|(name, bytes)| (name, import(bytes).unwrap().0))
}

/// Places spread over the network.
fn starts(network: &Network, count: usize) -> Vec<Place> {
    network
        .edges()
        .step_by(network.edge_count() / count)
        .map(|edge| network.place(edge.id(), edge.metres() / 3.0).unwrap())
        .collect()
}

/// Places on every way, so many metres apart.
fn samples(network: &Network, apart_m: f64) -> Vec<(Place, Wgs84)> {
    let mut samples = Vec::new();
    for edge in network.edges() {
        for step in 0..=(edge.metres() / apart_m) as usize {
            let place = network.place(edge.id(), apart_m * step as f64).unwrap();
            samples.push((place, network.position(place).unwrap()));
        }
    }
    samples
}

fn polygons(band: &Band<'_>) -> MultiPolygon {
    let ring =
        |points: &[Wgs84]| -> LineString { points.iter().map(|at| (at.lon, at.lat)).collect() };
    band.polygons()
        .map(|polygon| {
            Polygon::new(
                ring(polygon.exterior()),
                polygon.holes().map(ring).collect(),
            )
        })
        .collect()
}

/// Samples by whether their band must hold them, must not, or may do either.
#[derive(Debug, Default)]
struct Tally {
    within: usize,
    late: usize,
    /// Late ones at the same spot as ones within.
    shared: usize,
    missing: Vec<(f64, Wgs84)>,
    wrong: Vec<(f64, Wgs84)>,
}

/// Degrees of a cell: 11 m from south to north.
const CELL_DEGREES: f64 = 1e-4;

/// A place each half metre of every way, in cells, to find those at the same spot.
struct Dense(HashMap<(i64, i64), Vec<(Place, Wgs84)>>);

impl Dense {
    fn cell(at: Wgs84) -> (i64, i64) {
        let cell = |degrees: f64| (degrees / CELL_DEGREES).floor() as i64;
        (cell(at.lat), cell(at.lon))
    }

    fn of(network: &Network) -> Self {
        let mut cells: HashMap<_, Vec<_>> = HashMap::new();
        for (place, at) in samples(network, 0.5) {
            cells.entry(Self::cell(at)).or_default().push((place, at));
        }
        Self(cells)
    }

    /// Whether a place within the time is at the same spot.
    fn has(&self, at: Wgs84, within: impl Fn(Place) -> bool) -> bool {
        let (lat, lon) = Self::cell(at);
        (lat - 1..=lat + 1)
            .flat_map(|lat| (lon - 1..=lon + 1).map(move |lon| (lat, lon)))
            .filter_map(|cell| self.0.get(&cell))
            .flatten()
            .any(|&(place, other)| at.metres_to(other) <= SAME_SPOT_M && within(place))
    }
}

/// The sides of a band's rings by the cells of latitude they pass: asked about every
/// metre of a town, `Band::contains` would look at every side for each.
struct Sides(HashMap<i64, Vec<[Wgs84; 2]>>);

impl Sides {
    fn cell(lat: f64) -> i64 {
        (lat / CELL_DEGREES).floor() as i64
    }

    fn of(band: &Band<'_>) -> Self {
        let mut cells: HashMap<_, Vec<_>> = HashMap::new();
        for polygon in band.polygons() {
            for ring in std::iter::once(polygon.exterior()).chain(polygon.holes()) {
                for side in ring.array_windows() {
                    let [low, high] = minmax(side.map(|at| Self::cell(at.lat)));
                    (low..=high).for_each(|cell| cells.entry(cell).or_default().push(*side));
                }
            }
        }
        Self(cells)
    }

    /// Whether a line to the east crosses an odd number of sides.
    fn are_around(&self, at: Wgs84) -> bool {
        let sides = self.0.get(&Self::cell(at.lat)).into_iter().flatten();
        let crosses = |[a, b]: &&[Wgs84; 2]| {
            (a.lat > at.lat) != (b.lat > at.lat)
                && at.lon < a.lon + (at.lat - a.lat) / (b.lat - a.lat) * (b.lon - a.lon)
        };
        sides.filter(crosses).count() % 2 == 1
    }
}

fn minmax([a, b]: [i64; 2]) -> [i64; 2] {
    [a.min(b), a.max(b)]
}

fn tally(
    reached: &Reached<'_>,
    band: &Band<'_>,
    samples: &[(Place, Wgs84)],
    dense: &Dense,
) -> Tally {
    let limit = band.limit();
    let late = Seconds::from_millis(limit.millis() + LATE.millis());
    let within = |place| reached.seconds_to(place).is_some_and(|s| s <= limit);
    let sides = Sides::of(band);
    let mut tally = Tally::default();
    for (number, &(place, at)) in samples.iter().enumerate() {
        let seconds = reached.seconds_to(place);
        let inside = sides.are_around(at);
        if number % 101 == 0 {
            assert_eq!(band.contains(at), inside, "{at:?}");
        }
        if within(place) {
            tally.within += 1;
            if !inside {
                tally.missing.push((seconds.unwrap().as_f64(), at));
            }
        } else if seconds.is_none_or(|seconds| seconds > late) {
            tally.late += 1;
            if inside && dense.has(at, within) {
                tally.shared += 1;
            } else if inside {
                let seconds = seconds.map_or(f64::INFINITY, Seconds::as_f64);
                tally.wrong.push((seconds, at));
            }
        }
    }
    tally
}

#[test]
fn what_is_walkable_in_time_is_inside_and_what_is_not_is_outside() {
    let limits = [5, 10, 15].map(Seconds::from_minutes);
    for (name, network) in extracts() {
        let samples = samples(&network, 5.0);
        let dense = Dense::of(&network);
        let (mut reach, mut bands) = (Reach::new(&network), Bands::default());
        for profile in [Profile::ADULT, Profile::SLOW, Profile::WHEELCHAIR] {
            for start in starts(&network, 7) {
                let limit = Seconds::new(15 * 60 + 21);
                let reached = reach.run(&network, &[start], &profile, limit);
                for band in bands.draw(&reached, &limits) {
                    let tally = tally(&reached, &band, &samples, &dense);
                    println!(
                        "{name} {} {}: {} within, {} late, {} shared, {} missing, {} wrong",
                        profile.name,
                        band.limit(),
                        tally.within,
                        tally.late,
                        tally.shared,
                        tally.missing.len(),
                        tally.wrong.len()
                    );
                    assert!(tally.missing.is_empty(), "{:?}", tally.missing);
                    assert!(tally.wrong.is_empty(), "{:?}", tally.wrong);
                }
            }
        }
    }
}

#[test]
fn polygons_are_valid_and_inside_one_another() {
    let limits = [5, 10, 15].map(Seconds::from_minutes);
    for (name, network) in extracts() {
        let (mut reach, mut bands) = (Reach::new(&network), Bands::default());
        for profile in Profile::ALL {
            for start in starts(&network, 15) {
                let reached = reach.run(&network, &[start], &profile, limits[2]);
                let drawn: Vec<MultiPolygon> = bands
                    .draw(&reached, &limits)
                    .map(|band| polygons(&band))
                    .collect();
                for polygon in &drawn {
                    assert!(!polygon.0.is_empty());
                    if let Err(error) = polygon.check_validation() {
                        panic!("{name} {}: {error}\n{polygon:?}", profile.name);
                    }
                }
                for pair in drawn.windows(2) {
                    let corners = pair[0]
                        .0
                        .iter()
                        .flat_map(|polygon| polygon.exterior().coords());
                    for corner in corners {
                        assert!(pair[1].intersects(&geo::Point::from(*corner)), "{name}");
                    }
                }
            }
        }
    }
}

/// Files can say anything: ways across the poles and round the earth, searched without
/// a limit, by those who fly and those who stand.
#[test]
fn no_network_makes_it_panic() {
    let corners = [
        (90.0, 180.0),
        (-90.0, -180.0),
        (89.9999, 0.0),
        (0.0, 179.9999),
        (0.0, -179.9999),
        (40.0, 116.3),
        (40.0, 116.300005),
    ];
    let mut builder = circle::NetworkBuilder::new();
    let points: Vec<_> = corners
        .iter()
        .map(|&(lat, lon)| builder.point(Wgs84::new(lat, lon)).unwrap())
        .collect();
    for a in 0..points.len() {
        for b in 0..a {
            let street = circle::Traits::new(circle::WayKind::Street);
            builder.way(&[points[a], points[b]], street).unwrap();
        }
    }
    let network = builder.build().unwrap().0;
    let (mut reach, mut bands) = (Reach::new(&network), Bands::default());
    for speed_mm_s in [0, 1200, u32::MAX] {
        let profile = Profile {
            speed_mm_s,
            ..Profile::PLAIN
        };
        for start in starts(&network, 4) {
            for limit in [Seconds::ZERO, Seconds::from_minutes(15), Seconds::MAX] {
                let reached = reach.run(&network, &[start], &profile, limit);
                for band in bands.draw(&reached, &[limit, Seconds::MAX]) {
                    assert!(band.polygons().next().is_some(), "{profile:?} {limit}");
                    polygons(&band).check_validation().unwrap();
                }
            }
        }
    }
    let reached = reach.run(&network, &[], &Profile::ADULT, Seconds::MAX);
    assert!(
        bands
            .draw(&reached, &[Seconds::MAX])
            .all(|band| band.polygons().next().is_none())
    );
}

/// Nobody gets anywhere in no time, but has a place on the map all the same.
#[test]
fn a_limit_of_nothing_is_a_spot_round_the_start() {
    let (_, network) = &extracts()[0];
    let start = starts(network, 3)[1];
    let (mut reach, mut bands) = (Reach::new(network), Bands::default());
    let reached = reach.run(network, &[start], &Profile::ADULT, Seconds::ZERO);
    let spots: Vec<_> = bands.draw(&reached, &[Seconds::ZERO]).collect();
    assert!(spots[0].contains(network.position(start).unwrap()));
    let area = spots[0].square_metres();
    assert!((4.0..2500.0).contains(&area), "{area} m²");
}

/// A street of 400 m that ends at signals: its last metre is reached in time, but not what
/// lies behind the wait there. The ground drawn on must go as far as the street.
#[test]
fn a_way_is_drawn_to_the_signals_at_its_end() {
    let mut builder = NetworkBuilder::new();
    let [end, begin] = [40.0036, 40.0].map(|lat| builder.point(Wgs84::new(lat, 116.3)).unwrap());
    let street = Traits {
        first: Ends::SIGNAL,
        ..Traits::new(WayKind::Street)
    };
    builder.way(&[end, begin], street).unwrap();
    let network = builder.build().unwrap().0;
    let street = network.edges().next().unwrap();
    let start = network.place(street.id(), street.metres()).unwrap();
    // 399.7 m at 1.2 m/s take 333.1 s, the half of the wait 7.5 s.
    let limit = Seconds::new(337);
    let mut reach = Reach::new(&network);
    let reached = reach.run(&network, &[start], &Profile::ADULT, Seconds::MAX);
    let mut bands = Bands::default();
    let drawn: Vec<_> = bands.draw(&reached, &[limit]).collect();
    for metre in 0..=street.metres() as usize {
        let place = network.place(street.id(), metre as f64).unwrap();
        let at = network.position(place).unwrap();
        assert!(drawn[0].contains(at), "{metre} m from the signals");
    }
}
