//! What is near, from the engine's walks: plain lists of numbers, so that tests can hold them.

use model::facility::{Category, Facility, Standard};
use std::collections::BTreeMap;

use super::plain::search;
use crate::walk::wire::Walk;

/// The quarter of an hour.
pub const QUARTER_MIN: u32 = 15;

/// What of it the reader wants to see.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Wanted {
    /// As typed.
    pub query: String,
    /// One category alone.
    pub category: Option<Category>,
    /// What is open now, as far as its hours are known.
    pub open: bool,
}

impl Wanted {
    /// Nothing in particular: then the quarter of an hour is all one wants to see.
    fn is_all(&self) -> bool {
        self.query.trim().is_empty() && self.category.is_none()
    }
}

/// Numbers of the facilities to list, nearest first; what nobody can walk to comes last, and only
/// where it was asked for.
pub fn nearest(
    all: &[Facility],
    walks: &[Option<Walk>],
    wanted: &Wanted,
    is_open: impl Fn(&Facility) -> bool,
) -> Vec<usize> {
    let fits: Vec<&str> = search(all, &wanted.query)
        .iter()
        .map(|facility| facility.id.as_str())
        .collect();
    let walk = |at: usize| walks.get(at).copied().flatten();
    let near = |at: usize| walk(at).is_some_and(|walk| walk.minutes() <= QUARTER_MIN);
    let shown = |(at, facility): &(usize, &Facility)| {
        wanted
            .category
            .is_none_or(|wanted| wanted == facility.category)
            && (!wanted.is_all() || near(*at))
            && fits.contains(&facility.id.as_str())
            && (!wanted.open || is_open(facility))
    };
    let mut found: Vec<usize> = all
        .iter()
        .enumerate()
        .filter(shown)
        .map(|(at, _)| at)
        .collect();
    found.sort_by_key(|at| (walk(*at).map_or(u32::MAX, |walk| walk.ms), *at));
    found
}

/// How many facilities are within 5, 10 and 15 minutes.
pub fn counts(walks: &[Option<Walk>]) -> [usize; 3] {
    [5, 10, QUARTER_MIN].map(|limit| {
        let minutes = walks.iter().flatten().map(|walk| walk.minutes());
        minutes.filter(|minutes| *minutes <= limit).count()
    })
}

/// The walk to the nearest of a category.
pub fn nearest_of(all: &[Facility], walks: &[Option<Walk>], category: Category) -> Option<Walk> {
    let pairs = all.iter().zip(walks);
    let of_it = pairs.filter(|(facility, _)| facility.category == category);
    of_it
        .filter_map(|(_, walk)| *walk)
        .min_by_key(|walk| walk.ms)
}

/// A kind of service that the street has, but not near.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Missing {
    /// As the street's table names it.
    pub kind: String,
    /// Within how many minutes it should be.
    pub within: u32,
    /// The nearest one's number and minutes; none where nobody can walk to any.
    pub nearest: Option<(usize, u32)>,
}

/// What is not to be had within the minutes of its own kind, or the quarter of an hour where the
/// street names none, in the order of the categories.
pub fn missing(all: &[Facility], walks: &[Option<Walk>], standards: &[Standard]) -> Vec<Missing> {
    let mut best: BTreeMap<(usize, usize), Missing> = BTreeMap::new();
    for (at, facility) in all.iter().enumerate() {
        let first = all.iter().position(|other| other.kind == facility.kind);
        let rank = Category::ALL
            .iter()
            .position(|category| *category == facility.category);
        let key = (rank.unwrap_or_default(), first.unwrap_or(at));
        let walk = walks.get(at).copied().flatten();
        let reached = walk.map(|walk| (at, walk.minutes()));
        let kept = best.entry(key).or_insert_with(|| Missing {
            kind: facility.kind.clone(),
            within: within(facility, standards),
            nearest: None,
        });
        kept.nearest = match (kept.nearest, reached) {
            (Some(old), Some(new)) if old.1 <= new.1 => Some(old),
            (old, new) => new.or(old),
        };
    }
    best.retain(|_, kind| {
        kind.nearest
            .is_none_or(|(_, minutes)| minutes > kind.within)
    });
    best.into_values().collect()
}

/// Within how many minutes a facility of this kind should be.
fn within(facility: &Facility, standards: &[Standard]) -> u32 {
    let mut standards = standards.iter();
    let own = standards
        .find(|standard| standard.category == facility.category && standard.kind == facility.kind);
    own.map_or(QUARTER_MIN, |standard| standard.minutes)
}

/// What people need first: the order on the card for the wall.
const NEEDED: [Category; 8] = [
    Category::Health,
    Category::Government,
    Category::Care,
    Category::Shopping,
    Category::Daily,
    Category::Public,
    Category::Culture,
    Category::Education,
];

/// What the card for the wall names, the most needed first: one of each category, then of each
/// one of another kind.
pub fn for_the_wall(all: &[Facility], walks: &[Option<Walk>]) -> Vec<usize> {
    let two = NEEDED.map(|category| two_kinds(all, walks, category));
    let of_each = |which: usize| two.iter().filter_map(move |two| two.get(which).copied());
    of_each(0).chain(of_each(1)).collect()
}

