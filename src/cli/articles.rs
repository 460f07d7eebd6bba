//! `articles`: what the sources say, without an issue being made of it.

use std::{
    collections::{BTreeMap, HashMap},
    path::PathBuf,
};

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use chrono_tz::Tz;
use clap::{Args, Subcommand};
use serde::Serialize;

use super::{Exit, Failure, Session, newsroom::peek};
use crate::{
    compose::Sorter,
    config::{self, Config},
    domain::{
        article::{
            Article, ArticleId, Attachment, Author, Block, Certainty, Image, Origin, PublisherBox,
            Reprint, When, local_instant,
        },
        fault::{Fault, nearest},
        issue::Frequency,
        overlay::Overlay,
        section::Section,
        topic::{MatchingSettings, ReadArticle, Topic, TopicMatcher},
    },
    source::{self, Asking, Collected, Reading, Refusal, SourceKind, SourceSettings},
    store::Read as _,
};

/// Shows what the sources say: every article with its fields, what was refused and why
#[derive(Debug, Args)]
#[command(
    subcommand_precedence_over_arg = true,
    after_help = "Refused files are listed and cost only themselves: the exit code is 0. A path that is not there is 2.\n\n\
Examples:\n  overblik articles --from tekster/ --json\n  overblik articles --from gammel.txt --date-format '%d/%m/%y %H:%M'\n  overblik articles show lokalt/havnebro"
)]
pub struct Articles {
    /// Read as if on this day, at the hour the issue is made
    #[arg(long, value_name = "D", value_parser = super::day)]
    pub date: Option<NaiveDate>,
    /// Read these files and folders (.md .txt .html .xml .rss .atom .rdf .json .ics) instead of the config's sources
    #[arg(long, value_name = "PATH", num_args = 1..)]
    pub from: Vec<PathBuf>,
    /// Read only this source; with --from, use its profile
    #[arg(long, value_name = "NAME")]
    pub source: Option<String>,
    /// Declare a date format (strptime), such as '%d/%m/%y %H:%M'; may be given again
    #[arg(long = "date-format", value_name = "F")]
    pub date_formats: Vec<String>,
    /// Declare the zone of times that state none
    #[arg(long, value_name = "TZ")]
    pub timezone: Option<Tz>,
    /// What to do with them; list them where it is absent
    #[command(subcommand)]
    pub act: Option<Act>,
}

/// What to do with the articles read.
#[derive(Debug, Clone, Subcommand)]
pub enum Act {
    /// Shows all fields of one article, each with where it came from
    #[command(
        after_help = "Examples:\n  overblik articles show lokalt/havnebro\n  overblik articles --from tekster/ show tekster/havnebro"
    )]
    Show {
        /// The article's id, as the list gives it
        id: String,
    },
    /// On day one: lets what is dated before a day count as printed
    MarkPrinted(super::baseline::MarkPrinted),
}

impl Articles {
    /// Reads and shows; changes nothing.
    pub(super) fn run(self, session: &Session) -> Result<Exit, Failure> {
        if let Some(Act::MarkPrinted(act)) = &self.act {
            if !self.from.is_empty() || self.source.is_some() || self.date.is_some() {
                let fault = Fault::error("all articles of the newsletter are marked, or none")
                    .remedy("leave out `--from`, `--source` and `--date`");
                return Err(Failure::usage(fault));
            }
            return act.run(session);
        }
        let desk = match session.config() {
            Ok(config) => {
                let mut desk = Desk::of(&config)?;
                if self.from.is_empty() {
                    desk.edit(&config, session, self.date);
                }
                desk
            }
            // Any file can be read anywhere: without a sound config by the rules everybody starts with.
            Err(_) if !self.from.is_empty() && self.source.is_none() => {
                Desk::without_config(session.folder())
            }
            Err(failure) => return Err(failure),
        };
        run(session, &self, &desk)
    }
}

/// What the command knows of the newsletter: from its config, or none.
#[derive(Debug, Clone)]
pub struct Desk {
    /// The topics articles are sorted under.
    pub topics: Vec<Topic>,
    /// What their words weigh.
    pub matching: MatchingSettings,
    /// When articles were first seen.
    pub first_seen: HashMap<ArticleId, DateTime<Utc>>,
    /// The config's sources.
    pub sources: Vec<SourceSettings>,
    /// The sections, in their order.
    pub sections: Vec<Section>,
    /// The newsletter's zone.
    pub zone: Tz,
    /// The time of day an issue is made.
    pub at: NaiveTime,
    /// The newsletter's folder.
    pub folder: PathBuf,
    /// What the editor says of the day.
    pub overlay: Option<Overlay>,
    /// What is wrong with that.
    pub overlay_faults: Vec<Fault>,
}

