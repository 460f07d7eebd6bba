//! A [`Listing`] kept from one run to the next, so that a run that is resumed need not read the files again.
//!
//! The file `state/listing`: 8 octets of magic `OVBLIST1`; 32 of HMAC-SHA-256, under the newsletter's key, over this
//! program's version, what entries may name, and all that follows; the number of subscriber files and of each its name
//! (with its length), size, times of writing and change (seconds and nanoseconds), device and inode; then the readers,
//! sorted, eight octets each. Numbers are big-endian, 64 bits.
//!
//! It is derived, and never a guess: torn, of another key, program or config, or of files that are no longer the same,
//! it says nothing, and the files are read. So it is written without a sync.

use std::{
    ffi::OsStr,
    fs::{self, OpenOptions},
    io::{self, Write as _},
    os::unix::{ffi::OsStrExt as _, fs::OpenOptionsExt as _},
    path::PathBuf,
};

use super::{FileStamp, Known, Listing, folder::are_settled};
use crate::domain::key::SigningKey;

const MAGIC: &[u8; 8] = b"OVBLIST1";
const HEAD: usize = 40;

/// Where the listing is kept, and what it depends on besides the files.
#[derive(Debug)]
pub(super) struct KeptListing {
    path: PathBuf,
    key: SigningKey,
    known: String,
}

impl KeptListing {
    /// A listing under a key, of files whose entries may name what is known.
    pub(super) fn new(path: PathBuf, key: &SigningKey, known: &Known) -> Self {
        Self {
            path,
            key: key.clone(),
            known: format!("{known:?}"),
        }
    }

    /// Who stands in files of these stamps; `None` when that is not kept.
    pub(super) fn of(&self, stamps: &[FileStamp]) -> Option<Listing> {
        let bytes = fs::read(&self.path).ok()?;
        let (head, body) = bytes.split_at_checked(HEAD)?;
        let stamped = in_octets(stamps);
        let readers = body.strip_prefix(stamped.as_slice())?;
        if head[..8] != MAGIC[..] || head[8..] != self.seal(body) {
            tracing::info!("the listing kept is another's or torn; the files are read");
            return None;
        }
        let (readers, []) = readers.as_chunks::<8>() else {
            return None;
        };
        Some(Listing {
            stamps: stamps.to_vec(),
            readers: readers.iter().copied().map(u64::from_be_bytes).collect(),
            is_whole: true,
            begun: None,
        })
    }

    /// Keeps a listing that was just made. What cannot be kept, or not be relied on later, is not: the files are then
    /// read again.
    pub(super) fn keep(&self, listing: &Listing) {
        if is_settled(listing) {
            self.keep_for_now(listing);
        }
    }

    /// Keeps a listing that may say nothing of a change in the very moment it was made: whoever goes by it must lose
    /// nobody by that.
    pub(super) fn keep_for_now(&self, listing: &Listing) {
        if !listing.is_whole {
            return;
        }
        if let Err(error) = self.write(listing) {
            tracing::warn!(%error, "who stands in the subscriber files cannot be kept for the next run");
        }
    }

    fn write(&self, listing: &Listing) -> io::Result<()> {
        let mut body = in_octets(&listing.stamps);
        body.reserve_exact(8 * listing.readers.len());
        for reader in &listing.readers {
            body.extend_from_slice(&reader.to_be_bytes());
        }
        // One sender at a time writes here: what a killed one left is written over.
        let beside = self.path.with_extension("new");
        let mut file = OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(true)
            .mode(0o600)
            .open(&beside)?;
        file.write_all(MAGIC)?;
        file.write_all(&self.seal(&body))?;
        file.write_all(&body)?;
        drop(file);
        fs::rename(beside, &self.path)
    }

    fn seal(&self, body: &[u8]) -> [u8; 32] {
        let version = env!("CARGO_PKG_VERSION");
        self.key.sign(
            "listing",
            &[version.as_bytes(), self.known.as_bytes(), body],
        )
    }
}

/// Whether a later change of any of the files is bound to show in its stamp.
fn is_settled(listing: &Listing) -> bool {
    listing
        .begun
        .is_some_and(|begun| are_settled(&listing.stamps, begun))
}

