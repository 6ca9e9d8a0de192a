//! Photos as a whole: copied elsewhere, checked against what was received, destroyed with a case.

use super::{Error, Photos};
use crate::store::{self, PhotoRow, hash};
use bytes::Bytes;
use model::api::{PhotoSize, PhotoStatus};
use model::id::{CaseId, PhotoId};
use object_store::path::Path as ObjectPath;
use object_store::{ObjectStoreExt, PutPayload};
use std::fmt;

/// Rows read at once.
const ROUND: u32 = 500;

/// What became of the photos.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Checked {
    /// Photos that are whole.
    pub whole: u64,
    /// Those that are not.
    pub broken: Vec<Torn>,
}

/// A photo whose bytes are missing, or others than were received.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Torn {
    /// Which.
    pub photo: PhotoId,
    /// Whose; none before a case has claimed it.
    pub case: Option<CaseId>,
    /// Where its bytes belong, in `photos/` or in the bucket: a backup has them at the same place.
    pub path: String,
}

impl fmt::Display for Torn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Torn { photo, case, path } = self;
        write!(f, "photo {photo} of ")?;
        match case {
            Some(case) => write!(f, "case {case}")?,
            None => write!(f, "no case")?,
        }
        write!(f, ": its bytes are missing or others ({path})")
    }
}

impl Photos {
    /// Copies every photo that the database of `to` names, each checked against its digest. The
    /// database was copied before: a photo that has been removed here since is forgotten there.
    pub async fn copy_into(&self, to: &Photos) -> Result<Checked, Error> {
        let mut checked = Checked::default();
        let mut after = String::new();
        loop {
            let rows = to.store.photos_after(&after, ROUND).await?;
            let Some(last) = rows.last() else {
                return Ok(checked);
            };
            after = last.id.to_string();
            for row in &rows {
                self.copy(row, to, &mut checked).await?;
            }
        }
    }

    /// Reads every photo and compares it with its digest.
    pub async fn verify(&self) -> Result<Checked, Error> {
        let mut checked = Checked::default();
        let mut after = String::new();
        loop {
            let rows = self.store.photos_after(&after, ROUND).await?;
            let Some(last) = rows.last() else {
                return Ok(checked);
            };
            after = last.id.to_string();
            for row in &rows {
                match self.whole(row).await? {
                    Some(_) => checked.whole += 1,
                    // A sweep beside us removes the row first.
                    None if self.is_gone(row).await? => {}
                    None => checked.broken.push(self.torn(row)),
                }
            }
        }
    }

    /// Destroys the pictures of a case: bytes first, so that a power cut in between leaves rows
    /// that still name what is to be destroyed.
    pub async fn destroy_of(&self, case: CaseId) -> Result<u64, Error> {
        let rows = self.store.case_photos(case).await?;
        for row in &rows {
            self.remove_bytes(row).await?;
            self.store.forget_photo(row.id).await?;
        }
        Ok(rows.len() as u64)
    }

    /// A photo as it was received; none where its bytes are missing or others.
    pub async fn whole(&self, row: &PhotoRow) -> Result<Option<Bytes>, Error> {
        let path = self.original(row.id, &row.sha256, row.at);
        let bytes = self.bytes_at(&path).await?;
        Ok(bytes.filter(|bytes| hash(bytes) == row.sha256))
    }

    async fn copy(&self, row: &PhotoRow, to: &Photos, checked: &mut Checked) -> Result<(), Error> {
        let Some(original) = self.whole(row).await? else {
            match self.is_gone(row).await? {
                true => to.store.forget_photo(row.id).await?,
                false => checked.broken.push(self.torn(row)),
            }
            return Ok(());
        };
        let path = to.original(row.id, &row.sha256, row.at);
        to.keep(&path, original, row.at).await?;
        if row.status == PhotoStatus::Ready {
            self.copy_shown(row, to).await?;
        }
        checked.whole += 1;
        Ok(())
    }

    /// Copies what is shown of a photo. Where that is not whole, the server there makes it again.
    async fn copy_shown(&self, row: &PhotoRow, to: &Photos) -> Result<(), Error> {
        for size in [PhotoSize::Thumb, PhotoSize::Full] {
            let Some(shown) = self.copy_of(row, size).await? else {
                return Ok(to.store.remake_photo(row.id).await?);
            };
            let path = to.version(row, size);
            to.objects.put(&path, PutPayload::from(shown)).await?;
        }
        Ok(())
    }

    fn torn(&self, row: &PhotoRow) -> Torn {
        let path = self.original(row.id, &row.sha256, row.at);
        Torn {
            photo: row.id,
            case: row.case,
            path: path.to_string(),
        }
    }

    /// Whether the row has gone since it was read.
    async fn is_gone(&self, row: &PhotoRow) -> Result<bool, Error> {
        match self.store.photo(row.id).await {
            Ok(_) => Ok(false),
            Err(store::Error::NotFound) => Ok(true),
            Err(error) => Err(error.into()),
        }
    }

    pub(super) async fn bytes_at(&self, path: &ObjectPath) -> Result<Option<Bytes>, Error> {
        match self.objects.get(path).await {
            Ok(found) => Ok(Some(super::all_of(found).await?)),
            Err(object_store::Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }
}
