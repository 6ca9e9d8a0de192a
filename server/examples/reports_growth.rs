//! How the public lists answer with ten thousand and with a million cases on the street:
//! `cargo run --release -p server --example reports_growth [FOLDER]`. Prints milliseconds at the
//! median and the 99th percentile, on SQLite, and their ratio (budget: 1.5).

use anyhow::{Context, Result};
use model::place::Wgs84;
use model::time::TimeMs;
use server::keys::Keys;
use server::store::{ReportFilter, ReportOrder, SentFilter, Store};
use sqlx::{AnyConnection, Connection};
use std::path::Path;
use std::time::Instant;

const SIZES: [i64; 2] = [10_000, 1_000_000];
const TIMES: usize = 300;
/// The last of the cases below is handed in at this moment, one a minute before it.
const NOW: i64 = 1_795_392_000_000;

/// Rows as the store writes them, but for what is sealed, which no public list opens. They lie in
/// clumps, as a street's do: 400 places, up to 300 m around each.
const FILL: [&str; 3] = [
    "insert into cases (id, receipt, kind, area, state, seq, sort_at, created_at, updated_at,
        progress, secret_hash, phone_hash, head)
     with recursive n (i) as (select 0 union all select i + 1 from n where i + 1 < $1)
     select printf('01900000-0000-7000-8000-%012d', i), printf('%09d', i), 'issue_report', 'grid-01',
        'submitted', 1, i, $2 - i * 60000, $2 - i * 60000,
        '{\"state\":\"submitted\",\"seq\":1,\"assignee\":null,\"pending\":null,\"visit\":null,\"due\":null,\"promise\":null,\"extended\":false,\"originals_held\":0,\"reopened\":0,\"urged_at\":null,\"since\":0,\"silent\":false,\"rating\":null}',
        x'00', x'00', x'00' from n",
    "insert into reports (case_id, category, lat_e7, lon_e7, cell, state, open, publication, shown,
        voices, words, photos, created_at, updated_at)
     with recursive n (i) as (select 0 union all select i + 1 from n where i + 1 < $1),
     d as (select i, i * 2654435761 % 4294967296 as a, i * 40014 % 2147483563 as b,
        i * 40692 % 2147483399 as c, i * 69621 % 2147483647 as k from n),
     p as (select i, k, 399000000 + a / 1024 % 20 * 60000 + b % 59999 - 30000 as lat,
        1163000000 + a / 65536 % 20 * 70000 + c % 59999 - 30000 as lon from d),
     q as (select *, (lon + 1800000000) / 4096 as x, (lat + 900000000) / 4096 as y from p)
     select printf('01900000-0000-7000-8000-%012d', i), 'kind-' || (k % 25), lat, lon,
        (with recursive m (at, sum) as (select 0, 0 union all
            select at + 1, sum | ((x >> at & 1) << (2 * at)) | ((y >> at & 1) << (2 * at + 1))
            from m where at < 20) select sum from m where at = 20),
        case when i % 20 = 0 then 'submitted' else 'confirmed' end, i % 20 = 0, 'public', i % 10 > 0,
        1 + i * 31 % 40, '东门垃圾桶满了', '[]', $2 - i * 60000, $2 - i * 60000 from q",
    "analyze",
];

#[tokio::main]
async fn main() -> Result<()> {
    let folder = std::env::args()
        .nth(1)
        .unwrap_or_else(|| ".run/growth".to_owned());
    let mut before: Option<Vec<(&str, f64, f64)>> = None;
    for size in SIZES {
        let path = Path::new(&folder).join(size.to_string());
        let _ = std::fs::remove_dir_all(&path);
        std::fs::create_dir_all(&path)?;
        let store = Store::open(&Store::sqlite_url(&path), Keys::load(&path, None)?).await?;
        fill(&path, size).await?;
        println!("{size} cases");
        let figures = measure(&store).await?;
        for (at, (name, p50, p99)) in figures.iter().enumerate() {
            let ratio = before.as_ref().map(|before| p99 / before[at].2);
            let ratio = ratio
                .map(|ratio| format!("  x {ratio:.2} at p99"))
                .unwrap_or_default();
            println!("  {name:<28} p50 {p50:7.2} ms  p99 {p99:7.2} ms{ratio}");
        }
        before = Some(figures);
        store.close().await;
        std::fs::remove_dir_all(&path)?;
    }
    Ok(())
}

async fn fill(path: &Path, size: i64) -> Result<()> {
    let mut db = AnyConnection::connect(&Store::sqlite_url(path)).await?;
    for statement in FILL {
        let mut query = sqlx::query(statement);
        if statement.contains("$1") {
            query = query.bind(size).bind(NOW);
        }
        query.execute(&mut db).await.context("filling")?;
    }
    Ok(db.close().await?)
}

async fn measure(store: &Store) -> Result<Vec<(&'static str, f64, f64)>> {
    let page = |category: Option<&str>, open: Option<bool>| ReportFilter {
        category: category.and_then(|name| name.to_owned().try_into().ok()),
        open,
        after: None,
        limit: 20,
    };
    let all = page(None, None);
    let of = page(Some("kind-3"), None);
    let near = page(Some("kind-5"), Some(true));
    let sent = SentFilter {
        categories: Vec::new(),
        open: None,
        from: TimeMs(NOW).plus_days(-90),
        until: TimeMs(NOW),
        updated_after: None,
        limit: 100,
        offset: 0,
    };
    let mut figures = Vec::new();
    let at = |n: usize| {
        let (up, right) = ((n * 37 % 97) as f64, (n * 53 % 89) as f64);
        Wgs84::new(39.9 + up * 0.0012, 116.3 + right * 0.0016)
    };
    macro_rules! time {
        ($name:literal, $n:ident => $call:expr) => {{
            let mut times = Vec::new();
            for $n in 0..TIMES {
                let started = Instant::now();
                $call.await?;
                times.push(started.elapsed().as_secs_f64() * 1000.0);
            }
            times.sort_by(f64::total_cmp);
            figures.push(($name, times[TIMES / 2], times[TIMES * 99 / 100]));
        }};
    }
    time!("newest", _n => store.reports(ReportOrder::Newest, &all));
    time!("newest of a category", _n => store.reports(ReportOrder::Newest, &of));
    time!("most voices", _n => store.reports(ReportOrder::Voices, &all));
    time!("nearest", n => store.nearest(at(n)?, f64::INFINITY, &all));
    time!("nearest of a category", n => store.nearest(at(n)?, f64::INFINITY, &of));
    time!("already reported (50 m)", n => store.nearest(at(n)?, 50.0, &near));
    time!("alike, for staff (100 m)", n => store.alike(at(n)?));
    time!("Open311, 100 of 90 days", _n => store.sent_reports(&sent));
    Ok(figures)
}
