//! The archive: each frozen issue as a page for everybody, a list of them all, and feeds of the newest.
//!
//! All of it is made of the ledger alone, so it can be made anew at any time. A page has nothing of any reader's: what a letter
//! has of its reader's own is left out.

mod feeds;
mod index;
mod page;
mod words;

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use chrono::{DateTime, Utc};

use super::{ItemRecord, encoded};
use crate::{
    domain::{
        issue::IssueKey, language::Language, newsletter::Newsletter, piece::Edition,
        subscriber::Format,
    },
    store::{IssueRow, Read, StoreError, atomic::write_atomically},
};

/// The archive's folder in the public folder.
const FOLDER: &str = "arkiv";

/// The editions of the whole issue: one a language and format.
const WHOLE: u32 = 4;

/// The issues that the feeds tell of.
const IN_FEEDS: usize = 20;

/// A newsletter's archive.
#[derive(Debug)]
pub struct Archive<'a> {
    newsletter: &'a Newsletter,
    folder: PathBuf,
    /// Where the folder is served, without a slash at the end.
    base: String,
}

/// Why the archive was not written.
#[derive(Debug, thiserror::Error)]
pub enum ArchiveError {
    /// The ledger's own words.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A template that cannot be rendered.
    #[error("a page of the archive cannot be rendered")]
    Template(#[from] askama::Error),
    /// The file system's own words.
    #[error("`{path}` cannot be written", path = .path.display())]
    Io {
        /// What was to be written.
        path: PathBuf,
        /// Why it was not.
        #[source]
        source: io::Error,
    },
}

/// An issue as the lists tell of it.
struct Told {
    key: IssueKey,
    frozen_at: DateTime<Utc>,
    address: String,
    subject: String,
    preheader: String,
    /// What it prints, in order; read for the feeds alone.
    titles: Vec<String>,
}

impl<'a> Archive<'a> {
    /// The archive of a newsletter in the public folder; `None` where config says of no place that it is served at.
    pub fn of(newsletter: &'a Newsletter, public: &Path) -> Option<Self> {
        let base = newsletter.archive_url.as_ref()?.as_str();
        Some(Self {
            newsletter,
            folder: public.join(FOLDER),
            base: base.trim_end_matches('/').to_owned(),
        })
    }

    /// Where it lies.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Writes an issue's page and the lists anew, where the page is not there yet.
    ///
    /// # Errors
    /// The page or a list cannot be written; run again it is made.
    pub fn add(&self, store: &impl Read, issue: &IssueRow) -> Result<(), ArchiveError> {
        if self.page_of(issue.key, self.newsletter.language).exists() {
            return Ok(());
        }
        let mut pages = self.pages(store, issue)?;
        // Last comes the page that says that all is there: whoever is killed before it begins anew.
        let last = pages.split_off(pages.len().saturating_sub(1));
        write_all(&pages)?;
        self.write_lists(store)?;
        write_all(&last)
    }

    /// Writes every page and list anew; gives the number of issues. An issue that was cancelled before any letter left has
    /// no page.
    ///
    /// # Errors
    /// As [`Archive::add`].
    pub fn renew(&self, store: &impl Read) -> Result<usize, ArchiveError> {
        let mut pages = 0;
        for issue in store.issues()? {
            if was_sent(store, &issue)? {
                write_all(&self.pages(store, &issue)?)?;
                pages += 1;
            } else {
                self.take_away(issue.key)?;
            }
        }
        self.write_lists(store)?;
        Ok(pages)
    }

    /// Takes an issue's page away, and writes the lists without it, where it was cancelled before any letter left.
    ///
    /// # Errors
    /// As [`Archive::add`].
    pub fn without_cancelled(
        &self,
        store: &impl Read,
        issue: &IssueRow,
    ) -> Result<(), ArchiveError> {
        if was_sent(store, issue)? {
            return Ok(());
        }
        self.take_away(issue.key)?;
        self.write_lists(store)
    }

