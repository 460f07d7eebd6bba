//! The two edits of a subscriber file's text. All other bytes stay as they are, and what one edit does the
//! other undoes to the byte.

use crate::roster::cut::{BYTE_ORDER_MARK, Chunk};

/// A text with an entry after its last line, parted by one blank line; and the line the entry begins on.
///
/// The entry takes over the file's line ends, and its habit of ending the last line or not.
pub(super) fn with_entry(text: &str, entry: &str) -> (String, usize) {
    let newline = newline_of(text);
    let mut after = text.to_owned();
    let is_empty = text
        .strip_prefix(BYTE_ORDER_MARK)
        .unwrap_or(text)
        .is_empty();
    let ends_its_lines = is_empty || text.ends_with('\n');
    if !ends_its_lines {
        after.push_str(newline);
    }
    if !is_empty {
        after.push_str(newline);
    }
    let line = 1 + after.bytes().filter(|byte| *byte == b'\n').count();
    after.push_str(&entry.trim_end().replace('\n', newline));
    if ends_its_lines {
        after.push_str(newline);
    }
    (after, line)
}

/// A text without some entries, their own comments and the blank line that parted each from the next (or, of the
/// last entry, from the one before). The entries are given in the order they stand.
pub(super) fn without_entries<'a>(
    text: &str,
    entries: impl DoubleEndedIterator<Item = &'a Chunk>,
) -> String {
    let first = if text.starts_with(BYTE_ORDER_MARK) {
        BYTE_ORDER_MARK.len()
    } else {
        0
    };
    // From the last up: what stands below is settled, what stands above is as it was.
    let (mut upper, mut below) = (text.len(), Below::default());
    for entry in entries.rev() {
        let end = entry.own.end.min(upper);
        below.push(&text[end..upper]);
        let mut above = &text[..entry.own.start];
        let blank_above = last_line(&above[first..]).filter(|line| is_blank(line));
        if below.is_blank() {
            if let Some(blank) = blank_above {
                above = &above[..above.len() - blank.len()];
            }
            if !text[..end].ends_with('\n') {
                above = without_line_end(above);
            }
        } else if blank_above.is_some() || above.len() == first {
            below.lose_first_line_if_blank();
        }
        upper = above.len();
    }
    below.push(&text[..upper]);
    below.pieces.iter().rev().copied().collect()
}

/// What stands below the entry taken away, the lowest first.
#[derive(Default)]
struct Below<'a> {
    pieces: Vec<&'a str>,
    has_words: bool,
}

impl<'a> Below<'a> {
    fn push(&mut self, piece: &'a str) {
        if !piece.is_empty() {
            self.has_words |= !is_blank(piece);
            self.pieces.push(piece);
        }
    }

    fn is_blank(&self) -> bool {
        !self.has_words
    }

    fn lose_first_line_if_blank(&mut self) {
        let Some(piece) = self.pieces.pop() else {
            return;
        };
        let first = piece.split_inclusive('\n').next();
        let blank = first.filter(|line| is_blank(line)).map_or(0, str::len);
        if blank < piece.len() {
            self.pieces.push(&piece[blank..]);
        }
    }
}

/// How the text ends its last ended line. After a lone carriage return a bare line feed would read as one
/// line end with it.
pub(super) fn newline_of(text: &str) -> &'static str {
    let ended = text.rfind('\n').map(|end| &text[..end]);
    if text.ends_with('\r') || ended.is_some_and(|line| line.ends_with('\r')) {
        "\r\n"
    } else {
        "\n"
    }
}

fn last_line(text: &str) -> Option<&str> {
    text.split_inclusive('\n').next_back()
}

fn is_blank(text: &str) -> bool {
    text.chars().all(|c| matches!(c, ' ' | '\t' | '\r' | '\n'))
}

