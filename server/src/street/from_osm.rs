//! Facilities that a map extract knows of, as rows of a facility table: where a street begins that
//! has none of its own, and what fills the types its table has no row of (decision 0026).
//!
//! Tags are a beginning and no more: nothing on the map tells a 卫生服务中心 from a 卫生服务站 but
//! its name, and nobody looked whether the shop is still there. So every row says where it is from.

use super::facility_table::Cells;
use circle::osm::{Element, ImportError, Tagged, tagged};
use circle::{Network, Profile};
use geojson::{GeoJson, GeometryValue, Position};
use model::facility::Category;
use model::hours::Hours;
use model::place::{Wgs84, ring_contains};
use std::collections::BTreeMap;

/// What the column `source` of each such row says.
pub const SOURCE: &str = "OpenStreetMap";
/// A street further away gives no address.
const STREET_WITHIN_M: f64 = 100.0;

/// What a tag makes of a thing, perhaps only with one of these in its name.
struct Rule {
    category: Category,
    kind: &'static str,
    tag: (&'static str, &'static str),
    named: &'static [&'static str],
}

const fn rule(
    category: Category,
    kind: &'static str,
    key: &'static str,
    value: &'static str,
) -> Rule {
    Rule {
        category,
        kind,
        tag: (key, value),
        named: &[],
    }
}

impl Rule {
    const fn named(self, named: &'static [&'static str]) -> Rule {
        Rule { named, ..self }
    }

    fn fits(&self, thing: &Tagged, name: &str) -> bool {
        let (key, value) = self.tag;
        let mut parts = self.named.iter();
        thing.get(key) == value && (self.named.is_empty() || parts.any(|part| name.contains(part)))
    }
}

/// The first that fits decides.
const RULES: [Rule; 46] = {
    use Category::{Care, Culture, Daily, Education, Government, Health, Public, Shopping};
    [
        rule(Government, "街道便民服务中心", "amenity", "townhall"),
        rule(Government, "街道便民服务中心", "office", "government").named(&[
            "街道",
            "便民",
            "政务服务",
        ]),
        rule(Culture, "文化中心", "amenity", "community_centre").named(&["文化"]),
        rule(Government, "社区服务站", "amenity", "community_centre"),
        rule(Government, "派出所", "amenity", "police"),
        rule(Health, "社区卫生服务中心", "amenity", "clinic").named(&["服务中心"]),
        rule(Health, "卫生服务站", "amenity", "clinic"),
        rule(Health, "卫生服务站", "amenity", "doctors"),
        rule(Health, "社区卫生服务中心", "amenity", "hospital"),
        rule(Health, "药店", "amenity", "pharmacy"),
        rule(Health, "康复", "healthcare", "rehabilitation"),
        rule(Health, "AED", "emergency", "defibrillator"),
        rule(Care, "日间照料", "social_facility", "day_care"),
        rule(Care, "养老院", "social_facility", "nursing_home"),
        rule(Care, "助残", "social_facility:for", "disabled"),
        rule(Care, "老年食堂", "amenity", "restaurant").named(&["老年", "助餐", "敬老"]),
        rule(Education, "托育", "amenity", "childcare"),
        rule(Education, "幼儿园", "amenity", "kindergarten"),
        rule(Education, "小学", "amenity", "school").named(&["小学"]),
        rule(Education, "初中", "amenity", "school").named(&["中学", "初中", "附中"]),
        rule(Education, "学校", "amenity", "school"),
        rule(Culture, "图书室", "amenity", "library"),
        rule(Culture, "健身点", "leisure", "fitness_station"),
        rule(Culture, "球场", "leisure", "pitch"),
        rule(Culture, "公园", "leisure", "park"),
        rule(Culture, "儿童场地", "leisure", "playground"),
        rule(Shopping, "便利店", "shop", "convenience"),
        rule(Shopping, "菜市场", "amenity", "marketplace"),
        rule(Shopping, "菜店", "shop", "greengrocer"),
        rule(Shopping, "超市", "shop", "supermarket"),
        rule(Daily, "早餐快餐", "amenity", "fast_food"),
        rule(Daily, "理发", "shop", "hairdresser"),
        rule(Daily, "洗染", "shop", "laundry"),
        rule(Daily, "洗染", "shop", "dry_cleaning"),
        rule(Daily, "文印", "shop", "copyshop"),
        rule(Daily, "快递", "amenity", "parcel_locker"),
        rule(Daily, "邮局", "amenity", "post_office"),
        rule(Daily, "银行", "amenity", "bank"),
        rule(Public, "公厕", "amenity", "toilets"),
        rule(Public, "公交", "highway", "bus_stop"),
        rule(Public, "地铁", "railway", "subway_entrance"),
        rule(Public, "停车", "amenity", "parking"),
        rule(Public, "充电", "amenity", "charging_station"),
        rule(Public, "回收", "amenity", "recycling"),
        rule(Public, "应急避难", "emergency", "assembly_point"),
        rule(Public, "座椅", "amenity", "bench"),
    ]
};

