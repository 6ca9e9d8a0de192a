//! Photos on disk and in the database.

use crate::bed::*;
use bytes::Bytes;
use image::{DynamicImage, ImageFormat, Rgb, RgbImage};
use model::api::{PHOTO_MAX_BYTES, PhotoSize, PhotoStatus};
use model::id::PhotoId;
use server::photos::{Error, Photos, Put};
use std::fs::{self, File};
use std::io::Cursor;
use std::path::{Path, PathBuf};
use std::time::{Duration, UNIX_EPOCH};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

crate::on_both!(
    a_photo_is_kept_and_shown,
    the_same_id_is_one_picture,
    what_is_no_picture_is_refused,
    leftovers_are_taken_up_at_start,
    the_unclaimed_go,
    what_a_server_that_was_off_left_goes_too,
    a_torn_photo_is_found_and_put_right,
    a_torn_copy_is_made_again,
    what_an_upload_cut_short_left_goes,
);

fn picture(shade: u8) -> Bytes {
    encoded(shade, ImageFormat::Jpeg)
}

fn encoded(shade: u8, format: ImageFormat) -> Bytes {
    let picture: DynamicImage = RgbImage::from_pixel(600, 300, Rgb([shade, 80, 80])).into();
    let mut bytes = Cursor::new(Vec::new());
    picture.write_to(&mut bytes, format).expect("encoded");
    bytes.into_inner().into()
}

fn photos(bed: &Bed) -> Photos {
    Photos::open(None, bed.dir.path(), bed.store.clone()).expect("a photo store")
}

fn new_id() -> PhotoId {
    PhotoId(Uuid::now_v7())
}

fn files(folder: &Path) -> usize {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return 0;
    };
    let count = |path: &Path| if path.is_dir() { files(path) } else { 1 };
    entries
        .map(|entry| count(&entry.expect("an entry").path()))
        .sum()
}

async fn a_photo_is_kept_and_shown(bed: &Bed) {
    let photos = photos(bed);
    let id = new_id();
    let put = photos.put(id, picture(10), NOW).await.expect("kept");
    assert_eq!(put, Put::Created);
    let early = photos.get(id, PhotoSize::Thumb).await;
    assert!(matches!(early, Err(Error::Missing)));

    photos.make_all().await.expect("made");
    let row = bed.store.photo(id).await.expect("there");
    assert_eq!(row.status, PhotoStatus::Ready);
    assert_eq!((row.width, row.height), (Some(600), Some(300)));
    assert_eq!(row.media_type, "image/jpeg");
    for (size, width) in [(PhotoSize::Full, 600), (PhotoSize::Thumb, 320)] {
        let bytes = photos.get(id, size).await.expect("shown");
        let shown = image::load_from_memory(&bytes).expect("a picture");
        assert_eq!(shown.width(), width);
    }
    let unknown = photos.get(new_id(), PhotoSize::Full).await;
    assert!(matches!(unknown, Err(Error::Missing)));
}

async fn the_same_id_is_one_picture(bed: &Bed) {
    let photos = photos(bed);
    let id = new_id();
    let uploads = (0..8u8).map(|n| photos.put(id, picture(n % 2 * 200), NOW));
    let results = futures::future::join_all(uploads).await;
    let created = results.iter().filter(|r| matches!(r, Ok(Put::Created)));
    let same = results.iter().filter(|r| matches!(r, Ok(Put::Same)));
    let taken = results.iter().filter(|r| matches!(r, Err(Error::Taken)));
    assert_eq!((created.count(), same.count(), taken.count()), (1, 3, 4));
    // The bytes are those of the picture that was acknowledged.
    photos.make_all().await.expect("made");
    let row = bed.store.photo(id).await.expect("there");
    let first = server::store::hash(&picture(0)) == row.sha256;
    let full = photos.get(id, PhotoSize::Full).await.expect("shown");
    let red = image::load_from_memory(&full)
        .expect("a picture")
        .to_rgb8()
        .get_pixel(9, 9)
        .0[0];
    assert_eq!(red < 100, first);
}

async fn what_is_no_picture_is_refused(bed: &Bed) {
    let photos = photos(bed);
    let put = |bytes: Vec<u8>| photos.put(new_id(), bytes.into(), NOW);
    for bad in [
        Vec::new(),
        b"%PDF-1.7 not a picture".to_vec(),
        b"\xff\xd8\xff\xe0".to_vec(),
    ] {
        assert!(matches!(put(bad).await, Err(Error::NotAPicture)));
    }
    let large = vec![0xff; PHOTO_MAX_BYTES + 1];
    assert!(matches!(put(large).await, Err(Error::TooLarge)));
    assert_eq!(files(&bed.dir.path().join("photos")), 0);

    // A good header with half a picture behind it is kept, and found out when it is read.
    let id = new_id();
    let whole = encoded(10, ImageFormat::Png);
    let cut = whole.slice(..whole.len() - 30);
    photos.put(id, cut, NOW).await.expect("kept");
    photos.make_all().await.expect("made");
    let row = bed.store.photo(id).await.expect("there");
    assert_eq!((row.status, row.width), (PhotoStatus::Unreadable, None));
    let hidden = photos.get(id, PhotoSize::Full).await;
    assert!(matches!(hidden, Err(Error::Missing)));
}

