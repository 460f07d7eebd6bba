//! Passages as blocks: what the mark-up leaves open is told by the words, as in a plain text.

use super::Passage;
use crate::{
    domain::article::{Block, BlockType},
    source::{
        prose::{ends_sentence, folded, is_heading, is_running, is_spoken},
        text::words::{CHROME, FURTHER, TEASER_HEADS},
    },
};

/// The blocks of a text's passages.
pub(in crate::source) fn settled(passages: Vec<Passage>) -> Vec<Block> {
    let passages = dashes(passages.into_iter().map(headed).collect());
    let mut blocks: Vec<Block> = Vec::with_capacity(passages.len());
    let mut rest = passages.into_iter().peekable();
    while let Some(passage) = rest.next() {
        let label = folded(&passage.block.text);
        let heads = passage.block.kind == BlockType::Heading || passage.block.text.ends_with(':');
        let short = passage.block.items.is_empty() && passage.block.text.chars().count() <= 60;
        let links = rest.peek().is_some_and(is_of_links);
        if is_fixed(&passage) {
        } else if heads && short && TEASER_HEADS.contains(&label.as_str()) {
            // Links to other pieces stand under it.
            while rest.next_if(is_of_links).is_some() {}
        } else if short && FURTHER.contains(&label.as_str()) && links {
            let mut items = Vec::new();
            while let Some(next) = rest.next_if(is_of_links) {
                items.extend(words_of(next.block));
            }
            blocks.push(Block::items(BlockType::Further, items));
        } else if heads && short && matches!(label.as_str(), "fakta" | "faktaboks" | "blå bog") {
            let mut items = Vec::new();
            while let Some(next) = rest.next_if(|next| next.block.kind != BlockType::Heading) {
                items.extend(words_of(next.block));
            }
            let text = passage.block.text.trim_end_matches(':').to_owned();
            blocks.push(Block {
                kind: BlockType::Fact,
                text,
                items,
            });
        } else {
            blocks.push(passage.block);
        }
    }
    blocks
}

/// A paragraph that is all bold and looks like a heading is one.
fn headed(mut passage: Passage) -> Passage {
    let text = &passage.block.text;
    if passage.bold
        && passage.block.kind == BlockType::Paragraph
        && is_heading(text)
        && text.chars().count() <= 100
    {
        passage.block.kind = BlockType::Heading;
    }
    passage
}

/// Paragraphs begun with a dash or bullet: spoken words or the entries of a list.
fn dashes(passages: Vec<Passage>) -> Vec<Passage> {
    let mut done: Vec<Passage> = Vec::with_capacity(passages.len());
    let mut rest = passages.into_iter().peekable();
    while let Some(passage) = rest.next() {
        let Some(first) = marked(&passage) else {
            done.push(passage);
            continue;
        };
        let mut run = vec![first];
        let line = passage.line;
        while let Some(next) = rest.next_if(|next| marked(next).is_some()) {
            run.extend(marked(&next));
        }
        let whole =
            |text: &str| ends_sentence(text) || text.ends_with([':', ',']) || is_running(text);
        let spoken = run.iter().all(|(mark, _)| matches!(mark, '-' | '–'))
            && run
                .iter()
                .any(|(_, text)| whole(text) && (is_spoken(text) || run.len() == 1));
        let texts: Vec<String> = run.into_iter().map(|(_, text)| text).collect();
        let of = |block| Passage {
            block,
            line,
            bold: false,
            linked: 0,
        };
        if spoken {
            done.extend(
                texts
                    .into_iter()
                    .map(|text| of(Block::text(BlockType::Quote, text))),
            );
        } else {
            done.push(of(Block::items(BlockType::List, texts)));
        }
    }
    done
}

/// The dash or bullet a paragraph begins with, and what follows it.
fn marked(passage: &Passage) -> Option<(char, String)> {
    let text = (passage.block.kind == BlockType::Paragraph).then_some(&passage.block.text)?;
    let mark = text.chars().next()?;
    let rest = text[mark.len_utf8()..].strip_prefix(' ')?;
    (matches!(mark, '-' | '–' | '•' | '·' | '◆' | '▪') && !rest.trim().is_empty())
        .then(|| (mark, rest.trim().to_owned()))
}

/// Whether nearly all its words are those of links.
fn is_of_links(passage: &Passage) -> bool {
    let letters: usize = std::iter::once(&passage.block.text)
        .chain(&passage.block.items)
        .map(|text| text.chars().filter(|c| !c.is_whitespace()).count())
        .sum();
    passage.block.kind != BlockType::Heading && letters > 0 && passage.linked * 10 >= letters * 6
}

