//! A newsletter's own words, laid over the built-in ones and held against them.

use toml::{Table, Value};

use super::Texts;
use crate::domain::{
    fault::{Fault, nearest},
    language::Language,
};

/// What any subject and preheader may have filled in.
const OF_THE_ISSUE: [&str; 8] = [
    "title", "second", "titles", "name", "date", "week", "items", "minutes",
];

/// The file of a language's built-in words.
pub(super) fn built_in(language: Language) -> &'static str {
    match language {
        Language::Da => include_str!("../../templates/texts/da.toml"),
        Language::En => include_str!("../../templates/texts/en.toml"),
    }
}

/// The built-in words of a language under a newsletter's own.
pub(super) fn over(language: Language, text: &str) -> Result<Texts, Vec<Fault>> {
    let own: Table = toml::from_str(text).map_err(|error| vec![unreadable(text, &error)])?;
    let mut words: Table = toml::from_str(built_in(language))
        .map_err(|error| vec![Fault::error(format!("the built-in texts: {error}"))])?;
    let mut faults = Vec::new();
    lay(&mut words, &own, "", &mut faults);
    if faults.is_empty() {
        Texts::deserialize_from(words).map_err(|error| vec![Fault::error(error)])
    } else {
        for fault in &mut faults {
            fault.line = fault.key.as_deref().and_then(|key| line_of(text, key));
        }
        Err(faults)
    }
}

/// The line of a text's key, counted from 1.
fn line_of(text: &str, key: &str) -> Option<usize> {
    let (table, name) = key.rsplit_once('.').unwrap_or(("", key));
    let mut here = "";
    for (before, line) in text.lines().enumerate() {
        let line = line.trim();
        if let Some(header) = line.strip_prefix('[') {
            here = header.trim_end_matches(']').trim();
            if here == key {
                return Some(before + 1);
            }
        } else if let Some((stated, _)) = line.split_once('=')
            && here == table
            && stated.trim().trim_matches('"') == name
        {
            return Some(before + 1);
        }
    }
    None
}

fn unreadable(text: &str, error: &toml::de::Error) -> Fault {
    let line = error
        .span()
        .and_then(|span| text.get(..span.start))
        .map(|before| 1 + before.matches('\n').count());
    Fault {
        line,
        ..Fault::error(format!("this is no TOML: {}", error.message()))
            .remedy("write `key = \"words\"`, one text a line")
    }
}

/// Lays a table over another of the same shape.
fn lay(words: &mut Table, own: &Table, above: &str, faults: &mut Vec<Fault>) {
    for (name, value) in own {
        let key = if above.is_empty() {
            name.clone()
        } else {
            format!("{above}.{name}")
        };
        match (words.get_mut(name), value) {
            (None, _) => faults.push(unknown(name, &key, words)),
            (Some(Value::Table(inner)), Value::Table(value)) => lay(inner, value, &key, faults),
            (Some(word), value) => match misfit(word, value, &key) {
                Some(fault) => faults.push(fault.for_key(key)),
                None => *word = value.clone(),
            },
        }
    }
}

fn unknown(name: &str, key: &str, words: &Table) -> Fault {
    let fault = Fault::error("there is no such text").for_key(key);
    match nearest(name, words.keys().map(String::as_str)) {
        Some(near) => fault.remedy(format!("did you mean `{near}`?")),
        None => fault.remedy("take it away; `templates/texts/da.toml` has every text there is"),
    }
}

/// Why a value cannot stand where the built-in one does.
fn misfit(word: &Value, value: &Value, key: &str) -> Option<Fault> {
    match (word, value) {
        (Value::String(word), Value::String(value)) => misworded(word, value, key),
        (Value::Array(words), Value::Array(values)) => {
            let texts = values
                .iter()
                .all(|value| value.as_str().is_some_and(|text| !text.trim().is_empty()));
            (words.len() != values.len() || !texts).then(|| {
                Fault::error(
                    "the list is not as long as it must be, or has something else than words in it",
                )
                .remedy(format!("write {} texts", words.len()))
            })
        }
        (Value::Table(_), _) => Some(
            Fault::error("this is a table of texts")
                .remedy(format!("write `[{key}]` and its texts")),
        ),
        _ => Some(Fault::error("this is no text").remedy("write words in quotation marks")),
    }
}

