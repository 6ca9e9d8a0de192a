//! Where a member of staff goes on a day, in which order.

use super::wire;
use crate::id::{CaseId, EstateId, FacilityId};
use crate::kinds::KindName;
use crate::place::Wgs84;
use crate::receipt::Receipt;
use crate::time::TimeMs;
use crate::workflow::Slot;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// Which day, and where from. A start is a place of the street's own data: where somebody's
/// device is, is never asked.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema, utoipa::IntoParams))]
#[serde(default)]
pub struct VisitsQuery {
    /// `2026-11-25`; today where empty.
    pub date: String,
    /// From this station.
    pub station: String,
    /// From the gate of this estate. Without either: from the station that is nearest to the
    /// first visit, else to the homes one looks after.
    pub estate: String,
}

wire! {
    /// The way of a day.
    pub struct Visits {
        /// The day.
        #[serde(with = "crate::time::iso")]
        #[cfg_attr(feature = "openapi", schema(value_type = String, format = Date))]
        pub date: Date,
        /// Where it begins; none where the street has no station.
        pub start: Option<Setout>,
        /// Where to go, in order: first those with a time, by their time; then, today, those
        /// without, so that the walk is shortest.
        pub stops: Vec<Stop>,
        /// More that have no time, and are not in the list because it would be too long.
        pub more: u32,
    }

    /// Where a way begins.
    pub struct Setout {
        /// What it is called.
        pub name: String,
        /// The station, if it is one.
        pub station: Option<FacilityId>,
        /// The estate, if it is one.
        pub estate: Option<EstateId>,
        /// The point.
        pub at: Wgs84,
    }

    /// One place to go to.
    pub struct Stop {
        /// The case.
        pub case: CaseId,
        /// Its number.
        pub receipt: Receipt,
        /// Of which kind.
        pub kind: KindName,
        /// The matter's or the category's name.
        pub name: Option<String>,
        /// The time that was agreed.
        pub slot: Option<Slot>,
        /// Whom one visits; empty where nobody said.
        pub whom: String,
        /// The estate, or the place in the words of whoever reported it.
        pub place: String,
        /// Building, entrance and flat.
        pub door: String,
        /// The estate's gate or the point; none where neither is known.
        pub at: Option<Wgs84>,
        /// Minutes on foot from the stop before; none where no way is known.
        pub walk_min: Option<u32>,
        /// When to go on, to be in time at the next; none where the next has no time.
        pub leave_by: Option<TimeMs>,
    }
}

impl Visits {
    /// Minutes on foot in all, as far as they are known.
    pub fn walk_min(&self) -> u32 {
        let walks = self.stops.iter().filter_map(|stop| stop.walk_min);
        walks.sum()
    }
}
