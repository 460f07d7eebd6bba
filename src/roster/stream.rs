//! Reads a subscriber file in blocks of whole lines, so that memory does not grow with the file.
//!
//! [`survey`] says whether a file can be cut safely and must come first: [`entries`] gives what stands above an unsafe
//! place before it gets there.

use std::{
    fs::File,
    io::{self, Read, Seek, SeekFrom, Take},
};

use super::{
    cut::{BYTE_ORDER_MARK, Chunk, Cut, Header, Scan},
    entry::{self, Entry},
    folder::Extent,
    known::Known,
    uncuttable::{self, Uncuttable},
};

/// Read at once; so little in tests that every entry lies across blocks.
const BLOCK: usize = if cfg!(test) { 64 } else { 128 * 1024 };

/// Why a file gives no entries.
#[derive(Debug)]
pub(super) enum Unread {
    /// It cannot be read.
    Io(io::Error),
    /// It cannot be cut into entries safely.
    Uncuttable(Uncuttable),
}

impl From<io::Error> for Unread {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::FileTooLarge => Self::Uncuttable(Uncuttable::TooLarge),
            _ => Self::Io(error),
        }
    }
}

impl From<Uncuttable> for Unread {
    fn from(error: Uncuttable) -> Self {
        Self::Uncuttable(error)
    }
}

/// A file that can be cut safely.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Sound {
    /// How many entries it has.
    pub(super) entries: usize,
    /// What stands before the first, as [`Cut::astray`].
    pub(super) astray: Option<(usize, usize)>,
    /// Its octets.
    pub(super) length: usize,
}

/// An entry's lines, as [`entries`] comes by.
#[derive(Debug, Clone, Copy)]
pub(super) struct Passed<'a> {
    /// What is parsed. Of an entry that is too long, its beginning.
    pub(super) text: &'a str,
    pub(super) header: Header,
    /// The line of its header.
    pub(super) line: usize,
    /// Where its header begins in the file.
    pub(super) start: usize,
    /// As [`Chunk::swallowed`].
    pub(super) swallowed: Option<usize>,
}

impl Passed<'_> {
    pub(super) fn read(&self, known: &Known) -> Entry {
        Entry::read(self.text, self.header, self.line, known)
    }
}

/// Passes over a file without reading its entries, but those a multi-line string makes doubtful.
///
/// # Errors
/// The first of: it cannot be read, is too large, is not UTF-8, is not text, cannot be cut.
pub(super) fn survey(extent: &Extent, known: &Known) -> Result<Sound, Unread> {
    let mut blocks = Blocks::open(extent)?;
    let (mut scan, mut lines) = (Ok(Scan::default()), 0);
    let (mut entries, mut binary, mut swallowed) = (0, None, false);
    let mut passed = |chunk: Chunk| {
        entries += 1;
        swallowed |= chunk.swallowed.is_some();
    };
    while let Some((start, block)) = blocks.next()? {
        let text = text_of(block, lines)?;
        if binary.is_none()
            && let Some(nul) = text.find('\0')
        {
            binary = Some(1 + lines + line_ends(&block[..nul]));
        }
        lines += line_ends(block);
        // What is unsafe to cut may turn out to be no text at all, which is said first.
        if let Ok(pass) = &mut scan
            && let Err(error) = pass_lines(pass, text, start, &mut passed)
        {
            scan = Err(error);
        }
    }
    let length = blocks.at;
    if let Some(line) = binary {
        return Err(Uncuttable::Binary { line }.into());
    }
    let Cut { astray, chunks } = scan?.finish(length)?;
    chunks.into_iter().for_each(passed);
    if swallowed {
        let mut first = None;
        self::entries(extent, |entry| {
            if let (None, Some(line)) = (first, entry.swallowed) {
                first = entry.read(known).reader.is_err().then_some(line);
            }
        })?;
        if let Some(line) = first {
            return Err(Uncuttable::Swallowed { line }.into());
        }
    }
    Ok(Sound {
        entries,
        astray,
        length,
    })
}

/// Gives every entry of a file in turn.
///
/// # Errors
/// As [`survey`]; by then entries may have been given.
pub(super) fn entries(extent: &Extent, mut take: impl FnMut(Passed<'_>)) -> Result<(), Unread> {
    pass(Blocks::open(extent)?, Scan::default(), |passed| {
        take(passed);
        Next::Go
    })
}

/// Reads the one entry whose header stands at `start`, on `line`.
pub(super) fn entry_at(extent: &Extent, start: usize, line: usize, known: &Known) -> Option<Entry> {
    let mut blocks = Blocks::open(extent).ok()?;
    blocks.seek(start).ok()?;
    let mut found = None;
    let _ = pass(blocks, Scan::from_line(line), |passed| {
        if passed.start == start && found.is_none() {
            found = Some(passed.read(known));
        }
        Next::Stop
    });
    found
}

/// Whether an entry is the last that is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Next {
    Go,
    Stop,
}

