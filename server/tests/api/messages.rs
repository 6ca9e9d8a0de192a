//! Messages: who is told of what, that they arrive although the gateway stumbles, and only once.

use crate::app::{Desk, OTHER_WORKER, PHONE, TestApp, WORKER, With, action, at_station};
use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use futures::future::join_all;
use model::api::Submitted;
use model::id::StaffId;
use model::workflow::{Action, Verb};
use serde_json::Value;
use server::notify;
use server::notify::deliver::{Gateway, drain, signature};
use server::state::Settings;
use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};
use url::Url;

crate::on_both!(
    each_is_told_what_concerns_them,
    a_gateway_that_stumbles_is_tried_again,
    nodes_at_once_send_each_message_once,
    what_is_overdue_is_told_once,
    none_of_one_day_is_left_out,
    what_was_erased_is_not_sent,
    the_clock_steps_once_on_two_nodes,
);

const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

/// A street's gateway that writes down what it gets.
#[derive(Clone, Default)]
struct Phone(Arc<Mutex<Inner>>);

#[derive(Default)]
struct Inner {
    got: Vec<(String, Value)>,
    /// Answers given before it begins to say yes.
    refusals: Vec<StatusCode>,
}

impl Phone {
    /// Listens, and says where.
    async fn listen(&self) -> Gateway {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
            .await
            .expect("a port");
        let url = format!("http://{}/sms", listener.local_addr().expect("an address"));
        let router = Router::new()
            .route("/sms", post(take))
            .with_state(self.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        Gateway::new(Url::parse(&url).expect("an address"), SECRET).expect("a gateway")
    }

    fn refuse(&self, statuses: &[StatusCode]) {
        self.0.lock().expect("a lock").refusals = statuses.to_vec();
    }

    /// What came since it was last asked.
    fn take(&self) -> Vec<(String, Value)> {
        std::mem::take(&mut self.0.lock().expect("a lock").got)
    }

    /// Who was told of what since it was last asked, and in which words.
    fn told(&self) -> BTreeSet<(String, String, String)> {
        let text = |value: &Value| value.as_str().unwrap_or("resident").to_owned();
        self.take()
            .iter()
            .map(|(_, event)| {
                let data = &event["data"];
                (
                    text(&event["type"]),
                    text(&data["to"]["staff"]),
                    text(&data["text"]),
                )
            })
            .collect()
    }
}

async fn take(State(phone): State<Phone>, headers: HeaderMap, body: Bytes) -> StatusCode {
    let header = |name: &str| headers[name].to_str().expect("text").to_owned();
    let (id, at) = (header("webhook-id"), header("webhook-timestamp"));
    let secret = STANDARD
        .decode(SECRET.trim_start_matches("whsec_"))
        .expect("base64");
    let signed = signature(&secret, &id, &at, &body);
    assert_eq!(signed, header("webhook-signature"));
    let mut inner = phone.0.lock().expect("a lock");
    if !inner.refusals.is_empty() {
        return inner.refusals.remove(0);
    }
    let event = serde_json::from_slice(&body).expect("JSON");
    inner.got.push((id, event));
    StatusCode::NO_CONTENT
}

/// A server on the same data that tells people.
async fn telling(app: &TestApp, gateway: &Gateway) -> TestApp {
    let settings = Settings {
        notify: Some(gateway.clone()),
        origin: Some("https://street.example".to_owned()),
        ..Settings::default()
    };
    let with = With {
        settings,
        ..With::default()
    };
    app.restarted_with(with).await
}

async fn accept_and_assign(window: &Desk<'_>, held: &Submitted, worker: &str) {
    window.act(held.case, action(Verb::Accept)).await;
    let assign = Action {
        staff: StaffId::parse(worker).ok(),
        ..action(Verb::Assign)
    };
    window.act(held.case, assign).await;
}

async fn each_is_told_what_concerns_them(app: &TestApp) {
    let phone = Phone::default();
    let gateway = phone.listen().await;
    let app = telling(app, &gateway).await;
    let held = app.submit(at_station()).await;
    drain(&app.app, &gateway).await.expect("a drain");
    let told = phone.told();
    let whom: BTreeSet<_> = told.iter().map(|(_, who, _)| who.as_str()).collect();
    assert_eq!(whom, BTreeSet::from([WORKER, "window"]), "{told:?}");
    let receipt = held.receipt.to_string();
    let link = format!("https://street.example/staff/cases/{}", held.case);
    for (occasion, _, text) in &told {
        assert_eq!(occasion, "case.handed_in");
        assert!(text.contains(&receipt) && text.contains(&link), "{text}");
        assert!(!text.contains('{') && !text.contains(PHONE), "{text}");
    }

    let window = app.sign_in("window").await;
    accept_and_assign(&window, &held, OTHER_WORKER).await;
    drain(&app.app, &gateway).await.expect("a drain");
    let got = phone.take();
    let resident = got.iter().find(|(_, event)| event["type"] == "case.accept");
    let (_, resident) = resident.expect("the resident is told");
    assert_eq!(resident["data"]["to"]["phone"], PHONE);
    assert!(resident["data"]["to"]["staff"].is_null());
    let worker = got.iter().find(|(_, event)| event["type"] == "case.assign");
    let (id, worker) = worker.expect("the worker is told");
    assert_eq!(worker["data"]["to"]["staff"], OTHER_WORKER);
    assert!(id.starts_with(&held.case.to_string()), "{id}");
    assert_eq!(
        got.len(),
        2,
        "and nobody of what they did themselves: {got:?}"
    );

    // The resident urges: whoever has it is told, the resident is not.
    app.resident(&held, action(Verb::Urge)).await;
    drain(&app.app, &gateway).await.expect("a drain");
    let whom: Vec<_> = phone.told().into_iter().map(|(_, who, _)| who).collect();
    assert_eq!(whom, [OTHER_WORKER]);
}

async fn a_gateway_that_stumbles_is_tried_again(app: &TestApp) {
    let phone = Phone::default();
    let gateway = phone.listen().await;
    let app = telling(app, &gateway).await;
    let oldest = async || app.app.store.oldest_message().await.expect("read");
    assert_eq!(oldest().await, None);
    let handed_in = app.now();
    app.submit(at_station()).await;
    phone.refuse(&[StatusCode::BAD_GATEWAY; 2]);
    assert_eq!(drain(&app.app, &gateway).await.expect("a drain"), 0);
    // Not before its time, and not by another either.
    assert_eq!(drain(&app.app, &gateway).await.expect("a drain"), 0);
    assert!(phone.take().is_empty());
    app.pass_s(11);
    assert_eq!(oldest().await, Some(handed_in), "it still waits");
    assert_eq!(drain(&app.app, &gateway).await.expect("a drain"), 2);
    assert_eq!(oldest().await, None);
    app.pass_s(3600);
    assert_eq!(drain(&app.app, &gateway).await.expect("a drain"), 0);
    assert_eq!(phone.take().len(), 2);

    // One that says no for a week is let alone.
    app.submit(at_station()).await;
    phone.refuse(&[StatusCode::NOT_FOUND; 100]);
    for _ in 0..30 {
        assert_eq!(drain(&app.app, &gateway).await.expect("a drain"), 0);
        app.pass_s(6 * 3600 + 1);
    }
    let left = phone.0.lock().expect("a lock").refusals.len();
    assert_eq!(left, 100 - 2 * 10, "two messages, ten tries each");
}

async fn nodes_at_once_send_each_message_once(app: &TestApp) {
    let phone = Phone::default();
    let gateway = phone.listen().await;
    let one = telling(app, &gateway).await;
    let two = telling(app, &gateway).await;
    for _ in 0..15 {
        one.submit(at_station()).await;
    }
    let drains = [&one, &two, &one, &two].map(|node| drain(&node.app, &gateway));
    for done in join_all(drains).await {
        done.expect("a drain");
    }
    let got = phone.take();
    let ids: BTreeSet<_> = got.iter().map(|(id, _)| id).collect();
    assert_eq!((got.len(), ids.len()), (30, 30));
}

async fn what_is_overdue_is_told_once(app: &TestApp) {
    let phone = Phone::default();
    let gateway = phone.listen().await;
    let app = telling(app, &gateway).await;
    let held = app.submit(at_station()).await;
    drain(&app.app, &gateway).await.expect("a drain");
    phone.take();
    let due = held.answer_by.at;
    let before = app.now();
    notify::overdue(&app.app, before, app.now())
        .await
        .expect("a look");
    drain(&app.app, &gateway).await.expect("a drain");
    assert!(phone.take().is_empty(), "nothing is late yet");

    app.clock.set(due.plus_seconds(1));
    for _ in 0..2 {
        // A node that was restarted looks at the same days again.
        notify::overdue(&app.app, before, app.now())
            .await
            .expect("a look");
    }
    drain(&app.app, &gateway).await.expect("a drain");
    let told = phone.told();
    let whom: BTreeSet<_> = told.iter().map(|(_, who, _)| who.as_str()).collect();
    assert_eq!(whom, BTreeSet::from(["window", "supervisor"]), "{told:?}");
    notify::overdue(&app.app, before, app.now())
        .await
        .expect("a look");
    assert_eq!(drain(&app.app, &gateway).await.expect("a drain"), 0);
}

/// Days end for all cases at once: a page of them that ends among equals goes on among them.
async fn none_of_one_day_is_left_out(app: &TestApp) {
    let phone = Phone::default();
    let app = telling(app, &phone.listen().await).await;
    let mut late = Vec::new();
    for _ in 0..5 {
        late.push(app.submit(at_station()).await);
    }
    let due = late[0].answer_by.at;
    assert!(late.iter().all(|held| held.answer_by.at == due));
    let mut found = Vec::new();
    let mut after = (app.now(), model::id::CaseId(uuid::Uuid::max()));
    loop {
        let page = app.app.store.overdue(after, due, 2).await.expect("a page");
        let Some(last) = page.last() else { break };
        after = *last;
        found.extend(page.into_iter().map(|(_, id)| id));
    }
    let all: Vec<_> = late.iter().map(|held| held.case).collect();
    assert_eq!(found, all);
}

async fn what_was_erased_is_not_sent(app: &TestApp) {
    let phone = Phone::default();
    let gateway = phone.listen().await;
    let app = telling(app, &gateway).await;
    let held = app.submit(at_station()).await;
    let window = app.sign_in("window").await;
    let reject = Action {
        to_resident: Some("请打 12345。".to_owned()),
        ..action(Verb::Reject)
    };
    window.act(held.case, reject).await;
    let by = StaffId::parse("supervisor").expect("an id");
    let erased = app.app.store.erase_case(held.case, &by, app.now()).await;
    erased.expect("erased");
    drain(&app.app, &gateway).await.expect("a drain");
    let told = phone.told();
    assert!(told.iter().all(|(_, who, _)| who != "resident"), "{told:?}");
    assert_eq!(
        told.len(),
        2,
        "staff were told that something came: {told:?}"
    );
}

async fn the_clock_steps_once_on_two_nodes(app: &TestApp) {
    let two = app.restarted().await;
    let held = app.submit(at_station()).await;
    let window = app.sign_in("window").await;
    accept_and_assign(&window, &held, WORKER).await;
    let worker = app.sign_in(WORKER).await;
    worker.act(held.case, action(Verb::Start)).await;
    let finish = Action {
        to_resident: Some("办好了。".to_owned()),
        ..action(Verb::Finish)
    };
    worker.act(held.case, finish).await;
    app.pass_s(60 * 24 * 3600);
    let passes = [&app.app, &two.app, &app.app, &two.app].map(server::deadlines::pass);
    let stepped: Vec<usize> = join_all(passes)
        .await
        .into_iter()
        .map(|passed| passed.expect("a pass"))
        .collect();
    assert_eq!(stepped.iter().sum::<usize>(), 1, "{stepped:?}");
    let case = app.view(&held).await;
    assert_eq!(case.progress.state, model::workflow::State::Lapsed);
    assert_eq!(case.progress.seq, 6);
}
