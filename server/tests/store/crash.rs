//! Nothing that was acknowledged is lost: when the program is killed in the middle of its work,
//! when the disk is full, when the power fails. A kill cannot show a missing sync, for the kernel
//! still writes what it was given; so the last is shown by the program's own system calls.

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
use std::time::Duration;
use uuid::Uuid;

/// Tells the child where to write; unset for everybody else.
const FOLDER: &str = "YIKEZHONG_TEST_CRASH_FOLDER";
/// Its database, where that is not a file in the folder.
const DATABASE: &str = "YIKEZHONG_TEST_CRASH_DATABASE";
const ROUNDS: usize = 10;
const ACKNOWLEDGED: usize = 25;
/// So many refusals in a row, and the disk is full for good.
const REFUSED: usize = 12;

crate::on_both!(
    nothing_acknowledged_is_lost,
    killed_while_it_makes_its_tables
);

/// What the child told of one case.
struct Told {
    case: CaseId,
    photo: PhotoId,
    head: String,
}

/// Not a test by itself: what the others start, and kill.
#[test]
#[ignore = "started by the others"]
fn child() {
    let Some(folder) = std::env::var_os(FOLDER) else {
        return;
    };
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(async {
        let url = std::env::var(DATABASE).ok();
        let (store, photos) = open(Path::new(&folder), url.as_deref()).await;
        let submit = || submit_until_full(&store, &photos);
        tokio::join!(submit(), submit(), submit(), submit());
    });
}

async fn open(folder: &Path, url: Option<&str>) -> (Store, Photos) {
    let file = Store::sqlite_url(folder);
    let store = Store::open(url.unwrap_or(&file), keys()).await;
    let store = store.expect("a store");
    let photos = Photos::open(None, folder, store.clone()).expect("a photo store");
    (store, photos)
}

async fn submit_until_full(store: &Store, photos: &Photos) {
    let mut refused = 0;
    while refused < REFUSED {
        match submit(store, photos).await {
            Some(told) => {
                println!("\nacknowledged {} {} {}", told.case, told.photo, told.head);
                std::io::stdout().flush().expect("told");
                refused = 0;
            }
            None => refused += 1,
        }
    }
}

/// A case with a photo of some size; none where it was not acknowledged.
async fn submit(store: &Store, photos: &Photos) -> Option<Told> {
    let picture: DynamicImage = RgbImage::new(80, 80).into();
    let mut bytes = Cursor::new(Vec::new());
    picture
        .write_to(&mut bytes, ImageFormat::Png)
        .expect("encoded");
    let photo = PhotoId(Uuid::now_v7());
    let bytes = Bytes::from(bytes.into_inner());
    photos.put(photo, bytes, NOW).await.ok()?;
    let mut new = new_case();
    new.photos = vec![(photo, "signature".to_owned())];
    let case = new.id;
    let draft = store.draft_case(new).expect("a draft");
    let head = draft.head_hex();
    store.create_case(draft, None).await.ok()?;
    Some(Told { case, photo, head })
}

async fn nothing_acknowledged_is_lost(bed: &Bed) {
    // With nobody else at the file, each start has to make sense of what was left by itself.
    bed.store.close().await;
    let mut acknowledged = Vec::new();
    for _ in 0..ROUNDS {
        let mut command = child_of(&this_program(), bed);
        acknowledged.extend(told_by(&mut command, Some(ACKNOWLEDGED)));
    }
    assert!(acknowledged.len() >= ROUNDS * ACKNOWLEDGED);
    all_is_there(bed, &acknowledged).await;
}

/// Kills at moments a little further apart each time, until the first case is acknowledged: by then
/// the tables are made. Each start goes on from what the kill before it left.
async fn killed_while_it_makes_its_tables(bed: &Bed) {
    bed.store.close().await;
    let url = bed.empty().await;
    for round in 0..ROUNDS {
        let mut command = child_of(&this_program(), bed);
        command.env(DATABASE, &url).stdout(Stdio::null());
        let mut child = command.spawn().expect("started");
        std::thread::sleep(Duration::from_millis(10 * round as u64));
        child.kill().expect("killed");
        child.wait().expect("ended");
    }
    let mut command = child_of(&this_program(), bed);
    command.env(DATABASE, &url);
    let acknowledged = told_by(&mut command, Some(1));
    assert!(!acknowledged.is_empty());
    all_is_in(bed, &url, &acknowledged).await;
}

/// Every file of the child may grow to so many blocks of 512 bytes and no further: the database's
/// log, which is the first to reach it, is then cut short in the middle of a write.
#[tokio::test]
async fn a_full_disk_loses_nothing_and_takes_on_again() {
    let bed = Bed::sqlite().await;
    bed.store.close().await;
    let limited = "trap '' XFSZ; ulimit -f 2000; exec \"$@\"";
    let mut shell = vec!["sh".to_owned(), "-c".to_owned(), limited.to_owned()];
    shell.push("sh".to_owned());
    shell.extend(this_program());
    // It ends by itself, when nothing is taken any more.
    let acknowledged = told_by(&mut child_of(&shell, &bed), None);
    assert!(
        acknowledged.len() > 4,
        "{} before it was full",
        acknowledged.len()
    );
    all_is_there(&bed, &acknowledged).await;
    let (store, photos) = open(bed.dir.path(), None).await;
    let after = submit(&store, &photos).await.expect("taken on again");
    all_is_there(&bed, &[after]).await;
    store.close().await;
}

