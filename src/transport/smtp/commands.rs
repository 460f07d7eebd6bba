//! What is written: the commands of a letter, and its body.

use std::{fmt::Write as _, io};

use crate::letter::Letter;

/// Whether an address of the envelope has letters outside ASCII (RFC 6531 §3.4).
pub(super) fn needs_smtputf8(letter: &Letter) -> bool {
    let ascii = |address: &lettre::Address| AsRef::<str>::as_ref(address).is_ascii();
    let envelope = &letter.envelope;
    !envelope.from().is_none_or(ascii) || !envelope.to().iter().all(ascii)
}

/// MAIL, RCPT and DATA of a letter.
pub(super) fn envelope(letter: &Letter, out: &mut String) {
    let from: &str = letter.envelope.from().map_or("", AsRef::as_ref);
    let parameters = if needs_smtputf8(letter) {
        " BODY=8BITMIME SMTPUTF8"
    } else if letter.bytes.is_ascii() {
        ""
    } else {
        " BODY=8BITMIME"
    };
    // Writing to a `String` cannot fail.
    let _ = write!(out, "MAIL FROM:<{from}>{parameters}\r\n");
    for to in letter.envelope.to() {
        let _ = write!(out, "RCPT TO:<{to}>\r\n");
    }
    out.push_str("DATA\r\n");
}

/// The letter as it goes over the line: dots doubled at the beginning of lines (RFC 5321 §4.5.2), and its end.
pub(super) fn body(letter: &Letter, out: &mut String) -> io::Result<()> {
    let text = std::str::from_utf8(&letter.bytes).map_err(io::Error::other)?;
    if text.starts_with('.') || memchr::memmem::find(text.as_bytes(), b"\r\n.").is_some() {
        if text.starts_with('.') {
            out.push('.');
        }
        out.push_str(&text.replace("\r\n.", "\r\n.."));
    } else {
        out.push_str(text);
    }
    if !text.ends_with("\r\n") {
        out.push_str("\r\n");
    }
    out.push_str(".\r\n");
    Ok(())
}
