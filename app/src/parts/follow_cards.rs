//! The public cases that this phone follows: where each stands, and whether that is news.

use crate::follow::{self, Follow};
use crate::parts::{Icon, Section, StatusChip, Tag};
use crate::state::Online;
use crate::{when, words};
use leptos::prelude::*;
use leptos::task::spawn_local;
use model::id::CaseId;
use model::problem::Code;
use model::workflow::State;

/// A section with a card each; nothing where none is followed. As last seen without signal.
#[component]
pub fn FollowCards(
    /// Told whether there are any.
    #[prop(optional, into)]
    any: Option<RwSignal<bool>>,
) -> impl IntoView {
    let follows = RwSignal::new(follow::all());
    if let Some(any) = any {
        Effect::new(move |_| any.set(follows.with(|all| !all.is_empty())));
    }
    let online = use_context::<Online>();
    Effect::new(move |_| {
        if online.is_none_or(|online| online.0.get()) {
            for one in follow::all() {
                spawn_local(look(one.case, follows));
            }
        }
    });
    let offline = move || online.is_some_and(|online| !online.0.get());
    let cards = move || {
        let all = follows.get().into_iter();
        all.map(|one| card(one, offline())).collect_view()
    };
    view! {
        <Show when=move || follows.with(|all| !all.is_empty())>
            <Section title=tr!(reports.follow.title)>
                <ul class="cards">{cards}</ul>
            </Section>
        </Show>
    }
}

async fn look(case: CaseId, follows: RwSignal<Vec<Follow>>) {
    match follow::look(case).await {
        Ok(seen) => drop(follows.try_update(|all| {
            if let Some(old) = all.iter_mut().find(|old| old.case == case) {
                *old = seen;
            }
        })),
        // The record was erased, as the law wants after a time.
        Err(error) if error.code() == Some(Code::NotFound) => {
            follow::forget(case);
            follows.try_update(|all| all.retain(|one| one.case != case));
        }
        Err(_) => {}
    }
}

/// Where a case stands, to somebody who did not hand it in: what waits for its own resident waits for
/// nobody who reads this.
pub fn state_to_neighbours(of: State) -> &'static str {
    match of {
        State::AwaitingResident => tr!(reports.state.awaiting),
        of => words::state(of),
    }
}

fn card(one: Follow, offline: bool) -> impl IntoView {
    let news = one
        .is_news()
        .then(|| view! { <Tag tone="need" words=tr!(reports.follow.news)/> });
    let voiced = one
        .voiced
        .then(|| view! { <Tag tone="can" words=tr!(reports.follow.voiced)/> });
    let said = match one.shown {
        true => one.words.clone(),
        false => tr!(reports.follow.hidden).to_owned(),
    };
    let old = offline.then(|| tr!(reports.follow.seen_at, when = when::moment(one.seen_at)));
    view! {
        <li>
            <a class="card" href=format!("/reports/{}", one.case)>
                <span class="card-head">
                    <span class="card-title">{one.title}</span>
                    <StatusChip state=one.state say=state_to_neighbours/>
                </span>
                <span class="report-card-words">{said}</span>
                <span class="card-foot">{news} {voiced}</span>
                {old.map(|old| view! { <span class="card-line"><Icon name="offline" size="s"/>{old}</span> })}
            </a>
        </li>
    }
}
