//! Times the questions that other engines are asked too, for `scripts/circle/bench`:
//! `race FILE.net POINTS.csv`, where the points are rows of `lat,lon`; the first half are
//! starts, all are facilities. One line of JSON, milliseconds; `cpu` is the mean of what a question
//! took of a processor, which on a busy machine says more than how long it took.

use std::error::Error;
use std::hint::black_box;
use std::io;
use std::time::Instant;

use brotli::enc::BrotliEncoderParams;
use circle::{Bands, Network, Place, Profile, Reach, Seconds, Wgs84};

const FARTHEST_M: f64 = 5000.0;

fn main() -> Result<(), Box<dyn Error>> {
    let mut words = std::env::args().skip(1);
    let (network, points) = (words.next(), words.next());
    let file = std::fs::read(network.ok_or("which network?")?)?;
    let points = std::fs::read_to_string(points.ok_or("which points?")?)?;

    let begin = Instant::now();
    let network = Network::from_bytes(&file)?;
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
    // What the page asks for after each move of the pin: one search, both answers.
    let both = timed(starts, |start| {
        let reached = reach.run(&network, &[start], &Profile::PLAIN, Seconds::MAX);
        let seconds = places.iter().filter_map(|&place| reached.seconds_to(place));
        let seconds: f64 = seconds.map(Seconds::as_f64).sum();
        let bands = bands.draw(&reached, &limits);
        seconds + bands.map(|band| band.square_metres()).sum::<f64>()
    });
    println!(
        r#"{{"edges":{},"file_bytes":{},"brotli_bytes":{},"facilities":{},"load_ms":{load_ms:.3},"bands_ms":{},"times_ms":{},"both_ms":{}}}"#,
        network.edge_count(),
        file.len(),
        brotli_bytes(&file)?,
        places.len(),
        json(drawn),
        json(told),
        json(both),
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

/// What a file weighs on its way to a phone.
fn brotli_bytes(file: &[u8]) -> io::Result<usize> {
    let mut packed = Vec::new();
    brotli::BrotliCompress(&mut &*file, &mut packed, &BrotliEncoderParams::default())?;
    Ok(packed.len())
}

/// Milliseconds of one question for each start.
struct Times {
    sorted: Vec<f64>,
    cpu_mean: f64,
}

/// Asks for each start. The first round is not counted: it takes the memory that the others use
/// again.
fn timed(starts: &[Place], mut question: impl FnMut(Place) -> f64) -> Times {
    starts.iter().for_each(|&start| {
        black_box(question(start));
    });
    let cpu_before = cpu_ms();
    let mut sorted: Vec<f64> = starts
        .iter()
        .map(|&start| {
            let begin = Instant::now();
            black_box(question(start));
            begin.elapsed().as_secs_f64() * 1000.0
        })
        .collect();
    let cpu_mean = (cpu_ms() - cpu_before) / sorted.len().max(1) as f64;
    sorted.sort_by(f64::total_cmp);
    Times { sorted, cpu_mean }
}

/// What this thread, the only one, has had of a processor so far, as Linux counts it.
fn cpu_ms() -> f64 {
    let counted = std::fs::read_to_string("/proc/self/schedstat").unwrap_or_default();
    let nanoseconds = counted.split_whitespace().next();
    nanoseconds
        .and_then(|text| text.parse::<f64>().ok())
        .unwrap_or(0.0)
        / 1e6
}

fn json(times: Times) -> String {
    let at = |share: f64| {
        let sorted = &times.sorted;
        let index = (sorted.len() as f64 * share) as usize;
        sorted.get(index).copied().unwrap_or(0.0)
    };
    let (p50, p95) = (at(0.5), at(0.95));
    format!(
        r#"{{"p50":{p50:.4},"p95":{p95:.4},"cpu":{:.4}}}"#,
        times.cpu_mean
    )
}
