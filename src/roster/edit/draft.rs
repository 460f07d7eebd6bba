//! A reader to be added, as a person says it, and as TOML.

use chrono::{DateTime, FixedOffset, SecondsFormat};
use toml_edit::{Array, Datetime, InlineTable, Value};

/// What a person says about a new reader. Nothing in it is checked: its TOML is read by the same rules as
/// any entry.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Draft {
    /// The address.
    pub email: String,
    /// The whole name.
    pub name: Option<String>,
    /// The first name.
    pub first_name: Option<String>,
    /// The topics; none means all.
    pub topics: Vec<String>,
    /// The sections; none means all.
    pub sections: Vec<String>,
    /// `daily` or `weekly`.
    pub frequency: Option<String>,
    /// `html` or `text`.
    pub format: Option<String>,
    /// `da` or `en`.
    pub language: Option<String>,
    /// The consent on record.
    pub consent: Option<DraftConsent>,
}

/// A consent as it is recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DraftConsent {
    /// When it was given, in the newsletter's zone.
    pub at: DateTime<FixedOffset>,
    /// From where.
    pub source: Option<String>,
    /// The version of the text the reader saw.
    pub text: Option<String>,
}

impl Draft {
    /// The entry, header included, one key a line; only what was said.
    pub fn to_toml(&self) -> String {
        let text = |text: &String| Value::from(text.as_str());
        let list = |words: &[String]| {
            (!words.is_empty()).then(|| Value::from(words.iter().collect::<Array>()))
        };
        let pairs = [
            ("email", Some(text(&self.email))),
            ("name", self.name.as_ref().map(text)),
            ("first_name", self.first_name.as_ref().map(text)),
            ("topics", list(&self.topics)),
            ("sections", list(&self.sections)),
            ("frequency", self.frequency.as_ref().map(text)),
            ("format", self.format.as_ref().map(text)),
            ("language", self.language.as_ref().map(text)),
            ("consent", self.consent.as_ref().map(DraftConsent::to_value)),
        ];
        let mut entry = String::from("[[subscriber]]\n");
        for (key, value) in pairs {
            if let Some(value) = value {
                entry.push_str(&format!("{key} = {value}\n"));
            }
        }
        entry
    }
}

impl DraftConsent {
    fn to_value(&self) -> Value {
        let mut table = InlineTable::new();
        let at = self.at.to_rfc3339_opts(SecondsFormat::Secs, false);
        match at.parse::<Datetime>() {
            Ok(at) => table.insert("at", at.into()),
            // A year of five digits is no TOML; the entry is then refused when it is read back.
            Err(_) => table.insert("at", at.into()),
        };
        for (key, words) in [("source", &self.source), ("text", &self.text)] {
            if let Some(words) = words {
                table.insert(key, words.as_str().into());
            }
        }
        Value::InlineTable(table)
    }
}
