//! Where from: here, an estate, a tap on the map, the home that this phone remembers.

use super::{Here, share};
use crate::parts::{Icon, Section, fitting, focus_id, loaded};
use crate::position::{NoPosition, Patience, position};
use crate::state::facts;
use crate::storage;
use crate::walk::wire::Walker;
use leptos::prelude::*;
use leptos::task::spawn_local;
use model::place::Wgs84;
use model::street::Street;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// A place to start from.
#[derive(Clone, Debug, PartialEq)]
pub struct Start {
    /// Where it is.
    pub at: Wgs84,
    /// How it was found.
    pub from: From,
}

/// How a place was found.
#[derive(Clone, Debug, PartialEq)]
pub enum From {
    /// The phone said so.
    Position,
    /// An estate, by name.
    Estate(String),
    /// On the map.
    Spot,
    /// By a link.
    Shared,
    /// Remembered.
    Home,
}

impl Start {
    /// What it is called.
    pub fn name(&self) -> String {
        match &self.from {
            From::Position => tr!(circle.start_here).to_owned(),
            From::Estate(name) => name.clone(),
            From::Spot => tr!(circle.start_spot).to_owned(),
            From::Shared => tr!(circle.start_shared).to_owned(),
            From::Home => tr!(circle.start_home).to_owned(),
        }
    }
}

/// The home that this phone remembers, and who walks from it.
#[derive(Clone, Debug, PartialEq)]
pub struct Kept {
    /// Where it is.
    pub at: Wgs84,
    /// Who walks.
    pub walker: Walker,
}

/// As it is written down.
#[derive(Serialize, Deserialize)]
struct Home {
    at: Wgs84,
    walker: String,
}

const NOTE: &str = "circle.home";

impl Kept {
    /// As kept.
    pub fn load() -> Option<Kept> {
        let Home { at, walker } = storage::note(NOTE)?;
        let walker = share::walker_of(&walker);
        Some(Kept { at, walker })
    }

    /// False where the phone refuses.
    fn keep(&self) -> bool {
        let home = Home {
            at: self.at,
            walker: share::name_of(self.walker).to_owned(),
        };
        storage::keep_note(NOTE, &home)
    }
}

/// How one says where from.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Asking {
    Nothing,
    Estate,
    Map,
}

/// Where from, or the four ways to say it.
#[component]
pub fn Starting(here: Here) -> impl IntoView {
    let choosing = RwSignal::new(false);
    let asks = Memo::new(move |_| choosing.get() || here.start.with(Option::is_none));
    // Whoever has chosen is done choosing.
    Effect::new(move |before: Option<Option<Start>>| {
        let now = here.start.get();
        if before.is_some_and(|before| before != now) && !here.moving.get_untracked() {
            choosing.set(false);
        }
        now
    });
    move || match asks.get() {
        true => view! { <Ways here choosing/> }.into_any(),
        false => view! { <Started here choosing/> }.into_any(),
    }
}

