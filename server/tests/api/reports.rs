//! 随手拍: handed in, reviewed, shown, agreed with, merged, answered by a department.

use crate::app::{Answer, Desk, TestApp, action};
use crate::photos::picture;
use axum::http::{Method, StatusCode};
use model::api::report::{
    AlikeCases, Categories, Followed, Following, Nearby, PublicReport, Reports,
};
use model::api::{NewCase, Queue, Submitted, path};
use model::field::Answers;
use model::id::{CaseId, PhotoId, StaffId};
use model::kinds::KindName;
use model::problem::Code;
use model::text::Fault;
use model::workflow::{Action, Face, Publication, Refused, Shown, State, Tags, Verb};
use serde_json::{Value, json};
use uuid::Uuid;

crate::on_both!(
    from_a_photo_to_a_mended_street,
    nothing_is_seen_before_somebody_has_looked,
    a_voice_is_one_however_often_it_is_sent,
    several_reports_of_one_thing,
    what_ends_lets_the_others_go,
    departments_see_what_they_are_called_to,
    lists_filter_sort_and_turn_pages,
    bad_reports_are_refused_with_reasons,
    no_sequence_shows_what_nobody_reviewed,
    a_neighbour_in_trouble_is_nobody_elses_to_see,
    the_same_words_again_are_seen_by_staff_alone,
    beyond_the_water_is_not_already_reported,
);

/// Personal or unreviewed: in no public answer.
const NAME: &str = "欧阳秀英";
const PHONE: &str = "13900009876";
const WORDS: &str = "我家楼下301张三的狗";
/// Reviewed.
const PUBLIC: &str = "东门垃圾桶满了";
/// Inside the boundary of grid-01.
const LAT: f64 = 39.9925;
const LON: f64 = 116.3125;

/// A report some metres north of the usual place.
pub fn report_at(category: &str, north_m: f64) -> Value {
    json!({
        "place": {
            "at": { "lat": LAT + north_m / 111_195.0, "lon": LON },
            "found": "map", "words": "3号楼下",
        },
        "words": WORDS,
        "category": category,
        "contact_name": NAME,
        "contact_phone": PHONE,
        "consent": true,
    })
}

pub async fn try_hand_in(app: &TestApp, answers: Value) -> Answer {
    let Value::Object(map) = answers else {
        panic!("answers are an object")
    };
    let new = NewCase {
        kind: KindName::IssueReport,
        answers: Answers(map),
    };
    let asked = app.post(path::CASES).key(Uuid::now_v7()).json(&new);
    // Each from an address of its own, so that no limit stands in the way.
    let [.., a, b, c] = *Uuid::now_v7().as_bytes();
    asked.from([10, a, b, c]).send().await
}

pub async fn hand_in(app: &TestApp, answers: Value) -> Submitted {
    let answer = try_hand_in(app, answers).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text());
    answer.json()
}

pub fn review(words: &str, photos: Vec<Shown>) -> Action {
    Action {
        face: Some(Face {
            words: words.to_owned(),
            photos,
        }),
        ..action(Verb::Review)
    }
}

pub fn shown(photo: PhotoId) -> Shown {
    Shown {
        photo,
        covers: None,
        after: false,
    }
}

/// Handed in, reviewed and public.
pub async fn public_case(
    app: &TestApp,
    desk: &Desk<'_>,
    category: &str,
    north_m: f64,
) -> Submitted {
    let held = hand_in(app, report_at(category, north_m)).await;
    desk.act(held.case, review(PUBLIC, Vec::new())).await;
    desk.act(held.case, action(Verb::Publish)).await;
    held
}

async fn page(app: &TestApp, case: CaseId) -> PublicReport {
    app.get(path::of_case(path::REPORT, case))
        .send()
        .await
        .json()
}

async fn list(app: &TestApp, query: &str) -> Reports {
    let answer = app.get(format!("{}?{query}", path::REPORTS)).send().await;
    assert_eq!(answer.status, StatusCode::OK, "{query}: {}", answer.text());
    answer.json()
}

