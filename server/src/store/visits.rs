//! Visits at the door: one for a case, mirroring the visit of its progress, with the code that
//! shows the visitor to be genuine.

use super::case::case_id;
use super::db::{Ask, Db, Row};
use super::sql::{all, args, execute, found, one};
use super::writer::Write;
use super::{Error, Result, Store, Taken};
use crate::keys::Keys;
use crate::seal::{Place, SealKey};
use model::id::{CaseId, StaffId};
use model::time::TimeMs;
use model::workflow::{Slot, Visit};
use subtle::ConstantTimeEq;

/// So many wrong codes, and checking by code is closed.
pub const CODE_TRIES: u8 = 5;

/// What the code says of the person at the door.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum VisitAnswer {
    /// It is this member of staff.
    Genuine {
        /// Who.
        staff: StaffId,
    },
    /// It is not.
    Wrong {
        /// Tries left.
        tries_left: u8,
    },
    /// The right code came before, and holds once.
    Used {
        /// When.
        at: TimeMs,
    },
    /// Too many wrong codes.
    Closed,
}

impl Store {
    /// When `staff` has visits that begin in this time, soonest first.
    pub async fn taken_slots(
        &self,
        staff: &StaffId,
        from: TimeMs,
        until: TimeMs,
    ) -> Result<Vec<Slot>> {
        let visits = self.visits_of(staff, from, until).await?;
        Ok(visits.into_iter().map(|(_, slot)| slot).collect())
    }

    /// The visits of `staff` that begin in this time, soonest first.
    pub async fn visits_of(
        &self,
        staff: &StaffId,
        from: TimeMs,
        until: TimeMs,
    ) -> Result<Vec<(CaseId, Slot)>> {
        let rows = all(
            self.pool(),
            "select case_id, start_ms, end_ms from visits
             where staff = $1 and start_ms >= $2 and start_ms < $3 order by start_ms",
            args![staff.as_str(), from, until],
        )
        .await?;
        let visit = |row| Ok((case_id(row, "case_id")?, slot(row)?));
        rows.iter().map(visit).collect()
    }

    /// The six digits the visitor says at the door; none without a visit.
    pub async fn door_code(&self, case: CaseId) -> Result<Option<String>> {
        match code_row(self.pool(), case).await? {
            Some(row) => open_code(&row, case, self.keys()),
            None => Ok(None),
        }
    }

    /// Compares what the person at the door said. A right code is used up, a wrong one counted.
    /// [`Error::NotFound`] where no visit is booked.
    pub async fn check_visit(&self, case: CaseId, code: &str, now: TimeMs) -> Result<VisitAnswer> {
        let check = CheckVisit {
            case,
            code: code.to_owned(),
            now,
            keys: self.keys().clone(),
        };
        self.write(check).await
    }
}

/// A visit about to be booked.
#[derive(Clone, Debug)]
pub(super) struct VisitDraft {
    visit: Visit,
    code: Vec<u8>,
}

impl VisitDraft {
    /// Draws a code and seals it under the case's key.
    pub fn of(visit: &Visit, case: CaseId, key: &SealKey) -> Result<VisitDraft> {
        let code = format!("{:06}", rand::random_range(0..1_000_000u32));
        Ok(VisitDraft {
            visit: visit.clone(),
            code: key.seal(Place::DoorCode(case), code.as_bytes())?,
        })
    }

    /// The code, for the answer that books the visit; none where `key` is not the case's.
    pub fn plain_code(&self, case: CaseId, key: &SealKey) -> Option<String> {
        let plain = key.open(Place::DoorCode(case), &self.code).ok()?;
        String::from_utf8(plain).ok()
    }

    /// Books it. [`Taken::Slot`] where the visitor has another visit at that time; of two that
    /// book the same time at once, the unique key lets one through.
    pub async fn insert(&self, db: &mut Db<'_>, case: CaseId) -> Result<()> {
        let booked = execute(
            db,
            "insert into visits (case_id, staff, start_ms, end_ms, code)
             select c.id, $2, $3, $4, $5 from cases c
             where c.id = $1 and not exists (
                select 1 from visits where staff = $2 and start_ms < $4 and end_ms > $3)
             on conflict (staff, start_ms) do nothing",
            args![
                case.to_string(),
                self.visit.staff.as_str(),
                self.visit.slot.start,
                self.visit.slot.end,
                self.code.as_slice(),
            ],
        )
        .await?;
        match booked {
            0 => Err(Error::Taken(Taken::Slot)),
            _ => Ok(()),
        }
    }
}

/// Frees the time of the visit before and books the new one, where there is one.
pub(super) async fn replace(
    db: &mut Db<'_>,
    case: CaseId,
    visit: Option<&VisitDraft>,
) -> Result<()> {
    let statement = "delete from visits where case_id = $1";
    execute(db, statement, args![case.to_string()]).await?;
    match visit {
        Some(visit) => visit.insert(db, case).await,
        None => Ok(()),
    }
}

struct CheckVisit {
    case: CaseId,
    code: String,
    now: TimeMs,
    keys: Keys,
}

impl Write for CheckVisit {
    type Answer = VisitAnswer;

    async fn run(&self, db: &mut Db<'_>) -> Result<VisitAnswer> {
        // Counting first also locks the row: nobody tries twice at once.
        let counted = execute(
            db,
            "update visits set tries = tries + 1
             where case_id = $1 and used_at is null and tries < $2",
            args![self.case.to_string(), u32::from(CODE_TRIES)],
        )
        .await?;
        let row = found(code_row(&mut *db, self.case).await?)?;
        if counted == 0 {
            let used = row.opt_int("used_at")?;
            return Ok(used.map_or(VisitAnswer::Closed, |at| VisitAnswer::Used {
                at: TimeMs(at),
            }));
        }
        let right = open_code(&row, self.case, &self.keys)?.unwrap_or_default();
        if !bool::from(right.as_bytes().ct_eq(self.code.as_bytes())) {
            let tries: u8 = row.number("tries")?;
            let tries_left = CODE_TRIES.saturating_sub(tries);
            return Ok(VisitAnswer::Wrong { tries_left });
        }
        let statement = "update visits set used_at = $2 where case_id = $1";
        execute(db, statement, args![self.case.to_string(), self.now]).await?;
        let staff = row.slug("staff")?;
        Ok(VisitAnswer::Genuine { staff })
    }
}

async fn code_row(db: impl Ask, case: CaseId) -> Result<Option<Row>> {
    one(
        db,
        "select v.staff, v.code, v.tries, v.used_at, c.wrapped_key
         from visits v join cases c on c.id = v.case_id where v.case_id = $1",
        args![case.to_string()],
    )
    .await
}

/// None where the case was erased.
fn open_code(row: &Row, case: CaseId, keys: &Keys) -> Result<Option<String>> {
    let Some(wrapped) = row.opt_bytes("wrapped_key")? else {
        return Ok(None);
    };
    let key = SealKey::unwrap(keys.wrap(), Place::CaseKey(case), wrapped)?;
    let code = key.open(Place::DoorCode(case), row.bytes("code")?)?;
    Ok(String::from_utf8(code).ok())
}

fn slot(row: &Row) -> Result<Slot> {
    Ok(Slot {
        start: row.time("start_ms")?,
        end: row.time("end_ms")?,
    })
}
