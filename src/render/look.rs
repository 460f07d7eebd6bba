//! How a newsletter's letters look and speak: its theme, and its words in each language.

use serde::{Deserialize, Serialize};

use super::{RenderError, Texts, wording};
use crate::domain::{fault::Fault, language::Language, theme::Theme};

/// The theme and the words, kept with every frozen issue.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Look {
    /// What config says.
    pub theme: Theme,
    /// What the texts say.
    pub wording: Wording,
}

/// The words in every language.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wording {
    da: Texts,
    en: Texts,
}

impl Look {
    /// The look as designed.
    ///
    /// # Errors
    /// Built-in words that are not as the templates need them.
    pub fn built_in() -> Result<Self, RenderError> {
        Ok(Self {
            theme: Theme::default(),
            wording: Wording::built_in()?,
        })
    }
}

impl Wording {
    /// The built-in words.
    ///
    /// # Errors
    /// Words that are not as the templates need them.
    pub fn built_in() -> Result<Self, RenderError> {
        let read = |language: Language| {
            toml::from_str(wording::built_in(language)).map_err(|error| RenderError::Texts {
                language: language.tag(),
                fault: error.to_string(),
            })
        };
        Ok(Self {
            da: read(Language::Da)?,
            en: read(Language::En)?,
        })
    }

    /// Lays a newsletter's own words of a language over those there are. `path` is the file's, for messages.
    ///
    /// # Errors
    /// Every text that is unknown, empty, of another shape, or has a place that nothing fills, by line and key.
    pub fn lay_over(
        &mut self,
        language: Language,
        own: &str,
        path: &str,
    ) -> Result<(), Vec<Fault>> {
        let texts = wording::over(language, own).map_err(|faults| {
            let named = faults.into_iter().map(|fault| fault.in_file(path));
            named.collect::<Vec<Fault>>()
        })?;
        match language {
            Language::Da => self.da = texts,
            Language::En => self.en = texts,
        }
        Ok(())
    }

    /// The words of a language.
    pub fn of(&self, language: Language) -> &Texts {
        match language {
            Language::Da => &self.da,
            Language::En => &self.en,
        }
    }
}
