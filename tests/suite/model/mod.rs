//! The ledger against plain models: whatever is asked of it in whatever order, and wherever runs are cut down.

mod runs;
mod stores;
