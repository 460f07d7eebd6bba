//! `overblik man`

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use clap::{Args, CommandFactory as _};
use serde_json::json;

use super::{Cli, Exit, Failure, Session, newsroom::refused};
use crate::domain::fault::Fault;

/// Prints the manual page, or writes one for each command
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  overblik man | man -l -\n  overblik man --out /usr/local/share/man/man1"
)]
pub(super) struct Man {
    /// The folder to write a page for each command to; made if it is not there
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
}

impl Man {
    /// Prints or writes the pages; needs no newsletter.
    pub(super) fn run(self, session: &Session) -> Result<Exit, Failure> {
        let Some(out) = self.out else {
            return print(session);
        };
        let files = write(&out).map_err(|error| {
            Failure::usage(
                Fault::error(format!("the manual pages cannot be written: {error}"))
                    .in_file(out.display().to_string())
                    .remedy("name a folder that can be written to"),
            )
        })?;
        if session.global.json {
            session.json(&json!({ "folder": out.display().to_string(), "files": files }));
        }
        session.say(&format!(
            "{} pages written to {}",
            files.len(),
            out.display()
        ));
        Ok(Exit::Done)
    }
}

fn print(session: &Session) -> Result<Exit, Failure> {
    if session.global.json {
        return Err(refused(
            "a manual page is no JSON",
            "leave out `--json`, or write the pages by `--out`",
        ));
    }
    let mut page = Vec::new();
    clap_mangen::Man::new(Cli::command())
        .render(&mut page)
        .map_err(|error| Failure::ours("setting the manual page", &error))?;
    session.data(&String::from_utf8_lossy(&page));
    Ok(Exit::Done)
}

/// Writes the page of each command, and gives their files' names.
fn write(out: &Path) -> io::Result<Vec<String>> {
    fs::create_dir_all(out)?;
    let mut program = Cli::command().disable_help_subcommand(true);
    program.build();
    let mut files = Vec::new();
    let mut commands = vec![&program];
    while let Some(command) = commands.pop() {
        let page = clap_mangen::Man::new(command.clone());
        let name = page.get_filename();
        let mut text = Vec::new();
        page.render(&mut text)?;
        fs::write(out.join(&name), text)?;
        files.push(name);
        commands.extend(command.get_subcommands());
    }
    files.sort_unstable();
    Ok(files)
}
