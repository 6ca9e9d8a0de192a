//! Forgetting a person: what is personal goes, the case keeps its numbers, the chain still verifies.

use super::db::Db;
use super::sql::{all, args, execute, found, one};
use super::writer::Write;
use super::{Error, PhotoRow, Result, Store, case};
use crate::keys::Purpose;
use model::id::{CaseId, StaffId};
use model::time::TimeMs;
use uuid::Uuid;

/// What stands where a digest of something personal stood. No keyed digest comes out so.
const GONE: [u8; 32] = [0; 32];

impl Store {
    /// Destroys a closed case's key, answers, words, salts, secret and the digest of its telephone
    /// number, and notes who asked for it. Its photos are still named: their bytes go first.
    /// [`Error::Conflict`] while somebody of the staff still has to do something. Doing it twice is
    /// fine.
    pub async fn erase_case(&self, id: CaseId, by: &StaffId, now: TimeMs) -> Result<()> {
        let by = by.clone();
        self.write(EraseCase { id, by, now }).await
    }

    /// The pictures of a case.
    pub async fn case_photos(&self, id: CaseId) -> Result<Vec<PhotoRow>> {
        self.photos_of(id).await
    }

    /// The cases that this telephone number was left with, oldest first. Erased ones are not found.
    pub async fn cases_of_phone(&self, phone: &str) -> Result<Vec<CaseId>> {
        let digest = self.keys().digest(Purpose::Phone, phone.as_bytes());
        let statement = "select id from cases where phone_hash = $1 order by id";
        let rows = all(self.pool(), statement, args![digest.as_slice()]).await?;
        rows.iter().map(|row| case::case_id(row, "id")).collect()
    }

    /// Closed cases of a kind in which nothing has happened since `before` and of which something
    /// personal is still kept, oldest first.
    pub async fn erasable(&self, kind: &str, before: TimeMs, limit: u32) -> Result<Vec<CaseId>> {
        let rows = all(
            self.pool(),
            "select id from cases where kind = $1 and updated_at < $2
                and state in ('confirmed', 'lapsed', 'rejected', 'withdrawn')
                and (wrapped_key is not null
                    or exists (select 1 from photos where photos.case_id = cases.id))
             order by updated_at, id limit $3",
            args![kind, before, limit],
        )
        .await?;
        rows.iter().map(|row| case::case_id(row, "id")).collect()
    }
}

struct EraseCase {
    id: CaseId,
    by: StaffId,
    now: TimeMs,
}

impl Write for EraseCase {
    type Answer = ();

    async fn run(&self, db: &mut Db<'_>) -> Result<()> {
        let id = self.id.to_string();
        let row = found(
            one(
                &mut *db,
                "select state from cases where id = $1",
                args![id.as_str()],
            )
            .await?,
        )?;
        let state: model::workflow::State = row.named("state")?;
        if state.is_open() {
            return Err(Error::Conflict);
        }
        let erased = execute(
            db,
            "update cases set wrapped_key = null, secret_hash = $2, phone_hash = $2
             where id = $1 and wrapped_key is not null",
            args![id.as_str(), GONE.as_slice()],
        )
        .await?;
        if erased == 0 {
            return Ok(());
        }
        for statement in [
            "update events set words = null, salt = null where case_id = $1",
            "delete from visits where case_id = $1",
            "delete from tickets where case_id = $1",
            "delete from followers where case_id = $1",
            "delete from family where case_id = $1",
            // Words and pictures that were shown to everybody are the person's too.
            "update reports set words = null, words_hash = null, photos = '[]', shown = 0
             where case_id = $1",
            // Answers to steps say what was said; their scope ends with the case's id.
            "delete from idempotency where scope like '% ' || $1",
        ] {
            execute(db, statement, args![id.as_str()]).await?;
        }
        execute(
            db,
            "insert into audit (id, case_id, staff, at, what) values ($1, $2, $3, $4, 'erased')",
            args![
                Uuid::now_v7().to_string(),
                id.as_str(),
                self.by.as_str(),
                self.now,
            ],
        )
        .await
        .map(drop)
    }
}
