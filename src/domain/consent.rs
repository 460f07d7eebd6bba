//! A reader's consent as data: when, from where, to which text (GDPR art. 7(1)).

use chrono::{DateTime, FixedOffset};
use serde::{Deserialize, Serialize};

/// A recorded consent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Consent {
    /// When it was given.
    pub at: DateTime<FixedOffset>,
    /// From where: `web form`, `paper`.
    pub source: Option<String>,
    /// The version of the text the reader saw.
    pub text: Option<String>,
}
