//! The part of an address that says which servers take its mail.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

use super::address::Address;

/// The domain of mail addresses, as an A-label in lower case (RFC 5890).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MailDomain(String);

impl MailDomain {
    /// Reads a domain as a person writes it: `gmail.com`, `rødgrød.dk`, `xn--rdgrd-vuad.dk`.
    ///
    /// # Errors
    /// What is wrong; after a semicolon, what to write instead.
    pub fn parse(text: &str) -> Result<Self, String> {
        Address::parse(&format!("a@{text}"))
            .ok()
            .filter(|_| !text.contains('@'))
            .map(|address| Self(address.domain().to_owned()))
            .ok_or_else(|| {
                let shown = text.replace(char::is_control, "");
                format!("`{shown}` is no mail domain; write one such as `gmail.com`")
            })
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for MailDomain {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for MailDomain {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        Self::parse(&String::deserialize(from)?).map_err(D::Error::custom)
    }
}

impl Serialize for MailDomain {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_domain_is_folded_and_what_is_none_is_refused() {
        let check = |text: &str, expected: Option<&str>| {
            let read = MailDomain::parse(text);
            assert_eq!(
                read.as_ref().ok().map(MailDomain::as_str),
                expected,
                "{text}"
            );
        };
        check("gmail.com", Some("gmail.com"));
        check("GMail.COM", Some("gmail.com"));
        check("rødgrød.dk", Some("xn--rdgrd-vuad.dk"));
        check("RØDGRØD.dk", Some("xn--rdgrd-vuad.dk"));
        check("xn--rdgrd-vuad.dk", Some("xn--rdgrd-vuad.dk"));
        for bad in [
            "",
            "gmail",
            "a@gmail.com",
            "@gmail.com",
            "gmail.com.",
            "g mail.com",
            "*",
        ] {
            check(bad, None);
        }
    }
}