/// A row, and the element of the map it is from.
#[derive(Clone, Debug)]
pub struct Seed {
    /// What kind of element.
    pub element: Element,
    /// Its number.
    pub id: i64,
    /// The row.
    pub cells: Cells,
}

/// What a map knows of a street's facilities.
#[derive(Clone, Debug, Default)]
pub struct Found {
    /// Points first, by their numbers in the map.
    pub rows: Vec<Seed>,
    /// How many there are of each type.
    pub by_kind: BTreeMap<(Category, &'static str), usize>,
    /// Opening hours that this program does not understand; left empty.
    pub hours_left_out: usize,
    /// Telephone numbers that nobody can dial; left empty.
    pub phones_left_out: usize,
    /// Closed to the public by the map; no row.
    pub private: usize,
}

/// The facilities of an extract, inside of `within` where it is given.
///
/// # Errors
/// When the extract is broken.
pub fn facilities_of(extract: &[u8], within: Option<&Boundary>) -> Result<Found, ImportError> {
    let mut keys: Vec<&str> = RULES.iter().map(|rule| rule.tag.0).collect();
    keys.sort_unstable();
    keys.dedup();
    let footways = circle::osm::import(extract)
        .ok()
        .map(|(network, _)| network);
    let mut found = Found::default();
    for thing in tagged(extract, &keys)? {
        if within.is_none_or(|within| within.contains(thing.at)) {
            found.add(&thing, footways.as_ref());
        }
    }
    Ok(found)
}

impl Found {
    fn add(&mut self, thing: &Tagged, footways: Option<&Network>) {
        let name = first(thing, &["name:zh", "name"]);
        let Some(rule) = RULES.iter().find(|rule| rule.fits(thing, name)) else {
            return;
        };
        if matches!(thing.get("access"), "private" | "no") {
            self.private += 1;
            return;
        }
        let mut cells = Cells::from([
            ("id", id_of(thing)),
            ("name", or(name, rule.kind).to_owned()),
            ("category", rule.category.name().to_owned()),
            ("kind", rule.kind.to_owned()),
            ("lat", thing.at.lat.to_string()),
            ("lon", thing.at.lon.to_string()),
            ("address", address(thing, footways)),
            ("step_free", step_free(thing).to_owned()),
            ("source", SOURCE.to_owned()),
        ]);
        if let Some(phone) = self.phone(thing) {
            cells.insert("phone", phone);
        }
        if let Some(hours) = self.hours(thing) {
            cells.insert("hours", hours);
        }
        *self.by_kind.entry((rule.category, rule.kind)).or_default() += 1;
        self.rows.push(Seed {
            element: thing.element,
            id: thing.id,
            cells,
        });
    }

    /// The first number of what may be several.
    fn phone(&mut self, thing: &Tagged) -> Option<String> {
        let said = first(thing, &["phone", "contact:phone"]);
        let number = said.split([';', ',']).next().unwrap_or_default().trim();
        let number = number.replace(['(', ')'], "");
        let digits = number.bytes().filter(u8::is_ascii_digit).count();
        let rest = number.strip_prefix('+').unwrap_or(&number);
        let dialled = |c: char| c.is_ascii_digit() || c == ' ' || c == '-';
        let good = (3..=15).contains(&digits) && rest.chars().all(dialled);
        self.phones_left_out += usize::from(!good && !said.is_empty());
        good.then_some(number)
    }

    fn hours(&mut self, thing: &Tagged) -> Option<String> {
        let said = thing.get("opening_hours");
        let good = said.parse::<Hours>().is_ok();
        self.hours_left_out += usize::from(!good && !said.is_empty());
        good.then(|| said.to_owned())
    }
}

fn or<'a>(text: &'a str, other: &'a str) -> &'a str {
    if text.is_empty() { other } else { text }
}

/// The first of these tags that says something.
fn first<'t>(thing: &'t Tagged, keys: &[&str]) -> &'t str {
    let values = keys.iter().map(|key| thing.get(key).trim());
    values
        .into_iter()
        .find(|value| !value.is_empty())
        .unwrap_or_default()
}

