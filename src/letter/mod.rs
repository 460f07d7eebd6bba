//! The letter: pieces encoded once, spliced with what is the reader's own.
//!
//! Same input, same bytes: date, boundary and Message-ID follow from the issue and the reader, never from the clock
//! or from chance, so a resumed run mails what the first run would have mailed.

pub mod dkim;
pub mod encode;
mod headers;
mod letterhead;
pub mod links;
pub mod notice;
pub mod settings;

use std::sync::Arc;

use chrono::{DateTime, Utc};
use lettre::address::Envelope;

use self::{
    dkim::{SignError, Signer},
    encode::EncodedPiece,
    headers::Headers,
    links::Signatures,
};
use crate::domain::{
    address::Address,
    issue::IssueKey,
    key::{SigningKey, SubscriberId, hex},
    piece::{Edition, PieceId, Slot},
    subscriber::Format,
};

pub use letterhead::Letterhead;

/// One letter, ready to be handed over: whom it goes to, and its bytes.
#[derive(Debug, Clone)]
pub struct Letter {
    /// The envelope: one signed sender, one recipient.
    pub envelope: Envelope,
    /// The left part of its Message-ID, unique to issue and reader.
    pub id: String,
    /// The whole message: CRLF lines, none beginning with a dot; seven-bit, but for the `To` of a reader whose address is
    /// not (RFC 6532), which a transport takes or refuses.
    pub bytes: Vec<u8>,
}

