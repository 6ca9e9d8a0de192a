//! Requests and responses, as both sides know them, and the addresses they go to.
//!
//! A case's secret goes in the header [`CASE_SECRET`], never in an address. Every POST that
//! creates something carries [`IDEMPOTENCY_KEY`]: the same key with the same body gives the first
//! answer again; with another body 422 `key_reused`.

pub mod assist;
pub mod coverage;
pub mod family;
pub mod report;
pub mod visits;

use crate::area::{Role, Staff};
use crate::calendar::{Due, Light};
use crate::facility::{Facility, Standard};
use crate::field::Answers;
use crate::id::{AreaId, CaseId, CategoryId, EstateId, FacilityId, MatterId, PhotoId, StaffId};
use crate::kinds::KindName;
use crate::matter::Matter;
use crate::place::Spot;
use crate::receipt::Receipt;
use crate::street::Template;
use crate::time::TimeMs;
use crate::workflow::{Action, Actor, Face, Fact, Progress, Publication, Slot, State, Verb, Visit};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// Header: the secret of one case, as handed out with its receipt.
pub const CASE_SECRET: &str = "case-secret";
/// Header: a UUID the client makes for one intended act and keeps until it is answered.
pub const IDEMPOTENCY_KEY: &str = "idempotency-key";
/// Header: the session's token, on every request of staff that changes something.
pub const CSRF_TOKEN: &str = "x-csrf-token";
/// A photo is at most this many bytes as uploaded.
pub const PHOTO_MAX_BYTES: usize = 8 * 1024 * 1024;

/// Addresses. `{…}` are axum's path parameters; the app fills them with the functions beside.
pub mod path {
    use crate::id::{CaseId, PhotoId};

    /// GET [`Street`](crate::street::Street).
    pub const STREET: &str = "/api/v1/street";
    /// GET [`Matters`](super::Matters).
    pub const MATTERS: &str = "/api/v1/matters";
    /// GET [`Facilities`](super::Facilities).
    pub const FACILITIES: &str = "/api/v1/facilities";
    /// GET [`Slots`](super::Slots); query `estate`.
    pub const SLOTS: &str = "/api/v1/slots";
    /// GET [`MapSource`](super::MapSource).
    pub const MAP: &str = "/api/v1/map";
    /// GET the ground of the map or its footways; [`MapSource`](super::MapSource) has their names.
    pub const MAP_FILE: &str = "/api/v1/map/{file}";
    /// PUT the bytes of a picture under an id the client made.
    pub const PHOTO: &str = "/api/v1/photos/{photo}";
    /// POST [`NewCase`](super::NewCase) → 201 [`Submitted`](super::Submitted).
    pub const CASES: &str = "/api/v1/cases";
    /// POST [`Track`](super::Track) → [`Tracked`](super::Tracked).
    pub const TRACK: &str = "/api/v1/track";
    /// GET [`CaseView`](super::CaseView).
    pub const CASE: &str = "/api/v1/cases/{case}";
    /// POST [`Act`](super::Act) → [`CaseView`](super::CaseView).
    pub const ACTIONS: &str = "/api/v1/cases/{case}/actions";
    /// POST [`VisitCode`](super::VisitCode) → [`VisitCheck`](super::VisitCheck).
    pub const VISIT_CODE: &str = "/api/v1/cases/{case}/visit-code";
    /// GET a picture of a case; size `thumb` or `full`.
    pub const CASE_PHOTO: &str = "/api/v1/cases/{case}/photos/{photo}/{size}";
    /// GET [`FamilyLinks`](super::family::FamilyLinks); POST
    /// [`NewFamilyLink`](super::family::NewFamilyLink) → 201
    /// [`MadeFamilyLink`](super::family::MadeFamilyLink).
    pub const FAMILY: &str = "/api/v1/cases/{case}/family";
    /// DELETE takes a family member's link back.
    pub const FAMILY_LINK: &str = "/api/v1/cases/{case}/family/{link}";
    /// POST → [`Ticket`](super::Ticket) for [`LIVE`].
    pub const CASE_TICKET: &str = "/api/v1/cases/{case}/live-ticket";
    /// GET server-sent events, each a [`Change`](super::Change); query `ticket`, once, within a minute.
    pub const LIVE: &str = "/api/v1/live";

