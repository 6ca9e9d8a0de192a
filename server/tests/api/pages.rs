//! The built app, and what is there for whoever runs the server.

use crate::app::{Answer, Asked, TestApp, With, at_station};
use axum::http::StatusCode;
use model::api::path;
use model::problem::Code;
use serde_json::Value;
use server::state::Settings;
use std::collections::BTreeSet;
use std::path::Path;

const HASHED: &str = "/resident-0123456789abcdef_bg.wasm";

fn dist(folder: &Path) {
    for (name, text) in [
        ("index.html", "<!doctype html>resident"),
        ("staff.html", "<!doctype html>staff"),
        ("resident-0123456789abcdef_bg.wasm", "wasm"),
        ("resident-0123456789abcdef_bg.wasm.br", "brotli"),
        ("resident-0123456789abcdef_bg.wasm.gz", "gzip"),
        ("sw.js", "worker"),
        (
            "csp.json",
            r#"{"index.html":{"scripts":["sha256-abc="],"styles":["sha256-def="]},"staff.html":{}}"#,
        ),
    ] {
        std::fs::write(folder.join(name), text).expect("written");
    }
}

async fn served() -> (TestApp, tempfile::TempDir) {
    let folder = tempfile::tempdir().expect("a folder");
    dist(folder.path());
    let with = With {
        settings: Settings::default(),
        dist: Some(folder.path()),
    };
    (TestApp::sqlite_with(with).await, folder)
}

fn policy(answer: &Answer) -> &str {
    answer.header("content-security-policy")
}

#[tokio::test]
async fn pages_are_found_by_every_address_of_the_app() {
    let (app, _folder) = served().await;
    for (address, page) in [
        ("/", "resident"),
        ("/proxy/elder-card?elder=1", "resident"),
        ("/cases/0190", "resident"),
        ("/staff", "staff"),
        ("/staff/cases/1", "staff"),
    ] {
        let answer = app.get(address).send().await;
        assert_eq!(answer.status, StatusCode::OK, "{address}");
        assert_eq!(answer.text(), format!("<!doctype html>{page}"), "{address}");
        assert_eq!(answer.header("cache-control"), "no-cache", "{address}");
        assert!(
            policy(&answer).contains("script-src 'self' 'wasm-unsafe-eval'"),
            "{address}"
        );
        assert!(!policy(&answer).contains("unsafe-inline"), "{address}");
    }
    let home = app.get("/").send().await;
    assert!(policy(&home).contains("'sha256-abc='") && policy(&home).contains("'sha256-def='"));
    assert!(!policy(&app.get("/staff").send().await).contains("sha256"));
    for missing in [
        "/nothing.js",
        "/api/v1/nothing",
        "/api/nothing.json",
        "/../Cargo.toml",
        "/%2e%2e/Cargo.toml",
    ] {
        assert_eq!(
            app.get(missing).send().await.code(),
            Code::NotFound,
            "{missing}"
        );
    }
    assert_eq!(
        app.post("/proxy").send().await.code(),
        Code::MethodNotAllowed
    );
    app.close().await;
}

#[tokio::test]
async fn hashed_files_are_kept_and_come_compressed() {
    let (app, _folder) = served().await;
    for (accepts, encoding, text) in [
        ("", "", "wasm"),
        ("gzip", "gzip", "gzip"),
        ("gzip, deflate, br", "br", "brotli"),
    ] {
        let answer = app
            .get(HASHED)
            .header("accept-encoding", accepts)
            .send()
            .await;
        assert_eq!(
            (answer.header("content-encoding"), answer.text().as_str()),
            (encoding, text)
        );
        assert_eq!(answer.header("content-type"), "application/wasm");
        assert_eq!(
            answer.header("cache-control"),
            "public, max-age=31536000, immutable"
        );
        assert_eq!(answer.header("vary"), "accept-encoding");
    }
    let worker = app.get("/sw.js").send().await;
    assert_eq!(worker.header("cache-control"), "no-cache");
    let since = worker.header("last-modified").to_owned();
    let again = app
        .get("/sw.js")
        .header("if-modified-since", &since)
        .send()
        .await;
    assert_eq!(again.status, StatusCode::NOT_MODIFIED);
    app.close().await;
}

