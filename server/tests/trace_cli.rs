//! The built program, with somebody who collects its traces.

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::routing::post;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};

type Heard = Arc<Mutex<Vec<u8>>>;

/// The trace that a proxy in front of the program began.
const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";
const PARENT: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

async fn collect(State(heard): State<Heard>, body: Bytes) {
    heard.lock().expect("held").extend_from_slice(&body);
}

/// Takes whatever is sent, as a collector does; gives its address.
async fn collector(heard: &Heard) -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
        .await
        .expect("a port");
    let address = listener.local_addr().expect("an address");
    let router = Router::new()
        .route("/v1/traces", post(collect))
        .with_state(heard.clone());
    tokio::spawn(async move { axum::serve(listener, router).await });
    format!("http://{address}/v1/traces")
}

fn server(folder: &std::path::Path, traces: &str) -> (Child, String) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_yikezhong"))
        .args([
            "serve",
            "--sample",
            "--listen",
            "127.0.0.1:0",
            "--behind-proxy",
        ])
        .args(["--trace-url", traces, "--trace-share", "0", "--log-json"])
        .arg("--data")
        .arg(folder)
        .arg("--dist")
        .arg(folder.join("dist"))
        .env_remove("DATABASE_URL")
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

fn holds(heard: &[u8], text: &str) -> bool {
    heard
        .windows(text.len())
        .any(|part| part == text.as_bytes())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_trace_goes_on_through_the_program_and_names_no_values() {
    let heard = Heard::default();
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::create_dir(folder.path().join("dist")).expect("a folder");
    std::fs::write(folder.path().join("dist/index.html"), "<title>x</title>").expect("written");
    let (mut child, base) = server(folder.path(), &collector(&heard).await);
    let client = reqwest::Client::new();
    let case = "0190f7a0-0000-7000-8000-000000007391";
    let looked_up = client.get(format!("{base}/api/v1/cases/{case}"));
    let looked_up = looked_up.header("case-secret", "nobody-knows-it");
    let traced = looked_up.header("traceparent", PARENT).send();
    assert_eq!(traced.await.expect("answered").status(), 404);
    // Nobody began a trace for this one, and its share is none.
    let untraced = client.get(format!("{base}/api/v1/matters")).send();
    assert_eq!(untraced.await.expect("answered").status(), 200);

    let pid = rustix::process::Pid::from_child(&child);
    rustix::process::kill_process(pid, rustix::process::Signal::TERM).expect("told to stop");
    let errors = child.stderr.take().expect("piped");
    assert!(child.wait().expect("ended").success());
    let heard = heard.lock().expect("held");
    let route = "/api/v1/cases/{case}";
    for expected in [
        "yikezhong",
        "request",
        route,
        "sql",
        "from cases c join events",
    ] {
        assert!(holds(&heard, expected), "{expected} is in no trace");
    }
    let id: Vec<u8> = hex::decode(TRACE).expect("hexadecimal");
    assert!(
        heard.windows(16).any(|part| part == id),
        "it goes on from the proxy's"
    );
    for never in ["7391", "nobody-knows-it", "/api/v1/matters"] {
        assert!(!holds(&heard, never), "{never} stands in a trace");
    }
    let log: Vec<String> = BufReader::new(errors)
        .lines()
        .map_while(Result::ok)
        .collect();
    let answered = log.iter().find(|line| line.contains(route));
    assert!(answered.expect("logged").contains(TRACE), "{log:#?}");
}
