//! The blocks that no article fills, in the text part.

use askama::Template;

use super::{INDENT, Setter};
use crate::{
    domain::block::BlockKind,
    render::{
        blocks::{self, EntryView},
        dates,
        wrap::{hanging, rule, wrap},
    },
};

/// A block: its name and its entries, each already wrapped.
#[derive(Template)]
#[template(path = "text/block.txt")]
pub(super) struct TextBlock {
    name: String,
    rule: String,
    entries: Vec<String>,
    /// Whether an empty line parts the entries.
    spaced: bool,
}

impl Setter<'_> {
    pub(super) fn block(&self, place: usize) -> TextBlock {
        let view = blocks::view(self.manuscript, place, self.language, self.texts);
        TextBlock {
            name: wrap(&blocks::capitals(&view.name), ""),
            rule: rule('-'),
            spaced: matches!(view.kind, BlockKind::Quotes | BlockKind::Events),
            entries: (1..)
                .zip(&view.entries)
                .map(|(number, entry)| match view.kind {
                    BlockKind::Ranked => listed(entry, &format!("{number}. ")),
                    BlockKind::Links => listed(entry, "- "),
                    BlockKind::Quotes => self.said(entry),
                    BlockKind::Events => self.coming(entry),
                })
                .collect(),
        }
    }

    fn said(&self, entry: &EntryView) -> String {
        let lines = entry.by.iter().chain([&entry.title]);
        entry
            .quote
            .iter()
            .map(|quote| wrap(quote, ""))
            .chain(lines.map(|line| wrap(line, INDENT)))
            .chain(entry.link.iter().map(|link| format!("{INDENT}{link}")))
            .collect::<Vec<_>>()
            .join("\n")
    }

    fn coming(&self, entry: &EntryView) -> String {
        let title = match entry.day {
            Some(day) => format!(
                "{} {} {}",
                dates::day(self.language, day),
                self.texts.short_month(day),
                entry.title
            ),
            None => entry.title.clone(),
        };
        let lines = entry.when.iter().chain(&entry.by);
        std::iter::once(wrap(&title, ""))
            .chain(lines.map(|line| wrap(line, INDENT)))
            .chain(entry.link.iter().map(|link| format!("{INDENT}{link}")))
            .collect::<Vec<_>>()
            .join("\n")
    }
}

fn listed(entry: &EntryView, mark: &str) -> String {
    let indent = " ".repeat(mark.chars().count());
    let title = hanging(&entry.title, mark, &indent);
    match &entry.link {
        Some(link) => format!("{title}\n{indent}{link}"),
        None => title,
    }
}
