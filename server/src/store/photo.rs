//! Rows of photos; the pictures themselves are kept by [`crate::photos`].

use super::db::{Db, Row};
use super::sql::{self, all, args, execute, found, one};
use super::writer::Write;
use super::{Error, Result, Store, Taken};
use model::api::PhotoStatus;
use model::id::{CaseId, PhotoId};
use model::time::TimeMs;

/// A photo about to be recorded; its bytes are stored already.
#[derive(Clone, Debug)]
pub struct NewPhoto {
    /// The client's id.
    pub id: PhotoId,
    /// SHA-256 of the bytes as received.
    pub sha256: [u8; 32],
    /// How many there are.
    pub bytes: u64,
    /// What they are by their first bytes, not by what the client said.
    pub media_type: &'static str,
    /// When they came.
    pub at: TimeMs,
}

/// A photo as recorded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PhotoRow {
    /// Its id.
    pub id: PhotoId,
    /// The case that has claimed it.
    pub case: Option<CaseId>,
    /// The field it answers, or `event`; empty until claimed.
    pub field: String,
    /// The event it came with.
    pub seq: Option<u32>,
    /// What has become of it.
    pub status: PhotoStatus,
    /// Pixels across of the version to show.
    pub width: Option<u32>,
    /// Pixels down.
    pub height: Option<u32>,
    /// The type of the bytes as received.
    pub media_type: String,
    /// How many bytes were received.
    pub bytes: u64,
    /// Their SHA-256.
    pub sha256: [u8; 32],
    /// When they came.
    pub at: TimeMs,
    /// SHA-256 of the copy of each size; none before they are made, and beside copies of an earlier
    /// version of this program.
    pub copies: Option<CopyDigests>,
}

/// SHA-256 of the copies that are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CopyDigests {
    /// Of the small one.
    pub thumb: [u8; 32],
    /// Of the large one.
    pub full: [u8; 32],
}

/// What a photo was made into, to be shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Copies {
    /// Pixels across of the large copy.
    pub width: u32,
    /// Pixels down.
    pub height: u32,
    /// What both are told from torn ones by.
    pub digests: CopyDigests,
}

macro_rules! photo_columns {
    () => {
        "id, case_id, field, seq, status, width, height, media_type, bytes, sha256, created_at,
         thumb_sha256, full_sha256"
    };
}

/// For going through all of them.
pub(super) const AFTER: &str = concat!(
    "select ",
    photo_columns!(),
    " from photos where id > $1 order by id limit $2"
);

impl Store {
    /// The photo. [`Error::NotFound`] where there is none.
    pub async fn photo(&self, id: PhotoId) -> Result<PhotoRow> {
        let statement = concat!("select ", photo_columns!(), " from photos where id = $1");
        let row = one(self.pool(), statement, args![id.to_string()]).await?;
        photo(&found(row)?)
    }

    /// Records a photo. False where one of that id is recorded already.
    pub async fn insert_photo(&self, new: &NewPhoto) -> Result<bool> {
        let inserted = self
            .execute(
                "insert into photos (id, sha256, bytes, media_type, status, created_at)
                 values ($1, $2, $3, $4, 'received', $5) on conflict (id) do nothing",
                args![
                    new.id.to_string(),
                    new.sha256.as_slice(),
                    i64::try_from(new.bytes).unwrap_or(i64::MAX),
                    new.media_type,
                    new.at,
                ],
            )
            .await?;
        Ok(inserted == 1)
    }

    /// Photos whose versions to show are not made yet, oldest first.
    pub async fn waiting_photos(&self, limit: u32) -> Result<Vec<PhotoRow>> {
        let statement = concat!(
            "select ",
            photo_columns!(),
            " from photos where status = 'received' order by created_at limit $1"
        );
        let rows = all(self.pool(), statement, args![limit]).await?;
        rows.iter().map(photo).collect()
    }

