//! Records of comma-separated values (RFC 4180), one at a time; also with semicolons, tabs or bars.

use std::{
    collections::VecDeque,
    io::{self, BufRead},
};

use super::encoding::Encoding;

/// No record is longer: a quote that is not closed by then is a letter like any other.
const LONGEST: usize = 64 * 1024;

/// A file's records.
pub(super) struct Records<R> {
    from: R,
    encoding: Encoding,
    /// Lines read.
    line: usize,
    /// Lines read ahead in search of a closing quote that never came.
    ahead: VecDeque<Vec<u8>>,
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
            line: 0,
            ahead: VecDeque::new(),
        }
    }

    /// The next record that has anything in it. A line end inside quotes ends none.
    pub(super) fn next(&mut self) -> io::Result<Option<Record>> {
        while let Some(first) = self.line()? {
            let line = self.line;
            let bytes = self.through_closing_quote(first)?;
            let text = self.encoding.text(&bytes);
            let text = text.trim_end_matches(['\r', '\n']);
            if !text.trim().is_empty() {
                return Ok(Some(Record {
                    line,
                    text: text.to_owned(),
                }));
            }
        }
        Ok(None)
    }

    /// A line with those that follow up to the quote that closes one in it; alone, where none does.
    fn through_closing_quote(&mut self, first: Vec<u8>) -> io::Result<Vec<u8>> {
        let mut is_open = has_odd_quotes(&first);
        let (mut length, mut more) = (first.len(), Vec::new());
        while is_open && length <= LONGEST {
            let Some(line) = self.line()? else {
                break;
            };
            is_open ^= has_odd_quotes(&line);
            length += line.len();
            more.push(line);
        }
        if is_open {
            self.line -= more.len();
            for line in more.into_iter().rev() {
                self.ahead.push_front(line);
            }
            return Ok(first);
        }
        Ok([first].into_iter().chain(more).flatten().collect())
    }

    fn line(&mut self) -> io::Result<Option<Vec<u8>>> {
        let line = match self.ahead.pop_front() {
            Some(line) => line,
            None => {
                let mut line = Vec::new();
                self.from.read_until(b'\n', &mut line)?;
                line
            }
        };
        if line.is_empty() {
            return Ok(None);
        }
        self.line += 1;
        Ok(Some(line))
    }
}

fn has_odd_quotes(line: &[u8]) -> bool {
    line.iter().filter(|byte| **byte == b'"').count() % 2 == 1
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
    fn a_quote_that_is_never_closed_takes_no_other_record_with_it() {
        let found = records(b"\"a\nb\nc\"d\ne\"\nf", Encoding::Utf8);
        assert_eq!(found.len(), 3, "{found:?}");
        assert_eq!(found[1], (4, "e\"".into()));
        let long = format!("\"a\n{}", "b\n".repeat(LONGEST));
        let found = records(long.as_bytes(), Encoding::Utf8);
        assert_eq!(found.len(), 1 + LONGEST);
        assert_eq!(found[LONGEST], (1 + LONGEST, "b".into()));
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
