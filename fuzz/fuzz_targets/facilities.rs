//! A table of facilities (CSV, GeoJSON): refused by row, or facilities; and points for
//! `yikezhong circle times`.
#![no_main]

use libfuzzer_sys::fuzz_target;
use server::foreign;
use server::street::facility_table::FacilityTable;

fuzz_target!(|bytes: &[u8]| {
    foreign::points(bytes);
    let Ok(table) = FacilityTable::read(bytes) else {
        return;
    };
    let text: toml::Table = table
        .text
        .parse()
        .expect("no cell breaks the text it becomes");
    let records = text.values().next().and_then(|list| list.as_array());
    let said = table.text.matches("[[facility]]\nat = {").count();
    assert!(text.len() == 1 && records.is_some_and(|records| records.len() <= said));
    foreign::street_file("facilities.toml", &table.text);
});