async fn voice(app: &TestApp, case: CaseId, key: Uuid) -> Answer {
    let [.., a, b, c] = *Uuid::now_v7().as_bytes();
    let asked = app.post(path::of_case(path::VOICES, case)).key(key);
    asked.from([11, a, b, c]).send().await
}

async fn from_a_photo_to_a_mended_street(app: &TestApp) {
    let categories: Categories = app.get(path::CATEGORIES).send().await.json();
    assert!(
        categories
            .categories
            .iter()
            .any(|c| c.id.as_str() == "garbage")
    );
    assert!(categories.emergencies.iter().all(|e| !e.phones.is_empty()));

    let photo = app.upload(picture(64, 48)).await;
    let mut answers = report_at("garbage", 0.0);
    answers["photos"] = json!([photo]);
    let held = hand_in(app, answers).await;
    let mine = app.view(&held).await;
    assert_eq!(mine.category_name.as_deref(), Some("垃圾没清"));
    assert_eq!((mine.voices, mine.publication), (1, Publication::Private));

    // The grid's own worker sees it by the point alone.
    let worker = app.sign_in("grid").await;
    let queue: Queue = worker
        .get(format!("{}?scope=all", path::QUEUE))
        .send()
        .await
        .json();
    assert!(queue.items.iter().any(|item| item.case == held.case));

    let window = app.sign_in("window").await;
    window.act(held.case, action(Verb::Accept)).await;
    let due = app.view(&held).await.progress.due.expect("a promise");
    assert_eq!(
        due.at.china_date().to_string(),
        "2026-11-24",
        "one working day"
    );
    let assign = Action {
        staff: Some(worker.me.staff.id.clone()),
        ..action(Verb::Assign)
    };
    window.act(held.case, assign).await;
    worker.act(held.case, action(Verb::Start)).await;

    // Staff cover more: the covered picture is handed in with the review.
    let covered = app.upload(picture(32, 24)).await;
    let cover = Shown {
        covers: Some(photo),
        ..shown(covered)
    };
    let case = window.act(held.case, review(PUBLIC, vec![cover])).await;
    assert_eq!(case.face.expect("a face").words, PUBLIC);
    assert!(
        case.view
            .photos
            .iter()
            .any(|p| p.id == covered && p.field == "public")
    );
    window.act(held.case, action(Verb::Publish)).await;

    let shown_now = page(app, held.case).await;
    assert_eq!(shown_now.before, [covered]);
    assert_eq!(shown_now.item.words, PUBLIC);
    for (photo, status) in [(covered, StatusCode::OK), (photo, StatusCode::NOT_FOUND)] {
        let address = path::of_photo(
            path::REPORT_PHOTO,
            held.case,
            photo,
            model::api::PhotoSize::Thumb,
        );
        // Versions to show are made in the background.
        app.app.photos.make_all().await.expect("made");
        assert_eq!(app.get(address).send().await.status, status);
    }

    // Done is shown, or it is not done.
    let seq = worker.case(held.case).await.view.progress.seq;
    let mut finish = action(Verb::Finish);
    finish.to_resident = Some("清走了".to_owned());
    let unseen = worker.act_on(held.case, finish.clone(), seq).await;
    assert_eq!(unseen.problem().refused, Some(Refused::PhotoNeeded));
    let after = app.upload(picture(40, 30)).await;
    finish.photos = vec![after];
    worker.act(held.case, finish).await;
    let now = Shown {
        after: true,
        ..shown(after)
    };
    window
        .act(held.case, review(PUBLIC, vec![cover, now]))
        .await;
    let told = page(app, held.case).await;
    assert_eq!((told.after, told.item.state), (vec![after], State::Done));
    let verbs: Vec<_> = told.timeline.iter().map(|entry| entry.verb).collect();
    let expected = [
        None,
        Some(Verb::Accept),
        Some(Verb::Assign),
        Some(Verb::Start),
        Some(Verb::Finish),
    ];
    assert_eq!(verbs, expected);

    let rate = Action {
        rating: Some(5),
        ..action(Verb::Confirm)
    };
    let answer = app.resident(&held, rate).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    let sound = app.app.store.verify_case(held.case).await.expect("read");
    assert_eq!(sound.map_err(|why| why.to_string()), Ok(()));
}

