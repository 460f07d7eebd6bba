//! Quoted-printable bodies (RFC 2045 §6.7) and header text (RFC 2047, RFC 5322), all seven-bit.

use std::borrow::Cow;

use crate::domain::{
    piece::{Piece, Slot},
    subscriber::Format,
};

/// The most octets of an encoded line, its CRLF not counted (RFC 2045 §6.7 rule 5).
const LINE: usize = 76;

/// A byte that cannot occur in quoted-printable text: it marks a slot in a stored piece, the slot's number follows.
const SLOT: u8 = 0x01;

/// A piece, encoded once for every letter that prints it. It ends at a line end, so pieces can be strung together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EncodedPiece {
    /// Which part of a letter it belongs to.
    pub format: Format,
    segments: Vec<Segment>,
}

/// What a piece consists of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Segment {
    Text(String),
    Slot(Slot),
}

impl EncodedPiece {
    /// Encodes a rendered piece.
    pub fn encode(piece: &Piece) -> Self {
        let mut segments = Vec::new();
        let mut rest = piece.text.as_str();
        while let Some((at, mark, slot)) = rest
            .char_indices()
            .find_map(|(at, c)| Some((at, c, Slot::from_mark(c)?)))
        {
            push_text(&mut segments, &rest[..at], Ending::Soft);
            segments.push(Segment::Slot(slot));
            rest = &rest[at + mark.len_utf8()..];
        }
        push_text(&mut segments, rest, Ending::Hard);
        Self {
            format: piece.format,
            segments,
        }
    }

    /// The bytes the ledger keeps: the encoded text with each slot as two bytes.
    pub fn to_stored(&self) -> Vec<u8> {
        let mut stored = Vec::new();
        for segment in &self.segments {
            match segment {
                Segment::Text(text) => stored.extend_from_slice(text.as_bytes()),
                Segment::Slot(slot) => {
                    stored.push(SLOT);
                    stored.push(slot_number(*slot));
                }
            }
        }
        stored
    }

    /// Reads the ledger's bytes; `None` when they name a slot there is not, or are no encoded text.
    pub fn from_stored(format: Format, stored: &[u8]) -> Option<Self> {
        let mut segments = Vec::new();
        let mut rest = str::from_utf8(stored).ok().filter(|text| text.is_ascii())?;
        while let Some(at) = rest.find(char::from(SLOT)) {
            if at > 0 {
                segments.push(Segment::Text(rest[..at].to_owned()));
            }
            let number = *rest.as_bytes().get(at + 1)?;
            segments.push(Segment::Slot(
                Slot::ALL
                    .into_iter()
                    .find(|slot| slot_number(*slot) == number)?,
            ));
            rest = &rest[at + 2..];
        }
        if !rest.is_empty() {
            segments.push(Segment::Text(rest.to_owned()));
        }
        Some(Self { format, segments })
    }

    pub(super) fn segments(&self) -> &[Segment] {
        &self.segments
    }

    /// Appends the piece to a letter, each slot filled with the reader's own.
    pub fn splice(&self, letter: &mut String, filling: &Filling) {
        for segment in &self.segments {
            match segment {
                Segment::Text(text) => letter.push_str(text),
                Segment::Slot(slot) => letter.push_str(filling.of(*slot, self.format)),
            }
        }
    }

    /// The text as a reader sees it, slots filled: the way back from the encoding.
    pub fn decoded<'v>(&self, value: impl Fn(Slot) -> &'v str) -> String {
        let mut encoded = String::new();
        self.splice(&mut encoded, &Filling::new(value));
        let mut bytes = Vec::with_capacity(encoded.len());
        let mut rest = encoded.as_bytes();
        while let Some((first, after)) = rest.split_first() {
            let hex = |at: usize| {
                after
                    .get(at)
                    .and_then(|byte| char::from(*byte).to_digit(16))
            };
            match (first, hex(0), hex(1)) {
                (b'=', Some(high), Some(low)) => {
                    bytes.push(u8::try_from(high * 16 + low).unwrap_or(b'?'));
                    rest = &after[2..];
                }
                (b'=', ..) if after.starts_with(b"\r\n") => rest = &after[2..],
                (b'\r', ..) => rest = after,
                _ => {
                    bytes.push(*first);
                    rest = after;
                }
            }
        }
        String::from_utf8_lossy(&bytes).into_owned()
    }
}

