//! What was handed in and has not reached the server yet.
//!
//! An entry is written down before anything is sent, photos go first, and the case follows under
//! its idempotency key until it is answered: it arrives once, however often the phone, the page
//! or the signal goes away in between.

use crate::api;
use crate::state::new_uuid;
use crate::storage::{self, Link, blobs};
use crate::when;
use gloo::events::EventListener;
use gloo::timers::callback::Interval;
use leptos::prelude::*;
use leptos::task::spawn_local;
use model::api::{NewCase, Submitted};
use model::field;
use model::id::PhotoId;
use model::problem::{Code, Problem};
use model::time::TimeMs;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Tries again so often, in milliseconds, while something waits.
const RETRY_MS: u32 = 30_000;

/// One case on its way.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Entry {
    /// Its idempotency key, and its name here.
    pub key: Uuid,
    /// What it is about, as the list shows it.
    pub title: String,
    /// When it was handed in.
    pub at: TimeMs,
    /// The case.
    pub case: NewCase,
    /// Its photos that the server has.
    #[serde(default)]
    pub sent: Vec<PhotoId>,
    /// Why the server will not have it as it is; the resident must look at it.
    #[serde(default)]
    pub problem: Option<Problem>,
}

impl Entry {
    /// A case just handed in.
    pub fn new(key: Uuid, title: String, case: NewCase) -> Entry {
        Entry {
            key,
            title,
            at: when::now(),
            case,
            sent: Vec::new(),
            problem: None,
        }
    }

    /// Photos that the server lacks.
    fn unsent(&self) -> Vec<PhotoId> {
        let named = field::photos(self.case.kind.fields(), &self.case.answers);
        named
            .into_iter()
            .map(|(photo, _)| photo)
            .filter(|photo| !self.sent.contains(photo))
            .collect()
    }
}

/// How far the sending is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Uploading {
    /// Photos that remain, this one included.
    pub photos_left: usize,
    /// Bytes of this one that are gone.
    pub sent: f64,
    /// Bytes of this one.
    pub whole: f64,
}

/// What became of a case that was handed in.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    /// The server has it.
    Sent(Box<Submitted>),
    /// It waits for signal.
    Waiting,
    /// The server will not have it as it is.
    Refused(Box<Problem>),
}

/// The queue, in the context.
#[derive(Clone, Copy)]
pub struct Outbox {
    /// What waits, oldest first.
    pub entries: RwSignal<Vec<Entry>>,
    /// How far the photo under way is.
    pub uploading: RwSignal<Option<Uploading>>,
    /// The latest that was sent without anybody waiting for it: key, title, answer.
    pub delivered: RwSignal<Option<(Uuid, String, Submitted)>>,
    busy: StoredValue<bool>,
    started: StoredValue<bool>,
}

impl Outbox {
    /// An empty queue; [`Outbox::start`] fills it.
    pub fn new() -> Outbox {
        Outbox {
            entries: RwSignal::new(Vec::new()),
            uploading: RwSignal::new(None),
            delivered: RwSignal::new(None),
            busy: StoredValue::new(false),
            started: StoredValue::new(false),
        }
    }

    /// Reads what an earlier visit left, and flushes now, when signal returns, when the page is
    /// looked at again, and by the timer. Starting it again, as a change of language does, has no
    /// effect.
    pub fn start(self) {
        if self.started.try_get_value() != Some(false) {
            return;
        }
        self.started.try_set_value(true);
        spawn_local(async move {
            let mut kept: Vec<Entry> = blobs::queued().await.unwrap_or_default();
            kept.sort_by_key(|entry| entry.at);
            self.entries.try_set(kept);
            self.flush().await;
        });
        let wake = move || spawn_local(async move { self.flush().await });
        EventListener::new(&gloo::utils::window(), "online", move |_| wake()).forget();
        EventListener::new(&gloo::utils::document(), "visibilitychange", move |_| {
            wake()
        })
        .forget();
        Interval::new(RETRY_MS, wake).forget();
    }

    /// Hands a case in. `key` is one of [`new_uuid`] that the caller keeps with its draft: pressing
    /// the button again, or after a reload, then means the same case.
    pub async fn send(self, key: Uuid, title: String, case: NewCase) -> Outcome {
        self.send_entry(Entry::new(key, title, case)).await
    }

    /// As [`Outbox::send`], for a form whose photos went up in part while it was filled in.
    pub async fn send_entry(self, entry: Entry) -> Outcome {
        let key = entry.key;
        // A phone that keeps nothing can still send now; the open form is then the only copy.
        let _ = blobs::keep_queued(&key.to_string(), &entry).await;
        self.entries.try_update(|entries| {
            entries.retain(|old| old.key != key);
            entries.push(entry.clone());
        });
        if self.busy.try_get_value() != Some(false) {
            return Outcome::Waiting;
        }
        self.busy.try_set_value(true);
        let outcome = self.deliver(entry).await;
        self.busy.try_set_value(false);
        outcome
    }

