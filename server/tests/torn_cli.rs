//! The built program after a power cut that its disk did not survive: files of photos that are cut
//! short, empty or garbled, and those of uploads that never ended.

use model::api::{Submitted, path};
use serde_json::{Value, json};
use std::fs;
use std::io::{BufRead, BufReader, Cursor};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, SystemTime};
use uuid::Uuid;

fn program(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_yikezhong"));
    command
        .env_remove("DATABASE_URL")
        .env_remove("PHOTO_STORE_URL")
        .env("YIKEZHONG_DATA", folder);
    command
}

fn server(folder: &Path) -> (Child, String) {
    let mut child = program(folder)
        .args(["serve", "--sample", "--listen", "127.0.0.1:0", "--dist"])
        .arg(folder.join("no-dist"))
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("started");
    let output = BufReader::new(child.stdout.take().expect("piped"));
    let base = output.lines().find_map(|line| {
        let line = line.expect("text");
        Some(line.strip_prefix("listening on ")?.to_owned())
    });
    (child, base.expect("it listens"))
}

/// As the power goes.
fn cut(mut child: Child) {
    child.kill().expect("killed");
    child.wait().expect("ended");
}

fn verify(folder: &Path) -> Output {
    program(folder).arg("verify").output().expect("run")
}

fn picture(shade: u8) -> Vec<u8> {
    let picture = image::RgbImage::from_fn(640, 480, |x, y| {
        image::Rgb([x as u8 ^ shade, (y as u8).wrapping_mul(x as u8), shade])
    });
    let mut bytes = Cursor::new(Vec::new());
    let written = image::DynamicImage::from(picture).write_to(&mut bytes, image::ImageFormat::Jpeg);
    written.expect("encoded");
    bytes.into_inner()
}

fn with_photo(photo: Uuid) -> Value {
    json!({ "kind": "proxy_request", "answers": {
        "matter": "elder-card", "for_whom": "me",
        "applicant_name": "王秀英", "applicant_phone": "13800001234",
        "home": { "estate": "qiangwei-nan", "door": "3号楼2单元201" },
        "handling": "station", "station": "street-centre",
        "materials": {
            "id_card": { "have": "photo", "photos": [photo] },
            "photo": { "have": "missing" },
        },
        "consent": true, "consent_sensitive": true,
    } })
}

/// A resident with a telephone.
struct Resident {
    client: reqwest::Client,
    base: String,
}

impl Resident {
    fn at(base: &str) -> Resident {
        Resident {
            client: reqwest::Client::new(),
            base: base.to_owned(),
        }
    }

    async fn upload(&self, photo: Uuid, bytes: Vec<u8>) -> u16 {
        let sent = self
            .client
            .put(format!("{}/api/v1/photos/{photo}", self.base));
        let answer = sent.body(bytes).send().await.expect("answered");
        answer.status().as_u16()
    }

