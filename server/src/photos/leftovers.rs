//! Files that an upload cut short has left: a power cut in the middle of writing leaves a file under
//! a name that nobody is ever given (object_store writes to `NAME#1` and renames), and nothing else
//! would ever look at it again.

use model::time::TimeMs;
use std::ffi::OsStr;
use std::fs::{self, DirEntry};
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use tokio::task::spawn_blocking;

/// Nobody is still writing a file that nothing came to for so long.
const DEAD_AFTER: Duration = Duration::from_secs(10 * 60);

/// The folders in which such files lie. A bucket elsewhere has none of them: there a picture is
/// there whole, or not at all.
#[derive(Clone, Debug)]
pub(super) struct Leftovers {
    incoming: PathBuf,
    photos: Option<PathBuf>,
}

impl Leftovers {
    pub fn of(incoming: PathBuf, photos: Option<PathBuf>) -> Leftovers {
        Leftovers { incoming, photos }
    }

    /// Removes them. Other servers may be at work in the same folders: what was touched within
    /// [`DEAD_AFTER`] stays.
    pub async fn clear(&self, now: TimeMs) -> io::Result<()> {
        let this = self.clone();
        spawn_blocking(move || this.clear_now(before(now))).await?
    }

    fn clear_now(&self, before: SystemTime) -> io::Result<()> {
        // Where the system knows no files without a name, uploads on their way have one.
        let mut cleared = clear_folder(&self.incoming, before, |_| true)?;
        for kind in ["originals", "versions"] {
            let Some(photos) = &self.photos else {
                break;
            };
            for day in entries(&photos.join(kind))? {
                cleared += clear_folder(&day?.path(), before, is_staged)?;
            }
        }
        if cleared > 0 {
            tracing::info!(cleared, "what uploads cut short had left is cleared away");
        }
        Ok(())
    }
}

fn before(now: TimeMs) -> SystemTime {
    let since = Duration::from_millis(now.0.try_into().unwrap_or_default());
    UNIX_EPOCH + since.saturating_sub(DEAD_AFTER)
}

/// Whether a file has the name under which object_store writes before it renames.
fn is_staged(name: &OsStr) -> bool {
    let name = name.to_string_lossy();
    let number = name.split_once('#').map(|(_, number)| number);
    number.is_some_and(|n| !n.is_empty() && n.bytes().all(|byte| byte.is_ascii_digit()))
}

fn clear_folder(folder: &Path, before: SystemTime, which: fn(&OsStr) -> bool) -> io::Result<u32> {
    let mut cleared = 0;
    for entry in entries(folder)? {
        let entry = entry?;
        if which(&entry.file_name()) && untouched_since(&entry, before) {
            cleared += u32::from(remove(&entry.path())?);
        }
    }
    Ok(cleared)
}

/// False where another server was quicker.
fn remove(file: &Path) -> io::Result<bool> {
    match fs::remove_file(file) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}

/// A file that is gone meanwhile was another server's, and no leftover.
fn untouched_since(entry: &DirEntry, before: SystemTime) -> bool {
    let modified = entry.metadata().and_then(|about| about.modified());
    modified.is_ok_and(|modified| modified < before)
}

/// What is in a folder; nothing where there is none.
fn entries(folder: &Path) -> io::Result<impl Iterator<Item = io::Result<DirEntry>>> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => Some(entries),
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        Err(error) => return Err(error),
    };
    Ok(entries.into_iter().flatten())
}
