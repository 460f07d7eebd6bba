//! A state folder in one file: a tar archive that begins with a list of what is in it.
//!
//! The ledger is copied first, as it stood at one instant, and everything else after it: marks and suppressions then say
//! as much as the ledger or more, which recovery can take, and never less, which would send a letter twice.

mod restore;
mod tar;

use std::{
    fs::{self, File},
    io::{self, BufReader, BufWriter, Read, Write as _},
    path::{Path, PathBuf},
};

use aws_lc_rs::digest::{Context, SHA256};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

pub use restore::{Restore, Restored, Told};

use super::{
    Read as _, StoreError,
    atomic::sync_folder,
    sqlite::{PeekError, Progress, SqliteStore},
    state::StateFolder,
};
use crate::domain::key::hex;

/// The name of the list, the archive's first file.
const LIST: &str = "overblik-backup.json";

/// The form of the archives this program writes.
const FORM: u32 = 1;

/// What an archive says of itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contents {
    /// The form of the archive.
    pub form: u32,
    /// The newsletter, by its `list_id`.
    pub newsletter: String,
    /// When it was made.
    pub made_at: DateTime<Utc>,
    /// How far its ledger has come; `None` where there is none.
    pub ledger: Option<Progress>,
    /// The newest issue in it.
    pub newest_issue: Option<String>,
    /// Its files, in order.
    pub files: Vec<Packed>,
}

/// One file of an archive.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Packed {
    /// Its place in the state folder.
    pub name: String,
    /// Its octets.
    pub size: u64,
    /// The SHA-256 of its octets, in hex.
    pub sha256: String,
}

/// Why an archive could not be made or put back.
#[derive(Debug, thiserror::Error)]
pub enum ArchiveError {
    /// The file system's words.
    #[error("`{path}` cannot be read or written")]
    Io {
        /// The file.
        path: String,
        /// Why.
        source: io::Error,
    },
    /// The ledger's words.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The ledger in the folder could not be looked at.
    #[error(transparent)]
    Peek(#[from] PeekError),
    /// There is no state folder, or nothing in it.
    #[error("there is nothing to back up")]
    Nothing,
    /// The archive would lie in what it copies.
    #[error("the archive would lie in the state folder itself")]
    Inside,
    /// The file is no archive of ours, or has lost something.
    #[error("is no whole backup: {0}")]
    NotWhole(String),
    /// It was made by a newer program.
    #[error("was made by a newer program (form {0})")]
    Newer(u32),
    /// It is another newsletter's.
    #[error("is a backup of the newsletter `{0}`")]
    OtherNewsletter(String),
    /// The folder has come further than the backup.
    #[error("the state folder has come further than the backup: {0}")]
    Behind(String),
    /// Another key stands outside the state folder.
    #[error("the key file has another key than the backup")]
    OtherKey(PathBuf),
}

impl ArchiveError {
    /// What to do about it.
    pub fn remedy(&self) -> &'static str {
        match self {
            Self::Io { .. } => {
                "nothing in the state folder has changed for the worse; mend it and run it again"
            }
            Self::Store(error) => error.remedy(),
            Self::Peek(error) => error.remedy(),
            Self::Nothing => {
                "name the newsletter by `--config`; the state folder is made by the first send"
            }
            Self::Inside => "name a file outside of it, best on another machine",
            Self::NotWhole(_) => "take another backup",
            Self::Newer(_) => "use the newer program",
            Self::OtherNewsletter(_) => {
                "name that newsletter by `--config`, or take its own backup"
            }
            Self::Behind(_) => {
                "letters would be sent twice; where it must be, run it again with `--over-newer`"
            }
            Self::OtherKey(_) => {
                "move that file away when the backup's key is the right one: links sent with the other then break"
            }
        }
    }
}

fn io_at(path: &Path) -> impl FnOnce(io::Error) -> ArchiveError {
    let path = path.display().to_string();
    move |source| ArchiveError::Io { path, source }
}

/// Writes a state folder to a new file, for its owner alone. A run may be at work meanwhile.
///
/// # Errors
/// As [`ArchiveError`] says; no file is then left.
pub fn write(
    state: &StateFolder,
    newsletter: &str,
    to: &Path,
    now: DateTime<Utc>,
) -> Result<Contents, ArchiveError> {
    let folder = match to.parent() {
        Some(parent) if parent != Path::new("") => parent.to_owned(),
        _ => PathBuf::from("."),
    };
    let real = |path: &Path| fs::canonicalize(path).map_err(io_at(path));
    if !state.path().is_dir() {
        return Err(ArchiveError::Nothing);
    }
    if real(&folder)?.starts_with(real(state.path())?) {
        return Err(ArchiveError::Inside);
    }
    // Beside the archive, where there must be room for it, and for its owner alone.
    let staging = tempfile::Builder::new()
        .prefix(".overblik-")
        .tempdir_in(&folder)
        .map_err(io_at(&folder))?;
    let mut contents = Contents {
        form: FORM,
        newsletter: newsletter.to_owned(),
        made_at: now,
        ledger: None,
        newest_issue: None,
        files: Vec::new(),
    };
    stage_ledger(state, staging.path(), &mut contents)?;
    for name in names(state)? {
        stage(
            &state.path().join(&name),
            staging.path(),
            &name,
            &mut contents,
        )?;
    }
    if let Some(key) = state.key_file()
        && !contents.files.iter().any(|file| file.name == "key")
    {
        stage(key, staging.path(), "key", &mut contents)?;
    }
    if contents.files.is_empty() {
        return Err(ArchiveError::Nothing);
    }
    pack(staging.path(), &contents, &folder, to)?;
    Ok(contents)
}

