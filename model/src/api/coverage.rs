//! Which homes have which service within its minutes, and what one more facility would change.

use super::wire;
use crate::facility::Category;
use crate::id::{AreaId, EstateId};
use crate::place::Wgs84;
use serde::{Deserialize, Serialize};

/// Who walks.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema, utoipa::IntoParams))]
#[serde(default)]
pub struct CoverageQuery {
    /// `adult`, `older` (where empty), `slow` or `wheelchair`.
    pub profile: String,
}

/// One more facility.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema, utoipa::IntoParams))]
#[serde(default)]
pub struct WhatIfQuery {
    /// As in [`CoverageQuery`].
    pub profile: String,
    /// A category, as data writes it.
    pub category: String,
    /// A type that has minutes in the category.
    pub kind: String,
    /// `lat,lon`.
    pub at: String,
}

wire! {
    /// The table of services and estates.
    pub struct Coverage {
        /// Who walks.
        pub profile: String,
        /// Whether there is a map; without one nothing can be said, and there are no rows.
        pub has_map: bool,
        /// The estates one sees, in the street's order.
        pub estates: Vec<CoveredEstate>,
        /// A row for each type of facility that has minutes.
        pub rows: Vec<CoverageRow>,
        /// 公建配套 of each community that one sees whole.
        pub floors: Vec<PublicFloor>,
    }

    /// What rooms the dwellings of a community ask for (公建配套), and what stands.
    pub struct PublicFloor {
        /// The community.
        pub area: AreaId,
        /// Its name.
        pub name: String,
        /// Its estates.
        pub estates: u32,
        /// Those of them whose dwellings' floor area is known.
        pub estates_known: u32,
        /// Floor area of the dwellings that are known, square metres.
        pub dwellings_m2: u64,
        /// Rooms in it whose floor area is known.
        pub rooms: u32,
        /// Floor area of those rooms, square metres.
        pub rooms_m2: u64,
    }

    /// One estate.
    pub struct CoveredEstate {
        /// Its id.
        pub id: EstateId,
        /// What residents call it.
        pub name: String,
        /// Homes in it.
        pub homes: u32,
        /// Its entrance.
        pub at: Wgs84,
        /// Whether a footway is near its entrance; where none is, it counts nowhere.
        pub on_map: bool,
    }

    /// One type of facility.
    pub struct CoverageRow {
        /// The category.
        pub category: Category,
        /// The type.
        pub kind: String,
        /// Within how many minutes it should be.
        pub minutes: u32,
        /// Where that stands.
        pub source: String,
        /// How many of them the street's table has.
        pub facilities: u32,
        /// Homes on the map.
        pub homes: u32,
        /// Those with one within the minutes.
        pub covered: u32,
        /// Minutes from each estate to the nearest, in the order of the estates; none where none
        /// is within an hour, or the estate is off the map.
        pub walks: Vec<Option<u32>>,
    }

    /// What one more facility would change.
    pub struct WhatIf {
        /// Whether a footway is near it; where none is, nobody gains.
        pub on_map: bool,
        /// Homes that would have one within the minutes and have none now.
        pub newly_covered: u32,
        /// Homes that would be nearer, those included.
        pub nearer: u32,
        /// The estates that would be nearer, most homes newly covered first.
        pub gains: Vec<EstateGain>,
    }

    /// What an estate would gain.
    pub struct EstateGain {
        /// Its id.
        pub id: EstateId,
        /// What residents call it.
        pub name: String,
        /// Homes in it.
        pub homes: u32,
        /// Minutes now; none where none is within an hour.
        pub before: Option<u32>,
        /// Minutes to the new one.
        pub after: u32,
        /// Whether it has none within the minutes now and would.
        pub newly_covered: bool,
    }
}

impl CoverageRow {
    /// Whether the estate of that number has one within the minutes.
    pub fn covers(&self, estate: usize) -> bool {
        let walk = self.walks.get(estate).copied().flatten();
        walk.is_some_and(|walk| walk <= self.minutes)
    }

    /// Homes on the map that have none within the minutes.
    pub fn without(&self) -> u32 {
        self.homes - self.covered
    }
}

/// Of a thousand square metres of new dwellings, at least and at most so many of rooms for the
/// public (公建配套): 2‰ to 4‰.
const ROOMS_PERMILLE: [u64; 2] = [2, 4];

/// Whether the rooms of a community are what its dwellings ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rooms {
    /// Too much is unknown to say.
    Unknown,
    /// So many square metres less than the least that is asked for.
    Short(u64),
    /// The least is there.
    Least,
    /// All of it is there.
    Full,
}

impl PublicFloor {
    /// Square metres of rooms that the known dwellings ask for, at least and at most; none where
    /// none is known.
    pub fn asked_m2(&self) -> Option<[u64; 2]> {
        let asked = |permille: u64| (self.dwellings_m2 * permille).div_ceil(1000);
        (self.estates_known > 0).then(|| ROOMS_PERMILLE.map(asked))
    }

    /// What can be said of the rooms. Dwellings that are not known could only ask for more: what
    /// is short stays short, and nothing else can be said while some are missing.
    pub fn standing(&self) -> Rooms {
        let Some([least, most]) = self.asked_m2().filter(|_| self.rooms > 0) else {
            return Rooms::Unknown;
        };
        match self.rooms_m2 {
            there if there < least => Rooms::Short(least - there),
            _ if self.estates_known < self.estates => Rooms::Unknown,
            there if there < most => Rooms::Least,
            _ => Rooms::Full,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rooms_are_never_made_up() {
        let of = |known: u32, dwellings_m2: u64, rooms: u32, rooms_m2: u64| PublicFloor {
            area: AreaId::parse("c").expect("a slug"),
            name: String::new(),
            estates: 2,
            estates_known: known,
            dwellings_m2,
            rooms,
            rooms_m2,
        };
        for (floor, asked, standing) in [
            (of(0, 0, 1, 500), None, Rooms::Unknown),
            (of(2, 100_000, 0, 0), Some([200, 400]), Rooms::Unknown),
            (of(2, 100_001, 1, 200), Some([201, 401]), Rooms::Short(1)),
            (of(1, 100_000, 1, 150), Some([200, 400]), Rooms::Short(50)),
            (of(1, 100_000, 2, 900), Some([200, 400]), Rooms::Unknown),
            (of(2, 100_000, 2, 399), Some([200, 400]), Rooms::Least),
            (of(2, 100_000, 2, 400), Some([200, 400]), Rooms::Full),
        ] {
            assert_eq!((floor.asked_m2(), floor.standing()), (asked, standing));
        }
    }
}
