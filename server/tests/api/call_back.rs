//! 请回电: somebody asks to be called, staff see it, call, and finish.

use crate::app::{Answer, ESTATE, PHONE, TestApp, WORKER, action};
use axum::http::StatusCode;
use model::api::{NewCase, Queue, Submitted, path};
use model::field::Answers;
use model::id::StaffId;
use model::kinds::KindName;
use model::workflow::{Action, State, Verb};
use serde_json::{Value, json};
use uuid::Uuid;

crate::on_both!(
    a_call_asked_for_is_a_task_for_staff,
    without_a_home_it_comes_to_the_street,
    what_no_call_can_be_made_with_is_refused,
);

fn asked(with: &[(&str, Value)]) -> NewCase {
    let mut answers = Answers::default();
    for (name, answer) in [
        ("contact_name", json!("王秀英")),
        ("contact_phone", json!(PHONE)),
        ("call_at", json!("morning")),
        ("consent", json!(true)),
    ] {
        answers.set(name, &answer);
    }
    for (name, answer) in with {
        answers.set(name, answer);
    }
    NewCase {
        kind: KindName::CallBack,
        answers,
    }
}

async fn try_hand_in(app: &TestApp, new: &NewCase) -> Answer {
    app.post(path::CASES)
        .key(Uuid::now_v7())
        .json(new)
        .send()
        .await
}

async fn hand_in(app: &TestApp, new: &NewCase) -> Submitted {
    let answer = try_hand_in(app, new).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text());
    answer.json()
}

async fn a_call_asked_for_is_a_task_for_staff(app: &TestApp) {
    let new = asked(&[
        ("home", json!({ "estate": ESTATE, "door": "3号楼" })),
        ("note", json!("想问问老年饭卡")),
    ]);
    let held = hand_in(app, &new).await;
    let window = app.sign_in("window").await;
    let seen = window.case(held.case).await;
    assert_eq!(seen.view.kind, KindName::CallBack);
    assert_eq!(seen.view.answers.text("contact_phone"), PHONE);
    window.act(held.case, action(Verb::Accept)).await;
    let assign = Action {
        staff: StaffId::parse(WORKER).ok(),
        ..action(Verb::Assign)
    };
    window.act(held.case, assign).await;
    let due = app.view(&held).await.progress.due.expect("a promise");
    let days = due.at.0 - app.now().0;
    assert!(
        days <= 4 * 24 * 3_600_000,
        "a working day, not a week: {days} ms"
    );
    let worker = app.sign_in(WORKER).await;
    worker.act(held.case, action(Verb::Start)).await;
    let finish = Action {
        to_resident: Some("电话里说清楚了，饭卡周三送到。".to_owned()),
        ..action(Verb::Finish)
    };
    worker.act(held.case, finish).await;
    assert_eq!(app.view(&held).await.progress.state, State::Done);
}

async fn without_a_home_it_comes_to_the_street(app: &TestApp) {
    let held = hand_in(app, &asked(&[])).await;
    assert!(held.responsible.phone.is_some(), "somebody answers for it");
    let window = app.sign_in("window").await;
    let address = format!("{}?scope=all", path::QUEUE);
    let queue: Queue = window.get(address).send().await.json();
    let row = queue.items.iter().find(|row| row.case == held.case);
    let row = row.expect("it is in the queue");
    assert_eq!((row.kind, row.grid.as_str()), (KindName::CallBack, "yunqi"));
    assert_ne!(row.applicant, "王秀英", "the list masks the name");
}

async fn what_no_call_can_be_made_with_is_refused(app: &TestApp) {
    for (field, given, fault) in [
        ("contact_phone", json!("12"), "bad_phone"),
        ("contact_name", json!(""), "missing"),
        ("call_at", json!("midnight"), "bad_choice"),
        ("note", json!("长".repeat(201)), "too_long"),
    ] {
        let answer = try_hand_in(app, &asked(&[(field, given)])).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{field}");
        let told: Value = answer.json();
        assert_eq!(told["faults"][0]["field"], field);
        assert_eq!(told["faults"][0]["fault"], fault);
    }
}
