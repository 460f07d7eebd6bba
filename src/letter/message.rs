//! The message a letter carries: whole, or still in its parts.
//!
//! The forty kilobytes of a letter are strung together where they leave, in the buffer of the connection that sends
//! them: strung together by another thread they would be fetched from its processor's cache again. A signed letter is
//! whole from the start, for its signature is made of all of it. What a transport must know of a message is known
//! since it was made and not looked for in it again.

use std::{borrow::Cow, fmt, sync::Arc};

use super::{Splicer, editions::Titled, encode::Filling};

/// A message (RFC 5322): CRLF lines, the last one ended.
#[derive(Clone)]
pub struct Message {
    text: Text,
    seven_bit: bool,
    dots: bool,
}

#[derive(Clone)]
enum Text {
    Whole(String),
    Parts(Box<Parts>),
}

/// What an unsigned letter is strung together from.
#[derive(Clone)]
struct Parts {
    splicer: Arc<Splicer>,
    edition: Arc<Titled>,
    head: String,
    own: Filling,
}

impl Message {
    /// A message of any text with CRLF lines; a last line that is not ended is.
    pub fn new(mut text: String) -> Self {
        if !text.ends_with("\r\n") {
            text.push_str("\r\n");
        }
        Self {
            seven_bit: text.is_ascii(),
            dots: text.starts_with('.')
                || memchr::memmem::find(text.as_bytes(), b"\r\n.").is_some(),
            text: Text::Whole(text),
        }
    }

    /// A spliced message: no line begins with a dot, the last is ended, and whether there is anything outside ASCII
    /// is known of its header, for what stands in a body is encoded.
    pub(super) fn spliced(text: String, seven_bit: bool) -> Self {
        Self {
            text: Text::Whole(text),
            seven_bit,
            dots: false,
        }
    }

    /// A message that is spliced when it leaves, of an edition all of whose pieces there are.
    pub(super) fn in_parts(
        splicer: &Arc<Splicer>,
        edition: &Arc<Titled>,
        head: String,
        own: Filling,
    ) -> Self {
        Self {
            seven_bit: head.is_ascii(),
            dots: false,
            text: Text::Parts(Box::new(Parts {
                splicer: Arc::clone(splicer),
                edition: Arc::clone(edition),
                head,
                own,
            })),
        }
    }

    /// Appends its text.
    pub fn write(&self, out: &mut String) {
        match &self.text {
            Text::Whole(text) => out.push_str(text),
            Text::Parts(parts) => {
                out.push_str(&parts.head);
                parts
                    .splicer
                    .bodies(out, &parts.edition.edition, &parts.own);
            }
        }
    }

    /// Its text.
    pub fn text(&self) -> Cow<'_, str> {
        match &self.text {
            Text::Whole(text) => Cow::Borrowed(text),
            Text::Parts(_) => {
                let mut text = String::new();
                self.write(&mut text);
                Cow::Owned(text)
            }
        }
    }

    /// Whether it is all ASCII (RFC 6152 §2).
    pub fn is_seven_bit(&self) -> bool {
        self.seven_bit
    }

    /// Appends its text as it goes over a line: dots doubled at the beginning of lines (RFC 5321 §4.5.2).
    pub fn write_doubling_dots(&self, out: &mut String) {
        if !self.dots {
            return self.write(out);
        }
        let text = self.text();
        if text.starts_with('.') {
            out.push('.');
        }
        out.push_str(&text.replace("\r\n.", "\r\n.."));
    }
}

impl PartialEq for Message {
    fn eq(&self, other: &Self) -> bool {
        self.text() == other.text()
    }
}

impl Eq for Message {}

impl fmt::Debug for Message {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Message").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_transport_must_know_is_seen() {
        let check = |text: &str, seven_bit, doubled: &str| {
            let message = Message::new(text.to_owned());
            assert_eq!(message.is_seven_bit(), seven_bit, "{text:?}");
            let mut out = String::from("DATA\r\n");
            message.write_doubling_dots(&mut out);
            assert_eq!(out.strip_prefix("DATA\r\n"), Some(doubled));
        };
        check("a\r\n", true, "a\r\n");
        check("a", true, "a\r\n");
        check("æ\r\n", false, "æ\r\n");
        check(".\r\n", true, "..\r\n");
        check("a.\r\n.b\r\n..", true, "a.\r\n..b\r\n...\r\n");
        check("", true, "\r\n");
    }
}
