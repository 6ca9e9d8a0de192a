//! 我要代办, from handing in to the resident's word that it was good.

use crate::app::{ESTATE, PHONE, TestApp, WORKER, action, at_home, at_station, case_of};
use crate::photos::picture;
use axum::http::{Method, StatusCode};
use model::api::{
    Audit, PhotoSize, Queue, Slots, Submitted, Track, Tracked, VisitCheck, VisitCode, path,
};
use model::area::Role;
use model::calendar::Light;
use model::id::StaffId;
use model::problem::Code;
use model::workflow::{Action, State, Verb};
use serde_json::json;
use std::collections::BTreeSet;
use uuid::Uuid;

crate::on_both!(
    a_request_for_a_parent_from_end_to_end,
    tracking_shows_where_it_stands_and_no_more,
    the_queue_filters_and_masks,
    the_queue_goes_on_on_its_next_page,
    a_case_that_nobody_answers_lapses_and_is_taken_up_again,
);

fn told(verb: Verb, words: &str) -> Action {
    Action {
        to_resident: Some(words.to_owned()),
        ..action(verb)
    }
}

async fn a_request_for_a_parent_from_end_to_end(app: &TestApp) {
    let paper = app.upload(picture(64, 48)).await;
    let signature = app.upload(picture(200, 80)).await;
    let asked_for = app.free_slot(ESTATE).await;
    let mut answers = at_home(asked_for);
    answers["for_whom"] = json!("parent");
    answers["applicant_id"] = json!("11010519491231002x");
    answers["proxy_name"] = json!("王小明");
    answers["proxy_phone"] = json!("138 0000-9999");
    answers["authorised_until"] = json!("2026-12-31");
    answers["signature"] = json!(signature);
    answers["materials"]["id_card"] = json!({ "have": "photo", "photos": [paper] });
    answers["materials"]["photo"] = json!({ "have": "home" });
    let held = app.submit(answers).await;
    assert_eq!(held.responsible.role, Some(Role::Window));
    assert_eq!(held.answer_by.at.china_date().to_string(), "2026-11-24");

    let view = app.view(&held).await;
    assert_eq!(view.progress.state, State::Submitted);
    assert_eq!(view.answers.text("applicant_id"), "11010519491231002X");
    assert_eq!(view.answers.text("proxy_phone"), "13800009999");
    assert_eq!(view.photos.len(), 2);
    assert_eq!(view.head, held.head);
    assert!(view.visit_code);
    assert!(view.allowed.contains(&Verb::Urge));

    let window = app.sign_in("window").await;
    let worker = app.sign_in(WORKER).await;
    let case = held.case;
    let seen = window.case(case).await;
    assert_eq!(seen.door_code, None, "the code is the visitor's alone");
    assert_eq!(seen.colleagues[0].id.as_str(), WORKER);
    assert!(seen.view.allowed.contains(&Verb::Accept));
    assert!(seen.on_word.contains(&Verb::Withdraw));
    window.act(case, action(Verb::Accept)).await;
    let assign = Action {
        staff: StaffId::parse(WORKER).ok(),
        to_staff: Some("老人耳朵背".to_owned()),
        ..action(Verb::Assign)
    };
    window.act(case, assign).await;

    let started = worker.act(case, action(Verb::Start)).await;
    assert_eq!(
        started.view.timeline.last().and_then(|e| e.by.clone()),
        Some(worker.me.staff.name.clone())
    );
    let slots: Slots = worker
        .get(path::of_case(path::STAFF_SLOTS, case))
        .send()
        .await
        .json();
    let free = slots.days[1].slots.iter().find(|slot| slot.free);
    let book = Action {
        slot: free.map(|slot| slot.slot),
        ..action(Verb::BookVisit)
    };
    let booked = worker.act(case, book).await;
    let code = booked.door_code.expect("a code for the visitor");
    assert_eq!(worker.case(case).await.door_code.as_ref(), Some(&code));
    assert_eq!(window.case(case).await.door_code, None);
    assert_eq!(
        app.free_slot(ESTATE).await,
        asked_for,
        "the first time is free again"
    );

    check_at_the_door(app, &held, &code).await;

    let papers = |verb| Action {
        papers: vec!["户口簿 1 本".to_owned()],
        ..action(verb)
    };
    worker.act(case, papers(Verb::TakeOriginals)).await;
    let refused = worker
        .act_on(
            case,
            told(Verb::Finish, "办好了"),
            worker.case(case).await.view.progress.seq,
        )
        .await;
    assert_eq!(refused.code(), Code::Refused);
    worker.act(case, papers(Verb::ReturnOriginals)).await;
    let proof = app.upload(picture(90, 90)).await;
    let finish = Action {
        photos: vec![proof],
        ..told(Verb::Finish, "证办好了，放在您家了。")
    };
    let finished = worker.act(case, finish).await;
    assert!(
        finished
            .view
            .photos
            .iter()
            .any(|photo| photo.id == proof && photo.field == "event")
    );

    let view = app.view(&held).await;
    assert_eq!(view.progress.state, State::Done);
    let words: Vec<_> = view
        .timeline
        .iter()
        .filter_map(|e| e.to_resident.as_deref())
        .collect();
    assert_eq!(words, ["证办好了，放在您家了。"]);
    assert!(view.timeline.iter().all(|entry| entry.to_staff.is_none()));
    let rate = Action {
        rating: Some(5),
        ..action(Verb::Confirm)
    };
    let done = app.resident(&held, rate).await;
    assert_eq!(done.status, StatusCode::OK, "{}", done.text());
    assert_eq!(app.view(&held).await.progress.state, State::Confirmed);

    app.app.photos.make_all().await.expect("made");
    let address = path::of_photo(path::STAFF_PHOTO, case, proof, PhotoSize::Thumb);
    let shown = worker.get(address).send().await;
    assert_eq!(
        (shown.status, shown.header("content-type")),
        (StatusCode::OK, "image/jpeg")
    );
    let audit: Audit = window
        .get(path::of_case(path::STAFF_AUDIT, case))
        .send()
        .await
        .json();
    for what in ["opened", "accept", "assign", "finish", "photo"] {
        assert!(audit.openings.iter().any(|o| o.what == what), "{what}");
    }
    let chain = app.app.store.verify_case(case).await.expect("read");
    assert_eq!(chain, Ok(()));
}

