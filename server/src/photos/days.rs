//! The folder of each day, on disk before the first photo of the day is acknowledged.
//!
//! object_store syncs the folders it makes, but whoever finds one that another upload has just made
//! does not wait for that: after a power cut the folder could be gone with the photos in it.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use tokio::sync::Mutex;
use tokio::task::spawn_blocking;

/// The days whose folder is on disk. An object store elsewhere has no folders.
#[derive(Debug)]
pub(super) struct Days {
    photos: Option<PathBuf>,
    open: Mutex<Option<String>>,
}

impl Days {
    pub fn under(photos: Option<PathBuf>) -> Days {
        Days {
            photos,
            open: Mutex::new(None),
        }
    }

    /// Makes the folder of `day` durable; everybody waits for whoever does it first.
    pub async fn open(&self, day: &str) -> io::Result<()> {
        let Some(photos) = &self.photos else {
            return Ok(());
        };
        let mut open = self.open.lock().await;
        if open.as_deref() == Some(day) {
            return Ok(());
        }
        let (photos, name) = (photos.clone(), day.to_owned());
        spawn_blocking(move || make(&photos, &name)).await??;
        *open = Some(day.to_owned());
        Ok(())
    }
}

fn make(photos: &Path, day: &str) -> io::Result<()> {
    let originals = photos.join("originals");
    fs::create_dir_all(originals.join(day))?;
    let data = photos.parent().unwrap_or(Path::new("."));
    for folder in [&originals, photos, data] {
        File::open(folder)?.sync_all()?;
    }
    Ok(())
}
