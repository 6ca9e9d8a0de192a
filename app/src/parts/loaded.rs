use crate::api;
use crate::parts::ErrorNote;
use crate::state::{Fact, Known, facts};
use leptos::prelude::*;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::sync::Arc;

/// In the shape of what comes.
#[component]
pub fn Skeleton() -> impl IntoView {
    view! {
        <p class="sr-only" role="status">{tr!(shell.loading)}</p>
        <div class="skeleton" aria-hidden="true">
            <span class="skel skel-title"></span>
            <span class="skel"></span>
            <span class="skel skel-short"></span>
        </div>
    }
}

/// Draws a public fact: a skeleton until it is here, a way to try again where it cannot be had.
///
/// `{loaded(facts().street(), |street| view! { <p>{street.name.clone()}</p> })}`
pub fn loaded<T, V>(fact: Fact<T>, draw: impl Fn(Arc<T>) -> V + Send + 'static) -> impl IntoView
where
    T: Serialize + DeserializeOwned + PartialEq + Send + Sync + 'static,
    V: IntoView + 'static,
{
    let facts = facts();
    let again = Callback::new(move |()| facts.retry());
    move || match fact.get() {
        Known::Waiting => Skeleton().into_any(),
        Known::Here(value) => draw(value).into_any(),
        Known::Lacking(error) => lacking(error, again).into_any(),
    }
}

/// Draws what one call gave (`None` while it is under way); `again` repeats it.
///
/// `{resolved(answer, again, |view| …)}` with `answer: RwSignal<Option<api::Result<T>>>`
pub fn resolved<T, V>(
    answer: RwSignal<Option<api::Result<T>>>,
    again: Callback<()>,
    draw: impl Fn(T) -> V + Send + 'static,
) -> impl IntoView
where
    T: Clone + Send + Sync + 'static,
    V: IntoView + 'static,
{
    move || match answer.get() {
        None => Skeleton().into_any(),
        Some(Ok(value)) => draw(value).into_any(),
        Some(Err(error)) => lacking(error, again).into_any(),
    }
}

fn lacking(error: api::Error, again: Callback<()>) -> impl IntoView {
    view! {
        <ErrorNote error=error>
            <button class="btn" type="button" on:click=move |_| again.run(())>{tr!(shell.retry)}</button>
        </ErrorNote>
    }
}
