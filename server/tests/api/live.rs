//! Changes are told at once to those who may hear of them, and to nobody else.

use crate::app::{Desk, OTHER_WORKER, TestApp, WORKER, action, at_station};
use axum::body::BodyDataStream;
use axum::http::{Method, StatusCode};
use futures::StreamExt;
use model::api::{Change, Submitted, Ticket, path};
use model::area::{Role, Staff};
use model::id::{AreaId, CaseId};
use model::problem::Code;
use model::workflow::{State, Verb};
use std::time::Duration;
use tokio::time::timeout;
use uuid::Uuid;

crate::on_both!(
    a_resident_hears_of_their_case,
    staff_hear_of_their_area,
    nothing_is_told_after_signing_out,
    nothing_is_told_once_the_session_is_over,
    another_area_is_another_stream,
    a_ticket_holds_once_and_for_a_minute,
);

/// Far longer than it takes, so that a slow machine fails nothing.
const LONG: Duration = Duration::from_secs(20);

struct Heard(BodyDataStream);

impl Heard {
    /// The next change; none when the stream has ended.
    async fn next(&mut self) -> Option<Change> {
        let next = timeout(LONG, self.0.next()).await.expect("in time")?;
        let text = String::from_utf8(next.expect("a piece").to_vec()).expect("text");
        assert!(text.starts_with("event: change\n"), "{text}");
        let data = text.lines().find_map(|line| line.strip_prefix("data: "));
        serde_json::from_str(data.expect("data")).ok()
    }
}

async fn listen(app: &TestApp, held: &Submitted) -> Heard {
    let ticket = ticket(app, held).await;
    let asked = app.get(format!("{}?ticket={}", path::LIVE, ticket.ticket));
    let answer = asked.open().await;
    assert_eq!(answer.status(), StatusCode::OK);
    assert_eq!(answer.headers()["content-type"], "text/event-stream");
    Heard(answer.into_body().into_data_stream())
}

async fn ticket(app: &TestApp, held: &Submitted) -> Ticket {
    let asked = app.post(path::of_case(path::CASE_TICKET, held.case));
    asked.secret(&held.secret).send().await.json()
}

async fn a_resident_hears_of_their_case(app: &TestApp) {
    let held = app.submit(at_station()).await;
    let other = app.submit(at_station()).await;
    let mut heard = listen(app, &held).await;
    let change = |seq, state| {
        let case = held.case;
        Some(Change { case, seq, state })
    };
    assert_eq!(heard.next().await, change(1, State::Submitted));
    app.resident(&other, action(Verb::Urge)).await;
    let window = app.sign_in("window").await;
    window.act(held.case, action(Verb::Accept)).await;
    assert_eq!(heard.next().await, change(2, State::Accepted));
    app.app.stopping.cancel();
    assert_eq!(
        heard.next().await,
        None,
        "streams end when the server stops"
    );
}

async fn staff_hear_of_their_area(app: &TestApp) {
    let worker = app.sign_in(WORKER).await;
    let elsewhere = app.sign_in(OTHER_WORKER).await;
    let (mut here, mut there) = (listen_at(&worker).await, listen_at(&elsewhere).await);
    let held = app.submit(at_station()).await;
    assert_eq!(here.next().await.map(|change| change.case), Some(held.case));
    app.app.stopping.cancel();
    assert_eq!(there.next().await, None, "nothing of another grid is heard");
}

async fn listen_at(desk: &Desk<'_>) -> Heard {
    let answer = desk.get(path::STAFF_LIVE).open().await;
    assert_eq!(answer.status(), StatusCode::OK);
    Heard(answer.into_body().into_data_stream())
}

async fn nothing_is_told_after_signing_out(app: &TestApp) {
    let (worker, twice) = (app.sign_in(WORKER).await, app.sign_in(WORKER).await);
    let (mut here, mut there) = (listen_at(&worker).await, listen_at(&twice).await);
    let out = worker.ask(Method::DELETE, path::SESSION).send().await;
    assert_eq!(out.status, StatusCode::NO_CONTENT);
    let held = app.submit(at_station()).await;
    assert_eq!(here.next().await, None);
    assert_eq!(
        there.next().await.map(|change| change.case),
        Some(held.case)
    );
    // Also where nothing happens that could be told.
    let out = twice.ask(Method::DELETE, path::SESSION).send().await;
    assert_eq!(out.status, StatusCode::NO_CONTENT);
    assert_eq!(there.next().await, None);
}

