//! `overblik backup`

use std::path::PathBuf;

use clap::Args;
use serde_json::json;

use super::{Exit, Failure, Session, newsroom::Newsroom, session::chain};
use crate::{
    domain::fault::Fault,
    store::archive::{self, ArchiveError},
};

/// Writes the whole state to one file: ledger, key, who has left; safe while a run is at work
#[derive(Debug, Args)]
#[command(
    after_help = "The file is a tar archive that any `tar` lists, for its owner alone: it has the key and every address. It \
names what is in it in `overblik-backup.json`. Config, articles and subscriber files are not in it.\n\nExamples:\n  overblik \
backup /var/backups/overblik-2026-11-23.tar"
)]
pub(super) struct Backup {
    /// The file to make; one that is there is not written over
    file: PathBuf,
}

impl Backup {
    /// Backs the state folder up.
    pub(super) fn run(self, session: &Session) -> Result<Exit, Failure> {
        let room = Newsroom::open(session)?;
        let list_id = room.config.newsletter.list_id.to_string();
        let contents = archive::write(&room.state, &list_id, &self.file, room.now)
            .map_err(|error| failure(&self.file, &error))?;
        if room.state.key_file().is_none() {
            session.say(
                "the signing key stands in the config, not in the backup: keep a copy of it too",
            );
        }
        if session.global.json {
            session.json(&json!({
                "file": self.file.display().to_string(),
                "made_at": contents.made_at,
                "newest_issue": contents.newest_issue,
                "files": contents.files,
            }));
        }
        session.say(&format!(
            "{} files written to {}{}",
            contents.files.len(),
            self.file.display(),
            newest(contents.newest_issue.as_deref())
        ));
        Ok(Exit::Done)
    }
}

/// The newest issue of an archive, in words.
pub(super) fn newest(issue: Option<&str>) -> String {
    issue.map_or_else(
        || "; no issue has been published".to_owned(),
        |issue| format!("; the newest issue is {issue}"),
    )
}

/// An archive that could not be made or put back, by its file.
pub(super) fn failure(file: &std::path::Path, error: &ArchiveError) -> Failure {
    let exit = match error {
        ArchiveError::Io { source, .. }
            if !matches!(
                source.kind(),
                std::io::ErrorKind::NotFound | std::io::ErrorKind::AlreadyExists
            ) =>
        {
            Exit::Ours
        }
        ArchiveError::Store(_) | ArchiveError::Peek(_) => Exit::Ours,
        _ => Exit::Usage,
    };
    Failure {
        exit,
        faults: vec![
            Fault::error(chain(error))
                .in_file(file.display().to_string())
                .remedy(error.remedy()),
        ],
    }
}
