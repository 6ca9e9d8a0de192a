//! Keeping a case: handing its link on, printing it, taking it off this phone; and the receipt for
//! papers that staff hold.

use super::case::{Case, forget};
use super::open::phone_of;
use super::story::{self, Custody};
use crate::parts::{HandOn, Icon, Paper, PrintButton, QrCode, Section, Sheet, origin, print_soon};
use crate::{when, words};
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;
use model::api::CaseView;

/// Which slip the printer gets: the case's own, or that for the papers held.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Which {
    Case,
    Custody,
}

/// What is to be printed. The page holds one slip at a time, since the printer prints them all.
#[derive(Clone, Copy)]
pub struct Printing(RwSignal<Which>);

impl Printing {
    /// The case's own slip.
    pub fn new() -> Printing {
        Printing(RwSignal::new(Which::Case))
    }

    /// Puts a slip into the page, and prints it.
    fn slip(self, which: Which) -> Callback<Paper> {
        Callback::new(move |_| {
            self.0.set(which);
            print_soon();
        })
    }
}

/// Papers that staff took and hold: which, since when, who.
#[component]
pub fn CustodyPart(
    /// The case.
    case: Case,
    /// The printer.
    printing: Printing,
) -> impl IntoView {
    let held = case.part(story::custody);
    move || {
        let held = held.get().filter(|held| !held.is_empty())?;
        let sets = held.into_iter().map(custody_set).collect_view();
        Some(view! {
            <Section title=tr!(cases.custody.title)>
                <p>{tr!(cases.custody.lead)}</p>
                {sets}
                <div class="btns">
                    <PrintButton id="paper-custody" words=tr!(cases.custody.print)
                        instead=tr!(cases.custody.no_print) print=printing.slip(Which::Custody)/>
                </div>
            </Section>
        })
    }
}

fn custody_set(held: Custody) -> impl IntoView {
    let papers = held
        .papers
        .into_iter()
        .map(|paper| view! { <li><strong>{paper}</strong></li> })
        .collect_view();
    view! {
        <div class="visit">
            <Icon name="document" size="l"/>
            <div>
                <ul>{papers}</ul>
                <p>{tr!(cases.custody.taken, name = held.by, when = when::moment(held.at))}</p>
            </div>
        </div>
    }
}

/// The link for the family, the printer, and off this phone.
#[component]
pub fn Keep(
    /// The case.
    case: Case,
    /// The printer.
    printing: Printing,
) -> impl IntoView {
    let address = case.link().address(&origin());
    view! {
        <Section title=tr!(cases.keep.title)>
            <p>{tr!(cases.keep.lead)}</p>
            <QrCode text=address.clone() note=tr!(cases.keep.qr)/>
            <Handing case address printing/>
            <Off case/>
        </Section>
    }
}

/// Takes the case off this phone, after a question.
#[component]
pub fn Off(
    /// The case.
    case: Case,
) -> impl IntoView {
    let removing = RwSignal::new(false);
    view! {
        <button class="btn btn-quiet" type="button" on:click=move |_| removing.set(true)>
            <Icon name="trash"/>
            {tr!(cases.forget.button)}
        </button>
        <Remove case open=removing/>
    }
}

#[component]
fn Handing(case: Case, address: String, printing: Printing) -> impl IntoView {
    let title = move || {
        let number = case
            .view
            .with_untracked(|view| view.as_ref().map(|view| view.receipt.to_string()));
        tr!(cases.keep.share_title, number = number.unwrap_or_default())
    };
    view! {
        <HandOn
            address
            title
            share=tr!(cases.keep.share)
            copy=tr!(cases.keep.copy)
            copied=tr!(cases.keep.copied)
            copy_failed=tr!(cases.keep.copy_failed)
        >
            <PrintButton words=tr!(cases.keep.print) print=printing.slip(Which::Case)/>
        </HandOn>
    }
}

