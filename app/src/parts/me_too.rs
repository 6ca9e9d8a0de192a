//! 我也遇到了 (me too): one press in the place of a second report of the same thing.

use crate::follow::{self, Given};
use crate::parts::{Icon, focus_id};
use crate::words;
use leptos::prelude::*;
use leptos::task::spawn_local;
use model::api::report::ReportItem;
use model::id::CaseId;

/// The button, and once it is pressed what became of it. `<MeToo item=item/>`
#[component]
pub fn MeToo(
    /// The case, as everybody sees it.
    item: ReportItem,
    /// Told of the answer.
    #[prop(optional, into)]
    on_given: Option<Callback<Given>>,
) -> impl IntoView {
    let before = follow::of(item.case).filter(|follow| follow.voiced);
    let given = RwSignal::new(before.map(|_| Given {
        voices: item.voices,
        kept: true,
    }));
    let busy = RwSignal::new(false);
    let failed = RwSignal::new(None::<String>);
    let said = said_id(item.case);
    let item = StoredValue::new(item);
    let add = move |_| {
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        failed.set(None);
        spawn_local(async move {
            let Some(item) = item.try_get_value() else {
                return;
            };
            match follow::give_voice(&item).await {
                Ok(answer) => {
                    given.try_set(Some(answer));
                    // The button that had the focus is gone.
                    focus_id(&said_id(item.case));
                    if let Some(on_given) = on_given {
                        on_given.try_run(answer);
                    }
                }
                Err(error) => drop(failed.try_set(Some(words::error(&error)))),
            }
            busy.try_set(false);
        });
    };
    let flag = move || busy.get().then_some("true");
    let body = move || {
        match given.get() {
        Some(given) => view! {
            <p id=said.clone() tabindex="-1"><Icon name="check"/>{tr!(report.near.added, count = given.voices)}</p>
            <p class="hint">{if given.kept { tr!(report.near.kept) } else { tr!(report.near.unkept) }}</p>
        }
        .into_any(),
        None => view! {
            <button class="btn" type="button" aria-busy=flag aria-disabled=flag on:click=add>
                <Icon name="hand"/>{tr!(report.near.me_too)}
            </button>
        }
        .into_any(),
    }
    };
    view! {
        <div class="me-too" role="status">{body}</div>
        <p class="error" role="alert">{move || failed.get()}</p>
    }
}

fn said_id(case: CaseId) -> String {
    format!("me-too-{case}")
}
