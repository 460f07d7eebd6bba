//! What holds of every letter: nothing from outside acts, tags close, lines fit, both parts say the same.

use super::{all, one, print, print_in, sample};
use crate::domain::{
    article::{Block, BlockType},
    language::Language,
    piece::Slot,
};
use crate::render::MAIN_PART;

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
    let english = print_in(&digest, &[0], Language::En).text;
    assert!(english.contains("\nFacts\n- 12 tage") && !english.contains("Fakta"));
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
fn a_letter_names_one_main_part_and_no_text_names_another() {
    let digest = one(|article| article.title = format!("Et hus{MAIN_PART}>"));
    for day in [digest, sample::full_day()] {
        let html = print(&day, &all(&day)).html;
        assert_eq!(html.matches(MAIN_PART).count(), 1);
        assert_eq!(html.matches(&format!("<div{MAIN_PART}>")).count(), 1);
    }
}

#[test]
fn text_read_from_right_to_left_has_its_direction_and_no_other_has_one() {
    let html = |title: &str| {
        let title = title.to_owned();
        print(&one(|article| article.title = title), &[0]).html
    };
    assert!(html("עיר קטנה פותחת ספרייה").contains("<h2 class=\"b ht\" dir=auto"));
    assert!(html("مدينة صغيرة").contains(" dir=auto"));
    assert!(!html("Æblegrød på Ærø – 東京").contains(" dir=auto"));
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
