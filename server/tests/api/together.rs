//! Several people at the same moment.

use crate::app::{Desk, ESTATE, TestApp, WORKER, action, at_home, case_of};
use axum::http::StatusCode;
use futures::future::join_all;
use model::api::{Submitted, path};
use model::id::StaffId;
use model::problem::Code;
use model::workflow::{Action, Verb};
use uuid::Uuid;

crate::on_both!(
    one_time_is_booked_once,
    staff_cannot_book_over_each_other,
    of_two_who_act_at_once_one_sees_what_changed,
);

async fn one_time_is_booked_once(app: &TestApp) {
    let slot = app.free_slot(ESTATE).await;
    let body = case_of(at_home(slot));
    let sent = (0..10u8).map(|n| {
        let asked = app.post(path::CASES).from([198, 51, 100, n]);
        asked.key(Uuid::now_v7()).json(&body).send()
    });
    let answers = join_all(sent).await;
    let good = answers.iter().filter(|a| a.status == StatusCode::CREATED);
    assert_eq!(good.count(), 1);
    let rest = answers.iter().filter(|a| a.status != StatusCode::CREATED);
    assert!(rest.clone().all(|answer| answer.code() == Code::SlotTaken));
    assert_ne!(app.free_slot(ESTATE).await, slot);
    // Taking the case back frees the time.
    let held: Submitted = answers
        .iter()
        .find(|a| a.status == StatusCode::CREATED)
        .expect("one")
        .json();
    let back = app.resident(&held, action(Verb::Withdraw)).await;
    assert_eq!(back.status, StatusCode::OK, "{}", back.text());
    assert_eq!(app.free_slot(ESTATE).await, slot);
}

/// A case of the worker's, begun.
async fn begun(app: &TestApp, window: &Desk<'_>) -> Submitted {
    let held = app.submit(crate::app::at_station()).await;
    window.act(held.case, action(Verb::Accept)).await;
    let assign = Action {
        staff: StaffId::parse(WORKER).ok(),
        ..action(Verb::Assign)
    };
    window.act(held.case, assign).await;
    held
}

async fn staff_cannot_book_over_each_other(app: &TestApp) {
    let window = app.sign_in("window").await;
    let (one, two) = (begun(app, &window).await, begun(app, &window).await);
    let slot = app.free_slot(ESTATE).await;
    let book = |slot| Action {
        slot: Some(slot),
        ..action(Verb::BookVisit)
    };
    let (first, second) = tokio::join!(
        window.act_on(one.case, book(slot), 3),
        window.act_on(two.case, book(slot), 3),
    );
    let codes = [first.status, second.status];
    assert!(
        codes.contains(&StatusCode::OK) && codes.contains(&StatusCode::CONFLICT),
        "{codes:?}"
    );
    let (loser, unbooked) = if first.status == StatusCode::OK {
        (second, two.case)
    } else {
        (first, one.case)
    };
    assert_eq!(loser.code(), Code::SlotTaken);
    // A time of one's own making could overlap another's.
    let mut between = slot;
    between.start = between.start.plus_seconds(60);
    let answer = window.act_on(unbooked, book(between), 3).await;
    assert_eq!(answer.code(), Code::Invalid);
}

async fn of_two_who_act_at_once_one_sees_what_changed(app: &TestApp) {
    let window = app.sign_in("window").await;
    let chief = app.sign_in("supervisor").await;
    let held = app.submit(crate::app::at_station()).await;
    let (one, two) = tokio::join!(
        window.act_on(held.case, action(Verb::Accept), 1),
        chief.act_on(held.case, action(Verb::Accept), 1),
    );
    let codes = [one.status, two.status];
    assert!(
        codes.contains(&StatusCode::OK) && codes.contains(&StatusCode::CONFLICT),
        "{codes:?}"
    );
    let loser = if one.status == StatusCode::OK {
        two
    } else {
        one
    };
    assert_eq!(loser.code(), Code::CaseChanged);
    let late = chief.act_on(held.case, action(Verb::Accept), 1).await;
    assert_eq!(late.code(), Code::CaseChanged);
    let again = chief.act_on(held.case, action(Verb::Accept), 2).await;
    assert_eq!(again.code(), Code::Refused);
}
