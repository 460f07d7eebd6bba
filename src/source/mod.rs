//! Where articles come from: each source turns its own wire shape into [`Article`]s.

//!
//! A kind of file is read in three steps: [`file`](self) gives its text, its reader finds the fields in it, and the
//! source's profile fills what the text leaves open. A bad file costs only itself: it is named among the refused.
//!
//! To add a kind: a reader beside these, one arm in `reader_of` and its endings in [`SourceKind`].

mod blocks;
mod bounds;
mod collected;
mod date;
mod dated;
mod encoding;
mod feed;
mod fetched;
mod file;
mod folder;
mod front_matter;
mod html;
mod ical;
pub mod links;
mod markdown;
mod markup;
pub mod pictures;
mod profile;
mod prose;
mod settings;
mod text;
mod web;

use std::path::Path;

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use url::Url;

pub use blocks::read_list;
pub use collected::{Collected, Refusal};
pub use date::{DateReader, DateReading, Found};
pub use file::from_windows_1252;
pub use folder::read_paths;
pub use settings::{SourceKind, SourceSettings, Undated, Updates};
pub use web::Asking;

use crate::domain::{article::Article, block::BlockSettings, fault::Fault};
use fetched::Fetched;
use file::FileText;
use folder::Folder;

/// The folder of what was fetched, in the newsletter's folder: it may be thrown away, and is then fetched again.
pub const CACHE: &str = "cache";

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
    /// How sources on the web are asked.
    pub web: Asking<'a>,
}

/// Opens a source as its table says.
pub fn open(settings: &SourceSettings) -> Box<dyn Source> {
    let settings = settings.clone();
    match (reader_of(settings.kind), settings.url.clone()) {
        (Reader::Document(reader), Some(url)) => Box::new(Fetched {
            settings,
            url,
            reader,
        }),
        (reader, _) => Box::new(Folder { settings, reader }),
    }
}

/// How sources of a kind are read.
fn reader_of(kind: SourceKind) -> Reader {
    match kind {
        SourceKind::Markdown => Reader::Text(markdown::read),
        SourceKind::Text => Reader::Text(text::read),
        SourceKind::Html => Reader::Document(html::read),
        SourceKind::Feed => Reader::Document(feed::read),
        SourceKind::Ical => Reader::Document(ical::read),
    }
}

/// Asks the addresses on the web that are due, reads all sources and blocks, and gives what they say in its order.
pub fn collect(
    sources: &[SourceSettings],
    blocks: &[BlockSettings],
    reading: &Reading<'_>,
) -> Collected {
    let mut all = Collected {
        warnings: fetch(sources, blocks, reading),
        ..Collected::default()
    };
    for settings in sources {
        all.add(open(settings).collect(reading));
    }
    for settings in blocks {
        let (block, doubts) = blocks::read(settings, reading);
        all.blocks.push(block);
        all.warnings.extend(doubts);
    }
    let untitled = blocks::fill_titles(&mut all.blocks, &all.articles);
    all.warnings.extend(untitled);
    all.in_order()
}

