//! In which encoding a file that another program wrote is, seen in one pass.

use std::{
    fs::File,
    io::{self, Read as _},
    path::Path,
};

use crate::source::from_windows_1252;

/// How bytes become text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    /// UTF-8, with a byte order mark or without.
    Utf8,
    /// Windows-1252, as Danish Excel writes it.
    Windows1252,
}

/// What one pass over a file shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Look {
    pub(super) encoding: Encoding,
    /// Its line ends.
    pub(super) lines: u64,
    /// Whether it begins with a byte order mark.
    pub(super) has_mark: bool,
}

/// Why bytes are no text.
#[derive(Debug)]
pub(super) enum NoText {
    Io(io::Error),
    /// UTF-16, as Excel's "Unicode text" is.
    Utf16,
    /// A NUL byte: a spreadsheet or an archive.
    Binary,
}

impl From<io::Error> for NoText {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

impl Encoding {
    /// A line's text.
    pub(super) fn text(self, bytes: &[u8]) -> String {
        match self {
            Self::Utf8 => String::from_utf8_lossy(bytes).into_owned(),
            Self::Windows1252 => bytes.iter().map(|byte| from_windows_1252(*byte)).collect(),
        }
    }

    /// Its name.
    pub fn word(self) -> &'static str {
        match self {
            Self::Utf8 => "utf-8",
            Self::Windows1252 => "windows-1252",
        }
    }
}

/// Looks at the whole file: one byte that is not UTF-8 makes it Windows-1252.
pub(super) fn look(path: &Path) -> Result<Look, NoText> {
    let mut file = File::open(path)?;
    let (mut block, mut kept, mut first) = (vec![0; 128 * 1024], 0, true);
    let mut look = Look {
        encoding: Encoding::Utf8,
        lines: 0,
        has_mark: false,
    };
    loop {
        let read = file.read(&mut block[kept..])?;
        let bytes = &block[..kept + read];
        if first {
            first = false;
            if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) {
                return Err(NoText::Utf16);
            }
            look.has_mark = bytes.starts_with(&[0xef, 0xbb, 0xbf]);
        }
        if bytes.contains(&0) {
            return Err(NoText::Binary);
        }
        look.lines += bytes[kept..].iter().filter(|byte| **byte == b'\n').count() as u64;
        // A character may lie across two blocks.
        let valid = match std::str::from_utf8(bytes) {
            Ok(_) => bytes.len(),
            Err(error) if error.error_len().is_none() && read > 0 => error.valid_up_to(),
            Err(_) => {
                look.encoding = Encoding::Windows1252;
                bytes.len()
            }
        };
        let end = bytes.len();
        block.copy_within(valid..end, 0);
        kept = end - valid;
        if read == 0 {
            return Ok(look);
        }
    }
}
