//! Who gets mail: the subscriber files and the readers' own words.
//!
//! [`Roster::read`] reads every file of the folder; a bad entry costs its reader only, a file that cannot be
//! cut into entries safely holds the send. [`Suppressions`] are what readers said since: they beat every
//! file. [`edit`] and [`import`] are the only writers, and only a person's command calls it.

mod cut;
mod defaults;
pub mod edit;
mod entry;
mod fields;
mod file;
mod find;
mod folder;
mod gate;
pub mod import;
mod kept;
mod known;
mod leaving;
mod listing;
mod moves;
mod notes;
mod quick;
mod quotes;
mod seen;
mod stream;
mod suppressions;
mod surveyed;
mod uncuttable;
mod walk;
mod words;

use std::{io, path::PathBuf, sync::Arc};

use serde::{Deserialize, Serialize};

pub use cut::{Chunk, Cut, Header, cut};
pub use entry::Entry;
pub use file::ListFile;
pub use find::{Found, find};
pub use folder::{FileStamp, Folder};
pub use gate::{Gate, ListGate, OpenGate};
pub use known::Known;
pub use leaving::{Leaving, Left, Standing};
pub use listing::Listing;
pub use moves::Move;
pub use suppressions::{SuppressionError, Suppressions};
pub use surveyed::Surveyed;
pub use uncuttable::Uncuttable;
pub use words::Words;

use seen::{Place, Seen};
use walk::{Step, Survey};

use crate::domain::{address::FoldedAddress, fault::Fault, subscriber::Subscriber};

/// The `[subscribers]` table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct SubscribersSettings {
    /// The folder of `*.toml` files, relative to the newsletter's folder.
    pub path: PathBuf,
    /// Whether a reader without a consent on record is left out (Skipped, `no-consent`).
    pub require_consent: bool,
    /// The versions of the text to which a consent counts (else Skipped, `consent-does-not-cover`); none named means
    /// every one.
    pub consent_texts: Vec<String>,
}

impl Default for SubscribersSettings {
    fn default() -> Self {
        Self {
            path: "subscribers".into(),
            require_consent: false,
            consent_texts: Vec::new(),
        }
    }
}

/// A reader and where the entry stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// The reader.
    pub subscriber: Subscriber,
    /// The file, as messages show it.
    pub path: Arc<str>,
    /// The line the entry begins on.
    pub line: usize,
}

/// Everybody who stands in the subscriber files.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Roster {
    /// Every sound, distinct entry: by file name, then as they stand.
    pub entries: Vec<Listed>,
    /// What is wrong with entries; each costs its reader only.
    pub faults: Vec<Fault>,
    /// The addresses of faulty entries, where they can be told: such readers are not planned, but stand in the files.
    pub faulty: Vec<FoldedAddress>,
    /// How many entries are faulty or a second of the same address.
    pub refused: usize,
    /// What is wrong with whole files, or with the folder. One is enough to hold the send (`list`).
    pub uncuttable: Vec<Fault>,
    /// The files as they were when they were read. The roster holds as long as [`Folder::stamps`] says the same.
    pub stamps: Vec<FileStamp>,
}

/// What [`Roster::visit`] tells as it goes.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(
    clippy::large_enum_variant,
    reason = "handed over one at a time, never stored"
)]
pub enum Visit {
    /// The files changed while they were read: whatever was told before is void.
    Anew,
    /// The next sound, distinct entry.
    Reader(Listed),
}

impl Roster {
    /// Reads every subscriber file of a folder. While somebody is writing there, it begins again: half a file
    /// looks like readers who were taken away.
    pub fn read(folder: &Folder, known: &Known) -> Self {
        let mut entries = Vec::new();
        let roster = Self::visit(folder, known, &mut |visit| match visit {
            Visit::Anew => entries.clear(),
            Visit::Reader(listed) => entries.push(listed),
        });
        Self { entries, ..roster }
    }

    /// The same without keeping a reader: the roster given back has no entries, and each is told once. Of a reader
    /// some twenty octets are held while it goes, of the files a block.
    pub fn visit(folder: &Folder, known: &Known, tell: &mut dyn FnMut(Visit)) -> Self {
        Self::visit_surveyed(folder, known, None, tell)
    }

