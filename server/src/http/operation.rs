//! For whoever runs the server or writes against it: health, figures, the API's description.

use super::error::{Error, Result};
use super::prepared::Prepared;
use super::routes;
use crate::openapi;
use crate::state::App;
use axum::Router;
use axum::extract::{ConnectInfo, FromRequestParts, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use model::problem::Code;
use sha2::{Digest, Sha256};
use std::net::SocketAddr;
use std::sync::{LazyLock, OnceLock};
use subtle::ConstantTimeEq;

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
        Err(error) => Error::from(error).into_response(),
    }
}

/// Whoever may read the figures: who has the token, or, where none was set, who asks from this
/// machine. To anybody else there is nothing here.
struct Operator;

impl FromRequestParts<App> for Operator {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Operator> {
        let may = match &app.settings.metrics_token {
            Some(token) => bears(&parts.headers, token),
            None => is_local(parts),
        };
        may.then_some(Operator).ok_or(Code::NotFound.into())
    }
}

fn bears(headers: &HeaderMap, token: &str) -> bool {
    let sent = headers.get(header::AUTHORIZATION);
    let sent = sent.and_then(|value| value.as_bytes().strip_prefix(b"Bearer "));
    sent.is_some_and(|sent| sent.ct_eq(token.as_bytes()).into())
}

/// A proxy on this machine asks for others, and says so.
fn is_local(parts: &Parts) -> bool {
    const FORWARDED: [&str; 3] = ["forwarded", "x-forwarded-for", "x-real-ip"];
    let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>();
    let local = peer.is_some_and(|ConnectInfo(peer)| peer.ip().to_canonical().is_loopback());
    local
        && !FORWARDED
            .iter()
            .any(|name| parts.headers.contains_key(*name))
}

fn not_a_problem(text: &'static str) -> impl IntoResponse {
    text
}

/// The figures of this process, for [`Operator`]s.
async fn figures(_: Operator) -> impl IntoResponse {
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

static DESCRIPTION: LazyLock<Prepared> = LazyLock::new(|| {
    let text = openapi::describe(&routes()).to_pretty_json();
    Prepared::of("application/json", text.unwrap_or_default())
});

static PAGE: LazyLock<Prepared> = LazyLock::new(|| {
    let api = serde_json::from_slice(DESCRIPTION.bytes()).unwrap_or_default();
    Prepared::of("text/html; charset=utf-8", openapi::page(&api))
});

async fn description(headers: HeaderMap) -> Result<Response> {
    DESCRIPTION.answer(&headers).await
}

async fn page(headers: HeaderMap) -> Result<impl IntoResponse> {
    use base64::Engine;
    let digest = Sha256::digest(openapi::PAGE_STYLE);
    let hash = base64::engine::general_purpose::STANDARD.encode(digest);
    let policy = format!("default-src 'none'; style-src 'sha256-{hash}'; frame-ancestors 'none'");
    let answer = PAGE.answer(&headers).await?;
    Ok(([(header::CONTENT_SECURITY_POLICY, policy)], answer))
}
