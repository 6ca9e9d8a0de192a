//! 念给我听: reads the page aloud, a sentence at a time, with the device's own voice (decision 0070).
//!
//! The button stands in [`Tools`](super::Tools) and is in the first download; what reads comes
//! when it is first pressed.

mod text;
mod voice;

use crate::parts::{Icon, announce};
use crate::state::{Aloud, prefs};
use gloo::timers::callback::Timeout;
use gloo::utils::document;
use leptos::portal::Portal;
use leptos::prelude::*;
use leptos_router::hooks::use_location;
use text::Sentence;
use voice::{Heard, Spoken};
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};

/// The id of the page's button that starts it.
pub const BUTTON: &str = "aloud";
/// The sheet that lies over the page, if one does.
const SHEET: &str = "dialog[open]";
/// A device that has not begun to speak after so long has no voice.
const SILENT_MS: u32 = 6_000;
/// How fast, and the usual one among them; 1 is the voice's own pace, too fast for many.
const RATES: [f32; 4] = [0.55, 0.75, 0.95, 1.25];
const USUAL: usize = 2;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stand {
    Starting,
    Reading,
    Paused,
    Done,
    NoVoice,
}

/// One reading of one page.
#[derive(Clone, Copy)]
struct Reading {
    sentences: StoredValue<Vec<Sentence>, LocalStorage>,
    at: RwSignal<usize>,
    of: RwSignal<usize>,
    stand: RwSignal<Stand>,
    /// An index into [`RATES`].
    speed: RwSignal<usize>,
    /// What the device is saying; dropping it drops its listeners.
    spoken: StoredValue<Option<Spoken>, LocalStorage>,
    /// Counts what was begun: what an earlier sentence still reports is nobody's business.
    turn: StoredValue<u32>,
}

/// The bar that reads the page while [`Aloud`] is on.
#[component]
pub fn Reader() -> impl IntoView {
    let open = use_context::<Aloud>().map_or_else(|| RwSignal::new(false), |aloud| aloud.0);
    let slow = prefs().elder.with_untracked(Option::is_some);
    let reading = Reading {
        sentences: StoredValue::new_local(Vec::new()),
        at: RwSignal::new(0),
        of: RwSignal::new(0),
        stand: RwSignal::new(Stand::Starting),
        speed: RwSignal::new(if slow { USUAL - 1 } else { USUAL }),
        spoken: StoredValue::new_local(None),
        turn: StoredValue::new(0),
    };
    Effect::new(move || match open.get() {
        true => reading.begin(),
        false => reading.end(),
    });
    // Another page, or another page of the form: what is being read is not there any more.
    let location = use_location();
    Effect::new(move |before: Option<(String, String)>| {
        let here = (location.pathname.get(), location.search.get());
        if before.is_some_and(|before| before != here) {
            open.set(false);
        }
        here
    });
    on_cleanup(voice::hush);
    move || {
        open.get()
            .then(|| match first(&format!("{SHEET} .sheet-aloud")) {
                Some(place) => {
                    view! { <Portal mount=place>{bar(reading, open)}</Portal> }.into_any()
                }
                None => bar(reading, open).into_any(),
            })
    }
}

fn first(selector: &str) -> Option<Element> {
    // Refused only for a selector that is none.
    document().query_selector(selector).ok().flatten()
}

/// Back to the button that was pressed.
fn focus_button() {
    let button = first(&format!("{SHEET} .aloud")).or_else(|| document().get_element_by_id(BUTTON));
    if let Some(button) = button.and_then(|button| button.dyn_into::<HtmlElement>().ok()) {
        // Refused only by an element that is gone.
        let _ = button.focus();
    }
}

fn bar(reading: Reading, open: RwSignal<bool>) -> impl IntoView {
    let words = move || match reading.stand.get() {
        Stand::Starting => tr!(shell.aloud_start).to_owned(),
        Stand::NoVoice => tr!(shell.aloud_no_voice).to_owned(),
        Stand::Done => tr!(shell.aloud_done).to_owned(),
        Stand::Reading | Stand::Paused => {
            let at = reading.at.get() + 1;
            tr!(shell.aloud_reading, at = at, of = reading.of.get())
        }
    };
    let speed = move || tr!(shell.aloud_speed, speed = speed_words(reading.speed.get()));
    let controls = move || {
        (reading.stand.get() != Stand::NoVoice).then(|| {
            view! {
                <button class="btn" type="button" on:click=move |_| reading.press()>
                    {move || reading.press_words()}
                </button>
                <button class="btn" type="button" on:click=move |_| reading.pace(-1)>
                    {tr!(shell.aloud_slower)}
                </button>
                <button class="btn" type="button" on:click=move |_| reading.pace(1)>
                    {tr!(shell.aloud_faster)}
                </button>
            }
        })
    };
    let stop = move |_| {
        open.set(false);
        focus_button();
    };
    view! {
        <div class="aloud-bar" role="region" aria-label=tr!(shell.aloud_bar)>
            <p class="aloud-words"><Icon name="volume"/> <span>{words}</span></p>
            <p class="aloud-speed">{speed}</p>
            <div class="btns">
                {controls}
                <button class="btn" type="button" on:click=stop>{tr!(shell.aloud_stop)}</button>
            </div>
        </div>
    }
}

