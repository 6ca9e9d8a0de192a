//! Where something is: from the device, from a photo, from a list, or from the map. The list works
//! without any of the others, and no road name is ever guessed.

use crate::parts::{Icon, Look, Note, Pinned, StreetMap, TextInput, beside};
use crate::position::{NoPosition, Patience, position};
use leptos::prelude::*;
use leptos::task::spawn_local;
use model::api::Facilities;
use model::area::Estate;
use model::field::FARTHEST_M;
use model::id::EstateId;
use model::place::{Found, Spot, Wgs84, metres_between};
use model::search::best_match;
use model::street::Street;
use std::sync::Arc;

/// As many names as fit on a phone.
const SHOWN: usize = 6;
/// A device that is less sure than this, in metres, is asked to be corrected.
const UNSURE_M: f64 = 100.0;

/// What became of asking the device.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Asking {
    Idle,
    Waiting,
    /// Found, but only within so many metres.
    Unsure(f64),
    /// Found where the street is not.
    Elsewhere,
    /// The person or the phone does not allow it.
    Denied,
    /// No position to be had here.
    Nowhere,
}

/// A name in the list, with its place.
#[derive(Clone, Debug, PartialEq)]
pub struct Named {
    /// The id of the estate or the facility.
    pub id: String,
    /// What it is called.
    pub name: String,
    /// Where it is: an estate's gate, or the landmark itself.
    pub at: Wgs84,
    /// The estate, where it is one.
    pub estate: Option<EstateId>,
}

/// A place in words: how it was found, and which estate's gate is near.
pub fn place_words(spot: &Spot, street: &Street) -> String {
    let found = match spot.found {
        Found::Device => tr!(report.place.by_device),
        Found::Photo => tr!(report.place.by_photo),
        Found::Map => tr!(report.place.by_map),
        Found::List | Found::Sent => tr!(report.place.by_list),
    };
    let picked = spot.estate.as_ref();
    let own = street
        .estates
        .iter()
        .find(|estate| Some(&estate.id) == picked);
    let beside = match own {
        Some(estate) => Some(estate.name.clone()),
        None => beside(spot.at, street),
    };
    let beside = beside.unwrap_or_else(|| tr!(report.place.somewhere).to_owned());
    [found, &beside].concat()
}

/// Estates by name, pinyin or initials, then facilities by name; nothing for an empty query.
pub fn named_places(street: &Street, facilities: &Facilities, query: &str) -> Vec<Named> {
    let query = query.trim();
    if query.is_empty() {
        return Vec::new();
    }
    let mut estates: Vec<_> = street
        .estates
        .iter()
        .filter_map(|estate| Some((best_match(&estate.search, query)?, estate)))
        .collect();
    estates.sort_by_key(|(how, _)| *how);
    let estates = estates.into_iter().map(|(_, estate)| Named {
        id: estate.id.to_string(),
        name: estate.name.clone(),
        at: estate.entrance,
        estate: Some(estate.id.clone()),
    });
    let facilities = facilities.facilities.iter();
    let landmarks = facilities
        .filter(|facility| facility.name.contains(query))
        .map(|facility| Named {
            id: facility.id.to_string(),
            name: facility.name.clone(),
            at: facility.at,
            estate: None,
        });
    estates.chain(landmarks).take(SHOWN).collect()
}

/// A device that does not say how sure it is, or is off by kilometres, has no number worth reading.
fn unsure_words(metres: f64) -> String {
    const SAID_M: f64 = 5_000.0;
    match metres {
        ..=SAID_M => tr!(report.place.unsure, metres = metres.round() as u32),
        _ => tr!(report.place.very_unsure).to_owned(),
    }
}

/// Whether a place can be in the street at all: a device may be wrong by a town, and a photo taken
/// on a journey.
fn is_ours(at: Wgs84, street: &Street) -> bool {
    let near = |estate: &Estate| metres_between(estate.entrance, at) <= FARTHEST_M;
    street.estates.is_empty() || street.estates.iter().any(near)
}

