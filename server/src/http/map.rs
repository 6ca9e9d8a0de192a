//! What the map is drawn from.

use super::error::Result;
use super::extract::{Json, Path};
use crate::state::App;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::Response;
use model::api::MapSource;
use model::problem::Code;

/// Its bytes never change under its name.
const FOR_EVER: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");

/// The addresses of the ground, of the footways and of tiles.
pub async fn source(State(app): State<App>) -> Json<MapSource> {
    Json(app.settings.tiles.source(&app.street().map))
}

/// The ground or the footways. An old name is a 404: its reader asks for the source again.
pub async fn file(
    State(app): State<App>,
    Path(name): Path<String>,
    headers: HeaderMap,
) -> Result<Response> {
    let street = app.street();
    let file = street.map.named(&name).ok_or(Code::NotFound)?;
    let mut response = file.body.answer(&headers).await?;
    if matches!(response.status(), StatusCode::OK | StatusCode::NOT_MODIFIED) {
        let headers = response.headers_mut();
        headers.insert(header::CACHE_CONTROL, FOR_EVER);
    }
    Ok(response)
}
