//! Uploads on their way in. How much memory they take does not depend on how many people upload
//! at once, how large their pictures are or how slow their lines: so many upload at once, what is
//! larger than a phone's shrunk picture waits on disk, and few of those are in memory together.

use axum::body::{Body, BodyDataStream};
use bytes::Bytes;
use futures::StreamExt;
use model::api::PHOTO_MAX_BYTES;
use std::io::{self, Read, Seek, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use tempfile::{SpooledData, SpooledTempFile};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;

/// So many upload at once; the rest wait, their bytes still on the phone.
const AT_ONCE: usize = 48;
/// A burst is over by then. Whoever waits longer is told to come again, rather than left hanging:
/// the app keeps the picture and tries again by itself.
const WAIT_AT_MOST: Duration = Duration::from_secs(10);
/// A picture of so many bytes stays in memory: the app shrinks them to less. All at once: 24 MB.
const IN_MEMORY: usize = 512 * 1024;
/// So many larger ones are read back into memory together: 32 MB.
const LARGE_AT_ONCE: usize = 4;
/// So many bytes too many are still heard out, and forgotten: who is cut off in mid-sentence sees a
/// broken line and sends it all again, instead of reading that it is too large.
const HEARD_OUT: usize = 3 * PHOTO_MAX_BYTES;
/// A line on which nothing comes for so long is dead, and its place another's.
const STALLED: Duration = Duration::from_secs(20);

/// Why an upload did not arrive.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Too many upload at once; the client should come again.
    #[error("too many upload at once")]
    Full,
    /// More bytes than a photo may have.
    #[error("more than {PHOTO_MAX_BYTES} bytes")]
    TooLarge,
    /// The line broke.
    #[error("the upload broke off")]
    Broken,
    /// The line is silent.
    #[error("the upload stalled")]
    Stalled,
    /// The disk.
    #[error("the folder for uploads on their way")]
    Disk(#[from] io::Error),
}

/// The door uploads come through. Clones share it.
#[derive(Clone, Debug)]
pub struct Door {
    folder: PathBuf,
    uploads: Arc<Semaphore>,
    large: Arc<Semaphore>,
}

/// A picture that has arrived. It keeps its place until it is dropped.
#[derive(Debug)]
pub struct Arrived {
    /// As received.
    pub bytes: Bytes,
    _places: (OwnedSemaphorePermit, Option<OwnedSemaphorePermit>),
}

impl Door {
    /// What does not fit in memory waits under `folder`, in files without a name: nothing is left
    /// of them when the program ends, however it ends.
    pub fn open(folder: &Path) -> io::Result<Door> {
        std::fs::create_dir_all(folder)?;
        Ok(Door {
            folder: folder.to_owned(),
            uploads: Arc::new(Semaphore::new(AT_ONCE)),
            large: Arc::new(Semaphore::new(LARGE_AT_ONCE)),
        })
    }

    /// Takes a whole upload in.
    pub async fn receive(&self, body: Body) -> Result<Arrived, Error> {
        let place = self.place().await?;
        let (spool, length) = self.spool(body.into_data_stream()).await?;
        match spool.into_inner() {
            SpooledData::InMemory(buffer) => Ok(Arrived {
                bytes: buffer.into_inner().into(),
                _places: (place, None),
            }),
            SpooledData::OnDisk(file) => {
                let large = Arc::clone(&self.large).acquire_owned().await;
                let large = large.map_err(|_| Error::Full)?;
                Ok(Arrived {
                    bytes: read_back(file, length).await?,
                    _places: (place, Some(large)),
                })
            }
        }
    }

    async fn place(&self) -> Result<OwnedSemaphorePermit, Error> {
        let waiting = Arc::clone(&self.uploads).acquire_owned();
        match timeout(WAIT_AT_MOST, waiting).await {
            Ok(Ok(place)) => Ok(place),
            _ => Err(Error::Full),
        }
    }

    async fn spool(&self, mut pieces: BodyDataStream) -> Result<(SpooledTempFile, usize), Error> {
        let mut spool = SpooledTempFile::new_in(IN_MEMORY, &self.folder);
        let mut length = 0;
        while let Some(piece) = next(&mut pieces).await? {
            length += piece.len();
            if length > PHOTO_MAX_BYTES {
                drop(spool);
                hear_out(pieces).await?;
                return Err(Error::TooLarge);
            }
            spool = write(spool, piece, length).await?;
        }
        Ok((spool, length))
    }
}

/// The next piece; none at the end.
async fn next(pieces: &mut BodyDataStream) -> Result<Option<Bytes>, Error> {
    let piece = timeout(STALLED, pieces.next()).await;
    let piece = piece.map_err(|_| Error::Stalled)?;
    piece.transpose().map_err(|_| Error::Broken)
}

/// Takes what is still coming off the line, up to [`HEARD_OUT`].
async fn hear_out(mut pieces: BodyDataStream) -> Result<(), Error> {
    let mut heard = 0;
    while let Some(piece) = next(&mut pieces).await? {
        heard += piece.len();
        if heard > HEARD_OUT {
            break;
        }
    }
    Ok(())
}

/// Appends a piece that makes `length` bytes in all; away from the async threads where that means
/// the disk.
async fn write(
    mut spool: SpooledTempFile,
    piece: Bytes,
    length: usize,
) -> io::Result<SpooledTempFile> {
    if length <= IN_MEMORY {
        spool.write_all(&piece)?;
        return Ok(spool);
    }
    let written = tokio::task::spawn_blocking(move || {
        spool.write_all(&piece)?;
        Ok(spool)
    });
    written.await.map_err(io::Error::other)?
}

/// The buffer is made here and not on the thread that fills it: the allocator keeps some of what
/// each thread gave back, and of those threads there are many.
async fn read_back(mut file: std::fs::File, length: usize) -> io::Result<Bytes> {
    let mut bytes = Vec::with_capacity(length);
    let read = tokio::task::spawn_blocking(move || {
        file.rewind()?;
        file.read_to_end(&mut bytes)?;
        Ok(Bytes::from(bytes))
    });
    read.await.map_err(io::Error::other)?
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures::stream;
    use std::sync::atomic::{AtomicUsize, Ordering};

    fn door() -> (Door, tempfile::TempDir) {
        let folder = tempfile::tempdir().expect("a folder");
        (
            Door::open(&folder.path().join("incoming")).expect("a door"),
            folder,
        )
    }

    /// A body of so many bytes, in pieces as a line brings them.
    fn body(length: usize) -> Body {
        let bytes: Vec<u8> = (0..length).map(|n| (n % 251) as u8).collect();
        let pieces: Vec<_> = bytes
            .chunks(16 * 1024)
            .map(|piece| Ok::<_, io::Error>(piece.to_vec()))
            .collect();
        Body::from_stream(stream::iter(pieces))
    }

    #[tokio::test]
    async fn small_and_large_arrive_whole_and_leave_no_file() {
        let (door, folder) = door();
        for length in [0, 1, IN_MEMORY, IN_MEMORY + 1, PHOTO_MAX_BYTES] {
            let arrived = door.receive(body(length)).await.expect("arrived");
            assert_eq!(arrived.bytes.len(), length);
            let whole = arrived
                .bytes
                .iter()
                .enumerate()
                .all(|(n, byte)| *byte == (n % 251) as u8);
            assert!(whole, "{length}");
        }
        let left = std::fs::read_dir(folder.path().join("incoming")).expect("a folder");
        assert_eq!(left.count(), 0);
    }

    #[tokio::test]
    async fn what_is_too_large_or_breaks_off_is_told_apart() {
        let (door, _folder) = door();
        let large = door.receive(body(PHOTO_MAX_BYTES + 1)).await;
        assert!(matches!(large, Err(Error::TooLarge)), "{large:?}");
        let pieces = [Ok(vec![1; 10]), Err(io::Error::other("gone"))];
        let broken = door.receive(Body::from_stream(stream::iter(pieces))).await;
        assert!(matches!(broken, Err(Error::Broken)), "{broken:?}");
    }

    #[tokio::test]
    async fn what_is_too_large_is_heard_out_and_what_is_endless_is_not() {
        let (door, _folder) = door();
        for (length, heard_at_most) in [
            (PHOTO_MAX_BYTES * 2, PHOTO_MAX_BYTES * 2),
            (PHOTO_MAX_BYTES * 9, PHOTO_MAX_BYTES + HEARD_OUT + 64 * 1024),
        ] {
            let heard = Arc::new(AtomicUsize::new(0));
            let counter = Arc::clone(&heard);
            let pieces = (0..length / 65_536).map(move |_| {
                counter.fetch_add(65_536, Ordering::Relaxed);
                Ok::<_, io::Error>(vec![0; 65_536])
            });
            let large = door.receive(Body::from_stream(stream::iter(pieces))).await;
            assert!(matches!(large, Err(Error::TooLarge)), "{large:?}");
            let heard = heard.load(Ordering::Relaxed);
            assert!(heard > length.min(heard_at_most) - 65_536, "{heard}");
            assert!(heard <= heard_at_most + 65_536, "{heard}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_silent_line_gives_its_place_up() {
        let (door, _folder) = door();
        let silent = Body::from_stream(stream::pending::<io::Result<Vec<u8>>>());
        let stalled = door.receive(silent).await;
        assert!(matches!(stalled, Err(Error::Stalled)), "{stalled:?}");
        assert_eq!(door.uploads.available_permits(), AT_ONCE);
    }

    #[tokio::test(start_paused = true)]
    async fn so_many_upload_at_once_and_the_next_is_sent_away_after_a_while() {
        let (door, _folder) = door();
        let mut held = Vec::new();
        for _ in 0..AT_ONCE {
            held.push(door.receive(body(10)).await.expect("arrived"));
        }
        let waiting = door.receive(body(10));
        let freed = async {
            tokio::time::sleep(WAIT_AT_MOST / 2).await;
            drop(held.pop());
        };
        let (next, ()) = tokio::join!(waiting, freed);
        held.push(next.expect("a place came free"));
        let full = door.receive(body(10)).await;
        assert!(matches!(full, Err(Error::Full)), "{full:?}");
    }

    #[tokio::test]
    async fn few_large_ones_are_in_memory_together() {
        let (door, _folder) = door();
        let large = || door.receive(body(IN_MEMORY + 1));
        let mut held = Vec::new();
        for _ in 0..LARGE_AT_ONCE {
            held.push(large().await.expect("arrived"));
        }
        assert_eq!(door.large.available_permits(), 0);
        let soon = timeout(Duration::from_millis(50), large()).await;
        assert!(soon.is_err(), "{soon:?}");
        drop(held);
        large().await.expect("arrived");
    }
}
