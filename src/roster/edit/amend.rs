//! Changes what an entry says; every other byte of the file stays.

use super::{
    Change, Draft, EditError,
    change::Stands,
    files::{lines_of, nowhere, read_all},
    keys::{self, Obstacle},
    refused, text,
};
use crate::{
    domain::{
        address::Address,
        fault::{Fault, nearest},
        subscriber::Subscriber,
    },
    roster::{
        cut::Header,
        entry::{Entry, KEYS},
        file::ListFile,
        folder::Folder,
        known::Known,
    },
};

/// What is to be different about a reader.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Amendment {
    /// What is said anew; an empty address and what is not said stay.
    pub set: Draft,
    /// The keys that go.
    pub clear: Vec<String>,
}

/// The change that amends the one entry of an address; none when it says all that already.
///
/// # Errors
/// [`EditError::Refused`] when the reader stands nowhere or twice, when a new address stands already, when the entry
/// would not be sound, when a file cannot be cut.
pub fn plan_amend(
    folder: &Folder,
    known: &Known,
    address: &Address,
    amendment: &Amendment,
) -> Result<Vec<Change>, EditError> {
    check_keys(&amendment.clear)?;
    let files = read_all(folder, known)?;
    if !amendment.set.email.is_empty() {
        check_new_address(&files, known, address, &amendment.set.email)?;
    }
    let mut found = Vec::new();
    for (index, (_, file)) in files.iter().enumerate() {
        for line in lines_of(file, address, known)? {
            found.push((index, line));
        }
    }
    let (index, line) = match found[..] {
        [] => return Err(nowhere(address)),
        [place] => place,
        [(first, line), ..] => {
            return Err(refused(
                Fault::error(format!("`{}` stands more than once", address.masked()))
                    .in_file(&files[first].1.shown)
                    .at_line(line)
                    .remedy("see `overblik subscribers check`, and take all but one away"),
            ));
        }
    };
    let (name, file) = files
        .into_iter()
        .nth(index)
        .ok_or_else(|| nowhere(address))?;
    amend(folder.path.join(name), file, line, known, amendment)
}

fn amend(
    path: std::path::PathBuf,
    file: ListFile,
    line: usize,
    known: &Known,
    amendment: &Amendment,
) -> Result<Vec<Change>, EditError> {
    let Some(chunk) = file.cut.chunks.iter().find(|chunk| chunk.line == line) else {
        return Err(EditError::Unproven(file.shown));
    };
    let before = file.entry(chunk, known).map_err(refused)?.reader;
    let of_file = file.known(known);
    let entry = chunk.of(&file.text);
    let obstacle = |obstacle: Obstacle| {
        refused(
            Fault::error(obstacle.to_string())
                .in_file(&file.shown)
                .at_line(line)
                .remedy(obstacle.remedy()),
        )
    };
    let newline = text::newline_of(&file.text);
    let mut amended = entry.to_owned();
    for key in &amendment.clear {
        amended = keys::without(&amended, key).map_err(obstacle)?;
    }
    for (key, value) in amendment.set.pairs() {
        amended = keys::with(&amended, key, &value.to_string(), newline).map_err(obstacle)?;
    }
    if amended == entry {
        return Ok(Vec::new());
    }
    let read = Entry::read(&amended, Header::Subscriber, line, &of_file).reader;
    let reader = read.map_err(|faults| {
        let named = faults.into_iter().map(|fault| fault.in_file(&file.shown));
        EditError::Refused(named.collect())
    })?;
    if let Ok(before) = &before
        && !is_as_meant(before, &reader, &of_file, amendment)
    {
        return Err(EditError::Unproven(file.shown));
    }
    let mut after = file.text.clone();
    after.replace_range(chunk.start..chunk.own.end, &amended);
    let expected: Vec<Stands> = file
        .cut
        .chunks
        .iter()
        .map(|other| match other.line == line {
            true => Stands::Reads(Box::new(reader.clone())),
            false => Stands::kept(other),
        })
        .collect();
    let change = Change {
        shown: file.shown,
        lines: vec![line],
        path,
        stamp: Some(file.stamp),
        above: None,
        before: file.text,
        after,
    };
    Ok(vec![change.proven(expected, known)?])
}

