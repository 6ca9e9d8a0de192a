use crate::parts::Icon;
use leptos::prelude::*;

/// A framed note. `<Note tone="warn" title="…">words</Note>`; tones `info`, `good`, `warn`, `urgent`.
#[component]
pub fn Note(
    /// `info`, `good`, `warn` or `urgent`.
    #[prop(default = "info")]
    tone: &'static str,
    /// Its first line.
    #[prop(optional, into)]
    title: Option<String>,
    /// The rest.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    let sign = match tone {
        "good" => "check",
        "warn" | "urgent" => "alert",
        _ => "info",
    };
    view! {
        <div class="note" data-tone=tone>
            <Icon name=sign/>
            <div>
                {title.map(|title| view! { <p class="note-title">{title}</p> })}
                {children.map(|children| children())}
            </div>
        </div>
    }
}

/// A part of a page under its own heading. `<Section title="…"> … </Section>`
#[component]
pub fn Section(
    /// Its heading.
    #[prop(into)]
    title: String,
    /// What it holds.
    children: Children,
) -> impl IntoView {
    view! {
        <section class="section">
            <h2 class="section-title">{title}</h2>
            {children()}
        </section>
    }
}

/// Nothing here yet, and what to do about it. `<Empty sign="cases" words="…"><a class="btn" …/></Empty>`
#[component]
pub fn Empty(
    /// The icon.
    sign: &'static str,
    /// What is not here.
    #[prop(into)]
    words: String,
    /// What to do.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    view! {
        <div class="empty">
            <Icon name=sign size="xl"/>
            <p>{words}</p>
            {children.map(|children| children())}
        </div>
    }
}

/// `第2步，共6步`; `第2步` where nobody can know yet how many there will be.
/// `<Step at=2 of=Some(6)/>`
#[component]
pub fn Step(
    /// From 1.
    at: usize,
    /// How many.
    of: Option<usize>,
) -> impl IntoView {
    let count = match of {
        Some(of) => tr!(shell.step, at = at, of = of),
        None => tr!(shell.step_open, at = at),
    };
    let bar = of.map(|of| {
        view! { <progress class="step-bar" max=of.to_string() value=at.to_string() aria-hidden="true"></progress> }
    });
    view! {
        <div class="step">
            <p class="step-count">{count}</p>
            {bar}
        </div>
    }
}
