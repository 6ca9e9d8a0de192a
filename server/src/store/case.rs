//! Reading cases.

use super::beside::Beside;
use super::db::Row;
use super::photo::PhotoRow;
use super::sql::{all, args, found, one};
use super::{Error, Fault, Result, Store};
use crate::keys::Purpose;
use crate::seal::{Place, SealKey};
use model::event::{Digest, Words};
use model::field::Answers;
use model::id::{AreaId, CaseId, EstateId, EventId, FacilityId, MatterId, StaffId};
use model::kinds::KindName;
use model::receipt::Receipt;
use model::time::TimeMs;
use model::workflow::{Fact, Progress};

/// A case with all that happened to it.
#[derive(Clone, Debug)]
pub struct Case {
    /// The case itself.
    pub record: CaseRecord,
    /// What happened, oldest first.
    pub events: Vec<CaseEvent>,
    /// Its pictures, in the order they came.
    pub photos: Vec<PhotoRow>,
    /// What stands beside it.
    pub beside: Beside,
}

/// A case as it stands now.
#[derive(Clone, Debug)]
pub struct CaseRecord {
    /// Its id.
    pub id: CaseId,
    /// Its number.
    pub receipt: Receipt,
    /// Of which kind.
    pub kind: KindName,
    /// The matter.
    pub matter: Option<MatterId>,
    /// The matter's or the category's name when it was handed in.
    pub matter_name: Option<String>,
    /// Whose it is.
    pub area: AreaId,
    /// The estate it concerns.
    pub estate: Option<EstateId>,
    /// The station chosen.
    pub station: Option<FacilityId>,
    /// When it was handed in.
    pub at: TimeMs,
    /// When something last happened.
    pub updated_at: TimeMs,
    /// Where it stands.
    pub progress: Progress,
    /// What was handed in; empty once erased.
    pub answers: Answers,
    /// The head of its chain.
    pub head: Digest,
    /// The volunteer who helped to hand it in, where the resident let that be noted.
    pub helper: Option<StaffId>,
    secret_hash: [u8; 32],
    key: Option<SealKey>,
}

/// One event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CaseEvent {
    /// Its id.
    pub id: EventId,
    /// Its number, from 0.
    pub seq: u32,
    /// What happened.
    pub fact: Fact,
    /// What was said; empty once erased.
    pub words: Words,
}

/// The columns of [`CaseRecord::of`]: a case `c` and its first event `e`.
macro_rules! case_columns {
    () => {
        "c.id, c.receipt, c.kind, c.matter, c.matter_name, c.area, c.estate, c.station, \
         c.created_at, c.updated_at, c.sort_at, c.progress, c.head, c.helper, c.secret_hash, \
         c.wrapped_key, \
         e.id as event_id, e.words"
    };
}
pub(super) use case_columns;

/// The tables of [`case_columns`].
macro_rules! case_tables {
    () => {
        " from cases c join events e on e.case_id = c.id and e.seq = 0 "
    };
}
pub(super) use case_tables;

impl CaseRecord {
    /// The head of its chain, hexadecimal.
    pub fn head_hex(&self) -> String {
        hex::encode(self.head)
    }

    /// The case's own key; none once erased.
    pub(super) fn key(&self) -> Option<&SealKey> {
        self.key.as_ref()
    }
}

impl Store {
    /// The case. [`Error::NotFound`] where there is none.
    pub async fn case(&self, id: CaseId) -> Result<Case> {
        // In one statement, so that the case and its events agree.
        let statement = concat!(
            "select ",
            case_columns!(),
            ", e.seq, e.facts from cases c join events e on e.case_id = c.id
             where c.id = $1 order by e.seq"
        );
        let rows = all(self.pool(), statement, args![id.to_string()]).await?;
        let record = self.record(rows.first().ok_or(Error::NotFound)?)?;
        let events = rows.iter().map(|row| event(row, &record));
        Ok(Case {
            events: events.collect::<Result<_>>()?,
            photos: self.photos_of(id).await?,
            beside: self.beside(&record).await?,
            record,
        })
    }

    /// Whether `secret` is the one its resident holds.
    pub(super) fn is_own(&self, record: &CaseRecord, secret: &str) -> bool {
        let hash = &record.secret_hash;
        self.keys()
            .fits(Purpose::CaseSecret, secret.as_bytes(), hash)
    }

