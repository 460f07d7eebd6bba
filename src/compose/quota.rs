//! Room: how many items a section, a publisher and the issue have.

use std::{cmp::Reverse, collections::HashMap};

use super::{Candidate, Selection};
use crate::domain::{
    issue::{Reason, Verdict},
    section::Section,
};

/// The most items any issue has.
const MOST_ITEMS: usize = 60;

/// Chooses the items, best first: what the editor pins, then the best of every section that has any, then by weight
/// while there is room. Weight is the editor's order, then priority, then in a weekly issue the place in the week's
/// daily ones, then freshness, then id.
pub(super) fn fill(
    mut candidates: Vec<Candidate>,
    selection: &Selection<'_>,
    verdicts: &mut Vec<Verdict>,
) -> Vec<Candidate> {
    let place = |c: &Candidate| {
        let place = selection.overlay.and_then(|it| it.place_of(&c.article.id));
        place.unwrap_or(usize::MAX)
    };
    let of_week = |c: &Candidate| {
        let place = selection.history.places.get(&c.article.id);
        place.map_or(usize::MAX, |(_, place)| *place)
    };
    candidates.sort_by(|a, b| {
        let weight = |c: &Candidate| {
            (
                place(c),
                Reverse(c.article.priority),
                of_week(c),
                Reverse(c.dated),
            )
        };
        weight(a)
            .cmp(&weight(b))
            .then_with(|| a.article.id.cmp(&b.article.id))
    });
    let mut room = Room::new(selection);
    let mut taken = vec![false; candidates.len()];
    for (candidate, taken) in candidates.iter().zip(&mut taken) {
        if candidate.is_pinned(selection) && room.items < MOST_ITEMS {
            room.take(candidate);
            *taken = true;
        }
    }
    for section in selection.sections {
        let best = candidates
            .iter()
            .position(|c| c.section == section.id && room.lacks(c).is_none());
        if let Some(best) = best.filter(|_| room.is_unused(section)) {
            room.take(&candidates[best]);
            taken[best] = true;
        }
    }
    let mut chosen = Vec::new();
    for (mut candidate, already) in candidates.into_iter().zip(taken) {
        let lacks = if already {
            None
        } else {
            room.lacks(&candidate)
        };
        let (passed, finding) = match lacks {
            Some(lacks) => (false, lacks),
            None => {
                if !already {
                    room.take(&candidate);
                }
                (true, format!("place {} in the issue", chosen.len() + 1))
            }
        };
        candidate.reasons.push(Reason {
            rule: "quota",
            passed,
            finding,
        });
        if passed {
            chosen.push(candidate);
        } else {
            verdicts.push(candidate.left_out());
        }
    }
    chosen
}

/// What is taken so far.
struct Room<'a> {
    selection: &'a Selection<'a>,
    items: usize,
    sections: HashMap<String, usize>,
    publishers: HashMap<String, usize>,
}

impl<'a> Room<'a> {
    fn new(selection: &'a Selection<'a>) -> Self {
        Self {
            selection,
            items: 0,
            sections: HashMap::new(),
            publishers: HashMap::new(),
        }
    }

    /// What there is no room in, in words; `None` when there is room.
    fn lacks(&self, candidate: &Candidate) -> Option<String> {
        let rules = self.selection.rules;
        if self.items >= rules.max_items {
            return Some(format!("the issue has its {} items", rules.max_items));
        }
        let max = self
            .selection
            .sections
            .iter()
            .find(|section| section.id == candidate.section)
            .map_or(0, |section| section.max);
        let count =
            |counts: &HashMap<String, usize>, name: &str| counts.get(name).copied().unwrap_or(0);
        if count(&self.sections, &candidate.section.0) >= max {
            return Some(format!(
                "section `{}` has its {max} items",
                candidate.section
            ));
        }
        let crowded = candidate.article.publishers.iter().find(|name| {
            !self.is_desk(name) && count(&self.publishers, name) >= rules.max_per_publisher
        })?;
        Some(format!(
            "`{crowded}` has its {} items",
            rules.max_per_publisher
        ))
    }

    /// Whether nothing of a section is taken.
    fn is_unused(&self, section: &Section) -> bool {
        !self.sections.contains_key(&section.id.0)
    }

    fn take(&mut self, candidate: &Candidate) {
        self.items += 1;
        *self
            .sections
            .entry(candidate.section.0.clone())
            .or_default() += 1;
        for publisher in &candidate.article.publishers {
            *self.publishers.entry(publisher.clone()).or_default() += 1;
        }
    }

    /// The newsletter's own desk is no guest and has no cap.
    fn is_desk(&self, name: &str) -> bool {
        self.selection
            .publishers
            .iter()
            .any(|publisher| publisher.desk && publisher.name == *name)
    }
}
