//! The blocks that stand out: figures, quotes, advice, the number of the week.

use super::{all, one, print};
use crate::{
    domain::{
        article::{Block, BlockType},
        issue::{Digest, Frequency},
    },
    render::sample,
};

fn facts(entries: &[&str]) -> Block {
    Block {
        kind: BlockType::Fact,
        text: String::new(),
        items: entries.iter().map(|&entry| entry.to_owned()).collect(),
    }
}

fn quote(words: &str, speaker: &str) -> [Block; 2] {
    [words, speaker].map(|text| Block::text(BlockType::Quote, text))
}

fn list(entries: &[&str]) -> Block {
    Block::items(
        BlockType::List,
        entries.iter().map(|&entry| entry.to_owned()).collect(),
    )
}

/// A section's items with a lead before them from another section.
fn section(name: &str, count: usize) -> Digest {
    let mut items = vec![sample::item("debat", 0, "forrest", "Forrest", "Lede.")];
    items.extend((1..=count).map(|rank| {
        sample::item(
            name,
            rank,
            &format!("nr{rank}"),
            &format!("Titel {rank}"),
            "En lede.",
        )
    }));
    sample::digest(items)
}

#[test]
fn facts_that_all_begin_with_a_number_are_set_as_figures() {
    let set = |entries: &[&str]| {
        let digest = one(|article| article.body.push(facts(entries)));
        print(&digest, &[0])
    };
    let figures = set(&["340 ansatte", "5,2 pct. er syge"]);
    assert_eq!(figures.html.matches("400 26px/32px").count(), 2);
    assert!(figures.html.contains(">5,2\u{a0}pct.</p>"));
    assert!(
        figures
            .text
            .contains("\n- 340 ansatte\n- 5,2 pct. er syge\n")
    );
    let words = set(&["340 ansatte", "Fem er syge"]);
    assert!(!words.html.contains("400 26px/32px"));
    assert!(
        words
            .html
            .contains("<li style=\"margin:0;padding:4px 0\">340 ansatte</li>")
    );
}

#[test]
fn one_quote_of_an_advising_section_stands_over_its_item() {
    let mut digest = section("inspiration", 2);
    for item in [1, 2] {
        let quote = quote("Vi holdt op med at spørge.", "— Aisha Rahmani, leder");
        digest.items[item].article.body.extend(quote);
    }
    let printed = print(&digest, &all(&digest));
    assert_eq!(printed.html.matches("<blockquote").count(), 1);
    assert!(printed.html.contains("»Vi holdt op med at spørge.«"));
    assert!(
        printed
            .text
            .contains("»Vi holdt op med at spørge.«\nAisha Rahmani, leder\n\nDrift\nTitel 1\n")
    );
    for item in &mut digest.items {
        item.section.0 = "nyheder".into();
    }
    assert!(!print(&digest, &all(&digest)).html.contains("<blockquote"));
}

#[test]
fn an_only_item_shows_its_quote_between_lede_and_text() {
    let digest = one(|article| {
        article.lede = Some("En lede.".into());
        article.body = vec![Block::text(BlockType::Paragraph, "Det begyndte med en kø.")];
        article
            .body
            .extend(quote("»Vi manglede en onsdag.«", "– Henrik Aaby"));
    });
    let printed = print(&digest, &[0]);
    let place = |words: &str| printed.html.find(words).unwrap();
    assert!(place("En lede.") < place("»Vi manglede en onsdag.«"));
    assert!(place("»Vi manglede en onsdag.«") < place("Det begyndte"));
    assert!(
        printed
            .text
            .contains("»Vi manglede en onsdag.«\nHenrik Aaby\n")
    );
}

#[test]
fn a_piece_of_advice_is_a_list_in_place_of_a_lede() {
    let mut digest = section("inspiration", 2);
    let article = &mut digest.items[1].article;
    article.body.push(list(&[
        "Spørg først",
        "Lyt så",
        "Skriv det ned",
        "For meget",
    ]));
    article.image = Some(sample::image("blok"));
    let printed = print(&digest, &all(&digest));
    assert!(printed.html.contains("height=\"213\""));
    assert_eq!(printed.html.matches("En lede.").count(), 1, "the other's");
    assert!(!printed.html.contains("For meget"));
    assert!(
        printed
            .text
            .contains("Titel 1\n  1. Spørg først\n  2. Lyt så\n  3. Skriv det ned\n  ○")
    );
    digest.items[1].article.image = None;
    let plain = print(&digest, &all(&digest)).html;
    assert!(plain.contains(">Spørg først</li>") && !plain.contains("height=\"213\""));
}

#[test]
fn a_weekly_letter_has_a_number_and_says_whose_it_is() {
    let mut digest = section("videndeling", 2);
    digest.items[0].article.body.push(facts(&["7 er lederens"]));
    digest.items[2]
        .article
        .body
        .push(facts(&["Uden tal", "900 færre indlæggelser"]));
    assert!(!print(&digest, &all(&digest)).html.contains("Ugens tal"));
    digest.key = sample::key(Frequency::Weekly);
    let printed = print(&digest, &all(&digest));
    assert!(printed.html.contains(">900</p>"));
    assert!(
        printed
            .text
            .contains("\n\nUgens tal\n\n900 færre indlæggelser.\n  Skovby Kommune, case\n")
    );
    let others = print(&digest, &[0, 1]).html;
    assert!(
        !others.contains("Ugens tal"),
        "the lead has its facts already"
    );
}

#[test]
fn a_weekly_letter_prints_two_pairs_and_opinions_whole() {
    for name in ["videndeling", "debat"] {
        let mut digest = section(name, 4);
        digest.items[0].section.0 = "nyheder".into();
        let ledes = |digest: &Digest| print(digest, &all(digest)).text.matches("En lede.").count();
        assert_eq!(ledes(&digest), 4);
        digest.key = sample::key(Frequency::Weekly);
        assert_eq!(ledes(&digest), 2, "{name}");
    }
}

#[test]
fn the_events_of_a_weekly_letter_are_next_weeks_when_all_are() {
    let heading = |days: [u32; 2]| {
        let mut digest = section("kalender", 2);
        digest.key = sample::key(Frequency::Weekly);
        for (item, day) in digest.items[1..].iter_mut().zip(days) {
            item.article.event_date = chrono::NaiveDate::from_ymd_opt(2026, 12, day);
        }
        let text = print(&digest, &all(&digest)).text;
        (text.contains("NÆSTE UGE\n"), text.contains("KALENDER\n"))
    };
    assert_eq!(heading([1, 4]), (true, false));
    assert_eq!(heading([1, 9]), (false, true));
}

#[test]
fn a_standfirst_is_in_the_letters_language_and_of_its_frequency() {
    use crate::domain::language::Language;
    let mut digest = section("videndeling", 1);
    digest.sections[0].standfirst_weekly = Some("Ugens erfaringer".into());
    let text = |digest: &Digest, language| super::print_in(digest, &all(digest), language).text;
    assert!(text(&digest, Language::Da).contains("Erfaringer fra dem, der har prøvet"));
    assert!(text(&digest, Language::En).contains("Experience from those who have tried it"));
    digest.key = sample::key(Frequency::Weekly);
    assert!(text(&digest, Language::Da).contains("Ugens erfaringer"));
}
