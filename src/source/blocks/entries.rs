//! The JSON of a block: `[{"title", "url", "by", "text", "count"}]`, read entry by entry.

use std::{cmp::Reverse, collections::HashSet};

use serde_json::{Map, Value};
use url::Url;

use crate::domain::block::{BlockEntry, BlockKind};

/// The most entries that are looked at.
const MAX_ENTRIES: usize = 500;
/// The most characters of a title or a name.
const MAX_LINE: usize = 300;
/// The most characters of a text.
const MAX_TEXT: usize = 4000;
/// The most entries whose faults are told one by one.
const TOLD: usize = 5;

/// What a list says.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct List {
    pub(super) entries: Vec<BlockEntry>,
    pub(super) doubts: Vec<String>,
}

/// Reads a list. An entry that is wrong costs only itself.
///
/// # Errors
/// Why it is no list of links.
pub(super) fn read(text: &str, kind: BlockKind, address: Option<&Url>) -> Result<List, String> {
    let start = text.trim_start();
    if start.starts_with('<') {
        return Err("is HTML or XML, not a JSON list; look at what its address answers".into());
    }
    let list: Value = serde_json::from_str(start).map_err(|error| {
        format!(
            "is no JSON ({error}); write it as `[{{\"title\": \"...\", \"url\": \"https://...\"}}]`"
        )
    })?;
    let Value::Array(list) = list else {
        return Err(
            "is JSON but no list; write it as `[{\"title\": \"...\", \"url\": \"https://...\"}]`"
                .into(),
        );
    };
    let mut entries = Vec::new();
    let mut doubts = Vec::new();
    let mut wrong = 0;
    let mut met = HashSet::new();
    for (number, value) in (1..).zip(list.iter().take(MAX_ENTRIES)) {
        match entry(value, kind, address) {
            // The same page twice is one line of a list, but two comments.
            Ok(entry) if kind != BlockKind::Quotes && !met.insert(entry.url.clone()) => {}
            Ok(entry) => entries.push(entry),
            Err(reason) => {
                wrong += 1;
                if wrong <= TOLD {
                    doubts.push(format!("entry {number} {reason}; it is left out"));
                }
            }
        }
    }
    if wrong > TOLD {
        doubts.push(format!("{} more entries are left out", wrong - TOLD));
    }
    if kind == BlockKind::Ranked && entries.iter().all(|entry| entry.count.is_some()) {
        entries.sort_by_key(|entry| Reverse(entry.count));
    }
    Ok(List { entries, doubts })
}

fn entry(value: &Value, kind: BlockKind, address: Option<&Url>) -> Result<BlockEntry, String> {
    let Value::Object(keys) = value else {
        return Err("is no `{…}`".into());
    };
    // Without one it gets the title of the article at its address.
    let title = line(keys, "title", MAX_LINE)?.unwrap_or_default();
    let link = line(keys, "url", 2048)?.ok_or("has no `url`")?;
    let text = line(keys, "text", MAX_TEXT)?;
    if kind == BlockKind::Quotes && text.is_none() {
        return Err("has no `text`".into());
    }
    Ok(BlockEntry {
        title,
        url: Some(web(&link, address)?),
        by: line(keys, "by", MAX_LINE)?,
        text,
        count: match keys.get("count") {
            None | Some(Value::Null) => None,
            Some(count) => Some(
                count
                    .as_u64()
                    .ok_or("has a `count` that is no whole number")?,
            ),
        },
        day: None,
    })
}

/// A text as one line; `None` where it says nothing.
fn line(keys: &Map<String, Value>, key: &str, most: usize) -> Result<Option<String>, String> {
    let text = match keys.get(key) {
        None | Some(Value::Null) => return Ok(None),
        Some(Value::String(text)) => text,
        Some(_) => return Err(format!("has a `{key}` that is no text")),
    };
    let words: Vec<&str> = text.split_whitespace().collect();
    let line = words.join(" ");
    if line.chars().count() > most {
        return Err(format!("has a `{key}` of more than {most} characters"));
    }
    Ok(Some(line).filter(|line| !line.is_empty()))
}

