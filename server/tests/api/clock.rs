//! A machine whose clock jumps ahead and is put right.

use crate::app::{TestApp, action, at_station};
use axum::http::StatusCode;
use model::api::{Track, path};
use model::workflow::{State, Verb};
use server::ops;

crate::on_both!(
    a_clock_that_jumps_loses_nothing,
    a_clock_put_right_keeps_nobody_out
);

const DAY_S: i64 = 24 * 3600;

async fn a_clock_that_jumps_loses_nothing(app: &TestApp) {
    let before = app.submit(at_station()).await;
    app.pass_s(400 * DAY_S);
    let ahead = app.submit(at_station()).await;
    let window = app.sign_in("window").await;
    for case in [before.case, ahead.case] {
        window.act(case, action(Verb::Accept)).await;
    }
    // Put right, and an hour too far.
    app.pass_s(-400 * DAY_S - 3600);
    let after = app.submit(at_station()).await;
    let window = app.sign_in("window").await;
    window.act(after.case, action(Verb::Accept)).await;
    for held in [&before, &ahead, &after] {
        let seen = window.case(held.case).await;
        let last = seen.view.progress.seq;
        let numbers: Vec<_> = seen.view.timeline.iter().map(|entry| entry.seq).collect();
        assert_eq!(numbers, (0..last).collect::<Vec<_>>());
        app.resident(held, action(Verb::Withdraw)).await;
        assert_eq!(app.view(held).await.progress.state, State::Withdrawn);
    }
    assert_ne!(before.receipt, ahead.receipt);
    let verified = ops::verify(&app.app.store, &app.app.photos).await;
    let verified = verified.expect("read");
    assert_eq!(verified.broken, Vec::<String>::new());
    assert_eq!(verified.cases, 3);
}

async fn a_clock_put_right_keeps_nobody_out(app: &TestApp) {
    let held = app.submit(at_station()).await;
    let track = async || {
        let sent = Track {
            receipt: held.receipt.to_string(),
            last_four: "0000".to_owned(),
        };
        app.post(path::TRACK).json(&sent).send().await.status
    };
    app.pass_s(DAY_S);
    while track().await != StatusCode::TOO_MANY_REQUESTS {}
    app.pass_s(-DAY_S);
    assert_ne!(track().await, StatusCode::TOO_MANY_REQUESTS);
}