async fn nothing_is_seen_before_somebody_has_looked(app: &TestApp) {
    let window = app.sign_in("window").await;
    let photo = app.upload(picture(64, 48)).await;
    let mut answers = report_at("garbage", 0.0);
    answers["photos"] = json!([photo]);
    let held = hand_in(app, answers).await;
    let unseen = async |when: &str| {
        let address = path::of_photo(
            path::REPORT_PHOTO,
            held.case,
            photo,
            model::api::PhotoSize::Thumb,
        );
        for address in [path::of_case(path::REPORT, held.case), address] {
            let answer = app.get(&address).send().await;
            assert_eq!(answer.code(), Code::NotFound, "{when}: {address}");
        }
        assert!(list(app, "").await.items.is_empty(), "{when}");
        let answer = voice(app, held.case, Uuid::now_v7()).await;
        assert_eq!(answer.code(), Code::NotFound, "{when}");
    };
    unseen("private").await;
    window
        .act(held.case, review(PUBLIC, vec![shown(photo)]))
        .await;
    unseen("reviewed").await;
    window.act(held.case, action(Verb::Publish)).await;
    assert_eq!(list(app, "").await.items.len(), 1);
    let following: Following = app
        .post(path::of_case(path::FOLLOWING, held.case))
        .key(Uuid::now_v7())
        .send()
        .await
        .json();
    let mut hide = action(Verb::Hide);
    hide.to_staff = Some("照片里有门牌".to_owned());
    window.act(held.case, hide).await;
    unseen("hidden").await;
    // Whoever follows it still learns where it stands, and nothing else.
    let followed: Followed = app
        .get(path::of_case(path::FOLLOWING, held.case))
        .secret(&following.secret)
        .send()
        .await
        .json();
    assert_eq!((followed.state, followed.report), (State::Submitted, None));
    let wrong = app
        .get(path::of_case(path::FOLLOWING, held.case))
        .secret(&held.secret)
        .send()
        .await;
    assert_eq!(
        wrong.code(),
        Code::NotFound,
        "a case's secret is no follower's"
    );
    let ended = app
        .ask(Method::DELETE, path::of_case(path::FOLLOWING, held.case))
        .secret(&following.secret);
    assert_eq!(ended.send().await.status, StatusCode::NO_CONTENT);
    // What the resident takes back is gone for everybody.
    window.act(held.case, action(Verb::Publish)).await;
    let answer = app.resident(&held, action(Verb::Withdraw)).await;
    assert_eq!(answer.status, StatusCode::OK);
    unseen("withdrawn").await;
}

async fn a_voice_is_one_however_often_it_is_sent(app: &TestApp) {
    let window = app.sign_in("window").await;
    let held = public_case(app, &window, "garbage", 0.0).await;
    let key = Uuid::now_v7();
    let first: Following = voice(app, held.case, key).await.json();
    assert_eq!(first.voices, 2);
    for _ in 0..3 {
        let again: Following = voice(app, held.case, key).await.json();
        assert_eq!(again, first);
    }
    let second: Following = voice(app, held.case, Uuid::now_v7()).await.json();
    assert_eq!(second.voices, 3);
    assert_ne!(second.secret, first.secret);
    assert_eq!(app.view(&held).await.voices, 3);
    let keyless = app
        .post(path::of_case(path::VOICES, held.case))
        .send()
        .await;
    assert_eq!(keyless.code(), Code::KeyNeeded);
    // A crowd of one address is not heard.
    let mut heard = 0;
    for _ in 0..10 {
        let asked = app
            .post(path::of_case(path::VOICES, held.case))
            .key(Uuid::now_v7());
        let answer = asked.from([12, 0, 0, 1]).send().await;
        heard += u32::from(answer.status == StatusCode::OK);
    }
    assert_eq!(heard, 6);
    let mut reject = action(Verb::Reject);
    reject.to_resident = Some("归物业管".to_owned());
    window.act(held.case, reject).await;
    let late = voice(app, held.case, Uuid::now_v7()).await;
    assert_eq!(late.problem().refused, Some(Refused::WrongState));
    let again: Following = voice(app, held.case, key).await.json();
    assert_eq!(again.secret, first.secret, "a repeat is answered as before");
}

