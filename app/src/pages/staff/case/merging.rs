//! Several reports of one thing (并单): finding the other, and where they went.

use super::act::Act;
use super::act_fields::error;
use super::actions::panel_buttons;
use super::desk::Desk;
use super::photos::{Pictures, thumb_of};
use crate::api;
use crate::pages::staff::calls;
use crate::parts::{Icon, StatusChip, resolved};
use crate::{when, words};
use leptos::prelude::*;
use leptos::task::spawn_local;
use model::api::report::{Alike, StandsFor};
use model::api::{PhotoSize, QueueItem, QueueQuery, Scope};
use model::id::{CaseId, PhotoId};
use model::kinds::KindName;
use model::time::TimeMs;
use model::workflow::{State, Verb};

/// Numbers that are looked up show at most so many cases.
const FOUND_MAX: usize = 5;

/// Which case stands for this one, which ones it stands for, and joining it with another.
#[component]
pub fn MergePanel(desk: Desk) -> impl IntoView {
    let concerned = desk.see(|case| super::knows(case, Verb::Merge));
    let parent = desk.see(|case| case.view.merged.clone());
    let others = desk.see(|case| case.stands_for.clone());
    let body = move || match (parent.get(), others.get()) {
        (Some(parent), _) => into(parent).into_any(),
        (None, others) if others.is_empty() => {
            view! { <p class="muted">{tr!(handling.merge.none)}</p> }.into_any()
        }
        (None, others) => list(others).into_any(),
    };
    view! {
        <Show when=move || concerned.get()>
            <section class="panel" aria-labelledby="merge-title">
                <h2 class="panel-title" id="merge-title">{tr!(handling.merge.title)}</h2>
                {body}
                {panel_buttons(desk, &[Verb::Merge, Verb::Unmerge])}
            </section>
        </Show>
    }
}

fn into(parent: StandsFor) -> impl IntoView {
    let href = format!("/staff/cases/{}", parent.case);
    view! {
        <p>{tr!(handling.merge.gone)}</p>
        <p class="cluster">
            <a href=href>{tr!(handling.merge.open_parent)}</a>
            <StatusChip state=parent.state say=words::state_to_staff/>
        </p>
    }
}

fn list(others: Vec<Alike>) -> impl IntoView {
    let row = |other: Alike| {
        let href = format!("/staff/cases/{}", other.case);
        let words = facts_of(&Candidate::from(other.clone()));
        view! {
            <li>
                <a href=href class="num">{tr!(handling.merge.child, receipt = other.receipt.to_string())}</a>
                <p class="muted">{words}</p>
            </li>
        }
    };
    let count = others.len();
    view! {
        <p>{tr!(handling.merge.stands_for, count = count)}</p>
        <ul class="calls">{others.into_iter().map(row).collect_view()}</ul>
    }
}

/// A case that may be the same thing.
#[derive(Clone, Debug, PartialEq)]
struct Candidate {
    case: CaseId,
    receipt: String,
    name: String,
    state: State,
    at: TimeMs,
    metres: Option<u32>,
    voices: u32,
    words: String,
    photo: Option<PhotoId>,
}

impl From<Alike> for Candidate {
    fn from(other: Alike) -> Candidate {
        Candidate {
            case: other.case,
            receipt: other.receipt.to_string(),
            name: other
                .category_name
                .unwrap_or_else(|| words::kind(KindName::IssueReport).to_owned()),
            state: other.state,
            at: other.handed_in,
            metres: Some(other.metres),
            voices: other.voices,
            words: other.words,
            photo: other.photo,
        }
    }
}

impl From<QueueItem> for Candidate {
    fn from(item: QueueItem) -> Candidate {
        Candidate {
            case: item.case,
            receipt: item.receipt.to_string(),
            name: item
                .category_name
                .unwrap_or_else(|| words::kind(item.kind).to_owned()),
            state: item.progress.state,
            at: item.at,
            metres: None,
            voices: item.voices,
            words: String::new(),
            photo: None,
        }
    }
}

/// How far, since when, how many people.
fn facts_of(candidate: &Candidate) -> String {
    let metres = candidate
        .metres
        .map(|metres| tr!(handling.merge.metres, metres = metres));
    let at = tr!(
        staff.case.handed_in,
        when = when::date(candidate.at.china_date())
    );
    let voices = (candidate.voices > 1).then(|| tr!(handling.voices, count = candidate.voices));
    let parts: Vec<_> = metres.into_iter().chain([at]).chain(voices).collect();
    parts.join(tr!(handling.merge.between))
}

type Answer = Option<api::Result<Vec<Candidate>>>;

/// What happens then, the cases nearby, and looking one up by its number.
#[component]
pub fn MergeFields(act: Act) -> impl IntoView {
    view! {
        <p>{tr!(handling.merge.what_happens)}</p>
        <div class="field" role="group" id="act-case" tabindex="-1" aria-labelledby="act-case-label"
            aria-describedby="act-case-error" class:is-wrong=move || act.wrong_at("act-case").is_some()>
            <p class="label" id="act-case-label">{tr!(handling.merge.near)}</p>
            {error(act, "act-case")}
            <Near act/>
            <LookUp act/>
        </div>
    }
}

