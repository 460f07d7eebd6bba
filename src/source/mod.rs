//! Where articles come from: each source turns its own wire shape into [`Article`]s.

//!
//! A kind of file is read in three steps: [`file`](self) gives its text, its reader finds the fields in it, and the
//! source's profile fills what the text leaves open. A bad file costs only itself: it is named among the refused.
//!
//! To add a kind: a reader beside these, and one arm in [`open`].

mod date;
mod file;
mod front_matter;
mod markdown;
mod profile;
mod prose;
mod text;

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
};

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

pub use date::{DateReader, DateReading, Found};

use crate::domain::{
    article::{Article, Kind},
    fault::Fault,
    section::SectionId,
};
use file::FileText;

/// Gives articles.
pub trait Source {
    /// Reads all it has now. What cannot be read is refused by name and costs nothing else.
    fn collect(&self, reading: &Reading<'_>) -> Collected;
}

/// When and for whom sources are read.
#[derive(Debug, Clone, Copy)]
pub struct Reading<'a> {
    /// The instant of reading: no article was published after it.
    pub now: DateTime<Utc>,
    /// The newsletter's zone.
    pub zone: Tz,
    /// The newsletter's folder, which the paths of sources start from.
    pub folder: &'a Path,
}

/// Opens a source as its table says.
pub fn open(settings: &SourceSettings) -> Box<dyn Source> {
    let settings = settings.clone();
    match settings.kind {
        SourceKind::Markdown => Box::new(Folder {
            settings,
            extension: "md",
            reader: markdown::read,
        }),
        SourceKind::Text => Box::new(Folder {
            settings,
            extension: "txt",
            reader: text::read,
        }),
    }
}

/// Reads all sources, in their order.
pub fn collect(sources: &[SourceSettings], reading: &Reading<'_>) -> Collected {
    let mut all = Collected::default();
    for settings in sources {
        all.add(open(settings).collect(reading));
    }
    all.in_order()
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
        let extension = path
            .extension()
            .map(|end| end.to_string_lossy().to_lowercase())
            .unwrap_or_default();
        let reader = match extension.as_str() {
            "md" => markdown::read,
            "txt" => text::read,
            _ => {
                let reason = format!(
                    "this version reads .md and .txt, not {}; convert the file or leave it out",
                    if extension.is_empty() {
                        "a file without extension".into()
                    } else {
                        format!(".{extension}")
                    }
                );
                all.refused.push(Refusal {
                    path: place,
                    line: None,
                    reason,
                });
                continue;
            }
        };
        all.read(&path, place, stem, profile, reading, reader);
    }
    Ok(all.in_order())
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

/// A folder of files of one kind, or a single file.
struct Folder {
    settings: SourceSettings,
    extension: &'static str,
    reader: Reader,
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
            let fits = path == root
                || path
                    .extension()
                    .is_some_and(|end| end.eq_ignore_ascii_case(self.extension));
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

/// Turns one file into an article, or says why not.
type Reader = fn(&Entry<'_>) -> Outcome;

/// What a reader gives: the article, or all that is wrong with the file.
type Outcome = Result<Taken, Vec<Refusal>>;

/// One file before its reader.
struct Entry<'a> {
    /// The path as people are told it.
    path: String,
    /// What makes the id where the text states none.
    stem: String,
    file: &'a FileText,
    settings: &'a SourceSettings,
    reading: &'a Reading<'a>,
}

/// An article and what is doubtful about it.
struct Taken {
    article: Article,
    warnings: Vec<Fault>,
}

impl Entry<'_> {
    fn id(&self, own: &str) -> String {
        format!("{}/{own}", self.settings.name)
    }

    fn zone(&self) -> Tz {
        self.settings.timezone.unwrap_or(self.reading.zone)
    }

