//! Deciding an action.

use super::{
    Action, Actor, CALL_MAX_DAYS, Call, EXTENSION_MAX_DAYS, FAMILY, Face, Fact, Flow,
    LAPSE_AFTER_DAYS, MATERIAL_WAIT_DAYS, Needs, Pending, Progress, Publication, RESUMABLE_DAYS,
    Rule, State, Tags, To, URGE_EVERY_S, Verb, Visit, Who,
};
use crate::area::Role;
use crate::calendar::{Calendar, Due};
use crate::id::StaffId;
use crate::matter::Limit;
use crate::time::TimeMs;
use serde::{Deserialize, Serialize};

/// What [`step`] must know besides the case.
#[derive(Clone, Copy, Debug)]
pub struct Rules<'a> {
    /// The kind's table.
    pub flow: Flow,
    /// Working days.
    pub calendar: &'a Calendar,
    /// What the matter promises; none where nothing is published.
    pub limit: Option<&'a Limit>,
    /// It is finished only with a photo of how it is now.
    pub photo_at_finish: bool,
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
    /// It came without a name: nobody's word can be acted on.
    #[error("it came without a name: there is nobody to speak for")]
    NobodyToAsk,
    /// A photo of how it is now is missing.
    #[error("a photo of how it is now is needed")]
    PhotoNeeded,
    /// What everybody may read is missing.
    #[error("words for everybody are needed")]
    PublicWordsNeeded,
    /// Nobody has decided what may be shown.
    #[error("it must be reviewed first")]
    NotReviewed,
    /// What it is about is nobody else's to see.
    #[error("its category is never public")]
    NeverPublic,
    /// No case was named that it could be merged into.
    #[error("name an open case of the same kind, not merged itself")]
    CaseNeeded,
    /// Others were merged into it: those first.
    #[error("other cases were merged into this one")]
    StandsForOthers,
    /// That department is called already.
    #[error("that department is called already")]
    AlreadyCalled,
    /// That department is not called, or has answered.
    #[error("that department is not called")]
    NotCalled,
    /// Too many tags, or too long ones.
    #[error("at most 10 tags of 1 to 20 characters")]
    BadTags,
    /// Words beyond 1000 characters, more than 9 photos or 20 papers.
    #[error("more was handed in than one action may carry")]
    TooMuch,
}

/// The verbs `actor` may use on a case now, in the order of the table. Particulars are not
/// looked at: a verb listed here can still be refused for what it does not bring.
pub fn allowed(rules: &Rules<'_>, case: &Progress, actor: &Actor) -> Vec<Verb> {
    let open = |rule: &&Rule| {
        rule.from.contains(&case.state)
            && who_may(rule, case, actor, true).is_ok()
            && fits_now(rule.verb, rules, case).is_ok()
    };
    let table = rules.flow.iter().copied().flatten();
    table.filter(open).map(|rule| rule.verb).collect()
}

/// Decides an action: the fact to append, or why not.
pub fn step(
    rules: &Rules<'_>,
    case: &Progress,
    action: &Action,
    actor: &Actor,
) -> Result<Fact, Refused> {
    let rule = find_rule(rules.flow, case.state, action.verb)?;
    who_may(rule, case, actor, action.on_word)?;
    fits_now(rule.verb, rules, case)?;
    brings(rule.needs, action, rules.now)?;
    fits_case(rule.verb, rules, case, action)?;
    Ok(fact_of(rule, rules, case, action, actor))
}

/// What a rule asks an action to bring; the app builds the action's form from it.
pub fn needs_of(flow: Flow, state: State, verb: Verb) -> Option<Needs> {
    find_rule(flow, state, verb).ok().map(|rule| rule.needs)
}

fn find_rule(flow: Flow, state: State, verb: Verb) -> Result<&'static Rule, Refused> {
    flow.iter()
        .copied()
        .flatten()
        .find(|rule| rule.verb == verb && rule.from.contains(&state))
        .ok_or(Refused::WrongState)
}

