//! What a refused value is told, in the words of those who write config rather than of those who write Rust.

use serde_json::Value;

use super::{
    key::Key,
    known::{example_at, is_tables, listed},
};
use crate::domain::{
    fault::{Fault, nearest},
    secret::names_a_secret,
};

/// A key that must be there and is not.
pub(super) fn missing(key: &Key) -> Fault {
    let fault = Fault::error("missing: it has no default");
    match example_line(key) {
        Some(line) => fault.remedy(format!("add a line such as `{line}`")),
        None => fault.remedy("add it"),
    }
}

/// A value that its type refuses, with what the type says of it.
pub(super) fn refused(key: &Key, value: Option<&Value>, said: &str) -> Fault {
    // `[[dkim.key]]` is a table by that name; what it holds is names.
    let tables = example_at(key).is_some_and(is_tables);
    if !tables && key.last_name().is_some_and(names_a_secret) {
        return Fault::error("a text in quotes is needed (what stands there is not shown)");
    }
    if let Some((found, wanted)) = said
        .strip_prefix("invalid type: ")
        .or_else(|| said.strip_prefix("invalid value: "))
        .and_then(|said| said.rsplit_once(", expected "))
    {
        let found = value.map_or_else(|| found.to_owned(), shown);
        return wrong(key, &found, wanted);
    }
    if let Some((variant, known)) = said
        .strip_prefix("unknown variant `")
        .and_then(|said| said.split_once("`, expected "))
    {
        return unknown_word(variant, known);
    }
    if let Some((field, known)) = unknown_field(said) {
        let known: Vec<&str> = quoted(known).collect();
        let remedy = match nearest(field, known.iter().copied()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("known here: {}", listed(known)),
        };
        return Fault::error("unknown key").remedy(remedy);
    }
    let found = value.map(shown).unwrap_or_default();
    if let Some(why) = said.strip_prefix("invalid length ") {
        return wrong(
            key,
            &found,
            why.rsplit_once("expected ")
                .map_or(why, |(_, wanted)| wanted),
        );
    }
    if is_of_chrono(said) {
        return Fault::error(format!("{found} is no date"))
            .remedy("write year, month and day: `2026-11-23`");
    }
    if said.starts_with("failed to parse timezone") {
        let zones = chrono_tz::TZ_VARIANTS.iter().map(|zone| zone.name());
        let near = value
            .and_then(Value::as_str)
            .and_then(|name| nearest(name, zones));
        return Fault::error(format!("{found} is no time zone")).remedy(format!(
            "did you mean `{}`?",
            near.unwrap_or("Europe/Copenhagen")
        ));
    }
    // The types' own errors state the fault, and after a semicolon what to write instead.
    match said.split_once("; ") {
        Some((reason, remedy)) => Fault::error(reason).remedy(remedy),
        None => {
            let reason = if said.contains('`') || found.is_empty() {
                said.to_owned()
            } else {
                format!("{found} is refused: {said}")
            };
            with_example(Fault::error(reason), key)
        }
    }
}

/// The key that a strict type did not know, and the names it does.
pub(super) fn unknown_field(said: &str) -> Option<(&str, &str)> {
    said.strip_prefix("unknown field `")?.split_once("`, ")
}

/// A value that is no table where one is needed, or a table where a list of them is.
pub(super) fn misshapen(key: &Key, value: &Value) -> Fault {
    Fault::error(format!("{} where a table is needed", shown(value)))
        .remedy(format!("write its keys under `[{key}]`, with one bracket"))
}

