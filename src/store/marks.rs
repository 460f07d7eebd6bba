//! The marks of a run: one byte a delivery, written the moment a letter is handed over and the moment its reply is
//! read, so that a killed process leaves at most one doubtful delivery a connection.
//!
//! The file `state/runs/N.marks`: 32 octets of head (8 of magic `OVBMARK1`, the run and the issue as big-endian
//! 64-bit numbers, the number of deliveries likewise), then one octet a delivery at 32 + seq, 0 where nothing has
//! happened. It is not synced: it speaks of a process that died, and is believed after a restart of the machine only
//! where it says that a letter left.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Read as _},
    path::{Path, PathBuf},
};

use super::{IssueNumber, RunNumber};

const MAGIC: &[u8; 8] = b"OVBMARK1";
const HEAD: u64 = 32;

/// What a run has marked of one delivery.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    /// Nothing: no octet of the letter's end has left.
    Untouched = 0,
    /// The last octet may have left; no reply was read.
    HandedOver = 1,
    /// The reply was read: accepted.
    Accepted = 2,
    /// The reply was read: refused for good.
    Failed = 3,
    /// The reply was read, or the line cut in time: to be tried again.
    Deferred = 4,
    /// The reply was read: refused for good, for there is no such mailbox.
    NoMailbox = 5,
}

impl Mark {
    fn from_byte(byte: u8) -> Option<Self> {
        [
            Self::Untouched,
            Self::HandedOver,
            Self::Accepted,
            Self::Failed,
            Self::Deferred,
            Self::NoMailbox,
        ]
        .into_iter()
        .find(|mark| *mark as u8 == byte)
    }
}

/// Where the marks of a run lie.
pub fn path_of(state: &Path, run: RunNumber) -> PathBuf {
    state.join("runs").join(format!("{}.marks", run.0))
}

/// The marks of a run at work.
#[derive(Debug)]
pub struct MarksFile {
    file: File,
    path: PathBuf,
}

impl MarksFile {
    /// Makes the file of a run, all untouched.
    ///
    /// # Errors
    /// What the file system says.
    pub fn create(
        state: &Path,
        run: RunNumber,
        issue: IssueNumber,
        deliveries: u64,
    ) -> io::Result<Self> {
        let path = path_of(state, run);
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        let file = OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(true)
            .open(&path)?;
        let mut head = [0; HEAD as usize];
        head[..8].copy_from_slice(MAGIC);
        head[8..16].copy_from_slice(&run.0.to_be_bytes());
        head[16..24].copy_from_slice(&issue.0.to_be_bytes());
        head[24..].copy_from_slice(&deliveries.to_be_bytes());
        write_at(&file, &head, 0)?;
        file.set_len(HEAD + deliveries)?;
        Ok(Self { file, path })
    }

    /// Marks one delivery.
    ///
    /// # Errors
    /// What the file system says: a letter must not be handed over unmarked.
    pub fn mark(&self, seq: u64, mark: Mark) -> io::Result<()> {
        write_at(&self.file, &[mark as u8], HEAD + seq)
    }

    /// Deletes the file: the ledger says all there is to say.
    ///
    /// # Errors
    /// What the file system says.
    pub fn remove(&self) -> io::Result<()> {
        fs::remove_file(&self.path)
    }
}

/// The marks a run left behind.
#[derive(Debug, Clone)]
pub struct LeftMarks {
    marks: Vec<u8>,
}

impl LeftMarks {
    /// Reads the marks of a run; `None` when the file is missing, torn, or of another run: the ledger then speaks
    /// alone.
    pub fn read(state: &Path, run: RunNumber, issue: IssueNumber) -> Option<Self> {
        let mut bytes = Vec::new();
        File::open(path_of(state, run))
            .ok()?
            .read_to_end(&mut bytes)
            .ok()?;
        let number = |at: usize| Some(i64::from_be_bytes(bytes.get(at..at + 8)?.try_into().ok()?));
        let sound = bytes.starts_with(MAGIC) && number(8)? == run.0 && number(16)? == issue.0;
        let deliveries = usize::try_from(number(24)?).ok()?;
        let marks = bytes.split_off(bytes.len().min(HEAD as usize));
        (sound && marks.len() == deliveries).then_some(Self { marks })
    }

    /// The mark of a delivery; `None` where the octet is none that is ever written.
    pub fn of(&self, seq: u64) -> Option<Mark> {
        Mark::from_byte(*self.marks.get(usize::try_from(seq).ok()?)?)
    }
}

#[cfg(unix)]
fn write_at(file: &File, bytes: &[u8], offset: u64) -> io::Result<()> {
    std::os::unix::fs::FileExt::write_all_at(file, bytes, offset)
}

#[cfg(windows)]
fn write_at(file: &File, bytes: &[u8], offset: u64) -> io::Result<()> {
    let written = std::os::windows::fs::FileExt::seek_write(file, bytes, offset)?;
    if written == bytes.len() {
        Ok(())
    } else {
        Err(io::ErrorKind::WriteZero.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_read_back_and_a_torn_file_says_nothing() {
        let state = tempfile::tempdir().unwrap();
        let (run, issue) = (RunNumber(7), IssueNumber(3));
        let marks = MarksFile::create(state.path(), run, issue, 4).unwrap();
        marks.mark(1, Mark::HandedOver).unwrap();
        marks.mark(3, Mark::NoMailbox).unwrap();
        let read = LeftMarks::read(state.path(), run, issue).unwrap();
        let found: Vec<_> = (0..5).map(|seq| read.of(seq)).collect();
        assert_eq!(
            found,
            [
                Some(Mark::Untouched),
                Some(Mark::HandedOver),
                Some(Mark::Untouched),
                Some(Mark::NoMailbox),
                None
            ]
        );
        assert!(
            LeftMarks::read(state.path(), run, IssueNumber(4)).is_none(),
            "another issue's"
        );
        let path = path_of(state.path(), run);
        let whole = fs::read(&path).unwrap();
        for length in 0..whole.len() {
            fs::write(&path, &whole[..length]).unwrap();
            assert!(
                LeftMarks::read(state.path(), run, issue).is_none(),
                "torn at {length}"
            );
        }
        marks.remove().unwrap();
        assert!(LeftMarks::read(state.path(), run, issue).is_none());
    }
}
