use crate::parts::{Icon, focus_id};
use leptos::prelude::*;

/// Skips to the text. By hand: the fragment may hold a case's secret, and the router has its own
/// idea of fragments.
#[component]
pub fn Skip() -> impl IntoView {
    let skip = |event: web_sys::MouseEvent| {
        event.prevent_default();
        focus_id("main");
    };
    view! { <a class="skip" href="#main" on:click=skip>{tr!(shell.skip)}</a> }
}

/// The bar with the name and the way to a person, in the same place on every page.
#[component]
pub fn Top(
    /// Where the name leads.
    #[prop(default = "/")]
    home: &'static str,
    /// Where one finds whom to call.
    #[prop(default = "/help")]
    help: &'static str,
) -> impl IntoView {
    view! {
        <header class="top">
            <div class="top-in">
                <a class="brand" href=home>
                    <svg class="icon brand-mark" aria-hidden="true"><use href="/icons.svg#logo"></use></svg>
                    <span class="brand-name">{tr!(shell.name)}</span>
                </a>
                <a class="call" href=help>
                    <Icon name="phone"/>
                    <span>{tr!(shell.call)}</span>
                </a>
            </div>
        </header>
    }
}

/// Where [`crate::parts::announce`] speaks.
#[component]
pub fn Announcer() -> impl IntoView {
    view! { <p class="sr-only" role="status" id="announcer"></p> }
}
