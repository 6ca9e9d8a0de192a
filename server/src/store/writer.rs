//! How writes are committed.
//!
//! SQLite lets one connection write at a time and waits for the disk at each commit. So one task
//! owns that connection, takes all writes that wait, runs each inside a savepoint – a failed one
//! undoes itself alone – and commits them together: one wait for the disk for all of them.
//! Nobody is answered before that wait is over. PostgreSQL does the like by itself; there each
//! write is its own transaction, run again when the database asks for it.

use super::{Fault, Result, sql};
use futures::FutureExt;
use futures::future::BoxFuture;
use sqlx::{AnyConnection, AnyPool, ConnectOptions, Connection};
use std::borrow::Cow;
use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::time::Duration;
use tokio::sync::{Mutex, mpsc, oneshot};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

/// So many writes share one commit at most.
const BATCH: usize = 64;
/// So many may wait before others wait to wait.
const WAITING: usize = 1024;
/// A transaction that lost against another is run again so many times.
const TRIES: u32 = 6;

/// A write: everything inside `run` is committed, or nothing. It may run more than once.
pub(super) trait Write: Send + Sync + 'static {
    type Answer: Send + 'static;

    /// It changes something by one statement alone, which undoes itself where it fails: such a
    /// write needs no savepoint, and those make two statements of three.
    const ALONE: bool = false;

    fn run(&self, db: &mut AnyConnection) -> impl Future<Output = Result<Self::Answer>> + Send;
}

/// Where writes go.
#[derive(Debug)]
pub(super) enum Writer {
    Sqlite {
        jobs: mpsc::Sender<Box<dyn Job>>,
        stop: CancellationToken,
        task: Mutex<Option<JoinHandle<()>>>,
    },
    Postgres(AnyPool),
}

impl Writer {
    /// Starts the task that owns `connection`.
    pub fn sqlite(connection: AnyConnection) -> Writer {
        let (jobs, waiting) = mpsc::channel(WAITING);
        let stop = CancellationToken::new();
        let task = tokio::spawn(write_all(connection, waiting, stop.clone()));
        Writer::Sqlite {
            jobs,
            stop,
            task: Mutex::new(Some(task)),
        }
    }

    pub fn postgres(pool: AnyPool) -> Writer {
        Writer::Postgres(pool)
    }

    pub async fn write<W: Write>(&self, work: W) -> Result<W::Answer> {
        match self {
            Writer::Sqlite { jobs, .. } => {
                let (reply, answer) = oneshot::channel();
                let job = Waiting {
                    work,
                    reply,
                    result: Err(Fault::Closed.into()),
                };
                jobs.send(Box::new(job)).await.map_err(|_| Fault::Closed)?;
                answer.await.map_err(|_| Fault::Closed)?
            }
            Writer::Postgres(pool) => transact(pool, &work).await,
        }
    }

    /// Finishes what was handed over.
    pub async fn close(&self) {
        let Writer::Sqlite { stop, task, .. } = self else {
            return;
        };
        stop.cancel();
        let Some(task) = task.lock().await.take() else {
            return;
        };
        if task.await.is_err() {
            tracing::error!("the writer ended early");
        }
    }
}

/// A write with its kind forgotten, so that one channel carries them all.
pub(super) trait Job: Send {
    /// [`Write::ALONE`].
    fn alone(&self) -> bool;
    /// Runs; false where it failed and must be undone.
    fn run<'c>(&'c mut self, db: &'c mut AnyConnection) -> BoxFuture<'c, bool>;
    /// Tells whoever waits, after the commit.
    fn answer(self: Box<Self>, committed: Result<()>);
}

impl std::fmt::Debug for dyn Job {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Job")
    }
}

struct Waiting<W: Write> {
    work: W,
    reply: oneshot::Sender<Result<W::Answer>>,
    result: Result<W::Answer>,
}

impl<W: Write> Job for Waiting<W> {
    fn alone(&self) -> bool {
        W::ALONE
    }

    fn run<'c>(&'c mut self, db: &'c mut AnyConnection) -> BoxFuture<'c, bool> {
        Box::pin(async move {
            // A fault in one write must not end the task all others depend on.
            let run = AssertUnwindSafe(self.work.run(db)).catch_unwind();
            self.result = run.await.unwrap_or_else(|_| Err(Fault::Panicked.into()));
            self.result.is_ok()
        })
    }