/// Whether a reader is the old one with the amendment, by way of an entry written anew.
fn is_as_meant(
    before: &Subscriber,
    after: &Subscriber,
    known: &Known,
    amendment: &Amendment,
) -> bool {
    let mut meant = amendment.applied(Draft::of(before));
    let clears_topics = amendment.clear.iter().any(|key| key == "topics");
    if clears_topics && amendment.set.topics.is_empty() {
        meant.topics = known.default_topics.iter().map(|id| id.0.clone()).collect();
    }
    // An entry that says all is the same in every file; one without topics gets them all.
    let plain = Known {
        default_topics: Vec::new(),
        ..known.clone()
    };
    let meant = Entry::read(&meant.to_toml(), Header::Subscriber, 1, &plain).reader;
    meant.as_ref() == Ok(after)
}

impl Amendment {
    fn applied(&self, mut draft: Draft) -> Draft {
        for key in &self.clear {
            match key.as_str() {
                "name" => draft.name = None,
                "first_name" => draft.first_name = None,
                "topics" => draft.topics = Vec::new(),
                "sections" => draft.sections = Vec::new(),
                "frequency" => draft.frequency = None,
                "format" => draft.format = None,
                "language" => draft.language = None,
                "consent" => draft.consent = None,
                "paused_until" => draft.paused_until = None,
                _ => {}
            }
        }
        let set = self.set.clone();
        let list = |new: Vec<String>, old: Vec<String>| if new.is_empty() { old } else { new };
        Draft {
            email: match set.email.is_empty() {
                true => draft.email,
                false => set.email,
            },
            name: set.name.or(draft.name),
            first_name: set.first_name.or(draft.first_name),
            topics: list(set.topics, draft.topics),
            sections: list(set.sections, draft.sections),
            frequency: set.frequency.or(draft.frequency),
            format: set.format.or(draft.format),
            language: set.language.or(draft.language),
            consent: set.consent.or(draft.consent),
            paused_until: set.paused_until.or(draft.paused_until),
        }
    }
}

fn check_keys(keys: &[String]) -> Result<(), EditError> {
    // The first is the address.
    let optional = &KEYS[1..];
    let faults: Vec<Fault> = keys
        .iter()
        .filter(|key| !optional.contains(&key.as_str()))
        .map(|key| {
            Fault::error(format!("`{key}` is no key that an entry can do without"))
                .for_key("--clear")
                .remedy(match nearest(key, optional.iter().copied()) {
                    Some(meant) => format!("did you mean `{meant}`?"),
                    None => format!("name one of `{}`", optional.join("`, `")),
                })
        })
        .collect();
    if faults.is_empty() {
        Ok(())
    } else {
        Err(EditError::Refused(faults))
    }
}

