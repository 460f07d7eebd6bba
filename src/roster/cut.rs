//! Cuts a subscriber file into entries without reading them, so that a bad entry costs its reader only.
//!
//! The cut looks at line starts, comments and multi-line strings and at nothing else; a line that looks like
//! a mistyped `[[subscriber]]` begins an entry too, lest its keys fall to the reader above.

use std::ops::Range;

use super::{
    quotes::{Quote, open_after},
    uncuttable::Uncuttable,
};
use crate::domain::fault::nearest;

pub(super) const BYTE_ORDER_MARK: &str = "\u{feff}";
const ENTRY: &str = "subscriber";

/// A file's text cut into entries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cut {
    /// What stands before the first entry and is neither blank nor comment: the first such line, and how many.
    pub astray: Option<(usize, usize)>,
    /// The entries, in the order they stand.
    pub chunks: Vec<Chunk>,
}

impl Cut {
    /// What stands above the first entry of a text.
    pub fn preamble<'a>(&self, text: &'a str) -> &'a str {
        match self.chunks.first() {
            Some(first) => &text[..first.start],
            None => text,
        }
    }
}

/// Where one entry stands in its file. Ranges are in bytes and end with a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chunk {
    /// The line of its header, counted from 1.
    pub line: usize,
    /// Whether the header is `[[subscriber]]` or only resembles it.
    pub header: Header,
    /// Where its header begins.
    pub start: usize,
    /// Its own lines: the comment block directly above, header, keys, comments directly below. What goes
    /// when the reader goes.
    pub own: Range<usize>,
    /// The line of a multi-line string that has a `[[subscriber]]` line in it. Either it is meant so, or it
    /// has swallowed other readers: then the entry does not read, and the file is not safely cut.
    pub swallowed: Option<usize>,
}

impl Chunk {
    /// The entry's lines in its file's text: what is parsed.
    pub fn of<'a>(&self, text: &'a str) -> &'a str {
        &text[self.start..self.own.end]
    }
}

/// What an entry's first line is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Header {
    /// `[[subscriber]]`.
    Subscriber,
    /// Another table's header, or a mistyped one: `[[subscribers]]`, `[subscriber]`.
    Other,
}

/// Cuts a text, in one pass.
///
/// # Errors
/// Says which line makes the cut unsafe.
pub fn cut(text: &str) -> Result<Cut, Uncuttable> {
    let mut scan = Scan::default();
    let mut start = if text.starts_with(BYTE_ORDER_MARK) {
        BYTE_ORDER_MARK.len()
    } else {
        0
    };
    for line in text[start..].split_inclusive('\n') {
        scan.line(line, start..start + line.len())?;
        start += line.len();
    }
    scan.finish(start)
}

/// The pass: what is known before the next line.
#[derive(Debug, Default)]
pub(super) struct Scan {
    number: usize,
    open: Option<(Quote, usize)>,
    /// Where the comment block that touches the next line begins.
    comments_from: Option<usize>,
    /// Whether nothing but comments stands between the last entry's keys and the next line.
    touching: bool,
    astray: Option<(usize, usize)>,
    /// Whether an entry has begun.
    began: bool,
    chunks: Vec<Chunk>,
}

impl Scan {
    /// A pass that begins with the header of an entry on a line.
    pub(super) fn from_line(line: usize) -> Self {
        Self {
            number: line - 1,
            ..Self::default()
        }
    }

    /// Lines passed.
    pub(super) fn lines(&self) -> usize {
        self.number
    }

    /// The first entry that is wholly passed, once.
    pub(super) fn passed(&mut self) -> Option<Chunk> {
        (self.chunks.len() > 1).then(|| self.chunks.remove(0))
    }

    /// The entry that is not wholly passed.
    pub(super) fn passing(&self) -> Option<&Chunk> {
        self.chunks.last()
    }