async fn leftovers_are_taken_up_at_start(bed: &Bed) {
    let id = new_id();
    photos(bed).put(id, picture(10), NOW).await.expect("kept");
    let (photos, stop) = (photos(bed), CancellationToken::new());
    let run = tokio::spawn({
        let (photos, stop) = (photos.clone(), stop.clone());
        async move { photos.run(stop, || NOW).await }
    });
    let arrived = new_id();
    photos.put(arrived, picture(20), NOW).await.expect("kept");
    for id in [id, arrived] {
        let ready = async {
            while photos.get(id, PhotoSize::Full).await.is_err() {
                tokio::task::yield_now().await;
            }
        };
        let waited = tokio::time::timeout(Duration::from_secs(60), ready).await;
        waited.expect("made in time");
    }
    stop.cancel();
    run.await.expect("ended");
}

async fn the_unclaimed_go(bed: &Bed) {
    let photos = photos(bed);
    let (claimed, unclaimed, lost) = (new_id(), new_id(), new_id());
    for (id, shade) in [(claimed, 1), (unclaimed, 2), (lost, 3)] {
        photos.put(id, picture(shade), NOW).await.expect("kept");
    }
    photos.make_all().await.expect("made");
    let folder = bed.dir.path().join("photos");
    assert_eq!(files(&folder), 9);
    let mut new = new_case();
    new.photos = vec![(claimed, "signature".to_owned())];
    bed.submit(new).await;
    // As if power had failed between the bytes and the row.
    bed.sql(&format!("delete from photos where id = '{lost}'"))
        .await;

    photos.sweep(NOW.plus_days(1)).await.expect("swept");
    bed.store.photo(unclaimed).await.expect("still there");
    photos.sweep(NOW.plus_days(3)).await.expect("swept");
    bed.store.photo(claimed).await.expect("still there");
    photos.get(claimed, PhotoSize::Full).await.expect("shown");
    let gone = bed.store.photo(unclaimed).await;
    assert!(matches!(gone, Err(server::store::Error::NotFound)));
    assert_eq!(files(&folder), 3, "those of the claimed one");
}

async fn what_a_server_that_was_off_left_goes_too(bed: &Bed) {
    let photos = photos(bed);
    let folder = bed.dir.path().join("photos");
    let orphan_of = async |days: i64| {
        let (id, at) = (new_id(), NOW.plus_days(days));
        photos.put(id, picture(1), at).await.expect("kept");
        photos.make_all().await.expect("made");
        bed.sql(&format!("delete from photos where id = '{id}'"))
            .await;
    };
    let sweep = async |days: i64| {
        let now = NOW.plus_days(days);
        photos.sweep(now).await.expect("swept");
        files(&folder)
    };
    for day in [0, 1, 5, 30, 31] {
        orphan_of(day).await;
    }
    // Two days and the one that has just begun may still be claimed.
    assert_eq!(sweep(33).await, 3, "those of the 31st day are left");
    assert_eq!(sweep(34).await, 0);
    // Off for a fortnight; what came on the last day swept, after that look, is found too.
    orphan_of(31).await;
    orphan_of(35).await;
    assert_eq!(sweep(48).await, 0);
    // A day that was done with is not looked through again and again for ever.
    orphan_of(40).await;
    assert_eq!(sweep(48).await, 3);
}

type Tear = fn(&mut Vec<u8>);

/// What a disk makes of a file that was not written out when the power failed.
const TEARS: [(&str, Tear); 4] = [
    ("cut short", |bytes| bytes.truncate(bytes.len() / 2)),
    ("empty", Vec::clear),
    ("zeros at its end", |bytes| {
        let from = bytes.len() / 2;
        bytes[from..].fill(0);
    }),
    ("another block in it", |bytes| {
        let from = bytes.len() / 3;
        bytes[from..from + 64]
            .iter_mut()
            .for_each(|byte| *byte ^= 0x55);
    }),
];

/// The file of a photo below `photos/` in which `part` (`originals` or `versions`) and `name` stand.
fn file_of(bed: &Bed, part: &str, id: PhotoId, name: &str) -> PathBuf {
    let days = fs::read_dir(bed.dir.path().join("photos").join(part)).expect("days");
    let files = days.flat_map(|day| fs::read_dir(day.expect("a day").path()).expect("files"));
    let mut paths = files.map(|file| file.expect("a file").path());
    let of_photo = |path: &PathBuf| {
        let file = path.file_name().expect("a name").to_string_lossy();
        file.starts_with(&id.to_string()) && file.contains(name)
    };
    paths.find(of_photo).expect("a file of the photo")
}

fn tear(file: &Path, how: Tear) {
    let mut bytes = fs::read(file).expect("read");
    how(&mut bytes);
    fs::write(file, bytes).expect("torn");
}

