//! The reasons for which a subscriber file holds the send.

use crate::domain::fault::Fault;

/// The largest file read: 512 MiB, some three million readers.
pub(super) const MAX_BYTES: u64 = 512 * 1024 * 1024;

/// Why a file cannot be cut into entries safely. It holds the send: nobody knows whom it would leave out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Uncuttable {
    /// A version control system left its marks.
    #[error("a merge conflict is not resolved")]
    Merge {
        /// The mark's line.
        line: usize,
    },
    /// A multi-line string has no end.
    #[error("a multi-line string begins here and never ends")]
    Unclosed {
        /// Where it begins.
        line: usize,
    },
    /// A multi-line string has other entries in it, and what it stands in does not read.
    #[error("a multi-line string begins here and takes other entries with it")]
    Swallowed {
        /// Where it begins.
        line: usize,
    },
    /// A NUL byte.
    #[error("the file is not text")]
    Binary {
        /// Its line.
        line: usize,
    },
    /// Bytes that are not UTF-8, the only encoding TOML has.
    #[error("the file is not UTF-8")]
    Encoding {
        /// The first such line.
        line: usize,
    },
    /// Text, and not one entry.
    #[error("the file has no `[[subscriber]]`")]
    NoEntry {
        /// The first line that is neither blank nor comment.
        line: usize,
    },
    /// Over 512 MiB.
    #[error("the file is over 512 MiB")]
    TooLarge,
}

impl Uncuttable {
    /// As a fault with line and remedy; the file is the caller's to name.
    pub fn fault(self) -> Fault {
        let (line, remedy) = match self {
            Self::Merge { line } => (line, "resolve the conflict and take the marks away"),
            Self::Unclosed { line } | Self::Swallowed { line } => (
                line,
                "close the string with the three quotes it begins with, or write it on one line",
            ),
            Self::Binary { line } => (line, "put the file back from a copy, or take it away"),
            Self::Encoding { line } => (line, "save the file as UTF-8"),
            Self::NoEntry { line } => (line, "begin each reader with a line `[[subscriber]]`"),
            Self::TooLarge => (1, "split the list into several files"),
        };
        Fault::error(self.to_string()).at_line(line).remedy(remedy)
    }
}

/// Takes a file's bytes for text.
///
/// # Errors
/// [`Uncuttable::Binary`], [`Uncuttable::Encoding`] or [`Uncuttable::TooLarge`].
pub(super) fn text_of(bytes: Vec<u8>) -> Result<String, Uncuttable> {
    if bytes.len() as u64 > MAX_BYTES {
        return Err(Uncuttable::TooLarge);
    }
    let line_of = |bytes: &[u8]| 1 + bytes.iter().filter(|byte| **byte == b'\n').count();
    let text = String::from_utf8(bytes).map_err(|error| Uncuttable::Encoding {
        line: line_of(&error.as_bytes()[..error.utf8_error().valid_up_to()]),
    })?;
    match text.find('\0') {
        Some(nul) => Err(Uncuttable::Binary {
            line: line_of(&text.as_bytes()[..nul]),
        }),
        None => Ok(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_that_are_no_text_are_named_with_their_line() {
        assert_eq!(
            text_of(b"a\n\xff".to_vec()),
            Err(Uncuttable::Encoding { line: 2 })
        );
        assert_eq!(
            text_of(b"a\n\n\0".to_vec()),
            Err(Uncuttable::Binary { line: 3 })
        );
    }
}
