//! The stories: what the parts do together, told through the public doors.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test ends at what it did not expect"
)]

mod once;
mod subscribers;
