//! The public cases this phone listens to: 我也遇到了 (me too) and 关注 (follow).
//!
//! A case has one key on a phone. However often somebody presses, and whatever becomes of the
//! answers, it is one voice and one link.

use crate::api;
use crate::outbox::new_key;
use crate::{storage, when};
use model::api::report::{Followed, Following, ReportItem};
use model::id::CaseId;
use model::problem::Code;
use model::time::TimeMs;
use model::workflow::State;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

const NOTE: &str = "follows";

/// A case this phone has a voice in, or follows, as it was last seen.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Follow {
    /// The case.
    pub case: CaseId,
    /// What it is about.
    pub title: String,
    /// Reviewed words; empty while it is hidden.
    pub words: String,
    /// Where it stands.
    pub state: State,
    /// Where it stood when its page was last read here.
    pub read: State,
    /// When the server was last heard to say so.
    pub seen_at: TimeMs,
    /// Everybody sees it.
    pub shown: bool,
    /// The voice was given; it cannot be taken back.
    pub voiced: bool,
    key: Uuid,
    /// What opens it; none before the first answer, and after 取消关注.
    secret: Option<String>,
}

/// What became of a press.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Given {
    /// People who met the same.
    pub voices: u32,
    /// The phone remembers it.
    pub kept: bool,
}

impl Follow {
    fn of(item: &ReportItem, key: Uuid) -> Follow {
        Follow {
            case: item.case,
            title: item.category_name.clone(),
            words: item.words.clone(),
            state: item.state,
            read: item.state,
            seen_at: when::now(),
            shown: true,
            voiced: false,
            key,
            secret: None,
        }
    }

    /// Whether it is followed just now; a voice stays without.
    pub fn is_followed(&self) -> bool {
        self.secret.is_some()
    }

    /// Whether something happened since its page was last read here.
    pub fn is_news(&self) -> bool {
        self.read != self.state
    }

    /// With what the server says now. A case that stands for it speaks for it.
    fn seen(self, now: &Followed, at: TimeMs) -> Follow {
        let item = now.report.as_ref().map(|report| &report.item);
        Follow {
            title: item.map_or(self.title, |item| item.category_name.clone()),
            words: item.map_or_else(String::new, |item| item.words.clone()),
            state: now.state,
            seen_at: at,
            shown: item.is_some(),
            ..self
        }
    }
}

fn kept() -> Vec<Follow> {
    storage::note(NOTE).unwrap_or_default()
}

/// Those that are followed, latest first.
pub fn all() -> Vec<Follow> {
    let mut all = kept();
    all.retain(Follow::is_followed);
    all
}

/// What this phone knows of its own part in a case.
pub fn of(case: CaseId) -> Option<Follow> {
    kept().into_iter().find(|follow| follow.case == case)
}

fn keep(follow: Follow) -> bool {
    storage::keep_note_surely(NOTE, &with(kept(), follow))
}

fn with(mut all: Vec<Follow>, follow: Follow) -> Vec<Follow> {
    match all.iter_mut().find(|old| old.case == follow.case) {
        Some(old) => *old = follow,
        None => all.insert(0, follow),
    }
    all
}

/// 我也遇到了: counts once, and is followed from then on.
pub async fn give_voice(item: &ReportItem) -> api::Result<Given> {
    let follow = begun(item);
    let following = api::add_voice(item.case, follow.key).await?;
    let voiced = Follow {
        voiced: true,
        ..follow
    };
    Ok(answered(voiced, following))
}

/// 关注.
pub async fn begin(item: &ReportItem) -> api::Result<Given> {
    let follow = begun(item);
    let following = api::follow(item.case, follow.key).await?;
    Ok(answered(follow, following))
}

/// Written down before it goes out: an answer that is lost must not make a second voice.
fn begun(item: &ReportItem) -> Follow {
    let follow = of(item.case).unwrap_or_else(|| Follow::of(item, new_key()));
    keep(follow.clone());
    follow
}

fn answered(follow: Follow, following: Following) -> Given {
    let kept = keep(Follow {
        secret: Some(following.secret),
        ..follow
    });
    Given {
        voices: following.voices,
        kept,
    }
}

/// 取消关注. The key stays: a second voice would still be the first.
pub async fn end(case: CaseId) -> api::Result<()> {
    let Some(follow) = of(case) else {
        return Ok(());
    };
    if let Some(secret) = &follow.secret {
        match api::unfollow(case, secret).await {
            // Ended before, and the answer was lost.
            Err(error) if error.code() == Some(Code::NotFound) => {}
            answer => answer?,
        }
    }
    keep(Follow {
        secret: None,
        ..follow
    });
    Ok(())
}

/// Nothing of it is left, here or there.
pub fn forget(case: CaseId) {
    let mut all = kept();
    all.retain(|follow| follow.case != case);
    storage::keep_note_surely(NOTE, &all);
}

/// Asks how a followed case stands; what is kept is what is seen.
pub async fn look(case: CaseId) -> api::Result<Follow> {
    let follow = of(case).ok_or(api::Error::Garbled)?;
    let secret = follow.secret.clone().unwrap_or_default();
    let now = api::followed(case, &secret).await?;
    // Somebody may have pressed meanwhile.
    let seen = of(case).unwrap_or(follow).seen(&now, when::now());
    keep(seen.clone());
    Ok(seen)
}

/// Where it stands was read, though nobody shows what it says.
pub fn read_state(case: CaseId) {
    if let Some(follow) = of(case) {
        keep(Follow {
            read: follow.state,
            ..follow
        });
    }
}

/// Its page was read as it stands in `item`: nothing about it is new here any more.
pub fn read(item: &ReportItem) {
    let Some(follow) = of(item.case) else { return };
    keep(Follow {
        title: item.category_name.clone(),
        words: item.words.clone(),
        state: item.state,
        read: item.state,
        seen_at: when::now(),
        shown: true,
        ..follow
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::id::CategoryId;
    use model::place::Wgs84;

    fn item(state: State) -> ReportItem {
        ReportItem {
            case: CaseId(Uuid::from_u128(1)),
            category: CategoryId::parse("light").expect("a slug"),
            category_name: "路灯不亮".into(),
            words: "东门的路灯".into(),
            at: Wgs84::new(40.0, 116.0).expect("on the earth"),
            state,
            handed_in: TimeMs(0),
            updated: TimeMs(0),
            voices: 1,
            photo: None,
            metres: None,
        }
    }

    #[test]
    fn what_is_hidden_keeps_its_name_and_state_alone() {
        let follow = Follow::of(&item(State::Accepted), Uuid::from_u128(7));
        let now = Followed {
            case: follow.case,
            merged_into: None,
            state: State::InProgress,
            updated: TimeMs(1),
            report: None,
        };
        let seen = follow.seen(&now, TimeMs(7));
        assert_eq!((seen.title.as_str(), seen.words.as_str()), ("路灯不亮", ""));
        assert_eq!((seen.state, seen.seen_at), (State::InProgress, TimeMs(7)));
        assert!(!seen.shown && seen.is_news());
    }

    #[test]
    fn a_case_stands_once_and_where_it_was() {
        let mut first = Follow::of(&item(State::Accepted), Uuid::from_u128(7));
        let mut other = first.clone();
        other.case = CaseId(Uuid::from_u128(2));
        let all = with(with(Vec::new(), first.clone()), other.clone());
        first.voiced = true;
        assert_eq!(with(all, first.clone()), [other, first]);
    }
}