/// Who asks an address on the web.
#[derive(Debug, Clone, Copy)]
enum Asker<'a> {
    Source(&'a SourceSettings),
    Block(&'a BlockSettings),
}

/// Asks all that are due in one round, so that no host is asked twice at a time, and keeps what is sound. Gives what
/// could not be kept.
fn fetch(
    sources: &[SourceSettings],
    blocks: &[BlockSettings],
    reading: &Reading<'_>,
) -> Vec<Fault> {
    let of_sources = sources
        .iter()
        .filter_map(|source| fetched::asked(source, reading));
    let of_blocks = blocks
        .iter()
        .filter_map(|block| blocks::asked(block, reading));
    let answers = web::round(of_sources.chain(of_blocks).collect(), &reading.web);
    let mut faults = Vec::new();
    for (asker, answer) in answers {
        let kept = match asker {
            Asker::Source(source) => fetched::keep(source, answer, reading),
            Asker::Block(block) => blocks::keep(block, answer, reading),
        };
        if let Err(error) = kept {
            faults.push(
                Fault::error(format!("what was fetched cannot be kept ({error})"))
                    .in_file(reading.web.cache.display().to_string())
                    .remedy("make room, and let the user that runs this write there"),
            );
        }
    }
    faults
}

/// Reads octets as a file of the profile's kind.
pub fn read_octets(bytes: &[u8], profile: &SourceSettings, reading: &Reading<'_>) -> Collected {
    let mut all = Collected::default();
    let reader = reader_of(profile.kind);
    let stem = "octets".to_owned();
    all.read_octets(Ok(bytes), stem.clone(), stem, profile, reading, reader);
    all.in_order()
}

/// How a file is read.
#[derive(Clone, Copy)]
enum Reader {
    /// One text, one article.
    Text(TextReader),
    /// One document, any number of articles.
    Document(DocumentReader),
}

/// Turns one file into an article, or says why not.
type TextReader = fn(&Entry<'_>) -> Outcome;

/// Turns one document into its articles, or says why it is none.
type DocumentReader = fn(&Entry<'_>) -> Result<Vec<Outcome>, Vec<Refusal>>;

/// What a reader gives: the article, or all that is wrong with the file.
type Outcome = Result<Taken, Vec<Refusal>>;

/// One file before its reader.
struct Entry<'a> {
    /// The path as people are told it.
    path: String,
    /// What makes the id where the text states none.
    stem: String,
    file: &'a FileText,
    /// Where it was fetched; relative addresses start there.
    address: Option<&'a Url>,
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
        reader: TextReader,
    ) -> Outcome {
        let file = file::decode(text.as_bytes()).unwrap();
        let reading = reading(Path::new("."));
        reader(&Entry {
            path: path.into(),
            stem: stem.into(),
            file: &file,
            address: None,
            settings,
            reading: &reading,
        })
    }

    /// Reads octets as a document and gives the number of its entries; none when it is refused.
    pub(super) fn entries_of(bytes: &[u8], kind: SourceKind) -> usize {
        let Reader::Document(reader) = reader_of(kind) else {
            panic!("{kind:?} is no kind of document");
        };
        let Ok(file) = FileText::of_document(bytes, None) else {
            return 0;
        };
        let entry = Entry {
            path: "a".into(),
            stem: "a".into(),
            file: &file,
            address: None,
            settings: &SourceSettings::bare("a", kind, ""),
            reading: &reading(Path::new(".")),
        };
        reader(&entry).map_or(0, |outcomes| outcomes.len())
    }

    /// Sees that reading eight times as much of the same takes about eight times the processor's time, not its square.
    pub(super) fn grows_with_the_size(inner: &[&str], octets: usize, read: impl Fn(&str)) {
        for inner in inner {
            let time = |octets: usize| {
                let text = inner.repeat(octets / inner.len());
                let begun = processor_time();
                read(&text);
                processor_time() - begun
            };
            let (one, eight) = (time(octets), time(octets * 8));
            let most = one * 24 + std::time::Duration::from_millis(400);
            assert!(
                eight < most,
                "{inner}: {one:?}, eight times as much {eight:?}"
            );
        }
    }

    /// What this thread has had of the processor: other work on the machine does not count.
    fn processor_time() -> std::time::Duration {
        let time = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
        std::time::Duration::try_from(time).unwrap()
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

    pub(super) fn reading(folder: &Path) -> Reading<'_> {
        let now = "2026-11-21T12:00:00Z".parse().unwrap();
        Reading {
            now,
            zone: Copenhagen,
            folder,
            web: Asking::in_passing(folder, now),
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
        let all = collect(&[source], &[], &reading(home.path()));
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
            ("x/b.doc", "BEGIN"),
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
        assert!(
            all.refused[0]
                .reason
                .contains("no file of a kind that is read")
        );
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
