//! Signs letters (DKIM: RFC 6376, RFC 8301, RFC 8463).
//!
//! One `DKIM-Signature` for each key, `c=relaxed/relaxed`, the whole body, no expiry. `t=` is the instant the issue
//! was frozen and both algorithms are deterministic, so a letter made again has the same bytes.
//!
//! **Invariant.** A letter's body has its relaxed form as it stands (`letter::encode` sees to that), but for empty
//! lines at its end: it is hashed once, in place, for all keys. Headers are few and are put in form for each letter.
//!
//! Nothing here reads files or the clock. `config` reads the keys; dot-stuffing, undone before anybody verifies, is
//! all that may touch a signed letter.

mod key;
mod name;
mod pem;
mod record;
mod relaxed;

use aws_lc_rs::digest::{Context, SHA256, digest};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use chrono::{DateTime, Utc};

use self::relaxed::Field;
pub use self::{
    key::{KeyFault, KeyKind, PrivateKey},
    name::{Selector, SigningDomain},
    pem::to_pem,
    record::DkimRecord,
};

/// How often a field stands in `h=`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Cover {
    /// As often as it occurs.
    Present,
    /// Once more, so that none can be added (RFC 6376 §8.15).
    Sealed,
}

/// The fields that are signed, in the order of `h=`: those of RFC 6376 §5.4.1 that a letter has, and those that
/// one-click unsubscription needs (RFC 8058 §4).
const SIGNED: [(&str, Cover); 16] = [
    ("from", Cover::Sealed),
    ("reply-to", Cover::Sealed),
    ("to", Cover::Sealed),
    ("subject", Cover::Sealed),
    ("date", Cover::Sealed),
    ("message-id", Cover::Sealed),
    ("mime-version", Cover::Sealed),
    ("content-type", Cover::Sealed),
    ("content-transfer-encoding", Cover::Present),
    ("content-language", Cover::Present),
    ("list-id", Cover::Sealed),
    ("list-unsubscribe", Cover::Sealed),
    ("list-unsubscribe-post", Cover::Sealed),
    ("auto-submitted", Cover::Present),
    ("precedence", Cover::Present),
    ("feedback-id", Cover::Present),
];

/// The column a signature's lines are folded before (RFC 5322 §2.1.1).
const LINE: usize = 78;

/// Why a letter could not be signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SignError {
    /// No empty line ends its header, or a line of it is no field.
    #[error("the letter has no header that can be signed")]
    NoHeader,
    /// The cryptography library gave up.
    #[error("the `{0}` key cannot sign")]
    Key(&'static str),
}

/// Signs letters for a domain with all its keys. It is read-only: threads share one behind an `Arc`.
#[derive(Debug)]
pub struct Signer {
    domain: SigningDomain,
    keys: Vec<(Selector, PrivateKey)>,
}

impl Signer {
    /// A signer for a domain. Its signatures stand in the letter in the order of the keys.
    pub fn new(domain: SigningDomain, keys: Vec<(Selector, PrivateKey)>) -> Self {
        Self { domain, keys }
    }

    /// Puts one `DKIM-Signature` a key before a letter with CRLF lines whose body is in relaxed form.
    ///
    /// # Errors
    /// Bytes that are no letter; the letter is then as it was.
    pub fn sign(&self, letter: &mut String, at: DateTime<Utc>) -> Result<(), SignError> {
        let fields = self.fields(letter, at)?;
        letter.insert_str(0, &fields);
        Ok(())
    }

