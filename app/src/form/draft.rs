//! What is kept of a form that is not sent yet.

use super::wizard::Wizard;
use crate::outbox::Entry;
use model::api::NewCase;
use model::field::{self, Answers, Context};
use model::id::{MatterId, PhotoId};
use model::kinds::KindName;
use model::time::TimeMs;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use uuid::Uuid;

/// The server throws away pictures that no case claims within 48 hours; one acknowledged longer
/// ago than this is sent again. Sending the same picture twice does no harm.
const SENT_HOLDS_MS: i64 = 24 * 3_600_000;

/// Whether the server still has a picture that it acknowledged at `sent` and no case claimed.
pub fn still_there(sent: TimeMs, now: TimeMs) -> bool {
    now.0 - sent.0 < SENT_HOLDS_MS
}

/// A form as far as it is filled in.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Draft {
    /// Of which kind.
    pub kind: KindName,
    /// What was answered, right or wrong.
    pub answers: Answers,
    /// The Idempotency-Key of the submission it will become.
    pub key: Uuid,
    /// What went out under the key and was not answered: it may have arrived, so that it goes out
    /// again as it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first: Option<NewCase>,
    /// When something last changed.
    pub saved: TimeMs,
    /// The page last seen.
    #[serde(default)]
    pub page: String,
    /// Pictures the server has acknowledged, and when.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub sent: BTreeMap<PhotoId, TimeMs>,
}

impl Draft {
    /// Whether anything stands in it, on the pages that it has now.
    pub fn is_begun(&self, context: Context<'_>) -> bool {
        let wizard = Wizard {
            kind: self.kind,
            context,
            one_a_page: false,
        };
        wizard.is_begun(&self.answers)
    }

    /// An empty form, for a matter where the kind has one.
    pub fn begin(kind: KindName, matter: Option<&MatterId>, key: Uuid, now: TimeMs) -> Draft {
        let mut answers = Answers::default();
        if let Some(matter) = matter {
            answers.set("matter", matter);
        }
        Draft {
            kind,
            answers,
            key,
            first: None,
            saved: now,
            page: String::new(),
            sent: BTreeMap::new(),
        }
    }

    /// What was handed in and did not arrive, to be changed.
    pub fn of(entry: Entry, now: TimeMs) -> Draft {
        let first = entry.tried.then(|| entry.case.clone());
        let NewCase { kind, answers } = match entry.change {
            Some(change) => change.case,
            None => entry.case,
        };
        Draft {
            kind,
            answers,
            key: entry.key,
            first,
            saved: now,
            page: String::new(),
            sent: entry.sent,
        }
    }

    /// The name it is kept under: one draft for each matter, or for a kind without any.
    pub fn name(&self) -> String {
        match self.answers.text("matter") {
            "" => self.kind.name().to_owned(),
            matter => format!("{}.{matter}", self.kind.name()),
        }
    }

    /// The pictures its answers name.
    pub fn photos(&self) -> Vec<PhotoId> {
        let named = field::photos(self.kind.fields(), &self.answers);
        named.into_iter().map(|(id, _)| id).collect()
    }

    /// Whether the server is known to have a picture.
    pub fn is_sent(&self, photo: PhotoId, now: TimeMs) -> bool {
        self.sent
            .get(&photo)
            .is_some_and(|at| still_there(*at, now))
    }

    /// Those of its pictures the server is not known to have.
    pub fn unsent(&self, now: TimeMs) -> Vec<PhotoId> {
        let mut photos = self.photos();
        photos.retain(|photo| !self.is_sent(*photo, now));
        photos
    }

    /// After the server refused it: what comes next is another submission. `photos_lost` has its
    /// pictures offered again too.
    pub fn renew(&mut self, key: Uuid, photos_lost: bool) {
        self.key = key;
        self.first = None;
        if photos_lost {
            self.sent.clear();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::outbox::Change;
    use model::field::{Have, MaterialAnswer};

    const KEY: Uuid = Uuid::from_u128(1);
    const HOUR_MS: i64 = 3_600_000;

    fn draft_with(photos: &[PhotoId]) -> Draft {
        let matter = MatterId::parse("elder-allowance").expect("a slug");
        let mut draft = Draft::begin(KindName::ProxyRequest, Some(&matter), KEY, TimeMs(0));
        let paper = MaterialAnswer {
            have: Have::Photo,
            photos: photos.to_vec(),
        };
        draft
            .answers
            .set("materials", &BTreeMap::from([("hukou", paper)]));
        draft
    }

    #[test]
    fn what_the_phone_keeps_reads_back() {
        let mut draft = draft_with(&[PhotoId(KEY)]);
        draft.sent.insert(PhotoId(KEY), TimeMs(5));
        let text = serde_json::to_string(&draft).expect("JSON");
        assert_eq!(
            serde_json::from_str::<Draft>(&text).expect("a draft"),
            draft
        );
        assert_eq!(draft.name(), "proxy_request.elder-allowance");
        let report = Draft::begin(KindName::IssueReport, None, KEY, TimeMs(0));
        assert_eq!(
            report.name(),
            "issue_report",
            "one draft of a kind without matters"
        );
    }

    #[test]
    fn what_went_out_is_remembered_as_it_was() {
        let case = NewCase {
            kind: KindName::ProxyRequest,
            answers: draft_with(&[]).answers,
        };
        let mut entry = Entry::new(KEY, String::new(), case.clone());
        entry.sent.insert(PhotoId(KEY), TimeMs(3));
        let draft = Draft::of(entry.clone(), TimeMs(9));
        assert_eq!(draft.first, None, "it never went out");
        assert_eq!(
            draft.sent[&PhotoId(KEY)],
            TimeMs(3),
            "when it was sent, not now"
        );
        entry.tried = true;
        let mut draft = Draft::of(entry.clone(), TimeMs(9));
        assert_eq!((draft.first.as_ref(), draft.key), (Some(&case), KEY));
        draft.answers.set("note", &"有狗");
        // Changed, queued and taken back once more: the first version is still the first.
        entry.change = Some(Change {
            case: NewCase {
                kind: draft.kind,
                answers: draft.answers.clone(),
            },
            words: String::new(),
        });
        let again = Draft::of(entry, TimeMs(9));
        assert_eq!((again.first, again.answers), (Some(case), draft.answers));
    }

    #[test]
    fn pictures_are_sent_again_before_the_server_forgets_them() {
        let (old, new) = (PhotoId(Uuid::from_u128(2)), PhotoId(Uuid::from_u128(3)));
        let mut draft = draft_with(&[old, new]);
        let now = TimeMs(100 * HOUR_MS);
        assert_eq!(draft.unsent(now), [old, new]);
        draft.sent = BTreeMap::from([
            (old, TimeMs(now.0 - 25 * HOUR_MS)),
            (new, TimeMs(now.0 - HOUR_MS)),
        ]);
        assert_eq!(draft.unsent(now), [old]);
        draft.renew(Uuid::from_u128(9), false);
        assert_eq!(
            (draft.key, draft.unsent(now)),
            (Uuid::from_u128(9), vec![old])
        );
        draft.renew(KEY, true);
        assert_eq!(draft.unsent(now), [old, new]);
    }
}
