use crate::parts::Icon;
use gloo::timers::callback::Timeout;
use leptos::prelude::*;
use std::cell::Cell;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

thread_local! {
    /// The first page is read from its beginning; on later ones the heading takes the focus.
    static FIRST: Cell<bool> = const { Cell::new(true) };
}

/// One page: `<main>` with the way back and the heading. Sets the document's title, and on every
/// page but the first moves the focus to the heading, so that a screen reader says where one is.
///
/// `<Page title=tr!(shell.help_title)> … </Page>`
#[component]
pub fn Page(
    /// The heading, and the document's title.
    #[prop(into)]
    title: String,
    /// Where the way back leads; none for pages without one.
    #[prop(optional, into)]
    back: Option<String>,
    /// A sentence under the heading.
    #[prop(optional, into)]
    lead: Option<String>,
    /// 80 rem instead of 44.
    #[prop(optional)]
    wide: bool,
    /// The heading stands elsewhere: in the legend of the page's one question, or in a greeting.
    /// Give it `tabindex="-1"`.
    #[prop(optional)]
    own_heading: bool,
    /// What the page holds.
    children: Children,
) -> impl IntoView {
    page_title(&title);
    arrive();
    let back = back.map(|href| {
        view! {
            <a class="back" href=href>
                <Icon name="back"/>
                <span>{tr!(shell.back)}</span>
            </a>
        }
    });
    let heading = (!own_heading).then(|| {
        view! { <h1 class="page-title" tabindex="-1">{title}</h1> }
    });
    view! {
        <main class=if wide { "page page-wide" } else { "page" } id="main" tabindex="-1">
            {back}
            {heading}
            {lead.map(|lead| view! { <p class="lead">{lead}</p> })}
            {children()}
        </main>
    }
}

/// Sets the document's title: `办事指南 · 一刻钟`; the name alone on the home page.
pub fn page_title(title: &str) {
    let name = tr!(shell.name);
    let whole = if title == name {
        name.to_owned()
    } else {
        tr!(shell.title, title = title.to_owned())
    };
    if let Some(document) = web_sys::window().and_then(|window| window.document()) {
        document.set_title(&whole);
    }
}

fn arrive() {
    if FIRST.replace(false) {
        return;
    }
    // After the router has put the page in place and scrolled to its top.
    Timeout::new(0, || {
        focus(|| {
            gloo::utils::document()
                .query_selector("#main h1")
                .ok()
                .flatten()
        })
    })
    .forget();
}

/// Moves the focus to the element of that id, once it is there.
pub fn focus_id(id: &str) {
    let id = id.to_owned();
    Timeout::new(0, move || {
        focus(|| gloo::utils::document().get_element_by_id(&id))
    })
    .forget();
}

fn focus(find: impl FnOnce() -> Option<web_sys::Element>) {
    let element = find().and_then(|element| element.dyn_into::<HtmlElement>().ok());
    if let Some(element) = element {
        // Refused only by an element that is gone.
        let _ = element.focus();
    }
}

/// Has a screen reader say something that is only seen otherwise.
pub fn announce(words: &str) {
    let region = gloo::utils::document().get_element_by_id("announcer");
    if let Some(region) = region {
        region.set_text_content(Some(words));
    }
}
