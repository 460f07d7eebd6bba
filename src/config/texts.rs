//! The newsletter's own words: `texts/da.toml`, `texts/en.toml`.

use std::{fs, io::ErrorKind, path::Path};

use super::typed::Reading;
use crate::{
    domain::{fault::Fault, language::Language},
    render::Wording,
};

/// Far more than all words of a letter.
const MOST: u64 = 256 * 1024;

/// The built-in words with those of the newsletter's folder over them. What is wrong with them is a fault of the config.
pub(super) fn read(folder: &Path, texts: &str, reading: &mut Reading) -> Option<Wording> {
    let mut wording = match Wording::built_in() {
        Ok(wording) => wording,
        Err(error) => {
            reading.say(Fault::error(error.to_string()));
            return None;
        }
    };
    let inside = folder.join(texts);
    for name in strangers(&inside) {
        reading.say(
            Fault::error("no language goes by this name")
                .in_file(format!("{texts}/{name}"))
                .remedy("call it `da.toml` or `en.toml`, or take it away"),
        );
    }
    for language in [Language::Da, Language::En] {
        let name = format!("{}.toml", language.tag());
        let shown = format!("{texts}/{name}");
        let own = match text(&inside.join(name)) {
            Ok(Some(own)) => own,
            Ok(None) => continue,
            Err(why) => {
                reading.say(
                    Fault::error(why)
                        .in_file(shown)
                        .remedy("make it a text file in UTF-8 that can be read, or take it away"),
                );
                continue;
            }
        };
        if let Err(faults) = wording.lay_over(language, &own, &shown) {
            faults.into_iter().for_each(|fault| reading.say(fault));
        }
    }
    Some(wording)
}

/// The text of a file; `None` where there is none.
fn text(path: &Path) -> Result<Option<String>, String> {
    match fs::metadata(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Ok(found) if found.len() > MOST => {
            return Err(format!("the file is larger than {MOST} octets"));
        }
        _ => {}
    }
    fs::read_to_string(path)
        .map(Some)
        .map_err(|error| format!("the file cannot be read: {error}"))
}

/// The names of the TOML files that are of no language.
fn strangers(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut names: Vec<String> = entries
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .filter(|name| name.ends_with(".toml") && name != "da.toml" && name != "en.toml")
        .collect();
    names.sort();
    names
}

#[cfg(test)]
mod tests {
    use std::fs;

    use crate::domain::fault::Fault;

    const SMALL: &str = "[newsletter]\nname = \"Nyt\"\nlist_id = \"nyt.avis.example\"\nfrom = \"nyt@avis.example\"\nbase_url = \"https://avis.example/\"\n";

    /// What a newsletter with these words, and this after its config, is told.
    fn told(file: &str, words: &[u8], more: &str) -> Vec<Fault> {
        let folder = tempfile::tempdir().unwrap();
        for name in ["config", "texts", "articles"] {
            fs::create_dir(folder.path().join(name)).unwrap();
        }
        let config = folder.path().join("config");
        fs::write(config.join("default.toml"), format!("{SMALL}{more}")).unwrap();
        fs::write(folder.path().join("texts").join(file), words).unwrap();
        match crate::config::load(&config, None, std::iter::empty()) {
            Ok(config) => {
                assert_eq!(config.look.theme.frame_px, 640);
                Vec::new()
            }
            Err(faults) => faults,
        }
    }

    #[test]
    fn own_words_that_fit_are_taken() {
        assert_eq!(told("da.toml", "lead = \"Øverst\"".as_bytes(), ""), []);
    }

    #[test]
    fn words_that_do_not_fit_are_named_by_file_line_and_key() {
        let check = |file: &str, words: &[u8], expected: &str| {
            let faults = told(file, words, "");
            assert_eq!(faults.len(), 1, "{faults:?}");
            assert!(faults[0].to_string().contains(expected), "{}", faults[0]);
            assert!(faults[0].remedy.is_some());
        };
        check(
            "da.toml",
            b"lead = \"x\"\nleed = \"y\"",
            "texts/da.toml:2: `leed`: there is no such text",
        );
        check(
            "en.toml",
            b"[kinds.case]\nword = \"\"",
            "texts/en.toml:2: `kinds.case.word`: the text is missing",
        );
        check("en.toml", b"read = \"\xff\"", "texts/en.toml");
        check("dansk.toml", b"", "texts/dansk.toml");
        check("da.toml", b"lead = \"x\"\n\nread", "texts/da.toml:3");
    }

    #[test]
    fn a_theme_that_cannot_be_set_is_refused_by_key() {
        let check = |more: &str, key: &str| {
            let faults = told("da.toml", b"", more);
            assert_eq!(faults.len(), 1, "{more} {faults:?}");
            assert_eq!(faults[0].key.as_deref(), Some(key), "{}", faults[0]);
        };
        check("[theme]\nframe_px = 900", "theme.frame_px");
        check(
            "[theme.colors.dark]\nink = \"white\"",
            "theme.colors.dark.ink",
        );
        check(
            "[theme.colors.dark]\nimk = \"#FFFFFF\"",
            "theme.colors.dark.imk",
        );
        check("[theme.fonts]\nserif = \"a;b\"", "theme.fonts.serif");
        check("[theme.blocks]\norder = [\"items\"]", "theme.blocks.order");
        check("[theme.blocks]\noff = [\"items\"]", "theme.blocks.off[0]");
        check("[theme.titles]\nweight = 450", "theme.titles.weight");
        check("[theme.marks]\ndesk = \"○\"", "theme.marks.publisher");
        check("[theme.brand]\nlogo = \"navn.png\"", "theme.brand.logo");
        check("[theme.limits]\nquote = 7", "theme.limits.quote");
        check(
            "[[section]]\nid = \"a\"\nname = \"A\"\ntext_light = \"#12\"",
            "section[0].text_light",
        );
    }
}