fn wrong(key: &Key, found: &str, wanted: &str) -> Fault {
    let name = key.last_name().unwrap_or_default();
    let wanted = match wanted {
        "usize" | "u8" | "u16" | "u32" | "u64" => "a whole number, 0 or more, is",
        "i8" | "i16" | "i32" | "i64" | "isize" => "a whole number is",
        "f32" | "f64" => "a number is",
        "a boolean" => "`true` or `false` is",
        "a string" => "a text in quotes is",
        "path string" => "a path in quotes is",
        "a string representing an URL" => {
            return Fault::error(format!("{found} is no absolute address")).remedy(format!(
                "write it in full: `{name} = \"https://avis.example/\"`"
            ));
        }
        "a sequence" if example_at(key).is_some_and(is_tables) => {
            return Fault::error(format!("`{name}` must be a list of tables"))
                .remedy(format!("write each as `[[{key}]]`, with two brackets"));
        }
        "a sequence" => "a list in brackets is",
        other if other.contains("formatted date") => {
            return Fault::error(format!("{found} is no date"))
                .remedy(format!("write year, month and day: `{name} = 2026-11-23`"));
        }
        other if other.starts_with("a tuple of size 2") => "a pair, `[\"name\", number]`, is",
        other if other.starts_with("enum ") || other.starts_with("string or map") => {
            "a text in quotes is"
        }
        other => {
            return with_example(
                Fault::error(format!("{found} where {other} is needed")),
                key,
            );
        }
    };
    with_example(Fault::error(format!("{found} where {wanted} needed")), key)
}

fn unknown_word(word: &str, known: &str) -> Fault {
    let known: Vec<&str> = quoted(known).collect();
    let remedy = match nearest(word, known.iter().copied()) {
        Some(near) => format!("did you mean `{near}`? it can be {}", listed(known)),
        None => format!("it can be {}", listed(known)),
    };
    Fault::error(format!("unknown value `{word}`")).remedy(remedy)
}

/// The words in backticks of a text.
fn quoted(text: &str) -> impl Iterator<Item = &str> {
    text.split('`').skip(1).step_by(2)
}

fn is_of_chrono(said: &str) -> bool {
    [
        "input is out of range",
        "input contains invalid characters",
        "premature end of input",
        "trailing input",
        "input is not enough for unique date and time",
        "no possible date and time matching input",
    ]
    .contains(&said)
}

fn with_example(fault: Fault, key: &Key) -> Fault {
    match example_line(key) {
        Some(line) => fault.remedy(format!("write it as in `{line}`")),
        None => fault.remedy("its comment in `config/default.toml` says what it can be"),
    }
}

/// The line that sets the key to the example's value.
fn example_line(key: &Key) -> Option<String> {
    let value = example_at(key)?;
    if value.is_null() || value.is_object() || value.as_array().is_some_and(Vec::is_empty) {
        return None;
    }
    Some(format!("{} = {value}", key.last_name()?))
}

/// A value as a message shows it, cut where it is long.
fn shown(value: &Value) -> String {
    match value {
        Value::Object(_) => "a table".to_owned(),
        Value::Array(_) => "a list".to_owned(),
        Value::Null => "nothing".to_owned(),
        Value::String(text) if text.is_empty() => "an empty text".to_owned(),
        Value::String(text) if text.chars().count() > 60 => {
            let start: String = text.chars().take(60).collect();
            format!("`{start}…`")
        }
        Value::String(text) => format!("`{text}`"),
        other => format!("`{other}`"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn refusals_are_said_in_the_words_of_config() {
        let check = |key: &str, value: Value, said: &str, expected: &str| {
            let fault = refused(&Key::of(key), Some(&value), said);
            let text = format!("{} ({})", fault.reason, fault.remedy.unwrap_or_default());
            assert_eq!(text, expected, "{said}");
        };
        check(
            "selection.max_items",
            json!("many"),
            "invalid type: string \"many\", expected usize",
            "`many` where a whole number, 0 or more, is needed (write it as in `max_items = 15`)",
        );
        check(
            "transport.kind",
            json!("fil"),
            "unknown variant `fil`, expected `file`",
            "unknown value `fil` (did you mean `file`? it can be `file`)",
        );
        check(
            "source",
            json!({}),
            "invalid type: map, expected a sequence",
            "`source` must be a list of tables (write each as `[[source]]`, with two brackets)",
        );
        check(
            "ad.starts",
            json!("2026-13-01"),
            "input is out of range",
            "`2026-13-01` is no date (write year, month and day: `2026-11-23`)",
        );
    }
}
