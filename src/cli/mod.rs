//! The command line: one command a file; its doc comment is its help text.
//!
//! Data goes to stdout, words to stderr. Commands return an [`Exit`] or a [`Failure`]; only this module turns
//! them into a process's exit code.

mod alerts;
pub mod articles;
mod backup;
mod baseline;
mod check;
mod collect;
mod completions;
mod dkim;
mod edited;
mod heard;
mod held;
mod init;
mod issues;
mod journal;
mod logs;
mod manual;
mod newsroom;
mod paused;
mod preview;
mod report;
mod restore;
mod run;
mod schedule;
mod send;
mod serve;
mod session;
mod status;
mod subscribers;
mod up;
mod why;

use std::{ffi::OsString, process::ExitCode};

use chrono::{Datelike as _, NaiveDate};
use clap::{Args, Parser, Subcommand};

pub use session::{Exit, Failure, Session, SystemClock};

/// A weekday newsletter digest from a folder of text files, mailed to each reader exactly once.
#[derive(Debug, Parser)]
#[command(
    name = "overblik",
    version,
    after_help = "Exit codes: 0 done or nothing to do · 1 our own fault · 2 the request, a file or the config is wrong · \
3 failed or doubtful deliveries · 4 held by a guard · 5 another run holds the lock · 75 some are deferred: run again\n\n\
Examples:\n  overblik preview --date 2026-11-23\n  overblik send --dry-run\n  overblik send -q            # the cron line"
)]
struct Cli {
    #[command(flatten)]
    global: Global,
    #[command(subcommand)]
    command: Command,
}

/// What every command takes.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "For every command")]
pub struct Global {
    /// The folder of layered config files; the newsletter is the folder that holds it
    #[arg(long, global = true, value_name = "DIR", default_value = "config")]
    pub config: std::path::PathBuf,
    /// The environment: `config/NAME.toml` is laid over `config/default.toml`
    #[arg(long, global = true, value_name = "NAME", env = "OVERBLIK_ENV")]
    pub env: Option<String>,
    /// Print one JSON document on stdout
    #[arg(long, global = true)]
    pub json: bool,
    /// Say nothing when there is nothing to say
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    pub quiet: bool,
    /// Say more
    #[arg(short, long, global = true)]
    pub verbose: bool,
}

#[derive(Debug, Subcommand)]
enum Command {
    Init(init::Init),
    Check(check::Check),
    Articles(articles::Articles),
    Collect(collect::Collect),
    Why(why::Why),
    Preview(preview::Preview),
    Send(send::Send),
    Run(run::Run),
    Serve(serve::Serve),
    Status(status::Status),
    Issues(issues::Issues),
    Schedule(schedule::Schedule),
    Backup(backup::Backup),
    Restore(restore::Restore),
    Subscribers(subscribers::Arguments),
    Dkim(dkim::Arguments),
    Completions(completions::Completions),
    Man(manual::Man),
}

/// A day as arguments give it, in years that calendars and letters can hold.
///
/// # Errors
/// What is wrong with it.
pub fn day(text: &str) -> Result<NaiveDate, String> {
    let day: NaiveDate = text
        .parse()
        .map_err(|error| format!("{error}; write a date such as 2026-11-23"))?;
    if !(1900..=2999).contains(&day.year()) {
        return Err(format!(
            "the year {} cannot be; write a date such as 2026-11-23",
            day.year()
        ));
    }
    Ok(day)
}

/// Runs one command line and gives the process's exit code.
pub fn main(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let arguments: Vec<OsString> = arguments.into_iter().collect();
    let cli = match Cli::try_parse_from(&arguments) {
        Ok(cli) => cli,
        Err(error) => {
            if error.use_stderr() && arguments.iter().any(|argument| argument == "--json") {
                session::print_refusal(&error.to_string());
            }
            // clap prints help to stdout and faults to stderr, and knows which is which.
            let _ = error.print();
            return ExitCode::from(if error.use_stderr() { 2 } else { 0 });
        }
    };
    let log = match cli.command {
        Command::Run(_) => logs::Log::Sparing,
        _ => logs::Log::Usual,
    };
    logs::begin(&cli.global, log);
    let session = Session::new(cli.global);
    let result: Result<Exit, Failure> = match cli.command {
        Command::Init(command) => command.run(&session),
        Command::Check(command) => command.run(&session),
        Command::Collect(command) => command.run(&session),
        Command::Why(command) => command.run(&session),
        Command::Preview(command) => command.run(&session),
        Command::Send(command) => command.run(&session),
        Command::Run(command) => command.run(&session),
        Command::Serve(command) => command.run(&session),
        Command::Status(command) => command.run(&session),
        Command::Issues(command) => command.run(&session),
        Command::Schedule(command) => command.run(&session),
        Command::Backup(command) => command.run(&session),
        Command::Restore(command) => command.run(&session),
        Command::Subscribers(arguments) => subscribers::run(&session, arguments),
        Command::Articles(request) => request.run(&session),
        Command::Dkim(arguments) => arguments.run(&session),
        Command::Completions(command) => command.run(&session),
        Command::Man(command) => command.run(&session),
    };
    session.finish(result)
}

#[cfg(test)]
mod tests;
