//! The workflow as properties: whatever is done, in whatever order, by whomever.

use jiff::civil::date;
use model::area::Role;
use model::calendar::Calendar;
use model::id::{PhotoId, StaffId};
use model::kinds::KindName;
use model::matter::{Limit, LimitUnit};
use model::time::TimeMs;
use model::workflow::{
    Action, Actor, Fact, Progress, Refused, Rules, Slot, State, Verb, allowed, step,
};
use proptest::prelude::*;
use uuid::Uuid;

fn staff(name: &str) -> StaffId {
    StaffId::parse(name).expect("a staff id")
}

fn worker() -> Actor {
    Actor::Staff {
        id: staff("grid-1"),
        role: Role::Grid,
    }
}

fn role(role: Role) -> Actor {
    Actor::Staff {
        id: staff("someone"),
        role,
    }
}

fn start() -> TimeMs {
    TimeMs::start_of(date(2026, 3, 2))
}

struct Desk {
    calendar: Calendar,
    limit: Limit,
    facts: Vec<Fact>,
    now: TimeMs,
}

impl Desk {
    fn new() -> Desk {
        let submission = Fact {
            verb: None,
            at: start(),
            actor: Actor::Resident,
            on_word: false,
            state: State::Submitted,
            staff: None,
            visit: None,
            due: None,
            days: None,
            rating: None,
            photos: Vec::new(),
        };
        Desk {
            calendar: Calendar::default(),
            limit: Limit {
                days: 10,
                unit: LimitUnit::WorkingDays,
                note: None,
            },
            facts: vec![submission],
            now: start(),
        }
    }

    fn case(&self) -> Progress {
        Progress::of(&self.facts).expect("a submitted case")
    }

    fn rules(&self) -> Rules<'_> {
        Rules {
            flow: KindName::ProxyRequest.flow(),
            calendar: &self.calendar,
            limit: Some(&self.limit),
            now: self.now,
        }
    }

    fn act(&mut self, actor: &Actor, action: Action) -> Result<State, Refused> {
        let fact = step(&self.rules(), &self.case(), &action, actor)?;
        self.facts.push(fact);
        Ok(self.case().state)
    }

    fn allowed(&self, actor: &Actor) -> Vec<Verb> {
        allowed(&self.rules(), &self.case(), actor)
    }
}

/// An action that brings everything any rule could ask for.
fn laden(verb: Verb, now: TimeMs) -> Action {
    Action {
        to_resident: Some("明天上午来".into()),
        to_staff: Some("要两个人".into()),
        photos: vec![PhotoId(Uuid::from_u128(7))],
        staff: Some(staff("grid-1")),
        slot: Some(Slot {
            start: now.plus_seconds(3600),
            end: now.plus_seconds(7200),
        }),
        days: Some(5),
        papers: vec!["户口簿".into()],
        rating: Some(5),
        ..Action::new(verb)
    }
}

fn in_progress() -> Desk {
    let mut desk = Desk::new();
    let window = role(Role::Window);
    for (actor, verb) in [
        (&window, Verb::Accept),
        (&window, Verb::Assign),
        (&worker(), Verb::Start),
    ] {
        desk.act(actor, laden(verb, start()))
            .expect("the way to in progress");
    }
    desk
}

#[test]
fn the_whole_journey() {
    let mut desk = in_progress();
    for (actor, verb, state) in [
        (worker(), Verb::BookVisit, State::InProgress),
        (worker(), Verb::TakeOriginals, State::InProgress),
        (worker(), Verb::AskMaterial, State::AwaitingResident),
        (Actor::Resident, Verb::Supply, State::InProgress),
        (worker(), Verb::ReturnOriginals, State::InProgress),
        (worker(), Verb::Finish, State::Done),
        (Actor::Resident, Verb::Reopen, State::Assigned),
        (worker(), Verb::Start, State::InProgress),
        (worker(), Verb::Finish, State::Done),
        (Actor::Resident, Verb::Confirm, State::Confirmed),
    ] {
        assert_eq!(
            desk.act(&actor, laden(verb, desk.now)),
            Ok(state),
            "{verb:?}"
        );
    }
    assert_eq!((desk.case().rating, desk.case().reopened), (Some(5), 1));
}