    /// GET [`Categories`](super::report::Categories): what may be reported.
    pub const CATEGORIES: &str = "/api/v1/categories";
    /// GET [`Reports`](super::report::Reports); query [`ReportsQuery`](super::report::ReportsQuery).
    pub const REPORTS: &str = "/api/v1/reports";
    /// GET [`Nearby`](super::report::Nearby): open public cases of a category within 50 m; query
    /// [`NearQuery`](super::report::NearQuery).
    pub const REPORTS_NEAR: &str = "/api/v1/reports/near";
    /// GET [`PublicReport`](super::report::PublicReport).
    pub const REPORT: &str = "/api/v1/reports/{case}";
    /// GET a picture everybody may see; size `thumb` or `full`.
    pub const REPORT_PHOTO: &str = "/api/v1/reports/{case}/photos/{photo}/{size}";
    /// POST 我也遇到了, no body → [`Following`](super::report::Following). The same
    /// `Idempotency-Key` is the same voice.
    pub const VOICES: &str = "/api/v1/reports/{case}/voices";
    /// POST, no body → [`Following`](super::report::Following). With the header
    /// [`CASE_SECRET`](super::CASE_SECRET): GET [`Followed`](super::report::Followed), DELETE ends it.
    pub const FOLLOWING: &str = "/api/v1/reports/{case}/following";
    /// GET [`AlikeCases`](super::report::AlikeCases): cases that may be the same thing.
    pub const STAFF_ALIKE: &str = "/api/v1/staff/cases/{case}/alike";

    /// POST [`SignIn`](super::SignIn) → [`Me`](super::Me); GET [`Me`](super::Me); DELETE signs out.
    pub const SESSION: &str = "/api/v1/staff/session";
    /// GET [`Queue`](super::Queue); query [`QueueQuery`](super::QueueQuery).
    pub const QUEUE: &str = "/api/v1/staff/cases";
    /// GET [`StaffCase`](super::StaffCase); the opening is recorded.
    pub const STAFF_CASE: &str = "/api/v1/staff/cases/{case}";
    /// POST [`Act`](super::Act) → [`StaffCase`](super::StaffCase).
    pub const STAFF_ACTIONS: &str = "/api/v1/staff/cases/{case}/actions";
    /// GET a picture of a case; size `thumb` or `full`.
    pub const STAFF_PHOTO: &str = "/api/v1/staff/cases/{case}/photos/{photo}/{size}";
    /// GET [`Slots`](super::Slots) of the case's worker.
    pub const STAFF_SLOTS: &str = "/api/v1/staff/cases/{case}/slots";
    /// GET [`Audit`](super::Audit): who opened the case.
    pub const STAFF_AUDIT: &str = "/api/v1/staff/cases/{case}/audit";
    /// GET server-sent events for the whole area, each a [`Change`](super::Change).
    pub const STAFF_LIVE: &str = "/api/v1/staff/live";

    /// GET [`Coverage`](super::coverage::Coverage); query
    /// [`CoverageQuery`](super::coverage::CoverageQuery).
    pub const COVERAGE: &str = "/api/v1/staff/coverage";
    /// GET the same as a spreadsheet.
    pub const COVERAGE_CSV: &str = "/api/v1/staff/coverage.csv";
    /// GET the same as a map layer.
    pub const COVERAGE_GEOJSON: &str = "/api/v1/staff/coverage.geojson";
    /// GET [`WhatIf`](super::coverage::WhatIf); query
    /// [`WhatIfQuery`](super::coverage::WhatIfQuery).
    pub const WHAT_IF: &str = "/api/v1/staff/coverage/what-if";
    /// GET [`Visits`](super::visits::Visits); query [`VisitsQuery`](super::visits::VisitsQuery).
    pub const VISITS: &str = "/api/v1/staff/visits";