/// Why no letter could be made.
#[derive(Debug, thiserror::Error)]
pub enum LetterError {
    /// The edition names a piece the issue does not have: the ledger was tampered with.
    #[error("the edition names piece {0}, which the issue does not have")]
    NoSuchPiece(u32),
    /// The reader's address cannot stand in an envelope.
    #[error("the address cannot stand in an envelope")]
    Address(#[source] lettre::address::AddressError),
    /// The bounce address with its token cannot: ours to mend, whoever the letter is to.
    #[error("the bounce address with its token cannot stand in an envelope")]
    Bounce(#[source] lettre::address::AddressError),
    /// The envelope cannot be made.
    #[error("the envelope cannot be made")]
    Envelope(#[source] lettre::error::Error),
    /// The letter cannot be signed.
    #[error("the letter cannot be signed")]
    Sign(#[from] SignError),
}

/// The reader's own in a letter.
#[derive(Debug, Clone, Copy)]
pub struct Reader<'a> {
    /// Who.
    pub id: SubscriberId,
    /// Where to.
    pub address: &'a Address,
    /// The name greeted by.
    pub name: Option<&'a str>,
}

/// Whose links a letter carries.
#[derive(Debug, Clone)]
pub enum Links {
    /// The reader's own, signed.
    Signed(SigningKey),
    /// A preview's or proof's: they lead nowhere, and say so.
    Trial,
}

/// What every letter of an issue derives from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stamp {
    /// The issue.
    pub key: IssueKey,
    /// When it was frozen: the letters' date.
    pub frozen_at: DateTime<Utc>,
    /// Its hash: the boundary comes from it.
    pub hash: [u8; 32],
}

/// How many octets a letter is given room for before it is made.
const ROOM: usize = 64 * 1024;

/// Makes the letters of one issue.
#[derive(Debug)]
pub struct Splicer {
    stamp: Stamp,
    head: Letterhead,
    /// `None` for a trial's.
    signatures: Option<Signatures>,
    headers: Headers,
    frame: Frame,
    pieces: Vec<EncodedPiece>,
    signer: Option<Arc<Signer>>,
}

impl Splicer {
    /// Prepares for one issue, its letterhead and its pieces.
    pub fn new(stamp: Stamp, head: Letterhead, links: Links, pieces: Vec<EncodedPiece>) -> Self {
        Self {
            headers: Headers::new(&stamp, &head, &links),
            signatures: match links {
                Links::Signed(key) => Some(Signatures::new(key, &head.list_id, stamp.key)),
                Links::Trial => None,
            },
            frame: Frame::new(&stamp),
            stamp,
            head,
            pieces,
            signer: None,
        }
    }

    /// With letters that are signed (DKIM), where there is a signer.
    #[must_use]
    pub fn signed_by(self, signer: Option<Arc<Signer>>) -> Self {
        Self { signer, ..self }
    }

    /// Makes one reader's letter.
    ///
    /// # Errors
    /// An edition that does not belong to the issue, an address no envelope takes, or a key that cannot sign.
    pub fn letter(&self, edition: &Edition, reader: &Reader<'_>) -> Result<Letter, LetterError> {
        self.letter_in(Vec::new(), edition, reader)
    }

    /// Makes one reader's letter in the room of one that is not needed any more.
    ///
    /// # Errors
    /// As [`Splicer::letter`].
    pub fn letter_in(
        &self,
        room: Vec<u8>,
        edition: &Edition,
        reader: &Reader<'_>,
    ) -> Result<Letter, LetterError> {
        let greeting = edition.language.greeting(reader.name);
        let token = match &self.signatures {
            Some(signatures) => signatures.leave_token(&reader.id),
            None => links::TRIAL_TOKEN.to_owned(),
        };
        let leave = [self.head.leave_url.as_str(), &token].concat();
        let preferences = [self.head.preferences_url.as_str(), &token].concat();
        let value = |slot| match slot {
            Slot::Greeting => greeting.as_str(),
            Slot::Unsubscribe => leave.as_str(),
            Slot::Preferences => preferences.as_str(),
        };
        let (id, sender) = self.identity(reader);
        let mut bytes = room;
        bytes.clear();
        bytes.reserve(ROOM);
        self.headers.write(&mut bytes, edition, reader, &id, &token);
        match edition.format {
            Format::Text => {
                bytes.extend_from_slice(TEXT.as_bytes());
                self.body(&mut bytes, &edition.text, value)?;
            }
            Format::Html => {
                bytes.extend_from_slice(self.frame.open_text.as_bytes());
                self.body(&mut bytes, &edition.text, value)?;
                bytes.extend_from_slice(self.frame.open_html.as_bytes());
                self.body(&mut bytes, &edition.html, value)?;
                bytes.extend_from_slice(self.frame.close.as_bytes());
            }
        }
        if let Some(signer) = &self.signer {
            // Last: nothing touches the bytes afterwards.
            signer.sign(&mut bytes, self.stamp.frozen_at)?;
        }
        let sender = lettre::Address::try_from(sender).map_err(LetterError::Bounce)?;
        let to = reader.address.as_str().parse();
        let to = to.map_err(LetterError::Address)?;
        let envelope = Envelope::new(Some(sender), vec![to]).map_err(LetterError::Envelope)?;
        Ok(Letter {
            envelope,
            id,
            bytes,
        })
    }

    /// The Message-ID's left part and the envelope sender.
    fn identity(&self, reader: &Reader<'_>) -> (String, String) {
        let Some(signatures) = &self.signatures else {
            let hash = hex(&self.stamp.hash[..8]);
            let reader = hex(&reader.id.0[..8]);
            let id = format!("trial.{}.{hash}.{reader}", self.stamp.key);
            return (id, self.head.bounce.to_string());
        };
        let tag = signatures.bounce_token(&reader.id);
        let sender = self.head.bounce.with_tag(&tag);
        (signatures.message_id_left(&reader.id), sender.into())
    }

    fn body<'v>(
        &self,
        out: &mut Vec<u8>,
        pieces: &[PieceId],
        value: impl Fn(Slot) -> &'v str + Copy,
    ) -> Result<(), LetterError> {
        for number in pieces {
            self.pieces
                .get(number.0 as usize)
                .ok_or(LetterError::NoSuchPiece(number.0))?
                .splice(out, value);
        }
        Ok(())
    }
}

/// What says that a body, or a part of one, is text.
const TEXT: &str = "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n";
/// The same of HTML.
const HTML: &str =
    "Content-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n";

/// What stands around the parts of an issue's letters (RFC 2046 §5.1.4).
#[derive(Debug)]
struct Frame {
    open_text: String,
    open_html: String,
    close: String,
}

impl Frame {
    fn new(stamp: &Stamp) -> Self {
        // `=_` cannot occur in quoted-printable text, so no part can hold the boundary.
        let boundary = format!("=_overblik_{}", hex(&stamp.hash[..12]));
        Self {
            open_text: format!(
                "Content-Type: multipart/alternative;\r\n boundary=\"{boundary}\"\r\n\r\n--{boundary}\r\n{TEXT}"
            ),
            open_html: format!("\r\n--{boundary}\r\n{HTML}"),
            close: format!("\r\n--{boundary}--\r\n"),
        }
    }
}

#[cfg(test)]
mod tests;