    /// Sends what waits, oldest first, until something does not pass.
    pub async fn flush(self) {
        if self.busy.try_get_value() != Some(false) {
            return;
        }
        self.busy.try_set_value(true);
        while let Some(entry) = self.next() {
            let (key, title) = (entry.key, entry.title.clone());
            match self.deliver(entry).await {
                Outcome::Sent(answer) => {
                    self.delivered.try_set(Some((key, title, *answer)));
                }
                Outcome::Refused(_) => {}
                Outcome::Waiting => break,
            }
        }
        self.busy.try_set_value(false);
    }

    /// Takes a case back before it was sent; its photos stay for the draft.
    pub async fn take_back(self, key: Uuid) -> Option<Entry> {
        let entry = self
            .entries
            .try_get_untracked()?
            .into_iter()
            .find(|entry| entry.key == key);
        self.forget(key).await;
        entry
    }

    fn next(self) -> Option<Entry> {
        let entries = self.entries.try_get_untracked()?;
        entries.into_iter().find(|entry| entry.problem.is_none())
    }

    async fn deliver(self, mut entry: Entry) -> Outcome {
        if let Err(error) = self.send_photos(&mut entry).await {
            return self.failed(entry, error).await;
        }
        // Taken back while its photos went up: it is somebody's draft again.
        if !self.holds(entry.key) {
            return Outcome::Waiting;
        }
        match api::submit(&entry.case, entry.key).await {
            Ok(answer) => self.sent(entry, answer).await,
            Err(error) => self.failed(entry, error).await,
        }
    }

    async fn send_photos(self, entry: &mut Entry) -> api::Result<()> {
        let unsent = entry.unsent();
        for (at, photo) in unsent.iter().enumerate() {
            let photos_left = unsent.len() - at;
            // Not kept here any more: the server has it, or says that it lacks it.
            if let Ok(Some(blob)) = blobs::photo(*photo).await {
                let progress = move |sent, whole| {
                    self.uploading.try_set(Some(Uploading {
                        photos_left,
                        sent,
                        whole,
                    }));
                };
                let put = api::put_photo(*photo, &blob, progress).await;
                self.uploading.try_set(None);
                put?;
            }
            entry.sent.push(*photo);
            self.rewrite(entry).await;
        }
        Ok(())
    }

    async fn sent(self, entry: Entry, answer: Submitted) -> Outcome {
        storage::keep_link(Link::of(answer.clone(), entry.title.clone()));
        // The link is kept before the entry goes: a page that dies in between sends it once more
        // and gets the same answer.
        self.forget(entry.key).await;
        let _ = blobs::drop_photos(&entry.sent).await;
        Outcome::Sent(Box::new(answer))
    }

    async fn failed(self, mut entry: Entry, error: api::Error) -> Outcome {
        match error {
            api::Error::Problem(problem) if !passes(&problem) => {
                // Photos the server has lost since go up anew when it is tried again.
                if problem.code == Code::PhotoTaken {
                    entry.sent.clear();
                }
                entry.problem = Some((*problem).clone());
                self.rewrite(&entry).await;
                Outcome::Refused(problem)
            }
            _ => Outcome::Waiting,
        }
    }

    fn holds(self, key: Uuid) -> bool {
        let held = self
            .entries
            .try_with_untracked(|entries| entries.iter().any(|entry| entry.key == key));
        held.unwrap_or_default()
    }

    async fn rewrite(self, entry: &Entry) {
        if !self.holds(entry.key) {
            return;
        }
        self.entries.try_update(|entries| {
            if let Some(old) = entries.iter_mut().find(|old| old.key == entry.key) {
                *old = entry.clone();
            }
        });
        // As in `send`: a phone that keeps nothing loses only the memory of what was sent.
        let _ = blobs::keep_queued(&entry.key.to_string(), entry).await;
    }

    async fn forget(self, key: Uuid) {
        self.entries
            .try_update(|entries| entries.retain(|entry| entry.key != key));
        let _ = blobs::drop_queued(&key.to_string()).await;
    }
}

impl Default for Outbox {
    fn default() -> Self {
        Outbox::new()
    }
}

/// Whether the same call may succeed later without anybody changing anything.
fn passes(problem: &Problem) -> bool {
    problem.status >= 500 || problem.code == Code::TooOften
}

/// The queue, from the context.
pub fn outbox() -> Outbox {
    use_context().unwrap_or_default()
}

/// A new idempotency key.
pub fn new_key() -> Uuid {
    new_uuid()
}
