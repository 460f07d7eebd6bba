//! An entry on its way to the end of a file, which stays in its place however long it is.
//!
//! What is put there is noted on stable storage before; done, the note becomes the copy by which the edit can be taken
//! back. A write that is cut short, by a kill between two pages or a power cut, leaves a part of the entry in the file:
//! nobody who reads the files takes it for one ([`part_from`]), and the next edit takes it away ([`settle`]).

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Read as _, Seek as _, SeekFrom, Write as _},
    path::{Path, PathBuf},
    time::{Duration, SystemTime},
};

use serde::Deserialize;

use super::undo;
use crate::roster::folder::{FileStamp, Folder};

/// The note's name, in the folder of the copies.
pub(super) const NOTE: &str = "adding";

/// How long after its note a command may still be writing. What changed later was changed by somebody else.
const AT_WORK: Duration = Duration::from_secs(60);

/// What is put at the end of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Adding {
    /// The file's name in its folder.
    file: PathBuf,
    /// Where the file ended.
    at: u64,
    text: String,
    noted: SystemTime,
}

/// How much of it stands there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stands {
    Whole,
    /// It ends with the file, and is not whole.
    Partly,
    Not,
}

/// Puts a text at the end of a file. Where the file is no longer the one that was looked at, before or after, says
/// `false`: then it has the text no more.
///
/// # Errors
/// It cannot be written; a part of it may stand there.
pub(super) fn append(path: &Path, stamp: &FileStamp, text: &str) -> io::Result<bool> {
    let mut file = match OpenOptions::new().read(true).append(true).open(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(false),
        file => file?,
    };
    if !stamp.is_of(path) || !stamp.is_place_of(&file.metadata()?) {
        return Ok(false);
    }
    let adding = Adding {
        file: PathBuf::new(),
        at: stamp.size,
        text: text.to_owned(),
        noted: SystemTime::now(),
    };
    file.write_all(text.as_bytes())?;
    file.sync_data()?;
    adding.stays(&mut file, path, stamp)
}

/// Where the part begins that a write which was cut short left at the end of a file; `None` where there is none.
pub(in crate::roster) fn part_from(copies: &Path, folder: &Path, name: &Path) -> Option<u64> {
    let adding = Adding::noted(copies).ok()??;
    let mut file = (adding.file == name)
        .then(|| File::open(folder.join(name)))?
        .ok()?;
    let stands = adding.stands_in(&mut file).ok()?;
    (stands == Stands::Partly).then_some(adding.at)
}

/// Takes away what a killed command left of an entry; one that stands there whole can be taken back from now on. The
/// caller holds the lock that keeps other commands out.
///
/// # Errors
/// What the file system says.
pub fn settle(folder: &Folder, copies: &Path) -> io::Result<()> {
    let Some(adding) = Adding::noted(copies)? else {
        return Ok(());
    };
    let path = folder.path.join(&adding.file);
    let opened = OpenOptions::new().read(true).write(true).open(path);
    let mut file = match opened {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return forget(copies),
        file => file?,
    };
    match adding.stands_in(&mut file)? {
        Stands::Whole => {
            file.sync_data()?;
            undo::number(copies, &copies.join(NOTE))
        }
        Stands::Partly => {
            file.set_len(adding.at)?;
            file.sync_all()?;
            forget(copies)
        }
        Stands::Not => forget(copies),
    }
}

fn forget(copies: &Path) -> io::Result<()> {
    fs::remove_file(copies.join(NOTE))
}

