//! The map: a thin binding of the element `<street-map>` of `app/js/`.
//!
//! The element draws; the page holds every state and lists beside it what it shows. Its
//! script, Leaflet within, is fetched when the first map comes into a page. Data goes in as
//! JSON, which costs less here than building JavaScript objects; the properties and events
//! are described in `app/js/street-map.js`.

use crate::state::{Known, facts};
use leptos::prelude::*;
use model::place::Wgs84;
use serde::Serialize;
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use web_sys::{CustomEvent, HtmlElement};

/// Where to look.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Look {
    /// The middle.
    pub at: Wgs84,
    /// 13 (the town) to 19 (the doors); none leaves it as it is, 16 at first.
    pub zoom: Option<u8>,
}

/// A thing of the list, on the map.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct MapMarker {
    /// Comes back when it is chosen.
    pub id: String,
    /// Where it is.
    #[serde(flatten)]
    pub at: Wgs84,
    /// Of `public/icons.svg`.
    pub icon: &'static str,
    /// Its colour: `go`, `urgent`, `soon` or `quiet`; the icon and the label say it too.
    pub tone: &'static str,
    /// What a screen reader says, and what is shown beside the chosen one.
    pub label: String,
}

/// A polygon on the map: a band of the walking circle.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct MapArea {
    /// `5`, `10` or `15`, minutes; drawn in the order given, so the largest comes first.
    pub tone: &'static str,
    /// As in GeoJSON: the rim, then holes, each of `[longitude, latitude]`.
    pub rings: Vec<Vec<[f64; 2]>>,
}

/// The pin under a finger.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pinned {
    /// Where it is now.
    pub at: Wgs84,
    /// It has been let go; until then it may still move each frame.
    pub settled: bool,
}

/// The part of the earth on the map, degrees.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Seen {
    /// Lower left corner.
    pub south_west: Wgs84,
    /// Upper right corner.
    pub north_east: Wgs84,
    /// As [`Look::zoom`].
    pub zoom: u8,
}

#[derive(Serialize)]
struct JsLook {
    #[serde(flatten)]
    at: Wgs84,
    zoom: Option<u8>,
}

#[derive(Serialize)]
struct Words<'a> {
    label: &'a str,
    loading: &'a str,
    failed: &'a str,
    zoom_in: &'a str,
    zoom_out: &'a str,
    home: &'a str,
    r#move: &'a str,
    done: &'a str,
    up: &'a str,
    down: &'a str,
    left: &'a str,
    right: &'a str,
    pin: &'a str,
    hint: &'a str,
}

fn words(label: &str) -> String {
    json(&Words {
        label,
        loading: tr!(map.loading),
        failed: tr!(map.failed),
        zoom_in: tr!(map.zoom_in),
        zoom_out: tr!(map.zoom_out),
        home: tr!(map.home),
        r#move: tr!(map.moving),
        done: tr!(map.done),
        up: tr!(map.up),
        down: tr!(map.down),
        left: tr!(map.left),
        right: tr!(map.right),
        pin: tr!(map.pin),
        hint: tr!(map.hint),
    })
}

