//! Somebody's words that stand out: a quote of the body that says whose it is.

use super::{clean, joined};
use crate::domain::{
    article::{Article, Block, BlockType},
    language::Language,
};

/// The marks that stand around quoted words, of any habit.
const MARKS: [char; 9] = ['»', '«', '"', '“', '”', '„', '›', '‹', '\''];

/// A quote and who said it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Quote {
    /// The words, in the language's quotation marks.
    pub(super) words: String,
    pub(super) name: String,
    pub(super) role: Option<String>,
}

/// The first quote of an article that is within `room` characters and is followed by its speaker: a line of the same quote that
/// begins with a dash, `— Karen Holt, skoleleder`.
pub(super) fn quote(article: &Article, language: Language, room: usize) -> Option<Quote> {
    article
        .body
        .windows(2)
        .find_map(|blocks| attributed(&blocks[0], &blocks[1], language, room))
}

fn attributed(words: &Block, speaker: &Block, language: Language, room: usize) -> Option<Quote> {
    if words.kind != BlockType::Quote || speaker.kind != BlockType::Quote {
        return None;
    }
    let speaker = clean::some_line(Some(&speaker.text))?;
    let speaker = speaker.strip_prefix(['—', '–', '-', '―'])?.trim();
    let (name, role) = match speaker.split_once(", ") {
        Some((name, role)) => (name, Some(joined::prose(role))),
        None => (speaker, None),
    };
    let text = clean::some_line(Some(&words.text))?;
    let text = text.trim_matches(MARKS).trim();
    let fits = !text.is_empty() && text.chars().count() <= room;
    let (open, close) = match language {
        Language::Da => ('»', '«'),
        Language::En => ('“', '”'),
    };
    (fits && !name.is_empty()).then(|| Quote {
        words: format!("{open}{}{close}", joined::prose(text)),
        name: name.to_owned(),
        role,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::article::ArticleId;

    fn of(lines: &[&str]) -> Option<Quote> {
        let mut article = Article::new(ArticleId("a".into()), "Titel", "a.md", "prøve");
        article.body = lines
            .iter()
            .map(|line| Block::text(BlockType::Quote, *line))
            .collect();
        quote(&article, Language::Da, 140)
    }

    #[test]
    fn a_quote_stands_out_when_it_says_whose_it_is() {
        let quote = of(&[
            "Først kom vandet.",
            "\"Vi ventede på pumpen.\"",
            "— Bo Lind, fisker",
        ])
        .unwrap();
        assert_eq!(quote.words, "»Vi ventede på pumpen.«");
        assert_eq!(quote.name, "Bo Lind");
        assert_eq!(quote.role.as_deref(), Some("fisker"));
        assert_eq!(of(&["Ja.", "– Bo Lind"]).unwrap().role, None);
        assert_eq!(of(&["Vi ventede på pumpen."]), None);
        assert_eq!(of(&["Vi ventede.", "Så kom den."]), None);
        assert_eq!(of(&["Ja.", "—"]), None);
        assert_eq!(of(&[&"ord ".repeat(50), "— Bo Lind"]), None);
    }
}