async fn several_reports_of_one_thing(app: &TestApp) {
    let window = app.sign_in("window").await;
    let parent = public_case(app, &window, "garbage", 0.0).await;
    let child = public_case(app, &window, "garbage", 30.0).await;
    voice(app, child.case, Uuid::now_v7()).await;
    let following: Following = voice(app, child.case, Uuid::now_v7()).await.json();
    assert_eq!(following.voices, 3);

    let answer = window
        .get(path::of_case(path::STAFF_ALIKE, child.case))
        .send()
        .await;
    let alike: AlikeCases = answer.json();
    assert_eq!(alike.cases[0].case, parent.case);
    assert_eq!(alike.cases[0].metres, 30);

    let merge = |into| Action {
        into: Some(into),
        ..action(Verb::Merge)
    };
    for (into, why) in [
        (child.case, "into itself"),
        (CaseId(Uuid::now_v7()), "into nothing"),
        (
            app.submit(crate::app::at_station()).await.case,
            "into another kind",
        ),
    ] {
        let seq = window.case(child.case).await.view.progress.seq;
        let answer = window.act_on(child.case, merge(into), seq).await;
        assert_eq!(answer.problem().refused, Some(Refused::CaseNeeded), "{why}");
    }
    let merged = window.act(child.case, merge(parent.case)).await;
    assert_eq!(merged.view.merged.expect("a parent").case, parent.case);
    assert_eq!(
        page(app, parent.case).await.item.voices,
        4,
        "all who met it"
    );
    assert_eq!(page(app, parent.case).await.stands_for, 1);
    assert_eq!(page(app, child.case).await.merged_into, Some(parent.case));
    assert_eq!(list(app, "").await.items.len(), 1);
    let mine = app.view(&child).await;
    assert_eq!(mine.progress.state, State::Merged);
    assert_eq!(mine.merged.expect("a parent").state, State::Submitted);
    let followed: Followed = app
        .get(path::of_case(path::FOLLOWING, child.case))
        .secret(&following.secret)
        .send()
        .await
        .json();
    assert_eq!(
        followed.merged_into,
        Some(parent.case),
        "followers move along"
    );
    assert_eq!(followed.report.expect("a page").item.case, parent.case);
    let more: Following = voice(app, child.case, Uuid::now_v7()).await.json();
    assert_eq!(more.voices, 5, "an old link still counts");

    // What stands for others is not merged itself, and nobody merges into what was merged.
    let third = public_case(app, &window, "garbage", 60.0).await;
    for (case, into, why) in [
        (parent.case, third.case, Refused::StandsForOthers),
        (third.case, child.case, Refused::CaseNeeded),
    ] {
        let seq = window.case(case).await.view.progress.seq;
        let answer = window.act_on(case, merge(into), seq).await;
        assert_eq!(answer.problem().refused, Some(why));
    }
    let apart = window.act(child.case, action(Verb::Unmerge)).await;
    assert_eq!(apart.view.progress.state, State::Submitted);
    assert_eq!(page(app, parent.case).await.item.voices, 1);
    assert_eq!(page(app, child.case).await.item.voices, 4);
    for held in [&parent, &child] {
        let sound = app.app.store.verify_case(held.case).await.expect("read");
        assert!(sound.is_ok());
    }
}

async fn what_ends_lets_the_others_go(app: &TestApp) {
    let window = app.sign_in("window").await;
    let parent = public_case(app, &window, "garbage", 0.0).await;
    let child = public_case(app, &window, "garbage", 10.0).await;
    let merge = Action {
        into: Some(parent.case),
        ..action(Verb::Merge)
    };
    window.act(child.case, merge).await;
    let answer = app.resident(&parent, action(Verb::Withdraw)).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    assert_eq!(app.view(&child).await.progress.state, State::Submitted);
    assert_eq!(page(app, child.case).await.merged_into, None);
}

