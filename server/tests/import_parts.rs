//! `yikezhong import` of a whole street and of its parts, as an operator runs it.

use std::path::Path;
use std::process::{Command, Output};

const DATA: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../data");

fn yikezhong(args: &[&str], folder: &Path) -> Output {
    Command::new(env!("CARGO_BIN_EXE_yikezhong"))
        .args(args)
        .arg("--data")
        .arg(folder)
        .env_remove("DATABASE_URL")
        .env_remove("YIKEZHONG_MASTER_KEY")
        .output()
        .expect("it runs")
}

fn says(output: &Output) -> String {
    let all = [output.stdout.as_slice(), &output.stderr].concat();
    String::from_utf8(all).expect("text")
}

#[test]
fn parts_are_replaced_alone_and_broken_ones_change_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let at = folder.path().join("kept");
    let file = |name: &str, content: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, content).expect("written");
        path.display().to_string()
    };
    let head = "id,name,category,kind,lat,lon,address,hours\n";
    let good = file(
        "good.csv",
        &format!("{head}a,药店,health,药店,39.9990,116.3160,街 1 号,24/7\n"),
    );
    let early = yikezhong(&["import", "facilities", &good], &at);
    assert!(!early.status.success(), "there is no street yet");
    assert!(
        says(&early).contains("there is no street yet"),
        "{}",
        says(&early)
    );

    let whole = yikezhong(&["import", DATA], &at);
    assert!(whole.status.success(), "{}", says(&whole));
    assert!(says(&whole).contains("(version 1)"), "{}", says(&whole));

    let bad = file(
        "bad.csv",
        &format!("{head}a,药店,moon,药店,39.9990,116.3160,街 1 号,Mo 25:00\n"),
    );
    let refused = yikezhong(&["import", "facilities", &bad], &at);
    assert!(!refused.status.success());
    assert!(says(&refused).contains("bad.csv:2: "), "{}", says(&refused));

    let tried = yikezhong(&["import", "facilities", &good, "--dry-run"], &at);
    assert!(
        says(&tried).contains("1 facilities (checked"),
        "{}",
        says(&tried)
    );
    let taken = yikezhong(&["import", "facilities", &good], &at);
    assert!(
        says(&taken).contains("1 facilities (version 2)"),
        "{}",
        says(&taken)
    );

    let map = format!("{DATA}/osm/beijing-haidian-2017.osm.pbf");
    let taken = yikezhong(&["import", "network", &map], &at);
    assert!(says(&taken).contains("(version 3)"), "{}", says(&taken));
    let elsewhere = format!("{DATA}/osm/helsinki.osm.pbf");
    let refused = yikezhong(&["import", "network", &elsewhere], &at);
    assert!(!refused.status.success());
    assert!(
        says(&refused).contains("another town"),
        "{}",
        says(&refused)
    );
    let refused = yikezhong(&["import", "network", &good], &at);
    assert!(!refused.status.success(), "a table is no map");

    // Nothing that was refused left a version behind.
    let again = yikezhong(&["import", "facilities", &good], &at);
    assert!(says(&again).contains("(version 4)"), "{}", says(&again));
}

#[test]
fn a_folder_or_a_part_is_needed() {
    let folder = tempfile::tempdir().expect("a folder");
    let nothing = yikezhong(&["import"], folder.path());
    assert!(!nothing.status.success());
    assert!(says(&nothing).contains("<FOLDER>"), "{}", says(&nothing));
}

#[test]
fn a_map_fills_what_the_table_lacks_and_a_seed_is_a_table() {
    let folder = tempfile::tempdir().expect("a folder");
    let at = folder.path().join("kept");
    let map = format!("{DATA}/osm/beijing-haidian-2017.osm.pbf");
    let whole = yikezhong(&["import", DATA], &at);
    assert!(whole.status.success(), "{}", says(&whole));

    // A type that the street has listed is the street's: of the map's 2 pharmacies none.
    let own = folder.path().join("own.csv");
    let rows =
        "id,name,category,kind,lat,lon,address\na,药店,health,药店,39.9990,116.3160,街 1 号\n";
    std::fs::write(&own, rows).expect("written");
    let own = own.display().to_string();
    let filled = yikezhong(&["import", "facilities", &own, "--fill-from", &map], &at);
    assert!(
        says(&filled).contains("217 facilities (version 2)\n  216 of them from the map"),
        "{}",
        says(&filled)
    );

    // What `circle seed` writes is taken as it is; nothing is left for the map to fill.
    let table = folder.path().join("table.csv").display().to_string();
    let seeded = Command::new(env!("CARGO_BIN_EXE_yikezhong"))
        .args(["circle", "seed", &map, "-o", &table])
        .output()
        .expect("it runs");
    assert!(seeded.status.success(), "{}", says(&seeded));
    let taken = yikezhong(&["import", "facilities", &table, "--fill-from", &map], &at);
    assert!(
        says(&taken).contains("218 facilities (version 3)\n  0 of them from the map"),
        "{}",
        says(&taken)
    );

    let broken = format!("{DATA}/README.md");
    let refused = yikezhong(&["import", "facilities", &own, "--fill-from", &broken], &at);
    assert!(!refused.status.success());
    assert!(says(&refused).contains("README.md"), "{}", says(&refused));
}
