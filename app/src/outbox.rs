//! What was handed in and has not reached the server yet.
//!
//! An entry is written down before anything is sent, photos go first, and the case follows under
//! its idempotency key until it is answered: it arrives once, however often the phone, the page
//! or the signal goes away in between.
//!
//! What went out once under a key may have arrived, so that from then on the same body goes out
//! under it until it is answered. Somebody who changes their mind meanwhile changes nothing of it:
//! their [`Change`] waits beside it, and becomes words to add to the case once that has arrived.

use crate::api;
use crate::form::draft::still_there;
use crate::state::new_uuid;
use crate::storage::{self, Later, Link, Pref, blobs};
use crate::when;
use gloo::events::EventListener;
use gloo::timers::callback::Interval;
use leptos::prelude::*;
use leptos::task::spawn_local;
use model::api::{NewCase, Submitted};
use model::field;
use model::id::{CaseId, PhotoId};
use model::problem::{Code, Problem};
use model::time::TimeMs;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
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
    /// It went out, and no answer to it came: the server may have it.
    #[serde(default)]
    pub tried: bool,
    /// What the resident made of it after it went out.
    #[serde(default)]
    pub change: Option<Change>,
    /// Its photos that the server has acknowledged, and when.
    #[serde(default)]
    pub sent: BTreeMap<PhotoId, TimeMs>,
    /// Why the server will not have it as it is; the resident must look at it.
    #[serde(default)]
    pub problem: Option<Problem>,
    /// The server has it, and the phone had no room for the link to it: this is the only copy.
    #[serde(default)]
    pub receipt: Option<Submitted>,
}

/// Another version of a case that may have arrived already.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Change {
    /// As it should be now; it goes in place of the first version where that is refused.
    pub case: NewCase,
    /// What is different, in words: offered as words to add where the first version arrived.
    pub words: String,
}

impl Entry {
    /// A case just handed in.
    pub fn new(key: Uuid, title: String, case: NewCase) -> Entry {
        Entry {
            key,
            title,
            at: when::now(),
            case,
            tried: false,
            change: None,
            sent: BTreeMap::new(),
            problem: None,
            receipt: None,
        }
    }

    /// Photos that the server is not known to have.
    fn unsent(&self, now: TimeMs) -> Vec<PhotoId> {
        let mut photos = photos_of(&self.case);
        photos.retain(|photo| !self.is_sent(*photo, now));
        photos
    }

    fn is_sent(&self, photo: PhotoId, now: TimeMs) -> bool {
        self.sent
            .get(&photo)
            .is_some_and(|at| still_there(*at, now))
    }

    /// Photos that only the changed version has.
    fn added_photos(&self) -> Vec<PhotoId> {
        let mut added = self
            .change
            .as_ref()
            .map(|change| photos_of(&change.case))
            .unwrap_or_default();
        let first = photos_of(&self.case);
        added.retain(|photo| !first.contains(photo));
        added
    }

    /// After the server refused the first version: it is not there, and the changed one may go
    /// in its place, under the same key. False where there is none.
    fn adopt_change(&mut self) -> bool {
        self.tried = false;
        match self.change.take() {
            Some(change) => {
                self.case = change.case;
                true
            }
            None => false,
        }
    }

    /// The link of a case that has arrived.
    pub fn link(&self) -> Option<Link> {
        let receipt = self.receipt.clone()?;
        Some(Link::of(receipt, self.case.kind, self.title.clone()))
    }

    /// What the case that has arrived lacks of what the resident wanted.
    fn later(&self) -> Option<Later> {
        let words = self.change.as_ref()?.words.clone();
        let photos = self.added_photos();
        Some(Later { words, photos })
    }

    /// Puts the link, and what is to be added, into the phone's own list; false without room.
    fn keep_link(&self) -> bool {
        let Some(link) = self.link() else {
            return false;
        };
        let later = self.later();
        later.is_none_or(|later| storage::keep_later(link.case, &later)) && storage::keep_link(link)
    }

    /// Whether the timer tries it: nobody has to look at it, and it is not there yet.
    fn is_waiting(&self) -> bool {
        self.problem.is_none() && self.receipt.is_none()
    }
}