    /// POST [`Enrol`](super::assist::Enrol) → [`Tablet`](super::assist::Tablet); GET the same.
    pub const TABLET: &str = "/api/v1/assist/tablet";
    /// POST [`BeginShift`](super::assist::BeginShift) → [`Shift`](super::assist::Shift); GET
    /// [`MyHours`](super::assist::MyHours); DELETE ends it.
    pub const SHIFT: &str = "/api/v1/assist/shift";
    /// POST, no body → [`Serving`](super::assist::Serving); DELETE ends whatever is open.
    pub const SERVING: &str = "/api/v1/assist/serving";
    /// POST [`ParkedForm`](super::assist::ParkedForm) → [`Parked`](super::assist::Parked).
    pub const PARKED: &str = "/api/v1/assist/parked";
    /// POST [`TakeUp`](super::assist::TakeUp) → [`TakenUp`](super::assist::TakenUp).
    pub const TAKE_UP: &str = "/api/v1/assist/parked/take-up";
    /// GET [`Tablets`](super::assist::Tablets).
    pub const STAFF_TABLETS: &str = "/api/v1/staff/tablets";
    /// DELETE ends a shared tablet.
    pub const STAFF_TABLET: &str = "/api/v1/staff/tablets/{tablet}";
    /// GET [`Volunteers`](super::assist::Volunteers); query
    /// [`VolunteersQuery`](super::assist::VolunteersQuery).
    pub const STAFF_VOLUNTEERS: &str = "/api/v1/staff/volunteers";
    /// PUT [`NewPin`](super::assist::NewPin).
    pub const STAFF_PIN: &str = "/api/v1/staff/volunteers/{volunteer}/pin";
    /// DELETE lets a volunteer try their PIN again at once.
    pub const STAFF_PIN_LOCK: &str = "/api/v1/staff/volunteers/{volunteer}/lock";

    /// [`PHOTO`] of `photo`.
    pub fn photo(photo: PhotoId) -> String {
        PHOTO.replace("{photo}", &photo.to_string())
    }

    /// One of the addresses with `{case}` in it.
    pub fn of_case(path: &str, case: CaseId) -> String {
        path.replace("{case}", &case.to_string())
    }

    /// [`CASE_PHOTO`] or [`STAFF_PHOTO`].
    pub fn of_photo(path: &str, case: CaseId, photo: PhotoId, size: super::PhotoSize) -> String {
        let size = match size {
            super::PhotoSize::Thumb => "thumb",
            super::PhotoSize::Full => "full",
        };
        of_case(path, case)
            .replace("{photo}", &photo.to_string())
            .replace("{size}", size)
    }
}

