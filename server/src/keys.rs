//! The master key and what is derived from it.
//!
//! The key stands in a file beside the database, never in it: whoever gets hold of the database
//! alone can neither read what is sealed, nor forge a chain, nor try telephone numbers against
//! their hashes.

use crate::seal::{Place, SealError, SealKey};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use model::time::TimeMs;
use sha2::{Digest as _, Sha256};
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use subtle::ConstantTimeEq;

/// 32 bytes.
pub type Key = [u8; 32];

/// What a keyed digest is for; digests of the same text for two purposes share nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// The secret that opens a case.
    CaseSecret,
    /// The telephone number left with a case.
    Phone,
    /// A staff session's token.
    Session,
    /// A pass for the live stream.
    Ticket,
    /// What a rate limit counts by.
    Limit,
    /// The name somebody tried to sign in under.
    SignIn,
    /// Somebody's 我也遇到了.
    Voice,
    /// Draws the secret of a follower's link; never stored itself.
    Following,
    /// The secret of a follower's link.
    Follower,
    /// The secret of a family member's link.
    Family,
    /// The token of a report that another system handed in.
    Token,
    /// Another system's key.
    ApiKey,
    /// What a shared tablet holds.
    Tablet,
    /// What a volunteer's shift is known by.
    Shift,
    /// The volunteer whose PIN was tried.
    Pin,
    /// The spoken code of a parked form.
    Parked,
    /// What somebody wrote of something on the street.
    Words,
    /// Tells at start whether the key is the one the database was made with.
    Check,
}

/// The keys derived from the master key. Shows nothing of itself in logs.
#[derive(Clone)]
pub struct Keys {
    chain: Key,
    digest: Key,
    wrap: SealKey,
    answers: SealKey,
    ring: SealKey,
}

/// Why there is no master key.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// `YIKEZHONG_MASTER_KEY` is not 64 hexadecimal digits.
    #[error("YIKEZHONG_MASTER_KEY must be 64 hexadecimal digits")]
    Environment,
    /// The file does not hold exactly 32 bytes.
    #[error("{0} does not hold a key of 32 bytes; restore it from a backup")]
    Damaged(PathBuf),
    /// Others than its owner can read the file.
    #[error("{0} can be read by others; chmod 600 it")]
    Open(PathBuf),
    /// The file can be neither read nor made.
    #[error("the master key {0}")]
    File(PathBuf, #[source] io::Error),
}

impl Keys {
    /// The key given in the environment as 64 hexadecimal digits; else the one in
    /// `keys/master.key` under `data_dir`, which is made where there is none.
    pub fn load(data_dir: &Path, from_env: Option<&str>) -> Result<Keys, Error> {
        let master = match from_env {
            Some(digits) => from_hex(digits)?,
            None => from_file(&key_file(data_dir))?,
        };
        Ok(Keys::from_master(&master))
    }

    /// The keys derived from `master`.
    pub fn from_master(master: &Key) -> Keys {
        let derive = |label: &str| hmac(master, &[label.as_bytes()]);
        Keys {
            chain: derive("yikezhong event chain"),
            digest: derive("yikezhong digests"),
            wrap: SealKey::new(derive("yikezhong case keys")),
            answers: SealKey::new(derive("yikezhong answers")),
            ring: SealKey::new(derive("yikezhong key ring")),
        }
    }

    /// These keys under another master key. What seals is new; chain and digests stay, for what
    /// they made cannot be made again: nobody knows the telephone numbers any more.
    pub fn under(&self, master: &Key) -> Keys {
        Keys {
            chain: self.chain,
            digest: self.digest,
            ..Keys::from_master(master)
        }
    }

    /// The keys that stay, sealed under the master key, as the database keeps them after a change.
    pub fn sealed_ring(&self) -> Result<Vec<u8>, SealError> {
        let ring = [self.chain, self.digest].concat();
        self.ring.seal(Place::Ring, &ring)
    }

    /// These keys with those that [`Keys::sealed_ring`] sealed.
    pub fn with_ring(self, sealed: &[u8]) -> Result<Keys, SealError> {
        let ring = self.ring.open(Place::Ring, sealed)?;
        let (chain, digest) = ring.split_at_checked(32).ok_or(SealError)?;
        Ok(Keys {
            chain: chain.try_into().map_err(|_| SealError)?,
            digest: digest.try_into().map_err(|_| SealError)?,
            ..self
        })
    }

