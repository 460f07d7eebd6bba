//! Who decided what about issues, and when: `state/journal.log`, a JSON document a line, which only grows.

use std::{
    fs::{File, OpenOptions},
    io::{self, Read as _, Seek as _, SeekFrom, Write as _},
    os::unix::fs::OpenOptionsExt as _,
    path::Path,
};

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

/// What a person did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Act {
    /// Said that an issue may leave as it is.
    Approved,
    /// Held the issues of a date.
    Held,
    /// Let them go again.
    Released,
    /// Cancelled what had not left of an issue.
    Cancelled,
    /// Sent although a guard was to hold it.
    Overrode,
    /// Added readers to an issue.
    ToppedUp,
    /// Put a backup in the state folder's place.
    Restored,
}

impl Act {
    /// The word, as people read it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Approved => "approved",
            Self::Held => "held",
            Self::Released => "released",
            Self::Cancelled => "cancelled",
            Self::Overrode => "overrode",
            Self::ToppedUp => "topped up",
            Self::Restored => "restored",
        }
    }
}

/// One line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// When.
    pub at: DateTime<Utc>,
    /// Who: the name of the system's user.
    pub who: String,
    /// What was done.
    pub act: Act,
    /// The date of the issues it was done to; `None` for the newsletter as a whole.
    pub date: Option<NaiveDate>,
    /// The issue, where it was one of the date's.
    pub issue: Option<String>,
    /// The rest: a reason, a hash, a guard's name. Never a reader's address.
    pub words: String,
}

/// Adds a line, on stable storage when this returns.
///
/// # Errors
/// What the file system says.
pub fn append(path: &Path, entry: &Entry) -> io::Result<()> {
    let mut line = serde_json::to_vec(entry).map_err(io::Error::other)?;
    line.push(b'\n');
    let mut file = OpenOptions::new()
        .read(true)
        .append(true)
        .create(true)
        .mode(0o600)
        .open(path)?;
    if is_torn(&mut file)? {
        line.insert(0, b'\n');
    }
    file.write_all(&line)?;
    file.sync_all()
}

/// Whether the last line was cut off by a crash: the next must not become a part of it.
fn is_torn(file: &mut File) -> io::Result<bool> {
    if file.metadata()?.len() == 0 {
        return Ok(false);
    }
    file.seek(SeekFrom::End(-1))?;
    let mut last = [0];
    file.read_exact(&mut last)?;
    Ok(last != *b"\n")
}

/// Every line that can be read, oldest first; none where there is no file.
///
/// # Errors
/// What the file system says.
pub fn read(path: &Path) -> io::Result<Vec<Entry>> {
    let bytes = match std::fs::read(path) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error),
    };
    let lines = bytes.split(|byte| *byte == b'\n');
    // A torn line, or one of a newer program, is passed over: the others are still true.
    Ok(lines
        .filter_map(|line| serde_json::from_slice(line).ok())
        .collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(words: &str) -> Entry {
        Entry {
            at: DateTime::from_timestamp(1_795_413_600, 0).unwrap(),
            who: "åse".to_owned(),
            act: Act::ToppedUp,
            date: NaiveDate::from_ymd_opt(2026, 11, 23),
            issue: None,
            words: words.to_owned(),
        }
    }

    #[test]
    fn lines_are_read_back_and_a_torn_one_costs_only_itself() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("journal.log");
        assert_eq!(read(&path).unwrap(), []);
        append(&path, &entry("en\nto")).unwrap();
        let whole = std::fs::read_to_string(&path).unwrap();
        assert_eq!(
            whole,
            "{\"at\":\"2026-11-23T06:00:00Z\",\"who\":\"åse\",\"act\":\"topped-up\",\"date\":\"2026-11-23\",\
             \"issue\":null,\"words\":\"en\\nto\"}\n"
        );
        std::fs::write(&path, format!("{whole}{}", &whole[..20])).unwrap();
        append(&path, &entry("tre")).unwrap();
        assert_eq!(read(&path).unwrap(), [entry("en\nto"), entry("tre")]);
        std::fs::write(&path, b"\xff\n{}\n[]\n\n").unwrap();
        assert_eq!(read(&path).unwrap(), []);
    }

    #[test]
    fn the_journal_is_its_owners_alone() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("journal.log");
        append(&path, &entry("")).unwrap();
        let mode = std::fs::metadata(&path).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
}
