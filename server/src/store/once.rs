//! Idempotency: the answer to a request stands in the transaction of what the request did.

use super::db::{Ask, Db, Row};
use super::sql::{args, execute, found, one};
use super::{Fault, Result, Store};
use crate::keys::Keys;
use crate::seal::Place;
use model::time::TimeMs;
use uuid::Uuid;

/// What tells a request from all others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OnceKey {
    /// Who asks, or what for: keys of different scopes never meet.
    pub scope: String,
    /// The client's `Idempotency-Key`.
    pub key: Uuid,
    /// [`hash`](super::hash) of the body.
    pub body_hash: [u8; 32],
}

/// An answer as it was given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// The body, byte for byte.
    pub body: Vec<u8>,
}

/// A request and the answer it gets if it is the first with its key.
#[derive(Clone, Debug)]
pub struct Once {
    /// The request.
    pub key: OnceKey,
    /// The answer.
    pub answer: Answer,
}

/// What became of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Done {
    /// It was done.
    New,
    /// It was done before; nothing was done now. The answer given then.
    Repeated(Answer),
    /// The key was used before with another body; nothing was done.
    Reused,
}

impl Store {
    /// What is known of a request before doing anything: never [`Done::New`].
    pub async fn answered(&self, key: &OnceKey) -> Result<Option<Done>> {
        match stored(self.pool(), &key.scope, &key.key.to_string()).await? {
            Some(row) => self.done(Recorded::of(&row, key)?).map(Some),
            None => Ok(None),
        }
    }

    pub(super) fn done(&self, recorded: Recorded) -> Result<Done> {
        let Recorded::Before {
            key,
            status,
            sealed,
        } = recorded
        else {
            return Ok(match recorded {
                Recorded::New => Done::New,
                _ => Done::Reused,
            });
        };
        let uuid = key.key.to_string();
        let place = Place::Answer(&key.scope, &uuid);
        let body = self.keys().answers().open(place, &sealed)?;
        Ok(Done::Repeated(Answer { status, body }))
    }
}

/// [`Done`] before anything was unsealed.
#[derive(Debug)]
pub(super) enum Recorded {
    New,
    Before {
        key: OnceKey,
        status: u16,
        sealed: Vec<u8>,
    },
    Reused,
}

impl Recorded {
    fn of(row: &Row, key: &OnceKey) -> Result<Recorded> {
        if row.digest("body_hash")? != key.body_hash {
            return Ok(Recorded::Reused);
        }
        Ok(Recorded::Before {
            key: key.clone(),
            status: row.number("status")?,
            sealed: row.bytes("answer")?.to_vec(),
        })
    }
}

/// A [`Once`] with its answer sealed: it holds the secret of a case.
#[derive(Debug)]
pub(super) struct SealedOnce {
    key: OnceKey,
    status: u16,
    sealed: Vec<u8>,
    at: TimeMs,
}

impl SealedOnce {
    pub fn of(once: Once, keys: &Keys, at: TimeMs) -> Result<SealedOnce> {
        let uuid = once.key.key.to_string();
        let place = Place::Answer(&once.key.scope, &uuid);
        Ok(SealedOnce {
            sealed: keys.answers().seal(place, &once.answer.body)?,
            status: once.answer.status,
            key: once.key,
            at,
        })
    }
}

/// Takes the key inside the transaction that does what it asks for. Of two at once PostgreSQL
/// lets the second wait for the first, and SQLite runs one after the other.
pub(super) async fn record(db: &mut Db<'_>, once: Option<&SealedOnce>) -> Result<Recorded> {
    let Some(once) = once else {
        return Ok(Recorded::New);
    };
    let uuid = once.key.key.to_string();
    let inserted = execute(
        db,
        "insert into idempotency (scope, key, body_hash, status, answer, created_at)
         values ($1, $2, $3, $4, $5, $6) on conflict (scope, key) do nothing",
        args![
            once.key.scope.as_str(),
            uuid.as_str(),
            once.key.body_hash.as_slice(),
            i64::from(once.status),
            once.sealed.as_slice(),
            once.at,
        ],
    )
    .await?;
    if inserted == 1 {
        return Ok(Recorded::New);
    }
    let row = found(stored(&mut *db, &once.key.scope, &uuid).await?);
    Recorded::of(&row.map_err(|_| Fault::Row("idempotency"))?, &once.key)
}

async fn stored(db: impl Ask, scope: &str, key: &str) -> Result<Option<Row>> {
    one(
        db,
        "select body_hash, status, answer from idempotency where scope = $1 and key = $2",
        args![scope, key],
    )
    .await
}
