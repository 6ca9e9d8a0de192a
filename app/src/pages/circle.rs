//! `/circle`: what one can walk to in a quarter of an hour, and what one cannot.
//!
//! The list is the page; the map stands beside it, or behind a button on a phone. Every walk is
//! worked out on this phone ([`crate::walk`]). Where that cannot be, the street's facilities
//! stand by category, as they do before anybody has said where from.

mod card;
mod near;
mod paper;
mod plain;
mod results;
mod share;
mod sheet;
mod start;
mod steps;

pub use card::Card;
pub use plain::place;

use crate::parts::{
    Icon, Look, MapMarker, Note, Page, Paper, Pinned, SearchBox, StreetMap, loaded,
};
use crate::shell::{Draw, NotLoaded};
use crate::state::{facts, prefs, set_root_attribute};
use crate::walk::wire::{Circle as Around, Walk, Walker};
use crate::walk::{Engine, Found, Lack, Phase, wgs84};
use leptos::prelude::*;
use leptos_router::hooks::{use_location, use_query_map};
use model::api::Facilities;
use model::place::Wgs84;
use near::Wanted;
use start::{From, Kept, Start};
use std::pin::Pin;
use std::sync::Arc;

/// How near the map looks at a quarter of an hour.
const ZOOM: u8 = 14;

/// The card for the wall, on its way.
pub type Coming = Pin<Box<dyn Future<Output = Result<Draw, NotLoaded>>>>;

/// Fetches the card for the wall: what draws codes is not for those who never print.
#[derive(Clone, Copy)]
pub struct FetchCard(pub fn() -> Coming);

/// What the parts of the page share.
#[derive(Clone, Copy)]
struct Here {
    engine: Engine,
    /// None until somebody has said where from.
    start: RwSignal<Option<Start>>,
    walker: RwSignal<Walker>,
    /// The pin is under a finger.
    moving: RwSignal<bool>,
    wanted: RwSignal<Wanted>,
    /// The facility whose sheet is open.
    open: RwSignal<Option<usize>>,
    /// The facility whose way is on the map.
    shown_way: RwSignal<Option<usize>>,
    map: RwSignal<bool>,
    /// What the card for the wall would be printed on.
    paper: RwSignal<Paper>,
    /// Draws that card, once somebody has asked for it.
    card: RwSignal<Option<Draw>>,
    look: RwSignal<Option<Look>>,
}

impl Here {
    /// Begins at a place, and looks at it.
    fn begin(self, start: Start) {
        self.shown_way.set(None);
        self.look.set(Some(Look {
            at: start.at,
            zoom: Some(ZOOM),
        }));
        self.start.set(Some(start));
    }

    /// The place alone, under a finger or after a tap.
    fn move_to(self, at: Wgs84) {
        self.start.set(Some(Start {
            at,
            from: From::Spot,
        }));
    }

    /// The engine's answer to the question as it stands.
    fn around(self) -> Option<Arc<Around>> {
        self.start
            .with(Option::is_some)
            .then(|| self.engine.circle.get())?
    }

    /// Of one facility; follows changes.
    fn walk(self, at: usize) -> Option<Walk> {
        self.engine.circle.with(|circle| {
            let walks = circle.as_ref().map(|circle| &circle.walks);
            walks.and_then(|walks| walks.get(at).copied().flatten())
        })
    }
}

/// Who is thought to walk until somebody says: whoever reads large type is not young.
fn usual_walker() -> Walker {
    match prefs().elder.get_untracked() {
        Some(_) => Walker::Older,
        None => Walker::default(),
    }
}

