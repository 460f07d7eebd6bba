//! Copies that were shortened, given another title and lede, or gone over are told from other articles on the same theme:
//! measured on the demo's articles and the labelled ones.

use chrono::{TimeZone as _, Utc};
use overblik::{
    domain::{
        article::{Article, Block, BlockType},
        fingerprint::{Fingerprint, TextIndex},
    },
    publish,
};

use crate::labelled::{articles, config};

/// What every article of a publisher ends with.
const ALIKE: &str = "Om udgiveren: Vi er en forening af ansatte i det offentlige og skriver om det, vi har prøvet. Alt må bruges \
    af andre, når kilden nævnes. Ring til redaktionen på hverdage mellem ni og tolv, eller skriv til os, så svarer vi samme dag.";

fn all() -> Vec<Article> {
    let config = config().unwrap();
    let now = Utc.with_ymd_and_hms(2026, 11, 23, 5, 0, 0).unwrap();
    let mut all = publish::collect(&config.brief(), now).articles;
    for set in ["tuned", "held-out"] {
        all.extend(articles(set).unwrap().into_iter().map(|it| it.article));
    }
    all
}

type Way = (&'static str, fn(&mut Article));

/// What becomes of a text on its way to another place.
const WAYS: [Way; 4] = [
    ("another title and lede", |copy| {
        copy.title = "En helt anden overskrift".into();
        copy.lede = Some("Og en indledning, som ingen har set før, skrevet af en anden.".into());
    }),
    ("shortened by a half", |copy| {
        let half = copy.body.len().div_ceil(2);
        copy.body.truncate(half);
    }),
    ("every twelfth word another", |copy| {
        for block in &mut copy.body {
            let words = block.text.split_whitespace().enumerate();
            let words = words.map(|(at, word)| if at % 12 == 5 { "nemlig" } else { word });
            block.text = words.collect::<Vec<_>>().join(" ");
        }
    }),
    ("with a stretch about the publisher", |copy| {
        copy.body.push(Block::text(BlockType::Paragraph, ALIKE));
    }),
];

#[test]
fn copies_are_found_however_they_were_made() {
    let (mut tried, mut missed) = (0, Vec::new());
    for article in all() {
        let words: usize = article
            .body
            .iter()
            .map(|it| it.text.split_whitespace().count())
            .sum();
        let Some(original) = Fingerprint::of(&article).filter(|_| words >= 100) else {
            continue;
        };
        let index: TextIndex<()> = [(original, ())].into_iter().collect();
        for (way, make) in WAYS {
            let mut copy = article.clone();
            make(&mut copy);
            tried += 1;
            let found = Fingerprint::of(&copy).is_some_and(|it| !index.copies_of(&it).is_empty());
            if !found {
                missed.push(format!("{way}: {}", article.id));
            }
        }
    }
    assert!(tried >= 100, "{tried}");
    assert!(
        missed.len() * 50 <= tried,
        "{} of {tried}: {missed:#?}",
        missed.len()
    );
}

#[test]
fn other_articles_are_no_copies_even_where_they_end_alike() {
    let mut all = all();
    for article in &mut all {
        article.body.push(Block::text(BlockType::Paragraph, ALIKE));
    }
    let prints: Vec<(&Article, Fingerprint)> = all
        .iter()
        .filter(|it| it.body.iter().map(|block| block.text.len()).sum::<usize>() > 700)
        .filter_map(|article| Some((article, Fingerprint::of(article)?)))
        .collect();
    assert!(prints.len() >= 40, "{}", prints.len());
    let mut copies = Vec::new();
    for (at, (one, print)) in prints.iter().enumerate() {
        for (other, its) in &prints[at + 1..] {
            if print.copied(its).is_some() {
                copies.push((one.id.0.as_str(), other.id.0.as_str()));
            }
        }
    }
    // The two that tell of one car, each in its own way, have one address.
    copies.retain(|(one, other)| !(one.contains("akutbil") && other.contains("akutbil")));
    assert_eq!(copies, [] as [(&str, &str); 0]);
}

#[test]
fn a_kept_fingerprint_is_read_back_and_rubbish_is_none() {
    let print = all().iter().find_map(Fingerprint::of).unwrap();
    assert_eq!(Fingerprint::from_text(&print.to_text()), Some(print));
    for rubbish in ["", "x", "AAAA", "æ", "link https://x.example/"] {
        assert_eq!(Fingerprint::from_text(rubbish), None, "{rubbish}");
    }
}
