//! Putting an archive back: read and checked whole before the first file moves.

use std::{
    collections::HashSet,
    fs::{self, File, OpenOptions},
    io::{self, BufReader, Read, Seek as _, Write},
    os::unix::fs::OpenOptionsExt as _,
    path::{Component, Path, PathBuf},
};

use aws_lc_rs::digest::{Context, SHA256};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::{ArchiveError, Contents, FORM, LIST, io_at, tar};
use crate::{
    domain::key::hex,
    store::{
        atomic::sync_folder,
        kept,
        sqlite::{Progress, SqliteStore},
        state::StateFolder,
    },
};

/// What the folders begin with that hold what a restore took the place of.
pub(super) const ASIDE: &str = "before-restore-";

/// The most octets the list of an archive has.
const LONGEST_LIST: u64 = 16 * 1024 * 1024;

/// An archive that was read to its end and is whole.
#[derive(Debug)]
pub struct Restore {
    /// What it says of itself.
    pub contents: Contents,
    path: PathBuf,
    file: File,
}

/// What a person said about a folder that has come further than the archive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Told {
    /// Nothing: such a folder is left alone.
    Nothing,
    /// To put the older state in its place.
    OverNewer,
}

/// That a state folder came from an archive, as `state/restored.json` keeps it until a person says that this copy is the
/// real one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Restored {
    /// When the archive was made.
    pub made_at: DateTime<Utc>,
    /// When it was put back.
    pub at: DateTime<Utc>,
}

impl Restore {
    /// Reads an archive and checks every octet of it; nothing is written.
    ///
    /// # Errors
    /// A file that is no whole archive of this newsletter, or one of a newer program.
    pub fn read(path: &Path, newsletter: &str) -> Result<Self, ArchiveError> {
        let mut file = File::open(path).map_err(io_at(path))?;
        let mut from = BufReader::new(&mut file);
        let contents = list(&mut from).map_err(|error| about(path, error))?;
        if contents.form > FORM {
            return Err(ArchiveError::Newer(contents.form));
        }
        if contents.newsletter != newsletter {
            return Err(ArchiveError::OtherNewsletter(contents.newsletter));
        }
        each(&mut from, &contents, &mut |_| Ok(Box::new(io::sink())))
            .map_err(|error| about(path, error))?;
        drop(from);
        Ok(Self {
            contents,
            path: path.to_owned(),
            file,
        })
    }

    /// What a state folder knows that the archive does not; `None` where that is nothing, and where its ledger is damaged.
    ///
    /// # Errors
    /// A ledger that cannot be looked at, and another key outside the folder.
    pub fn is_behind(&self, state: &StateFolder) -> Result<Option<String>, ArchiveError> {
        let there = match SqliteStore::peek(&state.ledger()) {
            Ok(None) => return Ok(None),
            Ok(Some(store)) => store.progress()?,
            Err(crate::store::sqlite::PeekError::Store(crate::store::StoreError::Damaged(_))) => {
                return Ok(None);
            }
            Err(error) => return Err(error.into()),
        };
        let here = self.contents.ledger.unwrap_or_default();
        Ok(there.is_beyond(&here).then(|| further(&there, &here)))
    }

    /// Puts the archive in the folder's place; whoever calls it holds the folder's locks. What stood there is kept in a
    /// folder of its own, whose place is given. Readers who left since the archive was made stay away.
    ///
    /// # Errors
    /// As [`ArchiveError`] says. Cut off before the end, the folder has a file `restoring`, and is not to be sent from
    /// until it is restored again.
    pub fn put(
        mut self,
        state: &StateFolder,
        told: Told,
        now: DateTime<Utc>,
    ) -> Result<Option<PathBuf>, ArchiveError> {
        if told == Told::Nothing
            && let Some(why) = self.is_behind(state)?
        {
            return Err(ArchiveError::Behind(why));
        }
        state.make().map_err(io_at(state.path()))?;
        let unpacked = tempfile::Builder::new()
            .prefix(".restore-")
            .tempdir_in(state.path())
            .map_err(io_at(state.path()))?;
        self.unpack(unpacked.path())?;
        settle_key(state, unpacked.path())?;
        for log in ["suppressions.log", "journal.log"] {
            keep_lines(state, unpacked.path(), log)?;
        }
        let ledger = unpacked.path().join("ledger.db");
        if ledger.exists() {
            SqliteStore::take_over(&ledger)?;
        }
        let restored = Restored {
            made_at: self.contents.made_at,
            at: now,
        };
        let note = unpacked.path().join("restored.json");
        kept::write(&note, &restored).map_err(|error| io_at(&note)(io::Error::other(error)))?;
        File::create(state.restoring())
            .and_then(|file| file.sync_all())
            .map_err(io_at(&state.restoring()))?;
        sync_folder(state.path()).map_err(io_at(state.path()))?;
        let aside = set_aside(state, now)?;
        move_in(unpacked.path(), state.path())?;
        fs::remove_file(state.restoring()).map_err(io_at(&state.restoring()))?;
        sync_folder(state.path()).map_err(io_at(state.path()))?;
        Ok(aside)
    }

