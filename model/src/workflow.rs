//! The life of a case as one state machine, compiled into both sides: the app shows the actions
//! that [`allowed`] returns, the server refuses what [`step`] refuses.
//!
//! A kind's flow is a table of [`Rule`]s. State is what the events add up to ([`Progress`]).

use crate::area::Role;
use crate::calendar::{Calendar, Due};
use crate::id::{PhotoId, StaffId};
use crate::matter::Limit;
use crate::time::TimeMs;
use serde::{Deserialize, Serialize};

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

/// Where a case stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// 已提交.
    Submitted,
    /// 已受理.
    Accepted,
    /// 已派单.
    Assigned,
    /// 办理中.
    InProgress,
    /// 待您补充.
    AwaitingResident,
    /// 已办结.
    Done,
    /// 已评价.
    Confirmed,
    /// 期满结案: nobody said whether it was good; never counted as satisfied.
    Lapsed,
    /// 不予受理.
    Rejected,
    /// 已撤回.
    Withdrawn,
}

impl State {
    /// Every state, in the order of a case's life.
    pub const ALL: [State; 10] = [
        State::Submitted,
        State::Accepted,
        State::Assigned,
        State::InProgress,
        State::AwaitingResident,
        State::Done,
        State::Confirmed,
        State::Lapsed,
        State::Rejected,
        State::Withdrawn,
    ];

    /// The name in the database and in addresses, as serde writes it.
    pub fn name(self) -> &'static str {
        match self {
            State::Submitted => "submitted",
            State::Accepted => "accepted",
            State::Assigned => "assigned",
            State::InProgress => "in_progress",
            State::AwaitingResident => "awaiting_resident",
            State::Done => "done",
            State::Confirmed => "confirmed",
            State::Lapsed => "lapsed",
            State::Rejected => "rejected",
            State::Withdrawn => "withdrawn",
        }
    }

    /// Somebody of the staff still has to do something.
    pub fn is_open(self) -> bool {
        matches!(
            self,
            State::Submitted
                | State::Accepted
                | State::Assigned
                | State::InProgress
                | State::AwaitingResident
        )
    }
}

/// What can be done to a case, without its particulars: the key of the table, of a button, of a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Verb {
    /// 受理.
    Accept,
    /// 不予受理.
    Reject,
    /// 撤回.
    Withdraw,
    /// 派单.
    Assign,
    /// 改派.
    Reassign,
    /// 开始办理.
    Start,
    /// 申请退单.
    AskReturn,
    /// 同意退单.
    AllowReturn,
    /// 不同意退单.
    RefuseReturn,
    /// 预约上门 or change the appointment.
    BookVisit,
    /// 请居民补充.
    AskMaterial,
    /// 补充 what was asked for.
    Supply,
    /// 补充说明: add words or photos unasked.
    Supplement,
    /// 催办.
    Urge,
    /// 收取原件.
    TakeOriginals,
    /// 归还原件.
    ReturnOriginals,
    /// 申请延期.
    AskExtension,
    /// 同意延期.
    AllowExtension,
    /// 不同意延期.
    RefuseExtension,
    /// 办结.
    Finish,
    /// 确认评价.
    Confirm,
    /// 不满意，重办.
    Reopen,
    /// 继续办: takes up a case that was withdrawn for silence.
    Resume,
    /// 期满结案, by the clock.
    Lapse,
    /// 逾期未补充，自动撤回, by the clock.
    WithdrawSilent,
}

impl Verb {
    /// Every verb, for tables and tests.
    pub const ALL: [Verb; 25] = [
        Verb::Accept,
        Verb::Reject,
        Verb::Withdraw,
        Verb::Assign,
        Verb::Reassign,
        Verb::Start,
        Verb::AskReturn,
        Verb::AllowReturn,
        Verb::RefuseReturn,
        Verb::BookVisit,
        Verb::AskMaterial,
        Verb::Supply,
        Verb::Supplement,
        Verb::Urge,
        Verb::TakeOriginals,
        Verb::ReturnOriginals,
        Verb::AskExtension,
        Verb::AllowExtension,
        Verb::RefuseExtension,
        Verb::Finish,
        Verb::Confirm,
        Verb::Reopen,
        Verb::Resume,
        Verb::Lapse,
        Verb::WithdrawSilent,
    ];
}