macro_rules! wire {
    ($($(#[$meta:meta])* pub struct $name:ident { $($body:tt)* })+) => {
        $($(#[$meta])*
        #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
        pub struct $name { $($body)* })+
    };
}
pub(crate) use wire;

wire! {
    /// All matters with their guides.
    pub struct Matters {
        /// In the order of the file.
        pub matters: Vec<Matter>,
    }

    /// All facilities.
    pub struct Facilities {
        /// In the order of the file.
        pub facilities: Vec<Facility>,
        /// How far the stations are on foot; empty where no map was imported.
        #[serde(default)]
        pub walks: Vec<Walk>,
        /// Within how many minutes each type should be.
        #[serde(default)]
        pub standards: Vec<Standard>,
    }

    /// What the map is drawn from.
    pub struct MapSource {
        /// The address of the street's own ground, which never changes under it; none where no
        /// map was imported.
        pub basemap: Option<String>,
        /// The address of its footways, for the walking engine on the phone; as the ground.
        #[serde(default)]
        pub network: Option<String>,
        /// Tiles from elsewhere, lowest first; empty as a rule.
        pub tiles: Vec<TileLayer>,
        /// Whose tiles they are, as it is shown under the map.
        pub credit: Option<String>,
    }

    /// A layer of tiles (EPSG:3857, 256 px).
    pub struct TileLayer {
        /// Address with `{x}`, `{y}`, `{z}` and perhaps `{s}`.
        pub url: String,
        /// What `{s}` stands for, a character each.
        pub subdomains: String,
        /// Drawn in GCJ-02: shifted back where they are shown.
        pub gcj02: bool,
        /// The closest zoom at which they exist.
        pub max_zoom: u8,
    }

    /// A walk from an estate's entrance to a station.
    pub struct Walk {
        /// From.
        pub estate: EstateId,
        /// To.
        pub station: FacilityId,
        /// Minutes at an older person's pace (0.9 m/s), begun ones counted.
        pub minutes: u32,
    }

    /// Times for a visit, day by day.
    pub struct Slots {
        /// Days with at least one slot, soonest first.
        pub days: Vec<SlotDay>,
    }

    /// One day of them.
    pub struct SlotDay {
        /// The day in China.
        #[cfg_attr(feature = "openapi", schema(value_type = String, format = Date))]
        #[serde(with = "crate::time::iso")]
        pub date: Date,
        /// Its slots, taken ones too, so that people see why.
        pub slots: Vec<OfferedSlot>,
    }

    /// One of them.
    pub struct OfferedSlot {
        /// When.
        pub slot: Slot,
        /// Nobody has it yet.
        pub free: bool,
    }

    /// What a resident hands in. Photos named in the answers are uploaded before.
    pub struct NewCase {
        /// Of which kind.
        pub kind: KindName,
        /// The answers, by field name.
        pub answers: Answers,
    }

    /// The receipt.
    pub struct Submitted {
        /// The case.
        pub case: CaseId,
        /// Its number for the telephone.
        pub receipt: Receipt,
        /// What opens the case; shown as a link and QR code, kept by the resident's phone.
        pub secret: String,
        /// When it was handed in.
        pub at: TimeMs,
        /// Who answers for it.
        pub responsible: Responsible,
        /// Until when they say whether it is accepted.
        pub answer_by: Due,
        /// The head of the case's hash chain, hexadecimal.
        pub head: String,
    }

    /// Who answers for a case just now.
    pub struct Responsible {
        /// A person, or the desk where nobody is named yet.
        pub name: String,
        /// As what; none for a desk.
        pub role: Option<Role>,
        /// Whom to call.
        pub phone: Option<String>,
    }

    /// Looking up a case without its link.
    pub struct Track {
        /// As typed.
        pub receipt: String,
        /// The last four digits of the telephone number left with it.
        pub last_four: String,
    }

    /// All that is shown without the link.
    pub struct Tracked {
        /// Its number.
        pub receipt: Receipt,
        /// Of which kind.
        pub kind: KindName,
        /// The matter's or the category's name.
        pub matter: Option<String>,
        /// The category's name.
        #[serde(default)]
        pub category: Option<String>,
        /// Where it stands.
        pub state: State,
        /// Since when.
        pub since: TimeMs,
        /// The clock that runs.
        pub due: Option<Due>,
        /// Its colour.
        pub light: Option<Light>,
    }

    /// A case as its resident sees it, or a family member: see [`CaseView::family`]. No type in it
    /// can hold a staff id: those are sign-in names.
    pub struct CaseView {
        /// The case.
        pub case: CaseId,
        /// Its number.
        pub receipt: Receipt,
        /// Of which kind.
        pub kind: KindName,
        /// The matter.
        pub matter: Option<MatterId>,
        /// The matter's or the category's name when it was handed in.
        pub matter_name: Option<String>,
        /// When it was handed in.
        pub at: TimeMs,
        /// Where it stands.
        pub progress: Standing,
        /// The colour of its clock.
        pub light: Option<Light>,
        /// Who answers for it now.
        pub responsible: Responsible,
        /// What the resident may do now.
        pub allowed: Vec<Verb>,
        /// What happened, oldest first.
        pub timeline: Vec<Entry>,
        /// What was handed in.
        pub answers: Answers,
        /// Its pictures.
        pub photos: Vec<PhotoInfo>,
        /// A visit is booked whose visitor can be checked by code.
        pub visit_code: bool,
        /// The head of its hash chain, hexadecimal.
        pub head: String,
        /// What it is about.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub category: Option<CategoryId>,
        /// The category's name when it was handed in.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub category_name: Option<String>,
        /// How far it may be seen.
        #[serde(default)]
        pub publication: Publication,
        /// People who met the same: whoever handed it in, and those who added their voice.
        #[serde(default)]
        pub voices: u32,
        /// The case that stands for it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub merged: Option<report::StandsFor>,
        /// The volunteer who helped to hand it in, where the resident let that be noted.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub helped_by: Option<String>,
        /// What the resident calls the family member who looks; none for anybody else. They are
        /// not shown what [`for_family`](crate::privacy::for_family) leaves out.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub family: Option<String>,
    }

    /// Where a case stands: of its [`Progress`] what concerns the resident.
    pub struct Standing {
        /// Its state.
        pub state: State,
        /// Events so far; sent back in [`Act::seen_seq`].
        pub seq: u32,
        /// The appointment.
        pub visit: Option<Appointment>,
        /// The clock that runs now.
        pub due: Option<Due>,
        /// Sets of originals taken and not yet handed back.
        pub originals_held: u16,
        /// When the resident last urged.
        pub urged_at: Option<TimeMs>,
        /// When it came into its present state.
        pub since: TimeMs,
        /// It was withdrawn by the clock, not by the resident.
        pub silent: bool,
        /// What the resident thought of it.
        pub rating: Option<u8>,
    }

    /// When somebody comes; who, stands in [`Entry::to`].
    pub struct Appointment {
        /// When.
        pub slot: Slot,
    }

    /// What happened: a [`Fact`] without the staff ids in it.
    pub struct Happened {
        /// What was done; none for the submission itself.
        pub verb: Option<Verb>,
        /// When.
        pub at: TimeMs,
        /// By whom.
        pub actor: Party,
        /// On the resident's word.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        pub on_word: bool,
        /// The state it led to.
        pub state: State,
        /// Appointment made.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub visit: Option<Appointment>,
        /// The clock set by it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub due: Option<Due>,
        /// Days asked for.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub days: Option<u16>,
        /// Stars given.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub rating: Option<u8>,
        /// Photos handed in.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        pub photos: Vec<PhotoId>,
        /// How far it may be seen from then on.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub publication: Option<Publication>,
    }

    /// One line of the timeline.
    pub struct Entry {
        /// Its number, from 0.
        pub seq: u32,
        /// What happened.
        pub fact: Happened,
        /// The name of the member of staff who did it, or what the resident calls the family
        /// member.
        pub by: Option<String>,
        /// The name of the member of staff it names: assigned to, or who comes; or the name of
        /// the department called.
        pub to: Option<String>,
        /// Words to the resident.
        pub to_resident: Option<String>,
        /// Words among staff; never sent to a resident.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub to_staff: Option<String>,
        /// Papers taken or handed back.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        pub papers: Vec<String>,
    }

    /// A picture of a case.
    pub struct PhotoInfo {
        /// Its id.
        pub id: PhotoId,
        /// What has become of it.
        pub status: PhotoStatus,
        /// The field it answers, or `event` when it came with an action.
        pub field: String,
        /// Pixels across, once made ready.
        pub width: Option<u32>,
        /// Pixels down.
        pub height: Option<u32>,
    }

    /// An action, and the state of the case it was decided on.
    pub struct Act {
        /// What to do.
        pub action: Action,
        /// [`Progress::seq`] as the client saw it; another one now gives 409 `case_changed`.
        pub seen_seq: u32,
    }

    /// What the person at the door said.
    pub struct VisitCode {
        /// Six digits.
        pub code: String,
    }

    /// A pass for the live stream, since EventSource sends no headers.
    pub struct Ticket {
        /// Once.
        pub ticket: String,
        /// Until then.
        pub expires: TimeMs,
    }

    /// Something happened to a case.
    pub struct Change {
        /// Which.
        pub case: CaseId,
        /// Its [`Progress::seq`] now.
        pub seq: u32,
        /// Its state now.
        pub state: State,
    }

    /// Signing in.
    pub struct SignIn {
        /// The sign-in name.
        pub name: String,
        /// The password.
        pub password: String,
    }

    /// Who is signed in.
    pub struct Me {
        /// The person.
        pub staff: Staff,
        /// The name of their area.
        pub area_name: String,
        /// To send as [`CSRF_TOKEN`].
        pub csrf: String,
        /// The session ends then at the latest.
        pub expires: TimeMs,
    }

    /// A page of the queue.
    pub struct Queue {
        /// What is due first, first.
        pub items: Vec<QueueItem>,
        /// Where the next page begins; none at the end.
        pub next: Option<String>,
        /// How many there are in all, by colour, for this scope and all open states.
        pub counts: Counts,
    }

    /// Open cases by colour.
    pub struct Counts {
        /// 超期.
        pub red: u32,
        /// 临期.
        pub amber: u32,
        /// 正常.
        pub green: u32,
    }

    /// One line of the queue. Names and numbers are masked.
    pub struct QueueItem {
        /// The case.
        pub case: CaseId,
        /// Its number.
        pub receipt: Receipt,
        /// Of which kind.
        pub kind: KindName,
        /// The matter's or the category's name.
        pub matter_name: Option<String>,
        /// The category's name.
        #[serde(default)]
        pub category_name: Option<String>,
        /// Where it stands.
        pub progress: Progress,
        /// The clock that concerns whoever asks: a department's is the one of its own call.
        #[serde(default)]
        pub due: Option<Due>,
        /// The colour of that clock.
        pub light: Option<Light>,
        /// When it was handed in.
        pub at: TimeMs,
        /// Where on the street it is.
        #[serde(default)]
        pub place: Option<Spot>,
        /// People who met the same; 0 for what is not on the street.
        #[serde(default)]
        pub voices: u32,
        /// The grid it lies in.
        pub grid: AreaId,
        /// The grid's name.
        pub grid_name: String,
        /// Whom it is for, masked.
        pub applicant: String,
        /// Who handles it.
        pub assignee: Option<String>,
    }

    /// A case as staff see it.
    pub struct StaffCase {
        /// What the resident sees too; `allowed` is what this member of staff may do, and the
        /// clock is the one that concerns them: a department's is that of its own call.
        pub view: CaseView,
        /// Where it stands, with who handles it and who comes.
        pub progress: Progress,
        /// What they may do on the resident's word.
        pub on_word: Vec<Verb>,
        /// The grid's name.
        pub grid_name: String,
        /// The estate's name.
        pub estate_name: Option<String>,
        /// The code to say at the door; for the visitor alone.
        pub door_code: Option<String>,
        /// Words that fit this case, other matters' too.
        pub templates: Vec<Template>,
        /// To whom it can be assigned, the grid's own worker first.
        pub colleagues: Vec<Staff>,
        /// Departments that can be called, the category's own first.
        #[serde(default)]
        pub departments: Vec<report::Department>,
        /// What everybody may read and see of it, as last decided.
        #[serde(default)]
        pub face: Option<Face>,
        /// It is finished only with a photo of how it is now.
        #[serde(default)]
        pub photo_at_finish: bool,
        /// Cases for which it stands.
        #[serde(default)]
        pub stands_for: Vec<report::Alike>,
        /// Other cases that came with the same words in the thirty days before it.
        #[serde(default)]
        pub same_words: u32,
    }

    /// How a case is opened by somebody who has nothing to do in it now.
    pub struct OpenCase {
        /// Why; what has been said once holds for half an hour.
        #[serde(default)]
        pub why: Option<Why>,
    }

    /// Who opened a case.
    pub struct Audit {
        /// Latest first.
        pub openings: Vec<Opening>,
    }

    /// One opening.
    pub struct Opening {
        /// Who.
        pub staff: StaffId,
        /// Their name.
        pub name: String,
        /// When.
        pub at: TimeMs,
        /// What they saw or did: `opened`, `photo`, or an action's name.
        pub what: String,
        /// Why: what they had to do with it (`handles`, `visits`, `called`, `may_act`), or a
        /// [`Why`] that they gave.
        #[serde(default)]
        pub why: Option<String>,
    }
}

/// Why somebody opens a case in which they have nothing to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Why {
    /// Its resident asks after it.
    ResidentAsks,
    /// For a colleague who is away.
    StandsIn,
    /// Looking whether it was done well.
    Checks,
    /// Another matter of the same household hangs on it.
    Related,
}

impl Why {
    /// All of them, the most frequent first.
    pub const ALL: [Why; 4] = [Why::ResidentAsks, Why::StandsIn, Why::Checks, Why::Related];

    /// Its name as it is sent and kept.
    pub fn name(self) -> &'static str {
        match self {
            Why::ResidentAsks => "resident_asks",
            Why::StandsIn => "stands_in",
            Why::Checks => "checks",
            Why::Related => "related",
        }
    }
}

/// Who did something, as far as a resident is told; a name stands in [`Entry::by`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Party {
    /// Whoever holds the case's secret link.
    Resident,
    /// A family member, by a link of their own.
    Family,
    /// Somebody of the staff.
    Staff {
        /// As what.
        role: Role,
    },
    /// The clock.
    System,
}

