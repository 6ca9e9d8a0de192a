//! Picks a station, the nearest to home first.

use crate::parts::Choice;
use leptos::prelude::*;
use model::facility::Facility;
use model::place::Wgs84;

/// Metres of one degree of latitude.
const METRES_PER_DEGREE: f64 = 111_195.0;

/// The straight line between two places, in metres; within a city the curve of the earth does
/// not show.
fn straight_metres(from: Wgs84, to: Wgs84) -> f64 {
    let up = (to.lat() - from.lat()) * METRES_PER_DEGREE;
    let along = (to.lon() - from.lon()) * METRES_PER_DEGREE * from.lat().to_radians().cos();
    up.hypot(along)
}

/// The stations with their straight-line distance, nearest first; in the file's order where the
/// home is not known.
pub fn by_distance(facilities: &[Facility], home: Option<Wgs84>) -> Vec<(Facility, Option<f64>)> {
    let stations = facilities
        .iter()
        .filter(|facility| facility.station)
        .cloned();
    let measured = stations.map(|station| {
        let metres = home.map(|home| straight_metres(home, station.at));
        (station, metres)
    });
    let mut measured: Vec<_> = measured.collect();
    measured.sort_by(|(_, a), (_, b)| a.unwrap_or_default().total_cmp(&b.unwrap_or_default()));
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
    /// As [`by_distance`] sorts them.
    stations: Vec<(Facility, Option<f64>)>,
    /// The id of the one picked; empty where none is.
    value: String,
    /// Told the id of the one picked.
    on_pick: Callback<String>,
) -> impl IntoView {
    let row = |(at, (station, metres)): (usize, (Facility, Option<f64>))| {
        let hint = station_hint(&station, metres, at == 0 && metres.is_some());
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

fn station_hint(station: &Facility, metres: Option<f64>, nearest: bool) -> String {
    let steps = station.step_free.map(|free| {
        if free {
            tr!(proxy.station.step_free)
        } else {
            tr!(proxy.station.steps)
        }
    });
    let parts = [
        nearest.then(|| tr!(proxy.station.nearest).to_owned()),
        metres.map(distance_words),
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
