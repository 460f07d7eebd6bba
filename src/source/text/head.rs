//! What stands over the running text: title, lede, labels, date, people.

use chrono::NaiveDate;

use super::super::{
    date::{DateReader, DateReading},
    prose::{after_label, folded, is_heading, is_running, is_shouted, label_line, sentences},
};
use super::{
    Manner,
    chrome::drop_where,
    lines::Line,
    notes::At,
    people,
    words::{EVENTS, KINDS, MODIFIED, PUBLISHED},
};
use crate::domain::article::{Author, Kind, When};

/// The head of a piece.
#[derive(Debug, Default)]
pub(super) struct Head {
    pub(super) title: At<String>,
    pub(super) lede: At<String>,
    pub(super) kicker: At<String>,
    pub(super) theme: At<String>,
    pub(super) kind: At<Kind>,
    pub(super) published: At<(String, DateReading)>,
    pub(super) event: At<NaiveDate>,
    pub(super) authors: At<Vec<Author>>,
    pub(super) caption: At<String>,
    /// Lines around the title that are no label known; they are left out.
    pub(super) unknown: Vec<(String, usize)>,
}

/// Takes the head out of the lines.
pub(super) fn take(lines: &mut Vec<Line>, dates: &DateReader<'_>, manner: Manner) -> Head {
    let mut head = Head::default();
    if manner == Manner::Article {
        take_captions(lines, dates, &mut head);
    }
    cut_at_bars(lines, dates);
    take_dates(lines, dates, &mut head);
    take_people(lines, &mut head);
    take_event(lines, dates, manner, &mut head);
    match manner {
        Manner::Deck => {
            if let Some(at) = lines
                .iter()
                .position(|line| line.is_plain() && is_heading(&line.text))
            {
                head.title = Some((label_line(&lines[at].text), lines[at].number));
                lines.drain(..=at);
            }
        }
        Manner::Article => {
            if let Some(at) = find_title(lines, dates, &mut head) {
                take_title(lines, at, &mut head);
                take_lede(lines, &mut head);
                take_kicker_under_lede(lines, &mut head);
            }
        }
    }
    head
}

fn first_running(lines: &[Line]) -> usize {
    lines
        .iter()
        .position(|line| is_running(&line.text))
        .unwrap_or(lines.len())
}

/// `Velfærd | 12. maj 2016 | Af Ida Holm` is three lines where one part is a date.
fn cut_at_bars(lines: &mut Vec<Line>, dates: &DateReader<'_>) {
    let end = (first_running(lines) + 2).min(lines.len());
    for at in (0..end).rev() {
        let parts: Vec<&str> = lines[at]
            .text
            .split(['|', '·', '•'])
            .map(str::trim)
            .filter(|part| !part.is_empty())
            .collect();
        if (2..=6).contains(&parts.len()) && parts.iter().any(|part| stamp(part, dates).is_some()) {
            let cut: Vec<Line> = parts
                .iter()
                .map(|part| Line {
                    text: (*part).to_owned(),
                    ..lines[at].clone()
                })
                .collect();
            lines.splice(at..=at, cut);
        }
    }
}

enum Stamp {
    Published(String, DateReading),
    Modified,
}

/// A line that is a date and nothing else but the word that says what it is the date of.
fn stamp(text: &str, dates: &DateReader<'_>) -> Option<Stamp> {
    if text.chars().count() > 90 {
        return None;
    }
    let behind = |words: &[&str]| {
        let lower = text.to_lowercase();
        words
            .iter()
            .filter(|word| lower.starts_with(*word))
            .max_by_key(|word| word.len())
            .and_then(|word| {
                let cut = text.char_indices().nth(word.chars().count())?.0;
                Some(text[cut..].trim_start_matches([':', ' ', '-']).trim())
            })
    };
    let read = |raw: &str| match dates.read(raw) {
        DateReading::Unread => None,
        reading => Some(reading),
    };
    if let Some(rest) = behind(&MODIFIED) {
        return read(rest).map(|_| Stamp::Modified);
    }
    let rest = behind(&PUBLISHED).unwrap_or(text);
    if let Some(reading) = read(rest) {
        return Some(Stamp::Published(rest.to_owned(), reading));
    }
    // `12. maj 2016, opdateret 14. maj 2016`
    let (before, after) = MODIFIED
        .iter()
        .find_map(|word| rest.split_once(&format!(" {word}")))?;
    read(after.trim_start_matches([':', ' ']).trim_end_matches(')'))?;
    let before = before.trim_end_matches([',', ' ', '(', '-', '–']);
    read(before).map(|reading| Stamp::Published(before.to_owned(), reading))
}

