//! The newsletter itself: who sends it, from where, in whose name.

use std::fmt;

use chrono_tz::Tz;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};
use url::Url;

use super::{address::Address, issue::IssueKey, language::Language, secret::Secret};

/// The `[newsletter]` table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Newsletter {
    /// The name readers know it by: masthead, `List-Id`.
    pub name: String,
    /// `List-Id` (RFC 2919 §3): a dot-atom under the sender's domain, stable for the life of the list.
    pub list_id: ListId,
    /// The `From` mailbox: `Det Fælles <nyhed@detfaelles.example>`.
    pub from: Mailbox,
    /// Where answers go; the `From` mailbox where it is absent.
    #[serde(default)]
    pub reply_to: Option<Mailbox>,
    /// The newsletter's site; signed links lie under it.
    pub base_url: Url,
    /// The language of readers who state none.
    #[serde(default)]
    pub language: Language,
    /// The zone of all local dates and times.
    #[serde(default = "Newsletter::default_timezone")]
    pub timezone: Tz,
    /// The sender's postal address, for the footer (e-handelsloven § 7).
    #[serde(default)]
    pub postal_address: Option<String>,
    /// The sender's CVR number, for the footer.
    #[serde(default)]
    pub cvr: Option<String>,
    /// The organisation behind it, when its name is another.
    #[serde(default)]
    pub publisher: Option<String>,
    /// The responsible editor, for the footer.
    #[serde(default)]
    pub editor: Option<String>,
    /// Where the reader is told what is kept (GDPR art. 13).
    #[serde(default)]
    pub privacy_url: Option<Url>,
    /// Where the archive's pages are served; without it there is no archive, and letters have no link to it.
    #[serde(default)]
    pub archive_url: Option<Url>,
    /// A line or two that open every issue until an issue has its own.
    #[serde(default)]
    pub intro: Option<String>,
    /// The signing key itself, 64 hex characters: for a variable, where no file can be kept.
    #[serde(default)]
    pub key: Option<Secret>,
    /// The file with the signing key; `state/key` where both are absent.
    #[serde(default)]
    pub key_file: Option<String>,
    /// The files of keys that signed before: their links still work, and what was said under them still holds.
    #[serde(default)]
    pub old_key_files: Vec<String>,
}

impl Newsletter {
    fn default_timezone() -> Tz {
        chrono_tz::Europe::Copenhagen
    }

    /// The address of an issue's page in the archive, in a language; `None` without an archive.
    pub fn archive_page(&self, key: IssueKey, language: Language) -> Option<String> {
        let base = self.archive_url.as_ref()?.as_str().trim_end_matches('/');
        let page = self.archive_file(language);
        // The page in the newsletter's own language is what the folder itself shows.
        let page = if page == "index.html" { "" } else { &page };
        Some(format!("{base}/{}/{page}", key.dated()))
    }

    /// The file of an issue's page in a language, within the issue's folder.
    pub fn archive_file(&self, language: Language) -> String {
        if language == self.language {
            "index.html".into()
        } else {
            format!("{}.html", language.tag())
        }
    }
}

/// A list id: `nyhedsbrev.detfaelles.example`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ListId(String);

impl ListId {
    /// Reads a dot-atom of at least two labels, at most 255 octets.
    ///
    /// # Errors
    /// The rule it breaks, as a sentence for the one who wrote it.
    pub fn parse(text: &str) -> Result<Self, String> {
        let labels_fit = text.split('.').count() >= 2
            && text.split('.').all(|label| {
                !label.is_empty()
                    && label
                        .bytes()
                        .all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b))
            });
        if labels_fit && text.len() <= 255 {
            Ok(Self(text.to_owned()))
        } else {
            Err(format!(
                "`{text}` is no list id; write dotted letters, digits and hyphens such as `nyt.avis.example`"
            ))
        }
    }

    /// The id's text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ListId {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for ListId {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        Self::parse(&String::deserialize(from)?).map_err(D::Error::custom)
    }
}

impl Serialize for ListId {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&self.0)
    }
}

/// A mailbox: an address, with or without a display name (RFC 5322 §3.4).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mailbox {
    /// The name shown.
    pub name: Option<String>,
    /// The address.
    pub address: Address,
}

impl Mailbox {
    /// Reads `Name <a@b.example>` or `a@b.example`.
    ///
    /// # Errors
    /// The rule it breaks, as a sentence for the one who wrote it.
    pub fn parse(text: &str) -> Result<Self, String> {
        if text.chars().any(char::is_control) {
            return Err("the mailbox has a line break or control character".into());
        }
        let text = text.trim();
        let (name, address) = match text
            .strip_suffix('>')
            .and_then(|rest| rest.rsplit_once('<'))
        {
            Some((name, address)) => (name.trim().trim_matches('"').trim(), address.trim()),
            None => ("", text),
        };
        if name.contains(['<', '>', '@']) {
            return Err("the mailbox's name must not have `<`, `>` or `@`".into());
        }
        let address = Address::parse(address).map_err(|error| error.to_string())?;
        Ok(Self {
            name: (!name.is_empty()).then(|| name.to_owned()),
            address,
        })
    }
}

impl fmt::Display for Mailbox {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.name {
            Some(name) => write!(out, "{name} <{}>", self.address),
            None => write!(out, "{}", self.address),
        }
    }
}

impl<'de> Deserialize<'de> for Mailbox {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        Self::parse(&String::deserialize(from)?).map_err(D::Error::custom)
    }
}

impl Serialize for Mailbox {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mailboxes_are_read_with_and_without_a_name() {
        let check = |text: &str, expected: Result<&str, ()>| {
            assert_eq!(
                Mailbox::parse(text).map(|m| m.to_string()).map_err(|_| ()),
                expected.map(str::to_owned),
                "{text}"
            );
        };
        check(
            "Det Fælles <nyhed@faelles.example>",
            Ok("Det Fælles <nyhed@faelles.example>"),
        );
        check(
            "\"Det Fælles\" <nyhed@faelles.example>",
            Ok("Det Fælles <nyhed@faelles.example>"),
        );
        check("nyhed@faelles.example", Ok("nyhed@faelles.example"));
        check("x@y.example <nyhed@faelles.example>", Err(()));
        check("Det Fælles\r\nBcc: a@b.example", Err(()));
        check("Det Fælles <nyhed>", Err(()));
    }

    #[test]
    fn a_list_id_is_a_dot_atom() {
        assert!(ListId::parse("nyt.avis.example").is_ok());
        for bad in [
            "",
            "nyt",
            "nyt..example",
            "nyt avis.example",
            "nyt@avis.example",
            "nyt.æble.example",
        ] {
            assert!(ListId::parse(bad).is_err(), "{bad}");
        }
    }
}
