//! Check-answers: each question with what was answered, in words.

use super::wizard::CHECK;
use super::{Form, words as form_words};
use crate::parts::{AnswerRow, HomeAnswer};
use crate::{when, words};
use model::field::{Answers, Context, Field, MaterialAnswer, Shape};
use model::text::parse_date;
use model::workflow::Slot;
use std::collections::BTreeMap;

impl Form {
    /// The rows of check-answers; each leads back to it from where it is changed.
    pub(super) fn rows(self) -> Vec<AnswerRow> {
        self.look(|wizard, answers| {
            let row = |field: &'static Field| {
                let page = wizard.page_holding(answers, field.name);
                AnswerRow {
                    name: form_words::title(field),
                    value: value(field, answers, &wizard.context),
                    change: page.map(|page| self.link(page, page != CHECK)),
                }
            };
            wizard.rows(answers).into_iter().map(row).collect()
        })
    }
}

/// An answer line by line.
pub fn value(field: &Field, answers: &Answers, context: &Context<'_>) -> Vec<String> {
    let lines = match field.shape {
        Shape::Matter => context
            .matter(answers)
            .map(|matter| vec![matter.name.clone()]),
        Shape::Choice(_) => one(words::choice(field.name, answers.text(field.name))),
        Shape::Day { .. } => parse_date(answers.text(field.name))
            .ok()
            .map(|day| vec![when::date(day)]),
        Shape::Home => answers
            .get::<HomeAnswer>(field.name)
            .map(|home| home_lines(&home, context)),
        Shape::Community => one(area_name(answers.text(field.name), context)),
        Shape::Station => station_lines(answers.text(field.name), context),
        Shape::Slot => answers
            .get::<Slot>(field.name)
            .map(|slot| vec![when::slot(slot)]),
        Shape::Materials => Some(paper_lines(field, answers, context)),
        Shape::Signature => answers
            .has(field.name)
            .then(|| vec![tr!(proxy.check.signed).to_owned()]),
        Shape::Name | Shape::Phone | Shape::IdNumber | Shape::Text { .. } | Shape::Consent => {
            Some(answers.text(field.name))
                .filter(|text| !text.is_empty())
                .map(|text| vec![text.to_owned()])
        }
    };
    lines.unwrap_or_else(|| vec![tr!(proxy.check.not_given).to_owned()])
}

fn one(words: Option<&str>) -> Option<Vec<String>> {
    words.map(|words| vec![words.to_owned()])
}

fn home_lines(home: &HomeAnswer, context: &Context<'_>) -> Vec<String> {
    let estate = context
        .street
        .estates
        .iter()
        .find(|estate| estate.id.as_str() == home.estate);
    let name = estate.map_or(tr!(proxy.check.no_home), |estate| estate.name.as_str());
    vec![name.to_owned(), home.door.trim().to_owned()]
}

fn area_name<'a>(id: &str, context: &Context<'a>) -> Option<&'a str> {
    let area = context
        .street
        .areas
        .iter()
        .find(|area| area.id.as_str() == id)?;
    Some(&area.name)
}

fn station_lines(id: &str, context: &Context<'_>) -> Option<Vec<String>> {
    let station = context
        .facilities
        .iter()
        .find(|facility| facility.id.as_str() == id)?;
    Some(vec![station.name.clone(), station.address.clone()])
}

fn paper_lines(field: &Field, answers: &Answers, context: &Context<'_>) -> Vec<String> {
    let given: BTreeMap<String, MaterialAnswer> = answers.get(field.name).unwrap_or_default();
    let papers = context
        .matter(answers)
        .map(|matter| matter.materials.as_slice())
        .unwrap_or_default();
    let line = |name: &str, answer: &MaterialAnswer| match answer.photos.len() {
        0 => tr!(
            proxy.materials.line,
            paper = name,
            have = words::have(answer.have)
        ),
        count => tr!(
            proxy.materials.line,
            paper = name,
            have = tr!(proxy.materials.photos, count = count)
        ),
    };
    let lines = papers
        .iter()
        .filter_map(|paper| Some(line(&paper.name, given.get(&paper.code)?)));
    lines.collect()
}
