use std::collections::HashSet;

use super::{Galley, Look, sample};
use crate::domain::{
    article::{Article, When},
    issue::{Digest, Frequency},
    language::Language,
    piece::{Edition, Piece, PieceId, Slot},
    subscriber::Format,
};

/// An edition as its readers' letters have it, but for the slots.
struct Printed {
    edition: Edition,
    html: String,
    text: String,
}

mod ads;
mod blocks;
mod design;
mod order;
mod soundness;

fn all(digest: &Digest) -> Vec<usize> {
    (0..digest.items.len()).collect()
}

fn spliced(pieces: &[Piece], ids: &[PieceId]) -> String {
    ids.iter()
        .map(|id| pieces[id.0 as usize].text.as_str())
        .collect()
}

fn print_in(digest: &Digest, items: &[usize], language: Language) -> Printed {
    print_as(digest, items, language, &Look::built_in().unwrap())
}

fn print_as(digest: &Digest, items: &[usize], language: Language, look: &Look) -> Printed {
    let newsletter = sample::newsletter();
    let publishers = sample::publishers();
    let mut galley = Galley::new(digest, &newsletter, &publishers, look, 5);
    let edition = galley.edition(items, Format::Html, language, &[]).unwrap();
    let pieces = galley.into_pieces();
    for piece in &pieces {
        assert!(piece.text.ends_with('\n'), "{}", piece.name);
    }
    Printed {
        html: spliced(&pieces, &edition.html),
        text: spliced(&pieces, &edition.text),
        edition,
    }
}

fn print(digest: &Digest, items: &[usize]) -> Printed {
    print_in(digest, items, Language::Da)
}

/// One item of news, changed.
fn one(change: impl FnOnce(&mut Article)) -> Digest {
    let mut item = sample::item(
        "nyheder",
        0,
        "nyt",
        "Nyt tag til hallen",
        "Det regnede ind. Nu er det slut.",
    );
    change(&mut item.article);
    sample::digest(vec![item])
}

/// Slots made visible.
fn unmarked(text: &str) -> String {
    text.replace(Slot::Greeting.mark(), "[greeting]")
        .replace(
            Slot::Unsubscribe.mark(),
            "https://faellesbladet.example/[unsubscribe]",
        )
        .replace(
            Slot::Preferences.mark(),
            "https://faellesbladet.example/[preferences]",
        )
        .replace(Slot::SignedUp.mark(), "[signed up]")
}

#[test]
fn a_letter_in_html_reads_as_designed() {
    let day = sample::full_day();
    insta::assert_snapshot!(unmarked(&print(&day, &[0, 1, 4, 9, 11, 13]).html));
}

#[test]
fn a_letter_in_text_reads_as_designed() {
    let day = sample::full_day();
    insta::assert_snapshot!(unmarked(&print(&day, &all(&day)).text));
}

#[test]
fn an_english_letter_speaks_english_around_danish_articles() {
    let day = sample::full_day();
    let printed = print_in(&day, &all(&day), Language::En);
    insta::assert_snapshot!(unmarked(&printed.text));
    assert!(printed.html.contains("<html lang=\"en\""));
    assert!(printed.html.contains(" lang=da"));
}

#[test]
fn a_weekly_letter_is_named_and_dated_by_its_week() {
    let mut day = sample::full_day();
    day.key = sample::key(Frequency::Weekly);
    let printed = print(&day, &all(&day));
    assert!(
        printed
            .text
            .starts_with("FÆLLESBLADET UGEN\nuge 48 · 23.–27. november 2026\n")
    );
    assert!(printed.text.contains("UGENS HISTORIE"));
    assert!(printed.edition.subject.starts_with("Ugen: "));
    assert!(printed.html.contains(">ugen</em>"));
    assert!(
        printed.text.contains("\n1. Hun satte sig"),
        "undated lines are numbered"
    );
}

