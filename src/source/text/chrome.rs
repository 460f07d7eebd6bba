//! What stands around an article on its page, taken away by its shape and by the list of fixed words.

use super::super::prose::{folded, is_heading, is_running};
use super::{
    lines::{Line, Mark},
    words::{CALLS, CHROME, MODIFIED, OWN_CONTENT, PLEAS, PUBLISHED, TEASER_HEADS},
};

/// A publisher that a promotion box names, and its line.
pub(super) type Named = Option<(String, usize)>;

/// Takes page chrome off. Gives the publisher that a box says "er redaktør for eget indhold" of.
pub(super) fn clear(lines: &mut Vec<Line>, own: &[String]) -> Named {
    let own: Vec<String> = own.iter().map(|line| folded(line.trim())).collect();
    unglue(lines, &own);
    drop_where(lines, |line| own.contains(&folded(&line.text)));
    let publisher = promotions(lines);
    newsletters(lines);
    single_lines(lines);
    teasers(lines);
    publisher
}

/// Removes lines and leaves a gap in their place.
pub(super) fn drop_where(lines: &mut Vec<Line>, mut goes: impl FnMut(&Line) -> bool) {
    let mut gap = false;
    lines.retain_mut(|line| {
        if goes(line) {
            gap = true;
            return false;
        }
        line.gap |= std::mem::take(&mut gap);
        true
    });
}

fn cut(lines: &mut Vec<Line>, range: std::ops::Range<usize>) {
    let end = range.end;
    if let Some(after) = lines.get_mut(end) {
        after.gap = true;
    }
    lines.drain(range);
}

/// `AnnonceNy bro`: a fixed word that lost the line end behind it. A capital right after a small letter tells it
/// from a longer word.
fn unglue(lines: &mut [Line], own: &[String]) {
    let fixed = || {
        CHROME
            .into_iter()
            .chain(TEASER_HEADS)
            .chain(own.iter().map(String::as_str))
    };
    for line in lines.iter_mut().filter(|line| line.is_plain()) {
        let rest = fixed()
            .filter(|word| word.chars().count() >= 5)
            .find_map(|word| {
                let cut = line.text.char_indices().nth(word.chars().count())?.0;
                let (head, rest) = line.text.split_at(cut);
                (head.to_lowercase() == word
                    && head.ends_with(char::is_lowercase)
                    && rest.starts_with(char::is_uppercase))
                .then(|| rest.to_owned())
            });
        if let Some(rest) = rest {
            line.text = rest;
        }
    }
}

/// Where the running text begins; what asks the reader for something is looked for only after it, so that no title
/// is taken for a plea.
fn first_running(lines: &[Line]) -> usize {
    lines
        .iter()
        .position(|line| is_running(&line.text))
        .unwrap_or(lines.len())
}

/// `Læs mere om … her.`: words of a link whose address is gone.
pub(super) fn is_call(line: &Line) -> bool {
    let text = folded(&line.text);
    if !line.is_plain()
        || text.chars().count() > 220
        || !(text.ends_with(" her") || text.ends_with(" her >"))
    {
        return false;
    }
    let starts = |text: &str| {
        CALLS.iter().any(|verb| {
            text.strip_prefix(verb)
                .is_some_and(|rest| rest.starts_with(' '))
        })
    };
    starts(&text) || text.split(", så ").skip(1).any(starts) || text.split("? ").skip(1).any(starts)
}

/// A box that praises a publisher within the body: a heading, a paragraph that says it again, and calls.
fn promotions(lines: &mut Vec<Line>) -> Named {
    let mut publisher = None;
    let mut at = 0;
    while at < lines.len() {
        let heads = lines[at].is_plain() && is_heading(&lines[at].text);
        let prose_from = if heads { at + 1 } else { at };
        let prose = lines[prose_from..]
            .iter()
            .take(2)
            .take_while(|line| line.is_plain() && is_running(&line.text) && !is_call(line));
        let prose_to = prose_from + prose.count();
        let calls = lines[prose_to..]
            .iter()
            .take(8)
            .take_while(|line| is_call(line))
            .count();
        let says_own = |line: &Line| line.text.contains(OWN_CONTENT);
        let marked = lines[at..prose_to.max(at + 1).min(lines.len())]
            .iter()
            .any(says_own);
        let repeats = heads && prose_to > prose_from && {
            let head = folded(&lines[at].text);
            let head = head.strip_prefix("om ").unwrap_or(&head);
            folded(&lines[prose_from].text).starts_with(head)
        };
        let is_box = prose_to > prose_from
            && if marked {
                heads && says_own(&lines[at]) || calls > 0
            } else {
                heads && (calls >= 2 || repeats && calls > 0)
            };
        // A title stands before any running text and heads no box, unless it says so itself.
        if is_box && (at > 0 || marked) {
            for line in &lines[at..prose_to] {
                publisher = publisher.or_else(|| Some((owner_of(&line.text)?, line.number)));
            }
            cut(lines, at..prose_to + calls);
        } else {
            at += 1;
        }
    }
    publisher
}