    /// The case of that number.
    pub async fn case_by_receipt(&self, receipt: Receipt) -> Result<CaseRecord> {
        let statement = concat!(
            "select ",
            case_columns!(),
            case_tables!(),
            "where c.receipt = $1"
        );
        let row = one(self.pool(), statement, args![receipt.digits()]).await?;
        self.record(&found(row)?)
    }

    /// Cases whose clock, kept by the server alone, has run out: finished ones nobody has judged,
    /// and those that wait for their resident. Longest overdue first.
    pub async fn due_before(&self, now: TimeMs, limit: u32) -> Result<Vec<CaseId>> {
        let rows = all(
            self.pool(),
            "select id from cases where state in ('done', 'awaiting_resident') and due_at < $1
             order by due_at limit $2",
            args![now, limit],
        )
        .await?;
        rows.iter().map(|row| case_id(row, "id")).collect()
    }

    /// When the latest case was handed in; none where there is no case.
    pub async fn latest_hand_in(&self) -> Result<Option<TimeMs>> {
        // Ids are in the order of time.
        let statement = "select created_at from cases order by id desc limit 1";
        let row = one(self.pool(), statement, args![]).await?;
        row.map(|row| row.time("created_at")).transpose()
    }

    /// All cases page by page, in the order of their ids.
    pub async fn case_ids(&self, after: Option<CaseId>, limit: u32) -> Result<Vec<CaseId>> {
        let after = after.map(|id| id.to_string()).unwrap_or_default();
        let rows = all(
            self.pool(),
            "select id from cases where id > $1 order by id limit $2",
            args![after, limit],
        )
        .await?;
        rows.iter().map(|row| case_id(row, "id")).collect()
    }

    /// A row of [`case_columns`], unsealed.
    pub(super) fn record(&self, row: &Row) -> Result<CaseRecord> {
        let id = case_id(row, "id")?;
        let key = row
            .opt_bytes("wrapped_key")?
            .map(|wrapped| SealKey::unwrap(self.keys().wrap(), Place::CaseKey(id), wrapped));
        let key = key.transpose()?;
        let first = row.id::<EventId>("event_id")?;
        let personal = open_words(row, key.as_ref(), id, first)?;
        let kind = row.text("kind")?;
        Ok(CaseRecord {
            id,
            receipt: row.slug("receipt")?,
            kind: KindName::of(&kind).ok_or(Fault::Row("kind"))?,
            matter: row.opt_slug("matter")?,
            matter_name: row.opt_text("matter_name")?,
            area: row.slug("area")?,
            estate: row.opt_slug("estate")?,
            station: row.opt_slug("station")?,
            at: row.time("created_at")?,
            updated_at: row.time("updated_at")?,
            progress: row.json("progress")?,
            answers: from_personal(&personal)?,
            head: row.digest("head")?,
            helper: row.opt_slug("helper")?,
            secret_hash: row.digest("secret_hash")?,
            key,
        })
    }
}

fn event(row: &Row, record: &CaseRecord) -> Result<CaseEvent> {
    let id = row.id::<EventId>("event_id")?;
    let seq = row.number("seq")?;
    let words = match seq {
        // The answers, which stand in the record.
        0 => Words::default(),
        _ => from_personal(&open_words(row, record.key(), record.id, id)?)?,
    };
    Ok(CaseEvent {
        id,
        seq,
        fact: row.json("facts")?,
        words,
    })
}

/// The plain words of an event: empty where nothing was said, or all was erased.
pub(super) fn open_words(
    row: &Row,
    key: Option<&SealKey>,
    case: CaseId,
    event: EventId,
) -> Result<Vec<u8>> {
    match (key, row.opt_bytes("words")?) {
        (Some(key), Some(sealed)) => Ok(key.open(Place::Words(case, event), sealed)?),
        _ => Ok(Vec::new()),
    }
}

fn from_personal<T: Default + serde::de::DeserializeOwned>(bytes: &[u8]) -> Result<T> {
    match bytes {
        [] => Ok(T::default()),
        json => serde_json::from_slice(json).map_err(|_| Fault::Row("words").into()),
    }
}

pub(super) fn case_id(row: &Row, column: &'static str) -> Result<CaseId> {
    row.id(column)
}
