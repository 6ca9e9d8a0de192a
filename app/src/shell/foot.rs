use super::tools::language;
use crate::state::{facts, set_root_attribute};
use crate::storage::Pref;
use leptos::prelude::*;

/// Help, privacy, theme, language, emergency numbers.
#[component]
pub fn Foot() -> impl IntoView {
    let street = facts().street();
    let sample = move || {
        let invented = street.here().is_some_and(|street| street.sample);
        invented.then(|| view! { <p class="foot-small">{tr!(shell.sample)}</p> })
    };
    view! {
        <footer class="foot">
            <div class="foot-in">
                <ul class="foot-links">
                    <li><a href="/help">{tr!(shell.how_to)}</a></li>
                    <li><a href="/privacy">{tr!(shell.privacy)}</a></li>
                    <li>{theme()}</li>
                    <li>{language("", false)}</li>
                </ul>
                <p class="foot-small">{tr!(shell.emergency)}</p>
                <ul class="foot-links">
                    {emergency(tr!(shell.emergency_police), "110")}
                    {emergency(tr!(shell.emergency_fire), "119")}
                    {emergency(tr!(shell.emergency_ambulance), "120")}
                </ul>
                {sample}
            </div>
        </footer>
    }
}

fn emergency(what: &'static str, phone: &'static str) -> impl IntoView {
    view! { <li><a href=format!("tel:{phone}")>{format!("{what} {phone}")}</a></li> }
}

fn theme() -> impl IntoView {
    let dark = RwSignal::new(is_dark());
    let turn = move |_| {
        let theme = if dark.get_untracked() {
            "light"
        } else {
            "dark"
        };
        set_root_attribute("data-theme", Some(theme));
        Pref::Theme.set(Some(theme));
        dark.update(|dark| *dark = !*dark);
    };
    let words = move || {
        if dark.get() {
            tr!(shell.theme_light)
        } else {
            tr!(shell.theme_dark)
        }
    };
    view! { <button class="link btn-link" type="button" on:click=turn>{words}</button> }
}

/// Dark by the reader's wish or else by the phone's.
fn is_dark() -> bool {
    match Pref::Theme.get().as_deref() {
        Some("dark") => true,
        Some(_) => false,
        None => gloo::utils::window()
            .match_media("(prefers-color-scheme: dark)")
            .ok()
            .flatten()
            .is_some_and(|query| query.matches()),
    }
}
