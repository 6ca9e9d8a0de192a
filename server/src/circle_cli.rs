//! `yikezhong circle`: builds a walking network from a map and asks it questions.
//!
//! The commands, their flags and the shape of what they print are a contract (see
//! `docs/circle-import.md`). Results go to standard output, what was left out to standard
//! error.

use std::fs;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, anyhow};
use circle::osm::{ImportReport, Options};
use circle::{Band, Bands, Network, Place, Profile, Reach, Seconds, Wgs84};
use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args, Subcommand};
use serde_json::{Value, json};

use crate::street::facility_table::write_csv;
use crate::street::from_osm::{Boundary, Found, facilities_of};

pub(crate) mod points;

use points::Points;

/// `yikezhong circle`.
#[derive(Clone, Debug, Args)]
pub struct CircleArgs {
    /// What to do.
    #[command(subcommand)]
    pub command: CircleCommand,
}

/// What can be done with walking networks.
#[derive(Clone, Debug, Subcommand)]
pub enum CircleCommand {
    /// Make a walking network of an OpenStreetMap extract (.osm.pbf, .osm or .osm.gz).
    Build(Build),
    /// What can be reached from a place within some minutes.
    Reach(ReachFrom),
    /// Seconds from a place to each point of a CSV or GeoJSON file, as CSV.
    Times(Times),
    /// Make a table of facilities of what an OpenStreetMap extract knows, to be looked through
    /// and imported.
    Seed(Seed),
}

/// `yikezhong circle seed`.
#[derive(Clone, Debug, Args)]
pub struct Seed {
    /// The extract (.osm.pbf, .osm or .osm.gz).
    pub extract: PathBuf,
    /// Where the table (CSV) is written.
    #[arg(short, long)]
    pub output: PathBuf,
    /// Only what lies inside of the polygons of this GeoJSON file.
    #[arg(long, value_name = "FILE")]
    pub boundary: Option<PathBuf>,
}

/// `yikezhong circle build`.
#[derive(Clone, Debug, Args)]
pub struct Build {
    /// The extract.
    pub extract: PathBuf,
    /// Where the network is written.
    #[arg(short, long)]
    pub output: PathBuf,
    /// Walk around squares as engines do that know no way across; for comparison with them.
    #[arg(long)]
    pub around_squares: bool,
}

/// Where a walk begins, and whose it is.
#[derive(Clone, Debug, Args)]
pub struct From {
    /// The network, made by `circle build`.
    pub network: PathBuf,
    /// Latitude and longitude in degrees (WGS84), with a comma between.
    #[arg(long, value_name = "LAT,LON", value_parser = parse_at, allow_hyphen_values = true)]
    pub at: Wgs84,
    /// Who walks.
    #[arg(long, value_parser = profile_parser(), default_value = "adult")]
    pub profile: Profile,
    /// A point farther than so many metres from any way is out of reach.
    #[arg(long, value_name = "METRES", default_value_t = 250.0)]
    pub snap_within: f64,
}

/// `yikezhong circle reach`.
#[derive(Clone, Debug, Args)]
pub struct ReachFrom {
    /// Where the walk begins.
    #[command(flatten)]
    pub from: From,
    /// Limits in minutes.
    #[arg(long, value_delimiter = ',', default_value = "5,10,15",
          value_parser = clap::value_parser!(u32).range(1..=600))]
    pub minutes: Vec<u32>,
    /// Print the bands as a GeoJSON FeatureCollection instead of their sizes.
    #[arg(long)]
    pub geojson: bool,
}

/// `yikezhong circle times`.
#[derive(Clone, Debug, Args)]
pub struct Times {
    /// Where the walk begins.
    #[command(flatten)]
    pub from: From,
    /// The points: CSV with columns `lat` and `lon`, or a GeoJSON FeatureCollection of points.
    #[arg(long, value_name = "FILE")]
    pub to: PathBuf,
}

fn parse_at(text: &str) -> Result<Wgs84, String> {
    let number = |text: &str| text.trim().parse::<f64>().ok();
    text.split_once(',')
        .and_then(|(lat, lon)| Some(Wgs84::new(number(lat)?, number(lon)?)))
        .filter(|at| at.is_valid())
        .ok_or_else(|| "a place is LAT,LON in degrees, such as 39.998,116.316".to_owned())
}

fn profile_parser() -> impl TypedValueParser<Value = Profile> {
    PossibleValuesParser::new(Profile::ALL.map(|profile| profile.name))
        .try_map(|name| Profile::named(&name).ok_or("no such profile"))
}

/// Runs a command; what it prints goes to standard output.
///
/// # Errors
/// For files that cannot be read, with the line where they are broken, and for a start
/// that no way is near.
pub fn run(args: &CircleArgs) -> Result<()> {
    let mut out = BufWriter::new(io::stdout().lock());
    match &args.command {
        CircleCommand::Build(options) => build(options, &mut out)?,
        CircleCommand::Reach(options) => reach(options, &mut out)?,
        CircleCommand::Times(options) => times(options, &mut out)?,
        CircleCommand::Seed(options) => seed(options, &mut out)?,
    }
    out.flush().context("standard output")
}

fn build(options: &Build, out: &mut impl Write) -> Result<()> {
    let extract = read(&options.extract)?;
    let decisions = Options {
        cross_areas: !options.around_squares,
    };
    let (network, report) = circle::osm::import_with(&extract, decisions)
        .with_context(|| options.extract.display().to_string())?;
    let file = network.to_bytes();
    fs::write(&options.output, &file).with_context(|| options.output.display().to_string())?;
    describe(&network, &report, file.len(), out).context("standard output")
}

