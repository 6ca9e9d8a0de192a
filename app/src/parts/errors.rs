use crate::parts::{Icon, Note, focus_id};
use crate::{api, words};
use leptos::prelude::*;

/// One thing to change: the same words stand here and at the field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wrong {
    /// The id of the control to go to.
    pub id: String,
    /// What to do about it.
    pub words: String,
}

/// The summary at the top of a form. Draw it anew for each failed Continue: it takes the focus.
/// The page sets its title with `tr!(shell.error_prefix, title = …)`.
///
/// `<ErrorSummary wrongs=vec![Wrong { id, words }]/>`
#[component]
pub fn ErrorSummary(
    /// At least one.
    wrongs: Vec<Wrong>,
) -> impl IntoView {
    const ID: &str = "errors";
    focus_id(ID);
    let title = match wrongs.len() {
        1 => tr!(shell.errors_one).to_owned(),
        count => tr!(shell.errors_many, count = count),
    };
    let rows: Vec<_> = wrongs.into_iter().map(row).collect();
    view! {
        <div class="errors" id=ID role="alert" tabindex="-1" aria-labelledby="errors-title">
            <h2 class="errors-title" id="errors-title">
                <Icon name="alert"/>
                {title}
            </h2>
            <ul>{rows}</ul>
        </div>
    }
}

/// The link focuses by hand: the address's fragment may hold a case's secret, and the router
/// would take it for a change of page.
fn row(wrong: Wrong) -> impl IntoView {
    let Wrong { id, words } = wrong;
    let href = format!("#{id}");
    let go = move |event: web_sys::MouseEvent| {
        event.prevent_default();
        event.stop_propagation();
        focus_id(&id);
    };
    view! { <li><a href=href on:click=go>{words}</a></li> }
}

/// A call that failed: what happened and what to do.
/// `<ErrorNote error=error/>`, or with a button to try again as its child.
#[component]
pub fn ErrorNote(
    /// Why.
    error: api::Error,
    /// What to do.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    view! {
        <div role="alert">
            <Note tone="warn" title=words::error(&error)>
                {children.map(|children| children())}
            </Note>
        </div>
    }
}
