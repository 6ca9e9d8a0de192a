//! Distances as people say them: nobody walks "about 0 metres".

use model::area::Estate;
use model::place::{Wgs84, metres_between};
use model::street::Street;

/// So many metres are no way at all: the width of a gate, or of a position's error.
const HERE_M: f64 = 15.0;
/// So many are said in words.
const NEAR_M: f64 = 60.0;
/// From here on people count kilometres.
const FAR_M: f64 = 1_000.0;
/// Nothing further from an estate than this is described by it.
const BESIDE_M: f64 = 1_500.0;

/// How far something is: `就在这里`, `就在附近`, `约 120 米`, `约 1.3 公里`.
pub fn away(metres: f64) -> String {
    match metres {
        ..=HERE_M => tr!(report.away.here).to_owned(),
        ..=NEAR_M => tr!(report.away.near).to_owned(),
        ..FAR_M => tr!(report.away.metres, metres = tens(metres)),
        _ => tr!(report.away.kilometres, kilometres = kilometres(metres)),
    }
}

/// A place by the gate it is near: `长乐里大门口`, `离长乐里大门约 120 米`; none far from every gate.
pub fn beside(at: Wgs84, street: &Street) -> Option<String> {
    let gate = |estate: &Estate| metres_between(estate.entrance, at);
    let nearest = street
        .estates
        .iter()
        .min_by(|a, b| gate(a).total_cmp(&gate(b)))?;
    let (estate, metres) = (nearest.name.clone(), gate(nearest));
    match metres {
        ..=HERE_M => Some(tr!(report.place.at_gate, estate = estate)),
        ..=BESIDE_M => Some(tr!(
            report.place.beside,
            estate = estate,
            metres = tens(metres)
        )),
        _ => None,
    }
}

fn tens(metres: f64) -> u32 {
    ((metres / 10.0).round() * 10.0) as u32
}

/// With one decimal, except where that is a nought: `1.3`, `2`.
fn kilometres(metres: f64) -> String {
    let hundreds = (metres / 100.0).round() as u32;
    match hundreds % 10 {
        0 => (hundreds / 10).to_string(),
        tenth => format!("{}.{tenth}", hundreds / 10),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Locale, set_locale};

    #[test]
    fn distances_in_words() {
        set_locale(Locale::zh_CN);
        for (metres, said) in [
            (0.0, "就在这里"),
            (15.0, "就在这里"),
            (42.0, "就在附近"),
            (124.0, "约 120 米"),
            (994.0, "约 990 米"),
            (1_000.0, "约 1 公里"),
            (1_349.0, "约 1.3 公里"),
            (1_960.0, "约 2 公里"),
        ] {
            assert_eq!(away(metres), said, "{metres}");
        }
    }

    #[test]
    fn nothing_is_ever_about_nought_metres_away() {
        for language in [Locale::zh_CN, Locale::en] {
            set_locale(language);
            for tenths in 0..20_000_u32 {
                let said = away(f64::from(tenths) / 10.0);
                assert!(!said.contains(" 0 "), "{tenths}: {said}");
            }
        }
    }
}