async fn departments_see_what_they_are_called_to(app: &TestApp) {
    let window = app.sign_in("window").await;
    let department = app.sign_in("department").await;
    let held = hand_in(app, report_at("road", 0.0)).await;
    let other = hand_in(app, report_at("light", 0.0)).await;
    let address = path::of_case(path::STAFF_CASE, held.case);
    assert_eq!(department.get(&address).send().await.code(), Code::NotFound);
    let case = window.act(held.case, action(Verb::Accept)).await;
    assert!(case.departments[0].own);
    let call = |staff: &str| Action {
        staff: Some(StaffId::parse(staff).expect("an id")),
        days: Some(2),
        to_staff: Some("路面塌了一块".to_owned()),
        lead: true,
        ..action(Verb::CallDepartment)
    };
    let seq = case.view.progress.seq;
    let wrong = window.act_on(held.case, call("grid"), seq).await;
    assert_eq!(wrong.problem().refused, Some(Refused::StaffNeeded));
    window.act(held.case, call("department")).await;

    let queue: Queue = department.get(path::QUEUE).send().await.json();
    let seen: Vec<_> = queue.items.iter().map(|item| item.case).collect();
    assert_eq!(seen, [held.case]);
    let row = &queue.items[0];
    let own = row.progress.calls[0].due;
    assert_ne!(
        row.progress.due,
        Some(own),
        "the case has a clock of its own"
    );
    assert_eq!(row.due, Some(own), "the department has its call's");
    assert_eq!(
        row.place.as_ref().and_then(|p| p.words.as_deref()),
        Some("3号楼下")
    );
    let there = path::of_case(path::STAFF_CASE, other.case);
    assert_eq!(department.get(&there).send().await.code(), Code::NotFound);
    let case = department.case(held.case).await;
    assert_eq!(case.view.allowed, [Verb::ReplyCall]);
    assert_eq!(case.view.progress.due, Some(own));
    let mut reply = action(Verb::ReplyCall);
    reply.to_staff = Some("今天补上".to_owned());
    let case = department.act(held.case, reply).await;
    assert!(case.progress.calls[0].replied);
    assert_eq!(case.view.progress.due, None, "it has done its part");
    let queue: Queue = department.get(path::QUEUE).send().await.json();
    assert!(queue.items.is_empty(), "nothing waits for it any more");
    let all = format!("{}?state=all", path::QUEUE);
    let queue: Queue = department.get(all).send().await.json();
    assert_eq!(queue.items.len(), 1, "what it answered can be looked up");
    // Its words are for colleagues; the resident learns that it came.
    let mine = app.view(&held).await;
    let text = serde_json::to_string(&mine).expect("JSON");
    assert!(!text.contains("今天补上"), "{text}");
    assert!(
        mine.timeline
            .iter()
            .any(|e| e.fact.verb == Some(Verb::ReplyCall))
    );

    let tag = Action {
        tags: Some(Tags {
            nature: Some(model::issue::Nature::Hard),
            words: vec!["塌陷".to_owned(), " 塌陷 ".to_owned()],
        }),
        ..action(Verb::Tag)
    };
    let case = window.act(held.case, tag).await;
    assert_eq!(case.progress.tags.words, ["塌陷"]);
    let text = serde_json::to_string(&app.view(&held).await).expect("JSON");
    assert!(!text.contains("塌陷"), "sorting is no news to a resident");
}