/// Dates in the head; with a word before them anywhere.
fn take_dates(lines: &mut Vec<Line>, dates: &DateReader<'_>, head: &mut Head) {
    let near = lines
        .get(first_running(lines) + 2)
        .map_or(usize::MAX, |line| line.number);
    drop_where(lines, |line| {
        let labelled = line.text.starts_with(char::is_alphabetic);
        if !line.is_plain() || !(line.number < near || labelled) {
            return false;
        }
        match stamp(&line.text, dates) {
            Some(Stamp::Published(raw, reading)) if head.published.is_none() => {
                head.published = Some(((raw, reading), line.number));
                true
            }
            Some(Stamp::Published(..)) => line.number < near,
            Some(Stamp::Modified) => true,
            None => false,
        }
    });
}

/// Bylines stand in the head or at the very end; presenters in the head.
fn take_people(lines: &mut Vec<Line>, head: &mut Head) {
    let near = lines
        .get(first_running(lines) + 3)
        .map_or(usize::MAX, |line| line.number);
    let last = lines.len().checked_sub(3).map_or(0, |at| lines[at].number);
    let early = lines.get(8).map_or(usize::MAX, |line| line.number);
    drop_where(lines, |line| {
        if head.authors.is_some() {
            return false;
        }
        let found = (line.number < near || line.number >= last)
            .then(|| people::byline(line))
            .flatten()
            .or_else(|| {
                (line.number < early)
                    .then(|| people::presenter(line))
                    .flatten()
                    .map(|one| vec![one])
            });
        head.authors = found.map(|authors| (authors, line.number));
        head.authors.is_some()
    });
}

/// `Brolaugets årsmøde 15. nov. 2018`: the day of a gathering, which is no day of publication.
fn take_event(lines: &mut Vec<Line>, dates: &DateReader<'_>, manner: Manner, head: &mut Head) {
    let end = match manner {
        Manner::Deck => lines.len().min(6),
        Manner::Article => first_running(lines).min(6),
    };
    let gathering = |text: &str| {
        text.to_lowercase()
            .split(|c: char| !c.is_alphanumeric())
            .any(|word| {
                EVENTS.iter().any(|event| {
                    word.ends_with(event)
                        || word == format!("{event}t")
                        || word == format!("{event}n")
                })
            })
    };
    let found = lines[..end].iter().enumerate().find_map(|(at, line)| {
        let fits = line.is_plain()
            && line.text.chars().count() <= 120
            && !is_running(&line.text)
            && gathering(&line.text);
        match fits.then(|| dates.find(&line.text)).flatten()?.when {
            When::Month(_) => None,
            when => Some((at, when.date(dates.zone))),
        }
    });
    if let Some((at, date)) = found {
        head.event = Some((date, lines[at].number));
        // A title that names the day stays the title.
        let others = lines[..end]
            .iter()
            .enumerate()
            .any(|(other, line)| other != at && is_heading(&line.text));
        if others {
            lines.remove(at);
        }
    }
}

fn kind_of(text: &str) -> Option<Kind> {
    let word = folded(text);
    KINDS
        .iter()
        .find(|(label, _)| *label == word)
        .and_then(|(_, kind)| Kind::from_word(kind))
}

fn word_count(text: &str) -> usize {
    text.split_whitespace().count()
}

fn is_kicker(text: &str) -> bool {
    is_shouted(text) && word_count(text) <= 4 && text.chars().count() <= 40
}

/// Takes the lines before the first that may be a heading. A sentence among them is a caption: a heading takes no
/// full stop, and that tells a title from it.
fn take_captions(lines: &mut Vec<Line>, dates: &DateReader<'_>, head: &mut Head) {
    let captions = lines
        .iter()
        .take(3)
        .take_while(|line| {
            line.is_plain()
                && !heads(line)
                && line.text.chars().count() <= 160
                && sentences(&line.text) <= 1
                && stamp(&line.text, dates).is_none()
        })
        .count();
    if !lines.get(captions).is_some_and(heads) {
        return;
    }
    if let Some(line) = lines[..captions].iter().find(|line| is_running(&line.text)) {
        head.caption = Some((line.text.clone(), line.number));
    }
    lines.drain(..captions);
}

