//! Whole years of sending on a clock that is told: the program itself runs, and what it made of its days, articles and
//! readers is held against a plain reckoning.

mod almanac;
mod reckoning;
mod story;
mod world;

use proptest::{prelude::*, test_runner::RngSeed};

use self::{
    story::{Story, weather},
    world::World,
};

/// One and the same year with every change, so that a red one is the change's own fault; before a release as many as
/// `PROPTEST_CASES` says, which nobody has seen before.
fn years() -> ProptestConfig {
    let asked = std::env::var("PROPTEST_CASES").ok();
    let asked: Option<u32> = asked.and_then(|cases| cases.parse().ok());
    ProptestConfig {
        failure_persistence: None,
        cases: asked.unwrap_or(1),
        rng_seed: asked.map_or(RngSeed::Fixed(2026), |_| RngSeed::Random),
        max_shrink_iters: 3,
        ..ProptestConfig::default()
    }
}

proptest! {
    #![proptest_config(years())]

    #[test]
    fn whatever_a_year_brings_each_article_is_printed_once_and_each_day_has_its_issue_or_a_reason(
        weather in weather(),
    ) {
        let mut world = World::of(Story::of(&weather));
        world.live();
        world.check();
    }
}