    /// The same; files that were looked over before and are still the same are not looked over again.
    pub fn visit_surveyed(
        folder: &Folder,
        known: &Known,
        mut surveyed: Option<Surveyed>,
        tell: &mut dyn FnMut(Visit),
    ) -> Self {
        until_still(
            folder,
            || tell_all(folder, known, surveyed.take(), tell),
            |roster| &roster.stamps,
        )
    }

    /// Whether nothing is wrong but, perhaps, warnings.
    pub fn is_sound(&self) -> bool {
        self.uncuttable.is_empty() && !self.faults.iter().any(Fault::is_error)
    }
}

/// Reads until the files are as they were when reading began, or patience ends.
fn until_still<T>(
    folder: &Folder,
    mut read: impl FnMut() -> T,
    stamps: impl Fn(&T) -> &[FileStamp],
) -> T {
    const TRIES: usize = 5;
    let mut found = read();
    for _ in 1..TRIES {
        if stamps(&found) == folder.stamps() {
            break;
        }
        found = read();
    }
    found
}

/// Tells every sound entry; of two equal addresses the first.
fn tell_all(
    folder: &Folder,
    known: &Known,
    surveyed: Option<Surveyed>,
    tell: &mut dyn FnMut(Visit),
) -> Roster {
    tell(Visit::Anew);
    let mut roster = Roster {
        stamps: folder.stamps(),
        ..Roster::default()
    };
    let survey = surveyed
        .and_then(|surveyed| surveyed.if_still(folder, known, &roster.stamps))
        .unwrap_or_else(|| Survey::of(folder, known));
    let mut seen = Seen::with_room(survey.entries());
    let changed = survey.walk(known, &mut |step| {
        let walked = match step {
            Step::Fault(fault) => return roster.faults.push(fault),
            Step::Entry(walked) => walked,
        };
        let subscriber = match walked.entry.reader {
            Ok(subscriber) => subscriber,
            Err(faults) => {
                roster.faults.extend(faults);
                let address = walked.entry.address;
                roster
                    .faulty
                    .extend(address.map(|address| address.folded()));
                roster.refused += 1;
                return;
            }
        };
        let folded = subscriber.address.folded();
        let place = Place {
            octet: walked.octet,
            line: walked.line,
        };
        let mut first_path = None;
        let first = seen.note(&folded, place, |before| {
            let Some((entry, path)) = survey.entry_at(before.octet, before.line, known) else {
                return false;
            };
            first_path = Some(path);
            entry
                .address
                .is_some_and(|address| address.folded() == folded)
        });
        if let (Some(first), Some(path)) = (first, first_path) {
            let fault = twice(&subscriber, walked.path, walked.line, path, first.line);
            roster.faults.push(fault);
            roster.refused += 1;
        } else {
            tell(Visit::Reader(Listed {
                subscriber,
                path: Arc::clone(walked.path),
                line: walked.line,
            }));
        }
    });
    roster.uncuttable = survey.uncuttable;
    roster.uncuttable.extend(changed);
    roster
}

fn twice(
    subscriber: &Subscriber,
    path: &str,
    line: usize,
    first_path: &str,
    first_line: usize,
) -> Fault {
    Fault::error(format!(
        "`{}` stands already at `{first_path}:{first_line}`, and that entry gets the mail",
        subscriber.address.masked(),
    ))
    .in_file(path)
    .at_line(line)
    .for_key("email")
    .remedy("take one of the two away")
}

