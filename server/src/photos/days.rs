//! Originals on this machine's own disk, in a folder for each day.
//!
//! Before anybody is told that a photo was kept, its bytes are on disk, its name in the folder, and
//! the folder itself: after a power cut a folder could be gone with the photos in it. What many
//! uploads wait for at once, the disk is asked for once.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use tokio::task::spawn_blocking;

/// The folders of the days.
#[derive(Debug)]
pub(super) struct Days {
    photos: PathBuf,
    /// The day that was last written to; its folder is on disk.
    open: tokio::sync::Mutex<Option<Arc<Day>>>,
}

/// The folder of one day.
#[derive(Debug)]
struct Day {
    name: String,
    path: PathBuf,
    folder: File,
    /// How many names were written into the folder since it was opened.
    named: AtomicU64,
    /// How many of them are on disk for sure.
    synced: Mutex<u64>,
}

impl Days {
    pub fn under(photos: PathBuf) -> Days {
        Days {
            photos,
            open: tokio::sync::Mutex::new(None),
        }
    }

    /// Makes a file of these bytes durable. False where the day has one of that name: it may be
    /// half of one, left by a power cut, and is not touched.
    pub async fn keep(
        &self,
        day: &str,
        name: &str,
        bytes: impl AsRef<[u8]> + Send + 'static,
    ) -> io::Result<bool> {
        let day = self.open(day).await?;
        let path = day.path.join(name);
        spawn_blocking(move || day.keep(&path, bytes.as_ref())).await?
    }

    /// The folder of `day`, durable; everybody waits for whoever opens it first.
    async fn open(&self, day: &str) -> io::Result<Arc<Day>> {
        let mut open = self.open.lock().await;
        match &*open {
            Some(open) if open.name == day => Ok(Arc::clone(open)),
            _ => {
                let (photos, name) = (self.photos.clone(), day.to_owned());
                let day = Arc::new(spawn_blocking(move || Day::open(&photos, name)).await??);
                *open = Some(Arc::clone(&day));
                Ok(day)
            }
        }
    }
}

impl Day {
    fn open(photos: &Path, name: String) -> io::Result<Day> {
        let originals = photos.join("originals");
        let path = originals.join(&name);
        fs::create_dir_all(&path)?;
        let data = photos.parent().unwrap_or(Path::new("."));
        for folder in [&originals, photos, data] {
            File::open(folder)?.sync_all()?;
        }
        Ok(Day {
            name,
            folder: File::open(&path)?,
            path,
            named: AtomicU64::new(0),
            synced: Mutex::new(0),
        })
    }

    fn keep(&self, path: &Path, bytes: &[u8]) -> io::Result<bool> {
        let mut file = match File::create_new(path) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => return Ok(false),
            file => file?,
        };
        let written = file.write_all(bytes).and_then(|()| file.sync_data());
        if let Err(error) = written.and_then(|()| self.sync_name()) {
            // Nobody was told of it: a full disk has its place back. The name stays, for it may have
            // become somebody else's file meanwhile; one that has no row is swept in time.
            let _ = file.set_len(0);
            return Err(error);
        }
        Ok(true)
    }

    /// Waits until the disk has the name that was written before: whoever comes first asks for all
    /// who have written theirs by then.
    fn sync_name(&self) -> io::Result<()> {
        let mine = self.named.fetch_add(1, Ordering::SeqCst) + 1;
        let mut synced = self.synced.lock().unwrap_or_else(PoisonError::into_inner);
        if *synced < mine {
            let named = self.named.load(Ordering::SeqCst);
            self.folder.sync_all()?;
            *synced = named;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn many_at_once_are_kept_whole_and_none_is_written_over() {
        let folder = tempfile::tempdir().expect("a folder");
        let photos = folder.path().join("photos");
        let days = Arc::new(Days::under(photos.clone()));
        let keep = |n: u8| {
            let days = Arc::clone(&days);
            async move { days.keep("2026-11-25", &n.to_string(), vec![n; 999]).await }
        };
        let kept = futures::future::join_all((0..40).map(keep)).await;
        assert!(kept.into_iter().all(|kept| kept.expect("kept")));
        let again = days.keep("2026-11-25", "7", vec![0]).await;
        assert!(!again.expect("looked"));
        for n in 0..40u8 {
            let file = photos.join("originals/2026-11-25").join(n.to_string());
            assert_eq!(fs::read(file).expect("there"), vec![n; 999]);
        }
        let open = days.open("2026-11-25").await.expect("open");
        assert_eq!(*open.synced.lock().expect("free"), 40);
    }

    #[tokio::test]
    async fn what_cannot_be_written_leaves_nothing() {
        let folder = tempfile::tempdir().expect("a folder");
        let days = Days::under(folder.path().join("photos"));
        let kept = days.keep("2026-11-25", "no/such/folder", vec![1]).await;
        assert!(kept.is_err());
    }
}