#[tokio::test]
async fn every_answer_tells_browsers_to_be_careful() {
    let (app, _folder) = served().await;
    let held = app.submit(at_station()).await;
    let case = path::of_case(path::CASE, held.case);
    for asked in [
        app.get("/"),
        app.get(HASHED),
        app.get(path::STREET),
        app.get("/api/v1/nothing"),
        app.get("/healthz"),
        app.get("/api/docs"),
        app.get(case).secret(&held.secret),
    ] {
        let answer = asked.send().await;
        for (name, value) in [
            ("x-content-type-options", "nosniff"),
            ("x-frame-options", "DENY"),
            ("referrer-policy", "no-referrer"),
            ("cross-origin-opener-policy", "same-origin"),
            ("cross-origin-resource-policy", "same-origin"),
        ] {
            assert_eq!(answer.header(name), value, "{name}");
        }
        assert!(policy(&answer).starts_with("default-src 'none'"));
        assert!(policy(&answer).contains("frame-ancestors 'none'"));
        assert!(
            answer
                .header("permissions-policy")
                .contains("camera=(self)")
        );
        assert_eq!(answer.header("x-request-id").len(), 36);
        assert!(
            answer.header("strict-transport-security").is_empty(),
            "plain http"
        );
    }
    app.close().await;
}

#[tokio::test]
async fn the_service_worker_may_fetch_from_here_and_do_nothing_else() {
    let (app, _folder) = served().await;
    let answer = app.get("/sw.js").send().await;
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(
        policy(&answer),
        "default-src 'none'; connect-src 'self'; frame-ancestors 'none'"
    );
    app.close().await;
}

#[tokio::test]
async fn what_is_the_same_for_everybody_is_asked_after_and_compressed() {
    let (app, _folder) = served().await;
    for address in [path::STREET, path::MATTERS, path::FACILITIES] {
        let first = app.get(address).send().await;
        let tag = first.header("etag").to_owned();
        assert_eq!(first.header("cache-control"), "no-cache");
        assert!(tag.starts_with('"'), "strong: {tag}");
        assert_eq!(first.header("content-encoding"), "");
        let mut tags = BTreeSet::from([tag]);
        for coding in ["gzip", "br"] {
            let asked = || app.get(address).header("accept-encoding", coding);
            let packed = asked().send().await;
            assert_eq!(packed.header("content-encoding"), coding);
            assert_eq!(packed.header("vary"), "accept-encoding");
            assert!(packed.body.len() * 2 < first.body.len(), "{coding}");
            let tag = packed.header("etag").to_owned();
            let again = asked().header("if-none-match", &tag).send().await;
            assert_eq!(again.status, StatusCode::NOT_MODIFIED);
            assert_eq!((again.body.len(), again.header("etag")), (0, &*tag));
            tags.insert(tag);
        }
        assert_eq!(tags.len(), 3, "other bytes, another tag");
    }
    let street: model::street::Street = app.get(path::STREET).send().await.json();
    assert!(street.areas.iter().all(|area| area.boundary.is_empty()));
    let held = app.submit(at_station()).await;
    let case = app
        .get(path::of_case(path::CASE, held.case))
        .secret(&held.secret);
    let own = case.header("accept-encoding", "br, gzip").send().await;
    assert_eq!(
        own.header("content-encoding"),
        "",
        "what holds secrets is not compressed"
    );
    assert_eq!(own.header("cache-control"), "no-store");
    app.close().await;
}

#[tokio::test]
async fn health_and_figures() {
    let (app, _folder) = served().await;
    server::http::recorder();
    assert_eq!(app.get("/healthz").send().await.status, StatusCode::OK);
    assert_eq!(app.get("/readyz").send().await.status, StatusCode::OK);
    app.submit(at_station()).await;
    let figures = local(&app).send().await.text();
    assert!(figures.contains("cases_submitted_total"), "{figures}");
    assert!(figures.contains("route=\"/api/v1/cases\""), "{figures}");
    app.app.stopping.cancel();
    assert_eq!(
        app.get("/readyz").send().await.status,
        StatusCode::SERVICE_UNAVAILABLE
    );
    app.close().await;
}