    fn dates(&self) -> DateReader<'_> {
        DateReader {
            formats: &self.settings.date_formats,
            zone: self.zone(),
            now: self.reading.now,
            not_before: None,
        }
    }

    fn warning(&self, line: usize, reason: impl Into<String>) -> Fault {
        Fault::warning(reason)
            .in_file(self.path.clone())
            .at_line(line)
    }

    fn refusal(&self, line: Option<usize>, reason: impl Into<String>) -> Vec<Refusal> {
        vec![Refusal {
            path: self.path.clone(),
            line,
            reason: reason.into(),
        }]
    }
}

/// One `[[source]]` table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SourceSettings {
    /// The name; part of each article's id.
    pub name: String,
    /// The shape its files have.
    pub kind: SourceKind,
    /// The file or folder, relative to the newsletter's folder.
    pub path: PathBuf,
    /// The date formats its pages use (strptime), first match taken: `%d/%m/%y %H:%M`.
    #[serde(default)]
    pub date_formats: Vec<String>,
    /// The zone its times are in; the newsletter's where it is absent.
    #[serde(default)]
    pub timezone: Option<Tz>,
    /// The publisher of pieces that state none.
    #[serde(default)]
    pub publisher: Option<String>,
    /// The kind of pieces that state none.
    #[serde(default)]
    pub article_kind: Option<Kind>,
    /// The section of pieces that state none.
    #[serde(default)]
    pub section: Option<SectionId>,
    /// Lines of page chrome to drop, besides those known.
    #[serde(default)]
    pub chrome: Vec<String>,
    /// What becomes of a piece without a date.
    #[serde(default)]
    pub undated: Undated,
}

impl SourceSettings {
    /// A source that declares nothing but its name, kind and place.
    pub fn bare(name: impl Into<String>, kind: SourceKind, path: impl Into<PathBuf>) -> Self {
        Self {
            name: name.into(),
            kind,
            path: path.into(),
            date_formats: Vec::new(),
            timezone: None,
            publisher: None,
            article_kind: None,
            section: None,
            chrome: Vec::new(),
            undated: Undated::default(),
        }
    }
}

/// The shape of a source's files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SourceKind {
    /// Markdown with front matter.
    Markdown,
    /// Plain text, scraped or typed.
    Text,
}

/// What becomes of a piece without a date.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Undated {
    /// It counts from the instant it is first seen.
    #[default]
    FirstSeen,
    /// It is refused, with the reason.
    Refuse,
}

/// A file or entry that gave no article.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Refusal {
    /// The file.
    pub path: String,
    /// The line, where one is to blame.
    pub line: Option<usize>,
    /// Why, and what to do.
    pub reason: String,
}

/// What reading a source gave.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Collected {
    /// The articles, in the order of their ids.
    pub articles: Vec<Article>,
    /// What was refused, each with file, line and reason.
    pub refused: Vec<Refusal>,
    /// What was taken but is doubtful.
    pub warnings: Vec<Fault>,
}

impl Collected {
    fn add(&mut self, other: Self) {
        self.articles.extend(other.articles);
        self.refused.extend(other.refused);
        self.warnings.extend(other.warnings);
    }

    fn doubt(&mut self, listing: &file::Listing, shown: impl Fn(&Path) -> String) {
        for (path, reason) in &listing.unread {
            self.warnings
                .push(Fault::warning(reason.clone()).in_file(shown(path)));
        }
    }

    fn read(
        &mut self,
        path: &Path,
        shown: String,
        stem: String,
        settings: &SourceSettings,
        reading: &Reading<'_>,
        reader: Reader,
    ) {
        let file = match file::read(path) {
            Ok(file) => file,
            Err(reason) => {
                self.refused.push(Refusal {
                    path: shown,
                    line: None,
                    reason,
                });
                return;
            }
        };
        let entry = Entry {
            path: shown,
            stem,
            file: &file,
            settings,
            reading,
        };
        for doubt in &file.doubts {
            self.warnings
                .push(Fault::warning(doubt.clone()).in_file(entry.path.clone()));
        }
        match reader(&entry) {
            Ok(taken) => {
                self.warnings.extend(taken.warnings);
                match profile::undated(&taken.article, settings) {
                    Some(refusal) => self.refused.push(refusal),
                    None => self.articles.push(taken.article),
                }
            }
            Err(refused) => self.refused.extend(refused),
        }
    }