fn heads(line: &Line) -> bool {
    line.is_plain() && is_heading(&line.text)
}

/// The line that is the title.
fn find_title(lines: &mut Vec<Line>, dates: &DateReader<'_>, head: &mut Head) -> Option<usize> {
    take_captions(lines, dates, head);
    let end = first_running(lines);
    let all: Vec<usize> = (0..end).filter(|at| heads(&lines[*at])).collect();
    let rest: Vec<usize> = all
        .iter()
        .copied()
        .filter(|at| kind_of(&lines[*at].text).is_none() && !is_kicker(&lines[*at].text))
        .collect();
    let candidates = if rest.is_empty() { all } else { rest };
    let length = |at: &usize| lines[*at].text.chars().count();
    candidates
        .iter()
        .find(|at| lines[**at].bold)
        .or_else(|| {
            candidates
                .iter()
                .find(|at| word_count(&lines[**at].text) >= 4 || length(at) >= 25)
        })
        .or_else(|| candidates.iter().rev().max_by_key(|at| length(at)))
        .copied()
}

/// Takes the title and the labels around it. What stands before it and is no label is the page's banner.
fn take_title(lines: &mut Vec<Line>, title: usize, head: &mut Head) {
    head.title = Some((label_line(&lines[title].text), lines[title].number));
    let begin = lines[title].number;
    let end = lines
        .get(first_running(lines))
        .map_or(usize::MAX, |line| line.number);
    drop_where(lines, |line| {
        if line.number > end || line.number == end && end != usize::MAX {
            return false;
        }
        if line.number == begin {
            return true;
        }
        let before = line.number < begin;
        if !line.is_plain() {
            return before;
        }
        if let Some(theme) = after_label(&line.text, &["tema", "emne", "kategori", "rubrik"])
            && head.theme.is_none()
        {
            head.theme = Some((label_line(theme), line.number));
            return true;
        }
        if folded(&line.text).starts_with("læsetid") {
            return true;
        }
        let at = |text: &str| Some((label_line(text), line.number));
        if let Some(kind) = kind_of(&line.text)
            && head.kind.is_none()
        {
            head.kind = Some((kind, line.number));
            head.kicker = head.kicker.take().or_else(|| at(&line.text));
            return true;
        }
        if is_kicker(&line.text) && head.kicker.is_none() {
            head.kicker = at(&line.text);
            return true;
        }
        let is_label = is_heading(&line.text)
            && word_count(&line.text) <= 3
            && !line.text.ends_with(['?', '!']);
        // Themes are written as sentences are; a banner or a bare name has a capital in each word.
        let named = word_count(&line.text) >= 2
            && line
                .text
                .split_whitespace()
                .skip(1)
                .all(|word| word.starts_with(char::is_uppercase));
        if is_label && named {
            head.unknown.push((line.text.clone(), line.number));
            return true;
        }
        if is_label && head.theme.is_none() {
            head.theme = at(&line.text);
            return true;
        }
        let long = !before && is_heading(&line.text) && line.text.chars().count() >= 60;
        if long && head.lede.is_none() {
            head.lede = Some((line.text.clone(), line.number));
            return true;
        }
        before
    });
}

/// The first paragraph is the lede when more follows it.
fn take_lede(lines: &mut Vec<Line>, head: &mut Head) {
    if head.lede.is_some() || lines.len() < 2 {
        return;
    }
    let first = &lines[0];
    if first.is_plain() && is_running(&first.text) && first.text.chars().count() <= 800 {
        head.lede = Some((first.text.clone(), first.number));
        lines.remove(0);
    }
}

/// A label in capitals may stand under the lede; more than one are sub-heads.
fn take_kicker_under_lede(lines: &mut Vec<Line>, head: &mut Head) {
    let Some(first) = lines.first() else { return };
    let alone = lines[1..]
        .iter()
        .all(|line| !(line.is_plain() && is_shouted(&line.text)));
    if head.kicker.is_none()
        && first.is_plain()
        && is_kicker(&first.text)
        && word_count(&first.text) <= 3
        && alone
    {
        head.kind = head
            .kind
            .take()
            .or_else(|| kind_of(&first.text).map(|kind| (kind, first.number)));
        head.kicker = Some((label_line(&first.text), first.number));
        lines.remove(0);
    }
}

#[cfg(test)]
mod tests {
    use chrono_tz::Europe::Copenhagen;

