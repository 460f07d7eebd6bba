//! `overblik articles mark-printed`: a baseline for day one.

use std::fs;

use chrono::{DateTime, NaiveDate, Utc};
use clap::Args;
use serde_json::json;

use super::{
    Exit, Failure, Session,
    edited::{self, about},
    newsroom::{Newsroom, doubts, lock_failure, name_faults},
};
use crate::{
    compose::twin_keys,
    domain::article::{Article, ArticleId, start_of_day},
    publish,
    store::{
        Read as _,
        kept::{self, KeptError},
        lock::Lock,
    },
};

/// Lets what is dated before a day count as printed, so that the first issue does not look back
#[derive(Debug, Clone, Args)]
#[command(
    after_help = "Only what the sources hold now is marked; what comes later with an old date is late, and judged so. Marking \
again adds to what is marked.\n\nExamples:\n  overblik articles mark-printed --before 2026-11-23 --dry-run\n  overblik articles \
mark-printed --undo"
)]
pub struct MarkPrinted {
    /// The day: what is dated before its midnight is marked
    #[arg(long, value_name = "D", value_parser = super::day, required_unless_present = "undo")]
    before: Option<NaiveDate>,
    /// Take the marks away again
    #[arg(long, conflicts_with = "before")]
    undo: bool,
    /// Say how many, and write nothing
    #[arg(long)]
    dry_run: bool,
}

impl MarkPrinted {
    /// Marks, or takes the marks away.
    pub(super) fn run(&self, session: &Session) -> Result<Exit, Failure> {
        let room = Newsroom::open(session)?;
        let _lock = match self.dry_run {
            true => None,
            // A run at work has read the old marks.
            false => Some(
                Lock::take(&room.state.send_lock(), room.now)
                    .map_err(|error| lock_failure(&error, "wait for it to end"))?,
            ),
        };
        match self.before {
            Some(day) => self.mark(session, &room, day),
            None => self.undo(session, &room),
        }
    }

    fn mark(&self, session: &Session, room: &Newsroom, day: NaiveDate) -> Result<Exit, Failure> {
        let collected = publish::collect(&room.config.brief(), room.now);
        name_faults(session, doubts(&collected));
        let mut baseline = edited::baseline(&room.state)?;
        let first_seen = first_seen(room)?;
        let midnight = start_of_day(day, room.config.newsletter.timezone);
        let (mut marked, mut already) = (Vec::new(), 0);
        for article in &collected.articles {
            // A draft has yet to be written: when it is, it is news.
            if article.draft || dated(article, &first_seen, room) >= midnight {
                continue;
            }
            if baseline.has(&article.id) {
                already += 1;
                continue;
            }
            marked.push(&article.id);
            baseline.add(&article.id, twin_keys(article));
        }
        baseline.before = baseline.before.max(Some(day));
        if !self.dry_run && !marked.is_empty() {
            let path = room.state.baseline();
            kept::write(&path, &baseline).map_err(|error| about(&path, &error))?;
        }
        if session.global.json {
            session.json(&json!({
                "before": day.to_string(),
                "marked": marked.len(),
                "already": already,
                "dry_run": self.dry_run,
                "articles": marked,
            }));
        }
        let number = marked.len();
        let (articles, count) = match number {
            1 => ("article", "counts"),
            _ => ("articles", "count"),
        };
        session.say(&match self.dry_run {
            true => format!("{number} {articles} dated before {day} would count as printed; {already} do already"),
            false => format!("{number} {articles} dated before {day} {count} as printed from now on; {already} did already"),
        });
        Ok(Exit::Done)
    }

    fn undo(&self, session: &Session, room: &Newsroom) -> Result<Exit, Failure> {
        let number = edited::baseline(&room.state)?.articles.len();
        if !self.dry_run && number > 0 {
            let path = room.state.baseline();
            fs::remove_file(&path).map_err(|error| about(&path, &KeptError::Io(error)))?;
        }
        if session.global.json {
            session.json(&json!({ "unmarked": number, "dry_run": self.dry_run }));
        }
        session.say(&match self.dry_run {
            true => format!("{number} articles would no longer count as printed"),
            false => format!("{number} articles no longer count as printed"),
        });
        Ok(Exit::Done)
    }
}

/// When articles were first seen, by the ledger.
fn first_seen(
    room: &Newsroom,
) -> Result<std::collections::HashMap<ArticleId, DateTime<Utc>>, Failure> {
    let past = match room.peek()? {
        Some(store) => store.past(crate::domain::issue::Frequency::Daily)?,
        None => return Ok(std::collections::HashMap::new()),
    };
    Ok(past.first_seen.into_iter().collect())
}

/// The instant an article counts from: its date, else when it was first seen; not before its embargo is lifted.
fn dated(
    article: &Article,
    first_seen: &std::collections::HashMap<ArticleId, DateTime<Utc>>,
    room: &Newsroom,
) -> DateTime<Utc> {
    let zone = room.config.newsletter.timezone;
    let stated = article.published.at.map(|at| at.instant(zone));
    let seen = || first_seen.get(&article.id).copied().unwrap_or(room.now);
    let lifted = article.embargo.map(|embargo| embargo.instant(zone));
    stated
        .unwrap_or_else(seen)
        .max(lifted.unwrap_or(DateTime::<Utc>::MIN_UTC))
}
