//! A short letter to whoever runs the newsletter: plain text, nothing of any reader.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use lettre::address::Envelope;

use super::{
    Letter, LetterError, TEXT,
    dkim::Signer,
    encode::{mailbox_header, quoted_printable, text_header},
};
use crate::domain::{
    address::Address,
    key::{hex, sha256},
    newsletter::Mailbox,
};

/// What a notice says, and when.
#[derive(Debug, Clone)]
pub struct Notice<'a> {
    /// Whom it is from.
    pub from: &'a Mailbox,
    /// Its subject.
    pub subject: &'a str,
    /// Its text.
    pub text: &'a str,
    /// When it is written.
    pub at: DateTime<Utc>,
    /// The zone its date is in.
    pub zone: Tz,
}

impl Notice<'_> {
    /// The letter to one address.
    ///
    /// # Errors
    /// An address no envelope takes, or a key that cannot sign.
    pub fn letter(&self, to: &Address, signer: Option<&Signer>) -> Result<Letter, LetterError> {
        let (from, instant) = (&self.from.address, self.at.timestamp_millis());
        let seed = format!("{instant}\n{to}\n{}\n{}", self.subject, self.text);
        let id = format!("notice.{}", hex(&sha256(seed.as_bytes())[..16]));
        let date = self.at.with_timezone(&self.zone).to_rfc2822();
        let mut bytes =
            format!("Date: {date}\r\nMessage-ID: <{id}@{}>\r\n", from.domain()).into_bytes();
        mailbox_header(&mut bytes, "From", self.from.name.as_deref(), from.as_str());
        mailbox_header(&mut bytes, "To", None, to.as_str());
        text_header(&mut bytes, "Subject", self.subject);
        // RFC 3834: nobody's holiday notice answers it.
        bytes.extend_from_slice(b"Auto-Submitted: auto-generated\r\nMIME-Version: 1.0\r\n");
        bytes.extend_from_slice(TEXT.as_bytes());
        quoted_printable(&mut bytes, self.text);
        if !bytes.ends_with(b"\r\n") {
            bytes.extend_from_slice(b"\r\n");
        }
        if let Some(signer) = signer {
            signer.sign(&mut bytes, self.at)?;
        }
        let sender = from.as_str().parse().map_err(LetterError::Address)?;
        let to = to.as_str().parse().map_err(LetterError::Address)?;
        let envelope = Envelope::new(Some(sender), vec![to]).map_err(LetterError::Envelope)?;
        Ok(Letter {
            envelope,
            id,
            bytes,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_notice_is_a_plain_letter_of_seven_bits() {
        let from = Mailbox::parse("Æbleavisen <nyt@avis.example>").unwrap();
        let notice = Notice {
            from: &from,
            subject: "Æbleavisen: holdt",
            text: "Først\nog så",
            at: DateTime::from_timestamp(1_795_413_600, 0).unwrap(),
            zone: chrono_tz::Europe::Copenhagen,
        };
        let to = Address::parse("vagt@avis.example").unwrap();
        let letter = notice.letter(&to, None).unwrap();
        let text = String::from_utf8(letter.bytes.clone()).unwrap();
        assert!(text.is_ascii(), "{text}");
        for line in [
            "Date: Mon, 23 Nov 2026 07:00:00 +0100\r\n",
            "To: vagt@avis.example\r\n",
            "Auto-Submitted: auto-generated\r\n",
            "\r\n\r\nF=C3=B8rst\r\nog s=C3=A5\r\n",
        ] {
            assert!(text.contains(line), "{line}: {text}");
        }
        assert_eq!(letter.envelope.to()[0].to_string(), "vagt@avis.example");
        let again = notice.letter(&to, None).unwrap();
        assert_eq!((again.id, again.bytes), (letter.id, letter.bytes));
    }
}