/// That nobody else has the address a reader is to have.
fn check_new_address(
    files: &[(std::path::PathBuf, ListFile)],
    known: &Known,
    address: &Address,
    new: &str,
) -> Result<(), EditError> {
    let Ok(new) = Address::parse(new) else {
        // The entry is refused when it is read back, with the reason.
        return Ok(());
    };
    if new.folded() == address.folded() {
        return Ok(());
    }
    for (_, file) in files {
        if let Some(line) = lines_of(file, &new, known)?.first() {
            return Err(refused(
                Fault::error(format!("`{}` stands already", new.masked()))
                    .in_file(&file.shown)
                    .at_line(*line)
                    .for_key("email")
                    .remedy("take one of the two entries away"),
            ));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::roster::edit::{
        make,
        trial::{address, folder, keeping},
    };

    const ANNA: &str = "# our first\r\n[[subscriber]]\r\nemail = \"anna@k.example\"   # work\r\nname = 'Anna'\r\n\
                        topics = [ \"ledelse\",\r\n  \"skole\" ] # both\r\nconsent = { at = 2026-11-01T09:30:00+01:00,  source=\"web\" }\r\n";
    const BO: &str = "\r\n[[subscriber]]\r\nemail = \"bo@k.example\"";

    fn amended(amendment: &Amendment) -> String {
        let (_newsletter, folder) = folder(&[("a.toml", &format!("{ANNA}{BO}"))]);
        let plan = || {
            plan_amend(
                &folder,
                &Known::default(),
                &address("anna@k.example"),
                amendment,
            )
        };
        make(&folder, &keeping(&folder), plan).unwrap();
        fs::read_to_string(folder.path.join("a.toml")).unwrap()
    }

    fn set(set: Draft) -> Amendment {
        Amendment {
            set,
            clear: Vec::new(),
        }
    }

    #[test]
    fn one_value_changes_and_no_other_byte() {
        let check = |amendment: Amendment, from: &str, to: &str| {
            assert_eq!(amended(&amendment), format!("{ANNA}{BO}").replace(from, to));
        };
        check(
            set(Draft {
                name: Some("Anna Å".into()),
                ..Draft::default()
            }),
            "'Anna'",
            "\"Anna Å\"",
        );
        check(
            set(Draft {
                email: "Anna@ny.example".into(),
                ..Draft::default()
            }),
            "\"anna@k.example\"",
            "\"Anna@ny.example\"",
        );
        check(
            set(Draft {
                topics: vec!["it".into()],
                ..Draft::default()
            }),
            "[ \"ledelse\",\r\n  \"skole\" ]",
            "[\"it\"]",
        );
        check(
            set(Draft {
                first_name: Some("Anna".into()),
                ..Draft::default()
            }),
            "'Anna'\r\n",
            "'Anna'\r\nfirst_name = \"Anna\"\r\n",
        );
        check(
            set(Draft {
                paused_until: "2026-12-01".parse().ok(),
                ..Draft::default()
            }),
            "\"web\" }\r\n",
            "\"web\" }\r\npaused_until = 2026-12-01\r\n",
        );
        check(
            Amendment {
                clear: vec!["topics".into()],
                ..Amendment::default()
            },
            "topics = [ \"ledelse\",\r\n  \"skole\" ] # both\r\n",
            "",
        );
    }

    #[test]
    fn a_key_at_the_end_of_a_file_without_a_last_line_end_keeps_that_habit() {
        let (_newsletter, folder) = folder(&[("a.toml", &format!("{ANNA}{BO}"))]);
        let pause = set(Draft {
            paused_until: "2026-12-01".parse().ok(),
            ..Draft::default()
        });
        let plan = || plan_amend(&folder, &Known::default(), &address("bo@k.example"), &pause);
        make(&folder, &keeping(&folder), plan).unwrap();
        let text = fs::read_to_string(folder.path.join("a.toml")).unwrap();
        assert_eq!(text, format!("{ANNA}{BO}\r\npaused_until = 2026-12-01"));
        let plan = || {
            let amendment = Amendment {
                clear: vec!["paused_until".into()],
                ..Amendment::default()
            };
            plan_amend(
                &folder,
                &Known::default(),
                &address("bo@k.example"),
                &amendment,
            )
        };
        make(&folder, &keeping(&folder), plan).unwrap();
        let text = fs::read_to_string(folder.path.join("a.toml")).unwrap();
        assert_eq!(text, format!("{ANNA}{BO}"));
    }

    #[test]
    fn what_would_not_be_sound_is_refused_with_its_reason() {
        let check = |text: &str, amendment: &Amendment, reason: &str| {
            let (_newsletter, folder) = folder(&[("a.toml", text)]);
            let plan = plan_amend(
                &folder,
                &Known::default(),
                &address("anna@k.example"),
                amendment,
            );
            let Err(EditError::Refused(faults)) = plan else {
                panic!("{plan:?}");
            };
            assert!(faults[0].to_string().contains(reason), "{}", faults[0]);
        };
        let weekly = set(Draft {
            frequency: Some("weekly".into()),
            ..Draft::default()
        });
        let montly = set(Draft {
            frequency: Some("montly".into()),
            ..Draft::default()
        });
        check(
            ANNA,
            &montly,
            "subscribers/a.toml:7: `frequency`: `montly` is no frequency",
        );
        check(&format!("{ANNA}{ANNA}"), &weekly, "stands more than once");
        check(BO, &weekly, "stands in no subscriber file");
        let to_bo = set(Draft {
            email: "BO@k.example".into(),
            ..Draft::default()
        });
        check(
            &format!("{ANNA}{BO}"),
            &to_bo,
            "`B…@k.example` stands already",
        );
        let nothing = Amendment {
            clear: vec!["emial".into()],
            ..Amendment::default()
        };
        check(
            ANNA,
            &nothing,
            "`emial` is no key that an entry can do without",
        );
        let table = ANNA.replace(
            "consent = {",
            "[subscriber.consent]\r\nat = 2026-11-01T09:30:00Z #",
        );
        let clear = Amendment {
            clear: vec!["consent".into()],
            ..Amendment::default()
        };
        check(&table, &clear, "`consent` stands over several lines");
    }

    #[test]
    fn an_entry_that_says_it_already_is_not_written() {
        let (_newsletter, folder) = folder(&[("a.toml", BO)]);
        let same = set(Draft {
            email: "bo@k.example".into(),
            ..Draft::default()
        });
        let plan = plan_amend(&folder, &Known::default(), &address("BO@k.example"), &same);
        assert!(plan.unwrap().is_empty());
    }
}
