use crate::parts::Icon;
use crate::{when, words};
use leptos::prelude::*;
use model::calendar::{Due, Light};
use model::workflow::State;

/// Where a case stands: colour, icon and word. `<StatusChip state=state/>`
#[component]
pub fn StatusChip(
    /// Where it stands.
    state: State,
    /// In whose words: the resident's, unless staff read it.
    #[prop(default = words::state)]
    say: fn(State) -> &'static str,
) -> impl IntoView {
    let (tone, sign) = tone_of(state);
    view! {
        <span class="status" data-tone=tone>
            <Icon name=sign size="s"/>
            {say(state)}
        </span>
    }
}

fn tone_of(state: State) -> (&'static str, &'static str) {
    match state {
        State::Submitted => ("new", "send"),
        State::Accepted | State::Assigned => ("taken", "check"),
        State::InProgress => ("doing", "clock"),
        State::AwaitingResident => ("wait", "hand"),
        State::Done | State::Confirmed => ("done", "check"),
        State::Lapsed | State::Withdrawn | State::Merged => ("closed", "lock"),
        State::Rejected => ("bad", "cross"),
    }
}

/// A deadline: its colour as a word, and its day. `<DueChip due=due light=view.light/>`
#[component]
pub fn DueChip(
    /// Until when.
    due: Due,
    /// How pressing; none where nobody has reckoned it.
    light: Option<Light>,
) -> impl IntoView {
    let (tone, sign) = match light {
        Some(Light::Green) => ("green", "check"),
        Some(Light::Amber) => ("amber", "clock"),
        Some(Light::Red) => ("red", "alert"),
        None => ("none", "calendar"),
    };
    let word = light.map(|light| format!("{} ", words::light(light)));
    let provisional = due
        .provisional
        .then(|| format!(" {}", tr!(words.light.provisional)));
    view! {
        <span class="due" data-due=tone>
            <Icon name=sign size="s"/>
            {word}
            {when::date(due.at.china_date())}
            {provisional}
        </span>
    }
}

/// A small label; the tone (`can`, `need`, `maybe`, `office`, `not`) only helps the word.
/// `<Tag tone="can" words="…"/>`
#[component]
pub fn Tag(
    /// `can`, `need`, `maybe`, `office` or `not`.
    tone: &'static str,
    /// Its word.
    words: &'static str,
) -> impl IntoView {
    view! { <span class="tag" data-tone=tone>{words}</span> }
}