    /// Keeps the first, by path, of each id and refuses the others; sorts everything.
    fn in_order(mut self) -> Self {
        self.articles
            .sort_by(|a, b| (&a.id, &a.path).cmp(&(&b.id, &b.path)));
        let mut first: BTreeMap<String, String> = BTreeMap::new();
        let mut kept = Vec::with_capacity(self.articles.len());
        for article in self.articles {
            match first.get(&article.id.0) {
                Some(other) => self.refused.push(Refusal {
                    reason: format!(
                        "has the id `{}` that {other} has too; give it an `id` of its own or remove one",
                        article.id
                    ),
                    path: article.path,
                    line: article.provenance.get("id").and_then(|origin| origin.line),
                }),
                None => {
                    first.insert(article.id.0.clone(), article.path.clone());
                    kept.push(article);
                }
            }
        }
        self.articles = kept;
        self.refused
            .sort_by(|a, b| (&a.path, a.line).cmp(&(&b.path, b.line)));
        self.warnings
            .sort_by(|a, b| (&a.path, a.line).cmp(&(&b.path, b.line)));
        self
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use chrono_tz::Europe::Copenhagen;

    use super::*;

    pub(super) fn settings(name: &str) -> SourceSettings {
        SourceSettings::bare(name, SourceKind::Text, name)
    }

    /// Reads a text as if it lay at a path.
    pub(super) fn entry_of(
        settings: &SourceSettings,
        path: &str,
        stem: &str,
        text: &str,
        reader: Reader,
    ) -> Outcome {
        let file = file::decode(text.as_bytes()).unwrap();
        let reading = Reading {
            now: "2026-11-21T12:00:00Z".parse().unwrap(),
            zone: Copenhagen,
            folder: Path::new("."),
        };
        reader(&Entry {
            path: path.into(),
            stem: stem.into(),
            file: &file,
            settings,
            reading: &reading,
        })
    }

    fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in files {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        folder
    }

    fn reading(folder: &Path) -> Reading<'_> {
        Reading {
            now: "2026-11-21T12:00:00Z".parse().unwrap(),
            zone: Copenhagen,
            folder,
        }
    }

    #[test]
    fn a_bad_file_costs_only_itself() {
        let home = folder(&[
            ("artikler/a.md", "# Ny bro\n\nTekst.\n"),
            ("artikler/b.md", "+++\ntitle = \"Halvt\n"),
            ("artikler/c.md", "a\0b"),
            ("artikler/d.md", ""),
            ("artikler/e.jpg", "\0"),
            ("artikler/under/f.md", "# Ny vej\n\nTekst.\n"),
        ]);
        let source = SourceSettings::bare("lokalt", SourceKind::Markdown, "artikler");
        let all = open(&source).collect(&reading(home.path()));
        let ids: Vec<_> = all
            .articles
            .iter()
            .map(|article| article.id.0.as_str())
            .collect();
        assert_eq!(ids, ["lokalt/a", "lokalt/under/f"]);
        assert_eq!(all.articles[1].path, "artikler/under/f.md");
        let refused: Vec<_> = all
            .refused
            .iter()
            .map(|refusal| (refusal.path.as_str(), refusal.line))
            .collect();
        assert_eq!(
            refused,
            [
                ("artikler/b.md", Some(1)),
                ("artikler/c.md", None),
                ("artikler/d.md", None)
            ]
        );
    }