#[test]
fn what_is_refused_and_why() {
    let mut desk = in_progress();
    let now = desk.now;
    let bare = Action::new;
    for (actor, action, why) in [
        (worker(), bare(Verb::Finish), Refused::WordsNeeded),
        (worker(), bare(Verb::AskMaterial), Refused::WordsNeeded),
        (worker(), bare(Verb::AskReturn), Refused::ReasonNeeded),
        (worker(), bare(Verb::BookVisit), Refused::SlotNeeded),
        (worker(), bare(Verb::TakeOriginals), Refused::PapersNeeded),
        (worker(), bare(Verb::ReturnOriginals), Refused::NoOriginals),
        (worker(), bare(Verb::AskExtension), Refused::DaysNeeded),
        (
            role(Role::Window),
            laden(Verb::Finish, now),
            Refused::NotYours,
        ),
        (
            role(Role::Volunteer),
            laden(Verb::Supplement, now),
            Refused::NotYours,
        ),
        (
            role(Role::Window),
            laden(Verb::Supplement, now),
            Refused::OnWordOnly,
        ),
        (Actor::Resident, laden(Verb::Finish, now), Refused::NotYours),
        (
            Actor::Resident,
            laden(Verb::Confirm, now),
            Refused::WrongState,
        ),
        (
            role(Role::Supervisor),
            bare(Verb::AllowReturn),
            Refused::NothingPending,
        ),
        (
            role(Role::Supervisor),
            bare(Verb::AllowExtension),
            Refused::NothingPending,
        ),
    ] {
        let verb = action.verb;
        assert_eq!(desk.act(&actor, action), Err(why), "{verb:?}");
    }
    let past = Action {
        slot: Some(Slot {
            start: now,
            end: now.plus_seconds(60),
        }),
        ..bare(Verb::BookVisit)
    };
    assert_eq!(desk.act(&worker(), past), Err(Refused::SlotPast));
    let long = Action {
        to_resident: Some("长".repeat(1001)),
        ..bare(Verb::Finish)
    };
    assert_eq!(desk.act(&worker(), long), Err(Refused::TooMuch));
}

#[test]
fn originals_are_handed_back_before_anything_ends() {
    let mut desk = in_progress();
    desk.act(&worker(), laden(Verb::TakeOriginals, start()))
        .expect("taken");
    for (actor, verb) in [
        (worker(), Verb::Finish),
        (worker(), Verb::AskReturn),
        (role(Role::Supervisor), Verb::Reassign),
    ] {
        assert_eq!(
            desk.act(&actor, laden(verb, start())),
            Err(Refused::OriginalsHeld),
            "{verb:?}"
        );
    }
    desk.act(&worker(), laden(Verb::ReturnOriginals, start()))
        .expect("handed back");
    assert_eq!(
        desk.act(&worker(), laden(Verb::Finish, start())),
        Ok(State::Done)
    );
}

#[test]
fn an_approval_is_asked_and_decided() {
    let mut desk = in_progress();
    let chief = role(Role::Supervisor);
    let promised = desk.case().promise.expect("a promise");
    desk.act(&worker(), laden(Verb::AskExtension, start()))
        .expect("asked");
    let again = desk.act(&worker(), laden(Verb::AskExtension, start()));
    assert_eq!(again, Err(Refused::AlreadyPending));
    assert_eq!(
        desk.act(&worker(), laden(Verb::AllowExtension, start())),
        Err(Refused::NotYours)
    );
    desk.act(&chief, laden(Verb::AllowExtension, start()))
        .expect("granted");
    assert!(desk.case().promise.expect("a promise").at > promised.at);
    assert_eq!(desk.case().due, desk.case().promise);
    let second = desk.act(&worker(), laden(Verb::AskExtension, start()));
    assert_eq!(second, Err(Refused::ExtendedBefore));

    desk.act(&worker(), laden(Verb::AskReturn, start()))
        .expect("asked");
    assert_eq!(
        desk.act(&chief, laden(Verb::AllowReturn, start())),
        Ok(State::Accepted)
    );
    assert_eq!(desk.case().assignee, None);
}

#[test]
fn the_clock_acts_only_when_it_has_run_out() {
    let mut desk = in_progress();
    desk.act(&worker(), laden(Verb::AskMaterial, start()))
        .expect("asked");
    let waiting = desk.case().due.expect("a clock");
    desk.now = waiting.at;
    assert_eq!(
        desk.act(&Actor::System, Action::new(Verb::WithdrawSilent)),
        Err(Refused::TooEarly)
    );
    desk.now = waiting.at.plus_seconds(1);
    let state = desk.act(&Actor::System, Action::new(Verb::WithdrawSilent));
    assert_eq!(state, Ok(State::Withdrawn));

    desk.now = desk.now.plus_days(30);
    assert!(desk.allowed(&Actor::Resident).contains(&Verb::Resume));
    desk.now = desk.now.plus_seconds(1);
    let late = desk.act(&Actor::Resident, laden(Verb::Resume, desk.now));
    assert_eq!(late, Err(Refused::TooLate));
}

