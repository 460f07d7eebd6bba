//! `overblik restore`

use std::path::PathBuf;

use chrono::{DateTime, Utc};
use clap::Args;
use serde_json::json;

use super::{
    Exit, Failure, Session,
    backup::{failure, newest},
    journal::{self, About},
    newsroom::{Newsroom, lock_failure},
};
use crate::store::{
    archive::{ArchiveError, Restore as Archive, Told},
    journal::Act,
    lock::Lock,
};

/// Puts a backup in the state folder's place; what stood there is kept beside it
#[derive(Debug, Args)]
#[command(
    after_help = "The backup is checked whole before anything moves. What comes next is held by the guard `copy` until \
somebody has seen to it that no other copy sends: `overblik send --override copy`. Readers who left since the backup stay \
away where the folder knows of it.\n\nExamples:\n  overblik restore /var/backups/overblik-2026-11-23.tar --dry-run\n  overblik \
restore /var/backups/overblik-2026-11-23.tar"
)]
pub(super) struct Restore {
    /// The backup
    file: PathBuf,
    /// Say what would be put back, and write nothing
    #[arg(long)]
    dry_run: bool,
    /// Put it back although the folder has come further: letters sent since are forgotten
    #[arg(long)]
    over_newer: bool,
}

impl Restore {
    /// Restores the state folder.
    pub(super) fn run(self, session: &Session) -> Result<Exit, Failure> {
        let room = Newsroom::open(session)?;
        let about = |error: ArchiveError| failure(&self.file, &error);
        let list_id = room.config.newsletter.list_id.to_string();
        let archive = Archive::read(&self.file, &list_id).map_err(about)?;
        let contents = archive.contents.clone();
        let told = match self.over_newer {
            true => Told::OverNewer,
            false => Told::Nothing,
        };
        let behind = archive.is_behind(&room.state).map_err(about)?;
        if let Some(why) = behind.clone().filter(|_| told == Told::Nothing) {
            return Err(about(ArchiveError::Behind(why)));
        }
        let aside = match self.dry_run {
            true => None,
            false => {
                let take = |path: PathBuf| {
                    Lock::take(&path, room.now)
                        .map_err(|error| lock_failure(&error, "wait for it to end"))
                };
                let _locks = (
                    take(room.state.send_lock())?,
                    take(room.state.subscribers_lock())?,
                );
                let aside = archive.put(&room.state, told, room.now).map_err(about)?;
                let words = format!("the backup of {}", shown(contents.made_at));
                journal::note(session, &room, Act::Restored, About::Newsletter, &words);
                aside
            }
        };
        if session.global.json {
            session.json(&json!({
                "dry_run": self.dry_run,
                "made_at": contents.made_at,
                "newest_issue": contents.newest_issue,
                "files": contents.files,
                "forgets": behind,
                "kept": aside.as_ref().map(|path| path.display().to_string()),
            }));
        }
        session.say(&format!(
            "{} files {} of the backup of {}{}",
            contents.files.len(),
            match self.dry_run {
                true => "would be put back",
                false => "put back",
            },
            shown(contents.made_at),
            newest(contents.newest_issue.as_deref()),
        ));
        if let Some(why) = &behind {
            session.warn(&format!("warning: the folder had come further: {why}"));
        }
        if let Some(aside) = &aside {
            session.say(&format!(
                "what stood there is in {}; delete it when it is no longer needed: it names readers",
                aside.display()
            ));
        }
        session.say("sending is held by the guard `copy`: `overblik send --override copy` when no other copy sends");
        Ok(Exit::Done)
    }
}

fn shown(at: DateTime<Utc>) -> String {
    at.format("%Y-%m-%d %H:%M:%S UTC").to_string()
}
