//! What stands beside the state, shared by every kind that wants it: publication, calls to
//! departments, tags, and cases that stand for each other.

use super::State;
use crate::calendar::Due;
use crate::id::{CaseId, PhotoId, StaffId};
use crate::issue::Nature;
use crate::time::TimeMs;
use serde::{Deserialize, Serialize};

/// Pictures that everybody may see of one case.
const SHOWN_MAX: usize = 9;
/// Characters that everybody may read of one case.
const PUBLIC_WORDS_MAX: usize = 1000;
/// Tags of one case.
const TAGS_MAX: usize = 10;
/// Characters of a tag.
const TAG_MAX: usize = 20;

/// How far a case may be seen.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize,
)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Publication {
    /// Nobody has looked yet: its resident and staff alone see it.
    #[default]
    Private,
    /// Somebody decided what may be shown, and nobody has shown it.
    Reviewed,
    /// Everybody may see what was decided.
    Public,
    /// Taken back.
    Hidden,
}

/// A picture that everybody may see.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Shown {
    /// Which.
    pub photo: PhotoId,
    /// The picture whose faces and plates it covers; that one stays with the case, unseen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub covers: Option<PhotoId>,
    /// How it is now, rather than how it was.
    #[serde(default, skip_serializing_if = "super::action::is_false")]
    pub after: bool,
}

/// What everybody may read and see of a case.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Face {
    /// Words, at most 1000 characters; the resident's own as edited.
    pub words: String,
    /// Pictures, at most 9, in order. One that the case does not have yet is handed in with it.
    #[serde(default)]
    pub photos: Vec<Shown>,
}

impl Face {
    pub(super) fn fits(&self) -> bool {
        self.words.chars().count() <= PUBLIC_WORDS_MAX && self.photos.len() <= SHOWN_MAX
    }
}

/// How the street sorts a case.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Tags {
    /// 痛点, 难点, 堵点.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nature: Option<Nature>,
    /// Free words, at most 10 of 1 to 20 characters. Kept in clear: no names.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub words: Vec<String>,
}

impl Tags {
    /// Nothing was sorted.
    pub fn is_empty(&self) -> bool {
        *self == Tags::default()
    }

    pub(super) fn fits(&self) -> bool {
        let good = |word: &String| (1..=TAG_MAX).contains(&word.trim().chars().count());
        self.words.len() <= TAGS_MAX && self.words.iter().all(good)
    }

    /// Trimmed, each word once.
    pub(super) fn tidied(self) -> Tags {
        let mut words: Vec<String> = Vec::new();
        for word in self.words {
            let word = word.trim().to_owned();
            if !words.contains(&word) {
                words.push(word);
            }
        }
        Tags { words, ..self }
    }
}

/// A department called to a case (吹哨).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Call {
    /// Its account.
    pub staff: StaffId,
    /// It answers for the whole (主办); else it helps (协办).
    pub lead: bool,
    /// When it was called.
    pub at: TimeMs,
    /// Until when it is to answer.
    pub due: Due,
    /// When it answered, or was let go.
    #[serde(default)]
    pub ended: Option<TimeMs>,
    /// It answered.
    #[serde(default)]
    pub replied: bool,
}

/// A case for which another stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Merged {
    /// The other.
    pub into: CaseId,
    /// Where it stood, and comes back to.
    pub state: State,
    /// The clock that ran.
    pub due: Option<Due>,
}
