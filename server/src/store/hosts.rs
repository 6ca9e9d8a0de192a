//! Which of several PostgreSQL servers is the one that writes.
//!
//! An address may name several, as libpq writes it: `postgres://user@first,second:5433/name`. One of
//! them writes, the others stand by. When a standby is promoted in its place, new connections go
//! there within a second, and those to the server of before are used no more.

use super::{Fault, Result};
use futures::future::join_all;
use sqlx::any::{AnyConnectOptions, AnyPoolOptions};
use sqlx::{AnyConnection, AnyPool, ConnectOptions, Connection, Row};
use std::io;
use std::time::{Duration, Instant};
use tokio::sync::watch;
use tokio::time::{sleep, timeout};
use tokio_util::sync::{CancellationToken, DropGuard};

/// A server that does not answer by then is as good as gone.
const ANSWERS_WITHIN: Duration = Duration::from_secs(2);
/// Whoever waits longer for a connection is told to come again. Within it the pool tries an address
/// that refuses again and again, at last every fifth of this: so long it may miss a new server.
const CONNECTS_WITHIN: Duration = Duration::from_secs(10);
/// Between two looks at who writes.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// The timeline on which a server writes, in eight digits; empty where it stands by. Each promotion
/// begins a later one: of two that would write, the other has been left behind.
const TIMELINE: &str = "select case when pg_is_in_recovery() then ''
    else substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8) end as timeline";

/// The servers of one database.
#[derive(Debug)]
pub(super) struct Hosts(Vec<Host>);

#[derive(Debug)]
struct Host {
    options: AnyConnectOptions,
    /// Kept open, to ask again.
    held: Option<AnyConnection>,
}

/// Keeps the pool at the server that writes, until it is dropped.
#[derive(Debug)]
pub(super) struct Following {
    _stop: DropGuard,
}

impl Hosts {
    /// Those that an address names.
    pub fn of(address: &str) -> Result<Hosts> {
        let alone = each_alone(address).ok_or(Fault::Address)?;
        let hosts = alone.iter().map(|address| {
            Ok(Host {
                options: super::connect_options(address)?,
                held: None,
            })
        });
        hosts.collect::<Result<_>>().map(Hosts)
    }

    /// A pool of connections to the server that writes, and what keeps it there.
    pub async fn pool(mut self, options: AnyPoolOptions) -> Result<(AnyPool, Option<Following>)> {
        if let [only] = self.0.as_slice() {
            let pool = options.connect_with(only.options.clone()).await?;
            return Ok((pool, None));
        }
        let (moved, last_move) = watch::channel(None);
        let options = options
            .acquire_timeout(CONNECTS_WITHIN)
            .test_before_acquire(false)
            .before_acquire(move |db, about| {
                let old = left_behind(*last_move.borrow(), about.age);
                Box::pin(async move { Ok(!old && answers(db).await) })
            });
        let writer = self.writer().await?;
        tracing::info!(host = host_of(&writer), "the database's server that writes");
        let pool = options.connect_with(writer).await?;
        let stop = CancellationToken::new();
        let following = self.follow(pool.clone(), moved);
        tokio::spawn(stop.clone().run_until_cancelled_owned(following));
        let stop = stop.drop_guard();
        Ok((pool, Some(Following { _stop: stop })))
    }

    /// Leads the pool to whichever server writes.
    async fn follow(mut self, pool: AnyPool, moved: watch::Sender<Option<Instant>>) {
        let mut lost = false;
        loop {
            sleep(LOOK_EVERY).await;
            let writer = self.writer().await;
            let before = pool.connect_options();
            match writer {
                Ok(writer) if writer.database_url != before.database_url => {
                    tracing::warn!(host = host_of(&writer), "another server writes now");
                    pool.set_connect_options(writer);
                    moved.send_replace(Some(Instant::now()));
                    lost = false;
                }
                Ok(_) => lost = false,
                Err(error) if !lost => {
                    tracing::error!(error = %error, "the database's server that writes is lost");
                    lost = true;
                }
                Err(_) => {}
            }
        }
    }

