//! 助办 on a shared tablet: tablets, shifts, residents served, forms left half-way.

use crate::app::{Answer, PASSWORD, PIN, Station, TestApp, at_station, case_of};
use axum::http::{Method, StatusCode};
use model::api::assist::{
    Enrol, MyHours, NewPin, Parked, ParkedForm, SERVING, Tablet, Tablets, TakeUp, TakenUp,
    Volunteers,
};
use model::api::{CSRF_TOKEN, Submitted, path};
use model::area::{Role, Staff};
use model::id::{AreaId, StaffId};
use model::problem::Code;
use model::text::Fault;
use serde_json::json;
use server::auth::hash_now;
use uuid::Uuid;

crate::on_both!(
    a_tablet_is_made_by_those_who_may,
    an_ended_tablet_opens_nothing,
    wrong_pins_lock_for_longer_and_longer,
    a_pin_opens_nothing_elsewhere,
    a_shift_ends_by_itself_and_by_its_volunteer,
    one_shift_at_a_time_runs_on_a_tablet,
    who_left_works_no_more,
    a_case_tells_who_helped_if_the_resident_likes,
    hours_are_a_record,
    a_parked_form_is_taken_up_once,
    a_parked_form_is_its_volunteers_alone,
    a_parked_form_is_gone_after_half_an_hour,
    what_changes_something_needs_the_token,
    tablets_tell_when_they_were_last_used,
    a_locked_pin_is_unlocked_by_those_who_may,
    a_pin_is_set_by_those_who_look_after_its_owner,
    hours_of_a_month_are_told_by_name,
);

fn enrolment(name: &str, password: &str, tablet: &str) -> Enrol {
    Enrol {
        name: name.to_owned(),
        password: password.to_owned(),
        tablet: tablet.to_owned(),
    }
}

async fn a_tablet_is_made_by_those_who_may(app: &TestApp) {
    for (name, password, tablet, code) in [
        ("window", "wrong", "一号", Code::SignInWrong),
        ("grid", PASSWORD, "一号", Code::Forbidden),
        ("volunteer", PASSWORD, "一号", Code::Forbidden),
        ("window", PASSWORD, "  ", Code::Invalid),
        ("window", PASSWORD, &"长".repeat(31), Code::Invalid),
    ] {
        let sent = enrolment(name, password, tablet);
        let answer = app.post(path::TABLET).json(&sent).send().await;
        assert_eq!(answer.code(), code, "{name} {tablet}");
        assert_eq!(answer.header("set-cookie"), "", "{name} {tablet}");
    }
    let sent = enrolment("supervisor", PASSWORD, " 云栖社区一号平板 ");
    let answer = app.post(path::TABLET).json(&sent).send().await;
    let cookie = answer.header("set-cookie").to_owned();
    assert!(
        cookie.contains("; HttpOnly; SameSite=Strict; Max-Age=34560000"),
        "{cookie}"
    );
    let tablet: Tablet = answer.json();
    assert_eq!(tablet.name, "云栖社区一号平板");
    assert_eq!(tablet.volunteers.len(), 1);
    assert_eq!(tablet.volunteers[0].name, "田小禾");
    assert_eq!(tablet.shift, None);
    // Nobody stays signed in by it.
    let cookie = answer.cookie();
    let who = app
        .get(path::SESSION)
        .header("cookie", &cookie)
        .send()
        .await;
    assert_eq!(who.code(), Code::SignInNeeded);
    let again = app.get(path::TABLET).header("cookie", &cookie).send().await;
    assert_eq!(again.json::<Tablet>(), tablet);
    let forged = app
        .post(path::TABLET)
        .header("sec-fetch-site", "cross-site");
    assert_eq!(forged.json(&sent).send().await.code(), Code::CsrfWrong);
}