impl From<&Actor> for Party {
    fn from(actor: &Actor) -> Party {
        match *actor {
            Actor::Resident => Party::Resident,
            Actor::Family => Party::Family,
            Actor::Staff { role, .. } => Party::Staff { role },
            Actor::System => Party::System,
        }
    }
}

impl From<&Visit> for Appointment {
    fn from(visit: &Visit) -> Appointment {
        Appointment { slot: visit.slot }
    }
}

impl From<&Progress> for Standing {
    fn from(progress: &Progress) -> Standing {
        Standing {
            state: progress.state,
            seq: progress.seq,
            visit: progress.visit.as_ref().map(Appointment::from),
            due: progress.due,
            originals_held: progress.originals_held,
            urged_at: progress.urged_at,
            since: progress.since,
            silent: progress.silent,
            rating: progress.rating,
        }
    }
}

impl From<&Fact> for Happened {
    fn from(fact: &Fact) -> Happened {
        Happened {
            verb: fact.verb,
            at: fact.at,
            actor: Party::from(&fact.actor),
            on_word: fact.on_word,
            state: fact.state,
            visit: fact.visit.as_ref().map(Appointment::from),
            due: fact.due,
            days: fact.days,
            rating: fact.rating,
            photos: fact.photos.clone(),
            publication: fact.publication,
        }
    }
}

