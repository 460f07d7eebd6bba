//! What holds an issue is said to a person every time, and to cron once.

use crate::cli::{Session, newsroom::Newsroom};

/// How many such words are remembered.
const REMEMBERED: usize = 100;

/// Whether words about a hold are to be said: with `-q` only when they were not said before, for cron asks every minute.
/// Words that may come again another day have the day in them.
pub(in crate::cli) fn is_to_be_said(session: &Session, room: &Newsroom, words: &str) -> bool {
    if !session.global.quiet {
        return true;
    }
    let path = room.state.path().join("held");
    let said = std::fs::read_to_string(&path).unwrap_or_default();
    if said.lines().any(|line| line == words) {
        return false;
    }
    let before = said.lines().count();
    let kept: String = said
        .lines()
        .skip((before + 1).saturating_sub(REMEMBERED))
        .chain([words])
        .map(|line| format!("{line}\n"))
        .collect();
    // Not kept, it is said again: no harm.
    let _ = std::fs::write(path, kept);
    true
}