impl Adding {
    /// What a command noted that has not ended.
    fn noted(copies: &Path) -> io::Result<Option<Self>> {
        /// The note is the copy of an edit of one file.
        #[derive(Deserialize)]
        struct Step {
            files: [Taken; 1],
        }
        #[derive(Deserialize)]
        struct Taken {
            file: PathBuf,
            length: u64,
            added: String,
        }
        let note = copies.join(NOTE);
        let bytes = match fs::read(&note) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            bytes => bytes?,
        };
        let no_note =
            |why: String| io::Error::other(format!("`{}` does not read: {why}", note.display()));
        let Step { files: [taken] } =
            serde_json::from_slice(&bytes).map_err(|error| no_note(error.to_string()))?;
        let at = taken.length.checked_sub(taken.added.len() as u64);
        Ok(Some(Self {
            file: taken.file,
            at: at.ok_or_else(|| no_note("it is longer than its file".to_owned()))?,
            text: taken.added,
            noted: fs::metadata(&note)?.modified()?,
        }))
    }

    /// Where it ends.
    fn end(&self) -> u64 {
        self.at + self.text.len() as u64
    }

    /// Whether what was just put into a file stands in the one that lies in its place. If somebody put another there
    /// meanwhile, or is writing it anew, it is taken away again.
    fn stays(&self, file: &mut File, path: &Path, stamp: &FileStamp) -> io::Result<bool> {
        let is_whole = self.stands_in(file)? == Stands::Whole;
        let is_in_place = fs::metadata(path).is_ok_and(|found| stamp.is_place_of(&found));
        if is_whole && !is_in_place && file.metadata()?.len() == self.end() {
            file.set_len(self.at)?;
        }
        Ok(is_whole && is_in_place)
    }

    fn stands_in(&self, file: &mut File) -> io::Result<Stands> {
        let metadata = file.metadata()?;
        let length = metadata.len();
        if length <= self.at {
            return Ok(Stands::Not);
        }
        let mut found = Vec::new();
        file.seek(SeekFrom::Start(self.at))?;
        file.take(self.text.len() as u64).read_to_end(&mut found)?;
        let text = self.text.as_bytes();
        if found == text {
            return Ok(Stands::Whole);
        }
        let alike = found.iter().zip(text).take_while(|(a, b)| a == b).count();
        // Some file systems know after a power cut that a file grew, and not by what: then it has zeros there.
        let is_part = found[alike..].iter().all(|octet| *octet == 0);
        let is_ours = metadata.modified()? <= self.noted + AT_WORK;
        Ok(match is_part && is_ours && length <= self.end() {
            true => Stands::Partly,
            false => Stands::Not,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::roster::{
        Known, ListFile, Roster,
        edit::{
            Keeping, Presence, plan_add, plan_undo,
            trial::{add, draft, folder, keeping},
        },
    };

    const OLD: &str = "# the list\r\n\r\n[[subscriber]]\r\nemail = \"bo@k.example\"\r\n# bo's\r\n";

    /// A folder with one file, with a reader added and the note of that still there.
    struct World {
        _newsletter: tempfile::TempDir,
        folder: Folder,
        path: PathBuf,
        copies: PathBuf,
        new: Vec<u8>,
        note: Vec<u8>,
    }

    impl World {
        fn new() -> Self {
            let (newsletter, folder) = folder(&[("a.toml", OLD)]);
            let copies = keeping(&folder).folder;
            add(&folder, "anna@k.example").unwrap();
            let path = folder.path.join("a.toml");
            let world = Self {
                new: fs::read(&path).unwrap(),
                note: fs::read(copies.join("000001.json")).unwrap(),
                _newsletter: newsletter,
                folder,
                path,
                copies,
            };
            world.killed(&world.new);
            world
        }

        /// Leaves the file as a killed command may leave it.
        fn killed(&self, text: &[u8]) {
            let _ = fs::remove_file(self.copies.join("000001.json"));
            fs::write(self.copies.join(NOTE), &self.note).unwrap();
            fs::write(&self.path, text).unwrap();
        }

        fn readers(&self) -> (usize, usize) {
            let roster = Roster::read(&self.folder, &Known::default());
            assert!(roster.uncuttable.is_empty(), "{:?}", roster.uncuttable);
            (roster.entries.len(), roster.refused)
        }

        fn settled(&self) -> Vec<u8> {
            settle(&self.folder, &self.copies).unwrap();
            assert!(!self.copies.join(NOTE).exists());
            fs::read(&self.path).unwrap()
        }
    }

    #[test]
    fn cut_short_anywhere_an_entry_is_nobodys_until_the_next_edit_takes_it_away() {
        let world = World::new();
        for length in OLD.len() + 1..world.new.len() {
            let mut zeros = world.new.clone();
            zeros[length..].fill(0);
            for text in [&world.new[..length], &zeros] {
                world.killed(text);
                assert_eq!(world.readers(), (1, 0), "{length}");
                let file = ListFile::read(&world.folder, "a.toml".as_ref(), &Known::default());
                assert_eq!(file.unwrap().text, OLD);
                assert_eq!(world.settled(), OLD.as_bytes());
            }
        }
        assert!(plan_undo(&world.folder, &Known::default(), &world.copies).is_err());
    }

    #[test]
    fn an_entry_that_stands_whole_is_a_readers_and_can_be_taken_back() {
        let world = World::new();
        assert_eq!(world.readers(), (2, 0));
        assert_eq!(world.settled(), world.new);
        let undoing = plan_undo(&world.folder, &Known::default(), &world.copies).unwrap();
        undoing.apply().unwrap();
        assert_eq!(fs::read(&world.path).unwrap(), OLD.as_bytes());
    }

    #[test]
    fn a_command_killed_before_it_wrote_leaves_no_trace() {
        let world = World::new();
        world.killed(OLD.as_bytes());
        assert_eq!(world.readers(), (1, 0));
        assert_eq!(world.settled(), OLD.as_bytes());
        fs::remove_file(&world.path).unwrap();
        fs::write(world.copies.join(NOTE), &world.note).unwrap();
        settle(&world.folder, &world.copies).unwrap();
        assert!(!world.copies.join(NOTE).exists());
    }

    #[test]
    fn what_a_hand_wrote_since_is_read_and_left_alone() {
        let world = World::new();
        let part = String::from_utf8(world.new[..world.new.len() - 9].to_vec()).unwrap();
        for text in [
            format!("{part}e\"\r\n"),
            format!("# by hand\r\n{part}"),
            format!("{OLD}\r\n[[subscriber]]\r\nemail = \"ib@k.example\"\r\n"),
            OLD[..14].to_owned(),
        ] {
            world.killed(text.as_bytes());
            let file = ListFile::read(&world.folder, "a.toml".as_ref(), &Known::default());
            assert_eq!(file.unwrap().text, text);
            assert_eq!(world.settled(), text.as_bytes());
        }
        // What stands behind where the entry would have ended is nobody's part of it.
        let mut longer = world.new.clone();
        longer[part.len()..].fill(0);
        longer.extend(b"# by hand\r\n");
        world.killed(&longer);
        assert_eq!(world.settled(), longer);
    }

    #[test]
    fn an_entry_that_a_hand_shortened_later_is_read_and_left_alone() {
        let world = World::new();
        let text = &world.new[..world.new.len() - 2];
        world.killed(text);
        let file = File::options().append(true).open(&world.path).unwrap();
        let later = SystemTime::now() + 2 * AT_WORK;
        file.set_times(fs::FileTimes::new().set_modified(later))
            .unwrap();
        assert_eq!(world.readers(), (2, 0));
        assert_eq!(world.settled(), text);
    }

    #[test]
    fn what_was_put_into_a_file_that_somebody_replaced_is_put_into_the_other_one() {
        let (_newsletter, folder) = folder(&[("a.toml", OLD)]);
        let path = folder.path.join("a.toml");
        let stamp = FileStamp::of(&path).unwrap();
        let adding = Adding {
            file: PathBuf::new(),
            at: stamp.size,
            text: "\r\n# new\r\n".to_owned(),
            noted: SystemTime::now(),
        };
        let mut file = OpenOptions::new()
            .read(true)
            .append(true)
            .open(&path)
            .unwrap();
        file.write_all(adding.text.as_bytes()).unwrap();
        assert!(adding.stays(&mut file, &path, &stamp).unwrap());
        // An editor keeps the old file beside the one it saves.
        let backup = folder.path.join("a.toml~");
        fs::rename(&path, &backup).unwrap();
        fs::write(&path, "# by hand\n").unwrap();
        assert!(!adding.stays(&mut file, &path, &stamp).unwrap());
        assert_eq!(fs::read_to_string(&backup).unwrap(), OLD);
        assert_eq!(fs::read_to_string(&path).unwrap(), "# by hand\n");
        assert!(!append(&path, &stamp, "# new\n").unwrap());
        assert!(!append(&folder.path.join("no.toml"), &stamp, "# new\n").unwrap());
    }

    #[test]
    fn a_note_that_cannot_be_kept_lets_nothing_be_written() {
        let (_newsletter, folder) = folder(&[("a.toml", OLD)]);
        let keeping = Keeping {
            folder: folder.path.join("a.toml/undo"),
            ..keeping(&folder)
        };
        let plan = || {
            let presence = &mut Presence::unread();
            plan_add(
                &folder,
                &Known::default(),
                &draft("anna@k.example"),
                None,
                presence,
            )
        };
        let made = super::super::make(&folder, &keeping, || plan().map(|change| vec![change]));
        assert!(made.is_err());
        assert_eq!(fs::read_to_string(folder.path.join("a.toml")).unwrap(), OLD);
    }
}