fn misworded(word: &str, value: &str, key: &str) -> Option<Fault> {
    if value.trim().is_empty() {
        return Some(
            Fault::error("the text is missing").remedy("write a few words, or take the line away"),
        );
    }
    if value.chars().any(char::is_control) {
        return Some(
            Fault::error("the text has a line break or control character")
                .remedy("write it on one line"),
        );
    }
    let of_the_issue = key.starts_with("subject") || key.starts_with("preheader");
    let mut known: Vec<&str> = places(word).collect();
    if of_the_issue {
        known.extend(OF_THE_ISSUE);
        known.retain(|place| *place != "titles" || key.starts_with("preheader"));
    }
    let strange = places(value).find(|place| !known.contains(place))?;
    let remedy = match nearest(strange, known.iter().copied()) {
        Some(near) => format!("did you mean `{{{near}}}`?"),
        None if known.is_empty() => "write the words without braces".to_owned(),
        None => {
            let known: Vec<String> = known.iter().map(|place| format!("`{{{place}}}`")).collect();
            format!("filled in here: {}", known.join(", "))
        }
    };
    Some(Fault::error(format!("nothing fills in `{{{strange}}}`")).remedy(remedy))
}

/// The places of a text that are filled in: `minutes` in `Læs på {minutes} min.`
fn places(text: &str) -> impl Iterator<Item = &str> {
    text.split('{')
        .skip(1)
        .filter_map(|after| after.split_once('}'))
        .map(|(place, _)| place)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{domain::article::Kind, render::Wording};

    #[test]
    fn both_languages_have_every_text_and_the_same_places() {
        let wording = Wording::built_in().unwrap();
        for language in [Language::Da, Language::En] {
            for kind in Kind::ALL {
                let texts = wording.of(language);
                assert!(texts.kind(kind).read.contains("{minutes}"), "{kind:?}");
            }
        }
        let read = |language| toml::from_str::<Table>(built_in(language)).unwrap();
        let english = read(Language::En);
        for (key, text) in read(Language::Da) {
            let sorted = |text: &Value| {
                let mut found: Vec<String> = places(text.as_str().unwrap_or_default())
                    .map(str::to_owned)
                    .collect();
                found.sort();
                found
            };
            assert_eq!(sorted(&text), sorted(&english[&key]), "{key}");
        }
    }

    #[test]
    fn own_words_lie_over_the_built_in_ones() {
        let texts = over(
            Language::Da,
            "lead = \"Forrest\"\nread = \"{minutes} min. endnu\"\n[kinds.case]\nword = \"forsøg\"\n",
        )
        .unwrap();
        assert_eq!(texts.lead, "Forrest");
        assert_eq!(texts.kind(Kind::Case).word, "forsøg");
        assert_eq!(texts.kind(Kind::News).word, "nyhed");
    }

    #[test]
    fn a_text_that_does_not_fit_is_named_with_its_remedy() {
        let check = |own: &str, key: &str, said: &str| {
            let faults = over(Language::Da, own).unwrap_err();
            let fault = &faults[0];
            assert_eq!(fault.key.as_deref().unwrap_or_default(), key, "{own}");
            assert!(fault.to_string().contains(said), "{fault}");
        };
        check("leed = \"x\"", "leed", "did you mean `lead`?");
        check("lead = \" \"", "lead", "missing");
        check("lead = 3", "lead", "no text");
        check("kinds = \"x\"", "kinds", "table");
        check(
            "read = \"{minuts} min.\"",
            "read",
            "did you mean `{minutes}`?",
        );
        check("ad = \"{name}\"", "ad", "without braces");
        check("months = [\"jan.\"]", "months", "12 texts");
        check(
            "subject = \"{titel}\"",
            "subject",
            "did you mean `{title}`?",
        );
        check(
            "[kinds.case]\nwerd = \"x\"",
            "kinds.case.werd",
            "did you mean `word`?",
        );
        check("lead", "", "no TOML");
        assert_eq!(over(Language::Da, "a = 1\nb = 2").unwrap_err().len(), 2);
        assert!(over(Language::Da, "subject = \"{name}: {second}\"").is_ok());
    }

    #[test]
    fn a_texts_line_is_found() {
        let text = "# Ord\nlead = \"x\"\n[kinds.case]\nword = \"y\"\n[kinds.news]\nword = \"z\"\n";
        assert_eq!(line_of(text, "lead"), Some(2));
        assert_eq!(line_of(text, "kinds.news.word"), Some(6));
        assert_eq!(line_of(text, "ad"), None);
    }
}
