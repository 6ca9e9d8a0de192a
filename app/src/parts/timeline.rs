use crate::parts::Icon;
use crate::when;
use leptos::prelude::*;
use model::time::TimeMs;

/// One line of a timeline.
pub struct Moment {
    /// `now`, `done`, `wait` or `bad`.
    pub tone: &'static str,
    /// Its icon.
    pub sign: &'static str,
    /// What happened.
    pub title: String,
    /// When.
    pub at: TimeMs,
    /// What was said, paragraph by paragraph.
    pub words: Vec<String>,
    /// Photos and whatever else belongs to it.
    pub more: Option<AnyView>,
}

/// What happened. Give the newest first: it is marked as where the case stands.
/// `<Timeline moments=moments/>`
#[component]
pub fn Timeline(
    /// Newest first.
    moments: Vec<Moment>,
) -> impl IntoView {
    let lines: Vec<_> = moments
        .into_iter()
        .enumerate()
        .map(|(at, moment)| line(moment, at == 0))
        .collect();
    view! { <ol class="timeline">{lines}</ol> }
}

fn line(moment: Moment, newest: bool) -> impl IntoView {
    let words: Vec<_> = moment
        .words
        .into_iter()
        .map(|words| view! { <p class="event-words">{words}</p> })
        .collect();
    view! {
        <li class="event" data-tone=moment.tone aria-current=newest.then_some("step")>
            <span class="event-dot"><Icon name=moment.sign size="s"/></span>
            <div class="event-body">
                <p class="event-title">{moment.title}</p>
                <p class="event-time">{when::moment(moment.at)}</p>
                {words}
                {moment.more}
            </div>
        </li>
    }
}
