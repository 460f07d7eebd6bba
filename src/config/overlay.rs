//! The editor's day files, `issues/2026-11-23.toml`: read as strictly as config.

use std::{
    fs,
    io::{self, Read as _},
    path::Path,
};

use chrono::NaiveDate;
use serde_json::Value;

use super::{
    Config,
    known::listed,
    layer::{Layer, Node, NodeKind},
};
use crate::domain::{
    fault::{Fault, nearest},
    overlay::{Named, Overlay},
    section::SectionId,
};

/// The keys of a day file.
const KEYS: [&str; 8] = [
    "intro", "subject", "pins", "bans", "order", "sections", "blocks", "hold",
];

/// The longest subject an editor may write, in characters.
const SUBJECT: usize = 120;

/// The longest intro, in characters: it opens every letter, and mailboxes clip what is long.
const INTRO: usize = 2000;

/// The most octets of a day file.
const OCTETS: u64 = 100_000;

/// A file of the folder of day files.
#[derive(Debug, Clone)]
pub struct DayFile {
    /// Its day.
    pub date: NaiveDate,
    /// What it says, or what is wrong with it.
    pub overlay: Result<Overlay, Vec<Fault>>,
}

/// What the editor says of a day; `None` where there is no file.
///
/// # Errors
/// Every fault of the file, each with its line.
pub fn overlay(config: &Config, date: NaiveDate) -> Result<Option<Overlay>, Vec<Fault>> {
    let name = config.issues.path.join(format!("{date}.toml"));
    let shown = name.display().to_string();
    let path = config.path(&name);
    let refused = |reason: String, remedy: &str| {
        let fault = Fault::error(reason).in_file(shown.clone());
        vec![fault.remedy(remedy)]
    };
    match bounded(&path) {
        Ok(bytes) if bytes.len() as u64 > OCTETS => Err(refused(
            format!("the file has more than {OCTETS} octets"),
            "a day file is a few lines; look at what stands in it",
        )),
        Ok(bytes) => {
            let overlay = read(&shown, &bytes)?;
            known_blocks(config, &overlay)?;
            match unknown_sections(&overlay, config) {
                none if none.is_empty() => Ok(Some(overlay)),
                faults => Err(faults),
            }
        }
        // A link that leads nowhere was meant to say something, perhaps to hold the issue.
        Err(error) if error.kind() == io::ErrorKind::NotFound && !path.is_symlink() => Ok(None),
        Err(error) => Err(refused(
            format!("the file cannot be read: {error}"),
            "make it a file that the user who runs `overblik` may read",
        )),
    }
}

/// Holds the blocks a day file names against those there are.
fn known_blocks(config: &Config, overlay: &Overlay) -> Result<(), Vec<Fault>> {
    let known = || config.blocks.iter().map(|block| block.id.as_str());
    let named = overlay.blocks.as_deref().unwrap_or_default();
    let faults: Vec<Fault> = named
        .iter()
        .enumerate()
        .filter_map(|(index, block)| {
            let again = named[..index].iter().any(|other| other.id == block.id);
            let (reason, remedy) = if !known().any(|id| id == block.id) {
                let near =
                    nearest(&block.id, known()).map(|near| format!("did you mean `{near}`?"));
                let none = || "name it in a `[[block]]` of the config first".to_owned();
                ("no block's id", near.unwrap_or_else(none))
            } else if again {
                ("named twice", "name it once".to_owned())
            } else {
                return None;
            };
            let fault = Fault::error(format!("`{}` is {reason}", block.id));
            Some(overlay.at(fault.for_key("blocks").remedy(remedy), block))
        })
        .collect();
    if faults.is_empty() {
        Ok(())
    } else {
        Err(faults)
    }
}

/// The file, or as much of it as shows that it is too long.
fn bounded(path: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    fs::File::open(path)?
        .take(OCTETS + 1)
        .read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// The day files there are, by date, and a warning for each file that is none.
pub fn day_files(config: &Config) -> (Vec<DayFile>, Vec<Fault>) {
    let folder = &config.issues.path;
    let mut files = Vec::new();
    let mut strange = Vec::new();
    for name in names(&config.path(folder)) {
        let day = name
            .strip_suffix(".toml")
            .and_then(|day| day.parse().ok())
            .filter(|day: &NaiveDate| format!("{day}.toml") == name);
        match day {
            Some(date) => files.extend(match overlay(config, date) {
                Ok(None) => None,
                Ok(Some(overlay)) => Some(DayFile {
                    date,
                    overlay: Ok(overlay),
                }),
                Err(faults) => Some(DayFile {
                    date,
                    overlay: Err(faults),
                }),
            }),
            None if name.starts_with('.') => {}
            None => strange.push(
                Fault::warning("the file is no day's: it is not read")
                    .in_file(folder.join(&name).display().to_string())
                    .remedy("name it after its day, such as `2026-11-23.toml`"),
            ),
        }
    }
    (files, strange)
}

/// The names in a folder, sorted; none where it is not there.
fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut names: Vec<String> = entries
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}