fn who_may(rule: &Rule, case: &Progress, actor: &Actor, on_word: bool) -> Result<(), Refused> {
    let is_assignee = |id: &StaffId| case.assignee.as_ref() == Some(id);
    let good = match (rule.who, actor) {
        (Who::Resident, Actor::Resident) | (Who::System, Actor::System) => true,
        (Who::Resident, Actor::Family) => FAMILY.contains(&rule.verb),
        (Who::Resident, Actor::Staff { role, .. }) if *role != Role::Volunteer => {
            return if case.anonymous {
                Err(Refused::NobodyToAsk)
            } else if on_word {
                Ok(())
            } else {
                Err(Refused::OnWordOnly)
            };
        }
        (Who::Roles(roles), Actor::Staff { role, .. }) => roles.contains(role),
        (Who::Assignee, Actor::Staff { id, .. }) => is_assignee(id),
        (Who::Called, Actor::Staff { id, .. }) => case.open_call(id).is_some(),
        (Who::Nobody, _) => return Err(Refused::NeverPublic),
        (Who::AssigneeOrClock(_), Actor::System) => true,
        (Who::AssigneeOr(roles) | Who::AssigneeOrClock(roles), Actor::Staff { id, role }) => {
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
        Verb::Reassign | Verb::Finish | Verb::Merge => {
            ensure(case.originals_held == 0, Refused::OriginalsHeld)
        }
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
        Verb::Publish => ensure(
            matches!(
                case.publication,
                Publication::Reviewed | Publication::Hidden
            ),
            Refused::NotReviewed,
        ),
        Verb::Hide => ensure(
            matches!(
                case.publication,
                Publication::Reviewed | Publication::Public
            ),
            Refused::NotReviewed,
        ),
        Verb::EndCall => ensure(
            case.calls.iter().any(|call| call.ended.is_none()),
            Refused::NotCalled,
        ),
        // Whoever still holds somebody's papers has not finished with them.
        Verb::Lapse | Verb::WithdrawSilent => ensure(
            case.due.is_some_and(|due| rules.now > due.at),
            Refused::TooEarly,
        )
        .and(ensure(case.originals_held == 0, Refused::OriginalsHeld)),
        _ => Ok(()),
    }
}

/// Conditions on what an action brings that depend on the case.
fn fits_case(
    verb: Verb,
    rules: &Rules<'_>,
    case: &Progress,
    action: &Action,
) -> Result<(), Refused> {
    let ensure = |good: bool, refused: Refused| if good { Ok(()) } else { Err(refused) };
    let called = action.staff.as_ref().and_then(|id| case.open_call(id));
    match verb {
        Verb::CallDepartment => ensure(called.is_none(), Refused::AlreadyCalled),
        Verb::EndCall => ensure(called.is_some(), Refused::NotCalled),
        Verb::Finish => ensure(
            !rules.photo_at_finish || !action.photos.is_empty(),
            Refused::PhotoNeeded,
        ),
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
        Needs::Department => {
            let good = matches!(action.days, Some(1..=CALL_MAX_DAYS));
            ensure(action.staff.is_some(), Refused::StaffNeeded)?;
            ensure(good, Refused::DaysNeeded)?;
            ensure(said(&action.to_staff), Refused::ReasonNeeded)
        }
        Needs::Face => match &action.face {
            Some(face) => ensure(Face::fits(face), Refused::TooMuch).and(ensure(
                !face.words.trim().is_empty(),
                Refused::PublicWordsNeeded,
            )),
            None => Err(Refused::PublicWordsNeeded),
        },
        Needs::Tags => ensure(
            action.tags.as_ref().is_some_and(Tags::fits),
            Refused::BadTags,
        ),
        Needs::Case => ensure(action.into.is_some(), Refused::CaseNeeded),
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
    let replier = match (rule.verb, actor) {
        (Verb::ReplyCall, Actor::Staff { id, .. }) => Some(id.clone()),
        _ => None,
    };
    let face = action.face.as_ref().filter(|_| rule.needs == Needs::Face);
    Fact {
        verb: Some(rule.verb),
        at: rules.now,
        actor: actor.clone(),
        on_word: action.on_word && matches!(actor, Actor::Staff { .. }),
        state: match rule.to {
            To::Same => case.state,
            To::Before => case
                .merged
                .as_ref()
                .map_or(case.state, |merged| merged.state),
            // A reopened case goes back to the same handler; without one, to the desk.
            To::State(State::Assigned) if !needs_staff && case.assignee.is_none() => {
                State::Accepted
            }
            To::State(state) => state,
        },
        staff: action.staff.clone().filter(|_| needs_staff).or(replier),
        visit: visit_of(rule, case, action, actor),
        due: due_of(rule.verb, rules, case),
        days: action.days.filter(|_| rule.needs == Needs::DaysAndReason),
        rating: action.rating.filter(|_| rule.needs == Needs::Rating),
        photos: action.photos.clone(),
        anonymous: false,
        publication: publication_after(rule.verb, case),
        shown: face.map(|face| face.photos.clone()).unwrap_or_default(),
        call: call_of(rule, rules, action),
        tags: action
            .tags
            .clone()
            .filter(|_| rule.needs == Needs::Tags)
            .map(Tags::tidied),
        into: action.into.filter(|_| rule.needs == Needs::Case),
    }
}

/// What is public stays so while its words are edited; what was hidden is looked at again.
fn publication_after(verb: Verb, case: &Progress) -> Option<Publication> {
    match verb {
        Verb::Review if case.publication == Publication::Public => None,
        Verb::Review => Some(Publication::Reviewed),
        Verb::Publish => Some(Publication::Public),
        Verb::Hide => Some(Publication::Hidden),
        _ => None,
    }
}

fn call_of(rule: &Rule, rules: &Rules<'_>, action: &Action) -> Option<Call> {
    let days = action.days.filter(|_| rule.needs == Needs::Department)?;
    Some(Call {
        staff: action.staff.clone()?,
        lead: action.lead,
        at: rules.now,
        due: rules
            .calendar
            .add_working_days(rules.now.china_date(), days),
        ended: None,
        replied: false,
    })
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
        // Nobody could supply anything while another case stood for it.
        Verb::Unmerge => match &case.merged {
            Some(merged) if merged.state == State::AwaitingResident => {
                Some(in_days(MATERIAL_WAIT_DAYS))
            }
            merged => merged.as_ref().and_then(|merged| merged.due),
        },
        _ => None,
    }
}
