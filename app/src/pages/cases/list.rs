//! `/cases`: what waits for signal, the cases of this phone, and looking one up by its number.

use super::case::{Seen, forget, forget_seen};
use super::kept::Unkept;
use super::story;
use super::track::TrackForm;
use crate::outbox::{Entry, Outbox, outbox};
use crate::parts::{
    DueChip, Empty, FollowCards, Icon, Note, Page, QrCode, Section, Sheet, StatusChip, Tag,
    open_for, origin,
};
use crate::state::Online;
use crate::storage::{self, Link, blobs};
use crate::{api, follow, form, when, words};
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::hooks::use_navigate;
use model::api::CaseView;
use model::field;
use model::id::CaseId;
use model::problem::Code;
use model::workflow::Verb;

/// The page.
#[component]
pub fn Cases() -> impl IntoView {
    let outbox = outbox();
    let links = RwSignal::new(storage::links());
    // What waited and has been sent is a case of this phone now.
    Effect::new(move |_| {
        outbox.delivered.track();
        outbox.entries.track();
        links.set(storage::links());
    });
    let queued = Memo::new(move |_| outbox.entries.get());
    let waiting =
        move || (!queued.with(Vec::is_empty)).then(|| view! { <Queued entries=queued outbox /> });
    let of = move |family: bool| {
        Memo::new(move |_| {
            links.with(|links| {
                let wanted = links.iter().filter(|link| link.family == family);
                wanted.map(|link| link.case).collect::<Vec<_>>()
            })
        })
    };
    let (ids, theirs) = (of(false), of(true));
    let follows = RwSignal::new(!follow::all().is_empty());
    let nothing = Memo::new(move |_| ids.with(Vec::is_empty));
    let cards = move || {
        let elsewhere = !queued.with(Vec::is_empty) || follows.get() || !theirs.with(Vec::is_empty);
        match nothing.get() {
            true if !elsewhere => nothing_yet().into_any(),
            true => ().into_any(),
            false => cards_of(ids, links).into_any(),
        }
    };
    let of_family = move || {
        (!theirs.with(Vec::is_empty)).then(|| {
            view! { <Section title=tr!(cases.family.list)>{cards_of(theirs, links)}</Section> }
        })
    };
    view! {
        <Page title=tr!(cases.list.title) back="/" lead=tr!(cases.list.lead)>
            {waiting}
            {cards}
            {of_family}
            <FollowCards any=follows/>
            <TrackForm/>
        </Page>
    }
}

fn cards_of(ids: Memo<Vec<CaseId>>, links: RwSignal<Vec<Link>>) -> impl IntoView {
    view! {
        <ul class="cards">
            <For each=move || ids.get() key=|id| *id let:id>
                <Card case=id links />
            </For>
        </ul>
    }
}

fn nothing_yet() -> impl IntoView {
    view! {
        <Empty sign="cases" words=tr!(cases.list.empty)>
            <p class="muted">{tr!(cases.list.empty_hint)}</p>
            <div class="btns">
                <a class="btn btn-primary" href="/proxy">{tr!(cases.list.empty_proxy)}</a>
                <a class="btn" href="/help">
                    <Icon name="phone"/>
                    {tr!(cases.list.empty_call)}
                </a>
            </div>
        </Empty>
    }
}

