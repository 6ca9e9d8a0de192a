//! Everything in one database, copied into another: a backup, what is restored from it, and the
//! move to PostgreSQL are one and the same.
//!
//! Here alone statements are put together while the program runs, from the names in the
//! database's own catalogue: a list of tables by hand would one day lack the newest.

use super::db::{Ask, Db, Row, Wanted};
use super::sql::{self, Arg, all, execute, one};
use super::writer::{Write, Writer};
use super::{Fault, Result, Store};
use crate::keys::Purpose;
use futures::TryStreamExt;
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, AssertSqlSafe, Connection, Row as _, SqlSafeStr};
use std::collections::BTreeMap;
use std::sync::Arc;

/// How many rows of each table were copied, by its name.
pub type Counts = BTreeMap<String, u64>;

/// Both databases name their tables, columns and kinds of columns alike in these two.
const SQLITE_COLUMNS: &str = "select cast(m.name as text) as tbl, cast(c.name as text) as col,
        cast(lower(c.type) as text) as kind
     from sqlite_master m join pragma_table_info(m.name) c
     where m.type = 'table' and m.name not like 'sqlite\\_%' escape '\\'
        and m.name <> '_sqlx_migrations'
     order by m.name, c.cid";
const POSTGRES_COLUMNS: &str = "select cast(c.table_name as text) as tbl,
        cast(c.column_name as text) as col, cast(c.data_type as text) as kind
     from information_schema.columns c
     join information_schema.tables t using (table_schema, table_name)
     where c.table_schema = current_schema() and t.table_type = 'BASE TABLE'
        and c.table_name <> '_sqlx_migrations'
     order by c.table_name, c.ordinal_position";
const SQLITE_PARENTS: &str = "select cast(m.name as text) as child,
        cast(f.\"table\" as text) as parent
     from sqlite_master m join pragma_foreign_key_list(m.name) f where m.type = 'table'";
const POSTGRES_PARENTS: &str = "select cast(conrelid::regclass as text) as child,
        cast(confrelid::regclass as text) as parent
     from pg_constraint where contype = 'f' and connamespace = current_schema()::regnamespace";

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Text,
    Int,
    Bytes,
}

#[derive(Clone, Debug)]
struct Table {
    name: String,
    columns: Vec<(String, Kind)>,
}

impl Store {
    /// Copies every row into `to`, as they all stood at one moment: in one transaction there, while
    /// here is written on. `to` may hold nothing yet, and must be sealed by the same keys.
    pub async fn copy_into(&self, to: &Store) -> Result<Counts> {
        let check = |store: &Store| store.keys().digest(Purpose::Check, b"");
        if check(self) != check(to) {
            return Err(Fault::WrongKey.into());
        }
        to.write(Copy {
            from: self.clone(),
            from_postgres: self.is_postgres(),
            to_postgres: to.is_postgres(),
        })
        .await
    }

    /// How many rows each table has.
    pub async fn counts(&self) -> Result<Counts> {
        let mut counts = Counts::new();
        let (columns, parents) = catalogue(self.is_postgres());
        let columns = all(self.pool(), columns, vec![]).await?;
        let parents = all(self.pool(), parents, vec![]).await?;
        for table in tables(&columns, &parents)? {
            let count = table.count(self.pool()).await?;
            counts.insert(table.name, count);
        }
        Ok(counts)
    }

    fn is_postgres(&self) -> bool {
        matches!(self.inner.writer, Writer::Postgres(_))
    }
}

struct Copy {
    from: Store,
    from_postgres: bool,
    to_postgres: bool,
}

impl Write for Copy {
    type Answer = Counts;

    async fn run(&self, db: &mut Db<'_>) -> Result<Counts> {
        let (columns, parents) = catalogue(self.to_postgres);
        let columns = all(&mut *db, columns, vec![]).await?;
        let tables = tables(&columns, &all(&mut *db, parents, vec![]).await?)?;
        for table in &tables {
            if table.name != "settings" && table.count(&mut *db).await? > 0 {
                return Err(Fault::NotEmpty.into());
            }
        }
        // What an empty store notes at its first opening comes with the copy.
        execute(db, "delete from settings", vec![]).await?;
        let mut from = self.from.pool().connection().await?;
        let mut snapshot = from.begin().await?;
        if self.from_postgres {
            let level = "set transaction isolation level repeatable read read only";
            sqlx::query(level).execute(&mut *snapshot).await?;
        }
        let mut counts = Counts::new();
        for table in tables {
            let copied = table.copy(&mut snapshot, db).await?;
            counts.insert(table.name, copied);
        }
        snapshot.rollback().await?;
        from.close().await?;
        Ok(counts)
    }
}

impl Table {
    async fn count(&self, db: impl Ask) -> Result<u64> {
        let statement = format!("select count(*) as n from \"{}\"", self.name);
        let statement = AssertSqlSafe(statement).into_sql_str();
        let rows = db.ask(statement, vec![], Wanted::First).await?;
        rows.first().ok_or(Fault::Row("n"))?.number("n")
    }

