//! The blocks that stand out: figures, quotes, advice, the number of the week.

use super::{all, one, print, print_as};
use crate::{
    domain::{
        article::{Block, BlockType},
        issue::{Digest, Frequency},
        language::Language,
        picture::OwnPicture,
        theme::{Block as Place, Colour, FontStack, OverviewLinks, Part},
    },
    render::{Look, sample},
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
    let image = digest.items[1].article.image.as_mut().unwrap();
    (image.width, image.height) = (Some(960), Some(540));
    let broad = print(&digest, &all(&digest)).html;
    assert!(broad.contains("height=\"159\"") && !broad.contains("height=\"213\""));
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
    let mut digest = section("videndeling", 1);
    digest.sections[0].standfirst_weekly = Some("Ugens erfaringer".into());
    let text = |digest: &Digest, language| super::print_in(digest, &all(digest), language).text;
    assert!(text(&digest, Language::Da).contains("Erfaringer fra dem, der har prøvet"));
    assert!(text(&digest, Language::En).contains("Experience from those who have tried it"));
    digest.key = sample::key(Frequency::Weekly);
    assert!(text(&digest, Language::Da).contains("Ugens erfaringer"));
}

fn look(change: impl FnOnce(&mut Look)) -> Look {
    let mut look = Look::built_in().unwrap();
    change(&mut look);
    look
}

fn printed_in(look: &Look) -> super::Printed {
    let day = sample::full_day();
    print_as(&day, &all(&day), Language::Da, look)
}

#[test]
fn colours_faces_and_widths_are_the_themes() {
    let html = printed_in(&look(|look| {
        let theme = &mut look.theme;
        theme.colors.light.ink = Colour::of(0x12_3456);
        theme.colors.dark.paper = Colour::of(0x01_0203);
        theme.fonts.serif = FontStack::parse("Charter, serif").unwrap();
        theme.frame_px = 600;
        theme.radius_px = 5;
        theme.titles.weight = 600;
    }))
    .html;
    assert!(html.contains(";color:#123456") && !html.contains(";color:#17212B"));
    assert!(html.contains(".pa{background-color:#010203 !important}"));
    assert!(html.contains("Charter,serif") && !html.contains("Palatino"));
    assert!(html.contains("max-width:600px") && !html.contains("640"));
    assert!(html.contains("border-radius:5px"));
    assert!(html.contains("font:600 20px/26px") && !html.contains("font:700 20px/26px"));
}

#[test]
fn name_logo_marks_and_home_are_the_brands() {
    let printed = printed_in(&look(|look| {
        let theme = &mut look.theme;
        theme.brand.name = Some("Bladet".into());
        theme.brand.logo = Some("https://faellesbladet.example/navn.png".into());
        theme.brand.home = Some("https://bladet.example/".parse().unwrap());
        theme.marks.desk = "■".into();
    }));
    assert!(printed.text.starts_with("BLADET\n"));
    assert!(
        printed
            .html
            .contains("width=\"240\" height=\"60\" alt=\"Bladet\"")
    );
    assert!(printed.html.contains("href=\"https://bladet.example/\""));
    assert!(printed.html.contains(">■</span>") && !printed.html.contains('●'));
    assert!(printed.text.contains("■ Redaktionen") && !printed.text.contains('●'));
}

#[test]
fn blocks_stand_in_the_themes_order_and_may_be_left_out() {
    let moved = printed_in(&look(|look| {
        look.theme.blocks.order = vec![
            Place::Intro,
            Place::Card,
            Place::Items,
            Place::Overview,
            Place::Ad,
        ];
    }));
    for part in [&moved.html, &moved.text.to_uppercase()] {
        let place = |words: &str| part.to_uppercase().find(words).unwrap();
        assert!(place("MØD EN UDGIVER") < place("DAGENS HISTORIE"));
        assert!(place("DAGENS HISTORIE") < place("DAGEN PÅ FEM LINJER"));
    }
    let without = printed_in(&look(|look| {
        look.theme.blocks.off = vec![Part::Overview, Part::Facts, Part::Further, Part::Card];
    }));
    for part in [&without.html, &without.text] {
        for words in [
            "Dagen på fem linjer",
            "Tre greb fra Lindebo",
            "Læs også",
            "Mød en udgiver",
        ] {
            assert!(
                !part.to_uppercase().contains(&words.to_uppercase()),
                "{words}"
            );
        }
    }
}

