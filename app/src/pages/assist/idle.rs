//! Somebody walked off: a question after two minutes, everything removed after three.

use super::{desk, leave};
use crate::outbox::outbox;
use crate::parts::Sheet;
use crate::state::Aloud;
use crate::when;
use gloo::events::EventListener;
use gloo::timers::callback::Interval;
use gloo::utils::document;
use leptos::prelude::*;
use model::time::TimeMs;

/// Nobody did anything for so long: it is asked whether somebody is there.
const WARN_MS: i64 = 120_000;
/// And for so long: everything is removed.
const WIPE_MS: i64 = 180_000;
/// How often it is looked at.
const LOOK_MS: u32 = 1_000;
/// What somebody does who is there.
const SIGNS_OF_LIFE: [&str; 5] = ["pointerdown", "pointermove", "keydown", "input", "scroll"];

/// What is to be done after so long without a sign of life.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Due {
    Nothing,
    /// Ask; so many seconds are left.
    Warn(i64),
    Wipe,
}

fn due(last: TimeMs, now: TimeMs) -> Due {
    match now.0 - last.0 {
        WIPE_MS.. => Due::Wipe,
        quiet @ WARN_MS.. => Due::Warn((WIPE_MS - quiet + 999) / 1000),
        _ => Due::Nothing,
    }
}

/// Watches, asks, and removes. However often somebody says that they are there, it holds.
#[component]
pub fn Idle() -> impl IntoView {
    let desk = desk();
    let last = StoredValue::new(when::now());
    let asking = RwSignal::new(false);
    let left = RwSignal::new(0);
    let alive = move || {
        // Once it is asked, only an answer counts.
        if asking.try_get_untracked() == Some(false) {
            last.try_set_value(when::now());
        }
    };
    let signs = SIGNS_OF_LIFE.map(|sign| EventListener::new(&document(), sign, move |_| alive()));
    let busy = busy_for_them();
    let look = move || {
        if busy() {
            last.try_set_value(when::now());
        }
        let Some(since) = last.try_get_value() else {
            return;
        };
        match due(since, when::now()) {
            Due::Nothing => {}
            Due::Warn(seconds) => {
                left.try_set(seconds);
                asking.try_set(true);
            }
            Due::Wipe => leave::wipe(desk),
        }
    };
    let watch = (signs, Interval::new(LOOK_MS, look));
    let watch = StoredValue::new_local(watch);
    on_cleanup(move || watch.dispose());
    // However the question was closed: somebody closed it.
    Effect::new(move |before: Option<bool>| {
        let now = asking.get();
        if before == Some(true) && !now {
            last.set_value(when::now());
        }
        now
    });
    view! {
        <Sheet id="idle" title=tr!(assist.idle.title) open=asking>
            <div class="sheet-body">
                <p>{tr!(assist.idle.words)}</p>
                <p class="idle-left num">{move || tr!(assist.idle.left, count = left.get())}</p>
            </div>
            <div class="sheet-foot">
                <button class="btn btn-primary" type="button" on:click=move |_| asking.set(false)>
                    {tr!(assist.idle.stay)}
                </button>
                <button class="btn" type="button" on:click=move |_| leave::wipe(desk)>
                    {tr!(assist.idle.next)}
                </button>
            </div>
        </Sheet>
    }
}

/// The tablet itself is at work for somebody: it reads to them, or sends what they handed in.
fn busy_for_them() -> impl Fn() -> bool + Copy {
    let aloud = use_context::<Aloud>();
    let uploading = outbox().uploading;
    move || {
        let reads = aloud.and_then(|aloud| aloud.0.try_get_untracked());
        let sends = uploading.try_with_untracked(Option::is_some);
        reads == Some(true) || sends == Some(true)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_asked_for_a_whole_minute() {
        let last = TimeMs(1_000);
        for (quiet_ms, expected) in [
            (0, Due::Nothing),
            (119_999, Due::Nothing),
            (120_000, Due::Warn(60)),
            (120_001, Due::Warn(60)),
            (179_999, Due::Warn(1)),
            (180_000, Due::Wipe),
            // A tablet that slept.
            (9_000_000, Due::Wipe),
            // A clock that was set back.
            (-5_000, Due::Nothing),
        ] {
            assert_eq!(due(last, TimeMs(1_000 + quiet_ms)), expected, "{quiet_ms}");
        }
    }
}
