//! The pages, and in which language.

use std::sync::LazyLock;

use askama::Template;
use axum::http::{HeaderMap, header};

use super::{
    asked::TAKE_BACK,
    phrases::{self, Phrases, Words},
};
use crate::{
    domain::{language::Language, newsletter::Newsletter},
    letter::links::in_mailto,
};

/// The style sheet of all pages.
pub(super) const STYLE: &str = include_str!("../../../templates/pages/style.css");

/// The one-click field of RFC 8058 §3.1: our own button says what a provider's says.
const ONE_CLICK: (&str, &str) = ("List-Unsubscribe", "One-Click");

/// What a page says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Says {
    /// Asks whether to leave.
    Leave,
    /// That the reader has left, and may take it back.
    JustLeft,
    /// That the reader has left.
    Gone,
    /// That the leave was taken back.
    Back,
    /// Where choices are changed.
    Choices,
    /// That nobody signed the link.
    Unknown,
    /// That something is wrong here.
    Trouble,
    /// That there are too many requests.
    TooOften,
    /// That the request cannot be.
    Odd,
}

/// The sender, as pages show it.
#[derive(Debug)]
pub(super) struct Sender {
    name: String,
    home: String,
    publisher: String,
    postal_address: Option<String>,
    cvr: Option<String>,
    mail: String,
    mailto: String,
    privacy_url: Option<String>,
    language: Language,
}

impl Sender {
    pub(super) fn of(newsletter: &Newsletter) -> Self {
        let answers = newsletter.reply_to.as_ref().unwrap_or(&newsletter.from);
        Self {
            name: newsletter.name.clone(),
            home: newsletter.base_url.to_string(),
            publisher: newsletter
                .publisher
                .clone()
                .unwrap_or_else(|| newsletter.name.clone()),
            postal_address: newsletter.postal_address.clone(),
            cvr: newsletter.cvr.clone(),
            mail: answers.address.to_string(),
            mailto: in_mailto(&answers.address),
            privacy_url: newsletter.privacy_url.as_ref().map(ToString::to_string),
            language: newsletter.language,
        }
    }

    /// The language of a page: what its address asks for (`?lang=en`), else what the browser likes best, else the
    /// newsletter's own.
    pub(super) fn language(&self, query: Option<&str>, headers: &HeaderMap) -> Language {
        let asked = url::form_urlencoded::parse(query.unwrap_or_default().as_bytes())
            .find(|(name, _)| name == "lang")
            .and_then(|(_, tag)| language_of(&tag));
        let liked = || {
            let lines = headers.get_all(header::ACCEPT_LANGUAGE).iter();
            best_liked(lines.filter_map(|line| line.to_str().ok()))
        };
        asked.or_else(liked).unwrap_or(self.language)
    }

    /// A page as HTML. `leave_at` is where the page that leaves lies, seen from this one.
    pub(super) fn page(&self, says: Says, language: Language, leave_at: &str) -> String {
        let phrases = phrases::of(language);
        let page = Page {
            sender: self,
            phrases,
            lang: language.tag(),
            other_lang: other(language).tag(),
            style: STYLE,
            words: words_of(says, phrases),
            button: button_of(says, phrases),
            note: (says == Says::Gone).then_some(phrases.write_to_return),
            kept: matches!(says, Says::JustLeft | Says::Gone).then_some(phrases.kept),
            leave_at: (says == Says::Choices).then_some(leave_at),
        };
        // Texts into a text: nothing can fail.
        page.render().unwrap_or_default()
    }
}

#[derive(Template)]
#[template(path = "pages/page.html")]
struct Page<'a> {
    sender: &'a Sender,
    phrases: &'static Phrases,
    lang: &'static str,
    other_lang: &'static str,
    style: &'static str,
    words: Words,
    button: Option<Button>,
    note: Option<&'static str>,
    kept: Option<Words>,
    leave_at: Option<&'a str>,
}

struct Button {
    field: (&'static str, &'static str),
    label: &'static str,
    class: &'static str,
}

/// A text around the place of the mail address.
fn around(text: &str) -> (&str, Option<&str>) {
    match text.split_once("{mail}") {
        Some((before, after)) => (before, Some(after)),
        None => (text, None),
    }
}

fn words_of(says: Says, phrases: &Phrases) -> Words {
    match says {
        Says::Leave => phrases.leave,
        Says::JustLeft | Says::Gone => phrases.left,
        Says::Back => phrases.back,
        Says::Choices => phrases.choices,
        Says::Unknown => phrases.unknown,
        Says::Trouble => phrases.trouble,
        Says::TooOften => phrases.too_often,
        Says::Odd => phrases.odd,
    }
}

