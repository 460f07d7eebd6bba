//! One issue's page: the letter as it was mailed, in a page's `<main>`, without what was its readers' own.

use askama::Template;

use super::{Archive, words::words};
use crate::{
    domain::{
        issue::IssueKey,
        language::Language,
        piece::{Edition, Slot},
    },
    letter::encode::EncodedPiece,
    render::MAIN_PART,
};

#[derive(Template)]
#[template(path = "archive/head.html")]
struct Head<'a> {
    address: &'a str,
    name: &'a str,
    preheader: &'a str,
}

#[derive(Template)]
#[template(path = "archive/above.html")]
struct Above<'a> {
    archive: &'a str,
    sent: String,
    skip: &'a str,
    other: Other<'a>,
}

/// The page in the other language.
struct Other<'a> {
    file: String,
    tag: &'a str,
    words: &'a str,
}

/// The page of an edition, as HTML.
pub(super) fn page(
    archive: &Archive<'_>,
    key: IssueKey,
    edition: &Edition,
    pieces: &[EncodedPiece],
) -> Result<String, askama::Error> {
    let newsletter = archive.newsletter;
    let language = edition.language;
    let address = newsletter.archive_page(key, language).unwrap_or_default();
    let other = match language {
        Language::Da => Language::En,
        Language::En => Language::Da,
    };
    let words = words(language);
    let head = Head {
        address: &address,
        name: &newsletter.name,
        preheader: &edition.preheader,
    };
    let above = Above {
        archive: words.archive,
        sent: format!("{} {}", words.as_sent, language.long_date(key.date)),
        skip: words.skip,
        other: Other {
            file: newsletter.archive_file(other),
            tag: other.tag(),
            words: words.in_other,
        },
    };
    let letter = impersonal(edition, pieces, &address);
    Ok(framed(&letter, &head.render()?, &above.render()?))
}

/// The letter without the lines that have a link of the reader's own, or lead to the page itself. Each link of the footer is a
/// line of its own, and no other place has such a link.
fn impersonal(edition: &Edition, pieces: &[EncodedPiece], address: &str) -> String {
    let greeting = edition.language.greeting(None);
    let signed_up = edition.language.signed_up(None);
    let marks = [Slot::Unsubscribe, Slot::Preferences].map(|slot| slot.mark().to_string());
    let html: String = edition
        .html
        .iter()
        .filter_map(|number| pieces.get(number.0 as usize))
        .map(|piece| {
            piece.decoded(|slot| match slot {
                Slot::Greeting => greeting.as_str(),
                Slot::Unsubscribe => marks[0].as_str(),
                Slot::Preferences => marks[1].as_str(),
                Slot::SignedUp => signed_up.as_str(),
            })
        })
        .collect();
    let itself = format!("href=\"{address}\"");
    html.lines()
        .filter(|line| !marks.iter().any(|mark| line.contains(mark.as_str())))
        .filter(|line| !line.contains(&itself))
        .flat_map(|line| [line, "\n"])
        .collect()
}

/// The letter with what a page has besides in its head and above it. What articles say is escaped, so these marks are our own.
fn framed(letter: &str, head: &str, above: &str) -> String {
    let (start, rest) = letter.split_once("</head>").unwrap_or(("", letter));
    let (body, rest) = rest
        .find("<body")
        .and_then(|at| Some(at + rest[at..].find('>')? + 1))
        .map_or(("", rest), |end| rest.split_at(end));
    let (content, end) = rest.rsplit_once("</body>").unwrap_or((rest, "</html>\n"));
    // The letter names its main part itself; a page has one.
    let content = content.replacen(MAIN_PART, "", 1);
    [
        start,
        head,
        "</head>",
        body,
        "\n",
        above,
        "<main id=\"brev\">",
        &content,
        "</main>\n</body>",
        end,
    ]
    .concat()
}
