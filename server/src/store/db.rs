//! The two databases behind one way of asking: PostgreSQL by sqlx, SQLite by rusqlite.
//!
//! A file needs no waiting for a line: a statement on SQLite runs in the thread that asks, readers
//! in the request's own, writes in the writer's (decision 0079). Statements are the same text for
//! both, with `$n`.

use super::sql::Arg;
use super::{Fault, Result};
use rusqlite::types::{ToSqlOutput, Value, ValueRef};
use rusqlite::{CachedStatement, OpenFlags, ToSql};
use sqlx::any::{AnyArguments, AnyRow};
use sqlx::query::Query;
use sqlx::{Any, AnyConnection, AnyPool, Connection, Executor, SqlStr};
use std::future::Future;
use std::sync::{Arc, Mutex, PoisonError};

/// Statements kept compiled for each connection: more than there are.
const COMPILED: usize = 512;
/// Connections to a file that are kept for the next reader. More are opened where more read at
/// once, and closed again.
const IDLE_READERS: usize = 4;

/// A connection within its transaction.
#[derive(Debug)]
pub(super) enum Db<'c> {
    Sqlite(&'c mut rusqlite::Connection),
    Postgres(&'c mut AnyConnection),
}

/// Connections that read.
#[derive(Debug)]
pub(super) enum Readers {
    Sqlite(Files),
    Postgres(AnyPool),
}

/// How many rows are wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wanted {
    /// The first, where there is one.
    First,
    /// All.
    All,
}

/// Whoever answers a statement with rows.
pub(super) trait Ask {
    fn ask(
        self,
        statement: SqlStr,
        args: Vec<Arg>,
        wanted: Wanted,
    ) -> impl Future<Output = Result<Vec<Row>>> + Send;
}

impl Ask for &Readers {
    async fn ask(self, statement: SqlStr, args: Vec<Arg>, wanted: Wanted) -> Result<Vec<Row>> {
        match self {
            Readers::Sqlite(files) => {
                // A request of many statements lets others go between two of them.
                tokio::task::coop::consume_budget().await;
                files.read(|db| rows(db, statement.as_str(), &args, wanted))
            }
            Readers::Postgres(pool) => fetch(pool, statement, args, wanted).await,
        }
    }
}

impl Ask for &mut Db<'_> {
    async fn ask(self, statement: SqlStr, args: Vec<Arg>, wanted: Wanted) -> Result<Vec<Row>> {
        match self {
            Db::Sqlite(db) => rows(db, statement.as_str(), &args, wanted),
            Db::Postgres(db) => fetch(&mut **db, statement, args, wanted).await,
        }
    }
}

impl Db<'_> {
    /// Runs a statement; the number of rows it touched.
    pub async fn execute(&mut self, statement: SqlStr, args: Vec<Arg>) -> Result<u64> {
        match self {
            Db::Sqlite(db) => {
                rows(db, statement.as_str(), &args, Wanted::All)?;
                Ok(db.changes())
            }
            Db::Postgres(db) => {
                let done = query(statement, args).execute(&mut **db).await?;
                Ok(done.rows_affected())
            }
        }
    }
}

impl Readers {
    /// A connection of sqlx's own, for whoever reads more rows than memory holds.
    pub async fn connection(&self) -> Result<AnyConnection> {
        Ok(match self {
            Readers::Sqlite(files) => {
                AnyConnection::connect(&format!("{}?mode=ro", files.address)).await?
            }
            Readers::Postgres(pool) => pool.acquire().await?.detach(),
        })
    }

    /// Refuses what comes after and disconnects.
    pub async fn close(&self) {
        match self {
            Readers::Sqlite(files) => files.close(),
            Readers::Postgres(pool) => pool.close().await,
        }
    }
}

/// Connections that read one file, each used by one thread at a time.
#[derive(Debug)]
pub(super) struct Files {
    /// As sqlx writes it, without what follows the question mark.
    address: String,
    /// None once closed.
    idle: Mutex<Option<Vec<rusqlite::Connection>>>,
}

impl Files {
    pub fn new(url: &str) -> Files {
        let address = url.split('?').next().unwrap_or(url);
        Files {
            address: address.to_owned(),
            idle: Mutex::new(Some(Vec::new())),
        }
    }

    fn read<T>(&self, ask: impl FnOnce(&rusqlite::Connection) -> Result<T>) -> Result<T> {
        let idle = self.with_idle(Vec::pop).ok_or(Fault::Closed)?;
        let db = idle.map_or_else(|| self.open(), Ok)?;
        let answer = ask(&db);
        self.with_idle(|idle| {
            if idle.len() < IDLE_READERS {
                idle.push(db);
            }
        });
        answer
    }

    fn open(&self) -> Result<rusqlite::Connection> {
        let pragmas = ["query_only = on", "cache_size = -4000"];
        open_file(&format!("{}?mode=ro", self.address), &pragmas)
    }

    fn close(&self) {
        drop(self.lock().take());
    }