fn without_line_end(text: &str) -> &str {
    match text.strip_suffix('\n') {
        Some(text) => text.strip_suffix('\r').unwrap_or(text),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::roster::cut::cut;

    const NEW: &str = "[[subscriber]]\nemail = \"new@kommune.example\"\n";

    fn remove(text: &str, index: usize) -> String {
        without_entries(text, cut(text).unwrap().chunks[index..=index].iter())
    }

    #[test]
    fn an_entry_goes_with_its_own_comments_and_one_blank_line() {
        let check = |text: &str, index: usize, expected: &str| {
            assert_eq!(remove(text, index), expected, "{text:?}");
        };
        let entry = |n: u8| format!("[[subscriber]]\nemail = {n} # {n}\n");
        let (a, b, c) = (entry(1), entry(2), entry(3));
        check(&format!("{a}\n# b\n{b}\n{c}"), 1, &format!("{a}\n{c}"));
        check(&format!("{a}\n{b}\n# c\n{c}"), 2, &format!("{a}\n{b}"));
        check(
            &format!("{a}\n{b}\n# nobody's\n\n{c}"),
            1,
            &format!("{a}\n# nobody's\n\n{c}"),
        );
        check(&format!("{a}# b\n{b}# c\n{c}"), 1, &format!("{a}# c\n{c}"));
        check(&format!("{a}{b}\n{c}"), 1, &format!("{a}\n{c}"));
        check(
            &format!("# the list\n\n{a}\n{b}"),
            0,
            &format!("# the list\n\n{b}"),
        );
        check(&format!("{a}\n{b}"), 0, &b);
        check(&format!("\u{feff}{a}\n{b}"), 0, &format!("\u{feff}{b}"));
        check(
            &format!("{a}\n{b}\n# the end\n"),
            1,
            &format!("{a}\n# the end\n"),
        );
        check(
            "[[subscriber]]\nx = \"\"\"\n# a\n\n\"\"\"\n\n[[subscriber]]",
            0,
            "[[subscriber]]",
        );
    }

    #[test]
    fn an_added_entry_takes_over_the_line_ends() {
        let check = |text: &str, expected: &str, line: usize| {
            assert_eq!(
                with_entry(text, "[[subscriber]]\nx = 1\n"),
                (expected.to_owned(), line)
            );
        };
        check("", "[[subscriber]]\nx = 1\n", 1);
        check("# a\r\n", "# a\r\n\r\n[[subscriber]]\r\nx = 1\r\n", 3);
        check("# a", "# a\n\n[[subscriber]]\nx = 1", 3);
    }

    /// Lines as people write them, and some they should not.
    fn line() -> impl Strategy<Value = String> {
        prop_oneof![
            3 => Just(String::new()),
            1 => Just("  \t".to_owned()),
            2 => "# [a-zæøå\"' ]{0,12}",
            1 => "  #[a-z]{0,5}",
            4 => Just("[[subscriber]]".to_owned()),
            1 => Just(" [[ subscriber ]]  # \"\"\"".to_owned()),
            1 => Just("[[subscribers]]".to_owned()),
            3 => "email *= *\"[a-z]{1,5}@[a-z]{1,5}\\.example\"( # x)?",
            1 => "name = '[a-z]{0,5}'",
            1 => Just("topics = [ \"a\",".to_owned()),
            1 => Just("  'b' ]".to_owned()),
            1 => Just("consent = { at = 2026-11-01T09:30:00+01:00,  source=\"web\" }".to_owned()),
            1 => Just("text = \"\"\"one\n# two\n\n[[subscriber]]\nthree\"\"\"".to_owned()),
            1 => Just("text = '''\n\n'''  # x".to_owned()),
            1 => Just("name = \"unclosed".to_owned()),
            1 => Just("odd\r".to_owned()),
        ]
    }

    prop_compose! {
        fn file()(
            mark in any::<bool>(),
            crlf in any::<bool>(),
            lines in prop::collection::vec(line(), 0..14),
            ended in any::<bool>(),
        ) -> String {
            let mut text = lines.join("\n");
            if ended && !text.is_empty() { text.push('\n'); }
            if crlf { text = text.replace('\n', "\r\n"); }
            if mark { format!("{BYTE_ORDER_MARK}{text}") } else { text }
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, cases: 2000, max_global_rejects: 100_000, ..ProptestConfig::default() })]

        #[test]
        fn adding_and_removing_gives_the_file_back(text in file()) {
            prop_assume!(cut(&text).is_ok());
            let (added, line) = with_entry(&text, NEW);
            prop_assert!(added.starts_with(&text));
            let chunks = cut(&added).unwrap().chunks;
            prop_assert_eq!(chunks.last().map(|chunk| chunk.line), Some(line));
            prop_assert_eq!(remove(&added, chunks.len() - 1), text);
        }

        #[test]
        fn removing_one_entry_leaves_every_other_one_to_the_byte(text in file(), pick in any::<prop::sample::Index>()) {
            let text = match text.strip_prefix(BYTE_ORDER_MARK) {
                Some(rest) => format!("{BYTE_ORDER_MARK}[[subscriber]]\n{rest}"),
                None => format!("# a\n\n[[subscriber]]\r\n{text}"),
            };
            prop_assume!(cut(&text).is_ok());
            let own = |text: &str| -> Vec<String> {
                let chunks = cut(text).unwrap().chunks;
                chunks.iter().map(|c| text[c.own.clone()].trim_end().to_owned()).collect()
            };
            let mut expected = own(&text);
            let index = pick.index(expected.len());
            expected.remove(index);
            prop_assert_eq!(own(&remove(&text, index)), expected);
        }

        #[test]
        fn removing_several_at_once_leaves_the_others(text in file(), picks in prop::collection::vec(any::<bool>(), 15)) {
            let text = format!("{text}\n[[subscriber]]\nlast = 1");
            prop_assume!(cut(&text).is_ok());
            let chunks = cut(&text).unwrap().chunks;
            let own = |text: &str, chunk: &Chunk| text[chunk.own.clone()].trim_end().to_owned();
            let (gone, kept): (Vec<_>, Vec<_>) = chunks.iter().zip(picks.into_iter().cycle()).partition(|(_, gone)| *gone);
            let after = without_entries(&text, gone.iter().map(|(chunk, _)| *chunk));
            let expected: Vec<_> = kept.iter().map(|(chunk, _)| own(&text, chunk)).collect();
            // Without any entry, what stood before the first may be no list any more.
            let found = cut(&after).map_or_else(|_| Vec::new(), |cut| cut.chunks.iter().map(|c| own(&after, c)).collect());
            prop_assert_eq!(found, expected);
        }
    }
}