/// What fills the slots of one letter, encoded once however often it is printed.
#[derive(Debug, Clone)]
pub struct Filling {
    text: [String; Slot::ALL.len()],
    /// Where HTML has it another way.
    html: [Option<String>; Slot::ALL.len()],
}

impl Filling {
    /// Encodes the reader's own words, plain text as they are; they are escaped here.
    pub fn new<'v>(value: impl Fn(Slot) -> &'v str) -> Self {
        Self {
            text: Slot::ALL.map(|slot| soft_line(value(slot))),
            html: Slot::ALL.map(|slot| match escape_html(value(slot)) {
                Cow::Borrowed(_) => None,
                Cow::Owned(escaped) => Some(soft_line(&escaped)),
            }),
        }
    }

    pub(super) fn of(&self, slot: Slot, format: Format) -> &str {
        let place = usize::from(slot_number(slot) - b'1');
        match (&self.html[place], format) {
            (Some(html), Format::Html) => html,
            _ => &self.text[place],
        }
    }
}

fn slot_number(slot: Slot) -> u8 {
    match slot {
        Slot::Greeting => b'1',
        Slot::Unsubscribe => b'2',
        Slot::Preferences => b'3',
        Slot::SignedUp => b'4',
    }
}

/// How a stretch of encoded text ends.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Ending {
    /// With a soft line break, which decodes to nothing.
    Soft,
    /// As the text ends; a piece's text ends with a line end of its own.
    Hard,
}

fn push_text(segments: &mut Vec<Segment>, text: &str, ending: Ending) {
    let mut encoded = String::with_capacity(text.len() + text.len() / 8);
    quoted_printable(&mut encoded, text);
    if !encoded.is_empty() && (ending == Ending::Soft || !encoded.ends_with("\r\n")) {
        encoded.push_str("=\r\n");
    }
    if !encoded.is_empty() {
        segments.push(Segment::Text(encoded));
    }
}

/// Encodes one value on lines of its own that decode to the value alone.
fn soft_line(value: &str) -> String {
    let mut line = String::with_capacity(value.len() + value.len() / 4 + 8);
    // A reader's own value is one line; whatever was let through as more becomes blanks.
    if memchr::memchr2(b'\r', b'\n', value.as_bytes()).is_none() {
        quoted_printable(&mut line, value);
    } else {
        quoted_printable(&mut line, &value.replace(['\r', '\n'], " "));
    }
    if !line.is_empty() {
        line.push_str("=\r\n");
    }
    line
}

