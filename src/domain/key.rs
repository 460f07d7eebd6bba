//! The newsletter's own key: it signs links and makes ids that do not tell the address.

use std::{fmt, sync::Arc};

use aws_lc_rs::{digest, hmac};

use super::address::FoldedAddress;

/// 32 secret bytes that sign links and ids. Its `Debug` does not show them.
#[derive(Clone)]
pub struct SigningKey {
    bytes: [u8; 32],
    /// The same, made ready once.
    ready: Arc<hmac::Key>,
}

/// The HMAC-SHA-256 (RFC 2104) of a folded address under the newsletter's key: a reader's identity in the ledger,
/// in tokens and in the suppression log.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SubscriberId(pub [u8; 32]);

impl SubscriberId {
    /// Of a letter that goes to no reader: a proof, a notice.
    pub const NOBODY: Self = Self([0; 32]);
}

impl SigningKey {
    /// Takes 32 bytes as the key.
    pub fn new(bytes: [u8; 32]) -> Self {
        Self {
            ready: Arc::new(hmac::Key::new(hmac::HMAC_SHA256, &bytes)),
            bytes,
        }
    }

    /// The bytes, for writing the key file.
    pub fn bytes(&self) -> &[u8; 32] {
        &self.bytes
    }

    /// The key's public id: the first 4 bytes of the SHA-256 of its bytes, in hex. Tokens and suppression
    /// lines name it so that an old key stays readable.
    pub fn id(&self) -> String {
        hex(&digest::digest(&digest::SHA256, &self.bytes).as_ref()[..4])
    }

    /// The identity of the reader behind an address.
    pub fn subscriber_id(&self, address: &FoldedAddress) -> SubscriberId {
        SubscriberId(self.sign("subscriber", &[address.as_str().as_bytes()]))
    }

    /// HMAC-SHA-256 over a purpose and parts, each preceded by its length, so that no two inputs collide.
    pub fn sign(&self, purpose: &str, parts: &[&[u8]]) -> [u8; 32] {
        let parts = || std::iter::once(purpose.as_bytes()).chain(parts.iter().copied());
        let length: usize = parts().map(|part| 8 + part.len()).sum();
        // Laid together first where they are short: each further update costs as much as hashing them.
        let mut together = [0; 256];
        let tag = if length <= together.len() {
            let mut at = 0;
            for part in parts() {
                together[at..at + 8].copy_from_slice(&(part.len() as u64).to_be_bytes());
                together[at + 8..at + 8 + part.len()].copy_from_slice(part);
                at += 8 + part.len();
            }
            hmac::sign(&self.ready, &together[..length])
        } else {
            let mut context = hmac::Context::with_key(&self.ready);
            for part in parts() {
                context.update(&(part.len() as u64).to_be_bytes());
                context.update(part);
            }
            context.sign()
        };
        let mut bytes = [0; 32];
        bytes.copy_from_slice(tag.as_ref());
        bytes
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "SigningKey({})", self.id())
    }
}

impl SubscriberId {
    /// The id in lower-case hex, 64 characters.
    pub fn hex(&self) -> String {
        hex(&self.0)
    }

    /// Reads 64 hex characters.
    pub fn from_hex(text: &str) -> Option<Self> {
        let bytes = unhex(text)?;
        Some(Self(bytes.try_into().ok()?))
    }
}

impl fmt::Debug for SubscriberId {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "SubscriberId({}…)", hex(&self.0[..4]))
    }
}

/// The key that signs, and those that did before it: what they signed stays readable.
#[derive(Debug, Clone)]
pub struct KeyRing {
    /// Signs links and makes readers' ids.
    pub current: SigningKey,
    /// Signs nothing any more.
    pub old: Vec<SigningKey>,
}

impl From<SigningKey> for KeyRing {
    fn from(current: SigningKey) -> Self {
        Self {
            current,
            old: Vec::new(),
        }
    }
}

impl KeyRing {
    /// Every key, the one that signs first.
    pub fn all(&self) -> Vec<SigningKey> {
        let mut all = vec![self.current.clone()];
        all.extend(self.old.iter().cloned());
        all
    }