async fn check_at_the_door(app: &TestApp, held: &model::api::Submitted, code: &str) {
    let check = async |code: &str| -> VisitCheck {
        let sent = VisitCode {
            code: code.to_owned(),
        };
        let asked = app.post(path::of_case(path::VISIT_CODE, held.case));
        asked.secret(&held.secret).json(&sent).send().await.json()
    };
    let wrong = if code == "000000" { "111111" } else { "000000" };
    assert_eq!(check(wrong).await, VisitCheck::Wrong { tries_left: 4 });
    let VisitCheck::Genuine { role, .. } = check(code).await else {
        panic!("the right code is genuine")
    };
    assert_eq!(role, Role::Grid);
    assert_eq!(check(code).await, VisitCheck::Used { at: app.now() });
}

async fn tracking_shows_where_it_stands_and_no_more(app: &TestApp) {
    let held = app.submit(at_station()).await;
    let track = async |receipt: String, last_four: &str| {
        let last_four = last_four.to_owned();
        app.post(path::TRACK)
            .json(&Track { receipt, last_four })
            .send()
            .await
    };
    let found = track(held.receipt.to_string(), "1234").await;
    let tracked: Tracked = found.json();
    assert_eq!(
        (tracked.state, tracked.light),
        (State::Submitted, Some(Light::Amber))
    );
    assert_eq!(tracked.matter.as_deref(), Some("老年优待证"));
    for secret in [
        PHONE,
        "王秀英",
        "2单元201",
        &held.secret,
        &held.case.to_string(),
    ] {
        assert!(!found.text().contains(secret), "{secret}");
    }
    let wide: String = held
        .receipt
        .digits()
        .chars()
        .map(|c| char::from_u32(c as u32 + 0xfee0).unwrap_or(c))
        .collect();
    assert_eq!(track(wide, "１２３４").await.status, StatusCode::OK);
    assert_eq!(
        track(held.receipt.to_string(), "1235").await.code(),
        Code::NotFound
    );
    assert_eq!(
        track(model::receipt::Receipt::of(1).digits(), "1234")
            .await
            .code(),
        Code::NotFound
    );
    assert_eq!(track("123".to_owned(), "1234").await.code(), Code::Invalid);
}

