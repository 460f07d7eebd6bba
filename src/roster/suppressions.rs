//! What readers said since the files were written: `state/suppressions.log`, read and appended to.
//!
//! A line is durable before anybody is told that it holds. A process killed while writing leaves a last line
//! without its end; it is nobody's word yet, except that a whole one that stops mail does stop it. The next
//! line appended closes it with ` torn`, and lines so marked say nothing.

use std::{
    collections::HashMap,
    fs::{self, DirBuilder, File, OpenOptions},
    io::{self, Read, Seek, SeekFrom, Write},
    os::unix::fs::{DirBuilderExt, OpenOptionsExt},
    path::Path,
    slice,
};

use chrono::{DateTime, Utc};

use crate::{
    domain::{
        delivery::Skip,
        fault::Fault,
        key::SubscriberId,
        suppression::{Suppression, SuppressionReason},
    },
    store::atomic::sync_folder,
};

const TORN: &str = " torn";

/// The readers' words, the last of each.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Suppressions {
    said: HashMap<SubscriberId, Said>,
    /// The last line by which anybody gets mail again.
    lifted: Option<usize>,
    /// How many lines were read, the last without an end not among them.
    lines: usize,
}

/// What was said about one reader.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Said {
    /// The last word.
    reason: SuppressionReason,
    at: DateTime<Utc>,
    /// Its line, counted from 0.
    index: usize,
    /// When a mail server last said that there is no such mailbox.
    bounced_at: Option<DateTime<Utc>>,
}

/// Why the readers' words cannot be read or written. Nothing may be sent until they can.
#[derive(Debug, thiserror::Error)]
pub enum SuppressionError {
    /// The file cannot be read or written.
    #[error("`{path}` cannot be read or written")]
    Io {
        /// The file.
        path: String,
        /// Why.
        source: io::Error,
    },
    /// A line that is none, and not the last.
    #[error("`{path}:{line}` is no line of the suppression log")]
    Line {
        /// The file.
        path: String,
        /// The line, counted from 1.
        line: usize,
    },
    /// A line whose reader cannot be known: the key it was made with is not here.
    #[error("`{path}:{line}` was written under the key `{key_id}`, which is not known")]
    Key {
        /// The file.
        path: String,
        /// The line, counted from 1.
        line: usize,
        /// The key's id.
        key_id: String,
    },
}

impl SuppressionError {
    /// As a fault with file, line and remedy.
    pub fn fault(&self) -> Fault {
        match self {
            Self::Io { path, source } => {
                Fault::error(format!("cannot be read or written: {source}"))
                    .in_file(path)
                    .remedy("let the user that sends read and write it")
            }
            Self::Line { path, line } => Fault::error("no line of the suppression log")
                .in_file(path)
                .at_line(*line)
                .remedy("put the file back from a copy; who has left must not be mailed again"),
            Self::Key { path, line, key_id } => Fault::error(format!(
                "written under the key `{key_id}`, which is not known"
            ))
            .in_file(path)
            .at_line(*line)
            .remedy("put that key back, or name it under `[newsletter] key_file`"),
        }
    }
}

