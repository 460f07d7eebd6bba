//! Which reader's address was changed to which: `state/moves.log`, so that a reader's history can be told whole.
//!
//! A line is `TIME KEY-ID OLD-ID NEW-ID`, parted by single blanks. It names nobody. A line that does not read says
//! nothing: it was being written when the process was killed.

use std::{
    fs::{self, OpenOptions},
    io::{self, Write as _},
    os::unix::fs::OpenOptionsExt as _,
    path::Path,
};

use chrono::{DateTime, SecondsFormat, Utc};

use crate::domain::key::SubscriberId;

/// One change of an address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Move {
    /// When it was made.
    pub at: DateTime<Utc>,
    /// The id of the key both ids were made with.
    pub key_id: String,
    /// The reader under the old address.
    pub old: SubscriberId,
    /// The reader under the new one.
    pub new: SubscriberId,
}

impl Move {
    /// Notes it, durable when this returns.
    ///
    /// # Errors
    /// What the file system says.
    pub fn append(&self, path: &Path) -> io::Result<()> {
        let is_torn = match fs::read(path) {
            Ok(bytes) => bytes.last().is_some_and(|byte| *byte != b'\n'),
            Err(error) if error.kind() == io::ErrorKind::NotFound => false,
            Err(error) => return Err(error),
        };
        let mut file = OpenOptions::new()
            .append(true)
            .create(true)
            .mode(0o600)
            .open(path)?;
        let at = self.at.to_rfc3339_opts(SecondsFormat::Secs, true);
        let end = if is_torn { "\n" } else { "" };
        let (old, new) = (self.old.hex(), self.new.hex());
        file.write_all(format!("{end}{at} {} {old} {new}\n", self.key_id).as_bytes())?;
        file.sync_all()
    }

    /// Every id a reader has had, the newest first, beginning with the one given.
    ///
    /// # Errors
    /// What the file system says.
    pub fn ids(path: &Path, reader: SubscriberId) -> io::Result<Vec<SubscriberId>> {
        let text = match fs::read(path) {
            Ok(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(vec![reader]),
            Err(error) => return Err(error),
        };
        let mut ids = vec![reader];
        // From the newest: an address that was given up and taken again is followed once.
        for line in text.lines().rev() {
            if let Some(moved) = Self::from_line(line)
                && ids.last() == Some(&moved.new)
                && !ids.contains(&moved.old)
            {
                ids.push(moved.old);
            }
        }
        Ok(ids)
    }

    fn from_line(line: &str) -> Option<Self> {
        let mut words = line.split(' ');
        let (at, key_id, old, new) = (words.next()?, words.next()?, words.next()?, words.next()?);
        Some(Self {
            at: DateTime::parse_from_rfc3339(at).ok()?.with_timezone(&Utc),
            key_id: key_id.to_owned(),
            old: SubscriberId::from_hex(old)?,
            new: SubscriberId::from_hex(new)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reader_is_followed_through_every_address_and_a_torn_line_says_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("moves.log");
        let id = |number: u8| SubscriberId([number; 32]);
        let moved = |old: u8, new: u8| Move {
            at: DateTime::UNIX_EPOCH,
            key_id: "0a1b2c3d".into(),
            old: id(old),
            new: id(new),
        };
        assert_eq!(Move::ids(&path, id(1)).unwrap(), [id(1)]);
        moved(1, 2).append(&path).unwrap();
        let whole = fs::read_to_string(&path).unwrap();
        fs::write(&path, format!("{whole}1970-01-01T00:00:00Z 0a1b2c3d 09")).unwrap();
        moved(7, 8).append(&path).unwrap();
        moved(2, 3).append(&path).unwrap();
        assert_eq!(Move::ids(&path, id(3)).unwrap(), [id(3), id(2), id(1)]);
        assert_eq!(Move::ids(&path, id(2)).unwrap(), [id(2), id(1)]);
        assert_eq!(Move::ids(&path, id(1)).unwrap(), [id(1)]);
    }
}