    fn unpack(&mut self, folder: &Path) -> Result<(), ArchiveError> {
        self.file.rewind().map_err(io_at(&self.path))?;
        let mut from = BufReader::new(&mut self.file);
        let again = list(&mut from).map_err(|error| about(&self.path, error))?;
        if again != self.contents {
            return Err(ArchiveError::NotWhole(
                "it changed while it was read".into(),
            ));
        }
        each(&mut from, &again, &mut |name| {
            let path = folder.join(name);
            if let Some(parent) = path.parent() {
                fs::create_dir_all(parent)?;
            }
            let file = OpenOptions::new()
                .write(true)
                .create_new(true)
                .mode(0o600)
                .open(path)?;
            Ok(Box::new(Synced(file)))
        })
        .map_err(|error| about(&self.path, error))
    }
}

/// A file that is on stable storage when it is flushed.
struct Synced(File);

impl Write for Synced {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.sync_all()
    }
}

fn about(path: &Path, error: io::Error) -> ArchiveError {
    match error.kind() {
        io::ErrorKind::InvalidData | io::ErrorKind::UnexpectedEof => {
            ArchiveError::NotWhole(match error.kind() {
                io::ErrorKind::UnexpectedEof => "it ends before its end".into(),
                _ => error.to_string(),
            })
        }
        _ => io_at(path)(error),
    }
}

fn wrong(what: impl Into<String>) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, what.into())
}

/// The list an archive begins with.
fn list(from: &mut impl Read) -> io::Result<Contents> {
    let found = tar::next(from)?.filter(|(name, size)| name == LIST && *size <= LONGEST_LIST);
    let (_, size) = found.ok_or_else(|| wrong(format!("it does not begin with `{LIST}`")))?;
    let mut text = Vec::new();
    from.by_ref().take(size).read_to_end(&mut text)?;
    tar::skip_padding(from, size)?;
    serde_json::from_slice(&text).map_err(|error| wrong(format!("`{LIST}`: {error}")))
}

/// Where the octets of a file of the archive go.
type Places<'a> = &'a mut dyn FnMut(&str) -> io::Result<Box<dyn Write>>;

/// Reads the files in the list's order, each compared with what the list says of it.
fn each(from: &mut impl Read, contents: &Contents, into: Places<'_>) -> io::Result<()> {
    for file in &contents.files {
        let stays_inside = Path::new(&file.name)
            .components()
            .all(|part| matches!(part, Component::Normal(_)));
        if !stays_inside || file.name.is_empty() {
            return Err(wrong(format!("the name `{}`", file.name)));
        }
        match tar::next(from)? {
            Some((name, size)) if name == file.name && size == file.size => {}
            _ => return Err(wrong(format!("`{}` is not where the list says", file.name))),
        }
        let mut out = into(&file.name)?;
        let (mut hash, mut left, mut part) = (Context::new(&SHA256), file.size, vec![0; 64 * 1024]);
        while left > 0 {
            let most = usize::try_from(left).unwrap_or(usize::MAX).min(part.len());
            let bytes = part.get_mut(..most).unwrap_or_default();
            from.read_exact(bytes)?;
            hash.update(bytes);
            out.write_all(bytes)?;
            left -= most as u64;
        }
        out.flush()?;
        tar::skip_padding(from, file.size)?;
        if hex(hash.finish().as_ref()) != file.sha256 {
            return Err(wrong(format!(
                "`{}` has other octets than the list says",
                file.name
            )));
        }
    }
    match tar::next(from)? {
        None => Ok(()),
        Some((name, _)) => Err(wrong(format!("`{name}` is not on the list"))),
    }
}

fn further(there: &Progress, here: &Progress) -> String {
    let more = |what: &str, there: i64, here: i64| {
        (there > here).then(|| format!("{} {what} more", there - here))
    };
    let parts = [
        more("issues", there.issues, here.issues),
        more("runs", there.runs, here.runs),
        more("ranges of letters", there.claims, here.claims),
    ];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    match parts.as_slice() {
        [] => "an issue was done or cancelled since".to_owned(),
        parts => parts.join(", "),
    }
}