#[component]
fn Ways(here: Here, choosing: RwSignal<bool>) -> impl IntoView {
    let asking = RwSignal::new(Asking::Nothing);
    let told = RwSignal::new(None::<&'static str>);
    let locate = move |_| {
        told.set(Some(tr!(circle.locating)));
        spawn_local(async move {
            match position(Patience::ROUGH).await {
                Ok(found) => {
                    told.try_set(None);
                    here.begin(Start {
                        at: found.at,
                        from: From::Position,
                    });
                    choosing.try_set(false);
                }
                Err(NoPosition::Denied) => drop(told.try_set(Some(tr!(circle.denied)))),
                Err(NoPosition::Unknown) => drop(told.try_set(Some(tr!(circle.unknown)))),
            }
        });
    };
    let pick_estate = move |_| {
        asking.set(Asking::Estate);
        focus_id("circle-estate");
    };
    let tap = move |_| {
        asking.set(Asking::Map);
        here.map.set(true);
        focus_id("circle-map");
    };
    let home = Kept::load().map(|home| {
        let begin = move |_| {
            here.walker.set(home.walker);
            here.begin(Start {
                at: home.at,
                from: From::Home,
            });
            choosing.set(false);
        };
        view! { <WayIn sign="home" words=tr!(circle.from_home) on_press=begin/> }
    });
    let more = move || match asking.get() {
        Asking::Nothing => None,
        Asking::Estate => Some(
            loaded(facts().street(), move |street| {
                view! { <Estates here street choosing/> }
            })
            .into_any(),
        ),
        Asking::Map => Some(view! { <p class="hint">{tr!(circle.map_hint)}</p> }.into_any()),
    };
    view! {
        <Section title=tr!(circle.from_title)>
            <div class="circle-ways">
                {home}
                <WayIn sign="pin" words=tr!(circle.from_here) on_press=locate/>
                <WayIn sign="search" words=tr!(circle.from_estate) on_press=pick_estate/>
                <WayIn sign="map" words=tr!(circle.from_map) on_press=tap/>
            </div>
            <p class="hint" role="status">{told}</p>
            {more}
        </Section>
    }
}

#[component]
fn WayIn(
    sign: &'static str,
    words: &'static str,
    on_press: impl Fn(web_sys::MouseEvent) + 'static,
) -> impl IntoView {
    view! {
        <button class="btn" type="button" on:click=on_press>
            <Icon name=sign/>
            {words}
        </button>
    }
}

/// The estates that fit what is typed; one press begins.
#[component]
fn Estates(here: Here, street: Arc<Street>, choosing: RwSignal<bool>) -> impl IntoView {
    let query = RwSignal::new(String::new());
    let list = Arc::clone(&street);
    let hits = Memo::new(move |_| query.with(|query| fitting(&list.estates, query)));
    let told = move || match hits.with(|(_, found)| *found) {
        _ if query.with(|query| query.trim().is_empty()) => String::new(),
        0 => tr!(circle.estate_none).to_owned(),
        count => tr!(circle.estate_found, count = count),
    };
    let row = move |at: usize| {
        let estate = street.estates.get(at)?;
        let (name, at) = (estate.name.clone(), estate.entrance);
        let begin = move |_| {
            here.begin(Start {
                at,
                from: From::Estate(name.clone()),
            });
            choosing.set(false);
        };
        let name = estate.name.clone();
        Some(
            view! { <li><button class="btn btn-wide" type="button" on:click=begin>{name}</button></li> },
        )
    };
    view! {
        <div class="field">
            <label class="label" for="circle-estate">{tr!(circle.estate_label)}</label>
            <p class="hint" id="circle-estate-hint">{tr!(circle.estate_hint)}</p>
            <input class="input" id="circle-estate" type="search" autocomplete="off"
                aria-describedby="circle-estate-hint"
                prop:value=move || query.get()
                on:input=move |event| query.set(event_target_value(&event))/>
            <p class="hint" role="status">{told}</p>
        </div>
        <ul class="circle-estates">
            <For each=move || hits.get().0 key=|at| *at children=row/>
        </ul>
    }
}

/// Where from, who walks, and what to do with the place.
#[component]
fn Started(here: Here, choosing: RwSignal<bool>) -> impl IntoView {
    let name = move || here.start.with(|start| start.as_ref().map(Start::name));
    let heading = move || name().map(|name| tr!(circle.starting, name = name));
    let told = RwSignal::new(None::<&'static str>);
    let is_home = Memo::new(move |_| {
        here.start
            .with(|start| start.as_ref().is_some_and(|start| start.from == From::Home))
    });
    let keep = move |_| {
        let Some(start) = here.start.get_untracked() else {
            return;
        };
        let home = Kept {
            at: start.at,
            walker: here.walker.get_untracked(),
        };
        if home.keep() {
            told.set(Some(tr!(circle.kept_home)));
            here.start.set(Some(Start {
                from: From::Home,
                ..start
            }));
        } else {
            told.set(Some(tr!(circle.unkept_home)));
        }
    };
    let forget = move |_| {
        storage::drop_note(NOTE);
        told.set(Some(tr!(circle.forgot_home)));
        here.start.update(|start| {
            if let Some(start) = start {
                start.from = From::Spot;
            }
        });
    };
    let home = move || match is_home.get() {
        true => {
            view! { <WayIn sign="trash" words=tr!(circle.forget_home) on_press=forget/> }.into_any()
        }
        false => {
            view! { <WayIn sign="home" words=tr!(circle.keep_home) on_press=keep/> }.into_any()
        }
    };
    view! {
        <section class="section">
            <h2 class="section-title">{heading}</h2>
            <Walkers here/>
            <div class="btns">
                <WayIn sign="edit" words=tr!(circle.change) on_press=move |_| choosing.set(true)/>
                {home}
            </div>
            <p class="hint" role="status">{told}</p>
        </section>
    }
}

/// Who walks: four speeds.
#[component]
fn Walkers(here: Here) -> impl IntoView {
    let row = |walker: Walker| {
        let name = share::name_of(walker);
        let checked = Signal::derive(move || here.walker.get() == walker);
        view! {
            <label class="choice">
                <input type="radio" name="circle-walker" value=name prop:checked=checked
                    on:change=move |_| here.walker.set(walker)/>
                <span class="choice-words"><span class="choice-name">{words_of(walker)}</span></span>
            </label>
        }
    };
    view! {
        <fieldset class="question">
            <legend class="label">{tr!(circle.walker)}</legend>
            <div class="choices choices-row circle-walkers">{share::WALKERS.map(row)}</div>
        </fieldset>
    }
}

/// What a walker is called.
pub fn words_of(walker: Walker) -> &'static str {
    match walker {
        Walker::Adult => tr!(circle.walker_adult),
        Walker::Older => tr!(circle.walker_older),
        Walker::Slow => tr!(circle.walker_slow),
        Walker::Wheelchair => tr!(circle.walker_wheelchair),
    }
}
