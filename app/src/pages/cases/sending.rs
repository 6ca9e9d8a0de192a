//! What the resident is about to do to a case: kept while it is typed, sent once.

use super::case::{Acted, Case};
use crate::outbox::new_key;
use crate::{api, storage, words};
use leptos::prelude::*;
use model::api::Act;
use model::id::PhotoId;
use model::problem::Code;
use model::time::TimeMs;
use model::workflow::{Action, Verb};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use uuid::Uuid;

/// What is typed and not acknowledged yet. Kept on the phone.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Typed {
    /// The words.
    #[serde(default)]
    pub words: String,
    /// The pictures.
    #[serde(default)]
    pub photos: Vec<PhotoId>,
    /// Pictures the server has acknowledged, and when.
    #[serde(default)]
    pub sent: BTreeMap<PhotoId, TimeMs>,
    /// Stars.
    #[serde(default)]
    pub rating: Option<u8>,
    /// What was sent and not answered: sent again as it was, under the same key.
    #[serde(default)]
    attempt: Option<(Uuid, Act)>,
}

impl Typed {
    /// Changes what is typed: what is sent next is another act.
    fn change(&mut self, change: impl FnOnce(&mut Typed)) {
        self.attempt = None;
        change(self);
    }

    /// The act to send and its key. As long as nothing changes it stays the same one, however
    /// often it is sent: the server does it once.
    fn attempt(&mut self, verb: Verb, seen_seq: u32, key: impl FnOnce() -> Uuid) -> (Uuid, Act) {
        let (words, photos, rating) = (self.words.trim(), self.photos.clone(), self.rating);
        let fresh = || {
            let to_resident = (!words.is_empty()).then(|| words.to_owned());
            let rating = rating.filter(|_| verb == Verb::Confirm);
            let action = Action {
                to_resident,
                photos,
                rating,
                ..Action::new(verb)
            };
            (key(), Act { action, seen_seq })
        };
        let kept = self
            .attempt
            .take()
            .filter(|(_, act)| act.action.verb == verb);
        let attempt = kept.unwrap_or_else(fresh);
        self.attempt = Some(attempt.clone());
        attempt
    }

    fn is_empty(&self) -> bool {
        self.words.trim().is_empty() && self.photos.is_empty() && self.rating.is_none()
    }
}

/// What to tell about the last press of a button.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    /// `good`, `warn` or `info`, as notes have it.
    pub tone: &'static str,
    /// The words.
    pub words: String,
}

/// Sends acts of one resident on one case. Copied into the closures that press it.
#[derive(Clone, Copy)]
pub struct Sender {
    /// The case.
    pub case: Case,
    /// What is typed.
    pub typed: RwSignal<Typed>,
    /// Something is under way.
    pub busy: RwSignal<bool>,
    /// What became of the last press.
    pub said: RwSignal<Option<Said>>,
    name: StoredValue<Option<String>>,
}

impl Sender {
    /// For words that are kept on the phone under `name` until they have arrived.
    pub fn kept(case: Case, name: &str) -> Sender {
        let name = format!("{name}.{}", case.id());
        let typed = storage::draft(&name).unwrap_or_default();
        Sender::new(case, typed, Some(name))
    }

    /// For a bare press of a button.
    pub fn bare(case: Case) -> Sender {
        Sender::new(case, Typed::default(), None)
    }

    fn new(case: Case, typed: Typed, name: Option<String>) -> Sender {
        Sender {
            case,
            typed: RwSignal::new(typed),
            busy: RwSignal::new(false),
            said: RwSignal::new(None),
            name: StoredValue::new(name),
        }
    }

    /// Takes what is typed, and writes it down at once.
    pub fn change(self, change: impl FnOnce(&mut Typed)) {
        self.typed.try_update(|typed| typed.change(change));
        self.keep();
    }

    /// Notes that the server has a picture; what is about to be sent stays the same.
    pub fn photo_sent(self, photo: PhotoId, at: TimeMs) {
        self.typed.try_update(|typed| typed.sent.insert(photo, at));
        self.keep();
    }

    /// Says something beside the button.
    pub fn say(self, tone: &'static str, words: String) {
        self.said.try_set(Some(Said { tone, words }));
    }

