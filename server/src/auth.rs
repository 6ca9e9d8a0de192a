//! Signing in, and the extractor that is the permission: a handler that takes
//! [`Signed<Handlers>`](Signed) cannot be reached by anybody else.

use crate::http::error::{Error, Result};
use crate::state::App;
use crate::store::{self, Session, Try};
use argon2::password_hash::rand_core::OsRng;
use argon2::password_hash::{PasswordHash, SaltString};
use argon2::{Argon2, PasswordHasher, PasswordVerifier};
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use model::api::CSRF_TOKEN;
use model::area::{Role, Staff};
use model::id::StaffId;
use model::problem::Code;
use model::time::TimeMs;
use std::marker::PhantomData;
use std::sync::LazyLock;
use subtle::ConstantTimeEq;
use tokio::sync::Semaphore;

/// What the cookie of a staff session is called.
const SESSION_COOKIE: &str = "yikezhong";

/// A session ends at the latest after this.
pub const SESSION_S: i64 = 12 * 3600;
/// A session unused for this long is over.
pub const IDLE_S: i64 = 2 * 3600;
/// Wrong passwords before waiting begins.
const FREE_FAILURES: u32 = 5;

const FIRST_WAIT_MS: i64 = 30_000;
const LONGEST_WAIT_MS: i64 = 3_600_000;

/// Everybody who can sign in.
pub const SIGNED_IN: &[Role] = &Role::ALL;
/// Those who read and handle cases. Volunteers help with forms and read no case afterwards.
pub const HANDLERS: &[Role] = &[Role::Window, Role::Grid, Role::Department, Role::Supervisor];

/// Those who see which homes lack which service: the same, but for departments, which see what
/// they are called to and nothing else.
pub const PLANNERS: &[Role] = &[Role::Window, Role::Grid, Role::Supervisor];

/// Those who make and end shared tablets.
pub const KEEPERS: &[Role] = &[Role::Window, Role::Supervisor];

/// A set of roles, as a type.
pub trait Roles: Send + Sync + 'static {
    /// The roles.
    const ROLES: &'static [Role];
}

/// Whoever is signed in.
#[derive(Clone, Copy, Debug)]
pub struct Anyone;

/// Whoever reads and handles cases.
#[derive(Clone, Copy, Debug)]
pub struct Handlers;

/// Whoever sees what services the homes of an area have.
#[derive(Clone, Copy, Debug)]
pub struct Planners;

/// Whoever makes and ends shared tablets.
#[derive(Clone, Copy, Debug)]
pub struct Keepers;

impl Roles for Keepers {
    const ROLES: &'static [Role] = KEEPERS;
}

impl Roles for Planners {
    const ROLES: &'static [Role] = PLANNERS;
}

impl Roles for Anyone {
    const ROLES: &'static [Role] = SIGNED_IN;
}

impl Roles for Handlers {
    const ROLES: &'static [Role] = HANDLERS;
}

/// A signed-in member of staff of one of `R`'s roles. On methods that change something, the
/// request also carried the session's token and came from our own pages.
#[derive(Clone, Debug)]
pub struct Signed<R> {
    /// Who.
    pub staff: Staff,
    /// Their session.
    pub session: Session,
    /// What the cookie holds.
    pub token: String,
    roles: PhantomData<R>,
}

impl<R: Roles> FromRequestParts<App> for Signed<R> {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self> {
        let token = cookie(&parts.headers, app, SESSION_COOKIE).ok_or(Code::SignInNeeded)?;
        let session = current(app, &token).await?;
        app.store.touch_session(&token, &session, app.now()).await?;
        if !parts.method.is_safe() {
            same_site(&parts.headers, app)?;
            carries_token(&parts.headers, &session.csrf)?;
        }
        let staff = member(app, &session).await?;
        if !R::ROLES.contains(&staff.role) {
            return Err(Code::Forbidden.into());
        }
        Ok(Signed {
            staff,
            session,
            token,
            roles: PhantomData,
        })
    }
}

/// The session of a token, unless it is over.
async fn current(app: &App, token: &str) -> Result<Session> {
    let session = app.store.session(token).await.map_err(signed_out)?;
    let now = app.now();
    if now >= session.expires_at || now >= session.seen_at.plus_seconds(IDLE_S) {
        app.store.delete_session(token).await?;
        return Err(Code::SignInNeeded.into());
    }
    Ok(session)
}

/// Whose session it is, if they work here still.
async fn member(app: &App, session: &Session) -> Result<Staff> {
    let row = app.store.staff(&session.staff).await.map_err(signed_out)?;
    if row.active {
        Ok(row.staff)
    } else {
        Err(Code::SignInNeeded.into())
    }
}