    async fn copy(&self, from: &mut AnyConnection, to: &mut Db<'_>) -> Result<u64> {
        let select = format!("select {} from \"{}\"", self.names(), self.name);
        let places: Vec<String> = (1..=self.columns.len()).map(|n| format!("${n}")).collect();
        let insert = format!(
            "insert into \"{}\" ({}) values ({})",
            self.name,
            self.names(),
            places.join(", ")
        );
        // Shared: it is cloned for each row.
        let insert = AssertSqlSafe(Arc::<str>::from(insert)).into_sql_str();
        let mut rows = sqlx::query(AssertSqlSafe(select)).fetch(from);
        let mut copied = 0;
        while let Some(row) = rows.try_next().await? {
            to.execute(insert.clone(), self.values(&row)?).await?;
            copied += 1;
        }
        Ok(copied)
    }

    /// Typed also where it is null, as PostgreSQL demands.
    fn values(&self, row: &AnyRow) -> Result<Vec<Arg>> {
        let columns = self.columns.iter().enumerate();
        let values = columns.map(|(at, (_, kind))| {
            Ok(match kind {
                Kind::Text => Arg::Text(row.try_get(at)?),
                Kind::Int => Arg::Int(row.try_get(at)?),
                Kind::Bytes => Arg::Bytes(row.try_get(at)?),
            })
        });
        values.collect()
    }

    fn names(&self) -> String {
        let names = self.columns.iter().map(|(name, _)| format!("\"{name}\""));
        names.collect::<Vec<_>>().join(", ")
    }
}

/// The statements that read the catalogue: all columns, and which tables refer to which.
fn catalogue(postgres: bool) -> (&'static str, &'static str) {
    match postgres {
        true => (POSTGRES_COLUMNS, POSTGRES_PARENTS),
        false => (SQLITE_COLUMNS, SQLITE_PARENTS),
    }
}

/// All tables but the migrations' own, each after those its rows refer to.
fn tables(columns: &[Row], parents: &[Row]) -> Result<Vec<Table>> {
    let mut found: BTreeMap<String, Table> = BTreeMap::new();
    for row in columns {
        let name = row.text("tbl")?;
        let table = found.entry(name.clone()).or_insert_with(|| Table {
            name,
            columns: Vec::new(),
        });
        table
            .columns
            .push((row.text("col")?, kind(row.str("kind")?)?));
    }
    let refers = parents
        .iter()
        .map(|row| Ok((row.text("child")?, row.text("parent")?)));
    let order = parents_first(
        found.keys().cloned().collect(),
        &refers.collect::<Result<Vec<_>>>()?,
    );
    Ok(order.iter().filter_map(|name| found.remove(name)).collect())
}

fn kind(name: &str) -> Result<Kind> {
    match name {
        "text" => Ok(Kind::Text),
        "integer" | "bigint" => Ok(Kind::Int),
        "blob" | "bytea" => Ok(Kind::Bytes),
        _ => Err(Fault::Row("kind").into()),
    }
}

/// The names, each after all it refers to; a name that refers to itself does not wait.
fn parents_first(mut waiting: Vec<String>, refers: &[(String, String)]) -> Vec<String> {
    let mut order = Vec::new();
    while !waiting.is_empty() {
        let waits = |name: &String| {
            let mut parents = refers.iter().filter(|(child, _)| child == name);
            parents.any(|(_, parent)| parent != name && waiting.contains(parent))
        };
        let (later, now): (Vec<_>, Vec<_>) = waiting.iter().cloned().partition(waits);
        // In a circle nobody comes first.
        let stuck = now.is_empty();
        order.extend(if stuck { later.clone() } else { now });
        waiting = if stuck { Vec::new() } else { later };
    }
    order
}

/// The rows of photos page by page, in the order of their ids.
impl Store {
    /// Photos whose id comes after `after`.
    pub async fn photos_after(&self, after: &str, limit: u32) -> Result<Vec<super::PhotoRow>> {
        let rows = all(self.pool(), super::photo::AFTER, sql::args![after, limit]).await?;
        rows.iter().map(super::photo::photo).collect()
    }

    /// Forgets a photo; its bytes are the caller's to remove.
    pub async fn forget_photo(&self, id: model::id::PhotoId) -> Result<()> {
        let statement = "delete from photos where id = $1";
        self.execute(statement, sql::args![id.to_string()])
            .await
            .map(drop)
    }

    /// Whether a street or anything else was ever put in.
    pub async fn is_empty(&self) -> Result<bool> {
        let statement = "select (select count(*) from cases) + (select count(*) from seed) as n";
        let row = one(self.pool(), statement, vec![]).await?;
        Ok(sql::found(row)?.int("n")? == 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_referred_to_comes_first() {
        let names = |list: &[&str]| list.iter().map(|n| (*n).to_owned()).collect::<Vec<_>>();
        let refers = [("a", "c"), ("b", "a"), ("c", "c")]
            .map(|(child, parent)| (child.to_owned(), parent.to_owned()));
        let order = parents_first(names(&["a", "b", "c"]), &refers);
        assert_eq!(order, names(&["c", "a", "b"]));
        let circle = [("a", "b"), ("b", "a")].map(|(c, p)| (c.to_owned(), p.to_owned()));
        assert_eq!(
            parents_first(names(&["a", "b"]), &circle),
            names(&["a", "b"])
        );
    }
}
