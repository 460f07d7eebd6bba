//! The blocks that no article fills, in the HTML part.

use askama::Template;

use super::Setter;
use crate::render::{
    blocks::{self, BlockView, EntryView},
    dates,
    palette::{INK, LINE, MUTE, PANEL, SANS, SERIF, SOFT},
};

/// Two blocks side by side on a panel, or one with its name in the narrow column.
#[derive(Template)]
#[template(path = "html/block_panel.html")]
pub(super) struct BlockPanel {
    left: BlockView,
    right: Option<BlockView>,
}

/// Coming events by date.
#[derive(Template)]
#[template(path = "html/block_calendar.html")]
pub(super) struct BlockCalendar {
    block: BlockView,
    events: Vec<EventView>,
}

struct EventView {
    date: Option<(String, String)>,
    entry: EntryView,
}

impl Setter<'_> {
    pub(super) fn panel(&self, left: usize, right: Option<usize>) -> BlockPanel {
        let view = |place| blocks::view(self.manuscript, place, self.language, self.texts);
        BlockPanel {
            left: view(left),
            right: right.map(view),
        }
    }

    pub(super) fn calendar(&self, place: usize) -> BlockCalendar {
        let mut block = blocks::view(self.manuscript, place, self.language, self.texts);
        let entries = std::mem::take(&mut block.entries);
        BlockCalendar {
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
