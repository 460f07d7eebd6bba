//! Readers in JSON, one at a time: the list may lie at the top or under `data`, `results`, `members`, `entries` or
//! `subscribers`.

use std::{fmt, io::Read};

use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

use super::{candidate::Row, columns::Column};

/// The keys under which other programs keep the list.
const LISTS: [&str; 5] = ["data", "results", "members", "entries", "subscribers"];

/// Gives every row, with its number counted from 1.
///
/// # Errors
/// Where the text is no JSON, or holds no list.
pub(super) fn rows(from: impl Read, take: &mut dyn FnMut(usize, Row)) -> Result<(), String> {
    let mut json = serde_json::Deserializer::from_reader(from);
    let mut found = Found {
        take,
        number: 0,
        lists: 0,
    };
    let read = Lists(&mut found)
        .deserialize(&mut json)
        .and_then(|()| json.end());
    read.map_err(|error| format!("not valid JSON: {error}"))?;
    if found.lists == 0 {
        return Err("there is no list of readers in it".into());
    }
    Ok(())
}

struct Found<'a> {
    take: &'a mut dyn FnMut(usize, Row),
    number: usize,
    lists: usize,
}

/// Looks for lists at this place.
struct Lists<'a, 'b>(&'a mut Found<'b>);

impl<'de> DeserializeSeed<'de> for Lists<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<(), D::Error> {
        from.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Lists<'_, '_> {
    type Value = ();

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("a list of readers")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        self.0.lists += 1;
        while let Some(reader) = list.next_element::<Value>()? {
            self.0.number += 1;
            (self.0.take)(self.0.number, row(&reader));
        }
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(key) = map.next_key::<String>()? {
            if LISTS.contains(&key.as_str()) {
                map.next_value_seed(Lists(self.0))?;
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(())
    }

    fn visit_str<E>(self, _: &str) -> Result<(), E> {
        Ok(())
    }

    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E>(self, _: u64) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E>(self, _: i64) -> Result<(), E> {
        Ok(())
    }

    fn visit_f64<E>(self, _: f64) -> Result<(), E> {
        Ok(())
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }
}

fn row(reader: &Value) -> Row {
    let mut row = Row::new();
    match reader {
        Value::String(line) => row.extend(super::plain::row(line).unwrap_or_default()),
        Value::Object(reader) => take(reader, &mut row),
        _ => {}
    }
    row
}

fn take(reader: &Map<String, Value>, row: &mut Row) {
    for (key, value) in reader {
        match (key.as_str(), value) {
            ("merge_fields", Value::Object(fields)) => take(fields, row),
            ("consent", Value::Object(consent)) => {
                for (key, column) in [
                    ("at", Column::Confirmed),
                    ("source", Column::ConsentSource),
                    ("text", Column::ConsentText),
                    ("frequency", Column::ConsentFrequency),
                ] {
                    if let Some(text) = consent.get(key).and_then(text) {
                        row.insert(column, text);
                    }
                }
            }
            // Of one who left some of several lists, the reader's own status says whether mail may go at all.
            ("lists", Value::Array(lists)) => {
                let has_left = |list: &Value| list["subscription_status"] == "unsubscribed";
                if !lists.is_empty() && lists.iter().all(has_left) {
                    row.insert(Column::Left, "all lists".into());
                }
            }
            _ => {
                if let (Some(column), Some(text)) = (Column::of(key), text(value)) {
                    // The reader's own name or address comes before one that only looks like it.
                    let is_exact = matches!(key.as_str(), "email" | "name");
                    if is_exact || !row.contains_key(&column) {
                        row.insert(column, text);
                    }
                }
            }
        }
    }
}

fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Bool(is_true) => Some(is_true.to_string()),
        Value::Number(number) => Some(number.to_string()),
        Value::Array(values) => {
            let words: Option<Vec<&str>> = values.iter().map(Value::as_str).collect();
            words.map(|words| words.join(","))
        }
        Value::Null | Value::Object(_) => None,
    }
}
