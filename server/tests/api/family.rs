//! 家人: what a family member's link opens, what it does not, and how it ends.

use crate::app::{Answer, TestApp, WORKER, action, at_home, at_station};
use crate::photos::picture;
use axum::http::{Method, StatusCode};
use futures::StreamExt;
use model::api::family::{FamilyLink, FamilyLinks, LINKS, MadeFamilyLink};
use model::api::{Act, CaseView, Party, PhotoSize, StaffCase, Submitted, Ticket, VisitCode, path};
use model::id::{CaseId, PhotoId, StaffId};
use model::problem::Code;
use model::workflow::{Action, Refused, State, Verb};
use serde_json::json;
use std::time::Duration;
use tokio::time::timeout;
use uuid::Uuid;

crate::on_both!(
    a_link_is_made_shown_once_and_taken_back,
    a_case_has_few_links,
    a_family_member_helps_and_decides_nothing,
    a_family_member_sees_no_numbers_and_no_papers,
    who_helped_is_told_to_everybody_concerned,
    a_link_opens_its_own_case_alone,
    what_was_opened_ends_with_the_link,
    erasing_ends_the_links,
);

/// Far longer than it takes, so that a slow machine fails nothing.
const LONG: Duration = Duration::from_secs(20);

async fn links(app: &TestApp, held: &Submitted) -> Vec<FamilyLink> {
    let asked = app.get(path::of_case(path::FAMILY, held.case));
    let answer = asked.secret(&held.secret).send().await;
    answer.json::<FamilyLinks>().links
}

async fn take_back(app: &TestApp, held: &Submitted, link: Uuid) -> Answer {
    let address = path::of_case(path::FAMILY_LINK, held.case);
    let address = address.replace("{link}", &link.to_string());
    let asked = app.ask(Method::DELETE, address);
    asked.secret(&held.secret).send().await
}

async fn seen(app: &TestApp, case: CaseId, secret: &str) -> Answer {
    let asked = app.get(path::of_case(path::CASE, case));
    asked.secret(secret).send().await
}

/// Acts by any secret on the case as it stands.
async fn acts(app: &TestApp, case: CaseId, secret: &str, action: Action) -> Answer {
    let view: CaseView = seen(app, case, secret).await.json();
    let seen_seq = view.progress.seq;
    app.post(path::of_case(path::ACTIONS, case))
        .secret(secret)
        .key(Uuid::now_v7())
        .json(&Act { action, seen_seq })
        .send()
        .await
}

fn said(verb: Verb, words: &str) -> Action {
    Action {
        to_resident: Some(words.to_owned()),
        ..action(verb)
    }
}

/// Brings a case as far as its worker.
async fn begun(app: &TestApp, held: &Submitted) {
    let window = app.sign_in("window").await;
    window.act(held.case, action(Verb::Accept)).await;
    let assign = Action {
        staff: StaffId::parse(WORKER).ok(),
        ..action(Verb::Assign)
    };
    window.act(held.case, assign).await;
    let worker = app.sign_in(WORKER).await;
    worker.act(held.case, action(Verb::Start)).await;
}

