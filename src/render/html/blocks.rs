//! The blocks that no article fills, in the HTML part.

use askama::Template;

use super::Setter;
use crate::render::{
    blocks::{self, BlockView, EntryView},
    dates,
    sheet::Sheet,
};

/// Two blocks side by side on a panel, or one with its name in the narrow column.
#[derive(Template)]
#[template(path = "html/block_panel.html")]
pub(super) struct BlockPanel<'a> {
    t: &'a Sheet,
    left: BlockView,
    right: Option<BlockView>,
}

/// Coming events by date.
#[derive(Template)]
#[template(path = "html/block_calendar.html")]
pub(super) struct BlockCalendar<'a> {
    t: &'a Sheet,
    block: BlockView,
    events: Vec<EventView>,
}

struct EventView {
    date: Option<(String, String)>,
    entry: EntryView,
}

impl<'a> Setter<'a> {
    pub(super) fn panel(&self, left: usize, right: Option<usize>) -> BlockPanel<'a> {
        let view = |place| blocks::view(self.manuscript, place, self.language, self.texts);
        BlockPanel {
            t: self.t,
            left: view(left),
            right: right.map(view),
        }
    }

    pub(super) fn calendar(&self, place: usize) -> BlockCalendar<'a> {
        let mut block = blocks::view(self.manuscript, place, self.language, self.texts);
        let entries = std::mem::take(&mut block.entries);
        BlockCalendar {
            t: self.t,
            block,
            events: entries
                .into_iter()
                .map(|entry| EventView {
                    date: entry.day.map(|day| {
                        (
                            dates::day(self.language, day),
                            self.texts.short_month(day).to_owned(),
                        )
                    }),
                    entry,
                })
                .collect(),
        }
    }
}