    /// The keyed digest of `text`.
    pub fn digest(&self, purpose: Purpose, text: &[u8]) -> [u8; 32] {
        let label = match purpose {
            Purpose::CaseSecret => "case secret",
            Purpose::Phone => "phone",
            Purpose::Session => "session",
            Purpose::Ticket => "ticket",
            Purpose::Limit => "limit",
            Purpose::SignIn => "sign-in",
            Purpose::Voice => "voice",
            Purpose::Following => "following",
            Purpose::Follower => "follower",
            Purpose::Family => "family",
            Purpose::Token => "token",
            Purpose::ApiKey => "api key",
            Purpose::Tablet => "tablet",
            Purpose::Shift => "shift",
            Purpose::Pin => "pin",
            Purpose::Parked => "parked",
            Purpose::Words => "words",
            Purpose::Check => "check",
        };
        hmac(&self.digest, &[label.as_bytes(), &[0], text])
    }

    /// Whether `text` has this digest, in a time that does not depend on where they differ.
    pub fn fits(&self, purpose: Purpose, text: &[u8], digest: &[u8]) -> bool {
        self.digest(purpose, text).ct_eq(digest).into()
    }

    /// The key of the event chains, for [`model::event::link`].
    pub fn chain(&self) -> &Key {
        &self.chain
    }

    /// Seals each case's own key.
    pub fn wrap(&self) -> &SealKey {
        &self.wrap
    }

    /// Seals answers kept for repeated requests.
    pub fn answers(&self) -> &SealKey {
        &self.answers
    }
}

impl std::fmt::Debug for Keys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Keys")
    }
}

/// 24 random bytes as base64url: 32 characters nobody guesses.
pub fn token() -> String {
    URL_SAFE_NO_PAD.encode(rand::random::<[u8; 24]>())
}

/// SHA-256, for comparing bodies of requests and pictures. Not keyed: not for what can be guessed.
pub fn hash(bytes: &[u8]) -> [u8; 32] {
    Sha256::digest(bytes).into()
}

/// The file of the master key under a data folder.
pub fn key_file(data_dir: &Path) -> PathBuf {
    data_dir.join("keys").join("master.key")
}

/// Where the next master key waits while the database is sealed anew.
fn next_file(data_dir: &Path) -> PathBuf {
    data_dir.join("keys").join("next.key")
}

/// Draws the next master key and keeps it beside the one in use; one left by an attempt that was
/// cut short is used again, for the database may already be sealed by it.
pub fn draw_next(data_dir: &Path) -> Result<Key, Error> {
    from_file(&next_file(data_dir))
}

/// The next master key; none where none was drawn.
pub fn next(data_dir: &Path) -> Result<Option<Keys>, Error> {
    match read(&next_file(data_dir)) {
        Ok(key) => Ok(Some(Keys::from_master(&key))),
        Err(Error::File(_, error)) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// Puts the next master key in the place of the one in use. That one stays as
/// `keys/before-MOMENT.key`: backups from before need it.
pub fn promote_next(data_dir: &Path, now: TimeMs) -> Result<PathBuf, Error> {
    let (next, file) = (next_file(data_dir), key_file(data_dir));
    let before = file.with_file_name(format!("before-{}-{}.key", now.china_date(), now.0));
    let moved = || -> io::Result<()> {
        fs::hard_link(&file, &before)?;
        fs::rename(&next, &file)?;
        File::open(file.parent().unwrap_or(Path::new(".")))?.sync_all()
    };
    moved().map_err(|error| Error::File(file.clone(), error))?;
    Ok(before)
}

fn hmac(key: &Key, parts: &[&[u8]]) -> Key {
    // HMAC takes keys of any length, so this never fails; the zero is never returned.
    let Ok(mut mac) = <Hmac<Sha256> as KeyInit>::new_from_slice(key) else {
        return [0; 32];
    };
    for part in parts {
        mac.update(part);
    }
    mac.finalize().into_bytes().into()
}

fn from_hex(digits: &str) -> Result<Key, Error> {
    let mut key = [0; 32];
    hex::decode_to_slice(digits.trim(), &mut key).map_err(|_| Error::Environment)?;
    Ok(key)
}

fn from_file(path: &Path) -> Result<Key, Error> {
    let failed = |error| Error::File(path.to_owned(), error);
    match read(path) {
        Err(Error::File(_, error)) if error.kind() == io::ErrorKind::NotFound => {
            create(path).map_err(failed)?;
            read(path)
        }
        other => other,
    }
}

fn read(path: &Path) -> Result<Key, Error> {
    let bytes = fs::read(path).map_err(|error| Error::File(path.to_owned(), error))?;
    if open_to_others(path) {
        return Err(Error::Open(path.to_owned()));
    }
    bytes
        .try_into()
        .map_err(|_| Error::Damaged(path.to_owned()))
}

/// Makes the file whole or not at all: two servers that start at once agree on one key, and a
/// power cut leaves no half of it.
fn create(path: &Path) -> io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder)?;
    let draft = path.with_extension(format!("key.{}", std::process::id()));
    let mut file = private(&draft)?;
    file.write_all(&rand::random::<Key>())?;
    file.sync_all()?;
    let linked = fs::hard_link(&draft, path);
    fs::remove_file(&draft)?;
    match linked {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(error),
        _ => {}
    }
    File::open(folder)?.sync_all()
}

