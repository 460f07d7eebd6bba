//! The header fields of an issue's letters; those they have in common are written once.

use std::fmt::Write as _;

use super::{
    Letterhead, Links, Reader, Stamp,
    encode::{mailbox_header, phrase},
    links::in_mailto,
};
use crate::domain::{language::Language, newsletter::Mailbox};

/// The header of an issue's letters: each field once (RFC 5322 §3.6, RFC 2369, RFC 2919, RFC 8058, RFC 3834).
#[derive(Debug)]
pub(super) struct Headers {
    /// Up to the Message-ID's left part.
    before_id: String,
    /// From there to `To`.
    before_to: String,
    /// From `Subject` to the token of `List-Unsubscribe`, or to its end where there is none.
    before_token: String,
    /// A trial link is no link to leave by: such a letter names none in its headers.
    leave: Option<Leave>,
    /// From there to the tag of the language.
    closing: &'static str,
}

/// What stands behind the token of `List-Unsubscribe`.
#[derive(Debug)]
struct Leave {
    /// The `mailto` form up to its token, where there is one.
    mailto: Option<String>,
}

impl Headers {
    pub(super) fn new(stamp: &Stamp, head: &Letterhead, links: &Links) -> Self {
        let date = stamp.frozen_at.with_timezone(&head.timezone).to_rfc2822();
        let mut before_to = format!("@{}>\r\n", head.from.address.domain());
        let mut mailbox = |field, mailbox: &Mailbox| {
            let name = mailbox.name.as_deref();
            mailbox_header(&mut before_to, field, name, mailbox.address.as_str());
        };
        mailbox("From", &head.from);
        if let Some(reply_to) = &head.reply_to {
            mailbox("Reply-To", reply_to);
        }
        let mut before_token = format!(
            "List-Id: {}\r\n <{}>\r\n",
            phrase(&head.name, 9),
            head.list_id
        );
        let leave = matches!(links, Links::Signed(_)).then(|| {
            // Writing to a `String` cannot fail.
            let _ = write!(before_token, "List-Unsubscribe: <{}", head.leave_url);
            let mailto = head.leave_mailto.as_ref();
            Leave {
                mailto: mailto.map(|to| format!(",\r\n <mailto:{}?subject=", in_mailto(to))),
            }
        });
        Self {
            before_id: format!("Date: {date}\r\nMessage-ID: <"),
            before_to,
            before_token,
            leave,
            closing: "Auto-Submitted: auto-generated\r\nPrecedence: bulk\r\nMIME-Version: 1.0\r\nContent-Language: ",
        }
    }

    /// Appends the header of one letter, but for what it says of the body's type; `subject` is that field, whole.
    pub(super) fn write(
        &self,
        out: &mut String,
        subject: &str,
        language: Language,
        reader: &Reader<'_>,
        id: &str,
        token: &str,
    ) {
        out.push_str(&self.before_id);
        out.push_str(id);
        out.push_str(&self.before_to);
        mailbox_header(out, "To", reader.name, reader.address.as_str());
        let mut put = |text: &str| out.push_str(text);
        put(subject);
        put(&self.before_token);
        if let Some(leave) = &self.leave {
            put(token);
            put(">");
            if let Some(mailto) = &leave.mailto {
                put(mailto);
                put(token);
                put(">");
            }
            put("\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n");
        }
        put(self.closing);
        put(language.tag());
        put("\r\n");
    }
}
