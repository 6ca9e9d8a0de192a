//! The filters. Each change is a change of address.

use super::desk::Desk;
use super::query;
use crate::pages::staff::on_street::{
    PUBLICATIONS, publication as publication_words, publication_name,
};
use crate::parts::Icon;
use crate::state::facts;
use crate::words;
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;
use model::api::{Counts, QueueQuery, Scope};
use model::calendar::Light;
use model::issue::IssueCategory;
use model::kinds::KindName;
use model::workflow::State;

/// Whose, how pressing, in which state, of which kind, which matter or category, which number.
#[component]
pub fn Filters(desk: Desk) -> impl IntoView {
    view! {
        <div class="cluster">
            <nav class="views" aria-label=tr!(staff.filter.scope)>{move || scopes(&desk.asked.get())}</nav>
            <nav class="views" aria-label=tr!(staff.filter.light)>
                {move || desk.counts.get().map(|counts| lights(&desk.asked.get(), &counts))}
            </nav>
        </div>
        <Form desk=desk/>
    }
}

fn scopes(asked: &QueueQuery) -> impl IntoView + use<> {
    let scope = |scope: Scope| {
        let words = match scope {
            Scope::Mine => tr!(staff.filter.mine),
            Scope::Area => tr!(staff.filter.area),
            Scope::All => tr!(staff.filter.all),
        };
        let current = (asked.scope == scope).then_some("true");
        let href = query::address(asked, |asked| asked.scope = scope);
        view! { <a class="view" href=href aria-current=current>{words}</a> }
    };
    [Scope::Mine, Scope::Area, Scope::All]
        .map(scope)
        .into_iter()
        .collect_view()
}

/// The counts by colour: each leads to its cases, and back to all of them.
fn lights(asked: &QueueQuery, counts: &Counts) -> impl IntoView + use<> {
    let lights = [
        (Light::Red, "red", "alert", counts.red),
        (Light::Amber, "amber", "clock", counts.amber),
        (Light::Green, "green", "check", counts.green),
    ];
    let light = |(light, name, sign, count): (Light, &'static str, &'static str, u32)| {
        let on = asked.light == name;
        let href = query::address(asked, |asked| {
            asked.light = if on { String::new() } else { name.to_owned() }
        });
        view! {
            <a class="view" href=href aria-current=on.then_some("true")>
                <span class="due" data-due=name>
                    <Icon name=sign size="s"/>
                    {words::light(light)} " " <span class="num">{count}</span>
                </span>
            </a>
        }
    };
    lights.map(light).into_iter().collect_view()
}