fn in_octets(stamps: &[FileStamp]) -> Vec<u8> {
    let mut octets = (stamps.len() as u64).to_be_bytes().to_vec();
    for stamp in stamps {
        let name = OsStr::as_bytes(&stamp.name);
        octets.extend_from_slice(&(name.len() as u64).to_be_bytes());
        octets.extend_from_slice(name);
        for number in [
            stamp.size,
            stamp.modified.0.cast_unsigned(),
            stamp.modified.1.cast_unsigned(),
            stamp.changed.0.cast_unsigned(),
            stamp.changed.1.cast_unsigned(),
            stamp.device,
            stamp.inode,
        ] {
            octets.extend_from_slice(&number.to_be_bytes());
        }
    }
    octets
}

#[cfg(test)]
mod tests {
    use std::{path::Path, time::Duration};

    use super::*;
    use crate::{
        domain::{
            address::Address,
            delivery::Skip,
            key::SubscriberId,
            suppression::{Suppression, SuppressionReason},
            topic::TopicId,
        },
        roster::{Folder, Gate as _, ListGate, Roster, SubscribersSettings, Suppressions, Visit},
    };

    /// A folder of readers, and where their listing is kept.
    struct World {
        home: tempfile::TempDir,
        folder: Folder,
    }

    impl World {
        fn new(names: &[&str]) -> Self {
            let home = tempfile::tempdir().unwrap();
            let folder = Folder::of(home.path(), &SubscribersSettings::default());
            fs::create_dir(&folder.path).unwrap();
            let world = Self { home, folder };
            world.list(names);
            world
        }

        fn list(&self, names: &[&str]) {
            let text: String = names
                .iter()
                .map(|name| format!("[[subscriber]]\nemail = \"{name}@x.example\"\n\n"))
                .collect();
            fs::write(self.folder.path.join("a.toml"), text).unwrap();
        }

        fn path(&self) -> PathBuf {
            self.home.path().join("listing")
        }

        fn kept(&self) -> KeptListing {
            KeptListing::new(self.path(), &key(), &Known::default())
        }

        /// The listing of the files as they are, read so many seconds from now.
        fn read(&self, seconds: u64) -> Listing {
            let mut listing = Listing::default();
            let roster = Roster::visit(&self.folder, &Known::default(), &mut |visit| match visit {
                Visit::Anew => listing = Listing::begun(),
                Visit::Reader(listed) => {
                    listing.note(&key().subscriber_id(&listed.subscriber.address.folded()));
                }
            });
            listing.finish(&roster, &key());
            listing.begun = listing
                .begun
                .map(|begun| begun + Duration::from_secs(seconds));
            listing
        }
    }

    fn key() -> SigningKey {
        SigningKey::new([2; 32])
    }

    fn id(name: &str) -> SubscriberId {
        let address = Address::parse(&format!("{name}@x.example")).unwrap();
        key().subscriber_id(&address.folded())
    }

    fn mode(path: &Path) -> u32 {
        use std::os::unix::fs::PermissionsExt as _;
        fs::metadata(path).unwrap().permissions().mode() & 0o777
    }

    #[test]
    fn a_listing_is_kept_for_files_that_are_the_same_and_its_owner_alone() {
        let world = World::new(&["anna", "bo"]);
        assert!(world.kept().of(&world.folder.stamps()).is_none());
        world.kept().keep(&world.read(10));
        assert_eq!(mode(&world.path()), 0o600);
        let found = world.kept().of(&world.folder.stamps()).unwrap();
        assert!(found.has(&id("anna")) && found.has(&id("bo")) && !found.has(&id("cia")));
        world.list(&["anna", "ib"]);
        assert!(
            world.kept().of(&world.folder.stamps()).is_none(),
            "the files are not the same"
        );
        assert!(world.kept().of(&[]).is_none());
    }

