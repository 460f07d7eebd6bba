//! A mail address that can be sent to, and its folded form that says who the reader is.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};
use unicode_normalization::UnicodeNormalization;

/// A mail address, syntax checked (RFC 5321 §4.1.2, lengths §4.5.3.1), its domain as an A-label (RFC 5890).
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Address {
    text: String,
    /// Where the `@` before the domain stands.
    at: usize,
}

/// A folded address: NFC, lower case, domain as A-label. It is a reader's identity everywhere.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FoldedAddress(String);

/// Why a text is no mail address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AddressError {
    /// No text at all.
    #[error("the address is empty")]
    Empty,
    /// A line break or other control character: header injection if it were let through.
    #[error("the address has a line break or control character")]
    Control,
    /// No `@`, or nothing before or after it.
    #[error("the address is not of the form name@domain")]
    Form,
    /// The part before the `@` has a character or dot where none may stand.
    #[error("the part before `@` is not allowed in a mail address")]
    Local,
    /// The part after the `@` is no domain name.
    #[error("the part after `@` is not a domain name")]
    Domain,
    /// Local part over 64 or address over 254 octets.
    #[error("the address is too long (at most 64 octets before `@`, 254 in all)")]
    TooLong,
}

impl Address {
    /// Reads an address as a person types it. Surrounding blanks are an error, not trimmed.
    ///
    /// # Errors
    /// Says which rule the text breaks; the text itself is not repeated.
    pub fn parse(text: &str) -> Result<Self, AddressError> {
        if let Some(plain) = Self::parse_plain(text) {
            return Ok(plain);
        }
        Self::parse_any(text)
    }

    /// Reads an address of plain ASCII, where NFC and IDNA (UTS #46) change nothing but the case of the domain;
    /// `None` says nothing about the text.
    fn parse_plain(text: &str) -> Option<Self> {
        let (local, domain) = text.rsplit_once('@')?;
        let is_plain = local.len() <= 64
            && local.len() + 1 + domain.len() <= 254
            && text.is_ascii()
            && is_dot_string(local)
            && is_domain(domain)
            // `xn--` and its like are for IDNA to judge.
            && domain
                .split('.')
                .all(|label| label.as_bytes().get(2..4) != Some(b"--"));
        is_plain.then(|| {
            let (mut text, at) = (text.to_owned(), local.len());
            text[at..].make_ascii_lowercase();
            Self { text, at }
        })
    }

    fn parse_any(text: &str) -> Result<Self, AddressError> {
        if text.is_empty() {
            return Err(AddressError::Empty);
        }
        if text.chars().any(char::is_control) {
            return Err(AddressError::Control);
        }
        let normal: String = text.nfc().collect();
        let (local, domain) = normal.rsplit_once('@').ok_or(AddressError::Form)?;
        if local.is_empty() || domain.is_empty() {
            return Err(AddressError::Form);
        }
        if !is_dot_string(local) {
            return Err(AddressError::Local);
        }
        let domain = idna::domain_to_ascii_strict(domain).map_err(|_| AddressError::Domain)?;
        if !is_domain(&domain) {
            return Err(AddressError::Domain);
        }
        if local.len() > 64 || local.len() + 1 + domain.len() > 254 {
            return Err(AddressError::TooLong);
        }
        Ok(Self {
            text: format!("{local}@{domain}"),
            at: local.len(),
        })
    }

    /// The address as it is written.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// What stands before the `@`.
    fn local(&self) -> &str {
        &self.text[..self.at]
    }

    /// The domain, as an A-label in lower case.
    pub fn domain(&self) -> &str {
        &self.text[self.at + 1..]
    }

    /// The folded form.
    pub fn folded(&self) -> FoldedAddress {
        if self.text.is_ascii() {
            return FoldedAddress(self.text.to_ascii_lowercase());
        }
        let local: String = self.local().to_lowercase().nfc().collect();
        FoldedAddress(format!("{local}@{}", self.domain().to_ascii_lowercase()))
    }

