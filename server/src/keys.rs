//! The master key and what is derived from it.
//!
//! The key stands in a file beside the database, never in it: whoever gets hold of the database
//! alone can neither read what is sealed, nor forge a chain, nor try telephone numbers against
//! their hashes.

use crate::seal::SealKey;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
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
    /// The token of a report that another system handed in.
    Token,
    /// Another system's key.
    ApiKey,
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
            None => from_file(&data_dir.join("keys").join("master.key"))?,
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
        }
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
            Purpose::Token => "token",
            Purpose::ApiKey => "api key",
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
    let draft = folder.join(format!("master.key.{}", std::process::id()));
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