    /// Passes a line, which stands at `at`, its end included.
    pub(super) fn line(&mut self, line: &str, at: Range<usize>) -> Result<(), Uncuttable> {
        self.number += 1;
        if self.open.is_none() && line.starts_with(|c: char| c.is_ascii_lowercase()) {
            // A key's line, nearly always: neither blank, comment, header nor a merge's mark begins so.
            self.open = open_after(line.as_bytes(), None).map(|quote| (quote, self.number));
            self.other(at);
            return Ok(());
        }
        if is_merge_mark(line) {
            return Err(Uncuttable::Merge { line: self.number });
        }
        let content = line.trim_matches([' ', '\t', '\r', '\n']);
        if let Some((quote, opened)) = self.open {
            if header(content).is_some() {
                match self.chunks.last_mut() {
                    Some(chunk) => chunk.swallowed = Some(opened),
                    None => return Err(Uncuttable::Swallowed { line: opened }),
                }
            }
            self.open = open_after(line.as_bytes(), Some(quote)).map(|quote| (quote, opened));
            self.other(at);
        } else if content.is_empty() {
            self.settle_comments(at.start);
            self.touching = false;
        } else if content.starts_with('#') {
            self.comments_from.get_or_insert(at.start);
        } else if let Some(header) = header(content) {
            self.header(header, at);
        } else {
            self.open = open_after(line.as_bytes(), None).map(|quote| (quote, self.number));
            self.other(at);
        }
        Ok(())
    }

    fn header(&mut self, header: Header, at: Range<usize>) {
        let from = self.comments_from.take().unwrap_or(at.start);
        self.touching = true;
        self.began = true;
        self.chunks.push(Chunk {
            line: self.number,
            header,
            start: at.start,
            own: from..at.end,
            swallowed: None,
        });
    }

    /// A line of keys and values, or inside a multi-line string.
    fn other(&mut self, at: Range<usize>) {
        self.comments_from = None;
        self.touching = true;
        match self.chunks.last_mut() {
            Some(chunk) => chunk.own.end = at.end,
            None => {
                let (_, lines) = self.astray.get_or_insert((self.number, 0));
                *lines += 1;
            }
        }
    }

    /// Comments that touch the keys above and no header below are the entry's above.
    fn settle_comments(&mut self, end: usize) {
        if self.comments_from.take().is_some()
            && self.touching
            && let Some(chunk) = self.chunks.last_mut()
        {
            chunk.own.end = end;
        }
    }

    /// Ends the pass; gives the entries nobody asked for while it went.
    pub(super) fn finish(mut self, end: usize) -> Result<Cut, Uncuttable> {
        if let Some((_, line)) = self.open {
            return Err(Uncuttable::Unclosed { line });
        }
        self.settle_comments(end);
        match self.astray {
            Some((line, _)) if !self.began => Err(Uncuttable::NoEntry { line }),
            astray => Ok(Cut {
                astray,
                chunks: self.chunks,
            }),
        }
    }
}

/// `<<<<<<<`, `|||||||`, `=======` or `>>>>>>>` at the start of a line, alone or followed by a blank.
fn is_merge_mark(line: &str) -> bool {
    let line = line.trim_end_matches(['\r', '\n']);
    ["<<<<<<<", "|||||||", "=======", ">>>>>>>"]
        .iter()
        .filter_map(|mark| line.strip_prefix(mark))
        .any(|rest| rest.is_empty() || rest.starts_with(' '))
}

