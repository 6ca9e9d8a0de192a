//! A way in words.

use crate::walk::wire::{Ground, Step, Turn};

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

/// As people say it: tens of metres, then tenths of a kilometre.
pub fn metres(metres: f64) -> String {
    if metres < 995.0 {
        let tens = ((metres / 10.0).round() * 10.0).max(10.0);
        tr!(circle.metres, metres = tens)
    } else {
        let kilometres = (metres / 100.0).round() / 10.0;
        tr!(circle.kilometres, kilometres = kilometres)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Locale, set_locale};

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
            (
                step(Turn::Start, Ground::Way, None, 123.0),
                "往东走，约120米",
            ),
            (
                step(Turn::Left, Ground::Way, Some("成府路"), 4.0),
                "左转，沿成府路走，约10米",
            ),
            (
                step(Turn::Straight, Ground::Signals, Some("成府路"), 22.0),
                "往前走，看红绿灯过马路，约20米",
            ),
            (
                step(Turn::Right, Ground::Steps, None, 1240.0),
                "右转，走台阶，约1.2公里",
            ),
        ] {
            assert_eq!(step_words(&step), expected);
        }
    }
}
