//! The stories: what the parts do together, told through the public doors; and the rules of the house.
// All of this crate is tests: a failed `unwrap` is a failed test.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod dkim;
mod floors;
mod folder;
mod once;
mod readme;
mod relaxed;
mod rust;
mod subscribers;
mod world;
