//! The last look before a letter: may this reader still be mailed?
//!
//! Who has left or is suppressed is skipped, and so is who no longer stands in the files. The files are read again
//! only when their stamps changed; files that cannot be read say nothing about who was taken away. What they said is
//! kept for the next run, so that one that is resumed begins at once.

use std::{path::PathBuf, sync::Arc};

use super::{
    FileStamp, Folder, Known, Listing, Roster, SuppressionError, Visit, Words, kept::KeptListing,
};
use crate::domain::{
    delivery::Skip,
    key::{KeyRing, SigningKey, SubscriberId},
};

/// Says at the last moment whether a planned reader may still be mailed.
pub trait Gate {
    /// Looks again whether anything changed; called before each range of letters.
    ///
    /// # Errors
    /// The readers' own words cannot be read: nothing may be sent until they can.
    fn refresh(&mut self) -> Result<(), SuppressionError>;
    /// Why the reader of an address gets no letter, if so.
    fn skip(&self, reader: &SubscriberId, address: &str) -> Option<Skip>;
    /// The readers' own words, to be asked once more as a letter is begun; `None` where nobody has any.
    fn words(&self) -> Option<Arc<Words>> {
        None
    }
}

/// A gate that lets everybody through: proofs and tests.
#[derive(Debug, Clone, Copy)]
pub struct OpenGate;

impl Gate for OpenGate {
    fn refresh(&mut self) -> Result<(), SuppressionError> {
        Ok(())
    }

    fn skip(&self, _: &SubscriberId, _: &str) -> Option<Skip> {
        None
    }
}

/// The gate of a newsletter: its suppression log and its subscriber files.
#[derive(Debug)]
pub struct ListGate {
    folder: Folder,
    known: Known,
    key: SigningKey,
    words: Arc<Words>,
    stamps: Option<Vec<FileStamp>>,
    /// Everybody who stands in the files; `None` while they cannot be read.
    listed: Option<Listing>,
    /// Where that is kept from run to run.
    kept: Option<KeptListing>,
}

impl ListGate {
    /// A gate over a folder and a log; it knows nothing until [`Gate::refresh`].
    pub fn new(folder: Folder, known: Known, keys: impl Into<KeyRing>, log: PathBuf) -> Self {
        let keys = keys.into();
        Self {
            folder,
            known,
            key: keys.current.clone(),
            words: Arc::new(Words::new(log, keys)),
            stamps: None,
            listed: None,
            kept: None,
        }
    }

    /// With a file in which it is kept, from one run to the next, who stands in the subscriber files.
    #[must_use]
    pub fn keeping(mut self, path: PathBuf) -> Self {
        self.kept = Some(KeptListing::new(path, &self.key, &self.known));
        self
    }

    /// Takes over what planning has just read, so that unchanged files are not read a second time.
    #[must_use]
    pub fn knowing(mut self, listing: Listing) -> Self {
        self.learn(listing);
        self
    }

    /// Takes over what was just read, and keeps it.
    fn learn(&mut self, listing: Listing) {
        if let Some(kept) = &self.kept {
            kept.keep(&listing);
        }
        self.take(listing);
    }

    fn take(&mut self, listing: Listing) {
        self.stamps = Some(listing.stamps.clone());
        // Files that cannot be read say nothing: what was known before holds.
        if listing.is_whole {
            self.listed = Some(listing);
        }
    }
}

impl Gate for ListGate {
    fn refresh(&mut self) -> Result<(), SuppressionError> {
        self.words.refresh()?;
        let stamps = self.folder.stamps();
        if self.stamps.as_ref() != Some(&stamps) {
            if let Some(listing) = self.kept.as_ref().and_then(|kept| kept.of(&stamps)) {
                self.take(listing);
                return Ok(());
            }
            let mut listing = Listing::default();
            let roster = Roster::visit(&self.folder, &self.known, &mut |visit| match visit {
                Visit::Anew => listing = Listing::begun(),
                Visit::Reader(listed) => {
                    let address = listed.subscriber.address.folded();
                    listing.note(&self.key.subscriber_id(&address));
                }
            });
            listing.finish(&roster, &self.key);
            self.learn(listing);
        }
        Ok(())
    }

    fn skip(&self, reader: &SubscriberId, address: &str) -> Option<Skip> {
        self.words.says(reader, address).or_else(|| {
            let gone = self
                .listed
                .as_ref()
                .is_some_and(|listing| !listing.has(reader));
            gone.then_some(Skip::Removed)
        })
    }

    fn words(&self) -> Option<Arc<Words>> {
        Some(Arc::clone(&self.words))
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use chrono::Utc;

    use super::*;
    use crate::{
        domain::{
            address::Address,
            suppression::{Suppression, SuppressionReason},
        },
        roster::{SubscribersSettings, Suppressions},
    };

    #[test]
    fn leaving_being_taken_out_and_a_broken_file_are_seen_at_the_next_look() {
        let home = tempfile::tempdir().unwrap();
        let files = home.path().join("subscribers");
        fs::create_dir(&files).unwrap();
        let list = |names: &[&str]| {
            let text: String = names
                .iter()
                .map(|name| format!("[[subscriber]]\nemail = \"{name}@x.example\"\n\n"))
                .collect();
            fs::write(files.join("a.toml"), text).unwrap();
        };
        let key = SigningKey::new([2; 32]);
        let id = |name: &str| {
            key.subscriber_id(
                &Address::parse(&format!("{name}@x.example"))
                    .unwrap()
                    .folded(),
            )
        };
        let skip = |gate: &ListGate, name: &str| gate.skip(&id(name), &format!("{name}@x.example"));
        let log = home.path().join("suppressions.log");
        let folder = Folder::of(home.path(), &SubscribersSettings::default());
        let mut gate = ListGate::new(folder, Known::default(), key.clone(), log.clone());
        list(&["anna", "bo"]);
        gate.refresh().unwrap();
        assert_eq!((skip(&gate, "anna"), skip(&gate, "bo")), (None, None));
        list(&["anna"]);
        gate.refresh().unwrap();
        assert_eq!(
            (skip(&gate, "anna"), skip(&gate, "bo")),
            (None, Some(Skip::Removed))
        );
        let slip = "[[subscriber]]\nemail = \"anna@x.example\"\nfrequency = \"dialy\"\n";
        fs::write(files.join("a.toml"), slip).unwrap();
        gate.refresh().unwrap();
        assert_eq!(
            skip(&gate, "anna"),
            None,
            "a faulty entry stands in the files"
        );
        fs::write(files.join("a.toml"), "<<<<<<< HEAD\n").unwrap();
        gate.refresh().unwrap();
        assert_eq!(skip(&gate, "anna"), None, "a broken file takes nobody away");
        fs::remove_file(files.join("a.toml")).unwrap();
        gate.refresh().unwrap();
        assert_eq!(
            skip(&gate, "anna"),
            None,
            "an emptied folder takes nobody away"
        );
        let leave = Suppression {
            at: Utc::now(),
            key_id: key.id(),
            subscriber: id("anna"),
            reason: SuppressionReason::Left,
        };
        Suppressions::append(&log, &leave).unwrap();
        gate.refresh().unwrap();
        assert_eq!(skip(&gate, "anna"), Some(Skip::Left));
        Suppressions::append(
            &log,
            &Suppression {
                key_id: "00000000".into(),
                ..leave
            },
        )
        .unwrap();
        assert!(
            gate.refresh().is_err(),
            "words under an unknown key stop the run"
        );
    }
}
