//! Front matter: what stands before an article's text between two `+++` (TOML) or two `---` (YAML) lines.
//!
//! Both wires become the same small tree, each value with its line in the file.

use std::fmt;

use serde::{
    Deserialize,
    de::{MapAccess, SeqAccess, Visitor},
};
use serde_saphyr::Spanned;
use toml::de::{DeTable, DeValue};

/// A value and the line it begins on.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Node {
    /// The line in the file, counted from 1.
    pub line: usize,
    /// What it is.
    pub value: Value,
}

/// A value of either wire.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Value {
    /// Nothing: a YAML key without a value.
    Null,
    /// A text.
    Text(String),
    /// A whole number.
    Integer(i64),
    /// A number with a fraction.
    Float(f64),
    /// Yes or no.
    Bool(bool),
    /// A TOML date or time, as it is written in ISO 8601.
    Date(String),
    /// A list.
    List(Vec<Node>),
    /// A table, its entries in order.
    Table(Vec<Entry>),
}

/// A key and its value.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Entry {
    /// The key.
    pub key: String,
    /// The line of the key.
    pub line: usize,
    /// Its value.
    pub node: Node,
}

/// A file cut in front matter and body.
#[derive(Debug, PartialEq)]
pub(super) struct Cut<'a> {
    /// The entries; empty where the file has no front matter.
    pub entries: Vec<Entry>,
    /// What comes after.
    pub body: &'a str,
    /// The line the body begins on, counted from 1.
    pub body_line: usize,
}

/// Why front matter cannot be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Broken {
    /// The line, counted from 1.
    pub line: usize,
    /// What is wrong and what to do.
    pub reason: String,
}

impl Value {
    /// What it is, for messages.
    pub(super) fn name(&self) -> &'static str {
        match self {
            Self::Null => "nothing",
            Self::Text(_) => "a text",
            Self::Integer(_) | Self::Float(_) => "a number",
            Self::Bool(_) => "true or false",
            Self::Date(_) => "a date",
            Self::List(_) => "a list",
            Self::Table(_) => "a table",
        }
    }
}

/// Cuts a file and reads its front matter.
///
/// # Errors
/// All that is wrong with it, each with its line.
pub(super) fn cut(text: &str) -> Result<Cut<'_>, Vec<Broken>> {
    let mut lines = text.split_inclusive('\n');
    let (mut skipped, mut skipped_lines) = (0, 0);
    let opening = loop {
        match lines.next() {
            Some(line) if line.trim().is_empty() => {
                skipped += line.len();
                skipped_lines += 1;
            }
            Some(line) => break line,
            None => break "",
        }
    };
    let fence = opening.trim_end();
    if fence != "+++" && fence != "---" {
        return Ok(Cut {
            entries: Vec::new(),
            body: text,
            body_line: 1,
        });
    }
    let begin = skipped + opening.len();
    let mut end = begin;
    let mut inner_lines = 0;
    for line in lines {
        inner_lines += 1;
        if line.trim_end() == fence {
            let first_line = skipped_lines + 2;
            let inner = &text[begin..end];
            let entries = if fence == "+++" {
                toml_entries(inner, first_line)
            } else {
                yaml_entries(inner, first_line)
            }?;
            return Ok(Cut {
                entries,
                body: &text[end + line.len()..],
                body_line: first_line + inner_lines,
            });
        }
        end += line.len();
    }
    Err(vec![Broken {
        line: skipped_lines + 1,
        reason: format!(
            "the front matter is begun with `{fence}` and not closed; close it with a line `{fence}`"
        ),
    }])
}

fn line_at(text: &str, offset: usize, first_line: usize) -> usize {
    let end = offset.min(text.len());
    first_line
        + text.as_bytes()[..end]
            .iter()
            .filter(|byte| **byte == b'\n')
            .count()
}

fn toml_entries(text: &str, first_line: usize) -> Result<Vec<Entry>, Vec<Broken>> {
    let (table, errors) = DeTable::parse_recoverable(text);
    if !errors.is_empty() {
        let mut broken: Vec<Broken> = errors
            .iter()
            .map(|error| Broken {
                line: error
                    .span()
                    .map_or(first_line, |span| line_at(text, span.start, first_line)),
                reason: format!(
                    "the front matter is no TOML: {}; correct it",
                    error.message()
                ),
            })
            .collect();
        // What is wrong early on a line makes the rest of it wrong too.
        broken.dedup_by_key(|broken| broken.line);
        broken.truncate(20);
        return Err(broken);
    }
    let line = |offset| line_at(text, offset, first_line);
    Ok(table_entries(table.get_ref(), &line))
}