impl Suppressions {
    /// Reads the log. A missing file says nothing about anybody.
    ///
    /// # Errors
    /// A line that does not read or whose key id is not among `known_keys` (exit 2), or a file that cannot be read.
    pub fn read(path: &Path, known_keys: &[String]) -> Result<Self, SuppressionError> {
        let bytes = match fs::read(path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Self::default()),
            Err(source) => return Err(io_error(path, source)),
        };
        let mut words = Self::default();
        words.take(&bytes, path, known_keys)?;
        Ok(words)
    }

    /// Takes the lines that follow those it has, and says how many octets of them are lines with an end.
    pub(super) fn take(
        &mut self,
        bytes: &[u8],
        path: &Path,
        known_keys: &[String],
    ) -> Result<usize, SuppressionError> {
        let mut taken = 0;
        for line in bytes.split_inclusive(|byte| *byte == b'\n') {
            let index = self.lines;
            let read = read_line(line).map_err(|NoLine| SuppressionError::Line {
                path: path.display().to_string(),
                line: index + 1,
            })?;
            if let Some(suppression) = read {
                if !known_keys.contains(&suppression.key_id) {
                    return Err(SuppressionError::Key {
                        path: path.display().to_string(),
                        line: index + 1,
                        key_id: suppression.key_id,
                    });
                }
                self.note(&suppression, index);
            }
            if line.ends_with(b"\n") {
                self.lines += 1;
                taken += line.len();
            }
        }
        Ok(taken)
    }

    fn note(&mut self, word: &Suppression, index: usize) {
        let (reason, at) = (word.reason, word.at);
        let before = self.said.get(&word.subscriber);
        let bounced_at = match reason {
            SuppressionReason::Bounced => Some(at),
            _ => before.and_then(|said| said.bounced_at),
        };
        let said = Said {
            reason,
            at,
            index,
            bounced_at,
        };
        if reason == SuppressionReason::Lifted {
            self.lifted = Some(index);
        }
        self.said.insert(word.subscriber, said);
    }

    /// Why a reader gets no mail; `None` when nothing was said, or it was lifted.
    pub fn says(&self, subscriber: &SubscriberId) -> Option<Skip> {
        self.says_of(std::slice::from_ref(subscriber))
    }

    /// The same for a reader with one id for each of several keys: the last word under any of them holds.
    pub fn says_of(&self, ids: &[SubscriberId]) -> Option<Skip> {
        match self.last_of(ids)? {
            SuppressionReason::Left => Some(Skip::Left),
            SuppressionReason::Bounced
            | SuppressionReason::Complained
            | SuppressionReason::Manual => Some(Skip::Suppressed),
            SuppressionReason::Lifted => None,
        }
    }

    /// The last word about a reader with one id for each of several keys; `None` when nothing was ever said.
    pub fn last_of(&self, ids: &[SubscriberId]) -> Option<SuppressionReason> {
        let words = ids.iter().filter_map(|id| self.said.get(id));
        words.max_by_key(|said| said.index).map(|said| said.reason)
    }

    /// Whether a reader's leave would say nothing new: mail stopped by the reader's own or a person's word, and nobody's was
    /// lifted since, under whatever key it may have been.
    pub fn has_left_for_good(&self, subscriber: &SubscriberId) -> bool {
        let stops = |said: &&Said| {
            matches!(
                said.reason,
                SuppressionReason::Left | SuppressionReason::Complained | SuppressionReason::Manual
            )
        };
        let said = self.said.get(subscriber).filter(stops);
        said.is_some_and(|said| self.lifted.is_none_or(|lifted| lifted < said.index))
    }

    /// When a reader left, where that is the last word.
    pub fn left_at(&self, subscriber: &SubscriberId) -> Option<DateTime<Utc>> {
        let said = self.said.get(subscriber);
        said.filter(|said| said.reason == SuppressionReason::Left)
            .map(|said| said.at)
    }

    /// Whether a bounce says what the log does not know: not where the reader gets no mail anyway, nor where a person
    /// let mail go again at the bounce's second or later, or after the log was told of this very bounce.
    pub fn is_news(&self, bounce: &Suppression) -> bool {
        self.said.get(&bounce.subscriber).is_none_or(|said| {
            let heard = bounce.at.timestamp();
            said.reason == SuppressionReason::Lifted
                && said.at.timestamp() < heard
                && said.bounced_at.map(|at| at.timestamp()) != Some(heard)
        })
    }

    /// Writes one line, durable when this returns. A missing folder and file are made, for their owner alone.
    ///
    /// # Errors
    /// The file cannot be written; the line must then be taken for unsaid.
    pub fn append(path: &Path, suppression: &Suppression) -> Result<(), SuppressionError> {
        Self::append_all(path, slice::from_ref(suppression))
    }

    /// Writes several lines as one act, durable when this returns.
    ///
    /// # Errors
    /// The file cannot be written; every line must then be taken for unsaid, though the first may be there.
    pub fn append_all(path: &Path, suppressions: &[Suppression]) -> Result<(), SuppressionError> {
        let mut log = open(path).map_err(|source| io_error(path, source))?;
        write(&mut log, suppressions).map_err(|source| io_error(path, source))
    }

    /// Writes a line where what the log says until then allows it, durable when this returns, and says whether it did.
    /// Nobody's word comes between reading the log and writing to it.
    ///
    /// # Errors
    /// As [`Suppressions::read`] and [`Suppressions::append`]; the line must then be taken for unsaid.
    pub fn append_where(
        path: &Path,
        suppression: &Suppression,
        known_keys: &[String],
        allows: impl FnOnce(&Self) -> bool,
    ) -> Result<bool, SuppressionError> {
        let mut log = open(path).map_err(|source| io_error(path, source))?;
        let is_allowed = allows(&Self::read(path, known_keys)?);
        if is_allowed {
            write(&mut log, slice::from_ref(suppression))
                .map_err(|source| io_error(path, source))?;
        }
        Ok(is_allowed)
    }

    /// Writes the bounces that are news, durable when this returns, and gives their number. Nobody's word comes between
    /// reading the log and writing to it.
    ///
    /// # Errors
    /// As [`Suppressions::read`] and [`Suppressions::append`]; the lines must then be taken for unsaid.
    pub fn append_news(
        path: &Path,
        bounces: &[Suppression],
        known_keys: &[String],
    ) -> Result<usize, SuppressionError> {
        if bounces.is_empty() {
            return Ok(0);
        }
        let mut log = open(path).map_err(|source| io_error(path, source))?;
        let known = Self::read(path, known_keys)?;
        let news: Vec<Suppression> = bounces
            .iter()
            .filter(|bounce| known.is_news(bounce))
            .cloned()
            .collect();
        write(&mut log, &news).map_err(|source| io_error(path, source))?;
        Ok(news.len())
    }

    /// Every whole line about a reader, oldest first: what a person may be told.
    ///
    /// # Errors
    /// As [`Suppressions::read`], but lines under other keys are passed over.
    pub fn history(
        path: &Path,
        subscriber: &SubscriberId,
    ) -> Result<Vec<Suppression>, SuppressionError> {
        let bytes = match fs::read(path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(source) => return Err(io_error(path, source)),
        };
        let lines = bytes.split_inclusive(|byte| *byte == b'\n');
        Ok(lines
            .filter_map(|line| read_line(line).ok().flatten())
            .filter(|said| said.subscriber == *subscriber)
            .collect())
    }
}

