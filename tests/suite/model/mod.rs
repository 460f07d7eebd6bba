//! The ledger against plain models: whatever is asked of it in whatever order, and wherever runs are cut down.

mod ask;
mod runs;
mod shown;
mod stores;

/// How many stories are told: some with every change, as many as `PROPTEST_CASES` says before a release.
pub fn cases(usual: u32) -> u32 {
    let asked = std::env::var("PROPTEST_CASES").ok();
    asked.and_then(|cases| cases.parse().ok()).unwrap_or(usual)
}
