//! Titles of entries that name a page alone: an access log knows addresses, not what stands there.

use std::collections::HashMap;

use crate::domain::{article::Article, block::IssueBlock, fault::Fault};

/// Gives every entry without a title that of the article at its address, and leaves it out where there is none.
pub(in crate::source) fn fill(blocks: &mut [IssueBlock], articles: &[Article]) -> Vec<Fault> {
    let untitled = |block: &IssueBlock| block.entries.iter().any(|entry| entry.title.is_empty());
    if !blocks.iter().any(untitled) {
        return Vec::new();
    }
    let titles: HashMap<&str, &str> = articles
        .iter()
        .filter_map(|article| Some((page(article.link.as_deref()?), article.title.as_str())))
        .collect();
    let mut faults = Vec::new();
    for block in blocks {
        let before = block.entries.len();
        block.entries.retain_mut(|entry| {
            if entry.title.is_empty() {
                let title = entry.url.as_deref().and_then(|url| titles.get(page(url)));
                entry.title = title.copied().unwrap_or_default().to_owned();
            }
            !entry.title.is_empty()
        });
        // Old pages are read too: only a list of nothing else says that the addresses are written otherwise.
        if block.entries.is_empty() && before > 0 {
            faults.push(
                Fault::warning("no entry has a title, and no article has the address of one; the block is left out")
                    .for_key(block.id.clone())
                    .remedy("write the addresses as the articles' links are written, or give each entry a `title`"),
            );
        }
    }
    faults
}

/// An address up to its query, without a slash at the end.
fn page(address: &str) -> &str {
    let end = address.find(['?', '#']).unwrap_or(address.len());
    address[..end].trim_end_matches('/')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{
        article::ArticleId,
        block::{BlockEntry, BlockKind},
    };

    fn filled(addresses: &[&str]) -> (Vec<String>, usize) {
        let mut article = Article::new(ArticleId("a/bro".into()), "Broen åbner", "bro.md", "a");
        article.link = Some("https://a.example/bro/".into());
        let entry = |address: &&str| BlockEntry {
            url: Some((*address).into()),
            ..BlockEntry::default()
        };
        let mut blocks = [IssueBlock {
            id: "laest".into(),
            kind: BlockKind::Ranked,
            title: "Mest læste".into(),
            title_en: None,
            after: None,
            on: true,
            max: 5,
            entries: addresses.iter().map(entry).collect(),
        }];
        let faults = fill(&mut blocks, &[article]).len();
        let titles = blocks[0].entries.iter().map(|entry| entry.title.clone());
        (titles.collect(), faults)
    }

    #[test]
    fn an_address_alone_gets_the_title_of_the_article_there() {
        let bro = vec!["Broen åbner".to_owned()];
        assert_eq!(filled(&["https://a.example/bro?ref=x"]), (bro.clone(), 0));
        assert_eq!(
            filled(&["https://a.example/om", "https://a.example/bro"]),
            (bro, 0)
        );
        assert_eq!(filled(&["https://a.example/om"]), (vec![], 1));
    }
}
