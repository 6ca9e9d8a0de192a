//! Every address of the table, tried by everybody.

use crate::app::{Asked, Desk, Station, TestApp, at_station};
use axum::http::{HeaderValue, Method};
use model::api::{PhotoSize, Submitted};
use model::area::Role;
use model::problem::{Code, Problem};
use model::workflow::Verb;
use serde_json::json;
use server::auth::{HANDLERS, SIGNED_IN};
use server::http::{Route, Who, routes};
use std::collections::BTreeSet;
use uuid::Uuid;

crate::on_both!(every_route_as_everybody, staff_see_their_area_and_no_other);

/// Who tries.
enum Caller<'a> {
    Nobody,
    Holder(&'a Submitted),
    Stranger(&'a Submitted),
    Family(&'a str),
    Staff(&'a Desk<'a>),
    Tablet(&'a str),
    Shift(&'a Station<'a>),
}

impl Caller<'_> {
    fn name(&self) -> String {
        match self {
            Caller::Nobody => "nobody".to_owned(),
            Caller::Holder(_) => "whoever holds the case".to_owned(),
            Caller::Stranger(_) => "whoever holds another case".to_owned(),
            Caller::Family(_) => "a family member".to_owned(),
            Caller::Staff(desk) => format!("{:?}", desk.me.staff.role),
            Caller::Tablet(_) => "a shared tablet".to_owned(),
            Caller::Shift(_) => "a volunteer at work".to_owned(),
        }
    }

    /// What the table says comes of it: the code that shuts them out, or none.
    fn shut_out(&self, who: Who) -> Option<Code> {
        match (who, self) {
            (Who::Anybody, _) | (Who::CaseHolder, Caller::Holder(_) | Caller::Family(_)) => None,
            (Who::Resident, Caller::Holder(_)) => None,
            (Who::CaseHolder | Who::Resident, _) => Some(Code::NotFound),
            (Who::Follower | Who::TicketHolder, _) => Some(Code::NotFound),
            (Who::Staff(_), Caller::Staff(desk)) => match who {
                Who::Staff(roles) if roles.contains(&desk.me.staff.role) => None,
                _ => Some(Code::Forbidden),
            },
            (Who::Staff(_), _) => Some(Code::SignInNeeded),
            (Who::Tablet, Caller::Tablet(_) | Caller::Shift(_)) => None,
            (Who::Shift, Caller::Shift(_)) => None,
            (Who::Shift, Caller::Tablet(_)) => Some(Code::ShiftOver),
            (Who::Tablet | Who::Shift, _) => Some(Code::NoTablet),
        }
    }
}

fn ask<'a>(app: &'a TestApp, route: &Route, held: &Submitted, caller: &'a Caller<'_>) -> Asked<'a> {
    let address = model::api::path::of_photo(
        route.path,
        held.case,
        model::id::PhotoId(Uuid::nil()),
        PhotoSize::Thumb,
    );
    let address = match route.who {
        Who::TicketHolder => address + "?ticket=none",
        _ => address,
    };
    let asked = match caller {
        Caller::Staff(desk) => desk.ask(route.method.clone(), address),
        Caller::Tablet(cookie) => app
            .ask(route.method.clone(), address)
            .header("cookie", cookie),
        Caller::Shift(station) => station.ask(route.method.clone(), address),
        _ => app.ask(route.method.clone(), address),
    };
    let asked = match caller {
        Caller::Holder(held) | Caller::Stranger(held) => asked.secret(&held.secret),
        Caller::Family(secret) => asked.secret(secret),
        _ => asked,
    };
    let asked = if route.keyed {
        asked.key(Uuid::now_v7())
    } else {
        asked
    };
    match route.method {
        // A body of a good shape whose particulars are refused, so that nothing changes.
        Method::POST => asked.json(&json!({
            "action": { "verb": "lapse" }, "seen_seq": 1, "code": "x", "receipt": "x",
            "last_four": "x", "name": "", "password": "x", "kind": "proxy_request", "answers": {},
            "tablet": "", "volunteer": "x", "pin": "x", "key": Uuid::nil(),
        })),
        _ => asked,
    }
}

