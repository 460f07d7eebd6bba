//! What a reply means beyond its three digits.

use std::{fmt, str::FromStr};

use super::delivery::Reply;

/// The enhanced status code of a reply, such as `5.1.1`: class, subject and detail (RFC 3463 §2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct EnhancedCode {
    class: u8,
    subject: u16,
    detail: u16,
}

/// The text is no enhanced status code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("no enhanced status code; three numbers with points between, such as `5.1.1`, are one")]
pub struct NoEnhancedCode;

impl EnhancedCode {
    /// The code that a reply's words begin with. One that contradicts the reply's own first digit is none: what the
    /// server means cannot be told (RFC 2034 §4).
    pub fn of(reply: &Reply) -> Option<Self> {
        let code: Self = reply.text.split_whitespace().next()?.parse().ok()?;
        (u16::from(code.class) == reply.code / 100).then_some(code)
    }

    /// Class (2, 4 or 5), subject and detail, to be matched: `(5, 1, 1 | 3 | 6 | 10)`.
    pub fn parts(self) -> (u8, u16, u16) {
        (self.class, self.subject, self.detail)
    }
}

impl FromStr for EnhancedCode {
    type Err = NoEnhancedCode;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut numbers = text.split('.').map(number);
        let mut next = || numbers.next().flatten().ok_or(NoEnhancedCode);
        let (class, subject, detail) = (next()?, next()?, next()?);
        if numbers.next().is_some() {
            return Err(NoEnhancedCode);
        }
        let class = match class {
            2 | 4 | 5 => class as u8,
            _ => return Err(NoEnhancedCode),
        };
        Ok(Self {
            class,
            subject,
            detail,
        })
    }
}

/// One to three digits without a zero in front (RFC 3463 §2).
fn number(digits: &str) -> Option<u16> {
    let sound = (1..=3).contains(&digits.len())
        && digits.bytes().all(|digit| digit.is_ascii_digit())
        && (digits == "0" || !digits.starts_with('0'));
    sound.then(|| digits.parse().ok()).flatten()
}

impl fmt::Display for EnhancedCode {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}.{}.{}", self.class, self.subject, self.detail)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reply_has_the_code_its_words_begin_with() {
        let check = |code, text: &str, expected: Option<(u8, u16, u16)>| {
            let text = text.to_owned();
            let found = EnhancedCode::of(&Reply { code, text });
            assert_eq!(found.map(EnhancedCode::parts), expected, "{code} {found:?}");
        };
        check(550, "5.1.1 no such user", Some((5, 1, 1)));
        check(550, "5.1.10", Some((5, 1, 10)));
        check(451, "4.7.1 later 4.7.2 again", Some((4, 7, 1)));
        check(250, "2.0.0 taken", Some((2, 0, 0)));
        check(450, "  4.7.650 rate", Some((4, 7, 650)));
        // Words, addresses and versions are no codes.
        check(421, "", None);
        check(421, "too busy 4.7.1", None);
        check(550, "5.1.1.7 is blocked", None);
        check(550, "5.1.1: no such user", None);
        check(550, "5.1 no such user", None);
        check(550, "5.1.1000 no", None);
        check(550, "5.01.1 no", None);
        check(550, "5..1 no", None);
        check(550, "5.+1.1 no", None);
        check(550, "5.1.¹ no", None);
        check(354, "3.0.0 go on", None);
        // It says one thing and the reply another.
        check(550, "4.7.1 later", None);
        check(451, "5.7.1 never", None);
    }

    #[test]
    fn a_code_reads_back() {
        for text in ["2.0.0", "4.7.1", "5.1.10", "5.999.999"] {
            assert_eq!(
                text.parse::<EnhancedCode>().map(|code| code.to_string()),
                Ok(text.into())
            );
        }
    }
}
