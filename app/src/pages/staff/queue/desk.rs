//! What the queue's page holds, and how it is kept up to date.

use super::rows::{self, Row};
use crate::api::{self, Error};
use crate::pages::staff::session::Session;
use crate::pages::staff::{calls, changes};
use gloo::timers::callback::Timeout;
use gloo::utils::{document, window};
use leptos::prelude::*;
use leptos::task::spawn_local;
use model::api::{Counts, Queue, QueueItem, QueueQuery};
use model::id::CaseId;

/// Changes within this time are fetched together, in milliseconds.
const GATHER_MS: u32 = 300;

/// How far the queue has come.
#[derive(Clone, Debug, PartialEq)]
pub enum Load {
    /// Asked for.
    Waiting,
    /// Here.
    Here,
    /// Not to be had.
    Failed(Error),
}

/// The queue being looked at. Copied into every closure of its page.
#[derive(Clone, Copy)]
pub struct Desk {
    session: Session,
    /// The filters.
    pub asked: Memo<QueueQuery>,
    /// How far it has come.
    pub load: RwSignal<Load>,
    /// What is shown.
    pub rows: RwSignal<Vec<Row>>,
    /// How many there are by colour.
    pub counts: RwSignal<Option<Counts>>,
    /// Where the next page begins.
    pub next: RwSignal<Option<String>>,
    /// How many came while one was looking.
    pub arrived: RwSignal<usize>,
    /// The row that the keys have reached.
    pub at: RwSignal<Option<CaseId>>,
    /// The queue in its own order, as last fetched.
    latest: RwSignal<Vec<QueueItem>>,
    /// Counts the fetches: an answer that comes after a later question is not looked at.
    turn: StoredValue<u32>,
    gathering: StoredValue<Option<Timeout>, LocalStorage>,
}

impl Desk {
    /// Fetches what is asked for, whenever it changes, and what changes in it.
    pub fn open(session: Session, asked: Memo<QueueQuery>) -> Desk {
        let desk = Desk {
            session,
            asked,
            load: RwSignal::new(Load::Waiting),
            rows: RwSignal::default(),
            counts: RwSignal::new(None),
            next: RwSignal::new(None),
            arrived: RwSignal::new(0),
            at: RwSignal::new(None),
            latest: RwSignal::default(),
            turn: StoredValue::new(0),
            gathering: StoredValue::new_local(None),
        };
        Effect::new(move || {
            asked.track();
            desk.fetch(false);
        });
        if let Some(changes) = changes::changes() {
            Effect::new(move |before: Option<()>| {
                changes.any();
                changes.missed();
                if before.is_some() {
                    desk.fetch_soon();
                }
            });
        }
        desk
    }

    /// Fetches the queue; `quietly` leaves what is shown until the answer is here.
    pub fn fetch(self, quietly: bool) {
        let Some(turn) = self.turn.try_update_value(|turn| {
            *turn += 1;
            *turn
        }) else {
            return;
        };
        if !quietly {
            self.load.set(Load::Waiting);
        }
        let asked = self.asked.get_untracked();
        spawn_local(async move {
            let answer = calls::queue(self.session, &asked).await;
            if self.turn.try_get_value() == Some(turn) {
                self.take(answer, quietly);
            }
        });
    }

    fn fetch_soon(self) {
        let soon = Timeout::new(GATHER_MS, move || self.fetch(true));
        // The one before is dropped, and with it cancelled.
        self.gathering
            .try_update_value(|gathering| *gathering = Some(soon));
    }

    fn take(self, answer: api::Result<Queue>, quietly: bool) {
        let queue = match answer {
            Ok(queue) => queue,
            // What is shown is still worth more than an error.
            Err(_) if quietly => return,
            Err(error) => return self.load.set(Load::Failed(error)),
        };
        self.counts.set(Some(queue.counts));
        self.next.set(queue.next);
        self.latest.set(queue.items.clone());
        let before = if quietly {
            self.rows.get_untracked()
        } else {
            Vec::new()
        };
        let rows = match quietly && is_under_hand() {
            true => rows::in_place(&before, queue.items),
            false => rows::settled(&before, queue.items),
        };
        if quietly {
            let arrived = rows::newcomers(&before, &rows);
            self.arrived.update(|count| *count += arrived);
        } else {
            self.arrived.set(0);
        }
        self.rows.set(rows);
        self.load.set(Load::Here);
    }

    /// Puts the rows into the queue's own order, at the hand's wish; with nothing to put in
    /// order, fetches.
    pub fn settle(self) {
        if !self.is_unsettled_now() {
            return self.fetch(true);
        }
        let rows = rows::settled(&self.rows.get_untracked(), self.latest.get_untracked());
        self.rows.set(rows);
        self.arrived.set(0);
    }

    /// Whether news has left the rows in another order than the queue's own; follows changes.
    pub fn is_unsettled(self) -> bool {
        self.rows
            .with(|rows| self.latest.with(|latest| !rows::is_settled(rows, latest)))
    }

    fn is_unsettled_now(self) -> bool {
        self.rows.with_untracked(|rows| {
            self.latest
                .with_untracked(|latest| !rows::is_settled(rows, latest))
        })
    }
}

/// Whether somebody is at the rows: points at them, has the focus among them, or has scrolled.
fn is_under_hand() -> bool {
    const QUEUE: &str = ".queue:hover, .queue:focus-within";
    let at_rows = document().query_selector(QUEUE).ok().flatten().is_some();
    at_rows || window().scroll_y().is_ok_and(|pixels| pixels > 0.0)
}
