//! What an operator does with everything that is kept, on both databases.

use crate::bed::*;
use bytes::Bytes;
use image::{DynamicImage, ImageFormat, RgbImage};
use model::api::PhotoSize;
use model::event::Words;
use model::id::{CaseId, PhotoId};
use model::workflow::{State, Verb};
use server::config::{Backup, Erase, Export, Keep, Migrate, Restore, RotateKey, Whose};
use server::keys::{Keys, key_file};
use server::ops::{self, Lock};
use server::photos::Photos;
use server::store::{Error, Holder, Store};
use std::fs;
use std::io::Cursor;
use std::path::{Path, PathBuf};
use uuid::Uuid;

crate::on_both!(
    a_backup_holds_all_that_was_acknowledged,
    a_damaged_backup_is_told,
    everything_moves_and_nothing_is_mixed,
    a_person_is_forgotten_and_the_numbers_stay,
    what_is_kept_about_a_person_is_handed_out,
    another_master_key_opens_everything,
);

/// The bed's data as the command line is told of it.
fn keep(bed: &Bed) -> Keep {
    put_key(bed.dir.path());
    Keep {
        data: bed.dir.path().to_owned(),
        database_url: Some(bed.url.clone()),
        photo_store_url: None,
    }
}

/// The key of [`keys`], where a server looks for it.
fn put_key(data: &Path) {
    use std::os::unix::fs::PermissionsExt;
    let file = key_file(data);
    fs::create_dir_all(file.parent().expect("a folder")).expect("made");
    fs::write(&file, [7; 32]).expect("written");
    fs::set_permissions(&file, fs::Permissions::from_mode(0o600)).expect("closed");
}

fn photos(bed: &Bed) -> Photos {
    Photos::open(None, bed.dir.path(), bed.store.clone()).expect("a photo store")
}

/// A picture that differs by `shade`.
fn picture(shade: u8) -> Bytes {
    let picture: DynamicImage = RgbImage::from_pixel(8, 8, image::Rgb([shade, 0, 0])).into();
    let mut bytes = Cursor::new(Vec::new());
    picture
        .write_to(&mut bytes, ImageFormat::Png)
        .expect("encoded");
    bytes.into_inner().into()
}

/// A case with a picture, and one step that says something.
async fn case_with_photo(bed: &Bed, photos: &Photos, closed: bool) -> (CaseId, PhotoId) {
    let photo = PhotoId(Uuid::now_v7());
    photos.put(photo, picture(9), NOW).await.expect("kept");
    let mut new = new_case();
    new.photos = vec![(photo, "signature".to_owned())];
    let id = bed.submit(new).await;
    let record = bed.store.case(id).await.expect("there").record;
    let words = Words {
        to_resident: Some(WORDS.to_owned()),
        ..Words::default()
    };
    let (verb, state) = match closed {
        true => (Verb::Withdraw, State::Withdrawn),
        false => (Verb::Accept, State::Accepted),
    };
    bed.step_from(&record, fact(Some(verb), state), words)
        .await
        .expect("stepped");
    add_family(bed, id, "女儿", &family_secret(id)).await;
    (id, photo)
}

/// Whether the family member's link opens the case in `store`.
async fn family_opens(store: &Store, id: CaseId) -> bool {
    match store.held_case(id, &family_secret(id)).await {
        Ok((_, Holder::Family(row))) => row.name == "女儿",
        _ => false,
    }
}

fn into(dir: &Path, name: &str) -> PathBuf {
    dir.join(name)
}

async fn backup(bed: &Bed, to: &Path) -> anyhow::Result<ops::Verified> {
    let keep = keep(bed);
    let to = to.to_owned();
    ops::backup(&Backup { to, keep }).await
}

fn restored_at(data: &Path) -> Keep {
    put_key(data);
    Keep {
        data: data.to_owned(),
        database_url: None,
        photo_store_url: None,
    }
}

async fn restore(from: &Path, keep: Keep) -> anyhow::Result<ops::Verified> {
    let from = from.to_owned();
    ops::restore(&Restore { from, keep }).await
}

