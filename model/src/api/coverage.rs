//! Which homes have which service within its minutes, and what one more facility would change.

use super::wire;
use crate::facility::Category;
use crate::id::EstateId;
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
