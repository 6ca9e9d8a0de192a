//! What did not go as it should when a case was handed in: its link has no room on the phone, or
//! the resident had changed something after it went out.

use super::case::Case;
use super::replies::Sheets;
use crate::outbox::outbox;
use crate::parts::{Icon, Note};
use crate::storage::{self, Later};
use leptos::prelude::*;
use leptos::task::spawn_local;
use model::id::CaseId;
use model::workflow::Verb;

/// Shown beside a receipt that this page alone holds: to be written down before it is closed.
#[component]
pub fn Unkept() -> impl IntoView {
    let outbox = outbox();
    let told = RwSignal::new(None::<&'static str>);
    let again = move |_| {
        spawn_local(async move {
            let kept = outbox.keep_receipts().await;
            told.try_set(Some(if kept {
                tr!(cases.unkept.kept)
            } else {
                tr!(cases.unkept.still)
            }));
        });
    };
    view! {
        <div role="alert">
            <Note tone="urgent" title=tr!(cases.unkept.title)>
                <p>{tr!(cases.unkept.words)}</p>
                <p>{tr!(cases.unkept.room)}</p>
                <button class="btn" type="button" on:click=again>
                    <Icon name="save"/>
                    {tr!(cases.unkept.again)}
                </button>
                <p role="status">{move || told.get()}</p>
            </Note>
        </div>
    }
}

/// On the receipt: the first version arrived, and what was changed since is still to be added.
#[component]
pub fn ArrivedBefore(
    /// The case.
    case: CaseId,
) -> impl IntoView {
    storage::later(case).map(|later| {
        view! {
            <Note tone="warn" title=tr!(cases.later.title)>
                {words(&later)}
                <a class="btn btn-primary" href=format!("/cases/{case}")>{tr!(cases.later.go)}</a>
            </Note>
        }
    })
}

/// On the case: the same, to be added at a press or left.
#[component]
pub fn AddLater(
    /// The case.
    case: Case,
    /// Where words are added.
    sheets: Sheets,
) -> impl IntoView {
    let later = RwSignal::new(storage::later(case.id()));
    let may = case.part(|view| view.allowed.contains(&Verb::Supplement));
    let forget = move |_| {
        storage::drop_later(case.id());
        later.set(None);
    };
    let add = move |_| {
        let Some(added) = later.get_untracked() else {
            return;
        };
        later.set(None);
        // It stays where it was until the words to be sent are kept.
        if sheets.add(added) {
            storage::drop_later(case.id());
        }
        sheets.open(Verb::Supplement);
    };
    let shown = move |later: Later| {
        view! {
            <Note tone="warn" title=tr!(cases.later.title)>
                {words(&later)}
                <div class="btns">
                    <Show when=move || may.get() == Some(true)>
                        <button class="btn btn-primary" type="button" on:click=add>{tr!(cases.later.add)}</button>
                    </Show>
                    <button class="btn" type="button" on:click=forget>{tr!(cases.later.leave)}</button>
                </div>
            </Note>
        }
    };
    move || later.get().map(shown)
}

fn words(later: &Later) -> impl IntoView + use<> {
    let photos = later.photos.len();
    let photos = (photos > 0).then(|| view! { <p>{tr!(cases.later.photos, count = photos)}</p> });
    view! {
        <p>{tr!(cases.later.words)}</p>
        <p class="event-words">{later.words.clone()}</p>
        {photos}
    }
}
