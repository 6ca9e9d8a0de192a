//! Another master key: every case's key is sealed anew, and no word of any case is touched.

use super::db::{Db, Readers};
use super::sql::{all, args, execute, one};
use super::writer::Write;
use super::{Fault, Result, Store, case};
use crate::keys::{Key, Keys};
use crate::seal::{Place, SealKey};

/// Rows sealed anew between two reads.
const ROUND: u32 = 500;

/// The keys with those that were kept when the master key changed; as they are where it never did.
pub(super) async fn with_ring(pool: &Readers, keys: Keys) -> Result<Keys> {
    let statement = "select value from settings where name = 'key_ring'";
    let Some(row) = one(pool, statement, vec![]).await? else {
        return Ok(keys);
    };
    let sealed = hex::decode(row.text("value")?).map_err(|_| Fault::Row("value"))?;
    keys.with_ring(&sealed).map_err(|_| Fault::WrongKey.into())
}

impl Store {
    /// Seals every case's key and every answer kept for a repeated request under `master`, all or
    /// none. This store, and every other that is open, can read nothing afterwards: open it anew.
    /// Returns how many cases there were.
    pub async fn rotate_keys(&self, master: &Key) -> Result<u64> {
        let old = self.keys().clone();
        let new = old.under(master);
        self.write(Rotate { old, new }).await
    }
}

struct Rotate {
    old: Keys,
    new: Keys,
}

impl Write for Rotate {
    type Answer = u64;

    async fn run(&self, db: &mut Db<'_>) -> Result<u64> {
        let cases = self.cases(db).await?;
        self.answers(db).await?;
        // Half an hour's forms: nobody fills one in while the server is down.
        execute(db, "delete from parked", vec![]).await?;
        let ring = hex::encode(self.new.sealed_ring()?);
        execute(
            db,
            "insert into settings (name, value) values ('key_ring', $1)
             on conflict (name) do update set value = excluded.value",
            args![ring],
        )
        .await?;
        Ok(cases)
    }
}

impl Rotate {
    async fn cases(&self, db: &mut Db<'_>) -> Result<u64> {
        let (mut after, mut done) = (String::new(), 0);
        loop {
            let rows = all(
                &mut *db,
                "select id, wrapped_key from cases where id > $1 and wrapped_key is not null
                 order by id limit $2",
                args![after.as_str(), ROUND],
            )
            .await?;
            let Some(last) = rows.last() else {
                return Ok(done);
            };
            after = last.text("id")?;
            for row in &rows {
                let id = case::case_id(row, "id")?;
                let place = Place::CaseKey(id);
                let key = SealKey::unwrap(self.old.wrap(), place, row.bytes("wrapped_key")?)?;
                let wrapped = key.wrapped(self.new.wrap(), place)?;
                let statement = "update cases set wrapped_key = $2 where id = $1";
                execute(db, statement, args![id.to_string(), wrapped.as_slice()]).await?;
                done += 1;
            }
        }
    }

    async fn answers(&self, db: &mut Db<'_>) -> Result<()> {
        let (mut scope, mut key) = (String::new(), String::new());
        loop {
            let rows = all(
                &mut *db,
                "select scope, key, answer from idempotency
                 where scope > $1 or (scope = $1 and key > $2) order by scope, key limit $3",
                args![scope.as_str(), key.as_str(), ROUND],
            )
            .await?;
            if rows.is_empty() {
                return Ok(());
            }
            for row in &rows {
                (scope, key) = (row.text("scope")?, row.text("key")?);
                let place = Place::Answer(&scope, &key);
                let plain = self.old.answers().open(place, row.bytes("answer")?)?;
                let sealed = self.new.answers().seal(place, &plain)?;
                execute(
                    db,
                    "update idempotency set answer = $3 where scope = $1 and key = $2",
                    args![scope.as_str(), key.as_str(), sealed.as_slice()],
                )
                .await?;
            }
        }
    }
}
