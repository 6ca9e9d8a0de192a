//! Which homes have which service, as staff ask for it.

use crate::app::TestApp;
use axum::http::Method;
use model::api::coverage::{Coverage, Rooms, WhatIf};
use model::api::path;
use model::problem::Code;

crate::on_both!(
    the_table_adds_up,
    one_more_facility_is_told_at_once,
    exports_hold_the_same,
    rooms_for_the_public_are_summed_by_community,
);

async fn table(app: &TestApp, name: &str, query: &str) -> Coverage {
    let desk = app.sign_in(name).await;
    let address = format!("{}{query}", path::COVERAGE);
    desk.ask(Method::GET, address).send().await.json()
}

async fn the_table_adds_up(app: &TestApp) {
    let all = table(app, "supervisor", "").await;
    assert_eq!((all.profile.as_str(), all.has_map), ("older", true));
    assert!(
        all.rows.len() > 30 && all.estates.len() == 15,
        "{}",
        all.rows.len()
    );
    for row in &all.rows {
        let homes = |yes: &dyn Fn(usize) -> bool| -> u32 {
            let estates = all.estates.iter().enumerate();
            estates
                .filter(|(n, e)| e.on_map && yes(*n))
                .map(|(_, e)| e.homes)
                .sum()
        };
        assert_eq!(row.homes, homes(&|_| true), "{}", row.kind);
        assert_eq!(
            row.covered,
            homes(&|number| row.covers(number)),
            "{}",
            row.kind
        );
        assert!(row.facilities > 0 || row.covered == 0, "{}", row.kind);
    }
    // Something is there and something is missing, or the table says nothing.
    assert!(all.rows.iter().any(|row| row.covered > 0));
    assert!(all.rows.iter().any(|row| row.without() > 0));

    // Whoever walks faster is never worse off.
    let adult = table(app, "supervisor", "?profile=adult").await;
    for (older, adult) in all.rows.iter().zip(&adult.rows) {
        assert!(adult.covered >= older.covered, "{}", older.kind);
    }
    // A grid worker sees the grid's estates and no others.
    let grid = table(app, "grid", "").await;
    assert!(!grid.estates.is_empty() && grid.estates.len() < all.estates.len());
    let desk = app.sign_in("supervisor").await;
    let wrong = desk.ask(Method::GET, format!("{}?profile=bird", path::COVERAGE));
    assert_eq!(wrong.send().await.code(), Code::Malformed);
}

async fn one_more_facility_is_told_at_once(app: &TestApp) {
    let all = table(app, "supervisor", "").await;
    let desk = app.sign_in("supervisor").await;
    let lacking = all
        .rows
        .iter()
        .find(|row| row.without() > 0)
        .expect("a gap");
    let number = (0..all.estates.len())
        .find(|number| all.estates[*number].on_map && !lacking.covers(*number))
        .expect("an estate without");
    let estate = &all.estates[number];
    let ask = |kind: &str, at: String| {
        let category = lacking.category.name();
        let address = format!("{}?category={category}&kind={kind}&at={at}", path::WHAT_IF);
        desk.ask(Method::GET, address)
    };
    let escaped: String = lacking.kind.bytes().map(|b| format!("%{b:02X}")).collect();
    let here = format!("{},{}", estate.at.lat(), estate.at.lon());
    let found: WhatIf = ask(&escaped, here.clone()).send().await.json();
    assert!(
        found.on_map && found.newly_covered >= estate.homes,
        "{found:?}"
    );
    let own = found
        .gains
        .iter()
        .find(|gain| gain.id == estate.id)
        .expect("its gain");
    assert_eq!((own.after, own.newly_covered), (1, true));
    let sum: u32 = found.gains.iter().map(|gain| gain.homes).sum();
    assert_eq!(found.nearer, sum);

    let sea: WhatIf = ask(&escaped, "0,0".to_owned()).send().await.json();
    assert_eq!((sea.on_map, sea.gains.len()), (false, 0));
    assert_eq!(ask("moon", here).send().await.code(), Code::Malformed);
    assert_eq!(
        ask(&escaped, "here".to_owned()).send().await.code(),
        Code::Invalid
    );
}

async fn exports_hold_the_same(app: &TestApp) {
    let all = table(app, "window", "").await;
    let desk = app.sign_in("window").await;
    let csv = desk
        .ask(Method::GET, path::COVERAGE_CSV.to_owned())
        .send()
        .await;
    let text = csv.text();
    assert_eq!(text.lines().count(), 1 + all.rows.len() * all.estates.len());
    let layer: serde_json::Value = desk
        .ask(Method::GET, path::COVERAGE_GEOJSON.to_owned())
        .send()
        .await
        .json();
    assert_eq!(
        layer["features"].as_array().map(Vec::len),
        Some(all.estates.len())
    );
}

async fn rooms_for_the_public_are_summed_by_community(app: &TestApp) {
    let all = table(app, "supervisor", "").await;
    let found: Vec<_> = all
        .floors
        .iter()
        .map(|floor| (floor.area.as_str(), floor.asked_m2(), floor.standing()))
        .collect();
    let expected = [
        ("qiangwei", Some([593, 1185]), Rooms::Least),
        ("hetang", Some([111, 222]), Rooms::Short(15)),
        // An estate of it is not known.
        ("yinxing", Some([166, 332]), Rooms::Unknown),
        ("dongli", None, Rooms::Unknown),
    ];
    assert_eq!(found, expected);
    // A grid is a part of a community: its worker is not told of rooms others share.
    assert!(table(app, "grid", "").await.floors.is_empty());
}
