//! Octets as text, whatever they are declared to be: the declaration is often absent and sometimes wrong.
//!
//! In order (WHATWG encoding standard § 6, then what feeds really do): a byte order mark; the pattern of UTF-16;
//! octets that are UTF-8 are UTF-8 whatever is declared; else the server's word, the document's own, windows-1252.

use encoding_rs::{Encoding, ISO_2022_JP, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};
use unicode_normalization::UnicodeNormalization;

/// How far into a document its own declaration is looked for.
const PROLOGUE: usize = 1024;

/// A document's text: NFC, without a byte order mark.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Decoded {
    /// The text.
    pub text: String,
    /// What is doubtful about its encoding.
    pub doubt: Option<String>,
}

/// Reads octets as text; `charset` is what the server calls them.
///
/// # Errors
/// Why they are no text.
pub(super) fn decode(bytes: &[u8], charset: Option<&str>) -> Result<Decoded, String> {
    let (encoding, doubt) = encoding_of(bytes, charset);
    // A byte order mark is taken off, and rules over the encoding given.
    let (text, _, garbled) = encoding.decode(bytes);
    if text.contains('\0') {
        return Err("is binary (it has a NUL octet), not text; look at where it comes from".into());
    }
    let doubt = match (doubt, garbled) {
        (None, true) => Some(format!(
            "some octets are not {} and were replaced by `\u{fffd}`",
            encoding.name()
        )),
        (doubt, _) => doubt,
    };
    Ok(Decoded {
        text: text.nfc().collect(),
        doubt,
    })
}

/// The encoding to read by, and what is doubtful about it.
fn encoding_of(bytes: &[u8], charset: Option<&str>) -> (&'static Encoding, Option<String>) {
    if let Some((encoding, _)) = Encoding::for_bom(bytes) {
        return (encoding, None);
    }
    match bytes {
        [b'<' | b'{', 0, ..] => return (UTF_16LE, None),
        [0, b'<' | b'{', ..] => return (UTF_16BE, None),
        _ => {}
    }
    let label = charset
        .map(str::to_owned)
        .filter(|label| Encoding::for_label(label.as_bytes()).is_some())
        .or_else(|| declared(bytes));
    let stated = label
        .as_deref()
        .and_then(|label| Encoding::for_label(label.as_bytes()));
    if std::str::from_utf8(bytes).is_ok() {
        let plain = bytes.is_ascii();
        return match stated {
            // Its escapes are plain ASCII.
            Some(escaped) if escaped == ISO_2022_JP => (ISO_2022_JP, None),
            Some(other) if other != UTF_8 && !plain => (
                UTF_8,
                Some(format!(
                    "is declared as {} but is UTF-8, and was read as that",
                    label.unwrap_or_default()
                )),
            ),
            _ => (UTF_8, None),
        };
    }
    match stated {
        Some(other) if other != UTF_8 && other != UTF_16LE && other != UTF_16BE => (other, None),
        Some(other) => (
            WINDOWS_1252,
            Some(format!(
                "is declared as {} but is not, and was read as windows-1252",
                other.name()
            )),
        ),
        None => (
            WINDOWS_1252,
            Some("declares no encoding and is not UTF-8; it was read as windows-1252".into()),
        ),
    }
}

/// What the document says of itself: `encoding="…"` of XML, `charset=…` of HTML.
fn declared(bytes: &[u8]) -> Option<String> {
    let head = String::from_utf8_lossy(&bytes[..bytes.len().min(PROLOGUE)]).to_ascii_lowercase();
    let key = if head.trim_start().starts_with("<?xml") {
        "encoding"
    } else {
        "charset"
    };
    let head = match key {
        "encoding" => head.split_once("?>").map_or(head.as_str(), |cut| cut.0),
        _ => head.as_str(),
    };
    let (_, rest) = head.split_once(key)?;
    let rest = rest.trim_start().strip_prefix('=')?.trim_start();
    let label: String = rest
        .trim_start_matches(['"', '\''])
        .chars()
        .take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | ':'))
        .collect();
    (!label.is_empty()).then_some(label)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(bytes: &[u8], charset: Option<&str>, text: &str, doubts: bool) {
        let decoded = decode(bytes, charset).unwrap();
        let text = text.to_owned();
        assert_eq!((decoded.text, decoded.doubt.is_some()), (text, doubts));
    }

    fn utf_16(text: &str, to_bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
        text.encode_utf16().flat_map(to_bytes).collect()
    }

    #[test]
    fn declared_undeclared_and_wrongly_declared_text_is_read() {
        let declared = |label: &str| format!("<?xml version='1.0' encoding='{label}'?>");
        let with = |label: &str, rest: &[u8]| [declared(label).as_bytes(), rest].concat();
        let text = |label: &str, rest: &str| declared(label) + rest;
        check("<a>blåbær</a>".as_bytes(), None, "<a>blåbær</a>", false);
        check(b"\xef\xbb\xbf<a>\xc3\xa5", Some("latin1"), "<a>å", false);
        check(
            &with("iso-8859-1", b"bl\xe5b\xe6r \x96"),
            None,
            &text("iso-8859-1", "blåbær –"),
            false,
        );
        check(
            &with("iso-8859-15", b"5 \xa4"),
            None,
            &text("iso-8859-15", "5 €"),
            false,
        );
        check(
            &with("iso-8859-1", "blåbær".as_bytes()),
            None,
            &text("iso-8859-1", "blåbær"),
            true,
        );
        check(
            &with("utf-8", b"bl\xe5b\xe6r"),
            None,
            &text("utf-8", "blåbær"),
            true,
        );
        check(b"<a>bl\xe5", None, "<a>blå", true);
        check(b"<a>bl\xe5", Some("windows-1252"), "<a>blå", false);
        check(b"<a>bl\xe5", Some("nonsense"), "<a>blå", true);
        check(
            b"<html><meta charset=iso-8859-1>\xe5",
            None,
            "<html><meta charset=iso-8859-1>å",
            false,
        );
    }

    #[test]
    fn utf_16_is_read_with_and_without_its_mark() {
        let feed = "<?xml version='1.0' encoding='utf-16'?><a>blå</a>";
        let marked = format!("\u{feff}{feed}");
        check(&utf_16(&marked, u16::to_le_bytes), None, feed, false);
        check(&utf_16(&marked, u16::to_be_bytes), None, feed, false);
        check(&utf_16(feed, u16::to_le_bytes), None, feed, false);
        check(&utf_16(feed, u16::to_be_bytes), None, feed, false);
        // Some say UTF-16 and write one octet a letter.
        check(feed.as_bytes(), None, feed, true);
        assert!(decode(b"GIF89a\0\0", None).is_err());
    }

    #[test]
    fn letters_in_two_parts_become_one() {
        check("a\u{30a}".as_bytes(), None, "å", false);
    }
}