#[component]
fn Card(case: CaseId, links: RwSignal<Vec<Link>>) -> impl IntoView {
    let seen = RwSignal::new(Seen::load(case));
    let trouble = RwSignal::new(None::<api::Error>);
    let online = use_context::<Online>();
    Effect::new(move |_| {
        if online.is_none_or(|online| online.0.get()) {
            spawn_local(refresh(case, seen, trouble));
        }
    });
    let link = storage::link(case);
    let title = link
        .as_ref()
        .map(|link| link.title.clone())
        .filter(|title| !title.is_empty());
    let number = link.and_then(|link| link.receipt);
    let title = move || {
        let named = seen.with(|seen| seen.as_ref().and_then(|seen| seen.view.matter_name.clone()));
        named
            .or(title.clone())
            .unwrap_or_else(|| tr!(cases.list.untitled).to_owned())
    };
    let number = move || {
        seen.with(|seen| seen.as_ref().map(|seen| seen.view.receipt))
            .or(number)
    };
    let chips = move || seen.with(|seen| seen.as_ref().map(|seen| chips(&seen.view)));
    let state = move || seen.with(|seen| seen.as_ref().map(|seen| seen.view.progress.state));
    let gone = Memo::new(move |_| trouble.with(|trouble| is_gone(trouble.as_ref())));
    let old = move || {
        let offline = online.is_some_and(|online| !online.0.get());
        let is_old = (offline || trouble.with(Option::is_some)) && !gone.get();
        let at = seen
            .with(|seen| seen.as_ref().map(|seen| seen.at))
            .filter(|_| is_old);
        at.map(|at| tr!(cases.list.seen_at, when = when::moment(at)))
    };
    let remove = move |_| {
        forget(case);
        links.set(storage::links());
    };
    view! {
        <li>
            <a class="card" href=format!("/cases/{case}")>
                <span class="card-head">
                    <span class="card-title">{title}</span>
                    {move || state().filter(|_| !gone.get()).map(|state| view! { <StatusChip state/> })}
                </span>
                {move || number().map(|number| view! {
                    <span class="card-line num">{tr!(cases.list.number, number = number.to_string())}</span>
                })}
                <span class="card-foot">{move || chips().filter(|_| !gone.get())}</span>
                {move || old().map(|words| view! { <span class="card-line">{words}</span> })}
            </a>
            <Show when=move || gone.get()>
                <Note tone="warn" title=tr!(cases.gone.title)>
                    <button class="btn" type="button" on:click=remove>
                        <Icon name="trash"/>
                        {tr!(cases.forget.button)}
                    </button>
                </Note>
            </Show>
        </li>
    }
}

fn is_gone(trouble: Option<&api::Error>) -> bool {
    trouble.and_then(api::Error::code) == Some(Code::NotFound)
}

fn chips(view: &CaseView) -> impl IntoView + use<> {
    let rate = view.allowed.contains(&Verb::Confirm);
    let due = story::deadline(view).map(|(due, light)| view! { <DueChip due light=Some(light)/> });
    let rate = rate.then(|| view! { <Tag tone="need" words=tr!(cases.list.rate)/> });
    view! { {due} {rate} }
}

async fn refresh(
    case: CaseId,
    seen: RwSignal<Option<Seen>>,
    trouble: RwSignal<Option<api::Error>>,
) {
    let Some(link) = storage::link(case) else {
        return;
    };
    match api::case(case, &link.secret).await {
        Ok(view) => {
            Seen::keep(&view);
            trouble.try_set(None);
            seen.try_set(Some(Seen {
                at: when::now(),
                view,
            }));
        }
        Err(error) => {
            if link.family && is_gone(Some(&error)) {
                forget_seen(case);
            }
            trouble.try_set(Some(error));
        }
    }
}

/// What was handed in and has not arrived.
#[component]
fn Queued(entries: Memo<Vec<Entry>>, outbox: Outbox) -> impl IntoView {
    let keys = Memo::new(move |_| {
        entries.with(|all| all.iter().map(|entry| entry.key).collect::<Vec<_>>())
    });
    // Which one is to be deleted, once that is confirmed.
    let asking = RwSignal::new(None::<Entry>);
    let row = move |key| {
        let entry = Memo::new(move |_| {
            entries.with(|all| all.iter().find(|entry| entry.key == key).cloned())
        });
        let link = Memo::new(move |_| entry.with(|entry| entry.as_ref().and_then(Entry::link)));
        move || match link.get() {
            Some(link) => view! { <ArrivedRow link/> }.into_any(),
            None => view! { <QueuedRow entry outbox asking/> }.into_any(),
        }
    };
    view! {
        <Section title=tr!(cases.queue.title)>
            <ul class="cards">
                <For each=move || keys.get() key=|key| *key children=row/>
            </ul>
        </Section>
        <DropSheet asking outbox/>
    }
}

/// It has arrived, and its number and its code stand nowhere but here.
#[component]
fn ArrivedRow(link: Link) -> impl IntoView {
    let number = link.receipt.map(|number| number.to_string());
    view! {
        <li>
            <div class="card queued">
                <p class="card-head"><span class="card-title">{link.title.clone()}</span></p>
                <p class="card-line num">{tr!(cases.list.number, number = number.unwrap_or_default())}</p>
                <QrCode text=link.address(&origin()) note=tr!(cases.keep.qr)/>
                <Unkept/>
            </div>
        </li>
    }
}