    /// None once closed.
    fn with_idle<T>(&self, work: impl FnOnce(&mut Vec<rusqlite::Connection>) -> T) -> Option<T> {
        self.lock().as_mut().map(work)
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Option<Vec<rusqlite::Connection>>> {
        // Nothing panics while it is held, and a half of a Vec there is not.
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Opens the file of an address as sqlx writes it.
pub(super) fn open_file(url: &str, pragmas: &[&str]) -> Result<rusqlite::Connection> {
    let path = url.strip_prefix("sqlite:").unwrap_or(url);
    let uri = format!("file:{}", path.strip_prefix("//").unwrap_or(path));
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
        | OpenFlags::SQLITE_OPEN_CREATE
        | OpenFlags::SQLITE_OPEN_NO_MUTEX
        | OpenFlags::SQLITE_OPEN_URI;
    let db = rusqlite::Connection::open_with_flags(uri, flags)?;
    db.set_prepared_statement_cache_capacity(COMPILED);
    // First: other pragmas may have to wait for another program already.
    for pragma in ["busy_timeout = 10000"].iter().chain(pragmas) {
        rows(&db, &format!("pragma {pragma}"), &[], Wanted::All)?;
    }
    Ok(db)
}

fn rows(
    db: &rusqlite::Connection,
    statement: &str,
    args: &[Arg],
    wanted: Wanted,
) -> Result<Vec<Row>> {
    let mut statement = db.prepare_cached(statement)?;
    bind(&mut statement, args)?;
    let columns = statement.column_names().into_iter().map(Box::from);
    let columns: Arc<[Box<str>]> = columns.collect();
    let mut found = Vec::new();
    let mut rows = statement.raw_query();
    while let Some(row) = rows.next()? {
        let values = (0..columns.len()).map(|at| Ok(row.get_ref(at)?.try_into()?));
        found.push(Row(Inner::Sqlite {
            columns: Arc::clone(&columns),
            values: values.collect::<rusqlite::Result<_>>()?,
        }));
        if wanted == Wanted::First {
            break;
        }
    }
    Ok(found)
}

/// SQLite takes `$2` for a name and numbers what has one in the order in which it first comes.
fn bind(statement: &mut CachedStatement<'_>, args: &[Arg]) -> Result<()> {
    for at in 1..=statement.parameter_count() {
        let name = statement.parameter_name(at);
        let number = name.and_then(|name| name.strip_prefix('$')?.parse::<usize>().ok());
        let arg = number.and_then(|number| args.get(number.checked_sub(1)?));
        statement.raw_bind_parameter(at, arg.ok_or(Fault::Row("$"))?)?;
    }
    Ok(())
}

impl ToSql for Arg {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        let value = match self {
            Arg::Text(text) => text.as_deref().map(ValueRef::from),
            Arg::Int(number) => number.map(ValueRef::Integer),
            Arg::Bytes(bytes) => bytes.as_deref().map(ValueRef::Blob),
        };
        Ok(ToSqlOutput::Borrowed(value.unwrap_or(ValueRef::Null)))
    }
}

async fn fetch<'e, E>(db: E, statement: SqlStr, args: Vec<Arg>, wanted: Wanted) -> Result<Vec<Row>>
where
    E: Executor<'e, Database = Any>,
{
    let query = query(statement, args);
    let rows = match wanted {
        Wanted::First => Vec::from_iter(query.fetch_optional(db).await?),
        Wanted::All => query.fetch_all(db).await?,
    };
    Ok(rows.into_iter().map(Row::from).collect())
}

fn query(statement: SqlStr, args: Vec<Arg>) -> Query<'static, Any, AnyArguments> {
    let mut query = sqlx::query(statement);
    for arg in args {
        query = match arg {
            Arg::Text(text) => query.bind(text),
            Arg::Int(number) => query.bind(number),
            Arg::Bytes(bytes) => query.bind(bytes),
        };
    }
    query
}

/// A row that was found.
pub(super) struct Row(Inner);

enum Inner {
    Sqlite {
        columns: Arc<[Box<str>]>,
        values: Vec<Value>,
    },
    Postgres(AnyRow),
}

impl From<AnyRow> for Row {
    fn from(row: AnyRow) -> Row {
        Row(Inner::Postgres(row))
    }
}

/// A type that a column holds.
pub(super) trait Held<'r>: Sized {
    /// None where the value is of another type.
    fn of_value(value: &'r Value) -> Option<Self>;
    fn of_row(row: &'r AnyRow, column: &'static str) -> sqlx::Result<Option<Self>>;
}

macro_rules! held {
    ($type:ty, $variant:ident, $value:ident => $of:expr) => {
        impl<'r> Held<'r> for $type {
            fn of_value(value: &'r Value) -> Option<Self> {
                match value {
                    Value::$variant($value) => Some($of),
                    _ => None,
                }
            }

            fn of_row(row: &'r AnyRow, column: &'static str) -> sqlx::Result<Option<Self>> {
                sqlx::Row::try_get(row, column)
            }
        }
    };
}
held!(&'r str, Text, text => text);
held!(&'r [u8], Blob, bytes => bytes);
held!(i64, Integer, number => *number);

impl Row {
    /// What stands in the column; none where it is null.
    pub fn get<'r, T: Held<'r>>(&'r self, column: &'static str) -> Result<Option<T>> {
        match &self.0 {
            Inner::Postgres(row) => Ok(T::of_row(row, column)?),
            Inner::Sqlite { columns, values } => {
                let at = columns.iter().position(|name| **name == *column);
                match at.and_then(|at| values.get(at)) {
                    None => Err(Fault::Row(column).into()),
                    Some(Value::Null) => Ok(None),
                    Some(value) => T::of_value(value)
                        .map(Some)
                        .ok_or(Fault::Row(column).into()),
                }
            }
        }
    }
}
