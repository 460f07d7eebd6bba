//! A reader's consent as data: when, from where, to which text (GDPR art. 7(1)).

use chrono::{DateTime, FixedOffset};
use serde::{Deserialize, Serialize};

use super::issue::Frequency;

/// A recorded consent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Consent {
    /// When it was given.
    pub at: DateTime<FixedOffset>,
    /// From where: `web form`, `paper`.
    pub source: Option<String>,
    /// The version of the text the reader saw.
    pub text: Option<String>,
    /// What it was given for; `None` says nothing of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub frequency: Option<Frequency>,
}

impl Consent {
    /// Whether it covers the mail of a frequency, where only consents to some versions of the text count; none named
    /// means every one.
    pub fn covers(&self, frequency: Frequency, texts: &[String]) -> bool {
        let to_text =
            texts.is_empty() || self.text.as_ref().is_some_and(|text| texts.contains(text));
        to_text && self.frequency.is_none_or(|given| given == frequency)
    }
}
