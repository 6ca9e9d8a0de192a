//! Checking that what is recorded is what happened.

use super::case::{case_id, open_words};
use super::db::Row;
use super::sql::{all, args, found, one};
use super::{Result, Store};
use crate::seal::{Place, SealKey};
use model::event::{self, Digest, Link};
use model::id::{CaseId, EventId};
use model::workflow::{Fact, Progress};

/// What is wrong with a case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Broken {
    /// The chain of its events.
    #[error(transparent)]
    Chain(#[from] event::Broken),
    /// What is sealed does not open, or is not what was said.
    #[error("the words of event {0} are not those that were said")]
    Words(u32),
    /// Where the case is said to stand is not where its events have led.
    #[error("the case does not stand where its events have led")]
    Progress,
    /// What everybody may see of it is not what was decided.
    #[error("what is shown of the case is not what was decided")]
    Shown,
}

struct Stored {
    id: EventId,
    seq: u32,
    facts: String,
    words: Digest,
    link: Digest,
}

impl Store {
    /// Recomputes the chain of a case, opens what is sealed and compares. The outer result is the
    /// store's, the inner one the case's.
    pub async fn verify_case(&self, id: CaseId) -> Result<std::result::Result<(), Broken>> {
        let case = one(
            self.pool(),
            "select id, seq, state, head, progress, wrapped_key from cases where id = $1",
            args![id.to_string()],
        )
        .await?;
        let case = found(case)?;
        let shown = one(
            self.pool(),
            "select state, publication, merged_into from reports where case_id = $1",
            args![id.to_string()],
        )
        .await?;
        let seq: u32 = case.number("seq")?;
        let rows = all(
            self.pool(),
            "select seq, id as event_id, facts, words, salt, words_digest, link from events
             where case_id = $1 and seq < $2 order by seq",
            args![id.to_string(), seq],
        )
        .await?;
        let checked = self.check(&case, &rows)?;
        match shown {
            Some(shown) if checked.is_ok() && !shows(&shown, &case)? => Ok(Err(Broken::Shown)),
            _ => Ok(checked),
        }
    }

    fn check(&self, case: &Row, rows: &[Row]) -> Result<std::result::Result<(), Broken>> {
        let id = case_id(case, "id")?;
        let stored = rows.iter().map(stored).collect::<Result<Vec<_>>>()?;
        let links = stored.iter().map(|event| (event.link_of(id), event.link));
        if let Err(broken) = event::verify(self.keys().chain(), links, &case.digest("head")?) {
            return Ok(Err(broken.into()));
        }
        if let Some(seq) = self.wrong_words(id, case, rows)? {
            return Ok(Err(Broken::Words(seq)));
        }
        Ok(stands(case, &stored)?.then_some(()).ok_or(Broken::Progress))
    }

    /// The first event whose words are not those of its digest. Erased words are not wrong.
    fn wrong_words(&self, id: CaseId, case: &Row, rows: &[Row]) -> Result<Option<u32>> {
        let Some(wrapped) = case.opt_bytes("wrapped_key")? else {
            return Ok(None);
        };
        let key = SealKey::unwrap(self.keys().wrap(), Place::CaseKey(id), wrapped);
        for row in rows {
            let right = key.as_ref().is_ok_and(|key| words_fit(row, key, id));
            if !right {
                return row.number("seq").map(Some);
            }
        }
        Ok(None)
    }
}

impl Stored {
    fn link_of(&self, case: CaseId) -> Link<'_> {
        Link {
            case,
            event: self.id,
            seq: self.seq,
            facts: &self.facts,
            words: self.words,
        }
    }
}

fn stored(row: &Row) -> Result<Stored> {
    Ok(Stored {
        id: row.id("event_id")?,
        seq: row.number("seq")?,
        facts: row.text("facts")?,
        words: row.digest("words_digest")?,
        link: row.digest("link")?,
    })
}

fn words_fit(row: &Row, key: &SealKey, case: CaseId) -> bool {
    let fit = || -> Result<bool> {
        let plain = open_words(row, Some(key), case, row.id("event_id")?)?;
        let Ok(salt) = <[u8; 16]>::try_from(row.bytes("salt")?) else {
            return Ok(false);
        };
        Ok(event::words_digest(&salt, &plain) == row.digest("words_digest")?)
    };
    fit().unwrap_or(false)
}

/// Whether what is shown stands where the case does.
fn shows(shown: &Row, case: &Row) -> Result<bool> {
    let progress: Progress = case.json("progress")?;
    let into = progress
        .merged
        .as_ref()
        .map(|merged| merged.into.to_string());
    Ok(shown.text("state")? == progress.state.name()
        && shown.text("publication")? == super::sql::name(progress.publication)?
        && shown.opt_text("merged_into")? == into)
}

/// Whether the columns say what the events add up to.
fn stands(case: &Row, events: &[Stored]) -> Result<bool> {
    let progress: Progress = case.json("progress")?;
    let state = case.text("state")?;
    let seq: u32 = case.number("seq")?;
    let facts = events
        .iter()
        .map(|event| serde_json::from_str(&event.facts));
    let Ok(facts) = facts.collect::<std::result::Result<Vec<Fact>, _>>() else {
        return Ok(false);
    };
    let same = Progress::of(&facts).as_ref() == Some(&progress);
    Ok(same && state == progress.state.name() && seq == progress.seq)
}
