//! The table: which action, in which state, by whom, leading where, bringing what.

use super::{State, Verb};
use crate::area::Role;

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
    /// A department that was called and has not answered.
    Called,
    /// The one to whom it is assigned, any of these roles, or the clock.
    AssigneeOrClock(&'static [Role]),
    /// The clock.
    System,
    /// No one: it is nobody else's to see.
    Nobody,
}

/// Where a rule leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum To {
    /// Stays where it is.
    Same,
    /// Goes there.
    State(State),
    /// Back to where it was before it was merged.
    Before,
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
    /// A department, days to answer in, and what it is to do.
    Department,
    /// What everybody may read and see.
    Face,
    /// Tags.
    Tags,
    /// Another case.
    Case,
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

/// Of what is the resident's to do, what a family member with a link of their own may do as well:
/// bring what helps the case along. Whatever ends it, judges it or opens it again stays the
/// resident's.
pub const FAMILY: &[Verb] = &[Verb::Supply, Verb::Supplement, Verb::Urge];

/// Some rules that belong together.
pub type Layer = &'static [Rule];

/// A kind's table, made of the layers it shares with others. A verb stands in at most one rule
/// for one state.
pub type Flow = &'static [Layer];

use State::{
    Accepted, Assigned, AwaitingResident, Confirmed, Done, InProgress, Lapsed, Merged, Rejected,
    Submitted, Withdrawn,
};

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
pub const HANDLED: Layer = &[
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

/// Papers that go out of their owner's hands.
#[rustfmt::skip]
pub const ORIGINALS: Layer = &[
    rule(Verb::TakeOriginals,   &[InProgress],                   Who::Assignee,         To::Same, Needs::Papers),
    rule(Verb::ReturnOriginals, &[InProgress, AwaitingResident], Who::AssigneeOr(DESK), To::Same, Needs::Papers),
];

/// 街道吹哨、部门报到: several departments at once, each with a deadline and an answer of its own.
#[rustfmt::skip]
pub const CALLED: Layer = &[
    rule(Verb::CallDepartment, &[Accepted, Assigned, InProgress],                   Who::AssigneeOr(DESK), To::Same, Needs::Department),
    rule(Verb::ReplyCall,      &[Accepted, Assigned, InProgress, AwaitingResident], Who::Called,           To::Same, Needs::Reason),
    rule(Verb::EndCall,        &[Accepted, Assigned, InProgress, AwaitingResident], Who::AssigneeOr(DESK), To::Same, Needs::Staff),
];

/// Everything but [`State::Merged`].
const OWN: &[State] = &[
    Submitted,
    Accepted,
    Assigned,
    InProgress,
    AwaitingResident,
    Done,
    Confirmed,
    Lapsed,
    Rejected,
    Withdrawn,
];
const ANY: &[State] = &State::ALL;

/// What may be seen by everybody: nothing before somebody has looked.
#[rustfmt::skip]
pub const PUBLISHED: Layer = &[
    rule(Verb::Review,  OWN, Who::Roles(DESK), To::Same, Needs::Face),
    rule(Verb::Publish, OWN, Who::Roles(DESK), To::Same, Needs::Nothing),
    rule(Verb::Hide,    ANY, Who::Roles(DESK), To::Same, Needs::Reason),
];

/// In the place of [`PUBLISHED`] where everybody may never see it. What was public before the street
/// decided so can still be taken back.
#[rustfmt::skip]
pub const UNPUBLISHED: Layer = &[
    rule(Verb::Review,  OWN, Who::Nobody,      To::Same, Needs::Nothing),
    rule(Verb::Publish, OWN, Who::Nobody,      To::Same, Needs::Nothing),
    rule(Verb::Hide,    ANY, Who::Roles(DESK), To::Same, Needs::Reason),
];

/// Several reports of one thing. The clock takes them apart when the one that stands for the
/// others is withdrawn or turned down.
#[rustfmt::skip]
pub const MERGED: Layer = &[
    rule(Verb::Merge,   &[Submitted, Accepted, Assigned, InProgress, AwaitingResident], Who::AssigneeOr(DESK), To::State(Merged), Needs::Case),
    rule(Verb::Unmerge, &[Merged],                                                      Who::AssigneeOrClock(DESK), To::Before,        Needs::Nothing),
];

/// Sorting for analysis; no resident sees it.
#[rustfmt::skip]
pub const ANALYSED: Layer = &[
    rule(Verb::Tag, ANY, Who::AssigneeOr(FRONT), To::Same, Needs::Tags),
];
