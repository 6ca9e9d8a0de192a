//! The map beside the list: what the list says, drawn. Never the only way to anything.

use super::card::sign_of;
use super::list::List;
use crate::parts::{Icon, Look, MapMarker, StreetMap};
use leptos::prelude::*;
use model::api::report::ReportItem;
use model::id::CaseId;
use model::place::Wgs84;

/// Closer than the whole street, so that pins stand apart.
const ZOOM: u8 = 16;

/// On a phone the map waits behind its button, and costs nothing until then.
pub fn has_room() -> bool {
    let query = window().match_media("(min-width: 60em)").ok().flatten();
    query.is_some_and(|query| query.matches())
}

/// The button and, once it is asked for, the map.
#[component]
pub fn Ground(
    /// The list.
    list: List,
) -> impl IntoView {
    let open = RwSignal::new(has_room());
    let word = move || match open.get() {
        true => tr!(reports.map.hide),
        false => tr!(reports.map.show),
    };
    let expanded = move || open.get().to_string();
    view! {
        <div class="circle-map" id="reports-map" tabindex="-1">
            <button class="btn btn-wide" type="button" aria-expanded=expanded
                on:click=move |_| open.update(|open| *open = !*open)>
                <Icon name="map"/>
                {word}
            </button>
            <Show when=move || open.get()>
                <Map list/>
            </Show>
        </div>
    }
}

#[component]
fn Map(list: List) -> impl IntoView {
    let markers =
        Signal::derive(move || list.items.with(|items| items.iter().map(marker).collect()));
    let selected = move || list.chosen.get().map(|case| case.to_string());
    let look = Memo::new(move |_| {
        let first = list.items.with(|items| items.first().map(|item| item.at));
        let at: Option<Wgs84> = list.place.get().or(first);
        at.map(|at| Look {
            at,
            zoom: Some(ZOOM),
        })
    });
    let select = Callback::new(move |id: String| {
        if let Ok(case) = id.parse::<CaseId>() {
            list.choose(case);
        }
    });
    view! {
        <StreetMap label=tr!(reports.map.label) after="reports-list" look=look markers=markers
            selected=Signal::derive(selected) on_select=select/>
    }
}

fn marker(item: &ReportItem) -> MapMarker {
    MapMarker {
        id: item.case.to_string(),
        at: item.at,
        icon: sign_of(&item.category),
        tone: if item.state.is_open() { "go" } else { "quiet" },
        label: tr!(
            reports.map.pin,
            name = item.category_name.clone(),
            state = super::story::state(item.state)
        ),
    }
}