async fn an_ended_tablet_opens_nothing(app: &TestApp) {
    let cookie = app.enrol("一号").await;
    let station = app.begin_shift(&cookie).await;
    let desk = app.sign_in("supervisor").await;
    let listed: Tablets = desk.get(path::STAFF_TABLETS).send().await.json();
    let row = &listed.tablets[0];
    assert_eq!((row.name.as_str(), row.ended), ("一号", None));
    assert_eq!(row.by.as_deref(), Some("林晓云"));
    let address = path::STAFF_TABLET.replace("{tablet}", &row.id.to_string());
    let end = || desk.ask(Method::DELETE, address.clone()).send();
    assert_eq!(end().await.status, StatusCode::NO_CONTENT);
    assert_eq!(end().await.code(), Code::NotFound);
    let shown = app.get(path::TABLET).header("cookie", &cookie).send().await;
    assert_eq!(shown.code(), Code::NoTablet);
    assert_eq!(app.try_pin(&cookie, PIN).await.code(), Code::NoTablet);
    let hours = station.ask(Method::GET, path::SHIFT).send().await;
    assert_eq!(hours.code(), Code::NoTablet);
    // The shift ended with it: another tablet's cookie does not revive it.
    let other = app.enrol("二号").await;
    let (_, shift) = station.cookies.split_once("; ").expect("two cookies");
    let moved = app.get(path::SHIFT);
    let moved = moved.header("cookie", &format!("{other}; {shift}"));
    assert_eq!(moved.send().await.code(), Code::ShiftOver);
    let listed: Tablets = desk.get(path::STAFF_TABLETS).send().await.json();
    let names: Vec<_> = listed.tablets.iter().map(|row| row.name.as_str()).collect();
    assert_eq!(names, ["二号", "一号"]);
}

async fn wrong_pins_lock_for_longer_and_longer(app: &TestApp) {
    let tablet = app.enrol("一号").await;
    for n in 0..5 {
        let answer = app.try_pin(&tablet, "000000").await;
        assert_eq!(answer.code(), Code::SignInWrong, "{n}");
    }
    // On every tablet, and with the right PIN too.
    let other = app.enrol("二号").await;
    for wait in [30, 60] {
        let locked = app.try_pin(&other, PIN).await.problem();
        assert_eq!(
            (locked.code, locked.retry_after_s),
            (Code::TooOften, Some(wait))
        );
        app.pass_s(i64::try_from(wait).expect("seconds"));
        let wrong = app.try_pin(&tablet, "000000").await;
        assert_eq!(wrong.code(), Code::SignInWrong);
    }
    // The password's lock is another one.
    let password = app.sign_in("volunteer").await;
    assert_eq!(password.me.staff.role, Role::Volunteer);
    app.pass_s(120);
    assert_eq!(app.try_pin(&tablet, PIN).await.status, StatusCode::OK);
    assert_eq!(
        app.try_pin(&tablet, "000000").await.code(),
        Code::SignInWrong
    );
}

async fn a_pin_opens_nothing_elsewhere(app: &TestApp) {
    assert_eq!(app.try_pin("", PIN).await.code(), Code::NoTablet);
    assert_eq!(
        app.try_pin("yikezhong-tablet=made-up", PIN).await.code(),
        Code::NoTablet
    );
    let sent = json!({ "name": "volunteer", "password": PIN });
    let answer = app.post(path::SESSION).json(&sent).send().await;
    assert_eq!(answer.code(), Code::SignInWrong);
    // Nor does a password open the tablet, nor a PIN that somebody of another role was given.
    let tablet = app.enrol("一号").await;
    assert_eq!(
        app.try_pin(&tablet, PASSWORD).await.code(),
        Code::SignInWrong
    );
    let window = StaffId::parse("window").expect("an id");
    let hash = hash_now(PIN).expect("hashed");
    let store = &app.app.store;
    store
        .set_pin_hash(&window, &hash, app.now())
        .await
        .expect("set");
    let sent = json!({ "volunteer": "window", "pin": PIN });
    let asked = app.post(path::SHIFT).header("cookie", &tablet);
    assert_eq!(asked.json(&sent).send().await.code(), Code::SignInWrong);
}

async fn a_shift_ends_by_itself_and_by_its_volunteer(app: &TestApp) {
    let tablet = app.enrol("一号").await;
    let station = app.begin_shift(&tablet).await;
    let alive = async |station: &Station<'_>| {
        let answer = station.ask(Method::GET, path::SHIFT).send().await;
        answer.status == StatusCode::OK
    };
    let serving = station.serve().await;
    app.pass_s(12 * 3600 - 1);
    assert!(alive(&station).await);
    app.pass_s(1);
    assert!(!alive(&station).await);
    // What was being filled in is not taken without its helper: the resident's form says so.
    let late = submit(app, &station.cookies, &station.shift.csrf, serving).await;
    assert_eq!(late.code(), Code::ShiftOver);
    let next = app.begin_shift(&tablet).await;
    let before = next.hours().await.before;
    assert_eq!(before[0].minutes, 12 * 60, "it ended when it ran out");
    let out = next.ask(Method::DELETE, path::SHIFT).send().await;
    assert_eq!(out.status, StatusCode::NO_CONTENT);
    assert!(out.header("set-cookie").contains("Max-Age=0"));
    assert!(!alive(&next).await);
    let shown = app.get(path::TABLET).header("cookie", &next.cookies);
    assert_eq!(shown.send().await.json::<Tablet>().shift, None);
}

