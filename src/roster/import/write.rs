//! Writes an import at the end of one subscriber file, as one act that can be taken back.

use std::{
    fs::File,
    io::{self, BufWriter, Read as _, Seek as _, SeekFrom, Write as _},
    path::{Path, PathBuf},
};

use super::{Import, Report, read};
use crate::{
    domain::{fault::Fault, key::Sha256},
    roster::{
        edit::{AROUND, Appended, EditError, Keeping, file_name, refused},
        folder::{Extent, FileStamp},
        stream::{self, Unread},
    },
    store::atomic::prepare_with,
};

/// Whether rows that cannot be taken over keep the others out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Faulty {
    /// Nothing is written.
    Stops,
    /// They are left out.
    IsLeftOut,
}

/// Adds every new reader of an export to a subscriber file, whole or not at all. `agreed` is asked when all is read and
/// nothing is in its place yet: it writes what must be durable before.
///
/// # Errors
/// As [`read`]; and faulty rows, where they are not to be left out (the report says which).
pub fn write(
    import: &Import<'_>,
    path: &Path,
    file: &str,
    faulty: Faulty,
    keeping: &Keeping,
    agreed: &mut dyn FnMut() -> Result<(), EditError>,
) -> Result<Report, EditError> {
    let name = file_name(import.folder, file)?;
    let (target, shown) = (import.folder.path.join(&name), import.folder.shown(&name));
    let error = |source| EditError::Write {
        path: shown.clone(),
        source,
    };
    let stamp = match FileStamp::of(&target) {
        Ok(stamp) => Some(stamp),
        Err(missing) if missing.kind() == io::ErrorKind::NotFound => None,
        Err(source) => return Err(error(source)),
    };
    let entries = |path: &Path| match stream::survey(&Extent::whole(path), import.known) {
        Ok(sound) => Ok(sound.entries as u64),
        Err(Unread::Io(source)) => Err(error(source)),
        Err(Unread::Uncuttable(why)) => Err(refused(why.fault().in_file(&shown))),
    };
    let before = if stamp.is_some() {
        entries(&target)?
    } else {
        0
    };
    let mut outcome = None;
    let prepared = prepare_with(&target, |temporary| {
        let mut end = End::of(&target, stamp.is_some(), temporary).map_err(error)?;
        let report = read(import, path, &mut |entry| end.entry(entry).map_err(error))?;
        let appended = end.finish(name.clone()).map_err(error)?;
        outcome = Some((report, appended));
        Ok::<(), WriteError>(())
    });
    let prepared = prepared.map_err(|failed| match failed {
        WriteError::Edit(failed) => failed,
        WriteError::Io(source) => error(source),
    })?;
    let Some((report, appended)) = outcome else {
        return Err(EditError::Unproven(shown));
    };
    if faulty == Faulty::Stops && report.faulty > 0 {
        return Err(EditError::Refused(faults_of(&report)));
    }
    if entries(prepared.path())? != before + report.added {
        return Err(EditError::Unproven(shown));
    }
    agreed()?;
    if report.added == 0 {
        return Ok(report);
    }
    let kept = keeping.keep_appended(&appended)?;
    let done = match &stamp {
        Some(stamp) => prepared
            .commit_over(|path| stamp.is_of(path))
            .map_err(error)?,
        None => prepared.commit_new().map(|()| true).map_err(error)?,
    };
    if done {
        Ok(report)
    } else {
        Keeping::drop(&kept);
        Err(EditError::Restless(shown))
    }
}

fn faults_of(report: &Report) -> Vec<Fault> {
    let mut faults = report.faults.clone();
    faults.push(
        Fault::error(format!(
            "{} of {} rows cannot be taken over, so none was",
            report.faulty, report.rows
        ))
        .remedy("mend them, or leave them out with `--skip-faulty`"),
    );
    faults
}

#[derive(Debug)]
enum WriteError {
    Io(io::Error),
    Edit(EditError),
}

impl From<io::Error> for WriteError {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

impl From<EditError> for WriteError {
    fn from(error: EditError) -> Self {
        Self::Edit(error)
    }
}

/// The end of a file that is being written, and the hash of what is put there.
struct End<'a> {
    to: BufWriter<&'a mut File>,
    at: usize,
    put: usize,
    above: usize,
    hash: Sha256,
    newline: &'static str,
    /// What parts the next entry from what stands above.
    owed: &'static str,
}

impl<'a> End<'a> {
    /// The end of a copy of a file.
    fn of(target: &Path, exists: bool, temporary: &'a mut File) -> io::Result<Self> {
        let (mut at, mut tail) = (0, Vec::new());
        if exists {
            let mut from = File::open(target)?;
            at = io::copy(&mut from, temporary)?;
            from.seek(SeekFrom::Start(at.saturating_sub(AROUND as u64)))?;
            from.read_to_end(&mut tail)?;
        }
        let is_empty = at == 0;
        let newline = if tail.ends_with(b"\r\n") {
            "\r\n"
        } else {
            "\n"
        };
        let mut hash = Sha256::new();
        hash.update(&tail);
        let owed = match (is_empty, tail.ends_with(b"\n"), newline) {
            (true, ..) => "",
            (false, true, newline) => newline,
            (false, false, _) => "\n\n",
        };
        Ok(Self {
            to: BufWriter::with_capacity(128 * 1024, temporary),
            at: usize::try_from(at).map_err(io::Error::other)?,
            put: 0,
            above: tail.len(),
            hash,
            newline,
            owed,
        })
    }

    fn entry(&mut self, entry: &str) -> io::Result<()> {
        self.put(self.owed)?;
        if self.newline == "\n" {
            self.put(entry)?;
        } else {
            self.put(&entry.replace('\n', self.newline))?;
        }
        self.owed = self.newline;
        Ok(())
    }

    fn put(&mut self, text: &str) -> io::Result<()> {
        self.hash.update(text.as_bytes());
        self.put += text.len();
        self.to.write_all(text.as_bytes())
    }

    fn finish(mut self, file: PathBuf) -> io::Result<Appended> {
        self.to.flush()?;
        Ok(Appended {
            file,
            at: self.at,
            put: self.put,
            above: self.above,
            hash: self.hash.hex(),
        })
    }
}
