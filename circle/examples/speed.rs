//! How long a question takes on this machine: a search of 15 minutes, three bands, and
//! the times of all facilities. One line of JSON an extract, in microseconds.
//!
//! `cargo run --release -p circle --features osm --example speed -- FILE.osm.pbf…`
//!
//! Each question is asked ten times and the quickest counts, since other work on the
//! machine can only add to it. p50 and p95 are over the places where it is asked.

use std::time::{Duration, Instant};

use circle::{Bands, Network, Place, Profile, Reach, Seconds, osm};

const PLACES: usize = 100;
const REPEATS: usize = 10;
/// About as many as a street has.
const FACILITIES: usize = 400;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    for path in std::env::args().skip(1) {
        let (network, _) = osm::import(&std::fs::read(&path)?)?;
        println!("{}", line(&path, &network));
    }
    Ok(())
}

fn line(path: &str, network: &Network) -> String {
    let facilities = spread(network, FACILITIES);
    let limits = [5, 10, 15].map(Seconds::from_minutes);
    let (mut reach, mut bands) = (Reach::new(network), Bands::default());
    let mut arrivals = Vec::new();
    let (mut searches, mut drawings, mut times) = (Vec::new(), Vec::new(), Vec::new());
    for start in spread(network, PLACES) {
        let mut best = [Duration::MAX; 3];
        for _ in 0..REPEATS {
            let begin = Instant::now();
            let reached = reach.run(network, &[start], &Profile::ADULT, limits[2]);
            let searched = Instant::now();
            bands.draw(&reached, &limits).for_each(drop);
            let drawn = Instant::now();
            reached.arrivals(&facilities, &mut arrivals);
            let timed = Instant::now();
            let took = [searched - begin, drawn - searched, timed - drawn];
            best = std::array::from_fn(|what| best[what].min(took[what]));
        }
        searches.push(best[0]);
        drawings.push(best[1]);
        times.push(best[2]);
    }
    let whole = searches
        .iter()
        .zip(&drawings)
        .zip(&times)
        .map(|((a, b), c)| *a + *b + *c)
        .collect();
    let figures = [
        ("search", searches),
        ("bands", drawings),
        ("facilities", times),
        ("whole", whole),
    ];
    let figures = figures
        .map(|(what, times)| percentiles(what, times))
        .join(",");
    let edges = network.edge_count();
    format!(r#"{{"extract":"{path}","edges":{edges},"facilities":{FACILITIES},{figures}}}"#)
}

fn percentiles(what: &str, mut times: Vec<Duration>) -> String {
    times.sort_unstable();
    let at = |percent: usize| times[(times.len() - 1) * percent / 100].as_micros();
    format!(r#""{what}_p50_us":{},"{what}_p95_us":{}"#, at(50), at(95))
}

/// Places on every so manieth edge.
fn spread(network: &Network, count: usize) -> Vec<Place> {
    network
        .edges()
        .step_by((network.edge_count() / count).max(1))
        .filter_map(|edge| network.place(edge.id(), edge.metres() / 3.0))
        .collect()
}
