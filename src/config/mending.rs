//! One table with its refused values replaced, one after the other, so that the next is found.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use serde_path_to_error::Segment;

use super::{
    key::{Key, Step},
    known::{example_at, is_tables},
};

/// One top-level table while it is read.
#[derive(Debug)]
pub(super) struct Mending {
    pub(super) top: Key,
    pub(super) value: Value,
    /// How many entries were taken out of a list so far: they shift those behind them.
    dropped: BTreeMap<Key, usize>,
    /// The variables' texts that were read as something else.
    pub(super) reread: BTreeSet<Key>,
}

impl Mending {
    /// A table as it was written.
    pub(super) fn new(top: Key, value: Value) -> Self {
        Self {
            top,
            value,
            dropped: BTreeMap::new(),
            reread: BTreeSet::new(),
        }
    }

    /// The whole key of a place in the value.
    pub(super) fn key(&self, path: &serde_path_to_error::Path) -> Key {
        path.iter()
            .fold(self.top.clone(), |key, segment| match segment {
                Segment::Map { key: name } => key.name(name),
                Segment::Seq { index } => key.index(*index),
                Segment::Enum { .. } | Segment::Unknown => key,
            })
    }

    /// The key as the layers have it: with the entries counted that were taken out before.
    pub(super) fn written(&self, key: &Key) -> Key {
        let mut written = Key::default();
        for step in &key.0 {
            written = match step {
                Step::Index(index) => {
                    let dropped = self.dropped.get(&written).copied().unwrap_or(0);
                    written.index(index + dropped)
                }
                step @ Step::Name(_) => written.step(step.clone()),
            };
        }
        written
    }

    /// The value at a key.
    pub(super) fn at(&self, key: &Key) -> Option<&Value> {
        key.0[1..]
            .iter()
            .try_fold(&self.value, |value, step| match step {
                Step::Name(name) => value.get(name),
                Step::Index(index) => value.get(index),
            })
    }

    fn at_mut(&mut self, key: &[Step]) -> Option<&mut Value> {
        key.iter()
            .skip(1)
            .try_fold(&mut self.value, |value, step| match step {
                Step::Name(name) => value.get_mut(name),
                Step::Index(index) => value.get_mut(index),
            })
    }

    /// Puts a value at a key, or takes the key away.
    pub(super) fn put(&mut self, key: &Key, value: Option<Value>) {
        let Some((last, parents)) = key.0.split_last() else {
            return;
        };
        if parents.is_empty() {
            self.value = value.unwrap_or_default();
            return;
        }
        let parent = self.at_mut(parents);
        match (parent, last, value) {
            (Some(Value::Object(table)), Step::Name(name), Some(value)) => {
                table.insert(name.clone(), value);
            }
            (Some(Value::Object(table)), Step::Name(name), None) => {
                table.remove(name);
            }
            (Some(Value::Array(list)), Step::Index(index), Some(value)) => {
                if let Some(entry) = list.get_mut(*index) {
                    *entry = value;
                }
            }
            _ => {}
        }
    }

    /// Replaces a refused value by the example's; an entry of a plain list is taken out instead.
    pub(super) fn replace(&mut self, key: &Key) {
        for depth in 1..key.0.len() {
            let list = Key(key.0[..depth].to_vec());
            let Step::Index(index) = key.0[depth] else {
                continue;
            };
            if example_at(&list).is_some_and(is_tables) {
                continue;
            }
            let written = self.written(&list);
            if let Some(Value::Array(entries)) = self.at_mut(&list.0)
                && index < entries.len()
            {
                entries.remove(index);
                *self.dropped.entry(written).or_insert(0) += 1;
                return;
            }
        }
        self.put(key, example_at(key).cloned());
    }
}

/// Where a table is needed and something else stands. Serde would take a list for a table's fields in their order.
pub(super) fn misshapen(value: &Value, key: &Key) -> Vec<Key> {
    match (example_at(key), value) {
        (Some(Value::Object(_)), Value::Object(table)) => table
            .iter()
            .flat_map(|(name, inner)| misshapen(inner, &key.name(name)))
            .collect(),
        (Some(Value::Object(_)), _) => vec![key.clone()],
        (Some(tables), Value::Array(entries)) if is_tables(tables) => entries
            .iter()
            .enumerate()
            .flat_map(|(index, entry)| misshapen(entry, &key.index(index)))
            .collect(),
        _ => Vec::new(),
    }
}