async fn a_backup_holds_all_that_was_acknowledged(bed: &Bed) {
    let photos = photos(bed);
    let mut before = Vec::new();
    for _ in 0..5 {
        before.push(case_with_photo(bed, &photos, false).await);
    }
    photos.make_all().await.expect("made");
    let elsewhere = tempfile::tempdir().expect("a folder");
    let to = into(elsewhere.path(), "backup");
    let writing = async {
        for _ in 0..30 {
            case_with_photo(bed, &photos, false).await;
        }
    };
    let (verified, ()) = tokio::join!(backup(bed, &to), writing);
    let verified = verified.expect("backed up");
    assert!(verified.cases >= 5 && verified.photos >= 5, "{verified}");
    assert!(!to.join("keys").exists(), "the key stays out of a backup");

    let data = into(elsewhere.path(), "data");
    let back = restore(&to, restored_at(&data)).await.expect("restored");
    assert_eq!(back.cases, verified.cases);
    let store = Store::open(&Store::sqlite_url(&data), keys())
        .await
        .expect("a store");
    let shown = Photos::open(None, &data, store.clone()).expect("photos");
    for (id, photo) in before {
        let case = store.case(id).await.expect("there");
        assert_eq!(case.events[1].words.to_resident.as_deref(), Some(WORDS));
        assert_eq!(case.photos[0].id, photo);
        shown.get(photo, PhotoSize::Thumb).await.expect("shown");
    }
    store.close().await;

    let again = restore(&to, restored_at(&data)).await;
    assert!(again.is_err(), "filled over what is there");
    assert!(backup(bed, &to).await.is_err(), "written over a backup");
}

async fn a_damaged_backup_is_told(bed: &Bed) {
    let photos = photos(bed);
    let (_, photo) = case_with_photo(bed, &photos, false).await;
    let elsewhere = tempfile::tempdir().expect("a folder");
    let to = into(elsewhere.path(), "backup");
    backup(bed, &to).await.expect("backed up");

    let no_key = Keep {
        data: into(elsewhere.path(), "no-key"),
        database_url: None,
        photo_store_url: None,
    };
    let refused = restore(&to, no_key.clone()).await.expect_err("no key");
    assert!(refused.to_string().contains("master key"), "{refused}");
    assert!(!key_file(&no_key.data).exists(), "a key was made up");

    let file = find(&to.join("photos"), &photo.to_string());
    let mut bytes = fs::read(&file).expect("read");
    bytes[20] ^= 1;
    fs::write(&file, bytes).expect("damaged");
    let data = into(elsewhere.path(), "photo");
    let told = restore(&to, restored_at(&data)).await;
    assert!(told.is_err(), "{told:?}");

    fs::remove_file(&file).expect("removed");
    let data = into(elsewhere.path(), "missing");
    assert!(restore(&to, restored_at(&data)).await.is_err());

    // And a live photo that is not what was received makes no backup at all.
    let file = find(&bed.dir.path().join("photos"), &photo.to_string());
    fs::write(&file, b"torn").expect("damaged");
    let to = into(elsewhere.path(), "second");
    assert!(backup(bed, &to).await.is_err());
    assert!(!to.exists(), "an unfinished backup has no name");
    let verified = ops::verify(&bed.store, &photos).await.expect("read");
    assert_eq!(verified.broken.len(), 1, "{verified:?}");
}

/// The file below `folder` whose name begins so.
fn find(folder: &Path, begins: &str) -> PathBuf {
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            let name = path.file_name().expect("a name").to_string_lossy();
            if path.is_dir() {
                folders.push(path);
            } else if name.starts_with(begins) {
                return path;
            }
        }
    }
    panic!("no file begins with {begins}");
}

