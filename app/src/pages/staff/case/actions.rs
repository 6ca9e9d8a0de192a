//! The buttons: exactly what the server says may be done now.

use super::desk::{Acting, Desk};
use crate::words;
use leptos::prelude::*;
use model::workflow::Verb;

/// What is one's own to do, and apart from it what the resident asked one to do for them.
#[component]
pub fn Actions(desk: Desk) -> impl IntoView {
    let allowed = desk.see(|case| {
        let verbs = case.view.allowed.iter().copied();
        verbs.filter(|verb| !has_panel(*verb)).collect::<Vec<_>>()
    });
    let on_word = desk.see(|case| case.on_word.clone());
    let own = move || {
        let verbs = allowed.get();
        match verbs.is_empty() {
            true => view! { <p class="muted">{tr!(staff.case.nothing_to_do)}</p> }.into_any(),
            false => bar(desk, &verbs).into_any(),
        }
    };
    let theirs = move || {
        let verbs = on_word.get();
        (!verbs.is_empty()).then(|| {
            view! {
                <section class="panel" aria-labelledby="on-word-title">
                    <h2 class="panel-title" id="on-word-title">{tr!(staff.on_word.title)}</h2>
                    <p class="hint">{tr!(staff.on_word.hint)}</p>
                    <div class="btns">{buttons(desk, &verbs, true)}</div>
                </section>
            }
        })
    };
    view! { {own} {theirs} }
}

/// What is done beside the way of the case, from the panel that shows how it stands there: a bar
/// of a dozen buttons would hide the one that leads on.
fn has_panel(verb: Verb) -> bool {
    matches!(
        verb,
        Verb::Review
            | Verb::Publish
            | Verb::Hide
            | Verb::Tag
            | Verb::CallDepartment
            | Verb::EndCall
            | Verb::Merge
            | Verb::Unmerge
    )
}

/// Those of `verbs` that may be done now, as buttons of a panel.
pub fn panel_buttons(desk: Desk, verbs: &'static [Verb]) -> impl IntoView {
    let allowed = desk.see(|case| case.view.allowed.clone());
    move || {
        let allowed = allowed.get();
        let now: Vec<Verb> = verbs
            .iter()
            .copied()
            .filter(|verb| allowed.contains(verb))
            .collect();
        (!now.is_empty()).then(|| view! { <div class="btns">{buttons(desk, &now, false)}</div> })
    }
}

fn bar(desk: Desk, verbs: &[Verb]) -> impl IntoView + use<> {
    view! {
        <div class="actionbar" role="group" aria-label=tr!(staff.case.actions)>{buttons(desk, verbs, false)}</div>
    }
}

fn buttons(desk: Desk, verbs: &[Verb], on_word: bool) -> impl IntoView + use<> {
    let main = verbs
        .iter()
        .copied()
        .find(|verb| leads_on(*verb))
        .filter(|_| !on_word);
    let button = |verb: &Verb| {
        let verb = *verb;
        let class = match verb {
            verb if Some(verb) == main => "btn btn-primary",
            Verb::Reject | Verb::Withdraw => "btn btn-danger",
            _ => "btn",
        };
        let open = move |_| desk.acting.set(Some(Acting { verb, on_word }));
        view! { <button class=class type="button" aria-haspopup="dialog" on:click=open>{words::verb(verb)}</button> }
    };
    let others = verbs.iter().filter(|verb| Some(**verb) != main);
    main.iter().chain(others).map(button).collect_view()
}

/// The step that brings a case nearer its end: the first of these is the page's main button.
fn leads_on(verb: Verb) -> bool {
    matches!(
        verb,
        Verb::Accept
            | Verb::Assign
            | Verb::Start
            | Verb::AllowReturn
            | Verb::AllowExtension
            | Verb::Finish
            | Verb::ReplyCall
    )
}
