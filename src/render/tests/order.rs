//! What stands in an edition, and in which order.

use super::{Look, all, one, print, print_as, sample};
use crate::domain::{article::ArticleId, issue::Frequency, language::Language, section::SectionId};

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
fn overblik_stands_over_five_items_or_as_many_as_the_theme_says() {
    let day = sample::full_day();
    let heads = |items: &[usize], look: &Look| {
        let printed = print_as(&day, items, Language::Da, look);
        let in_text = printed.text.matches("OVERBLIK\n").count();
        (printed.html.matches(">Overblik</h2>").count(), in_text)
    };
    let mut look = Look::built_in().unwrap();
    assert_eq!(heads(&[0], &look), (0, 0));
    assert_eq!(heads(&[0, 1, 2, 3], &look), (0, 0));
    assert_eq!(heads(&[0, 1, 2, 3, 4], &look), (1, 1));
    look.theme.overview_from = 3;
    assert_eq!(heads(&[0, 1], &look), (0, 0));
    assert_eq!(heads(&[0, 1, 2], &look), (1, 1));
}

#[test]
fn a_line_of_overblik_is_cut_at_a_word_and_its_title_is_not() {
    let mut day = sample::full_day();
    let long = "Byrådet har vedtaget en plan for broen, der skal males hvert fjerde år i en farve, som borgerne vælger";
    day.items[4].article.title = long.into();
    let printed = print(&day, &all(&day));
    let cut = "Byrådet har vedtaget en plan for broen, der skal males hvert fjerde år …";
    let html = printed.html.replace('\u{a0}', " ");
    assert_eq!(html.matches(cut).count(), 1);
    assert_eq!(html.matches(&format!("{long}</a>")).count(), 1);
    let text = printed.text.replace("\n   ", " ");
    assert!(text.contains(cut), "{text}");
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
    assert_eq!(printed.text.matches("Hun satte sig").count(), 1);
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
