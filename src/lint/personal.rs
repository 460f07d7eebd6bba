//! Links that tell of a person: a mail address, a CPR number, a key of somebody's (GDPR art. 32).

use url::Url;

use super::{Look, Read, Report, Rule, links::owner};

/// What opens a door for whoever has the address.
const KEYS: [&str; 15] = [
    "token",
    "access_token",
    "id_token",
    "auth",
    "session",
    "sessionid",
    "session_id",
    "sid",
    "phpsessid",
    "jsessionid",
    "password",
    "pwd",
    "apikey",
    "api_key",
    "secret",
];

pub(super) fn check(look: &Look<'_>, read: &Read<'_>, report: &mut Report<'_>) {
    let links = read.page.links.iter().map(|link| link.address.as_str());
    let pictures = read
        .page
        .pictures
        .iter()
        .map(|picture| picture.address.as_str());
    for address in links.chain(pictures) {
        let Ok(url) = Url::parse(address) else {
            continue;
        };
        if !matches!(url.scheme(), "http" | "https") {
            continue;
        }
        if let Some(what) = personal(&url) {
            report.find(
                Rule::PersonalData,
                owner(look, read, address),
                // The address itself is what must not be spread.
                format!(
                    "a link to {} carries {what}",
                    url.host_str().unwrap_or("somewhere")
                ),
                "link to a page that everybody may see",
            );
        }
    }
}

fn personal(url: &Url) -> Option<&'static str> {
    if !url.username().is_empty() || url.password().is_some() {
        return Some("a user's name or password");
    }
    let key = |key: &str| KEYS.contains(&key.to_ascii_lowercase().as_str());
    if url
        .query_pairs()
        .any(|(name, value)| key(&name) && !value.is_empty())
        || url.path().to_ascii_lowercase().contains(";jsessionid=")
    {
        return Some("the key of somebody's session");
    }
    let rest = decoded(&url[url::Position::BeforePath..]);
    if rest
        .split(['/', '?', '&', '=', '#', ';', ',', ':'])
        .any(is_mailbox)
    {
        return Some("a mail address");
    }
    has_cpr(&rest).then_some("what looks like a CPR number")
}

/// With `%40` and the like as the characters they stand for.
fn decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let hex = |at: usize| {
            after
                .get(at)
                .and_then(|byte| char::from(*byte).to_digit(16))
        };
        if let (b'%', Some(high), Some(low)) = (first, hex(0), hex(1)) {
            bytes.push(u8::try_from(high * 16 + low).unwrap_or(b'?'));
            rest = &after[2..];
        } else {
            bytes.push(*first);
            rest = after;
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// `anna@kommune.dk`; not `@avisen`, as profiles are called.
fn is_mailbox(part: &str) -> bool {
    part.split_once('@').is_some_and(|(local, domain)| {
        !local.is_empty()
            && domain.split_once('.').is_some_and(|(name, top)| {
                !name.is_empty()
                    && top.len() >= 2
                    && top.chars().all(|c| c.is_alphanumeric() || ".-".contains(c))
            })
            && !domain.contains(char::is_whitespace)
    })
}

/// Six digits that are a day, a hyphen, and four more. Ten digits without the hyphen are the numbers of articles.
fn has_cpr(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.windows(11).enumerate().any(|(at, window)| {
        let digits = |range: std::ops::Range<usize>| window[range].iter().all(u8::is_ascii_digit);
        let number =
            |at: usize| u32::from(window[at] - b'0') * 10 + u32::from(window[at + 1] - b'0');
        let alone = |neighbour: Option<&u8>| !neighbour.is_some_and(u8::is_ascii_digit);
        digits(0..6)
            && window[6] == b'-'
            && digits(7..11)
            && (1..=31).contains(&number(0))
            && (1..=12).contains(&number(2))
            && alone(at.checked_sub(1).and_then(|before| bytes.get(before)))
            && alone(bytes.get(at + 11))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_that_tell_of_a_person_are_known() {
        let check = |text: &str, expected: Option<&str>| {
            assert_eq!(personal(&Url::parse(text).unwrap()), expected, "{text}");
        };
        let mail = Some("a mail address");
        check("https://a.example/?mail=anna@kommune.dk", mail);
        check("https://a.example/?m=anna%40kommune.dk", mail);
        check("https://a.example/profil/anna@kommune.dk/", mail);
        check("https://a.example/@avisen/123", None);
        check("https://a.example/?x=a@b", None);
        let cpr = Some("what looks like a CPR number");
        check("https://a.example/sag/010190-1234", cpr);
        check("https://a.example/sag?nr=311299-0001", cpr);
        check("https://a.example/sag/450190-1234", None);
        check("https://a.example/sag/2010190-1234", None);
        check("https://a.example/sag/0101901234", None);
        let key = Some("the key of somebody's session");
        check("https://a.example/?Token=abc", key);
        check("https://a.example/x;jsessionid=1A2B", key);
        check("https://a.example/?token=", None);
        check(
            "https://anna:hemmelig@a.example/",
            Some("a user's name or password"),
        );
        check("https://a.example/billede.jpg?sig=abc&expires=1", None);
    }
}
