//! One layer of config: a file, or the environment's variables.

use std::{collections::BTreeMap, ops::Range};

use config::{ConfigError, Map, Source, Value as Merged, ValueKind};
use serde_json::Value;
use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

use super::{
    key::{Key, Step},
    known::{entry, example, is_tables, unknown_key},
};
use crate::domain::fault::Fault;

/// One layer of config, each value with its line.
#[derive(Debug, Clone)]
pub(super) struct Layer {
    /// Where it comes from.
    pub(super) origin: Origin,
    /// What it says.
    pub(super) root: Node,
}

/// Where a layer comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Origin {
    /// A file, by the name faults give it.
    File(String),
    /// The environment's variables.
    Variables,
}

/// A value and the line of its key or header.
#[derive(Debug, Clone)]
pub(super) struct Node {
    /// The line, counted from 1; 0 in a variable.
    pub(super) line: usize,
    /// What stands there.
    pub(super) kind: NodeKind,
}

/// What stands under a key.
#[derive(Debug, Clone)]
pub(super) enum NodeKind {
    /// Keys with their values.
    Table(BTreeMap<String, Node>),
    /// Values, or the entries of an array of tables.
    List(Vec<Node>),
    /// A number, text or truth; TOML's dates are text.
    Leaf(Value),
}

impl Layer {
    /// Reads a file's text: what could be read of it, and its syntax faults, at most one a line.
    ///
    /// A line that is no TOML costs only itself. Where it is a header, what stands below it cannot be placed and
    /// nothing is read.
    pub(super) fn parse(path: &str, text: &str) -> (Option<Self>, Vec<Fault>) {
        let lines = Lines(text);
        let (table, errors) = DeTable::parse_recoverable(text);
        let mut torn = BTreeMap::new();
        for error in errors {
            let line = lines.of(error.span().unwrap_or_default());
            torn.entry(line).or_insert_with(|| {
                Fault::error(format!("not TOML: {}", error.message()))
                    .in_file(path)
                    .at_line(line)
                    .remedy("mend the line; texts stand in quotes, tables under `[name]`")
            });
        }
        let mut root = Node {
            line: 0,
            kind: lines.table(table.into_inner()),
        };
        let headers_stand = torn
            .keys()
            .all(|line| !lines.text(*line).trim_start().starts_with('['));
        drop_lines(&mut root, &|line| torn.contains_key(&line));
        let layer = headers_stand.then(|| Self {
            origin: Origin::File(path.to_owned()),
            root,
        });
        (layer, torn.into_values().collect())
    }

    /// Takes out every key that is not known and gives a fault for each.
    pub(super) fn take_unknown(&mut self) -> Vec<Fault> {
        let mut unknown = Vec::new();
        strip(&mut self.root, example(), &Key::default(), &mut unknown);
        unknown
            .into_iter()
            .map(|(key, line, fault)| self.named(fault, &key, line))
            .collect()
    }

    /// The value at a key.
    pub(super) fn node(&self, key: &Key) -> Option<&Node> {
        key.0
            .iter()
            .try_fold(&self.root, |node, step| match (&node.kind, step) {
                (NodeKind::Table(table), Step::Name(name)) => table.get(name),
                (NodeKind::List(list), Step::Index(index)) => list.get(*index),
                _ => None,
            })
    }

    /// A fault named by this layer: file, line and key, or the variable.
    pub(super) fn named(&self, fault: Fault, key: &Key, line: usize) -> Fault {
        match &self.origin {
            Origin::File(path) => fault.in_file(path).at_line(line).for_key(key.to_string()),
            Origin::Variables => fault.for_key(key.variable()),
        }
    }
}

/// Takes out every key that begins on one of the lines.
fn drop_lines(node: &mut Node, torn: &dyn Fn(usize) -> bool) {
    match &mut node.kind {
        NodeKind::Table(table) => {
            table.retain(|_, inner| !torn(inner.line));
            table.values_mut().for_each(|inner| drop_lines(inner, torn));
        }
        NodeKind::List(entries) => entries.iter_mut().for_each(|inner| drop_lines(inner, torn)),
        NodeKind::Leaf(_) => {}
    }
}

fn strip(node: &mut Node, known: &Value, key: &Key, unknown: &mut Vec<(Key, usize, Fault)>) {
    match (&mut node.kind, known) {
        (NodeKind::Table(table), Value::Object(_)) => table.retain(|name, inner| {
            let key = key.name(name);
            match entry(known, name) {
                Some(known) => {
                    strip(inner, known, &key, unknown);
                    true
                }
                None => {
                    let fault = unknown_key(&key, known);
                    unknown.push((key, inner.line, fault));
                    false
                }
            }
        }),
        (NodeKind::List(entries), _) if is_tables(known) => {
            for (index, entry) in entries.iter_mut().enumerate() {
                strip(entry, &known[0], &key.index(index), unknown);
            }
        }
        // What stands here is judged by its type.
        _ => {}
    }
}

/// A text whose lines are counted.
struct Lines<'a>(&'a str);

