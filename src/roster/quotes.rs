//! Where the multi-line strings of TOML begin and end, line by line.

/// The kind of quote of an open multi-line string.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Quote {
    /// `"""`: a backslash takes the next character.
    Basic,
    /// `'''`: a backslash is a backslash.
    Literal,
}

/// The multi-line string that is open after a line, given the one that was open before it.
///
/// A string that begins with one quote ends with its line at the latest: if it does not, that is the
/// entry's fault and nobody else's.
pub(super) fn open_after(line: &[u8], open: Option<Quote>) -> Option<Quote> {
    if open.is_none() && !has_three_quotes(line) {
        return None;
    }
    let mut at = 0;
    if let Some(quote) = open {
        match end_of_multi_line(line, 0, quote) {
            Some(end) => at = end,
            None => return open,
        }
    }
    // Where no value can begin, three quotes are a slip within the entry and open nothing.
    let mut value_may_begin = open.is_none();
    while let Some(byte) = line.get(at) {
        let quote = match byte {
            b'#' => return None,
            b'"' => Quote::Basic,
            b'\'' => Quote::Literal,
            _ => {
                value_may_begin = match byte {
                    b'=' | b'[' | b'{' | b',' => true,
                    b' ' | b'\t' => value_may_begin,
                    _ => false,
                };
                at += 1;
                continue;
            }
        };
        let is_multi_line = value_may_begin && line[at..].starts_with(&[*byte; 3]);
        let end = if is_multi_line {
            end_of_multi_line(line, at + 3, quote)
        } else {
            end_of_single_line(line, at + 1, quote)
        };
        match end {
            Some(end) => at = end,
            None => return is_multi_line.then_some(quote),
        }
        value_may_begin = false;
    }
    None
}

/// Whether three equal quotes stand together. One of any three octets in a row stands at every third place.
fn has_three_quotes(line: &[u8]) -> bool {
    let is_amid_three = |at: usize| {
        let around = &line[at - 2..line.len().min(at + 3)];
        around
            .windows(3)
            .any(|three| matches!(three, [b'"', b'"', b'"'] | [b'\'', b'\'', b'\'']))
    };
    (2..line.len())
        .step_by(3)
        .any(|at| matches!(line[at], b'"' | b'\'') && is_amid_three(at))
}

/// Behind the closing quotes. Up to two more quotes may stand before them (TOML 1.0, "String").
fn end_of_multi_line(line: &[u8], from: usize, quote: Quote) -> Option<usize> {
    let mark = quote.byte();
    let mut at = from;
    while at < line.len() {
        if line[at] == b'\\' && quote == Quote::Basic {
            at += 2;
        } else if line[at..].starts_with(&[mark; 3]) {
            let more = line[at + 3..]
                .iter()
                .take(2)
                .take_while(|byte| **byte == mark);
            return Some(at + 3 + more.count());
        } else {
            at += 1;
        }
    }
    None
}

fn end_of_single_line(line: &[u8], from: usize, quote: Quote) -> Option<usize> {
    let mut at = from;
    while at < line.len() {
        if line[at] == b'\\' && quote == Quote::Basic {
            at += 2;
        } else if line[at] == quote.byte() {
            return Some(at + 1);
        } else {
            at += 1;
        }
    }
    None
}

impl Quote {
    fn byte(self) -> u8 {
        match self {
            Self::Basic => b'"',
            Self::Literal => b'\'',
        }
    }
}
