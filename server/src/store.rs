//! The store: all SQL there is, for SQLite and PostgreSQL alike.
//!
//! Statements are static text with `$n`, the same for both databases; the two folders under
//! `migrations/` differ in the names of types alone. [`db`] says how they are asked, [`writer`] how
//! writes are committed.

pub mod announce;
mod api_keys;
mod assist;
mod audit;
mod beside;
mod case;
pub mod copy;
mod db;
mod draft;
mod erase;
mod family;
mod hosts;
mod limits;
mod once;
mod outbox;
mod photo;
#[cfg(test)]
mod plan;
mod queue;
mod reports;
mod rotate;
mod schema;
mod seed;
mod sessions;
mod sign_ins;
mod sql;
mod staff;
mod tickets;
pub mod verify;
mod visits;
mod writer;

pub use api_keys::ApiKey;
pub use assist::{HoursRow, NewTablet, Shift, ShiftDone, TabletRow, TabletUse};
pub use audit::AuditEntry;
pub use beside::{Beside, Other};
pub use case::{Case, CaseEvent, CaseRecord};
pub use draft::{CaseDraft, Helped, NewCase, NewStep, StepDraft};
pub use family::{FamilyDraft, FamilyRow, Holder};
pub use limits::{Rate, Take};
pub use once::{Answer, Done, Once, OnceKey};
pub use outbox::{Claimed, Message};
pub use photo::{Copies, CopyDigests, NewPhoto, PhotoRow};
pub use queue::{BadCursor, QueueCursor, QueueFilter, QueuePage, QueueScope, Queued};
pub use reports::{
    ALIKE_M, History, NewReport, Report, ReportCursor, ReportFilter, ReportOrder, ReportPage,
    SentFilter, Voiced, was_called,
};
pub use seed::{SeedRow, StoredSeed};
pub use sessions::Session;
pub use sign_ins::Try;
pub use staff::StaffRow;
pub use visits::{CODE_TRIES, VisitAnswer};

pub use crate::keys::hash;

use crate::keys::{Keys, Purpose};
use crate::seal::SealError;
use db::{Files, Readers};
use hosts::{Following, Hosts};
use model::id::PhotoId;
use model::time::TimeMs;
use sqlx::any::{AnyConnectOptions, AnyPoolOptions};
use sqlx::{AnyConnection, Connection};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use writer::{Write, Writer};

/// How many connections PostgreSQL is asked for.
const POSTGRES_CONNECTIONS: u32 = 16;
/// A statement that takes longer is written into the log, as its text without its values.
const SLOW: Duration = Duration::from_secs(1);
/// How long idempotent answers are kept: a phone that was off for a month starts anew.
const ANSWERS_KEPT_DAYS: i64 = 30;

/// What a method of the store comes to.
pub type Result<T> = std::result::Result<T, Error>;

/// Why the store did not do it.
#[derive(Clone, Debug, thiserror::Error)]
pub enum Error {
    /// There is no such thing.
    #[error("there is no such thing")]
    NotFound,
    /// Somebody else changed it meanwhile.
    #[error("somebody else changed it meanwhile")]
    Conflict,
    /// Somebody else has it.
    #[error("it is taken: {0:?}")]
    Taken(Taken),
    /// The database or what stands in it is at fault.
    #[error("the store is broken")]
    Broken(#[source] Arc<Fault>),
}

/// What was taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Taken {
    /// The time of a visit.
    Slot,
    /// A photo that is not there, or belongs to a case already.
    Photo(PhotoId),
    /// The receipt number: draw another.
    Receipt,
    /// All the family links a case may have.
    Family,
}

