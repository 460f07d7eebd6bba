//! A scraped text as lines: marks of emphasis and bullets taken off, blank lines kept as gaps.

use super::super::prose::{ends_sentence, one_line};
use crate::domain::article::Block;

/// How a line is marked at its begin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::source) enum Mark {
    /// Not at all.
    None,
    /// A dash: a bullet or, in a running text, spoken words.
    Dash,
    /// A bullet that can be nothing else.
    Bullet(char),
    /// A caption beyond the first, set by the reader of pictures.
    Caption,
    /// None: its block is told by mark-up and ready.
    Ready,
}

/// One line that is not blank.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::source) struct Line {
    /// Its number in the file, counted from 1.
    pub(super) number: usize,
    /// Its text without marks.
    pub(super) text: String,
    /// How far it is set in.
    pub(super) indent: usize,
    /// Whether a blank line stands before it.
    pub(super) gap: bool,
    /// Whether all of it is set as bold or as a Markdown heading.
    pub(super) bold: bool,
    /// Its mark.
    pub(super) mark: Mark,
    /// Its block, where mark-up tells it.
    pub(super) ready: Option<Box<Block>>,
}

impl Line {
    /// Whether it has no mark.
    pub(super) fn is_plain(&self) -> bool {
        self.mark == Mark::None
    }
}

impl Line {
    /// A line of a page.
    pub(super) fn of_page(number: usize, text: impl Into<String>) -> Self {
        Self {
            number,
            text: text.into(),
            indent: 0,
            gap: true,
            bold: false,
            mark: Mark::None,
            ready: None,
        }
    }

    /// The line with the dash or bullet it begins with taken off and kept as its mark.
    pub(super) fn marked(self) -> Self {
        let (mark, rest) = take_mark(&self.text);
        Self {
            mark,
            text: rest.to_owned(),
            ..self
        }
    }
}

const BULLETS: [char; 15] = [
    '•', '◆', '▪', '‣', '◦', '■', '●', '►', '▶', '✓', '*', '·', '○', '♦', '\u{f0b7}',
];

/// The lines of a text.
pub(in crate::source) fn split(text: &str) -> Vec<Line> {
    let mut lines: Vec<Line> = Vec::new();
    let mut gap = true;
    let mut raw = text.lines().enumerate().peekable();
    while let Some((index, first)) = raw.next() {
        let mut joined = one_line(first);
        // Bold that is opened and not closed goes on over the next lines, a few at most.
        for _ in 0..3 {
            let open = joined.matches("**").count() % 2 == 1;
            match raw.peek() {
                Some((_, next)) if open && !next.trim().is_empty() => {
                    joined = format!("{joined} {}", one_line(next));
                    raw.next();
                }
                _ => break,
            }
        }
        if joined.is_empty() {
            gap = true;
            continue;
        }
        let (mark, rest) = take_mark(&joined);
        let (heading, rest) = match rest.trim_start_matches('#') {
            words if rest.starts_with('#') && words.starts_with(' ') && mark == Mark::None => {
                (true, words)
            }
            _ => (false, rest),
        };
        let bold = heading || rest.starts_with("**") && rest.ends_with("**") && rest.len() > 4;
        let text = without_emphasis(rest);
        // A mark with nothing behind it, or a ruled line.
        if !text.chars().any(char::is_alphanumeric) {
            gap = true;
            continue;
        }
        let indent = first.chars().take_while(|c| c.is_whitespace()).count();
        lines.push(Line {
            number: index + 1,
            text,
            indent,
            gap,
            bold,
            mark,
            ready: None,
        });
        gap = false;
    }
    unwrapped(lines)
}

/// Takes bullets and dashes off the front; of several (`- ◆`) the one that can only be a bullet decides.
fn take_mark(text: &str) -> (Mark, &str) {
    let mut mark = Mark::None;
    let mut rest = text;
    for _ in 0..3 {
        let mut chars = rest.chars();
        let Some(first) = chars.next() else { break };
        let after = chars.as_str();
        let spaced = after.starts_with(' ');
        if matches!(first, '-' | '–' | '—')
            && (spaced || first == '-' && after.starts_with(char::is_uppercase))
        {
            if mark == Mark::None {
                mark = Mark::Dash;
            }
        } else if BULLETS.contains(&first)
            && (spaced || !matches!(first, '*' | '·') && !after.is_empty())
        {
            mark = Mark::Bullet(first);
        } else {
            break;
        }
        rest = after.trim_start();
    }
    (mark, rest)
}

