//! What this phone has a part in: its own reports, and those it follows.

use crate::pages::cases::Seen;
use crate::parts::{Empty, FollowCards, Section, StatusChip, Tag};
use crate::state::Online;
use crate::storage::{self, Link};
use crate::{api, follow, when};
use leptos::prelude::*;
use leptos::task::spawn_local;
use model::api::CaseView;
use model::kinds::KindName;
use model::workflow::Publication;

/// Both lists; as last seen where there is no signal.
#[component]
pub fn Mine() -> impl IntoView {
    let links = storage::links();
    let any_follow = RwSignal::new(!follow::all().is_empty());
    // A link tells of which kind it is only once its case was seen.
    let own = RwSignal::new(links.iter().filter_map(seen_report).collect::<Vec<_>>());
    let online = use_context::<Online>();
    Effect::new(move |_| {
        if online.is_none_or(|online| online.0.get()) {
            for link in links.clone() {
                spawn_local(look(link, own));
            }
        }
    });
    let nothing = move || own.with(Vec::is_empty) && !any_follow.get();
    let cards = move || {
        let all = own.get();
        (!all.is_empty()).then(|| {
            view! {
                <Section title=tr!(reports.mine.own)>
                    <ul class="cards">{all.into_iter().map(card).collect_view()}</ul>
                </Section>
            }
        })
    };
    view! {
        <Show when=nothing>
            <Empty sign="person" words=tr!(reports.mine.none)>
                <p class="muted">{tr!(reports.mine.none_hint)}</p>
            </Empty>
        </Show>
        {cards}
        <FollowCards any=any_follow/>
    }
}

fn seen_report(link: &Link) -> Option<CaseView> {
    let seen = Seen::load(link.case)?;
    (seen.view.kind == KindName::IssueReport).then_some(seen.view)
}

async fn look(link: Link, own: RwSignal<Vec<CaseView>>) {
    let Ok(view) = api::case(link.case, &link.secret).await else {
        return;
    };
    Seen::keep(&view);
    if view.kind != KindName::IssueReport {
        return;
    }
    own.try_update(|all| {
        match all.iter_mut().find(|old| old.case == view.case) {
            Some(old) => *old = view,
            None => all.push(view),
        }
        all.sort_by_key(|view| std::cmp::Reverse(view.at));
    });
}

fn card(view: CaseView) -> impl IntoView {
    let title = view.category_name.or(view.matter_name).unwrap_or_default();
    let public = match view.publication {
        Publication::Public => view! { <Tag tone="can" words=tr!(reports.mine.public)/> },
        _ => view! { <Tag tone="maybe" words=tr!(reports.mine.private)/> },
    };
    view! {
        <li>
            <a class="card" href=format!("/cases/{}", view.case)>
                <span class="card-head">
                    <span class="card-title">{title}</span>
                    <StatusChip state=view.progress.state/>
                </span>
                <span class="card-line">{tr!(reports.card.since, when = when::ago(view.at))}</span>
                <span class="card-foot">{public}</span>
            </a>
        </li>
    }
}