fn stage_ledger(
    state: &StateFolder,
    staging: &Path,
    contents: &mut Contents,
) -> Result<(), ArchiveError> {
    if !state.ledger().exists() {
        return Ok(());
    }
    let copy = staging.join("ledger.db");
    SqliteStore::snapshot(&state.ledger(), &copy)?;
    let Some(store) = SqliteStore::peek(&copy)? else {
        return fs::remove_file(&copy).map_err(io_at(&copy));
    };
    contents.ledger = Some(store.progress()?);
    contents.newest_issue = store.issues()?.last().map(|issue| issue.key.to_string());
    drop(store);
    contents.files.push(packed(&copy, "ledger.db")?);
    Ok(())
}

/// The files of the folder that outlive a run, the ledger's own aside, sorted.
fn names(state: &StateFolder) -> Result<Vec<String>, ArchiveError> {
    let mut found = Vec::new();
    let mut folders = vec![String::new()];
    while let Some(within) = folders.pop() {
        let path = state.path().join(&within);
        for entry in fs::read_dir(&path).map_err(io_at(&path))? {
            let entry = entry.map_err(io_at(&path))?;
            let Ok(name) = entry.file_name().into_string() else {
                continue;
            };
            let name = format!("{within}{name}");
            if !outlives_a_run(&name) {
                continue;
            }
            // What is gone meanwhile, such as the marks of a run that ended, is no longer needed.
            match fs::metadata(entry.path()) {
                Ok(about) if about.is_dir() => folders.push(format!("{name}/")),
                Ok(about) if about.is_file() => found.push(name),
                _ => {}
            }
        }
    }
    found.sort();
    Ok(found)
}

/// Whether a file or folder of the state folder belongs to the newsletter, not to a run or to an earlier restore.
fn outlives_a_run(name: &str) -> bool {
    let passing = ["ledger.db", restore::ASIDE, ".", "restor"];
    let is_passing = passing.iter().any(|start| name.starts_with(start));
    !is_passing
        && !name.ends_with(".lock")
        && !["listing", "held", "sentinel.json"].contains(&name)
        && !name.ends_with(".tmp")
}

/// Copies one file aside; one that is gone is left out.
fn stage(
    from: &Path,
    staging: &Path,
    name: &str,
    contents: &mut Contents,
) -> Result<(), ArchiveError> {
    let mut bytes = match fs::read(from) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(io_at(from)(error)),
    };
    if name.ends_with(".log") {
        // A line that is being written is not in it.
        let whole = bytes.iter().rposition(|byte| *byte == b'\n');
        bytes.truncate(whole.map_or(0, |end| end + 1));
    }
    let copy = staging.join(name);
    if let Some(parent) = copy.parent() {
        fs::create_dir_all(parent).map_err(io_at(parent))?;
    }
    fs::write(&copy, bytes).map_err(io_at(&copy))?;
    contents.files.push(packed(&copy, name)?);
    Ok(())
}

fn packed(path: &Path, name: &str) -> Result<Packed, ArchiveError> {
    let mut file = BufReader::new(File::open(path).map_err(io_at(path))?);
    let (mut hash, mut size, mut part) = (Context::new(&SHA256), 0, vec![0; 64 * 1024]);
    loop {
        let read = file.read(&mut part).map_err(io_at(path))?;
        let Some(bytes) = part.get(..read).filter(|bytes| !bytes.is_empty()) else {
            break;
        };
        hash.update(bytes);
        size += read as u64;
    }
    Ok(Packed {
        name: name.to_owned(),
        size,
        sha256: hex(hash.finish().as_ref()),
    })
}

/// Writes the archive beside its place and gives it its name when it is whole and on stable storage.
fn pack(staging: &Path, contents: &Contents, folder: &Path, to: &Path) -> Result<(), ArchiveError> {
    let temporary = tempfile::Builder::new()
        .prefix(".overblik-")
        .suffix(".tmp")
        .tempfile_in(folder)
        .map_err(io_at(folder))?;
    let write = || -> io::Result<()> {
        let seconds = u64::try_from(contents.made_at.timestamp()).unwrap_or(0);
        let mut out = BufWriter::new(temporary.as_file());
        let mut list = serde_json::to_vec_pretty(contents).map_err(io::Error::other)?;
        list.push(b'\n');
        let size = list.len() as u64;
        tar::head(&mut out, LIST, size, seconds)?;
        out.write_all(&list)?;
        tar::pad(&mut out, size)?;
        for file in &contents.files {
            tar::head(&mut out, &file.name, file.size, seconds)?;
            io::copy(&mut File::open(staging.join(&file.name))?, &mut out)?;
            tar::pad(&mut out, file.size)?;
        }
        tar::end(&mut out)?;
        out.flush()?;
        temporary.as_file().sync_all()
    };
    write().map_err(io_at(to))?;
    temporary
        .persist_noclobber(to)
        .map_err(|error| io_at(to)(error.error))?;
    sync_folder(folder).map_err(io_at(folder))
}
