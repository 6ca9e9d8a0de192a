//! The way of a day, as the worker asks for it.

use crate::app::{Desk, TestApp, action, at_home};
use crate::reports::{hand_in, report_at};
use axum::http::StatusCode;
use model::api::path;
use model::api::visits::{Stop, Visits};
use model::id::{CaseId, StaffId};
use model::problem::Code;
use model::time::TimeMs;
use model::workflow::{Action, Slot, Verb};
use serde_json::json;

crate::on_both!(
    times_come_first_and_the_rest_by_the_shortest_walk,
    nobody_sees_the_way_of_another,
    a_start_is_a_place_of_the_street,
);

async fn day(desk: &Desk<'_>, query: &str) -> Visits {
    let answer = desk.get(format!("{}{query}", path::VISITS)).send().await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    answer.json()
}

/// The worker's free times of that day, from the hour on.
async fn free_today(app: &TestApp, estate: &str) -> Vec<Slot> {
    let answer = app.get(format!("{}?estate={estate}", path::SLOTS)).send();
    let slots: model::api::Slots = answer.await.json();
    let today = app.now().china_date();
    let today = slots.days.iter().filter(|day| day.date == today);
    let free = today.flat_map(|day| day.slots.iter().filter(|slot| slot.free));
    free.map(|offered| offered.slot).collect()
}

async fn visit_at(app: &TestApp, estate: &str, slot: Slot) -> CaseId {
    let mut answers = at_home(slot);
    answers["home"] = json!({ "estate": estate, "door": "5号楼301" });
    app.submit(answers).await.case
}

/// A report that is in the worker's hands, north of the usual place.
async fn to_look_at(app: &TestApp, north_m: f64) -> CaseId {
    let case = hand_in(app, report_at("garbage", north_m)).await.case;
    let window = app.sign_in("window").await;
    window.act(case, action(Verb::Accept)).await;
    let assign = Action {
        staff: StaffId::parse("grid").ok(),
        ..action(Verb::Assign)
    };
    window.act(case, assign).await;
    case
}

fn cases(stops: &[Stop]) -> Vec<CaseId> {
    stops.iter().map(|stop| stop.case).collect()
}

async fn times_come_first_and_the_rest_by_the_shortest_walk(app: &TestApp) {
    let free = free_today(app, "qiangwei-nan").await;
    let late = visit_at(app, "qiangwei-nan", free[3]).await;
    let early = visit_at(app, "changle-li", free[1]).await;
    let worker = app.sign_in("grid").await;
    let way = day(&worker, "").await;
    assert_eq!(cases(&way.stops), [early, late]);
    assert_eq!(way.date, app.now().china_date());
    let first = &way.stops[0];
    assert_eq!(
        (
            first.place.as_str(),
            first.door.as_str(),
            first.whom.as_str()
        ),
        ("长乐里", "5号楼301", "王秀英")
    );
    assert_eq!(first.slot, Some(free[1]));
    let start = way.start.as_ref().expect("a station");
    assert!(start.station.is_some() && start.estate.is_none());
    assert!(way.stops.iter().all(|stop| stop.walk_min.is_some()));
    let walk = way.stops[1].walk_min.map(i64::from).expect("a walk");
    let leave_by = free[3].start.plus_seconds(-60 * walk);
    assert_eq!(first.leave_by, Some(leave_by), "in time for the next");
    assert_eq!(way.stops[1].leave_by, None);
    let sum: u32 = way.stops.iter().filter_map(|stop| stop.walk_min).sum();
    assert_eq!(way.walk_min(), sum);

    // From the gate of the first one there is nothing to walk.
    let from_gate = day(&worker, "?estate=changle-li").await;
    assert_eq!(from_gate.stops[0].walk_min, Some(0));
    assert_eq!(from_gate.stops[1].walk_min, way.stops[1].walk_min);

    // Handed in far, near, middle: walked one after the other, whichever way is shorter.
    let (far, near, middle) = (
        to_look_at(app, 600.0).await,
        to_look_at(app, 0.0).await,
        to_look_at(app, 300.0).await,
    );
    let way = day(&worker, "").await;
    assert_eq!(cases(&way.stops[..2]), [early, late]);
    let walked = cases(&way.stops[2..]);
    let up_or_down = [[near, middle, far], [far, middle, near]];
    assert!(
        up_or_down.contains(&[walked[0], walked[1], walked[2]]),
        "{walked:?}"
    );
    assert_eq!(way.stops[2].place, "3号楼下");
    assert_eq!((way.stops[2].slot, way.more), (None, 0));

    // Tomorrow is another day: nobody is visited then, and what has no time is for today.
    let tomorrow = app.now().plus_days(1).china_date();
    let empty = day(&worker, &format!("?date={tomorrow}")).await;
    assert_eq!((empty.date, empty.stops.len()), (tomorrow, 0));
}

async fn nobody_sees_the_way_of_another(app: &TestApp) {
    let free = free_today(app, "qiangwei-nan").await;
    let case = visit_at(app, "qiangwei-nan", free[0]).await;
    for other in ["window", "supervisor", crate::app::OTHER_WORKER] {
        let desk = app.sign_in(other).await;
        assert!(day(&desk, "").await.stops.is_empty(), "{other}");
    }
    // That it told a door is in the record of openings, once for a look and the next.
    let worker = app.sign_in("grid").await;
    for _ in 0..2 {
        assert_eq!(day(&worker, "").await.stops.len(), 1);
    }
    let openings = app.app.store.audit(case, 10).await.expect("read");
    let openings: Vec<_> = openings
        .iter()
        .map(|it| (it.staff.as_str(), it.what.as_str()))
        .collect();
    assert_eq!(openings, [("grid", "opened")]);
}

async fn a_start_is_a_place_of_the_street(app: &TestApp) {
    let free = free_today(app, "qiangwei-nan").await;
    visit_at(app, "qiangwei-nan", free[0]).await;
    let worker = app.sign_in("grid").await;
    let from = |query: &'static str| day(&worker, query);
    let station = from("?station=station-yinxing")
        .await
        .start
        .expect("a start");
    assert_eq!(
        station.station.as_ref().map(|id| id.as_str()),
        Some("station-yinxing")
    );
    let estate = from("?estate=xizhuang").await.start.expect("a start");
    assert_eq!(
        estate.estate.as_ref().map(|id| id.as_str()),
        Some("xizhuang")
    );
    for wrong in [
        "?station=police",
        "?estate=nowhere",
        "?station=%00",
        "?date=tomorrow",
    ] {
        let answer = worker.get(format!("{}{wrong}", path::VISITS)).send().await;
        assert_eq!(answer.code(), Code::Malformed, "{wrong}");
    }
    let past = TimeMs(app.now().0 - 400 * 86_400_000).china_date();
    assert!(
        day(&worker, &format!("?date={past}"))
            .await
            .stops
            .is_empty()
    );
}
