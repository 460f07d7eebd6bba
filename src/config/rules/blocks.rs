//! The rules of `[[block]]`.

use super::{Config, Key, Reading, distinct, id, one_line, within};
use crate::domain::{
    block::{BlockKind, BlockSettings},
    fault::{Fault, nearest},
};

pub(super) fn check(config: &Config, reading: &mut Reading) {
    distinct(
        reading,
        "block",
        "id",
        config.blocks.iter().map(|block| block.id.as_str()),
    );
    let sections = reading.is_whole("section");
    for (index, block) in config.blocks.iter().enumerate() {
        let key = |name: &str| Key::of("block").index(index).name(name);
        id(reading, &key("id"), &block.id);
        one_line(reading, &key("title"), &block.title);
        let seconds = usize::from(block.timeout_seconds);
        within(reading, &key("timeout_seconds"), seconds, 1..=120);
        if let Some(max) = block.max {
            within(reading, &key("max"), max, 1..=block.kind.most());
        }
        if let Some(hours) = block.stale_hours {
            within(reading, &key("stale_hours"), hours as usize, 1..=8760);
        }
        place(reading, index, block);
        let known = || config.sections.iter().map(|section| section.id.0.as_str());
        if let Some(after) = &block.after
            && sections
            && !known().any(|id| id == after.0)
        {
            let remedy = match nearest(&after.0, known()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => "name a section, or leave it out for the letter's end".to_owned(),
            };
            reading.fault(
                &key("after"),
                Fault::error(format!("there is no section `{after}`")).remedy(remedy),
            );
        }
    }
}

/// Whether a block says where its list is: a file or an address, or for events neither.
fn place(reading: &mut Reading, index: usize, block: &BlockSettings) {
    let key = |name: &str| Key::of("block").index(index).name(name);
    let has_path = !block.path.as_os_str().is_empty();
    let mut fault = |name: &str, reason: &str, remedy: &str| {
        reading.fault(&key(name), Fault::error(reason).remedy(remedy));
    };
    match (&block.url, block.kind) {
        (None, BlockKind::Events) if !has_path => {}
        (url, BlockKind::Events) => fault(
            if url.is_some() { "url" } else { "path" },
            "coming events are taken from the articles",
            "take the line away, and name the calendar as a `[[source]]` of kind `ical`",
        ),
        (None, _) if !has_path => fault(
            "path",
            "missing: it has no default",
            "add a line such as `path = \"data/mest-laest.json\"`, or `url = \"https://avis.example/laest.json\"`",
        ),
        (None, _) => {}
        (Some(_), _) if has_path => fault(
            "url",
            "a block has a `path` or a `url`, not both",
            "take away the one that is not meant",
        ),
        (Some(url), _) => {
            if !matches!(url.scheme(), "http" | "https") || url.host().is_none() {
                fault(
                    "url",
                    "it is no web address",
                    "write it in full: `https://avis.example/laest.json`",
                );
            } else if !url.username().is_empty() || url.password().is_some() {
                fault(
                    "url",
                    "a name or password stands in the address, where everybody can read it",
                    "give the list an address without",
                );
            }
        }
    }
}
