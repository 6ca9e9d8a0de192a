//! What everybody may read of the street.

use super::error::Result;
use super::extract::{Json, Query};
use crate::state::{App, Prepared};
use crate::{cases, slots};
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use model::api::Slots;
use model::id::EstateId;
use model::problem::Code;
use serde::Deserialize;

/// Marks an answer that is the same for everybody, so that compressing it can tell nobody
/// anything.
#[derive(Clone, Copy, Debug)]
pub struct ForEverybody;

pub async fn street(State(app): State<App>, headers: HeaderMap) -> Response {
    prepared(&app.street().public.street, &headers)
}

pub async fn matters(State(app): State<App>, headers: HeaderMap) -> Response {
    prepared(&app.street().public.matters, &headers)
}

pub async fn facilities(State(app): State<App>, headers: HeaderMap) -> Response {
    prepared(&app.street().public.facilities, &headers)
}

fn prepared(prepared: &Prepared, headers: &HeaderMap) -> Response {
    let known = headers.get(header::IF_NONE_MATCH);
    let known = known.and_then(|value| value.to_str().ok());
    let same = known.is_some_and(|tags| tags.split(',').any(|tag| tag.trim() == prepared.tag));
    let mut response = if same {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        let json = [(header::CONTENT_TYPE, "application/json")];
        (json, prepared.body.clone()).into_response()
    };
    response.extensions_mut().insert(ForEverybody);
    let headers = response.headers_mut();
    let asked_after = HeaderValue::from_static("no-cache");
    headers.insert(header::CACHE_CONTROL, asked_after);
    if let Ok(tag) = HeaderValue::from_str(&prepared.tag) {
        headers.insert(header::ETAG, tag);
    }
    response
}

#[derive(Deserialize)]
pub struct OfEstate {
    estate: EstateId,
}

/// Times at which the grid worker of an estate can come.
pub async fn slots(State(app): State<App>, Query(asked): Query<OfEstate>) -> Result<Json<Slots>> {
    let street = app.street();
    let estate = street.estate(&asked.estate).ok_or(Code::NotFound)?;
    let Some(worker) = street.worker_of(&estate.grid) else {
        return Ok(Json(Slots { days: Vec::new() }));
    };
    let earliest = app.now().plus_seconds(slots::LEAD_S);
    let taken = cases::taken(&app, &worker.id, earliest).await?;
    let hours = street.hours_of(&worker.id);
    let calendar = &street.street().calendar;
    Ok(Json(slots::offered(&hours, calendar, earliest, &taken)))
}
