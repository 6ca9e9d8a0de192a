//! The workflow as properties: whatever is done, in whatever order, by whomever.

use jiff::civil::date;
use model::area::Role;
use model::calendar::Calendar;
use model::id::{CaseId, PhotoId, StaffId};
use model::kinds::KindName;
use model::matter::{Limit, LimitUnit};
use model::time::TimeMs;
use model::workflow::{
    Action, Actor, FAMILY, Face, Fact, Progress, Publication, Refused, Rules, Shown, Slot, State,
    Tags, Verb, allowed, step,
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
    kind: KindName,
    photo_at_finish: bool,
    public: bool,
}

impl Desk {
    fn new() -> Desk {
        Desk::of(KindName::ProxyRequest)
    }

    fn of(kind: KindName) -> Desk {
        let submission = Fact::new(start(), Actor::Resident, State::Submitted);
        Desk {
            calendar: Calendar::default(),
            limit: Limit {
                days: 10,
                unit: LimitUnit::WorkingDays,
                note: None,
            },
            facts: vec![submission],
            now: start(),
            kind,
            photo_at_finish: false,
            public: true,
        }
    }

    fn case(&self) -> Progress {
        Progress::of(&self.facts).expect("a submitted case")
    }

    fn rules(&self) -> Rules<'_> {
        Rules {
            flow: match self.public {
                true => self.kind.flow(),
                false => self.kind.private_flow(),
            },
            photo_at_finish: self.photo_at_finish,
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
        face: Some(Face {
            words: "东门的路灯坏了".into(),
            photos: vec![Shown {
                photo: PhotoId(Uuid::from_u128(8)),
                covers: Some(PhotoId(Uuid::from_u128(7))),
                after: false,
            }],
        }),
        tags: Some(Tags {
            nature: None,
            words: vec!["照明".into()],
        }),
        into: Some(CaseId(Uuid::from_u128(9))),
        ..Action::new(verb)
    }
}

fn in_progress() -> Desk {
    in_progress_of(KindName::ProxyRequest)
}

