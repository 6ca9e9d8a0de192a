//! Pictures: kept, refused, claimed, shown to those who may see them.

use crate::app::{TestApp, at_station, case_of};
use axum::body::Body;
use axum::http::{Method, StatusCode};
use futures::future::join_all;
use image::{DynamicImage, ImageFormat, RgbImage};
use model::api::{PHOTO_MAX_BYTES, PhotoSize, PhotoStatus, path};
use model::id::PhotoId;
use model::problem::Code;
use serde_json::{Value, json};
use std::io::Cursor;
use std::time::Duration;
use uuid::Uuid;

crate::on_both!(
    the_same_picture_again_is_fine_and_another_is_not,
    what_is_no_picture_is_refused,
    a_picture_belongs_to_one_case,
    only_whoever_may_see_the_case_sees_its_pictures,
);

/// A JPEG of `width` × `height`.
pub fn picture(width: u32, height: u32) -> Vec<u8> {
    let image = RgbImage::from_fn(width, height, |x, y| image::Rgb([x as u8, y as u8, 90]));
    let mut bytes = Cursor::new(Vec::new());
    DynamicImage::from(image)
        .write_to(&mut bytes, ImageFormat::Jpeg)
        .expect("a picture");
    bytes.into_inner()
}

/// A PNG whose head promises `width` × `height` pixels and holds none.
fn bomb(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec();
    bytes.extend(width.to_be_bytes());
    bytes.extend(height.to_be_bytes());
    bytes.extend([8, 2, 0, 0, 0, 0, 0, 0, 0]);
    bytes
}

fn with_photo(id: PhotoId) -> Value {
    let mut answers = at_station();
    answers["materials"]["id_card"] = json!({ "have": "photo", "photos": [id] });
    answers
}

async fn the_same_picture_again_is_fine_and_another_is_not(app: &TestApp) {
    let id = PhotoId(Uuid::now_v7());
    let first = app.put_photo(id, picture(40, 30)).await;
    assert_eq!(first.status, StatusCode::CREATED);
    assert_eq!(
        app.put_photo(id, picture(40, 30)).await.status,
        StatusCode::OK
    );
    assert_eq!(
        app.put_photo(id, picture(41, 30)).await.code(),
        Code::PhotoTaken
    );
}

async fn what_is_no_picture_is_refused(app: &TestApp) {
    let too_large = vec![0xff; PHOTO_MAX_BYTES + 1];
    for (bytes, code) in [
        (Vec::new(), Code::NotAPicture),
        (
            b"<svg xmlns='http://www.w3.org/2000/svg'/>".to_vec(),
            Code::NotAPicture,
        ),
        (b"GIF89a\x01\0\x01\0".to_vec(), Code::NotAPicture),
        (b"\xff\xd8\xff".to_vec(), Code::NotAPicture),
        (too_large, Code::TooLarge),
        (bomb(60_000, 60_000), Code::NotAPicture),
    ] {
        let start = bytes.iter().take(12).copied().collect::<Vec<_>>();
        let answer = app.put_photo(PhotoId(Uuid::now_v7()), bytes).await;
        assert_eq!(answer.code(), code, "{start:?}");
    }
    let no_id = app
        .ask(Method::PUT, "/api/v1/photos/no-id")
        .bytes(picture(8, 8));
    assert_eq!(no_id.send().await.code(), Code::NotFound);
}

/// So many uploads have a place at once; a line that is silent loses its own.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn too_many_uploads_at_once_are_sent_away_for_a_while() {
    let app = &TestApp::sqlite().await;
    let put = |n: u8| {
        let address = path::photo(PhotoId(Uuid::now_v7()));
        app.ask(Method::PUT, address).from([198, 51, 100, n])
    };
    let silent = || Body::from_stream(futures::stream::pending::<std::io::Result<Vec<u8>>>());
    let slow = join_all((0..48).map(|n| put(n).body(silent()).send()));
    let one_more = async {
        // When those before have taken their places.
        tokio::time::sleep(Duration::from_secs(1)).await;
        put(200).bytes(picture(40, 30)).send().await
    };
    let (slow, sent_away) = tokio::join!(slow, one_more);
    let problem = sent_away.problem();
    assert_eq!((problem.code, problem.status), (Code::Busy, 503));
    assert_eq!(sent_away.header("retry-after"), "15");
    assert!(slow.iter().all(|answer| answer.code() == Code::TimedOut));
    let again = put(200).bytes(picture(40, 30)).send().await;
    assert_eq!(again.status, StatusCode::CREATED);
}

async fn a_picture_belongs_to_one_case(app: &TestApp) {
    let id = app.upload(picture(40, 30)).await;
    app.submit(with_photo(id)).await;
    let hand_in = async |photo| {
        let asked = app.post(path::CASES).key(Uuid::now_v7());
        asked.json(&case_of(with_photo(photo))).send().await
    };
    assert_eq!(hand_in(id).await.code(), Code::PhotoTaken);
    assert_eq!(
        hand_in(PhotoId(Uuid::now_v7())).await.code(),
        Code::PhotoTaken
    );
}

async fn only_whoever_may_see_the_case_sees_its_pictures(app: &TestApp) {
    let id = app.upload(picture(1000, 500)).await;
    let held = app.submit(with_photo(id)).await;
    let stranger = app.submit(at_station()).await;
    app.app.photos.make_all().await.expect("made");
    let photo = &app.view(&held).await.photos[0];
    assert_eq!((photo.id, photo.status), (id, PhotoStatus::Ready));
    assert_eq!((photo.width, photo.height), (Some(1000), Some(500)));

    let address = path::of_photo(path::CASE_PHOTO, held.case, id, PhotoSize::Thumb);
    let seen = app.get(&address).secret(&held.secret).send().await;
    assert_eq!(seen.header("content-type"), "image/jpeg");
    assert_eq!(seen.header("cache-control"), "no-store");
    let thumb = image::load_from_memory(&seen.body).expect("a picture");
    assert_eq!((thumb.width(), thumb.height()), (320, 160));

    let through_another = path::of_photo(path::CASE_PHOTO, stranger.case, id, PhotoSize::Thumb);
    for (address, secret) in [
        (&address, stranger.secret.as_str()),
        (&address, ""),
        (&through_another, stranger.secret.as_str()),
    ] {
        let asked = app.get(address.as_str()).secret(secret).send().await;
        assert_eq!(asked.code(), Code::NotFound, "{address}");
    }
    let elsewhere = app.sign_in(crate::app::OTHER_WORKER).await;
    let address = path::of_photo(path::STAFF_PHOTO, held.case, id, PhotoSize::Full);
    assert_eq!(elsewhere.get(address).send().await.code(), Code::NotFound);
}
