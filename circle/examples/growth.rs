//! A district of a million edges, and whether a question in it costs what it costs in a
//! town: `growth FILE.osm.pbf [EDGES [FOLDER]]`. Lines of JSON.
//!
//! FOLDER gets the district as a network file and, for engines that want it so, as plain
//! numbers (little-endian): `nodes` (longitude and latitude, f64), `edges` (two nodes, u32
//! each), `metres` (f32 an edge), and `facilities` (longitude and latitude, f64; as many of
//! each category one after the other). `cover` and `scripts/circle/district.py` ask both.
//!
//! There is no extract of that size here, so copies of the town are laid side by side,
//! each joined to the next by three footways. That is honest about size, memory and
//! depth of the search, not about how varied a real district is.

use std::collections::HashMap;
use std::error::Error;
use std::path::Path;
use std::time::Instant;
use std::{fs, io};

use circle::{
    Bands, BuildError, Network, NetworkBuilder, Place, PointId, Profile, Reach, Seconds, Traits,
    WayKind, Wgs84, osm,
};

/// Degrees between two copies.
const GAP: f64 = 0.0005;
const JOINTS: usize = 3;
const CATEGORIES: usize = 40;
const FACILITIES_EACH: usize = 200;

fn main() -> Result<(), Box<dyn Error>> {
    let mut words = std::env::args().skip(1);
    let extract = fs::read(words.next().ok_or("which extract?")?)?;
    let edges: usize = words.next().map_or(Ok(1_000_000), |word| word.parse())?;
    let begin = Instant::now();
    let (town, _) = osm::import(&extract)?;
    let import_ms = begin.elapsed().as_secs_f64() * 1000.0;
    let across = (edges as f64 / town.edge_count() as f64).sqrt().ceil() as usize;

    let begin = Instant::now();
    let district = tiled(&town, across)?;
    let built_s = begin.elapsed().as_secs_f64();
    let bytes = district.to_bytes();
    let begin = Instant::now();
    let district = Network::from_bytes(&bytes)?;
    println!(
        r#"{{"copies":{},"nodes":{},"edges":{},"town_import_ms":{import_ms:.0},"build_s":{built_s:.2},"file_bytes":{},"load_ms":{:.0}}}"#,
        across * across,
        district.node_count(),
        district.edge_count(),
        bytes.len(),
        begin.elapsed().as_secs_f64() * 1000.0,
    );
    ask("town", &town, &starts(&town, &town, 0.0, 0.0));
    let (north, east) = shift(&town, across / 2, across / 2);
    ask(
        "district",
        &district,
        &starts(&town, &district, north, east),
    );
    if let Some(folder) = words.next() {
        let folder = Path::new(&folder);
        fs::write(folder.join("district.net"), &bytes)?;
        write_plain(&district, folder)?;
    }
    Ok(())
}

/// Degrees north and east of a copy.
fn shift(town: &Network, row: usize, column: usize) -> (f64, f64) {
    town.bounds().map_or((0.0, 0.0), |bounds| {
        let height = bounds.north_east.lat - bounds.south_west.lat + GAP;
        let width = bounds.north_east.lon - bounds.south_west.lon + GAP;
        (height * row as f64, width * column as f64)
    })
}

/// Copies of a town in rows going north and columns going east, beginning where it stands
/// and, so that all stay at like latitudes, moved as a whole before.
fn tiled(town: &Network, across: usize) -> Result<Network, BuildError> {
    let mut builder = NetworkBuilder::new();
    let mut ends: HashMap<(usize, usize, usize), PointId> = HashMap::new();
    for row in 0..across {
        for column in 0..across {
            let (north, east) = shift(town, row, column);
            let moved = |at: Wgs84| Wgs84::new(at.lat + north, at.lon + east);
            for edge in town.edges() {
                let shape: Vec<Wgs84> = edge.points().map(moved).collect();
                let last = shape.len() - 1;
                let mut points = Vec::with_capacity(shape.len());
                for (index, at) in shape.into_iter().enumerate() {
                    let node = if index == 0 { edge.from() } else { edge.to() };
                    points.push(if index == 0 || index == last {
                        match ends.get(&(row, column, node)) {
                            Some(&point) => point,
                            None => {
                                let point = builder.point(at)?;
                                ends.insert((row, column, node), point);
                                point
                            }
                        }
                    } else {
                        builder.point(at)?
                    });
                }
                builder.named_way(&points, edge.traits(), edge.name().unwrap_or_default())?;
            }
        }
    }
    join(town, across, &mut builder, &ends)?;
    builder.build().map(|(network, _)| network)
}