/// The publisher in `Havnelauget er redaktør for eget indhold` and `Her er Havnelauget redaktør for eget indhold`.
fn owner_of(text: &str) -> Option<String> {
    let before = text.split_once(OWN_CONTENT)?.0;
    let name = match before.strip_suffix(" er") {
        Some(name) => name,
        None => before.rsplit_once(" er ")?.1,
    };
    (1..=6)
        .contains(&name.split_whitespace().count())
        .then(|| name.to_owned())
}

/// Takes off what stands after the keywords or the publisher's box: there the article is over. Fact boxes, people,
/// dates and credits that stand there are kept for those who look for them.
pub(super) fn clear_tail(lines: &mut Vec<Line>, over: Option<usize>) {
    let Some(over) = over else { return };
    let letters = |line: &&Line| line.text.len();
    let before: usize = lines
        .iter()
        .filter(|line| line.number < over)
        .map(|line| letters(&line))
        .sum();
    let after: usize = lines
        .iter()
        .filter(|line| line.number > over)
        .map(|line| letters(&line))
        .sum();
    // Keywords may stand at the top as well.
    if after * 2 > before {
        return;
    }
    let mut fact = false;
    drop_where(lines, |line| {
        let text = folded(&line.text);
        let begins = |words: &[&str]| words.iter().any(|word| text.starts_with(word));
        fact |= line.number > over && text.starts_with("fakta");
        let kept = fact
            || begins(&PUBLISHED)
            || begins(&MODIFIED)
            || begins(&["foto", "af ", "tekst:", "skrevet af"]);
        line.number > over && !kept
    });
}

/// What a newsletter offers: a heading, a sentence with a colon, and a list.
fn newsletters(lines: &mut Vec<Line>) {
    let mut at = first_running(lines);
    while at < lines.len() {
        let text = lines[at].text.to_lowercase();
        let offers = lines[at].is_plain() && text.contains("nyhedsbrev") && text.ends_with(':');
        let marked = |line: &Line| matches!(line.mark, Mark::Bullet(_) | Mark::Dash);
        let list = lines[at + 1..]
            .iter()
            .take_while(|line| marked(line))
            .count();
        if offers && list > 0 {
            let headed = at > 1 && lines[at - 1].is_plain() && is_heading(&lines[at - 1].text);
            let from = if headed { at - 1 } else { at };
            cut(lines, from..at + 1 + list);
            at = from;
        } else {
            at += 1;
        }
    }
}

/// Fixed lines everywhere; pleas and calls after the running text has begun.
fn single_lines(lines: &mut Vec<Line>) {
    let begun = lines
        .get(first_running(lines))
        .map_or(usize::MAX, |line| line.number);
    drop_where(lines, |line| {
        let text = folded(&line.text);
        let short = text.chars().count() <= 120;
        let plea = || short && PLEAS.iter().any(|plea| text.starts_with(plea));
        line.is_plain()
            && (CHROME.contains(&text.as_str())
                || is_trail(&line.text) && line.number < begun
                || glued_teaser(&line.text)
                || line.number > begun && (plea() || is_call(line)))
    });
}

/// A trail of the site's rooms: `Forside > Velfærd > Ældre`.
fn is_trail(text: &str) -> bool {
    let steps = [" > ", " » ", " › "]
        .iter()
        .map(|step| text.matches(step).count())
        .max()
        .unwrap_or(0);
    steps >= 2 || steps == 1 && folded(text).starts_with("forside")
}

/// `Læs også: Ny bro i Nordby`, all on one line.
fn glued_teaser(text: &str) -> bool {
    text.split_once(':').is_some_and(|(head, title)| {
        matches!(
            head.to_lowercase().as_str(),
            "læs også" | "læs også på" | "se også"
        ) && !title.trim().is_empty()
    })
}

