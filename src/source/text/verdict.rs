//! Whether a page is an article at all.

use super::super::{
    date::DateReader,
    prose::{after_label, folded, is_running},
};
use super::{
    lines::Line,
    words::{ERRORS, EVENT_LABELS, PAY_WALLS},
};
use crate::domain::article::{Block, BlockType};

/// Why a page, before anything is taken off it, is no article.
pub(in crate::source) fn of_page(lines: &[Line], may_be_event: bool) -> Option<&'static str> {
    let length = |line: &&Line| line.text.chars().count();
    let running: usize = lines
        .iter()
        .filter(|line| is_running(&line.text))
        .map(|line| length(&line))
        .sum();
    let says = |line: &Line, words: &[&str]| {
        let text = line.text.to_lowercase();
        words.iter().any(|word| {
            if word.len() <= 9 {
                text.split(|c: char| !c.is_alphanumeric() && c != ' ')
                    .any(|part| {
                        part.trim() == *word || part.trim().starts_with(&format!("{word} "))
                    })
            } else {
                text.contains(word)
            }
        })
    };
    if running < 600
        && lines
            .iter()
            .take(6)
            .any(|line| length(&line) <= 120 && says(line, &ERRORS))
    {
        return Some("is an error page, not an article; fetch it again or remove it");
    }
    if running < 900
        && lines
            .iter()
            .any(|line| length(&line) <= 250 && says(line, &PAY_WALLS))
    {
        return Some(
            "stops at a pay wall, so the article is not whole; remove it or get the whole text",
        );
    }
    let labels = lines
        .iter()
        .filter(|line| after_label(&line.text, &EVENT_LABELS).is_some())
        .count();
    if labels >= 2 && running < 600 && !may_be_event {
        return Some(
            "is an event's page, not an article; remove it or declare `article_kind = \"event\"` for its source",
        );
    }
    None
}

/// How many bare links to go on reading a page has: a listing has one for each of its pieces.
pub(in crate::source) fn further_links(lines: &[Line]) -> usize {
    let link = |line: &&Line| {
        matches!(
            folded(&line.text).as_str(),
            "læs mere" | "læs artiklen" | "læs hele artiklen" | "læs videre"
        )
    };
    lines.iter().filter(link).count()
}

/// Why a page, its chrome taken off, is a listing of many pieces: no running text, many short lines.
pub(in crate::source) fn of_listing(
    lines: &[Line],
    dates: &DateReader<'_>,
    links: usize,
) -> Option<&'static str> {
    let length = |line: &&Line| line.text.chars().count();
    let running = || lines.iter().filter(|line| is_running(&line.text));
    if running().map(|line| length(&line)).max().unwrap_or(0) > 350 {
        return None;
    }
    let stamps = lines
        .iter()
        .filter(|line| length(line) <= 60 && dates.find(&line.text).is_some())
        .count();
    let short = lines
        .iter()
        .filter(|line| line.is_plain() && !is_running(&line.text))
        .count();
    let prose = running().count();
    let teasers = stamps.max(links) >= 3 && short >= 3;
    (teasers || prose == 0 && short >= 8 || short >= 10 && short >= prose * 3)
        .then_some("is a listing of other pieces, not an article; name the pieces themselves")
}

/// Why what is left of a page is too little.
pub(in crate::source) fn of_text(lede: Option<&str>, body: &[Block]) -> Option<&'static str> {
    let total = lede.map_or(0, |lede| lede.chars().count()) + letters(body);
    (total < 60).then_some("has almost no text, so it is no article; write its text or remove it")
}

/// How many characters a body has, its headings not counted.
pub(in crate::source) fn letters(body: &[Block]) -> usize {
    let of = |block: &Block| {
        let items = block.items.iter().map(|item| item.chars().count());
        block.text.chars().count() + items.sum::<usize>()
    };
    body.iter()
        .filter(|block| block.kind != BlockType::Heading)
        .map(of)
        .sum()
}

#[cfg(test)]
mod tests {
    use chrono_tz::Europe::Copenhagen;

    use super::super::lines::split;
    use super::*;

    fn check(text: &str, expected: Option<&str>) {
        let dates = DateReader {
            formats: &[],
            zone: Copenhagen,
            now: "2026-11-21T12:00:00Z".parse().unwrap(),
            not_before: None,
        };
        let lines = split(text);
        let verdict =
            of_page(&lines, false).or_else(|| of_listing(&lines, &dates, further_links(&lines)));
        match expected {
            None => assert_eq!(verdict, None, "{text}"),
            Some(word) => assert!(
                verdict.is_some_and(|reason| reason.contains(word)),
                "{text}: {verdict:?}"
            ),
        }
    }

    #[test]
    fn pages_that_are_no_article_are_told_by_their_shape() {
        check(
            "404\n\nSiden blev ikke fundet\n\nPrøv en søgning.",
            Some("error"),
        );
        check("Fejl 404 på siden", None);
        check(
            "Ny bro\n\nBroen åbner til maj.\n\nLog ind for at læse resten af artiklen",
            Some("pay wall"),
        );
        check(
            "Åbent hus på broen\n\nTid: 4. maj kl. 10\nSted: Broen\nPris: Gratis",
            Some("event"),
        );
        let teaser =
            "Ny bro i Nordby\n12. maj 2016\nBroen åbner i dag, og alle er velkomne.\nLæs mere\n\n";
        check(&teaser.repeat(4), Some("listing"));
        check(
            "Ny bro\nVejen er lukket\nHavnen graves ud\nNyt torv\nFærre biler\nFlere cykler\nNye huse\nGamle træer\nMere lys",
            Some("listing"),
        );
        check(
            "Ny bro\n\nBroen åbner til maj, og den er lang.\n\nHvem betaler\n\nDet gør kommunen over de næste ti år.",
            None,
        );
    }
}
