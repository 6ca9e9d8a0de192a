//! Photos: kept as received, shown only as re-encoded copies.
//!
//! A picture is on disk before its row is, and its row before anybody is told. Decoding costs
//! fifty milliseconds and is done afterwards, one picture at a time, with limits on pixels and
//! memory; what comes out carries none of what the camera wrote into the file, such as the place.

mod days;
mod incoming;
mod leftovers;
mod moving;
mod studio;

pub use incoming::{Arrived, Error as NotArrived};
pub use moving::{Checked, Torn};

use crate::store::{self, Copies, CopyDigests, NewPhoto, PhotoRow, Store, hash};
use axum::body::Body;
use bytes::Bytes;
use fast_image_resize::{FilterType, ResizeAlg, ResizeOptions, Resizer};
use futures::TryStreamExt;
use image::metadata::Orientation;
use image::{DynamicImage, ImageDecoder, ImageFormat, ImageReader, Limits, Rgb, RgbImage};
use jpeg_encoder::{ColorType, Encoder};
use model::api::{PHOTO_MAX_BYTES, PhotoSize, PhotoStatus};
use model::id::PhotoId;
use model::time::TimeMs;
use object_store::local::LocalFileSystem;
use object_store::path::Path as ObjectPath;
use object_store::{GetResult, ObjectStore, ObjectStoreExt, parse_url_opts};
use std::io::Cursor;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use studio::Studio;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

/// A picture of more pixels is not decoded: no telephone of a resident takes one.
pub const MAX_PIXELS: u64 = 50_000_000;
/// Decoding one picture takes at most so much memory: 50 megapixels of four bytes, and some.
const MAX_ALLOC: u64 = 256 * 1024 * 1024;
/// Longer side of the two versions in pixels.
const THUMB_SIDE: u32 = 320;
const FULL_SIDE: u32 = 1600;
/// JPEG quality of both.
const QUALITY: u8 = 82;
/// A photo no case has claimed is kept so long: a form may be finished the next day.
const UNCLAIMED_DAYS: i64 = 2;
/// Rows read at once when making versions.
const ROUND: u32 = 16;
/// Housekeeping, and a second look at what is waiting, where another node was told of it.
const SWEEP_EVERY: Duration = Duration::from_secs(3600);
const LOOK_EVERY: Duration = Duration::from_secs(30);

