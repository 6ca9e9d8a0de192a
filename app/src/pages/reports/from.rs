//! Near to what: where the phone is, asked for when somebody presses and not before, or a place by
//! its name.

use super::looking::{Looking, Sort};
use crate::parts::{Icon, Named, Section, named_places};
use crate::position::{NoPosition, Patience, position};
use crate::state::facts;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::hooks::use_navigate;
use model::place::Wgs84;

/// Asks, as long as nothing is known; `on_here` is told where the phone is.
#[component]
pub fn From(
    /// How the list is looked at.
    looking: Memo<Looking>,
    /// Told where the phone is.
    on_here: Callback<Wgs84>,
) -> impl IntoView {
    let told = RwSignal::new(None::<&'static str>);
    let busy = RwSignal::new(false);
    let navigate = use_navigate();
    let locate = move |_| {
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        told.set(Some(tr!(reports.from.locating)));
        let (navigate, plain) = (navigate.clone(), looking.get_untracked());
        spawn_local(async move {
            let found = position(Patience::ROUGH).await;
            // The page may be gone while the phone was thinking.
            if busy.try_set(false).is_some() {
                return;
            }
            match found {
                Ok(found) => {
                    told.set(None);
                    on_here.run(found.at);
                    // A place that was named before is not meant any more.
                    if plain.from.is_some() {
                        navigate(
                            &Looking {
                                from: None,
                                ..plain
                            }
                            .address(),
                            Default::default(),
                        );
                    }
                }
                Err(NoPosition::Denied) => told.set(Some(tr!(reports.from.denied))),
                Err(NoPosition::Unknown) => told.set(Some(tr!(reports.from.unknown))),
            }
        });
    };
    let flag = move || busy.get().then_some("true");
    view! {
        <Section title=tr!(reports.from.title)>
            <p>{tr!(reports.from.words)}</p>
            <div class="btns">
                <button class="btn btn-primary" type="button" aria-busy=flag aria-disabled=flag on:click=locate>
                    <Icon name="pin"/>
                    {tr!(reports.from.here)}
                </button>
            </div>
            <p class="hint" role="status">{move || told.get()}</p>
            <Search looking/>
        </Section>
    }
}

/// Estates and landmarks by name; each is a link to the list from there.
#[component]
fn Search(looking: Memo<Looking>) -> impl IntoView {
    let (street, facilities) = (facts().street(), facts().facilities());
    let query = RwSignal::new(String::new());
    let hits = Memo::new(move |_| {
        let known = street.here().zip(facilities.here());
        known.map(|(street, facilities)| {
            query.with(|query| named_places(&street, &facilities, query))
        })
    });
    let none = move || {
        let typed = query.with(|query| !query.trim().is_empty());
        match hits.get() {
            None if typed => Some(tr!(reports.from.no_names)),
            Some(hits) if typed && hits.is_empty() => Some(tr!(reports.from.no_hit)),
            _ => None,
        }
    };
    let row = move |named: Named| {
        let from = Looking {
            sort: Sort::Nearest,
            from: Some(named.id),
            ..looking.get_untracked()
        };
        view! { <a class="btn" href=from.address()><Icon name="pin"/>{named.name}</a> }
    };
    view! {
        <div class="field">
            <label class="label" for="reports-from">{tr!(reports.from.search)}</label>
            <input class="input" type="search" id="reports-from" autocomplete="off"
                prop:value=query on:input=move |event| query.set(event_target_value(&event))/>
            <p class="hint" role="status">{none}</p>
        </div>
        <div class="btns">
            <For each=move || hits.get().unwrap_or_default() key=|named| named.id.clone() children=row/>
        </div>
    }
}
