//! Where the ads of an edition stand.

use super::{
    form::{Form, Place},
    manuscript::Manuscript,
};
use crate::domain::ad::Ad;

/// The items after which an ad may stand.
const SLOTS: [usize; 3] = [1, 5, 9];

/// The ads not yet placed and the slots not yet passed.
#[derive(Debug)]
pub(super) struct Ads<'a> {
    ads: &'a [Ad],
    left: Vec<usize>,
    slots: &'static [usize],
    /// The ad that is set on the dark panel, which never stands within a section.
    loud: Option<usize>,
    /// The slot that came due within a section with that ad and waits for its end.
    held: Option<usize>,
}

/// Whether an ad was placed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Placed {
    Ad,
    Nothing,
}

impl<'a> Ads<'a> {
    /// All the ads, none placed.
    pub(super) fn new(manuscript: &Manuscript<'a>) -> Self {
        let ads = &manuscript.digest.ads;
        Self {
            ads,
            left: (0..ads.len()).collect(),
            slots: &SLOTS,
            loud: manuscript.loud_ad(),
            held: None,
        }
    }

    /// The ad at the end of the letter.
    pub(super) fn at_the_end(mut self) -> Option<usize> {
        let place = self.next_for(None)?;
        Some(self.left.remove(place))
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
        let mut due = self.held.take();
        while let [slot, later @ ..] = self.slots
            && *slot <= done
        {
            self.slots = later;
            due = Some(*slot);
        }
        let Some(slot) = due.filter(|_| done < of && of > 2) else {
            return Placed::Nothing;
        };
        let Some(next) = self.next_for(Some(slot)) else {
            return Placed::Nothing;
        };
        let loud = self.loud == Some(self.left[next]);
        if loud && place == Place::Following {
            self.held = Some(slot);
            return Placed::Nothing;
        }
        let ad = self.left.remove(next);
        forms.push(if loud {
            Form::LoudAd { ad }
        } else {
            Form::Ad { ad, place }
        });
        Placed::Ad
    }

    /// The place among those left of the next ad for a slot; `None` is the letter's end. One that is sold for the slot
    /// goes before those that may stand anywhere.
    fn next_for(&self, slot: Option<usize>) -> Option<usize> {
        let sold = |ad: &usize| self.ads[*ad].slot.is_some_and(|own| own.items() == slot);
        let anywhere = |ad: &usize| self.ads[*ad].slot.is_none();
        let first = |fits: &dyn Fn(&usize) -> bool| self.left.iter().position(fits);
        first(&sold).or_else(|| first(&anywhere))
    }
}
