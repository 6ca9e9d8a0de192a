//! The append-only record of a case: one keyed hash chain.
//!
//! Each link is an HMAC over the link before, the event's facts and a salted digest of its
//! personal words. The words themselves stand elsewhere, sealed under the case's own key.
//! Erasing a person destroys words, salt and key; the digests stay, so the chain still
//! verifies, and nobody can test a guess against a digest whose salt is gone.

use crate::id::{CaseId, EventId};
use crate::workflow::Fact;
use hmac::{Hmac, KeyInit, Mac};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

/// 32 bytes.
pub type Digest = [u8; 32];

/// The link before the first.
pub const GENESIS: Digest = [0; 32];

/// The personal part of an event.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Words {
    /// What the resident reads.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to_resident: Option<String>,
    /// What only colleagues read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to_staff: Option<String>,
    /// Papers taken or handed back.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub papers: Vec<String>,
    /// What everybody may read, once it is published.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub public: Option<String>,
    /// What the resident calls the family member who did it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub family: Option<String>,
}

impl Words {
    /// Nothing was said.
    pub fn is_empty(&self) -> bool {
        *self == Words::default()
    }

    /// The words of an action.
    pub fn of(action: &crate::workflow::Action) -> Words {
        let kept = |text: &Option<String>| {
            text.as_deref()
                .map(str::trim)
                .filter(|t| !t.is_empty())
                .map(str::to_owned)
        };
        Words {
            to_resident: kept(&action.to_resident),
            to_staff: kept(&action.to_staff),
            papers: action
                .papers
                .iter()
                .map(|p| p.trim().to_owned())
                .filter(|p| !p.is_empty())
                .collect(),
            public: kept(&action.face.as_ref().map(|face| face.words.clone())),
            family: None,
        }
    }
}

/// One event as the chain sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link<'a> {
    /// The case.
    pub case: CaseId,
    /// The event.
    pub event: EventId,
    /// Its number in the case, from 0.
    pub seq: u32,
    /// Its facts as stored: the very bytes, so that a later version that writes JSON
    /// differently still verifies old chains.
    pub facts: &'a str,
    /// [`words_digest`] of its words.
    pub words: Digest,
}

/// SHA-256 over the salt and the sealed words' plain bytes.
pub fn words_digest(salt: &[u8; 16], words: &[u8]) -> Digest {
    let mut hash = Sha256::new();
    hash.update(salt);
    hash.update(words);
    hash.finalize().into()
}

/// The next link. `key` is kept outside the database: who can write to the database alone cannot
/// forge a chain.
pub fn link(key: &[u8; 32], previous: &Digest, event: &Link<'_>) -> Digest {
    // A key of 32 bytes is always accepted: HMAC takes any length.
    let Ok(mut mac) = <Hmac<Sha256> as KeyInit>::new_from_slice(key) else {
        return GENESIS;
    };
    mac.update(previous);
    mac.update(event.case.0.as_bytes());
    mac.update(event.event.0.as_bytes());
    mac.update(&event.seq.to_be_bytes());
    mac.update(&(event.facts.len() as u64).to_be_bytes());
    mac.update(event.facts.as_bytes());
    mac.update(&event.words);
    mac.finalize().into_bytes().into()
}

/// Where a chain breaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Broken {
    /// This event, or one before it, was changed, removed, added or moved.
    #[error("the chain breaks at event {0}")]
    At(u32),
    /// The last link is not the head that was recorded: events at the end are missing.
    #[error("the chain does not end at its recorded head")]
    Head,
}

/// Recomputes a chain from its first event. `stored` gives each event with the link stored
/// beside it, oldest first.
pub fn verify<'a>(
    key: &[u8; 32],
    stored: impl IntoIterator<Item = (Link<'a>, Digest)>,
    head: &Digest,
) -> Result<(), Broken> {
    let mut previous = GENESIS;
    for (expected_seq, (event, recorded)) in (0u32..).zip(stored) {
        let computed = link(key, &previous, &event);
        if event.seq != expected_seq || computed != recorded {
            return Err(Broken::At(expected_seq));
        }
        previous = computed;
    }
    if previous == *head {
        Ok(())
    } else {
        Err(Broken::Head)
    }
}

/// The facts as they are stored and hashed.
pub fn facts_json(fact: &Fact) -> String {
    // A Fact holds strings, numbers and lists: serialising it cannot fail.
    serde_json::to_string(fact).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use uuid::Uuid;

    const KEY: [u8; 32] = [7; 32];

    fn chain(facts: &[String]) -> Vec<(Link<'_>, Digest)> {
        let mut previous = GENESIS;
        let mut out = Vec::new();
        for (seq, facts) in (0u32..).zip(facts) {
            let event = Link {
                case: CaseId(Uuid::from_u128(1)),
                event: EventId(Uuid::from_u128(u128::from(seq))),
                seq,
                facts,
                words: words_digest(&[1; 16], facts.as_bytes()),
            };
            previous = link(&KEY, &previous, &event);
            out.push((event, previous));
        }
        out
    }

    proptest! {
        #[test]
        fn whole_chains_verify_and_meddled_ones_do_not(
            facts in proptest::collection::vec("[a-z]{0,12}", 1..8),
            at in any::<prop::sample::Index>(),
        ) {
            let good = chain(&facts);
            let head = good[good.len() - 1].1;
            prop_assert_eq!(verify(&KEY, good.clone(), &head), Ok(()));
            prop_assert!(verify(&[8; 32], good.clone(), &head).is_err());

            let at = at.index(good.len());
            let mut removed = good.clone();
            removed.remove(at);
            prop_assert!(verify(&KEY, removed, &head).is_err());

            let mut changed = good.clone();
            changed[at].0.facts = "changed!";
            prop_assert!(verify(&KEY, changed, &head).is_err());

            let mut reworded = good;
            reworded[at].0.words = [9; 32];
            prop_assert!(verify(&KEY, reworded, &head).is_err());
        }
    }
}
