//! What stands in `config/default.toml`.

use std::collections::BTreeSet;

use super::*;

#[test]
fn the_demos_config_is_sound_and_holds_every_key() {
    loaded(&[("default.toml", DEFAULT)], &[]).unwrap_or_else(|faults| panic!("{faults:#?}"));
    let mut missing = Vec::new();
    for table in known::TABLES {
        let value = &known::example()[table];
        let fields = if known::is_tables(value) {
            &value[0]
        } else {
            value
        };
        collect_missing(table, fields, &mut missing);
    }
    assert!(missing.is_empty(), "config/default.toml lacks {missing:?}");
}

/// The keys of a table that stand in no `[table]` block of the demo's config, commented out or not, or stand there
/// without a comment above.
fn collect_missing(table: &str, fields: &Value, missing: &mut Vec<String>) {
    let mut here = false;
    let mut commented = false;
    let mut explained = BTreeSet::new();
    for line in DEFAULT.lines() {
        let bare = line.strip_prefix("# ").unwrap_or(line);
        if bare.starts_with('[') {
            let name = bare.trim_matches(['[', ']']);
            let named = table.strip_suffix(".*");
            here = name == table || named.is_some_and(|of| name.starts_with(&format!("{of}.\"")));
        }
        match bare.split_once(" = ") {
            Some((key, _)) if here && !key.contains(' ') => {
                if commented {
                    explained.insert(key.to_owned());
                }
                // The second of two keys may share the comment above the first.
                commented = commented && !line.starts_with('#');
            }
            _ => commented = line.starts_with("# "),
        }
    }
    for (key, value) in fields.as_object().unwrap() {
        if value.is_object() {
            collect_missing(&format!("{table}.{key}"), value, missing);
        } else if known::is_tables(value) {
            collect_missing(&format!("{table}.{key}"), &value[0], missing);
        } else if !explained.contains(key) {
            missing.push(format!("{table}.{key}"));
        }
    }
}

#[test]
fn the_defaults_are_those_the_comments_claim() {
    let small = loaded(&[("default.toml", SMALL)], &[]).unwrap().effective();
    for table in [
        "schedule",
        "selection",
        "guards",
        "lint",
        "unsubscribe",
        "transport",
        "transport.file",
        "subscribers",
        "issues",
        "state",
    ] {
        let fields = table.split('.').fold(&small, |value, name| &value[name]);
        for (key, claimed) in claims(table) {
            assert_eq!(shown(&fields[&key]), claimed, "{table}.{key}");
        }
    }
    assert_eq!(claims("guards").len(), 10);
    assert_eq!(claims("selection").len(), 7);
    let demo = loaded(&[("default.toml", DEFAULT)], &[]).unwrap();
    assert_eq!(demo.sections, Section::defaults());
}

fn shown(value: &Value) -> String {
    match value.as_str() {
        Some("mon,tue,wed,thu,fri") => "mon-fri".to_owned(),
        Some(text) => text.to_owned(),
        None => value.to_string(),
    }
}

/// The defaults that the comments above keys claim: `Default: 15.`, ``(`skip`, default)``, ``default `05:00` ``.
fn claims(table: &str) -> Vec<(String, String)> {
    let mut here = false;
    let mut claim = None;
    let mut claims = Vec::new();
    for line in DEFAULT.lines() {
        if line.starts_with('[') {
            here = line.trim_matches(['[', ']']) == table;
            claim = None;
        }
        if let Some(comment) = line.strip_prefix("# ") {
            if let Some((_, text)) = comment.split_once("Default: ") {
                claim = Some(text.trim_end_matches('.').trim_matches('`').to_owned());
            } else if let Some((_, text)) = comment.split_once(", default `") {
                claim = text.split('`').next().map(str::to_owned);
            } else if let Some((text, _)) = comment
                .split_once("` (default")
                .or_else(|| comment.split_once("`, default)"))
            {
                claim = text.rsplit('`').next().map(str::to_owned);
            }
        } else if let (true, Some((key, _))) = (here, line.split_once(" = "))
            && let Some(claim) = claim.take()
        {
            claims.push((key.to_owned(), claim));
        }
    }
    claims
}