/// The picker. `id` is the question's; its parts are `{id}-search` and `{id}-words`.
#[component]
pub fn PlacePicker(
    /// The question's id.
    id: &'static str,
    /// Where estates are found.
    street: Arc<Street>,
    /// Where landmarks are found.
    facilities: Arc<Facilities>,
    /// What is answered so far.
    value: Signal<Option<Spot>>,
    /// Where a photo was taken; offered.
    #[prop(into)]
    taken_at: Signal<Option<Wgs84>>,
    /// Told of each change.
    on_change: Callback<Option<Spot>>,
) -> impl IntoView {
    let asking = RwSignal::new(Asking::Idle);
    let map_open = RwSignal::new(false);
    let query = RwSignal::new(String::new());
    let put = move |at: Wgs84, found: Found, estate: Option<EstateId>, name: Option<String>| {
        let kept = value.get_untracked().and_then(|spot| spot.words);
        on_change.run(Some(Spot {
            at,
            found,
            estate,
            words: name.or(kept),
        }));
    };
    let town = StoredValue::new(Arc::clone(&street));
    let locate = move |_| {
        if asking.get_untracked() == Asking::Waiting {
            return;
        }
        asking.set(Asking::Waiting);
        spawn_local(async move {
            let answer = position(Patience::EXACT).await;
            // The page may be gone while the phone was thinking.
            if asking.try_get_untracked().is_none() {
                return;
            }
            match answer {
                Ok(found) if town.with_value(|town| !is_ours(found.at, town)) => {
                    asking.set(Asking::Elsewhere);
                }
                Ok(found) => {
                    put(found.at, Found::Device, None, None);
                    asking.set(match found.within_m > UNSURE_M {
                        true => Asking::Unsure(found.within_m),
                        false => Asking::Idle,
                    });
                }
                Err(NoPosition::Denied) => asking.set(Asking::Denied),
                Err(NoPosition::Unknown) => asking.set(Asking::Nowhere),
            }
        });
    };
    let told = move || match asking.get() {
        Asking::Idle => None,
        Asking::Waiting => Some(tr!(report.place.waiting).to_owned()),
        Asking::Unsure(metres) => Some(unsure_words(metres)),
        Asking::Elsewhere => Some(tr!(report.place.elsewhere).to_owned()),
        Asking::Denied => Some(tr!(report.place.denied).to_owned()),
        Asking::Nowhere => Some(tr!(report.place.nowhere).to_owned()),
    };
    let area = street.clone();
    let here = move || {
        value.get().map(|spot| {
            view! { <Note tone="good" title=place_words(&spot, &area)/> }
        })
    };
    let from_photo = move || {
        let at = taken_at
            .get()
            .filter(|at| town.with_value(|town| is_ours(*at, town)))?;
        let pick = move |_| put(at, Found::Photo, None, None);
        Some(view! {
            <button class="btn" type="button" on:click=pick>
                <Icon name="photo"/>{tr!(report.place.from_photo)}
            </button>
        })
    };
    let hits = Memo::new(move |_| query.with(|query| named_places(&street, &facilities, query)));
    let pick = move |named: Named| {
        let landmark = named.estate.is_none().then_some(named.name);
        put(named.at, Found::List, named.estate, landmark);
        query.set(String::new());
    };
    let row = move |named: Named| {
        let name = named.name.clone();
        view! {
            <button class="btn" type="button" on:click=move |_| pick(named.clone())>
                <Icon name="pin"/>{name}
            </button>
        }
    };
    let none = move || {
        let lost = hits.with(Vec::is_empty) && query.with(|query| !query.trim().is_empty());
        lost.then(|| tr!(report.place.no_hit))
    };
    view! {
        <div role="status">{here}</div>
        <div class="btns">
            <button class="btn" type="button" aria-busy=move || (asking.get() == Asking::Waiting).then_some("true") on:click=locate>
                <Icon name="pin"/>{tr!(report.place.locate)}
            </button>
            {from_photo}
            <button class="btn" type="button" aria-expanded=move || map_open.get().to_string()
                on:click=move |_| map_open.update(|open| *open = !*open)>
                <Icon name="map"/>{tr!(report.place.on_map)}
            </button>
        </div>
        <p class="hint" role="status">{told}</p>
        <Show when=move || map_open.get()>
            <PickMap id value put=Callback::new(move |at| put(at, Found::Map, None, None))/>
        </Show>
        <div class="field">
            <label class="label" for=format!("{id}-search")>{tr!(report.place.search)}</label>
            <input class="input" type="search" id=format!("{id}-search") autocomplete="off"
                prop:value=query
                on:input=move |event| query.set(event_target_value(&event))
                on:keydown=|event| if event.key() == "Enter" { event.prevent_default() }
            />
            <p class="hint" role="status">{none}</p>
        </div>
        <div class="btns">
            <For each=move || hits.get() key=|named| (named.name.clone(), named.estate.clone()) children=row/>
        </div>
        <PlaceWords id value on_change/>
    }
}