async fn lists_filter_sort_and_turn_pages(app: &TestApp) {
    let window = app.sign_in("window").await;
    let mut all = Vec::new();
    for n in 0..23 {
        let category = ["garbage", "light"][n % 2];
        app.pass_s(60);
        all.push(
            public_case(app, &window, category, n as f64 * 40.0)
                .await
                .case,
        );
    }
    voice(app, all[3], Uuid::now_v7()).await;
    let every = async |query: &str| {
        let (mut cases, mut cursor) = (Vec::new(), String::new());
        loop {
            let page = list(app, &format!("{query}&cursor={cursor}")).await;
            cases.extend(page.items.iter().map(|item| item.case));
            match page.next {
                Some(next) => cursor = next,
                None => return cases,
            }
        }
    };
    let newest: Vec<_> = all.iter().rev().copied().collect();
    assert_eq!(every("sort=newest").await, newest);
    let lights: Vec<_> = newest
        .iter()
        .copied()
        .filter(|case| {
            all.iter()
                .position(|other| other == case)
                .expect("one of them")
                % 2
                == 1
        })
        .collect();
    assert_eq!(every("sort=newest&category=light").await, lights);
    assert_eq!(every("sort=voices").await[0], all[3]);
    assert_eq!(every("sort=voices").await.len(), all.len());
    let near = format!("sort=nearest&at={LAT},{LON}");
    assert_eq!(
        every(&near).await,
        all,
        "nearest first, over cells of three sizes"
    );
    let some = format!("{near}&category=light&status=open");
    assert_eq!(every(&some).await.len(), lights.len());
    assert!(every("status=closed").await.is_empty());

    let near: Nearby = app
        .get(format!(
            "{}?at={LAT},{LON}&category=garbage",
            path::REPORTS_NEAR
        ))
        .send()
        .await
        .json();
    let found: Vec<_> = near.items.iter().map(|i| (i.case, i.metres)).collect();
    assert_eq!(found, [(all[0], Some(0))], "within 50 m, of the category");

    for (query, field) in [
        ("sort=nearest", "at"),
        ("sort=nearest&at=91,0", "at"),
        ("status=lost", "status"),
        ("category=NO", "category"),
        ("cursor=x", "cursor"),
    ] {
        let answer = app.get(format!("{}?{query}", path::REPORTS)).send().await;
        assert_eq!(answer.problem().faults[0].field, field, "{query}");
    }
}

async fn bad_reports_are_refused_with_reasons(app: &TestApp) {
    for (field, value, at, fault) in [
        ("place", json!(null), "place", Fault::Missing),
        (
            "place",
            json!({ "at": { "lat": 31.2, "lon": 121.4 }, "found": "device" }),
            "place",
            Fault::FarAway,
        ),
        (
            "place",
            json!({ "at": { "lat": "x" } }),
            "place",
            Fault::Malformed,
        ),
        ("category", json!("no-such"), "category", Fault::Unknown),
        ("category", json!("manhole"), "extra", Fault::Missing),
        (
            "contact_phone",
            json!("123"),
            "contact_phone",
            Fault::BadPhone,
        ),
        ("words", json!(""), "words", Fault::Missing),
        ("words", json!("长".repeat(8001)), "words", Fault::TooLong),
        ("photos", json!(["x"]), "photos", Fault::Malformed),
        ("consent", json!(false), "consent", Fault::NotAgreed),
    ] {
        let mut answers = report_at("garbage", 0.0);
        answers[field] = value;
        let problem = try_hand_in(app, answers).await.problem();
        let told = problem.faults.first().map(|f| (f.field.as_str(), f.fault));
        assert_eq!(told, Some((at, fault)), "{field}");
    }
    let mut answers = report_at("garbage", 0.0);
    answers["photos"] = json!([Uuid::now_v7()]);
    assert_eq!(try_hand_in(app, answers).await.code(), Code::PhotoTaken);
    // Without a name only where the category allows it; nobody can speak for them then.
    let mut nameless = report_at("neighbour", 0.0);
    nameless["anonymous"] = json!(true);
    nameless["contact_phone"] = json!(null);
    let problem = try_hand_in(app, nameless.clone()).await.problem();
    assert_eq!(problem.faults[0].field, "contact_phone");
    nameless["category"] = json!("garbage");
    let held = hand_in(app, nameless).await;
    let window = app.sign_in("window").await;
    assert!(window.case(held.case).await.on_word.is_empty());
    let text = serde_json::to_string(&app.view(&held).await).expect("JSON");
    assert!(!text.contains(NAME), "what was not asked is not kept");
}

