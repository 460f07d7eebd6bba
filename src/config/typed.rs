//! Turns the merged layers into settings, gathering every fault on the way.

use std::collections::{BTreeMap, BTreeSet};

use serde::de::DeserializeOwned;
use serde_json::Value;
use serde_path_to_error::Segment;

use super::{
    key::{Key, Step},
    known::{example, example_at, is_tables},
    layer::{Layer, NodeKind, Origin},
    variables::{Asked, reread},
    words,
};
use crate::domain::fault::Fault;

/// The layers, what they say together, and what is wrong with it.
#[derive(Debug)]
pub(super) struct Reading {
    layers: Vec<Layer>,
    merged: Value,
    /// Whether a file could not be read, so that what is missing may well stand in it.
    torn: bool,
    /// The file where what is missing is to be written.
    base: String,
    faults: Vec<Fault>,
    /// The keys whose values were refused: nothing more is said of them.
    mended: BTreeSet<Key>,
}

impl Reading {
    /// Layers in the order they were laid, without unknown keys, and what they say together.
    pub(super) fn new(
        layers: Vec<Layer>,
        merged: Value,
        base: String,
        faults: Vec<Fault>,
        torn: bool,
    ) -> Self {
        Self {
            layers,
            merged,
            torn,
            base,
            faults,
            mended: BTreeSet::new(),
        }
    }

    /// Reads one top-level table, or array of tables, as its type. A value that is refused gives a fault and is
    /// replaced by the example's, so that the next one is found too.
    pub(super) fn take<T: DeserializeOwned>(&mut self, table: &str) -> Option<T> {
        let empty = if is_tables(&example()[table]) {
            Value::Array(Vec::new())
        } else {
            Value::Object(serde_json::Map::new())
        };
        let stated = self.merged.get_mut(table).map(Value::take);
        let mut mending = Mending {
            top: Key::of(table),
            value: stated.unwrap_or(empty),
            dropped: BTreeMap::new(),
            reread: BTreeSet::new(),
        };
        for key in misshapen(&mending.value, &mending.top) {
            let fault = words::misshapen(&key, mending.at(&key).unwrap_or(&Value::Null));
            self.fault(&key, fault);
            mending.put(&key, example_at(&key).cloned());
            self.mended.insert(key);
        }
        loop {
            let error = match serde_path_to_error::deserialize::<_, T>(&mending.value) {
                Ok(settings) => return Some(settings),
                Err(error) => error,
            };
            let key = mending.key(error.path());
            let said = error.inner().to_string();
            if !self.mend(&mut mending, key, &said) {
                // The same value was refused twice: the type asks for more than the example gives.
                return serde_json::from_value(example()[table].clone()).ok();
            }
        }
    }

    /// Records what was said of a value and replaces it. `false` when that was done before and did not help.
    fn mend(&mut self, mending: &mut Mending, key: Key, said: &str) -> bool {
        if let Some(field) = said
            .strip_prefix("missing field `")
            .and_then(|said| said.strip_suffix('`'))
        {
            let here = key.name(field);
            if !self.torn {
                let (layer, line) = self.nearest_table(&mending.written(&key));
                let fault = words::missing(&here);
                let written = mending.written(&here);
                let fault = match layer {
                    Some(layer) => layer.named(fault, &written, line),
                    None => fault
                        .in_file(self.base.clone())
                        .for_key(written.to_string()),
                };
                self.faults.push(fault);
            }
            mending.put(&here, example_at(&here).cloned());
            return self.mended.insert(mending.written(&here));
        }
        if let Some((field, _)) = words::unknown_field(said) {
            let here = if key.last_name() == Some(field) {
                key
            } else {
                key.name(field)
            };
            let written = mending.written(&here);
            let fault = words::refused(&here, None, said);
            self.fault(&written, fault);
            mending.put(&here, None);
            return self.mended.insert(written);
        }
        let value = mending.at(&key).cloned();
        if let Some(Value::String(text)) = &value
            && self.is_variable(&key)
            && mending.reread.insert(key.clone())
        {
            let asked = if said.ends_with("expected a sequence") {
                Asked::List
            } else {
                Asked::One
            };
            if let Some(other) = reread(text, asked) {
                mending.put(&key, Some(other));
                return true;
            }
        }
        let written = mending.written(&key);
        let fault = words::refused(&key, value.as_ref(), said);
        self.fault(&written, fault);
        mending.replace(&key);
        self.mended.insert(written)
    }