/// The quarter of an hour around a place.
#[component]
pub fn Circle() -> impl IntoView {
    let here = Here {
        engine: Engine::start(),
        start: RwSignal::new(None),
        walker: RwSignal::new(usual_walker()),
        moving: RwSignal::new(false),
        wanted: RwSignal::new(Wanted::default()),
        open: RwSignal::new(None),
        shown_way: RwSignal::new(None),
        map: RwSignal::new(has_room_for_a_map()),
        paper: RwSignal::new(Paper::of_device().unwrap_or(paper::USUAL)),
        card: RwSignal::new(None),
        look: RwSignal::new(None),
    };
    provide_context(here);
    follow_address(here);
    ask_on_change(here);
    size_the_sheet(here);
    let facilities = facts().facilities();
    let answers = Memo::new(move |_| {
        here.start.with(Option::is_some) && here.engine.phase.get() == Phase::Open
    });
    let body = loaded(facilities, move |all| {
        let list = Arc::clone(&all);
        let results = move || {
            let all = Arc::clone(&list);
            match answers.get() {
                true => view! { <results::Results here all/> }.into_any(),
                false => view! { <Plain here all/> }.into_any(),
            }
        };
        view! {
            <div class="circle">
                <MapBeside here all=Arc::clone(&all)/>
                <div class="circle-list" id="circle-list" tabindex="-1">{results}</div>
            </div>
            <sheet::OpenSheet here all/>
        }
    });
    let card = move || here.card.get().map(|draw| draw());
    view! {
        <Page title=tr!(shell.circle_title) lead=tr!(circle.lead) back="/" wide=true>
            <start::Starting here/>
            <Lacking here/>
            {body}
            {card}
        </Page>
    }
}

/// A link that somebody sent, in the fragment; the category that an older link names; else the
/// home that this phone remembers.
fn follow_address(here: Here) {
    let fragment = use_location().hash;
    let query = use_query_map();
    Effect::new(move |_| {
        let shared = fragment.with(|fragment| share::parse(fragment));
        if let Some((at, walker)) = shared {
            here.walker.set(walker);
            here.begin(Start {
                at,
                from: From::Shared,
            });
        } else if let Some(home) =
            Kept::load().filter(|_| here.start.with_untracked(Option::is_none))
        {
            here.walker.set(home.walker);
            here.begin(Start {
                at: home.at,
                from: From::Home,
            });
        }
    });
    Effect::new(move |_| {
        let named = query.with(|query| query.get_str("category").and_then(plain::category_of));
        here.wanted.update(|wanted| wanted.category = named);
    });
}

/// Each change of place or walker is a question; the way on the map or in the sheet another.
fn ask_on_change(here: Here) {
    Effect::new(move |_| {
        let told = here.engine.doors.get() > 0;
        if let Some(start) = here.start.get().filter(|_| told) {
            here.engine.ask_circle(start.at, here.walker.get());
        }
    });
    Effect::new(move |_| {
        let told = here.engine.doors.get() > 0;
        let to = here.open.get().or_else(|| here.shown_way.get());
        if let Some((start, to)) = here.start.get().zip(to).filter(|_| told) {
            here.engine.ask_way(start.at, here.walker.get(), to);
        }
    });
}

/// The sheet that a printer is asked for, however printing is asked for; none on other pages.
fn size_the_sheet(here: Here) {
    Effect::new(move |_| set_root_attribute("data-wall", Some(here.paper.get().name())));
    on_cleanup(|| set_root_attribute("data-wall", None));
}

/// On a phone the map waits behind its button, and costs nothing until then.
fn has_room_for_a_map() -> bool {
    let query = window().match_media("(min-width: 60em)").ok().flatten();
    query.is_some_and(|query| query.matches())
}

/// Why there are no minutes, and what to do.
#[component]
fn Lacking(here: Here) -> impl IntoView {
    let asked = move || here.start.with(Option::is_some);
    move || match here.engine.phase.get() {
        Phase::Lacking(lack) if asked() => {
            let words = match lack {
                Lack::Footways => tr!(circle.lack_footways),
                Lack::Signal => tr!(circle.lack_signal),
                Lack::Program => tr!(circle.lack_program),
            };
            let again = move |_| here.engine.again();
            Some(view! {
                <Note tone="warn" title=words>
                    <button class="btn" type="button" on:click=again>{tr!(shell.retry)}</button>
                </Note>
            })
        }
        _ => None,
    }
}

