//! Every door of a district against every category, one pass each: `cover FOLDER CATEGORIES`, with
//! the folder that `growth` wrote. One line of JSON; the memory is the most this process ever held. On a
//! busy machine `cpu_s` says more than `passes_s`.

use std::error::Error;
use std::fs;
use std::path::Path;
use std::time::Instant;

use circle::{Coverage, EdgeView, Network, Place, Profile, Reach, Seconds, Standard, Wgs84};

/// How far a nearest facility may be; `scripts/circle/district.py` has it in metres.
const FARTHEST: Seconds = Seconds::from_minutes(45);

fn main() -> Result<(), Box<dyn Error>> {
    let mut words = std::env::args().skip(1);
    let folder = words.next().ok_or("which folder?")?;
    let categories: usize = words.next().ok_or("how many categories?")?.parse()?;

    let begin = Instant::now();
    let network = Network::from_bytes(&fs::read(Path::new(&folder).join("district.net"))?)?;
    let load_ms = begin.elapsed().as_secs_f64() * 1000.0;
    let middle = |edge: EdgeView<'_>| network.place(edge.id(), edge.metres() / 2.0);
    let doors: Vec<Place> = network.edges().filter_map(middle).collect();
    let facilities = facilities(&network, &fs::read(Path::new(&folder).join("facilities"))?)?;
    let standard = Standard {
        profile: Profile::PLAIN,
        within: Seconds::from_minutes(15),
        farthest: FARTHEST,
    };

    let (mut reach, mut coverage, mut found) = (Reach::new(&network), Coverage::default(), 0);
    let (begin, cpu_before) = (Instant::now(), cpu_s()?);
    for category in facilities.chunks(facilities.len().div_ceil(categories)) {
        coverage.measure(&mut reach, &network, &doors, category, &standard);
        found += coverage.nearest().iter().flatten().count();
    }
    println!(
        r#"{{"doors":{},"categories":{categories},"load_ms":{load_ms:.0},"passes_s":{:.3},"cpu_s":{:.3},"found":{:.5},"peak_mb":{:.1}}}"#,
        doors.len(),
        begin.elapsed().as_secs_f64(),
        cpu_s()? - cpu_before,
        found as f64 / (doors.len() * categories) as f64,
        peak_mb()?,
    );
    Ok(())
}

/// Longitudes and latitudes, joined to the nearest way.
fn facilities(network: &Network, bytes: &[u8]) -> Result<Vec<Place>, Box<dyn Error>> {
    let (numbers, _) = bytes.as_chunks::<8>();
    let numbers: Vec<f64> = numbers
        .iter()
        .map(|bytes| f64::from_le_bytes(*bytes))
        .collect();
    let at = numbers
        .chunks_exact(2)
        .map(|pair| Wgs84::new(pair[1], pair[0]));
    let place = |at| network.snap(at, &Profile::PLAIN, 50.0);
    let places: Option<Vec<Place>> = at.map(place).collect();
    Ok(places.ok_or("a facility is far from any way")?)
}

/// What this thread, the only one, has had of a processor so far, as Linux counts it.
fn cpu_s() -> Result<f64, Box<dyn Error>> {
    let counted = fs::read_to_string("/proc/self/schedstat")?;
    let nanoseconds = counted.split_whitespace().next().ok_or("no schedstat")?;
    Ok(nanoseconds.parse::<f64>()? / 1e9)
}

/// Resident memory at its highest, as Linux counts it.
fn peak_mb() -> Result<f64, Box<dyn Error>> {
    let status = fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kb = line.and_then(|line| line.split_whitespace().next());
    Ok(kb.ok_or("no VmHWM")?.parse::<f64>()? / 1024.0)
}
