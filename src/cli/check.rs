//! `overblik check`

use clap::Args;
use serde_json::json;

use super::{Exit, Failure, Session};
use crate::{config::Config, domain::fault::Fault};

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
                let faults = further_faults(&config);
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

/// What is wrong beyond the config itself.
fn further_faults(_config: &Config) -> Vec<Fault> {
    Vec::new()
}

fn counted(number: usize, thing: &str) -> String {
    match number {
        1 => format!("1 {thing}"),
        _ => format!("{number} {thing}s"),
    }
}
