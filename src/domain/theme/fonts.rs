//! The faces a letter asks for.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

/// Names of typefaces, the first that the reader has is taken. Written without quotation marks, which is valid for names
/// of words (CSS Fonts 4 §2.1.1) and needs no escaping in an attribute.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FontStack(String);

impl FontStack {
    /// Reads names parted by commas; quotation marks around them are dropped.
    ///
    /// # Errors
    /// What to write, as a sentence for the one who wrote it.
    pub fn parse(text: &str) -> Result<Self, String> {
        let names: Vec<&str> = text
            .split(',')
            .map(|name| name.trim().trim_matches(['\'', '"']).trim())
            .collect();
        let word = |word: &str| {
            let begins = word.trim_start_matches('-');
            begins.starts_with(|c: char| c.is_ascii_alphabetic())
                && word.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
        };
        let sound = |name: &&str| !name.is_empty() && name.split(' ').all(word);
        if names.iter().all(sound) {
            Ok(Self(names.join(",")))
        } else {
            Err(format!(
                "`{text}` is no list of typefaces; write names of letters parted by commas, as `Georgia, serif`"
            ))
        }
    }

    /// The names as a style sheet has them.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for FontStack {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for FontStack {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        Self::parse(&String::deserialize(from)?).map_err(D::Error::custom)
    }
}

impl Serialize for FontStack {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&self.0)
    }
}

/// The two faces of a letter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Fonts {
    /// The newsletter's own words: names, titles, quotes.
    pub serif: FontStack,
    /// Service: labels, ledes, links.
    pub sans: FontStack,
}

impl Default for Fonts {
    fn default() -> Self {
        // Windows names come first because Word falls back to Times from an unknown first.
        let names = |names: &str| FontStack(names.to_owned());
        Self {
            serif: names("Palatino Linotype,Palatino,Book Antiqua,Georgia,serif"),
            sans: names("Segoe UI,-apple-system,Roboto,Helvetica,Arial,sans-serif"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_letters_are_a_stack_and_nothing_else_is() {
        let stack = FontStack::parse("'Source Serif', \"Georgia\", serif").unwrap();
        assert_eq!(stack.as_str(), "Source Serif,Georgia,serif");
        let own = Fonts::default();
        for stack in [own.serif, own.sans] {
            assert_eq!(FontStack::parse(stack.as_str()), Ok(stack));
        }
        for bad in [
            "",
            "Georgia,",
            "Georgia;color:red",
            "a\"b",
            "3D",
            "url(x)",
            "A  B",
        ] {
            assert!(FontStack::parse(bad).is_err(), "{bad}");
        }
    }
}
