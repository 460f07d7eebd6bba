//! The pictures of ads and publishers: files of the newsletter's own, as letters show them.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// A picture fit for letters.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnPicture {
    /// The address it is served at.
    pub url: String,
    /// Its width, in pixels.
    pub width: u32,
    /// Its height, in pixels.
    pub height: u32,
}

/// Pictures by the path that config names.
pub type OwnPictures = BTreeMap<String, OwnPicture>;

impl OwnPicture {
    /// Its width and height in a room of so many CSS px, in its own proportions; it is never enlarged.
    pub fn within(&self, width: u32, height: u32) -> (u32, u32) {
        let (own_width, own_height) = (self.width.max(1), self.height.max(1));
        let room = (
            u64::from(width.min(own_width)),
            u64::from(height.min(own_height)),
        );
        let by_height = room.1 * u64::from(own_width) / u64::from(own_height);
        let by_width = room.0 * u64::from(own_height) / u64::from(own_width);
        let (shown_width, shown_height) = match by_height <= room.0 {
            true => (by_height, room.1),
            false => (room.0, by_width),
        };
        let px = |side: u64| u32::try_from(side.max(1)).unwrap_or(u32::MAX);
        (px(shown_width), px(shown_height))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_keeps_its_proportions_and_is_never_enlarged() {
        let check = |own: (u32, u32), expected: (u32, u32)| {
            let picture = OwnPicture {
                url: String::new(),
                width: own.0,
                height: own.1,
            };
            assert_eq!(picture.within(104, 104), expected, "{own:?}");
        };
        check((1200, 1200), (104, 104));
        check((1200, 600), (104, 52));
        check((600, 1200), (52, 104));
        check((80, 64), (80, 64));
        check((1200, 1), (104, 1));
        check((0, 0), (1, 1));
    }
}
