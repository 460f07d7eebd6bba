//! Nothing in a letter reports on its reader (ePrivacy directive art. 5(3)).

use url::Url;

use super::{Look, Read, Report, Rule, finding::place_of, links::owner};

/// What mail programs and networks add to links to know where a reader came from.
const PARAMETERS: [&str; 22] = [
    "fbclid",
    "gclid",
    "gbraid",
    "wbraid",
    "dclid",
    "msclkid",
    "yclid",
    "igshid",
    "mc_cid",
    "mc_eid",
    "_hsenc",
    "_hsmi",
    "mkt_tok",
    "vero_id",
    "vero_conv",
    "oly_enc_id",
    "oly_anon_id",
    "_openstat",
    "twclid",
    "ttclid",
    "li_fat_id",
    "s_cid",
];
/// What they begin with.
const FAMILIES: [&str; 6] = ["utm_", "pk_", "mtm_", "ga_", "hsa_", "piwik_"];
/// What names a reader in a picture's address.
const READER: [&str; 13] = [
    "uid",
    "user",
    "userid",
    "user_id",
    "subscriber",
    "subscriber_id",
    "recipient",
    "rcpt",
    "email",
    "mail",
    "contact",
    "eid",
    "open",
];
/// What a counting picture is called.
const PIXELS: [&str; 9] = [
    "pixel", "beacon", "track", "tracking", "webbug", "open", "opens", "collect", "spacer",
];

pub(super) fn check(look: &Look<'_>, read: &Read<'_>, report: &mut Report<'_>) {
    for link in &read.page.links {
        let Ok(url) = Url::parse(&link.address) else {
            continue;
        };
        if let Some(key) = parameter(&url) {
            report.find(
                Rule::TrackingParameters,
                owner(look, read, &link.address),
                format!(
                    "the link carries `{key}`, which tells where its reader came from: {}",
                    place_of(&link.address)
                ),
                "take the parameter out of the address",
            );
        }
    }
    for picture in &read.page.pictures {
        let tiny = |size: Option<u32>| size.is_some_and(|size| size <= 2);
        let why = if tiny(picture.width) || tiny(picture.height) {
            Some("is too small to be seen".to_owned())
        } else {
            Url::parse(&picture.address)
                .ok()
                .and_then(|url| names_its_reader(&url))
        };
        if let Some(why) = why {
            report.find(
                Rule::TrackingPixel,
                owner(look, read, &picture.address),
                format!(
                    "a picture {why}: it would report who opens the letter ({})",
                    picture.address
                ),
                "leave the picture out",
            );
        }
    }
}

fn parameter(url: &Url) -> Option<String> {
    url.query_pairs()
        .map(|(key, _)| key.to_ascii_lowercase())
        .find(|key| {
            PARAMETERS.contains(&key.as_str())
                || FAMILIES.iter().any(|family| key.starts_with(family))
        })
}

fn names_its_reader(url: &Url) -> Option<String> {
    let key = url
        .query_pairs()
        .map(|(key, _)| key.to_ascii_lowercase())
        .find(|key| READER.contains(&key.as_str()));
    if let Some(key) = key {
        return Some(format!("names its reader by `{key}`"));
    }
    let last = url
        .path()
        .rsplit('/')
        .next()
        .unwrap_or_default()
        .to_ascii_lowercase();
    let stem = last.split('.').next().unwrap_or_default();
    (url.query().is_some() && PIXELS.contains(&stem)).then(|| format!("is called `{last}`"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_that_report_are_known() {
        let check = |text: &str, expected: Option<&str>| {
            let url = Url::parse(text).unwrap();
            assert_eq!(parameter(&url).as_deref(), expected, "{text}");
        };
        check(
            "https://a.example/?utm_source=brev&id=3",
            Some("utm_source"),
        );
        check("https://a.example/?id=3&FBCLID=x", Some("fbclid"));
        check("https://a.example/?id=3&side=2", None);
        check("https://a.example/utm_source", None);
    }

    #[test]
    fn pictures_that_report_are_known() {
        let check = |text: &str, expected: bool| {
            let url = Url::parse(text).unwrap();
            assert_eq!(names_its_reader(&url).is_some(), expected, "{text}");
        };
        check("https://a.example/a.gif?uid=77", true);
        check("https://a.example/a.gif?e=1&Subscriber_Id=77", true);
        check("https://a.example/open.php?x=77", true);
        check("https://a.example/pixel.gif?77", true);
        check("https://a.example/bro.jpg?width=640&v=2", false);
        check("https://a.example/pixel.gif", false);
        check("https://a.example/open-by/bro.jpg", false);
    }
}
