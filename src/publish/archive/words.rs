//! The words of the archive's own, per language.

use crate::domain::language::Language;

/// The words of one language.
pub(super) struct Words {
    pub(super) archive: &'static str,
    /// What stands over the list.
    pub(super) intro: &'static str,
    /// Above a letter, before its date.
    pub(super) as_sent: &'static str,
    /// The way to the letter in the other language, in that language.
    pub(super) in_other: &'static str,
    /// What the list of feeds is called.
    pub(super) follow: &'static str,
    /// A weekly letter, before its week.
    pub(super) weekly: &'static str,
    pub(super) privacy: &'static str,
    pub(super) nothing: &'static str,
    pub(super) skip: &'static str,
}

/// The words of a language.
pub(super) fn words(language: Language) -> &'static Words {
    match language {
        Language::Da => &Words {
            archive: "Arkiv",
            intro: "Her ligger alle breve, som de blev sendt.",
            as_sent: "Sendt",
            in_other: "In English",
            follow: "Følg med uden mail",
            weekly: "Ugebrevet",
            privacy: "Sådan passer vi på oplysninger",
            nothing: "Der er endnu ikke sendt noget brev.",
            skip: "Gå til brevet",
        },
        Language::En => &Words {
            archive: "Archive",
            intro: "All letters lie here as they were sent.",
            as_sent: "Sent",
            in_other: "På dansk",
            follow: "Follow without mail",
            weekly: "The weekly letter",
            privacy: "How we look after data",
            nothing: "No letter has been sent yet.",
            skip: "Go to the letter",
        },
    }
}