/// The map, where the pin can be put and moved.
#[component]
fn PickMap(id: &'static str, value: Signal<Option<Spot>>, put: Callback<Wgs84>) -> impl IntoView {
    let pin = Signal::derive(move || value.get().map(|spot| spot.at));
    let look = Signal::derive(move || pin.get().map(|at| Look { at, zoom: Some(17) }));
    let moved = move |pinned: Pinned| {
        if pinned.settled {
            put.run(pinned.at);
        }
    };
    let after: &'static str = match id {
        "place" => "place-search",
        _ => "main",
    };
    view! {
        <StreetMap label=tr!(report.place.map) after=after look=look pin=pin
            on_pick=put on_pin=Callback::new(moved)/>
    }
}

/// Where exactly, in the person's own words.
#[component]
fn PlaceWords(
    id: &'static str,
    value: Signal<Option<Spot>>,
    on_change: Callback<Option<Spot>>,
) -> impl IntoView {
    let words = Memo::new(move |_| value.get().map(|spot| spot.words.unwrap_or_default()));
    let typed = move |text: String| {
        if let Some(spot) = value.get_untracked() {
            let words = Some(text).filter(|text| !text.trim().is_empty());
            on_change.run(Some(Spot { words, ..spot }));
        }
    };
    let there = Memo::new(move |_| value.with(Option::is_some));
    // A landmark's name is put in by its button: the line is drawn anew with the place.
    let at = Memo::new(move |_| value.get().map(|spot| (spot.at.lat(), spot.at.lon())));
    move || {
        at.track();
        there.get().then(|| {
            view! {
                <TextInput id=format!("{id}-words") label=tr!(report.place.exactly) optional=true
                    value=words.get_untracked().unwrap_or_default()
                    hint=tr!(report.place.exactly_hint).to_owned() on_input=typed/>
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Locale, set_locale};
    use serde_json::json;

    fn street() -> Street {
        let estate = json!({
            "id": "nan", "name": "南里", "aliases": [], "grid": "g1", "homes": 1,
            "entrance": { "lat": 40.0, "lon": 116.0 },
            "search": [{ "word": "南里", "pinyin": "nan li", "initials": "nl" }]
        });
        serde_json::from_value(json!({
            "name": "", "sample": true, "hotlines": [], "areas": [], "estates": [estate],
            "notices": [], "calendar": model::calendar::Calendar::default()
        }))
        .expect("a street")
    }

    fn at(lat: f64) -> Wgs84 {
        Wgs84::new(lat, 116.0).expect("on the earth")
    }

    #[test]
    fn a_place_is_said_by_the_gate_it_is_near() {
        set_locale(Locale::zh_CN);
        let words = |lat, found, estate: Option<&str>| {
            let spot = Spot {
                at: at(lat),
                found,
                estate: estate.map(|id| EstateId::parse(id).expect("a slug")),
                words: None,
            };
            place_words(&spot, &street())
        };
        assert!(words(40.0, Found::List, Some("nan")).ends_with("南里"));
        let gate = words(40.0, Found::Device, None);
        assert!(gate.ends_with("南里大门口"), "{gate}");
        assert!(words(40.0009, Found::Device, None).contains("100"));
        let far = words(41.0, Found::Map, None);
        assert!(far.ends_with(tr!(report.place.somewhere)), "{far}");
    }

    #[test]
    fn a_list_finds_by_pinyin_and_offers_nothing_unasked() {
        let none = Facilities {
            facilities: Vec::new(),
            walks: Vec::new(),
            standards: Vec::new(),
        };
        for query in ["南", "nan", "nl"] {
            assert_eq!(named_places(&street(), &none, query).len(), 1, "{query}");
        }
        assert!(named_places(&street(), &none, " ").is_empty());
    }
}
