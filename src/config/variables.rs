//! The environment's variables as a layer: `OVERBLIK__TRANSPORT__KIND` is `transport.kind`.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{
    key::{Key, Step},
    known::{example, example_at, is_tables, unknown_key},
    layer::{Layer, Node, NodeKind, Origin},
};
use crate::domain::fault::{Fault, nearest};

const PREFIX: &str = "OVERBLIK__";

/// The layer the variables make, and a fault for each that names no setting. `OVERBLIK_ENV` is no setting.
pub(super) fn layer(variables: impl Iterator<Item = (String, String)>) -> (Layer, Vec<Fault>) {
    let mut root = BTreeMap::new();
    let mut faults = Vec::new();
    let sorted: BTreeMap<String, String> = variables.collect();
    for (variable, text) in sorted {
        match key_of(&variable) {
            Ok(Some(key)) => insert(&mut root, &key.0, text),
            Ok(None) => {}
            Err(fault) => faults.push(fault.for_key(variable)),
        }
    }
    let root = Node {
        line: 0,
        kind: NodeKind::Table(root),
    };
    let origin = Origin::Variables;
    (Layer { origin, root }, faults)
}

/// The setting a variable names; `None` where it is none of ours.
fn key_of(variable: &str) -> Result<Option<Key>, Fault> {
    let Some(rest) = variable.strip_prefix(PREFIX) else {
        return match variable.strip_prefix("OVERBLIK_") {
            Some(rest) if names_a_table(rest) => Err(Fault::error("unknown variable").remedy(
                format!("did you mean `{PREFIX}{rest}`, with two underscores?"),
            )),
            _ => Ok(None),
        };
    };
    let key = Key::of(&rest.to_lowercase().replace("__", "."));
    for depth in 0..key.0.len() {
        let parent = Key(key.0[..depth].to_vec());
        let known = example_at(&parent).unwrap_or_else(|| example());
        if is_tables(known) {
            return Err(in_file_only(&parent));
        }
        let here = Key(key.0[..=depth].to_vec());
        if known.get(last(&here)).is_none() {
            return Err(Fault::error("unknown variable").remedy(instead(&key, depth, known)));
        }
    }
    match example_at(&key) {
        Some(tables) if is_tables(tables) => Err(in_file_only(&key)),
        Some(Value::Object(names)) => Err(Fault::error("this names a table, not a setting")
            .remedy(format!(
                "set one of its keys, such as `{}`",
                key.name(names.keys().next().map_or("", String::as_str))
                    .variable()
            ))),
        _ => Ok(Some(key)),
    }
}

fn last(key: &Key) -> &str {
    key.last_name().unwrap_or_default()
}

/// What to write for a variable whose name goes astray at a depth, below a known place.
fn instead(key: &Key, depth: usize, known: &Value) -> String {
    let parent = Key(key.0[..depth].to_vec());
    let here = Key(key.0[..=depth].to_vec());
    let Some(names) = known.as_object() else {
        return format!(
            "`{parent}` has no keys of its own; did you mean `{}`?",
            parent.variable()
        );
    };
    match nearest(last(&here), names.keys().map(String::as_str)) {
        Some(near) => {
            let rest = key.0[depth + 1..].iter().cloned();
            let near = rest.fold(parent.name(near), |key, step| key.step(step));
            format!("did you mean `{}`?", near.variable())
        }
        None => unknown_key(&here, known).remedy.unwrap_or_default(),
    }
}

fn in_file_only(key: &Key) -> Fault {
    Fault::error(format!("`[[{key}]]` cannot be set by a variable"))
        .remedy(format!("write the `[[{key}]]` tables in a config file"))
}

/// Whether a variable with one underscore begins with a table's name and goes on with two.
fn names_a_table(rest: &str) -> bool {
    rest.split_once("__")
        .is_some_and(|(table, _)| example().get(table.to_lowercase()).is_some())
}