    use super::super::lines::split;
    use super::*;

    const PROSE: &str =
        "Broen over havnen åbner til foråret. Den er fyrre meter lang og kostede to år.";

    fn head_of(text: &str) -> (Head, Vec<String>) {
        let dates = DateReader {
            formats: &["%d/%m/%y %H:%M".to_owned()],
            zone: Copenhagen,
            now: "2026-11-21T12:00:00Z".parse().unwrap(),
            not_before: None,
        };
        let mut lines = split(text);
        let head = take(&mut lines, &dates, Manner::Article);
        (head, lines.into_iter().map(|line| line.text).collect())
    }

    fn text(value: &At<String>) -> Option<&str> {
        value.as_ref().map(|(text, _)| text.as_str())
    }

    #[test]
    fn title_theme_date_and_lede_are_told_apart() {
        let (head, body) = head_of(&format!(
            "Ny bro binder Nordby sammen\n\nTrafik\n\n3/4/16 09:15\n\n{PROSE}\n\n{PROSE}"
        ));
        assert_eq!(text(&head.title), Some("Ny bro binder Nordby sammen"));
        assert_eq!(text(&head.theme), Some("Trafik"));
        assert_eq!(text(&head.lede), Some(PROSE));
        assert_eq!(head.published.unwrap().0.0, "3/4/16 09:15");
        assert_eq!(body, [PROSE]);
    }

    #[test]
    fn the_title_need_not_stand_first() {
        let (head, _) = head_of(&format!(
            "Borgmesteren klippede snoren tirsdag.\n\nTrafik\n\nNy bro binder Nordby sammen\n\nTrafik | 12. maj 2016 | Af Ida Holm\n\n{PROSE}\n\n{PROSE}"
        ));
        assert_eq!(text(&head.title), Some("Ny bro binder Nordby sammen"));
        assert_eq!(
            text(&head.caption),
            Some("Borgmesteren klippede snoren tirsdag.")
        );
        assert_eq!(head.published.unwrap().0.0, "12. maj 2016");
        assert_eq!(head.authors.unwrap().0[0].name, "Ida Holm");
    }

    #[test]
    fn a_label_in_capitals_is_a_kicker_over_the_title_or_under_the_lede() {
        let (head, body) = head_of(&format!(
            "Ny bro binder Nordby sammen\n\n{PROSE}\n\nBYGGERI\n\n{PROSE}"
        ));
        assert_eq!((text(&head.kicker), body.len()), (Some("BYGGERI"), 1));
        let (head, body) = head_of(&format!(
            "Ny bro binder Nordby sammen\n\n{PROSE}\n\nFØR\n\n{PROSE}\n\nEFTER\n\n{PROSE}"
        ));
        assert_eq!((text(&head.kicker), body.len()), (None, 4));
        let (head, _) = head_of(&format!(
            "DEBAT\n\nNy bro binder Nordby sammen\n\n{PROSE}\n\n{PROSE}"
        ));
        assert_eq!(
            (text(&head.kicker), head.kind.map(|(kind, _)| kind)),
            (Some("DEBAT"), Some(Kind::Opinion))
        );
    }

    #[test]
    fn a_changed_page_was_not_published_then_and_an_event_is_no_publication() {
        let (head, _) = head_of(&format!(
            "Ny bro binder Nordby sammen\n\nSidst opdateret: 3. maj 2026\n\n{PROSE}\n\n{PROSE}"
        ));
        assert!(head.published.is_none());
        let (head, _) = head_of(&format!(
            "Ny bro binder Nordby sammen\n\nBrolaugets årsmøde 4. maj 2018\n\n{PROSE}\n\n{PROSE}"
        ));
        assert!(head.published.is_none());
        assert_eq!(head.event.unwrap().0.to_string(), "2018-05-04");
    }

    #[test]
    fn a_banner_or_a_bare_name_is_no_theme() {
        let (head, body) = head_of(&format!(
            "Nordby Avis\n\nNy bro binder Nordby sammen\n\n{PROSE}\n\n{PROSE}"
        ));
        assert_eq!(
            (text(&head.theme), head.unknown.len(), body.len()),
            (None, 1, 1)
        );
    }

    #[test]
    fn a_single_paragraph_is_body_and_no_lede() {
        let (head, body) = head_of(&format!("Ny bro binder Nordby sammen\n\n{PROSE}"));
        assert_eq!((text(&head.lede), body.len()), (None, 1));
    }
}