/// The list without minutes.
#[component]
fn Plain(here: Here, all: Arc<Facilities>) -> impl IntoView {
    let query = RwSignal::new(here.wanted.with_untracked(|wanted| wanted.query.clone()));
    Effect::new(move |_| here.wanted.update(|wanted| wanted.query = query.get()));
    let category = Memo::new(move |_| here.wanted.with(|wanted| wanted.category));
    let street = facts().street();
    let searched = Arc::clone(&all);
    let found = move || {
        let typed = query.get();
        match plain::search(&searched.facilities, &typed).len() {
            _ if typed.trim().is_empty() => String::new(),
            0 => tr!(shell.circle_none).to_owned(),
            count => tr!(shell.circle_found, count = count),
        }
    };
    let waiting = move || {
        let opening = here.engine.phase.get() == Phase::Opening;
        (opening && here.start.with(Option::is_some)).then(|| tr!(circle.counting))
    };
    let unasked = Memo::new(move |_| here.start.with(Option::is_none));
    let list = move || {
        let street = street.here();
        plain::lists(
            &all.facilities,
            category.get(),
            &query.get(),
            street.as_deref(),
            unasked.get(),
        )
    };
    view! {
        <p class="hint" role="status">{waiting}</p>
        <SearchBox id="facility" label=tr!(shell.circle_search) hint=tr!(shell.circle_search_hint)
            query=query found=Signal::derive(found)/>
        {list}
    }
}

/// The map: what the list says, drawn. Never the only way to anything.
#[component]
fn MapBeside(here: Here, all: Arc<Facilities>) -> impl IntoView {
    let word = move || match here.map.get() {
        true => tr!(circle.hide_map),
        false => tr!(circle.show_map),
    };
    let expanded = move || here.map.get().to_string();
    let map = move || {
        let all = Arc::clone(&all);
        here.map.get().then(|| view! { <Map here all/> })
    };
    view! {
        <div class="circle-map" id="circle-map" tabindex="-1">
            <button class="btn btn-wide circle-toggle" type="button" aria-expanded=expanded
                on:click=move |_| here.map.update(|open| *open = !*open)>
                <Icon name="map"/>
                {word}
            </button>
            {map}
        </div>
    }
}

#[component]
fn Map(here: Here, all: Arc<Facilities>) -> impl IntoView {
    let pin = move || {
        here.start
            .with(|start| start.as_ref().map(|start| start.at))
    };
    let bands = move || here.around().map(|around| around.bands.clone());
    let route = move || match here.engine.way.get() {
        Found::Here(way) if Some(way.to) == here.shown_way.get() => {
            let line = way.line.iter().copied();
            line.filter_map(wgs84).collect()
        }
        _ => Vec::new(),
    };
    let drawn = Arc::clone(&all);
    // While the pin moves the markers stand: a name does not change with the finger.
    let markers = Memo::new(move |before: Option<&Vec<MapMarker>>| match before {
        Some(before) if here.moving.get() => before.clone(),
        _ => markers(here, &drawn),
    });
    let chosen = Arc::clone(&all);
    let selected = move || {
        let at = here.shown_way.get()?;
        Some(chosen.facilities.get(at)?.id.to_string())
    };
    let moved = Callback::new(move |pinned: Pinned| {
        here.moving.set(!pinned.settled);
        here.move_to(pinned.at);
    });
    let select = Callback::new(move |id: String| {
        let at = all.facilities.iter().position(|one| one.id.as_str() == id);
        here.open.set(at);
    });
    view! {
        <StreetMap label=tr!(circle.map_label) after="circle-list"
            look=here.look
            markers=markers
            selected=Signal::derive(selected)
            pin=Signal::derive(pin)
            bands=Signal::derive(bands)
            route=Signal::derive(route)
            on_pick=Callback::new(move |at| here.move_to(at))
            on_pin=moved
            on_select=select/>
        <p class="hint">{move || here.around().map(|_| tr!(circle.bands))}</p>
    }
}

/// What the list has, on the map; nothing before there is a list.
fn markers(here: Here, all: &Facilities) -> Vec<MapMarker> {
    let Some(around) = here.around() else {
        return Vec::new();
    };
    let listed = here
        .wanted
        .with(|wanted| results::listed(all, &around.walks, wanted));
    let listed = listed.into_iter().filter_map(|at| all.facilities.get(at));
    listed
        .map(|facility| MapMarker {
            id: facility.id.to_string(),
            at: facility.at,
            icon: plain::name_and_icon(facility.category).1,
            tone: if facility.station { "go" } else { "quiet" },
            label: facility.name.clone(),
        })
        .collect()
}