#[test]
fn a_weekly_overblik_goes_by_day() {
    let mut day = sample::full_day();
    day.key = sample::key(Frequency::Weekly);
    for (item, date) in day.items.iter_mut().zip((23..28).cycle()) {
        let date = chrono::NaiveDate::from_ymd_opt(2026, 11, date);
        item.article.published.at = date.map(When::Day);
    }
    let printed = print(&day, &all(&day));
    let lines: Vec<&str> = printed
        .text
        .lines()
        .filter_map(|line| line.split_once("  ").map(|(day, _)| day))
        .filter(|day| day.ends_with("dag"))
        .collect();
    assert_eq!(lines, ["Mandag", "Torsdag", "Fredag"]);
    assert!(printed.html.contains(">Mandag</span>"));
    assert!(!printed.html.contains("<ol"));
}

#[test]
fn a_hundred_editions_share_their_pieces() {
    let day = sample::full_day();
    let (newsletter, publishers) = (sample::newsletter(), sample::publishers());
    let look = Look::built_in().unwrap();
    let mut galley = Galley::new(&day, &newsletter, &publishers, &look, 5);
    let mut editions = HashSet::new();
    for number in 0..100_usize {
        let items: Vec<usize> = all(&day)
            .into_iter()
            .filter(|item| number == 0 || *item > 10 || ((number * 37) >> (item % 7)) & 1 == 1)
            .collect();
        editions.insert(
            galley
                .edition(&items, Format::Html, Language::Da, &[])
                .unwrap(),
        );
    }
    let distinct = editions.len();
    let pieces = galley.into_pieces();
    let named = |name: &str| pieces.iter().filter(|piece| piece.name == name).count();
    assert!(distinct > 50, "{distinct}");
    // As a lead, first and following in HTML; as a lead and an item in text.
    assert!(named("item budget row") <= 3);
    assert!(named("item budget lead") <= 2);
    assert_eq!(named("masthead"), 2);
    assert_eq!(named("footer"), 2);
    assert!(pieces.len() < 15 * 12 + 4 * distinct, "{}", pieces.len());
    let texts: HashSet<_> = pieces
        .iter()
        .map(|piece| (piece.format, &piece.text))
        .collect();
    assert_eq!(texts.len(), pieces.len());
}

#[test]
fn the_same_input_gives_the_same_pieces() {
    let run = || {
        let day = sample::full_day();
        let (newsletter, publishers) = (sample::newsletter(), sample::publishers());
        let look = Look::built_in().unwrap();
        let mut galley = Galley::new(&day, &newsletter, &publishers, &look, 5);
        let mut editions = Vec::new();
        for items in [vec![0, 3, 5], all(&day), vec![2]] {
            for format in [Format::Html, Format::Text] {
                editions.push(galley.edition(&items, format, Language::Da, &[]).unwrap());
            }
        }
        (editions, galley.into_pieces())
    };
    assert_eq!(run(), run());
}

#[test]
fn a_text_edition_has_no_html() {
    let day = sample::full_day();
    let (newsletter, publishers) = (sample::newsletter(), sample::publishers());
    let look = Look::built_in().unwrap();
    let mut galley = Galley::new(&day, &newsletter, &publishers, &look, 5);
    let text = galley
        .edition(&[0, 1, 2], Format::Text, Language::Da, &[])
        .unwrap();
    assert!(text.html.is_empty());
    assert!(
        galley
            .into_pieces()
            .iter()
            .all(|piece| piece.format == Format::Text)
    );
}

#[test]
fn an_edition_of_nothing_or_of_unknown_items_is_refused() {
    let day = sample::full_day();
    let (newsletter, publishers) = (sample::newsletter(), sample::publishers());
    let look = Look::built_in().unwrap();
    let mut galley = Galley::new(&day, &newsletter, &publishers, &look, 5);
    assert!(
        galley
            .edition(&[], Format::Html, Language::Da, &[])
            .is_err()
    );
    assert!(
        galley
            .edition(&[15], Format::Html, Language::Da, &[])
            .is_err()
    );
}