/// A fixed line of pages, or the bare link to go on reading.
fn is_fixed(passage: &Passage) -> bool {
    let text = folded(&passage.block.text);
    passage.block.items.is_empty()
        && (CHROME.contains(&text.as_str())
            || passage.linked > 0
                && matches!(
                    text.as_str(),
                    "læs mere"
                        | "læs hele artiklen"
                        | "læs videre"
                        | "læs hele historien"
                        | "fortsæt læsning"
                        | "read more"
                        | "continue reading"
                ))
}

fn words_of(block: Block) -> Vec<String> {
    if block.items.is_empty() {
        vec![block.text]
    } else {
        block.items
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Manner, Tree, flow_of, parse};
    use super::*;

    fn check(html: &str, expected: &[(BlockType, &str, &[&str])]) {
        let expected: Vec<Block> = expected
            .iter()
            .map(|(kind, text, items)| Block {
                kind: *kind,
                text: (*text).to_owned(),
                items: items.iter().map(|item| (*item).to_owned()).collect(),
            })
            .collect();
        let flow = flow_of(&parse(html), Tree::ROOT, None, Manner::Entry);
        assert_eq!(settled(flow.passages), expected, "{html}");
    }

    #[test]
    fn mark_up_becomes_plain_blocks_in_order() {
        use BlockType::{Fact, Further, Heading, Image, List, Paragraph, Quote, Table};
        check(
            "<p>Et <em>kort</em>\nafsnit.</p><h3>Mere</h3>Løse ord<br>her<br><br>og her",
            &[
                (Paragraph, "Et kort afsnit.", &[]),
                (Heading, "Mere", &[]),
                (Paragraph, "Løse ord her", &[]),
                (Paragraph, "og her", &[]),
            ],
        );
        check(
            "<ul><li>en</li><li><p>to</p><ul><li>under <b>to</b></li></ul></li></ul>",
            &[(List, "", &["en", "to", "under to"])],
        );
        check(
            "<blockquote><p>Sagt er sagt.</p></blockquote>",
            &[(Quote, "Sagt er sagt.", &[])],
        );
        check(
            "<p>- Det går godt, siger Ida Holm.</p><p>Hun smiler.</p>",
            &[
                (Quote, "Det går godt, siger Ida Holm.", &[]),
                (Paragraph, "Hun smiler.", &[]),
            ],
        );
        check("<p>- en<br>- to</p>", &[(List, "", &["en", "to"])]);
        check(
            "<p>– Det er koldt, siger Bo Lund og går videre:</p><p>– Og vådt.</p>",
            &[
                (Quote, "Det er koldt, siger Bo Lund og går videre:", &[]),
                (Quote, "Og vådt.", &[]),
            ],
        );
        check(
            "<table><tr><th>a</th><th>b</th></tr><tr><td>1</td><td>2</td></tr></table>",
            &[(Table, "", &["a | b", "1 | 2"])],
        );
        check(
            "<table><tr><td><p>Et</p><p>to</p></td></tr></table>",
            &[(Paragraph, "Et", &[]), (Paragraph, "to", &[])],
        );
        check(
            "<dl><dt>Pris</dt><dd>5 kr.</dd><dt>Sted:</dt><dd>Nordby</dd></dl>",
            &[(List, "", &["Pris: 5 kr.", "Sted: Nordby"])],
        );
        check(
            "<figure><img src='https://a.example/b.jpg' alt='En bro'><figcaption>Broen</figcaption></figure>",
            &[(Image, "Broen", &[])],
        );
        check(
            "<p><strong>Hvem betaler</strong></p><p>Det gør <strong>vi</strong>.</p>",
            &[
                (Heading, "Hvem betaler", &[]),
                (Paragraph, "Det gør vi.", &[]),
            ],
        );
        check(
            "<div class='faktaboks'><h4>Fakta om broen</h4><p>Lang.</p><ul><li>40 m</li></ul></div>",
            &[(Fact, "Fakta om broen", &["Lang.", "40 m"])],
        );
        check(
            "<h3>Fakta</h3><p>Lang.</p><h3>Pris</h3><p>Dyr.</p>",
            &[
                (Fact, "Fakta", &["Lang."]),
                (Heading, "Pris", &[]),
                (Paragraph, "Dyr.", &[]),
            ],
        );
        check(
            "<p>Læs mere:</p><ul><li><a href='/a'>Rapporten</a></li></ul>",
            &[(Further, "", &["Rapporten"])],
        );
    }

    #[test]
    fn chrome_and_scripts_leave_nothing() {
        check(
            "<p>Tekst.</p><script>alert(1)</script><p><a href='/x'>Læs mere</a></p><p>Annonce</p>",
            &[(BlockType::Paragraph, "Tekst.", &[])],
        );
        check(
            "<p>Tekst.</p><h4>Læs også</h4><ul><li><a href='/a'>Ny vej</a></li></ul>",
            &[(BlockType::Paragraph, "Tekst.", &[])],
        );
        check(
            "<iframe src='//x'>a</iframe><form><input>b</form><div hidden>c</div>",
            &[],
        );
    }
}
