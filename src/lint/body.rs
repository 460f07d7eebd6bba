//! Mark-up that runs, asks or loads: mailboxes strip it, and distrust the letter.

use super::{Place, Read, Report, Rule};

pub(super) fn check(read: &Read<'_>, report: &mut Report<'_>) {
    for found in &read.page.active {
        report.find(
            Rule::ActiveContent,
            Place::edition(read.rendered.name, "html"),
            format!("the HTML part has `{found}`"),
            "take it out of the template",
        );
    }
}

#[cfg(test)]
mod tests {
    use crate::lint::{Rule, sample::Day};

    #[test]
    fn nothing_runs_in_a_letter() {
        for html in ["<script></script>", "<p onclick=x>a</p>", "<form></form>"] {
            let mut day = Day::sound();
            day.rendered.html.push_str(html);
            assert_eq!(day.rules(), [Rule::ActiveContent], "{html}");
        }
    }
}