#[component]
fn Form(desk: Desk) -> impl IntoView {
    let go = use_navigate();
    let typed = RwSignal::new(String::new());
    // Back and forward change the address, and the box follows.
    Effect::new(move || typed.set(desk.asked.with(|asked| asked.q.clone())));
    let show = StoredValue::new_local(move |change: &dyn Fn(&mut QueueQuery)| {
        let address = query::address(&desk.asked.get_untracked(), change);
        go(
            &address,
            NavigateOptions {
                scroll: false,
                ..Default::default()
            },
        );
    });
    let search = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        show.with_value(|show| show(&|asked| query::look_up(asked, &typed.get_untracked())));
    };
    let state =
        move |name: String| show.with_value(|show| show(&|asked| asked.state.clone_from(&name)));
    let matter =
        move |id: String| show.with_value(|show| show(&|asked| asked.matter.clone_from(&id)));
    let kind =
        move |name: String| show.with_value(|show| show(&|asked| query::of_kind(asked, &name)));
    let category =
        move |id: String| show.with_value(|show| show(&|asked| asked.category.clone_from(&id)));
    let publication = move |name: String| {
        show.with_value(|show| show(&|asked| asked.publication.clone_from(&name)))
    };
    // What only one kind has is asked only where that kind is looked at.
    let may_be = move |kind: KindName| {
        desk.asked
            .with(|asked| asked.kind.is_empty() || asked.kind == kind.name())
    };
    view! {
        <form class="filters" role="search" on:submit=search>
            <div class="field">
                <label class="label" for="filter-state">{tr!(staff.filter.state)}</label>
                <select class="select" id="filter-state" on:change=move |event| state(event_target_value(&event))
                    prop:value=move || desk.asked.with(|asked| asked.state.clone())>
                    <option value="">{tr!(staff.filter.open)}</option>
                    {State::ALL.map(|state| view! { <option value=state.name()>{words::state_to_staff(state)}</option> }).into_iter().collect_view()}
                    <option value="all">{tr!(staff.filter.every_state)}</option>
                </select>
            </div>
            <div class="field">
                <label class="label" for="filter-kind">{tr!(handling.filter.kind)}</label>
                <select class="select" id="filter-kind" on:change=move |event| kind(event_target_value(&event))
                    prop:value=move || desk.asked.with(|asked| asked.kind.clone())>
                    <option value="">{tr!(staff.filter.every_state)}</option>
                    {KindName::ALL.iter().map(|kind| view! { <option value=kind.name()>{words::kind(*kind)}</option> }).collect_view()}
                </select>
            </div>
            <Show when=move || may_be(KindName::ProxyRequest)>
                <div class="field">
                    <label class="label" for="filter-matter">{tr!(staff.filter.matter)}</label>
                    <Matters desk=desk on_pick=matter/>
                </div>
            </Show>
            <Show when=move || may_be(KindName::IssueReport)>
                <div class="field">
                    <label class="label" for="filter-category">{tr!(handling.filter.category)}</label>
                    <Categories desk=desk on_pick=category/>
                </div>
                <div class="field">
                    <label class="label" for="filter-publication">{tr!(handling.filter.publication)}</label>
                    <select class="select" id="filter-publication" on:change=move |event| publication(event_target_value(&event))
                        prop:value=move || desk.asked.with(|asked| asked.publication.clone())>
                        <option value="">{tr!(staff.filter.every_state)}</option>
                        {PUBLICATIONS.map(|of| view! { <option value=publication_name(of)>{publication_words(of)}</option> }).into_iter().collect_view()}
                    </select>
                </div>
            </Show>
            <div class="field">
                <label class="label" for="filter-receipt">{tr!(staff.filter.receipt)}</label>
                <input class="input" id="filter-receipt" type="search" inputmode="numeric" autocomplete="off"
                    prop:value=move || typed.get() on:input=move |event| typed.set(event_target_value(&event))/>
            </div>
            <button class="btn" type="submit"><Icon name="search"/>{tr!(shell.search)}</button>
        </form>
    }
}

/// The categories by name. Drawn again when they arrive, with the one picked still picked.
#[component]
fn Categories(desk: Desk, on_pick: impl Fn(String) + Copy + 'static) -> impl IntoView {
    let facts = facts();
    let options = move || {
        let picked = desk.asked.with(|asked| asked.category.clone());
        let all = facts.categories().here();
        let all = all.iter().flat_map(|all| all.categories.iter());
        let option = |category: &IssueCategory| {
            let selected = category.id.as_str() == picked;
            view! { <option value=category.id.to_string() selected=selected>{category.name.clone()}</option> }
        };
        all.map(option).collect_view()
    };
    view! {
        <select class="select" id="filter-category" on:change=move |event| on_pick(event_target_value(&event))>
            <option value="" selected=move || desk.asked.with(|asked| asked.category.is_empty())>
                {tr!(staff.filter.every_matter)}
            </option>
            {options}
        </select>
    }
}

/// The matters by name. Drawn again when they arrive, with the one picked still picked.
#[component]
fn Matters(desk: Desk, on_pick: impl Fn(String) + Copy + 'static) -> impl IntoView {
    let facts = facts();
    let options = move || {
        let picked = desk.asked.with(|asked| asked.matter.clone());
        let matters = facts.matters().here();
        let matters = matters.iter().flat_map(|matters| matters.matters.iter());
        let option = |matter: &model::matter::Matter| {
            let selected = matter.id.as_str() == picked;
            view! { <option value=matter.id.to_string() selected=selected>{matter.name.clone()}</option> }
        };
        matters.map(option).collect_view()
    };
    view! {
        <select class="select" id="filter-matter" on:change=move |event| on_pick(event_target_value(&event))>
            <option value="" selected=move || desk.asked.with(|asked| asked.matter.is_empty())>
                {tr!(staff.filter.every_matter)}
            </option>
            {options}
        </select>
    }
}
