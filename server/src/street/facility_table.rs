//! A facility table from a spreadsheet (CSV) or a map program (GeoJSON).
//!
//! It becomes the text of `facilities.toml`, so that one reader and one set of checks decide about
//! both; what that reader finds is led back to the row it came from.

use super::Fault;
use super::from_osm::Found;
use circle::osm::Element;
use csv::StringRecord;
use geojson::{Feature, GeoJson, GeometryValue};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::{self, Display};
use std::io::Write;

/// The columns of a CSV, which are also the properties of a GeoJSON feature, apart from the place.
const COLUMNS: [&str; 13] = [
    "id",
    "name",
    "category",
    "kind",
    "lat",
    "lon",
    "address",
    "phone",
    "hours",
    "step_free",
    "station",
    "floor_area_m2",
    "source",
];

/// What a row cannot do without.
const NEEDED: [&str; 7] = ["id", "name", "category", "kind", "lat", "lon", "address"];

/// The text of `facilities.toml`, and the way back.
#[derive(Clone, Debug)]
pub struct FacilityTable {
    /// As [`super::parse`] reads it.
    pub text: String,
    /// Which row each of its lines came from.
    pub origins: Origins,
    /// Categories and types that it has a row of.
    kinds: BTreeSet<(String, String)>,
}

/// Where a row stands in its file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Row {
    /// A line of a CSV, counted from 1.
    Line(u64),
    /// A feature of a GeoJSON, counted from 1: its lines mean nothing to people.
    Feature(usize),
    /// An element of a map that fills the table.
    Map(Element, i64),
    /// The file as a whole.
    Whole,
}

/// Something wrong in a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RowFault {
    /// Where.
    pub row: Row,
    /// What is wrong and what would be right.
    pub message: String,
}

impl Display for RowFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.row {
            Row::Line(line) => write!(f, "{line}: {}", self.message),
            Row::Feature(number) => write!(f, " feature {number}: {}", self.message),
            Row::Map(element, id) => {
                let kind = match element {
                    Element::Node => "node",
                    Element::Way => "way",
                    Element::Relation => "relation",
                };
                write!(f, " OpenStreetMap's {kind} {id}: {}", self.message)
            }
            Row::Whole => write!(f, " {}", self.message),
        }
    }
}

/// The row of each line of the text.
#[derive(Clone, Debug)]
pub struct Origins(Vec<Row>);

impl Origins {
    /// The fault where its row stands; one of another file keeps that file's name.
    pub fn fault(&self, fault: &Fault) -> RowFault {
        if fault.file != "facilities.toml" {
            let message = fault.to_string();
            return RowFault {
                row: Row::Whole,
                message,
            };
        }
        let line = fault.line.checked_sub(1);
        let row = line.and_then(|line| self.0.get(line)).copied();
        RowFault {
            row: row.unwrap_or(Row::Whole),
            message: fault.message.clone(),
        }
    }
}

/// A row: columns and what they say; a column that says nothing may be missing.
pub type Cells = BTreeMap<&'static str, String>;

impl FacilityTable {
    /// Reads a table; GeoJSON begins with a brace.
    ///
    /// # Errors
    /// Every row that cannot be understood. What a row says is checked later, by
    /// [`super::parse`].
    pub fn read(bytes: &[u8]) -> Result<FacilityTable, Vec<RowFault>> {
        let text = str::from_utf8(bytes)
            .map_err(|_| vec![whole("not a text in UTF-8: save it as \"CSV UTF-8\"")])?;
        // Spreadsheets write a byte order mark.
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let mut faults = Vec::new();
        let rows = match text.trim_start().starts_with('{') {
            true => from_geojson(text, &mut faults),
            false => from_csv(text, &mut faults),
        };
        if rows.is_empty() && faults.is_empty() {
            faults.push(whole("there is no facility in it"));
        }
        let mut table = FacilityTable {
            text: String::new(),
            origins: Origins(Vec::new()),
            kinds: BTreeSet::new(),
        };
        for (row, cells) in &rows {
            if let Err(message) = table.push(*row, cells) {
                faults.push(RowFault { row: *row, message });
            }
        }
        if faults.is_empty() {
            Ok(table)
        } else {
            Err(faults)
        }
    }

    /// Adds what a map knows of the types that the table has no row of; returns how many rows.
    pub fn fill(&mut self, found: &Found) -> usize {
        let own = self.kinds.clone();
        let lacking = found
            .rows
            .iter()
            .filter(|seed| !own.contains(&kind(&seed.cells)));
        // What the map says was made to fit: a row without a needed cell does not come up.
        let added = lacking.filter(|seed| {
            let row = Row::Map(seed.element, seed.id);
            self.push(row, &seed.cells).is_ok()
        });
        added.count()
    }

