//! Where articles come from: each source turns its own wire shape into [`Article`]s.

//!
//! A kind of file is read in three steps: [`file`](self) gives its text, its reader finds the fields in it, and the
//! source's profile fills what the text leaves open. A bad file costs only itself: it is named among the refused.
//!
//! To add a kind: a reader beside these, and one arm in [`open`].

mod bounds;
mod collected;
mod date;
mod file;
mod folder;
mod front_matter;
mod markdown;
mod profile;
mod prose;
mod settings;
mod text;

use std::path::Path;

use chrono::{DateTime, Utc};
use chrono_tz::Tz;

pub use collected::{Collected, Refusal};
pub use date::{DateReader, DateReading, Found};
pub use file::from_windows_1252;
pub use folder::read_paths;
pub use settings::{SourceKind, SourceSettings, Undated};

use crate::domain::{article::Article, fault::Fault};
use file::FileText;
use folder::Folder;

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

#[cfg(test)]
mod tests {
    use std::fs;

    use chrono_tz::Europe::Copenhagen;

    use super::*;
    use crate::domain::article::Kind;

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
