//! The lines of a calendar (RFC 5545 § 3.1): unfolded, and cut in name, parameters and value.

use std::borrow::Cow;

/// One property.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Property {
    /// Its name in capitals.
    pub(super) name: String,
    /// Its parameters, names in capitals.
    parameters: Vec<(String, String)>,
    /// Its value as it stands, escapes and all.
    pub(super) value: String,
}

impl Property {
    /// A parameter's value.
    pub(super) fn parameter(&self, name: &str) -> Option<&str> {
        self.parameters
            .iter()
            .find(|(known, _)| known == name)
            .map(|(_, value)| value.as_str())
    }
}

/// Joins lines that were folded. Folds may stand within a letter of several octets, so it is done before the octets are
/// read as text; the line ends taken out are put behind the line, so lines keep their numbers.
pub(in crate::source) fn unfolded(bytes: &[u8]) -> Cow<'_, [u8]> {
    let head = bytes
        .strip_prefix(b"\xef\xbb\xbf")
        .unwrap_or(bytes)
        .trim_ascii_start();
    let is_calendar = head
        .get(..15)
        .is_some_and(|head| head.eq_ignore_ascii_case(b"BEGIN:VCALENDAR"));
    if !is_calendar {
        return Cow::Borrowed(bytes);
    }
    let mut joined = Vec::with_capacity(bytes.len());
    let mut owed = 0;
    for line in bytes.split(|byte| *byte == b'\n') {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        if let ([b' ' | b'\t', rest @ ..], false) = (line, joined.is_empty()) {
            joined.extend_from_slice(rest);
            owed += 1;
            continue;
        }
        if !joined.is_empty() {
            joined.extend(std::iter::repeat_n(b'\n', owed + 1));
        }
        owed = 0;
        joined.extend_from_slice(line);
    }
    Cow::Owned(joined)
}

/// Cuts a line in name, parameters and value; `None` when it is no property.
pub(super) fn property(line: &str) -> Option<Property> {
    let end = line.find([':', ';'])?;
    let (name, mut rest) = line.split_at(end);
    let plain = |name: &str| {
        !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
    };
    let name = name.trim_start_matches('\u{feff}').trim();
    if !plain(name) {
        return None;
    }
    let mut parameters = Vec::new();
    while let Some(parameter) = rest.strip_prefix(';') {
        let (key, value) = parameter.split_once('=')?;
        let (value, after) = match value.strip_prefix('"') {
            Some(quoted) => quoted.split_once('"')?,
            None => value.split_at(value.find([':', ';'])?),
        };
        parameters.push((key.trim().to_ascii_uppercase(), value.to_owned()));
        rest = after;
    }
    Some(Property {
        name: name.to_ascii_uppercase(),
        parameters,
        value: rest.strip_prefix(':')?.to_owned(),
    })
}

/// A text value without its escapes (RFC 5545 § 3.3.11).
pub(super) fn text(value: &str) -> String {
    let mut text = String::with_capacity(value.len());
    let mut rest = value.chars();
    while let Some(c) = rest.next() {
        match (c, c == '\\') {
            (_, true) => match rest.next() {
                Some('n' | 'N') => text.push('\n'),
                Some(escaped) => text.push(escaped),
                None => text.push('\\'),
            },
            (c, false) => text.push(c),
        }
    }
    text
}

/// The values of a list, `CATEGORIES:a,b\, c`.
pub(super) fn list(value: &str) -> Vec<String> {
    let mut items = vec![String::new()];
    let mut escaped = false;
    for c in value.chars() {
        if c == ',' && !escaped {
            items.push(String::new());
            continue;
        }
        escaped = c == '\\' && !escaped;
        if let Some(last) = items.last_mut() {
            last.push(c);
        }
    }
    items.iter().map(|item| text(item)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folded_lines_are_joined_also_within_a_letter_and_keep_their_numbers() {
        let folded = "BEGIN:VCALENDAR\r\nSUMMARY:Bl\u{e5}".as_bytes();
        let (before, after) = folded.split_at(folded.len() - 1);
        let bytes = [before, b"\r\n ", after, b"b\r\n\t\xc3\xa6r\r\nEND:X\r\n"].concat();
        let text = String::from_utf8(unfolded(&bytes).into_owned()).unwrap();
        assert_eq!(text, "BEGIN:VCALENDAR\nSUMMARY:Blåbær\n\n\nEND:X\n");
        assert_eq!(
            unfolded(b"a\n b"),
            Cow::Borrowed(b"a\n b"),
            "another kind of file"
        );
    }

    #[test]
    fn a_line_is_cut_in_name_parameters_and_value() {
        let cut = property("dtstart;TZID=\"Europe/Copenhagen\";X-A=b:2026:1").unwrap();
        assert_eq!(
            (cut.name.as_str(), cut.value.as_str()),
            ("DTSTART", "2026:1")
        );
        assert_eq!(cut.parameter("TZID"), Some("Europe/Copenhagen"));
        assert_eq!(cut.parameter("X-A"), Some("b"));
        for line in ["", "A", ";A=b", "A;B", "A;B=\"c:d", "a b:c"] {
            assert_eq!(property(line), None, "{line}");
        }
    }

    #[test]
    fn escapes_are_undone() {
        assert_eq!(text(r"a\, b\; c\\d\ne\"), "a, b; c\\d\ne\\");
        assert_eq!(list(r"a,b\, c,"), ["a", "b, c", ""]);
    }
}