impl<R> Signed<R> {
    /// Whether a request would still find what this one did: the session holds, and the person
    /// has the same role and area. For answers that go on; being listened to is no use of a session.
    pub async fn still_holds(&self, app: &App) -> bool {
        let now = async {
            let session = current(app, &self.token).await?;
            member(app, &session).await
        };
        now.await.is_ok_and(|staff| staff == self.staff)
    }
}

fn signed_out(error: store::Error) -> Error {
    match error {
        store::Error::NotFound => Code::SignInNeeded.into(),
        other => other.into(),
    }
}

/// Refuses a request that does not carry `csrf`.
pub fn carries_token(headers: &HeaderMap, csrf: &str) -> Result<()> {
    let sent = headers.get(CSRF_TOKEN).map(|value| value.as_bytes());
    let good = sent.is_some_and(|sent| sent.ct_eq(csrf.as_bytes()).into());
    if good {
        Ok(())
    } else {
        Err(Code::CsrfWrong.into())
    }
}

/// Refuses what a browser says another site has sent. A program that is no browser says nothing,
/// and has no cookie that it did not put there itself.
pub fn same_site(headers: &HeaderMap, app: &App) -> Result<()> {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let from_us = text("sec-fetch-site").is_none_or(|site| site == "same-origin");
    let host = text("host");
    let named = text("origin").is_none_or(|origin| match &app.settings.origin {
        Some(own) => origin == own,
        None => host.is_some_and(|host| origin.split_once("://").is_some_and(|(_, o)| o == host)),
    });
    if from_us && named {
        Ok(())
    } else {
        Err(Code::CsrfWrong.into())
    }
}

fn cookie_name(app: &App, name: &str) -> String {
    // The prefix makes browsers insist on Secure, on Path=/ and on this very host.
    let prefix = if app.settings.https { "__Host-" } else { "" };
    format!("{prefix}{name}")
}

/// What the cookie of that name holds.
pub fn cookie(headers: &HeaderMap, app: &App, name: &str) -> Option<String> {
    let name = cookie_name(app, name);
    let lines = headers.get_all(header::COOKIE).iter();
    let pairs = lines
        .filter_map(|line| line.to_str().ok())
        .flat_map(|line| line.split(';'));
    pairs
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(key, _)| *key == name)
        .map(|(_, value)| value.to_owned())
}

/// The header that gives a browser its session, or takes it away with an empty `token`.
pub fn set_cookie(app: &App, token: &str) -> String {
    set_cookie_of(app, SESSION_COOKIE, token, SESSION_S)
}

/// The header that gives a browser a cookie for `age_s` seconds, or takes it away with an empty
/// `token`. No script reads it, and no other site sends it.
pub fn set_cookie_of(app: &App, name: &str, token: &str, age_s: i64) -> String {
    let age = if token.is_empty() { 0 } else { age_s };
    let secure = if app.settings.https { "; Secure" } else { "" };
    format!(
        "{}={token}; Path=/; HttpOnly; SameSite=Strict; Max-Age={age}{secure}",
        cookie_name(app, name)
    )
}

/// How long to wait after the `failed`-th wrong password in a row: nothing at first, then
/// twice as long each time, up to an hour.
pub fn wait_ms(failed: u32) -> i64 {
    if failed < FREE_FAILURES {
        return 0;
    }
    let doublings = (failed - FREE_FAILURES).min(16);
    (FIRST_WAIT_MS << doublings).min(LONGEST_WAIT_MS)
}

/// Signs in: a new session, and what the cookie is to hold. Up to the right password, a name that
/// nobody has goes the same way, with the same reads, writes and hashing, as one somebody has.
pub async fn sign_in(app: &App, name: &str, password: String) -> Result<(Staff, Session, String)> {
    let staff = proven(app, name, password).await?;
    let now = app.now();
    let token = crate::keys::token();
    let session = Session {
        staff: staff.id.clone(),
        csrf: crate::keys::token(),
        created_at: now,
        seen_at: now,
        expires_at: now.plus_seconds(SESSION_S),
    };
    app.store.create_session(&token, &session).await?;
    Ok((staff, session, token))
}

