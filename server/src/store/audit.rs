//! Who of the staff opened which case.

use super::db::Row;
use super::sql::{all, args, one};
use super::{Result, Store};
use model::id::{CaseId, StaffId};
use model::time::TimeMs;
use uuid::Uuid;

/// One opening.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditEntry {
    /// Of which case.
    pub case: CaseId,
    /// By whom.
    pub staff: StaffId,
    /// When.
    pub at: TimeMs,
    /// `opened`, `photo`, or an action's name.
    pub what: String,
    /// What they had to do with it, or the reason they gave; none beside what the clock did, and
    /// beside actions of before they were asked for one.
    pub why: Option<String>,
}

impl Store {
    /// Records an opening, unless the same person did the same with the case since `since`.
    pub async fn record_opening_once(&self, entry: &AuditEntry, since: TimeMs) -> Result<()> {
        self.execute(
            "insert into audit (id, case_id, staff, at, what, why) select $1, c.id, $3, $4, $5, $7
             from cases c where c.id = $2 and not exists (
                select 1 from audit
                where case_id = $2 and staff = $3 and what = $5 and at >= $6)",
            args![
                Uuid::now_v7().to_string(),
                entry.case.to_string(),
                entry.staff.as_str(),
                entry.at,
                entry.what.as_str(),
                since,
                entry.why.as_deref(),
            ],
        )
        .await
        .map(drop)
    }

    /// Records an opening.
    pub async fn record_opening(&self, entry: &AuditEntry) -> Result<()> {
        self.execute(
            "insert into audit (id, case_id, staff, at, what, why)
             values ($1, $2, $3, $4, $5, $6)",
            args![
                Uuid::now_v7().to_string(),
                entry.case.to_string(),
                entry.staff.as_str(),
                entry.at,
                entry.what.as_str(),
                entry.why.as_deref(),
            ],
        )
        .await
        .map(drop)
    }

    /// The reason for which this person opened the case, the latest given since `since`.
    pub async fn opened_for(
        &self,
        case: CaseId,
        staff: &StaffId,
        since: TimeMs,
    ) -> Result<Option<String>> {
        let row = one(
            self.pool(),
            "select why from audit where case_id = $1 and staff = $2 and at >= $3
                and what = 'opened' and why is not null
             order by at desc, id desc limit 1",
            args![case.to_string(), staff.as_str(), since],
        )
        .await?;
        row.map(|row| row.text("why")).transpose()
    }

    /// The case's openings, latest first.
    pub async fn audit(&self, case: CaseId, limit: u32) -> Result<Vec<AuditEntry>> {
        let rows = all(
            self.pool(),
            "select case_id, staff, at, what, why from audit where case_id = $1
             order by at desc, id desc limit $2",
            args![case.to_string(), limit],
        )
        .await?;
        rows.iter().map(entry).collect()
    }
}

fn entry(row: &Row) -> Result<AuditEntry> {
    Ok(AuditEntry {
        case: row.id("case_id")?,
        staff: row.slug("staff")?,
        at: row.time("at")?,
        what: row.text("what")?,
        why: row.opt_text("why")?,
    })
}