/// Codes that say: not you.
const SHUT_OUT: [Code; 5] = [
    Code::SignInNeeded,
    Code::Forbidden,
    Code::CsrfWrong,
    Code::NoTablet,
    Code::ShiftOver,
];

async fn every_route_as_everybody(app: &TestApp) {
    let held = app.submit(at_station()).await;
    let other = app.submit(at_station()).await;
    let family = app.make_family(&held, "女儿").await;
    let mut desks = Vec::new();
    for name in ["window", "grid", "department", "supervisor", "volunteer"] {
        desks.push(app.sign_in(name).await);
    }
    let tablet = app.enrol("一号平板").await;
    let station = app.begin_shift(&app.enrol("二号平板").await).await;
    // Signing out ends the sessions, so it comes last.
    let mut table = routes();
    table.sort_by_key(|route| route.method == Method::DELETE);
    for table in table {
        let staff = desks.iter().map(Caller::Staff);
        let rest = [
            Caller::Nobody,
            Caller::Holder(&held),
            Caller::Stranger(&other),
            Caller::Family(&family.secret),
            Caller::Tablet(&tablet),
            Caller::Shift(&station),
        ];
        for caller in rest.into_iter().chain(staff) {
            let what = format!("{} {} as {}", table.method, table.path, caller.name());
            let response = ask(app, &table, &held, &caller).open().await;
            let status = response.status();
            let bytes = match response
                .headers()
                .get("content-type")
                .map(HeaderValue::as_bytes)
            {
                Some(b"text/event-stream") => Vec::new().into(),
                _ => axum::body::to_bytes(response.into_body(), usize::MAX)
                    .await
                    .expect("a body"),
            };
            let code = serde_json::from_slice::<Problem>(&bytes)
                .ok()
                .map(|problem| problem.code);
            assert!(!status.is_server_error(), "{what}: {status}");
            match caller.shut_out(table.who) {
                Some(expected) => assert_eq!(code, Some(expected), "{what}"),
                None => assert!(
                    code.is_none_or(
                        |code| !SHUT_OUT.contains(&code) || table.path.contains("session")
                    ),
                    "{what}: {code:?}"
                ),
            }
        }
    }
}

async fn staff_see_their_area_and_no_other(app: &TestApp) {
    let held = app.submit(at_station()).await;
    let elsewhere = app.sign_in(crate::app::OTHER_WORKER).await;
    for table in routes()
        .iter()
        .filter(|route| route.path.starts_with("/api/v1/staff/cases/{case}"))
    {
        let caller = Caller::Staff(&elsewhere);
        let answer = ask(app, table, &held, &caller).send().await;
        assert_eq!(
            answer.code(),
            Code::NotFound,
            "{} {}",
            table.method,
            table.path
        );
    }
    // A case that is given to them is theirs wherever it lies.
    let window = app.sign_in("window").await;
    window
        .act(held.case, crate::app::action(Verb::Accept))
        .await;
    let assign = model::workflow::Action {
        staff: Some(elsewhere.me.staff.id.clone()),
        ..crate::app::action(Verb::Assign)
    };
    window.act(held.case, assign).await;
    assert_eq!(elsewhere.case(held.case).await.view.case, held.case);
}

#[test]
fn the_table_is_whole() {
    let routes = routes();
    let distinct: BTreeSet<_> = routes.iter().map(|r| (r.method.as_str(), r.path)).collect();
    assert_eq!(distinct.len(), routes.len());
    for route in &routes {
        assert!(!route.says.is_empty(), "{}", route.path);
        let for_staff = matches!(route.who, Who::Staff(_)) || route.path.ends_with("/session");
        assert_eq!(
            route.path.starts_with("/api/v1/staff"),
            for_staff,
            "{}",
            route.path
        );
        let creates = matches!(route.status, 201) && route.method == Method::POST;
        assert!(
            !creates || route.keyed,
            "{} creates without a key",
            route.path
        );
    }
    assert_eq!(SIGNED_IN.len(), Role::ALL.len());
    assert!(!HANDLERS.contains(&Role::Volunteer));
}