fn table_entries(table: &DeTable<'_>, line: &dyn Fn(usize) -> usize) -> Vec<Entry> {
    let mut entries: Vec<Entry> = table
        .iter()
        .map(|(key, value)| Entry {
            key: key.get_ref().to_string(),
            line: line(key.span().start),
            node: Node {
                line: line(value.span().start),
                value: toml_value(value.get_ref(), line),
            },
        })
        .collect();
    entries.sort_by_key(|entry| entry.line);
    entries
}

fn toml_value(value: &DeValue<'_>, line: &dyn Fn(usize) -> usize) -> Value {
    match value {
        DeValue::String(text) => Value::Text(text.to_string()),
        DeValue::Integer(number) => i64::from_str_radix(number.as_str(), number.radix())
            .map_or(Value::Float(f64::INFINITY), Value::Integer),
        DeValue::Float(number) => Value::Float(number.as_str().parse().unwrap_or(f64::NAN)),
        DeValue::Boolean(value) => Value::Bool(*value),
        DeValue::Datetime(date) => Value::Date(date.to_string()),
        DeValue::Array(items) => Value::List(
            items
                .iter()
                .map(|item| Node {
                    line: line(item.span().start),
                    value: toml_value(item.get_ref(), line),
                })
                .collect(),
        ),
        DeValue::Table(table) => Value::Table(table_entries(table, line)),
    }
}

fn yaml_entries(text: &str, first_line: usize) -> Result<Vec<Entry>, Vec<Broken>> {
    if text
        .lines()
        .all(|line| line.trim().is_empty() || line.trim_start().starts_with('#'))
    {
        return Ok(Vec::new());
    }
    let broken = |line, reason: String| vec![Broken { line, reason }];
    let root: Spanned<Yaml> = serde_saphyr::from_str(text).map_err(|error| {
        let line = error
            .location()
            .map_or(first_line, |at| shifted(at.line(), first_line));
        let plain = error.without_snippet().to_string();
        let words = plain.lines().next().unwrap_or_default();
        // The place it names is counted from the front matter, not from the file.
        let words = words.split(" at line ").next().unwrap_or_default().trim();
        broken(
            line,
            format!("the front matter is no YAML: {words}; correct it"),
        )
    })?;
    match yaml_node(root, first_line).value {
        Value::Table(entries) => Ok(entries),
        Value::Null => Ok(Vec::new()),
        other => Err(broken(
            first_line,
            format!(
                "the front matter is {}; write keys and values such as `title: …`",
                other.name()
            ),
        )),
    }
}

fn shifted(line: u64, first_line: usize) -> usize {
    usize::try_from(line).unwrap_or(1).max(1) + first_line - 1
}

/// A YAML value as serde meets it.
enum Yaml {
    Null,
    Text(String),
    Integer(i64),
    Float(f64),
    Bool(bool),
    List(Vec<Spanned<Self>>),
    Table(Vec<(Spanned<String>, Spanned<Self>)>),
}

fn yaml_node(spanned: Spanned<Yaml>, first_line: usize) -> Node {
    let value = match spanned.value {
        Yaml::Null => Value::Null,
        Yaml::Text(text) => Value::Text(text),
        Yaml::Integer(number) => Value::Integer(number),
        Yaml::Float(number) => Value::Float(number),
        Yaml::Bool(value) => Value::Bool(value),
        Yaml::List(items) => Value::List(
            items
                .into_iter()
                .map(|item| yaml_node(item, first_line))
                .collect(),
        ),
        Yaml::Table(entries) => Value::Table(
            entries
                .into_iter()
                .map(|(key, value)| Entry {
                    line: shifted(key.referenced.line(), first_line),
                    key: key.value,
                    node: yaml_node(value, first_line),
                })
                .collect(),
        ),
    };
    Node {
        line: shifted(spanned.referenced.line(), first_line),
        value,
    }
}

impl<'de> Deserialize<'de> for Yaml {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(YamlVisitor)
    }
}

struct YamlVisitor;

