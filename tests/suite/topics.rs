//! How near the words of the demo's topics come to what an editor says: the floor they must not fall under.

use crate::labelled::{articles, config, matcher, measure};

/// What the words reach is in `benches/topics.md`; this is where a change has broken something.
fn check(set: &str, precision: f64, recall: f64) {
    let config = config().unwrap();
    let set = articles(set).unwrap();
    let outcome = measure(&matcher(&config), &config, &set);
    let faults = outcome.faults.join("\n");
    assert!(outcome.micro.precision() >= precision, "{faults}");
    assert!(outcome.micro.recall() >= recall, "{faults}");
    let (means, floors) = (outcome.macro_means(), (precision - 0.05, recall - 0.05));
    assert!(means.0 >= floors.0 && means.1 >= floors.1, "{means:?}");
}

#[test]
fn the_demos_topics_are_found_in_the_articles_they_were_made_by() {
    check("tuned", 0.9, 0.9);
}

#[test]
fn the_demos_topics_are_found_in_articles_they_were_not_made_by() {
    check("held-out", 0.85, 0.8);
}
