//! The subscriber files looked over and not read: enough to say whether they hold a send.

use std::time::SystemTime;

use super::{FileStamp, Folder, Known, folder::are_settled, until_still, walk::Survey};
use crate::domain::fault::Fault;

/// The files of a folder, each looked over.
#[derive(Debug)]
pub struct Surveyed {
    folder: Folder,
    known: Known,
    begun: SystemTime,
    stamps: Vec<FileStamp>,
    survey: Survey,
}

impl Surveyed {
    /// Looks over every subscriber file of a folder, whose entries may name what is known.
    pub fn new(folder: &Folder, known: &Known) -> Self {
        Self::by(folder, known, || Survey::of(folder, known))
    }

    fn by(folder: &Folder, known: &Known, mut look: impl FnMut() -> Survey) -> Self {
        let survey = || {
            // Before the look: a file that changes meanwhile must show.
            let (begun, stamps) = (SystemTime::now(), folder.stamps());
            Self {
                folder: folder.clone(),
                known: known.clone(),
                begun,
                stamps,
                survey: look(),
            }
        };
        until_still(folder, survey, |surveyed| &surveyed.stamps)
    }

    /// What is wrong with whole files, or with the folder, and nothing else: as [`super::Roster::uncuttable`].
    pub fn uncuttable(&self) -> &[Fault] {
        &self.survey.uncuttable
    }

    /// What was found, where a folder's files, now of these stamps, are the very same and nothing was wrong with them.
    pub(super) fn if_still(
        self,
        folder: &Folder,
        known: &Known,
        stamps: &[FileStamp],
    ) -> Option<Survey> {
        // A file that cannot be looked at has no stamp, so its coming shows in the names alone.
        let all_are_stamped = folder
            .files()
            .is_ok_and(|names| names.len() == stamps.len());
        let is_same = (&self.folder, &self.known, &*self.stamps) == (folder, known, stamps);
        let is_sound = self.survey.uncuttable.is_empty();
        (all_are_stamped && is_same && is_sound && are_settled(stamps, self.begun))
            .then_some(self.survey)
    }
}

#[cfg(test)]
mod tests {
    use std::{fs, os::unix::fs::symlink, time::Duration};

    use super::*;
    use crate::{
        domain::topic::TopicId,
        roster::{Roster, SubscribersSettings, Visit},
    };

    const ANNA: &str = "[[subscriber]]\nemail = \"anna@k.example\"\n";
    const MERGE: &str = "[[subscriber]]\nemail = \"anna@k.example\"\n<<<<<<< ours\n";

    fn list() -> (tempfile::TempDir, Folder) {
        let home = tempfile::tempdir().unwrap();
        let folder = Folder::of(home.path(), &SubscribersSettings::default());
        fs::create_dir(&folder.path).unwrap();
        fs::write(folder.path.join("a.toml"), ANNA).unwrap();
        (home, folder)
    }

    /// A list looked over so many seconds after it was written.
    fn after(seconds: u64, folder: &Folder) -> Surveyed {
        let mut surveyed = Surveyed::new(folder, &Known::default());
        surveyed.begun += Duration::from_secs(seconds);
        surveyed
    }

    /// Lets a list change after it was looked over, and reads it: whether that gives what reading alone gives, and how
    /// many of its files hold a send.
    fn read_after(seconds: u64, change: impl Fn(&Folder)) -> (bool, usize) {
        let (_home, folder) = list();
        let surveyed = after(seconds, &folder);
        change(&folder);
        let (mut told, known) = (Vec::new(), Known::default());
        let mut tell = |visit| match visit {
            Visit::Anew => told.clear(),
            Visit::Reader(listed) => told.push(listed),
        };
        let roster = Roster::visit_surveyed(&folder, &known, Some(surveyed), &mut tell);
        let alone = Roster::read(&folder, &known);
        let same = (told, &roster.uncuttable) == (alone.entries, &alone.uncuttable);
        (same, roster.uncuttable.len())
    }

    #[test]
    fn files_that_changed_since_are_looked_over_again() {
        for seconds in [0, 60] {
            assert_eq!(read_after(seconds, |_| {}), (true, 0));
            let spoil = |folder: &Folder| fs::write(folder.path.join("a.toml"), MERGE).unwrap();
            assert_eq!(read_after(seconds, spoil), (true, 1));
            let add = |folder: &Folder| fs::write(folder.path.join("b.toml"), MERGE).unwrap();
            assert_eq!(read_after(seconds, add), (true, 1));
            let take = |folder: &Folder| fs::remove_file(folder.path.join("a.toml")).unwrap();
            assert_eq!(read_after(seconds, take), (true, 0));
            let lead_nowhere =
                |folder: &Folder| symlink("nowhere", folder.path.join("b.toml")).unwrap();
            assert_eq!(read_after(seconds, lead_nowhere), (true, 1));
            let all = |folder: &Folder| fs::remove_dir_all(&folder.path).unwrap();
            assert_eq!(read_after(seconds, all), (true, 1));
        }
    }

    #[test]
    fn a_file_that_changed_while_it_was_looked_over_is_looked_over_again() {
        let (_home, folder) = list();
        let (known, mut looks, mut looked) = (Known::default(), 0, SystemTime::UNIX_EPOCH);
        let surveyed = Surveyed::by(&folder, &known, || {
            looks += 1;
            looked = SystemTime::now();
            let survey = Survey::of(&folder, &known);
            if looks == 1 {
                fs::write(folder.path.join("a.toml"), MERGE).unwrap();
            }
            survey
        });
        assert_eq!((looks, surveyed.uncuttable().len()), (2, 1));
        assert!(surveyed.begun <= looked);
    }

    #[test]
    fn what_was_found_counts_for_the_same_sound_files_alone_and_for_none_just_written() {
        let (_home, folder) = list();
        let (known, stamps) = (Known::default(), folder.stamps());
        let counts = |seconds: u64, folder: &Folder, known: &Known, stamps: &[FileStamp]| {
            let found = after(seconds, folder).if_still(folder, known, stamps);
            found.map(|survey| survey.entries())
        };
        assert_eq!(counts(60, &folder, &known, &stamps), Some(1));
        assert_eq!(counts(0, &folder, &known, &stamps), None, "just written");
        assert_eq!(counts(60, &folder, &known, &[]), None);
        let others = Known {
            topics: Some(vec![TopicId("skole".into())]),
            ..Known::default()
        };
        assert_eq!(counts(60, &folder, &others, &stamps), None);
        let (_other_home, other) = list();
        let elsewhere = after(60, &folder).if_still(&other, &known, &stamps);
        assert!(elsewhere.is_none());
        fs::write(folder.path.join("a.toml"), MERGE).unwrap();
        let stamps = folder.stamps();
        assert_eq!(counts(60, &folder, &known, &stamps), None, "it holds");
    }
}
