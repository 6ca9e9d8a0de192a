//! What a map's tags say to whoever draws it.

use super::{Class, NameKind};

/// The tags of one element, as the extract holds them.
pub(super) struct Tags<'a>(Vec<(&'a str, &'a str)>);

impl<'a> Tags<'a> {
    pub fn new(tags: impl Iterator<Item = (&'a str, &'a str)>) -> Self {
        Self(tags.collect())
    }

    pub fn get(&self, key: &str) -> &'a str {
        let found = self.0.iter().find(|(name, _)| *name == key);
        found.map_or("", |(_, value)| value)
    }

    fn has(&self, key: &str) -> bool {
        !matches!(self.get(key), "" | "no")
    }

    fn is(&self, key: &str, values: &[&str]) -> bool {
        values.contains(&self.get(key))
    }
}

/// How an element is drawn: as what, and whether its ways are rims or lines. A closed way is
/// an area only where the tags say so: a roundabout is not a square.
pub(super) fn class(tags: &Tags<'_>) -> Option<Class> {
    if hidden(tags) {
        return None;
    }
    area(tags).or_else(|| line(tags))
}

/// Below ground, inside a house, or not there.
fn hidden(tags: &Tags<'_>) -> bool {
    tags.has("indoor") || tags.has("demolished:building") || {
        let underground =
            tags.get("layer").starts_with('-') || tags.is("location", &["underground"]);
        underground && (tags.has("tunnel") || tags.has("building") || tags.has("railway"))
    }
}

fn area(tags: &Tags<'_>) -> Option<Class> {
    const WATER: [&str; 2] = ["reservoir", "basin"];
    const GREEN_LAND: [&str; 10] = [
        "grass",
        "forest",
        "meadow",
        "recreation_ground",
        "village_green",
        "orchard",
        "cemetery",
        "flowerbed",
        "allotments",
        "greenfield",
    ];
    const GREEN_LEISURE: [&str; 8] = [
        "park",
        "garden",
        "pitch",
        "golf_course",
        "nature_reserve",
        "playground",
        "dog_park",
        "track",
    ];
    const GREEN_NATURE: [&str; 5] = ["wood", "scrub", "grassland", "heath", "wetland"];
    let water = tags.is("natural", &["water"])
        || tags.is("waterway", &["riverbank", "dock"])
        || tags.is("landuse", &WATER);
    let green = tags.is("landuse", &GREEN_LAND)
        || tags.is("leisure", &GREEN_LEISURE)
        || tags.is("natural", &GREEN_NATURE);
    let foot = tags.is("highway", &["pedestrian", "footway", "platform"]);
    let square = (foot && tags.is("area", &["yes"])) || tags.is("place", &["square"]);
    if water {
        Some(Class::Water)
    } else if tags.has("building") {
        Some(Class::Building)
    } else if square {
        Some(Class::Square)
    } else {
        green.then_some(Class::Green)
    }
}

fn line(tags: &Tags<'_>) -> Option<Class> {
    let road = tags.get("highway");
    let kind = road.strip_suffix("_link").unwrap_or(road);
    match kind {
        "motorway" | "trunk" | "primary" | "secondary" => Some(Class::Major),
        "tertiary" | "unclassified" | "residential" | "living_street" | "service" | "road"
        | "pedestrian" => Some(Class::Minor),
        "footway" | "path" | "cycleway" | "bridleway" | "track" | "trail" => Some(Class::Path),
        "steps" => Some(Class::Steps),
        _ => None,
    }
    .or_else(|| {
        let stream = tags.is("waterway", &["river", "stream", "canal", "ditch", "drain"]);
        (stream && !tags.has("tunnel")).then_some(Class::Stream)
    })
    .or_else(|| {
        let rail = tags.is(
            "railway",
            &["rail", "light_rail", "subway", "tram", "narrow_gauge"],
        );
        (rail && !tags.has("tunnel")).then_some(Class::Rail)
    })
}

/// Whether a way is a piece of shore, with the sea on its right.
pub(super) fn coast(tags: &Tags<'_>) -> bool {
    tags.is("natural", &["coastline"])
}

/// A name and how much it matters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Named {
    pub kind: NameKind,
    pub rank: u8,
    pub text: String,
}

/// The name that an element of `area_m2` square metres (0 for points and lines) carries on
/// the map. The smaller the thing, the closer one has to look.
pub(super) fn named(tags: &Tags<'_>, area_m2: f64) -> Option<Named> {
    let text = tags.get("name").trim();
    if text.is_empty() || hidden(tags) {
        return None;
    }
    let (kind, rank) = road_name(tags)
        .or_else(|| place_name(tags, area_m2))
        .or_else(|| ground_name(tags, area_m2))
        .or_else(|| landmark_name(tags, area_m2))?;
    Some(Named {
        kind,
        rank,
        text: shortened(text),
    })
}

