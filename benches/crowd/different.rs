//! Readers of many minds.

use std::collections::HashSet;

use overblik::{
    compose::Chooser,
    config::Config,
    domain::{issue::Digest, section::SectionId, subscriber::Choices},
};

use super::pick::pick;

/// So many different sets of choices, each with something in the issue; those that give a letter of their own first,
/// then others.
pub(crate) fn choices(config: &Config, digest: &Digest, readers: usize) -> Vec<Choices> {
    let chooser = Chooser::new(digest, config.selection.when_empty);
    let mut masks = HashSet::new();
    let (mut own, mut like_others) = (Vec::new(), Vec::new());
    // Every topic set with every section set, in an order that mixes small and large ones.
    let topic_sets = 1_usize << config.topics.len();
    let section_sets = 1_usize << config.sections.len();
    for step in 0..topic_sets * section_sets {
        let number = (step * 48_271) % (topic_sets * section_sets);
        let (topics, sections) = (number % topic_sets, number / topic_sets);
        let chosen = Choices {
            topics: pick(&config.topics, topics, |topic| topic.id.clone()),
            sections: pick::<_, SectionId>(&config.sections, sections, |section| {
                section.id.clone()
            }),
            ..Choices::default()
        };
        match chooser.mask(&chosen) {
            0 => {}
            mask if masks.insert(mask) => own.push(chosen),
            _ => like_others.push(chosen),
        }
    }
    own.into_iter().chain(like_others).take(readers).collect()
}
