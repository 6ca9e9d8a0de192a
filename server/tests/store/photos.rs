//! Photos on disk and in the database.

use crate::bed::*;
use bytes::Bytes;
use image::{DynamicImage, ImageFormat, Rgb, RgbImage};
use model::api::{PHOTO_MAX_BYTES, PhotoSize, PhotoStatus};
use model::id::PhotoId;
use server::photos::{Error, Photos, Put};
use std::io::Cursor;
use std::path::Path;
use std::time::Duration;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

crate::on_both!(
    a_photo_is_kept_and_shown,
    the_same_id_is_one_picture,
    what_is_no_picture_is_refused,
    leftovers_are_taken_up_at_start,
    the_unclaimed_go,
    what_a_server_that_was_off_left_goes_too,
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
