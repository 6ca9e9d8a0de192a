//! The built program with a database that lets it wait: the statement that waits is in the log, its
//! values are not.

use serde_json::{Value, json};
use sqlx::{AnyConnection, AssertSqlSafe, Connection};
use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;
use uuid::Uuid;

/// What the program calls slow, and for how long somebody else holds what it waits for.
const THRESHOLD: &str = "1s";
const HELD_FOR: Duration = Duration::from_millis(1500);

/// Values of the statements that wait, in the clear there.
const ESTATE: &str = "qiangwei-nan";
const STATION: &str = "street-centre";
/// And what must stand nowhere but sealed.
const NAME: &str = "王秀英";
const PHONE: &str = "13800001234";

fn server(folder: &Path, database: &str) -> (Child, String) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_yikezhong"))
        .args(["serve", "--sample", "--listen", "127.0.0.1:0", "--log-json"])
        .arg("--data")
        .arg(folder)
        .arg("--dist")
        .arg(folder.join("no-dist"))
        .env("DATABASE_URL", database)
        .env_remove("YIKEZHONG_LOG")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("started");
    let output = BufReader::new(child.stdout.take().expect("piped"));
    let base = output.lines().find_map(|line| {
        let line = line.expect("text");
        Some(line.strip_prefix("listening on ")?.to_owned())
    });
    (child, base.expect("it listens"))
}

async fn hand_in(base: &str) -> u16 {
    let case = json!({ "kind": "proxy_request", "answers": {
        "matter": "elder-card", "for_whom": "me",
        "applicant_name": NAME, "applicant_phone": PHONE,
        "home": { "estate": ESTATE, "door": "3号楼2单元201" },
        "handling": "station", "station": STATION,
        "materials": { "id_card": { "have": "home" }, "photo": { "have": "missing" } },
        "consent": true, "consent_sensitive": true,
    } });
    let sent = reqwest::Client::new().post(format!("{base}/api/v1/cases"));
    let sent = sent.header("idempotency-key", Uuid::now_v7().to_string());
    let sent = sent.header("content-type", "application/json");
    let answer = sent.body(case.to_string()).send().await.expect("answered");
    answer.status().as_u16()
}

async fn connect(url: &str) -> AnyConnection {
    sqlx::any::install_default_drivers();
    AnyConnection::connect(url).await.expect("connected")
}

async fn run(db: &mut AnyConnection, statement: &str) {
    let done = sqlx::query(AssertSqlSafe(statement.to_owned())).execute(db);
    done.await.expect(statement);
}

/// Hands a case in while somebody else holds what `hold` takes; gives the whole log, and of it the
/// lines of slow statements.
async fn slow_lines(folder: &Path, database: &str, hold: &[&str]) -> (String, Vec<Value>) {
    let (mut child, base) = server(folder, database);
    let mut other = connect(database).await;
    for statement in hold {
        run(&mut other, statement).await;
    }
    let handed_in = tokio::spawn(async move { hand_in(&base).await });
    tokio::time::sleep(HELD_FOR).await;
    run(&mut other, "rollback").await;
    other.close().await.expect("closed");
    assert_eq!(
        handed_in.await.expect("sent"),
        201,
        "it waited, and was taken"
    );

    let pid = rustix::process::Pid::from_child(&child);
    rustix::process::kill_process(pid, rustix::process::Signal::TERM).expect("told to stop");
    let mut log = String::new();
    let errors = child.stderr.take();
    errors
        .expect("piped")
        .read_to_string(&mut log)
        .expect("text");
    child.wait().expect("ended");
    let lines = log
        .lines()
        .map(|line| serde_json::from_str(line).expect(line));
    let slow = lines.filter(|line: &Value| line["target"] == "sqlx::query");
    let slow = slow.collect();
    (log, slow)
}

/// The line about the statement in which `words` stand, checked to be one of a slow statement.
fn line_about<'a>(lines: &'a [Value], words: &str) -> &'a Value {
    let statement = |line: &Value| {
        let fields = &line["fields"];
        format!("{} {}", fields["summary"], fields["db.statement"])
    };
    let found = lines.iter().find(|line| statement(line).contains(words));
    let line = found.unwrap_or_else(|| panic!("{words} is in no line of {lines:#?}"));
    assert_eq!(line["level"], "WARN");
    assert_eq!(line["fields"]["slow_threshold"], THRESHOLD);
    let took = line["fields"]["elapsed_secs"].as_f64();
    assert!(took.expect("seconds") >= 1.0, "{line}");
    line
}

fn holds_no_value(log: &str) {
    for value in [ESTATE, STATION, NAME, PHONE] {
        assert!(!log.contains(value), "{value} stands in the log: {log}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_waits_for_sqlite_is_in_the_log() {
    let dir = tempfile::tempdir().expect("a folder");
    let database = server::store::Store::sqlite_url(dir.path());
    let (log, slow) = slow_lines(dir.path(), &database, &["begin immediate"]).await;
    line_about(&slow, "begin immediate");
    holds_no_value(&log);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_waits_for_postgres_is_in_the_log_with_its_request() {
    let server = std::env::var("YIKEZHONG_TEST_POSTGRES")
        .expect("YIKEZHONG_TEST_POSTGRES is not set: run this by scripts/with-postgres");
    let name = format!("slow_{}", Uuid::now_v7().simple());
    let mut admin = connect(&server).await;
    run(&mut admin, &format!("create database {name}")).await;
    let (base, _) = server.rsplit_once('/').expect("an address with a database");
    let dir = tempfile::tempdir().expect("a folder");
    let hold = ["begin", "lock table cases in access exclusive mode"];
    let (log, slow) = slow_lines(dir.path(), &format!("{base}/{name}"), &hold).await;
    let line = line_about(&slow, "insert into cases");
    let request = line["span"]["id"].as_str().expect("a request");
    Uuid::parse_str(request).expect("its id");
    assert_eq!(line["span"]["route"], "/api/v1/cases");
    holds_no_value(&log);
    run(&mut admin, &format!("drop database {name} with (force)")).await;
}