/// A map beside a list. Every place it gives back is WGS84.
#[component]
pub fn StreetMap(
    /// What the map shows, for those who do not see it.
    #[prop(into)]
    label: String,
    /// The id of what follows, for those who skip the map: the list.
    after: &'static str,
    /// Where to look; the whole basemap without it. A change moves the map.
    #[prop(into)]
    look: Signal<Option<Look>>,
    /// What is on it.
    #[prop(optional, into)]
    markers: Signal<Vec<MapMarker>>,
    /// The chosen one's id.
    #[prop(optional, into)]
    selected: Signal<Option<String>>,
    /// A pin that can be dragged and moved with the arrow keys.
    #[prop(optional, into)]
    pin: Signal<Option<Wgs84>>,
    /// Areas, the largest first.
    #[prop(optional, into)]
    areas: Signal<Vec<MapArea>>,
    /// The same written already, as the walking engine does; in the place of `areas` where it
    /// is there.
    #[prop(optional, into)]
    bands: Signal<Option<String>>,
    /// A walk.
    #[prop(optional, into)]
    route: Signal<Vec<Wgs84>>,
    /// Somebody tapped the ground; set `pin` to follow.
    #[prop(optional, into)]
    on_pick: Option<Callback<Wgs84>>,
    /// The pin moves.
    #[prop(optional, into)]
    on_pin: Option<Callback<Pinned>>,
    /// A marker was chosen, by tap or key; set `selected` to follow.
    #[prop(optional, into)]
    on_select: Option<Callback<String>>,
    /// The map came to rest.
    #[prop(optional, into)]
    on_move: Option<Callback<Seen>>,
    /// Somebody wants their own place; the map looks at the pin, else at `look`, by itself.
    #[prop(optional, into)]
    on_home: Option<Callback<()>>,
) -> impl IntoView {
    let failed = RwSignal::new(false);
    load_script(failed);
    let source = facts().map();
    let drawn_from = move || {
        source
            .here()
            .map_or_else(String::new, |source| json(&*source))
    };
    let lacking = move || failed.get() || matches!(source.get(), Known::Lacking(_));
    let route = move || {
        let points = |route: &Vec<Wgs84>| route.iter().map(|at| [at.lon(), at.lat()]).collect();
        json::<Vec<[f64; 2]>>(&route.with(points))
    };
    let words = words(&label);
    let look = move || json(&look.get().map(|Look { at, zoom }| JsLook { at, zoom }));
    view! {
        <section class="map">
            <a class="skip" href=format!("#{after}")>{tr!(map.skip)}</a>
            <street-map
                prop:words=words
                prop:source=drawn_from
                prop:view=look
                prop:markers=move || markers.with(json)
                prop:selected=move || selected.get()
                prop:pin=move || json(&pin.get())
                prop:areas=move || bands.get().unwrap_or_else(|| areas.with(json))
                prop:route=route
                on:map-pick=move |event: CustomEvent| tell(on_pick, place(&event, "lat", "lon"))
                on:map-pin=move |event: CustomEvent| tell(on_pin, pinned(&event))
                on:map-select=move |event: CustomEvent| tell(on_select, detail(&event, "id").as_string())
                on:map-move=move |event: CustomEvent| tell(on_move, seen(&event))
                on:map-home=move |_: CustomEvent| tell(on_home, Some(()))
                on:map-fail=move |_: CustomEvent| failed.set(true)
            ></street-map>
            <p class="map-status" role="status">{move || lacking().then(|| tr!(map.failed))}</p>
        </section>
    }
}

/// Numbers and texts always have a JSON form.
fn json<T: Serialize>(value: &T) -> String {
    serde_json::to_string(value).unwrap_or_else(|_| "null".to_owned())
}

fn tell<T: 'static>(listener: Option<Callback<T>>, what: Option<T>) {
    if let (Some(listener), Some(what)) = (listener, what) {
        // The page may have gone while the finger was still down.
        listener.try_run(what);
    }
}

fn detail(event: &CustomEvent, name: &str) -> JsValue {
    js_sys::Reflect::get(&event.detail(), &name.into()).unwrap_or(JsValue::UNDEFINED)
}

fn place(event: &CustomEvent, lat: &str, lon: &str) -> Option<Wgs84> {
    Wgs84::new(detail(event, lat).as_f64()?, detail(event, lon).as_f64()?).ok()
}

fn pinned(event: &CustomEvent) -> Option<Pinned> {
    Some(Pinned {
        at: place(event, "lat", "lon")?,
        settled: detail(event, "settled").is_truthy(),
    })
}

fn seen(event: &CustomEvent) -> Option<Seen> {
    Some(Seen {
        south_west: place(event, "south", "west")?,
        north_east: place(event, "north", "east")?,
        zoom: detail(event, "zoom").as_f64()? as u8,
    })
}

/// Puts the element's script into the page, once. `scripts/dist.mjs` names it in the page.
fn load_script(failed: RwSignal<bool>) {
    let document = document();
    let find = |selector| document.query_selector(selector).ok().flatten();
    if find("script[data-map]").is_some() {
        return;
    }
    let address = find("meta[name=map]").and_then(|meta| meta.get_attribute("content"));
    let script = document.create_element("script").ok();
    let script = script.and_then(|script| script.dyn_into::<HtmlElement>().ok());
    let (Some(address), Some(script), Some(head)) = (address, script, document.head()) else {
        failed.set(true);
        return;
    };
    for (name, value) in [("type", "module"), ("data-map", ""), ("src", &address)] {
        // All three are attribute names.
        let _ = script.set_attribute(name, value);
    }
    let gone = script.clone();
    let give_up = Closure::once_into_js(move || {
        // The next map tries again.
        gone.remove();
        failed.try_set(true);
    });
    script.set_onerror(Some(give_up.unchecked_ref()));
    if head.append_child(&script).is_err() {
        failed.set(true);
    }
}
