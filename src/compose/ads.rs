//! Which ads an issue has, in the order they fill its slots.

use std::cmp::Reverse;

use chrono::Datelike;

use super::Selection;
use crate::domain::ad::Ad;

/// The ads that run on the day, the paid ones first: by weight, those of equal weight in turn by the day, one of each
/// category. The newsletter's own fill what is left.
pub(super) fn of_the_day(selection: &Selection<'_>) -> Vec<Ad> {
    let turn = selection.key.date.num_days_from_ce().unsigned_abs() as usize;
    let running = |house| {
        let mut ads: Vec<&Ad> = selection
            .ads
            .iter()
            .filter(|ad| ad.house == house && ad.runs_on(selection.key.date))
            .collect();
        ads.sort_by_key(|ad| Reverse(ad.weight));
        ads.chunk_by_mut(|a, b| a.weight == b.weight)
            .for_each(|equals| equals.rotate_left(turn % equals.len()));
        ads
    };
    let mut chosen: Vec<Ad> = Vec::new();
    for ad in running(false).into_iter().chain(running(true)) {
        let same = |other: &Ad| ad.category.is_some() && other.category == ad.category;
        if !chosen.iter().any(same) {
            chosen.push(ad.clone());
        }
    }
    chosen
}