    #[test]
    fn of_two_files_with_one_id_the_first_is_kept_and_both_are_named() {
        let piece = "+++\nid = \"bro\"\ntitle = \"Ny bro\"\n+++\nTekst.\n";
        let home = folder(&[("artikler/a.md", piece), ("artikler/b.md", piece)]);
        let source = SourceSettings::bare("lokalt", SourceKind::Markdown, "artikler");
        let all = collect(&[source], &reading(home.path()));
        assert_eq!(all.articles[0].path, "artikler/a.md");
        assert_eq!(all.refused[0].path, "artikler/b.md");
        assert!(all.refused[0].reason.contains("artikler/a.md"));
        assert_eq!(all.refused[0].line, Some(2));
    }

    #[test]
    fn the_markdown_fixtures_are_two_articles_and_one_half_written_file() {
        let home = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures");
        let source = SourceSettings::bare("lokalt", SourceKind::Markdown, "markdown");
        let all = open(&source).collect(&reading(&home));
        let ids: Vec<_> = all
            .articles
            .iter()
            .map(|article| article.id.0.as_str())
            .collect();
        assert_eq!(ids, ["lokalt/byskov", "lokalt/vagtplan"]);
        assert_eq!(
            (all.refused[0].path.as_str(), all.refused[0].line),
            ("markdown/halv.md", Some(1))
        );
        assert_eq!((all.refused.len(), all.warnings.len()), (1, 0));
    }

    #[test]
    fn a_missing_folder_is_named_with_its_remedy() {
        let home = folder(&[]);
        let source = SourceSettings::bare("lokalt", SourceKind::Markdown, "artikler");
        let all = open(&source).collect(&reading(home.path()));
        assert!(all.warnings[0].is_error());
        assert_eq!(all.warnings[0].path.as_deref(), Some("artikler"));
        assert!(
            all.warnings[0]
                .remedy
                .as_deref()
                .unwrap()
                .contains("lokalt")
        );
    }

    #[test]
    fn named_paths_are_read_by_extension_and_must_be_there() {
        let home = folder(&[
            ("x/a.md", "# Ny bro\n\nTekst.\n"),
            ("x/b.ics", "BEGIN"),
            ("y/a.md", "# Ny vej\n\nTekst.\n"),
        ]);
        let bare = SourceSettings::bare("from", SourceKind::Markdown, "");
        let at = |name: &str| home.path().join(name);
        let all = read_paths(&[at("x"), at("y")], &bare, &reading(home.path())).unwrap();
        assert_eq!(
            all.articles.len(),
            2,
            "same names in two folders are two articles"
        );
        assert!(all.refused[0].reason.contains("not .ics"));
        let one = read_paths(&[at("x/a.md"), at("x")], &bare, &reading(home.path())).unwrap();
        assert_eq!(one.articles.len(), 1, "a file named twice is read once");
        let missing = read_paths(&[at("z"), at("x")], &bare, &reading(home.path())).unwrap_err();
        assert_eq!(missing.len(), 1);
    }

    #[test]
    fn a_profile_fills_what_the_text_leaves_open_and_says_so() {
        let home = folder(&[
            ("x/a.md", "# Ny bro\n\nTekst.\n"),
            (
                "x/b.md",
                "---\npublishers: [Nordby]\nkind: news\ndate: 2026-11-20\n---\n# Ny vej\n",
            ),
        ]);
        let mut source = SourceSettings::bare("lokalt", SourceKind::Markdown, "x");
        source.publisher = Some("Brobladet".into());
        source.article_kind = Some(Kind::Case);
        let all = open(&source).collect(&reading(home.path()));
        assert_eq!(all.articles[0].publishers, ["Brobladet"]);
        assert_eq!(all.articles[0].kind, Kind::Case);
        assert_eq!(
            all.articles[0].provenance["publishers"].certainty,
            crate::domain::article::Certainty::Declared
        );
        assert_eq!(
            (all.articles[1].publishers[0].as_str(), all.articles[1].kind),
            ("Nordby", Kind::News)
        );
        source.undated = Undated::Refuse;
        let all = open(&source).collect(&reading(home.path()));
        assert_eq!(all.articles.len(), 1);
        assert!(all.refused[0].reason.contains("no date"));
    }
}
