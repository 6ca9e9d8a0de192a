//! Anywhere else.

use crate::parts::Page;
use leptos::prelude::*;

/// No such page.
#[component]
pub fn NotFound() -> impl IntoView {
    view! {
        <Page title=tr!(shell.missing_title) lead=tr!(shell.missing_words)>
            <div class="btns">
                <a class="btn btn-primary" href="/">{tr!(shell.home)}</a>
                <a class="btn" href="/help">{tr!(shell.call)}</a>
            </div>
        </Page>
    }
}