async fn nothing_is_told_once_the_session_is_over(app: &TestApp) {
    let idle = app.sign_in(WORKER).await;
    let mut heard = listen_at(&idle).await;
    app.pass_s(server::auth::IDLE_S);
    app.submit(at_station()).await;
    assert_eq!(heard.next().await, None, "listening is no use of a session");
}

async fn another_area_is_another_stream(app: &TestApp) {
    let worker = app.sign_in(WORKER).await;
    let chief = app.sign_in("supervisor").await;
    let (mut heard, mut unchanged) = (listen_at(&worker).await, listen_at(&chief).await);
    let moved = Staff {
        role: Role::Volunteer,
        ..worker.me.staff.clone()
    };
    let store = &app.app.store;
    store.upsert_staff(&moved, app.now()).await.expect("moved");
    let held = app.submit(at_station()).await;
    assert_eq!(heard.next().await, None);
    let told = unchanged.next().await.map(|change| change.case);
    assert_eq!(told, Some(held.case));
}

async fn a_ticket_holds_once_and_for_a_minute(app: &TestApp) {
    let held = app.submit(at_station()).await;
    let use_up = async |ticket: &Ticket| {
        let asked = app.get(format!("{}?ticket={}", path::LIVE, ticket.ticket));
        asked.open().await.status()
    };
    let once = ticket(app, &held).await;
    assert_eq!(use_up(&once).await, StatusCode::OK);
    assert_eq!(use_up(&once).await, StatusCode::NOT_FOUND);
    let late = ticket(app, &held).await;
    app.pass_s(61);
    assert_eq!(use_up(&late).await, StatusCode::NOT_FOUND);
    let asked = app.post(path::of_case(path::CASE_TICKET, held.case));
    assert_eq!(asked.secret("wrong").send().await.code(), Code::NotFound);
}

/// Two servers on one database: a page open at one hears what happens at the other.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nodes_tell_each_other() {
    let here = TestApp::postgres().await;
    let there = here.restarted().await;
    let nodes = [here.app.clone(), there.app.clone()]
        .map(|app| tokio::spawn(async move { app.live.join_nodes(&app.store).await }));
    until_heard(&there, &here).await;

    let held = here.submit(at_station()).await;
    let mut heard = listen(&here, &held).await;
    heard.next().await.expect("where it stands");
    let desk = there.sign_in(WORKER).await;
    desk.act(held.case, action(Verb::Accept)).await;
    let told = heard.next().await.expect("told by the other node");
    let accepted = Change {
        case: held.case,
        seq: 2,
        state: State::Accepted,
    };
    assert_eq!(told, accepted);
    here.resident(&held, action(Verb::Urge)).await;
    let own = heard.next().await.expect("told by its own node");
    assert_eq!(own.seq, 3, "what happens here is heard once");

    there.app.stopping.cancel();
    here.app.stopping.cancel();
    assert_eq!(heard.next().await, None, "nothing was heard twice");
    for node in nodes {
        node.await.expect("ended");
    }
    there.app.store.close().await;
    here.close().await;
}

/// Waits until what one says is heard by the other; whoever listens before is cut off once, since
/// something may have been missed.
async fn until_heard(one: &TestApp, other: &TestApp) {
    let told = server::live::Told {
        change: Change {
            case: CaseId(Uuid::nil()),
            seq: 1,
            state: State::Submitted,
        },
        area: AreaId::parse("nowhere").expect("an id"),
        assignee: None,
        called: Vec::new(),
    };
    loop {
        let mut heard = Box::pin(other.app.live.listen(|_| true));
        one.app.live.tell(told.clone());
        let waited = timeout(Duration::from_millis(200), heard.next()).await;
        if matches!(waited, Ok(Some(_))) {
            return;
        }
    }
}
