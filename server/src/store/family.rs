//! Links for family members, each with a secret of its own, as long as the resident lets them be.

use super::db::{Db, Row};
use super::once::{self, Done, Once, Recorded, SealedOnce};
use super::sql::{all, args, execute, found, one};
use super::writer::Write;
use super::{Case, CaseRecord, Error, Fault, Result, Store, Taken};
use crate::keys::Purpose;
use crate::seal::{Place, SealKey};
use model::api::family::LINKS;
use model::id::CaseId;
use model::time::TimeMs;
use uuid::Uuid;

/// A link is noted as used at most so often: every look would be a write.
const USED_EVERY_S: i64 = 10 * 60;

/// Who holds a case open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Holder {
    /// Whoever holds the case's own secret.
    Resident,
    /// A family member.
    Family(FamilyRow),
}

/// A family member's link.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FamilyRow {
    /// Its id.
    pub id: Uuid,
    /// Whom it is for, as the resident calls them.
    pub name: String,
    /// When it was made.
    pub at: TimeMs,
    /// When it was last used.
    pub used: Option<TimeMs>,
}

/// A link ready to be written.
#[derive(Clone, Debug)]
pub struct FamilyDraft {
    case: CaseId,
    id: Uuid,
    secret_hash: [u8; 32],
    name: Vec<u8>,
    at: TimeMs,
}

macro_rules! family_columns {
    () => {
        "select id, name, created_at, used_at, secret_hash from family where case_id = $1"
    };
}

impl Store {
    /// The case that `secret` opens, and as whom: its resident's secret or one of its family
    /// links'. A wrong secret is [`Error::NotFound`], as is no case.
    pub async fn held_case(&self, id: CaseId, secret: &str) -> Result<(Case, Holder)> {
        let case = self.case(id).await?;
        if self.is_own(&case.record, secret) {
            return Ok((case, Holder::Resident));
        }
        let row = self.family_with_secret(&case.record, secret).await?;
        Ok((case, Holder::Family(row)))
    }

    async fn family_with_secret(&self, record: &CaseRecord, secret: &str) -> Result<FamilyRow> {
        let fits = |row: &&Row| {
            let hash = row.bytes("secret_hash").unwrap_or_default();
            self.keys().fits(Purpose::Family, secret.as_bytes(), hash)
        };
        let rows = self.family_rows(record.id).await?;
        let row = rows.iter().find(fits).ok_or(Error::NotFound)?;
        family(record, row)
    }

    /// The links of a case, in the order in which they were made.
    pub async fn family(&self, record: &CaseRecord) -> Result<Vec<FamilyRow>> {
        let rows = self.family_rows(record.id).await?;
        rows.iter().map(|row| family(record, row)).collect()
    }

    async fn family_rows(&self, case: CaseId) -> Result<Vec<Row>> {
        let statement = concat!(family_columns!(), " order by created_at, id");
        all(self.pool(), statement, args![case.to_string()]).await
    }

    /// Seals a link. [`Error::Conflict`] where the case's key is gone.
    pub fn draft_family(
        &self,
        record: &CaseRecord,
        new: &FamilyRow,
        secret: &str,
    ) -> Result<FamilyDraft> {
        let key = record.key().ok_or(Error::Conflict)?;
        let place = Place::Family(record.id, new.id);
        Ok(FamilyDraft {
            case: record.id,
            id: new.id,
            secret_hash: self.keys().digest(Purpose::Family, secret.as_bytes()),
            name: key.seal(place, new.name.as_bytes())?,
            at: new.at,
        })
    }

    /// Writes a link. [`Taken::Family`] where the case has as many as it may.
    pub async fn add_family(&self, draft: FamilyDraft, once: Once) -> Result<Done> {
        let once = SealedOnce::of(once, self.keys(), draft.at)?;
        let recorded = self.write(AddFamily { draft, once }).await?;
        self.done(recorded)
    }

    /// Takes a link back, with what was opened by it. [`Error::NotFound`] where the case has none
    /// of that id.
    pub async fn end_family(&self, case: CaseId, id: Uuid) -> Result<()> {
        self.write(EndFamily { case, id }).await
    }

    /// Notes that a link was used.
    pub async fn touch_family(&self, case: CaseId, row: &FamilyRow, now: TimeMs) -> Result<()> {
        if row
            .used
            .is_some_and(|used| now < used.plus_seconds(USED_EVERY_S))
        {
            return Ok(());
        }
        self.execute(
            "update family set used_at = $3 where case_id = $1 and id = $2",
            args![case.to_string(), row.id.to_string(), now],
        )
        .await
        .map(drop)
    }

    /// Whether a link has not been taken back.
    pub async fn family_holds(&self, case: CaseId, id: Uuid) -> Result<bool> {
        let row = one(
            self.pool(),
            "select id from family where case_id = $1 and id = $2",
            args![case.to_string(), id.to_string()],
        )
        .await?;
        Ok(row.is_some())
    }
}

/// A row of [`family_columns`], unsealed.
fn family(record: &CaseRecord, row: &Row) -> Result<FamilyRow> {
    let id = row.id("id")?;
    Ok(FamilyRow {
        id,
        name: name(record.id, id, record.key(), row.bytes("name")?)?,
        at: row.time("created_at")?,
        used: row.opt_int("used_at")?.map(TimeMs),
    })
}

fn name(case: CaseId, id: Uuid, key: Option<&SealKey>, sealed: &[u8]) -> Result<String> {
    let key = key.ok_or(Error::NotFound)?;
    let plain = key.open(Place::Family(case, id), sealed)?;
    String::from_utf8(plain).map_err(|_| Fault::Row("name").into())
}

struct AddFamily {
    draft: FamilyDraft,
    once: SealedOnce,
}

impl Write for AddFamily {
    type Answer = Recorded;

    async fn run(&self, db: &mut Db<'_>) -> Result<Recorded> {
        let recorded = once::record(db, Some(&self.once)).await?;
        if !matches!(recorded, Recorded::New) {
            return Ok(recorded);
        }
        let draft = &self.draft;
        let case = draft.case.to_string();
        // Holds the row until the transaction ends, so that two at once count one after the other.
        let there = execute(
            &mut *db,
            "update cases set seq = seq where id = $1 and wrapped_key is not null",
            args![case.as_str()],
        )
        .await?;
        if there == 0 {
            return Err(Error::Conflict);
        }
        let statement = "select count(*) as n from family where case_id = $1";
        let row = found(one(&mut *db, statement, args![case.as_str()]).await?)?;
        if row.int("n")? >= i64::from(LINKS) {
            return Err(Error::Taken(Taken::Family));
        }
        execute(
            db,
            "insert into family (case_id, id, secret_hash, name, created_at)
             values ($1, $2, $3, $4, $5)",
            args![
                case.as_str(),
                draft.id.to_string(),
                draft.secret_hash.as_slice(),
                draft.name.as_slice(),
                draft.at,
            ],
        )
        .await?;
        Ok(recorded)
    }
}

struct EndFamily {
    case: CaseId,
    id: Uuid,
}

impl Write for EndFamily {
    type Answer = ();

    async fn run(&self, db: &mut Db<'_>) -> Result<()> {
        let (case, id) = (self.case.to_string(), self.id.to_string());
        let statement = "delete from family where case_id = $1 and id = $2";
        if execute(&mut *db, statement, args![case.as_str(), id.as_str()]).await? == 0 {
            return Err(Error::NotFound);
        }
        let statement = "delete from tickets where case_id = $1 and family = $2";
        execute(db, statement, args![case, id]).await.map(drop)
    }
}