async fn one_shift_at_a_time_runs_on_a_tablet(app: &TestApp) {
    let tablet = app.enrol("一号").await;
    let first = app.begin_shift(&tablet).await;
    let served = first.serve().await;
    app.pass_s(600);
    let second = app.begin_shift(&tablet).await;
    let over = first.ask(Method::GET, path::SHIFT).send().await;
    assert_eq!(over.code(), Code::ShiftOver);
    let stale = submit(app, &second.cookies, &second.shift.csrf, served).await;
    assert_eq!(stale.code(), Code::ShiftOver, "another shift's resident");
    let before = second.hours().await.before;
    assert_eq!((before[0].minutes, before[0].residents), (10, 1));
}

async fn who_left_works_no_more(app: &TestApp) {
    let tablet = app.enrol("一号").await;
    let station = app.begin_shift(&tablet).await;
    let volunteer = StaffId::parse("volunteer").expect("an id");
    let row = app.app.store.staff(&volunteer).await.expect("a volunteer");
    let promoted = Staff {
        role: Role::Window,
        ..row.staff
    };
    let store = &app.app.store;
    store
        .upsert_staff(&promoted, app.now())
        .await
        .expect("changed");
    let over = station.ask(Method::GET, path::SHIFT).send().await;
    assert_eq!(over.code(), Code::ShiftOver);
    assert_eq!(app.try_pin(&tablet, PIN).await.code(), Code::SignInWrong);
    let shown = app.get(path::TABLET).header("cookie", &tablet).send().await;
    assert!(shown.json::<Tablet>().volunteers.is_empty());
}

/// Hands a case in as the tablet does while `serving` is served.
async fn submit(app: &TestApp, cookies: &str, csrf: &str, serving: Uuid) -> Answer {
    app.post(path::CASES)
        .key(Uuid::now_v7())
        .header("cookie", cookies)
        .header(CSRF_TOKEN, csrf)
        .header(SERVING, &serving.to_string())
        .json(&case_of(at_station()))
        .send()
        .await
}

async fn a_case_tells_who_helped_if_the_resident_likes(app: &TestApp) {
    let station = app.begin_shift(&app.enrol("一号").await).await;
    let serving = station.serve().await;
    let answer = submit(app, &station.cookies, &station.shift.csrf, serving).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text());
    let helped: Submitted = answer.json();
    let desk = app.sign_in("window").await;
    let seen = desk.case(helped.case).await.view;
    assert_eq!(seen.helped_by.as_deref(), Some("田小禾"));
    assert_eq!(app.view(&helped).await.helped_by, seen.helped_by);
    // The resident said no: the request says nothing, and nothing is kept.
    let quiet = app
        .post(path::CASES)
        .key(Uuid::now_v7())
        .header("cookie", &station.cookies)
        .json(&case_of(at_station()));
    let quiet: Submitted = quiet.send().await.json();
    assert_eq!(desk.case(quiet.case).await.view.helped_by, None);
    let done = station.hours().await.shift.done;
    assert_eq!((done.residents, done.receipts), (1, vec![helped.receipt]));
    // After 下一位 the number of the one before holds no more.
    let next = station.ask(Method::DELETE, path::SERVING).send().await;
    assert_eq!(next.status, StatusCode::NO_CONTENT);
    let late = submit(app, &station.cookies, &station.shift.csrf, serving).await;
    assert_eq!(late.code(), Code::ShiftOver);
    // Nobody claims help from elsewhere.
    let claimed = app
        .post(path::CASES)
        .key(Uuid::now_v7())
        .header(SERVING, &serving.to_string())
        .json(&case_of(at_station()));
    assert_eq!(claimed.send().await.code(), Code::NoTablet);
}

