//! The keys of front matter, each into its field.

use url::Url;

use super::super::{
    Entry as FileEntry,
    date::{DateReader, DateReading},
    front_matter::{Entry, Node, Value},
    prose::{label_line, one_line},
};
use crate::domain::{
    article::{
        Article, ArticleId, Author, Certainty, Image, Kind, Origin, Published, Reprint, When,
    },
    fault::{Fault, nearest},
    section::SectionId,
    topic::TopicId,
};

/// The keys front matter may have.
const KEYS: [&str; 22] = [
    "id",
    "title",
    "lede",
    "date",
    "draft",
    "kind",
    "section",
    "theme",
    "kicker",
    "topics",
    "keywords",
    "publishers",
    "authors",
    "image",
    "link",
    "previously_published",
    "source_credit",
    "priority",
    "embargo",
    "expires",
    "updated",
    "event_date",
];

/// One article's front matter being filled in, with all that is wrong with it.
pub(super) struct Sheet<'a> {
    file: &'a FileEntry<'a>,
    article: &'a mut Article,
    warnings: Vec<Fault>,
    errors: Vec<(usize, String)>,
}

impl<'a> Sheet<'a> {
    pub(super) fn new(file: &'a FileEntry<'a>, article: &'a mut Article) -> Self {
        Self {
            file,
            article,
            warnings: Vec::new(),
            errors: Vec::new(),
        }
    }

    /// The warnings, and the errors with their lines.
    pub(super) fn done(self) -> (Vec<Fault>, Vec<(usize, String)>) {
        (self.warnings, self.errors)
    }

    /// Takes every entry; the reprint goes first, for no date can lie before it.
    pub(super) fn fill(&mut self, entries: &[Entry]) {
        let first = |entry: &&Entry| entry.key == "previously_published";
        for entry in entries.iter().filter(first) {
            self.take(entry);
        }
        for entry in entries.iter().filter(|entry| !first(entry)) {
            self.take(entry);
        }
    }

    fn take(&mut self, entry: &Entry) {
        let node = &entry.node;
        let key = entry.key.as_str();
        // A key without a value is a form not filled in: it states nothing.
        let is_empty = match &node.value {
            Value::Null => true,
            Value::Text(text) => one_line(text).is_empty(),
            _ => false,
        };
        if is_empty && KEYS.contains(&key) {
            return;
        }
        let taken = match key {
            "id" => self
                .label(key, node)
                .map(|id| self.article.id = ArticleId(self.file.id(&id))),
            "title" => self.label(key, node).map(|text| self.article.title = text),
            "lede" => self
                .text(key, node)
                .map(|text| self.article.lede = Some(text)),
            "theme" => self
                .label(key, node)
                .map(|text| self.article.theme = Some(text)),
            "kicker" => self
                .label(key, node)
                .map(|text| self.article.kicker = Some(text)),
            "source_credit" => self
                .text(key, node)
                .map(|text| self.article.source_credit = Some(text)),
            "section" => self
                .label(key, node)
                .map(|id| self.article.section = Some(SectionId(id))),
            "kind" => self.kind(node),
            "draft" => self.flag(key, node).map(|draft| self.article.draft = draft),
            "priority" => self
                .number(key, node)
                .map(|number| self.article.priority = number),
            "topics" => self
                .list(key, node)
                .map(|list| self.article.topics = list.into_iter().map(TopicId).collect()),
            "keywords" => self
                .list(key, node)
                .map(|list| self.article.keywords = list),
            "publishers" => self
                .list(key, node)
                .map(|list| self.article.publishers = list),
            "authors" => self
                .authors(node)
                .map(|authors| self.article.authors = authors),
            "image" => self
                .image(node)
                .map(|image| self.article.image = Some(image)),
            "link" => self
                .address(key, node)
                .map(|link| self.article.link = Some(link)),
            "previously_published" => self
                .reprint(node)
                .map(|reprint| self.article.previously_published = Some(reprint)),
            "date" => self.published(node),
            "embargo" => self
                .when(key, node)
                .map(|(when, _)| self.article.embargo = Some(when)),
            "expires" => self
                .when(key, node)
                .map(|(when, _)| self.article.expires = Some(when)),
            "updated" => self
                .when(key, node)
                .map(|(when, _)| self.article.updated = Some(when)),
            "event_date" => self
                .day(key, node)
                .map(|day| self.article.event_date = Some(day)),
            _ => {
                self.unknown(key, entry.line, "", &KEYS);
                None
            }
        };
        if taken.is_some()
            && let Some(name) = field_name(key)
        {
            let origin = Origin {
                certainty: Certainty::Stated,
                from: format!("front matter `{key}`"),
                line: Some(entry.line),
            };
            self.article.provenance.entry(name).or_insert(origin);
        }
    }

