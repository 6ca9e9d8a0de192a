//! From the painted page to the running app.

use super::broken;
use crate::Locale;
use crate::outbox::Outbox;
use crate::state::{Facts, Online, Prefs};
use crate::storage;
use gloo::events::EventListener;
use gloo::utils::{document, window};
use leptos::prelude::*;
use wasm_bindgen::JsValue;

/// What every page finds in its context.
#[derive(Clone, Copy)]
pub struct Booted {
    prefs: Prefs,
    online: Online,
    facts: Facts,
    outbox: Outbox,
}

/// Mounts `frame` in place of the shell that the HTML painted, and draws it anew when the
/// language changes. `frame` runs with all contexts provided.
pub fn boot<V: IntoView + 'static>(frame: fn(Booted) -> V) {
    broken::tell_when_it_breaks();
    storage::begin();
    take_secret_link();
    // A link pasted into an open page changes the fragment alone and loads nothing.
    let pasted = |_: &web_sys::Event| {
        if storage::parse_fragment(&window().location().hash().unwrap_or_default()).is_some() {
            let _ = window().location().reload();
        }
    };
    EventListener::new(&window(), "hashchange", pasted).forget();
    leptos::mount::mount_to_body(move || {
        let booted = provide();
        let language = booted.prefs.language;
        view! {
            <For each=move || [language.get()] key=|language| *language == Locale::en let:_language>
                {frame(booted)}
            </For>
        }
    });
    // In the same turn as the mounting: nobody sees both, nor neither.
    if let Some(painted) = document().get_element_by_id("shell") {
        painted.remove();
    }
}

impl Booted {
    /// Starts the queue; for the program that hands cases in.
    pub fn start_outbox(self) {
        self.outbox.start();
    }

    /// Fetches what is good to have without signal later on.
    pub fn warm(self) {
        self.facts.retry();
    }

    /// The reader's preferences.
    pub fn prefs(self) -> Prefs {
        self.prefs
    }
}

fn provide() -> Booted {
    let asked = window().location().search().unwrap_or_default();
    let booted = Booted {
        prefs: Prefs::load(&asked),
        online: watch_signal(),
        facts: Facts::new(),
        outbox: Outbox::new(),
    };
    provide_context(booted.prefs);
    provide_context(booted.online);
    provide_context(booted.facts);
    provide_context(booted.outbox);
    booted
}

fn watch_signal() -> Online {
    let online = RwSignal::new(window().navigator().on_line());
    EventListener::new(&window(), "online", move |_| online.set(true)).forget();
    EventListener::new(&window(), "offline", move |_| online.set(false)).forget();
    Online(online)
}

/// Opened by a secret link: keeps it on this phone and takes the secret out of the address bar,
/// before the router reads the address or anybody looks over the shoulder.
fn take_secret_link() {
    let location = window().location();
    let fragment = location.hash().unwrap_or_default();
    let Some(link) = storage::parse_fragment(&fragment) else {
        return;
    };
    let address = format!("/cases/{}", link.case);
    storage::keep_link(link);
    if let Ok(history) = window().history() {
        // Refused only for another origin.
        let _ = history.replace_state_with_url(&JsValue::NULL, "", Some(&address));
    }
}
