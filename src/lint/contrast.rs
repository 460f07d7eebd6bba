//! Words can be told from their ground, in light and in dark: 4.5 to 1 (WCAG 2.1, 1.4.3), whatever the theme.

use super::{Place, Read, Report, Rule, finding::shown, page::pairs};

/// The lowest ratio.
const LEAST: f64 = 4.5;

pub(super) fn check(read: &Read<'_>, report: &mut Report<'_>) {
    if !report.asks(Rule::Contrast) {
        return;
    }
    let modes = [
        ("light", pairs(&read.page, |words| words.light)),
        ("dark", pairs(&read.page, |words| words.dark)),
    ];
    for (mode, pairs) in modes {
        for (text, under, words) in pairs {
            let ratio = text.contrast(under);
            if ratio < LEAST {
                report.find(
                    Rule::Contrast,
                    Place::edition(read.rendered.name, "html"),
                    format!("in {mode} mode {text} on {under} is {ratio:.1} to 1, and {LEAST} is the least: {}", shown(&words)),
                    "choose a darker or a lighter colour",
                );
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::lint::{Rule, sample::Day};

    #[test]
    fn words_are_legible_in_light_and_in_dark() {
        let check = |html: &str, rules: &[Rule]| {
            let mut day = Day::sound();
            day.rendered.html.push_str(html);
            let mut found = day.rules();
            // The same in both modes.
            found.dedup();
            assert_eq!(found, rules, "{html}");
        };
        check(
            "<p style=\"color:#767676;background-color:#fff\">x</p>",
            &[],
        );
        check(
            "<p style=\"color:#777777;background-color:#fff\">x</p>",
            &[Rule::Contrast],
        );
        check(
            "<p style=\"color:#777777;background-color:#fff\">&nbsp;</p>",
            &[],
        );
        check(
            "<td bgcolor=\"#000\" style=\"color:#333\">x</td>",
            &[Rule::Contrast],
        );
        let dark = "<style>@media (prefers-color-scheme:dark){.g{background-color:#000 !important}.w{color:#fff !important}}</style>";
        check(
            &format!(
                "{dark}<div class=g style=\"background-color:#fff\"><p class=w style=\"color:#111\">x</p></div>"
            ),
            &[],
        );
        check(
            &format!(
                "{dark}<div class=g style=\"background-color:#fff\"><p style=\"color:#111\">x</p></div>"
            ),
            &[Rule::Contrast],
        );
    }
}