fn no_folder(folder: &Folder, error: &io::Error) -> Fault {
    let fault = Fault::error(format!(
        "the folder of subscriber files cannot be read: {error}"
    ))
    .in_file(&folder.shown);
    if error.kind() == io::ErrorKind::NotFound {
        fault.remedy("make the folder, or name another under `[subscribers] path`")
    } else {
        fault.remedy("let the user that sends read it")
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn folder(files: &[(&str, &str)]) -> (tempfile::TempDir, Folder) {
        let newsletter = tempfile::tempdir().unwrap();
        let folder = Folder::of(newsletter.path(), &SubscribersSettings::default());
        fs::create_dir(&folder.path).unwrap();
        for (name, text) in files {
            fs::write(folder.path.join(name), text).unwrap();
        }
        (newsletter, folder)
    }

    fn read(files: &[(&str, &str)]) -> Roster {
        let (_newsletter, folder) = folder(files);
        Roster::read(&folder, &Known::default())
    }

    fn addresses(roster: &Roster) -> Vec<String> {
        let address = |listed: &Listed| listed.subscriber.address.to_string();
        roster.entries.iter().map(address).collect()
    }

    fn entry(name: &str) -> String {
        format!("[[subscriber]]\nemail = \"{name}@k.example\"\n")
    }

    #[test]
    fn a_syntax_error_on_line_700_costs_one_reader() {
        let mut text: String = (0..400).map(|n| entry(&format!("r{n}"))).collect();
        let slip = entry("r349");
        assert_eq!(text.lines().nth(699), slip.lines().nth(1));
        text = text.replace(&slip, "[[subscriber]]\nemail = \"r349@k.example\n");
        let roster = read(&[("a.toml", &text)]);
        assert_eq!((roster.entries.len(), roster.refused), (399, 1));
        assert_eq!(roster.faults.len(), 1, "{:?}", roster.faults);
        let fault = &roster.faults[0];
        assert_eq!(fault.path.as_deref(), Some("subscribers/a.toml"));
        assert_eq!(fault.line, Some(700));
        assert!(roster.uncuttable.is_empty() && !roster.is_sound());
    }

    #[test]
    fn files_are_read_by_name_and_hidden_ones_are_not() {
        let roster = read(&[
            ("b.toml", &entry("bo")),
            ("a.toml", &entry("anna")),
            (".a.toml", &entry("hidden")),
            ("a.toml.bak", &entry("old")),
            (".overblik-x.tmp", &entry("torn")),
        ]);
        assert_eq!(addresses(&roster), ["anna@k.example", "bo@k.example"]);
        assert_eq!(
            (&*roster.entries[1].path, roster.entries[1].line),
            ("subscribers/b.toml", 1)
        );
    }

    #[test]
    fn of_two_equal_addresses_the_first_gets_the_mail_and_both_places_are_named() {
        let roster = read(&[
            ("a.toml", &format!("\n{}{}", entry("Anna"), entry("anna"))),
            ("b.toml", &format!("{}{}", entry("bo"), entry("ANNA"))),
        ]);
        assert_eq!(addresses(&roster), ["Anna@k.example", "bo@k.example"]);
        assert_eq!(roster.refused, 2);
        let said: Vec<String> = roster.faults.iter().map(ToString::to_string).collect();
        assert_eq!(
            said,
            [
                "error: subscribers/a.toml:4: `email`: `a…@k.example` stands already at `subscribers/a.toml:2`, and that entry gets the mail\n  hint: take one of the two away",
                "error: subscribers/b.toml:3: `email`: `A…@k.example` stands already at `subscribers/a.toml:2`, and that entry gets the mail\n  hint: take one of the two away",
            ]
        );
    }

    #[test]
    fn a_faulty_first_entry_does_not_keep_a_sound_second_one_from_its_mail() {
        let text = format!("{}frequency = \"never\"\n{}", entry("anna"), entry("anna"));
        let roster = read(&[("a.toml", &text)]);
        assert_eq!(
            (addresses(&roster), roster.refused),
            (vec!["anna@k.example".to_owned()], 1)
        );
    }

    #[test]
    fn a_file_that_cannot_be_cut_is_said_apart_from_the_faults() {
        let check = |text: &[u8], line: Option<usize>| {
            let (_newsletter, folder) = folder(&[("b.toml", &entry("bo"))]);
            fs::write(folder.path.join("a.toml"), text).unwrap();
            let roster = Roster::read(&folder, &Known::default());
            let places: Vec<_> = roster
                .uncuttable
                .iter()
                .map(|f| (f.path.as_deref(), f.line))
                .collect();
            assert_eq!(places, [(Some("subscribers/a.toml"), line)]);
            assert!(roster.uncuttable[0].remedy.is_some());
            assert_eq!(addresses(&roster), ["bo@k.example"]);
        };
        check(b"[[subscriber]]\n<<<<<<< ours\n", Some(2));
        check(b"[[subscriber]]\nname = \"\"\"\n", Some(2));
        check(b"[[subscriber]]\nname = \"\xe6\"\n", Some(2));
        check(b"\xff\xfe[\0[\0", Some(1));
        check(b"email,name\n", Some(1));
        // An open string that ends in another reader's: who is in between would be left out.
        let text = format!(
            "{}name = \"\"\"A\n{}{}name = \"\"\"C\"\"\"\n",
            entry("a"),
            entry("b"),
            entry("c")
        );
        check(text.as_bytes(), Some(3));
    }

    #[test]
    fn a_multi_line_string_may_hold_what_looks_like_an_entry() {
        let text = format!(
            "{}consent = {{ at = 2026-11-01T09:30:00Z, text = \"\"\"\n[[subscriber]]\nas a file says\"\"\" }}\n{}",
            entry("anna"),
            entry("bo")
        );
        let roster = read(&[("a.toml", &text)]);
        assert_eq!(addresses(&roster), ["anna@k.example", "bo@k.example"]);
        assert!(roster.is_sound());
    }

    #[test]
    fn a_missing_header_line_under_which_everything_stands_costs_no_time() {
        let table: String = (0..20_000)
            .map(|n| format!("r{n};r{n}@k.example\n"))
            .collect();
        let roster = read(&[(
            "a.toml",
            &format!("[[subscriber]]\n{table}{}", entry("anna")),
        )]);
        assert_eq!((roster.entries.len(), roster.faults.len()), (1, 1));
        let few: String = table
            .lines()
            .take(500)
            .map(|line| format!("{line}\n"))
            .collect();
        let roster = read(&[("a.toml", &format!("[[subscriber]]\n{few}"))]);
        assert_eq!(roster.faults.len(), 20);
    }

    #[test]
    fn lines_before_the_first_entry_are_a_fault_that_costs_nobody() {
        let roster = read(&[(
            "a.toml",
            &format!("# x\nlist = \"staff\"\n{}", entry("anna")),
        )]);
        assert_eq!((roster.entries.len(), roster.refused), (1, 0));
        assert_eq!(roster.faults[0].line, Some(2));
    }

    #[test]
    fn a_missing_folder_is_named_with_a_remedy() {
        let newsletter = tempfile::tempdir().unwrap();
        let folder = Folder::of(newsletter.path(), &SubscribersSettings::default());
        let roster = Roster::read(&folder, &Known::default());
        assert_eq!(roster.uncuttable[0].path.as_deref(), Some("subscribers"));
        assert!(roster.uncuttable[0].remedy.is_some());
    }

    #[test]
    fn files_changed_while_they_are_told_are_told_anew() {
        let (_newsletter, folder) = folder(&[("a.toml", &entry("anna"))]);
        let (mut told, mut begun) = (Vec::new(), 0);
        let roster = Roster::visit(&folder, &Known::default(), &mut |visit| match visit {
            Visit::Anew => {
                begun += 1;
                told.clear();
            }
            Visit::Reader(listed) => {
                told.push(listed.subscriber.address.to_string());
                fs::write(folder.path.join("a.toml"), entry("bo") + &entry("anna")).unwrap();
            }
        });
        assert_eq!(told, ["bo@k.example", "anna@k.example"]);
        assert!(begun > 1 && roster.entries.is_empty());
    }

    #[test]
    fn a_survey_finds_what_holds_the_send_and_no_reader() {
        let text = format!("{}<<<<<<< ours\n", entry("anna"));
        let (_newsletter, folder) = folder(&[("a.toml", &text), ("b.toml", &entry("bo"))]);
        let survey = Surveyed::new(&folder, &Known::default());
        let whole = Roster::read(&folder, &Known::default());
        assert_eq!(survey.uncuttable(), whole.uncuttable);
        assert_eq!(survey.uncuttable().len(), 1);
    }

    #[test]
    fn a_changed_replaced_new_or_missing_file_changes_the_stamps() {
        let (_newsletter, folder) = folder(&[("a.toml", &entry("anna"))]);
        let path = folder.path.join("a.toml");
        let roster = Roster::read(&folder, &Known::default());
        assert_eq!(roster.stamps, folder.stamps());
        let check = |what: &str, act: &dyn Fn()| {
            let before = folder.stamps();
            act();
            assert_ne!(before, folder.stamps(), "{what}");
        };
        check("longer", &|| fs::write(&path, entry("annabel")).unwrap());
        check("replaced by the same bytes", &|| {
            crate::store::atomic::write_atomically(&path, entry("annabel").as_bytes()).unwrap();
        });
        check("new", &|| {
            fs::write(folder.path.join("b.toml"), entry("bo")).unwrap();
        });
        check("missing", &|| fs::remove_file(&path).unwrap());
    }
}
