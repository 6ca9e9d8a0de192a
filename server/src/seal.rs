//! Sealing: XChaCha20-Poly1305, each text bound to the place it stands in.

use chacha20poly1305::aead::{Aead, Payload};
use chacha20poly1305::{KeyInit, XChaCha20Poly1305, XNonce};
use model::id::{CaseId, EventId};
use uuid::Uuid;

const NONCE: usize = 24;

/// A key that seals and opens. Shows nothing of itself in logs.
#[derive(Clone)]
pub struct SealKey([u8; 32]);

/// What is sealed was changed, cut, moved to another place, or sealed under another key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("what is sealed does not open")]
pub struct SealError;

/// Where a sealed text belongs: one that was copied elsewhere does not open there.
#[derive(Clone, Copy, Debug)]
pub enum Place<'a> {
    /// A case's own key.
    CaseKey(CaseId),
    /// The words of an event.
    Words(CaseId, EventId),
    /// Whom a family member's link is for.
    Family(CaseId, Uuid),
    /// The code said at the door.
    DoorCode(CaseId),
    /// The answer kept for a repeated request.
    Answer(&'a str, &'a str),
    /// A form left half-way, under its volunteer.
    Parked(&'a str),
    /// The keys that stay when the master key changes.
    Ring,
}

impl Place<'_> {
    fn bytes(self) -> Vec<u8> {
        match self {
            Place::CaseKey(case) => [b"k".as_slice(), case.0.as_bytes()].concat(),
            Place::Words(case, event) => {
                [b"w".as_slice(), case.0.as_bytes(), event.0.as_bytes()].concat()
            }
            Place::Family(case, link) => {
                [b"f".as_slice(), case.0.as_bytes(), link.as_bytes()].concat()
            }
            Place::DoorCode(case) => [b"d".as_slice(), case.0.as_bytes()].concat(),
            Place::Parked(volunteer) => [b"p".as_slice(), volunteer.as_bytes()].concat(),
            Place::Ring => b"r".to_vec(),
            // The key is a UUID and holds no zero byte, so the two cannot run into each other.
            Place::Answer(scope, key) => {
                [b"a".as_slice(), key.as_bytes(), &[0], scope.as_bytes()].concat()
            }
        }
    }
}

impl SealKey {
    /// Wraps the bytes.
    pub fn new(bytes: [u8; 32]) -> SealKey {
        SealKey(bytes)
    }

    /// A new one.
    pub fn random() -> SealKey {
        SealKey(rand::random())
    }

    /// Itself sealed under `outer`: 72 bytes.
    pub fn wrapped(&self, outer: &SealKey, place: Place<'_>) -> Result<Vec<u8>, SealError> {
        outer.seal(place, &self.0)
    }

    /// The key that [`SealKey::wrapped`] sealed.
    pub fn unwrap(outer: &SealKey, place: Place<'_>, sealed: &[u8]) -> Result<SealKey, SealError> {
        let bytes = outer.open(place, sealed)?;
        bytes.try_into().map(SealKey).map_err(|_| SealError)
    }

    /// A random nonce and the sealed text: 40 bytes longer than `plain`. 192-bit nonces may be
    /// drawn at random without ever meeting.
    pub fn seal(&self, place: Place<'_>, plain: &[u8]) -> Result<Vec<u8>, SealError> {
        let nonce: [u8; NONCE] = rand::random();
        let sealed = self
            .cipher()
            .encrypt(XNonce::from_slice(&nonce), payload(plain, &place.bytes()))
            .map_err(|_| SealError)?;
        Ok([nonce.as_slice(), &sealed].concat())
    }

    /// What [`SealKey::seal`] sealed in the same place.
    pub fn open(&self, place: Place<'_>, sealed: &[u8]) -> Result<Vec<u8>, SealError> {
        let (nonce, text) = sealed.split_at_checked(NONCE).ok_or(SealError)?;
        self.cipher()
            .decrypt(XNonce::from_slice(nonce), payload(text, &place.bytes()))
            .map_err(|_| SealError)
    }

    fn cipher(&self) -> XChaCha20Poly1305 {
        XChaCha20Poly1305::new((&self.0).into())
    }
}

impl std::fmt::Debug for SealKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SealKey")
    }
}

fn payload<'a>(msg: &'a [u8], aad: &'a [u8]) -> Payload<'a, 'a> {
    Payload { msg, aad }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn case(n: u128) -> CaseId {
        CaseId(Uuid::from_u128(n))
    }

    proptest! {
        #[test]
        fn opens_in_its_place_alone(plain in prop::collection::vec(any::<u8>(), 0..200), at in any::<prop::sample::Index>()) {
            let key = SealKey::random();
            let place = Place::DoorCode(case(1));
            let sealed = key.seal(place, &plain).expect("sealed");
            prop_assert_eq!(sealed.len(), plain.len() + 40);
            prop_assert_eq!(key.open(place, &sealed), Ok(plain.clone()));
            for elsewhere in [Place::DoorCode(case(2)), Place::CaseKey(case(1))] {
                prop_assert_eq!(key.open(elsewhere, &sealed), Err(SealError));
            }
            prop_assert_eq!(SealKey::random().open(place, &sealed), Err(SealError));
            let mut changed = sealed.clone();
            changed[at.index(sealed.len())] ^= 1;
            prop_assert_eq!(key.open(place, &changed), Err(SealError));
            prop_assert_eq!(key.open(place, &sealed[..at.index(sealed.len())]), Err(SealError));
            prop_assert_ne!(key.seal(place, &plain), Ok(sealed));
        }
    }

    #[test]
    fn keys_wrap() {
        let (outer, inner) = (SealKey::random(), SealKey::random());
        let wrapped = inner
            .wrapped(&outer, Place::CaseKey(case(1)))
            .expect("wrapped");
        let back = SealKey::unwrap(&outer, Place::CaseKey(case(1)), &wrapped).expect("back");
        assert_eq!(back.0, inner.0);
        assert!(SealKey::unwrap(&outer, Place::CaseKey(case(2)), &wrapped).is_err());
        assert_eq!(format!("{inner:?}"), "SealKey");
    }
}