    #[test]
    fn a_file_set_back_in_time_is_another() {
        let world = World::new(&["anna"]);
        let file = world.folder.path.join("a.toml");
        let written = fs::metadata(&file).unwrap().modified().unwrap();
        world.kept().keep(&world.read(10));
        // The same size, in the same place, with the time it had.
        world.list(&["cilla"]);
        world.list(&["bibi"]);
        let times = fs::FileTimes::new().set_modified(written);
        let opened = OpenOptions::new().write(true).open(&file).unwrap();
        opened.set_times(times).unwrap();
        assert!(world.kept().of(&world.folder.stamps()).is_none());
    }

    #[test]
    fn a_file_that_was_just_changed_is_not_relied_on() {
        let world = World::new(&["anna"]);
        world.kept().keep(&world.read(0));
        assert!(!world.path().exists());
        let mut undated = world.read(10);
        undated.begun = None;
        world.kept().keep(&undated);
        assert!(!world.path().exists());
    }

    #[test]
    fn a_list_that_cannot_be_cut_is_not_kept() {
        let world = World::new(&["anna"]);
        fs::write(world.folder.path.join("b.toml"), "<<<<<<< HEAD\n").unwrap();
        world.kept().keep(&world.read(10));
        assert!(!world.path().exists());
    }

    #[test]
    fn torn_altered_or_made_under_another_key_or_config_it_says_nothing() {
        let world = World::new(&["anna", "bo"]);
        let stamps = world.folder.stamps();
        world.kept().keep(&world.read(10));
        let whole = fs::read(world.path()).unwrap();
        for length in 0..whole.len() {
            fs::write(world.path(), &whole[..length]).unwrap();
            assert!(world.kept().of(&stamps).is_none(), "torn at {length}");
        }
        for at in 0..whole.len() {
            let mut altered = whole.clone();
            altered[at] ^= 1;
            fs::write(world.path(), &altered).unwrap();
            assert!(world.kept().of(&stamps).is_none(), "altered at {at}");
        }
        fs::write(world.path(), [&whole[..], &[0; 8]].concat()).unwrap();
        assert!(world.kept().of(&stamps).is_none(), "longer");
        fs::write(world.path(), &whole).unwrap();
        let other_key =
            KeptListing::new(world.path(), &SigningKey::new([3; 32]), &Known::default());
        assert!(other_key.of(&stamps).is_none());
        let known = Known {
            topics: Some(vec![TopicId("it".into())]),
            ..Known::default()
        };
        let other_config = KeptListing::new(world.path(), &key(), &known);
        assert!(other_config.of(&stamps).is_none());
        assert!(world.kept().of(&stamps).is_some());
    }

    #[test]
    fn a_gate_goes_by_what_is_kept_until_the_files_change_and_by_the_readers_words_at_once() {
        let world = World::new(&["anna", "bo"]);
        let mut only_anna = world.read(10);
        only_anna.readers.retain(|reader| {
            let mut anna = Listing::default();
            anna.note(&id("anna"));
            anna.readers == [*reader]
        });
        world.kept().keep(&only_anna);
        let log = world.home.path().join("suppressions.log");
        let gate = || {
            ListGate::new(world.folder.clone(), Known::default(), key(), log.clone())
                .keeping(world.path())
        };
        let mut resumed = gate();
        resumed.refresh().unwrap();
        assert_eq!(resumed.skip(&id("anna"), ""), None);
        assert_eq!(
            resumed.skip(&id("bo"), ""),
            Some(Skip::Removed),
            "as it is kept"
        );
        let leave = Suppression {
            at: chrono::Utc::now(),
            key_id: key().id(),
            subscriber: id("anna"),
            reason: SuppressionReason::Left,
        };
        Suppressions::append(&log, &leave).unwrap();
        resumed.refresh().unwrap();
        assert_eq!(resumed.skip(&id("anna"), ""), Some(Skip::Left));
        let mut next = gate();
        next.refresh().unwrap();
        assert_eq!(next.skip(&id("anna"), ""), Some(Skip::Left));
        world.list(&["bo", "cia"]);
        for gate in [&mut resumed, &mut next] {
            gate.refresh().unwrap();
            assert_eq!(gate.skip(&id("bo"), ""), None, "as the files say");
            assert_eq!(gate.skip(&id("cia"), ""), None);
        }
    }
}