/// A stretch of time for a visit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Slot {
    /// Begins.
    pub start: TimeMs,
    /// Has ended.
    pub end: TimeMs,
}

/// An action with its particulars, as a client sends it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Action {
    /// What is to be done.
    pub verb: Verb,
    /// Words the resident reads; at most 1000 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to_resident: Option<String>,
    /// Words for colleagues alone; at most 1000 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to_staff: Option<String>,
    /// Photos handed in with it; at most 9.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub photos: Vec<PhotoId>,
    /// Assign, Reassign: to whom.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub staff: Option<StaffId>,
    /// BookVisit: when.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub slot: Option<Slot>,
    /// AskExtension: working days more, 1 to [`EXTENSION_MAX_DAYS`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub days: Option<u16>,
    /// TakeOriginals, ReturnOriginals: which papers, one a line. Personal: sealed with the words.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub papers: Vec<String>,
    /// Confirm: 1 (bad) to 5 (good).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rating: Option<u8>,
    /// Staff act on what the resident told them in person or by telephone.
    #[serde(default, skip_serializing_if = "is_false")]
    pub on_word: bool,
}

fn is_false(b: &bool) -> bool {
    !b
}

impl Action {
    /// The bare action; particulars are set on the fields.
    pub fn new(verb: Verb) -> Action {
        Action {
            verb,
            to_resident: None,
            to_staff: None,
            photos: Vec::new(),
            staff: None,
            slot: None,
            days: None,
            papers: Vec::new(),
            rating: None,
            on_word: false,
        }
    }
}

/// Who acts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Actor {
    /// Whoever holds the case's secret link.
    Resident,
    /// A signed-in member of staff whose area holds the case.
    Staff {
        /// Who.
        id: StaffId,
        /// As what.
        role: Role,
    },
    /// The clock.
    System,
}

/// Whom a rule lets act.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Who {
    /// The resident, or staff on the resident's word.
    Resident,
    /// Any of these roles.
    Roles(&'static [Role]),
    /// The one to whom it is assigned.
    Assignee,
    /// The one to whom it is assigned, or any of these roles.
    AssigneeOr(&'static [Role]),
    /// The clock.
    System,
}

/// Where a rule leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum To {
    /// Stays where it is.
    Same,
    /// Goes there.
    State(State),
}

/// What an action must bring along.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Needs {
    /// Nothing.
    Nothing,
    /// Words for the resident.
    WordsToResident,
    /// A reason for colleagues.
    Reason,
    /// Somebody to do it.
    Staff,
    /// A time.
    Slot,
    /// Words or at least one photo.
    WordsOrPhotos,
    /// A list of papers.
    Papers,
    /// 1 to 5.
    Rating,
    /// Days and a reason.
    DaysAndReason,
}

/// One line of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rule {
    /// The action.
    pub verb: Verb,
    /// In which states.
    pub from: &'static [State],
    /// By whom.
    pub who: Who,
    /// Leading where.
    pub to: To,
    /// Bringing what.
    pub needs: Needs,
}

/// A kind's table. A verb stands in at most one rule for one state.
pub type Flow = &'static [Rule];

use State::{Accepted, Assigned, AwaitingResident, Done, InProgress, Lapsed, Submitted, Withdrawn};

const DESK: &[Role] = &[Role::Window, Role::Supervisor];
const FRONT: &[Role] = &[Role::Window, Role::Grid, Role::Supervisor];
const CHIEF: &[Role] = &[Role::Supervisor];

const fn rule(verb: Verb, from: &'static [State], who: Who, to: To, needs: Needs) -> Rule {
    Rule {
        verb,
        from,
        who,
        to,
        needs,
    }
}

