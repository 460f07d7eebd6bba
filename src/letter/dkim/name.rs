//! The two names a public key is found under: `SELECTOR._domainkey.DOMAIN`.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

use crate::domain::address::Address;

/// The domain that answers for a letter, `d=` (RFC 6376 §3.5), as an A-label in lower case.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SigningDomain(String);

/// What tells one key of a domain from its others, `s=` (RFC 6376 §3.1): labels parted by dots, in lower case.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Selector(String);

impl SigningDomain {
    /// Reads a domain name of two labels or more.
    ///
    /// # Errors
    /// What is wrong; after a semicolon, what to write instead.
    pub fn parse(text: &str) -> Result<Self, String> {
        Address::parse(&format!("a@{text}"))
            .map(|address| Self(address.domain().to_owned()))
            .map_err(|_| format!("`{text}` is no domain name; write one such as `avis.example`"))
    }

    /// The domain of an address.
    pub fn of(address: &Address) -> Self {
        Self(address.domain().to_owned())
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether a signature for it speaks for the `From` address: the domains are the same, or this is one above
    /// (RFC 9989, relaxed alignment).
    pub fn speaks_for(&self, from: &Address) -> bool {
        from.domain()
            .strip_suffix(self.as_str())
            .is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
    }
}

impl Selector {
    /// Reads a selector.
    ///
    /// # Errors
    /// What is wrong; after a semicolon, what to write instead.
    pub fn parse(text: &str) -> Result<Self, String> {
        let label = |label: &str| {
            (1..=63).contains(&label.len())
                && !label.starts_with('-')
                && !label.ends_with('-')
                && label
                    .bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
        };
        if text.len() <= 128 && text.split('.').all(label) {
            Ok(Self(text.to_ascii_lowercase()))
        } else {
            Err(format!(
                "`{text}` is no selector; write letters, digits and hyphens, such as `2026-rsa`"
            ))
        }
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Where its public key is published (RFC 6376 §3.6.2.1), without the last dot.
    pub fn record_name(&self, domain: &SigningDomain) -> String {
        format!("{self}._domainkey.{domain}")
    }
}

impl fmt::Display for SigningDomain {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

impl fmt::Display for Selector {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for SigningDomain {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        Self::parse(&String::deserialize(from)?).map_err(D::Error::custom)
    }
}

impl<'de> Deserialize<'de> for Selector {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        Self::parse(&String::deserialize(from)?).map_err(D::Error::custom)
    }
}

impl Serialize for SigningDomain {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&self.0)
    }
}

impl Serialize for Selector {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_by_the_rules_of_domain_names() {
        for (text, read) in [
            ("2026-rsa", Some("2026-rsa")),
            ("Nyt.2026", Some("nyt.2026")),
            ("", None),
            ("a..b", None),
            ("-a", None),
            ("a;b", None),
            ("a b", None),
            ("a\r\nX", None),
        ] {
            let selector = Selector::parse(text).ok();
            assert_eq!(selector.as_ref().map(Selector::as_str), read, "{text:?}");
        }
        for (text, read) in [
            ("Avis.example", Some("avis.example")),
            ("blåbær.example", Some("xn--blbr-roah.example")),
            ("example", None),
            ("a@avis.example", None),
            ("avis.example;", None),
        ] {
            let domain = SigningDomain::parse(text).ok();
            assert_eq!(domain.as_ref().map(SigningDomain::as_str), read, "{text:?}");
        }
    }

    #[test]
    fn a_domain_speaks_for_itself_and_what_lies_under_it() {
        let from = Address::parse("nyt@nyt.avis.example").unwrap();
        for (domain, speaks) in [
            ("nyt.avis.example", true),
            ("avis.example", true),
            ("vis.example", false),
            ("a.nyt.avis.example", false),
            ("andet.example", false),
        ] {
            let domain = SigningDomain::parse(domain).unwrap();
            assert_eq!(domain.speaks_for(&from), speaks, "{domain}");
        }
    }
}
