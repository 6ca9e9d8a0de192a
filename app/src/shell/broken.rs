//! When something goes wrong that no page has foreseen: words and a way on, never a blank page.

use crate::parts::Page;
use gloo::utils::document;
use leptos::prelude::*;

/// Draws its children; where one of them gives an error instead of a view, the broken page.
#[component]
pub fn Guard<V>(
    /// The routes.
    children: TypedChildren<V>,
) -> impl IntoView
where
    V: IntoView + 'static,
{
    view! { <ErrorBoundary fallback=|_| view! { <Broken/> }>{(children.into_inner())()}</ErrorBoundary> }
}

#[component]
fn Broken() -> impl IntoView {
    // A link of the browser's, not of the router's: it loads everything anew.
    view! {
        <Page title=tr!(shell.broken_title) lead=tr!(shell.broken_words)>
            <div class="btns">
                <a class="btn btn-primary" href="" rel="external">{tr!(shell.retry)}</a>
                <a class="btn" href="/help" rel="external">{tr!(shell.call)}</a>
            </div>
        </Page>
    }
}

/// After a panic nothing of the app runs any more, so the page is written by hand.
pub(super) fn tell_when_it_breaks() {
    std::panic::set_hook(Box::new(|info| {
        if cfg!(debug_assertions) {
            console_error_panic_hook::hook(info);
        }
        let Some(main) = document().get_element_by_id("main") else {
            return;
        };
        main.set_text_content(None);
        for (tag, class, words) in [
            ("h1", "page-title", tr!(shell.broken_title)),
            ("p", "lead", tr!(shell.broken_words)),
        ] {
            append(&main, tag, class, words);
        }
        let retry = append(&main, "a", "btn btn-primary", tr!(shell.retry));
        if let Some(retry) = retry {
            let _ = retry.set_attribute("href", "");
        }
    }));
}

fn append(
    main: &web_sys::Element,
    tag: &str,
    class: &str,
    words: &str,
) -> Option<web_sys::Element> {
    let element = document().create_element(tag).ok()?;
    element.set_class_name(class);
    element.set_text_content(Some(words));
    main.append_child(&element).ok()?;
    Some(element)
}