    /// The same mailbox with a tag of its own (`bounce` -> `bounce+tag`), for variable envelope return paths.
    #[must_use]
    pub fn with_tag(&self, tag: &str) -> Self {
        Self {
            text: [self.local(), "+", tag, "@", self.domain()].concat(),
            at: self.at + 1 + tag.len(),
        }
    }

    /// The address with all but the first letter hidden, for messages: `a…@kommune.example`.
    pub fn masked(&self) -> String {
        mask(&self.text)
    }

    /// Whether it can only be sent over SMTPUTF8 (RFC 6531): a letter outside ASCII before the `@`.
    pub fn needs_smtputf8(&self) -> bool {
        !self.local().is_ascii()
    }
}

/// Hides all but the first letter of what stands before the `@` of any text: `a…@kommune.example`.
pub fn mask(address: &str) -> String {
    let clean: String = address
        .chars()
        .filter(|c| !c.is_control())
        .take(254)
        .collect();
    match clean.rsplit_once('@') {
        Some((local, domain)) => {
            let first: String = local.chars().take(1).collect();
            format!("{first}…@{domain}")
        }
        None => clean.chars().take(1).chain(['…']).collect(),
    }
}

/// Hides so all that stands before any `@` of a text: what servers say often repeats whom it is about.
pub fn mask_all(text: &str) -> String {
    let mut masked = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('@') {
        let local = before
            .char_indices()
            .rev()
            .take_while(|(_, c)| *c == '.' || is_of_atom(*c))
            .last()
            .map_or(before.len(), |(start, _)| start);
        masked.push_str(&before[..local]);
        if let Some(first) = before[local..].chars().next() {
            masked.extend([first, '…']);
        }
        masked.push('@');
        rest = after;
    }
    masked.push_str(rest);
    masked
}

/// `Dot-string` of RFC 5321 §4.1.2, widened by RFC 6531 to letters outside ASCII. Quoted local parts are refused:
/// no mailbox a newsletter mails needs them, and they carry blanks and quotes into headers.
fn is_dot_string(local: &str) -> bool {
    local
        .split('.')
        .all(|atom| !atom.is_empty() && atom.chars().all(is_of_atom))
}

fn is_of_atom(c: char) -> bool {
    c.is_ascii_alphanumeric()
        || matches!(
            c,
            '!' | '#'..='\'' | '*' | '+' | '-' | '/' | '=' | '?' | '^'..='`' | '{'..='~'
        )
        || (!c.is_ascii() && c.is_alphanumeric())
}

/// Letters-digits-hyphens labels, at least two, the last not all digits (RFC 1123 §2.1).
fn is_domain(domain: &str) -> bool {
    let is_label = |label: &str| {
        !label.is_empty()
            && label.len() <= 63
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b == b'-')
    };
    match domain.rsplit_once('.') {
        Some((above, last)) => {
            above.split('.').all(is_label)
                && is_label(last)
                && !last.bytes().all(|b| b.is_ascii_digit())
        }
        None => false,
    }
}

impl fmt::Display for Address {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.text)
    }
}

impl fmt::Debug for Address {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Address({})", self.masked())
    }
}

impl<'de> Deserialize<'de> for Address {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        Self::parse(&String::deserialize(from)?).map_err(D::Error::custom)
    }
}

impl Serialize for Address {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

impl From<Address> for String {
    fn from(address: Address) -> Self {
        address.text
    }
}

impl FoldedAddress {
    /// One that was written down as [`FoldedAddress::as_str`] gave it.
    pub fn again(folded: &str) -> Self {
        Self(folded.to_owned())
    }

