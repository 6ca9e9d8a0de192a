//! Keys of other systems that may hand in cases.

use super::db::Row;
use super::sql::{all, args, found, one};
use super::{Result, Store};
use crate::keys::Purpose;
use model::time::TimeMs;

/// Another system's key, without the key itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiKey {
    /// Whose it is.
    pub name: String,
    /// What it may do, words separated by spaces.
    pub scope: String,
    /// Requests in an hour.
    pub per_hour: u32,
    /// Since when.
    pub at: TimeMs,
}

impl Store {
    /// Keeps the digest of `key`. False where the name is taken.
    pub async fn add_api_key(&self, new: &ApiKey, key: &str) -> Result<bool> {
        let hash = self.keys().digest(Purpose::ApiKey, key.as_bytes());
        let inserted = self
            .execute(
                "insert into api_keys (name, key_hash, scope, per_hour, created_at)
                 values ($1, $2, $3, $4, $5) on conflict (name) do nothing",
                args![
                    new.name.as_str(),
                    hash.as_slice(),
                    new.scope.as_str(),
                    new.per_hour,
                    new.at,
                ],
            )
            .await?;
        Ok(inserted == 1)
    }

    /// All keys, by name.
    pub async fn api_keys(&self) -> Result<Vec<ApiKey>> {
        let statement = "select name, scope, per_hour, created_at from api_keys order by name";
        let rows = all(self.pool(), statement, vec![]).await?;
        rows.iter().map(api_key).collect()
    }

    /// The key that was sent. [`super::Error::NotFound`] where it is none.
    pub async fn api_key(&self, key: &str) -> Result<ApiKey> {
        let hash = self.keys().digest(Purpose::ApiKey, key.as_bytes());
        let row = one(
            self.pool(),
            "select name, scope, per_hour, created_at from api_keys where key_hash = $1",
            args![hash.as_slice()],
        )
        .await?;
        api_key(&found(row)?)
    }

    /// Ends a key. False where there is none of that name.
    pub async fn remove_api_key(&self, name: &str) -> Result<bool> {
        let statement = "delete from api_keys where name = $1";
        Ok(self.execute(statement, args![name]).await? == 1)
    }
}

fn api_key(row: &Row) -> Result<ApiKey> {
    Ok(ApiKey {
        name: row.text("name")?,
        scope: row.text("scope")?,
        per_hour: row.number("per_hour")?,
        at: row.time("created_at")?,
    })
}
