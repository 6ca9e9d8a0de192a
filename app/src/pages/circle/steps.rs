//! A walk and a way in words.

use crate::walk::wire::{Ground, Step, Turn, Walk};

/// How long it takes: `6分钟`; under a minute it is `就在门口`.
pub fn walk_words(walk: Walk) -> String {
    match walk.is_at_door() {
        true => tr!(circle.at_door).to_owned(),
        false => tr!(circle.walk, minutes = walk.minutes()),
    }
}

/// The same with how far it is: `走路约6分钟，约430米`.
pub fn way_words(walk: Walk, far_m: u32) -> String {
    let metres = metres(far_m);
    match walk.is_at_door() {
        true => tr!(circle.sheet_at_door, metres = metres),
        false => tr!(
            circle.sheet_minutes,
            minutes = walk.minutes(),
            metres = metres
        ),
    }
}

/// One step: `左转，沿颐和园路走，约120米`.
pub fn step_words(step: &Step) -> String {
    let turn = match step.turn {
        Turn::Start => heading(step.heading),
        Turn::Straight => tr!(circle.turn.straight),
        Turn::Left => tr!(circle.turn.left),
        Turn::SharpLeft => tr!(circle.turn.sharp_left),
        Turn::Right => tr!(circle.turn.right),
        Turn::SharpRight => tr!(circle.turn.sharp_right),
        Turn::Back => tr!(circle.turn.back),
    };
    let parts = [
        Some(turn.to_owned()),
        ground(step),
        Some(metres(step.metres)),
    ];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    parts.join(tr!(circle.comma))
}

fn ground(step: &Step) -> Option<String> {
    let street = || step.street.clone();
    let words = match step.on {
        Ground::Way => return street().map(|name| tr!(circle.on.street, name = name)),
        Ground::Signals => tr!(circle.on.signals),
        Ground::Crossing => tr!(circle.on.crossing),
        Ground::Steps => tr!(circle.on.steps),
        Ground::Lift => tr!(circle.on.lift),
        Ground::Ferry => tr!(circle.on.ferry),
        Ground::Bridge => tr!(circle.on.bridge),
        Ground::Tunnel => tr!(circle.on.tunnel),
    };
    Some(words.to_owned())
}

fn heading(eighth: u8) -> &'static str {
    match eighth {
        1 => tr!(circle.heading.north_east),
        2 => tr!(circle.heading.east),
        3 => tr!(circle.heading.south_east),
        4 => tr!(circle.heading.south),
        5 => tr!(circle.heading.south_west),
        6 => tr!(circle.heading.west),
        7 => tr!(circle.heading.north_west),
        _ => tr!(circle.heading.north),
    }
}

/// As people say it: a few steps, tens of metres, then tenths of a kilometre.
pub fn metres(metres: u32) -> String {
    match metres {
        ..10 => tr!(circle.few_steps).to_owned(),
        10..995 => tr!(circle.metres, metres = (metres + 5) / 10 * 10),
        _ => tr!(circle.kilometres, kilometres = kilometres(metres)),
    }
}

/// To a tenth, and none said where there is none.
fn kilometres(metres: u32) -> String {
    let tenths = (metres + 50) / 100;
    match tenths % 10 {
        0 => (tenths / 10).to_string(),
        tenth => format!("{}.{tenth}", tenths / 10),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Locale, set_locale};

    #[test]
    fn nobody_is_told_of_no_minutes() {
        set_locale(Locale::zh_CN);
        let walk = |ms| Walk { ms, unknown: false };
        for (ms, expected) in [
            (0, "就在门口"),
            (59_999, "就在门口"),
            (60_000, "1分钟"),
            (60_001, "2分钟"),
            (900_000, "15分钟"),
        ] {
            assert_eq!(walk_words(walk(ms)), expected, "{ms} ms");
        }
        assert_eq!(way_words(walk(0), 0), "就在门口，几步路");
        assert_eq!(way_words(walk(61_000), 73), "走路约2分钟，约70米");
    }

    #[test]
    fn nobody_is_told_of_no_metres() {
        set_locale(Locale::zh_CN);
        for (far, expected) in [
            (0, "几步路"),
            (9, "几步路"),
            (10, "约10米"),
            (994, "约990米"),
            (995, "约1公里"),
            (1_249, "约1.2公里"),
            (1_250, "约1.3公里"),
        ] {
            assert_eq!(metres(far), expected, "{far}");
        }
    }

    #[test]
    fn steps_as_one_tells_them_on_the_street() {
        set_locale(Locale::zh_CN);
        let step = |turn, on, street: Option<&str>, metres| Step {
            turn,
            on,
            street: street.map(str::to_owned),
            metres,
            heading: 2,
        };
        for (step, expected) in [
            (step(Turn::Start, Ground::Way, None, 123), "往东走，约120米"),
            (
                step(Turn::Left, Ground::Way, Some("成府路"), 4),
                "左转，沿成府路走，几步路",
            ),
            (
                step(Turn::Straight, Ground::Signals, Some("成府路"), 22),
                "往前走，看红绿灯过马路，约20米",
            ),
            (
                step(Turn::Right, Ground::Steps, None, 1240),
                "右转，走台阶，约1.2公里",
            ),
        ] {
            assert_eq!(step_words(&step), expected);
        }
    }
}
