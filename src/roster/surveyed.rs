//! The subscriber files looked over and not read: enough to say whether they hold a send.

use std::time::SystemTime;

use super::{FileStamp, Folder, Known, folder::are_settled, until_still, walk::Survey};
use crate::domain::fault::Fault;

/// The files of a folder, each looked over.
#[derive(Debug)]
pub struct Surveyed {
    survey: Survey,
    stamps: Vec<FileStamp>,
    begun: SystemTime,
}

impl Surveyed {
    /// Looks over every subscriber file of a folder, whose entries may name what is known.
    pub fn new(folder: &Folder, known: &Known) -> Self {
        let survey = || Self {
            begun: SystemTime::now(),
            stamps: folder.stamps(),
            survey: Survey::of(folder, known),
        };
        until_still(folder, survey, |surveyed| &surveyed.stamps)
    }

    /// What is wrong with whole files, or with the folder, and nothing else: as [`super::Roster::uncuttable`].
    pub fn uncuttable(&self) -> &[Fault] {
        &self.survey.uncuttable
    }

    /// What was found, where files that have these stamps now are the very same.
    pub(super) fn of(self, stamps: &[FileStamp]) -> Option<Survey> {
        (self.stamps == stamps && are_settled(&self.stamps, self.begun)).then_some(self.survey)
    }
}

#[cfg(test)]
mod tests {
    use std::{fs, time::Duration};

    use super::*;
    use crate::roster::{Roster, SubscribersSettings, Visit};

    const ANNA: &str = "[[subscriber]]\nemail = \"anna@k.example\"\n";
    const MERGE: &str = "[[subscriber]]\nemail = \"anna@k.example\"\n<<<<<<< ours\n";

    /// Looks a list over as if so many seconds after it was written, lets it change, and reads it: whether the readers and
    /// what holds them are as after reading alone, and how many hold.
    fn read_after(seconds: u64, change: impl Fn(&Folder)) -> (bool, usize) {
        let home = tempfile::tempdir().unwrap();
        let folder = Folder::of(home.path(), &SubscribersSettings::default());
        fs::create_dir(&folder.path).unwrap();
        fs::write(folder.path.join("a.toml"), ANNA).unwrap();
        let known = Known::default();
        let mut surveyed = Surveyed::new(&folder, &known);
        surveyed.begun += Duration::from_secs(seconds);
        change(&folder);
        let mut told = Vec::new();
        let roster =
            Roster::visit_surveyed(&folder, &known, Some(surveyed), &mut |visit| match visit {
                Visit::Anew => told.clear(),
                Visit::Reader(listed) => told.push(listed),
            });
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
        }
    }

    #[test]
    fn what_was_found_counts_for_the_same_files_alone_and_for_none_just_written() {
        let home = tempfile::tempdir().unwrap();
        let folder = Folder::of(home.path(), &SubscribersSettings::default());
        fs::create_dir(&folder.path).unwrap();
        fs::write(folder.path.join("a.toml"), ANNA).unwrap();
        let stamps = folder.stamps();
        let surveyed = |seconds| {
            let mut surveyed = Surveyed::new(&folder, &Known::default());
            surveyed.begun += Duration::from_secs(seconds);
            surveyed
        };
        assert!(surveyed(60).of(&stamps).is_some_and(|it| it.entries() == 1));
        assert!(surveyed(0).of(&stamps).is_none(), "it was just written");
        assert!(surveyed(60).of(&[]).is_none());
    }
}