/// The flow of a case that staff handle for a resident.
#[rustfmt::skip]
pub const HANDLED: Flow = &[
    rule(Verb::Accept,          &[Submitted],                 Who::Roles(FRONT),  To::State(Accepted),         Needs::Nothing),
    rule(Verb::Reject,          &[Submitted],                 Who::Roles(DESK),   To::State(State::Rejected),  Needs::WordsToResident),
    // Until somebody has begun, a changed mind costs nobody a walk.
    rule(Verb::Withdraw,        &[Submitted, Accepted, Assigned], Who::Resident,  To::State(Withdrawn),        Needs::Nothing),
    rule(Verb::Assign,          &[Accepted],                  Who::Roles(DESK),   To::State(Assigned),         Needs::Staff),
    rule(Verb::Reassign,        &[Assigned, InProgress],      Who::Roles(DESK),   To::State(Assigned),         Needs::Staff),
    rule(Verb::Start,           &[Assigned],                  Who::Assignee,      To::State(InProgress),       Needs::Nothing),
    rule(Verb::AskReturn,       &[Assigned, InProgress],      Who::Assignee,      To::Same,                    Needs::Reason),
    rule(Verb::AllowReturn,     &[Assigned, InProgress],      Who::Roles(CHIEF),  To::State(Accepted),         Needs::Nothing),
    rule(Verb::RefuseReturn,    &[Assigned, InProgress],      Who::Roles(CHIEF),  To::Same,                    Needs::Reason),
    rule(Verb::BookVisit,       &[Assigned, InProgress],      Who::AssigneeOr(DESK), To::Same,                 Needs::Slot),
    rule(Verb::AskMaterial,     &[InProgress],                Who::Assignee,      To::State(AwaitingResident), Needs::WordsToResident),
    rule(Verb::Supply,          &[AwaitingResident],          Who::Resident,      To::State(InProgress),       Needs::WordsOrPhotos),
    rule(Verb::Supplement,      &[Submitted, Accepted, Assigned, InProgress], Who::Resident, To::Same,         Needs::WordsOrPhotos),
    rule(Verb::Urge,            &[Submitted, Accepted, Assigned, InProgress], Who::Resident, To::Same,         Needs::Nothing),
    rule(Verb::TakeOriginals,   &[InProgress],                Who::Assignee,      To::Same,                    Needs::Papers),
    rule(Verb::ReturnOriginals, &[InProgress, AwaitingResident], Who::AssigneeOr(DESK), To::Same,              Needs::Papers),
    rule(Verb::AskExtension,    &[InProgress],                Who::Assignee,      To::Same,                    Needs::DaysAndReason),
    rule(Verb::AllowExtension,  &[InProgress],                Who::Roles(CHIEF),  To::Same,                    Needs::Nothing),
    rule(Verb::RefuseExtension, &[InProgress],                Who::Roles(CHIEF),  To::Same,                    Needs::Reason),
    rule(Verb::Finish,          &[InProgress],                Who::Assignee,      To::State(Done),             Needs::WordsToResident),
    rule(Verb::Confirm,         &[Done],                      Who::Resident,      To::State(State::Confirmed), Needs::Rating),
    rule(Verb::Reopen,          &[Done, Lapsed],              Who::Resident,      To::State(Assigned),         Needs::WordsToResident),
    rule(Verb::Resume,          &[Withdrawn],                 Who::Resident,      To::State(InProgress),       Needs::WordsOrPhotos),
    rule(Verb::Lapse,           &[Done],                      Who::System,        To::State(Lapsed),           Needs::Nothing),
    rule(Verb::WithdrawSilent,  &[AwaitingResident],          Who::System,        To::State(Withdrawn),        Needs::Nothing),
];

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
}

/// What [`step`] must know besides the case.
#[derive(Clone, Copy, Debug)]
pub struct Rules<'a> {
    /// The kind's table.
    pub flow: Flow,
    /// Working days.
    pub calendar: &'a Calendar,
    /// What the matter promises; none where nothing is published.
    pub limit: Option<&'a Limit>,
    /// The moment of the action.
    pub now: TimeMs,
}

