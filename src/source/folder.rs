//! Files and folders on disk as sources: which are read, by which reader, and what their ids are made of.

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
};

use super::{
    Collected, Reader, Reading, Refusal, Source, SourceKind, SourceSettings, file, reader_of,
};
use crate::domain::fault::Fault;

/// A folder of files of one kind, or a single file.
pub(super) struct Folder {
    pub(super) settings: SourceSettings,
    pub(super) reader: Reader,
}

impl Source for Folder {
    fn collect(&self, reading: &Reading<'_>) -> Collected {
        let mut all = Collected::default();
        let root = reading.folder.join(&self.settings.path);
        let listing = match file::list(&root) {
            Ok(listing) => listing,
            Err(error) => {
                let remedy = format!(
                    "make it, or correct `path` of the source `{}`",
                    self.settings.name
                );
                let mut fault = cannot_be_listed(&self.settings.path, &error, &remedy);
                fault.key = Some("source.path".into());
                all.warnings.push(fault);
                return all;
            }
        };
        all.doubt(&listing, |path| shown(path, reading.folder));
        for path in listing.files {
            // Pictures and notes may lie beside the articles; a file named itself is read whatever it is called.
            let fits = path == root || kind_of(&path) == Some(self.settings.kind);
            if fits {
                let stem = stem_of(&path, &root, &self.settings, reading);
                all.read(
                    &path,
                    shown(&path, reading.folder),
                    stem,
                    &self.settings,
                    reading,
                    self.reader,
                );
            }
        }
        all.in_order()
    }
}

/// Reads any files and folders, each file by its extension, with one profile for all of them.
///
/// # Errors
/// Each path that is not there, with what to do.
pub fn read_paths(
    paths: &[PathBuf],
    profile: &SourceSettings,
    reading: &Reading<'_>,
) -> Result<Collected, Vec<Fault>> {
    let mut jobs = Vec::new();
    let mut all = Collected::default();
    let mut missing = Vec::new();
    let mut met = BTreeSet::new();
    let mut stems = BTreeSet::new();
    let roots_differ = paths.len() > 1;
    for root in paths {
        let listing = match file::list(root) {
            Ok(listing) => listing,
            Err(error) => {
                missing.push(cannot_be_listed(
                    root,
                    &error,
                    "name a file or folder that is there",
                ));
                continue;
            }
        };
        all.doubt(&listing, |path| shown(path, reading.folder));
        for path in listing.files {
            if met.insert(path.canonicalize().unwrap_or_else(|_| path.clone())) {
                let mut stem = stem_of(&path, root, profile, reading);
                // Two folders named may hold a file of the same name: they are two articles.
                if !stems.insert(stem.clone()) && roots_differ {
                    stem = without_extension(&path);
                }
                jobs.push((path, stem));
            }
        }
    }
    if !missing.is_empty() {
        return Err(missing);
    }
    for (path, stem) in jobs {
        let place = shown(&path, reading.folder);
        let Some(kind) = kind_of(&path) else {
            let reason = format!(
                "is no file of a kind that is read (.{}); convert it or leave it out",
                known_endings().collect::<Vec<_>>().join(", .")
            );
            all.refused.push(Refusal {
                path: place,
                line: None,
                reason,
            });
            continue;
        };
        let reader = reader_of(kind);
        all.read(&path, place, stem, profile, reading, reader);
    }
    Ok(all.in_order())
}

/// The kind of file a path names, by its ending.
fn kind_of(path: &Path) -> Option<SourceKind> {
    let ending = path.extension()?.to_str()?.to_lowercase();
    SourceKind::ALL
        .into_iter()
        .find(|kind| kind.endings().contains(&ending.as_str()))
}

fn known_endings() -> impl Iterator<Item = &'static str> {
    SourceKind::ALL
        .into_iter()
        .flat_map(SourceKind::endings)
        .copied()
}

/// What makes an id of a path: relative to the source's own folder where it lies in it, else to the path named.
fn stem_of(path: &Path, root: &Path, profile: &SourceSettings, reading: &Reading<'_>) -> String {
    let home = reading.folder.join(&profile.path);
    let own = (!profile.path.as_os_str().is_empty())
        .then(|| {
            path.canonicalize()
                .ok()?
                .strip_prefix(home.canonicalize().ok()?)
                .ok()
                .map(Path::to_owned)
        })
        .flatten()
        .filter(|relative| !relative.as_os_str().is_empty());
    let relative = match own {
        Some(relative) => relative,
        None => path.strip_prefix(root).unwrap_or(path).to_owned(),
    };
    // A root that is itself the file.
    if relative.as_os_str().is_empty() {
        return path
            .file_stem()
            .map(|stem| stem.to_string_lossy().into_owned())
            .unwrap_or_default();
    }
    without_extension(&relative)
}

fn without_extension(path: &Path) -> String {
    let parts: Vec<String> = path
        .with_extension("")
        .components()
        .filter_map(|part| match part {
            std::path::Component::Normal(name) => Some(name.to_string_lossy().into_owned()),
            _ => None,
        })
        .collect();
    parts.join("/")
}

/// A path as people are told it: relative to the newsletter's folder where it lies in it.
fn shown(path: &Path, folder: &Path) -> String {
    let path = path.strip_prefix(folder).unwrap_or(path);
    path.strip_prefix(".")
        .unwrap_or(path)
        .to_string_lossy()
        .into_owned()
}

fn cannot_be_listed(path: &Path, error: &std::io::Error, remedy: &str) -> Fault {
    let reason = match error.kind() {
        std::io::ErrorKind::NotFound => "no such file or folder".to_owned(),
        _ => format!("cannot be read ({error})"),
    };
    Fault::error(reason)
        .in_file(path.to_string_lossy())
        .remedy(remedy)
}