#[cfg(unix)]
fn private(path: &Path) -> io::Result<File> {
    use std::os::unix::fs::OpenOptionsExt;
    OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(path)
}

#[cfg(not(unix))]
fn private(path: &Path) -> io::Result<File> {
    File::create(path)
}

#[cfg(unix)]
fn open_to_others(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    fs::metadata(path).is_ok_and(|data| data.permissions().mode() & 0o077 != 0)
}

#[cfg(not(unix))]
fn open_to_others(_: &Path) -> bool {
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_is_made_once_and_private() {
        let dir = tempfile::tempdir().expect("a folder");
        let first = Keys::load(dir.path(), None).expect("made");
        let again = Keys::load(dir.path(), None).expect("read");
        let path = dir.path().join("keys/master.key");
        assert_eq!(first.chain, again.chain);
        assert_eq!(fs::read(&path).expect("a file").len(), 32);
        assert!(!open_to_others(&path));
    }

    #[test]
    fn what_is_wrong_is_refused() {
        let dir = tempfile::tempdir().expect("a folder");
        Keys::load(dir.path(), None).expect("made");
        let path = dir.path().join("keys/master.key");
        fs::write(&path, b"short").expect("written");
        assert!(matches!(
            Keys::load(dir.path(), None),
            Err(Error::Damaged(_))
        ));
        for bad in ["", "abc", &"g".repeat(64), &"0".repeat(63)] {
            let loaded = Keys::load(dir.path(), Some(bad));
            assert!(matches!(loaded, Err(Error::Environment)), "{bad}");
        }
        assert!(Keys::load(dir.path(), Some(&"0f".repeat(32))).is_ok());
    }

    #[cfg(unix)]
    #[test]
    fn a_file_others_can_read_is_refused() {
        use std::os::unix::fs::PermissionsExt;
        let dir = tempfile::tempdir().expect("a folder");
        Keys::load(dir.path(), None).expect("made");
        let path = dir.path().join("keys/master.key");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).expect("changed");
        assert!(matches!(Keys::load(dir.path(), None), Err(Error::Open(_))));
    }

    #[test]
    fn the_ring_brings_back_what_stays() {
        let one = Keys::from_master(&[1; 32]);
        let two = one.under(&[2; 32]);
        let sealed = two.sealed_ring().expect("sealed");
        let back = Keys::from_master(&[2; 32])
            .with_ring(&sealed)
            .expect("opened");
        assert_eq!((back.chain, back.digest), (one.chain, one.digest));
        assert!(Keys::from_master(&[1; 32]).with_ring(&sealed).is_err());
    }

    #[test]
    fn the_next_key_takes_the_place_and_the_old_one_is_kept() {
        let dir = tempfile::tempdir().expect("a folder");
        Keys::load(dir.path(), None).expect("made");
        assert!(next(dir.path()).expect("looked").is_none());
        let old = fs::read(key_file(dir.path())).expect("a key");
        let drawn = draw_next(dir.path()).expect("drawn");
        assert_eq!(draw_next(dir.path()).expect("kept"), drawn);
        let before = promote_next(dir.path(), TimeMs(0)).expect("moved");
        assert_eq!(fs::read(before).expect("kept"), old);
        assert_eq!(fs::read(key_file(dir.path())).expect("a key"), drawn);
        assert!(!next_file(dir.path()).exists());
    }

    #[test]
    fn digests_differ_by_purpose_and_master() {
        let one = Keys::from_master(&[1; 32]);
        let two = Keys::from_master(&[2; 32]);
        let phone = one.digest(Purpose::Phone, b"13800000000");
        assert_ne!(phone, one.digest(Purpose::CaseSecret, b"13800000000"));
        assert_ne!(phone, two.digest(Purpose::Phone, b"13800000000"));
        assert!(one.fits(Purpose::Phone, b"13800000000", &phone));
        assert!(!one.fits(Purpose::Phone, b"13800000001", &phone));
        assert!(!one.fits(Purpose::Phone, b"13800000000", &[]));
        assert_ne!(token(), token());
        assert_eq!(token().len(), 32);
    }
}