fn speed_words(speed: usize) -> &'static str {
    match speed {
        0 => tr!(shell.aloud_slowest),
        1 => tr!(shell.aloud_slow),
        USUAL => tr!(shell.aloud_usual),
        _ => tr!(shell.aloud_fast),
    }
}

impl Reading {
    fn begin(self) {
        self.at.set(0);
        self.stand.set(Stand::Starting);
        let turn = self.next_turn();
        voice::gathered(move || {
            // Collected after the wait: the page may have been on its way.
            if self.is_on(turn) {
                self.collect();
                self.speak();
            }
        });
    }

    fn collect(self) {
        let front = first(SHEET).or_else(|| document().get_element_by_id("main"));
        let sentences = front
            .map(|front| text::sentences(&front))
            .unwrap_or_default();
        self.of.set(sentences.len());
        self.sentences.set_value(sentences);
    }

    fn end(self) {
        self.next_turn();
        self.spoken.set_value(None);
        voice::hush();
        text::unmark();
        self.sentences.set_value(Vec::new());
    }

    /// Says the sentence that is its turn, and after it the next.
    fn speak(self) {
        let turn = self.next_turn();
        voice::hush();
        let at = self.at.get_untracked();
        let words = self.sentences.with_value(|sentences| {
            let sentence = sentences.get(at)?;
            sentence.mark();
            Some(sentence.words.clone())
        });
        let Some(words) = words else {
            self.stand.set(Stand::Done);
            text::unmark();
            return;
        };
        let rate = RATES[self.speed.get_untracked().min(RATES.len() - 1)];
        let heard = move |heard| {
            // In a turn of its own: this runs inside a listener that the next sentence drops.
            Timeout::new(0, move || self.hear(turn, heard)).forget();
        };
        match voice::say(&words, rate, heard) {
            Some(spoken) => self.spoken.set_value(Some(spoken)),
            None => self.give_up(),
        }
        Timeout::new(SILENT_MS, move || {
            if self.is_on(turn) && self.stand.get_untracked() == Stand::Starting {
                self.give_up();
            }
        })
        .forget();
    }

    fn hear(self, turn: u32, heard: Heard) {
        if !self.is_on(turn) {
            return;
        }
        match heard {
            Heard::Begun => self.stand.set(Stand::Reading),
            Heard::Ended => {
                self.at.update(|at| *at += 1);
                self.speak();
            }
            Heard::Failed => self.give_up(),
        }
    }

    fn give_up(self) {
        self.end();
        self.stand.set(Stand::NoVoice);
        announce(tr!(shell.aloud_no_voice));
    }

    /// 停一下, 接着念, 再念一遍. The sentence begins again: a browser's own pause does not hold on
    /// Android.
    fn press(self) {
        match self.stand.get_untracked() {
            Stand::Starting | Stand::Reading => {
                self.next_turn();
                voice::hush();
                self.stand.set(Stand::Paused);
            }
            Stand::Paused => {
                self.stand.set(Stand::Reading);
                self.speak();
            }
            Stand::Done => self.begin(),
            Stand::NoVoice => {}
        }
    }

    fn press_words(self) -> &'static str {
        match self.stand.get() {
            Stand::Paused => tr!(shell.aloud_go_on),
            Stand::Done => tr!(shell.aloud_again),
            Stand::Starting | Stand::Reading | Stand::NoVoice => tr!(shell.aloud_pause),
        }
    }

    /// Slower or faster, from this sentence on.
    fn pace(self, by: isize) {
        let to = self.speed.get_untracked().saturating_add_signed(by);
        self.speed.set(to.min(RATES.len() - 1));
        if self.stand.get_untracked() == Stand::Reading {
            self.speak();
        }
    }

    fn next_turn(self) -> u32 {
        let turn = self.turn.get_value().wrapping_add(1);
        self.turn.set_value(turn);
        turn
    }

    fn is_on(self, turn: u32) -> bool {
        self.turn.try_get_value() == Some(turn)
    }
}
