//! `overblik init`

mod template;

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use chrono_tz::Europe::Copenhagen;
use clap::Args;
use serde_json::json;

use super::{Exit, Failure, Session};
use crate::domain::fault::Fault;

/// Writes a working newsletter folder, with comments and guards on
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  overblik init avis\n  overblik --config avis/config check")]
pub(super) struct Init {
    /// The folder to write; made if it is not there
    #[arg(value_name = "DIR")]
    dir: PathBuf,
}

impl Init {
    /// Writes the whole folder, or nothing of it.
    pub(super) fn run(self, session: &Session) -> Result<Exit, Failure> {
        let dir = &self.dir;
        if let Some(there) = TOPS
            .iter()
            .map(|top| dir.join(top))
            .find(|path| path.exists())
        {
            return Err(Failure::usage(
                Fault::error(format!("`{}` is there already", there.display()))
                    .remedy("name a new folder; what is there is never written over"),
            ));
        }
        let now = session.clock.now().with_timezone(&Copenhagen);
        let today = now.date_naive().to_string();
        let files = files(&today).map_err(|error| Failure::ours("making the config", &error))?;
        write(dir, &files).map_err(|error| {
            Failure::usage(
                Fault::error(format!("`{}` cannot be written: {error}", dir.display()))
                    .remedy("name a folder you may write to"),
            )
        })?;
        if session.global.json {
            let names: Vec<&str> = files.iter().map(|(name, _)| *name).collect();
            session.json(&json!({ "folder": dir, "files": names }));
        }
        let config = dir.join("config");
        session.say(&format!(
            "wrote a newsletter to `{}`; say whose it is in `{}`, then run `overblik --config {} check`",
            dir.display(),
            config.join("default.toml").display(),
            config.display(),
        ));
        Ok(Exit::Done)
    }
}

/// What makes a folder a newsletter's.
const TOPS: [&str; 3] = ["config", "subscribers", "articles"];

/// Every file of a new newsletter, with its text.
fn files(today: &str) -> Result<Vec<(&'static str, String)>, toml_edit::TomlError> {
    Ok(vec![
        ("config/default.toml", template::config()?),
        (
            "subscribers/readers.toml",
            include_str!("readers.toml").to_owned(),
        ),
        (
            "articles/velkommen.md",
            include_str!("velkommen.md").replace("{date}", today),
        ),
        (".gitignore", include_str!("gitignore").to_owned()),
    ])
}

/// Writes the files beside their place and moves them there; takes back what was moved if one cannot be.
fn write(dir: &Path, files: &[(&str, String)]) -> io::Result<()> {
    let made = !dir.exists();
    fs::create_dir_all(dir)?;
    let written = stage(dir, files);
    if written.is_err() && made {
        // Only empty: whatever else came to stand there is not ours to remove.
        let _ = fs::remove_dir(dir);
    }
    written
}

fn stage(dir: &Path, files: &[(&str, String)]) -> io::Result<()> {
    let stage = tempfile::Builder::new()
        .prefix(".overblik-")
        .tempdir_in(dir)?;
    for (name, text) in files {
        let path = stage.path().join(name);
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent)?;
        }
        fs::write(path, text)?;
    }
    let mut moved: Vec<PathBuf> = Vec::new();
    for top in TOPS.into_iter().chain([".gitignore"]) {
        let place = dir.join(top);
        // A folder under version control may have its own.
        if top == ".gitignore" && place.exists() {
            continue;
        }
        if let Err(error) = fs::rename(stage.path().join(top), &place) {
            for place in moved {
                let _ = fs::rename(
                    &place,
                    stage.path().join(place.file_name().unwrap_or_default()),
                );
            }
            return Err(error);
        }
        moved.push(place);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config;

    #[test]
    fn a_new_newsletter_loads_without_faults() {
        let folder = tempfile::tempdir().unwrap();
        let dir = folder.path().join("avis");
        write(&dir, &files("2026-11-23").unwrap()).unwrap();
        let config = config::load(&dir.join("config"), None, std::iter::empty())
            .unwrap_or_else(|faults| panic!("{faults:#?}"));
        assert_eq!(config.guards, crate::publish::GuardSettings::default());
        assert!(config.ads.is_empty() && config.topics.is_empty() && config.publishers.is_empty());
        for source in &config.sources {
            assert!(config.path(&source.path).is_dir());
        }
        assert!(
            config
                .path(&config.subscribers.path)
                .join("readers.toml")
                .is_file()
        );
        assert!(dir.join(".gitignore").is_file());
        let left: Vec<_> = fs::read_dir(&dir).unwrap().collect();
        assert_eq!(left.len(), 4, "{left:?}");
    }

    #[test]
    fn what_cannot_be_written_whole_is_not_written_at_all() {
        let folder = tempfile::tempdir().unwrap();
        let dir = folder.path().join("avis");
        let text = |name| (name, String::new());
        // No `articles`: the third move fails when two are made.
        let torn = [
            text("config/default.toml"),
            text("subscribers/readers.toml"),
            text(".gitignore"),
        ];
        assert!(write(&dir, &torn).is_err());
        assert!(!dir.exists());
        fs::create_dir(&dir).unwrap();
        fs::write(dir.join("notes"), "mine").unwrap();
        assert!(write(&dir, &torn).is_err());
        let left: Vec<_> = fs::read_dir(&dir)
            .unwrap()
            .map(|entry| entry.unwrap().file_name())
            .collect();
        assert_eq!(left, ["notes"]);
    }

    #[test]
    fn an_ignore_file_that_is_there_stays() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join(".gitignore"), "mine").unwrap();
        write(folder.path(), &files("2026-11-23").unwrap()).unwrap();
        assert_eq!(
            fs::read_to_string(folder.path().join(".gitignore")).unwrap(),
            "mine"
        );
    }
}
