//! Whole years of sending on a clock that is told: the program itself runs, and what it made of its days, articles and
//! readers is held against a plain reckoning.

mod almanac;
mod reckoning;
mod story;
mod world;

use proptest::prelude::*;

use self::{
    story::{Story, weather},
    world::World,
};

/// How many years are lived through: one with every change, as many as `PROPTEST_CASES` says before a release.
fn cases() -> u32 {
    let asked = std::env::var("PROPTEST_CASES").ok();
    asked.and_then(|cases| cases.parse().ok()).unwrap_or(1)
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: cases(), max_shrink_iters: 3, ..ProptestConfig::default() })]

    #[test]
    fn whatever_a_year_brings_each_article_is_printed_once_and_each_day_has_its_issue_or_a_reason(
        weather in weather(),
    ) {
        let mut world = World::of(Story::of(&weather));
        world.live();
        world.check();
    }
}
