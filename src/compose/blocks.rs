//! Which blocks an issue shows: those that are on, or those that the editor names for the day, in that order.

use super::Selection;
use crate::domain::{
    article::{Article, BlockType, Kind},
    block::{BlockEntry, BlockKind, IssueBlock},
    issue::Item,
};

/// The titles of the fact box that the reader of calendars makes.
const WHEN_AND_WHERE: [&str; 2] = ["Tid", "Tid og sted"];

/// The blocks of the day. One without entries is left out.
pub(super) fn of_the_day(
    selection: &Selection<'_>,
    events: &[BlockEntry],
    printed: &[Item],
) -> Vec<IssueBlock> {
    let chosen: Vec<&IssueBlock> = match selection.overlay.and_then(|day| day.blocks.as_ref()) {
        Some(named) => named
            .iter()
            .filter_map(|named| selection.blocks.iter().find(|block| block.id == named.id))
            .collect(),
        None => selection.blocks.iter().filter(|block| block.on).collect(),
    };
    let is_printed = |entry: &BlockEntry| {
        printed
            .iter()
            .any(|item| item.article.link.is_some() && item.article.link == entry.url)
    };
    chosen
        .into_iter()
        .cloned()
        .map(|mut block| {
            if block.kind == BlockKind::Events {
                block.entries = events
                    .iter()
                    .filter(|entry| !is_printed(entry))
                    .cloned()
                    .collect();
            }
            block.entries.truncate(block.max);
            block
        })
        .filter(|block| !block.entries.is_empty())
        .collect()
}

/// The coming events among the articles, the nearest first.
pub(super) fn coming_events(selection: &Selection<'_>, articles: &[Article]) -> Vec<BlockEntry> {
    let mut events: Vec<BlockEntry> = articles
        .iter()
        .filter(|article| article.kind == Kind::Event && may_be_told(selection, article))
        .filter(|article| {
            article
                .event_date
                .is_some_and(|day| day >= selection.key.date)
        })
        .map(entry)
        .collect();
    events.sort_by(|a, b| (a.day, &a.title, &a.url).cmp(&(b.day, &b.title, &b.url)));
    // The same event in two calendars is one.
    events.dedup_by(|a, b| a.day == b.day && a.title == b.title);
    events
}

fn may_be_told(selection: &Selection<'_>, article: &Article) -> bool {
    let (zone, cut_off) = (selection.zone, selection.cut_off);
    let banned = selection
        .overlay
        .is_some_and(|day| day.ban_of(&article.id).is_some());
    let embargo = article
        .embargo
        .is_some_and(|until| until.instant(zone) > cut_off);
    let expired = article
        .expires
        .is_some_and(|last| last.date(zone) < selection.key.date);
    !(banned || embargo || expired || article.draft)
}

fn entry(article: &Article) -> BlockEntry {
    BlockEntry {
        title: article.title.clone(),
        url: article.link.clone(),
        by: (!article.publishers.is_empty()).then(|| article.publishers.join(", ")),
        text: time_and_place(article),
        count: None,
        day: article.event_date,
    }
}

/// `kl. 19.00-21.00, Forsamlingshuset`, as the calendar's fact box says; the day itself stands beside it.
fn time_and_place(article: &Article) -> Option<String> {
    let facts = article.body.iter().find(|block| {
        block.kind == BlockType::Fact && WHEN_AND_WHERE.contains(&block.text.as_str())
    })?;
    let (when, place) = facts.items.split_first()?;
    let time = when.find("kl. ").map(|at| when[at..].to_owned());
    let parts: Vec<String> = time.into_iter().chain(place.iter().cloned()).collect();
    (!parts.is_empty()).then(|| parts.join(", "))
}
