//! Rate limits by the generic cell rate algorithm (ITU-T I.371): one number for each key, the
//! theoretical arrival time (`tat`) at which its bucket will be empty again. Kept in the database,
//! so that they outlive a restart and hold for all nodes together.

use super::db::Db;
use super::sql::{args, execute, found, one};
use super::writer::Write;
use super::{Result, Store};
use crate::keys::Purpose;
use model::time::TimeMs;

/// How often something may be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    /// So many times at once, and in any `per_s` seconds at most twice as many.
    pub burst: u32,
    /// Seconds in which a used-up burst fills again.
    pub per_s: u32,
}

/// Whether it may be done now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Take {
    /// Yes; it is counted.
    Ok,
    /// No; nothing is counted.
    RetryAfter {
        /// Seconds until it may be, at least 1.
        seconds: u64,
    },
}

impl Store {
    /// Counts one use of `key`. The key is kept as a keyed digest: it may hold an address.
    pub async fn take(&self, key: &str, rate: Rate, now: TimeMs) -> Result<Take> {
        let key = self.keys().digest(Purpose::Limit, key.as_bytes());
        self.write(TakeOne { key, rate, now }).await
    }

    /// Gives one counted use of `key` back. One that has run out meanwhile is given back too: the
    /// bucket is never emptier than empty, for `take` reckons from the present on.
    pub async fn give_back(&self, key: &str, rate: Rate) -> Result<()> {
        let key = self.keys().digest(Purpose::Limit, key.as_bytes());
        self.execute(
            "update limits set tat = tat - $2 where key = $1",
            args![key.as_slice(), rate.each_ms()],
        )
        .await
        .map(drop)
    }
}

impl Rate {
    /// How much of the refilling time one use takes.
    fn each_ms(self) -> i64 {
        let whole = i64::from(self.per_s) * 1000;
        (whole / i64::from(self.burst.max(1))).max(1)
    }
}

struct TakeOne {
    key: [u8; 32],
    rate: Rate,
    now: TimeMs,
}

impl Write for TakeOne {
    type Answer = Take;
    const ALONE: bool = true;
    // A count that a power cut takes away harms nobody.
    const FLEETING: bool = true;

    async fn run(&self, db: &mut Db<'_>) -> Result<Take> {
        let whole = i64::from(self.rate.per_s) * 1000;
        let each = self.rate.each_ms();
        // The last use that still fits ends exactly when the bucket is full.
        let latest = self.now.0 + whole - each;
        // No bucket is fuller than full: what says so was written while the clock was ahead, and
        // would keep everybody out until it is there again.
        let fullest = self.now.0 + whole;
        let taken = execute(
            db,
            "insert into limits (key, tat) values ($1, $2 + $3)
             on conflict (key) do update
             set tat = case when limits.tat > $2 and limits.tat <= $5 then limits.tat else $2 end + $3
             where limits.tat <= $4 or limits.tat > $5",
            args![self.key.as_slice(), self.now, each, latest, fullest],
        )
        .await?;
        if taken == 1 {
            return Ok(Take::Ok);
        }
        let statement = "select tat from limits where key = $1";
        let row = one(&mut *db, statement, args![self.key.as_slice()]).await?;
        let wait_ms = found(row)?.int("tat")? - latest;
        let seconds = wait_ms.max(1).unsigned_abs().div_ceil(1000);
        Ok(Take::RetryAfter { seconds })
    }
}
