//! What a resident downloads: the routes.

mod chunks;

use app::pages::home::Home;
use app::pages::not_found::NotFound;
use app::shell::{Announcer, Booted, Foot, Guard, OfflineStrip, Skip, Tools, Top, boot};
use app::state::Aloud;
use gloo::timers::callback::Timeout;
use gloo::utils::window;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::components::{FlatRoutes, Route, Router};
use leptos_router::path;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{ServiceWorkerContainer, ServiceWorkerRegistration};

fn main() {
    boot(frame);
    register_service_worker();
}

fn frame(booted: Booted) -> impl IntoView {
    chunks::settle(booted);
    let aloud = Aloud(RwSignal::new(false));
    provide_context(aloud);
    view! {
        <Router>
            <div class="app">
                <Skip/>
                <Top/>
                <Tools/>
                {chunks::reader(aloud)}
                <OfflineStrip/>
                <Guard>
                    <FlatRoutes fallback=NotFound>
                        <Route path=path!("/") view=Home/>
                        <Route path=path!("/proxy") view=chunks::find/>
                        <Route path=path!("/proxy/:matter") view=chunks::proxy_guide/>
                        <Route path=path!("/proxy/:matter/apply") view=chunks::apply/>
                        <Route path=path!("/proxy/done/:case") view=chunks::done/>
                        <Route path=path!("/report") view=chunks::report/>
                        <Route path=path!("/reports") view=chunks::reports/>
                        <Route path=path!("/reports/:case") view=chunks::one_report/>
                        <Route path=path!("/circle") view=chunks::circle/>
                        <Route path=path!("/cases") view=chunks::cases/>
                        <Route path=path!("/cases/:case") view=chunks::case/>
                        <Route path=path!("/guides") view=chunks::guides/>
                        <Route path=path!("/guides/:matter") view=chunks::guide/>
                        <Route path=path!("/notices") view=chunks::notices/>
                        <Route path=path!("/help") view=chunks::help/>
                        <Route path=path!("/help/call-back") view=chunks::call_back/>
                        <Route path=path!("/privacy") view=chunks::privacy/>
                        <Route path=path!("/assist") view=chunks::assist/>
                    </FlatRoutes>
                </Guard>
                <Foot/>
                <Announcer/>
            </div>
        </Router>
    }
}

/// Has the service worker fetch the code of the other pages, now that nobody waits for anything.
fn keep_later(worker: ServiceWorkerContainer) {
    spawn_local(async move {
        let Ok(ready) = worker.ready() else { return };
        let ready = JsFuture::from(ready).await;
        let ready = ready
            .ok()
            .and_then(|ready| ready.dyn_into::<ServiceWorkerRegistration>().ok());
        if let Some(active) = ready.and_then(|ready| ready.active()) {
            let _ = active.post_message(&JsValue::from_str("at rest"));
        }
    });
}

/// Opens the app fast and without signal, where the browser has service workers and the address
/// is one it trusts them on.
fn register_service_worker() {
    let navigator = window().navigator();
    let supported = js_sys::Reflect::has(&navigator, &JsValue::from_str("serviceWorker"));
    if window().is_secure_context() && supported.unwrap_or(false) {
        let worker = navigator.service_worker();
        // Its failure costs nothing but the speed-up.
        let _ = worker.register("/sw.js");
        Timeout::new(chunks::AT_REST_MS, move || keep_later(worker)).forget();
    }
}