fn button_of(says: Says, phrases: &Phrases) -> Option<Button> {
    match says {
        Says::Leave => Some(Button {
            field: ONE_CLICK,
            label: phrases.leave_button,
            class: "filled",
        }),
        Says::JustLeft => Some(Button {
            field: TAKE_BACK,
            label: phrases.take_back_button,
            class: "outlined",
        }),
        _ => None,
    }
}

fn other(language: Language) -> Language {
    match language {
        Language::Da => Language::En,
        Language::En => Language::Da,
    }
}

/// A language we speak, by its tag or a narrower one: `da`, `en-GB`.
fn language_of(tag: &str) -> Option<Language> {
    let first = tag.split('-').next().unwrap_or_default();
    [Language::Da, Language::En]
        .into_iter()
        .find(|language| language.tag().eq_ignore_ascii_case(first))
}

/// The best liked of our languages (RFC 9110 §12.5.4); of equals the first named.
fn best_liked<'a>(lines: impl Iterator<Item = &'a str>) -> Option<Language> {
    let mut best: Option<(Language, f32)> = None;
    for range in lines.flat_map(|line| line.split(',')) {
        let mut parts = range.split(';').map(str::trim);
        let Some(language) = parts.next().and_then(language_of) else {
            continue;
        };
        let weight = parts
            .find_map(|part| part.strip_prefix("q="))
            .map_or(1.0, |weight| weight.parse().unwrap_or(0.0));
        if weight > 0.0 && best.is_none_or(|(_, so_far)| weight > so_far) {
            best = Some((language, weight));
        }
    }
    best.map(|(language, _)| language)
}

/// The hash of the style sheet and what else every answer carries, made once.
pub(super) fn headers() -> &'static HeaderMap {
    static HEADERS: LazyLock<HeaderMap> = LazyLock::new(|| super::headers::every(STYLE));
    &HEADERS
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sender() -> Sender {
        let newsletter: Newsletter = toml::from_str(
            "name = \"Nyt <b>fra</b> os\"\nlist_id = \"nyt.avis.example\"\nfrom = \"nyt@avis.example\"\n\
             base_url = \"https://avis.example/\"\npostal_address = \"Vej 1 & 2\"\n",
        )
        .unwrap();
        Sender::of(&newsletter)
    }

    #[test]
    fn the_language_is_the_addresss_the_browsers_or_the_newsletters() {
        let check = |query: Option<&str>, liked: &[&str], expected| {
            let mut headers = HeaderMap::new();
            for line in liked {
                headers.append(header::ACCEPT_LANGUAGE, line.parse().unwrap());
            }
            assert_eq!(
                sender().language(query, &headers),
                expected,
                "{query:?} {liked:?}"
            );
        };
        use Language::{Da, En};
        check(None, &[], Da);
        check(None, &["en-GB,en;q=0.9,da;q=0.8"], En);
        check(None, &["de, da-DK;q=0.5, en;q=0.4"], Da);
        check(None, &["de", "en;q=0.4"], En);
        check(None, &["en;q=0, *"], Da);
        check(None, &["en;q=x"], Da);
        check(Some("lang=en"), &["da"], En);
        check(Some("a=b&lang=da"), &["en"], Da);
        check(Some("lang=tlh"), &["en"], En);
    }

    #[test]
    fn every_page_has_one_heading_and_at_most_one_button_and_escapes_what_it_is_given() {
        for language in [Language::Da, Language::En] {
            for says in [
                Says::Leave,
                Says::JustLeft,
                Says::Gone,
                Says::Back,
                Says::Choices,
                Says::Unknown,
                Says::Trouble,
                Says::TooOften,
                Says::Odd,
            ] {
                let page = sender().page(says, language, "../u/x");
                assert_eq!(page.matches("<h1").count(), 1, "{says:?}");
                let buttons = page.matches("<button").count();
                assert_eq!(
                    buttons,
                    usize::from(matches!(says, Says::Leave | Says::JustLeft))
                );
                assert!(!page.contains("<b>") && !page.contains("<script"));
                assert!(page.contains("Vej 1 &#38; 2"), "{page}");
                assert!(!page.contains("{mail}"), "{says:?}");
                let lang = format!("<html lang=\"{}\"", language.tag());
                assert!(page.contains(&lang), "{page}");
            }
        }
    }

    #[test]
    fn the_style_sheet_has_nothing_the_policy_would_refuse() {
        assert!(!STYLE.contains("url(") && !STYLE.contains("@import") && !STYLE.contains("</"));
    }
}
