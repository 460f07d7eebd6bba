//! What is written: the commands of a letter, and its body.

use std::fmt::Write as _;

use crate::letter::Letter;

/// Whether an address of the envelope has letters outside ASCII (RFC 6531 §3.4).
pub(super) fn needs_smtputf8(letter: &Letter) -> bool {
    letter.envelope.sender.needs_smtputf8() || letter.envelope.recipient.needs_smtputf8()
}

/// MAIL, RCPT and DATA of a letter.
pub(super) fn envelope(letter: &Letter, out: &mut String) {
    let parameters = if needs_smtputf8(letter) {
        " BODY=8BITMIME SMTPUTF8"
    } else if letter.message.is_seven_bit() {
        ""
    } else {
        " BODY=8BITMIME"
    };
    // Writing to a `String` cannot fail.
    let (from, to) = (&letter.envelope.sender, &letter.envelope.recipient);
    let _ = write!(
        out,
        "MAIL FROM:<{from}>{parameters}\r\nRCPT TO:<{to}>\r\nDATA\r\n"
    );
}

/// What stands behind a body (RFC 5321 §4.1.1.4).
pub(super) const END: &str = ".\r\n";
