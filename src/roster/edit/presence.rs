//! Whether a reader stands in the subscriber files already.

use std::path::PathBuf;

use super::{Change, EditError, files::lines_of, refused};
use crate::{
    domain::{
        address::Address,
        fault::Fault,
        key::{SigningKey, SubscriberId},
    },
    roster::{
        FileStamp, Folder, Known, ListFile, Listing, cut::Chunk, kept::KeptListing, no_folder,
        quick,
    },
};

/// Who stands in the subscriber files, for whoever adds a reader: as it is kept, else as the files say.
///
/// What was just written by a hand may be missed, where a file system's clock ticks slowly: then a reader stands twice,
/// which costs nobody a letter and which `check` names.
#[derive(Debug)]
pub struct Presence {
    kept: Option<Kept>,
    /// As the last look found it.
    found: Option<Listing>,
}

#[derive(Debug)]
struct Kept {
    key: SigningKey,
    /// What sending keeps, and what adding does.
    listings: [KeptListing; 2],
}

impl Presence {
    /// Of which nothing is kept: the files are read.
    pub fn unread() -> Self {
        Self {
            kept: None,
            found: None,
        }
    }

    /// Kept by sending and by adding, each in a file of its own, under a key and by what entries may name.
    pub fn kept(key: &SigningKey, known: &Known, by_sending: PathBuf, by_adding: PathBuf) -> Self {
        let listing = |path| KeptListing::new(path, key, known);
        Self {
            kept: Some(Kept {
                key: key.clone(),
                listings: [listing(by_sending), listing(by_adding)],
            }),
            found: None,
        }
    }

    /// The files as they were when every one of them could be cut and a reader stood in none.
    ///
    /// # Errors
    /// [`EditError::Refused`]: the reader stands there already, or a file cannot be cut.
    pub(super) fn none_of(
        &mut self,
        reader: &Address,
        folder: &Folder,
        known: &Known,
    ) -> Result<Vec<FileStamp>, EditError> {
        let stamps = folder.stamps();
        self.found = self.kept.as_ref().and_then(|kept| {
            let id = kept.id(reader);
            let listings = kept.listings.iter();
            let mut found = listings.filter_map(|listing| listing.of(&stamps));
            found.next().filter(|listing| !listing.has(&id))
        });
        if self.found.is_none() {
            let readers = self.read(reader, folder, known)?;
            // Files that changed while they were read are not known.
            if self.kept.is_some() && folder.stamps() == stamps {
                self.found = Some(Listing::of(stamps.clone(), &readers));
            }
        }
        Ok(stamps)
    }

    /// Reads the files, one held at a time; gives everybody who stands there, where that can be kept.
    fn read(
        &self,
        reader: &Address,
        folder: &Folder,
        known: &Known,
    ) -> Result<Vec<SubscriberId>, EditError> {
        let names = folder
            .files()
            .map_err(|error| refused(no_folder(folder, &error)))?;
        let (mut readers, mut faults, mut second) = (Vec::new(), Vec::new(), None);
        for name in names {
            let file = match ListFile::read(folder, &name, known) {
                Ok(file) => file,
                Err(fault) => {
                    faults.push(fault);
                    continue;
                }
            };
            if second.is_none() {
                let line = lines_of(&file, reader, known)?.first().copied();
                second = line.map(|line| stands_already(reader, &file.shown, line));
            }
            if let Some(kept) = &self.kept {
                for chunk in &file.cut.chunks {
                    readers.extend(address_of(&file, chunk, known)?.map(|found| kept.id(&found)));
                }
            }
        }
        match second {
            _ if !faults.is_empty() => Err(EditError::Refused(faults)),
            Some(second) => Err(refused(second)),
            None => Ok(readers),
        }
    }

    /// Keeps that a reader was added, where no file but the one changed, and that one by nothing else.
    pub fn keep(&mut self, reader: &Address, folder: &Folder, change: &Change) {
        let (Some(kept), Some(mut listing)) = (&self.kept, self.found.take()) else {
            return;
        };
        let stamps = folder.stamps();
        let is_it = |stamp: &&FileStamp| change.is_of(stamp);
        let others = |stamps: &[FileStamp]| -> Vec<FileStamp> {
            stamps
                .iter()
                .filter(|stamp| !is_it(stamp))
                .cloned()
                .collect()
        };
        let now = stamps.iter().find(is_it);
        if others(&stamps) == others(&listing.stamps) && now.is_some_and(|now| change.leaves(now)) {
            listing.insert(&kept.id(reader));
            listing.stamps = stamps;
            kept.listings[1].keep_for_now(&listing);
        }
    }
}

impl Kept {
    fn id(&self, reader: &Address) -> SubscriberId {
        self.key.subscriber_id(&reader.folded())
    }
}