    /// Says why it failed, and that nothing typed is lost.
    pub fn say_failed(self, error: &api::Error) {
        let lost = self
            .typed
            .try_with_untracked(Typed::is_empty)
            .unwrap_or(true);
        let told = words::error(error);
        let words = if lost {
            told
        } else {
            tr!(cases.act.kept, words = told)
        };
        self.say("warn", words);
    }

    /// Sends it; true once the case has it.
    pub async fn send(self, verb: Verb) -> bool {
        let seen = self.case.seq();
        let attempt = self
            .typed
            .try_update(|typed| typed.attempt(verb, seen, new_key));
        let Some((key, act)) = attempt else {
            return false;
        };
        self.keep();
        match self.case.act(&act, key).await {
            Acted::Done => {
                self.forget();
                true
            }
            Acted::Changed(news) => {
                self.change(|_| {});
                self.say("warn", changed_words(news));
                false
            }
            Acted::Failed(error) => {
                if !error.passes() {
                    self.drop_attempt(&error);
                }
                self.say_failed(&error);
                false
            }
        }
    }

    /// The server has said no: the next press is another act. Pictures it does not know are sent
    /// again.
    fn drop_attempt(self, error: &api::Error) {
        let lost = matches!(error.code(), Some(Code::Invalid | Code::PhotoTaken));
        self.change(|typed| {
            if lost {
                typed.sent.clear();
            }
        });
    }

    fn forget(self) {
        self.typed.try_set(Typed::default());
        self.said.try_set(None);
        self.name
            .try_with_value(|name| name.as_deref().map(storage::drop_draft));
    }

    /// Writes down what is typed; false where the phone refuses, which has it as long as the page
    /// is open.
    pub fn keep(self) -> bool {
        let Some(typed) = self.typed.try_get_untracked() else {
            return false;
        };
        let kept = self.name.try_with_value(|name| {
            name.as_deref()
                .map(|name| storage::keep_draft(name, &typed))
        });
        kept.flatten().unwrap_or_default()
    }
}

fn changed_words(news: Option<String>) -> String {
    match news {
        Some(news) => tr!(cases.act.changed, news = news),
        None => tr!(cases.act.changed_somehow).to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(words: &str) -> Typed {
        Typed {
            words: words.into(),
            ..Typed::default()
        }
    }

    #[test]
    fn the_same_act_under_the_same_key_until_something_changes() {
        let mut keys = (1u128..).map(Uuid::from_u128);
        let mut key = move || keys.next().expect("a key");
        let mut typed = typed("  户口本在抽屉里 ");
        let first = typed.attempt(Verb::Supply, 7, &mut key);
        assert_eq!(
            first.1.action.to_resident.as_deref(),
            Some("户口本在抽屉里")
        );
        // The case moved on because this very act arrived: it must still be the same.
        assert_eq!(typed.attempt(Verb::Supply, 8, &mut key), first);
        typed.change(|typed| typed.words.push('！'));
        let second = typed.attempt(Verb::Supply, 8, &mut key);
        assert_ne!(second.0, first.0);
        assert_eq!(second.1.seen_seq, 8);
        let third = typed.attempt(Verb::Supplement, 8, &mut key);
        assert_ne!(third.0, second.0);
    }

    #[test]
    fn only_a_rating_rates() {
        let mut typed = Typed {
            rating: Some(4),
            ..typed("")
        };
        let act = typed.attempt(Verb::Reopen, 1, || Uuid::from_u128(1)).1;
        assert_eq!((act.action.rating, act.action.to_resident), (None, None));
        let act = typed.attempt(Verb::Confirm, 1, || Uuid::from_u128(2)).1;
        assert_eq!(act.action.rating, Some(4));
    }

    #[test]
    fn what_the_phone_keeps_reads_back_with_its_key() {
        let mut typed = typed("再补一张");
        let sent = typed.attempt(Verb::Supplement, 3, || Uuid::from_u128(1));
        let text = serde_json::to_string(&typed).expect("JSON");
        let mut back: Typed = serde_json::from_str(&text).expect("what was typed");
        assert_eq!(
            back.attempt(Verb::Supplement, 4, || Uuid::from_u128(2)),
            sent
        );
    }
}