fn in_progress_of(kind: KindName) -> Desk {
    let mut desk = Desk::of(kind);
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

/// In every state a family member may do what [`FAMILY`] names where the resident may, and nothing
/// else: not even what staff or the clock may.
#[test]
fn a_family_member_helps_and_decides_nothing() {
    for kind in KindName::ALL {
        for state in State::ALL {
            let desk = Desk::of(*kind);
            let case = Progress {
                state,
                silent: true,
                ..desk.case()
            };
            let allowed_to = |actor| allowed(&desk.rules(), &case, &actor);
            let mut theirs = allowed_to(Actor::Resident);
            theirs.retain(|verb| FAMILY.contains(verb));
            assert_eq!(allowed_to(Actor::Family), theirs, "{kind:?} {state:?}");
            for verb in Verb::ALL {
                let done = step(&desk.rules(), &case, &laden(verb, start()), &Actor::Family);
                assert_eq!(
                    done.is_ok(),
                    theirs.contains(&verb),
                    "{kind:?} {state:?} {verb:?}"
                );
            }
        }
    }
    let helps = |verb| FAMILY.contains(&verb);
    assert!(helps(Verb::Supply) && helps(Verb::Supplement) && helps(Verb::Urge));
    for verb in [Verb::Withdraw, Verb::Confirm, Verb::Reopen, Verb::Resume] {
        assert!(!helps(verb), "{verb:?} is the resident's alone");
    }
}

/// What a family member does counts as what the resident did: the case stands alike.
#[test]
fn a_family_member_moves_a_case_as_its_resident_would() {
    let after = |actor: &Actor| {
        let mut desk = in_progress();
        let ask = laden(Verb::AskMaterial, start());
        desk.act(&worker(), ask).expect("asked for");
        for verb in [Verb::Supply, Verb::Urge, Verb::Supplement] {
            desk.act(actor, laden(verb, start())).expect("helped");
        }
        desk.case()
    };
    assert_eq!(after(&Actor::Family), after(&Actor::Resident));
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

fn department() -> Actor {
    Actor::Staff {
        id: staff("roads"),
        role: Role::Department,
    }
}

fn call(days: u16, to: &str) -> Action {
    Action {
        staff: Some(staff(to)),
        days: Some(days),
        to_staff: Some("请来看看路灯".into()),
        ..Action::new(Verb::CallDepartment)
    }
}

#[test]
fn departments_are_called_and_answer_each_for_itself() {
    let mut desk = in_progress_of(KindName::IssueReport);
    let due = desk.case().due;
    assert_eq!(
        desk.act(&worker(), call(31, "roads")),
        Err(Refused::DaysNeeded)
    );
    for to in ["roads", "water"] {
        desk.act(&worker(), call(3, to)).expect("called");
    }
    assert_eq!(
        desk.act(&worker(), call(3, "roads")),
        Err(Refused::AlreadyCalled)
    );
    assert!(desk.allowed(&department()).contains(&Verb::ReplyCall));
    let mute = desk.act(&department(), Action::new(Verb::ReplyCall));
    assert_eq!(mute, Err(Refused::ReasonNeeded));
    desk.act(&department(), laden(Verb::ReplyCall, desk.now))
        .expect("answered");
    let twice = desk.act(&department(), laden(Verb::ReplyCall, desk.now));
    assert_eq!(twice, Err(Refused::NotYours));
    let gone = Action {
        staff: Some(staff("water")),
        ..Action::new(Verb::EndCall)
    };
    desk.act(&worker(), gone).expect("let go");
    let case = desk.case();
    let ends: Vec<_> = case
        .calls
        .iter()
        .map(|c| (c.ended.is_some(), c.replied))
        .collect();
    assert_eq!(ends, [(true, true), (true, false)]);
    assert_eq!(case.due, due, "the case's own clock goes on");
    desk.act(&worker(), call(3, "roads")).expect("called again");
}

#[test]
fn merged_cases_come_back_to_where_they_were() {
    for way in [&[][..], &[Verb::AskMaterial][..]] {
        let mut desk = in_progress_of(KindName::IssueReport);
        for verb in way {
            desk.act(&worker(), laden(*verb, start()))
                .expect("on the way");
        }
        let before = desk.case();
        desk.act(&role(Role::Window), laden(Verb::Merge, start()))
            .expect("merged");
        assert_eq!((desk.case().state, desk.case().due), (State::Merged, None));
        assert_eq!(desk.allowed(&Actor::Resident), Vec::new());
        desk.act(&role(Role::Window), Action::new(Verb::Unmerge))
            .expect("taken apart");
        assert_eq!(desk.case().state, before.state);
        assert_eq!(desk.case().due, before.due);
    }
}

#[test]
fn nobody_speaks_for_somebody_without_a_name() {
    let mut desk = in_progress_of(KindName::IssueReport);
    desk.facts[0].anonymous = true;
    desk.act(&worker(), laden(Verb::Finish, start()))
        .expect("finished");
    let window = role(Role::Window);
    let on_word = Action {
        on_word: true,
        ..laden(Verb::Confirm, start())
    };
    assert_eq!(desk.act(&window, on_word), Err(Refused::NobodyToAsk));
    desk.now = desk.case().due.expect("a clock").at.plus_seconds(1);
    assert_eq!(
        desk.act(&Actor::System, Action::new(Verb::Lapse)),
        Ok(State::Lapsed)
    );
    assert_eq!(desk.case().rating, None);
}

#[test]
fn done_is_shown_where_the_category_says_so() {
    let mut desk = in_progress_of(KindName::IssueReport);
    desk.photo_at_finish = true;
    let unseen = Action {
        photos: Vec::new(),
        ..laden(Verb::Finish, start())
    };
    assert_eq!(desk.act(&worker(), unseen), Err(Refused::PhotoNeeded));
    assert_eq!(
        desk.act(&worker(), laden(Verb::Finish, start())),
        Ok(State::Done)
    );
}

#[test]
fn nothing_is_shown_before_somebody_has_looked() {
    let mut desk = Desk::of(KindName::IssueReport);
    let window = role(Role::Window);
    let publish = desk.act(&window, Action::new(Verb::Publish));
    assert_eq!(publish, Err(Refused::NotReviewed));
    let mut blank = laden(Verb::Review, start());
    blank.face = Some(Face::default());
    assert_eq!(desk.act(&window, blank), Err(Refused::PublicWordsNeeded));
    for (actor, verb, after) in [
        (&window, Verb::Review, Publication::Reviewed),
        (&window, Verb::Publish, Publication::Public),
        // Words are edited without taking the case back.
        (&window, Verb::Review, Publication::Public),
        (&window, Verb::Hide, Publication::Hidden),
        (&window, Verb::Review, Publication::Reviewed),
    ] {
        desk.act(actor, laden(verb, start())).expect("a look");
        assert_eq!(desk.case().publication, after, "{verb:?}");
    }
    assert_eq!(
        desk.act(&worker(), laden(Verb::Publish, start())),
        Err(Refused::NotYours)
    );
}

#[test]
fn what_is_nobody_elses_to_see_is_never_shown() {
    let window = role(Role::Window);
    let mut desk = Desk::of(KindName::IssueReport);
    desk.act(&window, laden(Verb::Review, start()))
        .expect("reviewed before the street decided otherwise");
    desk.act(&window, laden(Verb::Publish, start()))
        .expect("and shown");
    desk.public = false;
    let offered = desk.allowed(&window);
    let looks = [Verb::Review, Verb::Publish, Verb::Hide].map(|verb| offered.contains(&verb));
    assert_eq!(looks, [false, false, true], "it can still be taken back");
    desk.act(&window, laden(Verb::Hide, start()))
        .expect("taken back");
    for verb in [Verb::Review, Verb::Publish] {
        for actor in [&window, &worker(), &Actor::System] {
            let refused = desk.act(actor, laden(verb, start()));
            assert_eq!(refused, Err(Refused::NeverPublic), "{verb:?} by {actor:?}");
        }
    }
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
    fn shown_is_what_is_done(
        kind in proptest::sample::select(KindName::ALL),
        public in proptest::bool::ANY,
        moves in proptest::collection::vec(any_move(), 1..60),
    ) {
        let mut desk = Desk::of(kind);
        desk.public = public;
        let mut reviewed = false;
        for (actor, action, wait_s) in moves {
            desk.now = desk.now.plus_seconds(wait_s);
            let before = desk.case();
            let shown = desk.allowed(&actor).contains(&action.verb);
            let outcome = desk.act(&actor, action.clone());
            // These depend on what was brought along.
            let fits = !matches!(outcome, Err(Refused::OnWordOnly | Refused::AlreadyCalled));
            prop_assert_eq!(outcome.is_ok(), shown && fits, "{:?} by {:?}", action.verb, actor);
            let after = desk.case();
            reviewed |= action.verb == Verb::Review && outcome.is_ok();
            prop_assert!(reviewed || after.publication == Publication::Private, "shown unseen");
            prop_assert!(reviewed || after.shown.is_empty());
            prop_assert!(public || after.publication == Publication::Private, "shown to everybody");
            prop_assert_eq!(after.merged.is_some(), after.state == State::Merged);
            if action.verb == Verb::Unmerge && outcome.is_ok() {
                let whence = before.merged.map(|merged| merged.state);
                prop_assert_eq!(Some(after.state), whence);
            }
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
    fn facts_round_trip(
        kind in proptest::sample::select(KindName::ALL),
        moves in proptest::collection::vec(any_move(), 1..30),
    ) {
        let mut desk = Desk::of(kind);
        for (actor, action, _) in moves {
            let _ = desk.act(&actor, action);
        }
        let stored: Vec<String> = desk.facts.iter().map(model::event::facts_json).collect();
        let read: Vec<Fact> =
            stored.iter().map(|text| serde_json::from_str(text).expect("a fact")).collect();
        prop_assert_eq!(Progress::of(&read), Some(desk.case()));
    }
}