    /// The server that writes; of several, the one that was promoted last.
    async fn writer(&mut self) -> sqlx::Result<AnyConnectOptions> {
        let asked = join_all(self.0.iter_mut().map(Host::timeline)).await;
        let mut writing = None;
        let mut failed = None;
        for (host, timeline) in self.0.iter().zip(asked) {
            match timeline {
                Ok(timeline) if timeline.is_empty() => {}
                Ok(timeline) if later(&timeline, writing.as_ref()) => {
                    writing = Some((timeline, &host.options));
                }
                Ok(_) => {}
                Err(error) => failed = Some(error),
            }
        }
        match writing {
            Some((_, options)) => Ok(options.clone()),
            None => Err(failed.unwrap_or_else(|| io::Error::other("all stand by").into())),
        }
    }
}

fn later(timeline: &str, than: Option<&(String, &AnyConnectOptions)>) -> bool {
    than.is_none_or(|(than, _)| timeline > than.as_str())
}

impl Host {
    async fn timeline(&mut self) -> sqlx::Result<String> {
        let asked = async {
            let db = match &mut self.held {
                Some(db) => db,
                none => none.insert(self.options.connect().await?),
            };
            sqlx::query(TIMELINE).fetch_one(db).await?.try_get(0)
        };
        let answer = timeout(ANSWERS_WITHIN, asked).await;
        let answer =
            answer.unwrap_or_else(|_| Err(io::Error::from(io::ErrorKind::TimedOut).into()));
        if answer.is_err() {
            self.held = None;
        }
        answer
    }
}

/// Whether a connection of that age is from before the last move.
fn left_behind(moved: Option<Instant>, age: Duration) -> bool {
    moved.is_some_and(|moved| age > moved.elapsed())
}

async fn answers(db: &mut AnyConnection) -> bool {
    matches!(timeout(ANSWERS_WITHIN, db.ping()).await, Ok(Ok(())))
}

/// For the log: an address holds a password.
fn host_of(options: &AnyConnectOptions) -> String {
    let url = &options.database_url;
    let host = url.host_str().unwrap_or("localhost");
    format!("{host}:{}", url.port().unwrap_or(5432))
}

/// An address for each of the servers that one address names; none where it is none. What libpq is
/// told of the kind of server that is wanted goes: here it is always the one that writes.
fn each_alone(address: &str) -> Option<Vec<String>> {
    let (scheme, rest) = address.split_once("://")?;
    let end = rest.find(['/', '?']).unwrap_or(rest.len());
    let (authority, rest) = rest.split_at(end);
    let (user, hosts) = match authority.rsplit_once('@') {
        Some((user, hosts)) => (format!("{user}@"), hosts),
        None => (String::new(), authority),
    };
    let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
    let ours = |each: &&str| !each.is_empty() && !each.starts_with("target_session_attrs=");
    let query: Vec<&str> = query.split('&').filter(ours).collect();
    let query = match query.as_slice() {
        [] => String::new(),
        some => format!("?{}", some.join("&")),
    };
    let alone = |host: &str| format!("{scheme}://{user}{host}{path}{query}");
    Some(hosts.split(',').map(alone).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_names_its_servers() {
        for (address, servers) in [
            ("postgres://h/d", &["postgres://h/d"][..]),
            (
                "postgres://u:p@first:5433,second/d?target_session_attrs=read-write&sslmode=require",
                &[
                    "postgres://u:p@first:5433/d?sslmode=require",
                    "postgres://u:p@second/d?sslmode=require",
                ],
            ),
            (
                "postgresql://u@[::1]:1,10.0.0.2:2?target_session_attrs=any",
                &["postgresql://u@[::1]:1", "postgresql://u@10.0.0.2:2"],
            ),
            // A socket's folder, and a password with a comma in it.
            (
                "postgres://u:a,b@h/d?host=/run/pg",
                &["postgres://u:a,b@h/d?host=/run/pg"],
            ),
        ] {
            assert_eq!(each_alone(address).expect("an address"), servers);
        }
        assert_eq!(each_alone("nowhere"), None);
    }

    #[test]
    fn connections_from_before_a_move_are_left_behind() {
        let age = Duration::from_secs(5);
        assert!(!left_behind(None, age));
        let now = Instant::now();
        assert!(left_behind(Some(now), age));
        assert!(!left_behind(now.checked_sub(age * 2), age));
    }

    #[test]
    fn of_two_that_write_the_one_promoted_last_is_meant() {
        let options = super::super::connect_options("postgres://h/d").expect("an address");
        let first = ("00000002".to_owned(), &options);
        assert!(later("00000001", None));
        assert!(later("0000000A", Some(&first)));
        assert!(!later("00000002", Some(&first)), "the first that is named");
    }
}
