//! What happens to the cases of one's area, as it happens.

use super::session::Session;
use crate::api::{Live, listen};
use gloo::events::EventListener;
use gloo::timers::callback::Timeout;
use gloo::utils::{document, window};
use leptos::prelude::*;
use model::api::{Change, path};
use model::area::Role;
use model::id::CaseId;
use std::collections::BTreeMap;
use web_sys::VisibilityState;

/// How long to wait before listening again after the stream has ended, in milliseconds.
const AGAIN_MS: u32 = 15_000;

/// The stream of changes, from the context.
#[derive(Clone, Copy)]
pub struct Changes {
    /// The latest change of each case; one that follows at once on another does not hide it.
    latest: RwSignal<BTreeMap<CaseId, Change>>,
    /// Grows when changes may have been missed.
    missed: RwSignal<u32>,
    live: StoredValue<Option<Live>, LocalStorage>,
}

impl Changes {
    /// Listens for as long as somebody is signed in.
    pub fn follow(session: Session) -> Changes {
        let changes = Changes {
            latest: RwSignal::default(),
            missed: RwSignal::new(0),
            live: StoredValue::new_local(None),
        };
        Effect::new(move || match session.me() {
            Some(me) if me.staff.role != Role::Volunteer => changes.listen(),
            _ => changes.hush(),
        });
        // The connection mends itself, but what came meanwhile is not told again.
        let missed = move |_: &web_sys::Event| {
            if document().visibility_state() == VisibilityState::Visible {
                changes.missed.try_update(|missed| *missed += 1);
            }
        };
        let back = EventListener::new(&window(), "online", missed);
        let seen = EventListener::new(&document(), "visibilitychange", missed);
        let listeners = StoredValue::new_local((back, seen));
        on_cleanup(move || {
            listeners.dispose();
            changes.hush();
        });
        changes
    }

    /// The latest change of one case; follows it.
    pub fn of(self, case: CaseId) -> Option<Change> {
        self.latest.with(|latest| latest.get(&case).cloned())
    }

    /// Follows every change.
    pub fn any(self) {
        self.latest.track();
    }

    /// Follows the moments at which changes may have been missed: the number grows.
    pub fn missed(self) -> u32 {
        self.missed.get()
    }

    fn listen(self) {
        let told = move |change: Change| {
            self.latest
                .try_update(|latest| latest.insert(change.case, change));
        };
        let lost = move || {
            Timeout::new(AGAIN_MS, move || self.listen_again()).forget();
        };
        let live = listen(path::STAFF_LIVE, told, lost);
        self.live.try_update_value(|held| *held = live);
    }

    fn listen_again(self) {
        // Hushed meanwhile: nobody is to be told any more.
        let wanted = self.live.try_with_value(Option::is_some) == Some(true);
        if wanted && self.missed.try_update(|missed| *missed += 1).is_some() {
            self.listen();
        }
    }

    fn hush(self) {
        self.live.try_update_value(|held| *held = None);
    }
}

/// The stream of changes, from the context.
pub fn changes() -> Option<Changes> {
    use_context()
}