/// Appends text as quoted-printable from the start of a line. `\n` is a line end; a dot at the start of a line is
/// encoded, so that no transport has to stuff it (RFC 5321 §4.5.2).
///
/// Its lines are as DKIM's relaxed form has them (RFC 6376 §3.4.4): no tab, no blank after a blank, none at a line's
/// end; what is hashed for a signature is what is sent.
pub fn quoted_printable(out: &mut String, text: &str) {
    let mut column = 0;
    for (index, line) in text.split('\n').enumerate() {
        if index > 0 {
            out.push_str("\r\n");
            column = 0;
        }
        let bytes = line.as_bytes();
        let mut after_blank = false;
        let mut at = 0;
        while let Some(&byte) = bytes.get(at) {
            let plain = match column {
                // At the start of a line a dot and `From ` are not.
                0 => 0,
                column => plain(&bytes[at..], LINE - 1 - column),
            };
            if plain > 0 {
                out.push_str(&line[at..at + plain]);
                (at, column, after_blank) = (at + plain, column + plain, false);
                continue;
            }
            let last = at + 1 == bytes.len();
            let starts = column == 0;
            let literal = match byte {
                b'=' => false,
                b'.' => !starts,
                b' ' => !last && !after_blank,
                // `From ` at the start of a line is altered by some mailboxes.
                b'F' => !(starts && bytes[at..].starts_with(b"From ")),
                33..=126 => true,
                _ => false,
            };
            let width = if literal { 1 } else { 3 };
            // One column is left for the soft break's `=`.
            if column + width > LINE - 1 {
                out.push_str("=\r\n");
                column = 0;
            }
            if literal && !(column == 0 && byte == b'.') {
                out.push(char::from(byte));
                column += 1;
            } else {
                out.extend(escape(byte).map(char::from));
                column += 3;
            }
            after_blank = literal && byte == b' ';
            at += 1;
        }
    }
}

/// How many octets, of so many at the most, stand for themselves wherever they are but at the start of a line.
fn plain(bytes: &[u8], most: usize) -> usize {
    let bytes = &bytes[..most.min(bytes.len())];
    let is_plain = |byte: u8| matches!(byte, 33..=126) && byte != b'=';
    // All of a chunk is looked at, which processors do at once.
    let (chunks, _) = bytes.as_chunks::<16>();
    let whole = chunks
        .iter()
        .take_while(|chunk| chunk.iter().fold(true, |all, byte| all & is_plain(*byte)))
        .count();
    let rest = bytes[16 * whole..].iter();
    16 * whole + rest.take_while(|byte| is_plain(**byte)).count()
}

/// Whether a text has such an octet. All are looked at, which processors do many at a time.
fn any(text: &str, is_such: impl Fn(u8) -> bool) -> bool {
    text.bytes().fold(false, |any, byte| any | is_such(byte))
}

/// Escapes text for HTML element content and quoted attributes.
pub fn escape_html(text: &str) -> Cow<'_, str> {
    let special = |byte| matches!(byte, b'&' | b'<' | b'>' | b'"' | b'\'');
    if !any(text, special) {
        return Cow::Borrowed(text);
    }
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            c => escaped.push(c),
        }
    }
    Cow::Owned(escaped)
}

/// Appends `Name: text` CRLF, the text as encoded words where it must be (RFC 2047 §2: each at most 75 octets, lines
/// with one at most 76). Control characters, which could begin a header of their own, become blanks.
pub fn text_header(out: &mut String, name: &str, text: &str) {
    let text = without_controls(text);
    let plain = text.is_ascii() && !text.contains("=?") && name.len() + 2 + text.len() <= LINE;
    let value = if plain {
        text
    } else {
        Cow::Owned(encoded_words(&text, name.len() + 2))
    };
    for part in [name, ": ", &value, "\r\n"] {
        out.push_str(part);
    }
}

/// Appends `Name: Display <address>` CRLF (RFC 5322 §3.4).
pub fn mailbox_header(out: &mut String, name: &str, display: Option<&str>, address: &str) {
    let display = display.filter(|display| !display.trim().is_empty());
    let phrase = display.map(|display| phrase(display, name.len() + 2));
    let parts = match &phrase {
        Some(phrase) => {
            let last_line = phrase.rsplit("\r\n").next().map_or(0, str::len);
            let fold = last_line + address.len() + name.len() + 5 > LINE;
            [
                phrase.as_str(),
                if fold { "\r\n <" } else { " <" },
                address,
                ">",
            ]
        }
        None => [address, "", "", ""],
    };
    for part in [name, ": "].into_iter().chain(parts).chain(["\r\n"]) {
        out.push_str(part);
    }
}

