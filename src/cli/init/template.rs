//! A new newsletter's config, made of the demo's: the same keys under the same comments, without the demo's content.
//!
//! It leans on how `config/default.toml` is written: a table is one stretch of lines without a blank one, and a
//! comment that speaks of the demo alone begins with `# Demo:`.

use toml_edit::{DocumentMut, TomlError, value};

const DEMO: &str = include_str!("../../../config/default.toml");

/// What the demo says of itself that a new newsletter must say otherwise, or not at all.
const OPTIONAL: [(&str, &str); 9] = [
    ("reply_to", "redaktionen@avis.example"),
    ("postal_address", "Avisvej 1, 1234 Avisby"),
    ("cvr", "12345678"),
    ("publisher", "Foreningen bag"),
    ("editor", "Navn Navnesen"),
    ("privacy_url", "https://avis.example/privatliv"),
    ("archive_url", "https://avis.example/arkiv/"),
    ("intro", "Godmorgen."),
    ("key_file", "state/key"),
];

/// The entries that stand commented out as examples, in the place of the demo's first.
const EXAMPLES: &str = r#"
topic = { id = "skole", name = "Skole", name_en = "Schools", words = ["skole", "elev", "lektiehjælp"], words_en = ["school", "pupil"] }
publisher = { name = "Avisby Kommune", blurb = "Hvem udgiveren er, i en sætning eller to.", url = "https://avisby.example/", desk = false, areas = ["Skoler", "Klima"], counters = [["Artikler", 12], ["Events", 3]] }
ad = { id = "kursus", advertiser = "Kursushuset", title = "Skriv, så det bliver læst", text = "En dag med øvelser.", link = "https://kursushuset.example/", link_text = "Se programmet", starts = 2027-01-11, expires = 2027-01-22, house = false, weight = 2 }
block = { path = "data/mest-laest.json" }
"#;

/// The text of a new `config/default.toml`.
pub(super) fn config() -> Result<String, TomlError> {
    let mut document: DocumentMut = DEMO.parse()?;
    for (key, text) in OPTIONAL {
        if document["newsletter"].get(key).is_some() {
            document["newsletter"][key] = value(text);
        }
    }
    document["guards"]["not_before"] = value("05:00");
    document["guards"]["not_after"] = value("12:00");
    for (array, entry) in EXAMPLES.parse::<DocumentMut>()?.iter() {
        for (key, example) in entry.as_inline_table().into_iter().flatten() {
            document[array][0][key] = value(example.clone().decorated(" ", ""));
        }
    }
    let text = document
        .to_string()
        .replace("Fællesbladet", "Nyt fra os")
        .replace("faellesbladet.example", "avis.example");
    let mut kept: Vec<String> = Vec::new();
    let mut seen: Vec<&str> = Vec::new();
    for table in text.trim_end().split("\n\n") {
        let header = table.lines().find(|line| line.starts_with('['));
        let kept_as = header.map_or(Kept::Whole, |header| {
            kept_as(header, seen.contains(&header))
        });
        seen.extend(header);
        if kept_as != Kept::Not {
            let lines = table.lines().filter(|line| !line.starts_with("# Demo:"));
            kept.push(
                lines
                    .map(|line| commented(line, kept_as))
                    .collect::<Vec<_>>()
                    .join("\n"),
            );
        }
    }
    Ok(kept.join("\n\n") + "\n")
}

/// What becomes of a table of the demo.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kept {
    /// It stands as it is.
    Whole,
    /// It stands, its optional keys commented out.
    Required,
    /// It stands as an example, commented out.
    Example,
    /// It is left out.
    Not,
}

fn kept_as(header: &str, seen: bool) -> Kept {
    match (header, seen) {
        ("[newsletter]", _) => Kept::Required,
        ("[[topic]]" | "[[publisher]]" | "[[ad]]" | "[[block]]", false) => Kept::Example,
        ("[[topic]]" | "[[publisher]]" | "[[ad]]" | "[[block]]" | "[[source]]", true) => Kept::Not,
        _ => Kept::Whole,
    }
}

fn commented(line: &str, kept: Kept) -> String {
    let optional = || {
        let key = line.split(" = ").next();
        OPTIONAL.iter().any(|(name, _)| Some(*name) == key)
    };
    let out = match kept {
        Kept::Required => optional(),
        Kept::Example => !line.starts_with('#'),
        Kept::Whole | Kept::Not => false,
    };
    if out {
        format!("# {line}")
    } else {
        line.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_config_has_the_demos_keys_and_nothing_of_its_content() {
        let text = config().unwrap();
        for word in ["Demo:", "ællesblad", "aellesblad", "\"off\""] {
            assert!(!text.contains(word), "`{word}` is the demo's own");
        }
        let demo: toml::Table = DEMO.parse().unwrap();
        for array in ["topic", "publisher", "ad"] {
            for (key, value) in demo[array][0].as_table().unwrap() {
                let line = format!("# {key} = {value}\n");
                assert!(key == "house" || !text.contains(&line), "{line}");
            }
        }
        let keys = |text: &str| {
            let mut keys: Vec<String> = text
                .lines()
                .map(|line| line.strip_prefix("# ").unwrap_or(line))
                .filter_map(|line| Some(line.split_once(" = ")?.0.to_owned()))
                .filter(|key| !key.contains(' '))
                .collect();
            keys.sort();
            keys.dedup();
            keys
        };
        assert_eq!(keys(&text), keys(DEMO));
        let example = "# [[ad]]\n# A name for messages and order. Required.\n# id = ";
        assert!(text.contains(example), "{text}");
    }
}