    /// The `DKIM-Signature` fields of a letter (RFC 6376 §3.5), each with its CRLF.
    ///
    /// # Errors
    /// Bytes that are no letter.
    pub fn fields(&self, letter: &str, at: DateTime<Utc>) -> Result<String, SignError> {
        let (header, body) = relaxed::parted(letter.as_bytes()).ok_or(SignError::NoHeader)?;
        let (names, covered) = covered(&header);
        // What is covered is hashed once; each signature goes on from there with its own field.
        let mut hashed = Context::new(&SHA256);
        hashed.update(&covered);
        let body = STANDARD.encode(digest(&SHA256, relaxed::without_empty_end(body)));
        let mut signatures = String::with_capacity(1024 * self.keys.len());
        for (selector, key) in &self.keys {
            let mut field = Folded::new(format!(
                "DKIM-Signature: v=1; a={}; c=relaxed/relaxed;",
                key.kind().algorithm()
            ));
            field.word(&format!("d={};", self.domain));
            field.word(&format!("s={selector};"));
            field.word(&format!("t={};", at.timestamp()));
            for (place, name) in names.iter().enumerate() {
                let end = if place + 1 == names.len() { ';' } else { ':' };
                match place {
                    0 => field.word(&format!("h={name}{end}")),
                    _ => field.part(&format!("{name}{end}")),
                }
            }
            field.word(&format!("bh={body};"));
            field.word("b=");
            let mut hashed = hashed.clone();
            let mut own = Vec::with_capacity(field.text.len());
            let colon = "DKIM-Signature".len();
            let (name, value) = field.text.as_bytes().split_at(colon);
            relaxed::field(&mut own, name, &value[1..]);
            hashed.update(&own);
            let signature = key
                .sign(&hashed.finish())
                .map_err(|_| SignError::Key(key.kind().name()))?;
            field.chunks(&signature);
            signatures.push_str(&field.text);
            signatures.push_str("\r\n");
        }
        Ok(signatures)
    }
}

/// The names of `h=` and the fields they stand for in relaxed form; of several of one name the last first (RFC 6376
/// §5.4.2). A name without a field stands for none, and for one that is added later.
fn covered(header: &[Field<'_>]) -> (Vec<&'static str>, Vec<u8>) {
    let mut names = Vec::with_capacity(2 * SIGNED.len());
    let mut covered = Vec::with_capacity(2048);
    for (name, cover) in SIGNED {
        for field in header.iter().rev() {
            if field.name.eq_ignore_ascii_case(name.as_bytes()) {
                names.push(name);
                relaxed::field(&mut covered, field.name, field.value);
                covered.extend_from_slice(b"\r\n");
            }
        }
        if cover == Cover::Sealed {
            names.push(name);
        }
    }
    (names, covered)
}

/// A header field that is folded as it grows (RFC 5322 §2.2.3).
struct Folded {
    text: String,
    line_start: usize,
}

impl Folded {
    fn new(start: String) -> Self {
        Self {
            text: start,
            line_start: 0,
        }
    }

    fn column(&self) -> usize {
        self.text.len() - self.line_start
    }

    fn fold(&mut self) {
        self.text.push_str("\r\n");
        self.line_start = self.text.len();
        self.text.push(' ');
    }

    /// Appends a tag: after a blank, or on a line of its own where this one is full.
    fn word(&mut self, word: &str) {
        if self.column() + 1 + word.len() > LINE {
            self.fold();
        } else {
            self.text.push(' ');
        }
        self.text.push_str(word);
    }

    /// Appends a part of a list, which may be folded behind its colons (RFC 6376 §3.5, `h=`).
    fn part(&mut self, part: &str) {
        if self.column() + part.len() > LINE {
            self.fold();
        }
        self.text.push_str(part);
    }

    /// Appends base64, which may be broken anywhere (RFC 6376 §3.5, `b=`).
    fn chunks(&mut self, base64: &str) {
        let mut rest = base64;
        while !rest.is_empty() {
            let room = LINE.saturating_sub(self.column());
            if room == 0 {
                self.fold();
                continue;
            }
            let (chunk, after) = rest.split_at(room.min(rest.len()));
            self.text.push_str(chunk);
            rest = after;
        }
    }
}

#[cfg(test)]
pub(super) mod tests;
