//! Feeds libFuzzer's inputs to the reader that `OVERBLIK_FUZZ` names.

#![no_main]

mod targets;

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;

static TARGET: LazyLock<fn(&[u8])> = LazyLock::new(|| {
    let name = std::env::var("OVERBLIK_FUZZ").unwrap_or_default();
    let found = targets::TARGETS.iter().find(|(known, _)| *known == name);
    found
        .unwrap_or_else(|| panic!("there is no target `{name}`"))
        .1
});

fuzz_target!(|bytes: &[u8]| TARGET(bytes));
