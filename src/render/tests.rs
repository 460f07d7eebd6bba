use std::collections::HashSet;

use super::{Galley, Look, sample};
use crate::domain::{
    article::{Article, ArticleId, Block, BlockType, When},
    issue::{Digest, Frequency},
    language::Language,
    piece::{Edition, Piece, PieceId, Slot},
    section::SectionId,
    subscriber::Format,
};

/// An edition as its readers' letters have it, but for the slots.
struct Printed {
    edition: Edition,
    html: String,
    text: String,
}

mod design;

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
    let edition = galley.edition(items, Format::Html, language).unwrap();
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
fn what_comes_from_outside_is_escaped_and_its_scripts_are_no_links() {
    let digest = one(|article| {
        article.title = "3 < 5 & æøå <script>".into();
        article.link = Some("javascript:alert(1)".into());
        article.theme = Some("\"><img src=x onerror=y>".into());
    });
    let printed = print(&digest, &[0]);
    assert!(
        printed
            .html
            .contains("3 &#60; 5 &#38; æøå &#60;script&#62;")
    );
    assert!(!printed.html.contains("<script"));
    assert!(!printed.html.contains("<img"));
    assert!(!printed.html.contains("javascript:"));
    assert!(printed.text.contains("3 < 5 & æøå <script>"));
    assert!(!printed.text.contains("javascript:"));
    assert_eq!(printed.edition.subject, "3 < 5 & æøå <script>");
}