/// Text whose control characters are blanks.
fn without_controls(text: &str) -> Cow<'_, str> {
    // C0, DEL, and what C1 begins with in UTF-8.
    if !any(text, |byte| byte < b' ' || matches!(byte, 0x7f | 0xc2)) {
        return Cow::Borrowed(text);
    }
    let blank = |c: char| if c.is_control() { ' ' } else { c };
    Cow::Owned(text.chars().map(blank).collect())
}

/// A display name as atoms, a quoted string or encoded words.
pub fn phrase(display: &str, column: usize) -> String {
    let display = without_controls(display.trim());
    let is_of_atoms =
        |c: char| c == ' ' || c.is_ascii_alphanumeric() || "!#$%&'*+-/=?^_`{|}~".contains(c);
    let short = column + display.len() + 2 <= LINE;
    if !display.is_ascii() || display.contains("=?") || !short {
        encoded_words(&display, column)
    } else if display.chars().all(is_of_atoms) {
        display.into_owned()
    } else {
        format!("\"{}\"", display.replace('\\', "\\\\").replace('"', "\\\""))
    }
}

/// `Q` words (RFC 2047 §4.2) of whole characters, in the set allowed in phrases (§5 rule 3), folded between words.
fn encoded_words(text: &str, column: usize) -> String {
    const OPEN: &str = "=?utf-8?Q?";
    let mut words = String::from(OPEN);
    let mut used = column + OPEN.len();
    for c in text.chars() {
        let literal = match c {
            ' ' => Some('_'),
            c if c.is_ascii_alphanumeric() || matches!(c, '!' | '*' | '+' | '-' | '/') => Some(c),
            _ => None,
        };
        let width = if literal.is_some() {
            1
        } else {
            3 * c.len_utf8()
        };
        if used + width + 2 > LINE - 1 {
            words.push_str("?=\r\n ");
            words.push_str(OPEN);
            used = 1 + OPEN.len();
        }
        used += width;
        match literal {
            Some(literal) => words.push(literal),
            None => {
                for byte in c.encode_utf8(&mut [0; 4]).bytes() {
                    words.extend(escape(byte).map(char::from));
                }
            }
        }
    }
    words.push_str("?=");
    words
}