impl Desk {
    /// The newsletter as its config says.
    fn of(config: &Config) -> Result<Self, Failure> {
        let ledger = peek(&config.state_folder())?;
        let first_seen = match ledger {
            Some(ledger) => ledger
                .past(Frequency::Daily)?
                .first_seen
                .into_iter()
                .collect(),
            None => HashMap::new(),
        };
        Ok(Self {
            topics: config.topics.clone(),
            matching: config.matching,
            first_seen,
            sources: config.sources.clone(),
            sections: config.sections.clone(),
            zone: config.newsletter.timezone,
            at: config.schedule.at.0,
            folder: config.folder.clone(),
            overlay: None,
            overlay_faults: Vec::new(),
        })
    }

    /// Takes in what the editor says of a day; of the next publishing day without one.
    fn edit(&mut self, config: &Config, session: &Session, date: Option<NaiveDate>) {
        let today = session.clock.now().with_timezone(&self.zone).date_naive();
        let next = || config.schedule.next_day(Frequency::Daily, today);
        let Some(date) = date.or_else(next) else {
            return;
        };
        match config::overlay(config, date) {
            Ok(overlay) => self.overlay = overlay,
            Err(faults) => self.overlay_faults = faults,
        }
    }

    /// What the editor says of an article.
    fn edited(&self, article: &ArticleId) -> Option<&'static str> {
        let overlay = self.overlay.as_ref()?;
        match (overlay.ban_of(article), overlay.pin_of(article)) {
            (Some(_), _) => Some("banned"),
            (None, Some(_)) => Some("pinned"),
            (None, None) => None,
        }
    }

    /// A folder without config: the default sections, Danish time, 06:00.
    pub fn without_config(folder: PathBuf) -> Self {
        Self {
            topics: Vec::new(),
            matching: MatchingSettings::default(),
            first_seen: HashMap::new(),
            sources: Vec::new(),
            sections: Section::defaults(),
            zone: chrono_tz::Europe::Copenhagen,
            at: NaiveTime::from_hms_opt(6, 0, 0).unwrap_or(NaiveTime::MIN),
            folder,
            overlay: None,
            overlay_faults: Vec::new(),
        }
    }
}

/// Runs the command.
///
/// # Errors
/// A path, source or id that is not there.
pub fn run(session: &Session, request: &Articles, desk: &Desk) -> Result<Exit, Failure> {
    let now = request.date.map_or_else(
        || session.clock.now(),
        |day| local_instant(day, desk.at, desk.zone),
    );
    let cache = desk.folder.join(source::CACHE);
    let web = Asking::in_passing(&cache, session.clock.now());
    let mut collected = collect(request, desk, now, web)?;
    collected
        .warnings
        .extend(desk.overlay_faults.iter().cloned());
    let sections = &desk.sections;
    for article in &mut collected.articles {
        collected
            .warnings
            .extend(forget_unknown_section(article, sections));
    }
    let sorting = Sorting::of(desk);
    let views: Vec<View<'_>> = collected
        .articles
        .iter()
        .map(|article| View::of(article, desk, &sorting))
        .collect();
    if let Some(Act::Show { id }) = &request.act {
        let view = views
            .iter()
            .find(|view| view.id == id)
            .ok_or_else(|| not_there(id, &views))?;
        if session.global.json {
            session.json(view);
        } else {
            session.data(&all_fields(view));
        }
        return Ok(Exit::Done);
    }
    if session.global.json {
        session.json(&Listing {
            articles: views,
            refused: &collected.refused,
            warnings: &collected.warnings,
        });
    } else {
        for view in &views {
            session.data(&summary(view));
        }
    }
    for refusal in &collected.refused {
        session.warn(&refused(refusal));
    }
    for warning in &collected.warnings {
        session.say(&warning.to_string());
    }
    session.say(&format!(
        "{} articles, {} refused, {} warnings",
        collected.articles.len(),
        collected.refused.len(),
        collected.warnings.len()
    ));
    Ok(Exit::Done)
}

