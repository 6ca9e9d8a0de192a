//! The bar of the staff's program, and the strip without signal.

use super::session::{SIGN_IN, session};
use crate::parts::{Icon, announce};
use crate::state::Online;
use crate::words;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::hooks::{use_location, use_navigate};
use model::api::Me;
use std::sync::Arc;

/// The queue, who one is, and the way out.
#[component]
pub fn StaffNav() -> impl IntoView {
    let session = session();
    move || session.me().map(nav)
}

fn nav(me: Arc<Me>) -> impl IntoView {
    let session = session();
    let path = use_location().pathname;
    let current = move || (path.get() == "/staff").then_some("page");
    let who = format!(
        "{} · {} · {}",
        me.staff.name,
        words::role(me.staff.role),
        me.area_name
    );
    let failed = RwSignal::new(None::<String>);
    let go = use_navigate();
    let out = move |_| {
        let go = go.clone();
        spawn_local(async move {
            match session.sign_out().await {
                Ok(()) => go(SIGN_IN, Default::default()),
                Err(error) => drop(failed.try_set(Some(words::error(&error)))),
            }
        });
    };
    view! {
        <nav class="staff-nav" aria-label=tr!(staff.title)>
            <a href="/staff" aria-current=current><Icon name="cases"/>{tr!(staff.nav.queue)}</a>
            <button class="btn-link" type="button" on:click=out>
                <Icon name="logout"/>
                {tr!(staff.nav.sign_out)}
                <span class="sr-only">{who.clone()}</span>
            </button>
            <p class="muted cluster" aria-hidden="true"><Icon name="person"/>{who}</p>
        </nav>
        {move || failed.get().map(|words| view! {
            <div class="offline" role="alert"><Icon name="alert"/><span>{words}</span></div>
        })}
    }
}

/// Says that there is no signal; nothing that staff typed is lost by it.
#[component]
pub fn Signal() -> impl IntoView {
    let online = use_context::<Online>();
    let offline = Memo::new(move |_| online.is_some_and(|online| !online.0.get()));
    Effect::new(move |before: Option<bool>| {
        let now = offline.get();
        if before == Some(true) && !now {
            announce(tr!(staff.online_again));
        }
        now
    });
    view! {
        <Show when=move || offline.get()>
            <div class="offline" role="status"><Icon name="offline"/><span>{tr!(staff.offline)}</span></div>
        </Show>
    }
}
