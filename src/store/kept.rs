//! Small files of the state folder that are read and replaced whole: what a person or a run decided about issues.

use std::{
    fs,
    io::{self, Write as _},
    path::Path,
};

use serde::{Serialize, de::DeserializeOwned};

use super::atomic::write_atomically;

/// Why such a file could not be read or written.
#[derive(Debug, thiserror::Error)]
pub enum KeptError {
    /// The file system's words.
    #[error("the file cannot be read or written")]
    Io(#[source] io::Error),
    /// It holds something no version of this program writes.
    #[error("the file is damaged")]
    Damaged(#[source] serde_json::Error),
}

impl KeptError {
    /// What to do about it.
    pub fn remedy(&self) -> &'static str {
        match self {
            Self::Io(_) => "make room, and let the user that runs `overblik` read and write it",
            Self::Damaged(_) => {
                "put it back from a copy, or take it away: what it says is then forgotten"
            }
        }
    }
}

/// Reads a file; what an absent one says is the default.
///
/// # Errors
/// As [`KeptError`] says.
pub fn read<T: DeserializeOwned + Default>(path: &Path) -> Result<T, KeptError> {
    match fs::read(path) {
        Ok(bytes) => serde_json::from_slice(&bytes).map_err(KeptError::Damaged),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(T::default()),
        Err(error) => Err(KeptError::Io(error)),
    }
}

/// Replaces a file whole.
///
/// # Errors
/// The file system's words; the old file is then as it was.
pub fn write<T: Serialize>(path: &Path, kept: &T) -> Result<(), KeptError> {
    let mut bytes = serde_json::to_vec_pretty(kept).map_err(KeptError::Damaged)?;
    bytes.push(b'\n');
    write_atomically(path, &bytes).map_err(KeptError::Io)
}

/// Replaces a file whole, without waiting for the disk: for what a power cut may take.
///
/// # Errors
/// The file system's words; the old file is then as it was.
pub fn note<T: Serialize>(path: &Path, kept: &T) -> Result<(), KeptError> {
    let bytes = serde_json::to_vec_pretty(kept).map_err(KeptError::Damaged)?;
    let folder = path.parent().unwrap_or(Path::new("."));
    let mut file = tempfile::Builder::new()
        .prefix(".overblik-")
        .suffix(".tmp")
        .tempfile_in(folder)
        .map_err(KeptError::Io)?;
    file.write_all(&bytes).map_err(KeptError::Io)?;
    file.persist(path)
        .map_err(|error| KeptError::Io(error.error))?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_reads_back_and_an_absent_one_says_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x.json");
        assert_eq!(read::<Vec<String>>(&path).unwrap(), [] as [String; 0]);
        write(&path, &vec!["å"]).unwrap();
        assert_eq!(read::<Vec<String>>(&path).unwrap(), ["å"]);
        note(&path, &vec!["ø"]).unwrap();
        assert_eq!(read::<Vec<String>>(&path).unwrap(), ["ø"]);
        fs::write(&path, "[\"å").unwrap();
        let error = read::<Vec<String>>(&path).unwrap_err();
        assert!(matches!(error, KeptError::Damaged(_)));
    }
}
