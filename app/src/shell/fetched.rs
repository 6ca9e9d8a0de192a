use crate::parts::{Page, Skeleton};
use gloo::events::EventListener;
use gloo::utils::window;
use leptos::prelude::*;
use leptos::task::spawn_local;
/// A file of wasm could not be had.
pub use leptos::wasm_split::SplitLoaderError as NotLoaded;
use std::future::Future;

/// Draws a page; a plain function, so that it can cross from one file of wasm into another.
pub type Draw = fn() -> AnyView;

/// A page that is on its way: a skeleton, then the page, or words and a way to try again.
pub fn fetched<F>(fetch: fn() -> F) -> impl IntoView
where
    F: Future<Output = Result<Draw, NotLoaded>> + 'static,
{
    let page = RwSignal::new(None);
    let again = move || {
        spawn_local(async move {
            let drawn = fetch().await;
            // The reader may have gone on meanwhile.
            page.try_set(Some(drawn.ok()));
        });
    };
    again();
    // Signal is back: no need to press anything.
    let online = EventListener::new(&window(), "online", move |_| {
        if page.try_get_untracked() == Some(Some(None)) {
            again();
        }
    });
    let online = StoredValue::new_local(online);
    on_cleanup(move || online.dispose());
    move || match page.get() {
        None => view! { <Waiting/> }.into_any(),
        Some(None) => view! { <NotHere again=Callback::new(move |()| again())/> }.into_any(),
        Some(Some(draw)) => draw(),
    }
}

/// Holds the place of `main`, so that nothing jumps.
#[component]
fn Waiting() -> impl IntoView {
    view! { <main class="page" id="main" tabindex="-1"><Skeleton/></main> }
}

/// What to do when code could not be had.
pub fn not_here_words() -> &'static str {
    tr!(shell.not_here_words)
}

/// The page's code could not be had.
#[component]
fn NotHere(
    /// Fetches it once more.
    again: Callback<()>,
) -> impl IntoView {
    // With signal the likeliest cause is a new version on the server: only the whole page anew
    // helps. Without signal a reload would lose even this page.
    let press = move || {
        if window().navigator().on_line() {
            let _ = window().location().reload();
        } else {
            again.run(());
        }
    };
    view! {
        <Page title=tr!(shell.not_here_title) lead=tr!(shell.not_here_words)>
            <div class="btns">
                <button class="btn btn-primary" type="button" on:click=move |_| press()>{tr!(shell.retry)}</button>
                <a class="btn" href="tel:12345">{tr!(shell.call)}</a>
            </div>
        </Page>
    }
}
