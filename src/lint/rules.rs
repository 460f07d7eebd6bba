//! The rules by name, and how hard each is.

use std::fmt;

use serde::{Deserialize, Serialize};

/// How hard a rule is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// It is not asked.
    Off,
    /// What it finds is listed.
    Warn,
    /// What it finds holds the issue.
    Error,
}

/// Writes the rules out as names, as keys of `[lint]` and as its defaults, so that the three cannot drift.
macro_rules! rules {
    ($($(#[$doc:meta])* $key:ident $rule:ident $level:ident;)*) => {
        /// A rule, by the key that `[lint]` has for it.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
        #[serde(rename_all = "snake_case")]
        pub enum Rule {
            $($(#[$doc])* $rule,)*
        }

        impl Rule {
            /// All rules, in the order of the config file.
            pub const ALL: &'static [Self] = &[$(Self::$rule,)*];

            /// The key.
            pub fn name(self) -> &'static str {
                match self {
                    $(Self::$rule => stringify!($key),)*
                }
            }
        }

        /// The `[lint]` table: how hard each rule is.
        #[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(deny_unknown_fields, default)]
        pub struct LintSettings {
            $($(#[$doc])* pub $key: Level,)*
        }

        impl Default for LintSettings {
            fn default() -> Self {
                Self { $($key: Level::$level,)* }
            }
        }

        impl LintSettings {
            /// How hard a rule is.
            pub fn level(&self, rule: Rule) -> Level {
                match rule {
                    $(Rule::$rule => self.$key,)*
                }
            }
        }
    };
}

// What would make the letter unlawful, useless or untrue holds it; what is one article's own is listed, for a bad article
// costs only itself.
rules! {
    /// The HTML part is so large that mailboxes clip it, footer and all.
    clipping Clipping Error;
    /// The HTML part is larger than it should be.
    size Size Warn;
    /// A link nobody can follow.
    link_syntax LinkSyntax Error;
    /// A link that does not answer; asked by `check --links` alone.
    link_reach LinkReach Warn;
    /// Words of a link that do not tell where it leads.
    link_text LinkText Warn;
    /// A picture without words for those who do not see it, or with bad ones.
    alt_text AltText Warn;
    /// Headings that skip a step, are empty, or are not one at the top.
    headings Headings Warn;
    /// Text that can hardly be told from its ground, in light or in dark.
    contrast Contrast Error;
    /// A heading or link that only one of the letter's two parts has.
    parity Parity Warn;
    /// No way to leave.
    unsubscribe Unsubscribe Error;
    /// No postal address of the sender.
    postal_address PostalAddress Warn;
    /// Mark-up that runs or asks.
    active_content ActiveContent Error;
    /// An ad that does not say that it is one, or whose.
    ad_label AdLabel Error;
    /// An ad whose time is over or not stated.
    ad_dates AdDates Warn;
    /// No title.
    empty_title EmptyTitle Error;
    /// A title too long to be read at a glance.
    long_title LongTitle Warn;
    /// No lede, or one too long to be printed whole.
    lede Lede Warn;
    /// Two items under one title.
    double_title DoubleTitle Warn;
    /// An opinion that nobody puts a name to.
    byline Byline Error;
    /// An item that nobody answers for.
    publisher Publisher Warn;
    /// A date that cannot be.
    dates Dates Warn;
    /// Letters that were read in the wrong encoding.
    mojibake Mojibake Error;
    /// Mark-up or invisible characters among the words.
    markup Markup Warn;
    /// Quotation marks or brackets that are not closed.
    quotes Quotes Warn;
    /// A word too long for a phone's line.
    long_word LongWord Warn;
    /// An issue too like the last one.
    sameness Sameness Warn;
    /// A link that tells of a person.
    personal_data PersonalData Error;
    /// A picture that reports who opens the letter.
    tracking_pixel TrackingPixel Error;
    /// A link that reports where its reader came from.
    tracking_parameters TrackingParameters Warn;
    /// A subject too long, or none.
    subject Subject Warn;
    /// Too few or too many words after the subject.
    preheader Preheader Warn;
    /// The last issue's subject once more.
    same_subject SameSubject Error;
}

impl fmt::Display for Rule {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_is_named_as_its_key_is() {
        let settings = serde_json::to_value(LintSettings::default()).unwrap();
        assert_eq!(settings.as_object().unwrap().len(), Rule::ALL.len());
        for rule in Rule::ALL {
            assert_eq!(serde_json::to_value(rule).unwrap(), rule.name());
            assert!(!settings[rule.name()].is_null(), "{rule}");
        }
    }

    #[test]
    fn every_rule_is_off_warn_or_error() {
        for level in ["off", "warn", "error"] {
            let read: LintSettings =
                serde_json::from_value(serde_json::json!({ "quotes": level })).unwrap();
            assert_eq!(
                serde_json::to_value(read.level(Rule::Quotes)).unwrap(),
                level
            );
        }
        assert!(
            serde_json::from_value::<LintSettings>(serde_json::json!({ "quotes": "loud" }))
                .is_err()
        );
    }
}
