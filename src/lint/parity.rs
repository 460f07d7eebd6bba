//! The two parts say the same: every heading and link of one stands in the other.

use super::{
    Place, Read, Report, Rule,
    finding::shown,
    plain::{bare, is_own},
};

pub(super) fn check(read: &Read<'_>, report: &mut Report<'_>) {
    let remedy = "mend the template of the part that lacks it";
    let mut find = |part: &str, reason: String| {
        let place = Place::edition(read.rendered.name, part);
        report.find(Rule::Parity, place, reason, remedy);
    };
    let (page, plain) = (&read.page, &read.plain);
    for link in &page.links {
        let address = link.address.as_str();
        let missing = match address.strip_prefix("mailto:") {
            Some(mailbox) => !plain
                .bare
                .contains(&bare(mailbox.split('?').next().unwrap_or(""))),
            None => !address.starts_with('#') && !plain.links.iter().any(|other| other == address),
        };
        if missing && !address.is_empty() {
            find(
                "text",
                format!("the text part lacks the link `{}`", named(address)),
            );
        }
    }
    for address in &plain.links {
        if !page.links.iter().any(|link| link.address == *address) {
            find(
                "html",
                format!("the HTML part lacks the link `{}`", named(address)),
            );
        }
    }
    let words: String = page.words.iter().map(|words| words.text.as_str()).collect();
    let words = bare(&words);
    for heading in &page.headings {
        if !plain.bare.contains(&bare(&heading.text)) {
            find(
                "text",
                format!("the text part lacks the heading {}", shown(&heading.text)),
            );
        }
    }
    for heading in &plain.headings {
        if !words.contains(heading) {
            find(
                "html",
                format!("the HTML part lacks the heading {}", shown(heading)),
            );
        }
    }
}

/// An address for a message; the reader's own by what it is.
fn named(address: &str) -> &str {
    if address.starts_with(is_own) {
        "of the reader's own"
    } else {
        address
    }
}

#[cfg(test)]
mod tests {
    use crate::lint::{Rule, sample::Day};

    #[test]
    fn what_one_part_has_the_other_has_too() {
        let check = |html: &str, text: &str, rules: &[Rule]| {
            let mut day = Day::sound();
            day.rendered.html.push_str(html);
            day.rendered.text.push_str(text);
            assert_eq!(day.rules(), rules, "{html} {text}");
        };
        check(
            "<a href=\"https://bladet.example/ny\">Nyt om vejen</a>",
            "\nhttps://bladet.example/ny\n",
            &[],
        );
        check(
            "<a href=\"https://bladet.example/ny\">Nyt om vejen</a>",
            "",
            &[Rule::Parity],
        );
        check("", "\nhttps://bladet.example/ny\n", &[Rule::Parity]);
        check("<a href=\"#ned\">Ned til vejen</a>", "", &[]);
        check(
            "<h2>Kalen\u{ad}der &amp; kort</h2>",
            "\nKALENDER\n& KORT\n",
            &[],
        );
        check("<h2>Kalender</h2>", "", &[Rule::Parity]);
        check("", "\nKALENDER\n------------\n", &[Rule::Parity]);
    }
}
