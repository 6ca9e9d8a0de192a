//! Tries to sign in, counted by the name as it was typed, whether or not somebody has it: whoever
//! guesses names learns nothing from being locked out.

use super::db::Db;
use super::sql::{args, execute, found, one};
use super::writer::Write;
use super::{Result, Store};
use crate::keys::Purpose;
use model::id::StaffId;
use model::time::TimeMs;

/// Tries are forgotten when a name has been left alone for so many days after its lock.
pub(super) const TRIES_KEPT_DAYS: i64 = 1;

/// Whether a password may be tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Try {
    /// Yes; the try is counted as if the password were wrong.
    Counted,
    /// No; nothing is counted.
    LockedUntil(TimeMs),
}

impl Store {
    /// Counts a try under `name` before the password is looked at, so that of many sent at once
    /// none slips past the lock. After the `n`-th in a row the name is locked for `delay_ms(n)`.
    pub async fn begin_sign_in(
        &self,
        name: &str,
        now: TimeMs,
        delay_ms: fn(u32) -> i64,
    ) -> Result<Try> {
        let name_hash = self.name_hash(name);
        self.write(Begin {
            name_hash,
            now,
            delay_ms,
        })
        .await
    }

    /// Counts a try of a volunteer's PIN, as [`Store::begin_sign_in`] does of a password. The two
    /// do not meet: whoever types names at the sign-in page locks nobody's PIN.
    pub async fn begin_pin(
        &self,
        volunteer: &StaffId,
        now: TimeMs,
        delay_ms: fn(u32) -> i64,
    ) -> Result<Try> {
        let name_hash = self.pin_name(volunteer);
        self.write(Begin {
            name_hash,
            now,
            delay_ms,
        })
        .await
    }

    /// Forgets the tries of a volunteer's PIN: it was right.
    pub async fn end_pin(&self, volunteer: &StaffId) -> Result<()> {
        let name_hash = self.pin_name(volunteer);
        self.execute(FORGET, args![name_hash.as_slice()])
            .await
            .map(drop)
    }

    /// Until when a volunteer's PIN is locked at `now`; none where it may be tried.
    pub async fn pin_locked(&self, volunteer: &StaffId, now: TimeMs) -> Result<Option<TimeMs>> {
        let name = self.pin_name(volunteer);
        let row = one(
            self.pool(),
            "select locked_until from sign_ins where name_hash = $1 and locked_until > $2",
            args![name.as_slice(), now],
        )
        .await?;
        row.map(|row| row.time("locked_until")).transpose()
    }

    pub(super) fn pin_name(&self, volunteer: &StaffId) -> [u8; 32] {
        self.keys()
            .digest(Purpose::Pin, volunteer.as_str().as_bytes())
    }

    /// Forgets the tries under `name`: the password was right.
    pub async fn end_sign_in(&self, name: &str) -> Result<()> {
        let name_hash = self.name_hash(name);
        self.execute(FORGET, args![name_hash.as_slice()])
            .await
            .map(drop)
    }

    pub(super) fn name_hash(&self, name: &str) -> [u8; 32] {
        self.keys().digest(Purpose::SignIn, name.as_bytes())
    }
}

/// Forgets the tries under the name with this digest.
pub(super) const FORGET: &str = "delete from sign_ins where name_hash = $1";

struct Begin {
    name_hash: [u8; 32],
    now: TimeMs,
    delay_ms: fn(u32) -> i64,
}

impl Write for Begin {
    type Answer = Try;

    async fn run(&self, db: &mut Db<'_>) -> Result<Try> {
        let name = self.name_hash.as_slice();
        let counted = one(
            &mut *db,
            "insert into sign_ins (name_hash, tries, locked_until) values ($1, 1, $2)
             on conflict (name_hash) do update set tries = sign_ins.tries + 1
             where sign_ins.locked_until <= $2 returning tries",
            args![name, self.now],
        )
        .await?;
        let Some(row) = counted else {
            let statement = "select locked_until from sign_ins where name_hash = $1";
            let row = found(one(&mut *db, statement, args![name]).await?)?;
            return Ok(Try::LockedUntil(row.time("locked_until")?));
        };
        let delay_ms = (self.delay_ms)(row.number("tries")?);
        let until = TimeMs(self.now.0.saturating_add(delay_ms));
        let statement = "update sign_ins set locked_until = $2 where name_hash = $1";
        execute(db, statement, args![name, until]).await?;
        Ok(Try::Counted)
    }
}
