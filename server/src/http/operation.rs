//! For whoever runs the server or writes against it: health, figures, the API's description.

use super::place::ForEverybody;
use super::routes;
use crate::openapi;
use crate::state::App;
use axum::Router;
use axum::extract::State;
use axum::http::{HeaderName, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use sha2::{Digest, Sha256};
use std::sync::{LazyLock, OnceLock};

/// Addresses outside the table: they say nothing of any case.
pub fn routes_of_operation() -> Router<App> {
    Router::new()
        .route("/healthz", get(async || "ok\n"))
        .route("/readyz", get(ready))
        .route("/metrics", get(figures))
        .route("/api/openapi.json", get(description))
        .route("/api/docs", get(page))
}

/// Ready while the database answers and nobody has asked the server to stop.
async fn ready(State(app): State<App>) -> Response {
    if app.stopping.is_cancelled() {
        return (StatusCode::SERVICE_UNAVAILABLE, not_a_problem("stopping\n")).into_response();
    }
    match app.store.ready().await {
        Ok(()) => "ready\n".into_response(),
        Err(error) => super::error::Error::from(error).into_response(),
    }
}

fn not_a_problem(text: &'static str) -> impl IntoResponse {
    text
}

async fn figures() -> impl IntoResponse {
    let text = recorder().map(PrometheusHandle::render);
    let kind = [(header::CONTENT_TYPE, "text/plain; version=0.0.4")];
    (kind, text.unwrap_or_default())
}

/// The figures of this process; installed at the first call. None where something else in the
/// process has taken that place.
pub fn recorder() -> Option<&'static PrometheusHandle> {
    static HANDLE: OnceLock<Option<PrometheusHandle>> = OnceLock::new();
    let install = || {
        let buckets = [
            0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0,
        ];
        let builder = PrometheusBuilder::new().set_buckets(&buckets).ok()?;
        builder.install_recorder().ok()
    };
    HANDLE.get_or_init(install).as_ref()
}

static DESCRIPTION: LazyLock<String> = LazyLock::new(|| {
    openapi::describe(&routes())
        .to_pretty_json()
        .unwrap_or_default()
});

static PAGE: LazyLock<String> = LazyLock::new(|| {
    let api = serde_json::from_str(&DESCRIPTION).unwrap_or_default();
    openapi::page(&api)
});

async fn description() -> impl IntoResponse {
    let mut response = DESCRIPTION.as_str().into_response();
    response.extensions_mut().insert(ForEverybody);
    let json = [
        (header::CONTENT_TYPE, "application/json"),
        (header::CACHE_CONTROL, "no-cache"),
    ];
    (json, response)
}

async fn page() -> impl IntoResponse {
    use base64::Engine;
    let digest = Sha256::digest(openapi::PAGE_STYLE);
    let hash = base64::engine::general_purpose::STANDARD.encode(digest);
    let policy = format!("default-src 'none'; style-src 'sha256-{hash}'; frame-ancestors 'none'");
    let mut response = Html(PAGE.as_str()).into_response();
    response.extensions_mut().insert(ForEverybody);
    let headers: [(HeaderName, String); 2] = [
        (header::CONTENT_SECURITY_POLICY, policy),
        (header::CACHE_CONTROL, "no-cache".to_owned()),
    ];
    (headers, response)
}
