//! Streams of changes.

use super::error::Result;
use super::extract::{CaseSecret, Json, Path, Query};
use crate::auth::{Handlers, Signed};
use crate::cases::change;
use crate::state::App;
use axum::extract::State;
use axum::http::HeaderName;
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{AppendHeaders, IntoResponse};
use futures::{Stream, StreamExt, stream};
use model::api::{Change, Ticket};
use model::id::CaseId;
use serde::Deserialize;
use std::convert::Infallible;
use std::time::Duration;

/// A ticket is used at once or not at all.
const TICKET_S: i64 = 60;
/// Below the minute after which proxies and mobile networks drop a silent connection.
const KEEP_ALIVE: Duration = Duration::from_secs(20);

pub async fn ticket(
    State(app): State<App>,
    Path(id): Path<CaseId>,
    secret: CaseSecret,
) -> Result<Json<Ticket>> {
    let case = app.store.case_with_secret(id, &secret.0).await?;
    let ticket = crate::keys::token();
    let expires = app.now().plus_seconds(TICKET_S);
    app.store
        .create_ticket(&ticket, case.record.id, expires)
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
    let id = app.store.take_ticket(&with.ticket, app.now()).await?;
    let changes = app.live.listen(move |told| told.change.case == id);
    let case = app.store.case(id).await?;
    let now = change(id, &case.record.progress);
    Ok(events(stream::iter([now]).chain(changes)))
}

/// Ends with the session, whatever happens to the page.
pub async fn of_area(State(app): State<App>, signed: Signed<Handlers>) -> impl IntoResponse {
    let left = signed.session.expires_at.0 - app.now().0;
    let left = Duration::from_millis(u64::try_from(left).unwrap_or_default());
    let street = app.street();
    let staff = signed.staff;
    let changes = app.live.listen(move |told| {
        told.assignee.as_ref() == Some(&staff.id) || street.sees(&staff, &told.area)
    });
    events(changes.take_until(tokio::time::sleep(left)))
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