/// What is broken.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// The database said so.
    #[error("the database")]
    Database(#[source] sqlx::Error),
    /// SQLite said so.
    #[error("the database")]
    Sqlite(#[source] rusqlite::Error),
    /// The thread that writes could not be started.
    #[error("the thread that writes")]
    Thread(#[source] std::io::Error),
    /// The tables could not be brought up to date.
    #[error("the migration of the database")]
    Migration(#[source] sqlx::migrate::MigrateError),
    /// Something sealed does not open.
    #[error("{0}")]
    Seal(SealError),
    /// A row holds what this program never writes there.
    #[error("column {0} holds what it should not")]
    Row(&'static str),
    /// The master key is not the one this database was made with.
    #[error("the master key is not the one this database was made with")]
    WrongKey,
    /// What is to be filled holds something already.
    #[error("there is something in it already")]
    NotEmpty,
    /// Writing has ended.
    #[error("the store is closed")]
    Closed,
    /// A write panicked; it was undone.
    #[error("a write panicked")]
    Panicked,
    /// The address of the database is neither `sqlite:` nor `postgres:`.
    #[error("a database address begins with sqlite: or postgres:")]
    Address,
}

impl Error {
    /// Whether the database is sealed by another master key.
    pub fn is_wrong_key(&self) -> bool {
        matches!(self, Error::Broken(fault) if matches!(**fault, Fault::WrongKey))
    }

    /// Whether waiting may help: the database is locked, full, out of connections or stopping.
    pub fn is_busy(&self) -> bool {
        let Error::Broken(fault) = self else {
            return false;
        };
        match &**fault {
            Fault::Closed => true,
            Fault::Database(sqlx::Error::PoolTimedOut | sqlx::Error::PoolClosed) => true,
            Fault::Database(sqlx::Error::Io(_)) => true,
            Fault::Database(error) => writer::code(error).is_some_and(|code| is_busy_code(&code)),
            Fault::Sqlite(error) => error.sqlite_error_code().is_some_and(|code| {
                use rusqlite::ErrorCode::{DatabaseBusy, DatabaseLocked, DiskFull};
                matches!(code, DatabaseBusy | DatabaseLocked | DiskFull)
            }),
            _ => false,
        }
    }
}

/// PostgreSQL's classes 53 (no resources) and 57P (shutting down), and 25006: it stands by, and
/// another writes.
fn is_busy_code(code: &str) -> bool {
    code.starts_with("53") || code.starts_with("57P") || code == "25006"
}

impl From<sqlx::Error> for Error {
    fn from(error: sqlx::Error) -> Error {
        Fault::Database(error).into()
    }
}

impl From<rusqlite::Error> for Error {
    fn from(error: rusqlite::Error) -> Error {
        Fault::Sqlite(error).into()
    }
}

impl From<SealError> for Error {
    fn from(error: SealError) -> Error {
        Fault::Seal(error).into()
    }
}

impl From<Fault> for Error {
    fn from(fault: Fault) -> Error {
        Error::Broken(Arc::new(fault))
    }
}

/// The store. Clones share it.
#[derive(Clone, Debug)]
pub struct Store {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    read: Readers,
    writer: Writer,
    keys: Keys,
    /// Where several PostgreSQL servers are named.
    _following: Option<Following>,
}

impl Store {
    /// Connects, brings the tables up to date and checks that `keys` are this database's.
    /// `url` is `sqlite:///PATH?mode=rwc` or `postgres://…`, where a standby may be named after the
    /// host, with a comma between.
    pub async fn open(url: &str, keys: Keys) -> Result<Store> {
        sqlx::any::install_default_drivers();
        let mut inner = match url.split(':').next() {
            Some("sqlite") => open_sqlite(url, keys).await?,
            Some("postgres" | "postgresql") => open_postgres(url, keys).await?,
            _ => return Err(Fault::Address.into()),
        };
        inner.keys = rotate::with_ring(&inner.read, inner.keys).await?;
        let store = Store {
            inner: Arc::new(inner),
        };
        store.check_key().await?;
        Ok(store)
    }

    /// The address of the database file under `data_dir`.
    pub fn sqlite_url(data_dir: &Path) -> String {
        let path = std::path::absolute(data_dir).unwrap_or_else(|_| data_dir.to_owned());
        // The path may hold what means something in an address.
        let path = path.join("yikezhong.db").to_string_lossy().into_owned();
        let escaped = path
            .replace('%', "%25")
            .replace('?', "%3f")
            .replace('#', "%23");
        format!("sqlite://{escaped}?mode=rwc")
    }

    /// Finishes what was handed to the writer, refuses what comes after, and disconnects. Readers
    /// go first: the last connection tidies SQLite's log away, and readers may not.
    pub async fn close(&self) {
        self.inner.read.close().await;
        self.inner.writer.close().await;
    }

    /// Whether the database answers.
    pub async fn ready(&self) -> Result<()> {
        let row = sql::one(self.pool(), "select count(*) as n from settings", vec![]).await?;
        row.map(drop).ok_or(Error::NotFound)
    }

    /// The keys it seals with.
    pub fn keys(&self) -> &Keys {
        &self.inner.keys
    }

    /// Removes what has run out: sessions, tickets, limits, parked forms, tries to sign in, answers
    /// kept for repeated requests, messages long sent.
    pub async fn sweep(&self, now: TimeMs) -> Result<()> {
        for (statement, before) in [
            ("delete from sessions where expires_at < $1", now),
            ("delete from tickets where expires_at < $1", now),
            ("delete from limits where tat < $1", now),
            ("delete from parked where expires_at < $1", now),
            (
                "delete from sign_ins where locked_until < $1",
                now.plus_days(-sign_ins::TRIES_KEPT_DAYS),
            ),
            (
                "delete from idempotency where created_at < $1",
                now.plus_days(-ANSWERS_KEPT_DAYS),
            ),
            (
                "delete from outbox where next_at is null and created_at < $1",
                now.plus_days(-outbox::SENT_KEPT_DAYS),
            ),
        ] {
            self.execute(statement, sql::args![before]).await?;
        }
        Ok(())
    }

    fn pool(&self) -> &Readers {
        &self.inner.read
    }

    /// Commits a write; it is on disk when this returns.
    async fn write<W: Write>(&self, work: W) -> Result<W::Answer> {
        self.inner.writer.write(work).await
    }

    /// Commits one statement; the number of rows it touched.
    async fn execute(&self, statement: &'static str, args: Vec<sql::Arg>) -> Result<u64> {
        self.write(sql::Statement { statement, args }).await
    }

    /// Another key would make everything sealed so far unreadable and go on sealing with itself.
    async fn check_key(&self) -> Result<()> {
        let check = hex::encode(self.keys().digest(Purpose::Check, b""));
        self.execute(
            "insert into settings (name, value) values ('key_check', $1) on conflict (name) do nothing",
            sql::args![check.as_str()],
        )
        .await?;
        let statement = "select value from settings where name = 'key_check'";
        let row = sql::one(self.pool(), statement, vec![]).await?;
        let stored = row.ok_or(Error::NotFound)?;
        if stored.str("value")? == check {
            Ok(())
        } else {
            Err(Fault::WrongKey.into())
        }
    }
}

async fn open_sqlite(url: &str, keys: Keys) -> Result<Inner> {
    let connection = writer::sqlite_connection(url)?;
    let mut migrating = AnyConnection::connect(url).await?;
    // What a migration takes away is overwritten too.
    sqlx::query("pragma secure_delete = on")
        .fetch_all(&mut migrating)
        .await?;
    schema::migrate(&mut migrating, schema::Backend::Sqlite).await?;
    migrating.close().await?;
    Ok(Inner {
        read: Readers::Sqlite(Files::new(url)),
        writer: Writer::sqlite(connection).map_err(Fault::Thread)?,
        keys,
        _following: None,
    })
}

async fn open_postgres(url: &str, keys: Keys) -> Result<Inner> {
    let options = AnyPoolOptions::new().max_connections(POSTGRES_CONNECTIONS);
    let (read, following) = Hosts::of(url)?.pool(options).await?;
    let mut connection = read.acquire().await?;
    schema::migrate(&mut connection, schema::Backend::Postgres).await?;
    drop(connection);
    Ok(Inner {
        writer: Writer::postgres(read.clone()),
        read: Readers::Postgres(read),
        keys,
        _following: following,
    })
}

/// How one address is connected to.
fn connect_options(url: &str) -> Result<AnyConnectOptions> {
    let mut options: AnyConnectOptions = url.parse()?;
    options.log_settings.slow_statements_duration = SLOW;
    Ok(options)
}