/// A picture of which any part is missed.
fn noise(seed: u32) -> Bytes {
    let pixel = |x: u32, y: u32| (x.wrapping_mul(seed | 1) ^ y.wrapping_mul(2_654_435_761)) as u8;
    let picture = RgbImage::from_fn(400, 300, |x, y| Rgb([pixel(x, y), pixel(y, x), 90]));
    let mut bytes = Cursor::new(Vec::new());
    let picture = DynamicImage::from(picture);
    let written = picture.write_to(&mut bytes, ImageFormat::Jpeg);
    written.expect("encoded");
    bytes.into_inner().into()
}

async fn a_torn_photo_is_found_and_put_right(bed: &Bed) {
    let photos = photos(bed);
    for (number, (how, torn)) in (1..).zip(TEARS) {
        let (id, picture) = (new_id(), noise(number));
        photos.put(id, picture.clone(), NOW).await.expect("kept");
        let mut new = new_case();
        new.photos = vec![(id, "signature".to_owned())];
        let case = bed.submit(new).await;
        tear(&file_of(bed, "originals", id, ""), torn);

        // Half a picture may well be decoded: it must not be shown for the whole one.
        photos.make_all().await.expect("looked");
        let row = bed.store.photo(id).await.expect("there");
        assert_eq!(row.status, PhotoStatus::Unreadable, "{how}");
        let shown = photos.get(id, PhotoSize::Full).await;
        assert!(matches!(shown, Err(Error::Missing)), "{how}");
        let checked = photos.verify().await.expect("read");
        let [told] = checked.broken.as_slice() else {
            panic!("{how}: {checked:?}");
        };
        assert_eq!((told.photo, told.case), (id, Some(case)), "{how}");
        let told = told.to_string();
        assert!(told.contains(&format!("of case {case}: ")), "{told}");

        // Another picture under this id stays refused; the same one puts it right.
        let other = photos.put(id, noise(99), NOW).await;
        assert!(matches!(other, Err(Error::Taken)), "{how}");
        let again = photos.put(id, picture, NOW).await.expect("kept again");
        assert_eq!(again, Put::Same);
        photos.make_all().await.expect("made");
        photos.get(id, PhotoSize::Full).await.expect("shown");
        let checked = photos.verify().await.expect("read");
        assert_eq!((checked.whole, checked.broken), (number.into(), Vec::new()));
    }
}

async fn a_torn_copy_is_made_again(bed: &Bed) {
    let photos = photos(bed);
    let id = new_id();
    photos.put(id, noise(7), NOW).await.expect("kept");
    photos.make_all().await.expect("made");
    for size in [PhotoSize::Thumb, PhotoSize::Full] {
        let name = match size {
            PhotoSize::Thumb => "thumb",
            PhotoSize::Full => "full",
        };
        let whole = photos.get(id, size).await.expect("shown");
        for (how, torn) in TEARS {
            let file = file_of(bed, "versions", id, name);
            tear(&file, torn);
            let shown = photos.get(id, size).await.expect("made again");
            assert_eq!(shown, whole, "{name}, {how}");
            assert_eq!(fs::read(&file).expect("read"), whole, "{name}, {how}");
        }
        fs::remove_file(file_of(bed, "versions", id, name)).expect("gone");
        let shown = photos.get(id, size).await.expect("made again");
        assert_eq!(shown, whole, "{name}, gone");
    }
    // With nothing left to make it from, nothing is shown, and the page says so.
    tear(&file_of(bed, "originals", id, ""), Vec::clear);
    photos.get(id, PhotoSize::Full).await.expect("whole itself");
    tear(&file_of(bed, "versions", id, "full"), Vec::clear);
    let shown = photos.get(id, PhotoSize::Full).await;
    assert!(matches!(shown, Err(Error::Missing)), "{shown:?}");
    let row = bed.store.photo(id).await.expect("there");
    assert_eq!(row.status, PhotoStatus::Unreadable);
}

async fn what_an_upload_cut_short_left_goes(bed: &Bed) {
    let photos = photos(bed);
    let id = new_id();
    photos.put(id, noise(3), NOW).await.expect("kept");
    photos.make_all().await.expect("made");
    let original = file_of(bed, "originals", id, "");
    let full = file_of(bed, "versions", id, "full");
    let incoming = bed.dir.path().join("incoming");
    let beside = |path: &Path| PathBuf::from(format!("{}#1", path.display()));
    let leave = |path: PathBuf, minutes_ago: u64| {
        let file = File::create(&path).expect("made");
        let now = UNIX_EPOCH + Duration::from_millis(NOW.0.unsigned_abs());
        let at = now - Duration::from_secs(60 * minutes_ago);
        file.set_modified(at).expect("as if it were old");
        path
    };
    let old = [beside(&original), beside(&full), incoming.join(".tmpAb3")].map(|p| leave(p, 11));
    let young = leave(original.with_file_name(format!("{}-00#2", new_id())), 9);

    photos.sweep(NOW).await.expect("swept");
    for path in &old {
        assert!(!path.exists(), "{} is left", path.display());
    }
    assert!(young.exists(), "somebody is still writing it");
    assert!(original.exists() && full.exists());
    photos.get(id, PhotoSize::Full).await.expect("shown");
    assert_eq!(photos.verify().await.expect("read").whole, 1);
}
