//! Which readers a command speaks of.

use clap::Args;

use super::reader::Reader;
use crate::{
    cli::{Exit, Failure},
    domain::fault::{Fault, nearest},
};

/// Filters that all must hold; of one that is repeated, any.
#[derive(Debug, Clone, Default, Args)]
pub(super) struct Select {
    /// Only readers who get this topic; may be repeated
    #[arg(long = "topic", value_name = "TOPIC")]
    topics: Vec<String>,
    /// Only readers who get this section; may be repeated
    #[arg(long = "section", value_name = "SECTION")]
    sections: Vec<String>,
    /// Only readers of this frequency: `daily` or `weekly`
    #[arg(long, value_name = "FREQUENCY")]
    frequency: Option<String>,
    /// Only readers in this state: `active`, `paused`, `left` or `suppressed`; may be repeated
    #[arg(long = "state", value_name = "STATE")]
    states: Vec<String>,
    /// Only readers at this domain or below it; may be repeated
    #[arg(long = "domain", value_name = "DOMAIN")]
    domains: Vec<String>,
    /// Only readers whose address or name has this text in it
    #[arg(long, value_name = "TEXT")]
    text: Option<String>,
}

impl Select {
    /// That every word of the filters is one there is.
    ///
    /// # Errors
    /// All that are not; exit code 2.
    pub(super) fn check(&self) -> Result<(), Failure> {
        let faults = self.faults();
        if faults.is_empty() {
            return Ok(());
        }
        Err(Failure {
            exit: Exit::Usage,
            faults,
        })
    }

    fn faults(&self) -> Vec<Fault> {
        let states = self
            .states
            .iter()
            .map(|word| ("--state", word, &STATES[..]));
        let frequency = self
            .frequency
            .iter()
            .map(|word| ("--frequency", word, &FREQUENCIES[..]));
        states
            .chain(frequency)
            .filter(|(_, word, known)| !known.contains(&word.as_str()))
            .map(|(option, word, known)| {
                Fault::error(format!("there is no `{word}`"))
                    .for_key(option)
                    .remedy(match nearest(word, known.iter().copied()) {
                        Some(meant) => format!("did you mean `{meant}`?"),
                        None => format!("name one of `{}`", known.join("`, `")),
                    })
            })
            .collect()
    }

    /// Whether a reader is spoken of. Who chose no topics gets every one.
    pub(super) fn takes(&self, reader: &Reader<'_>) -> bool {
        let any = |wanted: &[String], is: &dyn Fn(&str) -> bool| {
            wanted.is_empty() || wanted.iter().any(|word| is(word))
        };
        let has = |text: &str| {
            let holds =
                |name: Option<&str>| name.is_some_and(|name| name.to_lowercase().contains(text));
            holds(Some(&reader.email)) || holds(reader.name) || holds(reader.first_name)
        };
        let topics = reader.topics;
        let sections = reader.sections;
        let domain = reader.email.rsplit('@').next().unwrap_or_default();
        any(&self.topics, &|word| {
            topics.is_empty() || topics.iter().any(|id| id.0 == word)
        }) && any(&self.sections, &|word| {
            sections.is_empty() || sections.iter().any(|id| id.0 == word)
        }) && any(&self.states, &|word| reader.state == word)
            && any(&self.domains, &|word| is_at(domain, word))
            && self
                .frequency
                .as_ref()
                .is_none_or(|word| reader.frequency.word() == word)
            && self
                .text
                .as_ref()
                .is_none_or(|text| has(&text.to_lowercase()))
    }
}

const STATES: [&str; 4] = ["active", "paused", "left", "suppressed"];
const FREQUENCIES: [&str; 2] = ["daily", "weekly"];

/// Whether a domain is another or lies below it; letters outside ASCII as a person types them.
fn is_at(domain: &str, other: &str) -> bool {
    let other = idna::domain_to_ascii(other.trim_start_matches('@')).unwrap_or_default();
    domain == other
        || domain
            .strip_suffix(&other)
            .is_some_and(|above| !other.is_empty() && above.ends_with('.'))
}