/// The photos a case names.
fn photos_of(case: &NewCase) -> Vec<PhotoId> {
    let named = field::photos(case.kind.fields(), &case.answers);
    named.into_iter().map(|(photo, _)| photo).collect()
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
            if kept.is_empty() {
                Pref::Queued.set(None);
            }
            kept.sort_by_key(|entry| entry.at);
            self.entries.try_set(kept);
            self.keep_receipts().await;
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

    /// Tries what waits under a key now, also after it was turned down.
    pub async fn retry(self, key: Uuid) -> Outcome {
        match self.entry(key) {
            Some(entry) => {
                self.send_entry(Entry {
                    problem: None,
                    ..entry
                })
                .await
            }
            None => Outcome::Waiting,
        }
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

    /// What waits under a key; not followed.
    pub fn entry(self, key: Uuid) -> Option<Entry> {
        let entries = self.entries.try_get_untracked()?;
        entries.into_iter().find(|entry| entry.key == key)
    }

    /// Takes a case back; its photos stay for the draft. Whoever wants to change it writes the
    /// draft first: until then this is the only copy.
    pub async fn take_back(self, key: Uuid) -> Option<Entry> {
        let entry = self.entry(key);
        self.forget(key).await;
        entry
    }

    /// The link of a case that has arrived and that the phone had no room to keep.
    pub fn unkept(self, case: CaseId) -> Option<Link> {
        let entries = self.entries.try_get_untracked()?.into_iter();
        let mut links = entries.filter_map(|entry| entry.link());
        links.find(|link| link.case == case)
    }

    /// Tries again to keep the links that there was no room for; true once there is none left.
    pub async fn keep_receipts(self) -> bool {
        let entries = self.entries.try_get_untracked().unwrap_or_default();
        let mut kept = true;
        for entry in entries.iter().filter(|entry| entry.receipt.is_some()) {
            match entry.keep_link() {
                true => self.forget(entry.key).await,
                false => kept = false,
            }
        }
        kept
    }

    fn next(self) -> Option<Entry> {
        let entries = self.entries.try_get_untracked()?;
        entries.into_iter().find(Entry::is_waiting)
    }

    async fn deliver(self, mut entry: Entry) -> Outcome {
        loop {
            // What went out before went after its photos; if it arrived, they are the case's now.
            if !entry.tried
                && let Err(error) = self.send_photos(&mut entry).await
            {
                return self.failed(entry, error).await;
            }
            // From here on it may have arrived, whatever becomes of the phone.
            entry.tried = true;
            self.rewrite(&entry).await;
            // Taken back meanwhile: it is somebody's draft again.
            if !self.holds(entry.key) {
                return Outcome::Waiting;
            }
            match api::submit(&entry.case, entry.key, crate::assist::help()).await {
                Ok(answer) => return self.sent(entry, answer).await,
                Err(error) if is_refusal(&error) && entry.adopt_change() => {}
                Err(error) => return self.failed(entry, error).await,
            }
        }
    }

    async fn send_photos(self, entry: &mut Entry) -> api::Result<()> {
        let unsent = entry.unsent(when::now());
        for (at, photo) in unsent.iter().enumerate() {
            // Not kept here any more, or not to be read: the server has it, or says that it
            // lacks it. It counts as sent only once it was.
            let Ok(Some(blob)) = blobs::photo(*photo).await else {
                continue;
            };
            let photos_left = unsent.len() - at;
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
            entry.sent.insert(*photo, when::now());
            self.rewrite(entry).await;
        }
        Ok(())
    }

    async fn sent(self, mut entry: Entry, answer: Submitted) -> Outcome {
        // The server has its pictures; those of a change are still to be handed in.
        let _ = blobs::drop_photos(&photos_of(&entry.case)).await;
        entry.receipt = Some(answer.clone());
        // The link is kept before the entry goes: a page that dies in between sends it once more
        // and gets the same answer. Where there is no room the entry stays in its place.
        if entry.keep_link() {
            self.forget(entry.key).await;
        } else {
            self.rewrite(&entry).await;
        }
        Outcome::Sent(Box::new(answer))
    }

    async fn failed(self, mut entry: Entry, error: api::Error) -> Outcome {
        match error {
            api::Error::Problem(problem) if !passes(&problem) => {
                // Photos the server has lost since go up anew when it is tried again.
                if matches!(problem.code, Code::PhotoTaken | Code::Invalid) {
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
        // Taken back while it was written: it must not come back with the next visit.
        if !self.holds(entry.key) {
            let _ = blobs::drop_queued(&entry.key.to_string()).await;
        }
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

/// Whether the server certainly did not take the case under this key, now or before.
fn is_refusal(error: &api::Error) -> bool {
    let problem = match error {
        api::Error::Problem(problem) => problem,
        _ => return false,
    };
    !passes(problem) && problem.code != Code::KeyReused
}

/// The queue, from the context.
pub fn outbox() -> Outbox {
    use_context().unwrap_or_default()
}

/// A new idempotency key.
pub fn new_key() -> Uuid {
    new_uuid()
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::field::{Answers, Have, MaterialAnswer};
    use model::kinds::KindName;

    const HOUR_MS: i64 = 3_600_000;

    fn photo(number: u128) -> PhotoId {
        PhotoId(Uuid::from_u128(number))
    }

    fn case(note: &str, photos: &[PhotoId]) -> NewCase {
        let paper = MaterialAnswer {
            have: Have::Photo,
            photos: photos.to_vec(),
        };
        let mut answers = Answers::default();
        answers.set("note", &note);
        answers.set("materials", &BTreeMap::from([("hukou", paper)]));
        let kind = KindName::ProxyRequest;
        NewCase { kind, answers }
    }

    fn changed() -> Entry {
        Entry {
            tried: true,
            change: Some(Change {
                case: case("有狗", &[photo(1), photo(2)]),
                words: "备注：有狗".into(),
            }),
            ..Entry::new(Uuid::from_u128(9), String::new(), case("", &[photo(1)]))
        }
    }

    fn submitted() -> Submitted {
        let answer = serde_json::json!({
            "case": CaseId(Uuid::from_u128(3)),
            "receipt": model::receipt::Receipt::of(7),
            "secret": "a secret",
            "at": 0,
            "responsible": { "name": "社区窗口", "role": null, "phone": null },
            "answer_by": { "at": 0, "provisional": false },
            "head": "",
        });
        serde_json::from_value(answer).expect("an answer")
    }

    #[test]
    fn what_went_out_stays_what_is_sent_whatever_is_changed_beside_it() {
        let entry = changed();
        assert_eq!(entry.case, case("", &[photo(1)]));
        assert_eq!(entry.unsent(TimeMs(0)), [photo(1)]);
        let later = entry.later().expect("something to add");
        assert_eq!(
            (later.words.as_str(), later.photos),
            ("备注：有狗", vec![photo(2)])
        );
    }

    #[test]
    fn a_refused_first_version_gives_way_to_the_changed_one_under_its_key() {
        let mut entry = changed();
        let key = entry.key;
        assert!(entry.adopt_change());
        assert_eq!(entry.case, case("有狗", &[photo(1), photo(2)]));
        assert_eq!((entry.key, entry.tried, entry.later()), (key, false, None));
        assert!(!entry.adopt_change(), "there is nothing else to send");
    }

    #[test]
    fn a_lost_answer_refuses_nothing() {
        let problem = |code| api::Error::Problem(Box::new(Problem::new(code)));
        assert!(is_refusal(&problem(Code::SlotTaken)));
        // Under a reused key there is a case: another body must not follow.
        for error in [
            api::Error::Offline,
            api::Error::Garbled,
            problem(Code::KeyReused),
            problem(Code::TooOften),
            problem(Code::Busy),
        ] {
            assert!(!is_refusal(&error), "{error}");
        }
    }

    #[test]
    fn what_has_arrived_or_was_turned_down_is_not_tried_by_the_timer() {
        let waits = changed();
        assert!(waits.is_waiting());
        let refused = Entry {
            problem: Some(Problem::new(Code::Invalid)),
            ..waits.clone()
        };
        assert!(!refused.is_waiting());
        let arrived = Entry {
            receipt: Some(submitted()),
            ..waits
        };
        assert!(!arrived.is_waiting());
        assert_eq!(
            arrived.link().map(|link| link.secret),
            Some("a secret".into())
        );
    }

    #[test]
    fn a_picture_counts_as_sent_from_when_it_was_for_a_day() {
        let now = TimeMs(100 * HOUR_MS);
        let mut entry = Entry::new(Uuid::nil(), String::new(), case("", &[photo(1), photo(2)]));
        entry.sent.insert(photo(1), TimeMs(now.0 - 25 * HOUR_MS));
        entry.sent.insert(photo(2), TimeMs(now.0 - HOUR_MS));
        assert_eq!(entry.unsent(now), [photo(1)]);
    }

    #[test]
    fn what_the_phone_keeps_reads_back() {
        let mut entry = changed();
        entry.sent.insert(photo(1), TimeMs(5));
        let text = serde_json::to_string(&entry).expect("JSON");
        assert_eq!(
            serde_json::from_str::<Entry>(&text).expect("an entry"),
            entry
        );
    }
}
