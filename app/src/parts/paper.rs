//! What the printer is loaded with, asked before printing and remembered for this device. The style
//! sheet has a page for each: `<html data-paper="58">`.

use crate::parts::{Asked, Choice, Group, Icon, Sheet, print_page};
use crate::storage::Pref;
use gloo::timers::callback::Timeout;
use gloo::utils::document_element;
use leptos::prelude::*;

/// What a printer may be loaded with, by its name in the style sheet.
const PAPERS: [&str; 4] = ["58", "80", "a5", "a4"];
/// What is printed on where nobody has said otherwise.
const USUAL: &str = "a5";

fn words(paper: &str) -> &'static str {
    match paper {
        "58" => tr!(shell.paper.slip58),
        "80" => tr!(shell.paper.slip80),
        "a5" => tr!(shell.paper.a5),
        _ => tr!(shell.paper.a4),
    }
}

/// The paper of this device.
fn remembered() -> &'static str {
    let kept = Pref::Paper.get();
    let known = PAPERS
        .into_iter()
        .find(|paper| Some(*paper) == kept.as_deref());
    known.unwrap_or(USUAL)
}

/// Whether the browser prints at all: the one inside WeChat does not, and says nothing.
pub fn can_print() -> bool {
    let agent = web_sys::window().and_then(|window| window.navigator().user_agent().ok());
    agent.is_none_or(|agent| prints(&agent))
}

fn prints(agent: &str) -> bool {
    !agent.contains("MicroMessenger")
}

/// A button that asks what the printer is loaded with, and prints. Where the browser cannot print,
/// words that say what to do with the code beside it.
///
/// `<PrintButton words="打印一张"/>`, with `before` to put into the page what is to be printed.
#[component]
pub fn PrintButton(
    /// Its words.
    #[prop(into)]
    words: String,
    /// Its own id, where a page has several.
    #[prop(default = "paper")]
    id: &'static str,
    /// Its class.
    #[prop(default = "btn")]
    class: &'static str,
    /// Runs before the page is printed.
    #[prop(optional, into)]
    before: Option<Callback<()>>,
    /// What to do where there is no printing; the code beside it opens the page elsewhere.
    #[prop(default = tr!(shell.paper.scan))]
    instead: &'static str,
) -> impl IntoView {
    if !can_print() {
        return view! { <p class="hint no-print">{instead}</p> }.into_any();
    }
    let open = RwSignal::new(false);
    view! {
        <button class=class type="button" on:click=move |_| open.set(true)>
            <Icon name="print"/>
            {words}
        </button>
        <Sheet id=id title=tr!(shell.paper.title) open=open>
            <Show when=move || open.get()><Asking id open before/></Show>
        </Sheet>
    }
    .into_any()
}

#[component]
fn Asking(id: &'static str, open: RwSignal<bool>, before: Option<Callback<()>>) -> impl IntoView {
    let picked = RwSignal::new(remembered().to_owned());
    let print = move |_| {
        let paper = picked.get_untracked();
        Pref::Paper.set(Some(&paper));
        // The root always takes an attribute.
        let _ = document_element().set_attribute("data-paper", &paper);
        if let Some(before) = before {
            before.run(());
        }
        open.set(false);
        // Once the sheet is gone, and what is to be printed is in the page.
        Timeout::new(50, print_page).forget();
    };
    let asked = Asked {
        id: format!("{id}-kind"),
        title: tr!(shell.paper.ask).to_owned(),
        hint: Some(tr!(shell.paper.hint).to_owned()),
        ..Asked::default()
    };
    let choices = PAPERS.map(|paper| {
        let checked = picked.get_untracked() == paper;
        view! {
            <Choice group=format!("{id}-paper") value=paper words=words(paper) checked=checked
                on_pick=move |paper| picked.set(paper)/>
        }
    });
    view! {
        <div class="sheet-body">
            <Group asked=asked><div class="choices">{choices}</div></Group>
        </div>
        <div class="sheet-foot">
            <button class="btn btn-primary" type="button" on:click=print>
                <Icon name="print"/>
                {tr!(shell.paper.print)}
            </button>
            <button class="btn" type="button" on:click=move |_| open.set(false)>{tr!(shell.paper.not_now)}</button>
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::prints;

    #[test]
    fn the_browser_inside_wechat_prints_nothing() {
        assert!(prints("Mozilla/5.0 (X11; Linux x86_64) Chrome/99.0"));
        assert!(!prints(
            "Mozilla/5.0 (Linux; Android 10) Chrome/86.0 MicroMessenger/8.0.16 Mobile"
        ));
    }
}