    fn unknown(&mut self, key: &str, line: usize, table: &str, known: &[&'static str]) {
        let remedy = match nearest(key, known.iter().copied()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("remove it; the keys are {}", known.join(", ")),
        };
        self.warnings.push(
            Fault::warning("unknown key in the front matter; it is passed over")
                .in_file(self.file.path.clone())
                .at_line(line)
                .for_key(format!("{table}{}", one_line(key)))
                .remedy(remedy),
        );
    }

    fn wrong<T>(&mut self, key: &str, node: &Node, wanted: &str) -> Option<T> {
        let is = node.value.name();
        self.errors
            .push((node.line, format!("`{key}` is {is}; write {wanted}")));
        None
    }

    fn text(&mut self, key: &str, node: &Node) -> Option<String> {
        let Value::Text(text) = &node.value else {
            return self.wrong(key, node, "a text in quotes");
        };
        let line = one_line(text);
        if line.is_empty() {
            self.errors.push((
                node.line,
                format!("`{key}` is empty; write it or remove the key"),
            ));
            return None;
        }
        Some(line)
    }

    fn label(&mut self, key: &str, node: &Node) -> Option<String> {
        self.text(key, node).map(|text| label_line(&text))
    }

    fn flag(&mut self, key: &str, node: &Node) -> Option<bool> {
        match node.value {
            Value::Bool(value) => Some(value),
            _ => self.wrong(key, node, "`true` or `false` without quotes"),
        }
    }

    fn number(&mut self, key: &str, node: &Node) -> Option<i32> {
        match node.value {
            Value::Integer(number) => match i32::try_from(number) {
                Ok(number) => Some(number),
                Err(_) => self.wrong(key, node, "a smaller whole number"),
            },
            _ => self.wrong(key, node, "a whole number without quotes"),
        }
    }

    fn list(&mut self, key: &str, node: &Node) -> Option<Vec<String>> {
        let Value::List(items) = &node.value else {
            return self.wrong(key, node, "a list of texts such as `[\"…\", \"…\"]`");
        };
        let mut texts = Vec::new();
        for item in items {
            if let Some(text) = self.label(key, item)
                && !texts.contains(&text)
            {
                texts.push(text);
            }
        }
        Some(texts)
    }

    fn kind(&mut self, node: &Node) -> Option<()> {
        let word = self.label("kind", node)?;
        if let Some(kind) = Kind::from_word(&word) {
            self.article.kind = kind;
            return Some(());
        }
        let words = Kind::ALL.map(Kind::word);
        let hint = nearest(&word, words).map_or_else(
            || format!("write one of {}", words.join(", ")),
            |near| format!("did you mean `{near}`?"),
        );
        self.errors.push((
            node.line,
            format!("`kind` is `{word}`, which is no kind; {hint}"),
        ));
        None
    }

    fn authors(&mut self, node: &Node) -> Option<Vec<Author>> {
        let one = std::slice::from_ref(node);
        let items = match &node.value {
            Value::List(items) => items.as_slice(),
            Value::Text(_) | Value::Table(_) => one,
            _ => {
                return self.wrong(
                    "authors",
                    node,
                    "a list of names or of `{ name = \"…\", role = \"…\" }`",
                );
            }
        };
        let mut authors = Vec::new();
        for item in items {
            match &item.value {
                Value::Table(entries) => {
                    let name = self.inner(entries, "authors", "name", item);
                    let role = self.maybe(entries, "authors", "role");
                    self.others(entries, "authors", &["name", "role"]);
                    authors.extend(name.map(|name| Author { name, role }));
                }
                _ => authors.extend(
                    self.label("authors", item)
                        .map(|name| Author { name, role: None }),
                ),
            }
        }
        Some(authors)
    }

    fn image(&mut self, node: &Node) -> Option<Image> {
        let Value::Table(entries) = &node.value else {
            return match node.value {
                Value::Text(_) => {
                    let url = self.picture("image", node)?;
                    Some(Image {
                        url: Some(url),
                        ..Image::default()
                    })
                }
                _ => self.wrong(
                    "image",
                    node,
                    "an address, or a table with url, caption, credit, alt",
                ),
            };
        };
        self.others(entries, "image", &["url", "caption", "credit", "alt"]);
        let url = find(entries, "url").and_then(|entry| self.picture("image.url", &entry.node));
        let image = Image {
            url,
            caption: self.maybe(entries, "image", "caption"),
            credit: self.maybe(entries, "image", "credit"),
            alt: self.maybe(entries, "image", "alt"),
            ..Image::default()
        };
        (image != Image::default()).then_some(image)
    }

    fn reprint(&mut self, node: &Node) -> Option<Reprint> {
        let Value::Table(entries) = &node.value else {
            return self.wrong(
                "previously_published",
                node,
                "a table such as `{ in = \"…\", date = 2026-11-01 }`",
            );
        };
        self.others(entries, "previously_published", &["in", "date"]);
        let medium = self.inner(entries, "previously_published", "in", node)?;
        let date = find(entries, "date")
            .and_then(|entry| self.day("previously_published.date", &entry.node));
        Some(Reprint { medium, date })
    }

    /// A text that a table must have.
    fn inner(&mut self, entries: &[Entry], table: &str, key: &str, node: &Node) -> Option<String> {
        match find(entries, key) {
            Some(entry) if entry.node.value != Value::Null => {
                self.label(&format!("{table}.{key}"), &entry.node)
            }
            _ => {
                self.errors
                    .push((node.line, format!("`{table}` has no `{key}`; add it")));
                None
            }
        }
    }

    /// A text that a table may have.
    fn maybe(&mut self, entries: &[Entry], table: &str, key: &str) -> Option<String> {
        let entry = find(entries, key).filter(|entry| entry.node.value != Value::Null)?;
        self.text(&format!("{table}.{key}"), &entry.node)
    }

    fn others(&mut self, entries: &[Entry], table: &str, known: &[&'static str]) {
        for entry in entries {
            if !known.contains(&entry.key.as_str()) {
                self.unknown(&entry.key, entry.line, &format!("{table}."), known);
            }
        }
    }

    /// An absolute http or https address; others are dropped, for a letter has no page they could start from.
    /// Where a picture lies: on the web, or in a file beside the article.
    fn picture(&mut self, key: &str, node: &Node) -> Option<String> {
        if let Value::Text(text) = &node.value
            && is_file_of_a_picture(text.trim())
        {
            return Some(text.trim().to_owned());
        }
        self.address(key, node)
    }

    fn address(&mut self, key: &str, node: &Node) -> Option<String> {
        let text = self.text(key, node)?;
        let url = Url::parse(&text).ok();
        let fits = url.is_some_and(|url| {
            matches!(url.scheme(), "http" | "https")
                && url.host_str().is_some_and(|host| !host.is_empty())
        });
        if fits {
            return Some(text);
        }
        self.warnings.push(
            Fault::warning("no absolute web address; it is passed over")
                .in_file(self.file.path.clone())
                .at_line(node.line)
                .for_key(key)
                .remedy("write it whole, from `https://` on"),
        );
        None
    }

    fn published(&mut self, node: &Node) -> Option<()> {
        let raw = match &node.value {
            Value::Text(text) => one_line(text),
            Value::Date(text) => text.clone(),
            _ => return self.wrong("date", node, "a date such as `2026-11-21T07:00:00+01:00`"),
        };
        let read = self.when("date", node);
        self.article.published = Published {
            at: read.map(|(when, _)| when),
            raw: Some(raw),
            certainty: read.map(|(_, certainty)| certainty),
        };
        read.map(|(_, certainty)| {
            let origin = Origin {
                certainty,
                from: "front matter `date`".into(),
                line: Some(node.line),
            };
            self.article.provenance.insert("published", origin);
        })
    }

    fn day(&mut self, key: &str, node: &Node) -> Option<chrono::NaiveDate> {
        match self.when(key, node)?.0 {
            When::Month(_) => {
                self.errors.push((
                    node.line,
                    format!("`{key}` is a month; write the whole date"),
                ));
                None
            }
            when => Some(when.date(self.file.zone())),
        }
    }

    fn when(&mut self, key: &str, node: &Node) -> Option<(When, Certainty)> {
        let (Value::Text(text) | Value::Date(text)) = &node.value else {
            return self.wrong(key, node, "a date such as `2026-11-21`");
        };
        let not_before = match key {
            "date" => self
                .article
                .previously_published
                .as_ref()
                .and_then(|reprint| reprint.date),
            _ => None,
        };
        let reader = DateReader {
            not_before,
            ..self.file.dates()
        };
        let reason = match reader.read(text) {
            DateReading::Known(when, certainty) => return Some((when, certainty)),
            DateReading::Ambiguous(_) => {
                self.warnings.push(
                    Fault::warning(format!(
                        "the date `{}` can be read in two ways and is left open",
                        one_line(text)
                    ))
                    .in_file(self.file.path.clone())
                    .at_line(node.line)
                    .for_key(key)
                    .remedy("write it as `2026-11-21`, or declare the source's `date_formats`"),
                );
                return None;
            }
            DateReading::OutOfRange(year) => {
                format!(
                    "`{key}` is in the year {year:04}, which cannot be; write the real date or remove it"
                )
            }
            DateReading::Unread => {
                format!(
                    "`{key}` is no date: `{}`; write it as `2026-11-21`",
                    one_line(text)
                )
            }
        };
        self.errors.push((node.line, reason));
        None
    }
}

fn find<'a>(entries: &'a [Entry], key: &str) -> Option<&'a Entry> {
    entries.iter().find(|entry| entry.key == key)
}

/// The JSON name of the field a key fills.
fn field_name(key: &str) -> Option<&'static str> {
    match key {
        "date" => Some("published"),
        _ => KEYS.into_iter().find(|known| *known == key),
    }
}

/// Whether a text names a picture by its path from the article's folder or the newsletter's.
fn is_file_of_a_picture(text: &str) -> bool {
    let ending = text.rsplit('.').next().unwrap_or_default().to_lowercase();
    matches!(ending.as_str(), "jpg" | "jpeg" | "png" | "webp" | "gif")
        && !text.starts_with('/')
        && Url::parse(text).is_err()
        && !text.contains(['\\', '\0', '\n'])
}
