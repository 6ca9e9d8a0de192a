//! Matters, answer templates and the street's own readings.

use super::{its, not_blank, unique};
use crate::street::Fault;
use crate::street::pinyin::Reader;
use crate::street::records::Record;
use model::id::MatterId;
use model::matter::{Channel, Matter};
use model::street::Template;
use model::time::TimeMs;
use serde::Deserialize;
use std::collections::BTreeMap;

/// The words an answer template may hold between braces.
const PLACEHOLDERS: [&str; 6] = ["name", "matter", "receipt", "visit", "due", "staff"];
/// As long as words to a resident may be.
const WORDS_MAX: usize = 1000;

/// Checks matters and makes them searchable.
pub(super) fn matters(
    records: Vec<Record<Matter>>,
    reader: &Reader,
    now: TimeMs,
    faults: &mut Vec<Fault>,
) -> Vec<Matter> {
    unique(&records, "id", |matter| &matter.id, faults);
    unique(&records, "name", |matter| &matter.name, faults);
    for record in &records {
        for (path, text) in [
            ("name", &record.it.name),
            ("plain", &record.it.plain),
            ("who", &record.it.who),
        ] {
            not_blank(record, path, text, faults);
        }
        if record.it.events.is_empty() {
            let message = "a matter belongs to at least one life event";
            faults.push(record.place.fault("events", message));
        }
        if let Channel::Accompany { reason } = &record.it.channel {
            not_blank(record, "channel", reason, faults);
        }
        materials(record, faults);
        limit(record, faults);
        source(record, now, faults);
    }
    let mut matters = its(records);
    for matter in &mut matters {
        let names = std::iter::once(&matter.name).chain(&matter.aliases);
        matter.search = names.map(|name| reader.term(name)).collect();
    }
    matters
}

fn materials(record: &Record<Matter>, faults: &mut Vec<Fault>) {
    let materials = &record.it.materials;
    for (i, material) in materials.iter().enumerate() {
        let mut fault = |key: &str, message: String| {
            let path = format!("materials.{i}.{key}");
            faults.push(record.place.fault(&path, message));
        };
        let code = &material.code;
        // The same alphabet as ids: the code is a key in the resident's answers.
        if MatterId::parse(code).is_err() {
            fault("code", format!("`{code}` is not a code: a-z, 0-9, - and _"));
        }
        if materials[..i].iter().any(|other| other.code == *code) {
            fault("code", format!("`{code}` is here twice"));
        }
        if material.name.trim().is_empty() {
            fault("name", "`name` says nothing".to_owned());
        }
    }
}

fn limit(record: &Record<Matter>, faults: &mut Vec<Fault>) {
    let days = record.it.limit.as_ref().map(|limit| limit.days);
    if days.is_some_and(|days| !(1..=365).contains(&days)) {
        let message = "a limit has 1 to 365 days; leave it out where none is promised";
        faults.push(record.place.fault("limit", message));
    }
}

/// A limit or a material is somebody's rule: without the rule and the day it was compared, a
/// resident would be told hearsay.
fn source(record: &Record<Matter>, now: TimeMs, faults: &mut Vec<Fault>) {
    let matter = &record.it;
    let Some(source) = &matter.source else {
        let wanting = "without `source = { name, checked_on }`";
        if matter.limit.is_some() {
            faults.push(record.place.fault("limit", format!("a limit {wanting}")));
        }
        if !matter.materials.is_empty() {
            faults.push(
                record
                    .place
                    .fault("materials", format!("materials {wanting}")),
            );
        }
        return;
    };
    not_blank(record, "source", &source.name, faults);
    // A year of slack: this finds a mistyped year, and a server whose clock runs behind still
    // reads the street it has.
    let last = now.plus_days(366).china_date();
    if source.checked_on > last {
        let message = format!(
            "checked on {}, which is far in the future",
            source.checked_on
        );
        faults.push(record.place.fault("source.checked_on", message));
    }
}

/// Checks templates against the matters.
pub(super) fn templates(
    records: Vec<Record<Template>>,
    matters: &[Matter],
    faults: &mut Vec<Fault>,
) -> Vec<Template> {
    unique(&records, "title", |template| &template.title, faults);
    for record in &records {
        not_blank(record, "title", &record.it.title, faults);
        not_blank(record, "words", &record.it.words, faults);
        matter(record, matters, faults);
        words(record, faults);
    }
    its(records)
}

fn matter(record: &Record<Template>, matters: &[Matter], faults: &mut Vec<Fault>) {
    let Some(id) = &record.it.matter else {
        return;
    };
    if !matters.iter().any(|matter| matter.id == *id) {
        let message = format!("there is no matter `{id}`");
        faults.push(record.place.fault("matter", message));
    }
}

fn words(record: &Record<Template>, faults: &mut Vec<Fault>) {
    let words = &record.it.words;
    if words.chars().count() > WORDS_MAX {
        let message = format!("more than {WORDS_MAX} characters");
        faults.push(record.place.fault("words", message));
    }
    for after in words.split('{').skip(1) {
        let name = after.split_once('}').map_or(after, |(name, _)| name);
        if !PLACEHOLDERS.contains(&name) {
            let known = PLACEHOLDERS.join("}, {");
            let message = format!("`{{{name}` is none of {{{known}}}");
            faults.push(record.place.fault("words", message));
        }
    }
}

/// One reading of `pinyin.toml`.
#[derive(Debug, Deserialize)]
pub(super) struct Phrase {
    word: String,
    pinyin: String,
}

/// Checks the street's own readings: one syllable for each character.
pub(super) fn own_words(
    records: Vec<Record<Phrase>>,
    faults: &mut Vec<Fault>,
) -> BTreeMap<String, Vec<String>> {
    unique(&records, "word", |phrase| &phrase.word, faults);
    let mut words = BTreeMap::new();
    for record in records {
        let syllables = record.it.pinyin.split(' ').map(str::to_owned);
        let syllables: Vec<String> = syllables.collect();
        let letters = |s: &String| !s.is_empty() && s.bytes().all(|b| b.is_ascii_lowercase());
        let fits = syllables.len() == record.it.word.chars().count();
        if !fits || !syllables.iter().all(letters) {
            let message = "one toneless syllable for each character, separated by single spaces";
            faults.push(record.place.fault("pinyin", message));
        }
        words.insert(record.it.word, syllables);
    }
    words
}
