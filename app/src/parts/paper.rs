//! What the printer is loaded with, asked before printing and remembered for this device. The style
//! sheet has a page for each: `<html data-paper="58">`.

use crate::parts::{Asked, Choice, Group, Icon, Sheet, print_page};
use crate::storage::Pref;
use gloo::timers::callback::Timeout;
use gloo::utils::document_element;
use leptos::prelude::*;

/// What a printer may be loaded with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Paper {
    /// A roll of 58 mm.
    Roll58,
    /// A roll of 80 mm.
    Roll80,
    /// 148 × 210 mm.
    A5,
    /// 210 × 297 mm.
    A4,
}

impl Paper {
    /// The narrowest first.
    const ALL: [Paper; 4] = [Paper::Roll58, Paper::Roll80, Paper::A5, Paper::A4];

    /// In the style sheet.
    pub fn name(self) -> &'static str {
        match self {
            Paper::Roll58 => "58",
            Paper::Roll80 => "80",
            Paper::A5 => "a5",
            Paper::A4 => "a4",
        }
    }

    fn words(self) -> &'static str {
        match self {
            Paper::Roll58 => tr!(shell.paper.slip58),
            Paper::Roll80 => tr!(shell.paper.slip80),
            Paper::A5 => tr!(shell.paper.a5),
            Paper::A4 => tr!(shell.paper.a4),
        }
    }

    fn named(name: &str) -> Option<Paper> {
        Paper::ALL.into_iter().find(|paper| paper.name() == name)
    }

    /// What this device's printer is loaded with; none where nobody has said.
    pub fn of_device() -> Option<Paper> {
        Paper::named(&Pref::Paper.get()?)
    }
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
/// `<PrintButton words="打印一张"/>`, with `print` where something else than the page as it stands
/// is to be printed.
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
    /// What is thought of where nobody has said.
    #[prop(default = Paper::A5)]
    usual: Paper,
    /// Prints on that paper; left out, the page as it stands.
    #[prop(default = Callback::new(|_| print_soon()))]
    print: Callback<Paper>,
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
            <Show when=move || open.get()><Asking id open usual print/></Show>
        </Sheet>
    }
    .into_any()
}

/// Prints the page once what is about to be drawn stands in it, and no sheet over it.
pub fn print_soon() {
    Timeout::new(50, print_page).forget();
}

#[component]
fn Asking(
    id: &'static str,
    open: RwSignal<bool>,
    usual: Paper,
    print: Callback<Paper>,
) -> impl IntoView {
    let picked = RwSignal::new(Paper::of_device().unwrap_or(usual));
    let go = move |_| {
        let paper = picked.get_untracked();
        Pref::Paper.set(Some(paper.name()));
        // The root always takes an attribute.
        let _ = document_element().set_attribute("data-paper", paper.name());
        open.set(false);
        print.run(paper);
    };
    let asked = Asked {
        id: format!("{id}-kind"),
        title: tr!(shell.paper.ask).to_owned(),
        hint: Some(tr!(shell.paper.hint).to_owned()),
        ..Asked::default()
    };
    let choices = Paper::ALL.map(|paper| {
        let checked = picked.get_untracked() == paper;
        view! {
            <Choice group=format!("{id}-paper") value=paper.name() words=paper.words() checked=checked
                on_pick=move |_| picked.set(paper)/>
        }
    });
    view! {
        <div class="sheet-body">
            <Group asked=asked><div class="choices">{choices}</div></Group>
        </div>
        <div class="sheet-foot">
            <button class="btn btn-primary" type="button" on:click=go>
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