#[component]
fn DropSheet(asking: RwSignal<Option<Entry>>, outbox: Outbox) -> impl IntoView {
    let open = open_for(asking, |_| true);
    let yes = move |_| {
        if let Some(entry) = asking.get_untracked() {
            spawn_local(delete(entry, outbox));
        }
        asking.set(None);
    };
    let words = move || match asking.with(|asking| asking.as_ref().is_some_and(|e| e.tried)) {
        true => tr!(cases.queue.drop_tried),
        false => tr!(cases.queue.drop_words),
    };
    view! {
        <Sheet id="queued-drop" title=tr!(cases.queue.drop_title) open=open>
            <div class="sheet-body"><p>{words}</p></div>
            <div class="sheet-foot">
                <button class="btn btn-danger" type="button" on:click=yes>{tr!(cases.queue.drop)}</button>
                <button class="btn" type="button" on:click=move |_| asking.set(None)>{tr!(cases.queue.keep)}</button>
            </div>
        </Sheet>
    }
}

async fn delete(entry: Entry, outbox: Outbox) {
    outbox.take_back(entry.key).await;
    let photos = field::photos(entry.case.kind.fields(), &entry.case.answers);
    let photos: Vec<_> = photos.into_iter().map(|(photo, _)| photo).collect();
    // Pictures that stay are nobody's and small.
    let _ = blobs::drop_photos(&photos).await;
}

#[component]
fn QueuedRow(
    entry: Memo<Option<Entry>>,
    outbox: Outbox,
    asking: RwSignal<Option<Entry>>,
) -> impl IntoView {
    let trying = RwSignal::new(false);
    let navigate = use_navigate();
    let full = RwSignal::new(false);
    let key = move || entry.with_untracked(|entry| entry.as_ref().map(|entry| entry.key));
    let again = move |_| {
        let Some(key) = key().filter(|_| !trying.get_untracked()) else {
            return;
        };
        trying.set(true);
        spawn_local(async move {
            outbox.retry(key).await;
            trying.try_set(false);
        });
    };
    let change = move |_| {
        let navigate = navigate.clone();
        let Some(entry) = key().and_then(|key| outbox.entry(key)) else {
            return;
        };
        let key = entry.key;
        // Written down before it leaves the queue: at no moment does it stand nowhere.
        let Some(address) = form::reopen(entry) else {
            return full.set(true);
        };
        spawn_local(async move {
            outbox.take_back(key).await;
            navigate(&address, Default::default());
        });
    };
    let ask = move |_| asking.set(entry.get_untracked());
    let title = move || entry.with(|entry| entry.as_ref().map(|entry| entry.title.clone()));
    let at = move || {
        entry.with(|entry| {
            entry
                .as_ref()
                .map(|entry| tr!(cases.queue.at, when = when::moment(entry.at)))
        })
    };
    let refused = move || {
        let problem = entry.with(|entry| entry.as_ref().and_then(|entry| entry.problem.clone()));
        problem.map(|problem| view! { <p class="card-line">{words::problem(&problem)}</p> })
    };
    let flag = move || trying.get().then_some("true");
    view! {
        <li>
            <div class="card queued">
                <p class="card-head">
                    <span class="card-title">{title}</span>
                    {move || how(entry, outbox, trying.get())}
                </p>
                <p class="card-line">{at}</p>
                {refused}
                <div role="status">
                    {move || full.get().then(|| view! { <Note tone="warn" title=tr!(cases.queue.full)/> })}
                </div>
                <div class="btns">
                    <button class="btn" type="button" aria-busy=flag aria-disabled=flag on:click=again>
                        {tr!(cases.queue.again)}
                    </button>
                    <button class="btn" type="button" on:click=change>
                        <Icon name="edit"/>
                        {tr!(cases.queue.change)}
                    </button>
                    <button class="btn btn-danger" type="button" on:click=ask>
                        <Icon name="trash"/>
                        {tr!(cases.queue.drop)}
                    </button>
                </div>
            </div>
        </li>
    }
}

/// How far a case is that has not arrived: it waits, is on its way, or was turned down.
fn how(entry: Memo<Option<Entry>>, outbox: Outbox, trying: bool) -> impl IntoView {
    let refused = entry.with(|entry| entry.as_ref().is_some_and(|entry| entry.problem.is_some()));
    let first = outbox.entries.with(|all| {
        all.iter()
            .find(|entry| entry.problem.is_none())
            .map(|entry| entry.key)
    });
    let turn = entry.with(|entry| entry.as_ref().map(|entry| entry.key)) == first;
    let sending = trying || (turn && outbox.uploading.with(Option::is_some));
    let (tone, sign, words) = match (refused, sending) {
        (_, true) => ("doing", "up", tr!(cases.queue.sending)),
        (true, _) => ("bad", "alert", tr!(cases.queue.refused)),
        (false, _) => ("wait", "offline", tr!(cases.queue.waiting)),
    };
    view! {
        <span class="status" data-tone=tone>
            <Icon name=sign size="s"/>
            {words}
        </span>
    }
}