fn collect(
    request: &Articles,
    desk: &Desk,
    now: DateTime<Utc>,
    web: Asking<'_>,
) -> Result<Collected, Failure> {
    let reading = Reading {
        now,
        zone: desk.zone,
        folder: &desk.folder,
        web,
    };
    let declared = |mut settings: SourceSettings| {
        if !request.date_formats.is_empty() {
            settings.date_formats.clone_from(&request.date_formats);
        }
        settings.timezone = request.timezone.or(settings.timezone);
        settings
    };
    let named = request
        .source
        .as_deref()
        .map(|name| find_source(name, &desk.sources))
        .transpose()?;
    if !request.from.is_empty() {
        let bare = || SourceSettings::bare("from", SourceKind::Text, "");
        let profile = declared(named.cloned().unwrap_or_else(bare));
        return source::read_paths(&request.from, &profile, &reading).map_err(|faults| Failure {
            exit: Exit::Usage,
            faults,
        });
    }
    let sources: Vec<SourceSettings> = named
        .map_or_else(|| desk.sources.clone(), |one| vec![one.clone()])
        .into_iter()
        .map(declared)
        .collect();
    if sources.is_empty() {
        let fault = Fault::error("there is no source to read")
            .remedy("name files or folders with `--from PATH`, or give the config a `[[source]]`");
        return Err(Failure::usage(fault));
    }
    Ok(source::collect(&sources, &[], &reading))
}

fn find_source<'a>(
    name: &str,
    sources: &'a [SourceSettings],
) -> Result<&'a SourceSettings, Failure> {
    sources
        .iter()
        .find(|source| source.name == name)
        .ok_or_else(|| {
            let known = sources.iter().map(|source| source.name.as_str());
            let remedy = match (nearest(name, known.clone()), sources.is_empty()) {
                (Some(near), _) => format!("did you mean `{near}`?"),
                (None, true) => "the config has no `[[source]]`; leave `--source` out".to_owned(),
                (None, false) => {
                    format!("the sources are {}", known.collect::<Vec<_>>().join(", "))
                }
            };
            Failure::usage(
                Fault::error(format!("no source is named `{name}`"))
                    .for_key("--source")
                    .remedy(remedy),
            )
        })
}

fn not_there(id: &str, views: &[View<'_>]) -> Failure {
    let remedy = nearest(id, views.iter().map(|view| view.id)).map_or_else(
        || "`overblik articles` lists the ids".to_owned(),
        |near| format!("did you mean `{near}`?"),
    );
    Failure::usage(Fault::error(format!("no article has the id `{id}`")).remedy(remedy))
}

/// A section that is not in the config is named, and the rule by kind takes its place.
fn forget_unknown_section(article: &mut Article, sections: &[Section]) -> Option<Fault> {
    let stated = article.section.clone()?;
    if sections.iter().any(|section| section.id == stated) {
        return None;
    }
    let line = article
        .provenance
        .remove("section")
        .and_then(|origin| origin.line);
    article.section = None;
    let known = sections.iter().map(|section| section.id.0.as_str());
    let remedy = nearest(&stated.0, known.clone()).map_or_else(
        || {
            format!(
                "the sections are {}",
                known.clone().collect::<Vec<_>>().join(", ")
            )
        },
        |near| format!("did you mean `{near}`?"),
    );
    let mut fault = Fault::warning(format!(
        "no section has the id `{stated}`; the rules decide"
    ))
    .in_file(article.path.clone())
    .for_key("section")
    .remedy(remedy);
    fault.line = line;
    Some(fault)
}

/// The topics an article is under: those it names, then those its words put it under.
fn topics_of(article: &Article, topics: &TopicMatcher) -> Vec<String> {
    let mut ids: Vec<String> = article.topics.iter().map(|id| id.0.clone()).collect();
    for id in topics
        .topics_of(article)
        .into_iter()
        .map(|found| found.topic.0)
    {
        if !ids.contains(&id) {
            ids.push(id);
        }
    }
    ids
}

/// What sorts articles, prepared once.
struct Sorting<'a> {
    topics: TopicMatcher,
    sections: Sorter<'a>,
}

impl<'a> Sorting<'a> {
    fn of(desk: &'a Desk) -> Self {
        Self {
            topics: TopicMatcher::new(&desk.topics, &desk.matching),
            sections: Sorter::new(&desk.sections, &desk.matching),
        }
    }