    /// The ids of the keys, the one that signs first.
    pub fn names(&self) -> Vec<String> {
        self.all().iter().map(SigningKey::id).collect()
    }

    /// A reader's ids, one for each key, that of the key that signs first.
    pub fn ids_of(&self, address: &FoldedAddress) -> Vec<SubscriberId> {
        let all = std::iter::once(&self.current).chain(&self.old);
        all.map(|key| key.subscriber_id(address)).collect()
    }
}

/// Lower-case hex of bytes.
pub fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let mut text = String::with_capacity(2 * bytes.len());
    for byte in bytes {
        text.push(char::from(DIGITS[usize::from(byte >> 4)]));
        text.push(char::from(DIGITS[usize::from(byte & 15)]));
    }
    text
}

/// The bytes behind lower- or upper-case hex; `None` for anything else.
pub fn unhex(text: &str) -> Option<Vec<u8>> {
    if !text.len().is_multiple_of(2) {
        return None;
    }
    text.as_bytes()
        .chunks(2)
        .map(|pair| {
            let high = char::from(pair[0]).to_digit(16)?;
            let low = char::from(pair[1]).to_digit(16)?;
            u8::try_from(high * 16 + low).ok()
        })
        .collect()
}

/// SHA-256 of bytes that come in parts (FIPS 180-4).
#[derive(Clone)]
pub struct Sha256(digest::Context);

impl Sha256 {
    /// Of nothing yet.
    pub fn new() -> Self {
        Self(digest::Context::new(&digest::SHA256))
    }

    /// Takes the next part.
    pub fn update(&mut self, part: &[u8]) {
        self.0.update(part);
    }

    /// The hash in lower-case hex.
    pub fn hex(self) -> String {
        hex(self.0.finish().as_ref())
    }
}

impl Default for Sha256 {
    fn default() -> Self {
        Self::new()
    }
}

/// SHA-256 of some bytes (FIPS 180-4).
pub fn sha256(bytes: &[u8]) -> [u8; 32] {
    let mut hash = [0; 32];
    hash.copy_from_slice(digest::digest(&digest::SHA256, bytes).as_ref());
    hash
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::address::Address;

    #[test]
    fn one_reader_has_one_id_however_the_address_is_typed() {
        let key = SigningKey::new([7; 32]);
        let id = |text: &str| key.subscriber_id(&Address::parse(text).unwrap().folded());
        assert_eq!(id("Anna@Kommune.example"), id("anna@kommune.example"));
        assert_ne!(id("anna@kommune.example"), id("bo@kommune.example"));
        assert_ne!(
            id("anna@kommune.example"),
            SigningKey::new([8; 32])
                .subscriber_id(&Address::parse("anna@kommune.example").unwrap().folded())
        );
    }

    #[test]
    fn a_signature_is_the_same_however_long_its_parts_are() {
        let key = SigningKey::new([7; 32]);
        for length in 0..600 {
            let part = vec![b'x'; length];
            let mut laid_out = Vec::new();
            for part in [b"purpose", &part[..], b"end"] {
                laid_out.extend_from_slice(&(part.len() as u64).to_be_bytes());
                laid_out.extend_from_slice(part);
            }
            let plain = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, &[7; 32]), &laid_out);
            assert_eq!(
                key.sign("purpose", &[&part, b"end"]),
                *plain.as_ref(),
                "{length}"
            );
        }
    }

    #[test]
    fn parts_cannot_be_shifted_into_each_other() {
        let key = SigningKey::new([7; 32]);
        assert_ne!(key.sign("a", &[b"bc", b"d"]), key.sign("a", &[b"b", b"cd"]));
    }

    #[test]
    fn hex_reads_back() {
        assert_eq!(unhex(&hex(&[0, 255, 16])), Some(vec![0, 255, 16]));
        assert_eq!(unhex("0g"), None);
        assert_eq!(unhex("æ"), None);
    }
}
