//! What holds an issue is said to a person every time, and to cron once.

use crate::cli::{Session, newsroom::Newsroom};

/// Whether words about a hold are to be said: with `-q` only when they are not what was said last, for cron asks every
/// minute.
pub(super) fn is_to_be_said(session: &Session, room: &Newsroom, words: &str) -> bool {
    if !session.global.quiet {
        return true;
    }
    let said = room.state.path().join("held");
    if std::fs::read_to_string(&said).is_ok_and(|last| last.trim_end() == words) {
        return false;
    }
    // Not kept, it is said again: no harm.
    let _ = std::fs::write(said, format!("{words}\n"));
    true
}