async fn hours_are_a_record(app: &TestApp) {
    let tablet = app.enrol("一号").await;
    let station = app.begin_shift(&tablet).await;
    for _ in 0..3 {
        station.serve().await;
        app.pass_s(20 * 60);
    }
    let hours = station.hours().await;
    assert_eq!((hours.shift.done.residents, hours.month_minutes), (3, 60));
    assert!(hours.before.is_empty());
    station.ask(Method::DELETE, path::SHIFT).send().await;
    app.pass_s(3600);
    let again = app.begin_shift(&tablet).await;
    app.pass_s(90);
    let hours = again.hours().await;
    assert_eq!((hours.before[0].minutes, hours.month_minutes), (60, 62));
    let rows = app
        .app
        .store
        .hours(app.now().plus_days(-1), app.now())
        .await;
    let rows = rows.expect("hours");
    assert_eq!((rows.len(), rows[0].done.residents), (2, 3));
    assert_eq!(
        (rows[0].name.as_str(), rows[0].tablet.as_str()),
        ("田小禾", "一号")
    );
}

fn form() -> ParkedForm {
    let case = case_of(at_station());
    ParkedForm {
        kind: case.kind,
        answers: case.answers,
        page: "handling".to_owned(),
        sent: Default::default(),
        key: Uuid::from_u128(7),
        first: None,
    }
}

async fn park(station: &Station<'_>) -> Parked {
    let asked = station.ask(Method::POST, path::PARKED);
    asked.json(&form()).send().await.json()
}

async fn take_up(station: &Station<'_>, code: &str) -> Answer {
    let code = code.to_owned();
    let asked = station.ask(Method::POST, path::TAKE_UP);
    asked.json(&TakeUp { code }).send().await
}

async fn a_parked_form_is_taken_up_once(app: &TestApp) {
    let station = app.begin_shift(&app.enrol("一号").await).await;
    let parked = park(&station).await;
    assert_eq!(parked.until, app.now().plus_seconds(30 * 60));
    assert_eq!(take_up(&station, "00000").await.code(), Code::NotFound);
    // As a Chinese keyboard types it.
    let wide: String = parked
        .code
        .chars()
        .filter_map(|digit| char::from_u32(digit as u32 + 0xfee0))
        .collect();
    let answer = take_up(&station, &format!(" {wide} ")).await;
    assert_eq!(answer.json::<TakenUp>().form, form());
    let mine: MyHours = station.ask(Method::GET, path::SHIFT).send().await.json();
    assert_eq!(
        mine.shift.done.residents, 1,
        "a wrong code is nobody served"
    );
    assert_eq!(take_up(&station, &parked.code).await.code(), Code::NotFound);
    // Guessing is limited.
    let mut codes = Vec::new();
    for _ in 0..20 {
        codes.push(take_up(&station, "99999").await.code());
    }
    assert_eq!(codes.last(), Some(&Code::TooOften));
}

async fn a_parked_form_is_its_volunteers_alone(app: &TestApp) {
    let tablet = app.enrol("一号").await;
    let station = app.begin_shift(&tablet).await;
    let parked = park(&station).await;
    let other = Staff {
        id: StaffId::parse("volunteer02").expect("an id"),
        name: "方小满".to_owned(),
        role: Role::Volunteer,
        area: AreaId::parse("yunqi").expect("an id"),
        phone: None,
    };
    let store = &app.app.store;
    store.upsert_staff(&other, app.now()).await.expect("added");
    let hash = hash_now("309162").expect("hashed");
    store
        .set_pin_hash(&other.id, &hash, app.now())
        .await
        .expect("set");
    let sent = json!({ "volunteer": "volunteer02", "pin": "309162" });
    let second = app.enrol("二号").await;
    let asked = app.post(path::SHIFT).header("cookie", &second);
    let answer = asked.json(&sent).send().await;
    let theirs = Station {
        app,
        cookies: format!("{second}; {}", answer.cookie()),
        shift: answer.json(),
    };
    assert_eq!(take_up(&theirs, &parked.code).await.code(), Code::NotFound);
    // It is still there for its own volunteer, on another tablet too; where they are now they are
    // no longer on the first.
    let third = app.enrol("三号").await;
    let moved = app.begin_shift(&third).await;
    let left = station.ask(Method::GET, path::SHIFT).send().await;
    assert_eq!(left.code(), Code::ShiftOver);
    assert_eq!(take_up(&moved, &parked.code).await.status, StatusCode::OK);
}

