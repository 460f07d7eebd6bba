//! The keys there are, read off the settings types themselves so that the two cannot drift.

use std::sync::LazyLock;

use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Value, json};

use super::key::{Key, Step};
use crate::{
    compose::SelectionSettings,
    dispatch::DomainLimit,
    domain::{
        ad::Ad,
        block::BlockSettings,
        fault::{Fault, nearest},
        newsletter::Newsletter,
        overlay::IssuesSettings,
        publisher::Publisher,
        schedule::{RunSettings, Schedule},
        section::Section,
        theme::Theme,
        topic::{MatchingSettings, Topic},
    },
    ledger::RetrySettings,
    letter::settings::{BounceSettings, DkimSettings, UnsubscribeSettings},
    lint::LintSettings,
    publish::{AlertSettings, GuardSettings, PublicSettings},
    roster::SubscribersSettings,
    source::{SourceSettings, pictures::PictureSettings},
    store::StateSettings,
    transport::TransportSettings,
    web::door::ServeSettings,
};

/// Every table, in the order people read them.
pub(super) const TABLES: [&str; 27] = [
    "newsletter",
    "schedule",
    "run",
    "selection",
    "guards",
    "alerts",
    "lint",
    "unsubscribe",
    "serve",
    "bounce",
    "dkim",
    "transport",
    "limits",
    "retry",
    "subscribers",
    "issues",
    "public",
    "state",
    "matching",
    "theme",
    "pictures",
    "source",
    "section",
    "topic",
    "publisher",
    "ad",
    "block",
];

/// The name in the example of a table whose entries people name themselves.
pub(super) const ANY: &str = "*";

/// A whole, sound config with nothing in it but what must be stated: every key of every table, each with its
/// default, `null` where it has none. An array of tables has one entry.
pub(super) fn example() -> &'static Value {
    static EXAMPLE: LazyLock<Value> = LazyLock::new(|| {
        json!({
            "newsletter": filled::<Newsletter>(json!({
                "name": "Nyt fra os",
                "list_id": "nyt.avis.example",
                "from": "Nyt fra os <nyt@avis.example>",
                "base_url": "https://avis.example/",
            })),
            "schedule": filled::<Schedule>(json!({
                "closed": [{ "from": "2026-12-28", "reason": "juleferie" }],
                "extra": [{ "from": "2026-11-21", "reason": "kommunalvalg" }],
            })),
            "run": filled::<RunSettings>(json!({})),
            "selection": filled::<SelectionSettings>(json!({})),
            "guards": filled::<GuardSettings>(json!({})),
            "alerts": filled::<AlertSettings>(json!({})),
            "lint": filled::<LintSettings>(json!({})),
            "unsubscribe": filled::<UnsubscribeSettings>(json!({})),
            "serve": filled::<ServeSettings>(json!({})),
            "bounce": filled::<BounceSettings>(json!({})),
            "dkim": filled::<DkimSettings>(json!({
                "key": [{ "selector": "2026-rsa", "file": "state/dkim-2026-rsa.pem" }],
            })),
            "transport": filled::<TransportSettings>(json!({
                "smtp": { "relay": [{ "host": "smtp2.avis.example" }] },
            })),
            "limits": { ANY: filled::<DomainLimit>(json!({ "rate": "10/s" })) },
            "retry": filled::<RetrySettings>(json!({})),
            "subscribers": filled::<SubscribersSettings>(json!({})),
            "issues": filled::<IssuesSettings>(json!({})),
            "public": filled::<PublicSettings>(json!({})),
            "state": filled::<StateSettings>(json!({})),
            "matching": filled::<MatchingSettings>(json!({})),
            "theme": filled::<Theme>(json!({})),
            "pictures": filled::<PictureSettings>(json!({})),
            "source": [filled::<SourceSettings>(json!({
                "name": "articles", "kind": "markdown", "path": "articles",
            }))],
            "section": [filled::<Section>(json!({ "id": "nyheder", "name": "Nyheder" }))],
            "topic": [filled::<Topic>(json!({ "id": "ledelse", "name": "Ledelse" }))],
            "publisher": [filled::<Publisher>(json!({ "name": "Avisen" }))],
            "ad": [filled::<Ad>(json!({
                "id": "annonce", "title": "Overskrift", "link": "https://avis.example/",
                "link_text": "Læs mere",
            }))],
            "block": [filled::<BlockSettings>(json!({
                "id": "mest-laest", "kind": "ranked", "title": "Mest læste",
                "path": "data/mest-laest.json",
            }))],
        })
    });
    &EXAMPLE
}

