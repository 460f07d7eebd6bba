//! A web page: one file or address, one article. What the page says for machines comes first, JSON-LD and the meta
//! elements; then its structure; then the shape of its words. A value that none of them states stays empty.

mod content;
mod deck;
mod fill;
mod head;
mod linked;
mod meta;
mod teasers;
mod verdict;

use super::{
    Entry, Outcome, Refusal,
    markup::{self, Passage},
};
use crate::domain::article::BlockType;

/// Reads one page.
pub(super) fn read(entry: &Entry<'_>) -> Result<Vec<Outcome>, Vec<Refusal>> {
    let text = entry.file.text.trim_start();
    if !text.contains('<') {
        return Err(entry.refusal(
            None,
            "has no mark-up, so it is no web page; read it as `.txt`",
        ));
    }
    let head: String = text
        .chars()
        .take(1_000)
        .collect::<String>()
        .to_ascii_lowercase();
    if ["<rss", "<feed", "<rdf:rdf"]
        .iter()
        .any(|root| head.contains(root))
        && !head.contains("<html")
    {
        return Err(entry.refusal(
            None,
            "is a feed, not a page; read it as a source of the kind `feed`",
        ));
    }
    let tree = markup::parse(&entry.file.text);
    let linked = linked::read(&tree);
    let meta = meta::read(&tree);
    if let Some(reason) = verdict::of_statements(&linked, &meta, entry.settings.article_kind) {
        return Err(entry.refusal(None, reason));
    }
    let page = match content::find(&tree, &meta, entry) {
        Ok(page) => page,
        Err(reason) => {
            return match deck::read(&tree, entry) {
                Some(slides) => Ok(vec![slides]),
                None => Err(entry.refusal(None, reason)),
            };
        }
    };
    fill::article(page, &linked, &meta, entry).map(|taken| vec![Ok(taken)])
}

/// The passages as lines of plain text, a blank line between them; lists keep their marks.
fn text_of(passages: &[Passage], mark: &str) -> String {
    let mut text = String::new();
    for passage in passages {
        if passage.block.kind != BlockType::Table {
            text.push_str(&passage.block.text);
            text.push('\n');
        }
        for item in &passage.block.items {
            text.push_str(mark);
            text.push_str(item);
            text.push('\n');
        }
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::{
        SourceKind,
        tests::{entries_of, grows_with_the_size},
    };

    fn read_text(text: &str) -> usize {
        entries_of(text.as_bytes(), SourceKind::Html)
    }

    proptest! {
        #[test]
        fn no_mixture_of_marks_stops_the_reader(
            parts in proptest::collection::vec(
                prop_oneof![
                    Just("<html>"), Just("<head>"), Just("<meta property='og:title' content='Ny bro'>"), Just("<article>"),
                    Just("</article>"), Just("<h1>Ny bro</h1>"), Just("<main>"), Just("<p>"), Just("</p>"), Just("<time>"),
                    Just("<p>Broen åbner til foråret, og den er fyrre meter lang og betalt af havnen selv.</p>"),
                    Just("<script type='application/ld+json'>{\"@type\":\"Article\",\"author\":[{\"@id\":\"a\"}],\"headline\":\"x\"}</script>"),
                    Just("<script>"), Just("</script>"), Just("<aside class='fakta'>"), Just("<ul><li>a"), Just("Af Ida Holm"),
                    Just("<p class='lede'>"), Just("<figure><img src=a.jpg><figcaption>Foto: B"), Just("<table><tr><td>a<td>b"),
                    Just("12/9/16 12:36"), Just("<base href='https://a.example'>"), Just("<link rel=canonical href='/x'>"), Just("\u{301}æ"),
                ],
                0..40,
            )
        ) {
            read_text(&parts.concat());
        }
    }

    #[test]
    fn the_time_it_takes_grows_with_the_size_alone() {
        let inner = [
            "<div>",
            "<article><h1>a</h1>",
            "<p>En sætning om broen, som er lang nok til at tælle med.",
            "<h1>",
            "<time>",
            "<ul><li><a href=x>y",
            "<div class=fakta>x",
            "<div class=share>En sætning om broen, som er lang nok til at tælle med.",
        ];
        grows_with_the_size(&inner, 25_000, |html| {
            read_text(html);
        });
    }
}