async fn a_parked_form_is_gone_after_half_an_hour(app: &TestApp) {
    let station = app.begin_shift(&app.enrol("一号").await).await;
    let (early, late) = (park(&station).await, park(&station).await);
    app.pass_s(30 * 60 - 1);
    assert_eq!(take_up(&station, &early.code).await.status, StatusCode::OK);
    app.pass_s(1);
    assert_eq!(take_up(&station, &late.code).await.code(), Code::NotFound);
    app.app
        .store
        .sweep(app.now().plus_seconds(1))
        .await
        .expect("swept");
}

async fn what_changes_something_needs_the_token(app: &TestApp) {
    let tablet = app.enrol("一号").await;
    let station = app.begin_shift(&tablet).await;
    for path in [path::SERVING, path::PARKED, path::TAKE_UP] {
        let bare = app.post(path).header("cookie", &station.cookies);
        assert_eq!(bare.send().await.code(), Code::CsrfWrong, "{path}");
        let afar = station
            .ask(Method::POST, path)
            .header("sec-fetch-site", "cross-site");
        assert_eq!(afar.send().await.code(), Code::CsrfWrong, "{path}");
    }
    // A tablet's cookie alone is no shift.
    let alone = app.get(path::SHIFT).header("cookie", &tablet).send().await;
    assert_eq!(alone.code(), Code::ShiftOver);
}

async fn tablets_tell_when_they_were_last_used(app: &TestApp) {
    let used = app.enrol("一号").await;
    app.enrol("二号").await;
    let desk = app.sign_in("window").await;
    let rows = || async {
        let listed: Tablets = desk.get(path::STAFF_TABLETS).send().await.json();
        let mut rows = listed.tablets;
        rows.sort_by(|a, b| a.name.cmp(&b.name));
        rows.into_iter()
            .map(|row| (row.used, row.at_work))
            .collect::<Vec<_>>()
    };
    assert_eq!(rows().await, [(None, None), (None, None)]);
    let began = app.now();
    let station = app.begin_shift(&used).await;
    let at_work = Some("田小禾".to_owned());
    assert_eq!(rows().await, [(Some(began), at_work.clone()), (None, None)]);
    app.pass_s(3600);
    station.ask(Method::DELETE, path::SHIFT).send().await;
    let again = app.now();
    app.begin_shift(&used).await;
    assert_eq!(rows().await[0], (Some(again), at_work));
    // A shift that ran out by itself is nobody's work.
    app.pass_s(13 * 3600);
    let desk = app.sign_in("window").await;
    let listed: Tablets = desk.get(path::STAFF_TABLETS).send().await.json();
    assert!(listed.tablets.iter().all(|row| row.at_work.is_none()));
}

async fn volunteers(desk: &crate::app::Desk<'_>, month: &str) -> Volunteers {
    let address = format!("{}?month={month}", path::STAFF_VOLUNTEERS);
    desk.get(address).send().await.json()
}

async fn a_locked_pin_is_unlocked_by_those_who_may(app: &TestApp) {
    let tablet = app.enrol("一号").await;
    let desk = app.sign_in("window").await;
    let lock = || async { volunteers(&desk, "").await.volunteers[0].locked_until };
    assert_eq!(lock().await, None);
    for _ in 0..5 {
        app.try_pin(&tablet, "000000").await;
    }
    assert_eq!(lock().await, Some(app.now().plus_seconds(30)));
    let address = path::STAFF_PIN_LOCK.replace("{volunteer}", "volunteer");
    for name in ["grid", "department", "volunteer"] {
        let other = app.sign_in(name).await;
        let refused = other.ask(Method::DELETE, address.clone()).send().await;
        assert_eq!(refused.code(), Code::Forbidden, "{name}");
    }
    assert_eq!(app.try_pin(&tablet, PIN).await.code(), Code::TooOften);
    for nobody in ["window", "nobody-at-all"] {
        let address = path::STAFF_PIN_LOCK.replace("{volunteer}", nobody);
        let unknown = desk.ask(Method::DELETE, address).send().await;
        assert_eq!(unknown.code(), Code::NotFound, "{nobody} is no volunteer");
    }
    let unlocked = desk.ask(Method::DELETE, address).send().await;
    assert_eq!(unlocked.status, StatusCode::NO_CONTENT);
    assert_eq!(lock().await, None);
    assert_eq!(app.try_pin(&tablet, PIN).await.status, StatusCode::OK);
}