fn road_name(tags: &Tags<'_>) -> Option<(NameKind, u8)> {
    let rank = match (tags.get("highway"), line(tags)?) {
        (_, Class::Major) => 1,
        ("tertiary", _) => 2,
        (_, Class::Stream) => return Some((NameKind::Water, 2)),
        (_, Class::Rail) => return None,
        ("service", _) | (_, Class::Path | Class::Steps) => 5,
        _ => 3,
    };
    Some((NameKind::Road, rank))
}

fn place_name(tags: &Tags<'_>, area_m2: f64) -> Option<(NameKind, u8)> {
    let rank = match (tags.get("place"), tags.get("landuse")) {
        ("town" | "suburb" | "quarter" | "village", _) => 0,
        ("neighbourhood" | "hamlet" | "square" | "island" | "islet", _) => 2,
        (_, "residential" | "industrial" | "commercial" | "retail") => by_area(area_m2, 2),
        _ => return None,
    };
    Some((NameKind::Place, rank))
}

fn ground_name(tags: &Tags<'_>, area_m2: f64) -> Option<(NameKind, u8)> {
    match area(tags)? {
        Class::Water => Some((NameKind::Water, by_area(area_m2, 1))),
        Class::Green => Some((NameKind::Green, by_area(area_m2, 1))),
        Class::Square => Some((NameKind::Place, 3)),
        _ => None,
    }
}

fn landmark_name(tags: &Tags<'_>, area_m2: f64) -> Option<(NameKind, u8)> {
    let station = tags.is("railway", &["station"]) || tags.is("public_transport", &["station"]);
    let rank = match tags.get("amenity") {
        _ if station => 1,
        "university" | "college" | "hospital" => 1,
        "school" | "kindergarten" | "townhall" | "library" | "marketplace" | "clinic" => 3,
        "police" | "community_centre" | "theatre" | "arts_centre" | "place_of_worship" => 4,
        _ if tags.is("tourism", &["museum", "attraction", "gallery"]) => 3,
        _ if tags.is("railway", &["subway_entrance"]) => 4,
        _ if tags.has("building") => by_area(area_m2, 3),
        _ => return None,
    };
    Some((NameKind::Landmark, rank))
}

/// A rank for a thing of that size: `least` for five football pitches or more.
fn by_area(area_m2: f64, least: u8) -> u8 {
    match area_m2 {
        a if a >= 35_000.0 => least,
        a if a >= 7_000.0 => least + 1,
        a if a >= 1_000.0 => least + 2,
        _ => least + 3,
    }
}

/// Cut where the file's limit for a text is, at a whole character.
fn shortened(text: &str) -> String {
    let end = (0..=super::encode::MAX_TEXT.min(text.len()))
        .rev()
        .find(|&end| text.is_char_boundary(end));
    text[..end.unwrap_or(0)].to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `highway=footway area=yes`
    fn tags(text: &str) -> Tags<'_> {
        Tags::new(text.split(' ').filter_map(|pair| pair.split_once('=')))
    }

    #[test]
    fn what_is_drawn_as_what() {
        for (text, expected) in [
            ("natural=water", Some(Class::Water)),
            ("waterway=riverbank", Some(Class::Water)),
            ("waterway=canal", Some(Class::Stream)),
            ("waterway=canal tunnel=culvert", None),
            ("building=yes", Some(Class::Building)),
            ("building=no", None),
            ("building=yes location=underground", None),
            ("leisure=park", Some(Class::Green)),
            ("highway=pedestrian area=yes", Some(Class::Square)),
            ("highway=pedestrian", Some(Class::Minor)),
            ("highway=secondary_link", Some(Class::Major)),
            ("highway=residential tunnel=yes", Some(Class::Minor)),
            ("highway=steps", Some(Class::Steps)),
            ("highway=proposed", None),
            ("highway=footway indoor=yes", None),
            ("railway=subway tunnel=yes", None),
            ("railway=rail", Some(Class::Rail)),
            ("shop=bakery", None),
        ] {
            assert_eq!(class(&tags(text)), expected, "{text}");
        }
    }

    #[test]
    fn what_a_name_is_worth() {
        for (text, area_m2, expected) in [
            ("name=A highway=primary", 0.0, Some((NameKind::Road, 1))),
            ("name=A highway=footway", 0.0, Some((NameKind::Road, 5))),
            (
                "name=A landuse=residential",
                50_000.0,
                Some((NameKind::Place, 2)),
            ),
            (
                "name=A landuse=residential",
                900.0,
                Some((NameKind::Place, 5)),
            ),
            ("name=A natural=water", 50_000.0, Some((NameKind::Water, 1))),
            (
                "name=A amenity=hospital building=yes",
                9.0,
                Some((NameKind::Landmark, 1)),
            ),
            (
                "name=A building=yes",
                2_000.0,
                Some((NameKind::Landmark, 5)),
            ),
            ("name=A shop=bakery", 0.0, None),
            ("highway=primary", 0.0, None),
        ] {
            let found = named(&tags(text), area_m2).map(|named| (named.kind, named.rank));
            assert_eq!(found, expected, "{text}");
        }
    }

    #[test]
    fn long_names_are_cut_at_a_character() {
        let long = "清".repeat(40);
        assert_eq!(shortened(&long).chars().count(), 32);
    }
}
