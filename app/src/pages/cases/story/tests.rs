use super::*;
use crate::{Locale, set_locale};
use model::api::{Appointment, Happened, Responsible, Standing as Stands};
use model::field::Answers;
use model::id::{CaseId, StaffId};
use model::receipt::Receipt;
use model::workflow::{Actor, Fact, Progress, Slot};
use uuid::Uuid;

const START: TimeMs = TimeMs(1_793_000_000_000);

fn grid_worker() -> Actor {
    let id = StaffId::parse("wang-fang").expect("a slug");
    Actor::Staff {
        id,
        role: model::area::Role::Grid,
    }
}

fn fact(verb: Option<Verb>, actor: Actor, state: State, hour: i64) -> Fact {
    let at = START.plus_seconds(hour * 3600);
    Fact {
        verb,
        ..Fact::new(at, actor, state)
    }
}

fn entry(seq: u32, fact: Fact) -> Entry {
    let by = matches!(fact.actor, Actor::Staff { .. }).then(|| "王芳".to_owned());
    Entry {
        seq,
        fact: Happened::from(&fact),
        by,
        to: None,
        to_resident: None,
        to_staff: None,
        papers: Vec::new(),
    }
}

/// A case to which all this has happened.
fn case(events: Vec<(Option<Verb>, Actor, State)>) -> CaseView {
    let events = events.into_iter().zip(0u32..);
    let facts: Vec<Fact> = events
        .map(|((verb, actor, state), at)| fact(verb, actor, state, at.into()))
        .collect();
    let progress = Progress::of(&facts).expect("a submission");
    let timeline = facts.into_iter().zip(0u32..);
    CaseView {
        case: CaseId(Uuid::from_u128(1)),
        receipt: Receipt::of(48_273_615),
        kind: KindName::ProxyRequest,
        matter: None,
        matter_name: Some("高龄津贴".into()),
        at: START,
        progress: Stands::from(&progress),
        light: None,
        responsible: Responsible {
            name: "王芳".into(),
            role: None,
            phone: None,
        },
        allowed: Vec::new(),
        timeline: timeline.map(|(fact, seq)| entry(seq, fact)).collect(),
        answers: Answers::default(),
        helped_by: None,
        family: None,
        photos: Vec::new(),
        visit_code: false,
        head: String::new(),
        category: None,
        category_name: None,
        publication: Default::default(),
        voices: 0,
        merged: None,
    }
}

fn in_state(state: State) -> CaseView {
    let mut view = case(vec![(None, Actor::Resident, state)]);
    view.progress.state = state;
    view
}

#[test]
fn every_state_is_told_in_both_languages() {
    for language in [Locale::zh_CN, Locale::en] {
        set_locale(language);
        let mut told: Vec<Standing> = State::ALL
            .into_iter()
            .map(|state| standing(&in_state(state)))
            .collect();
        assert!(
            told.iter()
                .all(|standing| !standing.now.is_empty() && !standing.next.is_empty())
        );
        told.sort_by(|a, b| a.now.cmp(&b.now));
        told.dedup_by(|a, b| a.now == b.now);
        assert_eq!(told.len(), State::ALL.len());
    }
}

#[test]
fn a_deadline_stands_in_the_sentence_and_says_when_it_may_move() {
    set_locale(Locale::zh_CN);
    let mut view = in_state(State::Submitted);
    view.progress.due = Some(Due {
        at: START,
        provisional: true,
    });
    let day = when::date(START.china_date());
    assert_eq!(
        standing(&view).next,
        format!("{day}（暂定）前告诉您能不能办。不能办，会说为什么、该找谁。")
    );
    view.progress.due = None;
    assert!(standing(&view).next.starts_with("很快"));
}