/// From either database into a fresh PostgreSQL.
async fn everything_moves_and_nothing_is_mixed(bed: &Bed) {
    let photos = photos(bed);
    let (id, _) = case_with_photo(bed, &photos, false).await;
    let target = Bed::postgres().await;
    let migrate = |url: &str| Migrate {
        keep: keep(bed),
        to_database_url: Some(url.to_owned()),
        to_photo_store_url: None,
    };
    // A bed has a street already: what is there is never mixed with what comes.
    let refused = ops::migrate(&migrate(&target.url)).await;
    assert!(refused.is_err(), "{refused:?}");
    for table in ["seed", "area_tree", "staff"] {
        target.sql(&format!("delete from {table}")).await;
    }
    {
        let _serving = Lock::shared(bed.dir.path()).expect("shared");
        let refused = ops::migrate(&migrate(&target.url)).await;
        assert!(refused.is_err(), "moved while a server writes");
    }
    let said = ops::migrate(&migrate(&target.url)).await.expect("moved");
    assert_eq!(said, "1 cases whole, 1 photos whole, 0 broken");
    let (here, there) = (bed.store.counts().await, target.store.counts().await);
    assert_eq!(here.expect("counted"), there.expect("counted"));
    let moved = target.store.case(id).await.expect("there");
    assert_eq!(moved.record.answers, answers());
    assert!(family_opens(&target.store, id).await);
    assert_eq!(moved.events[1].words.to_resident.as_deref(), Some(WORDS));
    target
        .step(id, assigned("li"))
        .await
        .expect("goes on there");
    target.close().await;
}

async fn erase(bed: &Bed, phone: &str) -> anyhow::Result<usize> {
    let whose = Whose {
        receipt: None,
        phone: Some(phone.to_owned()),
    };
    let by = "wang".to_owned();
    let keep = keep(bed);
    ops::forget(&Erase { whose, by, keep }).await
}

async fn a_person_is_forgotten_and_the_numbers_stay(bed: &Bed) {
    let photos = photos(bed);
    let (open, _) = case_with_photo(bed, &photos, false).await;
    let (closed, photo) = case_with_photo(bed, &photos, true).await;
    photos.make_all().await.expect("made");
    let refused = erase(bed, PHONE).await;
    assert!(refused.is_err(), "an open case was erased");
    let kept = bed.store.case(closed).await.expect("there");
    assert!(!kept.record.answers.0.is_empty(), "half of it was erased");

    let record = bed.store.case(open).await.expect("there").record;
    let withdrawn = fact(Some(Verb::Withdraw), State::Withdrawn);
    bed.step_from(&record, withdrawn, Words::default())
        .await
        .expect("withdrawn");
    assert_eq!(erase(bed, PHONE).await.expect("erased"), 2);

    let left = bed.store.case(closed).await.expect("there");
    assert!(left.record.answers.0.is_empty() && left.photos.is_empty());
    assert_eq!(left.record.receipt, kept.record.receipt);
    assert_eq!(left.record.progress, kept.record.progress);
    assert!(left.events.iter().all(|event| event.words.is_empty()));
    let verified = ops::verify(&bed.store, &photos).await.expect("read");
    assert_eq!((verified.cases, verified.broken.len()), (2, 0));
    for folder in ["originals", "versions"] {
        assert_eq!(files_of(bed, folder, photo), 0, "{folder}");
    }
    let secret = bed.store.held_case(closed, SECRET).await;
    assert!(
        matches!(secret, Err(Error::NotFound)),
        "the link still opens"
    );
    assert!(!family_opens(&bed.store, closed).await, "the family's too");
    assert_eq!(bed.store.counts().await.expect("counted")["family"], 0);
    let found = bed.store.cases_of_phone(PHONE).await.expect("read");
    assert!(found.is_empty(), "found by its telephone number");
    let audit = bed.store.audit(closed, 9).await.expect("read");
    assert_eq!(
        (audit[0].what.as_str(), audit[0].staff.as_str()),
        ("erased", "wang")
    );
    assert!(erase(bed, PHONE).await.is_err(), "nobody is left to erase");
    bed.store
        .erase_case(closed, &staff_id("wang"), NOW)
        .await
        .expect("twice is fine");
}

fn files_of(bed: &Bed, kind: &str, photo: PhotoId) -> usize {
    let days = fs::read_dir(bed.dir.path().join("photos").join(kind)).expect("a folder");
    let files = days.flat_map(|day| fs::read_dir(day.expect("a day").path()).expect("a folder"));
    let names = files.map(|file| file.expect("a file").file_name());
    names
        .filter(|name| name.to_string_lossy().starts_with(&photo.to_string()))
        .count()
}

