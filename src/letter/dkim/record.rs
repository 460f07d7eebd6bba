//! The DNS record that publishes a key.

use super::{PrivateKey, Selector, SigningDomain};

/// The most octets of one string of a TXT record (RFC 1035 §3.3).
const STRING: usize = 255;

/// The TXT record of a public key (RFC 6376 §3.6).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DkimRecord {
    /// Its name, without the last dot.
    pub name: String,
    /// Its text in one piece.
    pub value: String,
}

impl DkimRecord {
    /// The record of a key.
    ///
    /// # Errors
    /// As [`PrivateKey::public`].
    pub fn of(
        key: &PrivateKey,
        selector: &Selector,
        domain: &SigningDomain,
    ) -> Result<Self, aws_lc_rs::error::Unspecified> {
        Ok(Self {
            name: selector.record_name(domain),
            value: format!("v=DKIM1; k={}; p={}", key.kind().name(), key.public()?),
        })
    }

    /// The text in strings of at most 255 octets, which verifiers join without blanks (RFC 6376 §3.6.2.2).
    pub fn strings(&self) -> Vec<&str> {
        let mut strings = Vec::new();
        let mut rest = self.value.as_str();
        while !rest.is_empty() {
            // The text is ASCII: any place is between characters.
            let (string, after) = rest.split_at(rest.len().min(STRING));
            strings.push(string);
            rest = after;
        }
        strings
    }

    /// The record as a zone file has it (RFC 1035 §5.1).
    pub fn to_zone(&self) -> String {
        let strings = self.strings();
        if let [string] = strings.as_slice() {
            return format!("{}. IN TXT \"{string}\"\n", self.name);
        }
        let quoted: Vec<String> = strings
            .iter()
            .map(|string| format!("    \"{string}\""))
            .collect();
        format!("{}. IN TXT (\n{} )\n", self.name, quoted.join("\n"))
    }
}