#[test]
fn silence_is_never_satisfaction() {
    let mut desk = in_progress();
    desk.act(&worker(), laden(Verb::Finish, start()))
        .expect("finished");
    desk.now = desk.case().due.expect("a clock").at.plus_seconds(1);
    assert_eq!(
        desk.act(&Actor::System, Action::new(Verb::Lapse)),
        Ok(State::Lapsed)
    );
    assert_eq!(desk.case().rating, None);
    assert_eq!(desk.allowed(&Actor::Resident), vec![Verb::Reopen]);
    let again = desk.act(&Actor::Resident, laden(Verb::Reopen, desk.now));
    assert_eq!(again, Ok(State::Assigned));
    assert_eq!(desk.case().assignee, Some(staff("grid-1")));
}

#[test]
fn a_withdrawn_case_stays_withdrawn() {
    let mut desk = Desk::new();
    let state = desk.act(&Actor::Resident, Action::new(Verb::Withdraw));
    assert_eq!(state, Ok(State::Withdrawn));
    assert_eq!(desk.allowed(&Actor::Resident), Vec::new());
}

#[test]
fn urging_is_heard_once_a_day() {
    let mut desk = in_progress();
    desk.act(&Actor::Resident, Action::new(Verb::Urge))
        .expect("the first time");
    let again = desk.act(&Actor::Resident, Action::new(Verb::Urge));
    assert_eq!(again, Err(Refused::UrgedJustNow));
    desk.now = desk.now.plus_days(1);
    desk.act(&Actor::Resident, Action::new(Verb::Urge))
        .expect("the next day");
}

fn any_actor() -> impl Strategy<Value = Actor> {
    prop_oneof![
        Just(Actor::Resident),
        Just(Actor::System),
        Just(worker()),
        proptest::sample::select(&Role::ALL[..]).prop_map(role),
    ]
}

fn any_move() -> impl Strategy<Value = (Actor, Action, i64)> {
    (
        any_actor(),
        proptest::sample::select(&Verb::ALL[..]),
        any::<bool>(),
        0i64..2_000_000,
    )
        .prop_map(|(actor, verb, on_word, wait_s)| {
            (
                actor,
                Action {
                    on_word,
                    ..laden(verb, TimeMs(i64::MAX / 4))
                },
                wait_s,
            )
        })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    /// What is shown as allowed is done when everything is brought along; what is not, is refused.
    #[test]
    fn shown_is_what_is_done(moves in proptest::collection::vec(any_move(), 1..60)) {
        let mut desk = Desk::new();
        for (actor, action, wait_s) in moves {
            desk.now = desk.now.plus_seconds(wait_s);
            let before = desk.case();
            let shown = desk.allowed(&actor).contains(&action.verb);
            let outcome = desk.act(&actor, action.clone());
            let spoken_for = !matches!(outcome, Err(Refused::OnWordOnly));
            prop_assert_eq!(outcome.is_ok(), shown && spoken_for, "{:?} by {:?}", action.verb, actor);
            let after = desk.case();
            prop_assert_eq!(after.seq, before.seq + u32::from(outcome.is_ok()));
            prop_assert!(after.rating.is_none() || after.state == State::Confirmed);
            prop_assert!(after.state.is_open() || after.originals_held == 0);
            prop_assert!(after.state.is_open() || after.visit.is_none(), "somebody still comes");
            let changed_hands = matches!(action.verb, Verb::Assign | Verb::Reassign) && outcome.is_ok();
            let visitor = after.visit.as_ref().map(|visit| &visit.staff);
            prop_assert!(!changed_hands || visitor.is_none() || visitor == after.assignee.as_ref());
            prop_assert!(!matches!(after.state, State::InProgress) || after.assignee.is_some());
        }
    }

    /// Facts survive the way they are stored.
    #[test]
    fn facts_round_trip(moves in proptest::collection::vec(any_move(), 1..30)) {
        let mut desk = Desk::new();
        for (actor, action, _) in moves {
            let _ = desk.act(&actor, action);
        }
        let stored: Vec<String> = desk.facts.iter().map(model::event::facts_json).collect();
        let read: Vec<Fact> =
            stored.iter().map(|text| serde_json::from_str(text).expect("a fact")).collect();
        prop_assert_eq!(Progress::of(&read), Some(desk.case()));
    }
}
