//! Turns the merged layers into settings, gathering every fault on the way.

use std::collections::BTreeSet;

use serde::de::DeserializeOwned;
use serde_json::Value;

use super::{
    key::{Key, Step},
    known::{example, example_at, is_tables},
    layer::{Layer, NodeKind, Origin},
    mending::{Mending, misshapen},
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
        let mut mending = Mending::new(Key::of(table), stated.unwrap_or(empty));
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

    /// Records a fault of a file that is no layer.
    pub(super) fn say(&mut self, fault: Fault) {
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