/// Before anybody is told: the photo's name is written, its bytes are on disk, the folder it stands
/// in and that folder's own name, and then the database's log, in this order.
#[tokio::test]
async fn the_disk_has_it_before_anybody_is_told() {
    let bed = Bed::sqlite().await;
    bed.store.close().await;
    let trace = bed.dir.path().join("trace");
    let calls = "trace=fsync,fdatasync,openat,write";
    let mut traced = ["strace", "-f", "-y", "-s", "200", "-e", calls, "-o"]
        .map(str::to_owned)
        .to_vec();
    traced.push(trace.to_string_lossy().into_owned());
    traced.extend(this_program());
    // Killing the tracer would let the child run on: it ends when nobody listens any more.
    let acknowledged = told_by(&mut child_of(&traced, &bed), Some(8));
    let calls = finished_calls(&std::fs::read_to_string(&trace).expect("a trace"));
    for told in &acknowledged {
        let photo = told.photo.to_string();
        let position = |from: usize, what: &dyn Fn(&str) -> bool| {
            let found = calls[from..].iter().position(|call| what(call));
            from + found.unwrap_or_else(|| panic!("of {photo} this is missing: {calls:#?}"))
        };
        let sync = |call: &str| call.starts_with("fsync(") || call.starts_with("fdatasync(");
        let name = position(0, &|call| call.contains("O_CREAT") && call.contains(&photo));
        let bytes = position(name, &|call| sync(call) && call.contains(&photo));
        let folder = position(bytes, &|call| {
            sync(call) && call.contains("/originals/2026-11-02>")
        });
        let log = position(folder, &|call| {
            sync(call) && call.contains("yikezhong.db-wal>")
        });
        let said = position(0, &|call| {
            call.starts_with("write(1<") && call.contains(&photo)
        });
        let day = position(0, &|call| sync(call) && call.contains("/photos/originals>"));
        assert!(log < said && day < said, "{photo}: {log} {day} {said}");
    }
}

/// The calls in the order in which they came back; a write to whoever listens counts from its
/// beginning, for then it may be heard.
fn finished_calls(trace: &str) -> Vec<String> {
    let mut begun = std::collections::HashMap::new();
    let mut calls = Vec::new();
    for line in trace.lines() {
        let Some((process, call)) = line.split_once(' ') else {
            continue;
        };
        let call = call.trim_start();
        if call.starts_with("<...") {
            calls.extend(begun.remove(process));
        } else if call.ends_with("<unfinished ...>") && !call.starts_with("write(") {
            begun.insert(process, call.to_owned());
        } else {
            calls.push(call.to_owned());
        }
    }
    calls
}

async fn all_is_there(bed: &Bed, acknowledged: &[Told]) {
    all_is_in(bed, &bed.url, acknowledged).await;
}

async fn all_is_in(bed: &Bed, url: &str, acknowledged: &[Told]) {
    let (store, photos) = open(bed.dir.path(), Some(url)).await;
    photos.make_all().await.expect("made");
    for told in acknowledged {
        let case = store.case(told.case).await.expect("there");
        assert_eq!(case.record.head_hex(), told.head);
        assert_eq!(case.photos.len(), 1);
        let shown = photos.get(told.photo, PhotoSize::Full).await;
        shown.expect("shown");
    }
    // Everything else too: chains, and photos that nobody was told of.
    let verified = server::ops::verify(&store, &photos).await.expect("read");
    assert_eq!(verified.broken, Vec::<String>::new());
    assert!(verified.cases >= acknowledged.len() as u64, "{verified}");
    store.close().await;
}

fn this_program() -> Vec<String> {
    let program = std::env::current_exe().expect("this program");
    let arguments = ["--exact", "crash::child", "--ignored", "--nocapture"];
    std::iter::once(program.to_string_lossy().into_owned())
        .chain(arguments.map(str::to_owned))
        .collect()
}

fn child_of(line: &[String], bed: &Bed) -> Command {
    let mut command = Command::new(&line[0]);
    command
        .args(&line[1..])
        .env(FOLDER, bed.dir.path())
        .env("RUST_BACKTRACE", "0")
        .stdout(Stdio::piped())
        .stderr(Stdio::null());
    if bed.url.starts_with("postgres") {
        command.env(DATABASE, &bed.url);
    }
    command
}

/// Everything the child acknowledged until it ended, or was killed after so many.
fn told_by(command: &mut Command, kill_after: Option<usize>) -> Vec<Told> {
    let mut child = command.spawn().expect("started");
    let output = BufReader::new(child.stdout.take().expect("piped"));
    let mut acknowledged = Vec::new();
    for line in output.lines() {
        acknowledged.extend(parse(&line.expect("text")));
        if Some(acknowledged.len()) == kill_after {
            child.kill().expect("killed");
            if command.get_program() == "strace" {
                break;
            }
        }
    }
    child.wait().expect("ended");
    acknowledged
}

/// A line may be cut short by the kill: then it told nobody anything.
fn parse(line: &str) -> Option<Told> {
    let mut words = line.strip_prefix("acknowledged ")?.split(' ');
    let (case, photo, head) = (words.next()?, words.next()?, words.next()?);
    (head.len() == 64).then_some(Told {
        case: case.parse().ok()?,
        photo: photo.parse().ok()?,
        head: head.to_owned(),
    })
}