impl<'a> Lines<'a> {
    fn text(&self, line: usize) -> &'a str {
        self.0
            .lines()
            .nth(line.saturating_sub(1))
            .unwrap_or_default()
    }

    fn of(&self, span: Range<usize>) -> usize {
        let before = &self.0.as_bytes()[..span.start.min(self.0.len())];
        before.iter().filter(|byte| **byte == b'\n').count() + 1
    }

    fn table(&self, table: DeTable<'_>) -> NodeKind {
        NodeKind::Table(
            table
                .into_iter()
                .map(|(key, value)| {
                    let line = self.of(key.span());
                    let node = Node {
                        line,
                        kind: self.value(value.into_inner()),
                    };
                    (key.into_inner().into_owned(), node)
                })
                .collect(),
        )
    }

    fn value(&self, value: DeValue<'_>) -> NodeKind {
        match value {
            DeValue::Table(table) => self.table(table),
            DeValue::Array(list) => NodeKind::List(
                list.into_iter()
                    .map(|entry: Spanned<DeValue<'_>>| Node {
                        line: self.of(entry.span()),
                        kind: self.value(entry.into_inner()),
                    })
                    .collect(),
            ),
            DeValue::String(text) => NodeKind::Leaf(Value::String(text.into_owned())),
            DeValue::Boolean(truth) => NodeKind::Leaf(Value::Bool(truth)),
            DeValue::Integer(number) => NodeKind::Leaf(
                i64::from_str_radix(number.as_str(), number.radix()).map_or_else(
                    // Too large for any setting: as text it is refused where it stands.
                    |_| Value::String(number.as_str().to_owned()),
                    Value::from,
                ),
            ),
            DeValue::Float(number) => NodeKind::Leaf(
                number
                    .as_str()
                    .parse::<f64>()
                    .map_or(Value::Null, Value::from),
            ),
            DeValue::Datetime(when) => NodeKind::Leaf(Value::String(when.to_string())),
        }
    }
}

impl Source for Layer {
    fn clone_into_box(&self) -> Box<dyn Source + Send + Sync> {
        Box::new(self.clone())
    }

    fn collect(&self) -> Result<Map<String, Merged>, ConfigError> {
        match merged(&self.root).kind {
            ValueKind::Table(table) => Ok(table),
            _ => Ok(Map::new()),
        }
    }
}

fn merged(node: &Node) -> Merged {
    let kind = match &node.kind {
        NodeKind::Table(table) => ValueKind::Table(
            table
                .iter()
                .map(|(name, node)| (name.clone(), merged(node)))
                .collect(),
        ),
        NodeKind::List(list) => ValueKind::Array(list.iter().map(merged).collect()),
        NodeKind::Leaf(Value::String(text)) => ValueKind::String(text.clone()),
        NodeKind::Leaf(Value::Bool(truth)) => ValueKind::Boolean(*truth),
        NodeKind::Leaf(Value::Number(number)) => match number.as_i64() {
            Some(whole) => ValueKind::I64(whole),
            None => number.as_f64().map_or(ValueKind::Nil, ValueKind::Float),
        },
        NodeKind::Leaf(_) => ValueKind::Nil,
    };
    Merged::new(None, kind)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_those_of_keys_and_headers() {
        let layer = Layer::parse(
            "a.toml",
            "# hi\n[state]\npath = \"x\"\n\n[[source]]\nname = \"a\"\n[[source]]\nchrome = [\n  \"x\",\n  \"y\",\n]\n",
        )
        .0
        .unwrap();
        let line = |key: Key| layer.node(&key).map(|node| node.line);
        assert_eq!(line(Key::of("state")), Some(2));
        assert_eq!(line(Key::of("state.path")), Some(3));
        assert_eq!(line(Key::of("source").index(0)), Some(5));
        assert_eq!(line(Key::of("source").index(1)), Some(7));
        let chrome = Key::of("source").index(1).name("chrome");
        assert_eq!(line(chrome.clone()), Some(8));
        assert_eq!(line(chrome.index(1)), Some(10));
        assert_eq!(line(chrome.index(2)), None);
    }

    #[test]
    fn all_syntax_faults_of_a_file_are_found_each_with_its_line() {
        let (layer, faults) = Layer::parse("a.toml", "[a]\nb = \nc = 1\nd = \"open\ne = 2 3\n");
        let lines: Vec<_> = faults.iter().map(|fault| fault.line.unwrap()).collect();
        assert_eq!(lines, [2, 4, 5], "{faults:?}");
        let layer = layer.unwrap();
        assert!(layer.node(&Key::of("a.c")).is_some());
        assert!(
            layer.node(&Key::of("a.b")).is_none(),
            "a torn line is not read"
        );
        let (layer, faults) = Layer::parse("a.toml", "[a\nb = 1\n");
        assert!(
            layer.is_none(),
            "the keys below a torn header have no place"
        );
        assert_eq!(faults.len(), 1);
    }

    #[test]
    fn unknown_keys_are_found_in_tables_and_in_each_entry() {
        let mut layer = Layer::parse(
            "a.toml",
            "colour = 1\n[transport.file]\npaht = \"x\"\n[[section]]\nid = \"a\"\n[[section]]\nmx = 3\n",
        )
        .0
        .unwrap();
        let found: Vec<String> = layer
            .take_unknown()
            .iter()
            .map(|fault| format!("{}:{}", fault.line.unwrap(), fault.key.clone().unwrap()))
            .collect();
        assert_eq!(
            found,
            ["1:colour", "7:section[1].mx", "3:transport.file.paht"]
        );
        assert!(layer.take_unknown().is_empty());
    }
}
