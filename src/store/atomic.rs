//! Replaces a file so that a reader, or a crash at any moment, finds the old one or the new one, whole.

use std::{
    fs::{self, File, Permissions},
    io::{self, Write},
    os::unix::fs::{MetadataExt, PermissionsExt, fchown},
    path::{Path, PathBuf},
};

use rustix::{
    fs::{CWD, RenameFlags, renameat_with},
    io::Errno,
};
use tempfile::NamedTempFile;

/// A file written and fsynced beside its place, not yet in it. Dropped, it is gone.
#[derive(Debug)]
pub struct Prepared {
    temporary: NamedTempFile,
    target: PathBuf,
    folder: PathBuf,
}

/// Writes a file whole: beside its place, fsync, rename, fsync of the folder. A link is followed to its
/// target; the permissions of an existing file stay, and its owner where the process may give files away.
///
/// # Errors
/// The folder is missing or cannot be written to; the old file is then as it was.
pub fn write_atomically(path: &Path, bytes: &[u8]) -> io::Result<()> {
    prepare(path, bytes)?.commit()
}

/// Writes the bytes beside their place.
///
/// # Errors
/// The folder is missing or cannot be written to.
pub fn prepare(path: &Path, bytes: &[u8]) -> io::Result<Prepared> {
    prepare_with(path, |file| file.write_all(bytes))
}

/// Lets somebody write beside the file's place, so that not all of it need be in memory at once.
///
/// # Errors
/// The folder is missing or cannot be written to, or what the writer says.
pub fn prepare_with<E: From<io::Error>>(
    path: &Path,
    write: impl FnOnce(&mut File) -> Result<(), E>,
) -> Result<Prepared, E> {
    let target = target_of(path)?;
    let folder = match target.parent() {
        Some(parent) if parent != Path::new("") => parent.to_owned(),
        _ => PathBuf::from("."),
    };
    let existing = match fs::metadata(&target) {
        Ok(metadata) => Some(metadata),
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        Err(error) => return Err(error.into()),
    };
    // Hidden, and not named like what it will be: nobody reads it by mistake.
    let mut temporary = tempfile::Builder::new()
        .prefix(".overblik-")
        .suffix(".tmp")
        .permissions(Permissions::from_mode(
            existing.as_ref().map_or(0o666, |_| 0o600),
        ))
        .tempfile_in(&folder)?;
    write(temporary.as_file_mut())?;
    if let Some(existing) = existing {
        keep_owner_and_permissions(temporary.as_file(), &existing)?;
    }
    temporary.as_file().sync_all()?;
    Ok(Prepared {
        temporary,
        target,
        folder,
    })
}

impl Prepared {
    /// Puts the file in its place, over what stands there.
    ///
    /// # Errors
    /// The rename or the fsync of the folder failed.
    pub fn commit(self) -> io::Result<()> {
        self.temporary.persist(&self.target)?;
        sync_folder(&self.folder)
    }

    /// Puts the file in its place if what stands there `is_expected`, and says whether it did. What came meanwhile
    /// goes back to its place: the two files are exchanged (`renameat2(2)`), so that nobody's is lost between the
    /// look and the act. Where the file system cannot exchange, the look is just before the act.
    ///
    /// # Errors
    /// The exchange or the fsync of the folder failed.
    pub fn commit_over(self, is_expected: impl Fn(&Path) -> bool) -> io::Result<bool> {
        if !is_expected(&self.target) {
            return Ok(false);
        }
        let beside = self.temporary.path();
        let ours = fs::metadata(beside)?.ino();
        match exchange(beside, &self.target) {
            Ok(()) => {}
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(false),
            Err(error) if cannot_exchange(&error) => return self.commit().map(|()| true),
            Err(error) => return Err(error),
        }
        if is_expected(beside) {
            sync_folder(&self.folder)?;
            return Ok(true);
        }
        exchange(beside, &self.target)?;
        // Somebody was faster again: what lies beside is then theirs, and newer than what was put back.
        if fs::metadata(beside)?.ino() != ours {
            exchange(beside, &self.target)?;
        }
        Ok(false)
    }

    /// Where it lies until then.
    pub fn path(&self) -> &Path {
        self.temporary.path()
    }

    /// Sets the file's permissions before it is in its place.
    ///
    /// # Errors
    /// What the file system says.
    pub fn restrict(&self, permissions: Permissions) -> io::Result<()> {
        self.temporary.as_file().set_permissions(permissions)
    }

    /// Puts the file in its place, if nothing stands there.
    ///
    /// # Errors
    /// [`io::ErrorKind::AlreadyExists`], or the rename or the fsync of the folder failed.
    pub fn commit_new(self) -> io::Result<()> {
        self.temporary.persist_noclobber(&self.target)?;
        sync_folder(&self.folder)
    }
}

/// Exchanges two files' names in one act.
fn exchange(one: &Path, other: &Path) -> io::Result<()> {
    renameat_with(CWD, one, CWD, other, RenameFlags::EXCHANGE).map_err(io::Error::from)
}

