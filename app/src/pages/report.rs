//! `/report`: something is wrong in the street. The form, and under it whom to call.

use super::circle::place;
use super::help::hotlines;
use crate::form::{Form, FormPages, draft_of};
use crate::parts::{Note, Page, Section, Skeleton, loaded};
use crate::state::{Known, facts};
use leptos::prelude::*;
use model::kinds::KindName;

/// The form; as long as it cannot be drawn, whom to call.
#[component]
pub fn Report() -> impl IntoView {
    let facts = facts();
    // Fresher facts that arrive later must not draw a form anew under somebody's hand.
    let here = Memo::new(move |_| facts.for_reports().is_some());
    move || {
        let ground = here.get().then(|| untrack(|| facts.for_reports()));
        match ground.flatten() {
            Some(ground) => {
                let draft = draft_of(KindName::IssueReport, None);
                let form = Form::open(draft, ground, "/report".to_owned());
                view! { <FormPages form guide="/".to_owned() below=Calls/> }.into_any()
            }
            None => view! { <Lacking/> }.into_any(),
        }
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