/// Of a category one facility each of the two kinds nearest by: within the quarter of an hour
/// before beyond it, and those one can call before those one cannot.
fn two_kinds(all: &[Facility], walks: &[Option<Walk>], category: Category) -> Vec<usize> {
    let mut of_it: Vec<(bool, bool, u32, usize)> = (all.iter().zip(walks).enumerate())
        .filter(|(_, (facility, _))| facility.category == category)
        .filter_map(|(at, (facility, walk))| {
            let walk = (*walk)?;
            let far = walk.minutes() > QUARTER_MIN;
            Some((far, facility.phone.is_none(), walk.ms, at))
        })
        .collect();
    of_it.sort_unstable();
    let mut two: Vec<usize> = Vec::new();
    for (.., at) in of_it {
        let known = two.iter().any(|other| all[*other].kind == all[at].kind);
        if !known && two.len() < 2 {
            two.push(at);
        }
    }
    two
}

/// Those on the card category by category, as one looks for them on a wall.
pub fn in_order_of_need(all: &[Facility], mut chosen: Vec<usize>) -> Vec<usize> {
    let rank = |at: &usize| {
        let category = all.get(*at).map(|facility| facility.category);
        NEEDED.iter().position(|needed| Some(*needed) == category)
    };
    chosen.sort_by_key(rank);
    chosen
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facility(name: &str, category: &str, kind: &str, phone: bool) -> Facility {
        let phone = if phone { "\"010-1\"" } else { "null" };
        let text = format!(
            r#"{{"id":"{name}","name":"{name}","category":"{category}","kind":"{kind}",
            "at":{{"lat":39.9,"lon":116.3}},"address":"","phone":{phone}}}"#
        );
        serde_json::from_str(&text).expect("a facility")
    }

    fn street() -> (Vec<Facility>, Vec<Option<Walk>>) {
        let all = vec![
            facility("far", "health", "pharmacy", true),
            facility("near", "health", "clinic", false),
            facility("clinic-2", "health", "clinic", true),
            facility("island", "culture", "library", true),
            facility("shop", "shopping", "grocer", true),
        ];
        let minutes = [Some(22), Some(3), Some(12), None, Some(8)];
        let walks = minutes.map(|minutes| {
            minutes.map(|minutes| Walk {
                ms: minutes * 60_000,
                unknown: false,
            })
        });
        (all, walks.to_vec())
    }

    fn names(all: &[Facility], at: &[usize]) -> Vec<String> {
        at.iter().map(|at| all[*at].name.clone()).collect()
    }

    #[test]
    fn nearest_first_and_the_far_only_where_asked_for() {
        let (all, walks) = street();
        let health = Some(Category::Health);
        for (query, category, open, expected) in [
            ("", None, false, vec!["near", "shop", "clinic-2"]),
            ("", health, false, vec!["near", "clinic-2", "far"]),
            ("pharmacy", None, false, vec!["far"]),
            ("island", None, false, vec!["island"]),
            ("", health, true, vec!["far"]),
        ] {
            let wanted = Wanted {
                query: query.to_owned(),
                category,
                open,
            };
            let found = nearest(&all, &walks, &wanted, |facility| facility.name == "far");
            assert_eq!(names(&all, &found), expected, "{wanted:?}");
        }
    }

    #[test]
    fn counted_by_band_and_category() {
        let (all, walks) = street();
        assert_eq!(counts(&walks), [1, 2, 3]);
        let minutes = |category| nearest_of(&all, &walks, category).map(Walk::minutes);
        assert_eq!(minutes(Category::Health), Some(3));
        assert_eq!(minutes(Category::Culture), None);
    }

    #[test]
    fn what_is_missing_names_the_nearest() {
        let (all, walks) = street();
        let found = |standards: &[Standard]| {
            let found = missing(&all, &walks, standards).into_iter();
            let found = found.map(|kind| (kind.kind, kind.within, kind.nearest));
            found.collect::<Vec<_>>()
        };
        let none = ("library".to_owned(), 15, None);
        let far = ("pharmacy".to_owned(), 15, Some((0, 22)));
        assert_eq!(found(&[]), [far, none.clone()]);
        let own = Standard {
            category: all[0].category,
            kind: "pharmacy".to_owned(),
            minutes: 30,
            source: String::new(),
        };
        assert_eq!(found(&[own]), [none], "a kind's own minutes");
    }

    #[test]
    fn the_wall_has_one_of_each_before_the_second() {
        let (all, walks) = street();
        // The nearest clinic has no number; the pharmacy is beyond the quarter of an hour; nobody
        // can walk to the island.
        let found = for_the_wall(&all, &walks);
        assert_eq!(names(&all, &found), ["clinic-2", "shop", "far"]);
        let sorted = in_order_of_need(&all, found);
        assert_eq!(names(&all, &sorted), ["clinic-2", "far", "shop"]);
    }
}