/// What must be stated, with everything that has a default filled in by the type.
fn filled<T: DeserializeOwned + Serialize>(required: Value) -> Value {
    // A type that needs more than stands above gives null here, and
    // `every_table_is_an_example_of_its_type` goes red.
    serde_json::from_value::<T>(required)
        .and_then(serde_json::to_value)
        .unwrap_or_default()
}

/// The example's value at a key; each entry of an array of tables has the example's one entry as its own.
pub(super) fn example_at(key: &Key) -> Option<&'static Value> {
    key.0.iter().try_fold(example(), |value, step| match step {
        Step::Name(name) => entry(value, name),
        Step::Index(_) if is_tables(value) => value.get(0),
        Step::Index(_) => None,
    })
}

/// What a table of the example has under a name.
pub(super) fn entry<'e>(table: &'e Value, name: &str) -> Option<&'e Value> {
    table.get(name).or_else(|| table.get(ANY))
}

/// Whether a value of the example is an array of tables.
pub(super) fn is_tables(value: &Value) -> bool {
    value.get(0).is_some_and(Value::is_object)
}

/// An unknown key, with the nearest known one. `parent` is the example's table it stands in.
pub(super) fn unknown_key(key: &Key, parent: &Value) -> Fault {
    let name = key.last_name().unwrap_or_default();
    let known = || {
        let names = parent
            .as_object()
            .into_iter()
            .flat_map(|table| table.keys());
        names.map(String::as_str)
    };
    let remedy = match nearest(name, known()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => match table_with(name) {
            Some(table) => format!("`{name}` belongs under `{table}`"),
            None => format!("known here: {}", listed(known())),
        },
    };
    Fault::error("unknown key").remedy(remedy)
}

/// The table that does have a key of that name, as its header is written.
fn table_with(name: &str) -> Option<String> {
    TABLES.iter().find_map(|table| {
        let value = &example()[*table];
        if is_tables(value) {
            value[0].get(name).map(|_| format!("[[{table}]]"))
        } else {
            value.get(name).map(|_| format!("[{table}]"))
        }
    })
}

/// Words in backticks, parted by commas.
pub(super) fn listed<'a>(words: impl IntoIterator<Item = &'a str>) -> String {
    let words: Vec<String> = words.into_iter().map(|word| format!("`{word}`")).collect();
    words.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_table_is_an_example_of_its_type() {
        let tables: Vec<&String> = example().as_object().unwrap().keys().collect();
        let mut expected = TABLES.to_vec();
        expected.sort_unstable();
        assert_eq!(tables, expected);
        for (name, table) in example().as_object().unwrap() {
            let table = if is_tables(table) { &table[0] } else { table };
            assert!(
                table.as_object().is_some_and(|keys| !keys.is_empty()),
                "`{name}` needs more than its example states"
            );
        }
    }

    #[test]
    fn an_unknown_key_is_answered_with_the_nearest_or_its_own_table() {
        let check = |key: &str, expected: &str| {
            let key = Key::of(key);
            let parent = Key(key.0[..key.0.len() - 1].to_vec());
            let fault = unknown_key(&key, example_at(&parent).unwrap());
            assert_eq!(fault.remedy.as_deref(), Some(expected), "{key}");
        };
        check("transport.knid", "did you mean `kind`?");
        check("sources", "did you mean `source`?");
        check(
            "transport.base_url",
            "`base_url` belongs under `[newsletter]`",
        );
        check("transport.desk", "`desk` belongs under `[[publisher]]`");
        check("transport.file.xyzzy", "known here: `path`");
    }
}
