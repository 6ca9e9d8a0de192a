//! The two databases behind one way of asking: PostgreSQL by sqlx, SQLite by rusqlite.
//!
//! A file needs no waiting for a line: a statement on SQLite runs in the thread that asks, readers
//! in the request's own, writes in the writer's (decision 0079). Statements are the same text for
//! both, with `$n`.

use super::sql::Arg;
use super::{Fault, Result, SLOW};
use rusqlite::config::DbConfig;
use rusqlite::types::{ToSqlOutput, Value, ValueRef};
use rusqlite::{CachedStatement, OpenFlags, ToSql};
use sqlx::any::{AnyArguments, AnyRow};
use sqlx::query::Query;
use sqlx::{Any, AnyConnection, AnyPool, Connection, Executor, SqlStr};
use std::collections::HashMap;
use std::future::Future;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

/// Statements kept compiled for each connection: more than there are.
const COMPILED: usize = 512;
/// Connections to a file that are kept for the next reader. More are opened where more read at
/// once, and closed again.
const IDLE_READERS: usize = 4;

/// A connection within its transaction.
#[derive(Debug)]
pub(super) enum Db<'c> {
    Sqlite(&'c mut File),
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
                files.read(|db| db.ask(statement.as_str(), &args, wanted))
            }
            Readers::Postgres(pool) => fetch(pool, statement, args, wanted).await,
        }
    }
}

impl Ask for &mut Db<'_> {
    async fn ask(self, statement: SqlStr, args: Vec<Arg>, wanted: Wanted) -> Result<Vec<Row>> {
        match self {
            Db::Sqlite(db) => db.ask(statement.as_str(), &args, wanted),
            Db::Postgres(db) => fetch(&mut **db, statement, args, wanted).await,
        }
    }
}