async fn a_link_is_made_shown_once_and_taken_back(app: &TestApp) {
    let held = app.submit(at_station()).await;
    assert_eq!(links(app, &held).await, []);
    let key = Uuid::now_v7();
    let first = app.try_family(&held, " 女儿 ", key).await;
    assert_eq!(first.status, StatusCode::CREATED);
    let made: MadeFamilyLink = first.json();
    assert_eq!((made.link.name.as_str(), made.link.used), ("女儿", None));
    // The same again, by a phone that heard no answer, is the same link.
    let again = app.try_family(&held, " 女儿 ", key).await;
    assert_eq!(again.json::<MadeFamilyLink>(), made);
    let reused = app.try_family(&held, "儿子", key).await;
    assert_eq!(reused.code(), Code::KeyReused);
    assert_eq!(links(app, &held).await, std::slice::from_ref(&made.link));
    for bad in ["", "   ", "名字长得谁也记不住也念不完"] {
        let answer = app.try_family(&held, bad, Uuid::now_v7()).await;
        let problem = answer.problem();
        assert_eq!(
            (problem.code, problem.faults[0].field.as_str()),
            (Code::Invalid, "name")
        );
    }

    assert_eq!(
        seen(app, held.case, &made.secret).await.status,
        StatusCode::OK
    );
    assert_eq!(links(app, &held).await[0].used, Some(app.now()));
    // Looking once more within minutes is no other use.
    let first_used = app.now();
    app.pass_s(60);
    seen(app, held.case, &made.secret).await;
    assert_eq!(links(app, &held).await[0].used, Some(first_used));
    app.pass_s(600);
    seen(app, held.case, &made.secret).await;
    assert_eq!(links(app, &held).await[0].used, Some(app.now()));

    let gone = take_back(app, &held, made.link.id).await;
    assert_eq!(gone.status, StatusCode::NO_CONTENT);
    assert_eq!(
        take_back(app, &held, made.link.id).await.code(),
        Code::NotFound
    );
    assert_eq!(
        seen(app, held.case, &made.secret).await.code(),
        Code::NotFound
    );
    assert_eq!(links(app, &held).await, []);
    assert_eq!(
        seen(app, held.case, &held.secret).await.status,
        StatusCode::OK
    );
}

async fn a_case_has_few_links(app: &TestApp) {
    let held = app.submit(at_station()).await;
    // Two more at once than there may be: neither counts without the other.
    let tries = (0..LINKS + 2).map(|n| {
        let (held, name) = (&held, format!("家人{n}"));
        async move { app.try_family(held, &name, Uuid::now_v7()).await }
    });
    let answers = futures::future::join_all(tries).await;
    let (made, full): (Vec<_>, Vec<_>) = answers
        .iter()
        .partition(|answer| answer.status == StatusCode::CREATED);
    assert_eq!((made.len(), full.len()), (LINKS as usize, 2));
    assert!(full.iter().all(|answer| answer.code() == Code::FamilyFull));
    let first = links(app, &held).await[0].id;
    take_back(app, &held, first).await;
    app.make_family(&held, "侄子").await;
    assert_eq!(links(app, &held).await.len(), LINKS as usize);
}

async fn a_family_member_helps_and_decides_nothing(app: &TestApp) {
    let held = app.submit(at_station()).await;
    let daughter = app.make_family(&held, "女儿").await;
    let act = |action| acts(app, held.case, &daughter.secret, action);
    let view: CaseView = seen(app, held.case, &daughter.secret).await.json();
    assert_eq!(view.allowed, [Verb::Supplement, Verb::Urge]);
    assert!(app.view(&held).await.allowed.contains(&Verb::Withdraw));
    for refused in [action(Verb::Withdraw), action(Verb::Accept)] {
        let problem = act(refused).await.problem();
        assert_eq!(problem.refused, Some(Refused::NotYours));
    }
    for done in [said(Verb::Supplement, "妈妈下午在家"), action(Verb::Urge)] {
        assert_eq!(act(done).await.status, StatusCode::OK);
    }
    // Urging is the case's, whoever does it.
    let again = app.resident(&held, action(Verb::Urge)).await.problem();
    assert_eq!(again.refused, Some(Refused::UrgedJustNow));

    begun(app, &held).await;
    let worker = app.sign_in(WORKER).await;
    worker
        .act(held.case, said(Verb::AskMaterial, "请补户口本"))
        .await;
    let supplied: CaseView = act(said(Verb::Supply, "户口本在左边抽屉")).await.json();
    assert_eq!(supplied.progress.state, State::InProgress);
    worker.act(held.case, said(Verb::Finish, "办好了")).await;
    let view: CaseView = seen(app, held.case, &daughter.secret).await.json();
    assert_eq!((view.progress.state, view.allowed), (State::Done, vec![]));
    let rated = Action {
        rating: Some(1),
        ..action(Verb::Confirm)
    };
    for refused in [rated, said(Verb::Reopen, "没办好")] {
        let problem = act(refused).await.problem();
        assert_eq!(problem.refused, Some(Refused::NotYours));
    }
    // Nor may they do what only the case's own secret opens.
    for (method, address) in [
        (Method::GET, path::FAMILY),
        (Method::POST, path::FAMILY),
        (Method::POST, path::VISIT_CODE),
    ] {
        let asked = app.ask(method, path::of_case(address, held.case));
        let asked = asked.secret(&daughter.secret).key(Uuid::now_v7());
        let sent = json!({ "name": "侄子", "code": "123456" });
        assert_eq!(
            asked.json(&sent).send().await.code(),
            Code::NotFound,
            "{address}"
        );
    }
    let address = path::of_case(path::FAMILY_LINK, held.case);
    let address = address.replace("{link}", &daughter.link.id.to_string());
    let asked = app.ask(Method::DELETE, address).secret(&daughter.secret);
    assert_eq!(asked.send().await.code(), Code::NotFound);
    let store = &app.app.store;
    assert_eq!(store.verify_case(held.case).await.expect("read"), Ok(()));
}

