//! The forms an item or block may take. Equal forms are equal pieces: what stands in a form is all its text
//! depends on within an issue, a part and a language.

use std::borrow::Cow;

use chrono::NaiveDate;

/// Whether something stands in the same list above.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Place {
    /// The first of its list: nothing is drawn above it.
    First,
    /// After another: a hairline parts them.
    Following,
}

/// What stands before a line of Overblik; for its head and end, before its first line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Mark {
    /// Its number, counted from 1.
    Number(usize),
    /// The day it tells of, in a weekly letter; `None` where the line above tells of the same.
    Day(Option<NaiveDate>, Place),
}

impl Mark {
    /// Whether the lines are numbered.
    pub(super) fn counts(self) -> bool {
        matches!(self, Self::Number(_))
    }

    /// Whether another line stands above.
    pub(super) fn follows(self) -> bool {
        !matches!(self, Self::Number(1) | Self::Day(_, Place::First))
    }
}

/// A column of a pair.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Side {
    Left,
    Right,
}

/// Whether a pair shows its pictures: both or neither.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Pictures {
    Shown,
    Left,
}

/// One thing an edition may print. Equal forms are equal pieces.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Form {
    /// Everything before the title.
    Opening,
    /// Title and preheader.
    Title {
        subject: String,
        preheader: String,
    },
    /// The band; a bit set for each lit cell.
    Band {
        lit: u64,
    },
    /// Nameplate and date.
    Masthead,
    /// Greeting and intro.
    Intro,
    /// The head of Overblik, which counts what follows.
    OverviewHead {
        items: usize,
        minutes: usize,
        lines: usize,
        mark: Mark,
    },
    /// One line of Overblik.
    OverviewLine {
        item: usize,
        mark: Mark,
    },
    /// What closes its list.
    OverviewEnd {
        mark: Mark,
    },
    /// The lead; alone it goes under its section's name. The first stands right under the intro, without
    /// Overblik between.
    Lead {
        item: usize,
        alone: bool,
        place: Place,
    },
    /// The number of the week, in a weekly letter.
    Number {
        item: usize,
    },
    /// A section's heading.
    Opener {
        section: usize,
    },
    Row {
        item: usize,
        place: Place,
    },
    /// Title and meta alone.
    Compact {
        item: usize,
        place: Place,
    },
    /// A piece of advice: its list in place of a lede.
    Advice {
        item: usize,
        place: Place,
    },
    /// Somebody's words, right over the item they come from.
    Quote {
        item: usize,
        place: Place,
    },
    PairOpen {
        place: Place,
    },
    PairCell {
        item: usize,
        side: Side,
        pictures: Pictures,
    },
    PairGap,
    PairEnd,
    Opinion {
        item: usize,
        place: Place,
    },
    Event {
        item: usize,
        place: Place,
    },
    /// An ad; `Following` stands within a section's list.
    Ad {
        ad: usize,
        place: Place,
    },
    /// The newsletter's own ad on the dark panel, between sections.
    LoudAd {
        ad: usize,
    },
    /// One or two blocks on a panel: most read, latest comments, links.
    Panel {
        left: usize,
        right: Option<usize>,
    },
    /// The block of coming events.
    Calendar {
        block: usize,
    },
    /// The publisher's card.
    Card,
    /// Why the letter came; the topics it names.
    Why {
        topics: Vec<String>,
    },
    /// How to leave, who sends it.
    Footer,
    /// What closes the document.
    Close,
}

impl Form {
    /// The form in the text part, where neighbours make no difference.
    pub(super) fn in_text(&self) -> Cow<'_, Self> {
        Cow::Owned(match *self {
            Self::Row { item, .. } | Self::PairCell { item, .. } => Self::Row {
                item,
                place: Place::First,
            },
            Self::Opinion { item, .. } => Self::Opinion {
                item,
                place: Place::First,
            },
            Self::Advice { item, .. } => Self::Advice {
                item,
                place: Place::First,
            },
            Self::Quote { item, .. } => Self::Quote {
                item,
                place: Place::First,
            },
            Self::Event { item, .. } => Self::Event {
                item,
                place: Place::First,
            },
            Self::Compact { item, .. } => Self::Compact {
                item,
                place: Place::First,
            },
            Self::Lead { item, alone, .. } => Self::Lead {
                item,
                alone,
                place: Place::First,
            },
            Self::Ad { ad, .. } | Self::LoudAd { ad } => Self::Ad {
                ad,
                place: Place::First,
            },
            _ => return Cow::Borrowed(self),
        })
    }
}
