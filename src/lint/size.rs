//! The size of the HTML part: mailboxes clip what is too long, and with it the way to leave.

use super::{HTML_LIMIT, HTML_TARGET, Place, Read, Report, Rule};

pub(super) fn check(read: &Read<'_>, report: &mut Report<'_>) {
    let octets = read.rendered.html_bytes;
    let place = || Place::edition(read.rendered.name, "html");
    if octets > HTML_LIMIT {
        report.find(
            Rule::Clipping,
            place(),
            format!("the HTML part has {octets} octets encoded; beyond {HTML_LIMIT} mailboxes clip it, footer and all"),
            "print fewer items (`[selection] max_items`), or take some out of the day's `pins`",
        );
    } else if octets > HTML_TARGET {
        report.find(
            Rule::Size,
            place(),
            format!(
                "the HTML part has {octets} octets encoded; it should stay below {HTML_TARGET}"
            ),
            "print fewer items (`[selection] max_items`), or shorter texts",
        );
    }
}

#[cfg(test)]
mod tests {
    use crate::lint::{HTML_LIMIT, HTML_TARGET, Rule, sample::Day};

    #[test]
    fn a_letter_is_neither_clipped_nor_heavy() {
        let check = |octets: usize, rules: &[Rule]| {
            let mut day = Day::sound();
            day.rendered.html_bytes = octets;
            assert_eq!(day.rules(), rules, "{octets}");
        };
        check(HTML_TARGET, &[]);
        check(HTML_TARGET + 1, &[Rule::Size]);
        check(HTML_LIMIT, &[Rule::Size]);
        check(HTML_LIMIT + 1, &[Rule::Clipping]);
    }
}
