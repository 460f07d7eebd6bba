//! Issues of every size and shape: each is set, is small enough to be shown whole, and passes the lint or is held by it
//! with the reason.

use std::{fmt::Write as _, fs};

use chrono::{DateTime, NaiveDate, Utc};
use overblik::{
    config::{self, Config},
    domain::{
        article::{Article, ArticleId, Author, Block, BlockType, Image, Kind, When},
        block::{BlockEntry, BlockKind, IssueBlock},
        issue::{Frequency, IssueKey},
    },
    lint::{Finding, HTML_LIMIT, HTML_TARGET, Rendered, Rule},
    publish::{self, Brief, Draft, Press},
    store::Past,
};

/// A newsletter with room for sixty items, a desk, and an ad of either sort.
const CONFIG: &str = r#"
[newsletter]
name = "Prøvebladet"
list_id = "nyt.bladet.example"
from = "Prøvebladet <nyt@bladet.example>"
base_url = "https://bladet.example/"
postal_address = "Havnegade 7, 5000 Odense C"

[selection]
max_items = 60
max_per_publisher = 60

[[section]]
id = "videndeling"
name = "Videndeling"
kinds = ["article", "case"]
max = 20
layout = "pair"

[[section]]
id = "nyheder"
name = "Nyheder"
kinds = ["news"]
max = 20

[[section]]
id = "inspiration"
name = "Inspiration"
kinds = ["interview"]
max = 20

[[section]]
id = "debat"
name = "Debat"
kinds = ["opinion"]
max = 20
layout = "opinion"

[[publisher]]
name = "Redaktionen"
blurb = "Vi er tre og en fotograf."
url = "https://bladet.example/om"
desk = true

[[publisher]]
name = "Skovby Kommune"
blurb = "Vi er 31.000 mennesker mellem åen og skoven."
url = "https://skovby.example/"

[[ad]]
id = "kursus"
advertiser = "Kursushuset"
title = "Skriv, så det bliver læst"
text = "En dag med øvelser."
link = "https://kursushuset.example/"
link_text = "Se programmet hos Kursushuset"
starts = 2026-11-01
expires = 2026-12-01

[[ad]]
id = "udgiver"
title = "Skriv om det, I har prøvet"
link = "https://bladet.example/udgiver"
link_text = "Bliv udgiver på Prøvebladet"
house = true
"#;

const KINDS: [Kind; 4] = [Kind::Case, Kind::News, Kind::Interview, Kind::Opinion];

fn newsletter() -> Config {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("config")).unwrap();
    fs::write(folder.path().join("config/default.toml"), CONFIG).unwrap();
    config::load(&folder.path().join("config"), None, std::iter::empty())
        .unwrap_or_else(|faults| panic!("{faults:#?}"))
}

/// An article with all a usual one has.
fn article(number: usize) -> Article {
    const WHO: [&str; 6] = [
        "Skolen",
        "Havnen",
        "Biblioteket",
        "Plejehjemmet",
        "Svømmehallen",
        "Kirkegården",
    ];
    const WHAT: [&str; 10] = [
        "åbner om natten",
        "får et nyt tag",
        "deler sit køkken",
        "bygger en bro",
        "spørger børnene",
        "sparer på varmen",
        "inviterer naboerne",
        "tæller sine cykler",
        "skifter navn igen",
        "planter æbletræer",
    ];
    let id = format!("stykke-{number}");
    let mut article = Article::new(
        ArticleId(id.clone()),
        // The number tells pieces of one form apart, whose texts are alike.
        format!("{} {} {number}", WHO[number % 6], WHAT[number / 6 % 10]),
        format!("articles/{id}.md"),
        "prøve",
    );
    article.kind = KINDS[number % 4];
    article.lede = Some(
        "Byrådet har sagt ja, og arbejdet begynder mandag. Det koster det halve af, hvad de regnede med, og ingen ved hvorfor."
            .into(),
    );
    article.theme = Some("Velfærd".into());
    article.publishers = vec!["Skovby Kommune".into()];
    article.authors = vec![Author {
        name: "Karen Mølgaard".into(),
        role: Some("afdelingsleder".into()),
    }];
    article.published.at = Some(When::Day(NaiveDate::from_ymd_opt(2026, 11, 22).unwrap()));
    article.link = Some(format!("https://skovby.example/nyt/{id}"));
    article.image = Some(Image {
        url: Some(format!("https://skovby.example/billeder/{id}.jpg")),
        caption: Some("Stedet en søndag.".into()),
        credit: Some("Foto: Bodil Vestergaard".into()),
        alt: Some("Et hus ved vand".into()),
        width: None,
        height: None,
    });
    article.body = vec![Block::text(
        BlockType::Paragraph,
        format!("Ord{number} ").repeat(400),
    )];
    article
}

