//! The letter: pieces encoded once, spliced with what is the reader's own.
//!
//! Same input, same bytes: date, boundary and Message-ID follow from the issue and the reader, never from the clock
//! or from chance, so a resumed run mails what the first run would have mailed.

pub mod dkim;
mod editions;
pub mod encode;
mod headers;
mod letterhead;
pub mod links;
mod message;
pub mod notice;
mod pieces;
pub mod settings;

use std::sync::Arc;

use chrono::{DateTime, NaiveDate, Utc};

use self::{
    dkim::{SignError, Signer},
    encode::{EncodedPiece, Filling},
    headers::Headers,
    links::Signatures,
    pieces::Pieces,
};
use crate::domain::{
    address::Address,
    issue::IssueKey,
    key::{SigningKey, SubscriberId, hex},
    piece::{Edition, PieceId, Slot},
    subscriber::Format,
};

pub use self::{editions::Editions, letterhead::Letterhead, message::Message};

/// One letter, ready to be handed over: whom it goes to, and its bytes.
#[derive(Debug, Clone)]
pub struct Letter {
    /// Whose it is and whom it goes to.
    pub envelope: Envelope,
    /// The left part of its Message-ID, unique to issue and reader.
    pub id: String,
    /// The whole message: no line begins with a dot; seven-bit, but for the `To` of a reader whose address is not
    /// (RFC 6532), which a transport takes or refuses.
    pub message: Message,
}

/// What stands on a letter's outside (RFC 5321 §2.3.1).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Envelope {
    /// The sender, whose signed tag tells which reader and issue a bounce is about.
    pub sender: Address,
    /// The one recipient.
    pub recipient: Address,
}