fn read(shown: &str, bytes: &[u8]) -> Result<Overlay, Vec<Fault>> {
    let Ok(text) = std::str::from_utf8(bytes) else {
        let fault = Fault::error("the file is not UTF-8").in_file(shown);
        return Err(vec![fault.remedy("save it as UTF-8")]);
    };
    // A byte-order mark is no part of the text (the Unicode Standard, §23.8).
    let (layer, mut faults) = Layer::parse(shown, text.strip_prefix('\u{feff}').unwrap_or(text));
    let mut overlay = Overlay {
        path: shown.to_owned(),
        ..Overlay::default()
    };
    if let Some(Layer {
        root: Node {
            kind: NodeKind::Table(keys),
            ..
        },
        ..
    }) = &layer
    {
        for (key, node) in keys {
            if let Err(fault) = set(&mut overlay, key, node) {
                let fault = match fault.line {
                    Some(_) => fault,
                    None => fault.at_line(node.line),
                };
                faults.push(fault.in_file(shown).for_key(key));
            }
        }
    }
    faults.sort_by_key(|fault| fault.line);
    if faults.is_empty() {
        Ok(overlay)
    } else {
        Err(faults)
    }
}

fn set(overlay: &mut Overlay, key: &str, node: &Node) -> Result<(), Fault> {
    match key {
        "intro" => overlay.intro = Some(intro(node)?),
        "subject" => overlay.subject = Some(subject(node)?),
        "hold" => overlay.hold = Some(text(node, "afventer et svar")?),
        "pins" => overlay.pins = ids(node)?,
        "bans" => overlay.bans = ids(node)?,
        "order" => overlay.order = ids(node)?,
        "sections" => overlay.sections = sections(node)?,
        "blocks" => overlay.blocks = Some(blocks(node)?),
        unknown => {
            return Err(
                Fault::error("unknown key").remedy(match nearest(unknown, KEYS) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => format!("known here: {}", listed(KEYS)),
                }),
            );
        }
    }
    Ok(())
}

fn text(node: &Node, example: &str) -> Result<String, Fault> {
    match &node.kind {
        NodeKind::Leaf(Value::String(text)) if !text.trim().is_empty() => {
            Ok(text.trim().to_owned())
        }
        _ => Err(
            Fault::error("a text that says something is needed").remedy(format!(
                "write it in quotes, such as `\"{example}\"`, or take the line away"
            )),
        ),
    }
}

fn intro(node: &Node) -> Result<String, Fault> {
    let intro = text(node, "Godmorgen.")?;
    no_longer(intro, INTRO, "intro", "write a line or two")
}

fn subject(node: &Node) -> Result<String, Fault> {
    let subject = text(node, "Broen åbner")?;
    // Marks that turn the direction of writing could make an inbox show another subject than was written.
    let turns = |c: char| matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    if subject.chars().any(|c| c.is_control() || turns(c)) {
        return Err(
            Fault::error("the subject has a line break or control character")
                .remedy("write it on one line"),
        );
    }
    no_longer(
        subject,
        SUBJECT,
        "subject",
        "write less; an inbox shows some sixty",
    )
}

fn no_longer(text: String, most: usize, what: &str, remedy: &str) -> Result<String, Fault> {
    let length = text.chars().count();
    if length <= most {
        return Ok(text);
    }
    let reason = format!("the {what} has {length} characters, and {most} are the most");
    Err(Fault::error(reason).remedy(remedy))
}

fn sections(node: &Node) -> Result<Vec<(Named, SectionId)>, Fault> {
    let wrong = |line| {
        Fault::error("article ids with their sections are needed")
            .at_line(line)
            .remedy("write them under `[sections]`, such as `\"artikler/broen\" = \"nyheder\"`")
    };
    let NodeKind::Table(entries) = &node.kind else {
        return Err(wrong(node.line));
    };
    entries
        .iter()
        .map(|(id, entry)| match &entry.kind {
            NodeKind::Leaf(Value::String(section)) if !section.trim().is_empty() => Ok((
                Named {
                    id: id.trim().to_owned(),
                    line: entry.line,
                },
                SectionId(section.trim().to_owned()),
            )),
            _ => Err(wrong(entry.line)),
        })
        .collect()
}

/// What is wrong with the sections that articles are put in.
fn unknown_sections(overlay: &Overlay, config: &Config) -> Vec<Fault> {
    let known = || config.sections.iter().map(|section| section.id.0.as_str());
    let unknown = overlay
        .sections
        .iter()
        .filter(|(_, section)| !known().any(|id| id == section.0));
    unknown
        .map(|(named, section)| {
            let remedy = match nearest(&section.0, known()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("sections there are: {}", listed(known())),
            };
            let fault = Fault::error(format!("there is no section `{section}`"));
            overlay.at(fault.for_key("sections").remedy(remedy), named)
        })
        .collect()
}