fn cannot_exchange(error: &io::Error) -> bool {
    let code = error.raw_os_error();
    [Errno::INVAL, Errno::NOSYS, Errno::OPNOTSUPP]
        .into_iter()
        .any(|known| code == Some(known.raw_os_error()))
}

/// Makes names made in a folder durable (`fsync(2)`: a file's own fsync does not cover its name).
///
/// # Errors
/// The folder cannot be opened or synced.
pub fn sync_folder(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

/// Where a path leads when it is a link, also one whose target is not there yet.
fn target_of(path: &Path) -> io::Result<PathBuf> {
    // As many hops as Linux follows.
    const HOPS: usize = 40;
    let mut target = path.to_owned();
    for _ in 0..HOPS {
        match fs::read_link(&target) {
            Ok(next) => target = target.parent().unwrap_or(Path::new("")).join(next),
            // Not a link, or nothing there.
            Err(_) => return Ok(target),
        }
    }
    Err(io::Error::other("too many links"))
}

fn keep_owner_and_permissions(file: &File, existing: &fs::Metadata) -> io::Result<()> {
    let new = file.metadata()?;
    if (new.uid(), new.gid()) != (existing.uid(), existing.gid()) {
        // Only a privileged process may; for others the file becomes theirs, as with any editor.
        let _ = fchown(file, Some(existing.uid()), Some(existing.gid()));
    }
    file.set_permissions(existing.permissions())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let mut names: Vec<String> = fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    #[test]
    fn a_kill_between_writing_and_renaming_leaves_the_old_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.toml");
        fs::write(&path, "old").unwrap();
        let prepared = prepare(&path, b"new").unwrap();
        // A killed process runs no destructors.
        std::mem::forget(prepared);
        assert_eq!(fs::read_to_string(&path).unwrap(), "old");
        let left = names(folder.path());
        assert!(left[0].starts_with('.') && left[1] == "a.toml", "{left:?}");
        write_atomically(&path, b"new").unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "new");
    }

    #[test]
    fn an_edit_given_up_leaves_nothing_behind() {
        let folder = tempfile::tempdir().unwrap();
        drop(prepare(&folder.path().join("a.toml"), b"new").unwrap());
        assert_eq!(names(folder.path()), Vec::<String>::new());
    }

    #[test]
    fn permissions_stay_and_links_are_followed() {
        let folder = tempfile::tempdir().unwrap();
        let (real, link) = (folder.path().join("real"), folder.path().join("link"));
        fs::write(&real, "old").unwrap();
        fs::set_permissions(&real, Permissions::from_mode(0o640)).unwrap();
        std::os::unix::fs::symlink("real", &link).unwrap();
        write_atomically(&link, b"new").unwrap();
        assert_eq!(fs::read_to_string(&real).unwrap(), "new");
        assert_eq!(fs::metadata(&real).unwrap().mode() & 0o777, 0o640);
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
    }

    #[test]
    fn a_file_saved_between_the_look_and_the_act_goes_back_to_its_place() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.toml");
        fs::write(&path, "old").unwrap();
        let old = fs::metadata(&path).unwrap().ino();
        let is_old = |path: &Path| fs::metadata(path).is_ok_and(|found| found.ino() == old);
        let prepared = prepare(&path, b"ours").unwrap();
        let looks = std::cell::Cell::new(0);
        let done = prepared.commit_over(|looked| {
            let expected = is_old(looked);
            looks.set(looks.get() + 1);
            if looks.get() == 1 {
                // An editor writes a file beside it and renames it.
                fs::write(folder.path().join("b"), "theirs").unwrap();
                fs::rename(folder.path().join("b"), &path).unwrap();
            }
            expected
        });
        assert!(!done.unwrap());
        assert_eq!(fs::read_to_string(&path).unwrap(), "theirs");
        assert_eq!(names(folder.path()), ["a.toml"]);
        let theirs = fs::metadata(&path).unwrap().ino();
        let prepared = prepare(&path, b"ours").unwrap();
        let is_theirs = |path: &Path| fs::metadata(path).is_ok_and(|found| found.ino() == theirs);
        assert!(prepared.commit_over(is_theirs).unwrap());
        assert_eq!(fs::read_to_string(&path).unwrap(), "ours");
        assert_eq!(names(folder.path()), ["a.toml"]);
    }

    #[test]
    fn a_new_file_does_not_overwrite_one_that_came_meanwhile() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.toml");
        let prepared = prepare(&path, b"new").unwrap();
        fs::write(&path, "theirs").unwrap();
        let error = prepared.commit_new().unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::AlreadyExists);
        assert_eq!(fs::read_to_string(&path).unwrap(), "theirs");
    }

    #[test]
    fn a_missing_folder_is_an_error() {
        let folder = tempfile::tempdir().unwrap();
        assert!(write_atomically(&folder.path().join("no/a"), b"x").is_err());
    }
}
