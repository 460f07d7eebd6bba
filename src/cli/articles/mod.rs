//! `articles`: what the sources say, without an issue being made of it.

mod desk;
mod view;
mod words;

use std::path::PathBuf;

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;
use clap::{Args, Subcommand};

use self::{
    view::{Listing, Sorting, View},
    words::{all_fields, refused, summary},
};
use super::{Exit, Failure, Session};
use crate::{
    domain::{
        article::{Article, local_instant},
        fault::{Fault, nearest},
        section::Section,
    },
    source::{self, Asking, Collected, Reading, SourceKind, SourceSettings},
};

pub use desk::Desk;

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