    /// The folded text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for FoldedAddress {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "FoldedAddress({})", mask(&self.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_read_by_the_rules_of_rfc_5321() {
        let check = |text: &str, expected: Result<&str, AddressError>| {
            assert_eq!(
                Address::parse(text).map(|a| a.to_string()),
                expected.map(str::to_owned),
                "{text:?}"
            );
        };
        check("anna@kommune.example", Ok("anna@kommune.example"));
        check("Anna+nyt@Kommune.example", Ok("Anna+nyt@kommune.example"));
        check("o'hara@a-b.example", Ok("o'hara@a-b.example"));
        check("bo@blåbær.example", Ok("bo@xn--blbr-roah.example"));
        check("åse@kommune.example", Ok("åse@kommune.example"));
        check("", Err(AddressError::Empty));
        check("anna", Err(AddressError::Form));
        check("@kommune.example", Err(AddressError::Form));
        check("anna@", Err(AddressError::Form));
        check("anna@kommune", Err(AddressError::Domain));
        check("anna@10.0.0.1", Err(AddressError::Domain));
        check("anna@-a.example", Err(AddressError::Domain));
        check("anna@kommune..example", Err(AddressError::Domain));
        check("an na@kommune.example", Err(AddressError::Local));
        check(" anna@kommune.example", Err(AddressError::Local));
        check("anna..b@kommune.example", Err(AddressError::Local));
        check(".anna@kommune.example", Err(AddressError::Local));
        check("<anna@kommune.example>", Err(AddressError::Local));
        check("a@b@kommune.example", Err(AddressError::Local));
        check(
            "anna@kommune.example\r\nBcc: x@y.example",
            Err(AddressError::Control),
        );
        check(
            &format!("{}@kommune.example", "a".repeat(65)),
            Err(AddressError::TooLong),
        );
    }

    #[test]
    fn folding_makes_one_reader_of_many_spellings() {
        let folded = |text: &str| Address::parse(text).unwrap().folded();
        assert_eq!(
            folded("ANNA@Kommune.Example"),
            folded("anna@kommune.example")
        );
        // å precomposed and as a + ring.
        assert_eq!(folded("\u{e5}se@k.example"), folded("a\u{30a}se@k.example"));
        assert_eq!(
            folded("bo@BLÅBÆR.example"),
            folded("bo@xn--blbr-roah.example")
        );
    }

    proptest::proptest! {
        #[test]
        fn plain_addresses_are_read_as_all_others_are(
            text in "[a-zA-Z0-9.!#$%&'*+/=?^_`{|}~ \"(),:;<>-]{0,70}@[a-zA-Z0-9.-]{1,70}(\\.(xn--)?[a-z0-9-]{1,4})?",
        ) {
            if let Some(plain) = Address::parse_plain(&text) {
                let any = Address::parse_any(&text).unwrap();
                assert_eq!(plain, any);
                let folded: String = any.local().to_lowercase().nfc().collect();
                assert_eq!(plain.folded().as_str(), format!("{folded}@{}", any.domain()));
            }
        }

        #[test]
        fn an_address_of_letters_and_dots_is_plain(
            text in "[a-zA-Z0-9+_-]{1,20}(\\.[a-z]{1,9})?@[a-zA-Z0-9]{1,20}\\.[a-z]{2,9}",
        ) {
            assert!(Address::parse_plain(&text).is_some());
        }
    }

    #[test]
    fn whoever_stands_in_a_text_is_masked() {
        let check = |text: &str, expected: &str| assert_eq!(mask_all(text), expected);
        check(
            "550 5.1.1 <anna.holm@kommune.example>: no such user",
            "550 5.1.1 <a…@kommune.example>: no such user",
        );
        check(
            "<retur+0a1b@b.example> to=åse@x.example,bo@y.example",
            "<r…@b.example> t…@x.example,b…@y.example",
        );
        check("anna@x.example", "a…@x.example");
        check("421 4.7.0 too many @ once", "421 4.7.0 too many @ once");
        check("", "");
    }

    #[test]
    fn masking_and_debug_hide_the_person() {
        let address = Address::parse("anna@kommune.example").unwrap();
        assert_eq!(address.masked(), "a…@kommune.example");
        assert!(!format!("{address:?} {:?}", address.folded()).contains("anna"));
    }
}
