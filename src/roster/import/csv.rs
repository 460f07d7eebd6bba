//! Records of comma-separated values (RFC 4180), one at a time; also with semicolons, tabs or bars.

use std::io::{self, BufRead};

use super::encoding::Encoding;

/// No record is longer; a quote that is never closed ends there.
const LONGEST: usize = 1024 * 1024;

/// A file's records.
pub(super) struct Records<R> {
    from: R,
    encoding: Encoding,
    /// The line the next record begins on.
    line: usize,
    bytes: Vec<u8>,
}

/// One record as text, and the line it begins on.
pub(super) struct Record {
    pub(super) line: usize,
    pub(super) text: String,
}

impl<R: BufRead> Records<R> {
    pub(super) fn new(from: R, encoding: Encoding) -> Self {
        Self {
            from,
            encoding,
            line: 1,
            bytes: Vec::new(),
        }
    }

    /// The next record that has anything in it. A line end inside quotes ends none.
    pub(super) fn next(&mut self) -> io::Result<Option<Record>> {
        loop {
            let line = self.line;
            self.bytes.clear();
            loop {
                let before = self.bytes.len();
                if self.from.read_until(b'\n', &mut self.bytes)? == 0 {
                    break;
                }
                self.line += 1;
                let quotes = |bytes: &[u8]| bytes.iter().filter(|byte| **byte == b'"').count();
                let is_open = quotes(&self.bytes) % 2 == 1;
                if !is_open || self.bytes.len() > LONGEST || before > LONGEST {
                    break;
                }
            }
            if self.bytes.is_empty() {
                return Ok(None);
            }
            let text = self.encoding.text(&self.bytes);
            let text = text.trim_end_matches(['\r', '\n']);
            if !text.trim().is_empty() {
                return Ok(Some(Record {
                    line,
                    text: text.to_owned(),
                }));
            }
        }
    }
}

/// The sign that parts the fields of a header: the one that stands there most often outside quotes.
pub(super) fn delimiter(header: &str) -> char {
    let count = |sign: char| {
        let mut is_quoted = false;
        header
            .chars()
            .filter(|c| {
                is_quoted ^= *c == '"';
                !is_quoted && *c == sign
            })
            .count()
    };
    [',', ';', '\t', '|']
        .into_iter()
        .rev()
        .max_by_key(|sign| count(*sign))
        .unwrap_or(',')
}

/// A record's fields, without their quotes and the blanks around them.
pub(super) fn fields(record: &str, delimiter: char) -> Vec<String> {
    let mut fields = Vec::new();
    let (mut field, mut is_quoted, mut was_quoted) = (String::new(), false, false);
    let end = |field: &mut String, was_quoted: &mut bool| {
        let field = std::mem::take(field);
        match std::mem::take(was_quoted) {
            true => field,
            false => field.trim_matches(' ').to_owned(),
        }
    };
    let mut signs = record.chars().peekable();
    while let Some(sign) = signs.next() {
        if is_quoted {
            match sign {
                '"' if signs.peek() == Some(&'"') => {
                    field.push('"');
                    signs.next();
                }
                '"' => is_quoted = false,
                _ => field.push(sign),
            }
        } else if sign == '"' && field.trim().is_empty() {
            field.clear();
            (is_quoted, was_quoted) = (true, true);
        } else if sign == delimiter {
            fields.push(end(&mut field, &mut was_quoted));
        } else if !was_quoted || sign != ' ' {
            field.push(sign);
        }
    }
    fields.push(end(&mut field, &mut was_quoted));
    fields
}

/// Fields as one record, with its line end (RFC 4180 §2).
pub fn csv_record<'a>(fields: impl IntoIterator<Item = &'a str>) -> String {
    let quoted: Vec<String> = fields
        .into_iter()
        .map(|field| {
            let is_plain = !field.contains(['"', ',', ';', '\r', '\n']) && field.trim() == field;
            match is_plain {
                true => field.to_owned(),
                false => format!("\"{}\"", field.replace('"', "\"\"")),
            }
        })
        .collect();
    quoted.join(",") + "\r\n"
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn records(bytes: &[u8], encoding: Encoding) -> Vec<(usize, String)> {
        let mut records = Records::new(bytes, encoding);
        std::iter::from_fn(|| records.next().unwrap())
            .map(|record| (record.line, record.text))
            .collect()
    }

    #[test]
    fn a_record_may_go_over_lines_and_empty_lines_are_none() {
        assert_eq!(
            records(b"a,b\r\n\r\n\"x\ny\",\"z\"\n last", Encoding::Utf8),
            [
                (1, "a,b".into()),
                (3, "\"x\ny\",\"z\"".into()),
                (5, " last".into())
            ]
        );
        assert_eq!(
            records(b"S\xf8ren", Encoding::Windows1252),
            [(1, "Søren".into())]
        );
    }

    #[test]
    fn the_sign_that_parts_fields_is_found_outside_quotes() {
        assert_eq!(delimiter("email;\"a,b,c\";name"), ';');
        assert_eq!(delimiter("Email Address,First Name"), ',');
        assert_eq!(delimiter("email\tname"), '\t');
        assert_eq!(
            fields("a; \"b;\"\"c\"\"\" ;;d\"e", ';'),
            ["a", "b;\"c\"", "", "d\"e"]
        );
    }

    proptest! {
        #[test]
        fn what_is_written_reads_back(all in prop::collection::vec("[a-zæ\",;\r\n ]{0,9}", 1..5)) {
            let record = csv_record(all.iter().map(String::as_str));
            prop_assert_eq!(fields(record.trim_end_matches("\r\n"), ','), all);
        }
    }
}
