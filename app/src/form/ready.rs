//! The server makes pictures ready in the background and tells nobody: a page that shows some of
//! them as being made ready looks again a few times.

use gloo::timers::callback::Timeout;
use leptos::prelude::*;
use leptos::task::spawn_local;

/// The first look, in milliseconds; each next one waits twice as long.
const FIRST_LOOK_MS: u32 = 1_500;
/// After so many looks it is left to the next change.
const LOOKS: u32 = 6;

type Timer = StoredValue<Option<Timeout>, LocalStorage>;

/// Does `look` again and again while some picture is `unready`, until the page is left.
pub fn follow(unready: Memo<bool>, look: impl Fn() + Copy + 'static) {
    let timer: Timer = StoredValue::new_local(None);
    on_cleanup(move || timer.dispose());
    Effect::new(move |_| {
        if unready.get() {
            wait(unready, look, timer, 0);
        }
    });
}

fn wait(unready: Memo<bool>, look: impl Fn() + Copy + 'static, timer: Timer, looks: u32) {
    if looks >= LOOKS {
        return;
    }
    let again = move || {
        // Not from the timer's own call: setting the next one drops it.
        spawn_local(async move {
            if unready.try_get_untracked() == Some(true) {
                look();
                wait(unready, look, timer, looks + 1);
            }
        });
    };
    timer.try_set_value(Some(Timeout::new(FIRST_LOOK_MS << looks, again)));
}
