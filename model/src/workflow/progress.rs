//! What the events of a case add up to.

use super::action::is_false;
use super::{Actor, Call, Merged, Publication, Shown, Slot, State, Tags, Verb};
use crate::calendar::Due;
use crate::id::{CaseId, PhotoId, StaffId};
use crate::time::TimeMs;
use serde::{Deserialize, Serialize};

/// An approval somebody has asked for and nobody has decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Pending {
    /// 退单.
    Return,
    /// 延期.
    Extension {
        /// Working days more.
        days: u16,
    },
}

/// An appointment at the door.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Visit {
    /// When.
    pub slot: Slot,
    /// Who comes.
    pub staff: StaffId,
}

/// What a case's events add up to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Progress {
    /// Where it stands.
    pub state: State,
    /// Events so far; the next one has this number. Clients send it back to show what they saw.
    pub seq: u32,
    /// Who handles it.
    pub assignee: Option<StaffId>,
    /// The approval asked for.
    pub pending: Option<Pending>,
    /// The appointment.
    pub visit: Option<Visit>,
    /// The clock that runs now: for acceptance, then for the promise, then for the resident's answer.
    pub due: Option<Due>,
    /// The promise while another clock runs, so that it can be taken up again.
    pub promise: Option<Due>,
    /// An extension was granted; there is no second.
    pub extended: bool,
    /// Sets of originals taken and not yet handed back.
    pub originals_held: u16,
    /// Times the resident was not satisfied.
    pub reopened: u16,
    /// When the resident last urged.
    pub urged_at: Option<TimeMs>,
    /// When it came into its present state.
    pub since: TimeMs,
    /// It was withdrawn by the clock, not by the resident.
    pub silent: bool,
    /// What the resident thought of it.
    pub rating: Option<u8>,
    /// Nobody's name or number came with it: nobody can be asked, and nobody speaks for them.
    #[serde(default, skip_serializing_if = "is_false")]
    pub anonymous: bool,
    /// How far it may be seen.
    #[serde(default)]
    pub publication: Publication,
    /// The pictures that everybody may see, once it is public.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub shown: Vec<Shown>,
    /// The departments called to it, in the order of the calls.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub calls: Vec<Call>,
    /// How the street sorts it.
    #[serde(default, skip_serializing_if = "Tags::is_empty")]
    pub tags: Tags,
    /// The case that stands for it, and what it comes back to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub merged: Option<Merged>,
}

/// What happened: the facts of an event, nothing personal among them. Words, names of papers and
/// the like stand apart in [`crate::event::Words`], sealed under the case's key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Fact {
    /// What was done; none for the submission itself.
    pub verb: Option<Verb>,
    /// When.
    pub at: TimeMs,
    /// By whom.
    pub actor: Actor,
    /// On the resident's word.
    #[serde(default, skip_serializing_if = "is_false")]
    pub on_word: bool,
    /// The state it led to.
    pub state: State,
    /// Assigned to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub staff: Option<StaffId>,
    /// Appointment made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub visit: Option<Visit>,
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
    /// Handed in without a name or a number.
    #[serde(default, skip_serializing_if = "is_false")]
    pub anonymous: bool,
    /// How far it may be seen from now on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub publication: Option<Publication>,
    /// The pictures chosen for everybody.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub shown: Vec<Shown>,
    /// The call made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub call: Option<Call>,
    /// The tags set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tags: Option<Tags>,
    /// Merged into.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub into: Option<CaseId>,
}

impl Fact {
    /// A bare fact: something was done that left the case in `state`.
    pub fn new(at: TimeMs, actor: Actor, state: State) -> Fact {
        Fact {
            verb: None,
            at,
            actor,
            on_word: false,
            state,
            staff: None,
            visit: None,
            due: None,
            days: None,
            rating: None,
            photos: Vec::new(),
            anonymous: false,
            publication: None,
            shown: Vec::new(),
            call: None,
            tags: None,
            into: None,
        }
    }
}

impl Progress {
    /// A case just handed in, its acceptance clock running.
    pub fn submitted(fact: &Fact) -> Progress {
        Progress {
            state: State::Submitted,
            seq: 1,
            assignee: None,
            pending: None,
            visit: fact.visit.clone(),
            due: fact.due,
            promise: None,
            extended: false,
            originals_held: 0,
            reopened: 0,
            urged_at: None,
            since: fact.at,
            silent: false,
            rating: None,
            anonymous: fact.anonymous,
            publication: Publication::Private,
            shown: Vec::new(),
            calls: Vec::new(),
            tags: Tags::default(),
            merged: None,
        }
    }

