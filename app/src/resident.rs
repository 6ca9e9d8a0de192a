//! The residents' program: its routes.

use crate::pages::cases::{CasePage, Cases};
use crate::pages::circle::Circle;
use crate::pages::find::Find;
use crate::pages::guides::{Guide, Guides, ProxyGuide};
use crate::pages::help::{Help, Privacy};
use crate::pages::home::Home;
use crate::pages::not_found::NotFound;
use crate::pages::notices::Notices;
use crate::pages::proxy::{Apply, Done};
use crate::pages::report::Report;
use crate::shell::{Announcer, Booted, Foot, Guard, OfflineStrip, Skip, Tools, Top, boot};
use gloo::utils::window;
use leptos::prelude::*;
use leptos_router::components::{FlatRoutes, Route, Router};
use leptos_router::path;
use wasm_bindgen::JsValue;

/// Puts the app into the page.
pub fn mount() {
    boot(frame);
    register_service_worker();
}

fn frame(booted: Booted) -> impl IntoView {
    booted.start_outbox();
    booted.warm();
    view! {
        <Router>
            <div class="app">
                <Skip/>
                <Top/>
                <Tools/>
                <OfflineStrip/>
                <Guard>
                    <FlatRoutes fallback=NotFound>
                        <Route path=path!("/") view=Home/>
                        <Route path=path!("/proxy") view=Find/>
                        <Route path=path!("/proxy/:matter") view=ProxyGuide/>
                        <Route path=path!("/proxy/:matter/apply") view=Apply/>
                        <Route path=path!("/proxy/done/:case") view=Done/>
                        <Route path=path!("/report") view=Report/>
                        <Route path=path!("/circle") view=Circle/>
                        <Route path=path!("/cases") view=Cases/>
                        <Route path=path!("/cases/:case") view=CasePage/>
                        <Route path=path!("/guides") view=Guides/>
                        <Route path=path!("/guides/:matter") view=Guide/>
                        <Route path=path!("/notices") view=Notices/>
                        <Route path=path!("/help") view=Help/>
                        <Route path=path!("/privacy") view=Privacy/>
                    </FlatRoutes>
                </Guard>
                <Foot/>
                <Announcer/>
            </div>
        </Router>
    }
}

/// Opens the app fast and without signal, where the browser has service workers and the address
/// is one it trusts them on.
fn register_service_worker() {
    let navigator = window().navigator();
    let supported = js_sys::Reflect::has(&navigator, &JsValue::from_str("serviceWorker"));
    if window().is_secure_context() && supported.unwrap_or(false) {
        // Its failure costs nothing but the speed-up.
        let _ = navigator.service_worker().register("/sw.js");
    }
}
