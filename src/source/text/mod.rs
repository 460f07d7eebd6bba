//! stub
use super::{Entry, Outcome};
pub(super) fn read(entry: &Entry<'_>) -> Outcome {
    Err(entry.refusal(None, "stub"))
}