async fn shown(app: &TestApp, case: CaseId, photo: PhotoId, secret: &str) -> StatusCode {
    let address = path::of_photo(path::CASE_PHOTO, case, photo, PhotoSize::Thumb);
    app.get(address).secret(secret).send().await.status
}

async fn a_family_member_sees_no_numbers_and_no_papers(app: &TestApp) {
    let mut answers = at_home(app.free_slot(crate::app::ESTATE).await);
    let paper = app.upload(picture(40, 30)).await;
    answers["materials"]["id_card"] = json!({ "have": "photo", "photos": [paper] });
    answers["applicant_id"] = json!("11010519491231002X");
    let held = app.submit(answers).await;
    let son = app.make_family(&held, "儿子").await;
    begun(app, &held).await;

    let with_photo = |verb, photo| Action {
        photos: vec![photo],
        ..said(verb, "见照片")
    };
    let (of_resident, of_son, of_staff) = (
        app.upload(picture(41, 30)).await,
        app.upload(picture(42, 30)).await,
        app.upload(picture(43, 30)).await,
    );
    app.resident(&held, with_photo(Verb::Supplement, of_resident))
        .await;
    let done = acts(
        app,
        held.case,
        &son.secret,
        with_photo(Verb::Supplement, of_son),
    )
    .await;
    assert_eq!(done.status, StatusCode::OK);
    let worker = app.sign_in(WORKER).await;
    worker
        .act(held.case, with_photo(Verb::Finish, of_staff))
        .await;
    app.app.photos.make_all().await.expect("made");

    for (photo, by_son) in [
        (paper, StatusCode::NOT_FOUND),
        (of_resident, StatusCode::NOT_FOUND),
        (of_son, StatusCode::OK),
        (of_staff, StatusCode::OK),
    ] {
        assert_eq!(shown(app, held.case, photo, &son.secret).await, by_son);
        assert_eq!(
            shown(app, held.case, photo, &held.secret).await,
            StatusCode::OK
        );
    }
    let answer = seen(app, held.case, &son.secret).await;
    let text = answer.text();
    for private in ["11010519491231002X", crate::app::PHONE] {
        assert!(app_text(app, &held).await.contains(private));
        assert!(!text.contains(private), "{private} in {text}");
    }
    for photo in [paper, of_resident] {
        let listed: CaseView = answer.json();
        assert!(listed.photos.iter().all(|info| info.id != photo));
        let mut told = listed.timeline.iter().flat_map(|entry| &entry.fact.photos);
        assert!(told.all(|id| *id != photo));
    }
    let view: CaseView = answer.json();
    assert_eq!(view.family.as_deref(), Some("儿子"));
    assert_eq!(view.answers.text("applicant_name"), "王秀英");
    assert!(!view.visit_code, "nobody far away opens the door");
    assert!(app.view(&held).await.family.is_none());
}

async fn app_text(app: &TestApp, held: &Submitted) -> String {
    seen(app, held.case, &held.secret).await.text()
}

