//! What is kept no longer than it must be, and what is never written down at all.

use crate::app::{PASSWORD, PHONE, TestApp, WORKER, action, at_home, at_station};
use axum::http::StatusCode;
use model::api::{PhotoSize, StaffCase, Track, VisitCode, path};
use model::workflow::{State, Verb};
use server::clock::Watch;
use server::{deadlines, notify};
use std::collections::BTreeSet;
use std::io::{self, Write};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

crate::on_both!(what_was_kept_long_enough_is_erased);

/// `data/retention.toml` of the sample street.
const KEPT_DAYS: i64 = 1095;
const DAY_S: i64 = 24 * 3600;

async fn what_was_kept_long_enough_is_erased(app: &TestApp) {
    let open = app.submit(at_station()).await;
    let held = app.submit(at_station()).await;
    app.resident(&held, action(Verb::Withdraw)).await;
    let worker = app.sign_in(WORKER).await;
    let case = path::of_case(path::STAFF_CASE, held.case);
    worker.get(format!("{case}?why=checks")).send().await;

    app.pass_s((KEPT_DAYS - 1) * DAY_S);
    let forgotten = deadlines::forget(&app.app).await.expect("looked");
    assert_eq!(forgotten, 0, "a day too early");
    app.pass_s(2 * DAY_S);
    assert_eq!(deadlines::forget(&app.app).await.expect("erased"), 1);
    assert_eq!(deadlines::forget(&app.app).await.expect("looked"), 0);

    let store = &app.app.store;
    let left = store.case(held.case).await.expect("there");
    assert!(left.record.answers.0.is_empty());
    assert_eq!(left.record.receipt, held.receipt);
    assert_eq!(store.verify_case(held.case).await.expect("read"), Ok(()));
    let kept = store.case(open.case).await.expect("there");
    assert!(!kept.record.answers.0.is_empty(), "an open case is kept");

    let link = app.get(path::of_case(path::CASE, held.case));
    let link = link.secret(&held.secret).send().await;
    assert_eq!(link.status, StatusCode::NOT_FOUND, "the link opens nothing");
    let track = Track {
        receipt: held.receipt.to_string(),
        last_four: PHONE[7..].to_owned(),
    };
    let tracked = app.post(path::TRACK).json(&track).send().await;
    assert_eq!(tracked.status, StatusCode::NOT_FOUND);
    // Staff still see that there was a case, and how it went.
    let worker = app.sign_in(WORKER).await;
    let seen: StaffCase = worker.get(format!("{case}?why=checks")).send().await.json();
    assert_eq!(seen.view.progress.state, State::Withdrawn);
    let text = serde_json::to_string(&seen).expect("text");
    for personal in [PHONE, "王秀英"] {
        assert!(!text.contains(personal), "{personal} in {text}");
    }
}

/// Where a log is written to.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut log = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        log.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A whole journey, logged as loudly as can be: cases are named, nothing that opens them and
/// nobody in them. One thread, so that this test's log is its own.
#[tokio::test(flavor = "current_thread")]
async fn no_secret_and_nobody_stands_in_the_log() {
    let log = Log::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_writer(move || writer.clone())
        .finish();
    let _guard = tracing::subscriber::set_default(subscriber);

    let app = TestApp::sqlite().await;
    let slot = app.free_slot(crate::app::ESTATE).await;
    let sent = at_home(slot);
    let name = sent["applicant_name"].as_str().expect("a name").to_owned();
    let held = app.submit(sent).await;
    app.view(&held).await;
    for last_four in [&PHONE[7..], "0000"] {
        let track = Track {
            receipt: held.receipt.to_string(),
            last_four: last_four.to_owned(),
        };
        app.post(path::TRACK).json(&track).send().await;
    }
    let photo = app.upload(crate::photos::picture(40, 30)).await;
    app.app.photos.get(photo, PhotoSize::Thumb).await.ok();
    let worker = app.sign_in(WORKER).await;
    worker.act(held.case, action(Verb::Accept)).await;
    let code = worker.case(held.case).await.door_code.expect("a code");
    let check = VisitCode { code: code.clone() };
    let asked = app.post(path::of_case(path::VISIT_CODE, held.case));
    asked.secret(&held.secret).json(&check).send().await;
    let csrf = worker.me.csrf.clone();
    app.close().await;

    let bytes = log.0.lock().expect("whole").clone();
    let text = String::from_utf8(bytes).expect("text");
    assert!(text.contains(&held.case.to_string()), "the log was heard");
    for secret in [PASSWORD, PHONE, &name, &held.secret, &code, &csrf] {
        assert!(!text.contains(secret), "`{secret}` stands in the log");
    }
}

/// What PromQL calls by names of its own.
const PROMQL: [&str; 7] = [
    "sum",
    "max",
    "by",
    "increase",
    "rate",
    "topk",
    "histogram_quantile",
];

/// The figures in an expression: its words, without labels, spans of time and PromQL's own.
fn figures_of(expression: &str) -> Vec<String> {
    let mut bare = String::new();
    let mut within = 0;
    for c in expression.replace("by (", "by {").chars() {
        match c {
            '{' | '[' => within += 1,
            '}' | ']' => within -= 1,
            // The list of labels after `by` ends like any other bracket.
            ')' if within > 0 => within -= 1,
            c if within == 0 => bare.push(c),
            _ => {}
        }
    }
    let words = bare.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_'));
    words
        .filter(|word| word.starts_with(|c: char| c.is_ascii_lowercase()))
        .filter(|word| !PROMQL.contains(word))
        .map(str::to_owned)
        .collect()
}

/// Every figure that the dashboard draws is one that this server counts, and what an operator has to
/// see is drawn.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_dashboard_draws_what_is_counted() {
    server::http::recorder().expect("the first to count");
    let app = TestApp::sqlite().await;
    let held = app.submit(at_station()).await;
    app.resident(&held, action(Verb::Withdraw)).await;
    deadlines::forget(&app.app).await.expect("looked");
    notify::figure(&app.app).await.expect("looked");
    Watch::begin(app.now(), Instant::now(), None).believes(app.now(), Instant::now());
    app.close().await;
    let counted = server::http::recorder().expect("counted").render();
    let counted: BTreeSet<&str> = counted
        .lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| line.split(['{', ' ']).next())
        .collect();
    let dashboard: serde_json::Value =
        serde_json::from_str(include_str!("../../../docs/dashboard.json")).expect("a dashboard");
    let mut drawn = BTreeSet::new();
    for panel in dashboard["panels"].as_array().expect("panels") {
        for target in panel["targets"].as_array().expect("targets") {
            let expression = target["expr"].as_str().expect("an expression");
            let figures = figures_of(expression);
            assert_eq!(figures.len(), 1, "{expression}: {figures:?}");
            drawn.extend(figures);
        }
    }
    for figure in &drawn {
        assert!(counted.contains(figure.as_str()), "{figure}: {counted:#?}");
    }
    for needed in [
        "clock_doubted",
        "messages_oldest_seconds",
        "messages_given_up_total",
        "http_request_seconds_bucket",
    ] {
        assert!(drawn.contains(needed), "{needed} is not drawn: {drawn:#?}");
    }
}
