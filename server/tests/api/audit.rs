//! Who opened a case is recorded, once for each opening.

use crate::app::{Desk, TestApp, action, at_station};
use axum::http::{Method, StatusCode};
use model::api::{Act, Audit, path};
use model::id::CaseId;
use model::problem::Code;
use model::workflow::Verb;
use uuid::Uuid;

crate::on_both!(
    one_opening_is_recorded_once,
    whoever_has_nothing_to_do_says_why,
    acting_is_opening_too,
);

async fn recorded(desk: &Desk<'_>, case: CaseId) -> Vec<String> {
    let asked = desk.get(path::of_case(path::STAFF_AUDIT, case));
    let audit: Audit = asked.send().await.json();
    let openings = audit.openings.into_iter().rev();
    openings.map(|opening| opening.what).collect()
}

async fn one_opening_is_recorded_once(app: &TestApp) {
    let held = app.submit(at_station()).await;
    let other = app.submit(at_station()).await;
    let window = app.sign_in("window").await;
    // As an open page reads its case again whenever something changes.
    for _ in 0..5 {
        window.case(held.case).await;
        app.pass_s(60);
    }
    window.case(other.case).await;
    assert_eq!(recorded(&window, held.case).await, ["opened"]);
    assert_eq!(recorded(&window, other.case).await, ["opened"]);

    window.act_on(held.case, action(Verb::Accept), 1).await;
    window.case(held.case).await;
    assert_eq!(recorded(&window, held.case).await, ["opened", "accept"]);

    app.pass_s(30 * 60);
    window.case(held.case).await;
    let expected = ["opened", "accept", "opened"];
    assert_eq!(recorded(&window, held.case).await, expected);

    // Whoever signs in anew has opened it anew, and so has somebody else.
    app.pass_s(1);
    let again = app.sign_in("window").await;
    again.case(held.case).await;
    let chief = app.sign_in("supervisor").await;
    chief.case(held.case).await;
    let expected = ["opened", "accept", "opened", "opened", "opened"];
    assert_eq!(recorded(&chief, held.case).await, expected);
}

/// Whoever has something to do in a case opens it for that; anybody else says why, once in half an
/// hour, and until then sees neither the case nor its pictures.
async fn whoever_has_nothing_to_do_says_why(app: &TestApp) {
    let held = app.submit(at_station()).await;
    let window = app.sign_in("window").await;
    window.case(held.case).await;
    app.resident(&held, action(Verb::Withdraw)).await;

    let chief = app.sign_in("supervisor").await;
    let case = path::of_case(path::STAFF_CASE, held.case);
    let refused = chief.get(case.clone()).send().await;
    assert_eq!(refused.problem().code, Code::ReasonNeeded);
    assert!(!refused.text().contains("13800001234"));
    let nonsense = chief.get(format!("{case}?why=curious")).send().await;
    assert_eq!(nonsense.problem().code, Code::Malformed);
    let told = chief.get(format!("{case}?why=checks")).send().await;
    assert_eq!(told.status, StatusCode::OK, "{}", told.text());
    chief.case(held.case).await;
    app.pass_s(30 * 60 + 1);
    let again = chief.get(case).send().await;
    assert_eq!(again.problem().code, Code::ReasonNeeded);

    let asked = window.get(path::of_case(path::STAFF_AUDIT, held.case));
    let audit: Audit = asked.send().await.json();
    let why = |staff: &str| {
        let found = audit
            .openings
            .iter()
            .find(|opening| opening.staff.as_str() == staff);
        found.expect("recorded").why.clone()
    };
    assert_eq!(why("supervisor").as_deref(), Some("checks"));
    assert_eq!(why("window").as_deref(), Some("may_act"));
}

/// An action is answered with the whole case: whoever would get no answer by opening it gets none
/// this way either. What was done with a reason is answered again without one.
async fn acting_is_opening_too(app: &TestApp) {
    let held = app.submit(at_station()).await;
    let window = app.sign_in("window").await;
    let accept = Act {
        action: action(Verb::Accept),
        seen_seq: 1,
    };
    let key = Uuid::now_v7();
    let accepts = async || {
        let asked = window.ask(Method::POST, path::of_case(path::STAFF_ACTIONS, held.case));
        asked.key(key).json(&accept).send().await
    };
    let done = accepts().await;
    assert_eq!(done.status, StatusCode::OK, "{}", done.text());
    app.resident(&held, action(Verb::Withdraw)).await;
    app.pass_s(30 * 60 + 1);
    let again = accepts().await;
    assert_eq!((again.status, &again.body), (StatusCode::OK, &done.body));

    let chief = app.sign_in("supervisor").await;
    let seen_seq = app.view(&held).await.progress.seq;
    let acts = async || chief.act_on(held.case, action(Verb::Start), seen_seq).await;
    let refused = acts().await;
    assert_eq!(refused.problem().code, Code::ReasonNeeded);
    assert!(!refused.text().contains("13800001234"));
    let case = path::of_case(path::STAFF_CASE, held.case);
    let told = chief.get(format!("{case}?why=checks")).send().await;
    assert_eq!(told.status, StatusCode::OK, "{}", told.text());
    // From here on it is the workflow that decides.
    assert_eq!(acts().await.code(), Code::Refused);
    app.pass_s(30 * 60 + 1);
    assert_eq!(acts().await.code(), Code::ReasonNeeded);

    chief.get(format!("{case}?why=checks")).send().await;
    let asked = chief.get(path::of_case(path::STAFF_AUDIT, held.case));
    let audit: Audit = asked.send().await.json();
    let accepted = audit.openings.iter().find(|each| each.what == "accept");
    let why = accepted.expect("recorded").why.as_deref();
    assert_eq!(why, Some("may_act"));
}