async fn who_helped_is_told_to_everybody_concerned(app: &TestApp) {
    let held = app.submit(at_station()).await;
    let daughter = app.make_family(&held, "女儿").await;
    let added = said(Verb::Supplement, "妈妈耳朵背");
    acts(app, held.case, &daughter.secret, added).await;
    acts(app, held.case, &daughter.secret, action(Verb::Urge)).await;
    take_back(app, &held, daughter.link.id).await;
    // It stays told after the link has gone.
    let window = app.sign_in("window").await;
    let staff: StaffCase = window.case(held.case).await;
    let own = app.view(&held).await;
    for timeline in [&own.timeline, &staff.view.timeline] {
        let by = |seq: usize| (timeline[seq].fact.actor, timeline[seq].by.as_deref());
        assert_eq!(by(0), (Party::Resident, None));
        assert_eq!(by(1), (Party::Family, Some("女儿")));
        assert_eq!(by(2), (Party::Family, Some("女儿")));
        assert_eq!(timeline[1].to_resident.as_deref(), Some("妈妈耳朵背"));
    }
}

async fn a_link_opens_its_own_case_alone(app: &TestApp) {
    let held = app.submit(at_station()).await;
    let other = app.submit(at_station()).await;
    let made = app.make_family(&held, "女儿").await;
    assert_eq!(
        seen(app, other.case, &made.secret).await.code(),
        Code::NotFound
    );
    // A link is taken back in its own case alone, too.
    assert_eq!(
        take_back(app, &other, made.link.id).await.code(),
        Code::NotFound
    );
    assert_eq!(
        seen(app, held.case, &made.secret).await.status,
        StatusCode::OK
    );
    for (case, secret) in [(held.case, other.secret.as_str()), (held.case, "")] {
        let asked = app.post(path::of_case(path::FAMILY, case)).secret(secret);
        let asked = asked.key(Uuid::now_v7()).json(&json!({ "name": "贼" }));
        assert_eq!(asked.send().await.code(), Code::NotFound);
    }
}

async fn what_was_opened_ends_with_the_link(app: &TestApp) {
    let held = app.submit(at_station()).await;
    let made = app.make_family(&held, "女儿").await;
    let ticket = || async {
        let asked = app.post(path::of_case(path::CASE_TICKET, held.case));
        let ticket: Ticket = asked.secret(&made.secret).send().await.json();
        format!("{}?ticket={}", path::LIVE, ticket.ticket)
    };
    let (now, later) = (ticket().await, ticket().await);
    let open = app.get(now).open().await;
    let mut heard = open.into_body().into_data_stream();
    let first = timeout(LONG, heard.next()).await.expect("in time");
    assert!(first.is_some(), "how the case stands");
    take_back(app, &held, made.link.id).await;
    let next = timeout(LONG, heard.next()).await.expect("in time");
    assert!(next.is_none(), "the stream ends at once");
    assert_eq!(app.get(later).send().await.code(), Code::NotFound);
}

async fn erasing_ends_the_links(app: &TestApp) {
    let held = app.submit(at_station()).await;
    let made = app.make_family(&held, "女儿").await;
    let added = said(Verb::Supplement, "妈妈耳朵背");
    acts(app, held.case, &made.secret, added).await;
    app.resident(&held, action(Verb::Withdraw)).await;
    let by = StaffId::parse("supervisor").expect("an id");
    let store = &app.app.store;
    store
        .erase_case(held.case, &by, app.now())
        .await
        .expect("erased");
    assert_eq!(
        seen(app, held.case, &made.secret).await.code(),
        Code::NotFound
    );
    let left = store.case(held.case).await.expect("there");
    assert!(left.events.iter().all(|event| event.words.family.is_none()));
    assert_eq!(store.counts().await.expect("counted")["family"], 0);
    assert_eq!(store.verify_case(held.case).await.expect("read"), Ok(()));
    let code = VisitCode {
        code: "123456".to_owned(),
    };
    let asked = app.post(path::of_case(path::VISIT_CODE, held.case));
    let asked = asked.secret(&held.secret).json(&code);
    assert_eq!(asked.send().await.code(), Code::NotFound);
}