    fn answer(self: Box<Self>, committed: Result<()>) {
        // A write that failed says why, whatever became of the others.
        let result = self.result.and_then(|answer| committed.map(|()| answer));
        // Nobody waits any more where the client has gone.
        let _ = self.reply.send(result);
    }
}

async fn write_all(
    mut db: AnyConnection,
    mut waiting: mpsc::Receiver<Box<dyn Job>>,
    stop: CancellationToken,
) {
    let mut batch = Vec::with_capacity(BATCH);
    loop {
        let taken = tokio::select! {
            biased;
            () = stop.cancelled(), if !waiting.is_closed() => {
                waiting.close();
                continue;
            }
            taken = waiting.recv_many(&mut batch, BATCH) => taken,
        };
        if taken == 0 {
            break;
        }
        let committed = commit(&mut db, &mut batch).await;
        for job in batch.drain(..) {
            job.answer(committed.clone());
        }
    }
    if let Err(error) = db.close().await {
        tracing::warn!(error = %error, "the database did not close cleanly");
    }
}

/// Runs all jobs and commits them. An error means that none was committed: not even those before
/// it, for on a full disk SQLite undoes the whole transaction by itself.
async fn commit(db: &mut AnyConnection, batch: &mut [Box<dyn Job>]) -> Result<()> {
    sql::execute(db, "begin immediate", vec![]).await?;
    let result = run_all(db, batch).await;
    if result.is_err() {
        // May fail where SQLite has done so itself.
        let _ = sql::execute(db, "rollback", vec![]).await;
    }
    result
}

async fn run_all(db: &mut AnyConnection, batch: &mut [Box<dyn Job>]) -> Result<()> {
    for job in batch {
        if job.alone() {
            job.run(db).await;
            continue;
        }
        sql::execute(db, "savepoint job", vec![]).await?;
        if !job.run(db).await {
            sql::execute(db, "rollback to job", vec![]).await?;
        }
        sql::execute(db, "release job", vec![]).await?;
    }
    sql::execute(db, "commit", vec![]).await.map(drop)
}

async fn transact<W: Write>(pool: &AnyPool, work: &W) -> Result<W::Answer> {
    let mut tries = 1;
    loop {
        let result = transact_once(pool, work).await;
        match result {
            Err(super::Error::Broken(fault)) if lost(&fault) && tries < TRIES => {
                // Not at once and not together: those that met would meet again.
                let pause = rand::random_range(1..=10 * u64::from(tries));
                tokio::time::sleep(Duration::from_millis(pause)).await;
                tries += 1;
            }
            other => return other,
        }
    }
}

async fn transact_once<W: Write>(pool: &AnyPool, work: &W) -> Result<W::Answer> {
    let mut transaction = pool.begin().await?;
    let answer = work.run(&mut transaction).await?;
    transaction.commit().await?;
    Ok(answer)
}

/// PostgreSQL undid the transaction for another's sake: serialization failure or deadlock.
fn lost(fault: &Fault) -> bool {
    let Fault::Database(error) = fault else {
        return false;
    };
    code(error).is_some_and(|code| matches!(&*code, "40001" | "40P01"))
}

/// The database's own code of an error.
pub(super) fn code(error: &sqlx::Error) -> Option<Cow<'_, str>> {
    error.as_database_error()?.code()
}

/// The connection that writes. `busy_timeout` comes first: changing the journal mode may have to
/// wait for another program already.
pub(super) async fn sqlite_connection(url: &str) -> Result<AnyConnection> {
    let mut db = super::connect_options(url)?.connect().await?;
    for pragma in [
        "pragma busy_timeout = 10000",
        "pragma journal_mode = wal",
        "pragma synchronous = full",
        "pragma foreign_keys = on",
        // What is deleted is overwritten: an erased key must not stay in a free page.
        "pragma secure_delete = on",
        "pragma cache_size = -16000",
    ] {
        sql::all(&mut db, pragma, vec![]).await?;
    }
    Ok(db)
}

/// For each connection that reads.
pub(super) async fn prepare_sqlite_reader(db: &mut AnyConnection) -> sqlx::Result<()> {
    for pragma in [
        "pragma busy_timeout = 10000",
        "pragma query_only = on",
        "pragma cache_size = -4000",
    ] {
        sqlx::query(pragma).fetch_all(&mut *db).await?;
    }
    Ok(())
}