/// An octet as `=` and two hex digits.
fn escape(byte: u8) -> [u8; 3] {
    const HEX: &[u8; 16] = b"0123456789ABCDEF";
    [
        b'=',
        HEX[usize::from(byte >> 4)],
        HEX[usize::from(byte & 15)],
    ]
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn every_control_character_becomes_a_blank_and_nothing_else() {
        for c in ('\0'..'\u{3000}').chain(['\u{85}', '£', 'Â', '🦢']) {
            let text = format!("a{c}b");
            let expected = if c.is_control() { "a b" } else { text.as_str() };
            assert_eq!(without_controls(&text), expected, "{c:?}");
        }
    }

    #[test]
    fn octets_are_plain_up_to_the_first_that_is_not() {
        for length in 0..70 {
            let bytes = vec![b'x'; length];
            for most in [0, 1, 15, 16, 17, 32, 75, length] {
                assert_eq!(plain(&bytes, most), length.min(most));
            }
            for at in 0..length {
                for other in [b' ', b'=', 127, 0xc3, b'\t'] {
                    let mut bytes = bytes.clone();
                    bytes[at] = other;
                    assert_eq!(plain(&bytes, 75), at);
                }
            }
        }
    }

    #[test]
    fn html_is_escaped_wherever_it_must_be() {
        for at in 0..40 {
            for (c, escaped) in [
                ('&', "&amp;"),
                ('<', "&lt;"),
                ('>', "&gt;"),
                ('"', "&quot;"),
                ('\'', "&#39;"),
            ] {
                let (before, after) = ("å".repeat(at), "b".repeat(40 - at));
                assert_eq!(
                    escape_html(&format!("{before}{c}{after}")),
                    format!("{before}{escaped}{after}")
                );
            }
        }
        assert!(matches!(escape_html("Kære Åse = 1; #2"), Cow::Borrowed(_)));
    }

    fn decode(encoded: &str) -> String {
        let text = encoded.replace("=\r\n", "").replace("\r\n", "\n");
        let mut bytes = Vec::new();
        let mut rest = text.as_bytes();
        while let Some((first, after)) = rest.split_first() {
            if *first == b'=' {
                bytes.push(
                    u8::from_str_radix(std::str::from_utf8(&after[..2]).unwrap(), 16).unwrap(),
                );
                rest = &after[2..];
            } else {
                bytes.push(*first);
                rest = after;
            }
        }
        String::from_utf8(bytes).unwrap()
    }

    fn lines_fit(encoded: &str) {
        for line in encoded.split('\n') {
            let line = line.strip_suffix('\r').unwrap_or(line);
            assert!(line.len() <= 76, "{} octets", line.len());
            assert!(!line.starts_with('.'), "a dot to be stuffed");
            assert!(!line.ends_with([' ', '\t']));
            assert!(line.bytes().all(|b| (32..127).contains(&b)));
            assert!(!line.contains("  "), "a run of blanks");
        }
    }

    proptest! {
        #[test]
        fn any_piece_decodes_to_its_text_with_the_slots_filled(
            parts in prop::collection::vec("[a-zæøå .=\tF\n]{0,200}|From |\\.\\.", 1..8),
            value in "[A-Zæøå .&<>\"]{0,100}",
        ) {
            let mut text = parts.join(&Slot::Greeting.mark().to_string());
            text.push('\n');
            let piece = Piece { name: "p".into(), format: Format::Html, text: text.clone() };
            let encoded = EncodedPiece::encode(&piece);
            let read = EncodedPiece::from_stored(Format::Html, &encoded.to_stored());
            prop_assert_eq!(read.as_ref(), Some(&encoded));
            let mut letter = String::new();
            encoded.splice(&mut letter, &Filling::new(|_| &value));
            lines_fit(&letter);
            prop_assert!(letter.ends_with("\r\n"));
            prop_assert_eq!(encoded.decoded(|_| &value), decode(&letter));
            prop_assert_eq!(decode(&letter), text.replace(Slot::Greeting.mark(), &escape_html(&value)));
        }

        #[test]
        fn no_header_text_breaks_out_of_its_header(text in "\\PC{0,200}|[a\r\n\t æ:]{0,80}") {
            let mut header = String::new();
            text_header(&mut header, "Subject", &text);
            prop_assert!(header.is_ascii() && header.ends_with("\r\n"));
            for (index, line) in header.trim_end_matches("\r\n").split("\r\n").enumerate() {
                prop_assert!(line.len() <= 76);
                prop_assert!(index == 0 || line.starts_with(' '));
                prop_assert!(!line.contains(['\r', '\n']));
            }
        }
    }

    #[test]
    fn a_soft_break_does_not_leave_a_dot_at_a_line_start() {
        let mut out = String::new();
        quoted_printable(&mut out, &format!("{}.{}", "a".repeat(75), "b".repeat(80)));
        lines_fit(&out);
    }

    #[test]
    fn names_are_quoted_or_encoded_as_they_need() {
        let check = |display: &str, expected: &str| assert_eq!(phrase(display, 6), expected);
        check("Anna Holm", "Anna Holm");
        check("Holm, Anna", "\"Holm, Anna\"");
        check("Anna \"A\" Holm", "\"Anna \\\"A\\\" Holm\"");
        check("Søren", "=?utf-8?Q?S=C3=B8ren?=");
        check("=?x?=", "=?utf-8?Q?=3D=3Fx=3F=3D?=");
    }

    #[test]
    fn a_stored_piece_that_names_an_unknown_slot_is_refused() {
        assert_eq!(EncodedPiece::from_stored(Format::Text, b"a\x019"), None);
        assert_eq!(EncodedPiece::from_stored(Format::Text, b"a\x01"), None);
    }
}
