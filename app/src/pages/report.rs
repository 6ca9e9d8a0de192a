//! `/report`: something is wrong in the street. The form, and under it whom to call.

use super::circle::place;
use super::help::hotlines;
use crate::form::draft::Draft;
use crate::form::wizard::CHECK;
use crate::form::{Form, FormPages, discard, draft_of};
use crate::parts::{Icon, Note, Page, Section, Skeleton, loaded};
use crate::state::{Ground, Known, facts};
use crate::way::{use_navigate, use_query_map};
use crate::when;
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use model::kinds::KindName;

const ADDRESS: &str = "/report";

/// The form; as long as it cannot be drawn, whom to call.
#[component]
pub fn Report() -> impl IntoView {
    let facts = facts();
    // Fresher facts that arrive later must not draw a form anew under somebody's hand.
    let here = Memo::new(move |_| facts.for_reports().is_some());
    move || {
        let ground = here.get().then(|| untrack(|| facts.for_reports()));
        match ground.flatten() {
            Some(ground) => view! { <Filling ground/> }.into_any(),
            None => view! { <Lacking/> }.into_any(),
        }
    }
}

/// The form; first the question whether to go on, where something was begun on an earlier visit.
#[component]
fn Filling(ground: Ground) -> impl IntoView {
    let draft = draft_of(KindName::IssueReport, None);
    let query = use_query_map();
    // With a page in the address it is a reload, or the way back: no question then.
    let comes = query.with_untracked(|query| query.get("page").is_none());
    let asks = RwSignal::new(comes && draft.is_begun(ground.context()));
    let draft = StoredValue::new(draft);
    move || match asks.get() {
        true => view! { <Offer draft asks/> }.into_any(),
        false => {
            let form = Form::open(draft.get_value(), ground.clone(), ADDRESS.to_owned());
            view! { <FormPages form guide="/".to_owned() below=Below/> }.into_any()
        }
    }
}

/// 接着写 or 重新拍.
#[component]
fn Offer(draft: StoredValue<Draft>, asks: RwSignal<bool>) -> impl IntoView {
    let navigate = use_navigate();
    let (page, saved) = draft.with_value(|draft| (draft.page.clone(), draft.saved));
    let page = if page.is_empty() { CHECK } else { &page };
    let at = format!("{ADDRESS}?page={page}");
    let go_on = move |_| {
        let options = NavigateOptions {
            replace: true,
            ..NavigateOptions::default()
        };
        navigate(&at, options);
        asks.set(false);
    };
    let restart = move |_| {
        draft.with_value(discard);
        draft.set_value(draft_of(KindName::IssueReport, None));
        asks.set(false);
    };
    view! {
        <Page title=tr!(report.draft.title) back="/" lead=tr!(report.draft.words, when = when::moment(saved))>
            <div class="btns">
                <button class="btn btn-primary" type="button" on:click=go_on>{tr!(report.draft.go_on)}</button>
                <button class="btn" type="button" on:click=restart>{tr!(report.draft.restart)}</button>
            </div>
            <p class="hint">{tr!(report.draft.restart_hint)}</p>
        </Page>
    }
}

/// Under the form: what others reported, and whom to call.
#[component]
fn Below() -> impl IntoView {
    view! {
        <div class="section">
            <a class="btn btn-wide" href="/reports">
                <Icon name="people"/>
                {tr!(report.form.others)}
            </a>
        </div>
        <Calls/>
    }
}

/// The street and its categories are on their way, or not to be had: telephones work all the same.
#[component]
fn Lacking() -> impl IntoView {
    let facts = facts();
    let lost = move || {
        matches!(facts.categories().get(), Known::Lacking(_))
            || matches!(facts.street().get(), Known::Lacking(_))
            || matches!(facts.facilities().get(), Known::Lacking(_))
    };
    let again = move |_| {
        let _ = (facts.categories(), facts.street(), facts.facilities());
    };
    view! {
        <Page title=tr!(shell.report_title) back="/">
            {move || if lost() {
                view! {
                    <Note tone="warn" title=tr!(report.form.lacking)>
                        <button class="btn" type="button" on:click=again>{tr!(shell.retry)}</button>
                    </Note>
                }.into_any()
            } else {
                view! { <Skeleton/> }.into_any()
            }}
            <Calls/>
        </Page>
    }
}

/// Whom to call about it, and where to tell it.
#[component]
fn Calls() -> impl IntoView {
    let facts = facts();
    let urgent = loaded(facts.street(), |street| hotlines(&street, true));
    let lines = loaded(facts.street(), |street| hotlines(&street, false));
    let stations = loaded(facts.facilities(), move |facilities| {
        let street = facts.street().here();
        let stations = facilities
            .facilities
            .iter()
            .filter(|facility| facility.station);
        let stations: Vec<_> = stations
            .map(|station| place(station, street.as_deref()))
            .collect();
        view! { <ul class="places">{stations}</ul> }
    });
    view! {
        <Section title=tr!(shell.report_now)>
            <Note tone="urgent" title=tr!(shell.report_now_words)/>
            {urgent}
        </Section>
        <Section title=tr!(shell.report_call)>{lines}</Section>
        <Section title=tr!(shell.report_station)>
            <p>{tr!(shell.report_station_words)}</p>
            {stations}
        </Section>
    }
}
