//! `issue.json`: what an issue prints and what became of every article, for people and scripts.

use serde::{Deserialize, Serialize};

use super::difference::text_of;
use crate::domain::{
    issue::{Digest, Verdict},
    key::hex,
};

/// The document.
#[derive(Debug, Clone, Serialize)]
pub struct Record<'a> {
    issue: String,
    frequency: &'static str,
    date: String,
    hash: String,
    covers_from: String,
    cut_off: String,
    items: Vec<Entry<'a>>,
    articles: &'a [Verdict],
}

#[derive(Debug, Clone, Serialize)]
struct Entry<'a> {
    id: &'a str,
    title: &'a str,
    section: &'a str,
    topics: Vec<&'a str>,
    rank: usize,
    path: &'a str,
    hash: String,
}

/// One item, as read back from a record.
#[derive(Debug, Clone, Deserialize)]
pub struct ItemRecord {
    /// The article.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Where it is printed.
    pub section: String,
    /// Its place by weight in the whole issue, 0 first.
    pub rank: usize,
}

/// An old record without what it says of articles that were not printed; `None` where there is nothing to leave out, and
/// where the text is no record.
pub fn shortened(record: &str) -> Option<String> {
    let mut document: serde_json::Value = serde_json::from_str(record).ok()?;
    let verdicts = document.get_mut("articles")?.as_array_mut()?;
    let all = verdicts.len();
    verdicts.retain(|verdict| verdict.get("printed") == Some(&serde_json::Value::Bool(true)));
    if verdicts.len() == all {
        return None;
    }
    serde_json::to_string_pretty(&document).ok()
}

impl<'a> Record<'a> {
    /// Records a digest under its hash.
    pub fn new(digest: &'a Digest, hash: [u8; 32]) -> Self {
        let instant = |at: chrono::DateTime<chrono::Utc>| {
            at.to_rfc3339_opts(chrono::SecondsFormat::Secs, true)
        };
        Self {
            issue: digest.key.to_string(),
            frequency: digest.key.frequency.word(),
            date: digest.key.date.to_string(),
            hash: hex(&hash),
            covers_from: instant(digest.covers_from),
            cut_off: instant(digest.cut_off),
            items: digest
                .items
                .iter()
                .map(|item| Entry {
                    id: &item.article.id.0,
                    title: &item.article.title,
                    section: &item.section.0,
                    topics: item
                        .topics
                        .iter()
                        .map(|found| found.topic.0.as_str())
                        .collect(),
                    rank: item.rank,
                    path: &item.article.path,
                    hash: text_of(item),
                })
                .collect(),
            articles: &digest.verdicts,
        }
    }

    /// The document as text.
    pub fn to_json(&self) -> String {
        // Strings, numbers and lists only: serialising them cannot fail.
        serde_json::to_string_pretty(self).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_old_record_says_only_what_was_printed() {
        let record = r#"{"items":[{"id":"a"}],"articles":[{"article":"a","printed":true},{"article":"b","printed":false}]}"#;
        let short = shortened(record).unwrap();
        assert!(
            short.contains("\"a\"") && !short.contains("\"b\""),
            "{short}"
        );
        assert_eq!(shortened(&short), None);
        for rubbish in ["", "[]", "{}", "{\"articles\":3}"] {
            assert_eq!(shortened(rubbish), None, "{rubbish}");
        }
    }
}
