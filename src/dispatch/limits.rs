//! How fast the readers of some mail domains are written to.

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
    time::Duration,
};

use serde::{Deserialize, Serialize};

use crate::domain::{mail_domain::MailDomain, rate::Rate};

/// The `[limits]` tables: `[limits."gmail.com"]`, by the domain as it was written.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct LimitSettings(pub BTreeMap<String, DomainLimit>);

/// One `[limits."DOMAIN"]` table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DomainLimit {
    /// The most letters to its readers.
    pub rate: Rate,
    /// The domains that share it.
    #[serde(default)]
    pub also: Vec<MailDomain>,
}

/// The limits as a run keeps them: each is a lane of its own, in which letters wait for their turn.
#[derive(Debug, Clone, Default)]
pub struct Limits {
    lanes: Vec<(Arc<str>, Rate)>,
    /// The lane of a domain.
    domains: HashMap<String, usize>,
}

impl Limits {
    /// The limits of a config; a name that is no domain limits nobody (config refuses it).
    pub fn of(settings: &LimitSettings) -> Self {
        let mut limits = Self::default();
        for (name, limit) in &settings.0 {
            let Ok(domain) = MailDomain::parse(name) else {
                continue;
            };
            let number = limits.lanes.len();
            limits.lanes.push((domain.as_str().into(), limit.rate));
            for domain in limit.also.iter().chain([&domain]) {
                limits.domains.insert(domain.as_str().to_owned(), number);
            }
        }
        limits
    }

    /// The lanes, each with its name, which is its first domain, and its rate.
    pub fn lanes(&self) -> &[(Arc<str>, Rate)] {
        &self.lanes
    }

    /// The lane of an address whose domain is an A-label in lower case.
    pub fn lane_of(&self, address: &str) -> Option<usize> {
        if self.domains.is_empty() {
            return None;
        }
        let (_, domain) = address.rsplit_once('@')?;
        self.domains.get(domain).copied()
    }

    /// The domains that are limited, each with its lane.
    pub fn domains(&self) -> impl Iterator<Item = (&str, usize)> {
        let domains = self.domains.iter();
        domains.map(|(domain, lane)| (domain.as_str(), *lane))
    }

    /// How long so many letters of each lane take, at the least.
    pub fn time_for(&self, letters: &[u64]) -> Duration {
        let times = self.lanes.iter().zip(letters);
        times
            .map(|((_, rate), letters)| rate.time_for(*letters))
            .max()
            .unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn domains_that_share_a_limit_share_a_lane() {
        let settings: LimitSettings = toml::from_str(
            "[\"Gmail.com\"]\nrate = \"10/s\"\nalso = [\"googlemail.com\"]\n[\"rødgrød.dk\"]\nrate = \"1/s\"\n",
        )
        .unwrap();
        let limits = Limits::of(&settings);
        let names: Vec<&str> = limits.lanes().iter().map(|(name, _)| &**name).collect();
        assert_eq!(names, ["gmail.com", "xn--rdgrd-vuad.dk"]);
        let check = |address, lane| assert_eq!(limits.lane_of(address), lane, "{address}");
        check("a@gmail.com", Some(0));
        check("a@googlemail.com", Some(0));
        check("b@xn--rdgrd-vuad.dk", Some(1));
        check("b@mail.gmail.com", None);
        check("b@gmail.com.example", None);
        check("no address", None);
        assert_eq!(limits.time_for(&[20, 3]), Duration::from_secs(3));
        assert_eq!(Limits::default().time_for(&[]), Duration::ZERO);
    }
}
