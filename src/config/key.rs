//! Where a setting stands: `source[1].kind`.

use std::fmt;

/// One step on the way to a setting.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Step {
    /// Into a table.
    Name(String),
    /// Into a list, counted from 0.
    Index(usize),
}

/// The way from the top of the config to a setting.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(super) struct Key(pub(super) Vec<Step>);

impl Key {
    /// A key by its names: `newsletter.base_url`.
    pub(super) fn of(dotted: &str) -> Self {
        Self(
            dotted
                .split('.')
                .map(|name| Step::Name(name.to_owned()))
                .collect(),
        )
    }

    /// The key one name further in.
    #[must_use]
    pub(super) fn name(&self, name: &str) -> Self {
        self.step(Step::Name(name.to_owned()))
    }

    /// The key of an entry of this list.
    #[must_use]
    pub(super) fn index(&self, index: usize) -> Self {
        self.step(Step::Index(index))
    }

    /// The key one step further in.
    #[must_use]
    pub(super) fn step(&self, step: Step) -> Self {
        let mut steps = self.0.clone();
        steps.push(step);
        Self(steps)
    }

    /// The last name on the way, which is what stands left of the `=`.
    pub(super) fn last_name(&self) -> Option<&str> {
        self.0.iter().rev().find_map(|step| match step {
            Step::Name(name) => Some(name.as_str()),
            Step::Index(_) => None,
        })
    }

    /// The environment variable that sets it: `OVERBLIK__STATE__PATH`.
    pub(super) fn variable(&self) -> String {
        let mut text = String::from("OVERBLIK");
        for step in &self.0 {
            // A list has one variable; its entries have none of their own.
            if let Step::Name(name) = step {
                text.push_str("__");
                text.push_str(&name.to_uppercase());
            }
        }
        text
    }
}

impl fmt::Display for Key {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, step) in self.0.iter().enumerate() {
            match step {
                Step::Name(name) if place == 0 => out.write_str(name)?,
                // As TOML wants it: `limits."gmail.com"`.
                Step::Name(name) if !is_bare(name) => write!(out, ".\"{name}\"")?,
                Step::Name(name) => write!(out, ".{name}")?,
                Step::Index(index) => write!(out, "[{index}]")?,
            }
        }
        Ok(())
    }
}

/// Whether a key may stand without quotes.
fn is_bare(name: &str) -> bool {
    let bare = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    !name.is_empty() && name.chars().all(bare)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_written_dotted_and_as_a_variable() {
        let key = Key::of("source").index(1).name("date_formats").index(0);
        assert_eq!(key.to_string(), "source[1].date_formats[0]");
        assert_eq!(key.last_name(), Some("date_formats"));
        assert_eq!(
            Key::of("transport.file.path").variable(),
            "OVERBLIK__TRANSPORT__FILE__PATH"
        );
        let key = Key::of("limits").name("gmail.com").name("rate");
        assert_eq!(key.to_string(), "limits.\"gmail.com\".rate");
    }
}
