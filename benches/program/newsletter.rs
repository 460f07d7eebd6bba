//! A newsletter's folder of the bench's own.

use std::{fs, io, path::Path};

use overblik::config::Config;

use crate::crowd::demo::Failure;

/// A newsletter's folder: the demo's config and articles, other topics, and readers.
pub(crate) struct Newsletter {
    home: tempfile::TempDir,
}

impl Newsletter {
    /// Makes the folder, with the topics of a config; `write` writes its readers into the file it is given.
    pub(crate) fn new(
        topics: &Config,
        write: impl FnOnce(&Path) -> Result<(), Failure>,
    ) -> Result<Self, Failure> {
        let home = tempfile::tempdir()?;
        let demo = Path::new(env!("CARGO_MANIFEST_DIR"));
        for folder in ["config", "articles"] {
            copy(&demo.join(folder), &home.path().join(folder))?;
        }
        let topics: String = topics
            .topics
            .iter()
            .map(|topic| {
                let (id, words) = (&topic.id.0, &topic.words);
                format!("[[topic]]\nid = {id:?}\nname = {id:?}\nwords = {words:?}\n\n")
            })
            .collect();
        // A set of tables is replaced whole.
        fs::write(home.path().join("config/bench.toml"), topics)?;
        fs::create_dir(home.path().join("subscribers"))?;
        write(&home.path().join("subscribers/readers.toml"))?;
        Ok(Self { home })
    }

    /// Its folder.
    pub(crate) fn home(&self) -> &Path {
        self.home.path()
    }
}

fn copy(from: &Path, to: &Path) -> io::Result<()> {
    fs::create_dir(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let (from, to) = (entry.path(), to.join(entry.file_name()));
        if entry.file_type()?.is_dir() {
            copy(&from, &to)?;
        } else {
            fs::copy(from, to)?;
        }
    }
    Ok(())
}
