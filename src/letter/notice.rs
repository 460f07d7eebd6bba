//! A short letter to whoever runs the newsletter: plain text, nothing of any reader.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;

use super::{
    Envelope, Letter, LetterError, Message, TEXT,
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
    /// A key that cannot sign.
    pub fn letter(&self, to: &Address, signer: Option<&Signer>) -> Result<Letter, LetterError> {
        let (from, instant) = (&self.from.address, self.at.timestamp_millis());
        let seed = format!("{instant}\n{to}\n{}\n{}", self.subject, self.text);
        let id = format!("notice.{}", hex(&sha256(seed.as_bytes())[..16]));
        let date = self.at.with_timezone(&self.zone).to_rfc2822();
        let mut text = format!("Date: {date}\r\nMessage-ID: <{id}@{}>\r\n", from.domain());
        mailbox_header(&mut text, "From", self.from.name.as_deref(), from.as_str());
        mailbox_header(&mut text, "To", None, to.as_str());
        text_header(&mut text, "Subject", self.subject);
        // RFC 3834: nobody's holiday notice answers it.
        text.push_str("Auto-Submitted: auto-generated\r\nMIME-Version: 1.0\r\n");
        text.push_str(TEXT);
        quoted_printable(&mut text, self.text);
        if !text.ends_with("\r\n") {
            text.push_str("\r\n");
        }
        if let Some(signer) = signer {
            signer.sign(&mut text, self.at)?;
        }
        Ok(Letter {
            envelope: Envelope {
                sender: from.clone(),
                recipient: to.clone(),
            },
            id,
            message: Message::new(text),
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
        let text = letter.message.text().into_owned();
        assert!(text.is_ascii(), "{text}");
        for line in [
            "Date: Mon, 23 Nov 2026 07:00:00 +0100\r\n",
            "To: vagt@avis.example\r\n",
            "Auto-Submitted: auto-generated\r\n",
            "\r\n\r\nF=C3=B8rst\r\nog s=C3=A5\r\n",
        ] {
            assert!(text.contains(line), "{line}: {text}");
        }
        assert_eq!(letter.envelope.recipient.to_string(), "vagt@avis.example");
        let again = notice.letter(&to, None).unwrap();
        assert_eq!((again.id, again.message), (letter.id, letter.message));
    }
}
