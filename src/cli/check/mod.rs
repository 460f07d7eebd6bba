//! `overblik check`

mod day_files;
mod next_issue;

use clap::Args;
use serde_json::{Value, json};

use super::{Exit, Failure, Session, newsroom::doubts, send::canary};
use crate::{
    config::Config,
    domain::{
        fault::{Fault, nearest},
        issue::Frequency,
    },
    lint::Finding,
    publish::{self, GuardTime},
    roster::Roster,
    transport::TransportKind,
};

/// Names every fault, with file, line, reason and remedy, and shows the config in force
#[derive(Debug, Args)]
#[command(
    after_help = "The config in force goes to stdout, secrets masked; faults go to stderr.\n\n\
Examples:\n  overblik check\n  overblik --env production check -q    # faults only\n  overblik check --links                # once a day before the issue"
)]
pub(super) struct Check {
    /// Ask every link of the next issues whether it answers; what was asked today is remembered in `cache/`
    #[arg(long)]
    links: bool,
}

impl Check {
    /// Checks what there is; exit code 2 when anything cannot be used as it stands.
    pub(super) fn run(self, session: &Session) -> Result<Exit, Failure> {
        let (config, found) = match session.config() {
            Ok(config) => {
                let found = further(session, &config, &self);
                (Some(config), found)
            }
            Err(failure) => (None, Found::of(failure.faults)),
        };
        let faults = found.told();
        let errors = faults.iter().filter(|fault| fault.is_error()).count();
        if session.global.json {
            session.json(&json!({
                "ok": errors == 0,
                "faults": found.document(),
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

/// All that is wrong, and what the rules found in the next issues.
#[derive(Debug, Default)]
struct Found {
    faults: Vec<Fault>,
    findings: Vec<Finding>,
}

impl Found {
    fn of(faults: Vec<Fault>) -> Self {
        Self {
            faults,
            findings: Vec::new(),
        }
    }

    fn add(&mut self, other: Self) {
        self.faults.extend(other.faults);
        // What is wrong with the config's ads or the sender is wrong with every issue.
        for finding in other.findings {
            let again = |known: &Finding| {
                known.rule == finding.rule
                    && known.fault == finding.fault
                    && known.place.article == finding.place.article
            };
            if !self.findings.iter().any(again) {
                self.findings.push(finding);
            }
        }
    }

    /// As a person is told.
    fn told(&self) -> Vec<Fault> {
        let findings = self.findings.iter().map(Finding::told);
        self.faults.iter().cloned().chain(findings).collect()
    }

    /// As scripts are: faults, those that rules found with a few keys more.
    fn document(&self) -> Vec<Value> {
        let faults = self.faults.iter().map(|fault| json!(fault));
        let findings = self.findings.iter().map(|finding| json!(finding));
        faults.chain(findings).collect()
    }
}

/// What is wrong beyond the config itself: subscriber files, sources, and the issues that would go out.
fn further(session: &Session, config: &Config, request: &Check) -> Found {
    let roster = Roster::read(&config.subscribers_folder(), &config.known());
    let mut faults = roster.uncuttable.clone();
    faults.extend(roster.faults.iter().cloned());
    faults.extend(canary::unread(&config.guards, &roster));
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
                "no section has the id `{section}`; the rules decide"
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
    let mut found = Found::of(faults);
    for frequency in Frequency::ALL {
        // Where nobody reads the weekly issue none is made.
        let is_read = roster
            .entries
            .iter()
            .any(|entry| entry.subscriber.frequency == frequency);
        if is_read || frequency == Frequency::Daily {
            found.add(next_issue::check(
                session, config, request, frequency, &collected,
            ));
        }
    }
    found
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

fn counted(number: usize, thing: &str) -> String {
    match number {
        1 => format!("1 {thing}"),
        _ => format!("{number} {thing}s"),
    }
}
