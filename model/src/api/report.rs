//! 随手拍 on the wire: what may be reported, what everybody may see, voices and followers.
//!
//! No type here that answers everybody can hold a name, a number, or words nobody has reviewed.

use super::wire;
use crate::calendar::{Due, Light};
use crate::id::{CaseId, CategoryId, PhotoId, StaffId};
use crate::issue::{Emergency, IssueCategory};
use crate::place::Wgs84;
use crate::receipt::Receipt;
use crate::time::TimeMs;
use crate::workflow::{Publication, State, Verb};
use serde::{Deserialize, Serialize};

wire! {
    /// What may be reported.
    pub struct Categories {
        /// In the order of the file.
        pub categories: Vec<IssueCategory>,
        /// What waits for nobody.
        pub emergencies: Vec<Emergency>,
    }

    /// A page of public cases.
    pub struct Reports {
        /// In the order asked for.
        pub items: Vec<ReportItem>,
        /// Where the next page begins; none at the end.
        pub next: Option<String>,
    }

    /// Open public cases of one category within 50 m, on foot within 150 m, nearest first.
    pub struct Nearby {
        /// At most 10.
        pub items: Vec<ReportItem>,
    }

    /// One public case in a list.
    pub struct ReportItem {
        /// The case.
        pub case: CaseId,
        /// What it is about.
        pub category: CategoryId,
        /// The category's name.
        pub category_name: String,
        /// Reviewed words.
        pub words: String,
        /// Where it is.
        pub at: Wgs84,
        /// Where it stands.
        pub state: State,
        /// When it was handed in.
        pub handed_in: TimeMs,
        /// When something last happened.
        pub updated: TimeMs,
        /// People who met the same, whoever handed it in among them.
        pub voices: u32,
        /// Its first picture, to be asked for as a thumb.
        pub photo: Option<PhotoId>,
        /// Metres away, where a position was asked about.
        pub metres: Option<u32>,
    }

    /// A public case.
    pub struct PublicReport {
        /// What its line in a list says.
        pub item: ReportItem,
        /// The clock that runs, while somebody has something to do.
        pub due: Option<Due>,
        /// Its colour.
        pub light: Option<Light>,
        /// The department or area that answers for it; never a person.
        pub responsible: String,
        /// How it was.
        pub before: Vec<PhotoId>,
        /// How it is now.
        pub after: Vec<PhotoId>,
        /// What happened, oldest first.
        pub timeline: Vec<PublicEntry>,
        /// Cases for which it stands.
        pub stands_for: u32,
        /// The public case that stands for it; its own lists are empty then.
        pub merged_into: Option<CaseId>,
    }

    /// One line of a public timeline.
    pub struct PublicEntry {
        /// What was done; none for the submission itself.
        pub verb: Option<Verb>,
        /// When.
        pub at: TimeMs,
        /// The state it led to.
        pub state: State,
    }

    /// A link to follow a case by, once or again.
    pub struct Following {
        /// The case.
        pub case: CaseId,
        /// What opens [`Followed`]; goes in the header [`CASE_SECRET`](super::CASE_SECRET).
        pub secret: String,
        /// People who met the same.
        pub voices: u32,
    }

    /// A case as one who follows it sees it: also while it is hidden, but then without its words
    /// and pictures.
    pub struct Followed {
        /// The case that was followed.
        pub case: CaseId,
        /// The case that stands for it.
        pub merged_into: Option<CaseId>,
        /// Where it, or the one that stands for it, stands.
        pub state: State,
        /// When something last happened.
        pub updated: TimeMs,
        /// What everybody sees of it, while they do.
        pub report: Option<PublicReport>,
    }

    /// The case that stands for another, as the other's resident is told.
    pub struct StandsFor {
        /// The case.
        pub case: CaseId,
        /// Where it stands.
        pub state: State,
        /// Since when.
        pub since: TimeMs,
        /// The clock that runs.
        pub due: Option<Due>,
        /// Its colour.
        pub light: Option<Light>,
        /// Whether its public page may be opened.
        pub public: bool,
    }

    /// Cases that may be the same thing: of the kind, open, within 100 m.
    pub struct AlikeCases {
        /// Those of the same category first, then the nearest.
        pub cases: Vec<Alike>,
    }

    /// Another case, as staff see it in a list.
    pub struct Alike {
        /// The case.
        pub case: CaseId,
        /// Its number.
        pub receipt: Receipt,
        /// What it is about.
        pub category_name: Option<String>,
        /// Where it stands.
        pub state: State,
        /// When it was handed in.
        pub handed_in: TimeMs,
        /// Metres from the case asked about.
        pub metres: u32,
        /// How far it may be seen.
        pub publication: Publication,
        /// People who met the same.
        pub voices: u32,
        /// Reviewed words; empty before anybody has looked.
        #[serde(default)]
        pub words: String,
        /// Its first reviewed picture, to be asked for as one of that case's.
        #[serde(default)]
        pub photo: Option<PhotoId>,
    }

    /// A department that can be called.
    pub struct Department {
        /// Its account.
        pub staff: StaffId,
        /// Its name.
        pub name: String,
        /// The category is its own.
        pub own: bool,
        /// Working days it is usually given.
        pub days: u16,
    }
}

/// Which public cases to list.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema, utoipa::IntoParams))]
#[serde(default)]
pub struct ReportsQuery {
    /// In which order.
    pub sort: ReportSort,
    /// `lat,lon`; needed for `nearest`.
    pub at: String,
    /// Of this category.
    pub category: String,
    /// `open`, `closed`; both where empty.
    pub status: String,
    /// Where the page before ended.
    pub cursor: String,
}

/// In which order public cases are listed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ReportSort {
    /// Handed in last, first.
    #[default]
    Newest,
    /// Nearest to `at` first; within about 7 km.
    Nearest,
    /// Most people first.
    Voices,
}

/// Around which point.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema, utoipa::IntoParams))]
#[serde(default)]
pub struct NearQuery {
    /// `lat,lon`.
    pub at: String,
    /// Of this category.
    pub category: String,
}
