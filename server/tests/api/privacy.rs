//! What residents are told of staff: names, never the ids they sign in with.

use crate::app::{
    Answer, Desk, OTHER_ESTATE, OTHER_WORKER, PASSWORD, PHONE, TestApp, action, at_home,
};
use axum::http::Method;
use futures::StreamExt;
use model::api::{Act, Submitted, Ticket, Track, VisitCode, path};
use model::area::{Role, Staff};
use model::id::{AreaId, StaffId};
use model::workflow::{Action, Verb};
use server::boot;
use server::street::SeedFiles;
use uuid::Uuid;

crate::on_both!(no_sign_in_name_reaches_a_resident);

/// Somebody whose id is no word that could stand in an answer for another reason.
const DESK: &str = "liu-4711";
const DESK_NAME: &str = "刘明远";

async fn sign_in_somebody_new(app: &TestApp) -> Desk<'_> {
    let staff = Staff {
        id: StaffId::parse(DESK).expect("an id"),
        name: DESK_NAME.to_owned(),
        role: Role::Window,
        area: AreaId::parse("yunqi").expect("an id"),
        phone: None,
    };
    let store = &app.app.store;
    store.upsert_staff(&staff, app.now()).await.expect("added");
    let hash = server::auth::hash_now(PASSWORD).expect("hashed");
    let set = store.set_password_hash(&staff.id, &hash).await;
    set.expect("set");
    boot::follow(&app.app).await;
    app.sign_in(DESK).await
}

/// Asks as the resident, and looks through every byte of the answer.
async fn told(app: &TestApp, held: &Submitted, method: Method, path: &str) -> Answer {
    let address = path::of_case(path, held.case);
    let answer = app.ask(method, address).secret(&held.secret).send().await;
    assert!(answer.status.is_success(), "{path}: {}", answer.text());
    holds_no_id(&answer.text());
    answer
}

fn holds_no_id(text: &str) {
    for id in [DESK, OTHER_WORKER] {
        assert!(!text.contains(&format!("\"{id}\"")), "{id} in {text}");
    }
}

/// Acts as the resident on the case at `seen_seq`.
async fn acts(app: &TestApp, held: &Submitted, action: Action, seen_seq: u32) {
    let asked = app.post(path::of_case(path::ACTIONS, held.case));
    let asked = asked.secret(&held.secret).key(Uuid::now_v7());
    let answer = asked.json(&Act { action, seen_seq }).send().await;
    assert!(answer.status.is_success(), "{}", answer.text());
    holds_no_id(&answer.text());
}

async fn no_sign_in_name_reaches_a_resident(app: &TestApp) {
    let desk = sign_in_somebody_new(app).await;
    let worker = app.sign_in(OTHER_WORKER).await;
    let mut answers = at_home(app.free_slot(OTHER_ESTATE).await);
    answers["home"]["estate"] = serde_json::json!(OTHER_ESTATE);
    let held = app.submit(answers).await;
    holds_no_id(&serde_json::to_string(&held).expect("JSON"));
    told(app, &held, Method::GET, path::CASE).await;

    let ticket: Ticket = told(app, &held, Method::POST, path::CASE_TICKET)
        .await
        .json();
    let live = app.get(format!("{}?ticket={}", path::LIVE, ticket.ticket));
    let mut live = live.open().await.into_body().into_data_stream();
    live.next().await;

    desk.act(held.case, action(Verb::Accept)).await;
    let change = live.next().await.expect("a change").expect("bytes");
    holds_no_id(&String::from_utf8_lossy(&change));
    let assign = Action {
        staff: StaffId::parse(OTHER_WORKER).ok(),
        ..action(Verb::Assign)
    };
    desk.act(held.case, assign).await;
    worker.act(held.case, action(Verb::Start)).await;
    let slot = app.free_slot(OTHER_ESTATE).await;
    let book = Action {
        slot: Some(slot),
        ..action(Verb::BookVisit)
    };
    worker.act(held.case, book).await;
    let view = told(app, &held, Method::GET, path::CASE).await;
    assert!(view.text().contains(DESK_NAME), "names stay");
    acts(app, &held, action(Verb::Urge), 5).await;

    let code = app.app.store.door_code(held.case).await;
    let code = code.expect("read").expect("a code");
    let asked = app.post(path::of_case(path::VISIT_CODE, held.case));
    let asked = asked.secret(&held.secret).json(&VisitCode { code });
    holds_no_id(&asked.send().await.text());
    let sent = Track {
        receipt: held.receipt.digits(),
        last_four: PHONE[7..].to_owned(),
    };
    holds_no_id(&app.post(path::TRACK).json(&sent).send().await.text());
    for path in [path::STREET, path::MATTERS, path::FACILITIES] {
        holds_no_id(&app.get(path).send().await.text());
    }

    // Whoever has left keeps their name in what they did; their id does not take its place.
    let imported = boot::import(&app.app.store, &SeedFiles::sample(), app.now()).await;
    imported.expect("imported");
    boot::follow(&app.app).await;
    let view = told(app, &held, Method::GET, path::CASE).await;
    assert!(view.text().contains(DESK_NAME), "{}", view.text());
}
