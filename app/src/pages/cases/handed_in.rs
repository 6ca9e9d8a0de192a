//! What was handed in, read only.

use super::album::{Album, pictures};
use super::case::Case;
use super::open::numbered;
use crate::form::{rows, wizard::Wizard};
use crate::parts::{AnswerRow, Answers, Section};
use crate::state::{Ground, facts};
use crate::words;
use leptos::prelude::*;
use model::field;
use model::id::PhotoId;
use model::kinds::KindName;

/// The answers with their pictures; without signal a sentence, since the phone does not keep them.
#[component]
pub fn HandedIn(
    /// The case.
    case: Case,
    /// Its pictures.
    album: Album,
) -> impl IntoView {
    let given = case.part(|view| (view.kind, view.answers.clone()));
    let photos = case.part(handed_photos);
    let answers = move || {
        let (kind, answers) = given.get()?;
        if answers.0.is_empty() {
            return Some(view! { <p>{tr!(cases.handed.later)}</p> }.into_any());
        }
        let ground = match kind {
            KindName::IssueReport => facts().for_reports()?,
            KindName::ProxyRequest | KindName::CallBack => facts().together()?,
        };
        let rows = answer_rows(kind, &answers, &ground);
        Some(view! { <Answers rows=rows/> }.into_any())
    };
    let shown = move || {
        photos
            .get()
            .filter(|photos| !photos.is_empty())
            .map(|photos| pictures(album, photos))
    };
    view! {
        <Section title=tr!(cases.handed.title)>
            {answers}
            {shown}
        </Section>
    }
}

fn answer_rows(kind: KindName, answers: &field::Answers, ground: &Ground) -> Vec<AnswerRow> {
    let wizard = Wizard {
        kind,
        context: ground.context(),
        one_a_page: false,
    };
    let row = |field: &'static field::Field| AnswerRow {
        name: words::field(field.name).unwrap_or(field.name).to_owned(),
        value: rows::value(field, answers, &wizard.context),
        change: None,
    };
    wizard
        .rows(answers)
        .into_iter()
        .filter(|field| answers.has(field.name))
        .map(row)
        .collect()
}

/// The pictures that answer questions; those of the timeline stand there.
fn handed_photos(view: &model::api::CaseView) -> Vec<(PhotoId, String)> {
    let mut names: Vec<&str> = Vec::new();
    for photo in &view.photos {
        let field = photo.field.as_str();
        if field != "event" && !names.contains(&field) {
            names.push(field);
        }
    }
    let of = |name: &&str| {
        let photos = view
            .photos
            .iter()
            .filter(|photo| photo.field == **name)
            .map(|photo| photo.id);
        numbered(photos.collect(), words::field(name).unwrap_or(name))
    };
    names.iter().flat_map(of).collect()
}
