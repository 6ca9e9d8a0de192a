//! What must hold between the records of all files.

mod issues;
mod keeping;
mod matters;
mod messages;
mod people;
mod places;
mod times;

use super::pinyin::Reader;
use super::records::{Document, Record};
use super::{Fault, Seed, SeedFiles};
use model::street::{Hotline, Street};
use model::time::TimeMs;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use std::collections::BTreeSet;
use std::fmt::Display;

/// The top of `street.toml`.
#[derive(Debug, Default, Deserialize)]
struct Head {
    name: String,
    #[serde(default)]
    sample: bool,
}

/// A file with nothing left in it but its lists.
#[derive(Deserialize)]
struct Nothing {}

/// Reads and checks everything; what it returns is a street only if `faults` stays empty.
pub(super) fn seed(files: &SeedFiles, now: TimeMs, faults: &mut Vec<Fault>) -> Seed {
    let (head, hotlines) = head(files, faults);
    let years = times::years(list(files, "holidays.toml", "year", faults), faults);
    let areas = places::areas(list(files, "areas.toml", "area", faults), faults);
    let reader = reader(files, faults);
    let estates = list(files, "estates.toml", "estate", faults);
    let estates = places::estates(estates, &areas, &reader, faults);
    let facilities = list(files, "facilities.toml", "facility", faults);
    let facilities = places::facilities(facilities, &areas, faults);
    let standards = list(
        &files.with_standards(),
        "standards.toml",
        "standard",
        faults,
    );
    let standards = places::standards(standards, faults);
    let staff = people::staff(list(files, "staff.toml", "staff", faults), &areas, faults);
    let hours = list(files, "visit_hours.toml", "visit_hours", faults);
    let visit_hours = people::visit_hours(hours, &staff, faults);
    let matters = list(files, "matters.toml", "matter", faults);
    let matters = matters::matters(matters, &reader, now, faults);
    let issues = issues::read(files, &staff, &reader, faults);
    let templates = list(files, "templates.toml", "template", faults);
    let templates = matters::templates(templates, &matters, faults);
    let notices = list(files, "notices.toml", "notice", faults);
    let notices = times::notices(notices, &areas, now, faults);
    let rules = list(files, "retention.toml", "retention", faults);
    let retention = keeping::retention(rules, faults);
    let messages = messages::read(files, faults);
    Seed {
        street: Street {
            name: head.name,
            sample: head.sample,
            hotlines,
            areas,
            estates,
            notices,
            calendar: model::calendar::Calendar { years },
            retention,
        },
        matters,
        categories: issues.categories,
        emergencies: issues.emergencies,
        departments: issues.departments,
        facilities,
        standards,
        staff,
        visit_hours,
        templates,
        messages,
    }
}

fn head(files: &SeedFiles, faults: &mut Vec<Fault>) -> (Head, Vec<Hotline>) {
    let Some(text) = files.get("street.toml") else {
        return Default::default();
    };
    let before = faults.len();
    let mut document = Document::open("street.toml", text, faults);
    if faults.len() > before {
        return Default::default();
    }
    let hotlines: Vec<Record<Hotline>> = document.records("hotline", faults);
    for line in &hotlines {
        not_blank(line, "name", &line.it.name, faults);
        phone(line, Some(&line.it.phone), faults);
    }
    let head: Option<Record<Head>> = document.rest(faults);
    if let Some(head) = &head {
        not_blank(head, "name", &head.it.name, faults);
    }
    (head.map(|h| h.it).unwrap_or_default(), its(hotlines))
}

fn reader(files: &SeedFiles, faults: &mut Vec<Fault>) -> Reader {
    Reader::new(matters::own_words(
        list(files, "pinyin.toml", "phrase", faults),
        faults,
    ))
}

/// All records `[[name]]` of `file`, which holds nothing else; none where the file is missing.
fn list<T: DeserializeOwned>(
    files: &SeedFiles,
    file: &'static str,
    name: &str,
    faults: &mut Vec<Fault>,
) -> Vec<Record<T>> {
    let Some(text) = files.get(file) else {
        return Vec::new();
    };
    let mut document = Document::open(file, text, faults);
    let records = document.records(name, faults);
    document.rest::<Nothing>(faults);
    records
}

fn its<T>(records: Vec<Record<T>>) -> Vec<T> {
    records.into_iter().map(|record| record.it).collect()
}

/// A fault at key `path` for every record whose `key` an earlier one has.
fn unique<'r, T, K: Ord + Display>(
    records: &'r [Record<T>],
    path: &str,
    key: impl Fn(&'r T) -> K,
    faults: &mut Vec<Fault>,
) {
    let mut seen = BTreeSet::new();
    for record in records {
        let key = key(&record.it);
        if seen.contains(&key) {
            faults.push(record.place.fault(path, format!("`{key}` is here twice")));
        }
        seen.insert(key);
    }
}

fn not_blank<T>(record: &Record<T>, path: &str, text: &str, faults: &mut Vec<Fault>) {
    if text.trim().is_empty() {
        faults.push(record.place.fault(path, format!("`{path}` says nothing")));
    }
}

/// A telephone number holds 3 to 15 digits; spaces, `-` and a leading `+` may stand in it.
fn phone<T>(record: &Record<T>, number: Option<&str>, faults: &mut Vec<Fault>) {
    let Some(number) = number else {
        return;
    };
    let rest = number.strip_prefix('+').unwrap_or(number);
    let digits = rest.bytes().filter(u8::is_ascii_digit).count();
    let dialled = |c: char| c.is_ascii_digit() || c == ' ' || c == '-';
    if !(3..=15).contains(&digits) || !rest.chars().all(dialled) {
        let message = format!("`{number}` is not a telephone number");
        faults.push(record.place.fault("phone", message));
    }
}
