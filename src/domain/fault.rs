//! What is wrong with something a person wrote, said so that the person can mend it.

use std::fmt;

use serde::Serialize;

/// How bad a fault is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// The entry, file or setting cannot be used as it stands.
    Error,
    /// It is used, but probably not what was meant.
    Warning,
}

/// One fault in one place: the JSON shape of every fault the program reports.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Fault {
    /// How bad it is.
    pub severity: Severity,
    /// The file, relative to the newsletter's folder where it lies in it.
    pub path: Option<String>,
    /// The line in the file, counted from 1.
    pub line: Option<usize>,
    /// The key or field, dotted (`transport.smtp.port`).
    pub key: Option<String>,
    /// What is wrong, in lower case, without a full stop.
    pub reason: String,
    /// What to do about it.
    pub remedy: Option<String>,
}

impl Fault {
    /// An error with a reason and nothing else yet.
    pub fn error(reason: impl Into<String>) -> Self {
        Self {
            severity: Severity::Error,
            path: None,
            line: None,
            key: None,
            reason: reason.into(),
            remedy: None,
        }
    }

    /// A warning with a reason and nothing else yet.
    pub fn warning(reason: impl Into<String>) -> Self {
        Self {
            severity: Severity::Warning,
            ..Self::error(reason)
        }
    }

    /// Names the file.
    #[must_use]
    pub fn in_file(mut self, path: impl Into<String>) -> Self {
        self.path = Some(path.into());
        self
    }

    /// Names the line, counted from 1.
    #[must_use]
    pub fn at_line(mut self, line: usize) -> Self {
        self.line = Some(line);
        self
    }

    /// Names the key.
    #[must_use]
    pub fn for_key(mut self, key: impl Into<String>) -> Self {
        self.key = Some(key.into());
        self
    }

    /// Says what to do.
    #[must_use]
    pub fn remedy(mut self, remedy: impl Into<String>) -> Self {
        self.remedy = Some(remedy.into());
        self
    }

    /// Whether the fault is an error rather than a warning.
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }
}

impl fmt::Display for Fault {
    /// `error: articles/a.md:3: date: reason`, then `hint: remedy` on its own line.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self.severity {
            Severity::Error => "error: ",
            Severity::Warning => "warning: ",
        })?;
        if let Some(path) = &self.path {
            write!(out, "{path}:")?;
            if let Some(line) = self.line {
                write!(out, "{line}:")?;
            }
            out.write_str(" ")?;
        }
        if let Some(key) = &self.key {
            write!(out, "`{key}`: ")?;
        }
        out.write_str(&self.reason)?;
        if let Some(remedy) = &self.remedy {
            write!(out, "\n  hint: {remedy}")?;
        }
        Ok(())
    }
}

/// The known word nearest to `word`, when one is near enough to be what was meant.
pub fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    known
        .into_iter()
        .map(|candidate| (strsim::damerau_levenshtein(word, candidate), candidate))
        .filter(|(distance, candidate)| {
            *distance <= 1.max(candidate.chars().count().max(word.chars().count()) / 3)
        })
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_names_file_line_key_and_remedy() {
        let fault = Fault::error("unknown key")
            .in_file("config/default.toml")
            .at_line(7)
            .for_key("transport.knid")
            .remedy("did you mean `kind`?");
        assert_eq!(
            fault.to_string(),
            "error: config/default.toml:7: `transport.knid`: unknown key\n  hint: did you mean `kind`?"
        );
    }

    #[test]
    fn the_nearest_word_is_offered_only_when_it_is_near() {
        let known = ["nyheder", "debat", "inspiration"];
        assert_eq!(nearest("nyhder", known), Some("nyheder"));
        assert_eq!(nearest("debatt", known), Some("debat"));
        assert_eq!(nearest("kultur", known), None);
    }
}
