//! `overblik check`

mod day_files;

use clap::Args;
use serde_json::json;

use super::{
    Exit, Failure, Session,
    edited::Edited,
    newsroom::{doubts, peek},
    session::chain,
};
use crate::{
    config::Config,
    domain::{
        fault::{Fault, nearest},
        issue::{Frequency, IssueKey},
    },
    publish::{self, GuardTime},
    roster::Roster,
    source::Collected,
    store::{Past, Read as _},
    transport::TransportKind,
};

/// Names every fault, with file, line, reason and remedy, and shows the config in force
#[derive(Debug, Args)]
#[command(
    after_help = "The config in force goes to stdout, secrets masked; faults go to stderr.\n\n\
Examples:\n  overblik check\n  overblik --env production check -q    # faults only"
)]
pub(super) struct Check {}

impl Check {
    /// Checks what there is; exit code 2 when anything cannot be used as it stands.
    pub(super) fn run(self, session: &Session) -> Result<Exit, Failure> {
        let (config, faults) = match session.config() {
            Ok(config) => {
                let faults = further_faults(session, &config);
                (Some(config), faults)
            }
            Err(failure) => (None, failure.faults),
        };
        let errors = faults.iter().filter(|fault| fault.is_error()).count();
        if session.global.json {
            session.json(&json!({
                "ok": errors == 0,
                "faults": faults,
                "config": config.as_ref().map(Config::effective),
            }));
        } else {
            if let Some(config) = &config
                && !session.global.quiet
            {
                session.data(&config.effective_toml());
            }
            for fault in &faults {
                session.warn(&fault.to_string());
            }
            session.say(&match (errors, faults.len()) {
                (0, 0) => "no faults".to_owned(),
                (0, warnings) => format!("no errors, {}", counted(warnings, "warning")),
                (errors, _) => counted(errors, "error"),
            });
        }
        Ok(if errors == 0 { Exit::Done } else { Exit::Usage })
    }
}

/// What is wrong beyond the config itself: subscriber files, sources, and the issue that would go out.
fn further_faults(session: &Session, config: &Config) -> Vec<Fault> {
    let roster = Roster::read(&config.subscribers_folder(), &config.known());
    let mut faults = roster.uncuttable;
    faults.extend(roster.faults);
    faults.extend(config.signer().err().into_iter().flatten());
    if config.transport.kind == TransportKind::Smtp {
        faults.extend(config.relays().err().into_iter().flatten());
    }
    let collected = publish::collect(&config.brief(), session.clock.now());
    faults.extend(doubts(&collected));
    for article in &collected.articles {
        if let Some(section) = &article.section
            && !config.sections.iter().any(|known| known.id == *section)
        {
            let known = config.sections.iter().map(|section| section.id.0.as_str());
            let fault = Fault::warning(format!(
                "no section has the id `{section}`; the kind decides"
            ))
            .in_file(article.path.clone())
            .for_key("section");
            faults.push(match nearest(&section.0, known) {
                Some(near) => fault.remedy(format!("did you mean `{near}`?")),
                None => fault.remedy("name one of the config's `[[section]]`"),
            });
        }
        for topic in &article.topics {
            if !config.topics.iter().any(|known| known.id == *topic) {
                let known = config.topics.iter().map(|topic| topic.id.0.as_str());
                let fault = Fault::warning(format!("no topic has the id `{topic}`"))
                    .in_file(article.path.clone())
                    .for_key("topics");
                faults.push(match nearest(&topic.0, known) {
                    Some(near) => fault.remedy(format!("did you mean `{near}`?")),
                    None => fault.remedy("name one of the config's `[[topic]]`"),
                });
            }
        }
    }
    faults.extend(remote_pictures(config));
    faults.extend(never_in_time(config));
    faults.extend(day_files::faults(session, config, &collected));
    faults.extend(next_issue(session, config, &collected));
    faults
}

/// Sources whose pictures are linked where they lie.
fn remote_pictures(config: &Config) -> impl Iterator<Item = Fault> {
    let sources = config.sources.iter().enumerate();
    sources
        .filter(|(_, source)| source.remote)
        .map(|(index, source)| {
            Fault::warning(format!(
                "the pictures of `{}` are linked where they lie: whoever opens a letter asks their server for them",
                source.name
            ))
            .for_key(format!("source[{index}].remote"))
            .remedy("write `remote = false`: they are then fetched, scaled and served with the newsletter's own")
        })
}

/// Issues that count articles up to a time when they can no longer leave.
fn never_in_time(config: &Config) -> Vec<Fault> {
    let GuardTime::At(last) = config.guards.not_after else {
        return Vec::new();
    };
    let keys = [
        (Frequency::Daily, "schedule.at"),
        (Frequency::Weekly, "schedule.weekly_at"),
    ];
    let late = keys.into_iter().filter_map(|(frequency, key)| {
        let at = config.schedule.time_of(frequency);
        (at.0 >= last.0).then(|| {
            Fault::warning(format!(
                "the {frequency} issue is due at {at} and is not to be sent after {last}: each is missed"
            ))
            .for_key(key)
            .remedy("write an earlier time, or a later `guards.not_after`")
        })
    });
    late.collect()
}

/// What is wrong with the issue that would go out next.
fn next_issue(session: &Session, config: &Config, collected: &Collected) -> Option<Fault> {
    let zone = config.newsletter.timezone;
    let today = session.clock.now().with_timezone(&zone).date_naive();
    let date = config.schedule.next_day(Frequency::Daily, today)?;
    let state = config.state_folder();
    let past = match peek(&state) {
        Ok(Some(store)) => store.past(Frequency::Daily),
        Ok(None) => Ok(Past::default()),
        Err(failure) => return failure.faults.into_iter().next(),
    };
    let past = match past {
        Ok(past) => past,
        Err(error) => {
            let ledger = state.ledger().display().to_string();
            return Some(
                Fault::error(chain(&error))
                    .in_file(ledger)
                    .remedy(error.remedy()),
            );
        }
    };
    let key = IssueKey {
        date,
        frequency: Frequency::Daily,
    };
    let cut_off = config.schedule.cut_off(key, zone);
    // What is wrong with the day's file is told with the others.
    let edited = Edited::of(config, date).ok()?;
    let brief = edited.brief(config);
    let filled = brief.filled(collected);
    match publish::draft(&filled, key, cut_off, &collected.articles, &past) {
        Ok(draft) if draft.digest.items.is_empty() => Some(
            Fault::warning(format!(
                "the next issue, {key}, would be empty; an empty issue is not sent"
            ))
            .remedy("`overblik why ID` tells what keeps an article out"),
        ),
        Ok(_) => None,
        Err(error) => Some(Fault::error(format!(
            "the next issue, {key}, cannot be made: {}",
            chain(&error)
        ))),
    }
}

fn counted(number: usize, thing: &str) -> String {
    match number {
        1 => format!("1 {thing}"),
        _ => format!("{number} {thing}s"),
    }
}
