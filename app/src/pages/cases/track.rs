//! Looking a case up by its number and the last four digits of the telephone number.

use crate::parts::{DueChip, ErrorSummary, Note, Section, StatusChip, TextInput, Wrong};
use crate::{api, when, words};
use leptos::prelude::*;
use leptos::task::spawn_local;
use model::api::{Track, Tracked};
use model::problem::Code;
use model::receipt::{BadReceipt, Receipt};
use model::search::half_width;

const RECEIPT: &str = "track-receipt";
const LAST_FOUR: &str = "track-last-four";

/// What was typed.
#[derive(Clone, Debug, Default)]
struct Typed {
    receipt: String,
    last_four: String,
}

/// What is wrong with what was typed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Wrongs {
    receipt: Option<BadReceipt>,
    last_four: bool,
}

impl Typed {
    /// As it is sent, or what to change.
    fn checked(&self) -> Result<Track, Wrongs> {
        let receipt = Receipt::parse(&self.receipt);
        let last_four = four_digits(&self.last_four);
        match (receipt, last_four) {
            (Ok(receipt), Some(last_four)) => Ok(Track {
                receipt: receipt.digits(),
                last_four,
            }),
            (receipt, last_four) => Err(Wrongs {
                receipt: receipt.err(),
                last_four: last_four.is_none(),
            }),
        }
    }
}

/// Four digits, typed with spaces or full width.
fn four_digits(typed: &str) -> Option<String> {
    let digits: String = typed
        .chars()
        .map(half_width)
        .filter(|c| !c.is_whitespace())
        .collect();
    let good = digits.len() == 4 && digits.chars().all(|c| c.is_ascii_digit());
    good.then_some(digits)
}

impl Wrongs {
    fn receipt_words(self) -> Option<String> {
        let words = match self.receipt? {
            BadReceipt::Length => tr!(cases.track.bad_length),
            BadReceipt::Check => tr!(cases.track.bad_check),
        };
        Some(words.to_owned())
    }

    fn last_four_words(self) -> Option<String> {
        self.last_four
            .then(|| tr!(cases.track.bad_last_four).to_owned())
    }

    fn summary(self) -> Vec<Wrong> {
        let receipt = self.receipt_words().map(|words| Wrong {
            id: RECEIPT.into(),
            words,
        });
        let last_four = self.last_four_words().map(|words| Wrong {
            id: LAST_FOUR.into(),
            words,
        });
        receipt.into_iter().chain(last_four).collect()
    }
}

/// What a look-up gave.
#[derive(Clone, Debug, PartialEq)]
enum Found {
    /// The case's state.
    Case(Box<Tracked>),
    /// Nothing, and what to do.
    Nothing(String),
}

/// The form and what it found.
#[component]
pub fn TrackForm() -> impl IntoView {
    let typed = StoredValue::new(Typed::default());
    let wrongs = RwSignal::new(Wrongs::default());
    let busy = RwSignal::new(false);
    let found = RwSignal::new(None::<Found>);
    let look = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        found.set(None);
        match typed.with_value(Typed::checked) {
            Err(wrong) => wrongs.set(wrong),
            Ok(track) => {
                wrongs.set(Wrongs::default());
                busy.set(true);
                spawn_local(async move {
                    let answer = api::track(&track).await;
                    busy.try_set(false);
                    found.try_set(Some(told(answer)));
                });
            }
        }
    };
    let flag = move || busy.get().then_some("true");
    let words = move || {
        if busy.get() {
            tr!(cases.track.looking)
        } else {
            tr!(cases.track.look)
        }
    };
    view! {
        <Section title=tr!(cases.track.title)>
            <p>{tr!(cases.track.lead)}</p>
            <form class="form stack" novalidate on:submit=look>
                {move || inputs(typed, wrongs.get())}
                <button class="btn btn-primary" type="submit" aria-busy=flag aria-disabled=flag>{words}</button>
            </form>
            <div class="stack" role="status">{move || found.get().map(outcome)}</div>
        </Section>
    }
}

fn inputs(typed: StoredValue<Typed>, wrongs: Wrongs) -> impl IntoView {
    let summary = wrongs.summary();
    let now = typed.get_value();
    view! {
        {(!summary.is_empty()).then(|| view! { <ErrorSummary wrongs=summary/> })}
        <TextInput
            id=RECEIPT
            label=tr!(cases.track.receipt)
            hint=Some(tr!(cases.track.receipt_hint).to_owned())
            error=wrongs.receipt_words()
            value=now.receipt
            class="input input-phone"
            inputmode="numeric"
            autocomplete="off"
            on_input=move |text| typed.update_value(|typed| typed.receipt = text)
        />
        <TextInput
            id=LAST_FOUR
            label=tr!(cases.track.last_four)
            hint=Some(tr!(cases.track.last_four_hint).to_owned())
            error=wrongs.last_four_words()
            value=now.last_four
            class="input input-short"
            inputmode="numeric"
            autocomplete="off"
            on_input=move |text| typed.update_value(|typed| typed.last_four = text)
        />
    }
}

