//! What an inbox shows: the subject and the words after it.

use super::{Look, Place, Report, Rule, finding::shown, folded};

/// The longest subject that a phone shows whole, in characters.
const SUBJECT: usize = 60;
/// The fewest and the most characters after it.
const PREHEADER: std::ops::RangeInclusive<usize> = 40..=110;

pub(super) fn check(look: &Look<'_>, report: &mut Report<'_>) {
    for edition in look.editions {
        let subject = edition.subject.trim();
        let long = subject.chars().count();
        let place = || Place::edition(edition.name, "subject");
        if subject.is_empty() {
            report.find(
                Rule::Subject,
                place(),
                "the letter has no subject",
                "write `subject` in the day's file",
            );
        } else if long > SUBJECT {
            report.find(
                Rule::Subject,
                place(),
                format!(
                    "the subject has {long} characters; phones show {SUBJECT}: {}",
                    shown(subject)
                ),
                "shorten `subject` in the day's file",
            );
        }
        if feigns_an_answer(subject) {
            report.find(
                Rule::Subject,
                place(),
                format!(
                    "the subject reads like an answer to somebody: {}",
                    shown(subject)
                ),
                "write another `subject` in the day's file",
            );
        }
        if let Some(before) = look.before
            && before
                .subject
                .as_deref()
                .is_some_and(|last| folded(last) == folded(subject))
        {
            report.find(
                Rule::SameSubject,
                place(),
                format!("{} had the same subject: {}", before.issue, shown(subject)),
                "write another `subject` in the day's file",
            );
        }
        let preheader = edition.preheader.trim();
        let long = preheader.chars().count();
        let place = || Place::edition(edition.name, "preheader");
        if !PREHEADER.contains(&long) {
            let (least, most) = (PREHEADER.start(), PREHEADER.end());
            report.find(
                Rule::Preheader,
                place(),
                format!("{long} characters stand after the subject in an inbox; {least} to {most} fill the line"),
                "give the first items longer titles or ledes, or shorter ones",
            );
        } else if folded(preheader) == folded(subject) {
            report.find(
                Rule::Preheader,
                place(),
                "the words after the subject are the subject again",
                "give the first items other titles",
            );
        }
    }
}

/// `Re:`, `Sv:`, `Fwd:` (RFC 5322 § 3.6.5: for answers alone).
fn feigns_an_answer(subject: &str) -> bool {
    let begin = subject.split(':').next().unwrap_or_default().to_lowercase();
    subject.contains(':') && ["re", "sv", "fw", "fwd", "vs"].contains(&begin.trim())
}

#[cfg(test)]
mod tests {
    use crate::lint::{Before, Rule, sample::Day};

    #[test]
    fn a_subject_is_short_and_its_own() {
        let check = |subject: &str, rules: &[Rule]| {
            let mut day = Day::sound();
            day.rendered.subject = subject.into();
            day.before = Some(Before {
                issue: "daily-2026-11-20".into(),
                subject: Some("Vejen er lukket".into()),
                items: Vec::new(),
            });
            assert_eq!(day.rules(), rules, "{subject}");
        };
        check("Vejen er åben", &[]);
        check("Regler: det skal du vide", &[]);
        check("", &[Rule::Subject]);
        check(&"å".repeat(60), &[]);
        check(&"å".repeat(61), &[Rule::Subject]);
        check("Sv: Vejen er åben", &[Rule::Subject]);
        check("vejen  er lukket", &[Rule::SameSubject]);
    }

    #[test]
    fn the_words_after_it_fill_the_line() {
        let check = |letters: usize, rules: &[Rule]| {
            let mut day = Day::sound();
            day.rendered.preheader = "o".repeat(letters);
            assert_eq!(day.rules(), rules, "{letters}");
        };
        check(39, &[Rule::Preheader]);
        check(40, &[]);
        check(110, &[]);
        check(111, &[Rule::Preheader]);
    }
}