/// Boxes of links to other pieces: the head and the short lines under it, up to the next running text. The last
/// short line before running text is that text's sub-head.
fn teasers(lines: &mut Vec<Line>) {
    let mut at = 0;
    while at < lines.len() {
        let heads =
            lines[at].is_plain() && TEASER_HEADS.contains(&folded(&lines[at].text).as_str());
        if !heads {
            at += 1;
            continue;
        }
        let is_text = |line: &Line| {
            is_running(&line.text) || line.mark == Mark::Dash && line.text.chars().count() > 100
        };
        let links = lines[at + 1..]
            .iter()
            .take_while(|line| !is_text(line))
            .count();
        let goes = if at + 1 + links >= lines.len() || links <= 1 {
            links
        } else {
            links - 1
        };
        cut(lines, at..at + 1 + goes);
    }
}

#[cfg(test)]
mod tests {
    use super::super::lines::split;
    use super::*;

    const PROSE: &str =
        "Broen over havnen åbner til foråret. Den er fyrre meter lang og kostede to år.";

    fn check(text: &str, expected: &[&str]) -> Named {
        let mut lines = split(text);
        let publisher = clear(&mut lines, &["Nordby Nyt • Menu".to_owned()]);
        let left: Vec<&str> = lines.iter().map(|line| line.text.as_str()).collect();
        assert_eq!(left, expected, "{text}");
        publisher
    }

    #[test]
    fn fixed_lines_go_also_when_glued_to_the_next() {
        check(
            "Spring til indhold\n\nNy bro\nNordby Nyt • Menu",
            &["Ny bro"],
        );
        check("AnnonceNy bro", &["Ny bro"]);
        check("Læs ogsåNy bro", &["Ny bro"]);
        check("Annoncemarkedet vokser", &["Annoncemarkedet vokser"]);
        check("Forside > Trafik > Broer\nNy bro", &["Ny bro"]);
        check("Bliv en del af broen", &["Bliv en del af broen"]);
        check(
            &format!("Ny bro\n\n{PROSE}\n\nBLIV EN DEL AF NORDBY\n\nTILMELD NYHEDSBREV"),
            &["Ny bro", PROSE],
        );
    }

    #[test]
    fn boxes_of_links_go_and_the_sub_head_under_them_stays() {
        check(
            &format!("Ny bro\n\n{PROSE}\n\nMest læste\n\nVejen er lukket\nHavnen graves ud"),
            &["Ny bro", PROSE],
        );
        check(
            &format!("Ny bro\n\n{PROSE}\n\nLæs også\nVejen er lukket\n\nFire år senere\n\n{PROSE}"),
            &["Ny bro", PROSE, "Fire år senere", PROSE],
        );
        check(
            &format!("Ny bro\n\n{PROSE}\n\nLæs også: Vejen er lukket\n\n{PROSE}"),
            &["Ny bro", PROSE, PROSE],
        );
    }

    #[test]
    fn a_promotion_within_the_body_goes_by_its_shape() {
        let own = "Havnelauget er redaktør for eget indhold";
        let text = format!(
            "Ny bro\n\n{PROSE}\n\n{own}\n\n{own} her på siden, og skriver om både.\n\nLæs mere om Havnelauget her.\n\nLæs mere om at være med her.\n\n{PROSE}"
        );
        assert_eq!(
            check(&text, &["Ny bro", PROSE, PROSE]),
            Some(("Havnelauget".into(), 5))
        );
        let turned = format!(
            "Ny bro\n\n{PROSE}\n\nHos os er Havnelauget redaktør for eget indhold\n\nHavnelauget skriver selv om både og svarer for det.\n\nLæs mere om Havnelauget her.\n\n{PROSE}"
        );
        assert_eq!(
            check(&turned, &["Ny bro", PROSE, PROSE]),
            Some(("Havnelauget".into(), 5))
        );
        let other = format!(
            "Ny bro\n\n{PROSE}\n\nOm Havnelauget\n\nHavnelauget er byens ældste forening af sejlere.\n\nLæs mere om Havnelauget her.\n\n{PROSE}"
        );
        check(&other, &["Ny bro", PROSE, PROSE]);
        let article = format!(
            "Ny bro\n\n{PROSE}\n\nHavnen\n\nHavnen er stor og dyb og fuld af både.\n\n{PROSE}"
        );
        check(
            &article,
            &[
                "Ny bro",
                PROSE,
                "Havnen",
                "Havnen er stor og dyb og fuld af både.",
                PROSE,
            ],
        );
    }

    #[test]
    fn a_newsletters_offer_goes_with_its_heading_and_list() {
        let text = format!(
            "Ny bro\n\n{PROSE}\n\nMere til dig\n\nVores nyhedsbrev kommer hver uge med:\n\n • Nyt\n • Gammelt\nVIND EN BÅD"
        );
        check(&text, &["Ny bro", PROSE, "VIND EN BÅD"]);
    }
}