    /// The department's call that waits for its answer.
    pub fn open_call(&self, department: &StaffId) -> Option<&Call> {
        let open = |call: &&Call| call.ended.is_none() && call.staff == *department;
        self.calls.iter().find(open)
    }

    /// What all `facts`, oldest first, add up to; none without a submission.
    pub fn of<'a>(facts: impl IntoIterator<Item = &'a Fact>) -> Option<Progress> {
        let mut facts = facts.into_iter();
        let mut progress = Progress::submitted(facts.next()?);
        facts.for_each(|fact| progress.apply(fact));
        Some(progress)
    }

    /// Takes up one more fact. Total: whatever [`step`] produced can be applied.
    pub fn apply(&mut self, fact: &Fact) {
        let came_from = self.state;
        let came_due = self.due;
        self.seq += 1;
        if self.state != fact.state {
            self.state = fact.state;
            self.since = fact.at;
        }
        match fact.verb {
            Some(Verb::Accept) => self.promise = fact.due,
            Some(Verb::Assign | Verb::Reassign) => {
                self.assignee = fact.staff.clone();
                self.pending = None;
                // Nobody is announced who will not come.
                let visit = self.visit.take();
                self.visit = visit.filter(|visit| fact.staff.as_ref() == Some(&visit.staff));
            }
            Some(Verb::AskReturn) => self.pending = Some(Pending::Return),
            Some(Verb::AllowReturn) => {
                self.pending = None;
                self.assignee = None;
                self.visit = None;
            }
            Some(Verb::RefuseReturn | Verb::RefuseExtension) => self.pending = None,
            Some(Verb::AskExtension) => {
                self.pending = fact.days.map(|days| Pending::Extension { days });
            }
            Some(Verb::AllowExtension) => {
                self.pending = None;
                self.extended = true;
                self.promise = fact.due;
            }
            Some(Verb::BookVisit) => self.visit = fact.visit.clone(),
            Some(Verb::Urge) => self.urged_at = Some(fact.at),
            Some(Verb::TakeOriginals) => self.originals_held += 1,
            Some(Verb::ReturnOriginals) => self.originals_held = 0,
            Some(Verb::Confirm) => self.rating = fact.rating,
            Some(Verb::Reopen) => {
                self.reopened += 1;
                self.promise = fact.due;
                self.visit = None;
            }
            Some(Verb::WithdrawSilent) => {
                self.silent = true;
                self.visit = None;
            }
            Some(Verb::Resume) => self.silent = false,
            Some(Verb::Reject | Verb::Withdraw | Verb::Finish) => self.visit = None,
            Some(Verb::CallDepartment) => self.calls.extend(fact.call.clone()),
            Some(Verb::ReplyCall | Verb::EndCall) => self.end_call(fact),
            Some(Verb::Review) => self.shown = fact.shown.clone(),
            Some(Verb::Tag) => self.tags = fact.tags.clone().unwrap_or_default(),
            Some(Verb::Merge) => {
                self.visit = None;
                self.merged = fact.into.map(|into| Merged {
                    into,
                    state: came_from,
                    due: came_due,
                });
            }
            Some(Verb::Unmerge) => self.merged = None,
            _ => {}
        }
        self.publication = fact.publication.unwrap_or(self.publication);
        if matches!(
            fact.verb,
            Some(Verb::Finish | Verb::Withdraw | Verb::AskMaterial)
        ) {
            self.pending = None;
        }
        self.due = match fact.verb {
            Some(
                Verb::AskReturn | Verb::RefuseReturn | Verb::AskExtension | Verb::RefuseExtension,
            )
            | Some(Verb::BookVisit | Verb::Urge | Verb::Supplement | Verb::TakeOriginals)
            | Some(Verb::ReturnOriginals | Verb::Assign | Verb::Reassign | Verb::Start)
            | Some(Verb::CallDepartment | Verb::ReplyCall | Verb::EndCall | Verb::Tag)
            | Some(Verb::Review | Verb::Publish | Verb::Hide) => self.due,
            Some(Verb::Supply | Verb::Resume) => self.promise,
            Some(Verb::AllowReturn) if came_from != State::Submitted => self.promise,
            _ => fact.due,
        };
    }

    fn end_call(&mut self, fact: &Fact) {
        let open =
            |call: &&mut Call| call.ended.is_none() && Some(&call.staff) == fact.staff.as_ref();
        if let Some(call) = self.calls.iter_mut().find(open) {
            call.ended = Some(fact.at);
            call.replied = fact.verb == Some(Verb::ReplyCall);
        }
    }
}