/// A key outside the folder is written there where none stands, and must be the same where one does.
fn settle_key(state: &StateFolder, unpacked: &Path) -> Result<(), ArchiveError> {
    let own = unpacked.join("key");
    let Ok(bytes) = fs::read(&own) else {
        return Ok(());
    };
    let Some(outside) = state
        .key_file()
        .filter(|file| *file != state.path().join("key"))
    else {
        return Ok(());
    };
    match fs::read(outside) {
        Ok(there) if there == bytes => {}
        Ok(_) => return Err(ArchiveError::OtherKey(outside.to_owned())),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let mut options = OpenOptions::new();
            options.write(true).create_new(true).mode(0o600);
            options
                .open(outside)
                .and_then(|mut file| file.write_all(&bytes).and_then(|()| file.sync_all()))
                .map_err(io_at(outside))?;
        }
        Err(error) => return Err(io_at(outside)(error)),
    }
    fs::remove_file(&own).map_err(io_at(&own))
}

/// A reader's word is not taken back, nor what people decided: lines of a log that the archive does not have are put
/// behind those it has.
fn keep_lines(state: &StateFolder, unpacked: &Path, log: &str) -> Result<(), ArchiveError> {
    let mut logs = vec![state.path().join(log)];
    if state.restoring().exists() {
        // A restore was cut off: the log may have been set aside by it.
        let aside = entries(state.path())?;
        let aside = aside.iter().filter(|name| name.starts_with(ASIDE));
        logs.extend(aside.map(|name| state.path().join(name).join(log)));
    }
    let path = unpacked.join(log);
    let mut kept = fs::read(&path).unwrap_or_default();
    for there in logs {
        match fs::read(&there) {
            Ok(lines) => add_lines(&mut kept, lines),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(io_at(&there)(error)),
        }
    }
    let write = || -> io::Result<()> {
        let mut options = OpenOptions::new();
        options.write(true).create(true).truncate(true).mode(0o600);
        let mut file = options.open(&path)?;
        file.write_all(&kept)?;
        file.sync_all()
    };
    match kept.is_empty() {
        true => Ok(()),
        false => write().map_err(io_at(&path)),
    }
}

/// Adds to a log the lines of another that it does not have.
fn add_lines(kept: &mut Vec<u8>, there: Vec<u8>) {
    // The log only grows, so one usually begins as the other does; another order than its own could undo a leave.
    if there.starts_with(kept) {
        *kept = there;
    } else if !kept.starts_with(&there) {
        let known = kept.clone();
        let known: HashSet<&[u8]> = known.split(|byte| *byte == b'\n').collect();
        let lines = there.split(|byte| *byte == b'\n');
        for line in lines.filter(|line| !line.is_empty() && !known.contains(line)) {
            kept.extend(line);
            kept.push(b'\n');
        }
    }
}

/// The folders in which earlier restores set aside what they took the place of: it names readers.
///
/// # Errors
/// What the file system says.
pub fn set_aside_before(state: &StateFolder) -> Result<Vec<PathBuf>, ArchiveError> {
    let mut names = entries(state.path())?;
    names.retain(|name| name.starts_with(ASIDE));
    names.sort();
    Ok(names.iter().map(|name| state.path().join(name)).collect())
}

/// Moves what stands in the folder into a folder of its own; `None` where nothing does.
fn set_aside(state: &StateFolder, now: DateTime<Utc>) -> Result<Option<PathBuf>, ArchiveError> {
    let aside = state.path().join(format!(
        "before-restore-{}",
        now.format("%Y%m%dT%H%M%S%3fZ")
    ));
    let mut moved = None;
    for name in entries(state.path())? {
        let stays = [ASIDE, ".restore-", "restoring"]
            .iter()
            .any(|start| name.starts_with(start));
        if stays || name.ends_with(".lock") {
            continue;
        }
        if moved.is_none() {
            fs::create_dir(&aside).map_err(io_at(&aside))?;
            moved = Some(aside.clone());
        }
        fs::rename(state.path().join(&name), aside.join(&name)).map_err(io_at(&aside))?;
    }
    Ok(moved)
}

fn move_in(unpacked: &Path, folder: &Path) -> Result<(), ArchiveError> {
    for name in entries(unpacked)? {
        let place = folder.join(&name);
        fs::rename(unpacked.join(&name), &place).map_err(io_at(&place))?;
    }
    sync_folder(folder).map_err(io_at(folder))
}

fn entries(folder: &Path) -> Result<Vec<String>, ArchiveError> {
    let mut names = Vec::new();
    for entry in fs::read_dir(folder).map_err(io_at(folder))? {
        let name = entry.map_err(io_at(folder))?.file_name();
        names.extend(name.into_string());
    }
    Ok(names)
}