async fn what_is_kept_about_a_person_is_handed_out(bed: &Bed) {
    let photos = photos(bed);
    let (id, photo) = case_with_photo(bed, &photos, false).await;
    let mut other = new_case();
    other.phone = "13900001234".to_owned();
    bed.submit(other).await;
    let receipt = bed.store.case(id).await.expect("there").record.receipt;
    let elsewhere = tempfile::tempdir().expect("a folder");
    for (name, whose) in [
        ("by-phone", (None, Some(PHONE.to_owned()))),
        ("by-receipt", (Some(receipt.to_string()), None)),
    ] {
        let to = into(elsewhere.path(), name);
        let options = Export {
            whose: Whose {
                receipt: whose.0,
                phone: whose.1,
            },
            to: to.clone(),
            keep: keep(bed),
        };
        assert_eq!(ops::export(&options).await.expect("exported"), 1, "{name}");
        let text = fs::read_to_string(to.join("cases.json")).expect("a file");
        for said in [NAME, PHONE, WORDS, "女儿"] {
            assert!(text.contains(said), "{said} in {text}");
        }
        assert!(!text.contains(&family_secret(id)));
        assert!(!text.contains(SECRET), "what opens the case is not data");
        let bytes = fs::read(to.join(format!("{photo}.png"))).expect("a picture");
        assert_eq!(bytes, picture(9));
        let again = ops::export(&options).await;
        assert!(again.is_err(), "written over what is there");
    }
}

async fn another_master_key_opens_everything(bed: &Bed) {
    let photos = photos(bed);
    let (id, _) = case_with_photo(bed, &photos, false).await;
    let new = new_case();
    let key = Uuid::now_v7();
    let draft = bed.store.draft_case(new).expect("a draft");
    let answer = once(key, "body", "the answer");
    let asked = answer.key.clone();
    bed.store
        .create_case(draft, Some(answer))
        .await
        .expect("created");
    let keep = keep(bed);
    {
        let _serving = Lock::shared(bed.dir.path()).expect("shared");
        let options = RotateKey { keep: keep.clone() };
        assert!(ops::rotate_key(&options).await.is_err(), "while serving");
    }
    let (cases, before) = ops::rotate_key(&RotateKey { keep: keep.clone() })
        .await
        .expect("changed");
    assert_eq!(cases, 2);
    assert_eq!(fs::read(before).expect("kept"), [7; 32]);

    let refused = Store::open(&bed.url, keys())
        .await
        .expect_err("the old key");
    assert!(refused.is_wrong_key(), "{refused:?}");
    opens_all(bed, id, &asked).await;

    // The power fails between the database and the key's file: the next start finishes it.
    let next = server::keys::draw_next(bed.dir.path()).expect("drawn");
    let store = server::boot::open_store(&keep).await.expect("opened");
    assert_eq!(store.rotate_keys(&next).await.expect("changed"), 2);
    store.close().await;
    opens_all(bed, id, &asked).await;
    assert_eq!(fs::read(key_file(bed.dir.path())).expect("a key"), next);
}

/// By the key that stands in the data folder now.
async fn opens_all(bed: &Bed, id: CaseId, asked: &server::store::OnceKey) {
    let keep = Keep {
        data: bed.dir.path().to_owned(),
        database_url: Some(bed.url.clone()),
        photo_store_url: None,
    };
    let store = server::boot::open_store(&keep).await.expect("opened");
    assert_eq!(store.verify_case(id).await.expect("read"), Ok(()));
    let (case, holder) = store.held_case(id, SECRET).await.expect("opened");
    assert_eq!(holder, Holder::Resident);
    assert!(family_opens(&store, id).await);
    assert_eq!(case.record.answers, answers());
    assert_eq!(store.cases_of_phone(PHONE).await.expect("read").len(), 2);
    let answered = store.answered(asked).await.expect("read");
    assert!(matches!(answered, Some(server::store::Done::Repeated(_))));
    Keys::load(bed.dir.path(), None).expect("a whole key");
    store.close().await;
}
