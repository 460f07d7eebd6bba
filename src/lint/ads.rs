//! Advertisements: labelled where they stand (markedsføringsloven § 6(4)), somebody's, and within their time.

use super::{Look, Place, Read, Report, Rule, plain::bare};

/// What an ad may be labelled as.
const LABELS: [&str; 7] = [
    "annonce",
    "reklame",
    "sponsoreret",
    "advertisement",
    "advert",
    "ad",
    "sponsored",
];
/// How many stretches of words may stand between a label and the ad's title: the advertiser, a picture's words.
const APART: usize = 4;

pub(super) fn check(look: &Look<'_>, report: &mut Report<'_>) {
    let date = look.digest.key.date;
    for ad in look.digest.ads.iter().filter(|ad| !ad.house) {
        if ad
            .advertiser
            .as_deref()
            .is_none_or(|name| name.trim().is_empty())
        {
            report.find(
                Rule::AdLabel,
                Place::ad(ad, "advertiser"),
                format!("the ad `{}` does not say who pays for it", ad.id),
                "state `advertiser`, or `house = true` where it is the newsletter's own",
            );
        }
        let missing = [("starts", ad.starts), ("expires", ad.expires)];
        for (key, _) in missing.into_iter().filter(|(_, day)| day.is_none()) {
            report.find(
                Rule::AdDates,
                Place::ad(ad, key),
                format!("the ad `{}` is shown without an agreed time", ad.id),
                format!("state `{key}`"),
            );
        }
        if !ad.runs_on(date) {
            report.find(
                Rule::AdDates,
                Place::ad(ad, "expires"),
                format!("the ad `{}` is not to be shown on {date}", ad.id),
                "take it out, or agree on other days",
            );
        }
    }
    for ad in look.ads {
        if let Some(last) = ad.expires.filter(|last| *last < date) {
            report.find(
                Rule::AdDates,
                Place::ad(ad, "expires"),
                format!("the ad `{}` was to be shown until {last}", ad.id),
                "take it out of the config, or agree on other days",
            );
        }
    }
}

pub(super) fn check_edition(look: &Look<'_>, read: &Read<'_>, report: &mut Report<'_>) {
    let words: Vec<String> = read
        .page
        .words
        .iter()
        .map(|words| bare(&words.text))
        .collect();
    let lines: Vec<String> = read
        .rendered
        .text
        .lines()
        .map(bare)
        .filter(|line| !line.is_empty())
        .collect();
    for ad in look.digest.ads.iter().filter(|ad| !ad.house) {
        let title = bare(&ad.title);
        if title.is_empty() {
            continue;
        }
        for (part, stretches) in [("html", &words), ("text", &lines)] {
            // In the text part a title may go on on a second line.
            let at = stretches.iter().position(|stretch| {
                *stretch == title || stretch.len() > 20 && title.starts_with(stretch.as_str())
            });
            let Some(at) = at else { continue };
            let before = &stretches[at.saturating_sub(APART)..at];
            if !before
                .iter()
                .any(|stretch| LABELS.contains(&stretch.as_str()))
            {
                report.find(
                    Rule::AdLabel,
                    Place::edition(read.rendered.name, part),
                    format!("the ad `{}` is not labelled as one", ad.id),
                    "write `Annonce` above it, in the texts or the template",
                );
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use chrono::NaiveDate;

    use crate::{
        domain::ad::Ad,
        lint::{Rule, sample::Day},
    };

    fn ad() -> Ad {
        Ad {
            id: "kursus".into(),
            advertiser: Some("Kursushuset".into()),
            title: "Skriv, så det bliver læst".into(),
            text: None,
            link: "https://kursushuset.example/".into(),
            link_text: "Se programmet hos Kursushuset".into(),
            image: None,
            image_alt: None,
            label: None,
            loud: true,
            starts: NaiveDate::from_ymd_opt(2026, 11, 1),
            expires: NaiveDate::from_ymd_opt(2026, 11, 30),
            house: false,
            slot: None,
            category: None,
            weight: 1,
        }
    }

    fn with(ad: Ad, html_label: &str, text_label: &str) -> Day {
        let mut day = Day::sound();
        day.rendered.html.push_str(&format!(
            "<p>{html_label}</p><p>Kursushuset</p><p>Skriv, så det bliver&nbsp;læst</p>"
        ));
        day.rendered.text.push_str(&format!(
            "\n--- {text_label} ---\nKursushuset\nSkriv, så det bliver læst\n"
        ));
        day.digest.ads = vec![ad];
        day
    }

    #[test]
    fn an_ad_is_labelled_in_both_parts() {
        assert_eq!(with(ad(), "Annonce", "Annonce").rules(), []);
        assert_eq!(with(ad(), "Advertisement", "Ad").rules(), []);
        assert_eq!(with(ad(), "Godt råd", "Annonce").rules(), [Rule::AdLabel]);
        assert_eq!(with(ad(), "Annonce", "").rules(), [Rule::AdLabel]);
        let own = Ad {
            house: true,
            ..ad()
        };
        assert_eq!(with(own, "Fra bladet", "Fra bladet").rules(), []);
    }

    #[test]
    fn an_ad_is_somebodys_and_has_its_time() {
        let check =
            |ad: Ad, rules: &[Rule]| assert_eq!(with(ad, "Annonce", "Annonce").rules(), rules);
        check(
            Ad {
                advertiser: None,
                ..ad()
            },
            &[Rule::AdLabel],
        );
        check(
            Ad {
                starts: None,
                ..ad()
            },
            &[Rule::AdDates],
        );
        check(
            Ad {
                expires: None,
                ..ad()
            },
            &[Rule::AdDates],
        );
        check(
            Ad {
                expires: NaiveDate::from_ymd_opt(2026, 11, 22),
                ..ad()
            },
            &[Rule::AdDates],
        );
        let mut day = Day::sound();
        day.ads = vec![Ad {
            expires: NaiveDate::from_ymd_opt(2026, 11, 22),
            ..ad()
        }];
        assert_eq!(day.rules(), [Rule::AdDates]);
        day.ads = vec![ad()];
        assert_eq!(day.rules(), []);
    }
}
