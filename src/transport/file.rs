//! The embedded transport: one `.eml` file a letter, named by the left part of its Message-ID.
//!
//! Written beside, synced and renamed, so a file is whole or not there; handed over twice it is the same file with the
//! same bytes. Nothing is ever doubtful.

use std::{
    fs::{self, File},
    io::{self, Write as _},
    path::{Path, PathBuf},
    time::Duration,
};

use super::{Feed, Job, Receipt, Redelivery, SendError, Transport, TransportKind};

/// Writes letters into a folder.
#[derive(Debug)]
pub struct FileTransport {
    folder: PathBuf,
}

impl FileTransport {
    /// Opens the folder, making it when it is not there.
    ///
    /// # Errors
    /// What the file system says.
    pub fn open(folder: &Path) -> io::Result<Self> {
        fs::create_dir_all(folder)?;
        sweep(folder);
        Ok(Self {
            folder: folder.to_owned(),
        })
    }
}

const UNFINISHED: &str = ".unfinished-";

/// What is older than this nobody writes any more.
const ABANDONED: Duration = Duration::from_secs(3600);

/// Drops what a killed run left half-written: nobody has been told of it. What is being written stays: a proof may be sent
/// while a run is at work.
fn sweep(folder: &Path) {
    let Ok(entries) = fs::read_dir(folder) else {
        return;
    };
    for entry in entries.flatten() {
        let is_unfinished = entry.file_name().to_string_lossy().starts_with(UNFINISHED);
        let written = entry.metadata().and_then(|about| about.modified());
        let age = written.ok().and_then(|at| at.elapsed().ok());
        if is_unfinished && age.is_some_and(|age| age >= ABANDONED) {
            let _ = fs::remove_file(entry.path());
        }
    }
}

impl Transport for FileTransport {
    fn redelivery(&self) -> Redelivery {
        TransportKind::File.redelivery()
    }

    async fn carry<F: Feed>(&self, feed: &F) {
        while let Some(job) = feed.next().await {
            let result = self.send(feed, &job).await;
            feed.settle(job, result);
        }
    }
}

impl FileTransport {
    async fn send(&self, feed: &impl Feed, job: &Job) -> Result<Receipt, SendError> {
        let local = |doing: &str| {
            let doing = doing.to_owned();
            move |source| SendError::Local { doing, source }
        };
        feed.handing_over(job)
            .map_err(local("marking the letter as handed over"))?;
        let name = format!("{}.eml", job.letter.id);
        let reply = format!("written as {name}");
        let (folder, text) = (self.folder.clone(), job.letter.message.text().into_owned());
        tokio::task::spawn_blocking(move || write(&folder, &name, text.as_bytes()))
            .await
            .map_err(|error| SendError::Local {
                doing: "writing a letter".into(),
                source: error.into(),
            })?
            .map_err(local("writing a letter to the outbox"))?;
        Ok(Receipt { reply })
    }
}

fn write(folder: &Path, name: &str, bytes: &[u8]) -> io::Result<()> {
    let mut file = tempfile::Builder::new()
        .prefix(UNFINISHED)
        .tempfile_in(folder)?;
    file.write_all(bytes)?;
    file.as_file().sync_all()?;
    file.persist(folder.join(name))
        .map_err(|error| error.error)?;
    #[cfg(unix)]
    File::open(folder)?.sync_all()?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::time::SystemTime;

    use super::*;

    #[test]
    fn what_a_killed_run_left_is_dropped_and_what_is_being_written_is_not() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(format!("{UNFINISHED}{name}"));
        for (name, hours) in [("left", 2), ("begun", 0)] {
            let file = File::create(at(name)).unwrap();
            let written = SystemTime::now() - Duration::from_secs(3600 * hours);
            file.set_modified(written).unwrap();
        }
        // A proof, while a run is at work.
        FileTransport::open(folder.path()).unwrap();
        assert!(!at("left").exists());
        assert!(at("begun").exists());
    }
}