    /// Records a fault of a key, named by the last layer that states it. Nothing more is said of a key whose value
    /// was refused.
    pub(super) fn fault(&mut self, key: &Key, fault: Fault) {
        if self.is_mended(key) {
            return;
        }
        let stated = self
            .layers
            .iter()
            .rev()
            .find_map(|layer| layer.node(key).map(|node| (layer, node.line)));
        let fault = match stated {
            Some((layer, line)) => layer.named(fault, key, line),
            None => match self.nearest_table(key) {
                (Some(layer), line) => layer.named(fault, key, line),
                (None, _) => fault.in_file(self.base.clone()).for_key(key.to_string()),
            },
        };
        self.faults.push(fault);
    }

    /// Whether a key's value, or one around it, was refused.
    pub(super) fn is_mended(&self, key: &Key) -> bool {
        (1..=key.0.len()).any(|depth| self.mended.contains(&Key(key.0[..depth].to_vec())))
    }

    /// Whether the array of tables is as it was written: its entries have all their names.
    pub(super) fn is_whole(&self, table: &str) -> bool {
        let name = Step::Name(table.to_owned());
        !self.torn && !self.mended.iter().any(|key| key.0.first() == Some(&name))
    }

    /// All faults, file by file, line by line.
    pub(super) fn into_faults(mut self) -> Vec<Fault> {
        self.faults.sort_by(|a, b| {
            (a.path.is_none(), &a.path, a.line).cmp(&(b.path.is_none(), &b.path, b.line))
        });
        self.faults
    }

    fn is_variable(&self, key: &Key) -> bool {
        self.layers
            .iter()
            .rev()
            .find(|layer| layer.node(key).is_some())
            .is_some_and(|layer| layer.origin == Origin::Variables)
    }

    /// The last file that has the table a key would stand in, and its header's line.
    fn nearest_table(&self, key: &Key) -> (Option<&Layer>, usize) {
        for depth in (1..=key.0.len()).rev() {
            let key = Key(key.0[..depth].to_vec());
            let files = self
                .layers
                .iter()
                .rev()
                .filter(|layer| layer.origin != Origin::Variables);
            for layer in files {
                if let Some(node) = layer.node(&key)
                    && matches!(node.kind, NodeKind::Table(_) | NodeKind::List(_))
                {
                    return (Some(layer), node.line);
                }
            }
        }
        (None, 0)
    }
}

/// Where a table is needed and something else stands. Serde would take a list for a table's fields in their order.
fn misshapen(value: &Value, key: &Key) -> Vec<Key> {
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

/// One top-level table while it is read.
struct Mending {
    top: Key,
    value: Value,
    /// How many entries were taken out of a list so far: they shift those behind them.
    dropped: BTreeMap<Key, usize>,
    /// The variables' texts that were read as something else.
    reread: BTreeSet<Key>,
}

impl Mending {
    /// The whole key of a place in the value.
    fn key(&self, path: &serde_path_to_error::Path) -> Key {
        path.iter()
            .fold(self.top.clone(), |key, segment| match segment {
                Segment::Map { key: name } => key.name(name),
                Segment::Seq { index } => key.index(*index),
                Segment::Enum { .. } | Segment::Unknown => key,
            })
    }

    /// The key as the layers have it: with the entries counted that were taken out before.
    fn written(&self, key: &Key) -> Key {
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

    fn at(&self, key: &Key) -> Option<&Value> {
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
    fn put(&mut self, key: &Key, value: Option<Value>) {
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
    fn replace(&mut self, key: &Key) {
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
