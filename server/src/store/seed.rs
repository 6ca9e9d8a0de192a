//! The street's data as imported, and the tables filled from it.

use super::db::Db;
use super::sql::{args, execute, found, one};
use super::staff::upsert;
use super::writer::Write;
use super::{Error, Result, Store};
use model::area::{Area, Staff};
use model::id::AreaId;
use model::time::TimeMs;
use std::collections::BTreeMap;

/// What an import brings. Checked before: areas form a tree.
#[derive(Clone, Copy, Debug)]
pub struct SeedRow<'a> {
    /// Everything, as the server reads it back at start.
    pub text: &'a [u8],
    /// The area tree.
    pub areas: &'a [Area],
    /// Who works here. Passwords are kept; whoever is not listed any more cannot sign in.
    pub staff: &'a [Staff],
}

/// The latest import.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredSeed {
    /// Counts imports, from 1.
    pub version: i64,
    /// When it was imported.
    pub at: TimeMs,
    /// [`SeedRow::text`].
    pub text: Vec<u8>,
}

impl Store {
    /// Replaces the street's data as a whole; the new version.
    pub async fn put_seed(&self, seed: SeedRow<'_>, now: TimeMs) -> Result<i64> {
        self.write(PutSeed {
            text: seed.text.to_vec(),
            tree: closure(seed.areas),
            staff: seed.staff.to_vec(),
            now,
        })
        .await
    }

    /// Replaces what the import of `version` brought, areas and staff apart; the new version.
    /// [`Error::Conflict`] when another import came between.
    pub async fn amend_seed(&self, version: i64, text: Vec<u8>, now: TimeMs) -> Result<i64> {
        self.write(AmendSeed { version, text, now }).await
    }

    /// The latest import; none in an empty store.
    pub async fn seed(&self) -> Result<Option<StoredSeed>> {
        let statement = "select version, at, body from seed order by version desc limit 1";
        let Some(row) = one(self.pool(), statement, vec![]).await? else {
            return Ok(None);
        };
        Ok(Some(StoredSeed {
            version: row.int("version")?,
            at: row.time("at")?,
            text: row.bytes("body")?.to_vec(),
        }))
    }

    /// The latest import's version, 0 in an empty store: for noticing that another node imported.
    pub async fn seed_version(&self) -> Result<i64> {
        let row = one(self.pool(), LATEST, vec![]).await?;
        found(row)?.int("version")
    }
}

const LATEST: &str = "select coalesce(max(version), 0) as version from seed";

struct PutSeed {
    text: Vec<u8>,
    tree: Vec<(AreaId, AreaId)>,
    staff: Vec<Staff>,
    now: TimeMs,
}

impl Write for PutSeed {
    type Answer = i64;

    async fn run(&self, db: &mut Db<'_>) -> Result<i64> {
        let version = latest(db).await? + 1;
        put_text(db, version, &self.text, self.now).await?;
        self.put_tree(db).await?;
        self.put_staff(db).await?;
        Ok(version)
    }
}

struct AmendSeed {
    version: i64,
    text: Vec<u8>,
    now: TimeMs,
}

impl Write for AmendSeed {
    type Answer = i64;

    async fn run(&self, db: &mut Db<'_>) -> Result<i64> {
        if latest(db).await? != self.version {
            return Err(Error::Conflict);
        }
        put_text(db, self.version + 1, &self.text, self.now).await?;
        Ok(self.version + 1)
    }
}

async fn latest(db: &mut Db<'_>) -> Result<i64> {
    found(one(db, LATEST, vec![]).await?)?.int("version")
}

async fn put_text(db: &mut Db<'_>, version: i64, text: &[u8], now: TimeMs) -> Result<()> {
    let inserted = execute(
        db,
        "insert into seed (version, at, body) values ($1, $2, $3)
         on conflict (version) do nothing",
        args![version, now, text],
    )
    .await?;
    if inserted == 0 {
        return Err(Error::Conflict);
    }
    // The last few are kept, to see what a mistaken import replaced.
    let statement = "delete from seed where version < $1";
    execute(db, statement, args![version - 4]).await.map(drop)
}

impl PutSeed {
    async fn put_tree(&self, db: &mut Db<'_>) -> Result<()> {
        execute(db, "delete from area_tree", vec![]).await?;
        for (ancestor, area) in &self.tree {
            let statement = "insert into area_tree (ancestor, area) values ($1, $2)";
            execute(db, statement, args![ancestor.as_str(), area.as_str()]).await?;
        }
        Ok(())
    }

    async fn put_staff(&self, db: &mut Db<'_>) -> Result<()> {
        execute(db, "update staff set active = 0", vec![]).await?;
        for staff in &self.staff {
            upsert(db, staff, self.now).await?;
        }
        // Sessions of those who left end now, not when they run out.
        let statement =
            "delete from sessions where staff in (select id from staff where active = 0)";
        execute(db, statement, vec![]).await.map(drop)
    }
}

/// Every area with itself and all areas it lies in.
fn closure(areas: &[Area]) -> Vec<(AreaId, AreaId)> {
    let parents: BTreeMap<&AreaId, Option<&AreaId>> =
        areas.iter().map(|a| (&a.id, a.parent.as_ref())).collect();
    let mut pairs = Vec::new();
    for area in areas {
        let mut ancestor = Some(&area.id);
        // A tree is no deeper than it has areas: ends even if somebody made a ring.
        for _ in 0..areas.len() {
            let Some(id) = ancestor else { break };
            pairs.push((id.clone(), area.id.clone()));
            ancestor = parents.get(id).copied().flatten();
        }
    }
    pairs.sort();
    pairs.dedup();
    pairs
}
