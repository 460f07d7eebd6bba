//! A value that is never printed.

use std::fmt;

use secrecy::{ExposeSecret as _, SecretString};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A secret of the config: from a variable, or from a file beside it. Its `Debug` and its serialised form hide it.
#[derive(Clone)]
pub struct Secret(SecretString);

/// What stands where a secret would.
pub const MASK: &str = "********";

/// Whether a setting of that name holds a secret: neither its value nor a refused one may be shown.
pub fn names_a_secret(name: &str) -> bool {
    ["key", "password", "secret", "token"]
        .iter()
        .any(|word| name == *word || name.ends_with(&format!("_{word}")))
}

impl Secret {
    /// Takes a text as a secret.
    pub fn new(text: impl Into<String>) -> Self {
        Self(SecretString::from(text.into()))
    }

    /// The text, for the one place that needs it.
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }
}

impl PartialEq for Secret {
    fn eq(&self, other: &Self) -> bool {
        self.expose() == other.expose()
    }
}

impl Eq for Secret {}

impl fmt::Debug for Secret {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(MASK)
    }
}

impl<'de> Deserialize<'de> for Secret {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        String::deserialize(from).map(Self::new)
    }
}

impl Serialize for Secret {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(MASK)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_never_printed() {
        let secret = Secret::new("hemmelig");
        assert_eq!(secret.expose(), "hemmelig");
        assert!(!format!("{secret:?}").contains("hemmelig"));
        assert_eq!(serde_json::to_value(&secret).unwrap(), MASK);
    }
}