async fn the_queue_filters_and_masks(app: &TestApp) {
    let held = app.submit(at_station()).await;
    let mut elsewhere = at_station();
    elsewhere["home"]["estate"] = json!(crate::app::OTHER_ESTATE);
    let other = app.submit(elsewhere).await;
    let window = app.sign_in("window").await;
    let worker = app.sign_in(WORKER).await;
    let queue = async |desk: &crate::app::Desk<'_>, query: &str| -> Queue {
        desk.get(format!("{}?{query}", path::QUEUE))
            .send()
            .await
            .json()
    };
    let all = queue(&window, "scope=all").await;
    assert_eq!(all.items.len(), 2);
    assert_eq!(all.items[0].applicant, "王**");
    assert_eq!(all.counts.amber, 2);
    let own = queue(&worker, "scope=area").await;
    assert_eq!(
        own.items.iter().map(|i| i.case).collect::<Vec<_>>(),
        [held.case]
    );
    for (query, cases) in [
        ("scope=mine", 0),
        ("scope=all&state=submitted", 2),
        ("scope=all&state=done", 0),
        ("scope=all&state=all", 2),
        ("scope=all&light=amber", 2),
        ("scope=all&light=red", 0),
        ("scope=all&matter=elder-card", 2),
        ("scope=all&matter=elder-allowance", 0),
    ] {
        assert_eq!(queue(&window, query).await.items.len(), cases, "{query}");
    }
    let digits = other.receipt.digits();
    let found = queue(&window, &format!("scope=all&q={}", &digits[..6])).await;
    assert!(found.items.iter().any(|item| item.case == other.case));
    for bad in [
        "light=pink",
        "state=gone",
        "cursor=%00",
        "matter=A%20B",
        "scope=world",
    ] {
        let answer = window.get(format!("{}?{bad}", path::QUEUE)).send().await;
        assert_eq!(answer.code(), Code::Malformed, "{bad}");
    }
    app.pass_s(3 * 86_400);
    let worker = app.sign_in("window").await;
    assert_eq!(queue(&worker, "scope=all&light=red").await.items.len(), 2);
    assert_eq!(
        worker
            .ask(Method::GET, path::of_case(path::STAFF_CASE, held.case))
            .send()
            .await
            .status,
        StatusCode::OK
    );
}

async fn the_queue_goes_on_on_its_next_page(app: &TestApp) {
    const CASES: usize = 103;
    let mut handed_in = BTreeSet::new();
    for n in 0..CASES {
        let address = [198, 51, 100, u8::try_from(n).expect("few")];
        let asked = app.post(path::CASES).from(address).key(Uuid::now_v7());
        let held: Submitted = asked.json(&case_of(at_station())).send().await.json();
        handed_in.insert(held.case);
    }
    let window = app.sign_in("window").await;
    let (mut listed, mut pages, mut cursor) = (Vec::new(), Vec::new(), String::new());
    loop {
        let address = format!("{}?scope=all&state=submitted&cursor={cursor}", path::QUEUE);
        let page: Queue = window.get(address).send().await.json();
        assert_eq!(
            page.counts.amber, CASES as u32,
            "the counts are of all pages"
        );
        pages.push(page.items.len());
        listed.extend(page.items.into_iter().map(|item| item.case));
        match page.next {
            Some(next) => cursor = next,
            None => break,
        }
    }
    assert_eq!(pages, [50, 50, 3]);
    assert_eq!(listed.len(), CASES, "none twice");
    assert_eq!(BTreeSet::from_iter(listed), handed_in, "none left out");
}

async fn a_case_that_nobody_answers_lapses_and_is_taken_up_again(app: &TestApp) {
    let held = app.submit(at_station()).await;
    let window = app.sign_in("window").await;
    let worker = app.sign_in(WORKER).await;
    window.act(held.case, action(Verb::Accept)).await;
    let assign = Action {
        staff: StaffId::parse(WORKER).ok(),
        ..action(Verb::Assign)
    };
    window.act(held.case, assign).await;
    worker.act(held.case, action(Verb::Start)).await;
    worker.act(held.case, told(Verb::Finish, "办好了")).await;
    assert_eq!(server::deadlines::pass(&app.app).await.expect("a look"), 0);
    app.pass_s(16 * 86_400);
    assert_eq!(server::deadlines::pass(&app.app).await.expect("a look"), 1);
    assert_eq!(server::deadlines::pass(&app.app).await.expect("a look"), 0);
    assert_eq!(app.view(&held).await.progress.state, State::Lapsed);
    let again = app
        .resident(&held, told(Verb::Reopen, "证上名字错了"))
        .await;
    assert_eq!(again.status, StatusCode::OK, "{}", again.text());
    let worker = app.sign_in(WORKER).await;
    let progress = worker.case(held.case).await.progress;
    assert_eq!(progress.state, State::Assigned);
    assert_eq!(progress.assignee, StaffId::parse(WORKER).ok());
}
