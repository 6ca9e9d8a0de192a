//! The bar of the staff's program, and the strip without signal.

use super::coverage::{COVERAGE, may_plan};
use super::poster::POSTER;
use super::session::{SIGN_IN, session};
use super::tablets::{TABLETS, may_keep};
use super::visits::VISITS;
use crate::parts::{Icon, announce};
use crate::state::Online;
use crate::words;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::hooks::{use_location, use_navigate};
use model::api::Me;
use model::area::Role;
use std::sync::Arc;

const QUEUE: &str = "/staff";

/// The rooms one may enter, who one is, and the way out.
#[component]
pub fn StaffNav() -> impl IntoView {
    let session = session();
    move || session.me().map(nav)
}

fn nav(me: Arc<Me>) -> impl IntoView {
    let session = session();
    let path = use_location().pathname;
    let role = me.staff.role;
    let rooms = [
        (QUEUE, "cases", tr!(staff.nav.queue), true),
        (VISITS, "visit", tr!(staff.nav.visits), role == Role::Grid),
        (
            COVERAGE,
            "walk-circle",
            tr!(staff.nav.coverage),
            may_plan(role),
        ),
        (TABLETS, "people", tr!(staff.nav.tablets), may_keep(role)),
        (POSTER, "qr", tr!(staff.nav.poster), may_keep(role)),
    ];
    let link = |(href, sign, words, _): (&'static str, &'static str, &'static str, bool)| {
        let current = move || (path.get() == href).then_some("page");
        view! { <a href=href aria-current=current><Icon name=sign/>{words}</a> }
    };
    let links = rooms.into_iter().filter(|room| room.3).map(link);
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
            {links.collect_view()}
            <button class="btn-link" type="button" on:click=out>
                <Icon name="logout"/>
                {tr!(staff.nav.sign_out)}
                <span class="sr-only">{who.clone()}</span>
            </button>
            <p class="muted staff-who" aria-hidden="true"><Icon name="person"/><span>{who}</span></p>
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