fn articles(count: usize, change: impl Fn(&mut Article)) -> Vec<Article> {
    let mut articles: Vec<Article> = (0..count).map(article).collect();
    articles.iter_mut().for_each(change);
    articles
}

/// The day's issue of these articles, its editions and what is found in it; `None` where it would be empty.
fn made(articles: &[Article]) -> Option<(Draft, Vec<Rendered>, Vec<Finding>)> {
    made_with(articles, &[])
}

/// The same with these blocks.
fn made_with(
    articles: &[Article],
    blocks: &[IssueBlock],
) -> Option<(Draft, Vec<Rendered>, Vec<Finding>)> {
    let config = newsletter();
    let brief = Brief {
        filled: blocks,
        ..config.brief()
    };
    let key = IssueKey {
        date: NaiveDate::from_ymd_opt(2026, 11, 23).unwrap(),
        frequency: Frequency::Daily,
    };
    let cut_off: DateTime<Utc> = "2026-11-23T05:00:00Z".parse().unwrap();
    let draft = publish::draft(&brief, key, cut_off, articles, &Past::default()).unwrap();
    if draft.digest.items.is_empty() {
        return None;
    }
    let press = Press::new(&draft.digest, &brief).unwrap();
    let editions = publish::rendered(key, &press);
    let findings = publish::inspect(&brief, &draft.digest, &press, None, &[]);
    Some((draft, editions, findings))
}

#[test]
fn every_issue_is_set_and_passes_or_is_held_with_the_reason() {
    let long_word = "æ".repeat(60);
    let two_hundred = "Byrådet i Skovby vil nu undersøge, ".repeat(6)[..]
        .chars()
        .take(200)
        .collect::<String>();
    let cases: Vec<(&str, Vec<Article>)> = vec![
        ("nothing, only ads", articles(0, |_| {})),
        ("one article", articles(1, |_| {})),
        ("two articles", articles(2, |_| {})),
        ("three articles", articles(3, |_| {})),
        ("fifteen articles", articles(15, |_| {})),
        ("sixty articles", articles(60, |_| {})),
        (
            "titles of 200 characters",
            articles(4, |a| {
                a.title = format!("{}{}", a.id.0, &two_hundred[a.id.0.len()..]);
            }),
        ),
        (
            "words of 60 letters",
            articles(4, |a| a.title = format!("{} {long_word}", a.title)),
        ),
        ("no pictures", articles(15, |a| a.image = None)),
        (
            "nothing but titles",
            articles(15, |a| {
                (a.lede, a.theme, a.link, a.image) = (None, None, None, None);
                a.authors.clear();
                a.publishers.clear();
                a.body.clear();
            }),
        ),
        (
            "from right to left",
            articles(3, |a| {
                a.title = format!("{} المدرسة تفتح أبوابها ليلا", a.id.0);
                a.lede = Some("وافق المجلس البلدي على ذلك، ويبدأ العمل يوم الاثنين.".into());
            }),
        ),
        (
            "emoji",
            articles(3, |a| {
                a.title = format!("{} 👩‍🚒🇩🇰🎉", a.title);
                a.lede = Some("👍🏽 ".repeat(40));
            }),
        ),
        (
            "HTML full of script",
            articles(3, |a| {
                let script = "<script>alert('x')</script><img src=x onerror=alert(1)>";
                a.title = format!("{}{script}", a.title);
                a.lede = Some(format!(
                    "Først {script} så </td></table> og \" og &lt;b&gt;"
                ));
                a.authors[0].name = format!("Karen {script}");
                a.link = Some(format!("javascript:alert('{}')", a.id));
            }),
        ),
        (
            "no titles",
            articles(2, |a| {
                a.lede = Some(format!("{} går godt.", a.title));
                a.title = String::new();
            }),
        ),
        (
            "letters read wrongly",
            articles(2, |a| a.title = format!("{} i Ã…rhus", a.title)),
        ),
    ];
    let mut told = String::new();
    for (name, articles) in cases {
        writeln!(told, "{name}").unwrap();
        let Some((draft, editions, findings)) = made(&articles) else {
            writeln!(told, "  empty: it is not sent").unwrap();
            continue;
        };
        match articles.len() {
            0..=15 => assert_eq!(draft.digest.items.len(), articles.len(), "{name}"),
            _ => assert!(
                draft.digest.items.len() >= 30,
                "{name}: {}",
                draft.digest.items.len()
            ),
        }
        for edition in &editions {
            let most = if articles.len() <= 15 {
                HTML_TARGET
            } else {
                HTML_LIMIT
            };
            assert!(edition.html_bytes <= most, "{name}: {}", edition.html_bytes);
            assert!(
                !edition.html.contains("<script") && !edition.html.contains("onerror=alert(1)>"),
                "{name}"
            );
            for item in draft
                .digest
                .items
                .iter()
                .filter(|item| item.article.title.is_ascii())
            {
                let title = item.article.title.split(' ').next().unwrap();
                assert!(edition.text.contains(title), "{name}: {title}");
            }
        }
        match findings.iter().any(Finding::is_error) {
            true => writeln!(told, "  held").unwrap(),
            false => writeln!(told, "  passes").unwrap(),
        }
        // What a rule finds is told of the first alone, without sizes, which change with every template.
        let mut told_of = Vec::new();
        for finding in &findings {
            if told_of.contains(&finding.rule) {
                continue;
            }
            told_of.push(finding.rule);
            let severity = if finding.is_error() {
                "error"
            } else {
                "warning"
            };
            let reason = finding.fault.reason.split(" octets").next().unwrap();
            let reason = match finding.rule {
                Rule::Size | Rule::Clipping => {
                    reason.trim_end_matches(|c: char| c.is_ascii_digit())
                }
                _ => &finding.fault.reason,
            };
            writeln!(told, "  {severity} {}: {}", finding.rule, reason.trim_end()).unwrap();
        }
    }
    insta::assert_snapshot!(told);
}

