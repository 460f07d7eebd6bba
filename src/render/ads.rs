//! Where the ads of an edition stand.

use super::{
    form::{Form, Place},
    manuscript::Manuscript,
};

/// The items after which an ad may stand.
const SLOTS: [usize; 3] = [1, 5, 9];

/// The ads not yet placed and the slots not yet passed.
#[derive(Debug)]
pub(super) struct Ads {
    left: std::ops::Range<usize>,
    slots: &'static [usize],
    /// The ad that is set on the dark panel, which never stands within a section.
    loud: Option<usize>,
    /// Whether that ad came due within a section and waits for its end.
    held: bool,
}

/// Whether an ad was placed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Placed {
    Ad,
    Nothing,
}

impl Ads {
    /// All the ads, none placed.
    pub(super) fn new(manuscript: &Manuscript<'_>) -> Self {
        Self {
            left: 0..manuscript.digest.ads.len(),
            slots: &SLOTS,
            loud: manuscript.loud_ad(),
            held: false,
        }
    }

    /// How many were placed.
    pub(super) fn placed(&self) -> usize {
        self.left.start
    }

    /// Places an ad where a slot has come due. The last item has the slot at the end of the letter after it,
    /// and an edition of one or two items has that slot alone.
    pub(super) fn after(
        &mut self,
        done: usize,
        of: usize,
        place: Place,
        forms: &mut Vec<Form>,
    ) -> Placed {
        let mut due = std::mem::take(&mut self.held);
        while let [slot, later @ ..] = self.slots
            && *slot <= done
        {
            self.slots = later;
            due = true;
        }
        if !due || done == of || of < 3 {
            return Placed::Nothing;
        }
        let loud = self.loud == Some(self.left.start);
        if loud && place == Place::Following && !self.left.is_empty() {
            self.held = true;
            return Placed::Nothing;
        }
        match self.left.next() {
            Some(ad) => {
                forms.push(if loud {
                    Form::LoudAd { ad }
                } else {
                    Form::Ad { ad, place }
                });
                Placed::Ad
            }
            None => Placed::Nothing,
        }
    }
}
