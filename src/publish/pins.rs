//! What the editor pins and the issue cannot print.

use crate::domain::{fault::Fault, issue::Digest, overlay::Overlay};

/// A warning for each pinned article that the issue does not print, with the rule that keeps it out.
pub fn unprinted_pins(digest: &Digest, overlay: Option<&Overlay>) -> Vec<Fault> {
    let Some(overlay) = overlay else {
        return Vec::new();
    };
    let left_out = overlay.pins.iter().filter_map(|pin| {
        let verdict = digest
            .verdicts
            .iter()
            .find(|verdict| pin.means(&verdict.article))?;
        let why = verdict.reasons.last().filter(|_| !verdict.printed)?;
        let key = digest.key;
        let reason = format!(
            "`{}` is pinned and {key} does not print it: {}",
            pin.id, why.finding
        );
        let fault = Fault::warning(reason).for_key("pins").remedy(
            "a pin overrules date and room, nothing else; mend the article, or take the pin out",
        );
        Some(overlay.at(fault, pin))
    });
    left_out.collect()
}