/// Why an action may not be done. Each has its words in the locale.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, thiserror::Error)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Refused {
    /// The state does not allow it.
    #[error("the case's state does not allow this")]
    WrongState,
    /// Somebody else's to do.
    #[error("this is not yours to do")]
    NotYours,
    /// Staff must say that they act on the resident's word.
    #[error("staff do this on the resident's word only, and must say so")]
    OnWordOnly,
    /// Words for the resident are missing.
    #[error("words for the resident are needed")]
    WordsNeeded,
    /// A reason is missing.
    #[error("a reason is needed")]
    ReasonNeeded,
    /// Nobody was named.
    #[error("somebody must be named")]
    StaffNeeded,
    /// No time was given.
    #[error("a time is needed")]
    SlotNeeded,
    /// The time is past.
    #[error("that time is past")]
    SlotPast,
    /// Neither words nor photos.
    #[error("words or a photo are needed")]
    NothingAdded,
    /// No paper was named.
    #[error("name the papers")]
    PapersNeeded,
    /// Not 1 to 5.
    #[error("a rating is 1 to 5")]
    RatingNeeded,
    /// Not a number of days that may be asked for.
    #[error("an extension is 1 to 30 working days")]
    DaysNeeded,
    /// Something waits for a decision already.
    #[error("a request is waiting for a decision")]
    AlreadyPending,
    /// Nothing waits for this decision.
    #[error("nothing is waiting for this decision")]
    NothingPending,
    /// Extended once before.
    #[error("it was extended once already")]
    ExtendedBefore,
    /// Originals are still with us.
    #[error("originals must be handed back first")]
    OriginalsHeld,
    /// Nothing of theirs is held.
    #[error("no originals are held")]
    NoOriginals,
    /// Urged a short while ago.
    #[error("it was urged within the last day")]
    UrgedJustNow,
    /// The time in which it could be taken up again is over.
    #[error("it can no longer be taken up again")]
    TooLate,
    /// The clock has not run out.
    #[error("its time has not run out")]
    TooEarly,
    /// Words beyond 1000 characters, more than 9 photos or 20 papers.
    #[error("more was handed in than one action may carry")]
    TooMuch,
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
        }
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
            Some(Verb::WithdrawSilent) => self.silent = true,
            Some(Verb::Resume) => self.silent = false,
            Some(Verb::Withdraw | Verb::Finish) => self.visit = None,
            _ => {}
        }
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
            | Some(Verb::ReturnOriginals | Verb::Assign | Verb::Reassign | Verb::Start) => self.due,
            Some(Verb::Supply | Verb::Resume) => self.promise,
            Some(Verb::AllowReturn) if came_from != State::Submitted => self.promise,
            _ => fact.due,
        };
    }
}

/// The verbs `actor` may use on a case now, in the order of the table. Particulars are not
/// looked at: a verb listed here can still be refused for what it does not bring.
pub fn allowed(rules: &Rules<'_>, case: &Progress, actor: &Actor) -> Vec<Verb> {
    let open = |rule: &&Rule| {
        rule.from.contains(&case.state)
            && who_may(rule.who, case, actor, true).is_ok()
            && fits_now(rule.verb, rules, case).is_ok()
    };
    rules
        .flow
        .iter()
        .filter(open)
        .map(|rule| rule.verb)
        .collect()
}

/// Decides an action: the fact to append, or why not.
pub fn step(
    rules: &Rules<'_>,
    case: &Progress,
    action: &Action,
    actor: &Actor,
) -> Result<Fact, Refused> {
    let rule = find_rule(rules.flow, case.state, action.verb)?;
    who_may(rule.who, case, actor, action.on_word)?;
    fits_now(rule.verb, rules, case)?;
    brings(rule.needs, action, rules.now)?;
    Ok(fact_of(rule, rules, case, action, actor))
}

