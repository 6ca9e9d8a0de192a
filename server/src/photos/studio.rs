//! The one thread on which pictures are decoded. Each takes tens of megabytes for a moment, and
//! the allocator keeps some of what a thread gives back for that same thread. Measured with 32
//! clients handing in cases with photos of 100 KB: where any of tokio's forty blocking threads
//! decoded, 311 MB stayed; here 71 MB. Another allocator (mimalloc) kept more.

use super::{Versions, versions};
use bytes::Bytes;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, mpsc};
use std::thread;
use std::time::Duration;
use tokio::sync::oneshot;
use tokio::time::Instant;

/// Added to the niceness: 19 is as nice as a thread can be.
const LOWEST: i32 = 19;

/// Work for the disk too, that those who hand something in would wait for: the next picture begins
/// when none is just being kept, and after so long in any case.
const WAIT_AT_MOST: Duration = Duration::from_secs(2);
/// Between two looks whether it may begin.
const LOOK_EVERY: Duration = Duration::from_millis(50);

/// Where pictures are made ready to be shown, one after the other.
#[derive(Clone, Debug)]
pub(super) struct Studio {
    jobs: mpsc::Sender<Job>,
    keeping: Arc<AtomicUsize>,
}

/// While this lives, somebody waits for a picture to be kept.
#[derive(Debug)]
pub(super) struct Keeping(Arc<AtomicUsize>);

impl Drop for Keeping {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

struct Job {
    bytes: Bytes,
    made: oneshot::Sender<Option<Versions>>,
}

impl Studio {
    /// Starts the thread. It ends when nobody can send it anything any more.
    pub fn open() -> io::Result<Studio> {
        let (jobs, waiting) = mpsc::channel();
        let name = "pictures".to_owned();
        thread::Builder::new().name(name).spawn(|| work(waiting))?;
        Ok(Studio {
            jobs,
            keeping: Arc::default(),
        })
    }

    /// The next picture waits while the answer lives.
    pub fn give_way(&self) -> Keeping {
        self.keeping.fetch_add(1, Ordering::Relaxed);
        Keeping(Arc::clone(&self.keeping))
    }

    /// Waits for a moment in which nobody waits for a picture to be kept.
    pub async fn quiet(&self) {
        let until = Instant::now() + WAIT_AT_MOST;
        while self.keeping.load(Ordering::Relaxed) > 0 && Instant::now() < until {
            tokio::time::sleep(LOOK_EVERY).await;
        }
    }

    /// The versions of a picture; none where nobody can read it.
    pub async fn versions(&self, bytes: Bytes) -> Option<Versions> {
        let (made, answer) = oneshot::channel();
        self.jobs.send(Job { bytes, made }).ok()?;
        answer.await.ok()?
    }
}

/// Whoever hands something in waits; a picture's versions may come later. Nothing else of the server
/// waits for this thread, so that it may go hungry while there is other work: measured with 32
/// clients, it took two fifths of both cores away from them.
fn lowest_priority() {
    // Of this thread alone, as Linux reads it; elsewhere it is a courtesy that may fail.
    if let Err(error) = rustix::process::nice(LOWEST) {
        tracing::debug!(error = %error, "pictures are made at ordinary priority");
    }
}

fn work(waiting: mpsc::Receiver<Job>) {
    lowest_priority();
    for Job { bytes, made } in waiting {
        // A decoder that panics has met a picture nobody can read; the next one is another's.
        let versions = catch_unwind(AssertUnwindSafe(|| versions(&bytes)));
        // Nobody waits any more where the server is stopping.
        let _ = made.send(versions.ok().flatten());
    }
}
