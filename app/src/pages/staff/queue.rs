//! `/staff`: the cases, what is due first, first.

mod desk;
mod filters;
pub mod query;
mod rows;
mod table;

use super::session::{session, signed_in};
use crate::parts::{Empty, ErrorNote, Note, Page, Skeleton};
use crate::storage::Pref;
use desk::{Desk, Load};
use filters::Filters;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use model::api::{Me, QueueQuery};
use model::area::Role;
use std::sync::Arc;
use table::{Table, has_keyboard, keys_are_on};

/// The queue.
#[component]
pub fn QueuePage() -> impl IntoView {
    signed_in(|me| match me.staff.role {
        Role::Volunteer => volunteer().into_any(),
        _ => view! { <Board me=me/> }.into_any(),
    })
}

/// Volunteers read no case: words, not a broken page.
fn volunteer() -> impl IntoView {
    view! {
        <Page title=tr!(staff.queue.title) wide=true>
            <Note tone="info" title=tr!(staff.queue.volunteer)>
                <p>{tr!(staff.queue.volunteer_words)}</p>
                <p><a href="/" rel="external">{tr!(staff.queue.volunteer_go)}</a></p>
            </Note>
        </Page>
    }
}

#[component]
fn Board(me: Arc<Me>) -> impl IntoView {
    let session = session();
    let usual = query::usual_scope(me.staff.role);
    let params = use_query_map();
    let asked =
        Memo::new(move |_| params.with(|params| query::read(usual, |name| params.get(name))));
    let desk = Desk::open(session, asked);
    Effect::new(move || {
        session
            .last_queue
            .set_value(format!("/staff{}", query::text(&asked.get())))
    });
    view! {
        <Page title=tr!(staff.queue.title) wide=true>
            <Filters desk=desk/>
            <News desk=desk/>
            {move || match desk.load.get() {
                Load::Waiting => Skeleton().into_any(),
                Load::Failed(error) => view! {
                    <ErrorNote error=error>
                        <button class="btn" type="button" on:click=move |_| desk.fetch(false)>{tr!(shell.retry)}</button>
                    </ErrorNote>
                }
                .into_any(),
                Load::Here => view! { <List desk=desk/> }.into_any(),
            }}
        </Page>
    }
}

/// What changed while one was looking, and the way to the new order. It has its room above the
/// table from the beginning, so that it pushes nothing down when it speaks.
#[component]
fn News(desk: Desk) -> impl IntoView {
    let words = move || match (desk.arrived.get(), desk.is_unsettled()) {
        (0, false) => tr!(staff.queue.live).to_owned(),
        (0, true) => tr!(staff.queue.moved).to_owned(),
        (1, _) => tr!(staff.queue.arrived_one).to_owned(),
        (count, _) => tr!(staff.queue.arrived_many, count = count),
    };
    view! {
        <div class="cluster">
            <p class="muted" role="status">{words}</p>
            <button class="btn btn-quiet" type="button" on:click=move |_| desk.settle()>
                {move || if desk.is_unsettled() { tr!(staff.queue.settle) } else { tr!(staff.queue.refresh) }}
            </button>
            {has_keyboard().then(keys)}
        </div>
    }
}

/// What the keys do, and the way to turn them off.
fn keys() -> impl IntoView {
    let on = RwSignal::new(keys_are_on());
    let turn = move |_| {
        on.update(|on| *on = !*on);
        Pref::Keys.set((!on.get_untracked()).then_some("off"));
    };
    let told = move || {
        on.get().then(|| view! {
            <kbd>"j"</kbd>" "{tr!(staff.queue.key_next)}" "<kbd>"k"</kbd>" "{tr!(staff.queue.key_before)}" "
            <kbd>"Enter"</kbd>" "{tr!(staff.queue.key_open)}
        })
    };
    let words = move || match on.get() {
        true => tr!(staff.queue.keys_off),
        false => tr!(staff.queue.keys_on),
    };
    view! {
        <p class="muted cluster">
            <span>{told}</span>
            <button class="btn-link" type="button" on:click=turn>{words}</button>
        </p>
    }
}

#[component]
fn List(desk: Desk) -> impl IntoView {
    let none = Memo::new(move |_| desk.rows.with(Vec::is_empty));
    move || {
        if none.get() {
            nothing(desk.asked.get()).into_any()
        } else {
            view! { <Table desk=desk/> <Pager desk=desk/> }.into_any()
        }
    }
}

fn nothing(asked: QueueQuery) -> impl IntoView {
    let (words, to_all) = match query::is_narrowed(&asked) {
        true => (tr!(staff.queue.none_narrowed), tr!(staff.queue.unfilter)),
        false => (tr!(staff.queue.none), tr!(staff.queue.see_all)),
    };
    let narrowed = query::is_narrowed(&asked);
    let href = query::address(&asked, |asked| {
        let scope = if narrowed {
            asked.scope
        } else {
            model::api::Scope::All
        };
        *asked = QueueQuery {
            scope,
            ..QueueQuery::default()
        };
    });
    let further = narrowed || asked.scope != model::api::Scope::All;
    view! {
        <Empty sign="cases" words=words>
            {further.then(|| view! { <a class="btn" href=href>{to_all}</a> })}
        </Empty>
    }
}

#[component]
fn Pager(desk: Desk) -> impl IntoView {
    let first = move || {
        let asked = desk.asked.get();
        let link = query::address(&asked, |_| {});
        (!asked.cursor.is_empty())
            .then(|| view! { <a class="btn" href=link>{tr!(staff.queue.first_page)}</a> })
    };
    let next = move || {
        let cursor = desk.next.get()?;
        let link = query::address(&desk.asked.get(), |asked| asked.cursor = cursor);
        Some(view! { <a class="btn" rel="next" href=link>{tr!(staff.queue.next_page)}</a> })
    };
    let any = Memo::new(move |_| desk.next.get().is_some() || !desk.asked.get().cursor.is_empty());
    view! {
        <Show when=move || any.get()>
            <nav class="pager" aria-label=tr!(staff.queue.pages)>{first}{next}</nav>
        </Show>
    }
}