/// Every public answer about these cases, as one text.
pub async fn everything_public(app: &TestApp, cases: &[Submitted]) -> String {
    let mut text = String::new();
    let near = format!("at={LAT},{LON}");
    let mut addresses = vec![
        format!("{}?sort=newest", path::REPORTS),
        format!("{}?sort=voices", path::REPORTS),
        format!("{}?sort=nearest&{near}", path::REPORTS),
        format!("{}?{near}", path::REPORTS_NEAR),
    ];
    addresses.extend(
        cases
            .iter()
            .map(|held| path::of_case(path::REPORT, held.case)),
    );
    for address in addresses {
        text += &app.get(address).send().await.text();
    }
    text
}

/// Whatever staff and residents do, in whatever order: what is personal, and what nobody has
/// decided to show, stands in no public answer.
async fn no_sequence_shows_what_nobody_reviewed(app: &TestApp) {
    let window = app.sign_in("window").await;
    let worker = app.sign_in("grid").await;
    let mut held = Vec::new();
    let mut photos = Vec::new();
    for n in 0..3 {
        let photo = app.upload(picture(20 + n, 20)).await;
        let mut answers = report_at("garbage", f64::from(n) * 5.0);
        answers["photos"] = json!([photo]);
        held.push(hand_in(app, answers).await);
        photos.push(photo);
    }
    // A generator with a fixed beginning: a failure can be repeated.
    let mut seed = 20_261_125u64;
    let mut draw = |below: usize| {
        seed = seed
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (seed >> 33) as usize % below
    };
    let mut reviewed = [false; 3];
    let mut done = 0;
    for _ in 0..240 {
        let n = draw(3);
        let by_worker = draw(3) == 0;
        let desk = if by_worker { &worker } else { &window };
        let case = desk.case(held[n].case).await;
        let possible = [case.view.allowed, case.on_word].concat();
        let ends = [Verb::Withdraw, Verb::Reject, Verb::Confirm];
        // Mostly what is possible; what ends a case seldom, or the walk would soon be over.
        let verb = match possible.get(draw(possible.len() + 2)) {
            Some(verb) if !ends.contains(verb) || draw(8) == 0 => *verb,
            _ => Verb::ALL[draw(Verb::ALL.len())],
        };
        let action = Action {
            to_resident: Some(WORDS.to_owned()),
            to_staff: Some(WORDS.to_owned()),
            staff: Some(worker.me.staff.id.clone()),
            days: Some(2),
            face: Some(Face {
                words: PUBLIC.to_owned(),
                photos: Vec::new(),
            }),
            tags: Some(Tags {
                nature: None,
                words: vec![NAME.to_owned()],
            }),
            into: Some(held[draw(3)].case),
            on_word: true,
            rating: Some(1),
            ..action(verb)
        };
        let answer = desk
            .act_on(held[n].case, action, case.view.progress.seq)
            .await;
        assert!(
            !answer.status.is_server_error(),
            "{verb:?}: {}",
            answer.text()
        );
        let good = answer.status == StatusCode::OK;
        done += u32::from(good);
        reviewed[n] |= good && verb == Verb::Review;

        let text = everything_public(app, &held).await;
        for secret in [NAME, PHONE, WORDS, "赵春梅", "3号楼下", "\"staff\""] {
            assert!(!text.contains(secret), "{secret} after {verb:?} in {text}");
        }
        for photo in &photos {
            assert!(
                !text.contains(&photo.to_string()),
                "an unreviewed photo after {verb:?}"
            );
        }
        for (held, reviewed) in held.iter().zip(reviewed) {
            let page = app.get(path::of_case(path::REPORT, held.case)).send().await;
            assert!(reviewed || page.status == StatusCode::NOT_FOUND, "{verb:?}");
        }
    }
    assert!(done > 60, "{done} were done: the walk went somewhere");
}