/// What kind of entry a line begins, if any. `[subscriber.consent]` begins none: it is the entry's own.
fn header(content: &str) -> Option<Header> {
    let inner = content.trim_start_matches('[');
    let brackets = content.len() - inner.len();
    if brackets == 0 {
        return None;
    }
    let end = inner.find([']', '#']).unwrap_or(inner.len());
    let (name, rest) = inner.split_at(end);
    let name = name.trim_matches([' ', '\t']);
    let well_formed = brackets == 2 && rest.starts_with("]]");
    if well_formed && matches!(name, ENTRY | "\"subscriber\"" | "'subscriber'") {
        return Some(Header::Subscriber);
    }
    let bare = name.starts_with(|c: char| c.is_ascii_alphabetic())
        && name
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b));
    (bare && (well_formed || nearest(&name.to_ascii_lowercase(), [ENTRY]).is_some()))
        .then_some(Header::Other)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines_of(text: &str) -> Vec<usize> {
        cut(text).unwrap().chunks.iter().map(|c| c.line).collect()
    }

    #[test]
    fn entries_begin_at_their_header_however_it_is_spaced() {
        let check =
            |text: &str, expected: &[usize]| assert_eq!(lines_of(text), expected, "{text:?}");
        check("", &[]);
        check("# nobody yet\n\n", &[]);
        check("[[subscriber]]\nemail = 1\n[[subscriber]]\n", &[1, 3]);
        check(
            "\u{feff}[[subscriber]]\r\n\r\n  [[ subscriber ]] # x\r\n",
            &[1, 3],
        );
        check("# [[subscriber]]\n[[subscriber]]", &[2]);
        check(
            "[[subscriber]]\n[subscriber.consent]\n[[subscriber]]",
            &[1, 3],
        );
        check("[[subscriber]] email = 1\n", &[1]);
    }

    #[test]
    fn a_header_in_a_multi_line_string_begins_nothing() {
        let check =
            |text: &str, expected: &[usize]| assert_eq!(lines_of(text), expected, "{text:?}");
        check(
            "[[subscriber]]\nx = \"\"\"\n[[subscriber]]\n\"\"\"\n[[subscriber]]\n",
            &[1, 5],
        );
        check(
            "[[subscriber]]\nx = '''\n[[subscriber]]\n\\'''\n[[subscriber]]\n",
            &[1, 5],
        );
        check(
            "[[subscriber]]\nx = \"\"\"\\\"\"\"\n[[subscriber]]\n\"\"\"\"\"\n[[subscriber]]\n",
            &[1, 5],
        );
        // Not strings at all, or ended by their line.
        check("[[subscriber]]\n# it's \"\"\"\n[[subscriber]]\n", &[1, 3]);
        check("[[subscriber]]\nx = '\"\"\"'\n[[subscriber]]\n", &[1, 3]);
        check(
            "[[subscriber]]\nx = \"\"\"a\"\"\"\n[[subscriber]]\n",
            &[1, 3],
        );
        check("[[subscriber]]\nx = \"unclosed\n[[subscriber]]\n", &[1, 3]);
        check(
            "[[subscriber]]\nx = \"P \"\"\"P\"\"\" J\"\n[[subscriber]]\n",
            &[1, 3],
        );
        check("[[subscriber]]\nx = [\n[[subscriber]]\n", &[1, 3]);
    }

    #[test]
    fn a_mistyped_header_begins_an_entry_of_its_own() {
        let check =
            |line: &str, expected: Option<Header>| assert_eq!(header(line), expected, "{line}");
        check("[[subscriber]]", Some(Header::Subscriber));
        check("[[\"subscriber\"]]", Some(Header::Subscriber));
        check("[[subscribers]]", Some(Header::Other));
        check("[[reader]]", Some(Header::Other));
        check("[subscriber]", Some(Header::Other));
        check("[[subscriber]", Some(Header::Other));
        check("[[Subscriber", Some(Header::Other));
        check("[subscriber.consent]", None);
        check("[[1, 2]],", None);
        check("[\"nyheder\"],", None);
        check("subscriber = 1", None);
    }

    #[test]
    fn what_cannot_be_cut_safely_is_named_with_its_line() {
        let check = |text: &str, expected| assert_eq!(cut(text), Err(expected), "{text:?}");
        check(
            "[[subscriber]]\n<<<<<<< HEAD\n",
            Uncuttable::Merge { line: 2 },
        );
        check(
            "[[subscriber]]\r\n=======\r\n",
            Uncuttable::Merge { line: 2 },
        );
        check(">>>>>>> theirs", Uncuttable::Merge { line: 1 });
        check(
            "[[subscriber]]\n\nname = \"\"\"Anna\n[[subscriber]]\n",
            Uncuttable::Unclosed { line: 3 },
        );
        check("# list\nsubscriber = []\n", Uncuttable::NoEntry { line: 2 });
        check(
            "x = '''\n[[subscriber]]\n'''\n",
            Uncuttable::Swallowed { line: 1 },
        );
        // Rules of equal signs in comments are nobody's merge mark.
        assert!(cut("# =======\n========\n[[subscriber]]\n").is_ok());
    }

    #[test]
    fn an_entry_owns_the_comments_that_touch_it() {
        let own = |text: &str| -> Vec<String> {
            let chunks = cut(text).unwrap().chunks;
            chunks
                .iter()
                .map(|c| text[c.own.clone()].to_owned())
                .collect()
        };
        let text = "# the list\n\n# a\n# a\n[[subscriber]]\nemail = 1\n# still a\n\n# nobody\n\n\
                    [[subscriber]]\nemail = 2\n# c\n[[subscriber]]\nemail = 3 # c\n# c";
        assert_eq!(
            own(text),
            [
                "# a\n# a\n[[subscriber]]\nemail = 1\n# still a\n",
                "[[subscriber]]\nemail = 2\n",
                "# c\n[[subscriber]]\nemail = 3 # c\n# c",
            ]
        );
    }

    #[test]
    fn keys_before_the_first_entry_are_counted() {
        let astray = |text: &str| cut(text).unwrap().astray;
        assert_eq!(
            astray("# x\nlist = 1\nowner = 2\n\n[[subscriber]]\n"),
            Some((2, 2))
        );
        assert_eq!(astray("\u{feff}# x\n[[subscriber]]\n"), None);
    }
}
