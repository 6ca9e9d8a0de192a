//! `/help`: whom to call, and how to use this. `/privacy`: what becomes of what one hands in.

use crate::parts::{CallButton, Icon, Page, Section, loaded};
use crate::state::facts;
use crate::words;
use leptos::prelude::*;
use model::area::{Area, Level};
use model::kinds::KindName;
use model::street::{Hotline, Retention, Street};

const DAYS_A_YEAR: u32 = 365;

/// Whom to call.
#[component]
pub fn Help() -> impl IntoView {
    let numbers = loaded(facts().street(), |street| {
        let (everyday, urgent) = (hotlines(&street, false), hotlines(&street, true));
        let communities = communities(&street);
        view! {
            <Section title=tr!(shell.help_now)>{urgent}</Section>
            <Section title=tr!(shell.help_lines)>{everyday}</Section>
            <Section title=tr!(shell.help_areas)>
                <p>{tr!(shell.help_areas_lead)}</p>
                {communities}
            </Section>
        }
    });
    let steps = [
        tr!(shell.help_use_1),
        tr!(shell.help_use_2),
        tr!(shell.help_use_3),
        tr!(shell.help_use_4),
    ];
    view! {
        <Page title=tr!(shell.help_title) lead=tr!(shell.help_lead) back="/">
            <div class="stack">
                <a class="btn btn-primary" href="/help/call-back">
                    <Icon name="phone"/>
                    {tr!(shell.call_back)}
                </a>
                <p class="hint">{tr!(shell.call_back_hint)}</p>
            </div>
            {numbers}
            <Section title=tr!(shell.help_use)>
                <ul class="prose">{steps.map(|step| view! { <li>{step}</li> })}</ul>
            </Section>
        </Page>
    }
}

/// How personal details are protected.
#[component]
pub fn Privacy() -> impl IntoView {
    let points = [
        tr!(shell.privacy_1),
        tr!(shell.privacy_2),
        tr!(shell.privacy_3),
        tr!(shell.privacy_4),
        tr!(shell.privacy_5),
        tr!(shell.privacy_6),
    ];
    view! {
        <Page title=tr!(shell.privacy_title) lead=tr!(shell.privacy_lead) back="/">
            <ul class="prose">{points.map(|point| view! { <li>{point}</li> })}</ul>
            <Section title=tr!(shell.kept_title)>
                <p>{tr!(shell.kept_lead)}</p>
                {loaded(facts().street(), |street| kept(&street.retention))}
            </Section>
        </Page>
    }
}

/// What is kept, what for and how long: cases as the street's rules say, the rest as the program
/// does.
fn kept(rules: &[Retention]) -> impl IntoView + use<> {
    let rule = |kind: &KindName| rules.iter().find(|rule| rule.kind == *kind);
    let cases = KindName::ALL.iter().map(|kind| {
        let asked = || tr!(shell.kept_until_asked).to_owned();
        let long = rule(kind).map_or_else(asked, |rule| how_long(rule.days));
        keep(words::kind(*kind), tr!(shell.kept_case_why), long)
    });
    let others = [
        (
            tr!(shell.kept_phone),
            tr!(shell.kept_phone_why),
            tr!(shell.kept_phone_long),
        ),
        (
            tr!(shell.kept_openings),
            tr!(shell.kept_openings_why),
            tr!(shell.kept_openings_long),
        ),
        (
            tr!(shell.kept_unsent),
            tr!(shell.kept_unsent_why),
            tr!(shell.kept_unsent_long),
        ),
        (
            tr!(shell.kept_address),
            tr!(shell.kept_address_why),
            tr!(shell.kept_address_long),
        ),
        (
            tr!(shell.kept_here),
            tr!(shell.kept_here_why),
            tr!(shell.kept_here_long),
        ),
        (
            tr!(shell.kept_place),
            tr!(shell.kept_place_why),
            tr!(shell.kept_place_long),
        ),
    ];
    let others = others.map(|(what, why, long)| keep(what, why, long.to_owned()));
    view! { <ul class="kept">{cases.collect_view()}{others}</ul> }
}

fn keep(what: &'static str, why: &'static str, long: String) -> impl IntoView {
    view! {
        <li>
            <h3>{what}</h3>
            <dl class="facts">
                <div>
                    <dt>{tr!(shell.kept_why)}</dt>
                    <dd>{why}</dd>
                </div>
                <div>
                    <dt>{tr!(shell.kept_long)}</dt>
                    <dd>{long}</dd>
                </div>
            </dl>
        </li>
    }
}

/// In years where they come out even.
fn how_long(days: u32) -> String {
    match (days / DAYS_A_YEAR, days % DAYS_A_YEAR) {
        (years, 0) => tr!(shell.kept_years, years = years),
        _ => tr!(shell.kept_days, days = days),
    }
}

/// The street's numbers, either those for emergencies or the others.
pub(super) fn hotlines(street: &Street, emergency: bool) -> impl IntoView + use<> {
    let lines = street
        .hotlines
        .iter()
        .filter(|line| line.emergency == emergency);
    let lines: Vec<_> = lines.map(hotline).collect();
    view! { <ul class="places">{lines}</ul> }
}

fn hotline(line: &Hotline) -> impl IntoView + use<> {
    let urgent = line.emergency;
    place(
        line.name.clone(),
        line.hours.clone(),
        line.phone.clone(),
        urgent,
    )
}

fn communities(street: &Street) -> impl IntoView + use<> {
    let communities = street
        .areas
        .iter()
        .filter(|area| area.level == Level::Community);
    let with_phone: Vec<_> = communities.filter_map(community).collect();
    view! { <ul class="places">{with_phone}</ul> }
}

fn community(area: &Area) -> Option<impl IntoView + use<>> {
    let phone = area.phone.clone()?;
    Some(place(area.name.clone(), String::new(), phone, false))
}

fn place(name: String, line: String, phone: String, urgent: bool) -> impl IntoView {
    view! {
        <li class="place">
            <div class="place-words">
                <p class="place-name">{name.clone()}</p>
                {(!line.is_empty()).then(|| view! { <p class="place-line">{line}</p> })}
            </div>
            <CallButton phone=phone name=name urgent=urgent/>
        </li>
    }
}