struct NoLine;

/// A line's word; `None` for one that says nothing.
fn read_line(line: &[u8]) -> Result<Option<Suppression>, NoLine> {
    let Some(whole) = line.strip_suffix(b"\n") else {
        return Ok(read_unended(line));
    };
    if whole.ends_with(TORN.as_bytes()) {
        return Ok(None);
    }
    parse(whole).map(Some).ok_or(NoLine)
}

/// The last line, without its end: written by a process that was killed before it could tell anybody.
fn read_unended(line: &[u8]) -> Option<Suppression> {
    parse(line).filter(|said| said.reason != SuppressionReason::Lifted)
}

fn parse(line: &[u8]) -> Option<Suppression> {
    Suppression::from_line(str::from_utf8(line).ok()?)
}

/// Opens the log to be written to, and keeps others from it as long as it is open.
fn open(path: &Path) -> io::Result<File> {
    let folder = path.parent().filter(|folder| *folder != Path::new(""));
    if let Some(folder) = folder {
        DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(folder)?;
    }
    let is_new = !path.exists();
    let file = OpenOptions::new()
        .read(true)
        .append(true)
        .create(true)
        .mode(0o600)
        .open(path)?;
    // Looking at the end and writing after it must be one act among processes; the lock ends with the file.
    file.lock()?;
    if is_new {
        sync_folder(folder.unwrap_or(Path::new(".")))?;
    }
    Ok(file)
}

fn write(log: &mut File, words: &[Suppression]) -> io::Result<()> {
    if words.is_empty() {
        return Ok(());
    }
    let mut text = line_end_owed(log)?.to_owned();
    for word in words {
        text.push_str(&word.to_line());
        text.push('\n');
    }
    log.write_all(text.as_bytes())?;
    log.sync_all()
}

/// What closes a last line that has no end: nothing, a line end, or the mark that it says nothing.
fn line_end_owed(file: &mut File) -> io::Result<&'static str> {
    // No line is longer: a time, two ids and a word.
    const LONGEST: u64 = 512;
    let length = file.metadata()?.len();
    file.seek(SeekFrom::Start(length.saturating_sub(LONGEST)))?;
    let mut end = Vec::new();
    file.read_to_end(&mut end)?;
    let unended = end.rsplit(|byte| *byte == b'\n').next().unwrap_or_default();
    Ok(if unended.is_empty() {
        ""
    } else if read_unended(unended).is_some() {
        "\n"
    } else {
        " torn\n"
    })
}