fn told(answer: api::Result<Tracked>) -> Found {
    match answer {
        Ok(tracked) => Found::Case(Box::new(tracked)),
        Err(api::Error::Problem(problem)) if problem.code == Code::NotFound => {
            Found::Nothing(tr!(cases.track.not_found).to_owned())
        }
        Err(api::Error::Problem(problem)) if problem.code == Code::TooOften => Found::Nothing(tr!(
            cases.track.too_often,
            wait = wait_words(problem.retry_after_s)
        )),
        Err(error) => Found::Nothing(words::error(&error)),
    }
}

/// How long to wait, as people say it; a quarter of an hour where the server does not say.
pub fn wait_words(seconds: Option<u64>) -> String {
    const UNSAID_S: u64 = 900;
    match seconds.unwrap_or(UNSAID_S) {
        seconds @ 0..=90 => tr!(cases.wait.seconds, count = seconds.max(1)),
        seconds @ 91..=5_400 => tr!(cases.wait.minutes, count = seconds.div_ceil(60)),
        seconds => tr!(cases.wait.hours, count = seconds.div_ceil(3_600)),
    }
}

fn outcome(found: Found) -> AnyView {
    match found {
        Found::Case(tracked) => card(*tracked).into_any(),
        Found::Nothing(words) => view! { <Note tone="warn" title=words/> }.into_any(),
    }
}

fn card(tracked: Tracked) -> impl IntoView {
    let (state, light) = (tracked.state, tracked.light);
    let running = tracked.due.filter(|_| light.is_some());
    let title = tracked
        .matter
        .unwrap_or_else(|| words::kind(tracked.kind).to_owned());
    let due = running.map(|due| view! { <DueChip due light/> });
    view! {
        <div class="card">
            <p class="card-head">
                <span class="card-title">{title}</span>
                <StatusChip state/>
            </p>
            <p class="card-line num">{tr!(cases.list.number, number = tracked.receipt.to_string())}</p>
            <p class="card-line">{tr!(cases.track.since, when = when::moment(tracked.since))}</p>
            <p class="card-foot">{due}</p>
        </div>
        <p class="hint">{tr!(cases.track.more)}</p>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Locale, set_locale};

    fn typed(receipt: &str, last_four: &str) -> Typed {
        Typed {
            receipt: receipt.into(),
            last_four: last_four.into(),
        }
    }

    #[test]
    fn numbers_are_taken_as_people_write_them() {
        let number = Receipt::of(48_273_615);
        let wide: String = number.to_string().chars().map(widened).collect();
        for (receipt, last_four) in [
            (number.to_string(), "8000"),
            (number.digits(), " 80 00 "),
            (wide, "８０００"),
        ] {
            let track = typed(&receipt, last_four).checked().expect("good");
            assert_eq!(
                (track.receipt, track.last_four.as_str()),
                (number.digits(), "8000")
            );
        }
    }

    fn widened(c: char) -> char {
        match c {
            '0'..='9' => char::from_u32(c as u32 + 0xfee0).unwrap_or(c),
            other => other,
        }
    }

    #[test]
    fn slips_are_told_apart_before_anything_is_sent() {
        let good = Receipt::of(48_273_615).digits();
        let swapped = format!("{}{}{}", &good[1..2], &good[..1], &good[2..]);
        for (receipt, last_four, wrong, short) in [
            ("", "8000", Some(BadReceipt::Length), false),
            ("48273", "8000", Some(BadReceipt::Length), false),
            (swapped.as_str(), "800", Some(BadReceipt::Check), true),
            (good.as_str(), "80a0", None, true),
            (good.as_str(), "13800008000", None, true),
        ] {
            let wrongs = typed(receipt, last_four).checked().expect_err("bad");
            assert_eq!(
                wrongs,
                Wrongs {
                    receipt: wrong,
                    last_four: short
                }
            );
            assert_eq!(
                wrongs.summary().len(),
                usize::from(wrong.is_some()) + usize::from(short)
            );
        }
    }

    #[test]
    fn waits_in_words() {
        set_locale(Locale::zh_CN);
        for (seconds, said) in [
            (Some(0), "1秒"),
            (Some(90), "90秒"),
            (Some(91), "2分钟"),
            (Some(5_401), "2小时"),
            (None, "15分钟"),
        ] {
            assert_eq!(wait_words(seconds), said);
        }
    }
}