async fn a_pin_is_set_by_those_who_look_after_its_owner(app: &TestApp) {
    let tablet = app.enrol("一号").await;
    let station = app.begin_shift(&tablet).await;
    let address = path::STAFF_PIN.replace("{volunteer}", "volunteer");
    let set = |name: &'static str, address: String, pin: &'static str| async move {
        let desk = app.sign_in(name).await;
        let sent = NewPin {
            pin: pin.to_owned(),
        };
        desk.ask(Method::PUT, address).json(&sent).send().await
    };
    for name in ["grid", "department", "volunteer"] {
        let refused = set(name, address.clone(), "735192").await;
        assert_eq!(refused.code(), Code::Forbidden, "{name}");
    }
    for nobody in ["window", "nobody-at-all"] {
        let address = path::STAFF_PIN.replace("{volunteer}", nobody);
        let unknown = set("window", address, "735192").await;
        assert_eq!(unknown.code(), Code::NotFound, "{nobody} is no volunteer");
    }
    for plain in ["", "111111", "123456", "73519", "7351920", "７３５１９２"] {
        let refused = set("window", address.clone(), plain).await;
        let fault = &refused.problem().faults[0];
        assert_eq!(
            (fault.field.as_str(), fault.fault),
            ("pin", Fault::PlainPin),
            "{plain}"
        );
    }
    let mine = station.ask(Method::GET, path::SHIFT).send().await;
    assert_eq!(
        mine.status,
        StatusCode::OK,
        "what was refused changed nothing"
    );
    for _ in 0..5 {
        app.try_pin(&tablet, "000000").await;
    }
    assert_eq!(app.try_pin(&tablet, PIN).await.code(), Code::TooOften);
    let done = set("window", address, "735192").await;
    assert_eq!(done.status, StatusCode::NO_CONTENT);
    let mine = station.ask(Method::GET, path::SHIFT).send().await;
    assert_eq!(mine.code(), Code::ShiftOver, "begun under the one before");
    assert_eq!(app.try_pin(&tablet, "735192").await.status, StatusCode::OK);
    assert_eq!(app.try_pin(&tablet, PIN).await.code(), Code::SignInWrong);
}

async fn hours_of_a_month_are_told_by_name(app: &TestApp) {
    // Somebody who serves another street, and somebody without a PIN.
    for (id, name, area) in [
        ("elsewhere", "外街人", "other-street"),
        ("new", "艾新来", "yunqi"),
    ] {
        let staff = Staff {
            id: StaffId::parse(id).expect("an id"),
            name: name.to_owned(),
            role: Role::Volunteer,
            area: AreaId::parse(area).expect("an id"),
            phone: None,
        };
        let added = app.app.store.upsert_staff(&staff, app.now()).await;
        added.expect("added");
    }
    let station = app.begin_shift(&app.enrol("一号").await).await;
    station.serve().await;
    app.pass_s(90);
    station.ask(Method::DELETE, path::SHIFT).send().await;
    let desk = app.sign_in("supervisor").await;
    let told = volunteers(&desk, "").await;
    assert_eq!(told.month, "2026-11");
    let names: Vec<_> = told
        .volunteers
        .iter()
        .map(|row| (row.name.as_str(), row.pin))
        .collect();
    assert_eq!(names, [("田小禾", true), ("艾新来", false)]);
    let worked = &told.volunteers[0];
    assert_eq!((worked.minutes, worked.shifts.len()), (2, 1));
    let shift = &worked.shifts[0];
    assert_eq!(
        (shift.tablet.as_str(), shift.residents, shift.minutes),
        ("一号", 1, 2)
    );
    let before = volunteers(&desk, "2026-10").await;
    assert!(
        before
            .volunteers
            .iter()
            .all(|row| row.minutes == 0 && row.shifts.is_empty())
    );
    for wrong in ["2026-13", "november"] {
        let address = format!("{}?month={wrong}", path::STAFF_VOLUNTEERS);
        assert_eq!(desk.get(address).send().await.code(), Code::Invalid);
    }
}