pub(super) fn io_error(path: &Path, source: io::Error) -> SuppressionError {
    SuppressionError::Io {
        path: path.display().to_string(),
        source,
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::MetadataExt;

    use super::*;

    const KEY: &str = "0a1b2c3d";

    fn word(reader: u8, reason: SuppressionReason) -> Suppression {
        Suppression {
            at: DateTime::from_timestamp(1_795_413_600, 0).unwrap(),
            key_id: KEY.into(),
            subscriber: SubscriberId([reader; 32]),
            reason,
        }
    }

    fn read(path: &Path) -> Result<Suppressions, SuppressionError> {
        Suppressions::read(path, &[KEY.to_owned()])
    }

    fn line(reader: u8, reason: SuppressionReason) -> String {
        word(reader, reason).to_line()
    }

    fn said(text: &str, reader: u8) -> Option<Skip> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("suppressions.log");
        fs::write(&path, text).unwrap();
        read(&path).unwrap().says(&SubscriberId([reader; 32]))
    }

    use SuppressionReason::{Bounced, Complained, Left, Lifted, Manual};

    #[test]
    fn the_last_line_about_a_reader_holds() {
        let check = |reasons: &[SuppressionReason], expected: Option<Skip>| {
            let text: String = reasons.iter().map(|r| line(1, *r) + "\n").collect();
            assert_eq!(said(&text, 1), expected, "{reasons:?}");
            assert_eq!(said(&text, 2), None);
        };
        check(&[], None);
        check(&[Left], Some(Skip::Left));
        check(&[Bounced], Some(Skip::Suppressed));
        check(&[Complained], Some(Skip::Suppressed));
        check(&[Manual], Some(Skip::Suppressed));
        check(&[Left, Lifted], None);
        check(&[Left, Lifted, Bounced], Some(Skip::Suppressed));
    }

    #[test]
    fn a_torn_last_line_is_nobodys_word_and_never_revives_anybody() {
        let left = line(1, Left);
        let lifted = line(1, Lifted);
        for end in 0..=lifted.len() {
            let text = format!("{left}\n{}", &lifted[..end]);
            assert_eq!(said(&text, 1), Some(Skip::Left), "{text}");
        }
        // Whole but for its end, a word that stops mail stops it.
        assert_eq!(said(&left, 1), Some(Skip::Left));
        assert_eq!(said(&left[..left.len() - 1], 1), None);
    }

    #[test]
    fn a_line_that_is_none_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("suppressions.log");
        for bad in ["half a line", "", "\u{0}\u{0}"] {
            fs::write(
                &path,
                format!("{}\n{bad}\n{}\n", line(1, Left), line(2, Left)),
            )
            .unwrap();
            assert!(
                matches!(read(&path), Err(SuppressionError::Line { line: 2, .. })),
                "{bad:?}"
            );
        }
        fs::write(&path, b"\xff\n").unwrap();
        assert!(matches!(
            read(&path),
            Err(SuppressionError::Line { line: 1, .. })
        ));
    }

    #[test]
    fn a_line_under_a_key_that_is_not_here_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("suppressions.log");
        fs::write(&path, format!("{}\n", line(1, Left))).unwrap();
        let error = Suppressions::read(&path, &["ffffffff".into()]).unwrap_err();
        assert!(matches!(&error, SuppressionError::Key { line: 1, key_id, .. } if key_id == KEY));
        assert_eq!(error.fault().line, Some(1));
    }

    #[test]
    fn a_line_appended_after_a_torn_one_reads_and_the_torn_one_says_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("state/suppressions.log");
        Suppressions::append(&path, &word(1, Left)).unwrap();
        let sound = fs::read(&path).unwrap();
        let lifted = line(1, Lifted);
        for end in 0..=lifted.len() {
            fs::write(&path, [&sound, &lifted.as_bytes()[..end]].concat()).unwrap();
            Suppressions::append(&path, &word(2, Left)).unwrap();
            let words = read(&path).unwrap();
            assert_eq!(
                words.says(&SubscriberId([1; 32])),
                Some(Skip::Left),
                "{end}"
            );
            assert_eq!(
                words.says(&SubscriberId([2; 32])),
                Some(Skip::Left),
                "{end}"
            );
        }
        // A whole word without its end is kept.
        fs::write(&path, line(3, Left)).unwrap();
        Suppressions::append(&path, &word(2, Left)).unwrap();
        assert_eq!(
            read(&path).unwrap().says(&SubscriberId([3; 32])),
            Some(Skip::Left)
        );
    }

    #[test]
    fn a_new_log_is_its_owners_alone_and_a_missing_one_says_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("state/suppressions.log");
        assert_eq!(read(&path).unwrap(), Suppressions::default());
        Suppressions::append(&path, &word(1, Left)).unwrap();
        assert_eq!(fs::metadata(&path).unwrap().mode() & 0o777, 0o600);
        assert_eq!(
            fs::read_to_string(&path).unwrap(),
            format!("{}\n", line(1, Left))
        );
    }

    #[test]
    fn of_a_reader_with_two_keys_the_last_word_under_either_holds() {
        let text = format!("{}\n{}\n", line(1, Left), line(2, Lifted));
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("suppressions.log");
        fs::write(&path, text).unwrap();
        let ids = [SubscriberId([1; 32]), SubscriberId([2; 32])];
        assert_eq!(read(&path).unwrap().says_of(&ids), None);
        assert_eq!(read(&path).unwrap().says(&ids[0]), Some(Skip::Left));
    }
}
