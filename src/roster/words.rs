//! The readers' own words while a run goes on: what is said to one process is heard by another at its next letter.

use std::{
    fs::File,
    io::{self, Read as _, Seek as _, SeekFrom},
    path::PathBuf,
    sync::{Mutex, MutexGuard, PoisonError},
};

use super::{FileStamp, SuppressionError, Suppressions, suppressions::io_error};
use crate::domain::{
    address::Address,
    delivery::Skip,
    key::{KeyRing, SubscriberId},
};

/// The suppression log, read as far as it goes and listened to.
///
/// To ask whether anything was said since costs a look at the file, a microsecond or so, so that it may be asked before
/// each letter.
#[derive(Debug)]
pub struct Words {
    log: PathBuf,
    keys: KeyRing,
    known: Vec<String>,
    heard: Mutex<Heard>,
}

#[derive(Debug, Default)]
struct Heard {
    words: Suppressions,
    /// The log as it was when it was last looked at; `None` while there is none.
    stamp: Option<FileStamp>,
    /// The log as it was when all of it was last read.
    read_whole: Option<FileStamp>,
    /// Where the next line begins.
    end: u64,
}

impl Words {
    /// The words of a log, under some keys; nothing is known until they are asked for.
    pub fn new(log: PathBuf, keys: KeyRing) -> Self {
        Self {
            log,
            known: keys.names(),
            keys,
            heard: Mutex::default(),
        }
    }

    /// The log.
    pub fn log(&self) -> &std::path::Path {
        &self.log
    }

    /// The keys its lines may be written under.
    pub fn keys(&self) -> &KeyRing {
        &self.keys
    }

    /// Reads all of the log where it is not what it was when all of it was last read.
    ///
    /// # Errors
    /// It cannot be read, or is gone after it was there: nothing may be sent until it is there.
    pub fn refresh(&self) -> Result<(), SuppressionError> {
        let stamp = FileStamp::of(&self.log).ok();
        let mut heard = self.lock();
        if stamp.is_some() && stamp == heard.read_whole {
            return Ok(());
        }
        self.read_whole(&mut heard)
    }

    /// Takes up what was said since the last look.
    ///
    /// # Errors
    /// As [`Words::refresh`].
    pub fn hear(&self) -> Result<(), SuppressionError> {
        self.hear_into(&mut self.lock())
    }

    /// Why a reader gets no mail, by what was heard: under the key that signs, or, by the address, under those before it.
    pub fn says(&self, reader: &SubscriberId, address: &str) -> Option<Skip> {
        self.says_in(&self.lock().words, reader, address)
    }

    /// The same, by all that was said until now.
    ///
    /// # Errors
    /// As [`Words::refresh`].
    pub fn now_say(
        &self,
        reader: &SubscriberId,
        address: &str,
    ) -> Result<Option<Skip>, SuppressionError> {
        let mut heard = self.lock();
        self.hear_into(&mut heard)?;
        Ok(self.says_in(&heard.words, reader, address))
    }

    /// Asks something of all that was said until now.
    ///
    /// # Errors
    /// As [`Words::refresh`].
    pub fn ask<T>(&self, question: impl FnOnce(&Suppressions) -> T) -> Result<T, SuppressionError> {
        let mut heard = self.lock();
        self.hear_into(&mut heard)?;
        Ok(question(&heard.words))
    }

    fn lock(&self) -> MutexGuard<'_, Heard> {
        // What was heard is put in place whole.
        self.heard.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn says_in(&self, words: &Suppressions, reader: &SubscriberId, address: &str) -> Option<Skip> {
        if self.keys.old.is_empty() {
            return words.says(reader);
        }
        match Address::parse(address) {
            Ok(address) => words.says_of(&self.keys.ids_of(&address.folded())),
            Err(_) => words.says(reader),
        }
    }

    fn hear_into(&self, heard: &mut Heard) -> Result<(), SuppressionError> {
        let stamp = FileStamp::of(&self.log).ok();
        if stamp == heard.stamp && (stamp.is_some() || heard.read_whole.is_none()) {
            return Ok(());
        }
        let has_grown = match (&stamp, &heard.read_whole) {
            (Some(now), Some(then)) => {
                (now.device, now.inode) == (then.device, then.inode) && now.size >= heard.end
            }
            _ => false,
        };
        if !has_grown {
            return self.read_whole(heard);
        }
        let more = self
            .read_from(heard.end)
            .map_err(|source| io_error(&self.log, source))?;
        let taken = heard.words.take(&more, &self.log, &self.known)?;
        heard.end += taken as u64;
        heard.stamp = stamp;
        Ok(())
    }