/// Makes a letter larger: addresses of so many octets.
fn links(octets: usize) -> impl Fn(&mut Article) {
    move |article: &mut Article| {
        article.link = Some(format!(
            "https://skovby.example/{}/{}",
            article.id,
            "a".repeat(octets)
        ));
    }
}

/// What people said, and what is read most; each is known by one word.
const TALK: (&str, BlockKind) = ("kommentarer", BlockKind::Quotes);
const NUMBERS: (&str, BlockKind) = ("mestlæste", BlockKind::Ranked);

fn block((word, kind): (&str, BlockKind)) -> IssueBlock {
    IssueBlock {
        id: word.into(),
        kind,
        title: "Blandt læserne".into(),
        title_en: None,
        after: None,
        on: true,
        max: 3,
        entries: vec![BlockEntry {
            title: format!("Om {word}"),
            url: Some(format!("https://bladet.example/{}", "a".repeat(1_500))),
            by: Some("Jens Aagaard".into()),
            text: Some("Regnestykket mangler dem.".into()),
            ..BlockEntry::default()
        }],
    }
}

#[test]
fn a_letter_that_grows_leaves_out_one_thing_after_another_and_comments_before_the_card() {
    let blocks = [NUMBERS, TALK].map(block);
    let mut steps: Vec<Vec<&str>> = Vec::new();
    for octets in (300..1_500).step_by(20) {
        let (draft, editions, _) = made_with(&articles(15, links(octets)), &blocks).unwrap();
        let without = |what| draft.left_out.contains(&what);
        for edition in &editions {
            for part in [&edition.html, &edition.text] {
                assert_ne!(part.contains(TALK.0), without("comments"), "{octets}");
                assert!(part.contains(NUMBERS.0), "{octets}");
            }
        }
        assert_ne!(draft.digest.card.is_some(), without("the publisher's card"));
        if steps.last() != Some(&draft.left_out) {
            steps.push(draft.left_out);
        }
    }
    let order = [
        "the ledes of rows",
        "the pictures of pairs",
        "comments",
        "the publisher's card",
    ];
    let expected: Vec<&[&str]> = (0..=order.len()).map(|left| &order[..left]).collect();
    assert_eq!(steps, expected);
}

#[test]
fn a_letter_that_grows_too_big_leaves_out_what_is_missed_least_first() {
    let mut before = 0;
    for (octets, most_left_out) in [(10, 0), (700, 3), (1_000, 3)] {
        let (draft, editions, _) = made(&articles(15, links(octets))).unwrap();
        assert!(
            draft.left_out.len() >= before && draft.left_out.len() <= most_left_out,
            "{octets}: {:?}",
            draft.left_out
        );
        before = draft.left_out.len();
        assert_eq!(draft.digest.items.len(), 15, "{octets}");
        for edition in editions {
            assert!(
                edition.html_bytes <= HTML_TARGET,
                "{octets}: {}",
                edition.html_bytes
            );
        }
    }
    assert!(before > 0, "something was left out");
    let (draft, editions, findings) = made(&articles(60, links(1_000))).unwrap();
    assert!(draft.digest.items.len() < 60);
    assert!(
        editions
            .iter()
            .all(|edition| edition.html_bytes <= HTML_LIMIT)
    );
    let said = draft.shortened().unwrap();
    let expected = format!(
        "{} items instead of 60 and without ",
        draft.digest.items.len()
    );
    assert!(said.starts_with(&expected), "{said}");
    assert!(!findings.iter().any(Finding::is_error), "{findings:#?}");
}
