//! Where a state folder is at home: what tells it from a copy of itself.
//!
//! The folder says in `home.json` on which machine it was made, where it lies, how many runs it has seen and how far its
//! ledger has come. A sentinel, a small file elsewhere, repeats the number of runs, so that a folder put back from a copy is
//! found to be behind it.

use std::{fs, io, path::Path};

use serde::{Deserialize, Serialize};

use super::kept::{self, KeptError};
use crate::domain::key::{hex, sha256};

/// What `state/home.json` says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Home {
    /// The machine, by a hash of its id under the salt; `None` where it has none.
    pub machine: Option<String>,
    /// What was hashed before the machine's id, so that the hash tells nothing to who has not got the folder.
    pub salt: String,
    /// Where the folder lies, links followed.
    pub path: String,
    /// How many runs it has seen.
    pub counter: u64,
    /// The number of the ledger's newest run, as far as it is known.
    pub run: i64,
    /// The sentinel that repeats the counter.
    pub sentinel: Option<String>,
}

/// What a sentinel says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sentinel {
    /// The newsletter, by its `list_id`.
    pub newsletter: String,
    /// Where the state folder lies.
    pub path: String,
    /// How many runs it has seen.
    pub counter: u64,
}

impl Home {
    /// A folder's home on this machine, seen for the first time.
    ///
    /// # Errors
    /// The folder is not there.
    pub fn here(folder: &Path, salt: [u8; 16]) -> io::Result<Self> {
        let salt = hex(&salt);
        Ok(Self {
            machine: machine(&salt),
            salt,
            path: place(folder)?,
            counter: 0,
            run: 0,
            sentinel: None,
        })
    }

    /// Why the folder is not at home where it lies now; `None` where it is.
    ///
    /// # Errors
    /// The folder is not there.
    pub fn is_strange(&self, folder: &Path) -> io::Result<Option<String>> {
        let here = place(folder)?;
        // A machine without an id, such as many a container, cannot be told from another.
        if let (Some(known), Some(this)) = (&self.machine, machine(&self.salt))
            && *known != this
        {
            return Ok(Some("it was last sent from on another machine".to_owned()));
        }
        Ok((here != self.path).then(|| {
            format!(
                "it was last sent from in `{}`, and lies in `{here}`",
                self.path
            )
        }))
    }
}

impl Sentinel {
    /// Reads a sentinel; `None` when there is none.
    ///
    /// # Errors
    /// A file that cannot be read, or is none.
    pub fn read(path: &Path) -> Result<Option<Self>, KeptError> {
        kept::read(path)
    }
}

fn place(folder: &Path) -> io::Result<String> {
    Ok(fs::canonicalize(folder)?.display().to_string())
}

/// The machine's id (machine-id(5)), hashed: it is not to be told to others as it stands.
fn machine(salt: &str) -> Option<String> {
    let id = fs::read_to_string("/etc/machine-id").ok()?;
    let id = id.trim();
    let is_set = id.len() == 32 && id.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_set.then(|| hex(&sha256(format!("{salt}{id}").as_bytes())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_at_home_where_it_was_and_nowhere_else() {
        let folder = tempfile::tempdir().unwrap();
        let (one, other) = (folder.path().join("a"), folder.path().join("b"));
        fs::create_dir(&one).unwrap();
        let home = Home::here(&one, [7; 16]).unwrap();
        assert_eq!(home.is_strange(&one).unwrap(), None);
        std::os::unix::fs::symlink(&one, &other).unwrap();
        assert_eq!(home.is_strange(&other).unwrap(), None, "a link leads home");
        fs::remove_file(&other).unwrap();
        fs::rename(&one, &other).unwrap();
        let moved = home.is_strange(&other).unwrap().unwrap();
        assert!(moved.contains("/a`") && moved.contains("/b`"), "{moved}");
        assert!(home.is_strange(&one).is_err());
        let elsewhere = Home {
            machine: Some("another".to_owned()),
            ..Home::here(&other, [7; 16]).unwrap()
        };
        let is_told = machine("").is_some();
        assert_eq!(elsewhere.is_strange(&other).unwrap().is_some(), is_told);
        let none = Home {
            machine: None,
            ..elsewhere
        };
        assert_eq!(none.is_strange(&other).unwrap(), None);
    }
}
