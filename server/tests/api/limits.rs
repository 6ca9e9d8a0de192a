//! What may not be done too often.

use crate::app::{TestApp, With, action, at_station, case_of};
use axum::http::StatusCode;
use model::api::{Track, VisitCheck, VisitCode, path};
use model::problem::Code;
use model::receipt::Receipt;
use model::workflow::Verb;
use server::config::Limits;
use server::state::Settings;
use uuid::Uuid;

crate::on_both!(
    numbers_cannot_be_tried_through,
    digits_of_one_number_cannot_be_tried_through,
    nor_from_many_addresses,
    an_address_hands_in_so_many_an_hour,
    door_codes_cannot_be_tried_through,
);

async fn track(app: &TestApp, n: u32, from: [u8; 4]) -> crate::app::Answer {
    let receipt = Receipt::of(n).digits();
    let last_four = "1234".to_owned();
    let asked = app.post(path::TRACK).from(from);
    asked.json(&Track { receipt, last_four }).send().await
}

async fn numbers_cannot_be_tried_through(app: &TestApp) {
    let here = [203, 0, 113, 1];
    for n in 0..30 {
        assert_eq!(track(app, n, here).await.code(), Code::NotFound, "{n}");
    }
    let answer = track(app, 31, here).await;
    let problem = answer.problem();
    assert_eq!(problem.code, Code::TooOften);
    let wait = problem.retry_after_s.expect("how long");
    assert_eq!(answer.header("retry-after"), wait.to_string());
    assert_eq!(
        track(app, 31, [203, 0, 113, 2]).await.code(),
        Code::NotFound
    );
    // A restart forgets nothing; waiting helps.
    let again = app.restarted().await;
    assert_eq!(track(&again, 32, here).await.code(), Code::TooOften);
    app.pass_s(i64::try_from(wait).expect("seconds"));
    assert_eq!(track(&again, 32, here).await.code(), Code::NotFound);
    again.close().await;
}

async fn digits_of_one_number_cannot_be_tried_through(app: &TestApp) {
    let here = [203, 0, 113, 1];
    for n in 0..10 {
        assert_eq!(track(app, 7, here).await.code(), Code::NotFound, "{n}");
    }
    assert_eq!(track(app, 7, here).await.code(), Code::TooOften);
    assert_eq!(track(app, 8, here).await.code(), Code::NotFound);
}

async fn nor_from_many_addresses(app: &TestApp) {
    let held = app.submit(at_station()).await;
    let try_digits = async |receipt: &str, last_four: &str, n: u8| {
        let asked = app.post(path::TRACK).from([198, 51, 100, n]);
        let sent = Track {
            receipt: receipt.to_owned(),
            last_four: last_four.to_owned(),
        };
        asked.json(&sent).send().await
    };
    let (there, nowhere) = (held.receipt.digits(), Receipt::of(7).digits());
    // Right digits are not counted: a family looks as often as it likes.
    for n in 0..40 {
        let right = try_digits(&there, "1234", n).await;
        assert_eq!(right.status, StatusCode::OK, "{n}");
    }
    // A number that nobody has is closed like one that somebody has.
    for receipt in [&there, &nowhere] {
        for n in 100..120 {
            let wrong = try_digits(receipt, "9999", n).await;
            assert_eq!(wrong.code(), Code::NotFound, "{n}");
        }
        let answer = try_digits(receipt, "1234", 200).await;
        let problem = answer.problem();
        assert_eq!(problem.code, Code::TooOften);
        assert_eq!(problem.retry_after_s, Some(86_400 / 20));
        assert_eq!(answer.header("retry-after"), "4320");
    }
    // The link is not a guess, and goes on opening the case; a restart forgets nothing.
    app.view(&held).await;
    let again = app.restarted().await;
    let sent = Track {
        receipt: there.clone(),
        last_four: "1234".to_owned(),
    };
    let closed = again.post(path::TRACK).json(&sent).send().await;
    assert_eq!(closed.code(), Code::TooOften);
    again.close().await;
    app.pass_s(4320);
    assert_eq!(try_digits(&there, "1234", 201).await.status, StatusCode::OK);
}

async fn an_address_hands_in_so_many_an_hour(app: &TestApp) {
    let send = async |key| {
        let asked = app.post(path::CASES).key(key);
        asked.json(&case_of(at_station())).send().await
    };
    let first = Uuid::now_v7();
    assert_eq!(send(first).await.status, StatusCode::CREATED);
    for n in 1..30 {
        assert_eq!(
            send(Uuid::now_v7()).await.status,
            StatusCode::CREATED,
            "{n}"
        );
    }
    assert_eq!(send(Uuid::now_v7()).await.code(), Code::TooOften);
    // A receipt that got lost on the way is still to be had.
    assert_eq!(send(first).await.status, StatusCode::CREATED);
}

async fn door_codes_cannot_be_tried_through(app: &TestApp) {
    let slot = app.free_slot(crate::app::ESTATE).await;
    let held = app.submit(crate::app::at_home(slot)).await;
    let right = app
        .app
        .store
        .door_code(held.case)
        .await
        .expect("read")
        .expect("a code");
    let wrong = if right == "000000" {
        "000001"
    } else {
        "000000"
    };
    let check = async |code: &str| {
        let asked = app.post(path::of_case(path::VISIT_CODE, held.case));
        let sent = VisitCode {
            code: code.to_owned(),
        };
        asked.secret(&held.secret).json(&sent).send().await
    };
    assert_eq!(check("12").await.code(), Code::Invalid);
    for left in (0..5).rev() {
        let said: VisitCheck = check(wrong).await.json();
        assert_eq!(said, VisitCheck::Wrong { tries_left: left });
    }
    assert_eq!(check(&right).await.json::<VisitCheck>(), VisitCheck::Closed);
    app.resident(&held, action(Verb::Withdraw)).await;
    assert_eq!(check(&right).await.code(), Code::NotFound);
}

#[tokio::test]
async fn limits_are_settings_and_proxies_name_the_caller() {
    let settings = Settings {
        behind_proxy: true,
        limits: Limits {
            track_address_per_hour: 1,
            submit_per_hour: 0,
            ..Limits::default()
        },
        ..Settings::default()
    };
    let with = With {
        settings,
        dist: None,
    };
    let app = TestApp::sqlite_with(with).await;
    for _ in 0..40 {
        app.submit(at_station()).await;
    }
    let sent = Track {
        receipt: Receipt::of(1).digits(),
        last_four: "1234".to_owned(),
    };
    let track = async |forwarded: &str| {
        let asked = app.post(path::TRACK).header("x-forwarded-for", forwarded);
        asked.json(&sent).send().await.code()
    };
    assert_eq!(track("198.51.100.1").await, Code::NotFound);
    assert_eq!(track("10.9.9.9, 198.51.100.1").await, Code::TooOften);
    assert_eq!(track("198.51.100.1, 198.51.100.2").await, Code::NotFound);
    app.close().await;
}
