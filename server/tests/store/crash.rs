//! Nothing that was acknowledged is lost when the program is killed in the middle of its work.
//! (That the disk has it too is `synchronous = full`, which no test without pulling a plug shows.)

use crate::bed::*;
use bytes::Bytes;
use image::{DynamicImage, ImageFormat, RgbImage};
use model::api::PhotoSize;
use model::id::{CaseId, PhotoId};
use server::photos::Photos;
use server::store::Store;
use std::io::{BufRead, BufReader, Cursor, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use uuid::Uuid;

/// Tells the child where to write; unset for everybody else.
const FOLDER: &str = "YIKEZHONG_TEST_CRASH_FOLDER";
const ROUNDS: usize = 3;
const ACKNOWLEDGED: usize = 40;

/// Not a test by itself: what [`nothing_acknowledged_is_lost`] starts and kills.
#[test]
#[ignore = "started by nothing_acknowledged_is_lost"]
fn child() {
    let Some(folder) = std::env::var_os(FOLDER) else {
        return;
    };
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(async {
        let (store, photos) = open(Path::new(&folder)).await;
        let submit = || submit_for_ever(&store, &photos);
        tokio::join!(submit(), submit(), submit(), submit());
    });
}

async fn open(folder: &Path) -> (Store, Photos) {
    let url = Store::sqlite_url(folder);
    let store = Store::open(&url, keys()).await.expect("a store");
    let photos = Photos::open(None, folder, store.clone()).expect("a photo store");
    (store, photos)
}

async fn submit_for_ever(store: &Store, photos: &Photos) {
    let picture: DynamicImage = RgbImage::new(8, 8).into();
    let mut bytes = Cursor::new(Vec::new());
    picture
        .write_to(&mut bytes, ImageFormat::Png)
        .expect("encoded");
    let bytes = Bytes::from(bytes.into_inner());
    loop {
        let photo = PhotoId(Uuid::now_v7());
        photos.put(photo, bytes.clone(), NOW).await.expect("kept");
        let mut new = new_case();
        new.photos = vec![(photo, "signature".to_owned())];
        let id = new.id;
        let draft = store.draft_case(new).expect("a draft");
        let head = draft.head_hex();
        store.create_case(draft, None).await.expect("created");
        println!("\nacknowledged {id} {photo} {head}");
        std::io::stdout().flush().expect("told");
    }
}

#[tokio::test]
async fn nothing_acknowledged_is_lost() {
    let dir = tempfile::tempdir().expect("a folder");
    let mut acknowledged = Vec::new();
    for _ in 0..ROUNDS {
        acknowledged.extend(killed_in_mid_load(dir.path()));
    }
    let (store, photos) = open(dir.path()).await;
    photos.make_all().await.expect("made");
    assert!(acknowledged.len() >= ROUNDS * ACKNOWLEDGED);
    for (id, photo, head) in acknowledged {
        let case = store.case(id).await.expect("there");
        assert_eq!(case.record.head_hex(), head);
        assert_eq!(case.photos.len(), 1);
        assert_eq!(store.verify_case(id).await.expect("read"), Ok(()));
        photos.get(photo, PhotoSize::Full).await.expect("shown");
    }
    store.close().await;
}

/// Everything the child acknowledged until it was killed.
fn killed_in_mid_load(folder: &Path) -> Vec<(CaseId, PhotoId, String)> {
    let mut child = Command::new(std::env::current_exe().expect("this program"))
        .args(["--exact", "crash::child", "--ignored", "--nocapture"])
        .env(FOLDER, folder)
        .stdout(Stdio::piped())
        .spawn()
        .expect("started");
    let output = BufReader::new(child.stdout.take().expect("piped"));
    let mut acknowledged = Vec::new();
    for line in output.lines() {
        acknowledged.extend(parse(&line.expect("text")));
        if acknowledged.len() == ACKNOWLEDGED {
            child.kill().expect("killed");
        }
    }
    child.wait().expect("ended");
    acknowledged
}

/// A line may be cut short by the kill: then it told nobody anything.
fn parse(line: &str) -> Option<(CaseId, PhotoId, String)> {
    let mut words = line.strip_prefix("acknowledged ")?.split(' ');
    let (id, photo, head) = (words.next()?, words.next()?, words.next()?);
    let whole = head.len() == 64;
    whole.then_some((id.parse().ok()?, photo.parse().ok()?, head.to_owned()))
}
