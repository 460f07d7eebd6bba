//! The stories: what the parts do together, told through the public doors; and the rules of the house.
// All of this crate is tests: a failed `unwrap` is a failed test.
#![allow(clippy::unwrap_used, clippy::expect_used)]
// Nothing reaches into a crate of tests; `pub` says which items other stories use.
#![allow(unreachable_pub)]

mod again;
mod alerts;
mod approval;
mod archive;
mod articles;
mod axe;
mod backup;
mod bad_input;
mod baseline;
// Each story asks for its own part of it.
mod blocks;
#[allow(dead_code)]
mod browser;
mod calendar;
mod copies;
mod coverage;
#[path = "../../benches/crowd"]
mod crowd {
    pub mod demo;
    pub mod different;
    pub mod issue;
    pub mod pick;
    pub mod roster;
}
mod deploy;
mod desk;
mod dies;
mod dkim;
mod documents;
mod door;
mod earlier;
mod editions;
mod editor;
mod extremes;
mod feeds;
mod floors;
mod folder;
mod footers;
mod forgetting;
mod fuzz;
mod guards;
mod heart;
mod held;
mod killed;
#[path = "../../benches/labelled/mod.rs"]
mod labelled;
mod letters;
mod limits;
mod lint;
mod long_list;
mod model;
mod once;
#[cfg(target_os = "linux")]
mod outlook;
mod pictures;
mod power;
mod preview;
mod proof;
mod readme;
mod relaxed;
mod resumed;
mod run;
mod rust;
mod small_issue;
mod smtp;
mod status;
mod subscribers;
mod top_up;
mod topics;
mod traces;
mod twins;
mod updates;
mod weekly;
mod world;
