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

/// `…/circle#p=39.99911,116.31949&w=older`; five decimals are a metre.
pub fn address(origin: &str, at: Wgs84, walker: Walker) -> String {
    let (lat, lon, name) = (at.lat(), at.lon(), name_of(walker));
    format!("{origin}/circle#p={lat:.5},{lon:.5}&w={name}")
}

/// The place and the walker in a fragment; none where it holds no place on the earth.
pub fn parse(fragment: &str) -> Option<(Wgs84, Walker)> {
    let pairs = || fragment.trim_start_matches('#').split('&');
    let value = |name: &str| pairs().find_map(|pair| pair.strip_prefix(name));
    let (lat, lon) = value("p=")?.split_once(',')?;
    let at = Wgs84::new(lat.parse().ok()?, lon.parse().ok()?).ok()?;
    let named = |walker: &Walker| value("w=") == Some(name_of(*walker));
    Some((at, WALKERS.into_iter().find(named).unwrap_or_default()))
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
    fn other_fragments_name_no_place() {
        for fragment in [
            "", "#main", "#p=", "#p=39.9", "#p=91,0", "#p=NaN,0", "#p=a,b", "#w=older",
        ] {
            assert_eq!(parse(fragment), None, "{fragment}");
        }
        let (_, walker) = parse("#p=1,2&w=flying").expect("a place");
        assert_eq!(walker, Walker::Adult);
    }
}