/// Why a photo was not kept or is not shown.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// More bytes or more pixels than allowed.
    #[error("the picture is too large")]
    TooLarge,
    /// Neither JPEG nor PNG nor WebP.
    #[error("this is no picture we can read")]
    NotAPicture,
    /// Another picture has this id.
    #[error("another picture has this id")]
    Taken,
    /// There is no such picture, or it is not to be shown yet.
    #[error("there is no such picture")]
    Missing,
    /// It did not arrive.
    #[error(transparent)]
    Incoming(#[from] incoming::Error),
    /// Its row.
    #[error(transparent)]
    Store(#[from] store::Error),
    /// Its bytes.
    #[error("the photo store")]
    Objects(#[from] object_store::Error),
    /// The thread that decodes could not be started.
    #[error("the thread that decodes pictures")]
    Thread(#[source] std::io::Error),
    /// The folder could not be made.
    #[error("the folder {0}")]
    Folder(PathBuf, #[source] std::io::Error),
    /// This machine's own disk.
    #[error("the folder for photos")]
    Disk(#[source] std::io::Error),
    /// What uploads cut short have left could not be cleared away.
    #[error("what uploads cut short have left")]
    Leftovers(#[source] std::io::Error),
    /// `PHOTO_STORE_URL` is not an address.
    #[error("the address of the photo store")]
    Address(#[from] url::ParseError),
}

/// What became of an upload.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Put {
    /// It was kept.
    Created,
    /// The same picture was kept before under this id.
    Same,
}

/// The photo store. Clones share it.
#[derive(Clone, Debug)]
pub struct Photos {
    objects: Arc<dyn ObjectStore>,
    prefix: ObjectPath,
    store: Store,
    door: incoming::Door,
    studio: Studio,
    arrived: Arc<Notify>,
    /// Where originals stand on this machine's own disk; none where a bucket keeps them.
    days: Option<Arc<days::Days>>,
    leftovers: leftovers::Leftovers,
}

impl Photos {
    /// Photos in `photos/` under `data_dir`, or where `url` (`s3://bucket/folder`, its access by
    /// the usual `AWS_…` variables) says.
    pub fn open(url: Option<&str>, data_dir: &Path, store: Store) -> Result<Photos, Error> {
        let folder = data_dir.join("photos");
        let (objects, prefix) = match url {
            Some(url) => {
                let variables = std::env::vars().map(|(name, value)| (name.to_lowercase(), value));
                let (objects, prefix) = parse_url_opts(&url::Url::parse(url)?, variables)?;
                (Arc::from(objects), prefix)
            }
            None => (local(&folder)?, ObjectPath::default()),
        };
        let folder = url.is_none().then_some(folder);
        let incoming = data_dir.join("incoming");
        let door = incoming::Door::open(&incoming).map_err(incoming::Error::Disk)?;
        Ok(Photos {
            leftovers: leftovers::Leftovers::of(incoming, folder.clone()),
            days: folder.map(|folder| Arc::new(days::Days::under(folder))),
            objects,
            prefix,
            store,
            door,
            studio: Studio::open().map_err(Error::Thread)?,
            arrived: Arc::new(Notify::new()),
        })
    }

    /// Takes an upload in: at most [`PHOTO_MAX_BYTES`], and only so many at once.
    pub async fn receive(&self, body: Body) -> Result<Arrived, Error> {
        Ok(self.door.receive(body).await?)
    }

    /// Keeps a picture; it is on disk when this returns. Sending the same again is fine, and puts
    /// right what the disk has lost of it meanwhile.
    pub async fn put(&self, id: PhotoId, body: Bytes, now: TimeMs) -> Result<Put, Error> {
        if body.len() > PHOTO_MAX_BYTES {
            return Err(Error::TooLarge);
        }
        let format = format_of(&body).ok_or(Error::NotAPicture)?;
        check_size(&body, format)?;
        let new = NewPhoto {
            id,
            sha256: hash(&body),
            bytes: body.len() as u64,
            media_type: format.to_mime_type(),
            at: now,
        };
        if let Some(row) = self.same(&new).await? {
            self.heal(&row, body).await?;
            return Ok(Put::Same);
        }
        // Named by its content too: of two pictures sent at once under one id, neither is
        // written over the other.
        let _busy = self.studio.give_way();
        self.keep(&self.original(id, &new.sha256, now), body, now)
            .await?;
        if self.store.insert_photo(&new).await? {
            self.arrived.notify_one();
            return Ok(Put::Created);
        }
        let same = self.same(&new).await?;
        same.map(|_| Put::Same).ok_or(Error::Missing)
    }

    /// Writes an original that came at `now`; it is on disk when this returns.
    async fn keep(&self, path: &ObjectPath, body: Bytes, now: TimeMs) -> Result<(), Error> {
        if let Some(days) = &self.days {
            let name = path.filename().unwrap_or_default();
            let kept = days.keep(&day_of(now), name, body.clone()).await;
            if kept.map_err(Error::Disk)? {
                return Ok(());
            }
            // Of that name there is one, whole or half: it is replaced in one step.
        }
        self.objects.put(path, body.into()).await?;
        Ok(())
    }

    /// A version to show, as JPEG: the one that was made, or none. One that a disk has torn is made
    /// again here, for whoever asked.
    pub async fn get(&self, id: PhotoId, size: PhotoSize) -> Result<Bytes, Error> {
        let row = self.ready(id).await?;
        if let Some(bytes) = self.copy_of(&row, size).await? {
            return Ok(bytes);
        }
        tracing::error!(photo = %id, "a copy of a photo is not what was made; it is made again");
        self.make(&row).await?;
        let row = self.ready(id).await?;
        self.copy_of(&row, size).await?.ok_or(Error::Missing)
    }

    /// The row of a picture that can be shown.
    async fn ready(&self, id: PhotoId) -> Result<PhotoRow, Error> {
        match self.store.photo(id).await {
            Ok(row) if row.status == PhotoStatus::Ready => Ok(row),
            Ok(_) | Err(store::Error::NotFound) => Err(Error::Missing),
            Err(error) => Err(error.into()),
        }
    }

    /// A version as it was made; none where its bytes are missing or others.
    async fn copy_of(&self, row: &PhotoRow, size: PhotoSize) -> Result<Option<Bytes>, Error> {
        let made = row.copies.map(|copies| match size {
            PhotoSize::Thumb => copies.thumb,
            PhotoSize::Full => copies.full,
        });
        let bytes = self.bytes_at(&self.version(row, size)).await?;
        Ok(bytes.filter(|bytes| made.is_none_or(|made| hash(bytes) == made)))
    }

    /// Makes versions as pictures arrive, beginning with those left over, until `stop`. What is
    /// half made then is made again at the next start.
    pub async fn run(&self, stop: CancellationToken, now: impl Fn() -> TimeMs + Send) {
        stop.run_until_cancelled(self.work(now)).await;
    }

    async fn work(&self, now: impl Fn() -> TimeMs + Send) {
        let mut sweep = tokio::time::interval(SWEEP_EVERY);
        let mut look = tokio::time::interval(LOOK_EVERY);
        loop {
            let done = tokio::select! {
                () = self.arrived.notified() => self.make_all().await,
                _ = look.tick() => self.make_all().await,
                _ = sweep.tick() => self.sweep(now()).await,
            };
            if let Err(error) = done {
                tracing::error!(error = %error, "photos");
            }
        }
    }

    /// Makes the versions of all pictures that wait for it. One that fails for the disk's sake
    /// does not keep the others waiting; it is tried again the next time.
    pub async fn make_all(&self) -> Result<(), Error> {
        loop {
            let waiting = self.store.waiting_photos(ROUND).await?;
            let mut failed = None;
            let mut made = 0;
            for row in &waiting {
                self.studio.quiet().await;
                match self.make(row).await {
                    Ok(()) => made += 1,
                    Err(error) => failed = Some(error),
                }
            }
            if made == 0 {
                return failed.map_or(Ok(()), Err);
            }
        }
    }

    /// Removes pictures no case has claimed in two days, row first: no case can claim what is
    /// about to go. Then bytes that never got a row, by the day on which they came.
    pub async fn sweep(&self, now: TimeMs) -> Result<(), Error> {
        let before = now.plus_days(-UNCLAIMED_DAYS);
        for row in self.store.remove_unclaimed_photos(before).await? {
            self.remove_bytes(&row).await?;
        }
        self.remove_orphans(before).await?;
        self.leftovers.clear(now).await.map_err(Error::Leftovers)
    }

    /// All that is kept of a picture but its row.
    async fn remove_bytes(&self, row: &PhotoRow) -> Result<(), Error> {
        self.remove(&self.original(row.id, &row.sha256, row.at))
            .await?;
        self.remove(&self.version(row, PhotoSize::Thumb)).await?;
        self.remove(&self.version(row, PhotoSize::Full)).await
    }

    async fn make(&self, row: &PhotoRow) -> Result<(), Error> {
        // What a disk has torn may well be decoded, and shows half a picture.
        let Some(bytes) = self.whole(row).await? else {
            tracing::error!(photo = %row.id, "the bytes of a photo are gone, or others than came");
            return Ok(self.store.finish_photo(row.id, None).await?);
        };
        let Some(versions) = self.studio.versions(bytes).await else {
            tracing::warn!(photo = %row.id, "a photo cannot be read");
            return Ok(self.store.finish_photo(row.id, None).await?);
        };
        let made = Copies {
            width: versions.width,
            height: versions.height,
            digests: CopyDigests {
                thumb: hash(&versions.thumb),
                full: hash(&versions.full),
            },
        };
        let full = self.version(row, PhotoSize::Full);
        self.objects.put(&full, versions.full.into()).await?;
        let thumb = self.version(row, PhotoSize::Thumb);
        self.objects.put(&thumb, versions.thumb.into()).await?;
        Ok(self.store.finish_photo(row.id, Some(&made)).await?)
    }

    /// Keeps the bytes of a picture again, where what is kept is not whole any more.
    async fn heal(&self, row: &PhotoRow, body: Bytes) -> Result<(), Error> {
        if self.whole(row).await?.is_some() {
            return Ok(());
        }
        let path = self.original(row.id, &row.sha256, row.at);
        self.objects.put(&path, body.into()).await?;
        self.store.remake_photo(row.id).await?;
        self.arrived.notify_one();
        tracing::warn!(photo = %row.id, "a photo that was not whole was sent again and is");
        Ok(())
    }

    /// The row of that id, where this very picture was kept before.
    async fn same(&self, new: &NewPhoto) -> Result<Option<PhotoRow>, Error> {
        match self.store.photo(new.id).await {
            Ok(row) if row.sha256 == new.sha256 => Ok(Some(row)),
            Ok(_) => Err(Error::Taken),
            Err(store::Error::NotFound) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// The days before `before` hold no upload in progress any more: what has no row there was
    /// left by a power cut, or lost against another picture of the same id. Every day is looked
    /// through, also those on which the server was off; the last one again until the next is over.
    async fn remove_orphans(&self, before: TimeMs) -> Result<(), Error> {
        let last = day_of(before.plus_days(-1));
        let from = self.store.photos_swept_until().await?;
        for kind in ["originals", "versions"] {
            for day in self.days(kind).await? {
                if from.as_ref().is_none_or(|from| *from <= day) && day <= last {
                    self.remove_orphans_of(&self.prefix.clone().join(kind).join(day))
                        .await?;
                }
            }
        }
        Ok(self.store.set_photos_swept_until(&last).await?)
    }

    /// The days that have a folder, in no order.
    async fn days(&self, kind: &str) -> Result<Vec<String>, Error> {
        let folder = self.prefix.clone().join(kind);
        let found = self.objects.list_with_delimiter(Some(&folder)).await?;
        let names = found
            .common_prefixes
            .iter()
            .filter_map(|day| day.filename());
        Ok(names.map(str::to_owned).collect())
    }

    async fn remove_orphans_of(&self, folder: &ObjectPath) -> Result<(), Error> {
        for path in self.files(folder).await? {
            if !self.has_row(&path).await? {
                self.remove(&path).await?;
            }
        }
        Ok(())
    }

    async fn files(&self, folder: &ObjectPath) -> Result<Vec<ObjectPath>, Error> {
        let found = self.objects.list(Some(folder));
        Ok(found.map_ok(|meta| meta.location).try_collect().await?)
    }

    /// Whether a file is one of those that a row names.
    async fn has_row(&self, path: &ObjectPath) -> Result<bool, Error> {
        let name = path.filename().unwrap_or_default();
        let Some(id) = name.get(..36).and_then(|id| id.parse().ok()) else {
            return Ok(false);
        };
        match self.store.photo(id).await {
            Ok(row) => Ok([
                self.original(row.id, &row.sha256, row.at),
                self.version(&row, PhotoSize::Thumb),
                self.version(&row, PhotoSize::Full),
            ]
            .contains(path)),
            Err(store::Error::NotFound) => Ok(false),
            Err(error) => Err(error.into()),
        }
    }

    async fn remove(&self, path: &ObjectPath) -> Result<(), Error> {
        match self.objects.delete(path).await {
            Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    /// One folder a day: none grows without end, and yesterday's can be looked through.
    fn folder(&self, kind: &str, at: TimeMs) -> ObjectPath {
        self.prefix.clone().join(kind).join(day_of(at))
    }

    fn original(&self, id: PhotoId, sha256: &[u8; 32], at: TimeMs) -> ObjectPath {
        let name = format!("{id}-{}", hex::encode(sha256));
        self.folder("originals", at).join(name)
    }

    fn version(&self, row: &PhotoRow, size: PhotoSize) -> ObjectPath {
        let size = match size {
            PhotoSize::Thumb => "thumb",
            PhotoSize::Full => "full",
        };
        self.folder("versions", row.at)
            .join(format!("{}-{size}.jpg", row.id))
    }
}

/// The day in China, as its folder is called: in the order of time also by name.
fn day_of(at: TimeMs) -> String {
    at.china_date().to_string()
}

/// All bytes of a file, in a buffer made here: `GetResult::bytes` makes it on one of many
/// threads, and the allocator keeps some of what each of them gave back.
async fn all_of(found: GetResult) -> Result<Bytes, object_store::Error> {
    let mut bytes = Vec::with_capacity(usize::try_from(found.meta.size).unwrap_or_default());
    let mut pieces = found.into_stream();
    while let Some(piece) = pieces.try_next().await? {
        bytes.extend_from_slice(&piece);
    }
    Ok(bytes.into())
}

fn local(folder: &Path) -> Result<Arc<dyn ObjectStore>, Error> {
    let failed = |error| Error::Folder(folder.to_owned(), error);
    std::fs::create_dir_all(folder).map_err(failed)?;
    let objects = LocalFileSystem::new_with_prefix(folder)?;
    // Off by default: without it a power cut loses what was acknowledged.
    Ok(Arc::new(objects.with_fsync(true)))
}

/// The format by the first bytes, whatever the client called it.
fn format_of(bytes: &[u8]) -> Option<ImageFormat> {
    image::guess_format(bytes).ok().filter(|format| {
        matches!(
            format,
            ImageFormat::Jpeg | ImageFormat::Png | ImageFormat::WebP
        )
    })
}

/// Reads the dimensions from the header alone, before anything is decoded.
fn check_size(bytes: &[u8], format: ImageFormat) -> Result<(), Error> {
    let reader = ImageReader::with_format(Cursor::new(bytes), format);
    let (width, height) = reader.into_dimensions().map_err(|_| Error::NotAPicture)?;
    match u64::from(width) * u64::from(height) {
        0 => Err(Error::NotAPicture),
        1..=MAX_PIXELS => Ok(()),
        _ => Err(Error::TooLarge),
    }
}

#[derive(Debug)]
struct Versions {
    thumb: Vec<u8>,
    full: Vec<u8>,
    width: u32,
    height: u32,
}

/// The two versions of a picture, turned upright; none where it cannot be read.
fn versions(bytes: &[u8]) -> Option<Versions> {
    let (picture, orientation) = decode(bytes)?;
    // Turned when it is small: turning makes a second copy.
    let mut full = shrunk(&picture, FULL_SIDE)?;
    drop(picture);
    full.apply_orientation(orientation);
    let thumb = shrunk(&full, THUMB_SIDE)?;
    Some(Versions {
        width: full.width(),
        height: full.height(),
        full: jpeg(&full)?,
        thumb: jpeg(&thumb)?,
    })
}

/// How large the copy of a picture is that would be shown; none where it cannot be read.
pub(crate) fn size_shown(bytes: &[u8]) -> Option<(u32, u32)> {
    versions(bytes).map(|made| (made.width, made.height))
}

/// The picture as it is stored, and how it is to be turned.
fn decode(bytes: &[u8]) -> Option<(DynamicImage, Orientation)> {
    let format = format_of(bytes)?;
    check_size(bytes, format).ok()?;
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    let mut limits = Limits::default();
    limits.max_alloc = Some(MAX_ALLOC);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().ok()?;
    let orientation = decoder.orientation().ok()?;
    let picture = DynamicImage::from_decoder(decoder).ok()?;
    Some((picture, orientation))
}

/// At most `side` pixels a side; never larger than it was. None where the pixels are of a make that
/// is not resized.
fn shrunk(picture: &DynamicImage, side: u32) -> Option<DynamicImage> {
    let longer = picture.width().max(picture.height());
    if longer <= side {
        return Some(picture.clone());
    }
    let scaled = |length: u32| {
        let scaled = u64::from(length) * u64::from(side) / u64::from(longer);
        u32::try_from(scaled).unwrap_or(side).max(1)
    };
    let mut small = DynamicImage::new(
        scaled(picture.width()),
        scaled(picture.height()),
        picture.color(),
    );
    // Averages all pixels that fall into one, and so neither blurs nor flickers.
    let average = ResizeOptions::new().resize_alg(ResizeAlg::Convolution(FilterType::Box));
    Resizer::new().resize(picture, &mut small, &average).ok()?;
    Some(small)
}

fn jpeg(picture: &DynamicImage) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    let picture = on_white(picture);
    let (width, height) = (
        picture.width().try_into().ok()?,
        picture.height().try_into().ok()?,
    );
    let encoder = Encoder::new(&mut bytes, QUALITY);
    encoder
        .encode(&picture, width, height, ColorType::Rgb)
        .ok()?;
    Some(bytes)
}

/// A signature is drawn on nothing, which JPEG would show black.
fn on_white(picture: &DynamicImage) -> RgbImage {
    if !picture.color().has_alpha() {
        return picture.to_rgb8();
    }
    let drawn = picture.to_rgba8();
    RgbImage::from_fn(drawn.width(), drawn.height(), |x, y| {
        let [red, green, blue, alpha] = drawn.get_pixel(x, y).0;
        let over = |colour: u8| {
            let (colour, alpha) = (u32::from(colour), u32::from(alpha));
            ((colour * alpha + 255 * (255 - alpha)) / 255) as u8
        };
        Rgb([over(red), over(green), over(blue)])
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::{Rgba, RgbaImage};
    use proptest::prelude::*;

    fn encoded(picture: &DynamicImage, format: ImageFormat) -> Vec<u8> {
        let mut bytes = Cursor::new(Vec::new());
        picture.write_to(&mut bytes, format).expect("encoded");
        bytes.into_inner()
    }

    /// Left half red, right half blue.
    fn halves(width: u32, height: u32) -> DynamicImage {
        let picture = RgbImage::from_fn(width, height, |x, _| {
            if x < width / 2 {
                Rgb([220, 0, 0])
            } else {
                Rgb([0, 0, 220])
            }
        });
        picture.into()
    }

    /// The JPEG with an Exif segment that says how to turn it, and where it was taken.
    fn with_exif(jpeg: &[u8], orientation: u8) -> Vec<u8> {
        let mut tiff = b"Exif\0\0MM\0\x2a\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0".to_vec();
        tiff.extend([orientation, 0, 0, 0, 0, 0, 0]);
        tiff.extend(b"GPS 39.9042N 116.4074E");
        let length = u16::try_from(tiff.len() + 2).expect("short").to_be_bytes();
        [&jpeg[..2], &[0xff, 0xe1], &length, &tiff, &jpeg[2..]].concat()
    }

    #[test]
    fn pictures_are_shrunk_turned_and_stripped() {
        let plain = encoded(&halves(2000, 1000), ImageFormat::Jpeg);
        // 6: the camera was held upright; what is left in the file is on top when shown.
        let turned = versions(&with_exif(&plain, 6)).expect("made");
        assert_eq!((turned.width, turned.height), (800, 1600));
        let full = image::load_from_memory(&turned.full)
            .expect("a picture")
            .to_rgb8();
        let (top, bottom) = (full.get_pixel(400, 100).0, full.get_pixel(400, 1500).0);
        assert!(top[0] > 150 && top[2] < 100, "{top:?}");
        assert!(bottom[2] > 150 && bottom[0] < 100, "{bottom:?}");
        let thumb = image::load_from_memory(&turned.thumb).expect("a picture");
        assert_eq!((thumb.width(), thumb.height()), (160, 320));
        for version in [&turned.full, &turned.thumb] {
            assert!(!version.windows(4).any(|w| w == b"Exif" || w == b"GPS "));
        }
    }

    #[test]
    fn nothing_is_enlarged() {
        let small = versions(&encoded(&halves(40, 30), ImageFormat::Png)).expect("made");
        assert_eq!((small.width, small.height), (40, 30));
    }

    #[test]
    fn a_signature_stands_on_white() {
        let mut drawn = RgbaImage::new(60, 20);
        drawn.put_pixel(30, 10, Rgba([0, 0, 0, 255]));
        let signature = encoded(&drawn.into(), ImageFormat::Png);
        let made = versions(&signature).expect("made");
        let shown = image::load_from_memory(&made.full)
            .expect("a picture")
            .to_rgb8();
        assert!(shown.get_pixel(2, 2).0.iter().all(|c| *c > 240));
    }

    /// A PNG header that promises `side` × `side` pixels and little else.
    fn bomb(side: u32) -> Vec<u8> {
        let mut png = encoded(&halves(8, 8), ImageFormat::Png);
        png[16..20].copy_from_slice(&side.to_be_bytes());
        png[20..24].copy_from_slice(&side.to_be_bytes());
        let crc = crc32(&png[12..29]);
        png[29..33].copy_from_slice(&crc.to_be_bytes());
        png
    }

    /// CRC-32 as in PNG (ISO 3309), bit by bit.
    fn crc32(bytes: &[u8]) -> u32 {
        let step = |crc: u32, _| match crc & 1 {
            1 => (crc >> 1) ^ 0xedb8_8320,
            _ => crc >> 1,
        };
        !bytes
            .iter()
            .fold(!0u32, |crc, byte| (0..8).fold(crc ^ u32::from(*byte), step))
    }

    #[test]
    fn what_is_no_picture_or_too_large_is_told_from_the_header() {
        let png = encoded(&halves(8, 8), ImageFormat::Png);
        assert!(check_size(&png, ImageFormat::Png).is_ok());
        let promised = check_size(&bomb(60_000), ImageFormat::Png);
        assert!(matches!(promised, Err(Error::TooLarge)), "{promised:?}");
        assert!(versions(&bomb(7000)).is_none());
        for other in [
            b"GIF89a\x01\0\x01\0".as_slice(),
            b"%PDF-1.7",
            b"<svg/>",
            b"",
        ] {
            assert!(format_of(other).is_none(), "{other:?}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn hostile_bytes_are_survived(cut in any::<prop::sample::Index>(), flip in any::<prop::sample::Index>(), value in any::<u8>(), which in 0usize..3) {
            let formats = [ImageFormat::Jpeg, ImageFormat::Png, ImageFormat::WebP];
            let mut bytes = encoded(&halves(24, 16), formats[which]);
            let at = flip.index(bytes.len());
            bytes[at] = value;
            bytes.truncate(1 + cut.index(bytes.len()));
            if let Some(made) = versions(&bytes) {
                prop_assert!(made.width <= FULL_SIDE && made.height <= FULL_SIDE);
            }
        }
    }
}
