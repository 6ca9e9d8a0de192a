//! Photos as a whole: copied elsewhere, checked against what was received, destroyed with a case.

use super::{Error, Photos};
use crate::store::{self, PhotoRow, hash};
use model::api::{PhotoSize, PhotoStatus};
use model::id::CaseId;
use object_store::path::Path as ObjectPath;
use object_store::{ObjectStoreExt, PutPayload};

/// Rows read at once.
const ROUND: u32 = 500;

/// What became of the photos.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Checked {
    /// Photos that are whole.
    pub whole: u64,
    /// Ids of those that are not, and why.
    pub broken: Vec<String>,
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
                    None => checked.broken.push(row.id.to_string()),
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
    pub async fn whole(&self, row: &PhotoRow) -> Result<Option<Vec<u8>>, Error> {
        let path = self.original(row.id, &row.sha256, row.at);
        let bytes = self.bytes_at(&path).await?;
        Ok(bytes.filter(|bytes| hash(bytes) == row.sha256))
    }

    async fn copy(&self, row: &PhotoRow, to: &Photos, checked: &mut Checked) -> Result<(), Error> {
        let Some(original) = self.whole(row).await? else {
            match self.is_gone(row).await? {
                true => to.store.forget_photo(row.id).await?,
                false => checked.broken.push(row.id.to_string()),
            }
            return Ok(());
        };
        let path = to.original(row.id, &row.sha256, row.at);
        to.keep(&path, original.into(), row.at).await?;
        if row.status == PhotoStatus::Ready {
            for size in [PhotoSize::Thumb, PhotoSize::Full] {
                let Some(version) = self.bytes_at(&self.version(row, size)).await? else {
                    checked.broken.push(row.id.to_string());
                    return Ok(());
                };
                let path = to.version(row, size);
                to.objects.put(&path, PutPayload::from(version)).await?;
            }
        }
        checked.whole += 1;
        Ok(())
    }

    /// Whether the row has gone since it was read.
    async fn is_gone(&self, row: &PhotoRow) -> Result<bool, Error> {
        match self.store.photo(row.id).await {
            Ok(_) => Ok(false),
            Err(store::Error::NotFound) => Ok(true),
            Err(error) => Err(error.into()),
        }
    }

    async fn bytes_at(&self, path: &ObjectPath) -> Result<Option<Vec<u8>>, Error> {
        match self.objects.get(path).await {
            Ok(found) => Ok(Some(super::whole(found).await?.into())),
            Err(object_store::Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }
}
