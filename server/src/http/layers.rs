//! What every request passes: its id, its log line, its figures, its time limit, and the headers
//! that tell browsers to be careful.

use super::error::{Error, bare, write_out};
use crate::state::App;
use crate::telemetry;
use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use metrics::Label;
use model::api::path;
use model::problem::{Code, Problem};
use std::any::Any;
use std::future::Future;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};
use tracing::Instrument;
use uuid::Builder;

/// The header that names a request, for the log and for the telephone.
pub const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

const TIME_LIMIT: Duration = Duration::from_secs(30);
/// 8 MB over a slow mobile line.
const UPLOAD_TIME_LIMIT: Duration = Duration::from_secs(180);

/// What an answer of the API may do in a browser: nothing.
const API_POLICY: &str = "default-src 'none'; frame-ancestors 'none'";

/// Names the request, logs and counts it, ends it where it takes too long, and writes out its
/// problem if it failed.
pub async fn observe(State(app): State<App>, request: Request, next: Next) -> Response {
    let id = request_id();
    let method = method_of(&request);
    let route = route_of(&request);
    let trace = tracing::field::Empty;
    let span = tracing::info_span!("request", id, method, route, trace);
    telemetry::join(&span, request.headers(), app.settings.behind_proxy);
    let begun = Instant::now();
    let answering = within(time_limit(&route), next.run(request));
    let response = answering.instrument(span.clone()).await;
    let mut response = write_out(response, &id);
    let took = begun.elapsed();
    let status = response.status().as_u16();
    span.in_scope(|| tracing::info!(status, ms = took.as_millis() as u64, "answered"));
    count(method, route, status, took);
    protect(response.headers_mut(), app.settings.https);
    if let Ok(value) = HeaderValue::from_str(&id) {
        response.headers_mut().insert(REQUEST_ID, value);
    }
    response
}

/// In the order of time, as all our ids are; drawn without asking the kernel.
fn request_id() -> String {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    let ms = since.map_or(0, |since| since.as_millis() as u64);
    let id = Builder::from_unix_timestamp_millis(ms, &rand::random()).into_uuid();
    id.to_string()
}

/// The route's pattern, never the address itself: an address can hold a ticket.
fn route_of(request: &Request) -> String {
    let matched = request.extensions().get::<MatchedPath>();
    matched.map_or_else(|| "page".to_owned(), |path| path.as_str().to_owned())
}

/// The method, where it is one of HTTP's own: any word can stand there, and each would become a
/// label that is kept for ever.
fn method_of(request: &Request) -> &'static str {
    const KNOWN: [&str; 7] = ["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH"];
    let method = request.method().as_str();
    let known = KNOWN.into_iter().find(|known| *known == method);
    known.unwrap_or("other")
}

fn count(method: &'static str, route: String, status: u16, took: Duration) {
    let labels = vec![
        Label::from_static_parts("method", method),
        Label::new("route", route.clone()),
        Label::new("status", status.to_string()),
    ];
    metrics::counter!("http_requests_total", labels).increment(1);
    metrics::histogram!("http_request_seconds", "route" => route).record(took.as_secs_f64());
}

/// How long a request may take to be answered. A stream of events counts as answered when it begins.
fn time_limit(route: &str) -> Duration {
    match route {
        path::PHOTO => UPLOAD_TIME_LIMIT,
        _ => TIME_LIMIT,
    }
}

async fn within(limit: Duration, answering: impl Future<Output = Response>) -> Response {
    match tokio::time::timeout(limit, answering).await {
        Ok(response) => response,
        Err(_) => Error::Plain(Code::TimedOut).into_response(),
    }
}

/// Turns a panic into a problem. The panic itself is logged by the hook of [`crate::run`].
pub fn panicked(_: Box<dyn Any + Send + 'static>) -> Response {
    bare(Problem::new(Code::Internal))
}

/// The headers of every answer. A page brings its own policy; everything else may do nothing.
fn protect(headers: &mut HeaderMap, https: bool) {
    let fixed = [
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::X_FRAME_OPTIONS, "DENY"),
        (
            HeaderName::from_static("permissions-policy"),
            "camera=(self), geolocation=(self), microphone=(), payment=(), usb=(), interest-cohort=()",
        ),
        (
            HeaderName::from_static("cross-origin-opener-policy"),
            "same-origin",
        ),
        (
            HeaderName::from_static("cross-origin-resource-policy"),
            "same-origin",
        ),
    ];
    // Those below as well, and the request's id.
    headers.reserve(fixed.len() + 4);
    for (name, value) in fixed {
        headers.insert(name, HeaderValue::from_static(value));
    }
    if https {
        let year = HeaderValue::from_static("max-age=31536000");
        headers.insert(header::STRICT_TRANSPORT_SECURITY, year);
    }
    headers
        .entry(header::CONTENT_SECURITY_POLICY)
        .or_insert(HeaderValue::from_static(API_POLICY));
    headers
        .entry(header::CACHE_CONTROL)
        .or_insert(HeaderValue::from_static("no-store"));
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::Router;
    use axum::body::Body;
    use axum::middleware::from_fn;
    use axum::routing::get;
    use tower::ServiceExt;
    use tower_http::catch_panic::CatchPanicLayer;

    const SOON: Duration = Duration::from_millis(1);

    async fn panics() {
        panic!("as this test wants it");
    }

    async fn code_of(path: &str) -> Option<Code> {
        let router: Router = Router::new()
            .route("/slow", get(std::future::pending::<()>))
            .route("/panics", get(panics))
            .layer(CatchPanicLayer::custom(panicked))
            .layer(from_fn(|request, next: Next| {
                within(SOON, next.run(request))
            }));
        let request = Request::get(path).body(Body::empty()).expect("a request");
        let response = router.oneshot(request).await.expect("an answer");
        response.extensions().get::<Problem>().map(|p| p.code)
    }

    #[tokio::test]
    async fn what_takes_too_long_is_ended() {
        assert_eq!(code_of("/slow").await, Some(Code::TimedOut));
    }

    #[tokio::test]
    async fn a_panic_is_a_problem() {
        assert_eq!(code_of("/panics").await, Some(Code::Internal));
    }
}