/// The same whenever the same map is read again.
fn id_of(thing: &Tagged) -> String {
    let kind = match thing.element {
        Element::Node => 'n',
        Element::Way => 'w',
        Element::Relation => 'r',
    };
    // Editors number what they have not sent yet from -1 down.
    let sign = if thing.id < 0 { "-" } else { "" };
    format!("osm-{kind}{sign}{}", thing.id.unsigned_abs())
}

/// As the map has it, else by the street at the door, else where it stands.
fn address(thing: &Tagged, footways: Option<&Network>) -> String {
    let full = thing.get("addr:full").trim();
    if !full.is_empty() {
        return full.to_owned();
    }
    let street = thing.get("addr:street").trim();
    if !street.is_empty() {
        let number = thing.get("addr:housenumber").trim();
        return format!("{street} {number}").trim_end().to_owned();
    }
    let at = thing.at;
    let here = format!("{:.5}, {:.5}", at.lat, at.lon);
    let nearest = footways.and_then(|network| {
        let place = network.snap(at, &Profile::PLAIN, STREET_WITHIN_M)?;
        network.edge(place.edge())?.name()
    });
    nearest.map_or(here, |street| format!("{street}附近"))
}

/// What the map calls limited is left to whoever looks.
fn step_free(thing: &Tagged) -> &'static str {
    match thing.get("wheelchair") {
        "yes" | "designated" => "yes",
        "no" => "no",
        _ => "",
    }
}

/// Ground with an edge, read from GeoJSON.
#[derive(Clone, Debug)]
pub struct Boundary {
    rings: Vec<Vec<Wgs84>>,
}

/// Why a file is no boundary.
#[derive(Debug, thiserror::Error)]
pub enum BoundaryError {
    /// Not GeoJSON.
    #[error(transparent)]
    GeoJson(#[from] Box<geojson::Error>),
    /// GeoJSON of something else.
    #[error("a Polygon or MultiPolygon is needed, there is none")]
    NoPolygon,
    /// A corner of it.
    #[error("not a place on the earth: {0}")]
    NoPlace(String),
}

impl Boundary {
    /// Every polygon of a GeoJSON file.
    ///
    /// # Errors
    /// [`BoundaryError`].
    pub fn read(text: &str) -> Result<Boundary, BoundaryError> {
        let geometries: Vec<GeometryValue> = match text.parse::<GeoJson>().map_err(Box::new)? {
            GeoJson::Geometry(geometry) => vec![geometry.value],
            GeoJson::Feature(feature) => feature.geometry.into_iter().map(|g| g.value).collect(),
            GeoJson::FeatureCollection(all) => {
                let features = all.features.into_iter();
                features
                    .filter_map(|f| f.geometry)
                    .map(|g| g.value)
                    .collect()
            }
        };
        let mut rings = Vec::new();
        for geometry in geometries {
            match geometry {
                GeometryValue::Polygon { coordinates } => rings.extend(coordinates),
                GeometryValue::MultiPolygon { coordinates } => {
                    rings.extend(coordinates.into_iter().flatten());
                }
                _ => {}
            }
        }
        if rings.is_empty() {
            return Err(BoundaryError::NoPolygon);
        }
        let rings = rings.iter().map(|ring| ring.iter().map(corner).collect());
        Ok(Boundary {
            rings: rings.collect::<Result<_, _>>()?,
        })
    }

    /// Inside of an odd number of rings: holes are out, islands in them are in again.
    fn contains(&self, at: circle::Wgs84) -> bool {
        let Ok(at) = Wgs84::new(at.lat, at.lon) else {
            return false;
        };
        let around = self.rings.iter().filter(|ring| ring_contains(ring, at));
        around.count() % 2 == 1
    }
}

fn corner(position: &Position) -> Result<Wgs84, BoundaryError> {
    let no_place = || BoundaryError::NoPlace(format!("{:?}", position.as_slice()));
    match position.as_slice() {
        [lon, lat, ..] => Wgs84::new(*lat, *lon).map_err(|_| no_place()),
        _ => Err(no_place()),
    }
}
