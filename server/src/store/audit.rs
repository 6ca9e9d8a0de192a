//! Who of the staff opened which case.

use super::sql::{Columns, all, args};
use super::{Result, Store};
use model::id::{CaseId, StaffId};
use model::time::TimeMs;
use sqlx::any::AnyRow;
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
}

impl Store {
    /// Records an opening, unless the same person did the same with the case since `since`.
    pub async fn record_opening_once(&self, entry: &AuditEntry, since: TimeMs) -> Result<()> {
        self.execute(
            "insert into audit (id, case_id, staff, at, what) select $1, c.id, $3, $4, $5
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
            ],
        )
        .await
        .map(drop)
    }

    /// Records an opening.
    pub async fn record_opening(&self, entry: &AuditEntry) -> Result<()> {
        self.execute(
            "insert into audit (id, case_id, staff, at, what) values ($1, $2, $3, $4, $5)",
            args![
                Uuid::now_v7().to_string(),
                entry.case.to_string(),
                entry.staff.as_str(),
                entry.at,
                entry.what.as_str(),
            ],
        )
        .await
        .map(drop)
    }

    /// The case's openings, latest first.
    pub async fn audit(&self, case: CaseId, limit: u32) -> Result<Vec<AuditEntry>> {
        let rows = all(
            self.pool(),
            "select case_id, staff, at, what from audit where case_id = $1
             order by at desc, id desc limit $2",
            args![case.to_string(), limit],
        )
        .await?;
        rows.iter().map(entry).collect()
    }
}

fn entry(row: &AnyRow) -> Result<AuditEntry> {
    Ok(AuditEntry {
        case: row.id("case_id")?,
        staff: row.slug("staff")?,
        at: row.time("at")?,
        what: row.text("what")?,
    })
}
