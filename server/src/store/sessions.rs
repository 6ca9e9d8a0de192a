//! Sessions of staff. Only a keyed digest of the token is kept.

use super::sql::{args, found, one};
use super::{Result, Store};
use crate::keys::Purpose;
use model::id::StaffId;
use model::time::TimeMs;

/// How exactly [`Session::seen_at`] is kept: not every request is worth a write.
const SEEN_EVERY_S: i64 = 60;

/// Somebody's session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// Whose.
    pub staff: StaffId,
    /// What their unsafe requests must carry.
    pub csrf: String,
    /// When they signed in.
    pub created_at: TimeMs,
    /// When they were last seen, to the minute.
    pub seen_at: TimeMs,
    /// It ends then at the latest.
    pub expires_at: TimeMs,
}

impl Store {
    /// Begins a session.
    pub async fn create_session(&self, token: &str, session: &Session) -> Result<()> {
        self.execute(
            "insert into sessions (token_hash, staff, csrf, created_at, seen_at, expires_at)
             values ($1, $2, $3, $4, $5, $6)",
            args![
                self.session_hash(token).as_slice(),
                session.staff.as_str(),
                session.csrf.as_str(),
                session.created_at,
                session.seen_at,
                session.expires_at,
            ],
        )
        .await
        .map(drop)
    }

    /// The token's session. Whether it still holds is for the caller to judge.
    pub async fn session(&self, token: &str) -> Result<Session> {
        let row = one(
            self.pool(),
            "select staff, csrf, created_at, seen_at, expires_at from sessions
             where token_hash = $1",
            args![self.session_hash(token).as_slice()],
        )
        .await?;
        let row = found(row)?;
        Ok(Session {
            staff: row.slug("staff")?,
            csrf: row.text("csrf")?,
            created_at: row.time("created_at")?,
            seen_at: row.time("seen_at")?,
            expires_at: row.time("expires_at")?,
        })
    }

    /// Notes that the person was seen, once a minute.
    pub async fn touch_session(&self, token: &str, session: &Session, now: TimeMs) -> Result<()> {
        if now < session.seen_at.plus_seconds(SEEN_EVERY_S) {
            return Ok(());
        }
        self.execute(
            "update sessions set seen_at = $2 where token_hash = $1 and seen_at < $2",
            args![self.session_hash(token).as_slice(), now],
        )
        .await
        .map(drop)
    }

    /// Ends a session.
    pub async fn delete_session(&self, token: &str) -> Result<()> {
        self.execute(
            "delete from sessions where token_hash = $1",
            args![self.session_hash(token).as_slice()],
        )
        .await
        .map(drop)
    }

    fn session_hash(&self, token: &str) -> [u8; 32] {
        self.keys().digest(Purpose::Session, token.as_bytes())
    }
}
