//! Where a resident wants a matter done: a facility of the circle page whose sheet said 请人代办.
//!
//! It goes from page to page in this tab's own storage, so that no address and no log has it, and
//! becomes the first line of what the form tells the office in the resident's words.

use crate::parts::Icon;
use crate::storage;
use crate::when;
use leptos::prelude::*;
use model::time::TimeMs;
use serde::{Deserialize, Serialize};

const NOTE: &str = "errand";
/// What was wanted longer ago is another day's errand.
const HOLDS_MS: i64 = 3_600_000;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Errand {
    place: String,
    since: TimeMs,
    /// The draft that has it: a line deleted there does not come back with a reload.
    #[serde(default)]
    told: String,
}

impl Errand {
    fn holds(&self, now: TimeMs) -> bool {
        (0..HOLDS_MS).contains(&(now.0 - self.since.0))
    }
}

/// Remembers where.
pub fn keep(place: &str) {
    let errand = Errand {
        place: place.to_owned(),
        since: when::now(),
        told: String::new(),
    };
    // A browser that refuses only costs the resident a line of writing.
    storage::keep_tab_note(NOTE, &errand);
}

/// The form of that draft is handed in: if it took the errand along, that is done.
pub fn handed_in(draft: &str) {
    if kept().is_some_and(|errand| errand.told == draft) {
        storage::drop_tab_note(NOTE);
    }
}

fn kept() -> Option<Errand> {
    let errand: Errand = storage::tab_note(NOTE)?;
    errand.holds(when::now()).then_some(errand)
}

/// What the note of that draft says with the errand in it; none where it has been told already.
pub fn in_note(note: &str, draft: &str) -> Option<String> {
    let errand = kept().filter(|errand| errand.told != draft)?;
    let line = tr!(proxy.errand.line, place = errand.place.clone());
    let told = draft.to_owned();
    storage::keep_tab_note(NOTE, &Errand { told, ..errand });
    with_line(note, &line)
}

/// The line first, then what stood there; none where it stands there already.
fn with_line(note: &str, line: &str) -> Option<String> {
    let stands = note.lines().any(|other| other.trim() == line);
    let lines = [line, note.trim_end()].into_iter();
    let lines: Vec<&str> = lines.filter(|line| !line.is_empty()).collect();
    (!stands).then(|| lines.join("\n"))
}

/// Says where it is to be done, and takes it back.
#[component]
pub fn ErrandStrip() -> impl IntoView {
    let place = RwSignal::new(kept().map(|errand| errand.place));
    let away = move |_| {
        storage::drop_tab_note(NOTE);
        place.set(None);
    };
    move || {
        let words = tr!(proxy.errand.strip, place = place.get()?);
        Some(view! {
            <div class="note" data-tone="info">
                <Icon name="pin"/>
                <div>
                    <p class="note-title">{words}</p>
                    <p>{tr!(proxy.errand.next)}</p>
                    <p class="btns">
                        <button class="btn" type="button" on:click=away>{tr!(proxy.errand.away)}</button>
                    </p>
                </div>
            </div>
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_stands_first_and_once() {
        let line = "去云栖社区卫生服务站办。";
        let both = format!("{line}\n家里有狗");
        for (note, expected) in [
            ("", Some(line)),
            ("家里有狗", Some(both.as_str())),
            (line, None),
            (both.as_str(), None),
        ] {
            assert_eq!(with_line(note, line).as_deref(), expected, "{note}");
        }
    }

    #[test]
    fn yesterdays_errand_is_forgotten() {
        let errand = Errand {
            place: String::new(),
            since: TimeMs(10),
            told: String::new(),
        };
        let holds = [9, 10, 10 + HOLDS_MS - 1, 10 + HOLDS_MS].map(|now| errand.holds(TimeMs(now)));
        assert_eq!(holds, [false, true, true, false]);
    }
}
