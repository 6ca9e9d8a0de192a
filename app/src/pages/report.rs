//! `/report`: something is wrong in the street. Whom to call, and where to tell us.

use super::circle::place;
use super::help::hotlines;
use crate::parts::{Note, Page, Section, loaded};
use crate::state::facts;
use leptos::prelude::*;

/// Whom to call about it.
#[component]
pub fn Report() -> impl IntoView {
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
        <Page title=tr!(shell.report_title) lead=tr!(shell.report_lead) back="/">
            <Section title=tr!(shell.report_now)>
                <Note tone="urgent" title=tr!(shell.report_now_words)/>
                {urgent}
            </Section>
            <Section title=tr!(shell.report_call)>{lines}</Section>
            <Section title=tr!(shell.report_station)>
                <p>{tr!(shell.report_station_words)}</p>
                {stations}
            </Section>
        </Page>
    }
}