    fn read_whole(&self, heard: &mut Heard) -> Result<(), SuppressionError> {
        // The stamp first, so that what comes while it is read shows as a change.
        let stamp = FileStamp::of(&self.log).ok();
        if stamp.is_none() && heard.read_whole.is_some() {
            // Who has left would get mail again.
            return Err(io_error(&self.log, io::ErrorKind::NotFound.into()));
        }
        let bytes = match self.read_from(0) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Vec::new(),
            read => read.map_err(|source| io_error(&self.log, source))?,
        };
        let mut words = Suppressions::default();
        let end = words.take(&bytes, &self.log, &self.known)? as u64;
        *heard = Heard {
            words,
            read_whole: stamp.clone(),
            stamp,
            end,
        };
        Ok(())
    }

    fn read_from(&self, place: u64) -> io::Result<Vec<u8>> {
        let mut log = File::open(&self.log)?;
        log.seek(SeekFrom::Start(place))?;
        let mut bytes = Vec::new();
        log.read_to_end(&mut bytes)?;
        Ok(bytes)
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use chrono::{DateTime, Utc};

    use super::*;
    use crate::domain::{
        key::SigningKey,
        suppression::{Suppression, SuppressionReason},
    };

    const ANNA: &str = "anna@x.example";

    struct World {
        home: tempfile::TempDir,
        words: Words,
    }

    fn key(byte: u8) -> SigningKey {
        SigningKey::new([byte; 32])
    }

    fn id(key: &SigningKey, address: &str) -> SubscriberId {
        key.subscriber_id(&Address::parse(address).unwrap().folded())
    }

    impl World {
        fn new() -> Self {
            let home = tempfile::tempdir().unwrap();
            let keys = KeyRing {
                current: key(1),
                old: vec![key(2)],
            };
            let words = Words::new(home.path().join("log"), keys);
            Self { home, words }
        }

        fn says(&self, key: &SigningKey, address: &str, reason: SuppressionReason) {
            let word = Suppression {
                at: DateTime::<Utc>::UNIX_EPOCH,
                key_id: key.id(),
                subscriber: id(key, address),
                reason,
            };
            Suppressions::append(&self.home.path().join("log"), &word).unwrap();
        }

        fn now_say(&self, address: &str) -> Option<Skip> {
            self.words.now_say(&id(&key(1), address), address).unwrap()
        }
    }

    #[test]
    fn what_is_said_is_heard_at_the_next_question_and_not_only_at_the_next_refresh() {
        let world = World::new();
        world.words.refresh().unwrap();
        assert_eq!(world.now_say(ANNA), None);
        for number in 0..50 {
            let other = format!("r{number}@x.example");
            assert_eq!(world.now_say(&other), None);
            world.says(&key(1), &other, SuppressionReason::Left);
            assert_eq!(world.now_say(&other), Some(Skip::Left), "{number}");
            assert_eq!(world.now_say(ANNA), None);
        }
        world.says(&key(1), "r7@x.example", SuppressionReason::Lifted);
        assert_eq!(world.now_say("r7@x.example"), None);
        assert_eq!(world.now_say("r8@x.example"), Some(Skip::Left));
    }

    #[test]
    fn a_word_under_an_old_key_holds_for_the_reader_and_the_last_under_any_key() {
        let world = World::new();
        world.says(&key(2), ANNA, SuppressionReason::Left);
        assert_eq!(world.now_say(ANNA), Some(Skip::Left));
        world.says(&key(1), ANNA, SuppressionReason::Lifted);
        assert_eq!(world.now_say(ANNA), None);
        world.says(&key(2), ANNA, SuppressionReason::Left);
        assert_eq!(world.now_say(ANNA), Some(Skip::Left));
    }

    #[test]
    fn a_log_that_is_gone_or_torn_revives_nobody() {
        let world = World::new();
        let log = world.home.path().join("log");
        world.says(&key(1), ANNA, SuppressionReason::Left);
        assert_eq!(world.now_say(ANNA), Some(Skip::Left));
        let whole = fs::read(&log).unwrap();
        fs::remove_file(&log).unwrap();
        assert!(world.words.hear().is_err() && world.words.refresh().is_err());
        // Put back, and a line of another being written.
        let mut torn = whole.clone();
        torn.extend_from_slice(&whole[..whole.len() / 2]);
        fs::write(&log, &torn).unwrap();
        world.words.refresh().unwrap();
        assert_eq!(world.now_say(ANNA), Some(Skip::Left));
        world.says(&key(1), "bo@x.example", SuppressionReason::Left);
        assert_eq!(world.now_say("bo@x.example"), Some(Skip::Left));
        assert_eq!(world.now_say(ANNA), Some(Skip::Left));
        fs::write(&log, "noget andet\n").unwrap();
        assert!(world.words.hear().is_err());
    }

    #[test]
    fn a_log_edited_in_place_is_read_whole_at_the_next_refresh() {
        let world = World::new();
        let log = world.home.path().join("log");
        world.says(&key(1), ANNA, SuppressionReason::Manual);
        world.words.refresh().unwrap();
        let text = fs::read_to_string(&log).unwrap();
        fs::write(&log, format!("{}{text}", text.replace("manual", "left"))).unwrap();
        fs::write(&log, text.replace("manual", "lifted")).unwrap();
        world.words.refresh().unwrap();
        assert_eq!(world.now_say(ANNA), None);
    }
}