/// Takes the case off this phone, and whoever looks at it back to the list.
pub fn remover(case: Case) -> impl Fn() + Clone {
    let navigate = use_navigate();
    move || {
        forget(case.id());
        let options = NavigateOptions {
            replace: true,
            ..NavigateOptions::default()
        };
        navigate("/cases", options);
    }
}

#[component]
fn Remove(case: Case, open: RwSignal<bool>) -> impl IntoView {
    let remove = remover(case);
    let yes = move |_| {
        open.set(false);
        remove();
    };
    view! {
        <Sheet id="forget" title=tr!(cases.forget.title) open=open>
            <div class="sheet-body">
                <p>{tr!(cases.forget.words)}</p>
                <p>{tr!(cases.forget.way_back)}</p>
            </div>
            <div class="sheet-foot">
                <button class="btn btn-danger" type="button" on:click=yes>{tr!(cases.forget.yes)}</button>
                <button class="btn" type="button" on:click=move |_| open.set(false)>{tr!(cases.forget.no)}</button>
            </div>
        </Sheet>
    }
}

/// What the printer prints, on whatever paper it has: a direct child of the page.
#[component]
pub fn Slip(
    /// The case.
    case: Case,
    /// Which slip.
    printing: Printing,
) -> impl IntoView {
    let address = StoredValue::new(case.link().address(&origin()));
    move || {
        let view = case.view.get()?;
        Some(match printing.0.get() {
            Which::Case => case_slip(view, address.get_value()).into_any(),
            Which::Custody => custody_slip(view).into_any(),
        })
    }
}

fn fact(name: &'static str, value: String) -> impl IntoView {
    view! {
        <div>
            <dt>{name}</dt>
            <dd>{value}</dd>
        </div>
    }
}

fn matter(view: &CaseView) -> String {
    view.matter_name
        .clone()
        .unwrap_or_else(|| words::kind(view.kind).to_owned())
}

fn call_line(view: &CaseView) -> impl IntoView + use<> {
    phone_of(&view.responsible).map(|phone| {
        view! { <p class="slip-call">{tr!(cases.slip.call)} " " <strong class="num">{phone}</strong></p> }
    })
}

fn case_slip(view: CaseView, address: String) -> impl IntoView {
    let stands = tr!(
        cases.slip.stands_on,
        state = words::state(view.progress.state),
        day = when::date(when::now().china_date())
    );
    let call = call_line(&view);
    view! {
        <article class="slip only-print">
            <h2 class="slip-title">{tr!(cases.slip.title)}</h2>
            <p class="slip-number">{view.receipt.to_string()}</p>
            <QrCode text=address note=tr!(cases.slip.qr)/>
            <dl class="slip-facts">
                {fact(tr!(cases.slip.matter), matter(&view))}
                {fact(tr!(cases.slip.at), when::moment(view.at))}
                {fact(tr!(cases.slip.who), view.responsible.name.clone())}
                {fact(tr!(cases.slip.stands), stands)}
            </dl>
            {call}
            <p class="slip-chain num">{tr!(cases.slip.chain)} " " {view.head}</p>
        </article>
    }
}

fn custody_slip(view: CaseView) -> impl IntoView {
    let held = story::custody(&view);
    let set = |held: Custody| {
        view! {
            {fact(tr!(cases.slip.papers), held.papers.join(tr!(cases.comma)))}
            {fact(tr!(cases.slip.taken_by), held.by)}
            {fact(tr!(cases.slip.taken_at), when::moment(held.at))}
        }
    };
    let call = call_line(&view);
    view! {
        <article class="slip only-print">
            <h2 class="slip-title">{tr!(cases.slip.custody)}</h2>
            <p class="slip-number">{view.receipt.to_string()}</p>
            <dl class="slip-facts">
                {fact(tr!(cases.slip.matter), matter(&view))}
                {held.into_iter().map(set).collect_view()}
            </dl>
            <p>{tr!(cases.slip.custody_words)}</p>
            {call}
            <p class="slip-chain num">{tr!(cases.slip.chain)} " " {view.head}</p>
        </article>
    }
}
