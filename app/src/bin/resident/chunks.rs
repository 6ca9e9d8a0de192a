//! Pages whose code comes when the first of them is opened. Each name in `#[wasm_split(…)]` is a
//! file of wasm of its own (decision 0013); only the home page's code is in the first download.
//!
//! They stand in the binary and not in the library: staff's program would carry them too.

use app::pages;
use app::shell::{Booted, Draw, NotLoaded, Reader, fetched, not_here_words};
use app::state::Aloud;
use app::storage::Pref;
use gloo::timers::callback::Timeout;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos::wasm_split::wasm_split;

/// So long after its start the home page has everything and the network is free.
pub const AT_REST_MS: u32 = 4_000;

/// The routes of one file: each has a function that fetches the file and hands out its page, and
/// one that shows it.
macro_rules! chunk {
    ($chunk:ident: $($route:ident by $fetch:ident => $page:path),+ $(,)?) => {$(
        #[wasm_split($chunk, wasm_split_path = leptos::wasm_split, fallible)]
        fn $fetch() -> Result<Draw, NotLoaded> {
            Ok(|| $page().into_any())
        }

        /// Fetched when first opened.
        pub fn $route() -> impl IntoView {
            fetched($fetch)
        }
    )+};
}

chunk!(rooms:
    find by fetch_find => pages::find::Find,
    proxy_guide by fetch_proxy_guide => pages::guides::ProxyGuide,
    guides by fetch_guides => pages::guides::Guides,
    guide by fetch_guide => pages::guides::Guide,
    notices by fetch_notices => pages::notices::Notices,
    help by fetch_help => pages::help::Help,
    privacy by fetch_privacy => pages::help::Privacy,
);
chunk!(form:
    form by fetch_form => pages::proxy::Apply,
    done by fetch_done => pages::proxy::Done,
    report by fetch_report => pages::report::Report,
    call_back by fetch_call_back => pages::call_back::CallBack,
);
chunk!(cases:
    cases by fetch_cases => pages::cases::Cases,
    case by fetch_case => pages::cases::CasePage,
);
chunk!(reports:
    reports by fetch_reports => pages::reports::Reports,
    one_report by fetch_one_report => pages::reports::OneReport,
);
chunk!(assist: assist by fetch_assist => pages::assist::Assist);
chunk!(circle: circle_page by fetch_circle => pages::circle::Circle);

#[wasm_split(card, wasm_split_path = leptos::wasm_split, fallible)]
fn fetch_card() -> Result<Draw, NotLoaded> {
    Ok(|| pages::circle::Card().into_any())
}

/// The circle; the card for the wall comes when somebody prints it.
pub fn circle() -> impl IntoView {
    provide_context(pages::circle::FetchCard(|| Box::pin(fetch_card())));
    circle_page()
}

/// The form; and after it the pages of the case that it makes, which may be wanted in a lift.
pub fn apply() -> impl IntoView {
    spawn_local(async {
        if fetch_form().await.is_ok() {
            let _ = fetch_cases().await;
        }
    });
    form()
}

#[wasm_split(rooms, wasm_split_path = leptos::wasm_split, fallible)]
fn fetch_reader() -> Result<Draw, NotLoaded> {
    Ok(|| Reader().into_any())
}

/// What reads pages aloud: fetched when first asked to.
pub fn reader(aloud: Aloud) -> impl IntoView {
    let drawn = RwSignal::new(None::<Option<Draw>>);
    Effect::new(move || {
        let lacking = drawn.with_untracked(|drawn| !matches!(drawn, Some(Some(_))));
        if aloud.0.get() && lacking {
            spawn_local(async move {
                drawn.try_set(Some(fetch_reader().await.ok()));
            });
        }
    });
    move || {
        drawn.get().map(|drawn| match drawn {
            Some(draw) => draw(),
            None => view! { <p class="offline" role="alert">{not_here_words()}</p> }.into_any(),
        })
    }
}

/// What nobody waits for: the queue of what was not sent yet, at once where something may be in
/// it, and otherwise, with what is good to have without signal, when the page has come to rest.
pub fn settle(booted: Booted) {
    if Pref::Queued.get().is_some() {
        start_queue(booted);
    }
    let later = move || {
        start_queue(booted);
        spawn_local(async move {
            // What is not here is asked for again by the page that needs it.
            let _ = warm(booted).await;
        });
    };
    Timeout::new(AT_REST_MS, later).forget();
}

/// Until it is there: what waits to be sent must not wait for the next visit.
fn start_queue(booted: Booted) {
    spawn_local(async move {
        if queue(booted).await.is_err() {
            Timeout::new(AT_REST_MS, move || start_queue(booted)).forget();
        }
    });
}

#[wasm_split(rooms, wasm_split_path = leptos::wasm_split, fallible)]
fn queue(booted: Booted) -> Result<(), NotLoaded> {
    booted.start_outbox();
    Ok(())
}

#[wasm_split(rooms, wasm_split_path = leptos::wasm_split, fallible)]
fn warm(booted: Booted) -> Result<(), NotLoaded> {
    booted.warm();
    Ok(())
}