/// What a rule asks an action to bring; the app builds the action's form from it.
pub fn needs_of(flow: Flow, state: State, verb: Verb) -> Option<Needs> {
    find_rule(flow, state, verb).ok().map(|rule| rule.needs)
}

fn find_rule(flow: Flow, state: State, verb: Verb) -> Result<&'static Rule, Refused> {
    flow.iter()
        .find(|rule| rule.verb == verb && rule.from.contains(&state))
        .ok_or(Refused::WrongState)
}

fn who_may(who: Who, case: &Progress, actor: &Actor, on_word: bool) -> Result<(), Refused> {
    let is_assignee = |id: &StaffId| case.assignee.as_ref() == Some(id);
    let good = match (who, actor) {
        (Who::Resident, Actor::Resident) | (Who::System, Actor::System) => true,
        (Who::Resident, Actor::Staff { role, .. }) if *role != Role::Volunteer => {
            return if on_word {
                Ok(())
            } else {
                Err(Refused::OnWordOnly)
            };
        }
        (Who::Roles(roles), Actor::Staff { role, .. }) => roles.contains(role),
        (Who::Assignee, Actor::Staff { id, .. }) => is_assignee(id),
        (Who::AssigneeOr(roles), Actor::Staff { id, role }) => {
            is_assignee(id) || roles.contains(role)
        }
        _ => false,
    };
    if good { Ok(()) } else { Err(Refused::NotYours) }
}

/// Conditions that depend on more than the state: approvals, clocks, originals.
fn fits_now(verb: Verb, rules: &Rules<'_>, case: &Progress) -> Result<(), Refused> {
    let ensure = |good: bool, refused: Refused| if good { Ok(()) } else { Err(refused) };
    let returning = matches!(case.pending, Some(Pending::Return));
    let extending = matches!(case.pending, Some(Pending::Extension { .. }));
    let within = |days| rules.now <= case.since.plus_days(days);
    match verb {
        Verb::AskReturn => ensure(case.pending.is_none(), Refused::AlreadyPending)
            .and(ensure(case.originals_held == 0, Refused::OriginalsHeld)),
        Verb::AllowReturn => ensure(returning, Refused::NothingPending)
            .and(ensure(case.originals_held == 0, Refused::OriginalsHeld)),
        Verb::RefuseReturn => ensure(returning, Refused::NothingPending),
        Verb::AllowExtension | Verb::RefuseExtension => ensure(extending, Refused::NothingPending),
        Verb::AskExtension => ensure(!case.extended, Refused::ExtendedBefore)
            .and(ensure(case.pending.is_none(), Refused::AlreadyPending)),
        Verb::Reassign | Verb::Finish => ensure(case.originals_held == 0, Refused::OriginalsHeld),
        Verb::ReturnOriginals => ensure(case.originals_held > 0, Refused::NoOriginals),
        Verb::Urge => {
            let last = case.urged_at.map(|at| at.plus_seconds(URGE_EVERY_S));
            ensure(
                last.is_none_or(|free| rules.now >= free),
                Refused::UrgedJustNow,
            )
        }
        Verb::Resume => ensure(case.silent, Refused::WrongState)
            .and(ensure(within(RESUMABLE_DAYS), Refused::TooLate)),
        Verb::Reopen if case.state == State::Lapsed => {
            ensure(within(RESUMABLE_DAYS), Refused::TooLate)
        }
        // Whoever still holds somebody's papers has not finished with them.
        Verb::Lapse | Verb::WithdrawSilent => ensure(
            case.due.is_some_and(|due| rules.now > due.at),
            Refused::TooEarly,
        )
        .and(ensure(case.originals_held == 0, Refused::OriginalsHeld)),
        _ => Ok(()),
    }
}

