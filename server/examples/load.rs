//! Clients that ask a server the same again and again, and cost next to nothing themselves: on two
//! cores, whoever asks takes from whoever answers.
//! `scripts/bench.mjs` writes what is to be asked to standard input as JSON ([`Plan`]), the same way
//! for our server and for the one it is compared with, and reads the figures from standard output.
//!
//! One thread, one connection for each client, requests put together beforehand. Where a mark stands
//! in them, a new UUID is written each time; it has the same length.

use anyhow::{Context, Result, bail};
use serde::{Deserialize, Serialize};
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use uuid::Builder;

/// What is to be asked.
#[derive(Debug, Deserialize)]
struct Plan {
    /// `HOST:PORT`.
    server: String,
    clients: usize,
    seconds: f64,
    /// What stands for a UUID made anew each time.
    marks: Vec<String>,
    /// What a client asks one after the other; all of it counts once.
    steps: Vec<Step>,
}

/// One request.
#[derive(Debug, Deserialize)]
struct Step {
    method: String,
    path: String,
    headers: Vec<(String, String)>,
    /// Hexadecimal.
    body: String,
    /// The status of a good answer.
    status: u16,
}

/// What came of it.
#[derive(Debug, Serialize)]
struct Figures {
    times: usize,
    per_s: f64,
    p50_ms: f64,
    p99_ms: f64,
}

/// A request as it goes over the line.
#[derive(Clone, Debug)]
struct Request {
    bytes: Vec<u8>,
    /// Where a mark stands, and which.
    places: Vec<(usize, usize)>,
    status: u16,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let plan: Plan = serde_json::from_reader(std::io::stdin()).context("the plan")?;
    let requests = plan.steps.iter().map(|step| request(step, &plan));
    let requests: Vec<Request> = requests.collect::<Result<_>>()?;
    let began = Instant::now();
    let until = began + Duration::from_secs_f64(plan.seconds);
    let client = || client(&plan, requests.clone(), until);
    let asked = futures::future::try_join_all((0..plan.clients).map(|_| client())).await?;
    let mut times: Vec<Duration> = asked.into_iter().flatten().collect();
    times.sort_unstable();
    let quantile = |share: f64| -> f64 {
        let at = (times.len() as f64 * share) as usize;
        times.get(at).map_or(0.0, |time| time.as_secs_f64() * 1e3)
    };
    let figures = Figures {
        times: times.len(),
        per_s: times.len() as f64 / began.elapsed().as_secs_f64(),
        p50_ms: quantile(0.5),
        p99_ms: quantile(0.99),
    };
    println!("{}", serde_json::to_string(&figures)?);
    Ok(())
}

fn request(step: &Step, plan: &Plan) -> Result<Request> {
    let body = hex::decode(&step.body)?;
    let mut head = format!(
        "{} {} HTTP/1.1\r\nhost: {}\r\n",
        step.method, step.path, plan.server
    );
    for (name, value) in &step.headers {
        head += &format!("{name}: {value}\r\n");
    }
    if !body.is_empty() {
        head += &format!("content-length: {}\r\n", body.len());
    }
    let bytes = [head.as_bytes(), b"\r\n", &body].concat();
    let marks = plan.marks.iter().enumerate();
    let places = marks.flat_map(|(which, mark)| {
        let at = bytes.windows(mark.len()).enumerate();
        let found = at.filter(|(_, bytes)| *bytes == mark.as_bytes());
        found.map(move |(at, _)| (at, which)).collect::<Vec<_>>()
    });
    Ok(Request {
        places: places.collect(),
        bytes,
        status: step.status,
    })
}

/// Asks until the time is over; how long each time took.
async fn client(plan: &Plan, mut requests: Vec<Request>, until: Instant) -> Result<Vec<Duration>> {
    let mut line = TcpStream::connect(&plan.server).await?;
    line.set_nodelay(true)?;
    let mut times = Vec::new();
    let mut answer = Vec::with_capacity(64 * 1024);
    while Instant::now() < until {
        let began = Instant::now();
        let ids: Vec<String> = plan
            .marks
            .iter()
            .map(|_| Builder::from_random_bytes(rand::random()))
            .map(|id| id.into_uuid().to_string())
            .collect();
        for request in &mut requests {
            for (at, which) in &request.places {
                let id = ids[*which].as_bytes();
                request.bytes[*at..*at + id.len()].copy_from_slice(id);
            }
            line.write_all(&request.bytes).await?;
            let status = read_answer(&mut line, &mut answer).await?;
            if status != request.status {
                bail!("{status}: {}", String::from_utf8_lossy(&answer));
            }
        }
        times.push(began.elapsed());
    }
    Ok(times)
}

/// Reads one whole answer; its status.
async fn read_answer(line: &mut TcpStream, answer: &mut Vec<u8>) -> Result<u16> {
    answer.clear();
    loop {
        if line.read_buf(answer).await? == 0 {
            bail!("the line broke");
        }
        if is_whole(answer) {
            let status = answer.get(9..12).context("no status")?;
            return Ok(std::str::from_utf8(status)?.parse()?);
        }
    }
}

fn is_whole(answer: &[u8]) -> bool {
    let Some(end) = answer.windows(4).position(|four| four == b"\r\n\r\n") else {
        return false;
    };
    let (head, body) = (&answer[..end], &answer[end + 4..]);
    let head = String::from_utf8_lossy(head).to_ascii_lowercase();
    let value = |name: &str| {
        let mut lines = head.split("\r\n");
        lines.find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
    };
    match value("content-length").map(str::parse) {
        Some(Ok(length)) => body.len() >= length,
        _ if value("transfer-encoding") == Some("chunked") => body.ends_with(b"0\r\n\r\n"),
        _ => true,
    }
}
