//! The order of headings: one at the top, no step skipped, none empty (WCAG 2.1, 1.3.1 and 2.4.6).

use super::{Place, Read, Report, Rule, finding::shown};

pub(super) fn check(read: &Read<'_>, report: &mut Report<'_>) {
    let remedy = "mend the template that sets it";
    let mut find = |reason: String| {
        let place = Place::edition(read.rendered.name, "html");
        report.find(Rule::Headings, place, reason, remedy);
    };
    let headings = &read.page.headings;
    let tops = headings.iter().filter(|heading| heading.level == 1).count();
    if tops != 1 {
        find(format!(
            "the letter has {tops} headings of the first level; one names it"
        ));
    } else if headings.first().is_some_and(|first| first.level != 1) {
        find(format!(
            "a heading stands above the first level's: {}",
            shown(&headings[0].text)
        ));
    }
    for pair in headings.windows(2) {
        if let [above, heading] = pair
            && heading.level > above.level + 1
        {
            find(format!(
                "a heading of level {} stands right under one of level {}: {}",
                heading.level,
                above.level,
                shown(&heading.text)
            ));
        }
    }
    if headings.iter().any(|heading| heading.text.is_empty()) {
        find("a heading is empty".to_owned());
    }
}

#[cfg(test)]
mod tests {
    use crate::lint::{Rule, sample::Day};

    #[test]
    fn headings_go_down_one_step_at_a_time() {
        let check = |html: &str, rules: &[Rule]| {
            let mut day = Day::sound();
            day.settings.parity = crate::lint::Level::Off;
            day.rendered.html.push_str(html);
            assert_eq!(day.rules(), rules, "{html}");
        };
        check("<h2>To</h2><h3>Tre</h3><h2>To</h2>", &[]);
        check("<h4>Fire</h4>", &[]);
        check("<h2>To</h2><h4>Fire</h4>", &[Rule::Headings]);
        check("<h1>En til</h1>", &[Rule::Headings]);
        check("<h2> </h2>", &[Rule::Headings]);
        let mut day = Day::sound();
        day.rendered.html = day.rendered.html.replace("h1", "h2");
        assert_eq!(day.rules(), [Rule::Headings]);
    }
}