    /// An issue's pages, each with its place; the one in the newsletter's own language comes last.
    fn pages(
        &self,
        store: &impl Read,
        issue: &IssueRow,
    ) -> Result<Vec<(PathBuf, String)>, ArchiveError> {
        let editions = store.first_editions(issue.number, WHOLE)?;
        let pieces = encoded(&store.pieces(issue.number)?)?;
        let own = self.newsletter.language;
        let mut editions: Vec<&Edition> = editions
            .iter()
            .filter(|edition| edition.format == Format::Html)
            .collect();
        editions.sort_by_key(|edition| edition.language == own);
        editions
            .into_iter()
            .map(|edition| {
                let html = page::page(self, issue.key, edition, &pieces)?;
                Ok((self.page_of(issue.key, edition.language), html))
            })
            .collect()
    }

    fn write_lists(&self, store: &impl Read) -> Result<(), ArchiveError> {
        let mut told = Vec::new();
        for issue in store.issues()?.into_iter().rev() {
            if was_sent(store, &issue)? {
                let with_titles = told.len() < IN_FEEDS;
                told.extend(self.tell(store, &issue, with_titles)?);
            }
        }
        let newest = &told[..told.len().min(IN_FEEDS)];
        write(&self.folder.join("feed.xml"), &feeds::rss(self, newest)?)?;
        write(&self.folder.join("feed.json"), &feeds::json(self, newest)?)?;
        write(&self.folder.join("index.html"), &index::index(self, &told)?)
    }

    fn take_away(&self, key: IssueKey) -> Result<(), ArchiveError> {
        let folder = self.folder.join(key.dated());
        for language in Language::ALL {
            let path = folder.join(self.newsletter.archive_file(language));
            forgiving(fs::remove_file(&path))
                .map_err(|source| ArchiveError::Io { path, source })?;
        }
        // Whatever else somebody has put there stays.
        let _ = fs::remove_dir(folder);
        Ok(())
    }

    fn page_of(&self, key: IssueKey, language: Language) -> PathBuf {
        let file = self.newsletter.archive_file(language);
        self.folder.join(key.dated()).join(file)
    }
}

impl Archive<'_> {
    /// An issue for the lists, in the newsletter's own language.
    fn tell(
        &self,
        store: &impl Read,
        issue: &IssueRow,
        with_titles: bool,
    ) -> Result<Option<Told>, ArchiveError> {
        let language = self.newsletter.language;
        let editions = store.first_editions(issue.number, WHOLE)?;
        let own =
            |edition: &Edition| edition.language == language && edition.format == Format::Html;
        let Some(edition) = editions.into_iter().find(own) else {
            return Ok(None);
        };
        let titles = if with_titles {
            titles(&store.record(issue.number)?)
        } else {
            Vec::new()
        };
        let address = self.newsletter.archive_page(issue.key, language);
        Ok(Some(Told {
            key: issue.key,
            frozen_at: issue.frozen_at,
            address: address.unwrap_or_default(),
            subject: edition.subject,
            preheader: edition.preheader,
            titles,
        }))
    }
}

/// Whether any letter of it has left, or is still to leave.
fn was_sent(store: &impl Read, issue: &IssueRow) -> Result<bool, StoreError> {
    if issue.cancelled_at.is_none() {
        return Ok(true);
    }
    let tally = store.tally(issue.number)?;
    Ok(tally.accepted + tally.doubtful > 0)
}

/// What a record says that an issue printed.
fn titles(record: &str) -> Vec<String> {
    #[derive(serde::Deserialize)]
    struct Items {
        items: Vec<ItemRecord>,
    }
    serde_json::from_str(record).map_or_else(
        |_| Vec::new(),
        |record: Items| record.items.into_iter().map(|item| item.title).collect(),
    )
}

fn write_all(pages: &[(PathBuf, String)]) -> Result<(), ArchiveError> {
    pages.iter().try_for_each(|(path, html)| write(path, html))
}

fn write(path: &Path, text: &str) -> Result<(), ArchiveError> {
    let folder = path.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder)
        .and_then(|()| write_atomically(path, text.as_bytes()))
        .map_err(|source| ArchiveError::Io {
            path: path.to_owned(),
            source,
        })
}

fn forgiving(removed: io::Result<()>) -> io::Result<()> {
    match removed {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}