#[test]
fn overblik_leads_to_the_articles_when_asked() {
    let html = printed_in(&look(|look| {
        look.theme.overview_links = OverviewLinks::Article;
    }))
    .html;
    assert!(!html.contains("href=\"#"));
}

#[test]
fn limits_cut_as_the_theme_says() {
    let text = printed_in(&look(|look| {
        look.theme.limits.lede_row = 40;
    }))
    .text;
    assert!(text.contains("\n  Pengene fra salget af den gamle skole …\n"));
}

#[test]
fn own_words_are_printed_in_both_parts_and_in_the_subject() {
    let printed = printed_in(&look(|look| {
        let own = "facts = \"Kort sagt\"\nsubject = \"{name} {week}: {title}\"\npreheader = \"{items} indlæg · {titles}\"\n";
        look.wording
            .lay_over(Language::Da, own, "texts/da.toml")
            .unwrap();
    }));
    assert!(printed.html.contains(">Kort sagt</p>"));
    assert!(printed.text.contains("\nKort sagt\n"));
    assert!(
        printed
            .edition
            .subject
            .starts_with("Fællesbladet uge 48: Hun satte")
    );
    assert!(printed.edition.preheader.starts_with("15 indlæg · "));
    assert!(printed.edition.subject.chars().count() <= 60);
    assert!((40..=110).contains(&printed.edition.preheader.chars().count()));
}

#[test]
fn no_two_issues_running_have_the_same_subject() {
    let mut day = sample::full_day();
    let subject = |day: &Digest, items: &[usize]| print(day, items).edition.subject;
    let first = subject(&day, &all(&day));
    day.last_subjects = vec![first.clone()];
    let second = subject(&day, &all(&day));
    assert_ne!(first, second);
    assert!(day.items.iter().any(|item| {
        item.article
            .title
            .starts_with(second.trim_end_matches(" …"))
    }));
    let alone = sample::digest(vec![day.items[4].clone()]);
    let only = subject(&alone, &[0]);
    let again = Digest {
        last_subjects: vec![only.clone()],
        ..alone
    };
    assert_eq!(subject(&again, &[0]), format!("{only} · 23. november 2026"));
}

#[test]
fn the_gutter_is_the_themes_at_both_sides_and_between_columns() {
    let html = printed_in(&look(|look| look.theme.gutter_px = 16)).html;
    assert!(html.contains("padding:0 16px") && html.contains("padding-right:16px"));
    for left in ["padding:0 24px", "padding-right:24px", " 24px 0\""] {
        assert!(!html.contains(left), "{left}");
    }
}

#[test]
fn a_publishers_card_has_a_logo_or_initials_and_the_desks_those_of_the_brand() {
    let mut day = sample::full_day();
    let look = look(|look| look.theme.brand.initials = Some("FB".into()));
    let card = |day: &Digest| {
        let html = print_as(day, &all(day), Language::Da, &look).html;
        let (before, after) = html.split_once("Mød en udgiver</h2>").unwrap();
        let tile = before.rsplit_once("border-top:2px").unwrap().1;
        (tile.to_owned(), after.to_owned())
    };
    assert!(card(&day).0.contains(">SK</td>"));
    let mut desk = sample::publishers().remove(0);
    desk.blurb = Some("Fire journalister og en fotograf.".into());
    day.card = Some(desk.clone());
    assert!(card(&day).0.contains(">FB</td>"));
    desk.logo = Some("billeder/logo.png".into());
    day.card = Some(desk);
    let picture = OwnPicture {
        url: "https://faellesbladet.example/img/logo.jpg".into(),
        width: 400,
        height: 100,
    };
    day.pictures.insert("billeder/logo.png".into(), picture);
    let (tile, _) = card(&day);
    assert!(
        tile.contains("logo.jpg\" width=\"128\" height=\"32\""),
        "{tile}"
    );
    assert!(tile.contains("alt=\"\"") && !tile.contains(">FB</td>"));
}
