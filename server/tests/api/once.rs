//! The same intended act is done once, however often it is sent.

use crate::app::{TestApp, WORKER, action, at_station, case_of};
use axum::http::{Method, StatusCode};
use futures::future::join_all;
use model::api::{Act, Queue, path};
use model::problem::Code;
use model::workflow::Verb;
use serde_json::json;
use std::collections::BTreeSet;
use uuid::Uuid;

crate::on_both!(
    the_same_key_gives_the_first_answer_again,
    a_key_outlives_a_restart,
    fifty_at_once_make_one_case,
    acting_twice_with_one_key_acts_once,
    a_refused_form_does_not_use_its_key_up,
);

async fn cases(app: &TestApp) -> usize {
    let desk = app.sign_in("window").await;
    let queue: Queue = desk
        .get(format!("{}?scope=all", path::QUEUE))
        .send()
        .await
        .json();
    queue.items.len()
}

async fn the_same_key_gives_the_first_answer_again(app: &TestApp) {
    let key = Uuid::now_v7();
    let send = async |answers| {
        app.post(path::CASES)
            .key(key)
            .json(&case_of(answers))
            .send()
            .await
    };
    let first = send(at_station()).await;
    app.pass_s(60);
    let second = send(at_station()).await;
    assert_eq!((first.status, &first.body), (second.status, &second.body));
    let mut other = at_station();
    other["note"] = json!("另外一件事");
    assert_eq!(send(other).await.code(), Code::KeyReused);
    assert_eq!(cases(app).await, 1);
}

async fn a_key_outlives_a_restart(app: &TestApp) {
    let key = Uuid::now_v7();
    let body = case_of(at_station());
    let first = app.post(path::CASES).key(key).json(&body).send().await;
    let again = app.restarted().await;
    let second = again.post(path::CASES).key(key).json(&body).send().await;
    assert_eq!((first.status, &first.body), (second.status, &second.body));
    again.close().await;
}

async fn fifty_at_once_make_one_case(app: &TestApp) {
    let key = Uuid::now_v7();
    let body = case_of(at_station());
    let sent = (0..50u8).map(|n| {
        let asked = app.post(path::CASES).from([198, 51, 100, n]).key(key);
        asked.json(&body).send()
    });
    let answers = join_all(sent).await;
    let bodies: BTreeSet<_> = answers.iter().map(|answer| answer.body.clone()).collect();
    assert!(
        answers
            .iter()
            .all(|answer| answer.status == StatusCode::CREATED)
    );
    assert_eq!(bodies.len(), 1);
    assert_eq!(cases(app).await, 1);
}

async fn acting_twice_with_one_key_acts_once(app: &TestApp) {
    let held = app.submit(at_station()).await;
    let act = Act {
        action: action(Verb::Urge),
        seen_seq: 1,
    };
    let key = Uuid::now_v7();
    let send = async || {
        let asked = app.post(path::of_case(path::ACTIONS, held.case));
        asked.secret(&held.secret).key(key).json(&act).send().await
    };
    let (first, second) = (send().await, send().await);
    assert_eq!(first.status, StatusCode::OK, "{}", first.text());
    assert_eq!(first.body, second.body);
    let view = app.view(&held).await;
    assert_eq!((view.progress.seq, view.timeline.len()), (2, 2));
    let told: model::api::CaseView = first.json();
    assert_eq!((told.head, told.progress), (view.head, view.progress));
    // Another person's use of the same key is another act.
    let worker = app.sign_in(WORKER).await;
    let accept = Act {
        action: action(Verb::Accept),
        seen_seq: 2,
    };
    let address = path::of_case(path::STAFF_ACTIONS, held.case);
    let theirs = worker
        .ask(Method::POST, address)
        .key(key)
        .json(&accept)
        .send()
        .await;
    assert_eq!(theirs.status, StatusCode::OK, "{}", theirs.text());
}

async fn a_refused_form_does_not_use_its_key_up(app: &TestApp) {
    let key = Uuid::now_v7();
    let send = async |answers| {
        app.post(path::CASES)
            .key(key)
            .json(&case_of(answers))
            .send()
            .await
    };
    let mut wrong = at_station();
    wrong["applicant_phone"] = json!("123");
    assert_eq!(send(wrong).await.code(), Code::Invalid);
    assert_eq!(send(at_station()).await.status, StatusCode::CREATED);
}