impl Db<'_> {
    /// Runs a statement; the number of rows it touched.
    pub async fn execute(&mut self, statement: SqlStr, args: Vec<Arg>) -> Result<u64> {
        match self {
            Db::Sqlite(db) => {
                db.ask(statement.as_str(), &args, Wanted::All)?;
                Ok(db.connection.changes())
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
    idle: Mutex<Option<Vec<File>>>,
}

impl Files {
    pub fn new(url: &str) -> Files {
        let address = url.split('?').next().unwrap_or(url);
        Files {
            address: address.to_owned(),
            idle: Mutex::new(Some(Vec::new())),
        }
    }

    fn read<T>(&self, ask: impl FnOnce(&mut File) -> Result<T>) -> Result<T> {
        let idle = self.with_idle(Vec::pop).ok_or(Fault::Closed)?;
        let mut db = idle.map_or_else(|| self.open(), Ok)?;
        let answer = ask(&mut db);
        self.with_idle(|idle| {
            if idle.len() < IDLE_READERS {
                idle.push(db);
            }
        });
        answer
    }

    fn open(&self) -> Result<File> {
        let pragmas = ["query_only = on", "cache_size = -4000"];
        File::open(&format!("{}?mode=ro", self.address), &pragmas)
    }

    fn close(&self) {
        drop(self.lock().take());
    }

    /// None once closed.
    fn with_idle<T>(&self, work: impl FnOnce(&mut Vec<File>) -> T) -> Option<T> {
        self.lock().as_mut().map(work)
    }

    fn lock(&self) -> MutexGuard<'_, Option<Vec<File>>> {
        // Nothing panics while it is held, and a half of a Vec there is not.
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The names of the columns that a statement gives.
type Names = Arc<[Box<str>]>;

/// A connection to a file.
#[derive(Debug)]
pub(super) struct File {
    connection: rusqlite::Connection,
    /// By the text of each statement that was asked before.
    names: HashMap<Box<str>, Names>,
}

impl File {
    /// Opens the file of an address as sqlx writes it.
    pub fn open(url: &str, pragmas: &[&str]) -> Result<File> {
        let path = url.strip_prefix("sqlite:").unwrap_or(url);
        let uri = format!("file:{}", path.strip_prefix("//").unwrap_or(path));
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
            | OpenFlags::SQLITE_OPEN_CREATE
            | OpenFlags::SQLITE_OPEN_NO_MUTEX
            | OpenFlags::SQLITE_OPEN_URI;
        let connection = rusqlite::Connection::open_with_flags(uri, flags)?;
        connection.set_prepared_statement_cache_capacity(COMPILED);
        // Without it a statement that may use a partial index is compiled again for each new value.
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
        // First: other pragmas may have to wait for another program already.
        for pragma in ["busy_timeout = 10000"].iter().chain(pragmas) {
            let mut set = connection.prepare(&format!("pragma {pragma}"))?;
            let mut answer = set.raw_query();
            while answer.next()?.is_some() {}
        }
        Ok(File {
            connection,
            names: HashMap::new(),
        })
    }

    /// Tidies the log away, where this is the last connection.
    pub fn close(self) -> Result<()> {
        Ok(self.connection.close().map_err(|(_, error)| error)?)
    }

    fn ask(&mut self, text: &str, args: &[Arg], wanted: Wanted) -> Result<Vec<Row>> {
        let begun = Instant::now();
        let found = self.found(text, args, wanted);
        let took = begun.elapsed();
        if took > SLOW {
            // As sqlx says it of PostgreSQL: one thing to look for in the log.
            tracing::warn!(
                target: "sqlx::query",
                summary = text,
                elapsed_secs = took.as_secs_f64(),
                slow_threshold = ?SLOW,
                "slow statement"
            );
        }
        found
    }

    fn found(&mut self, text: &str, args: &[Arg], wanted: Wanted) -> Result<Vec<Row>> {
        let mut statement = self.connection.prepare_cached(text)?;
        bind(&mut statement, args)?;
        let names = match self.names.get(text) {
            Some(names) => names,
            None => {
                let names = statement.column_names().into_iter().map(Box::from);
                self.names.entry(text.into()).or_insert(names.collect())
            }
        };
        let mut found = Vec::new();
        let mut rows = statement.raw_query();
        while let Some(row) = rows.next()? {
            let values = (0..names.len()).map(|at| Ok(row.get_ref(at)?.try_into()?));
            found.push(Row(Inner::Sqlite {
                names: Arc::clone(names),
                values: values.collect::<rusqlite::Result<_>>()?,
            }));
            if wanted == Wanted::First {
                break;
            }
        }
        Ok(found)
    }
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
    Sqlite { names: Names, values: Vec<Value> },
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
            Inner::Sqlite { names, values } => {
                let at = names.iter().position(|name| **name == *column);
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

#[cfg(test)]
mod tests {
    use super::super::sql::args;
    use super::*;
    use rusqlite::StatementStatus;
    use sqlx::SqlSafeStr;

    fn file() -> (File, tempfile::TempDir) {
        let folder = tempfile::tempdir().expect("a folder");
        let url = format!("sqlite://{}/a%20b.db?mode=rwc", folder.path().display());
        let file = File::open(&url, &["journal_mode = wal"]).expect("a file");
        assert!(folder.path().join("a b.db").exists());
        (file, folder)
    }

    fn ask(file: &mut File, text: &str, args: Vec<Arg>) -> Vec<Row> {
        file.ask(text, &args, Wanted::All).expect("an answer")
    }

    #[test]
    fn numbers_count_wherever_they_stand() {
        let (mut file, _folder) = file();
        let statement = "select $2 as b, $1 as a, $2 as c, $3 as d, x'0102' as e";
        let rows = ask(&mut file, statement, args!["one", 2u32, None::<i64>]);
        let row = rows.first().expect("a row");
        assert_eq!(row.str("a").expect("a text"), "one");
        assert_eq!((row.int("b").ok(), row.int("c").ok()), (Some(2), Some(2)));
        assert_eq!(row.opt_int("d").expect("null"), None);
        assert_eq!(row.bytes("e").expect("bytes"), [1, 2]);
        // Another type, no such column, no such argument.
        assert!(row.int("a").is_err() && row.int("f").is_err());
        let one = args!["one"];
        assert!(file.ask("select $2", &one, Wanted::All).is_err());
    }

    #[test]
    fn the_first_row_ends_what_was_asked() {
        let (mut file, _folder) = file();
        let both = "select 1 as n union all select 2 as n";
        let first = file.ask(both, &[], Wanted::First).expect("a row");
        assert_eq!(first.len(), 1);
        assert_eq!(ask(&mut file, both, vec![]).len(), 2);
    }

    /// Compiling takes several times as long as what is compiled.
    #[test]
    fn no_value_has_a_statement_compiled_again() {
        let (mut file, _folder) = file();
        ask(
            &mut file,
            "create table t (n integer, shown integer)",
            vec![],
        );
        ask(&mut file, "create index i on t (n) where shown = 1", vec![]);
        let listed = "select n from t where shown = 1 and ($1 < 0 or n < $1) and shown = $2";
        for n in 0..8 {
            ask(&mut file, listed, args![i64::from(n), 1u32]);
        }
        let statement = file.connection.prepare_cached(listed).expect("compiled");
        assert_eq!(statement.get_status(StatementStatus::RePrepare), 0);
    }

    #[tokio::test]
    async fn nobody_reads_what_is_closed() {
        let (_file, folder) = file();
        let url = format!("sqlite://{}/a%20b.db?mode=rwc", folder.path().display());
        let readers = Readers::Sqlite(Files::new(&url));
        let ask = || readers.ask("select 1 as n".into_sql_str(), vec![], Wanted::All);
        assert_eq!(ask().await.expect("read").len(), 1);
        readers.close().await;
        assert!(ask().await.is_err_and(|error| error.is_busy()));
    }
}
