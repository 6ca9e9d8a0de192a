//! Picks a station, the nearest to home first.

use crate::parts::Choice;
use leptos::prelude::*;
use model::api::Facilities;
use model::area::Estate;
use model::facility::Facility;
use model::place::Wgs84;
use std::cmp::Ordering;

/// Metres of one degree of latitude.
const METRES_PER_DEGREE: f64 = 111_195.0;

/// The straight line between two places, in metres; within a city the curve of the earth does
/// not show.
fn straight_metres(from: Wgs84, to: Wgs84) -> f64 {
    let up = (to.lat() - from.lat()) * METRES_PER_DEGREE;
    let along = (to.lon() - from.lon()) * METRES_PER_DEGREE * from.lat().to_radians().cos();
    up.hypot(along)
}

/// How far a station is from home.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Far {
    /// Minutes on foot at an older person's pace, along real footways.
    Walk(u32),
    /// Metres in a straight line, where the map knows no way.
    Straight(f64),
}

impl Far {
    /// Real walks first, the shortest first.
    fn order(self) -> (bool, f64) {
        match self {
            Far::Walk(minutes) => (false, f64::from(minutes)),
            Far::Straight(metres) => (true, metres),
        }
    }

    fn words(self) -> String {
        match self {
            Far::Walk(minutes) => tr!(proxy.station.walk, minutes = minutes),
            Far::Straight(metres) => distance_words(metres),
        }
    }
}

/// The stations with how far they are, nearest first; in the file's order where the home is not
/// known.
pub fn nearest_first(table: &Facilities, home: Option<&Estate>) -> Vec<(Facility, Option<Far>)> {
    let far = |station: &Facility| {
        let home = home?;
        let walk = table
            .walks
            .iter()
            .find(|walk| walk.estate == home.id && walk.station == station.id);
        let straight = || Far::Straight(straight_metres(home.entrance, station.at));
        Some(walk.map_or_else(straight, |walk| Far::Walk(walk.minutes)))
    };
    let stations = table.facilities.iter().filter(|facility| facility.station);
    let mut measured: Vec<_> = stations
        .map(|station| (station.clone(), far(station)))
        .collect();
    measured.sort_by(|(_, a), (_, b)| {
        let (a, b) = (a.map(Far::order), b.map(Far::order));
        a.partial_cmp(&b).unwrap_or(Ordering::Equal)
    });
    measured
}

/// A distance as one says it: tens of metres, then tenths of a kilometre. Never minutes: a straight
/// line says nothing of bridges.
fn distance_words(metres: f64) -> String {
    if metres < 950.0 {
        let metres = ((metres / 10.0).round() * 10.0).max(10.0);
        tr!(proxy.station.metres, metres = metres)
    } else {
        let kilometres = (metres / 100.0).round() / 10.0;
        tr!(proxy.station.kilometres, kilometres = kilometres)
    }
}

/// The stations as one radio list.
#[component]
pub fn StationPicker(
    /// The name of the radio group.
    id: &'static str,
    /// As [`nearest_first`] sorts them.
    stations: Vec<(Facility, Option<Far>)>,
    /// The id of the one picked; empty where none is.
    value: String,
    /// Told the id of the one picked.
    on_pick: Callback<String>,
) -> impl IntoView {
    let row = |(at, (station, far)): (usize, (Facility, Option<Far>))| {
        let hint = station_hint(&station, far, at == 0 && far.is_some());
        view! {
            <Choice
                group=id
                value=station.id.as_str()
                words=station.name
                hint=hint
                checked=value == station.id.as_str()
                on_pick=move |picked| on_pick.run(picked)
            />
        }
    };
    view! { <div class="choices">{stations.into_iter().enumerate().map(row).collect_view()}</div> }
}

fn station_hint(station: &Facility, far: Option<Far>, nearest: bool) -> String {
    let steps = station.step_free.map(|free| {
        if free {
            tr!(proxy.station.step_free)
        } else {
            tr!(proxy.station.steps)
        }
    });
    let parts = [
        nearest.then(|| tr!(proxy.station.nearest).to_owned()),
        far.map(Far::words),
        Some(station.address.clone()),
        steps.map(str::to_owned),
    ];
    parts
        .into_iter()
        .flatten()
        .collect::<Vec<_>>()
        .join(tr!(proxy.station.dot))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Locale, set_locale};

    fn at(lat: f64, lon: f64) -> Wgs84 {
        Wgs84::new(lat, lon).expect("on the earth")
    }

    #[test]
    fn a_straight_line_is_measured_to_the_percent() {
        // The haversine on a sphere of 6,371 km gives 1,111.9 m and 852.0 m.
        for (to, expected) in [(at(40.01, 116.0), 1_111.9), (at(40.0, 116.01), 852.0)] {
            let metres = straight_metres(at(40.0, 116.0), to);
            assert!((metres / expected - 1.0).abs() < 0.01, "{metres}");
        }
    }

    fn town() -> (Facilities, Estate) {
        let station = |id: &str, lat: f64| {
            serde_json::json!({
                "id": id, "name": id, "category": "government", "kind": "station",
                "at": {"lat": lat, "lon": 116.0}, "address": "", "station": true
            })
        };
        let table = serde_json::json!({
            "facilities": [station("across-the-canal", 40.001), station("unmapped", 40.0005), station("round-the-corner", 40.004)],
            "walks": [
                {"estate": "home", "station": "across-the-canal", "minutes": 19},
                {"estate": "home", "station": "round-the-corner", "minutes": 9}
            ]
        });
        let home = serde_json::json!({
            "id": "home", "name": "home", "grid": "grid-1",
            "entrance": {"lat": 40.0, "lon": 116.0}, "homes": 1
        });
        let read = "the model's own shapes";
        (
            serde_json::from_value(table).expect(read),
            serde_json::from_value(home).expect(read),
        )
    }

    #[test]
    fn near_is_what_one_can_walk_to() {
        let (table, home) = town();
        let order = |home: Option<&Estate>| -> Vec<String> {
            let sorted = nearest_first(&table, home).into_iter();
            sorted.map(|(station, _)| station.name).collect()
        };
        let walked = ["round-the-corner", "across-the-canal", "unmapped"];
        assert_eq!(order(Some(&home)), walked);
        assert_eq!(order(None)[0], "across-the-canal");
    }

    #[test]
    fn distances_as_people_say_them() {
        set_locale(Locale::en);
        for (metres, expected) in [
            (3.0, "10 m"),
            (344.0, "340 m"),
            (949.0, "950 m"),
            (951.0, "1 km"),
            (1_240.0, "1.2 km"),
        ] {
            let said = distance_words(metres);
            assert!(said.contains(&format!("about {expected} ")), "{said}");
        }
    }
}
