//! Who opened a case is recorded, once for each opening.

use crate::app::{Desk, TestApp, action, at_station};
use model::api::{Audit, path};
use model::id::CaseId;
use model::workflow::Verb;

crate::on_both!(one_opening_is_recorded_once);

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