    /// The section an article belongs in on the day.
    fn section_of(&self, article: &Article, desk: &Desk) -> Option<String> {
        let read = ReadArticle::of(article);
        let placing = self.sections.place(article, &read, desk.overlay.as_ref());
        placing.section.map(|section| section.0.clone())
    }
}

#[derive(Serialize)]
struct Listing<'a> {
    articles: Vec<View<'a>>,
    refused: &'a [Refusal],
    warnings: &'a [Fault],
}

/// One article as JSON gives it: every key is there, unknown values are `null` or `[]`.
#[derive(Serialize)]
struct View<'a> {
    id: &'a str,
    title: &'a str,
    lede: Option<&'a str>,
    kicker: Option<&'a str>,
    kind: &'static str,
    section: Option<String>,
    theme: Option<&'a str>,
    publishers: &'a [String],
    authors: &'a [Author],
    published: Option<String>,
    published_precision: Option<&'static str>,
    published_raw: Option<&'a str>,
    published_provenance: Option<Certainty>,
    first_seen: Option<String>,
    event_date: Option<NaiveDate>,
    keywords: &'a [String],
    topics: Vec<String>,
    image: Option<&'a Image>,
    previously_published: Option<&'a Reprint>,
    source_credit: Option<&'a str>,
    publisher_box: Option<&'a PublisherBox>,
    attachments: &'a [Attachment],
    link: Option<&'a str>,
    body: &'a [Block],
    priority: i32,
    updated: Option<String>,
    embargo: Option<String>,
    expires: Option<String>,
    draft: bool,
    /// What the editor says of it for the day: `pinned`, `banned`.
    overlay: Option<&'static str>,
    path: &'a str,
    source: &'a str,
    provenance: &'a BTreeMap<&'static str, Origin>,
}

impl<'a> View<'a> {
    fn of(article: &'a Article, desk: &'a Desk, sorting: &Sorting<'_>) -> Self {
        let zone = desk.zone;
        let published = &article.published;
        Self {
            id: &article.id.0,
            title: &article.title,
            lede: article.lede.as_deref(),
            kicker: article.kicker.as_deref(),
            kind: article.kind.word(),
            section: sorting.section_of(article, desk),
            theme: article.theme.as_deref(),
            publishers: &article.publishers,
            authors: &article.authors,
            published: published.at.map(|when| when.to_text(zone)),
            published_precision: published.at.map(When::precision),
            published_raw: published.raw.as_deref(),
            published_provenance: published.certainty,
            first_seen: desk
                .first_seen
                .get(&article.id)
                .map(|at| When::Minute(*at).to_text(zone)),
            event_date: article.event_date,
            keywords: &article.keywords,
            topics: topics_of(article, &sorting.topics),
            image: article.image.as_ref(),
            previously_published: article.previously_published.as_ref(),
            source_credit: article.source_credit.as_deref(),
            publisher_box: article.publisher_box.as_ref(),
            attachments: &article.attachments,
            link: article.link.as_deref(),
            body: &article.body,
            priority: article.priority,
            updated: article.updated.map(|when| when.to_text(zone)),
            embargo: article.embargo.map(|when| when.to_text(zone)),
            expires: article.expires.map(|when| when.to_text(zone)),
            draft: article.draft,
            overlay: desk.edited(&article.id),
            path: &article.path,
            source: &article.source,
            provenance: &article.provenance,
        }
    }

    fn date_words(&self) -> String {
        match (
            &self.published,
            self.published_provenance,
            self.published_raw,
        ) {
            (Some(date), Some(certainty), _) => format!("{date} ({})", certainty_word(certainty)),
            (None, _, Some(raw)) => format!("date unknown (`{raw}`)"),
            _ => "no date".to_owned(),
        }
    }
}

fn certainty_word(certainty: Certainty) -> &'static str {
    match certainty {
        Certainty::Stated => "stated",
        Certainty::Declared => "declared",
        Certainty::Inferred => "inferred",
    }
}

/// The block a listing has of an article.
fn summary(view: &View<'_>) -> String {
    let section = view.section.as_deref().unwrap_or("no section");
    let publishers = if view.publishers.is_empty() {
        "no publisher".to_owned()
    } else {
        view.publishers.join(", ")
    };
    let overlay = view
        .overlay
        .map_or_else(String::new, |word| format!(" · {word}"));
    let draft = if view.draft { " · draft" } else { "" };
    format!(
        "{}\n  {} · {}\n  {} · {section}/{} · {publishers}{draft}{overlay}\n\n",
        view.title,
        view.id,
        view.path,
        view.date_words(),
        view.kind
    )
}

