//! Whatever is sent, the answer is a problem with a code that the app has words for.

use crate::app::{TestApp, at_home, at_station, case_of};
use axum::http::{Method, StatusCode};
use model::api::path;
use model::problem::Code;
use model::workflow::Slot;
use serde_json::{Value, json};
use uuid::Uuid;

crate::on_both!(
    wrong_answers_are_named_field_by_field,
    what_is_no_request_is_a_problem_too,
    actions_that_bring_too_little_are_refused,
);

async fn wrong_answers_are_named_field_by_field(app: &TestApp) {
    let soon = Slot {
        start: app.now().plus_seconds(1800),
        end: app.now().plus_seconds(3600),
    };
    let free = app.free_slot(crate::app::ESTATE).await;
    let odd = Slot {
        end: free.end.plus_seconds(60),
        ..free
    };
    let with = |name: &str, value: Value| {
        let mut answers = at_station();
        answers[name] = value;
        answers
    };
    for (answers, field, fault) in [
        (
            with("applicant_phone", json!("12345")),
            "applicant_phone",
            "bad_phone",
        ),
        (
            with("applicant_id", json!("110105194912310021")),
            "applicant_id",
            "id_number_slip",
        ),
        (
            with("applicant_id", json!("1101")),
            "applicant_id",
            "bad_id_number",
        ),
        (
            with("applicant_name", json!("7")),
            "applicant_name",
            "bad_name",
        ),
        (with("matter", json!("no-such")), "matter", "unknown"),
        (
            with("home", json!({ "estate": "nowhere", "door": "1" })),
            "home.estate",
            "unknown",
        ),
        (with("home", json!("here")), "home", "malformed"),
        (with("station", json!("nowhere")), "station", "unknown"),
        (with("consent", json!(false)), "consent", "not_agreed"),
        (with("misspelt", json!("x")), "misspelt", "unknown"),
        (with("note", json!("长".repeat(501))), "note", "too_long"),
        (at_home(soon), "slot", "bad_slot"),
        (at_home(odd), "slot", "bad_slot"),
    ] {
        let asked = app.post(path::CASES).key(Uuid::now_v7());
        let problem = asked.json(&case_of(answers)).send().await.problem();
        assert_eq!(problem.code, Code::Invalid, "{field}");
        let faults = json!(problem.faults);
        let found = faults
            .as_array()
            .expect("a list")
            .contains(&json!({ "field": field, "fault": fault }));
        assert!(found, "{field} {fault}: {faults}");
    }
}

async fn what_is_no_request_is_a_problem_too(app: &TestApp) {
    let json_body = case_of(at_station());
    let key = || app.post(path::CASES).key(Uuid::now_v7());
    let no_case = format!("/api/v1/cases/{}", Uuid::now_v7());
    for (what, asked, code) in [
        (
            "no key",
            app.post(path::CASES).json(&json_body),
            Code::KeyNeeded,
        ),
        (
            "a bad key",
            app.post(path::CASES)
                .header("idempotency-key", "1")
                .json(&json_body),
            Code::KeyNeeded,
        ),
        (
            "no JSON",
            key()
                .header("content-type", "application/json")
                .bytes(b"{".to_vec()),
            Code::Malformed,
        ),
        (
            "another shape",
            key().json(&json!({ "kind": "proxy_request" })),
            Code::Malformed,
        ),
        (
            "an unknown kind",
            key().json(&json!({ "kind": "x", "answers": {} })),
            Code::Malformed,
        ),
        (
            "deep JSON",
            key()
                .header("content-type", "application/json")
                .bytes("[".repeat(60_000).into()),
            Code::Malformed,
        ),
        (
            "another type",
            key()
                .header("content-type", "text/plain")
                .bytes(b"{}".to_vec()),
            Code::MediaType,
        ),
        (
            "too much",
            key().json(&json!({ "x": "x".repeat(70_000) })),
            Code::TooLarge,
        ),
        (
            "another method",
            app.ask(Method::DELETE, path::CASES),
            Code::MethodNotAllowed,
        ),
        ("nothing there", app.get("/api/v1/nothing"), Code::NotFound),
        (
            "no id",
            app.get("/api/v1/cases/x").secret("x"),
            Code::NotFound,
        ),
        (
            "no case",
            app.get(no_case.clone()).secret("x"),
            Code::NotFound,
        ),
        ("no secret", app.get(no_case), Code::NotFound),
        ("no estate", app.get(path::SLOTS), Code::Malformed),
        (
            "a bad estate",
            app.get(format!("{}?estate=A%20B", path::SLOTS)),
            Code::Malformed,
        ),
        (
            "an unknown estate",
            app.get(format!("{}?estate=nowhere", path::SLOTS)),
            Code::NotFound,
        ),
        (
            "no ticket",
            app.get(format!("{}?ticket=x", path::LIVE)),
            Code::NotFound,
        ),
        ("track without JSON", app.post(path::TRACK), Code::MediaType),
    ] {
        assert_eq!(asked.send().await.code(), code, "{what}");
    }
}

async fn actions_that_bring_too_little_are_refused(app: &TestApp) {
    let held = app.submit(at_station()).await;
    let window = app.sign_in("window").await;
    let case = held.case;
    for (action, code, refused) in [
        (
            json!({ "verb": "reject" }),
            Code::Refused,
            json!("words_needed"),
        ),
        (
            json!({ "verb": "finish" }),
            Code::Refused,
            json!("wrong_state"),
        ),
        (
            json!({ "verb": "withdraw" }),
            Code::Refused,
            json!("on_word_only"),
        ),
        (json!({ "verb": "explode" }), Code::Malformed, json!(null)),
    ] {
        let asked = window.ask(Method::POST, path::of_case(path::STAFF_ACTIONS, case));
        let body = json!({ "action": action, "seen_seq": 1 });
        let problem = asked.key(Uuid::now_v7()).json(&body).send().await.problem();
        assert_eq!(
            (problem.code, json!(problem.refused)),
            (code, refused),
            "{action}"
        );
    }
    window
        .act(case, crate::app::action(model::workflow::Verb::Accept))
        .await;
    for staff in ["nobody", "volunteer", "supervisor"] {
        let body = json!({ "action": { "verb": "assign", "staff": staff }, "seen_seq": 2 });
        let asked = window.ask(Method::POST, path::of_case(path::STAFF_ACTIONS, case));
        let answer = asked.key(Uuid::now_v7()).json(&body).send().await;
        assert_eq!(answer.code(), Code::Refused, "{staff}");
    }
    let on_word = json!({ "action": { "verb": "withdraw", "on_word": true }, "seen_seq": 2 });
    let asked = window.ask(Method::POST, path::of_case(path::STAFF_ACTIONS, case));
    let answer = asked.key(Uuid::now_v7()).json(&on_word).send().await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    assert!(app.view(&held).await.timeline[2].fact.on_word);
}
