//! The life of a case as one state machine, compiled into both sides: the app shows the actions
//! that [`allowed`] returns, the server refuses what [`step`] refuses.
//!
//! A kind's flow is a table of [`Rule`]s. State is what the events add up to ([`Progress`]).

mod action;
mod layers;
mod progress;
mod step;
mod table;

pub use action::{Action, Actor, Slot, State, Verb};
pub use layers::{Call, Face, Merged, Publication, Shown, Tags};
pub use progress::{Fact, Pending, Progress, Visit};
pub use step::{Refused, Rules, allowed, needs_of, step};
pub use table::{
    ANALYSED, CALLED, FAMILY, Flow, HANDLED, Layer, MERGED, Needs, ORIGINALS, PUBLISHED, Rule, To,
    UNPUBLISHED, Who,
};

/// After this many days without an answer a finished case lapses (期满结案).
pub const LAPSE_AFTER_DAYS: i64 = 15;
/// After this many days without the material asked for, the case is withdrawn.
pub const MATERIAL_WAIT_DAYS: i64 = 15;
/// A lapsed or silently withdrawn case can be taken up again for this long.
pub const RESUMABLE_DAYS: i64 = 30;
/// A resident may urge once in this time: more would be noise nobody reads.
pub const URGE_EVERY_S: i64 = 24 * 3600;
/// Acceptance is promised within this many working days of submission.
pub const ACCEPT_WITHIN_WORKING_DAYS: u16 = 1;
/// An extension adds at most this many working days, once.
pub const EXTENSION_MAX_DAYS: u16 = 30;
/// A department is given at most this many working days to answer a call.
pub const CALL_MAX_DAYS: u16 = 30;