#[test]
fn marks_in_outside_text_are_dropped() {
    let marks: String = Slot::ALL.iter().map(|slot| slot.mark()).collect();
    let mut digest = one(|article| {
        article.title = format!("Titel{marks}");
        article.lede = Some(format!("Lede{marks}."));
        article.link = Some(format!("https://faellesbladet.example/{marks}"));
        article.publishers = vec![format!("Udgiver{marks}")];
        article.theme = Some(marks.clone());
    });
    digest.intro = Some(format!("Intro{marks}"));
    digest.card = sample::publishers().pop();
    if let Some(card) = &mut digest.card {
        card.blurb = Some(marks.clone());
    }
    digest.ads = vec![sample::ad("bog", false)];
    digest.ads[0].title = format!("Annonce{marks}");
    let printed = print(&digest, &[0]);
    for slot in Slot::ALL {
        assert_eq!(printed.html.matches(slot.mark()).count(), 1, "{slot:?}");
        assert_eq!(printed.text.matches(slot.mark()).count(), 1, "{slot:?}");
    }
    assert_eq!(printed.edition.subject, "Titel");
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
        editions.insert(galley.edition(&items, Format::Html, Language::Da).unwrap());
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
                editions.push(galley.edition(&items, format, Language::Da).unwrap());
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
        .edition(&[0, 1, 2], Format::Text, Language::Da)
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
fn an_odd_pair_ends_in_a_row() {
    let items = (0..4)
        .map(|rank| sample::item("videndeling", rank, &format!("nr{rank}"), "Titel", "Lede."))
        .collect();
    let html = print(&sample::digest(items), &[0, 1, 2, 3]).html;
    assert_eq!(
        html.matches("<div class=\"p q\"").count(),
        2,
        "one pair and the footer"
    );
    assert_eq!(html.matches("font:700 21px/27px").count(), 2);
    assert_eq!(html.matches("font:700 20px/26px").count(), 1);
}

#[test]
fn a_pair_shows_both_pictures_or_none() {
    let pictures = |both: bool| {
        let mut items: Vec<_> = (0..3)
            .map(|rank| sample::item("videndeling", rank, &format!("nr{rank}"), "Titel", "Lede."))
            .collect();
        items[1].article.image = Some(sample::image("en"));
        items[2].article.image = both.then(|| sample::image("to"));
        print(&sample::digest(items), &[0, 1, 2])
            .html
            .matches("<img")
            .count()
    };
    assert_eq!(pictures(true), 2);
    assert_eq!(pictures(false), 0);
}

#[test]
fn the_sixth_item_of_a_section_is_compact() {
    let items: Vec<_> = (0..8)
        .map(|rank| sample::item("nyheder", rank, &format!("nr{rank}"), "Titel", "En lede."))
        .collect();
    let digest = sample::digest(items);
    let printed = print(&digest, &all(&digest));
    // The lead and five rows; the last two have title and meta alone.
    assert_eq!(printed.text.matches("En lede.").count(), 6);
    assert_eq!(printed.text.matches("Skovby Kommune, nyhed,").count(), 8);
    assert_eq!(printed.html.matches("En lede.").count(), 6);
    assert_eq!(printed.html.matches("Læs på").count(), 10, "twice a row");
}

#[test]
fn a_weekly_letter_tells_its_news_in_titles() {
    let mut day = sample::full_day();
    day.key = sample::key(Frequency::Weekly);
    let printed = print(&day, &all(&day));
    assert!(printed.text.contains("NYHEDER\nUgen i overskrifter\n"));
    assert!(!printed.text.contains("Pengene fra salget"));
    assert!(!printed.html.contains("Pengene fra salget"));
    assert!(
        printed.text.contains("Fire kontorer talte"),
        "others stay whole"
    );
}

#[test]
fn the_first_house_ad_is_loud_between_sections_and_alone_so() {
    let mut day = sample::full_day();
    let html = print(&day, &all(&day)).html;
    assert_eq!(html.matches("class=\"ho\"").count(), 1);
    // It came due within Inspiration's or Nyheder's list and waited for the end.
    let (before, after) = html.split_once("class=\"ho\"").unwrap();
    assert!(before.rfind("<h3").unwrap() > before.rfind("<h2").unwrap());
    assert!(after.find("<h2").unwrap() < after.find("<h3").unwrap());
    day.ads.retain(|ad| !ad.house);
    assert!(!print(&day, &all(&day)).html.contains("class=\"ho\""));
}

#[test]
fn lines_do_not_end_between_a_number_and_its_unit() {
    let digest = one(|article| {
        article.title = "Taget på hallen holder i ti år".into();
        article.lede =
            Some("Det tog 5,2 pct. af budgettet kl. 9 den 3. maj – mere end ventet.".into());
    });
    let printed = print(&digest, &[0]);
    assert!(printed.html.contains("holder i ti\u{a0}år"));
    assert!(printed.html.contains(
        "Det tog 5,2\u{a0}pct. af budgettet kl.\u{a0}9 den\u{a0}3.\u{a0}maj\u{a0}– mere"
    ));
    assert!(!printed.text.contains('\u{a0}'));
    assert!(!printed.edition.subject.contains('\u{a0}'));
}

#[test]
fn a_fact_box_called_fakta_has_no_title_of_its_own() {
    let digest = one(|article| {
        article.body.push(Block {
            kind: BlockType::Fact,
            text: "Fakta:".into(),
            items: vec!["12 tage".into()],
        });
    });
    assert_eq!(print(&digest, &[0]).text.matches("Fakta").count(), 1);
}

#[test]
fn overblik_stands_over_three_items_or_more() {
    let day = sample::full_day();
    let heads = |items: &[usize]| print(&day, items).html.matches(">Overblik</h2>").count();
    assert_eq!(heads(&[0]), 0);
    assert_eq!(heads(&[0, 1]), 0);
    assert_eq!(heads(&[0, 1, 2]), 1);
}

#[test]
fn an_only_item_stands_without_openers_under_its_sections_name() {
    let day = sample::full_day();
    let printed = print(&day, &[4]);
    assert!(printed.text.contains("NYHEDER\nØkonomi\n"));
    assert!(printed.html.contains("<h2 class=\"b ht\""));
    assert!(!printed.html.contains(">Nyheder</h2>"));
    let event = print(&day, &[11]);
    assert!(
        event.text.contains("KALENDER"),
        "a lone event has its label"
    );
    assert!(event.text.contains("26. nov. Netværksdag"));
}

#[test]
fn a_heading_stands_only_over_items() {
    let day = sample::full_day();
    let printed = print(&day, &[0, 9, 13]);
    assert!(printed.html.contains(">Videndeling</h2>") && printed.html.contains(">Debat</h2>"));
    // The lead comes from Inspiration and is not printed there again.
    assert!(!printed.html.contains(">Inspiration</h2>"));
    assert_eq!(
        printed.text.matches("Hun satte sig").count(),
        2,
        "Overblik and the story"
    );
}

#[test]
fn down_links_meet_their_items() {
    let day = sample::full_day();
    let html = print(&day, &all(&day)).html;
    let targets: Vec<&str> = html
        .split("href=\"#")
        .skip(1)
        .filter_map(|rest| rest.split('"').next())
        .collect();
    assert_eq!(targets.len(), 5);
    for target in targets {
        assert_eq!(
            html.matches(&format!("id=\"{target}\"")).count(),
            1,
            "{target}"
        );
        assert_eq!(
            html.matches(&format!("<a name=\"{target}\">")).count(),
            1,
            "{target}"
        );
    }
}

#[test]
fn ads_are_labelled_spread_and_never_in_a_row() {
    let mut day = sample::full_day();
    let labels = |digest: &Digest, items: &[usize]| {
        let text = print(digest, items).text;
        let count = |label: &str| text.matches(&format!("--- {label} ---")).count();
        (count("Annonce"), count("Fra Fællesbladet"))
    };
    assert_eq!(labels(&day, &all(&day)), (2, 2));
    assert_eq!(
        labels(&day, &[0, 4]),
        (1, 0),
        "a short edition has the last slot alone"
    );
    assert_eq!(labels(&day, &[0, 4, 9]), (2, 0));
    let text = print(&day, &all(&day)).text;
    let kinds: Vec<&str> = text
        .lines()
        .filter(|line| line.starts_with("--- ") || line.contains("https://faellesbladet.example/"))
        .map(|line| {
            if line.starts_with("--- ") {
                "ad"
            } else {
                "item"
            }
        })
        .collect();
    assert!(kinds.windows(2).all(|two| two != ["ad", "ad"]));
    day.ads.clear();
    assert_eq!(labels(&day, &all(&day)), (0, 0));
}

#[test]
fn subjects_and_preheaders_fit_an_inbox() {
    let day = sample::full_day();
    for items in [all(&day), vec![5], vec![11], vec![4, 5], vec![7]] {
        for language in [Language::Da, Language::En] {
            let edition = print_in(&day, &items, language).edition;
            let subject = edition.subject.chars().count();
            let preheader = edition.preheader.chars().count();
            assert!((5..=60).contains(&subject), "{}", edition.subject);
            assert!((40..=110).contains(&preheader), "{}", edition.preheader);
        }
    }
    assert_eq!(
        print(&day, &[5]).edition.subject,
        "Region Vestfjord flytter nattelægen ind i bilen fra nytår …"
    );
}

#[test]
fn a_full_letter_is_far_from_being_clipped() {
    let day = sample::full_day();
    let html = print(&day, &all(&day)).html;
    assert!(html.len() < 80_000, "{} bytes", html.len());
    let style = html
        .split("<style>")
        .last()
        .unwrap()
        .split("</style>")
        .next()
        .unwrap();
    assert!(style.len() < 4096, "{} bytes of style", style.len());
}

#[test]
fn every_tag_that_opens_closes() {
    let day = sample::full_day();
    for items in [
        all(&day),
        vec![0],
        vec![11],
        vec![0, 1, 2, 3],
        vec![4, 5, 6],
    ] {
        let html = print(&day, &items).html;
        for tag in [
            "table", "tr", "td", "div", "p", "a", "h1", "h2", "h3", "ol", "ul", "li", "span",
        ] {
            let opened = html.matches(&format!("<{tag} ")).count()
                + html.matches(&format!("<{tag}>")).count();
            assert_eq!(
                opened,
                html.matches(&format!("</{tag}>")).count(),
                "{tag} in {items:?}"
            );
        }
        assert_eq!(
            html.matches("<!--[if mso]>").count(),
            html.matches("<![endif]-->").count()
        );
        assert_eq!(html.matches("<h1").count(), 1);
        assert_eq!(
            html.matches("<table").count(),
            html.matches("role=\"presentation\"").count()
        );
    }
}

#[test]
fn text_lines_hold_72_columns_but_for_links() {
    let day = sample::full_day();
    for line in print(&day, &all(&day)).text.lines() {
        assert!(
            line.chars().count() <= 72 || line.trim_start().starts_with("https://"),
            "{line}"
        );
        assert_eq!(line, line.trim_end());
    }
}

#[test]
fn both_parts_have_the_same_links_in_the_same_order() {
    let day = sample::full_day();
    let printed = print(&day, &all(&day));
    let links = |part: &str, before: &str, after: char| {
        let mut links: Vec<String> = Vec::new();
        for link in part.split(before).skip(1) {
            let link = link.split(after).next().unwrap().to_owned();
            if link.contains("/bro") || link.contains("kilden.example") || link.contains("/vagt") {
                links.push(link);
            }
        }
        links.dedup();
        links
    };
    let in_html = links(&printed.html, "href=\"https://", '"');
    assert_eq!(in_html, links(&printed.text, "https://", '\n'));
    assert_eq!(in_html.len(), 7);
}

#[test]
fn an_unknown_section_costs_no_item() {
    let mut digest = one(|_| {});
    digest
        .items
        .push(sample::item("nyheder", 1, "andet", "Andet nyt", "Lede."));
    digest.items[1].section = SectionId("ukendt".into());
    digest.items[1].article.id = ArticleId("nyt".into());
    let printed = print(&digest, &[0, 1]);
    assert!(printed.text.contains("Andet nyt"));
}

#[test]
fn an_edition_of_nothing_or_of_unknown_items_is_refused() {
    let day = sample::full_day();
    let (newsletter, publishers) = (sample::newsletter(), sample::publishers());
    let look = Look::built_in().unwrap();
    let mut galley = Galley::new(&day, &newsletter, &publishers, &look, 5);
    assert!(galley.edition(&[], Format::Html, Language::Da).is_err());
    assert!(galley.edition(&[15], Format::Html, Language::Da).is_err());
}

#[test]
fn no_template_trusts_a_text() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("templates");
    for part in ["html", "text"] {
        for file in std::fs::read_dir(folder.join(part)).unwrap() {
            let file = file.unwrap().path();
            let template = std::fs::read_to_string(&file).unwrap();
            for word in ["|safe", "| safe", "|escape(", "{% filter", "{% autoescape"] {
                assert!(!template.contains(word), "{} has {word}", file.display());
            }
        }
    }
}

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

#[test]
fn an_ad_that_is_sold_for_a_place_stands_there_or_nowhere() {
    use crate::domain::ad::AdSlot;
    let mut day = sample::full_day();
    day.ads = vec![
        sample::ad("fri", false),
        sample::ad("slut", false),
        sample::ad("fem", false),
    ];
    day.ads[1].slot = Some(AdSlot::End);
    day.ads[2].slot = Some(AdSlot::AfterFifth);
    let names = |items: &[usize]| -> Vec<String> {
        let text = print(&day, items).text;
        let of_ad = |line: &str| {
            Some(
                line.trim()
                    .strip_prefix("https://kilden.example/")?
                    .to_owned(),
            )
        };
        text.lines().filter_map(of_ad).collect()
    };
    assert_eq!(names(&all(&day)), ["fri", "fem", "slut"]);
    assert_eq!(names(&[0, 1, 2, 3]), ["fri", "slut"]);
}