/// The text without `**bold**` and `*italic*`; a star within a word stays.
fn without_emphasis(text: &str) -> String {
    let text = text.replace("**", "");
    let chars: Vec<char> = text.chars().collect();
    let stars = chars.iter().filter(|c| **c == '*').count();
    if stars == 0 || stars % 2 == 1 {
        return text.trim().to_owned();
    }
    let within = |at: usize| {
        at > 0
            && chars[at - 1].is_alphanumeric()
            && chars.get(at + 1).is_some_and(|next| next.is_alphanumeric())
    };
    let kept: String = chars
        .iter()
        .enumerate()
        .filter(|(at, c)| **c != '*' || within(*at))
        .map(|(_, c)| *c)
        .collect();
    one_line(&kept)
}

/// Joins the lines of a text that was wrapped at a fixed width. Scraped texts have a line for each paragraph; there
/// a line is joined only when it breaks off and the next goes on in lower case.
fn unwrapped(lines: Vec<Line>) -> Vec<Line> {
    let width = |line: &Line| line.text.chars().count();
    let follows = |line: &Line| !line.gap && line.is_plain();
    let longest = lines.iter().map(width).max().unwrap_or(0);
    let adjacent = lines.iter().filter(|line| follows(line)).count();
    let broken_off = lines
        .windows(2)
        .filter(|pair| {
            follows(&pair[1])
                && width(&pair[0]) * 10 >= longest * 7
                && !ends_sentence(&pair[0].text)
        })
        .count();
    let wrapped = longest <= 120 && adjacent >= 4 && broken_off * 2 >= adjacent;
    let mut joined: Vec<Line> = Vec::with_capacity(lines.len());
    let mut last_width = 0;
    for line in lines {
        let this_width = width(&line);
        if let Some(last) = joined.last_mut()
            && follows(&line)
            && !last.bold
            && !last.text.ends_with(':')
        {
            let is_address = line.text.starts_with("www.") || line.text.starts_with("http");
            let lower = line.text.starts_with(char::is_lowercase) && !is_address;
            let goes_on = if is_address {
                false
            } else if wrapped {
                last_width * 10 >= longest * 6 || lower
            } else if last.is_plain() {
                lower && last_width >= 40 && !ends_sentence(&last.text)
            } else {
                lower && line.indent > last.indent
            };
            // Joining costs what is added, so a long text costs no more than its length.
            if goes_on && last.text.len() < 20_000 {
                last.text.push(' ');
                last.text.push_str(&line.text);
                last_width = this_width;
                continue;
            }
        }
        last_width = this_width;
        joined.push(line);
    }
    joined
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &[(Mark, &str)]) {
        let lines = split(text);
        let seen: Vec<(Mark, &str)> = lines
            .iter()
            .map(|line| (line.mark, line.text.as_str()))
            .collect();
        assert_eq!(seen, expected, "{text}");
    }

    #[test]
    fn marks_are_taken_off_and_kept_apart() {
        check(
            "- ◆ Frit valg\n - Mindre ventetid",
            &[
                (Mark::Bullet('◆'), "Frit valg"),
                (Mark::Dash, "Mindre ventetid"),
            ],
        );
        check(
            "  • Nyheder\n* Debat",
            &[(Mark::Bullet('•'), "Nyheder"), (Mark::Bullet('*'), "Debat")],
        );
        check(
            "- **Gør det let:** *så går det*",
            &[(Mark::Dash, "Gør det let: så går det")],
        );
        check(
            "– Det går, siger hun.",
            &[(Mark::Dash, "Det går, siger hun.")],
        );
        check("medarbejder*innen", &[(Mark::None, "medarbejder*innen")]);
        check("-\n---\n\u{a0}\n", &[]);
        check("## Ny bro", &[(Mark::None, "Ny bro")]);
    }

    #[test]
    fn bold_over_two_lines_is_one_line() {
        let lines = split("**V. Leder i\nNordby Ida Holm**\nBroen");
        assert_eq!(
            (lines[0].text.as_str(), lines[0].bold),
            ("V. Leder i Nordby Ida Holm", true)
        );
        assert_eq!((lines[1].text.as_str(), lines[1].number), ("Broen", 3));
    }

    #[test]
    fn wrapped_text_is_joined_and_a_heading_before_its_paragraph_is_not() {
        let wrapped = "Ny bro\n\nDen nye bro over havnen åbner til foråret og bliver\nfyrre meter lang, og den er\nbygget af de samme folk som byggede den gamle bro i\nhavnen for tyve år siden i den anden ende af byen og\nsom nu er pensioneret.\n";
        assert_eq!(split(wrapped).len(), 2);
        let scraped = "Hvem betaler broen\nDet gør kommunen, og det har den gjort længe.";
        assert_eq!(split(scraped).len(), 2);
    }
}