    /// Records what has become of a photo: its copies where it can be shown.
    pub async fn finish_photo(&self, id: PhotoId, made: Option<&Copies>) -> Result<()> {
        let status = match made {
            Some(_) => PhotoStatus::Ready,
            None => PhotoStatus::Unreadable,
        };
        let digests = made.map(|made| &made.digests);
        self.execute(
            "update photos set status = $2, width = $3, height = $4,
                thumb_sha256 = $5, full_sha256 = $6
             where id = $1",
            args![
                id.to_string(),
                sql::name(status)?,
                made.map(|made| i64::from(made.width)),
                made.map(|made| i64::from(made.height)),
                digests.map(|digests| digests.thumb.as_slice()),
                digests.map(|digests| digests.full.as_slice()),
            ],
        )
        .await
        .map(drop)
    }

    /// Has the copies of a photo made again.
    pub async fn remake_photo(&self, id: PhotoId) -> Result<()> {
        self.execute(
            "update photos set status = 'received' where id = $1",
            args![id.to_string()],
        )
        .await
        .map(drop)
    }

    /// Forgets photos that came before `before` and no case has claimed; tells which.
    pub async fn remove_unclaimed_photos(&self, before: TimeMs) -> Result<Vec<PhotoRow>> {
        self.write(RemoveUnclaimed { before }).await
    }

    /// The day (`2026-11-24`) up to which no bytes without a row are left; none before the first
    /// look.
    pub async fn photos_swept_until(&self) -> Result<Option<String>> {
        let statement = "select value from settings where name = 'photos_swept_until'";
        let row = one(self.pool(), statement, vec![]).await?;
        row.map(|row| row.text("value")).transpose()
    }

    /// Notes that day; never an earlier one.
    pub async fn set_photos_swept_until(&self, day: &str) -> Result<()> {
        self.execute(
            "insert into settings (name, value) values ('photos_swept_until', $1)
             on conflict (name) do update set value = excluded.value
             where settings.value < excluded.value",
            args![day],
        )
        .await
        .map(drop)
    }

    pub(super) async fn photos_of(&self, case: CaseId) -> Result<Vec<PhotoRow>> {
        let statement = concat!(
            "select ",
            photo_columns!(),
            " from photos where case_id = $1 order by seq, created_at, id"
        );
        let rows = all(self.pool(), statement, args![case.to_string()]).await?;
        rows.iter().map(photo).collect()
    }
}

struct RemoveUnclaimed {
    before: TimeMs,
}

impl Write for RemoveUnclaimed {
    type Answer = Vec<PhotoRow>;

    async fn run(&self, db: &mut Db<'_>) -> Result<Vec<PhotoRow>> {
        let statement = concat!(
            "delete from photos where case_id is null and created_at < $1 returning ",
            photo_columns!()
        );
        let rows = all(&mut *db, statement, args![self.before]).await?;
        rows.iter().map(photo).collect()
    }
}

/// Makes photos the case's own. [`Taken::Photo`] where one is missing or another case's.
pub(super) async fn claim(
    db: &mut Db<'_>,
    case: CaseId,
    seq: u32,
    photos: &[(PhotoId, String)],
) -> Result<()> {
    for (id, field) in photos {
        let claimed = execute(
            db,
            "update photos set case_id = $2, seq = $3, field = $4
             where id = $1 and case_id is null",
            args![id.to_string(), case.to_string(), seq, field.as_str()],
        )
        .await?;
        if claimed == 0 {
            return Err(Error::Taken(Taken::Photo(*id)));
        }
    }
    Ok(())
}

pub(super) fn photo(row: &Row) -> Result<PhotoRow> {
    let case = row.opt_text("case_id")?;
    let case = case.map(|id| id.parse::<CaseId>()).transpose();
    Ok(PhotoRow {
        id: row.id("id")?,
        case: case.map_err(|_| super::Fault::Row("case_id"))?,
        field: row.text("field")?,
        seq: row.opt_number("seq")?,
        status: row.named("status")?,
        width: row.opt_number("width")?,
        height: row.opt_number("height")?,
        media_type: row.text("media_type")?,
        bytes: row.number("bytes")?,
        sha256: row.digest("sha256")?,
        at: row.time("created_at")?,
        copies: copies(row)?,
    })
}

fn copies(row: &Row) -> Result<Option<CopyDigests>> {
    let thumb = row.opt_digest("thumb_sha256")?;
    let full = row.opt_digest("full_sha256")?;
    Ok(thumb
        .zip(full)
        .map(|(thumb, full)| CopyDigests { thumb, full }))
}
