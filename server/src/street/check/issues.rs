//! Categories of what may be reported, emergencies, and departments.

use super::{its, not_blank, unique};
use crate::street::pinyin::Reader;
use crate::street::records::{Document, Record};
use crate::street::{Department, Fault, SeedFiles};
use model::area::{Role, Staff};
use model::id::CategoryId;
use model::issue::{Emergency, Extra, ExtraKind, IssueCategory};
use serde::Deserialize;

const FILE: &str = "categories.toml";

/// The three lists of the file.
#[derive(Default)]
pub(super) struct Issues {
    pub categories: Vec<IssueCategory>,
    pub emergencies: Vec<Emergency>,
    pub departments: Vec<Department>,
}

#[derive(Deserialize)]
struct Nothing {}

/// Reads and checks the file; nothing may be reported where it is missing.
pub(super) fn read(
    files: &SeedFiles,
    staff: &[Staff],
    reader: &Reader,
    faults: &mut Vec<Fault>,
) -> Issues {
    let Some(text) = files.get(FILE) else {
        return Issues::default();
    };
    let mut document = Document::open(FILE, text, faults);
    let emergencies = document.records("emergency", faults);
    let departments = document.records("department", faults);
    let categories = document.records("category", faults);
    document.rest::<Nothing>(faults);
    check_emergencies(&emergencies, faults);
    check_departments(&departments, staff, faults);
    check_categories(&categories, &emergencies, &departments, faults);
    let mut categories = its(categories);
    for category in &mut categories {
        let names = std::iter::once(&category.name).chain(&category.aliases);
        category.search = names.map(|name| reader.term(name)).collect();
    }
    Issues {
        categories,
        emergencies: its(emergencies),
        departments: its(departments),
    }
}

fn check_emergencies(records: &[Record<Emergency>], faults: &mut Vec<Fault>) {
    unique(records, "id", |emergency| &emergency.id, faults);
    for record in records {
        let it = &record.it;
        code(record, "id", &it.id, faults);
        not_blank(record, "title", &it.title, faults);
        not_blank(record, "advice", &it.advice, faults);
        let called =
            |phone: &String| !phone.is_empty() && phone.bytes().all(|b| b.is_ascii_digit());
        if it.phones.is_empty() || !it.phones.iter().all(called) {
            let message = "an emergency has at least one number to call, digits alone";
            faults.push(record.place.fault("phones", message));
        }
        some_words(record, "words", &it.words, faults);
    }
}

/// A word of one character would turn half of all reports away to the police.
fn some_words<T>(record: &Record<T>, path: &str, words: &[String], faults: &mut Vec<Fault>) {
    for (i, word) in words.iter().enumerate() {
        if word.trim().chars().count() < 2 {
            let message = format!("`{word}` is too short to tell anything: at least 2 characters");
            faults.push(record.place.fault(&format!("{path}.{i}"), message));
        }
    }
}

fn check_departments(records: &[Record<Department>], staff: &[Staff], faults: &mut Vec<Fault>) {
    unique(records, "name", |department| &department.name, faults);
    unique(records, "staff", |department| &department.staff, faults);
    for record in records {
        not_blank(record, "name", &record.it.name, faults);
        let id = &record.it.staff;
        let is_one = |staff: &Staff| staff.id == *id && staff.role == Role::Department;
        if !staff.iter().any(is_one) {
            let message = format!("`{id}` is nobody of the role `department`");
            faults.push(record.place.fault("staff", message));
        }
    }
}

fn check_categories(
    records: &[Record<IssueCategory>],
    emergencies: &[Record<Emergency>],
    departments: &[Record<Department>],
    faults: &mut Vec<Fault>,
) {
    unique(records, "id", |category| &category.id, faults);
    unique(records, "name", |category| &category.name, faults);
    for record in records {
        let it = &record.it;
        for (path, text) in [
            ("name", &it.name),
            ("plain", &it.plain),
            ("group", &it.group),
            ("icon", &it.icon),
        ] {
            not_blank(record, path, text, faults);
        }
        if !(1..=365).contains(&it.limit.days) {
            let message = "a limit has 1 to 365 days";
            faults.push(record.place.fault("limit", message));
        }
        if let Some(name) = &it.department
            && !departments.iter().any(|d| d.it.name == *name)
        {
            let message = format!("there is no department `{name}`");
            faults.push(record.place.fault("department", message));
        }
        if let Some(id) = &it.emergency
            && !emergencies.iter().any(|e| e.it.id == *id)
        {
            let message = format!("there is no emergency `{id}`");
            faults.push(record.place.fault("emergency", message));
        }
        for (i, extra) in it.extra.iter().enumerate() {
            question(record, i, extra, faults);
        }
    }
}

fn question(record: &Record<IssueCategory>, i: usize, extra: &Extra, faults: &mut Vec<Fault>) {
    let path = |key: &str| format!("extra.{i}.{key}");
    code(record, &path("code"), &extra.code, faults);
    not_blank(record, &path("label"), &extra.label, faults);
    if record.it.extra[..i]
        .iter()
        .any(|other| other.code == extra.code)
    {
        let message = format!("`{}` is here twice", extra.code);
        faults.push(record.place.fault(&path("code"), message));
    }
    let chosen = matches!(extra.kind, ExtraKind::Choice | ExtraKind::Choices);
    if chosen == extra.values.is_empty() {
        let message = "`values` stand with a choice, and with nothing else";
        let at = if chosen { "kind" } else { "values" };
        faults.push(record.place.fault(&path(at), message));
    }
    for (j, value) in extra.values.iter().enumerate() {
        code(
            record,
            &path(&format!("values.{j}.key")),
            &value.key,
            faults,
        );
        if extra.values[..j].iter().any(|other| other.key == value.key) {
            let message = format!("`{}` is here twice", value.key);
            let path = path(&format!("values.{j}.key"));
            faults.push(record.place.fault(&path, message));
        }
    }
}

/// The same alphabet as ids: codes are keys in what residents and other systems send.
fn code<T>(record: &Record<T>, path: &str, code: &str, faults: &mut Vec<Fault>) {
    if CategoryId::parse(code).is_err() {
        let message = format!("`{code}` is not a code: a-z, 0-9, - and _");
        faults.push(record.place.fault(path, message));
    }
}