#[test]
fn a_booked_visit_comes_before_the_promise() {
    set_locale(Locale::zh_CN);
    let mut view = in_state(State::InProgress);
    view.progress.due = Some(Due {
        at: START,
        provisional: false,
    });
    assert!(standing(&view).next.contains("前办好"));
    let slot = Slot {
        start: START,
        end: START.plus_seconds(3600),
    };
    view.progress.visit = Some(Appointment { slot });
    assert!(standing(&view).next.contains(&when::slot(slot)));
}

#[test]
fn what_is_over_offers_only_what_may_still_be_done() {
    set_locale(Locale::zh_CN);
    for (state, verb, open) in [
        (State::Lapsed, Verb::Reopen, "30天"),
        (State::Withdrawn, Verb::Resume, "30天"),
    ] {
        let mut view = in_state(state);
        assert!(standing(&view).next.contains("重新交"), "{state:?}");
        view.allowed = vec![verb];
        assert!(standing(&view).next.contains(open), "{state:?}");
    }
}

#[test]
fn the_newest_stands_first_and_staff_matters_stay_out() {
    set_locale(Locale::zh_CN);
    let view = case(vec![
        (None, Actor::Resident, State::Submitted),
        (Some(Verb::Accept), grid_worker(), State::Accepted),
        (Some(Verb::Start), grid_worker(), State::InProgress),
        (Some(Verb::AskReturn), grid_worker(), State::InProgress),
        (Some(Verb::RefuseReturn), grid_worker(), State::InProgress),
    ]);
    let lines = lines(&view);
    let titles: Vec<&str> = lines.iter().map(|line| line.title.as_str()).collect();
    assert_eq!(titles, ["王芳开始办了", "社区接下了（受理）", "交给社区"]);
    assert_eq!(
        lines.iter().map(|line| line.tone).collect::<Vec<_>>(),
        ["now", "done", "done"]
    );
    assert_eq!(
        news(&view, 1).as_deref(),
        Some("社区接下了（受理）；王芳开始办了")
    );
    assert_eq!(news(&view, 3), None);
}

#[test]
fn words_and_papers_stand_with_what_happened() {
    set_locale(Locale::zh_CN);
    let view = in_state(State::InProgress);
    let mut by_staff = entry(
        1,
        fact(
            Some(Verb::TakeOriginals),
            grid_worker(),
            State::InProgress,
            1,
        ),
    );
    by_staff.papers = vec!["户口本".into(), "存折".into()];
    by_staff.to_resident = Some("周五还您".into());
    assert_eq!(said(&by_staff, &view), ["户口本、存折", "周五还您"]);
    let mut by_resident = entry(
        2,
        fact(
            Some(Verb::Supplement),
            Actor::Resident,
            State::InProgress,
            2,
        ),
    );
    by_resident.to_resident = Some("门铃坏了".into());
    assert_eq!(said(&by_resident, &view), ["您写的：门铃坏了"]);
    by_resident.fact.on_word = true;
    assert!(title(&by_resident, &view).ends_with("（工作人员照您说的代点）"));
}

#[test]
fn only_papers_not_yet_handed_back_are_held() {
    let take = (Some(Verb::TakeOriginals), grid_worker(), State::InProgress);
    let give = (
        Some(Verb::ReturnOriginals),
        grid_worker(),
        State::InProgress,
    );
    let begun = (None, Actor::Resident, State::InProgress);
    let mut view = case(vec![
        begun.clone(),
        take.clone(),
        give.clone(),
        take.clone(),
        take.clone(),
    ]);
    for (at, paper) in [(1, "老的"), (3, "户口本"), (4, "存折")] {
        view.timeline[at].papers = vec![paper.into()];
    }
    let held: Vec<String> = custody(&view)
        .into_iter()
        .flat_map(|held| held.papers)
        .collect();
    assert_eq!(held, ["户口本", "存折"]);
    assert!(custody(&case(vec![begun, take, give])).is_empty());
}

