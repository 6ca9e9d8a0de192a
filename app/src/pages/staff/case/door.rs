//! At the door: the code to say, and the papers to look at.

use super::desk::Desk;
use crate::parts::Icon;
use crate::state::facts;
use crate::when;
use leptos::prelude::*;
use model::api::StaffCase;
use model::field::{Have, MaterialAnswer};
use model::matter::Matter;
use std::collections::BTreeMap;

/// The visit that is booked; to the visitor, the code and what to say with it.
#[component]
pub fn Door(desk: Desk) -> impl IntoView {
    let visit = desk.see(|case| case.progress.visit.clone());
    let code = desk.see(|case| case.door_code.clone());
    let visitor = desk.see(|case| {
        let visit = case.progress.visit.as_ref()?;
        let visitor = case
            .colleagues
            .iter()
            .find(|staff| staff.id == visit.staff)?;
        Some(visitor.name.clone())
    });
    move || {
        visit.get().map(|visit| {
            view! {
                <section class="panel" aria-labelledby="door-title">
                    <h2 class="panel-title" id="door-title">{tr!(staff.door.title)}</h2>
                    <div class="visit">
                        <Icon name="visit" size="l"/>
                        <div>
                            <p class="visit-when">{when::slot(visit.slot)}</p>
                            {visitor.get().map(|name| view! { <p>{tr!(staff.door.who, name = name)}</p> })}
                        </div>
                    </div>
                    {code.get().map(|code| to_say(desk, &code))}
                </section>
            }
        })
    }
}

fn to_say(desk: Desk, code: &str) -> impl IntoView + use<> {
    let spaced = code.chars().map(String::from).collect::<Vec<_>>().join(" ");
    let name = desk.me.with_value(|me| me.staff.name.clone());
    let say = tr!(staff.door.say, name = name, code = spaced.clone());
    let digits = code
        .chars()
        .map(|digit| view! { <span>{digit.to_string()}</span> })
        .collect_view();
    view! {
        <p class="label">{tr!(staff.door.code)}</p>
        <p class="code" role="img" aria-label=tr!(staff.door.code_aloud, code = spaced)>{digits}</p>
        <p>{tr!(staff.door.how)}</p>
        <blockquote class="words">{say}</blockquote>
    }
}

/// The papers by name, and what the resident said of each.
pub fn papers(case: &StaffCase, matter: Option<&Matter>) -> Vec<(String, Have)> {
    let given: BTreeMap<String, MaterialAnswer> =
        case.view.answers.get("materials").unwrap_or_default();
    let name = |code: &str| {
        let named =
            matter.and_then(|matter| matter.materials.iter().find(|paper| paper.code == code));
        named.map_or_else(|| code.to_owned(), |paper| paper.name.clone())
    };
    given
        .into_iter()
        .map(|(code, answer)| (name(&code), answer.have))
        .collect()
}

/// The matter of a case, as the street publishes it now; follows its arrival.
pub fn matter_of(case: &StaffCase) -> Option<Matter> {
    let matters = facts().matters().here()?;
    let id = case.view.matter.as_ref()?;
    matters
        .matters
        .iter()
        .find(|matter| matter.id == *id)
        .cloned()
}

/// What to look at during the visit: the papers that are at home or of which nobody is sure.
/// Ticks help the hand alone; they come along when originals are taken.
#[component]
pub fn Checklist(desk: Desk) -> impl IntoView {
    let facts = facts();
    let papers = Memo::new(move |_| {
        facts.matters().here();
        desk.case
            .with(|case| {
                let case = case
                    .as_deref()
                    .filter(|case| case.view.progress.state.is_open())?;
                let mut papers = papers(case, matter_of(case).as_ref());
                papers
                    .retain(|(_, have)| matches!(have, Have::Home | Have::Unsure | Have::Missing));
                Some(papers)
            })
            .unwrap_or_default()
    });
    let line = move |(name, have): (String, Have)| {
        let (is_ticked, tick) = (name.clone(), name.clone());
        let checked = move || desk.ticked.with(|ticked| ticked.contains(&is_ticked));
        let toggle = move |_| {
            desk.ticked.update(|ticked| {
                if !ticked.remove(&tick) {
                    ticked.insert(tick.clone());
                }
            });
        };
        view! {
            <label class="choice">
                <input type="checkbox" prop:checked=checked on:change=toggle/>
                <span class="choice-words">
                    <span class="choice-name">{name}</span>
                    <span class="choice-hint">{crate::words::have(have)}</span>
                </span>
            </label>
        }
    };
    move || {
        let papers = papers.get();
        (!papers.is_empty()).then(|| {
            view! {
                <section class="panel" aria-labelledby="papers-title">
                    <h2 class="panel-title" id="papers-title">{tr!(staff.door.papers)}</h2>
                    <p class="hint">{tr!(staff.door.papers_hint)}</p>
                    <div class="choices" role="group" aria-labelledby="papers-title">
                        {papers.into_iter().map(line).collect_view()}
                    </div>
                </section>
            }
        })
    }
}