fn web(link: &str, address: Option<&Url>) -> Result<String, String> {
    let parsed = match address {
        Some(address) => address.join(link),
        None => Url::parse(link),
    };
    let sound = |url: &Url| {
        matches!(url.scheme(), "http" | "https")
            && url.has_host()
            && url.username().is_empty()
            && url.password().is_none()
    };
    match parsed {
        Ok(url) if sound(&url) => Ok(url.into()),
        _ => Err("has a `url` that is no web address in full".into()),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn titles(text: &str, kind: BlockKind) -> Vec<String> {
        let list = read(text, kind, None).unwrap();
        list.entries.into_iter().map(|entry| entry.title).collect()
    }

    #[test]
    fn a_list_is_read_in_its_order_or_by_its_counts() {
        let plain = r#"[{"title":"Broen","url":"https://a.example/1"},{"title":" Diget\n lukker ","url":"https://a.example/2"}]"#;
        assert_eq!(titles(plain, BlockKind::Ranked), ["Broen", "Diget lukker"]);
        let counted = r#"[{"title":"B","url":"https://a.example/1","count":3},{"title":"A","url":"https://a.example/2","count":40}]"#;
        assert_eq!(titles(counted, BlockKind::Ranked), ["A", "B"]);
        assert_eq!(titles(counted, BlockKind::Links), ["B", "A"]);
        let again = r#"[{"title":"B","url":"https://a.example/1"},{"title":"C","url":"https://a.example/1"}]"#;
        assert_eq!(titles(again, BlockKind::Links), ["B"]);
        assert_eq!(titles("[]", BlockKind::Links), [""; 0]);
    }

    #[test]
    fn a_wrong_entry_costs_only_itself_and_is_told_by_its_number() {
        let list = read(
            r#"[5, {"title":"A"}, {"title":["A"],"url":"https://a.example/"}, {"title":"B","url":"javascript:alert(1)"},
                {"title":"C","url":"https://u:p@a.example/"}, {"title":"D","url":"/d","count":"3"},
                {"title":7,"url":"https://a.example/"}, {"title":"E","url":"https://a.example/e","mere":true}]"#,
            BlockKind::Links,
            None,
        )
        .unwrap();
        assert_eq!(list.entries.len(), 1);
        insta::assert_snapshot!(list.doubts.join("\n"), @"
        entry 1 is no `{…}`; it is left out
        entry 2 has no `url`; it is left out
        entry 3 has a `title` that is no text; it is left out
        entry 4 has a `url` that is no web address in full; it is left out
        entry 5 has a `url` that is no web address in full; it is left out
        2 more entries are left out
        ");
    }

    #[test]
    fn a_link_may_start_at_the_address_the_list_came_from() {
        let address: Url = "https://a.example/api/laest.json".parse().unwrap();
        let list = read(
            r#"[{"title":"D","url":"/d"}]"#,
            BlockKind::Links,
            Some(&address),
        )
        .unwrap();
        assert_eq!(list.entries[0].url.as_deref(), Some("https://a.example/d"));
    }

    #[test]
    fn a_quote_has_words_and_what_is_no_list_is_refused() {
        let list = read(
            r#"[{"title":"A","url":"https://a.example/"}]"#,
            BlockKind::Quotes,
            None,
        );
        assert!(list.unwrap().entries.is_empty());
        for text in ["", "{}", "null", "<html>", "[", "[{\"title\":"] {
            assert!(read(text, BlockKind::Links, None).is_err(), "{text}");
        }
        let deep = "[".repeat(100_000);
        assert!(read(&deep, BlockKind::Links, None).is_err());
        let many = format!(
            "[{}]",
            vec![r#"{"title":"A","url":"https://a.example/","text":"x"}"#; 10_000].join(",")
        );
        let list = read(&many, BlockKind::Quotes, None).unwrap();
        assert_eq!(list.entries.len(), MAX_ENTRIES);
    }

    proptest! {
        #[test]
        fn no_text_is_too_odd_to_be_read(text in "\\PC*") {
            let _ = read(&text, BlockKind::Quotes, None);
        }
    }
}
