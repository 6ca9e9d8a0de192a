//! Points from a CSV or GeoJSON file, and the same points with seconds, as CSV.

use std::io::Write;

use circle::Wgs84;
use csv::StringRecord;
use geojson::{Feature, GeoJson, GeometryValue};

/// Why a file of points cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum PointsError {
    /// The CSV is broken, or a row of it.
    #[error("line {line}: {what}")]
    Line {
        /// Line of the file, from 1.
        line: u64,
        /// What is wrong there.
        what: String,
    },
    /// It has no column that says where the points are.
    #[error("line 1: columns `lat` and `lon` are needed, found: {0}")]
    Columns(String),
    /// The GeoJSON is broken.
    #[error(transparent)]
    GeoJson(#[from] Box<geojson::Error>),
    /// One of its features is no point.
    #[error("feature {number}: {what}")]
    Feature {
        /// Which, from 1.
        number: usize,
        /// What is wrong with it.
        what: String,
    },
    /// Neither CSV nor GeoJSON: not even text.
    #[error("not a text file in UTF-8")]
    NotText,
}

/// Points in the order of their file, with all columns it gives.
#[derive(Debug)]
pub struct Points {
    header: StringRecord,
    rows: Vec<(StringRecord, Wgs84)>,
}

const LAT: [&str; 2] = ["lat", "latitude"];
const LON: [&str; 4] = ["lon", "lng", "long", "longitude"];

impl Points {
    /// Reads a file; GeoJSON begins with a brace.
    ///
    /// # Errors
    /// [`PointsError`].
    pub fn read(bytes: &[u8]) -> Result<Self, PointsError> {
        let text = str::from_utf8(bytes).map_err(|_| PointsError::NotText)?;
        // Spreadsheets write a byte order mark.
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        if text.trim_start().starts_with('{') {
            Self::from_geojson(text)
        } else {
            Self::from_csv(text)
        }
    }

    fn from_csv(text: &str) -> Result<Self, PointsError> {
        let mut reader = csv::ReaderBuilder::new()
            .trim(csv::Trim::All)
            .from_reader(text.as_bytes());
        let header = reader.headers().map_err(|error| in_line(&error))?.clone();
        let column = |names: &[&str]| {
            header
                .iter()
                .position(|cell| names.contains(&cell.to_ascii_lowercase().as_str()))
                .ok_or_else(|| PointsError::Columns(header.iter().collect::<Vec<_>>().join(", ")))
        };
        let (lat, lon) = (column(&LAT)?, column(&LON)?);
        let mut rows = Vec::new();
        for record in reader.records() {
            let record = record.map_err(|error| in_line(&error))?;
            let at = place(&record, lat, lon).map_err(|what| PointsError::Line {
                line: record.position().map_or(0, csv::Position::line),
                what,
            })?;
            rows.push((record, at));
        }
        Ok(Self { header, rows })
    }

    fn from_geojson(text: &str) -> Result<Self, PointsError> {
        let features = match text.parse::<GeoJson>().map_err(Box::new)? {
            GeoJson::FeatureCollection(collection) => collection.features,
            GeoJson::Feature(feature) => vec![feature],
            GeoJson::Geometry(geometry) => vec![Feature::from(geometry)],
        };
        let mut rows = Vec::with_capacity(features.len());
        for (number, feature) in (1..).zip(&features) {
            let at = place_of(feature).map_err(|what| PointsError::Feature { number, what })?;
            let cells = [
                name_of(feature, number),
                at.lat.to_string(),
                at.lon.to_string(),
            ];
            rows.push((StringRecord::from(cells.to_vec()), at));
        }
        Ok(Self {
            header: StringRecord::from(vec!["id", "lat", "lon"]),
            rows,
        })
    }

    /// Writes the points as they were read, with the seconds to each as the last column;
    /// empty where there are none.
    ///
    /// # Errors
    /// When `out` cannot be written to.
    pub fn write_with_seconds(
        &self,
        out: impl Write,
        seconds: impl Fn(Wgs84) -> Option<f64>,
    ) -> Result<(), csv::Error> {
        let mut writer = csv::Writer::from_writer(out);
        writer.write_record(self.header.iter().chain(["seconds"]))?;
        for (cells, at) in &self.rows {
            let seconds = seconds(*at).map_or_else(String::new, |seconds| format!("{seconds:.1}"));
            writer.write_record(cells.iter().chain([seconds.as_str()]))?;
        }
        writer.flush()?;
        Ok(())
    }
}

fn in_line(error: &csv::Error) -> PointsError {
    let what = match error.kind() {
        csv::ErrorKind::UnequalLengths {
            expected_len, len, ..
        } => format!("{len} cells where the first line has {expected_len}"),
        _ => error.to_string(),
    };
    PointsError::Line {
        line: error.position().map_or(1, csv::Position::line),
        what,
    }
}

fn place(record: &StringRecord, lat: usize, lon: usize) -> Result<Wgs84, String> {
    let number = |column: usize| {
        let cell = record.get(column).unwrap_or_default();
        cell.parse::<f64>()
            .map_err(|_| format!("not a number: {cell:?}"))
    };
    on_earth(Wgs84::new(number(lat)?, number(lon)?))
}

fn place_of(feature: &Feature) -> Result<Wgs84, String> {
    let geometry = feature.geometry.as_ref().ok_or("it has no geometry")?;
    match &geometry.value {
        GeometryValue::Point { coordinates } => match coordinates.as_slice() {
            [lon, lat, ..] => on_earth(Wgs84::new(*lat, *lon)),
            _ => Err("a point has a longitude and a latitude".to_owned()),
        },
        other => Err(format!("a Point is needed, not a {}", other.type_name())),
    }
}

fn on_earth(at: Wgs84) -> Result<Wgs84, String> {
    if at.is_valid() {
        Ok(at)
    } else {
        Err(format!("not a place on the earth: {},{}", at.lat, at.lon))
    }
}

/// What tells a feature apart: its id, else its name, else its number.
fn name_of(feature: &Feature, number: usize) -> String {
    match &feature.id {
        Some(geojson::feature::Id::String(id)) => return id.clone(),
        Some(geojson::feature::Id::Number(id)) => return id.to_string(),
        None => {}
    }
    ["id", "name"]
        .into_iter()
        .find_map(|key| match feature.property(key)? {
            serde_json::Value::String(name) => Some(name.clone()),
            serde_json::Value::Number(id) => Some(id.to_string()),
            _ => None,
        })
        .unwrap_or_else(|| number.to_string())
}
