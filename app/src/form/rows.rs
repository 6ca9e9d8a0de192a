//! Check-answers: each question with what was answered, in words.

use super::wizard::{CHECK, Wizard};
use super::{Form, words as form_words};
use crate::parts::{AnswerRow, HomeAnswer, place_words};
use crate::{when, words};
use model::field::{Answers, Context, Field, MaterialAnswer, Page, Shape};
use model::id::PhotoId;
use model::issue::{Extra, ExtraAnswer, ExtraAnswers};
use model::place::Spot;
use model::text::parse_date;
use model::workflow::Slot;
use std::collections::BTreeMap;

impl Form {
    /// The rows of check-answers; each leads back to it from where it is changed.
    pub(super) fn rows(self) -> Vec<AnswerRow> {
        self.look(|wizard, answers| {
            let fields = wizard.rows(answers).into_iter();
            let alone: Vec<Page> = wizard.pages(answers);
            let alone: Vec<&Page> = alone.iter().filter(|page| page.paper.is_some()).collect();
            let rows = |field: &'static Field| match field.shape {
                Shape::Materials if !alone.is_empty() => {
                    let papers = alone.iter();
                    papers
                        .map(|page| self.paper_row(wizard, answers, page))
                        .collect()
                }
                _ => vec![self.row(wizard, answers, field)],
            };
            fields.flat_map(rows).collect()
        })
    }

    fn row(self, wizard: &Wizard<'_>, answers: &Answers, field: &Field) -> AnswerRow {
        let page = wizard.page_holding(answers, field.name);
        AnswerRow {
            name: form_words::title(field),
            value: value(field, answers, &wizard.context),
            change: page.map(|page| self.link(&page, page != CHECK)),
        }
    }

    /// The row of one paper that has a page of its own.
    fn paper_row(self, wizard: &Wizard<'_>, answers: &Answers, page: &Page) -> AnswerRow {
        let code = page.paper.as_deref().unwrap_or_default();
        let field = page.fields.first();
        let given = field.and_then(|field| answers.get::<Papers>(field.name));
        let have = given.and_then(|given| given.get(code).map(have_words));
        AnswerRow {
            name: form_words::paper_name(code, answers, &wizard.context).to_owned(),
            value: vec![have.unwrap_or_else(|| tr!(proxy.check.not_given).to_owned())],
            change: Some(self.link(&page.name, true)),
        }
    }
}

type Papers = BTreeMap<String, MaterialAnswer>;

/// What was said of a paper: how many photos, else where it is.
fn have_words(answer: &MaterialAnswer) -> String {
    match answer.photos.len() {
        0 => words::have(answer.have).to_owned(),
        count => tr!(proxy.materials.photos, count = count),
    }
}

/// What `now` says otherwise than `before`, a line each: agreements aside.
pub fn differences(before: &Answers, now: &Answers, wizard: &Wizard<'_>) -> Vec<String> {
    let fields = wizard.kind.fields().iter();
    let differs = |field: &&Field| {
        !matches!(field.shape, Shape::Consent) && before.0.get(field.name) != now.0.get(field.name)
    };
    let line = |field: &Field| {
        tr!(
            proxy.later.line,
            name = form_words::title(field),
            value = value(field, now, &wizard.context).join(tr!(proxy.home.comma))
        )
    };
    fields.filter(differs).map(line).collect()
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
        Shape::Photos { .. } => photo_lines(answers.get(field.name)),
        Shape::Place => answers.get::<Spot>(field.name).map(|spot| {
            let place = place_words(&spot, context.street);
            [vec![place], spot.words.into_iter().collect()].concat()
        }),
        Shape::Category => context
            .category(answers)
            .map(|category| vec![category.name.clone()]),
        Shape::Extra => Some(extra_lines(field, answers, context)),
        Shape::Tick => (answers.get(field.name) == Some(true))
            .then(|| vec![tr!(report.form.nameless).to_owned()]),
        Shape::Name | Shape::Phone | Shape::IdNumber | Shape::Text { .. } | Shape::Consent => {
            Some(answers.text(field.name))
                .filter(|text| !text.is_empty())
                .map(|text| vec![text.to_owned()])
        }
    };
    lines.unwrap_or_else(|| vec![tr!(proxy.check.not_given).to_owned()])
}

fn photo_lines(photos: Option<Vec<PhotoId>>) -> Option<Vec<String>> {
    let count = photos
        .map(|photos| photos.len())
        .filter(|count| *count > 0)?;
    Some(vec![tr!(proxy.materials.photos, count = count)])
}

fn extra_lines(field: &Field, answers: &Answers, context: &Context<'_>) -> Vec<String> {
    let given: ExtraAnswers = answers.get(field.name).unwrap_or_default();
    let asked = context
        .category(answers)
        .map(|category| category.extra.as_slice());
    let name = |extra: &Extra, key: &str| {
        let value = extra.values.iter().find(|value| value.key == key);
        value.map_or_else(|| key.to_owned(), |value| value.name.clone())
    };
    let said = |extra: &Extra| match given.get(&extra.code)? {
        ExtraAnswer::One(key) => Some(name(extra, key)),
        ExtraAnswer::Several(keys) => {
            let names: Vec<_> = keys.iter().map(|key| name(extra, key)).collect();
            Some(names.join(tr!(proxy.home.comma)))
        }
    };
    let line = |extra: &Extra| Some([extra.label.as_str(), " ", &said(extra)?].concat());
    asked.unwrap_or_default().iter().filter_map(line).collect()
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
    let given: Papers = answers.get(field.name).unwrap_or_default();
    let papers = context
        .matter(answers)
        .map(|matter| matter.materials.as_slice())
        .unwrap_or_default();
    let line = |name: &str, answer: &MaterialAnswer| {
        tr!(
            proxy.materials.line,
            paper = name,
            have = have_words(answer)
        )
    };
    let lines = papers
        .iter()
        .filter_map(|paper| Some(line(&paper.name, given.get(&paper.code)?)));
    lines.collect()
}