/// Whose name and password these are. Wrong ones are counted, and lock the name for a while.
pub async fn proven(app: &App, name: &str, password: String) -> Result<Staff> {
    let _turn = AT_ONCE.acquire().await.map_err(Error::broken)?;
    let name = name.trim();
    let now = app.now();
    if let Try::LockedUntil(until) = app.store.begin_sign_in(name, now, wait_ms).await? {
        return Err(Error::TooOften(seconds_until(now, until)));
    }
    let row = find(app, name).await?.filter(|row| row.active);
    let hash = row.as_ref().and_then(|row| row.password_hash.clone());
    let good = matches(password, hash).await?;
    let row = row.filter(|_| good).ok_or(Code::SignInWrong)?;
    app.store.end_sign_in(name).await?;
    Ok(row.staff)
}

/// Whether a PIN is the volunteer's. Wrong ones are counted, and lock it for a while; somebody
/// without a PIN, or who is no volunteer, goes the same way as one with another.
pub async fn proven_pin(app: &App, volunteer: &StaffId, pin: String) -> Result<Staff> {
    let _turn = AT_ONCE.acquire().await.map_err(Error::broken)?;
    let now = app.now();
    if let Try::LockedUntil(until) = app.store.begin_pin(volunteer, now, wait_ms).await? {
        return Err(Error::TooOften(seconds_until(now, until)));
    }
    let row = find(app, volunteer.as_str()).await?.filter(helps);
    let hash = row.as_ref().and_then(|row| row.pin_hash.clone());
    let good = matches(pin, hash).await?;
    let row = row.filter(|_| good).ok_or(Code::SignInWrong)?;
    app.store.end_pin(volunteer).await?;
    Ok(row.staff)
}

/// Whether somebody works here still, as a volunteer.
pub fn helps(row: &store::StaffRow) -> bool {
    row.active && row.staff.role == Role::Volunteer
}

async fn find(app: &App, name: &str) -> Result<Option<store::StaffRow>> {
    let Ok(id) = StaffId::parse(name) else {
        return Ok(None);
    };
    match app.store.staff(&id).await {
        Ok(row) => Ok(Some(row)),
        Err(store::Error::NotFound) => Ok(None),
        Err(other) => Err(other.into()),
    }
}

fn seconds_until(now: TimeMs, until: TimeMs) -> u64 {
    let ms = u64::try_from(until.0 - now.0).unwrap_or_default();
    ms.div_ceil(1000).max(1)
}

/// A hash that no password fits: what unknown names are compared with.
static UNKNOWN: LazyLock<String> =
    LazyLock::new(|| hash_now(&crate::keys::token()).unwrap_or_default());

/// Each check takes 19 MB and tens of milliseconds of a core: a flood of them must not take all.
static AT_ONCE: Semaphore = Semaphore::const_new(2);

/// Whether the password fits. Without a hash it never does, after as much work.
async fn matches(password: String, hash: Option<String>) -> Result<bool> {
    let check = move || {
        // Made here also where it is not needed: else the first unknown name would take longer.
        let nobody: &str = &UNKNOWN;
        let parsed = PasswordHash::new(hash.as_deref().unwrap_or(nobody));
        let fits = parsed.is_ok_and(|parsed| {
            let argon = Argon2::default();
            argon.verify_password(password.as_bytes(), &parsed).is_ok()
        });
        fits && hash.is_some()
    };
    tokio::task::spawn_blocking(check)
        .await
        .map_err(Error::broken)
}

/// Why a password could not be hashed.
#[derive(Clone, Debug, thiserror::Error)]
#[error("the password could not be hashed: {0}")]
pub struct Unhashed(String);

/// An argon2id hash (19 MB, two passes, as OWASP advises), in PHC form. Takes tens of
/// milliseconds: not for an async thread.
pub fn hash_now(password: &str) -> Result<String, Unhashed> {
    let salt = SaltString::generate(&mut OsRng);
    let hash = Argon2::default().hash_password(password.as_bytes(), &salt);
    hash.map(|hash| hash.to_string())
        .map_err(|error| Unhashed(error.to_string()))
}

/// The same, for a request: in its turn, and on a thread that may wait.
pub async fn hash(secret: String) -> Result<String> {
    let _turn = AT_ONCE.acquire().await.map_err(Error::broken)?;
    let hash = tokio::task::spawn_blocking(move || hash_now(&secret)).await;
    hash.map_err(Error::broken)?.map_err(Error::broken)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waiting_grows_and_ends_growing() {
        for (failed, wait) in [
            (0, 0),
            (4, 0),
            (5, 30_000),
            (6, 60_000),
            (11, 1_920_000),
            (12, LONGEST_WAIT_MS),
            (4_000_000_000, LONGEST_WAIT_MS),
        ] {
            assert_eq!(wait_ms(failed), wait, "{failed}");
        }
    }
}
