//! The embedded transport: one `.eml` file a letter, named by the left part of its Message-ID.
//!
//! Written beside, synced and renamed, so a file is whole or not there; handed over twice it is the same file with the
//! same bytes. Nothing is ever doubtful.

use std::{
    fs::{self, File},
    io::{self, Write as _},
    path::{Path, PathBuf},
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
        Ok(Self {
            folder: folder.to_owned(),
        })
    }

    /// Drops what a killed run left half-written: nobody has been told of it. It is for the run that keeps other runs out;
    /// a proof would drop the letters that a run beside it is writing.
    pub fn sweep(&self) {
        let Ok(entries) = fs::read_dir(&self.folder) else {
            return;
        };
        for entry in entries.flatten() {
            if entry.file_name().to_string_lossy().starts_with(UNFINISHED) {
                let _ = fs::remove_file(entry.path());
            }
        }
    }
}

const UNFINISHED: &str = ".unfinished-";

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
    use super::*;

    #[test]
    fn what_a_killed_run_left_is_dropped_by_the_next_run_and_by_nobody_else() {
        let folder = tempfile::tempdir().unwrap();
        let unfinished = folder.path().join(format!("{UNFINISHED}x"));
        fs::write(&unfinished, "Date: ").unwrap();
        // A proof, while a run is at work.
        let transport = FileTransport::open(folder.path()).unwrap();
        assert!(unfinished.exists());
        transport.sweep();
        assert!(!unfinished.exists());
    }
}