fn insert(table: &mut BTreeMap<String, Node>, steps: &[Step], text: String) {
    let [Step::Name(name), inner @ ..] = steps else {
        return;
    };
    let empty = if inner.is_empty() {
        NodeKind::Leaf(Value::String(text.clone()))
    } else {
        NodeKind::Table(BTreeMap::new())
    };
    let node = table.entry(name.clone()).or_insert(Node {
        line: 0,
        kind: empty,
    });
    if let NodeKind::Table(table) = &mut node.kind {
        insert(table, inner, text);
    }
}

/// What a variable's text can mean besides text: a TOML value, or a list of texts parted by commas where a list is
/// asked for. Only asked when the text itself was refused, so a password of digits stays a text.
pub(super) fn reread(text: &str, asked: Asked) -> Option<Value> {
    if asked == Asked::List && !text.trim_start().starts_with('[') {
        let entries = text.split(',').map(str::trim);
        return Some(entries.filter(|entry| !entry.is_empty()).collect());
    }
    if text.contains(['\n', '"']) && !text.trim_start().starts_with('[') {
        return None;
    }
    let table: toml::Table = toml::from_str(&format!("value = {text}")).ok()?;
    serde_json::to_value(table.get("value")?).ok()
}

/// What the setting's type asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Asked {
    /// A list.
    List,
    /// Anything else.
    One,
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_variable_names_a_setting_or_is_refused_by_its_name() {
        let check = |variable: &str, expected: Result<Option<&str>, &str>| {
            let key = key_of(variable);
            let found = key
                .as_ref()
                .map(|key| key.as_ref().map(ToString::to_string))
                .map_err(|fault| fault.remedy.clone().unwrap());
            assert_eq!(
                found,
                expected
                    .map(|key| key.map(str::to_owned))
                    .map_err(str::to_owned),
                "{variable}"
            );
        };
        check("OVERBLIK__STATE__PATH", Ok(Some("state.path")));
        check(
            "OVERBLIK__TRANSPORT__FILE__PATH",
            Ok(Some("transport.file.path")),
        );
        check("OVERBLIK_ENV", Ok(None));
        check("PATH", Ok(None));
        check(
            "OVERBLIK__STATE__PAHT",
            Err("did you mean `OVERBLIK__STATE__PATH`?"),
        );
        check(
            "OVERBLIK__STAT__PATH",
            Err("did you mean `OVERBLIK__STATE__PATH`?"),
        );
        check(
            "OVERBLIK_STATE__PATH",
            Err("did you mean `OVERBLIK__STATE__PATH`, with two underscores?"),
        );
        check(
            "OVERBLIK__TRANSPORT__FILE",
            Err("set one of its keys, such as `OVERBLIK__TRANSPORT__FILE__PATH`"),
        );
        check(
            "OVERBLIK__STATE__PATH__DEEP",
            Err("`state.path` has no keys of its own; did you mean `OVERBLIK__STATE__PATH`?"),
        );
        let remedy = "write the `[[source]]` tables in a config file";
        check("OVERBLIK__SOURCE", Err(remedy));
        check(
            "OVERBLIK__TRANSPORT__SMTP__RELAY__0__PASSWORD",
            Err("write the `[[transport.smtp.relay]]` tables in a config file"),
        );
        check("OVERBLIK__SOURCE__0__PATH", Err(remedy));
    }

    #[test]
    fn a_refused_text_is_read_as_a_value_or_a_list() {
        let check = |text: &str, asked, expected: Option<Value>| {
            assert_eq!(reread(text, asked), expected, "{text}");
        };
        check("15", Asked::One, Some(json!(15)));
        check("true", Asked::One, Some(json!(true)));
        check("a, b", Asked::List, Some(json!(["a", "b"])));
        check("[\"a, b\"]", Asked::List, Some(json!(["a, b"])));
        check("plenty", Asked::One, None);
        check("1\n[state]", Asked::One, None);
    }
}
