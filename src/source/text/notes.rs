//! What a page says about its article on lines of its own: keywords, credit, reprint, the publisher's box.

use std::collections::BTreeMap;

use super::super::{
    date::DateReader,
    prose::{after_label, is_heading, is_running, label_line},
};
use super::{
    chrome::drop_where,
    lines::Line,
    words::{CREDITS, KEYWORDS},
};
use crate::domain::article::{PublisherBox, Reprint, When};

/// A value and the line it stood on.
pub(super) type At<T> = Option<(T, usize)>;

/// The notes of a page.
#[derive(Debug, Default)]
pub(super) struct Notes {
    pub(super) keywords: At<Vec<String>>,
    pub(super) credit: At<String>,
    pub(super) reprint: At<Reprint>,
    pub(super) publisher: At<PublisherBox>,
}

/// Takes the notes out of the lines.
pub(super) fn take(lines: &mut Vec<Line>, dates: &DateReader<'_>) -> Notes {
    let mut notes = Notes {
        publisher: take_publisher(lines),
        keywords: take_keywords(lines),
        ..Notes::default()
    };
    let mut credits: Vec<String> = Vec::new();
    drop_where(lines, |line| {
        if let Some(credit) = after_label(&line.text, &CREDITS)
            && (1..=150).contains(&credit.chars().count())
        {
            let credit = credit.trim_end_matches('.').to_owned();
            if !credits.contains(&credit) {
                credits.push(credit);
            }
            notes.credit = Some((
                credits.join("; "),
                notes.credit.as_ref().map_or(line.number, |(_, at)| *at),
            ));
            return true;
        }
        if notes.reprint.is_none()
            && let Some(reprint) = reprint_of(&line.text, dates)
        {
            notes.reprint = Some((reprint, line.number));
            return true;
        }
        false
    });
    notes
}

/// `Emneord: a, b, c`, or the label alone with the words under it.
fn take_keywords(lines: &mut Vec<Line>) -> At<Vec<String>> {
    let at = lines.iter().position(|line| {
        after_label(&line.text, &KEYWORDS).is_some()
            || line.is_plain()
                && KEYWORDS
                    .iter()
                    .any(|label| line.text.to_lowercase() == *label)
                && !is_running(&line.text)
                && line.number > lines[0].number
    })?;
    let number = lines[at].number;
    let mut words: Vec<String> = Vec::new();
    let mut add = |text: &str| {
        for word in text.split([',', ';', '|']) {
            let word = label_line(word.trim().trim_end_matches('.'));
            if !word.is_empty() && word.chars().count() <= 80 && !words.contains(&word) {
                words.push(word);
            }
        }
    };
    let mut end = at + 1;
    match after_label(&lines[at].text, &KEYWORDS) {
        Some(list) if !list.is_empty() => add(list),
        _ => {
            let under = lines[end..].iter().enumerate().take_while(|(index, line)| {
                (!line.gap || *index == 0)
                    && line.text.chars().count() <= 200
                    && !is_running(&line.text)
            });
            let count = under.count();
            lines[end..end + count]
                .iter()
                .for_each(|line| add(&line.text));
            end += count;
        }
    }
    if words.is_empty() {
        return None;
    }
    lines.drain(at..end);
    if let Some(after) = lines.get_mut(at) {
        after.gap = true;
    }
    Some((words, number))
}

