//! Who uses a data folder: servers together, an operation that must be alone by itself.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

/// Held for as long as it lives; the kernel lets go of it also when the program is killed.
#[derive(Debug)]
pub struct Lock {
    _file: File,
}

/// Why the folder cannot be used so.
#[derive(Debug, thiserror::Error)]
pub enum InUse {
    /// Others use it.
    #[error("{0} is in use: stop the server on it first")]
    Others(PathBuf),
    /// An operation that must be alone is under way.
    #[error("{0} is being restored, moved or sealed anew: wait for that to end")]
    Alone(PathBuf),
    /// The file cannot be made.
    #[error("the lock in {0}")]
    File(PathBuf, #[source] io::Error),
}

impl Lock {
    /// For a server: several may share the folder.
    pub fn shared(data_dir: &Path) -> Result<Lock, InUse> {
        let file = open(data_dir)?;
        match file.try_lock_shared() {
            Ok(()) => Ok(Lock { _file: file }),
            Err(TryLockError::WouldBlock) => Err(InUse::Alone(data_dir.to_owned())),
            Err(TryLockError::Error(error)) => Err(InUse::File(data_dir.to_owned(), error)),
        }
    }

    /// For what must be alone.
    pub fn alone(data_dir: &Path) -> Result<Lock, InUse> {
        let file = open(data_dir)?;
        match file.try_lock() {
            Ok(()) => Ok(Lock { _file: file }),
            Err(TryLockError::WouldBlock) => Err(InUse::Others(data_dir.to_owned())),
            Err(TryLockError::Error(error)) => Err(InUse::File(data_dir.to_owned(), error)),
        }
    }
}

fn open(data_dir: &Path) -> Result<File, InUse> {
    let failed = |error| InUse::File(data_dir.to_owned(), error);
    fs::create_dir_all(data_dir).map_err(failed)?;
    let mut how = OpenOptions::new();
    how.create(true).truncate(false).write(true);
    how.open(data_dir.join("in-use.lock")).map_err(failed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn servers_share_and_operations_do_not() {
        let dir = tempfile::tempdir().expect("a folder");
        let (one, two) = (Lock::shared(dir.path()), Lock::shared(dir.path()));
        assert!(matches!(Lock::alone(dir.path()), Err(InUse::Others(_))));
        drop((one.expect("shared"), two.expect("shared")));
        let alone = Lock::alone(dir.path()).expect("alone");
        assert!(matches!(Lock::shared(dir.path()), Err(InUse::Alone(_))));
        drop(alone);
        Lock::shared(dir.path()).expect("free again");
    }
}
