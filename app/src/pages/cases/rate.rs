//! Whether it was done well: five words with stars, and doing it over beside them.

use super::actions::said;
use super::case::Case;
use super::replies::{Sheets, too_long, words_box};
use super::sending::Sender;
use super::story::stars;
use crate::parts::{Asked, ErrorLine, Icon, Section, announce, focus_id};
use crate::words;
use leptos::prelude::*;
use leptos::task::spawn_local;
use model::workflow::{Refused, Verb};

const GROUP: &str = "rate";
const WORDS: &str = "rate-words";

/// Shown while the resident may confirm.
#[component]
pub fn Rate(
    /// The case.
    case: Case,
    /// Where it is said what is still wrong.
    sheets: Sheets,
) -> impl IntoView {
    let allowed = case.part(|view| {
        (
            view.allowed.contains(&Verb::Confirm),
            view.allowed.contains(&Verb::Reopen),
        )
    });
    let sender = Sender::kept(case, GROUP);
    let shown = Memo::new(move |_| allowed.get().is_some_and(|(confirm, _)| confirm));
    let reopen = move || allowed.get().is_some_and(|(_, reopen)| reopen);
    move || {
        shown.get().then(|| view! {
            <Section title=tr!(cases.rate.title)>
                <RateForm sender/>
                <Show when=reopen>
                    <p>{tr!(cases.rate.or)}</p>
                    <button class="btn" type="button" on:click=move |_| sheets.open(Verb::Reopen)>
                        <Icon name="undo"/>
                        {words::verb(Verb::Reopen)}
                    </button>
                </Show>
            </Section>
        })
    }
}

#[component]
fn RateForm(sender: Sender) -> impl IntoView {
    let lacking = RwSignal::new(false);
    let long = RwSignal::new(None::<String>);
    let confirm = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        if sender.busy.get_untracked() {
            return;
        }
        let rated = sender.typed.with_untracked(|typed| typed.rating.is_some());
        lacking.set(!rated);
        if !rated {
            return focus_id(GROUP);
        }
        long.set(too_long(sender));
        if long.with_untracked(Option::is_some) {
            return focus_id(WORDS);
        }
        sender.busy.set(true);
        spawn_local(async move {
            if sender.send(Verb::Confirm).await {
                announce(tr!(cases.rate.done));
            }
            sender.busy.try_set(false);
        });
    };
    let flag = move || sender.busy.get().then_some("true");
    let button = move || {
        if sender.busy.get() {
            tr!(cases.reply.sending)
        } else {
            words::verb(Verb::Confirm)
        }
    };
    let wrong = move || {
        lacking
            .get()
            .then(|| words::refused(Refused::RatingNeeded).to_owned())
    };
    let words = move || {
        let asked = Asked {
            id: WORDS.to_owned(),
            title: tr!(cases.rate.words).to_owned(),
            error: long.get(),
            optional: true,
            ..Asked::default()
        };
        words_box(sender, asked)
    };
    view! {
        <form class="form stack" novalidate on:submit=confirm>
            <fieldset class="rating" id=GROUP tabindex="-1" aria-describedby=move || lacking.get().then_some("rate-error")>
                <legend class="label">{tr!(cases.rate.question)}</legend>
                {move || view! { <ErrorLine id="rate-error".to_owned() words=wrong()/> }}
                <div class="rating-list">{[5, 4, 3, 2, 1].map(|rating| choice(sender, rating))}</div>
            </fieldset>
            {words}
            <div role="status">{move || sender.said.get().map(said)}</div>
            <button class="btn btn-primary" type="submit" aria-busy=flag aria-disabled=flag>
                <Icon name="check"/>
                {button}
            </button>
        </form>
    }
}

fn choice(sender: Sender, rating: u8) -> impl IntoView {
    let picked = sender
        .typed
        .with_untracked(|typed| typed.rating == Some(rating));
    view! {
        <label class="rate">
            <input
                type="radio"
                name=GROUP
                value=rating.to_string()
                prop:checked=picked
                on:change=move |_| sender.change(|typed| typed.rating = Some(rating))
            />
            <Icon name="star" size="l"/>
            <span>{stars(rating)}</span>
        </label>
    }
}