/// Footways from the northernmost and easternmost nodes of each copy to the southernmost
/// and westernmost of the next.
fn join(
    town: &Network,
    across: usize,
    builder: &mut NetworkBuilder,
    ends: &HashMap<(usize, usize, usize), PointId>,
) -> Result<(), BuildError> {
    let by = |key: fn(Wgs84) -> f64| {
        let mut nodes: Vec<(f64, usize)> = (0..town.node_count())
            .filter_map(|node| Some((key(town.node(node)?), node)))
            .collect();
        nodes.sort_by(|a, b| a.0.total_cmp(&b.0));
        let first: Vec<usize> = nodes.iter().take(JOINTS).map(|node| node.1).collect();
        let last: Vec<usize> = nodes.iter().rev().take(JOINTS).map(|node| node.1).collect();
        (first, last)
    };
    let ((south, north), (west, east)) = (by(|at| at.lat), by(|at| at.lon));
    for row in 0..across {
        for column in 0..across {
            let pairs = [
                (&north, &south, row + 1, column),
                (&east, &west, row, column + 1),
            ];
            for (from, to, next_row, next_column) in pairs {
                for (&a, &b) in from.iter().zip(to) {
                    let (a, b) = (
                        ends.get(&(row, column, a)),
                        ends.get(&(next_row, next_column, b)),
                    );
                    if let (Some(&a), Some(&b)) = (a, b) {
                        builder.way(&[a, b], Traits::new(WayKind::Footway))?;
                    }
                }
            }
        }
    }
    Ok(())
}

/// The same places of the town, wherever a copy of it stands.
fn starts(town: &Network, network: &Network, north: f64, east: f64) -> Vec<Place> {
    town.edges()
        .step_by(town.edge_count() / 200)
        .filter_map(|edge| edge.points().next())
        .filter_map(|at| {
            let at = Wgs84::new(at.lat + north, at.lon + east);
            network.snap(at, &Profile::ADULT, 50.0)
        })
        .collect()
}

fn ask(name: &str, network: &Network, starts: &[Place]) {
    let limits = [5, 10, 15].map(Seconds::from_minutes);
    let (mut reach, mut bands) = (Reach::new(network), Bands::default());
    let (mut searches, mut drawings, mut nodes) = (Vec::new(), Vec::new(), 0);
    for round in 0..2 {
        for start in starts {
            let begin = Instant::now();
            let reached = reach.run(network, &[*start], &Profile::ADULT, limits[2]);
            let searched = begin.elapsed();
            let drawn = bands.draw(&reached, &limits).count();
            // The first round takes the memory that the second uses again.
            if round == 1 && drawn == limits.len() {
                searches.push(searched.as_secs_f64() * 1000.0);
                drawings.push(begin.elapsed().as_secs_f64() * 1000.0);
                nodes += reached.nodes().count();
            }
        }
    }
    println!(
        r#"{{"in":"{name}","starts":{},"nodes_reached":{},"search_ms":{},"with_bands_ms":{}}}"#,
        starts.len(),
        nodes / starts.len().max(1),
        json(searches),
        json(drawings),
    );
}

/// The same district as numbers.
fn write_plain(network: &Network, folder: &Path) -> io::Result<()> {
    let degrees = |at: Wgs84| [at.lon.to_le_bytes(), at.lat.to_le_bytes()].concat();
    let nodes = (0..network.node_count()).filter_map(|node| network.node(node));
    fs::write(
        folder.join("nodes"),
        nodes.flat_map(degrees).collect::<Vec<u8>>(),
    )?;
    let ends = network.edges().flat_map(|edge| [edge.from(), edge.to()]);
    let ends = ends.flat_map(|node| (node as u32).to_le_bytes());
    fs::write(folder.join("edges"), ends.collect::<Vec<u8>>())?;
    let metres = network
        .edges()
        .flat_map(|edge| (edge.metres() as f32).to_le_bytes());
    fs::write(folder.join("metres"), metres.collect::<Vec<u8>>())?;
    let facilities = facilities(network).into_iter().flat_map(degrees);
    fs::write(folder.join("facilities"), facilities.collect::<Vec<u8>>())
}

/// As many of each category, everywhere: the middles of edges.
fn facilities(network: &Network) -> Vec<Wgs84> {
    let step = (network.edge_count() / FACILITIES_EACH).max(1);
    let of_category = |category: usize| {
        let edges = network.edges().skip(category * step / CATEGORIES);
        let middles = edges
            .step_by(step)
            .take(FACILITIES_EACH)
            .filter_map(|edge| network.position(network.place(edge.id(), edge.metres() / 2.0)?));
        middles.collect::<Vec<_>>()
    };
    (0..CATEGORIES).flat_map(of_category).collect()
}

fn json(mut times: Vec<f64>) -> String {
    times.sort_by(f64::total_cmp);
    let at = |share: f64| {
        times
            .get((times.len() as f64 * share) as usize)
            .copied()
            .unwrap_or(0.0)
    };
    format!(r#"{{"p50":{:.4},"p95":{:.4}}}"#, at(0.5), at(0.95))
}
