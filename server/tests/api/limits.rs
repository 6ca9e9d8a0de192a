//! What may not be done too often.

use crate::app::{Answer, TestApp, With, action, at_station, case_of};
use crate::photos::picture;
use axum::http::StatusCode;
use model::api::{Track, VisitCheck, VisitCode, path};
use model::problem::Code;
use model::receipt::Receipt;
use model::workflow::Verb;
use serde_json::json;
use server::config::Limits;
use server::state::Settings;
use uuid::Uuid;

crate::on_both!(
    numbers_cannot_be_tried_through,
    digits_of_one_number_cannot_be_tried_through,
    nor_from_many_addresses,
    an_address_hands_in_so_many_an_hour,
    a_street_behind_one_address_is_not_refused,
    many_addresses_of_one_household_are_one,
    all_together_may_be_slowed_down,
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
    for n in 1..Limits::default().submit_per_hour {
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

/// Two hundred people at home in the evening of a notice, behind the one address that their carrier
/// gives them all (decision 0083): each hands a case in with two photos, within an hour.
async fn a_street_behind_one_address_is_not_refused(app: &TestApp) {
    const RESIDENTS: u8 = 200;
    for resident in 0..RESIDENTS {
        let mut photos = Vec::new();
        for _ in 0..2 {
            photos.push(app.upload(picture(8, 8 + u32::from(resident))).await);
        }
        let mut answers = at_station();
        answers["materials"]["id_card"] = json!({ "have": "photo", "photos": photos });
        app.submit(answers).await;
        app.pass_s(3600 / i64::from(RESIDENTS));
    }
    // One caller at the same address who sends as fast as they can takes what is left, and no more.
    let mut taken = 0;
    while hand_in(app, "192.0.2.1").await.status == StatusCode::CREATED {
        taken += 1;
    }
    let burst = Limits::default().submit_per_hour;
    assert!(taken < burst, "{taken} beside two hundred");
    // A neighbour's phone then keeps its case for half a minute, and is told so.
    let refused = hand_in(app, "192.0.2.1").await.problem();
    let wait = refused.retry_after_s.expect("how long");
    assert!(wait <= 3600 / u64::from(burst), "{wait} s");
    app.pass_s(i64::try_from(wait).expect("seconds"));
    let later = hand_in(app, "192.0.2.1").await;
    assert_eq!(later.status, StatusCode::CREATED);
}

/// A caller with ten thousand addresses of one IPv6 network is one caller; one with ten thousand
/// networks is as many, and that is what [`all_together_may_be_slowed_down`] is for.
async fn many_addresses_of_one_household_are_one(app: &TestApp) {
    let app = behind_proxy(app, Limits::default()).await;
    let burst = Limits::default().submit_per_hour;
    let mut taken = 0;
    for n in 0..2 * burst {
        let answer = hand_in(&app, &format!("2001:db8:1:2::{n:x}")).await;
        taken += u32::from(answer.status == StatusCode::CREATED);
    }
    assert_eq!(taken, burst);
    for n in 3..8 {
        let next_door = hand_in(&app, &format!("2001:db8:1:{n}::1")).await;
        assert_eq!(next_door.status, StatusCode::CREATED);
    }
    app.close().await;
}

/// What an operator sets on the day of an attack: whoever sends, only so many cases an hour come in.
async fn all_together_may_be_slowed_down(app: &TestApp) {
    let limits = Limits {
        submit_all_per_hour: 60,
        ..Limits::default()
    };
    let app = behind_proxy(app, limits).await;
    let mut taken = 0;
    for n in 0..150u8 {
        let answer = hand_in(&app, &format!("198.51.{n}.1")).await;
        taken += u32::from(answer.status == StatusCode::CREATED);
    }
    assert_eq!(taken, 60);
    let honest = "203.0.113.7";
    for _ in 0..200 {
        let refused = hand_in(&app, honest).await.problem();
        assert_eq!(refused.code, Code::TooOften);
        assert_eq!(refused.retry_after_s, Some(60));
    }
    // Being refused for others' sake has used up nothing of their own.
    for _ in 0..Limits::default().submit_per_hour {
        app.pass_s(60);
        assert_eq!(hand_in(&app, honest).await.status, StatusCode::CREATED);
    }
    app.close().await;
}

async fn behind_proxy(app: &TestApp, limits: Limits) -> TestApp {
    let settings = Settings {
        behind_proxy: true,
        limits,
        ..Settings::default()
    };
    let dist = None;
    app.restarted_with(With { settings, dist }).await
}

/// Hands a case in from an address, as the proxy names it.
async fn hand_in(app: &TestApp, address: &str) -> Answer {
    let asked = app.post(path::CASES).key(Uuid::now_v7());
    let asked = asked.header("x-forwarded-for", address);
    asked.json(&case_of(at_station())).send().await
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
