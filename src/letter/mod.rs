//! The letter: pieces encoded once, spliced with what is the reader's own.
//!
//! Same input, same bytes: date, boundary and Message-ID follow from the issue and the reader, never from the clock
//! or from chance, so a resumed run mails what the first run would have mailed.

pub mod dkim;
pub mod encode;
mod letterhead;
pub mod links;
pub mod settings;

use std::sync::Arc;

use chrono::{DateTime, Utc};
use lettre::address::Envelope;

use self::{
    dkim::{SignError, Signer},
    encode::{EncodedPiece, mailbox_header, phrase, text_header},
};
use crate::domain::{
    address::Address,
    issue::IssueKey,
    key::{SigningKey, SubscriberId, hex},
    newsletter::Mailbox,
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

/// Makes the letters of one issue.
#[derive(Debug)]
pub struct Splicer {
    stamp: Stamp,
    head: Letterhead,
    links: Links,
    boundary: String,
    pieces: Vec<EncodedPiece>,
    signer: Option<Arc<Signer>>,
}

impl Splicer {
    /// Prepares for one issue, its letterhead and its pieces.
    pub fn new(stamp: Stamp, head: Letterhead, links: Links, pieces: Vec<EncodedPiece>) -> Self {
        Self {
            stamp,
            head,
            links,
            // `=_` cannot occur in quoted-printable text, so no part can hold the boundary.
            boundary: format!("=_overblik_{}", hex(&stamp.hash[..12])),
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
        let greeting = edition.language.greeting(reader.name);
        let token = match &self.links {
            Links::Signed(key) => links::leave_token(key, &self.head.list_id, &reader.id),
            Links::Trial => links::TRIAL_TOKEN.to_owned(),
        };
        let leave = format!("{}{token}", self.head.leave_url);
        let preferences = format!("{}{token}", self.head.preferences_url);
        let value = |slot| match slot {
            Slot::Greeting => greeting.as_str(),
            Slot::Unsubscribe => leave.as_str(),
            Slot::Preferences => preferences.as_str(),
        };
        let (id, sender) = self.identity(reader);
        let mut bytes = Vec::with_capacity(64 * 1024);
        self.headers(&mut bytes, edition, reader, &id, &token);
        match edition.format {
            Format::Text => {
                part_headers(&mut bytes, "text/plain");
                self.body(&mut bytes, &edition.text, value)?;
            }
            Format::Html => {
                let boundary = &self.boundary;
                let open = |bytes: &mut Vec<u8>, kind| {
                    bytes.extend_from_slice(format!("--{boundary}\r\n").as_bytes());
                    part_headers(bytes, kind);
                };
                bytes.extend_from_slice(
                    format!(
                        "Content-Type: multipart/alternative;\r\n boundary=\"{boundary}\"\r\n\r\n"
                    )
                    .as_bytes(),
                );
                open(&mut bytes, "text/plain");
                self.body(&mut bytes, &edition.text, value)?;
                bytes.extend_from_slice(b"\r\n");
                open(&mut bytes, "text/html");
                self.body(&mut bytes, &edition.html, value)?;
                bytes.extend_from_slice(format!("\r\n--{boundary}--\r\n").as_bytes());
            }
        }
        if let Some(signer) = &self.signer {
            // Last: nothing touches the bytes afterwards.
            signer.sign(&mut bytes, self.stamp.frozen_at)?;
        }
        let address = |address: &Address| lettre::Address::try_from(address.to_string());
        let sender = address(&sender).map_err(LetterError::Bounce)?;
        let to = address(reader.address).map_err(LetterError::Address)?;
        let envelope = Envelope::new(Some(sender), vec![to]).map_err(LetterError::Envelope)?;
        Ok(Letter {
            envelope,
            id,
            bytes,
        })
    }

    /// The Message-ID's left part and the envelope sender.
    fn identity(&self, reader: &Reader<'_>) -> (String, Address) {
        match &self.links {
            Links::Trial => {
                let hash = hex(&self.stamp.hash[..8]);
                let reader = hex(&reader.id.0[..8]);
                (
                    format!("trial.{}.{hash}.{reader}", self.stamp.key),
                    self.head.bounce.clone(),
                )
            }
            Links::Signed(key) => (
                links::message_id_left(key, self.stamp.key, &reader.id),
                self.head
                    .bounce
                    .with_tag(&links::bounce_token(key, self.stamp.key, &reader.id)),
            ),
        }
    }

    /// The header fields, each once (RFC 5322 §3.6, RFC 2369, RFC 2919, RFC 8058, RFC 3834).
    fn headers(
        &self,
        out: &mut Vec<u8>,
        edition: &Edition,
        reader: &Reader<'_>,
        id: &str,
        token: &str,
    ) {
        let newsletter = &self.head;
        let domain = newsletter.from.address.domain();
        let date = self
            .stamp
            .frozen_at
            .with_timezone(&newsletter.timezone)
            .to_rfc2822();
        let mut line = |text: String| out.extend_from_slice(format!("{text}\r\n").as_bytes());
        line(format!("Date: {date}"));
        line(format!("Message-ID: <{id}@{domain}>"));
        mailbox_header(out, "From", &newsletter.from);
        if let Some(reply_to) = &newsletter.reply_to {
            mailbox_header(out, "Reply-To", reply_to);
        }
        let to = Mailbox {
            name: reader.name.map(str::to_owned),
            address: reader.address.clone(),
        };
        mailbox_header(out, "To", &to);
        text_header(out, "Subject", &edition.subject);
        let mut line = |text: String| out.extend_from_slice(format!("{text}\r\n").as_bytes());
        line(format!(
            "List-Id: {}\r\n <{}>",
            phrase(&newsletter.name, 9),
            newsletter.list_id
        ));
        // A trial link is no link to leave by: such a letter names none in its headers.
        if matches!(self.links, Links::Signed(_)) {
            let mailto = self
                .head
                .leave_mailto
                .as_ref()
                .map_or_else(String::new, |to| {
                    format!(",\r\n <mailto:{}?subject={token}>", links::in_mailto(to))
                });
            line(format!(
                "List-Unsubscribe: <{}{token}>{mailto}",
                self.head.leave_url
            ));
            line("List-Unsubscribe-Post: List-Unsubscribe=One-Click".into());
        }
        line("Auto-Submitted: auto-generated".into());
        line("Precedence: bulk".into());
        line("MIME-Version: 1.0".into());
        line(format!("Content-Language: {}", edition.language.tag()));
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

fn part_headers(out: &mut Vec<u8>, kind: &str) {
    out.extend_from_slice(
        format!(
            "Content-Type: {kind}; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
        )
        .as_bytes(),
    );
}

#[cfg(test)]
mod tests;