/// `Indlægget har tidligere været bragt i … den …`.
pub(in crate::source) fn reprint_of(text: &str, dates: &DateReader<'_>) -> Option<Reprint> {
    if text.chars().count() > 250 {
        return None;
    }
    let words: Vec<&str> = text.split_whitespace().collect();
    let bare = |word: &str| {
        word.trim_matches(|c: char| !c.is_alphanumeric())
            .to_lowercase()
    };
    let verb = words.iter().position(|word| {
        matches!(
            bare(word).as_str(),
            "bragt" | "publiceret" | "udgivet" | "trykt" | "offentliggjort" | "udkommet" | "udkom"
        )
    })?;
    let early = |word: &&str| {
        matches!(
            bare(word).as_str(),
            "tidligere" | "først" | "oprindelig" | "oprindeligt" | "første"
        )
    };
    // "tidligere bragt i", "bragt første gang i": the word stands near the verb, and the sentence speaks of itself.
    if !words[verb.saturating_sub(4)..(verb + 4).min(words.len())]
        .iter()
        .any(early)
        || verb > 8
    {
        return None;
    }
    let of_itself = [
        "indlæg",
        "artikel",
        "artiklen",
        "tekst",
        "interview",
        "kronik",
        "kommentar",
        "klumme",
        "leder",
        "portræt",
        "historie",
        "synspunkt",
        "debat",
        "blog",
        "bragt",
        "tidligere",
        "først",
        "oprindelig",
        "denne",
        "dette",
        "teksten",
        "publiceret",
        "udgivet",
        "trykt",
        "offentliggjort",
    ];
    let opening = bare(words.first()?);
    if !of_itself.iter().any(|word| opening.starts_with(word)) {
        return None;
    }
    let place = verb
        + 1
        + words[verb + 1..]
            .iter()
            .position(|word| matches!(bare(word).as_str(), "i" | "på" | "hos"))?;
    let rest = words[place + 1..].join(" ");
    let found = dates.find(&rest);
    let medium = found.map_or(rest.as_str(), |found| &rest[..found.start]);
    let medium = medium.trim_end_matches([' ', ',', '.', '(', ')']);
    let medium = medium
        .strip_suffix(" d")
        .or(medium.strip_suffix(" den"))
        .unwrap_or(medium);
    let medium = medium
        .strip_suffix(" i")
        .unwrap_or(medium)
        .trim_end_matches([' ', ',']);
    if medium.is_empty() || medium.chars().count() > 100 {
        return None;
    }
    let date = found.and_then(|found| match found.when {
        When::Month(_) => None,
        when => Some(when.date(dates.zone)),
    });
    Some(Reprint {
        medium: medium.to_owned(),
        date,
    })
}

/// `Artikler: 136 | Events: 5`, with or without `Aktivitet:` before it.
fn counters_of(text: &str) -> Option<BTreeMap<String, u64>> {
    let (label, rest) = match text.split_once(':') {
        Some((label, rest))
            if rest.matches(':').count() >= 1
                && !rest.trim_start().starts_with(|c: char| c.is_ascii_digit()) =>
        {
            (Some(label), rest)
        }
        _ => (None, text),
    };
    let mut counters = BTreeMap::new();
    for part in rest.split(['|', '·', '•', ',']) {
        let (name, count) = part.split_once(':')?;
        let count: String = count.trim().chars().filter(|c| *c != '.').collect();
        let name = name.trim();
        if name.is_empty() || name.split_whitespace().count() > 3 || count.len() > 9 {
            return None;
        }
        counters.insert(name.to_owned(), count.parse().ok()?);
    }
    (counters.len() >= 2 || label.is_some_and(|label| label.eq_ignore_ascii_case("aktivitet")))
        .then_some(counters)
}

/// `Havnelauget på nyt.example Havnelauget er …` as name and blurb; the blurb may stand on the next line.
fn box_head(text: &str) -> Option<(&str, &str)> {
    let (name, rest) = text.split_once(" på ")?;
    if name.split_whitespace().count() > 6
        || !name.starts_with(|c: char| c.is_uppercase() || c.is_ascii_digit())
    {
        return None;
    }
    let (site, blurb) = rest.split_once(' ').unwrap_or((rest, ""));
    // The blurb begins with the name again; that tells the box from a sentence.
    if let Some(again) = rest.match_indices(name).map(|(at, _)| at).next() {
        let site = &rest[..again];
        let whole = site.ends_with(' ') && (1..=4).contains(&site.split_whitespace().count());
        let capital = site.starts_with(|c: char| c.is_uppercase()) || is_host(site.trim());
        let goes_on = rest[again + name.len()..].starts_with([' ', ',']);
        return (whole && capital && goes_on).then(|| (name, &rest[again..]));
    }
    (is_host(site) && blurb.is_empty()).then_some((name, blurb))
}

fn is_host(site: &str) -> bool {
    site.rsplit_once('.').is_some_and(|(host, end)| {
        !host.is_empty()
            && (2..=10).contains(&end.len())
            && end.bytes().all(|b| b.is_ascii_alphabetic())
    })
}