/// Which cases to list.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema, utoipa::IntoParams))]
#[serde(default)]
pub struct QueueQuery {
    /// Whose.
    pub scope: Scope,
    /// In these states, separated by commas; all open ones where empty, `all` for all.
    pub state: String,
    /// Of this kind, by its name.
    pub kind: String,
    /// Of this matter.
    pub matter: String,
    /// Of this category of 随手拍.
    pub category: String,
    /// On the street and seen so far: `private` for those nobody has reviewed.
    pub publication: String,
    /// Of this colour: `red`, `amber`, `green`.
    pub light: String,
    /// A receipt number, or part of one.
    pub q: String,
    /// Where the page before ended.
    pub cursor: String,
}

/// Whose cases.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// Assigned to me.
    #[default]
    Mine,
    /// In my area itself.
    Area,
    /// In my area and all below it.
    All,
}

/// What has become of an uploaded picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum PhotoStatus {
    /// Kept; its versions to show are being made.
    Received,
    /// To be seen.
    Ready,
    /// Kept, but not a picture we could read.
    Unreadable,
}

/// Which version of a picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum PhotoSize {
    /// At most 320 pixels a side.
    Thumb,
    /// At most 1600 pixels a side.
    Full,
}

/// What the code says of the person at the door.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum VisitCheck {
    /// It is really them.
    Genuine {
        /// Who.
        name: String,
        /// As what.
        role: Role,
    },
    /// The code is wrong: do not open.
    Wrong {
        /// Tries left before checking by code is closed and only a call helps.
        tries_left: u8,
    },
    /// It was used before: a code holds once.
    Used {
        /// When.
        at: TimeMs,
    },
    /// Too many wrong codes.
    Closed,
}