    fn push(&mut self, row: Row, cells: &Cells) -> Result<(), String> {
        let record = record(cells)?;
        self.text.push_str(&record);
        self.origins.0.extend(record.lines().map(|_| row));
        self.kinds.insert(kind(cells));
        Ok(())
    }
}

fn kind(cells: &Cells) -> (String, String) {
    let cell = |name: &str| cells.get(name).cloned().unwrap_or_default();
    (cell("category"), cell("kind"))
}

/// Rows as a spreadsheet opens them, every column there, for people to look through and change.
///
/// # Errors
/// When `out` cannot be written to.
pub fn write_csv<'r>(
    mut out: impl Write,
    rows: impl Iterator<Item = &'r Cells>,
) -> Result<(), csv::Error> {
    // Without it, spreadsheets take UTF-8 for something else.
    out.write_all("\u{feff}".as_bytes())?;
    let mut writer = csv::Writer::from_writer(out);
    writer.write_record(COLUMNS)?;
    for row in rows {
        let cells = COLUMNS.map(|name| row.get(name).map_or("", String::as_str));
        writer.write_record(cells)?;
    }
    Ok(writer.flush()?)
}

fn whole(message: &str) -> RowFault {
    RowFault {
        row: Row::Whole,
        message: message.to_owned(),
    }
}

fn from_csv(text: &str, faults: &mut Vec<RowFault>) -> Vec<(Row, Cells)> {
    let mut reader = csv::ReaderBuilder::new()
        .trim(csv::Trim::All)
        .from_reader(text.as_bytes());
    let columns = match reader.headers() {
        Ok(header) => columns(header, faults),
        Err(error) => {
            faults.push(broken(&error));
            return Vec::new();
        }
    };
    let mut rows = Vec::new();
    for record in reader.records() {
        match record {
            Ok(record) => {
                let line = record.position().map_or(0, csv::Position::line);
                let cells = columns.iter().zip(&record);
                let cells = cells.filter_map(|(name, cell)| Some(((*name)?, cell.to_owned())));
                rows.push((Row::Line(line), cells.collect()));
            }
            Err(error) => faults.push(broken(&error)),
        }
    }
    rows
}

/// What each column is; one that means nothing is a fault, as is a needed one that is missing.
fn columns(header: &StringRecord, faults: &mut Vec<RowFault>) -> Vec<Option<&'static str>> {
    let known = |cell: &str| {
        COLUMNS
            .into_iter()
            .find(|name| cell.eq_ignore_ascii_case(name))
    };
    let columns: Vec<_> = header.iter().map(known).collect();
    let mut fault = |message| {
        faults.push(RowFault {
            row: Row::Line(1),
            message,
        });
    };
    for (cell, column) in header.iter().zip(&columns) {
        if column.is_none() {
            fault(format!(
                "no column is called `{cell}`: {}",
                COLUMNS.join(", ")
            ));
        }
    }
    for name in COLUMNS {
        match columns
            .iter()
            .filter(|column| **column == Some(name))
            .count()
        {
            0 if NEEDED.contains(&name) => fault(format!("the column `{name}` is missing")),
            0 | 1 => {}
            _ => fault(format!("the column `{name}` is here twice")),
        }
    }
    columns
}

fn broken(error: &csv::Error) -> RowFault {
    let line = error.position().map(csv::Position::line);
    let message = match error.kind() {
        csv::ErrorKind::UnequalLengths {
            expected_len, len, ..
        } => {
            format!("{len} cells where the first line has {expected_len}")
        }
        _ => error.to_string(),
    };
    RowFault {
        row: line.map_or(Row::Whole, Row::Line),
        message,
    }
}

fn from_geojson(text: &str, faults: &mut Vec<RowFault>) -> Vec<(Row, Cells)> {
    let features = match text.parse::<GeoJson>() {
        Ok(GeoJson::FeatureCollection(collection)) => collection.features,
        Ok(_) => {
            faults.push(whole("a FeatureCollection of points is needed"));
            return Vec::new();
        }
        Err(error) => {
            faults.push(whole(&error.to_string()));
            return Vec::new();
        }
    };
    let mut rows = Vec::new();
    for (number, feature) in (1..).zip(&features) {
        let row = Row::Feature(number);
        match cells_of(feature) {
            Ok(cells) => rows.push((row, cells)),
            Err(message) => faults.push(RowFault { row, message }),
        }
    }
    rows
}

