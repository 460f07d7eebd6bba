//! `overblik completions`

use clap::{Args, CommandFactory as _};
use clap_complete::{Shell, generate};

use super::{Cli, Exit, Failure, Session, newsroom::refused};

/// Prints what a shell completes commands and options by
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  overblik completions bash > /etc/bash_completion.d/overblik\n  overblik completions zsh > \
~/.zfunc/_overblik\n  overblik completions fish > ~/.config/fish/completions/overblik.fish"
)]
pub(super) struct Completions {
    /// The shell
    #[arg(value_enum)]
    shell: Shell,
}

impl Completions {
    /// Prints the script; needs no newsletter.
    pub(super) fn run(self, session: &Session) -> Result<Exit, Failure> {
        if session.global.json {
            return Err(refused("a shell's script is no JSON", "leave out `--json`"));
        }
        let mut script = Vec::new();
        generate(self.shell, &mut Cli::command(), "overblik", &mut script);
        session.data(&String::from_utf8_lossy(&script));
        Ok(Exit::Done)
    }
}