/// Whose an entry is, sound or faulty.
fn address_of(file: &ListFile, chunk: &Chunk, known: &Known) -> Result<Option<Address>, EditError> {
    match quick::written(chunk.of(&file.text)) {
        Some(written) => Ok(Address::parse(written).ok()),
        None => file
            .entry(chunk, known)
            .map(|entry| entry.address)
            .map_err(refused),
    }
}

fn stands_already(reader: &Address, shown: &str, line: usize) -> Fault {
    Fault::error(format!("`{}` stands already", reader.masked()))
        .in_file(shown)
        .at_line(line)
        .for_key("email")
        .remedy("change the entry that stands there")
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::roster::edit::{
        make, plan_add,
        trial::{address, draft, folder, keeping},
    };

    fn entry(name: &str) -> String {
        format!("[[subscriber]]\nemail = \"{name}@k.example\"\n")
    }

    fn presence(folder: &Folder) -> Presence {
        Presence::kept(
            &SigningKey::new([2; 32]),
            &Known::default(),
            folder.path.join("../listing"),
            folder.path.join("../presence"),
        )
    }

    /// Adds a reader, and keeps that.
    fn add(folder: &Folder, name: &str) -> Result<(), EditError> {
        let (mut presence, known) = (presence(folder), Known::default());
        let email = format!("{name}@k.example");
        let made = make(folder, &keeping(folder), || {
            plan_add(folder, &known, &draft(&email), None, &mut presence).map(|change| vec![change])
        })?;
        presence.keep(&address(&email), folder, &made[0]);
        Ok(())
    }

    #[test]
    fn who_was_added_is_kept_and_no_file_is_read_for_the_next() {
        let (_newsletter, folder) = folder(&[("a.toml", &entry("bo")), ("b.toml", &entry("ib"))]);
        add(&folder, "anna").unwrap();
        let known = Known::default();
        let none_of = |name: &str| {
            let reader = address(&format!("{name}@k.example"));
            presence(&folder).none_of(&reader, &folder, &known)
        };
        for name in ["anna", "Anna", "bo", "ib"] {
            assert!(none_of(name).is_err(), "{name}");
        }
        // A file of the same stamp is not looked at: what is kept says all.
        let mut other = presence(&folder);
        let stamps = other
            .none_of(&address("cia@k.example"), &folder, &known)
            .unwrap();
        other.found = Some(Listing::of(stamps.clone(), &[]));
        let kept = other.kept.as_ref().unwrap();
        kept.listings[1].keep_for_now(other.found.as_ref().unwrap());
        assert_eq!(none_of("bo").unwrap(), stamps);
        // A hand's change is.
        fs::write(folder.path.join("b.toml"), entry("eva")).unwrap();
        assert!(none_of("bo").is_err() && none_of("eva").is_err());
        assert!(none_of("ib").is_ok());
        add(&folder, "ib").unwrap();
        assert!(none_of("ib").is_err() && none_of("anna").is_err());
    }

    #[test]
    fn a_reader_added_while_a_hand_was_at_work_is_not_kept() {
        for file in ["a.toml", "b.toml"] {
            let (_newsletter, folder) = folder(&[("a.toml", &entry("bo")), ("b.toml", "")]);
            let (mut presence, known) = (presence(&folder), Known::default());
            let made = make(&folder, &keeping(&folder), || {
                let draft = draft("anna@k.example");
                plan_add(&folder, &known, &draft, None, &mut presence).map(|change| vec![change])
            });
            let path = folder.path.join(file);
            let text = fs::read_to_string(&path).unwrap();
            fs::write(&path, text + &entry("cia")).unwrap();
            presence.keep(&address("anna@k.example"), &folder, &made.unwrap()[0]);
            assert!(!folder.path.join("../presence").exists(), "{file}");
        }
    }

    #[test]
    fn every_entrys_reader_is_kept_however_it_is_written() {
        let text = "[[subscriber]]\nemail = \"BO@K.example\"\n[[subscriber]]\nemail = 'ib@k.example'\n\
                    [[subscriber]]\nname = \"x\"\nemail = \"\\u0061nna@k.example\"\nfrequency = \"dialy\"\n\
                    [[subscriber]]\nemail = \"cia@bl\u{e5}b\u{e6}r.example\"\n[[subscriber]]\nemail = \"nobody\"\n";
        let (_newsletter, folder) = folder(&[("a.toml", text)]);
        add(&folder, "eva").unwrap();
        let known = Known::default();
        for reader in [
            "bo@k.example",
            "ib@k.example",
            "anna@k.example",
            "cia@xn--blbr-roah.example",
            "eva@k.example",
        ] {
            let refused = presence(&folder).none_of(&address(reader), &folder, &known);
            assert!(matches!(refused, Err(EditError::Refused(_))), "{reader}");
            // It is the kept listing that knows.
            let id = SigningKey::new([2; 32]).subscriber_id(&address(reader).folded());
            let kept = presence(&folder).kept.unwrap();
            let listing = kept.listings[1].of(&folder.stamps()).unwrap();
            assert!(listing.has(&id), "{reader}");
        }
    }
}
