use leptos::prelude::*;

/// What few look for, behind a press. `<More words=tr!(shell.more)> … </More>`
#[component]
pub fn More(
    /// What is behind it.
    words: &'static str,
    /// It.
    children: Children,
) -> impl IntoView {
    view! {
        <details class="more">
            <summary class="btn">{words}</summary>
            {children()}
        </details>
    }
}
