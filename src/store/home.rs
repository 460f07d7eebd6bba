//! Where a state folder is at home: what tells it from a copy of itself.
//!
//! The ledger says on which machine it was last sent from, where its folder lay, and how many runs were begun. A sentinel
//! repeats that number: one lies beside the ledger, so that a ledger put back alone is found to be behind it, and one may lie
//! elsewhere, so that a whole folder put back is.

use std::{fs, io, path::Path};

use serde::{Deserialize, Serialize};

use super::kept::{self, KeptError};
use crate::domain::key::{hex, sha256};

/// A state folder's home, as its ledger keeps it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Home {
    /// The machine, by a hash of its id under the salt; `None` where it has none.
    pub machine: Option<String>,
    /// What was hashed before the machine's id, so that the hash tells nothing to who has not got the folder.
    pub salt: String,
    /// Where the folder lies, links followed.
    pub path: String,
    /// How many runs were begun.
    pub counter: u64,
    /// The sentinel elsewhere that repeats the counter.
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
    /// How many runs were begun in it.
    pub counter: u64,
}

/// What programs that did not yet keep it in the ledger wrote in `state/home.json`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Former {
    /// The home.
    #[serde(flatten)]
    pub home: Home,
    /// The number of the ledger's newest run.
    pub run: i64,
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

    /// The same with this machine, where none was known.
    #[must_use]
    pub fn on_this_machine(self) -> Self {
        Self {
            machine: self.machine.or_else(|| machine(&self.salt)),
            ..self
        }
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

impl Former {
    /// Reads what an older program wrote; `None` when none did.
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

/// The machine's id, hashed: it is not to be told to others as it stands.
fn machine(salt: &str) -> Option<String> {
    let text = fs::read_to_string("/etc/machine-id").ok()?;
    let id = id_in(&text)?;
    Some(hex(&sha256(format!("{salt}{id}").as_bytes())))
}

/// The id in a file of machine-id(5). Images of containers and of first boots have it empty, or say `uninitialized`.
fn id_in(text: &str) -> Option<&str> {
    let id = text.trim();
    let is_id = id.len() == 32 && id.bytes().all(|byte| byte.is_ascii_hexdigit());
    (is_id && id.bytes().any(|byte| byte != b'0')).then_some(id)
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
        assert_eq!(elsewhere.clone().on_this_machine(), elsewhere);
        let none = Home {
            machine: None,
            ..elsewhere
        };
        assert_eq!(none.is_strange(&other).unwrap(), None);
        assert_eq!(none.on_this_machine().machine.is_some(), is_told);
    }

    #[test]
    fn a_machine_without_an_id_has_none() {
        let check = |text: &str, is_id: bool| assert_eq!(id_in(text).is_some(), is_id, "{text}");
        check("3d1219c7c4c5404aaa1f6d2a48adfda4\n", true);
        check("", false);
        check("\n", false);
        check("uninitialized\n", false);
        check("00000000000000000000000000000000\n", false);
        check("3d1219c7", false);
    }
}
