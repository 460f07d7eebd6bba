//! The blocks that no article fills.

use super::{all, print, print_in, sample};
use crate::domain::{issue::Digest, language::Language, section::SectionId};

/// A day with the blocks that no article fills.
fn day_with_blocks() -> Digest {
    use crate::domain::block::{BlockEntry, BlockKind, IssueBlock};
    let entry = |title: &str, by: Option<&str>, text: Option<&str>, day: u32| BlockEntry {
        title: title.into(),
        url: Some(format!("https://faellesbladet.example/{}", title.len())),
        by: by.map(str::to_owned),
        text: text.map(str::to_owned),
        count: None,
        day: chrono::NaiveDate::from_ymd_opt(2026, 11, day),
    };
    let block = |id: &str, kind, title: &str, entries| IssueBlock {
        id: id.into(),
        kind,
        title: title.into(),
        title_en: Some(format!("{title} in English")),
        after: None,
        on: true,
        max: 5,
        entries,
    };
    let mut day = sample::full_day();
    day.blocks = vec![
        block(
            "kalender",
            BlockKind::Events,
            "Kalender",
            vec![
                entry(
                    "Netværk om <sagsgange>",
                    Some("Kredsen"),
                    Some("kl. 9.00-12.00, Odense"),
                    26,
                ),
                entry("Årsmøde", None, None, 30),
            ],
        ),
        block(
            "laest",
            BlockKind::Ranked,
            "Mest læste",
            vec![
                entry("Broen & diget", None, None, 0),
                entry("Hvad en skoleleder ikke når", None, None, 0),
            ],
        ),
        block(
            "kommentarer",
            BlockKind::Quotes,
            "Seneste kommentarer",
            vec![entry(
                "Luk ikke kantinen",
                Some("Karen Lund"),
                Some("\"Det sagde vi også i 2023.\""),
                0,
            )],
        ),
        block(
            "links",
            BlockKind::Links,
            "Se også",
            vec![entry("Kortet", None, None, 0)],
        ),
    ];
    day
}

/// What stands between the last item and the publisher's card or footer.
fn from_to<'t>(text: &'t str, from: &str, to: &str) -> &'t str {
    let start = text.find(from).unwrap();
    let end = text[start..].find(to).unwrap();
    &text[start..start + end]
}

#[test]
fn the_blocks_read_as_designed() {
    let day = day_with_blocks();
    let printed = print(&day, &all(&day));
    let start = printed.html.rfind("Kalender</h2>").unwrap();
    let start = printed.html[..start]
        .rfind("<tr><td style=\"padding:52px")
        .unwrap();
    let html = from_to(&printed.html[start..], "<tr>", "Mød en udgiver");
    insta::assert_snapshot!("blocks_html", html[..html.rfind("<tr><td style").unwrap()]);
    insta::assert_snapshot!(
        "blocks_text",
        from_to(
            &printed.text[printed.text.rfind("KALENDER").unwrap()..],
            "KALENDER",
            "MØD EN UDGIVER"
        )
    );
    let english = print_in(&day, &all(&day), Language::En);
    assert!(english.html.contains("Mest læste in English</h2>"));
    assert!(english.text.contains("Karen Lund on\n"));
}

#[test]
fn a_block_stands_after_its_section_or_where_that_is_missing_at_the_end() {
    let mut day = day_with_blocks();
    day.blocks.truncate(2);
    day.blocks[1].after = Some(SectionId("nyheder".into()));
    let at = |text: &str, words: &str| text.find(words).unwrap_or(usize::MAX);
    let whole = print(&day, &all(&day)).text;
    assert!(
        at(&whole, "NYHEDER\n") < at(&whole, "MEST LÆSTE")
            && at(&whole, "MEST LÆSTE") < at(&whole, "DEBAT\n")
    );
    let none_of_it: Vec<usize> = (0..day.items.len())
        .filter(|item| day.items[*item].section.0 != "nyheder")
        .collect();
    let without = print(&day, &none_of_it).text;
    assert!(
        at(&without, "KALENDER") < at(&without, "MEST LÆSTE") && without.contains("MEST LÆSTE")
    );
    // A letter of one item is about that item.
    assert!(!print(&day, &[0]).text.contains("MEST LÆSTE"));
}