    async fn hand_in(&self, photo: Uuid) -> Submitted {
        let sent = self.client.post(format!("{}{}", self.base, path::CASES));
        let sent = sent.header("idempotency-key", Uuid::now_v7().to_string());
        let sent = sent.header("content-type", "application/json");
        let answer = sent.body(with_photo(photo).to_string()).send().await;
        let text = answer.expect("answered").text().await.expect("a text");
        serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}"))
    }

    /// Status and bytes of a picture once nobody is still making it: until then it is not there.
    async fn see(&self, held: &Submitted, photo: Uuid) -> (u16, Vec<u8>) {
        let status = || self.status_of(held, photo);
        for _ in 0..600 {
            if status().await != "received" {
                break;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        let address = format!(
            "{}/api/v1/cases/{}/photos/{photo}/full",
            self.base, held.case
        );
        let sent = self.client.get(address).header("case-secret", &held.secret);
        let answer = sent.send().await.expect("answered");
        let status = answer.status().as_u16();
        (status, answer.bytes().await.expect("bytes").to_vec())
    }

    async fn status_of(&self, held: &Submitted, photo: Uuid) -> String {
        let address = format!("{}/api/v1/cases/{}", self.base, held.case);
        let sent = self.client.get(address).header("case-secret", &held.secret);
        let text = sent.send().await.expect("answered").text().await;
        let view: Value = serde_json::from_str(&text.expect("a text")).expect("JSON");
        let photos = view["photos"].as_array().expect("photos");
        let found = photos.iter().find(|seen| seen["id"] == photo.to_string());
        let status = found.expect("its photo")["status"].as_str();
        status.expect("a status").to_owned()
    }
}

fn original(folder: &Path, photo: Uuid) -> PathBuf {
    let days = fs::read_dir(folder.join("photos/originals")).expect("days");
    let files = days.flat_map(|day| fs::read_dir(day.expect("a day").path()).expect("files"));
    let mut paths = files.map(|file| file.expect("a file").path());
    let found = paths.find(|path| path.to_string_lossy().contains(&photo.to_string()));
    found.expect("its file")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn torn_photos_are_found_never_shown_and_put_right_when_sent_again() {
    let dir = tempfile::tempdir().expect("a folder");
    let folder = dir.path();
    let (child, base) = server(folder);
    let resident = Resident::at(&base);
    let mut held = Vec::new();
    for shade in 1..=4 {
        let photo = Uuid::now_v7();
        assert_eq!(resident.upload(photo, picture(shade)).await, 201);
        held.push((shade, photo, resident.hand_in(photo).await));
    }
    cut(child);
    assert!(
        verify(folder).status.success(),
        "a kill alone tears nothing"
    );

    // The first stays whole; of the others the disk has lost something.
    let torn = [
        |bytes: &mut Vec<u8>| bytes.truncate(4096),
        |bytes: &mut Vec<u8>| bytes[8192..].fill(0),
        |bytes: &mut Vec<u8>| bytes[4096..8192].reverse(),
    ];
    for ((_, photo, _), tear) in held[1..].iter().zip(torn) {
        let file = original(folder, *photo);
        let mut bytes = fs::read(&file).expect("read");
        tear(&mut bytes);
        fs::write(&file, bytes).expect("torn");
        // As if its copies had not been made when the power went.
        let _ = fs::remove_dir_all(folder.join("photos/versions"));
    }
    let whole = original(folder, held[0].1);
    let staged = PathBuf::from(format!("{}#1", whole.display()));
    let written = fs::File::create(&staged).expect("made");
    let hour_ago = SystemTime::now() - Duration::from_secs(3600);
    written.set_modified(hour_ago).expect("as if it were old");

    let told = verify(folder);
    assert!(!told.status.success());
    let errors = String::from_utf8(told.stderr).expect("text");
    for (_, photo, submitted) in &held[1..] {
        let line = format!("photo {photo} of case {}: ", submitted.case);
        assert!(errors.contains(&line), "{line} is not in {errors}");
    }
    assert!(!errors.contains(&held[0].1.to_string()), "{errors}");

    let (child, base) = server(folder);
    let resident = Resident::at(&base);
    let (status, bytes) = resident.see(&held[0].2, held[0].1).await;
    assert_eq!(status, 200);
    image::load_from_memory(&bytes).expect("a picture");
    for (shade, photo, submitted) in &held[1..] {
        let (status, bytes) = resident.see(submitted, *photo).await;
        let problem: Value = serde_json::from_slice(&bytes).expect("a problem");
        assert_eq!((status, &problem["code"]), (404, &json!("not_found")));
        let said = resident.status_of(submitted, *photo).await;
        assert_eq!(said, "unreadable", "the page says so");
        assert_eq!(resident.upload(*photo, picture(*shade)).await, 200);
        let (status, bytes) = resident.see(submitted, *photo).await;
        assert_eq!(status, 200, "{}", String::from_utf8_lossy(&bytes));
        image::load_from_memory(&bytes).expect("a picture");
    }
    for _ in 0..200 {
        if !staged.exists() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert!(
        !staged.exists(),
        "what an upload left is cleared at the start"
    );
    cut(child);
    assert!(verify(folder).status.success(), "all is whole again");
}
