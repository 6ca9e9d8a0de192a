use crate::outbox::outbox;
use crate::parts::{Icon, announce};
use crate::state::Online;
use crate::storage;
use leptos::prelude::*;

/// Says that there is no signal, and what waits for it.
#[component]
pub fn OfflineStrip() -> impl IntoView {
    let online = use_context::<Online>();
    let outbox = outbox();
    Effect::new(move || {
        let title = outbox
            .delivered
            .with(|last| last.as_ref().map(|(_, title, _)| title.clone()));
        if let Some(title) = title {
            announce(&tr!(shell.sent, title = title));
        }
    });
    let offline = move || online.is_some_and(|online| !online.0.get());
    let words = move || {
        let (refused, waiting) = outbox.entries.with(|entries| {
            let refused = entries.iter().any(|entry| entry.problem.is_some());
            // One that has arrived waits for room on the phone, not for signal.
            let waiting = entries.iter().filter(|entry| entry.receipt.is_none());
            (refused, waiting.count())
        });
        let sending = outbox.uploading.with(Option::is_some);
        match (offline(), waiting) {
            _ if refused => Some(tr!(shell.refused_one).to_owned()),
            (true, _) if storage::in_memory() => Some(tr!(assist.offline).to_owned()),
            (true, 0) => Some(tr!(shell.offline).to_owned()),
            (false, 0) => None,
            // A case on its way out is no news: the page that sends it says so.
            (false, 1) if sending => None,
            (_, 1) => Some(tr!(shell.waiting_one).to_owned()),
            (_, count) => Some(tr!(shell.waiting_many, count = count)),
        }
    };
    let words = Memo::new(move |_| words());
    move || {
        words
            .get()
            .map(|words| strip(words, outbox.entries.with(|entries| !entries.is_empty())))
    }
}

fn strip(words: String, waiting: bool) -> impl IntoView {
    let link = waiting.then(|| view! { <a href="/cases">{tr!(shell.offline_waiting)}</a> });
    view! {
        <div class="offline" role="status">
            <Icon name="offline"/>
            <span>{words}</span>
            {link}
        </div>
    }
}