fn ids(node: &Node) -> Result<Vec<Named>, Fault> {
    listed_ids(
        node,
        "a list of article ids is needed",
        "write it as `[\"artikler/broen\"]`; `overblik articles` lists the ids",
    )
}

fn blocks(node: &Node) -> Result<Vec<Named>, Fault> {
    listed_ids(
        node,
        "a list of block ids is needed",
        "write it as `[\"mest-laest\"]`; `[]` shows none",
    )
}

fn listed_ids(node: &Node, reason: &str, remedy: &str) -> Result<Vec<Named>, Fault> {
    let wrong = |line| Fault::error(reason).at_line(line).remedy(remedy);
    let NodeKind::List(entries) = &node.kind else {
        return Err(wrong(node.line));
    };
    entries
        .iter()
        .map(|entry| match &entry.kind {
            NodeKind::Leaf(Value::String(id)) if !id.trim().is_empty() => Ok(Named {
                id: id.trim().to_owned(),
                line: entry.line,
            }),
            _ => Err(wrong(entry.line)),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(text: &str) -> Vec<String> {
        let faults = read("issues/2026-11-23.toml", text.as_bytes()).err();
        let faults = faults.unwrap_or_default().into_iter();
        faults.map(|fault| fault.to_string()).collect()
    }

    #[test]
    fn a_day_file_says_all_it_can() {
        let text = "intro = \"\"\"\nGodmorgen.\nDet regner.\"\"\"\nsubject = \"Broen åbner\"\npins = [\n  \"broen\",\n  \"a/diget\",\n]\n\
                    bans = []\norder = [\"diget\"]\nhold = \"afventer svar\"\n[sections]\n\"a/diget\" = \"debat\"\n";
        let overlay = read("issues/2026-11-23.toml", text.as_bytes()).unwrap();
        assert_eq!(overlay.intro.as_deref(), Some("Godmorgen.\nDet regner."));
        assert_eq!(overlay.subject.as_deref(), Some("Broen åbner"));
        let pins: Vec<(&str, usize)> = overlay
            .pins
            .iter()
            .map(|pin| (pin.id.as_str(), pin.line))
            .collect();
        assert_eq!(pins, [("broen", 6), ("a/diget", 7)]);
        assert_eq!(overlay.hold.as_deref(), Some("afventer svar"));
        let (named, section) = &overlay.sections[0];
        assert_eq!((named.id.as_str(), named.line), ("a/diget", 13));
        assert_eq!(section.0, "debat");
        let empty = read("x", "\u{feff}# intet endnu\n".as_bytes()).unwrap();
        assert_eq!((empty.intro, empty.pins.len()), (None, 0));
    }

    #[test]
    fn every_fault_of_a_day_file_is_told_with_its_line() {
        insta::assert_snapshot!(
            told("hlod = \"vent\"\nintro = \" \"\nsubject = \"a\\nb\"\npins = \"broen\"\nbans = [\n  \"x\",\n  5,\n]\ncolour = 1\norder = [\n")
                .join("\n"),
            @r#"
        error: issues/2026-11-23.toml:1: `hlod`: unknown key
          hint: did you mean `hold`?
        error: issues/2026-11-23.toml:2: `intro`: a text that says something is needed
          hint: write it in quotes, such as `"Godmorgen."`, or take the line away
        error: issues/2026-11-23.toml:3: `subject`: the subject has a line break or control character
          hint: write it on one line
        error: issues/2026-11-23.toml:4: `pins`: a list of article ids is needed
          hint: write it as `["artikler/broen"]`; `overblik articles` lists the ids
        error: issues/2026-11-23.toml:7: `bans`: a list of article ids is needed
          hint: write it as `["artikler/broen"]`; `overblik articles` lists the ids
        error: issues/2026-11-23.toml:9: `colour`: unknown key
          hint: known here: `intro`, `subject`, `pins`, `bans`, `order`, `sections`, `blocks`, `hold`
        error: issues/2026-11-23.toml:10: not TOML: unclosed array, expected `]`
          hint: mend the line; texts stand in quotes, tables under `[name]`
        "#);
        assert!(read("x", &[0xff, 0xfe]).is_err());
        let long = format!("subject = \"{}\"", "ø".repeat(121));
        assert!(told(&long)[0].contains("the subject has 121 characters"));
        let long = format!("intro = \"{}\"", "ø".repeat(2001));
        assert!(told(&long)[0].contains("the intro has 2001 characters"));
        assert_eq!(told("subject = \"a\u{202e}b\"").len(), 1);
    }
}
