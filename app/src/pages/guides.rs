//! `/guides` and `/guides/:matter`: everything about a matter before anything is typed. The guide
//! on the way to a request (`/proxy/:matter`) is the same.

use super::find::{Finder, tags};
use crate::parts::{Empty, More, Note, Page, Section, Tag, loaded, page_title};
use crate::state::{facts, prefs};
use crate::way::use_params_map;
use crate::{when, words};
use leptos::prelude::*;
use model::matter::{Channel, Limit, Material, Matter, RouteBy, Source};

/// `/guides`.
#[component]
pub fn Guides() -> impl IntoView {
    view! {
        <Page title=tr!(guides.guides_title) lead=tr!(guides.guides_lead) back="/">
            <Finder base="/guides"/>
        </Page>
    }
}

/// `/guides/:matter`.
#[component]
pub fn Guide() -> impl IntoView {
    guide_page("/guides")
}

/// `/proxy/:matter`.
#[component]
pub fn ProxyGuide() -> impl IntoView {
    guide_page("/proxy")
}

fn guide_page(back: &'static str) -> impl IntoView {
    let params = use_params_map();
    let guide = loaded(facts().matters(), move |all| {
        let wanted = params
            .with(|params| params.get("matter"))
            .unwrap_or_default();
        match all
            .matters
            .iter()
            .find(|matter| matter.id.as_str() == wanted)
        {
            Some(matter) => guide(matter).into_any(),
            None => view! {
                <h1 class="page-title" tabindex="-1">{tr!(guides.guide_of)}</h1>
                <Empty sign="search" words=tr!(guides.missing)>
                    <a class="btn btn-primary" href=back>{tr!(guides.all_back)}</a>
                </Empty>
            }
            .into_any(),
        }
    });
    view! { <Page title=tr!(guides.guide_of) back=back own_heading=true>{guide}</Page> }
}

fn guide(matter: &Matter) -> impl IntoView + use<> {
    page_title(&matter.name);
    // 长辈版 shows who may come and what to bring; the rest after a press.
    let (at_once, later) = match prefs().is_elder() {
        true => (None, Some(facts_of(matter))),
        false => (Some(facts_of(matter)), None),
    };
    let (start, why) = start(matter);
    let materials = materials(&matter.materials);
    view! {
        <article class="guide">
            <h1 class="page-title" tabindex="-1">{matter.name.clone()}</h1>
            <p class="lead">{matter.plain.clone()}</p>
            <p class="matter-tags">{tags(matter)}</p>
            {why}
            <dl class="facts">{line(tr!(guides.who), matter.who.clone())} {at_once}</dl>
            <Section title=tr!(guides.materials)>{materials}</Section>
            {later.map(|facts| view! { <More words=tr!(guides.more)><dl class="facts">{facts}</dl></More> })}
            {(matter.route_by == RouteBy::Register).then(|| view! { <Note title=tr!(guides.register)/> })}
            <p class="source">{source(matter.source.as_ref())}</p>
        </article>
        <div class="form-nav">
            <a class="btn btn-primary" href=format!("/proxy/{}/apply", matter.id)>{start}</a>
        </div>
    }
}

/// By whom, where, how soon and for how much.
fn facts_of(matter: &Matter) -> impl IntoView + use<> {
    let fee = matter.fee.clone();
    view! {
        {line(tr!(guides.how), how(&matter.channel).to_owned())}
        {line(tr!(guides.place), place(matter).to_owned())}
        {line(tr!(guides.limit), limit(matter.limit.as_ref()))}
        {line(tr!(guides.fee), fee.unwrap_or_else(|| tr!(guides.fee_none).to_owned()))}
    }
}

/// The button's words, and why the applicant must go where they must.
fn start(matter: &Matter) -> (&'static str, Option<impl IntoView + use<>>) {
    match &matter.channel {
        Channel::Proxy => (tr!(guides.start), None),
        Channel::Accompany { reason } => {
            let reason = reason.clone();
            let why = view! { <Note title=tr!(guides.why_accompany)><p>{reason}</p></Note> };
            (tr!(guides.start_accompany), Some(why))
        }
    }
}

fn line(name: &'static str, words: String) -> impl IntoView {
    view! { <div><dt>{name}</dt><dd>{words}</dd></div> }
}

fn how(channel: &Channel) -> &'static str {
    match channel {
        Channel::Proxy => tr!(guides.how_proxy),
        Channel::Accompany { .. } => tr!(guides.how_accompany),
    }
}

fn place(matter: &Matter) -> &'static str {
    match (&matter.channel, matter.visit) {
        (Channel::Accompany { .. }, _) => tr!(guides.where_accompany),
        (Channel::Proxy, true) => tr!(guides.where_visit),
        (Channel::Proxy, false) => tr!(guides.where_station),
    }
}

fn limit(limit: Option<&Limit>) -> String {
    let Some(limit) = limit else {
        return tr!(guides.limit_none).to_owned();
    };
    match &limit.note {
        Some(note) => tr!(
            guides.limit_note,
            limit = words::limit(limit),
            note = note.clone()
        ),
        None => words::limit(limit),
    }
}

fn materials(materials: &[Material]) -> AnyView {
    if materials.is_empty() {
        return view! { <p>{tr!(guides.materials_none)}</p> }.into_any();
    }
    let rows: Vec<_> = materials.iter().map(material).collect();
    view! { <ul class="materials">{rows}</ul> }.into_any()
}

fn material(material: &Material) -> impl IntoView + use<> {
    let (tone, words) = match (material.office_has, material.mandatory) {
        (true, _) => ("office", tr!(guides.office)),
        (false, true) => ("need", tr!(guides.need)),
        (false, false) => ("maybe", tr!(guides.maybe)),
    };
    let hint = material
        .hint
        .clone()
        .map(|hint| view! { <p class="hint">{hint}</p> });
    view! {
        <li class="material">
            <p class="material-name">{material.name.clone()} " " <Tag tone=tone words=words/></p>
            {hint}
        </li>
    }
}

fn source(source: Option<&Source>) -> String {
    let Some(source) = source else {
        return tr!(guides.source_none).to_owned();
    };
    let (name, date) = (source.name.clone(), when::month_year(source.checked_on));
    match &source.place {
        Some(place) => tr!(
            guides.source_place,
            name = name,
            place = place.clone(),
            date = date
        ),
        None => tr!(guides.source, name = name, date = date),
    }
}