#[test]
fn every_verb_has_a_title_and_a_look() {
    for language in [Locale::zh_CN, Locale::en] {
        set_locale(language);
        for verb in Verb::ALL {
            let view = in_state(State::InProgress);
            let told = entry(1, fact(Some(verb), grid_worker(), State::InProgress, 1));
            assert!(
                !title(&told, &view).is_empty() && !look(Some(verb)).1.is_empty(),
                "{verb:?}"
            );
        }
    }
}

#[test]
fn nobody_who_reports_a_hole_in_the_road_is_asked_for_papers() {
    let asked = vec![
        (None, Actor::Resident, State::Submitted),
        (Some(Verb::Accept), grid_worker(), State::Accepted),
        (
            Some(Verb::AskMaterial),
            grid_worker(),
            State::AwaitingResident,
        ),
        (Some(Verb::Supply), Actor::Resident, State::InProgress),
    ];
    for (language, papers) in [(Locale::zh_CN, "材料"), (Locale::en, "paper")] {
        set_locale(language);
        for kind in [KindName::IssueReport, KindName::CallBack] {
            let view = CaseView {
                kind,
                ..case(asked.clone())
            };
            for line in lines(&view) {
                assert!(!line.title.contains(papers), "{kind:?}: {}", line.title);
            }
        }
    }
}

/// Everything a resident may do, done by them, then all a family member may, done by one.
fn helped() -> CaseView {
    let mut view = case(vec![
        (None, Actor::Resident, State::Submitted),
        (Some(Verb::Supplement), Actor::Resident, State::Submitted),
        (Some(Verb::Urge), Actor::Family, State::Submitted),
        (Some(Verb::Supplement), Actor::Family, State::Submitted),
        (Some(Verb::Withdraw), Actor::Resident, State::Withdrawn),
    ]);
    for (at, words) in [(1, "户口本在抽屉里"), (3, "妈妈下午在家")] {
        view.timeline[at].to_resident = Some(words.to_owned());
    }
    for at in [2, 3] {
        view.timeline[at].by = Some("女儿".to_owned());
    }
    view
}

#[test]
fn a_family_member_is_named_and_the_resident_addressed() {
    set_locale(Locale::zh_CN);
    let told = lines(&helped());
    let titles: Vec<_> = told.iter().rev().map(|line| line.title.as_str()).collect();
    assert_eq!(
        titles[1..],
        ["您补充了说明", "女儿催了一次", "女儿补充了说明", "您撤回了"]
    );
    assert_eq!(told[1].words, ["女儿写的：妈妈下午在家"]);
    assert_eq!(told[3].words, ["您写的：户口本在抽屉里"]);
    // The name was erased with the words.
    let mut erased = helped();
    erased.timeline[2].by = None;
    assert_eq!(lines(&erased)[2].title, "家人催了一次");
}

#[test]
fn to_their_family_the_resident_is_somebody_else() {
    for language in [Locale::zh_CN, Locale::en] {
        set_locale(language);
        let yours = [
            tr!(cases.next.done_open),
            tr!(cases.next.resume),
            tr!(cases.next.lapsed),
        ];
        for state in State::ALL {
            let mut view = CaseView {
                family: Some("女儿".to_owned()),
                ..in_state(state)
            };
            view.progress.silent = true;
            let told = standing(&view);
            assert!(
                !told.now.is_empty() && !yours.contains(&told.next.as_str()),
                "{state:?}"
            );
        }
    }
    set_locale(Locale::zh_CN);
    let view = CaseView {
        family: Some("女儿".to_owned()),
        ..helped()
    };
    let told = lines(&view);
    assert_eq!(told[0].title, "本人撤回了");
    assert_eq!(told[3].words, ["本人写的：户口本在抽屉里"]);
    assert_eq!(standing(&view).now, "本人把这件事撤回了，社区不再办。");
    let mut on_word = helped();
    on_word.family = Some("女儿".to_owned());
    on_word.timeline[4].fact.on_word = true;
    let told = lines(&on_word)[0].title.clone();
    assert_eq!(told, "本人撤回了（工作人员照本人说的代点）");
}
