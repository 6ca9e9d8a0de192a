//! `/help`: whom to call, and how to use this. `/privacy`: what becomes of what one hands in.

use crate::parts::{CallButton, Icon, Page, Section, loaded};
use crate::state::facts;
use leptos::prelude::*;
use model::area::{Area, Level};
use model::street::{Hotline, Street};

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
        </Page>
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