impl<'de> Visitor<'de> for YamlVisitor {
    type Value = Yaml;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("a text, number, list or table")
    }
    fn visit_unit<E>(self) -> Result<Yaml, E> {
        Ok(Yaml::Null)
    }
    fn visit_none<E>(self) -> Result<Yaml, E> {
        Ok(Yaml::Null)
    }
    fn visit_some<D: serde::Deserializer<'de>>(self, from: D) -> Result<Yaml, D::Error> {
        Yaml::deserialize(from)
    }
    fn visit_bool<E>(self, value: bool) -> Result<Yaml, E> {
        Ok(Yaml::Bool(value))
    }
    fn visit_i64<E>(self, value: i64) -> Result<Yaml, E> {
        Ok(Yaml::Integer(value))
    }
    fn visit_u64<E>(self, value: u64) -> Result<Yaml, E> {
        Ok(i64::try_from(value).map_or(Yaml::Float(f64::INFINITY), Yaml::Integer))
    }
    fn visit_f64<E>(self, value: f64) -> Result<Yaml, E> {
        Ok(Yaml::Float(value))
    }
    fn visit_str<E>(self, value: &str) -> Result<Yaml, E> {
        Ok(Yaml::Text(value.to_owned()))
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut from: A) -> Result<Yaml, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = from.next_element()? {
            items.push(item);
        }
        Ok(Yaml::List(items))
    }
    fn visit_map<A: MapAccess<'de>>(self, mut from: A) -> Result<Yaml, A::Error> {
        let mut entries = Vec::new();
        while let Some(entry) = from.next_entry()? {
            entries.push(entry);
        }
        Ok(Yaml::Table(entries))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shape(entries: &[Entry]) -> Vec<(String, usize, String)> {
        entries
            .iter()
            .map(|entry| {
                (
                    entry.key.clone(),
                    entry.line,
                    entry.node.value.name().to_owned(),
                )
            })
            .collect()
    }

    #[test]
    fn toml_and_yaml_give_the_same_tree_with_lines() {
        let toml = "+++\ntitle = \"Ny bro\"\ndate = 2026-11-21\n\nauthors = [\n  { name = \"Bo\" },\n]\n+++\nTekst\n";
        let cut_toml = cut(toml).unwrap();
        assert_eq!(
            shape(&cut_toml.entries),
            [
                ("title".into(), 2, "a text".into()),
                ("date".into(), 3, "a date".into()),
                ("authors".into(), 5, "a list".into()),
            ]
        );
        assert_eq!((cut_toml.body, cut_toml.body_line), ("Tekst\n", 9));
        let yaml = "\n---\ntitle: Ny bro\ndraft: true\nauthors:\n  - name: Bo\n  - Ida\nlede:\n---\nTekst\n";
        let cut_yaml = cut(yaml).unwrap();
        assert_eq!(
            shape(&cut_yaml.entries),
            [
                ("title".into(), 3, "a text".into()),
                ("draft".into(), 4, "true or false".into()),
                ("authors".into(), 5, "a list".into()),
                ("lede".into(), 8, "nothing".into()),
            ]
        );
        assert_eq!((cut_yaml.body, cut_yaml.body_line), ("Tekst\n", 10));
        let Value::List(items) = &cut_yaml.entries[2].node.value else {
            panic!()
        };
        assert_eq!(
            items.iter().map(|item| item.line).collect::<Vec<_>>(),
            [6, 7]
        );
    }

    #[test]
    fn broken_front_matter_names_its_line() {
        let check = |text: &str, line: usize, words: &str| {
            let broken = cut(text).unwrap_err();
            assert_eq!(broken[0].line, line, "{text}: {broken:?}");
            assert!(broken[0].reason.contains(words), "{broken:?}");
        };
        check("+++\ntitle = \"Ny bro\"\n\nTekst", 1, "not closed");
        check("---\ntitle: Ny bro\n", 1, "not closed");
        check("+++\ntitle = \"Ny\"\ndate = \n+++\n", 3, "no TOML");
        check("---\ntitle: \"Ny\nlede: x\n---\n", 3, "no YAML");
        check("---\n- a\n- b\n---\n", 2, "a list");
        check("+++\na = 1\na = 2\n+++\n", 3, "no TOML");
    }

    #[test]
    fn a_file_without_front_matter_is_all_body() {
        let text = "# Ny bro\n\nTekst\n";
        assert_eq!(
            cut(text).unwrap(),
            Cut {
                entries: vec![],
                body: text,
                body_line: 1
            }
        );
        assert!(cut("---\n---\nx").unwrap().entries.is_empty());
    }
}
