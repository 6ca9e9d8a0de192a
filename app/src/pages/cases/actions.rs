//! The buttons of a case: exactly what the server says the resident may do now.

use super::case::Case;
use super::replies::Sheets;
use super::sending::{Said, Sender};
use crate::parts::{Icon, Note, Section, Sheet, announce};
use crate::{when, words};
use leptos::prelude::*;
use leptos::task::spawn_local;
use model::kinds::KindName;
use model::workflow::Verb;

/// The buttons from first to last: what is asked for comes first, what ends the case last.
const ORDER: [Verb; 6] = [
    Verb::Supply,
    Verb::Resume,
    Verb::Supplement,
    Verb::Urge,
    Verb::Reopen,
    Verb::Withdraw,
];

/// What the resident can do, with what became of the last press.
#[component]
pub fn Actions(
    /// The case.
    case: Case,
    /// Where words and pictures are given.
    sheets: Sheets,
) -> impl IntoView {
    let allowed = case.part(|view| view.allowed.clone());
    let press = Sender::bare(case);
    let withdrawing = RwSignal::new(false);
    let buttons = move || {
        let allowed = allowed.get()?;
        // Rating stands in a part of its own, with doing it over beside it.
        let rating = allowed.contains(&Verb::Confirm);
        let shown = ORDER.into_iter().filter(|verb| allowed.contains(verb));
        let shown = shown.filter(|verb| !(rating && *verb == Verb::Reopen));
        let buttons: Vec<AnyView> = shown
            .map(|verb| button(verb, sheets, press, withdrawing))
            .collect();
        (!buttons.is_empty()).then(|| {
            view! {
                <Section title=tr!(cases.act.title)>
                    <div class="btns">{buttons}</div>
                </Section>
            }
        })
    };
    view! {
        {buttons}
        <Urged case/>
        <div role="status">{move || press.said.get().map(said)}</div>
        <Withdraw press case open=withdrawing/>
    }
}

/// What became of a press.
pub fn said(said: Said) -> impl IntoView {
    view! { <Note tone=said.tone title=said.words/> }
}

fn button(verb: Verb, sheets: Sheets, press: Sender, withdrawing: RwSignal<bool>) -> AnyView {
    let (class, sign) = match verb {
        Verb::Supply | Verb::Resume => ("btn btn-primary", "camera"),
        Verb::Urge => ("btn", "volume"),
        Verb::Reopen => ("btn", "undo"),
        Verb::Withdraw => ("btn btn-danger", "cross"),
        _ => ("btn", "plus"),
    };
    let pressed = move |_| match verb {
        Verb::Urge => urge(press),
        Verb::Withdraw => withdrawing.set(true),
        _ => sheets.open(verb),
    };
    let flag = move || (verb == Verb::Urge && press.busy.get()).then_some("true");
    view! {
        <button class=class type="button" aria-busy=flag aria-disabled=flag on:click=pressed>
            <Icon name=sign/>
            {words::verb(verb)}
        </button>
    }
    .into_any()
}

fn urge(press: Sender) {
    if press.busy.get_untracked() {
        return;
    }
    press.busy.set(true);
    spawn_local(async move {
        if press.send(Verb::Urge).await {
            press.say("good", tr!(cases.act.urged).to_owned());
        }
        press.busy.try_set(false);
    });
}

/// When it was urged last, for as long as it cannot be urged again.
#[component]
fn Urged(case: Case) -> impl IntoView {
    let urged = case.part(|view| {
        let again = view.allowed.contains(&Verb::Urge);
        view.progress
            .urged_at
            .filter(|_| view.progress.state.is_open() && !again)
    });
    move || {
        urged.get().flatten().map(
            |at| view! { <p class="hint">{tr!(cases.act.urged_at, when = when::moment(at))}</p> },
        )
    }
}

#[component]
fn Withdraw(press: Sender, case: Case, open: RwSignal<bool>) -> impl IntoView {
    let kind = case.part(|view| view.kind);
    // Only whoever let somebody act for them takes that back, too.
    let words = move || match kind.get() {
        Some(KindName::ProxyRequest) => tr!(cases.withdraw.words),
        _ => tr!(cases.withdraw.words_plain),
    };
    let yes = move |_| {
        if press.busy.get_untracked() {
            return;
        }
        press.busy.set(true);
        spawn_local(async move {
            if press.send(Verb::Withdraw).await {
                announce(tr!(cases.withdraw.done));
            }
            press.busy.try_set(false);
            open.try_set(false);
        });
    };
    let flag = move || press.busy.get().then_some("true");
    view! {
        <Sheet id="withdraw" title=tr!(cases.withdraw.title) open=open>
            <div class="sheet-body">
                <p>{words}</p>
                <p>{tr!(cases.withdraw.again)}</p>
            </div>
            <div class="sheet-foot">
                <button class="btn btn-danger" type="button" aria-busy=flag aria-disabled=flag on:click=yes>
                    {tr!(cases.withdraw.yes)}
                </button>
                <button class="btn" type="button" on:click=move |_| open.set(false)>{tr!(cases.withdraw.no)}</button>
            </div>
        </Sheet>
    }
}