fn pass(
    mut blocks: Blocks,
    mut scan: Scan,
    mut take: impl FnMut(Passed<'_>) -> Next,
) -> Result<(), Unread> {
    // What earlier blocks have of the entry being passed.
    let mut begun = String::new();
    let mut next = Next::Go;
    while let Some((start, block)) = blocks.next()? {
        let text = text_of(block, scan.lines())?;
        pass_lines(&mut scan, text, start, |chunk| {
            if next == Next::Go {
                next = hand(&chunk, &mut begun, text, start, &mut take);
            }
        })?;
        if next == Next::Stop {
            return Ok(());
        }
        if let Some(chunk) = scan.passing()
            && begun.len() <= entry::MAX_BYTES
        {
            begun.push_str(&text[chunk.start.saturating_sub(start)..]);
        }
    }
    let end = blocks.at;
    for chunk in scan.finish(end)?.chunks {
        hand(&chunk, &mut begun, "", end, &mut take);
    }
    Ok(())
}

/// Hands an entry on whose end is known: it stands in the block, or began in those before.
fn hand(
    chunk: &Chunk,
    begun: &mut String,
    block: &str,
    block_start: usize,
    take: &mut impl FnMut(Passed<'_>) -> Next,
) -> Next {
    let mut give = |text| {
        take(Passed {
            text,
            header: chunk.header,
            line: chunk.line,
            start: chunk.start,
            swallowed: chunk.swallowed,
        })
    };
    if chunk.start >= block_start {
        return give(&block[chunk.start - block_start..chunk.own.end - block_start]);
    }
    if begun.len() <= entry::MAX_BYTES
        && let Some(more) = chunk.own.end.checked_sub(block_start)
    {
        begun.push_str(&block[..more]);
    }
    let length = chunk.own.end - chunk.start;
    let next = give(&begun[..length.min(begun.len())]);
    begun.clear();
    next
}

/// Passes a block's lines; `passed` is given each entry that ends in it.
fn pass_lines(
    scan: &mut Scan,
    text: &str,
    start: usize,
    mut passed: impl FnMut(Chunk),
) -> Result<(), Uncuttable> {
    let mut at = start;
    let mut text = text;
    if at == 0 && text.starts_with(BYTE_ORDER_MARK) {
        at = BYTE_ORDER_MARK.len();
        text = &text[at..];
    }
    for line in text.split_inclusive('\n') {
        scan.line(line, at..at + line.len())?;
        at += line.len();
        if let Some(chunk) = scan.passed() {
            passed(chunk);
        }
    }
    Ok(())
}

fn text_of(block: &[u8], lines_before: usize) -> Result<&str, Uncuttable> {
    str::from_utf8(block).map_err(|error| Uncuttable::Encoding {
        line: 1 + lines_before + line_ends(&block[..error.valid_up_to()]),
    })
}

fn line_ends(bytes: &[u8]) -> usize {
    bytes.iter().filter(|byte| **byte == b'\n').count()
}

/// A file in blocks that end with a line, or with the file.
struct Blocks {
    file: Take<File>,
    buffer: Vec<u8>,
    /// How much of the buffer is read, and how much of that was given last.
    filled: usize,
    given: usize,
    /// Where the next block begins in the file.
    at: usize,
}

impl Blocks {
    fn open(extent: &Extent) -> io::Result<Self> {
        Ok(Self {
            file: extent.open()?,
            buffer: Vec::new(),
            filled: 0,
            given: 0,
            at: 0,
        })
    }

    fn seek(&mut self, at: usize) -> io::Result<()> {
        let left = self.file.limit().saturating_sub(at as u64);
        self.file.set_limit(left);
        self.file.get_mut().seek(SeekFrom::Start(at as u64))?;
        self.at = at;
        // One entry is wanted.
        self.buffer.resize(BLOCK / 32, 0);
        Ok(())
    }

    /// The next block, with its place in the file. A line longer than a block makes the block longer.
    fn next(&mut self) -> io::Result<Option<(usize, &[u8])>> {
        self.buffer.copy_within(self.given..self.filled, 0);
        self.filled -= self.given;
        self.given = 0;
        if self.buffer.is_empty() {
            self.buffer.resize(BLOCK, 0);
        }
        let mut searched = 0;
        loop {
            if self.filled == self.buffer.len() {
                self.buffer.resize(2 * self.filled, 0);
            }
            let read = match self.file.read(&mut self.buffer[self.filled..]) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                read => read?,
            };
            self.filled += read;
            if (self.at + self.filled) as u64 > uncuttable::MAX_BYTES {
                return Err(io::ErrorKind::FileTooLarge.into());
            }
            let line_end = self.buffer[searched..self.filled]
                .iter()
                .rposition(|byte| *byte == b'\n');
            self.given = match line_end {
                Some(end) => searched + end + 1,
                None if read == 0 => self.filled,
                None => {
                    searched = self.filled;
                    continue;
                }
            };
            let start = self.at;
            self.at += self.given;
            return Ok((self.given > 0).then(|| (start, &self.buffer[..self.given])));
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::{collection::vec, prelude::*, sample::select};

    use super::*;
    use crate::roster::{cut::cut, uncuttable::text_of};

    /// What reading the whole file at once finds: each entry with its line, and what stands before the first.
    type Whole = Result<(Vec<(usize, Entry)>, Option<(usize, usize)>), Uncuttable>;

    fn at_once(bytes: &[u8]) -> Whole {
        let known = Known::default();
        let text = text_of(bytes.to_vec())?;
        let cut = cut(&text)?;
        let mut entries = Vec::new();
        for chunk in &cut.chunks {
            let entry = Entry::parse(chunk.of(&text), chunk.header, chunk.line, &known);
            if let (Err(_), Some(line)) = (&entry.reader, chunk.swallowed) {
                return Err(Uncuttable::Swallowed { line });
            }
            entries.push((chunk.line, entry));
        }
        Ok((entries, cut.astray))
    }

    fn in_blocks(bytes: &[u8]) -> Whole {
        let known = Known::default();
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), bytes).unwrap();
        let extent = Extent::whole(file.path());
        let sound = match survey(&extent, &known) {
            Ok(sound) => sound,
            Err(Unread::Uncuttable(error)) => return Err(error),
            Err(Unread::Io(error)) => panic!("{error}"),
        };
        let (mut found, mut places) = (Vec::new(), Vec::new());
        entries(&extent, |passed| {
            found.push((passed.line, passed.read(&known)));
            places.push(passed.start);
        })
        .unwrap();
        assert_eq!(sound.entries, found.len());
        assert_eq!(sound.length, bytes.len());
        for ((line, entry), start) in found.iter().zip(places) {
            let again = entry_at(&extent, start, *line, &known).unwrap();
            assert_eq!(again, *entry);
        }
        Ok((found, sound.astray))
    }

    proptest! {
        #[test]
        fn a_file_in_blocks_reads_as_the_file_at_once(
            mark in select(vec!["", "\u{feff}"]),
            parts in vec(select(vec![
                "[[subscriber]]\n", "[[subscriber]]\n", "[[subscriber]]\nemail = \"a@k.example\"\n",
                "[[subscriber]]\r\nemail = \"b@k.example\"\r\n", "[[subscribers]]\n", "email = \"c@k.example\"\n",
                "name = \"Anna Sørensen, as she is called in the lists of the municipality\"\n", "name = \"\"\"A\n",
                "\"\"\"\n", "name = \"\"\"B\"\"\"\n", "# c\n", "# a longer comment, which takes up a good part of a block\n",
                "\n", "\n\n", "topics = [\n", "]\n", "<<<<<<< x\n", "frequency = \"dayly\"\n", "å\n", "x", "\0", "\r\n",
                "[subscriber.consent]\nat = 2026-11-01T09:30:00Z\n", "consent = {", "\"\"\"",
            ]), 0..12),
            bad in prop::option::weighted(0.1, 0..400_usize),
        ) {
            let mut bytes = format!("{mark}{}", parts.concat()).into_bytes();
            if let Some(at) = bad && at < bytes.len() {
                bytes[at] = 0xff;
            }
            prop_assert_eq!(in_blocks(&bytes), at_once(&bytes));
        }
    }

    #[test]
    fn an_entry_longer_than_any_reader_needs_is_a_fault_and_not_kept() {
        let long = format!(
            "[[subscriber]]\n{}[[subscriber]]\nemail = \"a@k.example\"\n",
            "x = 1\n".repeat(30_000)
        );
        let (entries, _) = in_blocks(long.as_bytes()).unwrap();
        assert_eq!(Ok((entries, None)), at_once(long.as_bytes()));
    }
}
