//! Ads: labelled, spread, the paid ones apart from the newsletter's own.

use super::{all, print, sample};
use crate::domain::{issue::Digest, picture::OwnPicture};

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

#[test]
fn an_ad_has_its_picture_in_the_narrow_column() {
    let mut day = sample::full_day();
    let place = day.ads.iter().position(|ad| !ad.house).unwrap();
    day.ads[place].image = Some("billeder/bog.png".into());
    day.ads[place].image_alt = Some("Forsiden af en bog".into());
    let shown = |day: &Digest| {
        let html = print(day, &all(day)).html;
        let ad = html.split("rel=\"sponsored\"").next().unwrap();
        let (_, ad) = ad.rsplit_once(">Annonce</p>").unwrap();
        ad.split_once("<img ").map(|(_, img)| {
            let (tag, _) = img.split_once('>').unwrap();
            tag.to_owned()
        })
    };
    assert_eq!(shown(&day), None, "a picture that could not be had");
    let picture = OwnPicture {
        url: "https://faellesbladet.example/img/bog.jpg".into(),
        width: 600,
        height: 900,
    };
    day.pictures.insert("billeder/bog.png".into(), picture);
    let tag = shown(&day).unwrap();
    assert!(
        tag.contains("src=\"https://faellesbladet.example/img/bog.jpg\" width=\"69\" height=\"104\" alt=\"Forsiden af en bog\""),
        "{tag}"
    );
}

#[test]
fn the_newsletters_own_ads_have_labels_of_their_own_and_one_is_loud_that_may() {
    let mut day = sample::full_day();
    for ad in &mut day.ads {
        ad.label = Some("Fra foreningen".into());
        ad.loud = false;
    }
    let printed = print(&day, &all(&day));
    assert!(printed.text.contains("--- Fra foreningen ---"));
    assert!(printed.html.contains(">Fra foreningen</p>"));
    assert!(!printed.html.contains("Fra Fællesbladet"));
    assert!(!printed.html.contains("class=\"ho\""), "none may");
    assert!(
        printed.html.contains(">Annonce</p>"),
        "whatever a paid one says"
    );
}