fn brings(needs: Needs, action: &Action, now: TimeMs) -> Result<(), Refused> {
    let ensure = |good: bool, refused: Refused| if good { Ok(()) } else { Err(refused) };
    let said = |words: &Option<String>| words.as_deref().is_some_and(|w| !w.trim().is_empty());
    let long = |words: &Option<String>| words.as_ref().is_some_and(|w| w.chars().count() > 1000);
    let too_much = long(&action.to_resident)
        || long(&action.to_staff)
        || action.photos.len() > 9
        || action.papers.len() > 20
        || action.papers.iter().any(|paper| paper.chars().count() > 60);
    ensure(!too_much, Refused::TooMuch)?;
    match needs {
        Needs::Nothing => Ok(()),
        Needs::WordsToResident => ensure(said(&action.to_resident), Refused::WordsNeeded),
        Needs::Reason => ensure(said(&action.to_staff), Refused::ReasonNeeded),
        Needs::Staff => ensure(action.staff.is_some(), Refused::StaffNeeded),
        Needs::Slot => {
            let slot = action.slot.ok_or(Refused::SlotNeeded)?;
            ensure(slot.start < slot.end, Refused::SlotNeeded)?;
            ensure(slot.start > now, Refused::SlotPast)
        }
        Needs::WordsOrPhotos => ensure(
            said(&action.to_resident) || !action.photos.is_empty(),
            Refused::NothingAdded,
        ),
        Needs::Papers => ensure(
            action.papers.iter().any(|paper| !paper.trim().is_empty()),
            Refused::PapersNeeded,
        ),
        Needs::Rating => ensure(matches!(action.rating, Some(1..=5)), Refused::RatingNeeded),
        Needs::DaysAndReason => {
            let good = matches!(action.days, Some(1..=EXTENSION_MAX_DAYS));
            ensure(good, Refused::DaysNeeded)?;
            ensure(said(&action.to_staff), Refused::ReasonNeeded)
        }
    }
}

fn fact_of(
    rule: &Rule,
    rules: &Rules<'_>,
    case: &Progress,
    action: &Action,
    actor: &Actor,
) -> Fact {
    let needs_staff = rule.needs == Needs::Staff;
    Fact {
        verb: Some(rule.verb),
        at: rules.now,
        actor: actor.clone(),
        on_word: action.on_word && matches!(actor, Actor::Staff { .. }),
        state: match rule.to {
            To::Same => case.state,
            // A reopened case goes back to the same handler; without one, to the desk.
            To::State(State::Assigned) if !needs_staff && case.assignee.is_none() => Accepted,
            To::State(state) => state,
        },
        staff: action.staff.clone().filter(|_| needs_staff),
        visit: visit_of(rule, case, action, actor),
        due: due_of(rule.verb, rules, case),
        days: action.days.filter(|_| rule.needs == Needs::DaysAndReason),
        rating: action.rating.filter(|_| rule.needs == Needs::Rating),
        photos: action.photos.clone(),
    }
}

fn visit_of(rule: &Rule, case: &Progress, action: &Action, actor: &Actor) -> Option<Visit> {
    let slot = action.slot.filter(|_| rule.needs == Needs::Slot)?;
    let actor_id = match actor {
        Actor::Staff { id, .. } => Some(id.clone()),
        _ => None,
    };
    let staff = case.assignee.clone().or(actor_id)?;
    Some(Visit { slot, staff })
}

/// The clock an action sets, where it sets one.
fn due_of(verb: Verb, rules: &Rules<'_>, case: &Progress) -> Option<Due> {
    let in_days = |days| Due {
        at: TimeMs::end_of(rules.now.plus_days(days).china_date()),
        provisional: false,
    };
    match verb {
        Verb::Accept | Verb::Reopen => rules
            .limit
            .map(|limit| rules.calendar.due(rules.now, limit)),
        Verb::AllowExtension => {
            let Some(Pending::Extension { days }) = case.pending else {
                return case.promise;
            };
            let from = case.promise.map_or(rules.now, |due| due.at);
            Some(rules.calendar.add_working_days(from.china_date(), days))
        }
        Verb::AskMaterial => Some(in_days(MATERIAL_WAIT_DAYS)),
        Verb::Finish => Some(in_days(LAPSE_AFTER_DAYS)),
        _ => None,
    }
}
