//! No bytes of a stranger make a reader panic: files that once did, or were made to. What breaks one
//! under `scripts/fuzz` is put into `tests/regressions/TARGET/`.

use server::foreign;
use server::routing::Directory;
use server::street::FILES;
use server::street::facility_table::FacilityTable;
use std::fs;
use std::path::Path;
use std::sync::LazyLock;

static STREET: LazyLock<Directory> =
    LazyLock::new(|| foreign::sample_street().expect("the sample is a clean street"));

/// As the fuzzer's target of that name reads it.
fn read_as(target: &str, bytes: &[u8]) {
    match target {
        "open311" => {
            let (which, body) = bytes.split_first().unwrap_or((&0, &[]));
            let media_type = match which % 2 {
                0 => "application/x-www-form-urlencoded",
                _ => "multipart/form-data; boundary=b",
            };
            foreign::open311(&STREET, media_type, body);
        }
        "photo" => {
            foreign::photo(bytes);
        }
        "facilities" => {
            foreign::points(bytes);
            if let Ok(table) = FacilityTable::read(bytes) {
                foreign::street_file("facilities.toml", &table.text);
            }
        }
        "street" => {
            let (which, text) = bytes.split_first().unwrap_or((&0, &[]));
            let file = FILES[usize::from(*which) % FILES.len()];
            foreign::street_file(file, &String::from_utf8_lossy(text));
        }
        other => panic!("the fuzzer has no target {other} of this crate"),
    }
}

#[test]
fn files_that_once_broke_a_reader_no_longer_do() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/regressions");
    let mut files = 0;
    for target in fs::read_dir(folder).expect("the folder") {
        let target = target.expect("an entry").path();
        let name = target.file_name().and_then(|name| name.to_str());
        for file in fs::read_dir(&target).expect("a folder for each target") {
            let bytes = fs::read(file.expect("an entry").path()).expect("a file");
            read_as(name.expect("a name"), &bytes);
            files += 1;
        }
    }
    assert!(files > 0, "the inputs are not where this test looks");
}
