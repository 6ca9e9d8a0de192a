//! What people are told, when, and in which words.

use super::{its, not_blank, unique};
use crate::notify::{Audience, Occasion, PLACEHOLDERS};
use crate::street::records::{Document, Record};
use crate::street::{Fault, MessageRule, Messages, SeedFiles};
use model::workflow::Verb;
use serde::Deserialize;

const FILE: &str = "messages.toml";

/// Characters of a message: five parts of an SMS in Chinese, and more than anybody reads.
const TEXT_MAX: usize = 300;

#[derive(Deserialize)]
struct Nothing {}

/// Reads and checks the file; nobody is told of anything where it is missing.
pub(super) fn read(files: &SeedFiles, faults: &mut Vec<Fault>) -> Messages {
    let Some(text) = files.get(FILE) else {
        return Messages::default();
    };
    let mut document = Document::open(FILE, text, faults);
    let names = document.records("kind", faults);
    let rules = document.records("message", faults);
    document.rest::<Nothing>(faults);
    unique(
        &names,
        "kind",
        |called: &crate::street::KindCalled| called.kind.name(),
        faults,
    );
    for record in &names {
        not_blank(record, "name", &record.it.name, faults);
    }
    unique(&rules, "on", told, faults);
    for record in &rules {
        not_blank(record, "text", &record.it.text, faults);
        check(record, faults);
    }
    Messages {
        rules: its(rules),
        names: its(names),
    }
}

/// What makes two rules the same.
fn told(rule: &MessageRule) -> String {
    format!("{} to {:?}", String::from(rule.on), rule.to)
}

fn check(record: &Record<MessageRule>, faults: &mut Vec<Fault>) {
    let rule = &record.it;
    if rule.text.chars().count() > TEXT_MAX {
        let message = format!("a message has at most {TEXT_MAX} characters");
        faults.push(record.place.fault("text", message));
    }
    for name in placeholders(&rule.text).filter(|name| !PLACEHOLDERS.contains(name)) {
        let message = format!("nothing is called `{{{name}}}` in a message");
        faults.push(record.place.fault("text", message));
    }
    let names_one = matches!(
        rule.on,
        Occasion::Done(Verb::CallDepartment | Verb::EndCall)
    );
    if rule.to == Audience::Department && !names_one {
        let message = "a department is told of `call_department` and `end_call` alone";
        faults.push(record.place.fault("to", message));
    }
}

/// The names between braces.
fn placeholders(text: &str) -> impl Iterator<Item = &str> {
    let parts = text.split('{').skip(1);
    parts.filter_map(|part| part.split_once('}').map(|(name, _)| name))
}
