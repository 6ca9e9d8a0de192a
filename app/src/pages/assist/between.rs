//! Between two residents: the next one, a parked form, the shift so far.

use super::{Desk, desk, hours};
use crate::api::{self, assist as calls};
use crate::form::address_of;
use crate::form::draft::Draft;
use crate::parts::{ErrorNote, Icon, Page, Section, TextInput, focus_id};
use crate::{storage, when, words};
use leptos::prelude::*;
use leptos::task::spawn_local;
use model::api::assist::{CODE_DIGITS, ParkedForm, ShiftRecord};
use model::problem::Code;
use model::receipt::Receipt;

/// The volunteer's own page.
#[component]
pub fn Between() -> impl IntoView {
    let desk = desk();
    // What was done is newer on the server after each resident.
    refresh(desk);
    move || match desk.inside.address().as_str() {
        hours::ADDRESS => view! { <hours::Hours/> }.into_any(),
        _ => view! { <Shift/> }.into_any(),
    }
}

fn refresh(desk: Desk) {
    spawn_local(async move {
        if let Ok(tablet) = calls::tablet().await {
            desk.tablet.try_set(Some(Ok(tablet)));
        }
    });
}

#[component]
fn Shift() -> impl IntoView {
    let desk = desk();
    let failed = RwSignal::new(None::<api::Error>);
    let busy = RwSignal::new(false);
    let next = move |_| {
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        spawn_local(async move {
            let served = desk.serve("/").await;
            failed.try_set(served.err());
            busy.try_set(false);
        });
    };
    let end = move |_| {
        let csrf = desk.csrf();
        spawn_local(async move {
            let ended = calls::end(&csrf).await;
            match ended {
                Err(error) if error.code() != Some(Code::ShiftOver) => {
                    failed.try_set(Some(error));
                }
                _ => desk.ask(),
            }
        });
    };
    let done = move || desk.shift().map(|shift| so_far(&shift.done));
    let hello = move || tr!(assist.between.hello, name = desk.helper());
    let flag = move || busy.get().then_some("true");
    view! {
        <Page title=tr!(assist.title) own_heading=true>
            <h1 class="page-title" tabindex="-1">{hello}</h1>
            {move || failed.get().map(|error| view! { <ErrorNote error/> })}
            <button class="btn btn-primary btn-wide next-person" type="button" aria-busy=flag on:click=next>
                <Icon name="person" size="l"/>
                {tr!(assist.between.next)}
            </button>
            <p class="hint">{tr!(assist.between.next_hint)}</p>
            <TakeUp/>
            <Section title=tr!(assist.between.today)>{done}</Section>
            <div class="btns">
                <a class="btn" href=hours::ADDRESS><Icon name="clock"/>{tr!(assist.between.hours)}</a>
                <button class="btn" type="button" on:click=end><Icon name="logout"/>{tr!(assist.between.end)}</button>
            </div>
        </Page>
    }
}

fn so_far(done: &ShiftRecord) -> impl IntoView + use<> {
    let fact = |name: &'static str, value: String| {
        view! { <div><dt>{name}</dt><dd>{value}</dd></div> }
    };
    let numbers = (!done.receipts.is_empty()).then(|| {
        let row = |receipt: &Receipt| view! { <li class="num">{receipt.to_string()}</li> };
        let rows = done.receipts.iter().map(row).collect_view();
        view! {
            <div><dt>{tr!(assist.between.receipts)}</dt><dd><ul class="bare">{rows}</ul></dd></div>
        }
    });
    view! {
        <dl class="facts">
            {fact(tr!(assist.between.minutes), tr!(assist.between.minutes_value, count = done.minutes))}
            {fact(tr!(assist.between.residents), tr!(assist.between.residents_value, count = done.residents))}
            {numbers}
        </dl>
    }
}

/// A parked form is taken up again.
#[component]
fn TakeUp() -> impl IntoView {
    const ID: &str = "take-up";
    let desk = desk();
    let code = RwSignal::new(String::new());
    let wrong = RwSignal::new(None::<String>);
    let busy = RwSignal::new(false);
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        spawn_local(async move {
            if let Err(words) = take_up(desk, &code.get_untracked()).await {
                wrong.try_set(Some(words));
                focus_id(ID);
            }
            busy.try_set(false);
        });
    };
    // Drawn anew with each thing that is wrong; what was typed stays in it.
    let field = move || {
        view! {
            <TextInput id=ID label=tr!(assist.between.take_up_label) value=code.get_untracked()
                error=wrong.get() class="input input-short" inputmode="numeric" autocomplete="off"
                on_input=move |text| code.set(text)/>
        }
    };
    view! {
        <Section title=tr!(assist.between.take_up)>
            <form class="stack" novalidate autocomplete="off" on:submit=submit>
                {field}
                <button class="btn" type="submit" aria-busy=move || busy.get().then_some("true")>
                    {tr!(assist.between.take_up_go)}
                </button>
            </form>
        </Section>
    }
}

async fn take_up(desk: Desk, code: &str) -> Result<(), String> {
    let typed = code.chars().map(model::search::half_width);
    let digits: String = typed.filter(|c| !c.is_whitespace()).collect();
    if digits.len() != CODE_DIGITS || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(tr!(assist.between.take_up_short).to_owned());
    }
    let taken = calls::take_up(&digits, &desk.csrf()).await;
    let taken = taken.map_err(|error| match error.code() {
        Some(Code::NotFound) => tr!(assist.between.take_up_none).to_owned(),
        _ => words::error(&error),
    })?;
    desk.seat(taken.serving, &resumed(taken.form));
    Ok(())
}

/// Puts a form into the tablet's memory as its draft, and gives the page to go on at.
fn resumed(form: ParkedForm) -> String {
    let address = address_of(form.kind, &form.answers).unwrap_or_default();
    let page = form.page.clone();
    let draft = Draft {
        kind: form.kind,
        answers: form.answers,
        key: form.key,
        first: form.first,
        saved: when::now(),
        page: form.page,
        sent: form.sent,
    };
    storage::keep_draft(&draft.name(), &draft);
    format!("{address}?page={page}")
}