fn describe(
    network: &Network,
    report: &ImportReport,
    bytes: usize,
    out: &mut impl Write,
) -> io::Result<()> {
    writeln!(
        out,
        "{} nodes, {} edges, {:.1} km, {} street names, {bytes} bytes",
        network.node_count(),
        network.edge_count(),
        network.metres() / 1000.0,
        network.names().len(),
    )?;
    writeln!(
        out,
        "from {} ways walked of {}; {} flights of steps, {} lifts, {} signals",
        report.walked, report.map_ways, report.flights, report.lifts, report.signals,
    )?;
    writeln!(
        out,
        "{} squares crossed on {} lines; {} closed gates; {} ways cut where the extract ends",
        report.areas, report.area_crossings, report.closed_gates, report.cut_at_missing_points,
    )?;
    for (reason, ways) in &report.refused {
        writeln!(out, "not walked: {ways} ways, {reason}")?;
    }
    let islands = &report.built.islands;
    let metres: f64 = islands.iter().map(|island| island.metres).sum();
    writeln!(
        out,
        "dropped: {} parts nobody can leave, together {:.1} km",
        islands.len(),
        metres / 1000.0,
    )?;
    for island in islands.iter().take(10) {
        let (lat, lon) = (island.at.lat, island.at.lon);
        writeln!(out, "  {:.0} m at {lat:.5},{lon:.5}", island.metres)?;
    }
    Ok(())
}

fn reach(options: &ReachFrom, out: &mut impl Write) -> Result<()> {
    let network = open(&options.from.network)?;
    let start = start(&network, &options.from)?;
    let mut minutes = options.minutes.clone();
    minutes.sort_unstable();
    minutes.dedup();
    let limits: Vec<Seconds> = minutes.iter().map(|&m| Seconds::from_minutes(m)).collect();
    let longest = limits.last().copied().unwrap_or(Seconds::ZERO);

    let mut search = Reach::new(&network);
    let reached = search.run(&network, &[start], &options.from.profile, longest);
    let mut bands = Bands::default();
    let drawn = minutes.iter().zip(bands.draw(&reached, &limits));
    if !options.geojson {
        for (minutes, band) in drawn {
            let square_km = band.square_metres() / 1e6;
            writeln!(out, "{minutes} min: {square_km:.3} km²")?;
        }
        return Ok(());
    }
    let features = drawn
        .map(|(&minutes, band)| feature(minutes, &options.from.profile, &band))
        .collect::<Result<Vec<Value>>>()?;
    let collection = json!({ "type": "FeatureCollection", "features": features });
    writeln!(out, "{collection}").context("standard output")
}

fn feature(minutes: u32, profile: &Profile, band: &Band<'_>) -> Result<Value> {
    let geometry: Value = serde_json::from_str(&band.to_geojson())?;
    Ok(json!({
        "type": "Feature",
        "properties": { "minutes": minutes, "profile": profile.name },
        "geometry": geometry,
    }))
}

fn times(options: &Times, out: &mut impl Write) -> Result<()> {
    let network = open(&options.from.network)?;
    let start = start(&network, &options.from)?;
    let points =
        Points::read(&read(&options.to)?).with_context(|| options.to.display().to_string())?;
    let profile = &options.from.profile;
    let mut search = Reach::new(&network);
    let reached = search.run(&network, &[start], profile, Seconds::MAX);
    let seconds = |at: Wgs84| {
        let place = network.snap(at, profile, options.from.snap_within)?;
        reached.seconds_to(place).map(Seconds::as_f64)
    };
    points
        .write_with_seconds(out, seconds)
        .context("standard output")
}

fn seed(options: &Seed, out: &mut impl Write) -> Result<()> {
    let extract = read(&options.extract)?;
    let within = options.boundary.as_deref().map(boundary).transpose()?;
    let found = facilities_of(&extract, within.as_ref())
        .with_context(|| options.extract.display().to_string())?;
    let file = || options.output.display().to_string();
    let table = fs::File::create(&options.output).with_context(file)?;
    let rows = found.rows.iter().map(|row| &row.cells);
    write_csv(BufWriter::new(table), rows).with_context(file)?;
    count(&found, out).context("standard output")
}

fn boundary(path: &Path) -> Result<Boundary> {
    let name = path.display().to_string();
    let text = fs::read_to_string(path).with_context(|| name.clone())?;
    Boundary::read(&text).context(name)
}

/// How many of each type, and what was left out.
fn count(found: &Found, out: &mut impl Write) -> io::Result<()> {
    writeln!(out, "{} facilities", found.rows.len())?;
    for ((category, kind), number) in &found.by_kind {
        writeln!(out, "  {number} {}/{kind}", category.name())?;
    }
    for (number, what) in [
        (found.private, "closed to the public, no row"),
        (
            found.hours_left_out,
            "opening hours not understood, left empty",
        ),
        (
            found.phones_left_out,
            "telephone numbers nobody can dial, left empty",
        ),
    ] {
        if number > 0 {
            writeln!(out, "{number} {what}")?;
        }
    }
    Ok(())
}

fn read(path: &Path) -> Result<Vec<u8>> {
    fs::read(path).with_context(|| path.display().to_string())
}

fn open(path: &Path) -> Result<Network> {
    Network::from_bytes(&read(path)?).with_context(|| path.display().to_string())
}

fn start(network: &Network, from: &From) -> Result<Place> {
    let name = from.profile.name;
    network
        .snap(from.at, &from.profile, from.snap_within)
        .ok_or_else(|| {
            let (lat, lon, metres) = (from.at.lat, from.at.lon, from.snap_within);
            anyhow!("no way for `{name}` within {metres} m of {lat},{lon}")
        })
}
