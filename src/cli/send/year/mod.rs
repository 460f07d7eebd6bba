//! Whole years of sending on a clock that is told: the program itself runs, and what it made of its days, articles and
//! readers is held against a plain reckoning.

mod almanac;
mod met;
mod reckoning;
mod story;
mod world;

use proptest::{prelude::*, test_runner::RngSeed};

use self::{
    met::Met,
    story::{KNOWN, Story, Weather, weather},
    world::World,
};

/// How many years a release is tried on; none while it is written.
fn asked() -> Option<u32> {
    let asked = std::env::var("PROPTEST_CASES").ok()?;
    asked.parse().ok()
}

fn years() -> ProptestConfig {
    ProptestConfig {
        failure_persistence: None,
        cases: asked().unwrap_or(1),
        rng_seed: RngSeed::Random,
        max_shrink_iters: 3,
        ..ProptestConfig::default()
    }
}

/// One and the same year with every change, so that a red one is the change's own fault; before a release as many as
/// `PROPTEST_CASES` says, which nobody has seen before.
fn weathers() -> BoxedStrategy<Weather> {
    match asked() {
        None => Just(KNOWN).boxed(),
        Some(_) => weather().boxed(),
    }
}

proptest! {
    #![proptest_config(years())]

    #[test]
    fn whatever_a_year_brings_each_article_is_printed_once_and_each_day_has_its_issue_or_a_reason(
        weather in weathers(),
    ) {
        let mut world = World::of(Story::of(&weather));
        world.live();
        world.check();
        if asked().is_none() {
            assert_eq!(world.not_met(), [] as [Met; 0], "the known year brings everything");
        }
    }
}
