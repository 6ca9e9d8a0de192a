//! The words of a form's questions, hints and faults.

use super::wizard::head;
use crate::words;
use model::field::{Answers, Context, Field, FieldFault, Have, MaterialAnswer, Page, Shape};
use model::text::Fault;
use std::collections::BTreeMap;

/// A question's words; its name where the locale has none, so that a new kind shows at once.
pub fn title(field: &Field) -> String {
    words::field(field.name).unwrap_or(field.name).to_owned()
}

/// A page's words: those of its only question, or of its only paper, else its own.
pub fn page_title(page: &Page, answers: &Answers, context: &Context<'_>) -> String {
    if let Some(code) = &page.paper {
        return tr!(
            proxy.materials.one,
            paper = paper_name(code, answers, context)
        );
    }
    match page.fields.as_slice() {
        [only] => title(only),
        _ => words::page(&page.name).unwrap_or(&page.name).to_owned(),
    }
}

/// A paper's name; its code where the matter has no such paper.
pub fn paper_name<'a>(code: &'a str, answers: &Answers, context: &Context<'a>) -> &'a str {
    let papers = context
        .matter(answers)
        .map(|matter| matter.materials.as_slice())
        .unwrap_or_default();
    papers
        .iter()
        .find(|paper| paper.code == code)
        .map_or(code, |paper| paper.name.as_str())
}

/// What helps to answer a question.
pub fn hint(field: &Field, answers: &Answers, context: &Context<'_>) -> Option<String> {
    let words = match field.name {
        "applicant_name" => tr!(proxy.hint.applicant_name),
        "applicant_phone" if !field.required(answers, context) => {
            tr!(proxy.hint.applicant_phone_optional)
        }
        "applicant_phone" => tr!(proxy.hint.applicant_phone),
        "applicant_id" => tr!(proxy.hint.applicant_id),
        "proxy_name" => tr!(proxy.hint.proxy_name),
        "proxy_phone" => tr!(proxy.hint.proxy_phone),
        "authorised_until" => tr!(proxy.hint.authorised_until),
        "registered" => tr!(proxy.hint.registered),
        "slot" if answers.text("handling") == "accompany" => tr!(proxy.hint.slot_accompany),
        "slot" => tr!(proxy.hint.slot),
        "station" => tr!(proxy.hint.station),
        "materials" => tr!(proxy.hint.materials),
        "note" => tr!(proxy.hint.note),
        "photos" => tr!(report.form.photos_hint),
        "words" => tr!(report.form.words_hint),
        "contact_phone" => tr!(report.form.phone_hint),
        _ => return None,
    };
    Some(words.to_owned())
}

/// What to do about a fault: the same words at the field and in the summary.
pub fn fault(
    fault: &FieldFault,
    field: &Field,
    answers: &Answers,
    context: &Context<'_>,
) -> String {
    let part = fault
        .field
        .strip_prefix(field.name)
        .unwrap_or_default()
        .trim_start_matches('.');
    match (field.shape, fault.fault) {
        (Shape::Materials, wrong) if !part.is_empty() => {
            paper_fault(part, wrong, field, answers, context)
        }
        (Shape::Home, Fault::Missing) if part == "door" => tr!(proxy.missing.door).to_owned(),
        (_, Fault::NotAgreed) if field.name == "consent" => tr!(proxy.missing.consent).to_owned(),
        (_, Fault::NotAgreed) if field.name == "consent_sensitive" => {
            tr!(proxy.missing.consent_sensitive).to_owned()
        }
        (shape, Fault::Missing) => missing(&shape).to_owned(),
        (_, wrong) => words::fault(wrong).to_owned(),
    }
}

fn missing(shape: &Shape) -> &'static str {
    match shape {
        Shape::Name => tr!(proxy.missing.name),
        Shape::Phone => tr!(proxy.missing.phone),
        Shape::Text { .. } => tr!(proxy.missing.text),
        Shape::Day { .. } => tr!(proxy.missing.day),
        Shape::Home => tr!(proxy.missing.estate),
        Shape::Slot => tr!(proxy.missing.slot),
        Shape::Station => tr!(proxy.missing.station),
        Shape::Signature => tr!(proxy.missing.signature),
        Shape::Matter | Shape::Choice(_) | Shape::Community => tr!(proxy.missing.pick),
        Shape::IdNumber | Shape::Materials | Shape::Consent => words::fault(Fault::Missing),
        Shape::Category => tr!(proxy.missing.pick),
        Shape::Place => tr!(report.place.missing),
        Shape::Photos { .. } | Shape::Extra | Shape::Tick => words::fault(Fault::Missing),
    }
}

fn paper_fault(
    code: &str,
    wrong: Fault,
    field: &Field,
    answers: &Answers,
    context: &Context<'_>,
) -> String {
    let paper = paper_name(code, answers, context);
    let given: Option<BTreeMap<String, MaterialAnswer>> = answers.get(field.name);
    let have = given.and_then(|given| given.get(code).map(|answer| answer.have));
    match (wrong, have) {
        (Fault::Missing, Some(Have::Photo)) => tr!(proxy.missing.paper_photo, paper = paper),
        (Fault::Missing, _) => tr!(proxy.missing.paper, paper = paper),
        _ => words::fault(wrong).to_owned(),
    }
}

/// The id of the control at which a fault is put right: the question's own, or that of a part.
pub fn control(fault: &FieldFault) -> String {
    match fault
        .field
        .strip_prefix(head(&fault.field))
        .map(|part| part.trim_start_matches('.'))
    {
        Some("estate") => format!("{}-search", head(&fault.field)),
        _ => fault.field.replace('.', "-"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_fault_leads_to_a_control() {
        for (field, id) in [
            ("proxy_phone", "proxy_phone"),
            ("home.estate", "home-search"),
            ("home.door", "home-door"),
            ("materials.id_card", "materials-id_card"),
        ] {
            let fault = FieldFault {
                field: field.into(),
                fault: Fault::Missing,
            };
            assert_eq!(control(&fault), id);
        }
    }
}
