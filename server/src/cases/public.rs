//! A case as everybody may see it: built from reviewed words and bare facts alone.

use crate::http::error::Result;
use crate::routing::Directory;
use crate::state::App;
use crate::store::{History, Report};
use model::api::report::{PublicEntry, PublicReport, ReportItem};
use model::id::{AreaId, PhotoId};
use model::workflow::{Fact, Verb};

/// Its line in a list; `away` in metres where a position was asked about.
pub fn item(directory: &Directory, report: &Report, away: Option<f64>) -> ReportItem {
    ReportItem {
        case: report.case,
        category: report.category.clone(),
        category_name: category_name(directory, report),
        words: report.words.clone(),
        at: report.at,
        state: report.state,
        handed_in: report.handed_in,
        updated: report.updated,
        voices: report.voices,
        photo: report.photos.first().map(|shown| shown.photo),
        metres: away.map(|metres| metres.round() as u32),
    }
}

/// The category's name; its id where it has gone from the street's list.
pub fn category_name(directory: &Directory, report: &Report) -> String {
    let category = directory.category(&report.category);
    category.map_or_else(|| report.category.to_string(), |c| c.name.clone())
}

/// The department its category is called to, or the area that answers for it; never a person.
pub fn responsible(directory: &Directory, report: &Report, area: &AreaId) -> String {
    let category = directory.category(&report.category);
    category
        .and_then(|category| category.department.clone())
        .unwrap_or_else(|| directory.area_name(area))
}

/// The page of a case that everybody sees. One that was merged tells where to go instead.
pub async fn public_report(app: &App, report: Report) -> Result<PublicReport> {
    let street = app.street();
    let History {
        area,
        progress,
        facts,
    } = app.store.history(report.case).await?;
    let others = match report.shown {
        true => app.store.merged_into(report.case).await?,
        false => Vec::new(),
    };
    let mut photos: Vec<_> = match report.shown {
        true => report.photos.clone(),
        false => Vec::new(),
    };
    photos.extend(
        others
            .iter()
            .filter(|other| other.is_public())
            .flat_map(|other| other.photos.iter().copied()),
    );
    let of = |after: bool| -> Vec<PhotoId> {
        let some = photos.iter().filter(|shown| shown.after == after);
        some.map(|shown| shown.photo).collect()
    };
    let mut item = item(&street, &report, None);
    if !report.shown {
        item.words = String::new();
        item.photo = None;
    }
    Ok(PublicReport {
        item,
        due: progress.due.filter(|_| progress.state.is_open()),
        light: super::view::light(&street, &progress, app.now()),
        responsible: responsible(&street, &report, &area),
        before: of(false),
        after: of(true),
        timeline: facts.iter().filter_map(entry).collect(),
        stands_for: others.len() as u32,
        merged_into: report.merged_into,
    })
}

/// What everybody is told of an event; none for what is between staff and the resident.
pub fn entry(fact: &Fact) -> Option<PublicEntry> {
    let told = match fact.verb {
        None => true,
        Some(verb) => matches!(
            verb,
            Verb::Accept
                | Verb::Reject
                | Verb::Assign
                | Verb::Start
                | Verb::CallDepartment
                | Verb::ReplyCall
                | Verb::AllowExtension
                | Verb::Finish
                | Verb::Confirm
                | Verb::Lapse
                | Verb::Reopen
                | Verb::Merge
                | Verb::Unmerge
        ),
    };
    told.then_some(PublicEntry {
        verb: fact.verb,
        at: fact.at,
        state: fact.state,
    })
}