#[component]
fn Near(act: Act) -> impl IntoView {
    let desk = act.desk;
    let answer = RwSignal::new(None::<api::Result<Vec<Candidate>>>);
    let ask = move || {
        answer.set(None);
        spawn_local(async move {
            let alike = calls::alike(desk.session, desk.id).await;
            let found = alike.map(|alike| alike.cases.into_iter().map(Candidate::from).collect());
            answer.try_set(Some(found));
        });
    };
    ask();
    resolved(
        answer,
        Callback::new(move |()| ask()),
        move |found| match found.is_empty() {
            true => view! { <p class="hint">{tr!(handling.merge.none_near)}</p> }.into_any(),
            false => rows(act, found).into_any(),
        },
    )
}

/// A number is typed from a slip or said on the telephone.
#[component]
fn LookUp(act: Act) -> impl IntoView {
    let typed = RwSignal::new(String::new());
    let answer: RwSignal<Answer> = RwSignal::new(None);
    let asked = RwSignal::new(false);
    let look = move || {
        let number = typed.get_untracked();
        asked.set(true);
        answer.set(None);
        spawn_local(async move {
            let found = by_number(act, &number).await;
            answer.try_set(Some(found));
        });
    };
    let enter = move |event: web_sys::KeyboardEvent| {
        if event.key() == "Enter" && !event.is_composing() {
            event.prevent_default();
            look();
        }
    };
    let again = Callback::new(move |()| look());
    let found = move || resolved(answer, again, move |found| looked_up(act, found));
    view! {
        <label class="label" for="act-number">{tr!(handling.merge.number)}</label>
        <div class="cluster">
            <input class="input grow" id="act-number" inputmode="numeric" autocomplete="off"
                prop:value=move || typed.get() on:keydown=enter
                on:input=move |event| typed.set(event_target_value(&event))/>
            <button class="btn" type="button" on:click=move |_| look()><Icon name="search"/>{tr!(shell.search)}</button>
        </div>
        <Show when=move || asked.get()><div role="status">{found()}</div></Show>
    }
}

fn looked_up(act: Act, found: Vec<Candidate>) -> AnyView {
    let itself = found.iter().any(|other| other.case == act.desk.id);
    match found.len() - usize::from(itself) {
        0 if itself => view! { <p class="hint">{tr!(handling.merge.itself)}</p> }.into_any(),
        0 => view! { <p class="hint">{tr!(handling.merge.not_found)}</p> }.into_any(),
        _ => rows(act, found).into_any(),
    }
}

async fn by_number(act: Act, number: &str) -> api::Result<Vec<Candidate>> {
    if !number.contains(char::is_numeric) {
        return Ok(Vec::new());
    }
    let asked = QueueQuery {
        scope: Scope::All,
        state: "all".to_owned(),
        kind: KindName::IssueReport.name().to_owned(),
        q: number.to_owned(),
        ..QueueQuery::default()
    };
    let queue = calls::queue(act.desk.session, &asked).await?;
    let found = queue.items.into_iter().take(FOUND_MAX);
    Ok(found.map(Candidate::from).collect())
}

fn rows(act: Act, found: Vec<Candidate>) -> impl IntoView {
    let row = move |candidate| view! { <Row act candidate/> };
    let others = found.into_iter().filter(|other| other.case != act.desk.id);
    view! { <div class="choices">{others.map(row).collect_view()}</div> }
}

#[component]
fn Row(act: Act, candidate: Candidate) -> impl IntoView {
    let case = candidate.case;
    let words = facts_of(&candidate);
    let said = Some(candidate.words.clone()).filter(|words| !words.is_empty());
    let picture = candidate
        .photo
        .map(|photo| view! { <Picture act case photo name=candidate.name.clone()/> });
    let href = format!("/staff/cases/{case}");
    let label = tr!(handling.merge.look, receipt = candidate.receipt.clone());
    view! {
        <div class="candidate">
            <label class="choice">
                <input type="radio" name="act-into" value=case.to_string()
                    prop:checked=move || act.typed.with(|typed| typed.into == Some(case))
                    on:change=move |_| act.change(|typed| typed.into = Some(case))/>
                <span class="choice-words">
                    <span class="choice-name">{candidate.name}" "<StatusChip state=candidate.state say=words::state_to_staff/></span>
                    <span class="choice-hint">{words}</span>
                    {said.map(|said| view! { <span>{said}</span> })}
                    <span class="choice-hint num">{candidate.receipt}</span>
                </span>
                {picture}
            </label>
            <a href=href target="_blank" rel="noopener">{label}</a>
        </div>
    }
}

/// A reviewed picture of the other case.
#[component]
fn Picture(act: Act, case: CaseId, photo: PhotoId, name: String) -> impl IntoView {
    let pictures = Pictures::of(act.desk.session, case);
    pictures.fetch(photo, PhotoSize::Thumb);
    view! { <span class="candidate-picture">{move || thumb_of(pictures, photo, &name)}</span> }
}
