//! Readers as a long list has them.

use overblik::{config::Config, domain::subscriber::Choices};

use super::pick::pick;

/// The choices of so many readers, a few thousand sets among them.
pub(crate) fn choices(config: &Config, readers: usize) -> impl Iterator<Item = Choices> {
    (0..readers).map(|number| {
        // The digits of a number that is no multiple of any.
        let set = number * 48_271 % 4_093;
        let mut topics = pick(&config.topics, set, |topic| topic.id.clone());
        topics.truncate(3);
        Choices {
            topics,
            ..Choices::default()
        }
    })
}
