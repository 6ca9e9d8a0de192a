//! Links lead on without the address bar knowing.

use super::Desk;
use crate::parts::focus_id;
use gloo::events::{EventListener, EventListenerOptions};
use gloo::utils::{document, window};
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, Event, HtmlAnchorElement, MouseEvent};

/// Where the tablet stays, whatever is shown.
const HERE: &str = "/assist";

/// Has every link of ours on the page go by the address in memory. Heard after the link's own
/// handler and before the router's, which stands at the window.
pub fn stay_inside(desk: Desk) {
    let options = EventListenerOptions::enable_prevent_default();
    let heard = move |event: &Event| follow(desk, event);
    let clicks = EventListener::new_with_options(&document(), "click", options, heard);
    let clicks = StoredValue::new_local(clicks);
    on_cleanup(move || clicks.dispose());
}

fn follow(desk: Desk, event: &Event) {
    let (Some(link), Some(event)) = (link_of(event), event.dyn_ref::<MouseEvent>()) else {
        return;
    };
    let ours = Some(link.origin()) == window().location().origin().ok();
    let external = link.rel().split_whitespace().any(|rel| rel == "external");
    if event.default_prevented() || !ours || external {
        return;
    }
    // A key held down would open a window of its own: there is one page here, and it is watched.
    event.prevent_default();
    match (link.pathname().as_str(), link.hash().strip_prefix('#')) {
        (HERE, Some(id)) => focus_id(id),
        (HERE, None) => {}
        (path, _) => desk.inside.go(&[path, &link.search()].concat()),
    }
}

fn link_of(event: &Event) -> Option<HtmlAnchorElement> {
    let element = event.target()?.dyn_into::<Element>().ok()?;
    let link = element.closest("a[href]").ok()??;
    link.dyn_into().ok()
}