/// Every field of one article, each with where it came from.
fn all_fields(view: &View<'_>) -> String {
    let mut text = format!("{}\n", view.title);
    let value = serde_json::to_value(view).unwrap_or_default();
    let fields = value.as_object().cloned().unwrap_or_default();
    for (key, value) in &fields {
        if matches!(key.as_str(), "body" | "provenance") || key.starts_with("published_") {
            continue;
        }
        let words = match value {
            serde_json::Value::Null => "–".to_owned(),
            serde_json::Value::String(words) => words.clone(),
            serde_json::Value::Array(items) if items.is_empty() => "–".to_owned(),
            other => other.to_string(),
        };
        let words = if key == "published" {
            view.date_words()
        } else {
            words
        };
        text.push_str(&format!(
            "  {key}: {words}{}\n",
            origin_words(view.provenance.get(key.as_str()))
        ));
    }
    text.push_str("  body:\n");
    for block in view.body {
        let kind = serde_json::to_value(block.kind).unwrap_or_default();
        text.push_str(&format!(
            "    {}: {}\n",
            kind.as_str().unwrap_or_default(),
            block.text
        ));
        for item in &block.items {
            text.push_str(&format!("      - {item}\n"));
        }
    }
    text
}

fn origin_words(origin: Option<&Origin>) -> String {
    origin.map_or_else(String::new, |origin| {
        let line = origin
            .line
            .map_or_else(String::new, |line| format!(", line {line}"));
        format!(
            "  [{}: {}{line}]",
            certainty_word(origin.certainty),
            origin.from
        )
    })
}

fn refused(refusal: &Refusal) -> String {
    let line = refusal
        .line
        .map_or_else(String::new, |line| format!("{line}:"));
    format!("refused: {}:{line} {}", refusal.path, refusal.reason)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::article::{Kind, Published};
    use crate::domain::section::SectionId;

    fn view_of(article: &Article) -> serde_json::Value {
        let desk = Desk::without_config(PathBuf::from("."));
        serde_json::to_value(View::of(article, &desk, &Sorting::of(&desk))).unwrap()
    }

    #[test]
    fn every_key_of_the_contract_is_there_and_unknown_values_are_null_or_empty() {
        let article = Article::new(ArticleId("a/b".into()), "Ny bro", "a/b.md", "a");
        let view = view_of(&article);
        for key in [
            "lede",
            "kicker",
            "theme",
            "published",
            "published_precision",
            "published_raw",
            "published_provenance",
            "first_seen",
            "event_date",
            "image",
            "previously_published",
            "source_credit",
            "publisher_box",
            "link",
        ] {
            assert_eq!(view.get(key), Some(&serde_json::Value::Null), "{key}");
        }
        for key in ["publishers", "authors", "keywords", "attachments", "body"] {
            assert_eq!(view.get(key), Some(&serde_json::json!([])), "{key}");
        }
        assert_eq!(
            (&view["kind"], &view["section"]),
            (&"article".into(), &"videndeling".into())
        );
        assert_eq!(
            (&view["path"], &view["source"], &view["id"]),
            (&"a/b.md".into(), &"a".into(), &"a/b".into())
        );
    }

    #[test]
    fn dates_are_in_the_newsletters_zone_and_a_stated_section_beats_the_kinds() {
        let mut article = Article::new(ArticleId("a/b".into()), "Ny bro", "a/b.md", "a");
        article.kind = Kind::News;
        article.section = Some(SectionId("debat".into()));
        article.published = Published {
            at: Some(When::Minute("2016-09-12T10:36:00Z".parse().unwrap())),
            raw: Some("12/9/16 12:36".into()),
            certainty: Some(Certainty::Declared),
        };
        let view = view_of(&article);
        assert_eq!(view["published"], "2016-09-12T12:36:00+02:00");
        assert_eq!(
            (&view["published_precision"], &view["published_provenance"]),
            (&"minute".into(), &"declared".into())
        );
        assert_eq!(view["section"], "debat");
        article.section = Some(SectionId("nyhder".into()));
        let fault = forget_unknown_section(&mut article, &Section::defaults()).unwrap();
        assert!(fault.remedy.unwrap().contains("`nyheder`"));
        assert_eq!(view_of(&article)["section"], "nyheder");
    }
}
