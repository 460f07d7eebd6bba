//! The relaxed form of headers and the end of a body (RFC 6376 §3.4.2, §3.4.4).

/// One header field: its name as it stands, and what follows the colon, line ends and all but the last CRLF.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Field<'a> {
    pub(super) name: &'a [u8],
    pub(super) value: &'a [u8],
}

/// Parts a letter into its header fields and its body; `None` when no empty line ends the header.
pub(super) fn parted(letter: &[u8]) -> Option<(Vec<Field<'_>>, &[u8])> {
    let mut fields = Vec::with_capacity(20);
    let mut rest = letter;
    while !rest.starts_with(b"\r\n") {
        let mut end = line_end(rest)?;
        while rest[end..].starts_with(b" ") || rest[end..].starts_with(b"\t") {
            end += line_end(&rest[end..])?;
        }
        let (line, after) = rest.split_at(end);
        let colon = line.iter().position(|byte| *byte == b':')?;
        fields.push(Field {
            name: line[..colon].trim_ascii_end(),
            value: &line[colon + 1..line.len() - 2],
        });
        rest = after;
    }
    Some((fields, &rest[2..]))
}

/// The place behind the first CRLF.
fn line_end(text: &[u8]) -> Option<usize> {
    let end = text.iter().position(|byte| *byte == b'\n')? + 1;
    text[..end].ends_with(b"\r\n").then_some(end)
}

/// Appends a field in its relaxed form, without its CRLF.
pub(super) fn field(out: &mut Vec<u8>, name: &[u8], value: &[u8]) {
    out.extend(name.iter().map(u8::to_ascii_lowercase));
    out.push(b':');
    let mut started = false;
    let mut blank = false;
    for byte in value {
        if matches!(byte, b' ' | b'\t' | b'\r' | b'\n') {
            blank = true;
            continue;
        }
        if blank && started {
            out.push(b' ');
        }
        out.push(*byte);
        (started, blank) = (true, false);
    }
}

/// The body without the empty lines at its end; a body of empty lines alone is none at all.
pub(super) fn without_empty_end(mut body: &[u8]) -> &[u8] {
    while body.ends_with(b"\r\n\r\n") || body == b"\r\n" {
        body = &body[..body.len() - 2];
    }
    body
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_of_rfc_6376_section_3_4_5_comes_out() {
        let (fields, _) = parted(b"A: X\r\nB : Y\t\r\n\tZ  \r\n\r\n C \r\n").unwrap();
        let mut out = Vec::new();
        for Field { name, value } in fields {
            field(&mut out, name, value);
            out.extend_from_slice(b"\r\n");
        }
        assert_eq!(out, b"a:X\r\nb:Y Z\r\n");
    }

    #[test]
    fn empty_lines_at_the_end_are_none() {
        for (body, kept) in [
            ("", ""),
            ("\r\n", ""),
            ("\r\n\r\n\r\n", ""),
            ("a\r\n", "a\r\n"),
            ("\r\na\r\n\r\n\r\n", "\r\na\r\n"),
        ] {
            assert_eq!(
                without_empty_end(body.as_bytes()),
                kept.as_bytes(),
                "{body:?}"
            );
        }
    }

    #[test]
    fn what_has_no_end_of_headers_is_no_letter() {
        for text in ["", "A: b", "A: b\r\n", "A: b\r\n c", "nonsense\r\n\r\n"] {
            assert_eq!(parted(text.as_bytes()), None, "{text:?}");
        }
    }
}