async fn a_neighbour_in_trouble_is_nobody_elses_to_see(app: &TestApp) {
    let window = app.sign_in("window").await;
    let held = hand_in(app, report_at("neighbour", 0.0)).await;
    for act in [review(PUBLIC, Vec::new()), action(Verb::Publish)] {
        let seq = window.case(held.case).await.view.progress.seq;
        let refused = window.act_on(held.case, act, seq).await;
        assert_eq!(refused.problem().refused, Some(Refused::NeverPublic));
    }
    let offered = window.case(held.case).await.view.allowed;
    assert!(!offered.contains(&Verb::Review) && !offered.contains(&Verb::Publish));
    assert_eq!(app.view(&held).await.publication, Publication::Private);
    assert_eq!(list(app, "").await.items, []);
    let shown = app.get(path::of_case(path::REPORT, held.case)).send().await;
    assert_eq!(shown.code(), Code::NotFound);
}

/// Words sent again and again, from wherever and with whatever signs between, are told to whoever
/// reviews them; what anybody would say in as few words is not.
async fn the_same_words_again_are_seen_by_staff_alone(app: &TestApp) {
    let said = async |words: &str, north_m: f64| {
        app.pass_s(60);
        let mut answers = report_at("garbage", north_m);
        answers["words"] = json!(words);
        hand_in(app, answers).await
    };
    let spam = "物业公司乱收费,请大家一起来转发！";
    let first = said(spam, 0.0).await;
    let second = said("物业公司 乱收费，请大家一起来转发", 300.0).await;
    let third = said(spam, 600.0).await;
    let short = said("垃圾桶满了", 900.0).await;
    let window = app.sign_in("window").await;
    said("垃圾桶满了", 1200.0).await;
    for (held, expected) in [(&first, 0), (&second, 1), (&third, 2), (&short, 0)] {
        let seen = window.case(held.case).await;
        assert_eq!(seen.same_words, expected, "{}", held.receipt);
    }
    let told = app.get(path::of_case(path::CASE, third.case));
    let told = told.secret(&third.secret).send().await;
    assert!(!told.text().contains("same_words"), "{}", told.text());
    // A month later it is forgotten.
    app.pass_s(31 * 24 * 3600);
    let late = said(spam, 1500.0).await;
    let window = app.sign_in("window").await;
    assert_eq!(window.case(late.case).await.same_words, 0);
}

/// Two banks of a stream of the sample's map: 27 m as the crow flies, 436 m by the bridge.
const BANKS: [(f64, f64); 2] = [(40.01197, 116.31476), (40.01218, 116.31461)];

async fn beyond_the_water_is_not_already_reported(app: &TestApp) {
    let window = app.sign_in("window").await;
    let mut answers = report_at("garbage", 0.0);
    let (lat, lon) = BANKS[0];
    answers["place"]["at"] = json!({ "lat": lat, "lon": lon });
    let held = hand_in(app, answers).await;
    window.act(held.case, review(PUBLIC, Vec::new())).await;
    window.act(held.case, action(Verb::Publish)).await;

    for ((lat, lon), expected) in BANKS.into_iter().zip([vec![held.case], vec![]]) {
        let asked = format!("{}?category=garbage&at={lat},{lon}", path::REPORTS_NEAR);
        let near: Nearby = app.get(&asked).send().await.json();
        let found: Vec<CaseId> = near.items.iter().map(|item| item.case).collect();
        assert_eq!(found, expected, "{lat},{lon}");
    }
    // Staff see straight lines: whether it is one thing is theirs to say.
    let mut beyond = report_at("garbage", 0.0);
    let (lat, lon) = BANKS[1];
    beyond["place"]["at"] = json!({ "lat": lat, "lon": lon });
    let other = hand_in(app, beyond).await;
    let asked = path::of_case(path::STAFF_ALIKE, other.case);
    let alike: AlikeCases = window.get(asked).send().await.json();
    assert_eq!(
        (alike.cases[0].case, alike.cases[0].metres),
        (held.case, 27)
    );
}
