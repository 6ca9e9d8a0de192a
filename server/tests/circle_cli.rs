//! `yikezhong circle`, run as an operator runs it.

#![allow(clippy::unwrap_used)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;
use tempfile::TempDir;

const MAP: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../data/osm/beijing-haidian-2017.osm.pbf"
);
const AT: &str = "40.0,116.32";

fn circle(words: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_yikezhong"))
        .arg("circle")
        .args(words)
        .output()
        .unwrap()
}

/// What a command prints; it must succeed.
fn printed(words: &[&str]) -> String {
    let output = circle(words);
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{words:?}: {error}");
    String::from_utf8(output.stdout).unwrap()
}

/// What a command complains of; it must fail and print no result.
fn complaint(words: &[&str]) -> String {
    let output = circle(words);
    assert!(!output.status.success(), "{words:?}");
    assert!(output.stdout.is_empty(), "{words:?}");
    String::from_utf8(output.stderr).unwrap()
}

struct Built {
    folder: TempDir,
    network: PathBuf,
    report: String,
}

fn built(flags: &[&str]) -> Built {
    let folder = tempfile::tempdir().unwrap();
    let network = folder.path().join("street.net");
    let report = printed(&[&["build", MAP, "-o", text(&network)], flags].concat());
    Built {
        folder,
        network,
        report,
    }
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

impl Built {
    fn file(&self, name: &str, contents: &str) -> String {
        let path = self.folder.path().join(name);
        fs::write(&path, contents).unwrap();
        text(&path).to_owned()
    }

    fn times(&self, flags: &[&str]) -> String {
        printed(&[&["times", text(&self.network), "--at", AT], flags].concat())
    }
}

#[test]
fn build_writes_a_network_and_says_what_it_left_out() {
    let built = built(&[]);
    let network = circle::Network::from_bytes(&fs::read(&built.network).unwrap()).unwrap();
    let edges = format!(" {} edges,", network.edge_count());
    assert!(built.report.contains(&edges), "{}", built.report);
    for part in [
        "19 flights of steps",
        "not walked: ",
        "dropped: 32 parts nobody can leave",
    ] {
        assert!(built.report.contains(part), "{part}: {}", built.report);
    }
    let squares = built.report.contains("1 squares crossed on 1 lines");
    assert!(squares, "{}", built.report);
}

#[test]
fn squares_are_walked_around_when_told_to() {
    let built = built(&["--around-squares"]);
    let squares = built.report.contains("0 squares crossed on 0 lines");
    assert!(squares, "{}", built.report);
}

#[test]
fn reach_prints_bands_that_contain_each_other() {
    let built = built(&[]);
    let words = [
        "reach",
        text(&built.network),
        "--at",
        AT,
        "--minutes",
        "15,5,10",
        "--profile",
        "older",
    ];
    let sizes = printed(&words);
    let km2: Vec<f64> = sizes
        .lines()
        .map(|line| line.split_whitespace().nth(2).unwrap().parse().unwrap())
        .collect();
    assert!(
        km2.len() == 3 && km2[0] > 0.01 && km2[0] < km2[1] && km2[1] < km2[2],
        "{sizes}"
    );

    let json: Value =
        serde_json::from_str(&printed(&[&words, ["--geojson"].as_slice()].concat())).unwrap();
    assert_eq!(json["type"], "FeatureCollection");
    let features = json["features"].as_array().unwrap();
    let minutes: Vec<_> = features
        .iter()
        .map(|f| f["properties"]["minutes"].as_u64())
        .collect();
    assert_eq!(minutes, [Some(5), Some(10), Some(15)]);
    for feature in features {
        assert_eq!(feature["geometry"]["type"], "MultiPolygon");
        let ring = feature["geometry"]["coordinates"][0][0].as_array().unwrap();
        assert!(ring.len() > 3 && ring.first() == ring.last());
        let lon = ring[0][0].as_f64().unwrap();
        assert!(
            (116.2..116.4).contains(&lon),
            "{lon}: longitude comes first"
        );
    }
}

#[test]
fn times_keep_the_columns_and_add_the_seconds() {
    let built = built(&[]);
    let to = built.file(
        "points.csv",
        "\u{feff}name,Lat,Lng,note\nnear,40.0005,116.3205,\"a, b\"\nfar,39.0,116.3,\n",
    );
    let csv = built.times(&["--to", &to]);
    let rows: Vec<&str> = csv.lines().collect();
    assert_eq!(rows[0], "name,Lat,Lng,note,seconds");
    let (start, seconds) = rows[1].rsplit_once(',').unwrap();
    assert_eq!(start, "near,40.0005,116.3205,\"a, b\"");
    assert!(
        (10.0..600.0).contains(&seconds.parse::<f64>().unwrap()),
        "{seconds}"
    );
    assert_eq!(rows[2], "far,39.0,116.3,,", "out of reach is empty");
    assert_eq!(rows.len(), 3);
}

#[test]
fn profiles_differ_and_plain_is_the_quickest_at_its_speed() {
    let built = built(&[]);
    let to = built.file("points.csv", "lat,lon\n40.0040,116.3240\n");
    let seconds = |profile: &str| -> f64 {
        let csv = built.times(&["--to", &to, "--profile", profile]);
        csv.lines()
            .nth(1)
            .unwrap()
            .rsplit(',')
            .next()
            .unwrap()
            .parse()
            .unwrap()
    };
    let [plain, adult, older, slow] = ["plain", "adult", "older", "slow"].map(seconds);
    assert!(
        plain <= adult && adult < older && older < slow,
        "{plain} {adult} {older} {slow}"
    );
}

#[test]
fn times_read_geojson() {
    let built = built(&[]);
    let point = |id: &str, properties: &str| {
        format!(
            r#"{{"type":"Feature"{id},"properties":{properties},"geometry":{{"type":"Point","coordinates":[116.3205,40.0005]}}}}"#
        )
    };
    let features = [
        point(r#","id":"n1""#, "null"),
        point("", r#"{"name":"pharmacy"}"#),
        point("", "{}"),
    ];
    let json = format!(
        r#"{{"type":"FeatureCollection","features":[{}]}}"#,
        features.join(",")
    );
    let csv = built.times(&["--to", &built.file("points.geojson", &json)]);
    let names: Vec<&str> = csv
        .lines()
        .map(|row| row.split(',').next().unwrap())
        .collect();
    assert_eq!(names, ["id", "n1", "pharmacy", "3"]);
    assert!(csv.lines().skip(1).all(|row| !row.ends_with(',')), "{csv}");
}

#[test]
fn bad_files_are_named_with_the_line() {
    let built = built(&[]);
    let polygon =
        r#"{"type":"Feature","properties":{},"geometry":{"type":"Polygon","coordinates":[]}}"#;
    let rows = [
        ("lat,lon\n40,116\nx,116\n", "line 3: not a number: \"x\""),
        (
            "lat,lon\n40,116\n40\n",
            "line 3: 1 cells where the first line has 2",
        ),
        (
            "lat,lon\n95,116\n",
            "line 2: not a place on the earth: 95,116",
        ),
        (
            "name,x\n",
            "columns `lat` and `lon` are needed, found: name, x",
        ),
        ("{\"type\":\n!", "line 2 column 1"),
        (polygon, "feature 1: a Point is needed, not a Polygon"),
    ];
    for (contents, expected) in rows {
        let to = built.file("bad", contents);
        let error = complaint(&["times", text(&built.network), "--at", AT, "--to", &to]);
        assert!(error.contains(expected) && error.contains("bad"), "{error}");
    }
    let broken = built.file(
        "broken.osm",
        "<osm>\n<node id='1' lat='x' lon='1'/>\n</osm>",
    );
    let error = complaint(&["build", &broken, "-o", "/dev/null"]);
    assert!(error.contains("broken.osm: line 2: `lat`"), "{error}");
    let error = complaint(&["reach", &broken, "--at", AT]);
    assert!(error.contains("broken.osm: not a network file"), "{error}");
}

#[test]
fn bad_questions_are_refused() {
    let built = built(&[]);
    let network = text(&built.network);
    let rows: [(&[&str], &str); 4] = [
        (&["--at", "40"], "a place is LAT,LON in degrees"),
        (
            &["--at", "-33.8,151.2"],
            "no way for `adult` within 250 m of -33.8,151.2",
        ),
        (
            &["--at", AT, "--profile", "runner"],
            "possible values: adult, older",
        ),
        (&["--at", AT, "--minutes", "0"], "0 is not in 1..=600"),
    ];
    for (flags, expected) in rows {
        let error = complaint(&[&["reach", network], flags].concat());
        assert!(error.contains(expected), "{error}");
    }
}

const HELSINKI: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../data/osm/helsinki.osm.pbf");

/// What `circle seed` says and writes.
fn seeded(map: &str, flags: &[&str]) -> (String, String) {
    let folder = tempfile::tempdir().unwrap();
    let table = folder.path().join("table.csv");
    let said = printed(&[&["seed", map, "-o", text(&table)], flags].concat());
    (said, fs::read_to_string(&table).unwrap())
}

#[test]
fn a_map_seeds_a_table_of_facilities() {
    let (said, table) = seeded(MAP, &[]);
    for line in [
        "218 facilities",
        "  2 health/药店",
        "  16 daily/银行",
        "  68 public/公交",
        "  6 public/公厕",
        "1 closed to the public, no row",
    ] {
        assert!(said.lines().any(|said| said == line), "{line}:\n{said}");
    }
    let bank = table.lines().find(|row| row.contains("osm-n380423079"));
    let expected = "osm-n380423079,中国建设银行,daily,银行,39.997566,116.3191356,\
                    \"39.99757, 116.31914\",,,,,,OpenStreetMap";
    assert_eq!(bank, Some(expected), "no street near: where it stands");
    assert!(table.contains(",清华大学西门,public,公交,39.9962847,116.3092438,中关村北大街附近,"));

    let (said, table) = seeded(HELSINKI, &[]);
    for line in [
        "536 facilities",
        "  6 health/药店",
        "  162 public/座椅",
        "12 closed to the public, no row",
        "11 opening hours not understood, left empty",
    ] {
        assert!(said.lines().any(|said| said == line), "{line}:\n{said}");
    }
    assert!(table.contains("Pääposti,daily,邮局,60.1716419,24.9385433,Elielinaukio 2,,,yes,,,"));
}

/// A school with a door, a clinic by its name, a ministry, a private toilet, times and numbers that
/// are none.
const CORNER: &str = r#"<osm version="0.6">
    <node id="1" lat="40.0" lon="116.30"/>
    <node id="2" lat="40.0" lon="116.31"><tag k="entrance" v="main"/></node>
    <way id="5"><nd ref="1"/><nd ref="2"/><tag k="amenity" v="school"/><tag k="name" v="第一小学"/>
      <tag k="opening_hours" v="sunrise-sunset"/><tag k="phone" v="ask inside"/></way>
    <node id="6" lat="40.001" lon="116.30"><tag k="amenity" v="clinic"/>
      <tag k="name" v="某某社区卫生服务中心"/><tag k="opening_hours" v="Mo-Fr 08:00-17:00"/>
      <tag k="phone" v="+86 10 5550 0100; 114"/><tag k="addr:street" v="河东路"/>
      <tag k="addr:housenumber" v="1号"/><tag k="wheelchair" v="limited"/></node>
    <node id="7" lat="40.001" lon="116.32"><tag k="office" v="government"/><tag k="name" v="部"/></node>
    <node id="8" lat="40.001" lon="116.30"><tag k="amenity" v="toilets"/><tag k="access" v="private"/></node>
    <node id="9" lat="40.002" lon="116.30"><tag k="amenity" v="clinic"/><tag k="wheelchair" v="yes"/></node>
    </osm>"#;

#[test]
fn a_seed_says_what_the_map_says_and_no_more() {
    let built = built(&[]);
    let map = built.file("corner.osm", CORNER);
    let (said, table) = seeded(&map, &[]);
    let rows: Vec<&str> = table.lines().skip(1).collect();
    assert_eq!(
        rows,
        [
            "osm-n6,某某社区卫生服务中心,health,社区卫生服务中心,40.001,116.3,河东路 1号,\
             +86 10 5550 0100,Mo-Fr 08:00-17:00,,,,OpenStreetMap",
            "osm-n9,卫生服务站,health,卫生服务站,40.002,116.3,\"40.00200, 116.30000\",,,yes,,,\
             OpenStreetMap",
            "osm-w5,第一小学,education,小学,40,116.31,\"40.00000, 116.31000\",,,,,,OpenStreetMap",
        ]
    );
    for line in [
        "1 opening hours not understood, left empty",
        "1 telephone numbers nobody can dial, left empty",
    ] {
        assert!(said.contains(line), "{said}");
    }

    // Inside of the ring, and not in its hole.
    let ring = |west: f64, east: f64| {
        format!("[[{west},39.9],[{east},39.9],[{east},40.1],[{west},40.1],[{west},39.9]]")
    };
    let polygon = |rings: &str| format!(r#"{{"type":"Polygon","coordinates":[{rings}]}}"#);
    let two = format!("{},{}", ring(116.2, 116.4), ring(116.305, 116.315));
    for (rings, expected) in [(ring(116.305, 116.4), 1), (two, 2)] {
        let boundary = built.file("boundary.geojson", &polygon(&rings));
        let (said, _) = seeded(&map, &["--boundary", &boundary]);
        assert!(
            said.starts_with(&format!("{expected} facilities")),
            "{said}"
        );
    }
    let nothing = built.file("point.geojson", r#"{"type":"Point","coordinates":[1,2]}"#);
    let error = complaint(&["seed", &map, "-o", "/dev/null", "--boundary", &nothing]);
    assert!(
        error.contains("point.geojson: a Polygon or MultiPolygon"),
        "{error}"
    );
    let broken = built.file(
        "broken.osm",
        "<osm>\n<node id='1' lat='x' lon='1'/>\n</osm>",
    );
    let error = complaint(&["seed", &broken, "-o", "/dev/null"]);
    assert!(error.contains("broken.osm: line 2: `lat`"), "{error}");
}
