//! Times the questions that other engines are asked too, for `scripts/circle/bench`:
//! `race FILE.net POINTS.csv`, where the points are rows of `lat,lon`; the first half are
//! starts, all are facilities. One line of JSON, milliseconds.

use std::error::Error;
use std::hint::black_box;
use std::time::Instant;

use circle::{Bands, Network, Place, Profile, Reach, Seconds, Wgs84};

const FARTHEST_M: f64 = 5000.0;

fn main() -> Result<(), Box<dyn Error>> {
    let mut words = std::env::args().skip(1);
    let (network, points) = (words.next(), words.next());
    let network = std::fs::read(network.ok_or("which network?")?)?;
    let points = std::fs::read_to_string(points.ok_or("which points?")?)?;

    let begin = Instant::now();
    let network = Network::from_bytes(&network)?;
    let load_ms = begin.elapsed().as_secs_f64() * 1000.0;
    let places = places(&network, &points)?;
    let starts = &places[..places.len() / 2];

    let limits = [5, 10, 15].map(Seconds::from_minutes);
    let (mut reach, mut bands) = (Reach::new(&network), Bands::default());
    let drawn = timed(starts, |start| {
        let reached = reach.run(&network, &[start], &Profile::PLAIN, limits[2]);
        bands
            .draw(&reached, &limits)
            .map(|band| band.square_metres())
            .sum()
    });
    let told = timed(starts, |start| {
        let reached = reach.run(&network, &[start], &Profile::PLAIN, Seconds::MAX);
        let seconds = places.iter().filter_map(|&place| reached.seconds_to(place));
        seconds.map(Seconds::as_f64).sum()
    });
    println!(
        r#"{{"edges":{},"facilities":{},"load_ms":{load_ms:.3},"bands_ms":{},"times_ms":{}}}"#,
        network.edge_count(),
        places.len(),
        json(drawn),
        json(told),
    );
    Ok(())
}

fn places(network: &Network, points: &str) -> Result<Vec<Place>, Box<dyn Error>> {
    let mut places = Vec::new();
    for row in points.lines().skip(1) {
        let (lat, lon) = row.split_once(',').ok_or("a row is lat,lon")?;
        let at = Wgs84::new(lat.parse()?, lon.parse()?);
        let place = network.snap(at, &Profile::PLAIN, FARTHEST_M);
        places.push(place.ok_or("a point is far from any way")?);
    }
    Ok(places)
}

/// Sorted milliseconds of one question for each start. The first round is not counted: it
/// takes the memory that the others use again.
fn timed(starts: &[Place], mut question: impl FnMut(Place) -> f64) -> Vec<f64> {
    starts.iter().for_each(|&start| {
        black_box(question(start));
    });
    let mut times: Vec<f64> = starts
        .iter()
        .map(|&start| {
            let begin = Instant::now();
            black_box(question(start));
            begin.elapsed().as_secs_f64() * 1000.0
        })
        .collect();
    times.sort_by(f64::total_cmp);
    times
}

fn json(sorted: Vec<f64>) -> String {
    let at = |share: f64| {
        sorted
            .get((sorted.len() as f64 * share) as usize)
            .copied()
            .unwrap_or(0.0)
    };
    format!(r#"{{"p50":{:.4},"p95":{:.4}}}"#, at(0.5), at(0.95))
}
