//! The demo's config, with more topics than it has.

use std::path::Path;

use overblik::{
    config::{self, Config},
    domain::topic::Topic,
};

/// What a step of the preparation says when it fails.
pub(crate) type Failure = Box<dyn std::error::Error>;

/// The demo's config with two made-up topics more: twelve.
pub(crate) fn config() -> Result<Config, Failure> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("config");
    let mut config = config::load(&folder, None, std::iter::empty()).map_err(|faults| {
        let faults: Vec<String> = faults.iter().map(ToString::to_string).collect();
        faults.join("\n")
    })?;
    for (id, words) in [
        ("kommuner", ["kommune*", "borger*", "by*"]),
        ("mennesker", ["medarbejder*", "lærer*", "over*"]),
    ] {
        config.topics.push(Topic {
            words: words.map(str::to_owned).into(),
            ..Topic::new(id, id)
        });
    }
    Ok(config)
}
