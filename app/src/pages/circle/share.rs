//! The link to a circle. The place stands in its fragment, which browsers send to nobody.

use crate::walk::wire::Walker;
use model::place::Wgs84;

/// All of them, in the order in which they are offered.
pub const WALKERS: [Walker; 4] = [
    Walker::Adult,
    Walker::Older,
    Walker::Slow,
    Walker::Wheelchair,
];

/// Its name in an address.
pub fn name_of(walker: Walker) -> &'static str {
    match walker {
        Walker::Adult => "adult",
        Walker::Older => "older",
        Walker::Slow => "slow",
        Walker::Wheelchair => "wheelchair",
    }
}

/// The walker of that name; an adult where nobody is named so.
pub fn walker_of(name: &str) -> Walker {
    let named = |walker: &Walker| name_of(*walker) == name;
    WALKERS.into_iter().find(named).unwrap_or_default()
}

/// `…/circle#p=39.99911,116.31949&w=older`; five decimals are a metre.
pub fn address(origin: &str, at: Wgs84, walker: Walker) -> String {
    let (lat, lon) = (written(at.lat()), written(at.lon()));
    format!("{origin}/circle#p={lat},{lon}&w={}", name_of(walker))
}

/// Degrees with five decimals, in whole numbers: what writes and reads fractions of any size is
/// 20 KB of the page's first download (decision 0022).
fn written(degrees: f64) -> String {
    let steps = (degrees * 1e5).round() as i32;
    let sign = if steps < 0 { "-" } else { "" };
    let steps = steps.unsigned_abs();
    format!("{sign}{}.{:05}", steps / 100_000, steps % 100_000)
}

/// Plain decimals, with seven of them at most; none for anything else.
fn degrees(text: &str) -> Option<f64> {
    let (sign, text) = match text.strip_prefix('-') {
        Some(rest) => (-1.0, rest),
        None => (1.0, text),
    };
    let (whole, part) = text.split_once('.').unwrap_or((text, "0"));
    let plain = |digits: &str| {
        (1..=7).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit())
    };
    if !plain(whole) || !plain(part) {
        return None;
    }
    let whole: u32 = whole.parse().ok()?;
    let tenths: u32 = part.parse().ok()?;
    Some(sign * (f64::from(whole) + f64::from(tenths) / f64::from(10_u32.pow(part.len() as u32))))
}

/// The place and the walker in a fragment; none where it holds no place on the earth.
pub fn parse(fragment: &str) -> Option<(Wgs84, Walker)> {
    let pairs = || fragment.trim_start_matches('#').split('&');
    let value = |name: &str| pairs().find_map(|pair| pair.strip_prefix(name));
    let (lat, lon) = value("p=")?.split_once(',')?;
    let at = Wgs84::new(degrees(lat)?, degrees(lon)?).ok()?;
    Some((at, walker_of(value("w=").unwrap_or_default())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_leads_back() {
        let at = Wgs84::new(39.99911, -0.00002).expect("on the earth");
        for walker in WALKERS {
            let link = address("https://example.org", at, walker);
            let (page, fragment) = link.split_once('#').expect("a fragment");
            assert_eq!(page, "https://example.org/circle");
            assert_eq!(parse(&format!("#{fragment}")), Some((at, walker)));
        }
    }

    #[test]
    fn degrees_as_addresses_have_them() {
        for (text, expected) in [
            ("39.99911", Some(39.99911)),
            ("-0.00002", Some(-0.00002)),
            ("7", Some(7.0)),
            ("116.3", Some(116.3)),
            ("1.2345678", Some(1.234_567_8)),
            ("", None),
            ("-", None),
            ("１.２", None),
        ] {
            assert_eq!(degrees(text), expected, "{text}");
        }
        let back = [39.99911, -0.00002, 0.0, -179.99999].map(written);
        assert_eq!(back, ["39.99911", "-0.00002", "0.00000", "-179.99999"]);
    }

    #[test]
    fn other_fragments_name_no_place() {
        for fragment in [
            "",
            "#main",
            "#p=",
            "#p=39.9",
            "#p=91,0",
            "#p=NaN,0",
            "#p=a,b",
            "#p=1e1,2",
            "#p=--1,2",
            "#p=1.,2",
            "#p=.1,2",
            "#p=1.23456789,2",
            "#p=+1,2",
            "#p=1.2.3,4",
            "#w=older",
        ] {
            assert_eq!(parse(fragment), None, "{fragment}");
        }
        let (_, walker) = parse("#p=1,2&w=flying").expect("a place");
        assert_eq!(walker, Walker::Adult);
    }
}
