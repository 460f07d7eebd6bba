//! What a person says of a reader on the command line.

use chrono::SubsecRound as _;
use clap::Args;

use super::Place;
use crate::roster::edit::{Draft, DraftConsent};

/// The keys of an entry, each as an option.
#[derive(Debug, Clone, Args)]
pub(super) struct Fields {
    /// The whole name
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
    /// The first name, for the greeting
    #[arg(long, value_name = "NAME")]
    first_name: Option<String>,
    /// A topic wanted; may be repeated, and none means all
    #[arg(long = "topic", value_name = "TOPIC")]
    topics: Vec<String>,
    /// A section wanted; may be repeated, and none means all
    #[arg(long = "section", value_name = "SECTION")]
    sections: Vec<String>,
    /// `daily` or `weekly`
    #[arg(long, value_name = "FREQUENCY")]
    frequency: Option<String>,
    /// `html` or `text`
    #[arg(long, value_name = "FORMAT")]
    format: Option<String>,
    /// `da` or `en`
    #[arg(long, value_name = "LANGUAGE")]
    language: Option<String>,
    /// From where the reader's consent came; records it as given now
    #[arg(long, value_name = "SOURCE")]
    consent_source: Option<String>,
    /// The version of the text the reader consented to; records it as given now
    #[arg(long, value_name = "VERSION")]
    consent_text: Option<String>,
    /// The frequency the reader consented to, `daily` or `weekly`; records it as given now
    #[arg(long, value_name = "FREQUENCY")]
    consent_frequency: Option<String>,
}

impl Fields {
    /// As a draft of an entry with an address.
    pub(super) fn draft(self, email: String, place: &Place) -> Draft {
        let has_consent = self.consent_source.is_some()
            || self.consent_text.is_some()
            || self.consent_frequency.is_some();
        let now = place.now.with_timezone(&place.zone).trunc_subsecs(0);
        Draft {
            email,
            name: self.name,
            first_name: self.first_name,
            topics: self.topics,
            sections: self.sections,
            frequency: self.frequency,
            format: self.format,
            language: self.language,
            consent: has_consent.then(|| DraftConsent {
                at: now.fixed_offset(),
                source: self.consent_source,
                text: self.consent_text,
                frequency: self.consent_frequency,
            }),
            paused_until: None,
        }
    }
}
