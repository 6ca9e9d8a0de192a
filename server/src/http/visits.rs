//! Where a member of staff goes on a day.

use super::error::{Error, Result};
use super::extract::{Json, Query};
use super::staff::record_opening;
use crate::auth::{Handlers, Signed};
use crate::state::App;
use crate::store::{Case, QueueFilter, QueueScope};
use crate::visits::{self, MOST_WITHOUT_TIME};
use axum::extract::State;
use jiff::civil::Date;
use model::api::visits::{Setout, Stop, Visits, VisitsQuery};
use model::id::{EstateId, FacilityId};
use model::kinds::KindName;
use model::problem::Code;
use model::time::TimeMs;
use model::workflow::State as CaseState;

/// Open cases of one person that are looked through for places to go to.
const LOOKED_THROUGH: u32 = 100;

/// The visits of a day in the order to go in. It tells doors and names, so each case in it
/// counts as opened.
pub async fn of_day(
    State(app): State<App>,
    signed: Signed<Handlers>,
    Query(asked): Query<VisitsQuery>,
) -> Result<Json<Visits>> {
    let street = app.street();
    let today = app.now().china_date();
    let date = date(&asked.date, today)?;
    let booked = booked(&app, &signed, date).await?;
    let (without, more) = match date == today {
        true => without_time(&app, &signed).await?,
        false => (Vec::new(), 0),
    };
    for case in booked.iter().map(|(case, _)| case).chain(&without) {
        record_opening(&app, &signed, case.record.id, "opened", "visits".to_owned()).await?;
    }
    let first = booked
        .first()
        .and_then(|(case, _)| case.record.estate.as_ref());
    let start = match named(&street, &asked)? {
        Some(start) => Some(start),
        None => visits::usual_start(&street, &signed.staff, first),
    };
    let from = start.as_ref().map(|start| start.at);
    let timed: Vec<Stop> = booked
        .iter()
        .map(|(case, slot)| visits::stop(&street, case, Some(*slot)))
        .collect();
    let without = without.iter().map(|case| visits::stop(&street, case, None));
    let without: Vec<Stop> = without.collect();
    let work = move || visits::in_order(street.footways.as_deref(), from, timed, without);
    let stops = tokio::task::spawn_blocking(work).await;
    Ok(Json(Visits {
        date,
        start,
        stops: stops.map_err(Error::broken)?,
        more,
    }))
}

fn date(text: &str, today: Date) -> Result<Date> {
    match text {
        "" => Ok(today),
        text => Ok(text.parse().map_err(|_| Error::Plain(Code::Malformed))?),
    }
}

/// The start that was asked for; an unknown one is an error, not another place.
fn named(street: &crate::routing::Directory, asked: &VisitsQuery) -> Result<Option<Setout>> {
    if asked.station.is_empty() && asked.estate.is_empty() {
        return Ok(None);
    }
    let station = FacilityId::parse(&asked.station).ok();
    let estate = EstateId::parse(&asked.estate).ok();
    let start = visits::named_start(street, station.as_ref(), estate.as_ref());
    Ok(Some(start.ok_or(Code::Malformed)?))
}

async fn booked(
    app: &App,
    signed: &Signed<Handlers>,
    date: Date,
) -> Result<Vec<(Case, model::workflow::Slot)>> {
    let (from, until) = (TimeMs::start_of(date), TimeMs::end_of(date));
    let visits = app.store.visits_of(&signed.staff.id, from, until).await?;
    let mut booked = Vec::with_capacity(visits.len());
    for (id, slot) in visits {
        booked.push((app.store.case(id).await?, slot));
    }
    Ok(booked)
}

/// What somebody is to look at on the street and has in hand, most urgent first; and how many
/// more there are than can be put in order.
async fn without_time(app: &App, signed: &Signed<Handlers>) -> Result<(Vec<Case>, u32)> {
    let filter = QueueFilter {
        scope: QueueScope::Mine(signed.staff.id.clone()),
        states: vec![CaseState::Assigned, CaseState::InProgress],
        open_only: true,
        kind: Some(KindName::IssueReport),
        matter: None,
        category: None,
        publication: None,
        due_from: None,
        due_until: None,
        receipt_part: String::new(),
        after: None,
        limit: LOOKED_THROUGH,
    };
    let page = app.store.queue(&filter).await?;
    let mut waiting = page.items.into_iter();
    let mut cases = Vec::new();
    for queued in waiting.by_ref().take(MOST_WITHOUT_TIME) {
        cases.push(app.store.case(queued.record.id).await?);
    }
    Ok((cases, waiting.len() as u32))
}
