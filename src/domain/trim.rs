//! What a letter leaves out to stay small enough to be shown whole.

use serde::{Deserialize, Serialize};

/// How much is left out; each step with those before it, what is missed least first.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[serde(rename_all = "kebab-case")]
pub enum Trim {
    /// Nothing.
    #[default]
    Nothing,
    /// The ledes of rows.
    RowLedes,
    /// The pictures of pairs.
    PairPictures,
    /// What people said of earlier articles.
    Comments,
    /// The publisher's card.
    Card,
}

impl Trim {
    /// All steps, in order.
    pub const ALL: [Self; 5] = [
        Self::Nothing,
        Self::RowLedes,
        Self::PairPictures,
        Self::Comments,
        Self::Card,
    ];

    /// Whether nothing is left out.
    pub fn is_nothing(&self) -> bool {
        *self == Self::Nothing
    }

    /// Whether rows have a lede.
    pub fn leaves_row_ledes(self) -> bool {
        self < Self::RowLedes
    }

    /// Whether pairs have pictures.
    pub fn leaves_pair_pictures(self) -> bool {
        self < Self::PairPictures
    }

    /// Whether comments are shown.
    pub fn leaves_comments(self) -> bool {
        self < Self::Comments
    }

    /// What the step leaves out besides those before it, in words; empty for the first.
    pub fn words(self) -> &'static str {
        match self {
            Self::Nothing => "",
            Self::RowLedes => "the ledes of rows",
            Self::PairPictures => "the pictures of pairs",
            Self::Comments => "comments",
            Self::Card => "the publisher's card",
        }
    }
}
