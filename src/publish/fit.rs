//! Makes an issue's items shorter until the letter is small enough.

use super::{Brief, Press, inspect::encoded_size};
use crate::{
    domain::{block::BlockKind, issue::Digest, language::Language, trim::Trim},
    lint::{HTML_LIMIT, HTML_TARGET},
    render::RenderError,
};

/// The most items of an issue of the usual size, which stays below the target; a longer one below the limit.
const USUAL: usize = 15;

/// A digest with as little left out as it takes.
pub(super) struct Fitted {
    pub(super) digest: Digest,
    /// The octets of its HTML part, encoded, in the language in which it is larger.
    pub(super) size: usize,
    /// What was left out, in words.
    pub(super) left_out: Vec<&'static str>,
}

/// Leaves out step by step what is missed least, until the digest's letter is as small as it should be or there is
/// nothing more to leave out.
pub(super) fn fit(
    mut digest: Digest,
    brief: &Brief<'_>,
    steps: &[Trim],
) -> Result<Fitted, RenderError> {
    let goal = match digest.items.len() {
        0..=USUAL => HTML_TARGET,
        _ => HTML_LIMIT,
    };
    let mut size = usize::MAX;
    let mut left_out = Vec::new();
    for step in steps.iter().filter(|_| !digest.items.is_empty()) {
        digest.trim = *step;
        if !step.leaves_comments() {
            digest
                .blocks
                .retain(|block| block.kind != BlockKind::Quotes);
        }
        if *step >= Trim::Card {
            digest.card = None;
        }
        let before = std::mem::replace(&mut size, html_size(&digest, brief)?);
        if size < before && !step.is_nothing() {
            left_out.push(step.words());
        }
        if size <= goal {
            break;
        }
    }
    Ok(Fitted {
        digest,
        size,
        left_out,
    })
}

fn html_size(digest: &Digest, brief: &Brief<'_>) -> Result<usize, RenderError> {
    let press = Press::new(digest, brief)?;
    let size = |language| encoded_size(&press.parts(language).1);
    Ok(size(Language::Da).max(size(Language::En)))
}
