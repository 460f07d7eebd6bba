//! The last lines of a file, however long it is above them.

use std::{
    fs::File,
    io::{self, Read as _},
};

use super::splice::AROUND;
use crate::roster::folder::Extent;

/// Read at once.
const BLOCK: usize = 128 * 1024;

/// How much of a file is looked at. So little in tests that not all of a file is.
const TAIL: u64 = if cfg!(test) { 160 } else { 8 * 1024 };

/// What stands above some lines of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Above {
    pub(super) octets: usize,
    pub(super) lines: usize,
}

/// The last lines of a file, and what stands above them.
///
/// They are enough to see how its lines end, and to find again what is put below them; else they are the whole file.
///
/// # Errors
/// The file cannot be read, or is no text.
pub(super) fn end_of(extent: &Extent) -> io::Result<(Above, String)> {
    let mut file = extent.open()?;
    let from = file
        .limit()
        .min(file.get_ref().metadata()?.len())
        .saturating_sub(TAIL);
    let (lines, last) = passed(&mut file, from)?;
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes)?;
    // A line that began further up is left above.
    let begun = match from > 0 && last != b'\n' {
        true => bytes
            .iter()
            .position(|byte| *byte == b'\n')
            .map(|end| end + 1),
        false => Some(0),
    };
    let enough = |tail: &[u8]| tail.len() >= AROUND && tail.contains(&b'\n');
    let above = match begun {
        Some(begun) if from > 0 && enough(&bytes[begun..]) => {
            let more = usize::from(begun > 0);
            bytes.drain(..begun);
            Above {
                octets: usize::try_from(from).map_err(io::Error::other)? + begun,
                lines: lines + more,
            }
        }
        _ => {
            bytes.clear();
            extent.open()?.read_to_end(&mut bytes)?;
            Above::default()
        }
    };
    let text = String::from_utf8(bytes)
        .map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))?;
    Ok((above, text))
}

/// Passes over the beginning of a file; gives how many lines end in it, and its last octet.
fn passed(file: &mut io::Take<File>, length: u64) -> io::Result<(usize, u8)> {
    let (mut lines, mut last) = (0, b'\n');
    let mut buffer = vec![0; BLOCK];
    let mut left = length;
    while left > 0 {
        let room = usize::try_from(left).map_or(BLOCK, |left| left.min(BLOCK));
        let read = file.read(&mut buffer[..room])?;
        if read == 0 {
            break;
        }
        lines += memchr::memchr_iter(b'\n', &buffer[..read]).count();
        last = buffer[read - 1];
        left -= read as u64;
    }
    Ok((lines, last))
}

#[cfg(test)]
mod tests {
    use proptest::{collection::vec, prelude::*, sample::select};

    use super::{super::text::with_entry, *};

    proptest! {
        #[test]
        fn an_entry_put_below_the_last_lines_is_the_entry_put_below_the_whole_file(
            mark in select(vec!["", "\u{feff}"]),
            parts in vec(select(vec![
                "\n", "\r\n", "# c", "# æ\r\n", "x = 1\n", "\r", "[[subscriber]]\n",
                "name = \"a name that is so long that it takes up most of what is looked at of the file and a bit of what is not\"",
                "# a longer comment, which takes up a good part of what is looked at of the file, æ\n",
            ]), 0..12),
        ) {
            let text = format!("{mark}{}", parts.concat());
            let file = tempfile::NamedTempFile::new().unwrap();
            std::fs::write(file.path(), &text).unwrap();
            let (above, before) = end_of(&Extent::whole(file.path())).unwrap();
            prop_assert!(text.ends_with(&before));
            prop_assert_eq!(above.octets, text.len() - before.len());
            prop_assert_eq!(above.lines, text[..above.octets].matches('\n').count());
            prop_assert!(above.octets == 0 || before.len() >= AROUND);
            const ENTRY: &str = "[[subscriber]]\nemail = \"a@k.example\"\n";
            let (whole, line) = with_entry(&text, ENTRY);
            let (after, line_below) = with_entry(&before, ENTRY);
            prop_assert_eq!(line, above.lines + line_below);
            prop_assert_eq!(&whole, &format!("{}{after}", &text[..above.octets]));
            prop_assert!(after.starts_with(&before));
        }
    }
}