fn take_publisher(lines: &mut Vec<Line>) -> At<PublisherBox> {
    let first = lines
        .iter()
        .position(|line| is_running(&line.text))
        .unwrap_or(0);
    let counted = lines
        .iter()
        .position(|line| line.number > 1 && counters_of(&line.text).is_some());
    let headed = lines
        .iter()
        .enumerate()
        .skip(first.max(1))
        .find(|(at, line)| {
            let next = lines.get(at + 1).map_or("", |next| next.text.as_str());
            line.is_plain()
                && box_head(&line.text)
                    .is_some_and(|(name, blurb)| !blurb.is_empty() || next.starts_with(name))
        })
        .map(|(at, _)| at);
    let (from, name, blurb, mut end) = match (headed, counted) {
        (Some(at), _) => {
            let (name, blurb) = box_head(&lines[at].text)?;
            let next = lines.get(at + 1).filter(|next| next.text.starts_with(name));
            match (blurb.is_empty(), next) {
                (false, _) => (at, name.to_owned(), Some(blurb.to_owned()), at + 1),
                (true, Some(next)) => (at, name.to_owned(), Some(next.text.clone()), at + 2),
                (true, None) => return None,
            }
        }
        // No head, but a heading and a blurb right before the counters.
        (None, Some(at)) if at >= first.max(1) + 2 => {
            let (head, blurb) = (&lines[at - 2].text, &lines[at - 1].text);
            let name = head.strip_prefix("Om ").unwrap_or(head);
            if !is_heading(head) || !blurb.starts_with(name) {
                lines.remove(at);
                return None;
            }
            (at - 2, name.to_owned(), Some(blurb.clone()), at)
        }
        _ => return None,
    };
    let number = lines[from].number;
    let counters = lines.get(end).and_then(|line| counters_of(&line.text));
    end += usize::from(counters.is_some());
    lines.drain(from..end);
    if let Some(after) = lines.get_mut(from) {
        after.gap = true;
    }
    Some((
        PublisherBox {
            name,
            blurb,
            counters: counters.unwrap_or_default(),
        },
        number,
    ))
}

#[cfg(test)]
mod tests {
    use chrono_tz::Europe::Copenhagen;

    use super::super::lines::split;
    use super::*;

    fn dates() -> DateReader<'static> {
        DateReader {
            formats: &[],
            zone: Copenhagen,
            now: "2026-11-21T12:00:00Z".parse().unwrap(),
            not_before: None,
        }
    }

    #[test]
    fn a_reprint_names_its_medium_and_its_day() {
        let check = |text: &str, expected: Option<(&str, Option<&str>)>| {
            let found = reprint_of(text, &dates());
            let seen = found
                .as_ref()
                .map(|r| (r.medium.as_str(), r.date.map(|d| d.to_string())));
            assert_eq!(
                seen,
                expected.map(|(m, d)| (m, d.map(str::to_owned))),
                "{text}"
            );
        };
        check(
            "Indlægget har tidligere været bragt på brobladet.example",
            Some(("brobladet.example", None)),
        );
        check(
            "Artiklen er tidligere bragt i Brobladet den 9. maj 2016.",
            Some(("Brobladet", Some("2016-05-09"))),
        );
        check(
            "Bragt første gang i Brobladet nr. 4, maj 2016.",
            Some(("Brobladet nr. 4", None)),
        );
        check(
            "Først publiceret på Havnens Blog d. 3. juni 2019",
            Some(("Havnens Blog", Some("2019-06-03"))),
        );
        check("Sagen blev tidligere bragt op i byrådet.", None);
        check("Rapporten er udgivet i maj 2016.", None);
    }

    #[test]
    fn keywords_credit_and_box_are_kept_apart() {
        let mut lines = split(
            "Ny bro\n\nBroen åbner til foråret, og den er lang.\n\nKilde: Nordby Kommune\n\nEmneord: Broer, Ida Holm, Havne\nHavnelauget på nyt.example Havnelauget er byens ældste forening af sejl...\nAktivitet: Artikler: 1.036 | Events: 5",
        );
        let notes = take(&mut lines, &dates());
        assert_eq!(
            notes.keywords,
            Some((vec!["Broer".into(), "Ida Holm".into(), "Havne".into()], 7))
        );
        assert_eq!(notes.credit, Some(("Nordby Kommune".into(), 5)));
        let (publisher, line) = notes.publisher.unwrap();
        assert_eq!((publisher.name.as_str(), line), ("Havnelauget", 8));
        assert_eq!(
            publisher.blurb.as_deref(),
            Some("Havnelauget er byens ældste forening af sejl...")
        );
        assert_eq!(
            publisher.counters,
            [("Artikler".to_owned(), 1036), ("Events".to_owned(), 5)].into()
        );
        assert_eq!(lines.len(), 2);
    }

    #[test]
    fn a_sentence_about_a_site_is_no_publishers_box() {
        let text = "Ny bro\n\nBroen åbner til foråret, og den er lang.\n\nHavnelauget på nyt.example har skrevet om den hver uge.";
        let mut lines = split(text);
        assert_eq!(
            (take(&mut lines, &dates()).publisher, lines.len()),
            (None, 3)
        );
    }

    #[test]
    fn keywords_may_stand_under_their_label() {
        let mut lines =
            split("Ny bro\n\nBroen åbner til foråret.\n\nEmneord:\nBroer\nHavne\n\nAndet");
        assert_eq!(
            take(&mut lines, &dates()).keywords,
            Some((vec!["Broer".into(), "Havne".into()], 5))
        );
        assert_eq!(lines.len(), 3);
    }
}