/// Asks for the figures from the server's own machine.
fn local(app: &TestApp) -> Asked<'_> {
    app.get("/metrics").from([127, 0, 0, 1])
}

#[tokio::test]
async fn figures_are_for_this_machine_or_whoever_has_the_token() {
    server::http::recorder();
    let app = TestApp::sqlite().await;
    assert_eq!(local(&app).send().await.status, StatusCode::OK);
    assert_eq!(app.get("/metrics").send().await.code(), Code::NotFound);
    for name in ["x-forwarded-for", "x-real-ip", "forwarded"] {
        let by_proxy = local(&app).header(name, "192.0.2.1").send().await;
        assert_eq!(by_proxy.code(), Code::NotFound, "{name}");
    }
    app.close().await;

    let settings = Settings {
        metrics_token: Some("s3cret".to_owned()),
        ..Settings::default()
    };
    let with = With {
        settings,
        dist: None,
    };
    let app = TestApp::sqlite_with(with).await;
    let bearing = |value| app.get("/metrics").header("authorization", value);
    let right = bearing("Bearer s3cret").send().await;
    assert_eq!(right.status, StatusCode::OK);
    assert!(right.text().contains("http_requests_total"));
    for wrong in [
        "Bearer s3cre",
        "Bearer s3crets",
        "Bearer ",
        "s3cret",
        "Basic s3cret",
    ] {
        assert_eq!(
            bearing(wrong).send().await.code(),
            Code::NotFound,
            "{wrong}"
        );
    }
    assert_eq!(local(&app).send().await.code(), Code::NotFound);
    app.close().await;
}

#[tokio::test]
async fn the_api_is_described() {
    let (app, _folder) = served().await;
    let api: Value = app.get("/api/openapi.json").send().await.json();
    assert!(
        api["openapi"]
            .as_str()
            .is_some_and(|version| version.starts_with("3.1"))
    );
    for route in server::http::routes() {
        let method = route.method.as_str().to_lowercase();
        let operation = &api["paths"][route.path][&method];
        assert_eq!(operation["summary"], route.says, "{method} {}", route.path);
    }
    // A file of JSON is read as JSON by whoever goes by its media type.
    let layer = &api["paths"]["/api/v1/staff/coverage.geojson"]["get"]["responses"]["200"];
    let layer = &layer["content"]["application/geo+json"]["schema"]["type"];
    assert_eq!(layer, "object");
    let mut missing = Vec::new();
    references(&api, &mut |target| {
        let pointer = target.trim_start_matches('#');
        if api.pointer(pointer).is_none() {
            missing.push(target.to_owned());
        }
    });
    assert!(missing.is_empty(), "{missing:?}");
    let page = app.get("/api/docs").send().await;
    assert!(page.text().contains("/api/v1/cases/{case}/actions"));
    assert!(!page.text().contains("<script"));
    let hashes = table_of(&api);
    insta::assert_snapshot!("routes", hashes);
    app.close().await;
}

fn references(value: &Value, found: &mut impl FnMut(&str)) {
    match value {
        Value::Object(map) => {
            if let Some(target) = map.get("$ref").and_then(Value::as_str) {
                found(target);
            }
            map.values().for_each(|value| references(value, found));
        }
        Value::Array(list) => list.iter().for_each(|value| references(value, found)),
        _ => {}
    }
}

/// The addresses as the description has them: a change of the contract shows in this file.
fn table_of(api: &Value) -> String {
    let mut lines = Vec::new();
    for (path, item) in api["paths"].as_object().expect("paths") {
        for (method, operation) in item.as_object().expect("operations") {
            let statuses = operation["responses"].as_object().expect("responses");
            let statuses: Vec<_> = statuses.keys().map(String::as_str).collect();
            let who = operation["description"]
                .as_str()
                .unwrap_or("For everybody.");
            lines.push(format!(
                "{} {path} {} {who}",
                method.to_uppercase(),
                statuses.join(",")
            ));
        }
    }
    lines.join("\n")
}
