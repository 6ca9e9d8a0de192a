//! What everybody may read of the street.

use super::error::Result;
use super::extract::{Json, Query};
use crate::state::App;
use crate::{cases, slots};
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use model::api::Slots;
use model::id::EstateId;
use model::problem::Code;
use serde::Deserialize;

pub async fn street(State(app): State<App>, headers: HeaderMap) -> Result<Response> {
    app.street().public.street.answer(&headers).await
}

pub async fn matters(State(app): State<App>, headers: HeaderMap) -> Result<Response> {
    app.street().public.matters.answer(&headers).await
}

pub async fn facilities(State(app): State<App>, headers: HeaderMap) -> Result<Response> {
    app.street().public.facilities.answer(&headers).await
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
