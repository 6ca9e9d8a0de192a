//! `/`: the greeting, today's notice, three doors, and the smaller rooms.

use super::notices::in_force;
use crate::parts::{Door, Icon, Page};
use crate::state::facts;
use crate::when;
use leptos::prelude::*;

/// The home page. `index.html` paints the same tree before the app is there.
#[component]
pub fn Home() -> impl IntoView {
    view! {
        <Page title=tr!(shell.name) own_heading=true>
            <div class="greet">
                <h1 class="greet-hello" tabindex="-1">{tr!(shell.hello)}</h1>
                {greeting_line()}
            </div>
            <ul class="doors">
                <Door href="/proxy" sign="proxy" name=tr!(shell.door_proxy) hint=tr!(shell.door_proxy_hint)/>
                <Door href="/report" sign="camera" name=tr!(shell.door_report) hint=tr!(shell.door_report_hint)/>
                <Door href="/circle" sign="walk-circle" name=tr!(shell.door_circle) hint=tr!(shell.door_circle_hint)/>
            </ul>
            {rooms()}
        </Page>
    }
}

/// The smaller rooms. 长辈版 shows two of them and the rest after a press: `style/doors.css` hides
/// what is later, so that the painted page and this one are the same tree.
fn rooms() -> impl IntoView {
    let all = RwSignal::new(false);
    let expanded = move || if all.get() { "true" } else { "false" };
    view! {
        <ul class="rooms" class:is-all=move || all.get()>
            {room("", "/cases", "cases", tr!(shell.room_cases))}
            {room("", "/help", "phone", tr!(shell.room_help))}
            <li class="rooms-more">
                <button class="room" type="button" aria-expanded=expanded
                    on:click=move |_| all.update(|all| *all = !*all)>
                    <Icon name="down"/>
                    <span class="room-name">{tr!(shell.more)}</span>
                </button>
            </li>
            {room("room-later", "/reports", "people", tr!(shell.room_reports))}
            {room("room-later", "/guides", "guide", tr!(shell.room_guides))}
        </ul>
    }
}

/// Today's first notice, or that nothing is needed to begin: one line either way.
fn greeting_line() -> impl IntoView {
    let street = facts().street();
    move || {
        let street = street.here();
        let notice = street.and_then(|street| {
            in_force(&street.notices, when::now())
                .next()
                .map(|n| n.title.clone())
        });
        match notice {
            Some(title) => view! {
                <a class="greet-note notice" href="/notices">
                    <Icon name="info"/>
                    <span>{title}</span>
                </a>
            }
            .into_any(),
            None => view! { <p class="greet-note">{tr!(shell.hello_note)}</p> }.into_any(),
        }
    }
}

fn room(
    class: &'static str,
    href: &'static str,
    sign: &'static str,
    name: &'static str,
) -> impl IntoView {
    view! {
        <li class=class>
            <a class="room" href=href>
                <Icon name=sign/>
                <span class="room-name">{name}</span>
            </a>
        </li>
    }
}
