//! What holds an issue is said to a person every time, and to cron once.

use crate::cli::{Session, newsroom::Newsroom};

/// Whether words about a hold are to be said: with `-q` only when they were not said before, for cron asks every minute.
/// Words that begin with an issue are remembered beside those of the other issues of its date.
pub(in crate::cli) fn is_to_be_said(session: &Session, room: &Newsroom, words: &str) -> bool {
    if !session.global.quiet {
        return true;
    }
    let path = room.state.path().join("held");
    let said = std::fs::read_to_string(&path).unwrap_or_default();
    if said.lines().any(|line| line == words) {
        return false;
    }
    let date = date_of(words);
    let kept: String = said
        .lines()
        .filter(|line| date.is_some() && date_of(line) == date)
        .chain([words])
        .map(|line| format!("{line}\n"))
        .collect();
    // Not kept, it is said again: no harm.
    let _ = std::fs::write(path, kept);
    true
}

/// The date of the issue that words begin with: `daily-2026-11-23: ...`.
fn date_of(words: &str) -> Option<&str> {
    let (_, date) = words.split_once(':')?.0.split_once('-')?;
    Some(date)
}
