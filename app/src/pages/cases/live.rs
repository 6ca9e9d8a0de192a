//! Follows a case while its page is open: by the stream, and by asking where there is none.

use super::case::Case;
use crate::api::{self, Live};
use crate::form::ready;
use crate::state::Online;
use gloo::timers::callback::{Interval, Timeout};
use leptos::prelude::*;
use leptos::task::spawn_local;
use model::api::{CaseView, Change, PhotoStatus, path};
use model::problem::Code;

/// Asks again so often, in milliseconds, while no stream is open.
const POLL_MS: u32 = 30_000;
/// The first wait before listening again, in milliseconds; it doubles up to [`LONGEST_WAIT_MS`].
const FIRST_WAIT_MS: u32 = 1_000;
/// The longest wait, in milliseconds.
const LONGEST_WAIT_MS: u32 = 60_000;

/// Looks at once, then follows the case until the page is left.
pub fn follow(case: Case) {
    let follower = Follower {
        case,
        live: StoredValue::new_local(None),
        timer: StoredValue::new_local(None),
        tries: StoredValue::new(0),
    };
    let poll = Interval::new(POLL_MS, move || {
        if !follower.hears() {
            case.look();
        }
    });
    let poll = StoredValue::new_local(poll);
    on_cleanup(move || {
        poll.dispose();
        follower.stop();
    });
    // Runs now, and when the signal comes or goes.
    let online = use_context::<Online>();
    Effect::new(move |_| {
        if online.is_none_or(|online| online.0.get()) {
            case.look();
            follower.connect();
        }
    });
    let unready = Memo::new(move |_| case.view.with(has_unready));
    ready::follow(unready, move || case.look());
}

#[derive(Clone, Copy)]
struct Follower {
    case: Case,
    live: StoredValue<Option<Live>, LocalStorage>,
    timer: StoredValue<Option<Timeout>, LocalStorage>,
    tries: StoredValue<u32>,
}

impl Follower {
    fn hears(self) -> bool {
        let open = self
            .live
            .try_with_value(|live| live.as_ref().is_some_and(Live::is_open));
        open.unwrap_or(false)
    }

    fn stop(self) {
        self.live.dispose();
        self.timer.dispose();
    }

    fn connect(self) {
        let Some(link) = self.tries.try_get_value().map(|_| self.case.link()) else {
            return;
        };
        spawn_local(async move {
            match api::ticket(link.case, &link.secret).await {
                Ok(ticket) => self.listen(&ticket.ticket),
                // A link taken back while the page stood open: looking has it say so.
                Err(error) if error.code() == Some(Code::NotFound) => self.case.look(),
                Err(_) => self.later(),
            }
        });
    }

    fn listen(self, ticket: &str) {
        // A ticket is made of letters that need no escaping.
        let url = format!("{}?ticket={ticket}", path::LIVE);
        match api::listen(&url, move |change| self.heard(change), move || self.later()) {
            Some(live) => {
                self.live.try_set_value(Some(live));
            }
            None => self.later(),
        }
    }

    fn heard(self, change: Change) {
        self.tries.try_set_value(0);
        if change.case == self.case.id() && change.seq > self.case.seq() {
            self.case.look();
        }
    }

    /// A ticket holds once: listening again needs a new one.
    fn later(self) {
        let Some(tries) = self.tries.try_get_value() else {
            return;
        };
        self.tries.try_set_value(tries + 1);
        let timer = Timeout::new(wait_ms(tries, js_sys::Math::random()), move || {
            self.connect()
        });
        self.timer.try_set_value(Some(timer));
    }
}

/// How long to wait after so many failures; `chance`, 0 to 1, keeps a street's phones from coming
/// back all at once.
fn wait_ms(tries: u32, chance: f64) -> u32 {
    let full = FIRST_WAIT_MS
        .saturating_mul(1 << tries.min(10))
        .min(LONGEST_WAIT_MS);
    full / 2 + (f64::from(full / 2) * chance) as u32
}

fn has_unready(view: &Option<CaseView>) -> bool {
    let mut photos = view.iter().flat_map(|view| &view.photos);
    photos.any(|photo| photo.status == PhotoStatus::Received)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_and_end() {
        for (tries, shortest, longest) in [
            (0, 500, 1_000),
            (3, 4_000, 8_000),
            (9, 30_000, 60_000),
            (u32::MAX, 30_000, 60_000),
        ] {
            assert_eq!(wait_ms(tries, 0.0), shortest);
            assert_eq!(wait_ms(tries, 1.0), longest);
        }
    }
}
