//! Draws the pictures of docs/circle.md with the engine itself.
//!
//! `cargo run --release -p circle --features osm --example pictures`

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use circle::{Bands, Network, Place, Profile, Reach, Seconds, Wgs84, osm};

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

/// Fill of the bands of 5, 10 and 15 minutes.
const FILLS: [&str; 3] = ["#1b7f5c", "#5fae8f", "#b5dccb"];
const WIDTH: f64 = 900.0;

/// A window on the map, drawn as SVG.
struct Picture {
    centre: Wgs84,
    /// Half its side, metres.
    reach_m: f64,
    body: String,
}

impl Picture {
    fn around(centre: Wgs84, reach_m: f64) -> Self {
        Self {
            centre,
            reach_m,
            body: String::new(),
        }
    }

    /// Where a place is in the picture.
    fn at(&self, place: Wgs84) -> (f64, f64) {
        let east = self
            .centre
            .metres_to(Wgs84::new(self.centre.lat, place.lon));
        let north = self
            .centre
            .metres_to(Wgs84::new(place.lat, self.centre.lon));
        let scale = WIDTH / 2.0 / self.reach_m;
        (
            WIDTH / 2.0 + east.copysign(place.lon - self.centre.lon) * scale,
            WIDTH / 2.0 - north.copysign(place.lat - self.centre.lat) * scale,
        )
    }

    fn path(&self, points: impl Iterator<Item = Wgs84>) -> String {
        let mut path = String::new();
        for (index, point) in points.enumerate() {
            let (x, y) = self.at(point);
            let letter = if index == 0 { 'M' } else { 'L' };
            // Writing to a string cannot fail.
            let _ = write!(path, "{letter}{x:.1} {y:.1}");
        }
        path
    }

    fn sees(&self, place: Wgs84) -> bool {
        let (x, y) = self.at(place);
        (0.0..=WIDTH).contains(&x) && (0.0..=WIDTH).contains(&y)
    }

    fn add(&mut self, style: &str, path: &str) {
        let _ = writeln!(self.body, r#"<path {style} d="{path}"/>"#);
    }

    /// The ways, darker where they are reached within the limit of the search.
    fn ways(&mut self, network: &Network, reached: Option<&circle::Reached<'_>>) {
        let (mut near, mut far) = (String::new(), String::new());
        for edge in network
            .edges()
            .filter(|edge| edge.points().any(|at| self.sees(at)))
        {
            let middle = network.place(edge.id(), edge.metres() / 2.0);
            let is_near = reached
                .zip(middle)
                .is_some_and(|(reached, middle)| reached.seconds_to(middle).is_some());
            let path = self.path(edge.points());
            if is_near { &mut near } else { &mut far }.push_str(&path);
        }
        self.add(r##"fill="none" stroke="#b9b4a8""##, &far);
        self.add(r##"fill="none" stroke="#2d3436""##, &near);
    }

    fn dot(&mut self, place: Wgs84) {
        let (x, y) = self.at(place);
        let _ = writeln!(
            self.body,
            r##"<circle cx="{x:.1}" cy="{y:.1}" r="7" fill="#c0392b" stroke="#fff" stroke-width="2"/>"##
        );
    }

    fn write(&self, folder: &Path, name: &str, title: &str) -> Result<()> {
        let text = format!(
            r##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {WIDTH}" role="img"><title>{title}</title><rect width="100%" height="100%" fill="#faf8f3"/>
{}<text x="8" y="892" font-size="13" fill="#666" font-family="sans-serif">© OpenStreetMap contributors</text></svg>
"##,
            self.body
        );
        Ok(fs::write(folder.join(name), text)?)
    }
}

/// Bands of 5, 10 and 15 minutes from a place, the largest first, ways on top.
fn circle(network: &Network, start: Place, profile: &Profile, reach_m: f64) -> Result<Picture> {
    let centre = network.position(start).ok_or("no such place")?;
    let mut picture = Picture::around(centre, reach_m);
    let limits = [5, 10, 15].map(Seconds::from_minutes);
    let (mut reach, mut bands) = (Reach::new(network), Bands::default());
    let reached = reach.run(network, &[start], profile, limits[2]);
    let drawn: Vec<_> = bands.draw(&reached, &limits).collect();
    for (band, fill) in drawn.iter().zip(FILLS).rev() {
        let mut path = String::new();
        for polygon in band.polygons() {
            for ring in std::iter::once(polygon.exterior()).chain(polygon.holes()) {
                path.push_str(&picture.path(ring.iter().copied()));
                path.push('Z');
            }
        }
        picture.add(&format!(r#"fill="{fill}" fill-rule="evenodd""#), &path);
    }
    picture.ways(network, Some(&reached));
    picture.dot(centre);
    Ok(picture)
}

fn main() -> Result<()> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let folder = root.join("docs/pictures/circle");
    fs::create_dir_all(&folder)?;
    let (network, _) = osm::import(&fs::read(root.join("data/osm/helsinki.osm.pbf"))?)?;
    let bounds = network.bounds().ok_or("an empty map")?;
    let middle = Wgs84::new(
        (bounds.south_west.lat + bounds.north_east.lat) / 2.0,
        (bounds.south_west.lon + bounds.north_east.lon) / 2.0,
    );
    let start = network
        .snap(middle, &Profile::ADULT, 500.0)
        .ok_or("no way near")?;
    let at = network.position(start).ok_or("no such place")?;

    let mut ways = Picture::around(at, 250.0);
    ways.ways(&network, None);
    ways.dot(at);
    ways.write(&folder, "network.svg", "Ways of the network around a door")?;
    for (name, profile, reach_m) in [
        ("adult", Profile::ADULT, 1200.0),
        ("slow", Profile::SLOW, 1200.0),
        ("close", Profile::ADULT, 400.0),
    ] {
        let title = format!("Five, ten and fifteen minutes, {}", profile.name);
        circle(&network, start, &profile, reach_m)?.write(
            &folder,
            &format!("{name}.svg"),
            &title,
        )?;
    }
    Ok(())
}
