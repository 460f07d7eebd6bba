//! `overblik collect`

use clap::Args;
use serde_json::json;

use super::{
    Exit, Failure, Session,
    newsroom::{Newsroom, doubts, name_faults},
};
use crate::{publish, source::Collected, store::Store as _};

/// Fetches and stores: asks every source on the web, reads all sources, and notes what is seen for the first time
#[derive(Debug, Args)]
#[command(
    after_help = "What was fetched lies in `cache/`; a source that does not answer is read from its last good copy there.\nAn undated article counts from the instant it was first seen.\n\nExamples:\n  overblik collect"
)]
pub(super) struct Collect {}

impl Collect {
    /// Collects; a bad article costs only itself.
    pub(super) fn run(self, session: &Session) -> Result<Exit, Failure> {
        let room = Newsroom::open(session)?;
        let collected = publish::collect_outright(&room.config.brief(), room.now);
        name_faults(session, doubts(&collected));
        note(&room, &collected)?;
        if session.global.json {
            session.json(&json!({
                "articles": collected.articles.len(),
                "refused": collected.refused,
                "warnings": collected.warnings,
            }));
        } else {
            session.say(&format!(
                "{} articles read, {} refused",
                collected.articles.len(),
                collected.refused.len()
            ));
        }
        Ok(Exit::Done)
    }
}

/// Notes what is seen for the first time.
pub(super) fn note(room: &Newsroom, collected: &Collected) -> Result<(), Failure> {
    room.state
        .make()
        .map_err(|error| Failure::ours("making the state folder", &error))?;
    // A ledger whose key is gone must not grow.
    room.signing_key()?;
    let mut store = room.ledger()?;
    let seen: Vec<_> = collected
        .articles
        .iter()
        .filter(|article| !article.draft)
        .map(|article| article.id.clone())
        .collect();
    store.note_seen(&seen, room.now)?;
    Ok(())
}