fn cells_of(feature: &Feature) -> Result<Cells, String> {
    let geometry = feature.geometry.as_ref().map(|geometry| &geometry.value);
    let Some(GeometryValue::Point { coordinates }) = geometry else {
        return Err("it is no point".to_owned());
    };
    let [lon, lat, ..] = coordinates.as_slice() else {
        return Err("a point is [longitude, latitude]".to_owned());
    };
    let mut cells = Cells::from([("lat", lat.to_string()), ("lon", lon.to_string())]);
    for (key, value) in feature.properties.iter().flatten() {
        let name = COLUMNS.into_iter().find(|name| name == key);
        let name =
            name.ok_or_else(|| format!("no property is called `{key}`: {}", COLUMNS.join(", ")))?;
        let cell = match value {
            serde_json::Value::Null => continue,
            serde_json::Value::String(text) => text.trim().to_owned(),
            other => other.to_string(),
        };
        cells.insert(name, cell);
    }
    Ok(cells)
}

/// One `[[facility]]`.
fn record(cells: &Cells) -> Result<String, String> {
    let cell = |name: &str| cells.get(name).map_or("", String::as_str);
    for name in NEEDED {
        if cell(name).is_empty() {
            return Err(format!("`{name}` is empty"));
        }
    }
    let degrees = |name: &str| {
        let number = cell(name).parse::<f64>().ok().filter(|n| n.is_finite());
        number.ok_or_else(|| format!("`{name}` is a number of degrees, not `{}`", cell(name)))
    };
    let (lat, lon) = (degrees("lat")?, degrees("lon")?);
    let mut text = format!("[[facility]]\nat = {{ lat = {lat:?}, lon = {lon:?} }}\n");
    for name in [
        "id", "name", "category", "kind", "address", "phone", "hours", "source",
    ] {
        if !cell(name).is_empty() {
            let value = toml::Value::String(cell(name).to_owned());
            text.push_str(&format!("{name} = {value}\n"));
        }
    }
    if let Some(area) = whole_number(cell("floor_area_m2"))? {
        text.push_str(&format!("floor_area_m2 = {area}\n"));
    }
    for name in ["step_free", "station"] {
        if let Some(value) = yes_or_no(cell(name)).map_err(|what| format!("`{name}` {what}"))? {
            text.push_str(&format!("{name} = {value}\n"));
        }
    }
    Ok(text)
}

/// None where the cell is empty: nobody has measured.
fn whole_number(cell: &str) -> Result<Option<u32>, String> {
    let number = (!cell.is_empty()).then(|| cell.parse::<u32>());
    let number = number.transpose();
    number.map_err(|_| format!("`floor_area_m2` is whole square metres or empty, not `{cell}`"))
}

