//! A reader as a person says it, and as TOML.

use chrono::{DateTime, FixedOffset, NaiveDate, SecondsFormat};
use toml_edit::{Array, Datetime, InlineTable, Value};

use crate::domain::subscriber::Subscriber;

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
    /// No mail before this day.
    pub paused_until: Option<NaiveDate>,
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
    /// `daily` or `weekly`: what it was given for.
    pub frequency: Option<String>,
}

impl Draft {
    /// What a sound entry says, in full.
    pub fn of(reader: &Subscriber) -> Self {
        Self {
            email: reader.address.to_string(),
            name: reader.name.clone(),
            first_name: reader.first_name.clone(),
            topics: reader
                .choices
                .topics
                .iter()
                .map(|id| id.0.clone())
                .collect(),
            sections: reader
                .choices
                .sections
                .iter()
                .map(|id| id.0.clone())
                .collect(),
            frequency: Some(reader.frequency.word().to_owned()),
            format: Some(reader.choices.format.word().to_owned()),
            language: Some(reader.choices.language.tag().to_owned()),
            consent: reader.consent.as_ref().map(|consent| DraftConsent {
                at: consent.at,
                source: consent.source.clone(),
                text: consent.text.clone(),
                frequency: consent.frequency.map(|given| given.word().to_owned()),
            }),
            paused_until: reader.paused_until,
        }
    }

    /// The entry, header included, one key a line; only what was said.
    pub fn to_toml(&self) -> String {
        let mut entry = String::from("[[subscriber]]\n");
        for (key, value) in self.pairs() {
            entry.push_str(&format!("{key} = {value}\n"));
        }
        entry
    }

    /// What was said, in the order of an entry's keys.
    pub(super) fn pairs(&self) -> impl Iterator<Item = (&'static str, Value)> {
        let text = |text: &String| Value::from(text.as_str());
        let list = |words: &[String]| {
            (!words.is_empty()).then(|| Value::from(words.iter().collect::<Array>()))
        };
        let day = |day: NaiveDate| match day.to_string().parse::<Datetime>() {
            Ok(day) => Value::from(day),
            // A year of five digits is no TOML; the entry is then refused when it is read back.
            Err(_) => Value::from(day.to_string()),
        };
        [
            ("email", (!self.email.is_empty()).then(|| text(&self.email))),
            ("name", self.name.as_ref().map(text)),
            ("first_name", self.first_name.as_ref().map(text)),
            ("topics", list(&self.topics)),
            ("sections", list(&self.sections)),
            ("frequency", self.frequency.as_ref().map(text)),
            ("format", self.format.as_ref().map(text)),
            ("language", self.language.as_ref().map(text)),
            ("consent", self.consent.as_ref().map(DraftConsent::to_value)),
            ("paused_until", self.paused_until.map(day)),
        ]
        .into_iter()
        .filter_map(|(key, value)| Some((key, value?)))
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
        for (key, words) in [
            ("source", &self.source),
            ("text", &self.text),
            ("frequency", &self.frequency),
        ] {
            if let Some(words) = words {
                table.insert(key, words.as_str().into());
            }
        }
        Value::InlineTable(table)
    }
}
