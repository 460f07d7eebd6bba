//! What the cache knows of pictures: each made once, however often it is asked for.

use std::{
    fs,
    io::{self, Write as _},
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};
use url::Url;

use super::make::{Made, make};
use crate::{domain::key::sha256, source::web::Shelf};

/// A picture that was made, without its octets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Known {
    /// Where it came from.
    from: String,
    /// Its file's name.
    pub(super) name: String,
    pub(super) width: u32,
    pub(super) height: u32,
}

/// The folder of the cache with pictures in it.
#[derive(Debug, Clone)]
pub(super) struct Kept {
    folder: PathBuf,
}

impl Kept {
    pub(super) fn of(cache: &Path) -> Self {
        Self {
            folder: cache.join("pictures"),
        }
    }

    /// The picture of a place, when it was made before and its file is still there.
    pub(super) fn find(&self, from: &str) -> Option<Known> {
        let text = fs::read(self.note(from)).ok()?;
        let known: Known = serde_json::from_slice(&text).ok()?;
        (known.from == from && self.file(&known.name).is_file()).then_some(known)
    }

    /// Makes the picture of a place and keeps it.
    ///
    /// # Errors
    /// Why there is none to show.
    pub(super) fn make(&self, from: &str, bytes: &[u8]) -> Result<Known, String> {
        let Made {
            name,
            bytes,
            width,
            height,
        } = make(bytes)?;
        let known = Known {
            from: from.to_owned(),
            name,
            width,
            height,
        };
        let cannot = |error: io::Error| format!("cannot be kept in the cache ({error})");
        write(&self.file(&known.name), &bytes).map_err(cannot)?;
        // Texts and numbers: serialising them cannot fail.
        let note = serde_json::to_vec(&known).unwrap_or_default();
        write(&self.note(from), &note).map_err(cannot)?;
        Ok(known)
    }

    /// Where a picture's octets lie.
    pub(super) fn file(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// Where it is written down how asking for a picture went.
    pub(super) fn shelf(&self, url: &Url) -> Shelf {
        Shelf::at(self.folder.join("asked").join(hash(url.as_str())), url)
    }

    fn note(&self, from: &str) -> PathBuf {
        self.folder
            .join("known")
            .join(format!("{}.json", hash(from)))
    }
}

/// Writes a file aside, sees it on the disk, and puts it in place at once, for all to read.
pub(super) fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder)?;
    let mut file = tempfile::Builder::new()
        .prefix(".overblik-")
        .permissions(fs::Permissions::from_mode(0o666))
        .tempfile_in(folder)?;
    file.write_all(bytes)?;
    file.as_file().sync_all()?;
    file.persist(path)?;
    Ok(())
}

fn hash(text: &str) -> String {
    sha256(text.as_bytes())[..16]
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}
