//! A door: where one comes in for something, large enough for any finger.

use super::Icon;
use leptos::prelude::*;

/// One of a list of doors.
#[component]
pub fn Door(
    href: &'static str,
    /// A name in the set of signs.
    sign: &'static str,
    name: &'static str,
    /// What one finds behind it, in a few words.
    hint: &'static str,
) -> impl IntoView {
    view! {
        <li>
            <a class="door" href=href>
                <span class="door-gate"><Icon name=sign/></span>
                <span class="door-words">
                    <span class="door-name">{name}</span>
                    <span class="door-hint">{hint}</span>
                </span>
                <svg class="icon door-go" aria-hidden="true"><use href="/icons.svg#next"></use></svg>
            </a>
        </li>
    }
}
