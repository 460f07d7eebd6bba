//! A mail's header as a mail program shows it: unfolded, its encoded words decoded (RFC 5322 §2.2.3, RFC 2047).

use base64::{Engine as _, engine::general_purpose::STANDARD};

/// The fields of a mail, in order, each with its name and decoded text.
pub(super) fn decoded(mail: &[u8]) -> Vec<(String, String)> {
    let text = String::from_utf8_lossy(mail);
    let header = text.split("\r\n\r\n").next().unwrap_or_default();
    let mut fields: Vec<(String, String)> = Vec::new();
    for line in header.split("\r\n") {
        match (line.starts_with([' ', '\t']), fields.last_mut()) {
            (true, Some((_, value))) => value.push_str(line),
            _ => {
                let (name, value) = line.split_once(':').unwrap_or((line, ""));
                fields.push((name.to_owned(), value.trim_start().to_owned()));
            }
        }
    }
    fields
        .into_iter()
        .map(|(name, value)| (name, words(&value)))
        .collect()
}

/// The text with its encoded words read. Blanks between two of them are none of the text.
fn words(text: &str) -> String {
    let mut read: Vec<u8> = Vec::new();
    let mut rest = text;
    let mut after_word = false;
    while let Some(at) = rest.find("=?") {
        let (before, from) = rest.split_at(at);
        let Some((word, length)) = word(from) else {
            read.extend_from_slice(before.as_bytes());
            read.extend_from_slice(b"=?");
            rest = &from[2..];
            after_word = false;
            continue;
        };
        if !(after_word && before.trim().is_empty()) {
            read.extend_from_slice(before.as_bytes());
        }
        read.extend_from_slice(&word);
        rest = &from[length..];
        after_word = true;
    }
    read.extend_from_slice(rest.as_bytes());
    String::from_utf8_lossy(&read).into_owned()
}

/// The octets of the encoded word a text begins with, and its length there. Letters are written in UTF-8 alone.
fn word(text: &str) -> Option<(Vec<u8>, usize)> {
    let mut parts = text[2..].splitn(4, '?');
    let (charset, encoding, content) = (parts.next()?, parts.next()?, parts.next()?);
    let end = parts.next()?.starts_with('=');
    if !end || !charset.eq_ignore_ascii_case("utf-8") {
        return None;
    }
    let octets = match encoding {
        "B" | "b" => STANDARD.decode(content).ok()?,
        "Q" | "q" => quoted(content)?,
        _ => return None,
    };
    let length = "=?".len() + charset.len() + 1 + encoding.len() + 1 + content.len() + "?=".len();
    Some((octets, length))
}

fn quoted(text: &str) -> Option<Vec<u8>> {
    let mut octets = Vec::new();
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        octets.push(match byte {
            b'_' => b' ',
            b'=' => {
                let mut digit = || char::from(bytes.next()?).to_digit(16);
                u8::try_from(digit()? * 16 + digit()?).ok()?
            }
            byte => byte,
        });
    }
    Some(octets)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_is_shown_as_a_mail_program_shows_it() {
        let mail = "Subject: =?utf-8?Q?Bl=C3=A5b=C3=A6r_?=\r\n =?UTF-8?B?b2cgw6Zibgo=?= =?x?y\r\nTo: a@b.example\r\n\r\nSubject: body";
        assert_eq!(
            decoded(mail.as_bytes()),
            [
                ("Subject".to_owned(), "Blåbær og æbn\n =?x?y".to_owned()),
                ("To".to_owned(), "a@b.example".to_owned()),
            ]
        );
        for odd in [
            "",
            "=?",
            "x: =?utf-8?Q?=C?=",
            ": =?utf-8?Q?=?=",
            " \r\n=?a?b?c?=",
            "\u{e6}=?\u{e6}?",
        ] {
            decoded(odd.as_bytes());
        }
    }
}
