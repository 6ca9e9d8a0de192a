//! Streams of changes.

use super::error::Result;
use super::extract::{Held, Json, Query};
use crate::auth::{Handlers, Signed};
use crate::cases::change;
use crate::live::Told;
use crate::state::App;
use crate::store::Holder;
use axum::extract::State;
use axum::http::HeaderName;
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{AppendHeaders, IntoResponse};
use futures::future::ready;
use futures::{Stream, StreamExt, stream};
use model::api::{Change, Ticket};
use serde::Deserialize;
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;
use uuid::Uuid;

/// A ticket is used at once or not at all.
const TICKET_S: i64 = 60;
/// Below the minute after which proxies and mobile networks drop a silent connection.
const KEEP_ALIVE: Duration = Duration::from_secs(20);
/// How often a silent stream asks whether its session still holds.
const CHECK_EVERY: Duration = Duration::from_secs(10);

pub async fn ticket(State(app): State<App>, Held { case, holder }: Held) -> Result<Json<Ticket>> {
    let ticket = crate::keys::token();
    let expires = app.now().plus_seconds(TICKET_S);
    let family = match holder {
        Holder::Resident => None,
        Holder::Family(row) => Some(row.id),
    };
    app.store
        .create_ticket(&ticket, case.record.id, family, expires)
        .await?;
    Ok(Json(Ticket { ticket, expires }))
}

#[derive(Deserialize)]
pub struct With {
    ticket: String,
}

/// Begins with the case as it stands, so that nothing is missed between reading and listening.
pub async fn of_case(
    State(app): State<App>,
    Query(with): Query<With>,
) -> Result<impl IntoResponse> {
    let (id, family) = app.store.take_ticket(&with.ticket, app.now()).await?;
    let changes = app.live.listen(move |told| told.change.case == id);
    let case = app.store.case(id).await?;
    let now = change(id, &case.record.progress);
    let changes = stream::iter([now]).chain(changes);
    Ok(events(while_held(app, family, changes)))
}

/// The changes, each told only while the family member's link holds that they are told by.
fn while_held(
    app: App,
    family: Option<Uuid>,
    changes: impl Stream<Item = Change> + Send + 'static,
) -> impl Stream<Item = Change> + Send + 'static {
    let checked = changes.then(move |change| {
        let app = app.clone();
        async move {
            let holds = match family {
                Some(link) => app.store.family_holds(change.case, link).await,
                None => Ok(true),
            };
            holds.is_ok_and(|holds| holds).then_some(change)
        }
    });
    until_none(checked)
}

fn until_none(
    changes: impl Stream<Item = Option<Change>> + Send + 'static,
) -> impl Stream<Item = Change> + Send + 'static {
    changes
        .take_while(|change| ready(change.is_some()))
        .filter_map(ready)
}

/// Ends with the session, at signing out, and when the person gets another role or area.
pub async fn of_area(State(app): State<App>, signed: Signed<Handlers>) -> impl IntoResponse {
    let wanted = {
        let (app, staff) = (app.clone(), signed.staff.clone());
        move |told: &Told| {
            told.assignee.as_ref() == Some(&staff.id)
                || told.called.contains(&staff.id)
                || app.street().sees(&staff, &told.area)
        }
    };
    let changes = app.live.listen(wanted);
    let signed = Arc::new(signed);
    let over = signed_out(app.clone(), Arc::clone(&signed));
    events(while_signed_in(app, signed, changes).take_until(over))
}

/// The changes, each told only if its reader may still hear of it.
fn while_signed_in(
    app: App,
    signed: Arc<Signed<Handlers>>,
    changes: impl Stream<Item = Change> + Send + 'static,
) -> impl Stream<Item = Change> + Send + 'static {
    let checked = changes.then(move |change| {
        let (app, signed) = (app.clone(), Arc::clone(&signed));
        async move { signed.still_holds(&app).await.then_some(change) }
    });
    until_none(checked)
}

/// Resolves some seconds after the session has ended, so that no stream is left open in silence.
async fn signed_out(app: App, signed: Arc<Signed<Handlers>>) {
    let mut ticks = tokio::time::interval(CHECK_EVERY);
    loop {
        ticks.tick().await;
        if !signed.still_holds(&app).await {
            return;
        }
    }
}

fn events(changes: impl Stream<Item = Change> + Send + 'static) -> impl IntoResponse {
    let events = changes.map(|change| {
        let text = serde_json::to_string(&change).unwrap_or_default();
        Ok::<_, Infallible>(Event::default().event("change").data(text))
    });
    let keep = KeepAlive::new().interval(KEEP_ALIVE);
    // nginx gathers answers unless told otherwise.
    let at_once = [(HeaderName::from_static("x-accel-buffering"), "no")];
    (AppendHeaders(at_once), Sse::new(events).keep_alive(keep))
}
