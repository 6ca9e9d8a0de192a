//! How writes are committed.
//!
//! SQLite lets one connection write at a time and waits for the disk at each commit. So one thread
//! owns that connection, takes all writes that wait and commits them together: one wait for the disk
//! for all of them. Where one fails, all are undone and run again, each inside a savepoint, so that
//! the failed one undoes itself alone. Nobody is answered before the disk has it. PostgreSQL does the
//! like by itself; there each write is its own transaction, run again when the database asks for it.

use super::db::{Db, File};
use super::{Fault, Result, sql};
use futures::FutureExt;
use futures::future::BoxFuture;
use sqlx::AnyPool;
use std::borrow::Cow;
use std::future::Future;
use std::io;
use std::panic::AssertUnwindSafe;
use std::thread::{self, JoinHandle};
use std::time::Duration;
use tokio::runtime::Handle;
use tokio::sync::{Mutex, mpsc, oneshot};
use tokio::task::spawn_blocking;
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

    /// It changes something by one statement alone, which undoes itself where it fails.
    const ALONE: bool = false;
    /// A power cut may lose it: whoever waits is told before the disk has it.
    const FLEETING: bool = false;

    fn run(&self, db: &mut Db<'_>) -> impl Future<Output = Result<Self::Answer>> + Send;
}

/// Where writes go.
#[derive(Debug)]
pub(super) enum Writer {
    Sqlite {
        jobs: mpsc::Sender<Box<dyn Job>>,
        stop: CancellationToken,
        thread: Mutex<Option<JoinHandle<()>>>,
    },
    Postgres(AnyPool),
}

impl Writer {
    /// Starts the thread that owns `connection`.
    pub fn sqlite(connection: File) -> io::Result<Writer> {
        let (jobs, waiting) = mpsc::channel(WAITING);
        let stop = CancellationToken::new();
        let writing = write_all(connection, waiting, stop.clone());
        let runtime = Handle::current();
        let thread = thread::Builder::new().name("writer".to_owned());
        let thread = thread.spawn(move || runtime.block_on(writing))?;
        Ok(Writer::Sqlite {
            jobs,
            stop,
            thread: Mutex::new(Some(thread)),
        })
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
                    reply: Some(reply),
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
        let Writer::Sqlite { stop, thread, .. } = self else {
            return;
        };
        stop.cancel();
        let Some(thread) = thread.lock().await.take() else {
            return;
        };
        if !matches!(spawn_blocking(|| thread.join()).await, Ok(Ok(()))) {
            tracing::error!("the writer ended early");
        }
    }
}

/// A write with its kind forgotten, so that one channel carries them all.
pub(super) trait Job: Send {
    /// [`Write::ALONE`].
    fn alone(&self) -> bool;
    /// Runs; false where it failed and must be undone.
    fn run<'c>(&'c mut self, db: &'c mut Db<'_>) -> BoxFuture<'c, bool>;
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
    /// None once answered.
    reply: Option<oneshot::Sender<Result<W::Answer>>>,
    result: Result<W::Answer>,
}

impl<W: Write> Waiting<W> {
    fn tell(&mut self, result: Result<W::Answer>) {
        if let Some(reply) = self.reply.take() {
            // Nobody waits any more where the client has gone.
            let _ = reply.send(result);
        }
    }
}

impl<W: Write> Job for Waiting<W> {
    fn alone(&self) -> bool {
        W::ALONE
    }

    fn run<'c>(&'c mut self, db: &'c mut Db<'_>) -> BoxFuture<'c, bool> {
        Box::pin(async move {
            // A fault in one write must not end the thread all others depend on.
            let run = AssertUnwindSafe(self.work.run(db)).catch_unwind();
            let result = run.await.unwrap_or_else(|_| Err(Fault::Panicked.into()));
            let done = result.is_ok();
            match W::FLEETING {
                true => self.tell(result),
                false => self.result = result,
            }
            done
        })
    }

    fn answer(mut self: Box<Self>, committed: Result<()>) {
        let result = std::mem::replace(&mut self.result, Err(Fault::Closed.into()));
        // A write that failed says why, whatever became of the others.
        self.tell(result.and_then(|answer| committed.map(|()| answer)));
    }
}

async fn write_all(
    mut connection: File,
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
        let committed = commit(&mut Db::Sqlite(&mut connection), &mut batch).await;
        for job in batch.drain(..) {
            job.answer(committed.clone());
        }
    }
    if let Err(error) = connection.close() {
        tracing::warn!(error = %error, "the database did not close cleanly");
    }
}

/// Runs all jobs and commits them. An error means that none was committed: not even those before
/// it, for on a full disk SQLite undoes the whole transaction by itself.
async fn commit(db: &mut Db<'_>, batch: &mut [Box<dyn Job>]) -> Result<()> {
    // A savepoint keeps a copy of each page that is changed after it, and hardly ever one is needed.
    for apart in [false, true] {
        sql::execute(db, "begin immediate", vec![]).await?;
        let ran = run_all(db, batch, apart).await;
        let done = match ran {
            Ok(true) => sql::execute(db, "commit", vec![]).await.map(|_| true),
            other => other,
        };
        match done {
            Ok(true) => break,
            // May fail where SQLite has done so itself.
            _ => drop(sql::execute(db, "rollback", vec![]).await),
        }
        done?;
    }
    Ok(())
}

/// Whether all can be committed: none failed, or each was `apart`.
async fn run_all(db: &mut Db<'_>, batch: &mut [Box<dyn Job>], apart: bool) -> Result<bool> {
    for job in batch {
        if job.alone() {
            job.run(db).await;
        } else if apart {
            run_apart(db, job.as_mut()).await?;
        } else if !job.run(db).await {
            return Ok(false);
        }
    }
    Ok(true)
}

async fn run_apart(db: &mut Db<'_>, job: &mut dyn Job) -> Result<()> {
    sql::execute(db, "savepoint job", vec![]).await?;
    if !job.run(db).await {
        sql::execute(db, "rollback to job", vec![]).await?;
    }
    sql::execute(db, "release job", vec![]).await.map(drop)
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
    let answer = work.run(&mut Db::Postgres(&mut transaction)).await?;
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

/// The connection that writes.
pub(super) fn sqlite_connection(url: &str) -> Result<File> {
    let pragmas = [
        "journal_mode = wal",
        "synchronous = full",
        "foreign_keys = on",
        // What is deleted is overwritten: an erased key must not stay in a free page.
        "secure_delete = on",
        "cache_size = -8000",
        // 16 MB of log before it is tidied into the file: pages that change often go there once.
        "wal_autocheckpoint = 4000",
    ];
    File::open(url, &pragmas)
}