/// Why no letter could be made.
#[derive(Debug, thiserror::Error)]
pub enum LetterError {
    /// The edition names a piece the issue does not have: the ledger was tampered with.
    #[error("the edition names piece {0}, which the issue does not have")]
    NoSuchPiece(u32),
    /// The plan names an edition the issue does not have: likewise.
    #[error("the plan names edition {0}, which the issue does not have")]
    NoSuchEdition(u32),
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
    /// The day of the consent on record.
    pub signed_up: Option<NaiveDate>,
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

/// How many octets a letter is given room for before it is made, and its header.
const ROOM: usize = 64 * 1024;
const HEAD_ROOM: usize = 2048;

/// Makes the letters of one issue.
#[derive(Debug)]
pub struct Splicer {
    stamp: Stamp,
    head: Letterhead,
    /// `None` for a trial's.
    signatures: Option<Signatures>,
    headers: Headers,
    frame: Frame,
    pieces: Pieces,
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
            pieces: Pieces::new(pieces),
            signer: None,
        }
    }

    /// With letters that are signed (DKIM), where there is a signer.
    #[must_use]
    pub fn signed_by(self, signer: Option<Arc<Signer>>) -> Self {
        Self { signer, ..self }
    }

    /// Whether its letters are signed.
    pub fn signs(&self) -> bool {
        self.signer.is_some()
    }

    /// Makes one reader's letter, whole.
    ///
    /// # Errors
    /// An edition that does not belong to the issue, or a key that cannot sign.
    pub fn letter(&self, edition: &Edition, reader: &Reader<'_>) -> Result<Letter, LetterError> {
        self.whole(edition, &editions::subject(edition), reader)
    }

    fn whole(
        &self,
        edition: &Edition,
        subject: &str,
        reader: &Reader<'_>,
    ) -> Result<Letter, LetterError> {
        self.has_all_of(edition)?;
        let Outside {
            head: mut text,
            own,
            id,
            envelope,
        } = self.outside(edition, subject, reader);
        let seven_bit = text.is_ascii();
        text.reserve(ROOM);
        self.bodies(&mut text, edition, &own);
        if let Some(signer) = &self.signer {
            // Last: nothing touches the text afterwards.
            signer.sign(&mut text, self.stamp.frozen_at)?;
        }
        Ok(Letter {
            envelope,
            id,
            message: Message::spliced(text, seven_bit),
        })
    }

    /// Makes one reader's letter of one of the issue's editions; where it is not signed, it is strung together when it
    /// is written.
    ///
    /// # Errors
    /// As [`Splicer::letter`]; there is no such edition.
    pub fn letter_in_parts(
        self: &Arc<Self>,
        editions: &Editions,
        number: u32,
        reader: &Reader<'_>,
    ) -> Result<Letter, LetterError> {
        let titled = editions
            .get(number)
            .ok_or(LetterError::NoSuchEdition(number))?;
        let edition = &titled.edition;
        if self.signer.is_some() {
            return self.whole(edition, titled.subject(), reader);
        }
        self.has_all_of(edition)?;
        let Outside {
            head,
            own,
            id,
            envelope,
        } = self.outside(edition, titled.subject(), reader);
        Ok(Letter {
            envelope,
            id,
            message: Message::in_parts(self, titled, head, own),
        })
    }

    /// What a reader's letter has besides its bodies; `subject` is that field, whole.
    fn outside(&self, edition: &Edition, subject: &str, reader: &Reader<'_>) -> Outside {
        let greeting = edition.language.greeting(reader.name);
        let signed_up = edition.language.signed_up(reader.signed_up);
        let token = match &self.signatures {
            Some(signatures) => signatures.leave_token(&reader.id),
            None => links::TRIAL_TOKEN.to_owned(),
        };
        let leave = [self.head.leave_url.as_str(), &token].concat();
        let preferences = [self.head.preferences_url.as_str(), &token].concat();
        let own = Filling::new(|slot| match slot {
            Slot::Greeting => greeting.as_str(),
            Slot::Unsubscribe => leave.as_str(),
            Slot::Preferences => preferences.as_str(),
            Slot::SignedUp => signed_up.as_str(),
        });
        let (id, sender) = self.identity(reader);
        let mut head = String::with_capacity(HEAD_ROOM);
        let language = edition.language;
        self.headers
            .write(&mut head, subject, language, reader, &id, &token);
        let recipient = reader.address.clone();
        Outside {
            head,
            own,
            id,
            envelope: Envelope { sender, recipient },
        }
    }

    /// The Message-ID's left part and the envelope sender.
    fn identity(&self, reader: &Reader<'_>) -> (String, Address) {
        let Some(signatures) = &self.signatures else {
            let hash = hex(&self.stamp.hash[..8]);
            let reader = hex(&reader.id.0[..8]);
            let id = format!("trial.{}.{hash}.{reader}", self.stamp.key);
            return (id, self.head.bounce.clone());
        };
        let tag = signatures.bounce_token(&reader.id);
        let sender = self.head.bounce.with_tag(&tag);
        (signatures.message_id_left(&reader.id), sender)
    }

    /// Whether the issue has every piece of an edition.
    fn has_all_of(&self, edition: &Edition) -> Result<(), LetterError> {
        let missing = |number: &&PieceId| number.0 as usize >= self.pieces.len();
        match edition.text.iter().chain(&edition.html).find(missing) {
            Some(number) => Err(LetterError::NoSuchPiece(number.0)),
            None => Ok(()),
        }
    }

    /// Appends what stands behind the header of an edition whose pieces the issue has.
    fn bodies(&self, out: &mut String, edition: &Edition, own: &Filling) {
        match edition.format {
            Format::Text => {
                out.push_str(TEXT);
                self.pieces.string(out, &edition.text, own);
            }
            Format::Html => {
                out.push_str(&self.frame.open_text);
                self.pieces.string(out, &edition.text, own);
                out.push_str(&self.frame.open_html);
                self.pieces.string(out, &edition.html, own);
                out.push_str(&self.frame.close);
            }
        }
    }
}

/// What a reader's letter has besides its bodies.
struct Outside {
    head: String,
    own: Filling,
    id: String,
    envelope: Envelope,
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
