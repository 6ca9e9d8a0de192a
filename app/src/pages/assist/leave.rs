//! 下一位: nothing of the one who was served is left. And 先存着, for who comes back.

use super::{Desk, desk};
use crate::api::{self, assist as calls};
use crate::form::draft::Draft;
use crate::parts::{Icon, Page, Sheet, Skeleton};
use crate::storage::{self, blobs};
use crate::{assist, when};
use gloo::events::{EventListener, EventListenerOptions};
use gloo::timers::callback::Timeout;
use gloo::utils::{document, window};
use leptos::prelude::*;
use leptos::task::spawn_local;
use model::api::assist::{Parked, ParkedForm};
use wasm_bindgen::JsCast;

/// The server is told that the resident has gone, but not waited for longer than this.
const TELL_MS: u32 = 1_500;

/// Removes everything and loads the page anew, in the place of this one in the history.
pub fn wipe(desk: Desk) {
    if desk.leaving.try_get_untracked() != Some(false) {
        return;
    }
    let csrf = desk.csrf();
    // From here on nothing of theirs is on the screen.
    desk.leaving.set(true);
    assist::change(|now| *now = assist::Now::default());
    storage::forget_residents();
    Timeout::new(TELL_MS, load_anew).forget();
    spawn_local(async move {
        // The server ends it too when the next one begins, or the shift does.
        let _ = calls::gone(&csrf).await;
        load_anew();
    });
}

fn load_anew() {
    // Refused for no address of our own.
    let _ = window().location().replace("/assist");
}

/// Whoever is being served stays at this address: what would lead them away by the router, past the
/// bar and the clock that watches, ends in everything being loaded anew. A change of language draws
/// this page anew and stays.
pub fn never_by_the_router() {
    on_cleanup(|| {
        let elsewhere = || window().location().pathname().as_deref() != Ok("/assist");
        let look = move || {
            if assist::now().help.is_some() && elsewhere() {
                load_anew();
            }
        };
        Timeout::new(0, look).forget();
    });
}

/// What is shown meanwhile.
pub fn cleared() -> impl IntoView {
    view! {
        <Page title=tr!(assist.title) lead=tr!(assist.cleared)><Skeleton/></Page>
    }
}

/// A browser that is left by its back button, and comes back by the other, shows nothing of
/// anybody; and it asks before it is left by mistake.
pub fn guard(desk: Desk) {
    let asks = EventListenerOptions::enable_prevent_default();
    let before = EventListener::new_with_options(&window(), "beforeunload", asks, move |event| {
        let served = desk.serving.try_get_untracked() == Some(true);
        if served && desk.leaving.try_get_untracked() == Some(false) {
            event.prevent_default();
        }
    });
    // What a browser keeps of a page that was left would come back as it was.
    let hide = EventListener::new(&window(), "pagehide", move |_| {
        if let Some(body) = document().body() {
            body.set_text_content(None);
        }
    });
    let show = EventListener::new(&window(), "pageshow", move |event| {
        let kept = js_sys::Reflect::get(event.unchecked_ref(), &"persisted".into());
        if kept.is_ok_and(|kept| kept.is_truthy()) {
            load_anew();
        }
    });
    let heard = StoredValue::new_local((before, hide, show));
    on_cleanup(move || heard.dispose());
}

/// Asks before everything is removed.
#[component]
pub fn NextSheet(
    /// Whether it is asked.
    open: RwSignal<bool>,
    /// They stand at their receipt.
    done: Signal<bool>,
) -> impl IntoView {
    let desk = desk();
    let words = move || match done.get() {
        true => tr!(assist.next.receipt),
        false => tr!(assist.next.words),
    };
    view! {
        <Sheet id="next-person" title=tr!(assist.next.title) open=open>
            <div class="sheet-body"><p>{words}</p></div>
            <div class="sheet-foot">
                <button class="btn btn-primary" type="button" on:click=move |_| wipe(desk)>{tr!(assist.next.go)}</button>
                <button class="btn" type="button" on:click=move |_| open.set(false)>{tr!(assist.next.stay)}</button>
            </div>
        </Sheet>
    }
}

/// How far 先存着 is.
#[derive(Clone, Copy)]
pub(super) struct Parking {
    busy: RwSignal<bool>,
    parked: RwSignal<Option<Parked>>,
    failed: RwSignal<Option<&'static str>>,
}

impl Parking {
    pub(super) fn new() -> Parking {
        Parking {
            busy: RwSignal::new(false),
            parked: RwSignal::new(None),
            failed: RwSignal::new(None),
        }
    }

    pub(super) fn busy(self) -> Option<&'static str> {
        self.busy.get().then_some("true")
    }

    pub(super) fn failed(self) -> Option<&'static str> {
        self.failed.get()
    }

    pub(super) fn is_parked(self) -> bool {
        self.parked.with(Option::is_some)
    }

    /// The code, once there is one.
    pub(super) fn parked(self) -> Option<impl IntoView> {
        let desk = desk();
        self.parked.get().map(|parked| {
            let figures = parked.code.chars();
            let figures = figures.map(|figure| view! { <span>{figure}</span> });
            let figures = figures.collect_view();
            let until = when::time(parked.until.china().time());
            let words = tr!(
                assist.park.words,
                until = until,
                name = untrack(|| desk.helper())
            );
            view! {
                <Page title=tr!(assist.park.title)>
                    <p class="code" role="img" aria-label=parked.code>{figures}</p>
                    <p class="lead">{words}</p>
                    <div class="form-nav">
                        <button class="btn btn-primary" type="button" on:click=move |_| wipe(desk)>
                            <Icon name="next"/>
                            {tr!(assist.park.next)}
                        </button>
                    </div>
                </Page>
            }
        })
    }
}

/// Keeps the form at hand on the server, under a code.
pub(super) fn park(desk: Desk, parking: Parking) {
    if parking.busy.get_untracked() {
        return;
    }
    let latest = storage::latest_in_memory(|draft: &Draft| draft.saved);
    let Some(draft) = latest else {
        return parking.failed.set(Some(tr!(assist.park.nothing)));
    };
    parking.failed.set(None);
    parking.busy.set(true);
    spawn_local(async move {
        match send(draft, &desk.csrf()).await {
            Ok(parked) => drop(parking.parked.try_set(Some(parked))),
            Err(_) => drop(parking.failed.try_set(Some(tr!(assist.park.failed)))),
        }
        parking.busy.try_set(false);
    });
}

/// Its pictures go first: the server keeps them for two days, the tablet not at all.
async fn send(mut draft: Draft, csrf: &str) -> api::Result<Parked> {
    for photo in draft.unsent(when::now()) {
        let Ok(Some(blob)) = blobs::photo(photo).await else {
            continue;
        };
        api::put_photo(photo, &blob, |_, _| {}).await?;
        draft.sent.insert(photo, when::now());
    }
    let form = ParkedForm {
        kind: draft.kind,
        answers: draft.answers,
        page: draft.page,
        sent: draft.sent,
        key: draft.key,
        first: draft.first,
    };
    calls::park(&form, csrf).await
}