/// None where the cell is empty: nobody has looked.
fn yes_or_no(cell: &str) -> Result<Option<bool>, String> {
    match cell.to_ascii_lowercase().as_str() {
        "" => Ok(None),
        "true" | "yes" | "1" => Ok(Some(true)),
        "false" | "no" | "0" => Ok(Some(false)),
        _ => Err(format!("is yes, no or empty, not `{cell}`")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::street::{Seed, SeedFiles, parse};
    use model::time::TimeMs;

    const NOW: TimeMs = TimeMs(1_795_276_800_000);
    const HEAD: &str = "id,name,category,kind,lat,lon,address,phone,hours,step_free,station\n";

    fn street(table: &FacilityTable) -> Result<Seed, Vec<RowFault>> {
        let mut files = SeedFiles::sample();
        files.set("facilities.toml", table.text.clone());
        let led_back = |faults: Vec<Fault>| {
            let faults = faults.iter().map(|fault| table.origins.fault(fault));
            faults.collect()
        };
        parse(&files, NOW).map_err(led_back)
    }

    fn faults(text: &str) -> Vec<String> {
        let read = FacilityTable::read(text.as_bytes());
        let faults = read
            .and_then(|table| street(&table).map(drop))
            .expect_err("faults");
        faults.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_spreadsheet_becomes_facilities() {
        let text = format!(
            "\u{feff}{HEAD}a,\"药店 \"\"仁\"\"\",health,药店,39.9990,116.3160,街 1 号,010-5550-0100,Mo-Fr 08:00-20:00,yes,\nb,站,government,社区服务站,39.9991,116.3161,街 2 号,,,,1\n"
        );
        let table = FacilityTable::read(text.as_bytes()).expect("a table");
        let facilities = street(&table).expect("a street").facilities;
        assert_eq!(facilities[0].name, "药店 \"仁\"");
        assert_eq!(
            (facilities[0].step_free, facilities[0].station),
            (Some(true), false)
        );
        assert_eq!(
            (facilities[1].step_free, facilities[1].station),
            (None, true)
        );
        assert_eq!(facilities[1].phone, None);
    }

    #[test]
    fn a_map_programs_file_becomes_the_same() {
        let text = r#"{"type":"FeatureCollection","features":[{"type":"Feature",
            "geometry":{"type":"Point","coordinates":[116.316,39.999]},
            "properties":{"id":"a","name":"n","category":"health","kind":"k","address":"s","step_free":false,"phone":null}}]}"#;
        let table = FacilityTable::read(text.as_bytes()).expect("a table");
        let facilities = street(&table).expect("a street").facilities;
        assert_eq!(facilities[0].at.lon(), 116.316);
        assert_eq!(facilities[0].step_free, Some(false));
        let line = text.replace(
            r#""type":"Point","coordinates":[116.316,39.999]"#,
            r#""type":"LineString","coordinates":[[1.0,2.0],[3.0,4.0]]"#,
        );
        assert_eq!(faults(&line), [" feature 1: it is no point"]);
        assert!(faults(&text.replace("phone", "fax"))[0].contains("no property is called `fax`"));
    }

    #[test]
    fn every_fault_is_said_with_its_line() {
        let good = "a,n,health,k,39.999,116.316,s,,,,\n";
        for (rows, expected) in [
            (
                "a,n,health,k,north,116.3,s,,,,\nb,,health,k,1,2,s,,,,\n",
                vec!["2: `lat` is a number", "3: `name` is empty"],
            ),
            (
                "a,n,health,k,39.9\n",
                vec!["2: 5 cells where the first line has 11"],
            ),
            (
                "a,n,moon,k,39.999,116.316,s,,,,\n",
                vec!["2: unknown variant `moon`"],
            ),
            ("a,n,health,k,139.0,116.3,s,,,,\n", vec!["2: "]),
            (
                "a,n,health,k,39.999,116.316,s,,,maybe,\n",
                vec!["2: `step_free` is yes, no or empty"],
            ),
            (
                "a,n,health,k,39.999,116.316,s,12,,,\n",
                vec!["2: `12` is not a telephone"],
            ),
            ("b,n,health,k,39.999,116.316,s,,Mo 25:00,,\n", vec!["2: "]),
        ] {
            let found = faults(&format!("{HEAD}{rows}"));
            assert_eq!(found.len(), expected.len(), "{rows}: {found:?}");
            for (found, expected) in found.iter().zip(expected) {
                assert!(found.starts_with(expected), "{rows}: {found}");
            }
        }
        let twice = faults(&format!("{HEAD}{good}{good}"));
        assert_eq!(twice, ["3: `a` is here twice"]);
        let columns = faults(&format!("id,name,colour\n{good}"));
        assert!(
            columns.contains(&"1: the column `lat` is missing".to_owned()),
            "{columns:?}"
        );
        assert!(
            columns[0].starts_with("1: no column is called `colour`"),
            "{columns:?}"
        );
        assert_eq!(faults(HEAD), [" there is no facility in it"]);
        assert!(FacilityTable::read(b"\xff\xfe").is_err());
    }

    #[test]
    fn a_floor_area_is_a_whole_number_or_nothing() {
        let head = HEAD.replace("station\n", "station,floor_area_m2\n");
        let row = |area: &str| format!("{head}a,n,care,k,39.9925,116.3160,s,,,,,{area}\n");
        for (area, expected) in [("260", Some(260)), ("", None)] {
            let table = FacilityTable::read(row(area).as_bytes()).expect("a table");
            let facilities = street(&table).expect("a street").facilities;
            assert_eq!(facilities[0].floor_area_m2, expected);
        }
        for (area, expected) in [
            ("26.5", "2: `floor_area_m2` is whole square metres"),
            ("0", "2: `floor_area_m2` is left out where it is not known"),
        ] {
            let found = faults(&row(area));
            assert!(found[0].starts_with(expected), "{found:?}");
        }
        let outside = faults(&row("260").replace("39.9925", "38.9925"));
        assert!(outside[0].contains("no community"), "{outside:?}");
    }

    #[test]
    fn no_text_gets_out_of_its_cell() {
        let name = "x\" \n[[facility]]\nid = \"evil";
        let quoted = name.replace('"', "\"\"");
        let text = format!("{HEAD}a,\"{quoted}\",health,k,39.999,116.316,s,,,,\n");
        let table = FacilityTable::read(text.as_bytes()).expect("a table");
        let facilities = street(&table).expect("a street").facilities;
        assert_eq!((facilities.len(), facilities[0].name.as_str()), (1, name));
    }
}
