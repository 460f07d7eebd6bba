//! Private keys: read, and used to sign.

use std::fmt;

use aws_lc_rs::{
    digest::Digest,
    encoding::{AsDer as _, PublicKeyX509Der},
    error::{KeyRejected, Unspecified},
    rsa,
    signature::{Ed25519KeyPair, KeyPair as _, RSA_PKCS1_SHA256},
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde::Serialize;

use super::pem::{self, Layout};

/// The object identifiers of the two kinds in a PKCS#8 key, as DER (RFC 8017 §C, RFC 8410 §3).
const RSA_OID: &[u8] = b"\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01";
const ED25519_OID: &[u8] = b"\x06\x03\x2b\x65\x70";

/// What a key signs with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum KeyKind {
    /// `rsa-sha256` (RFC 8301 §3.1), which everybody verifies.
    Rsa,
    /// `ed25519-sha256` (RFC 8463 §3).
    Ed25519,
}

impl KeyKind {
    /// The signature's `a=` (RFC 6376 §3.5).
    pub fn algorithm(self) -> &'static str {
        match self {
            Self::Rsa => "rsa-sha256",
            Self::Ed25519 => "ed25519-sha256",
        }
    }

    /// The public key's `k=` (RFC 6376 §3.6.1, RFC 8463 §4.1).
    pub fn name(self) -> &'static str {
        match self {
            Self::Rsa => "rsa",
            Self::Ed25519 => "ed25519",
        }
    }
}

/// A private key that signs letters. Its `Debug` shows the kind alone.
pub struct PrivateKey(Pair);

enum Pair {
    Rsa(rsa::KeyPair),
    Ed25519(Ed25519KeyPair),
}

/// Why a text is no private key letters can be signed with.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KeyFault {
    /// No `-----BEGIN PRIVATE KEY-----`.
    #[error("the file holds no PEM private key")]
    NoPem,
    /// A PEM text of another sort.
    #[error("the file holds a PEM `{0}`, not an RSA or Ed25519 private key")]
    Other(String),
    /// A key behind a pass phrase.
    #[error("the private key is encrypted; nobody is there to give its pass phrase")]
    Encrypted,
    /// Cut, or altered.
    #[error("the private key is damaged: it cannot be read to its end")]
    Damaged,
    /// RSA below 2048 bits: signers must not use less than 1024 and should use 2048 (RFC 8301 §3.2).
    #[error("the RSA key is shorter than 2048 bits")]
    Short,
    /// RSA above 4096 bits: verifiers need not read it (RFC 8301 §3.2).
    #[error("the RSA key is longer than 4096 bits, more than every verifier reads")]
    Long,
}

impl KeyFault {
    /// What to do about it.
    pub fn remedy(&self) -> &'static str {
        match self {
            Self::Encrypted => {
                "write it decrypted: `openssl pkey -in OLD -out NEW`, then `chmod 600 NEW`"
            }
            Self::Damaged => {
                "put it back from a copy, or make a new pair with `overblik dkim new` and publish it"
            }
            _ => "make a pair with `overblik dkim new`, publish its record, and name its file here",
        }
    }
}

impl PrivateKey {
    /// Reads a PEM text: PKCS#1 (RSA), or PKCS#8 of version 1 or 2 (RSA, Ed25519).
    ///
    /// # Errors
    /// Says what the text is instead; nothing of the key is repeated.
    pub fn from_pem(text: &str) -> Result<Self, KeyFault> {
        let (layout, der) = pem::private_key(text)?;
        let pair = match layout {
            Layout::Pkcs1 => Pair::Rsa(sized(rsa::KeyPair::from_der(&der))?),
            Layout::Pkcs8 if names(&der, RSA_OID) => {
                Pair::Rsa(sized(rsa::KeyPair::from_pkcs8(&der))?)
            }
            Layout::Pkcs8 if names(&der, ED25519_OID) => {
                Pair::Ed25519(Ed25519KeyPair::from_pkcs8(&der).map_err(|_| KeyFault::Damaged)?)
            }
            Layout::Pkcs8 => return Err(KeyFault::Other("PRIVATE KEY of another kind".into())),
        };
        Ok(Self(pair))
    }

    /// What it signs with.
    pub fn kind(&self) -> KeyKind {
        match self.0 {
            Pair::Rsa(_) => KeyKind::Rsa,
            Pair::Ed25519(_) => KeyKind::Ed25519,
        }
    }

    /// The public key as its record's `p=` has it: RSA as SubjectPublicKeyInfo (RFC 6376 §3.6.1 with erratum 3017),
    /// Ed25519 as its 32 octets (RFC 8463 §4.2), in base64.
    ///
    /// # Errors
    /// The library cannot encode a key it has read: out of memory.
    pub fn public(&self) -> Result<String, Unspecified> {
        match &self.0 {
            Pair::Rsa(pair) => {
                let der: PublicKeyX509Der<'_> = pair.public_key().as_der()?;
                Ok(STANDARD.encode(der.as_ref()))
            }
            Pair::Ed25519(pair) => Ok(STANDARD.encode(pair.public_key().as_ref())),
        }
    }

    /// The signature of a SHA-256 digest, in base64: RSASSA-PKCS1-v1_5 (RFC 8017 §8.2), or Ed25519 over the digest as
    /// its message (RFC 8463 §3). Both are the same every time.
    ///
    /// # Errors
    /// The library cannot sign with a key it has read: out of memory.
    pub fn sign(&self, digest: &Digest) -> Result<String, Unspecified> {
        match &self.0 {
            Pair::Rsa(pair) => {
                let mut signature = vec![0; pair.public_modulus_len()];
                pair.sign_digest(&RSA_PKCS1_SHA256, digest, &mut signature)?;
                Ok(STANDARD.encode(signature))
            }
            Pair::Ed25519(pair) => Ok(STANDARD.encode(pair.try_sign(digest.as_ref())?)),
        }
    }
}

impl fmt::Debug for PrivateKey {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "PrivateKey({})", self.kind().name())
    }
}

/// Whether a PKCS#8 key's algorithm is this one: it stands within its first octets (RFC 5958 §2).
fn names(der: &[u8], oid: &[u8]) -> bool {
    der[..der.len().min(32)]
        .windows(oid.len())
        .any(|window| window == oid)
}

fn sized(read: Result<rsa::KeyPair, KeyRejected>) -> Result<rsa::KeyPair, KeyFault> {
    let pair = read.map_err(|rejected| match rejected.description_() {
        "TooSmall" => KeyFault::Short,
        "TooLarge" => KeyFault::Long,
        _ => KeyFault::Damaged,
    })?;
    match pair.public_modulus_len() * 8 {
        ..2048 => Err(KeyFault::Short),
        2048..=4096 => Ok(pair),
        _ => Err(KeyFault::Long),
    }
}
