//! One key of an entry's text set or taken out.

use std::ops::Range;

use toml::de::{DeTable, DeValue};

use crate::roster::entry::KEYS;

/// Why a key cannot be changed without touching more than it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum Obstacle {
    /// The entry is not TOML.
    #[error("the entry does not read, so nothing in it can be changed safely")]
    Unreadable,
    /// A table of its own, or dotted keys.
    #[error("`{0}` stands over several lines as a table of its own")]
    Table(String),
}

impl Obstacle {
    /// What to do about it.
    pub(super) fn remedy(&self) -> &'static str {
        match self {
            Self::Unreadable => "mend it first; `overblik subscribers check` says what is wrong",
            Self::Table(_) => {
                "run `overblik subscribers fmt` first, or write it as `{ … }` on one line"
            }
        }
    }
}

/// A key and its value, as octets of the entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Place {
    /// The key.
    pub(super) key: String,
    /// Where the key's line begins.
    pub(super) line: usize,
    /// The value.
    pub(super) value: Range<usize>,
}

/// An entry's keys that stand on lines of their own, in the order they stand; and those that are tables.
pub(super) fn places(entry: &str) -> Result<(Vec<Place>, Vec<String>), Obstacle> {
    let document = DeTable::parse(entry).map_err(|_| Obstacle::Unreadable)?;
    let table = document
        .get_ref()
        .get("subscriber")
        .and_then(|value| value.get_ref().as_array())
        .and_then(|entries| entries.iter().next())
        .and_then(|entry| entry.get_ref().as_table())
        .ok_or(Obstacle::Unreadable)?;
    let (mut places, mut tables) = (Vec::new(), Vec::new());
    for (key, value) in table {
        let span = value.span();
        let is_table = matches!(value.get_ref(), DeValue::Table(_));
        if is_table && entry.as_bytes().get(span.start) != Some(&b'{') {
            tables.push(key.get_ref().to_string());
            continue;
        }
        let line = entry[..key.span().start]
            .rfind('\n')
            .map_or(0, |end| end + 1);
        places.push(Place {
            key: key.get_ref().to_string(),
            line,
            value: span,
        });
    }
    places.sort_by_key(|place| place.line);
    Ok((places, tables))
}

/// The entry with a key's value set: in its place, or on a line of its own below the last of the keys before it.
pub(super) fn with(entry: &str, key: &str, value: &str, newline: &str) -> Result<String, Obstacle> {
    let places = on_lines(entry, key)?;
    let mut text = entry.to_owned();
    if let Some(place) = places.iter().find(|place| place.key == key) {
        let is_same = |old: &str| {
            let read = |value: &str| format!("x = {value}").parse::<toml::Table>().ok();
            read(old).is_some_and(|old| Some(old) == read(value))
        };
        if !is_same(&entry[place.value.clone()]) {
            text.replace_range(place.value.clone(), value);
        }
        return Ok(text);
    }
    let rank = |key: &str| KEYS.iter().position(|known| *known == key);
    let above = places
        .iter()
        .filter(|place| rank(&place.key) < rank(key))
        .max_by_key(|place| rank(&place.key))
        .or(places.first())
        .ok_or(Obstacle::Unreadable)?;
    let end = line_end(entry, above.value.end);
    if entry[..end].ends_with('\n') {
        text.insert_str(end, &format!("{key} = {value}{newline}"));
    } else {
        text.insert_str(end, &format!("{newline}{key} = {value}"));
    }
    Ok(text)
}

/// The entry without a key's lines.
pub(super) fn without(entry: &str, key: &str) -> Result<String, Obstacle> {
    let places = on_lines(entry, key)?;
    let Some(place) = places.iter().find(|place| place.key == key) else {
        return Ok(entry.to_owned());
    };
    let end = line_end(entry, place.value.end);
    let (mut above, below) = (&entry[..place.line], &entry[end..]);
    if below.is_empty() && !entry.ends_with('\n') {
        above = above.strip_suffix('\n').unwrap_or(above);
        above = above.strip_suffix('\r').unwrap_or(above);
    }
    Ok(format!("{above}{below}"))
}

fn on_lines(entry: &str, key: &str) -> Result<Vec<Place>, Obstacle> {
    let (places, tables) = places(entry)?;
    if tables.iter().any(|table| table == key) {
        return Err(Obstacle::Table(key.to_owned()));
    }
    Ok(places)
}

/// Behind the end of the line that an octet stands on.
pub(super) fn line_end(text: &str, at: usize) -> usize {
    text.as_bytes()[at..]
        .iter()
        .position(|byte| *byte == b'\n')
        .map_or(text.len(), |more| at + more + 1)
}
