//! Who sends: the program under measure, its transport alone, Postfix's `smtp-source`, and other people's ways.

use std::{
    error::Error,
    ffi::OsString,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use serde_json::Value;

use crate::{
    newsletter::{CONNECTIONS, DAY, Newsletter},
    process::{Cost, run},
};

/// A program that sends letters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sender {
    /// `overblik send`: reads the lists, plans, freezes, makes, sends, settles.
    Whole,
    /// The same, each letter signed (RSA-2048).
    Signed,
    /// Its transport alone, one letter's bytes over and over.
    Transport,
    /// Postfix's own, one letter's bytes over and over.
    SmtpSource,
    /// lettre's pool and message builder.
    Lettre,
    /// nodemailer's pool.
    Nodemailer,
    /// Python's `smtplib` and `email`.
    Smtplib,
}

/// What senders need that must be made first.
pub(crate) struct World {
    pub(crate) newsletter: Newsletter,
    peers: PathBuf,
    postfix: PathBuf,
}

impl World {
    pub(crate) fn new(newsletter: Newsletter) -> Self {
        let tmp = Path::new(env!("CARGO_TARGET_TMPDIR"));
        let unpacked = tmp.with_file_name("servers").join("postfix");
        Self {
            newsletter,
            peers: tmp.join("peers"),
            postfix: std::env::var_os("OVERBLIK_TEST_POSTFIX").map_or(unpacked, PathBuf::from),
        }
    }
}

impl Sender {
    /// What stands in the tables.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Whole => "`overblik send`, whole",
            Self::Signed => "`overblik send`, whole, RSA-2048",
            Self::Transport => "its transport alone, fixed bytes",
            Self::SmtpSource => "smtp-source, 8 sessions, fixed bytes",
            Self::Lettre => "lettre, builder and pool",
            Self::Nodemailer => "nodemailer, pool",
            Self::Smtplib => "Python, `email` and `smtplib`",
        }
    }

    /// Makes ready what it needs, once.
    pub(crate) fn prepare(self, world: &World) -> Result<(), Box<dyn Error>> {
        let sources = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/peers");
        match self {
            Self::SmtpSource => {
                let program = smtp_source(world);
                if !program.exists() {
                    let words = "is not there: `tests/run` unpacks Debian's Postfix, or name its folder in OVERBLIK_TEST_POSTFIX";
                    return Err(format!("{} {words}", program.display()).into());
                }
            }
            Self::Lettre => {
                let mut build = Command::new(env!("CARGO"));
                build
                    .args(["build", "--release", "--locked", "--manifest-path"])
                    .arg(sources.join("lettre/Cargo.toml"))
                    .arg("--target-dir")
                    .arg(world.peers.join("lettre"));
                run(&mut build)?;
            }
            Self::Nodemailer => {
                let folder = world.peers.join("nodemailer");
                fs::create_dir_all(&folder)?;
                for name in ["package.json", "package-lock.json", "pool.mjs"] {
                    fs::copy(sources.join("nodemailer").join(name), folder.join(name))?;
                }
                run(Command::new("npm")
                    .args(["ci", "--no-audit", "--no-fund", "--silent"])
                    .current_dir(&folder))?;
            }
            Self::Whole | Self::Signed | Self::Transport | Self::Smtplib => {}
        }
        Ok(())
    }

    /// Sends so many letters to a port of this machine.
    pub(crate) fn send(
        self,
        world: &World,
        port: u16,
        letters: u64,
    ) -> Result<Cost, Box<dyn Error>> {
        let (program, first): (OsString, Vec<OsString>) = match self {
            Self::Whole => return whole(&world.newsletter, port, letters, &[]),
            Self::Signed => return whole(&world.newsletter, port, letters, &["--env", "signed"]),
            Self::SmtpSource => return postfix(world, port, letters),
            Self::Transport => (
                std::env::current_exe()?.into(),
                vec!["transport".into(), world.newsletter.path("letter").into()],
            ),
            Self::Lettre => (
                world.peers.join("lettre/release/lettre-pool").into(),
                vec![world.newsletter.path("").into(), "send".into()],
            ),
            Self::Nodemailer => (
                "node".into(),
                vec![
                    world.peers.join("nodemailer/pool.mjs").into(),
                    world.newsletter.path("").into(),
                ],
            ),
            Self::Smtplib => (
                "python3".into(),
                vec![
                    Path::new(env!("CARGO_MANIFEST_DIR"))
                        .join("benches/peers/smtplib_pool.py")
                        .into(),
                    world.newsletter.path("").into(),
                ],
            ),
        };
        let mut command = Command::new(program);
        command.args(first);
        command.args([
            port.to_string(),
            letters.to_string(),
            CONNECTIONS.to_string(),
        ]);
        Ok(run(&mut command)?.1)
    }
}

/// The program itself, its ledger new.
fn whole(
    newsletter: &Newsletter,
    port: u16,
    letters: u64,
    arguments: &[&str],
) -> Result<Cost, Box<dyn Error>> {
    newsletter.forget()?;
    let readers = newsletter.readers(letters)?;
    let mut command = Command::new(env!("CARGO_BIN_EXE_overblik"));
    command
        .arg("--config")
        .arg(newsletter.path("config"))
        .args(arguments)
        .args(["--json", "send", "--date", DAY])
        .env("OVERBLIK__SUBSCRIBERS__PATH", readers)
        .env("OVERBLIK__TRANSPORT__SMTP__PORT", port.to_string());
    let (output, cost) = run(&mut command)?;
    let report: Value = serde_json::from_slice(&output.stdout)?;
    if report["accepted"] != letters {
        return Err(format!("{letters} letters were to be accepted: {report}").into());
    }
    Ok(cost)
}

fn smtp_source(world: &World) -> PathBuf {
    world.postfix.join("usr/sbin/smtp-source")
}

fn postfix(world: &World, port: u16, letters: u64) -> Result<Cost, Box<dyn Error>> {
    let mut command = Command::new(smtp_source(world));
    command
        .env("LD_LIBRARY_PATH", world.postfix.join("usr/lib/postfix"))
        .args(["-d", "-s"])
        .arg(CONNECTIONS.to_string())
        .arg("-m")
        .arg(letters.to_string())
        .args(["-f", "bounce@bladet.example", "-t", "reader@by.example"])
        .arg("-F")
        .arg(world.newsletter.path("letter.lf"))
        .arg(format!("127.0.0.1:{port}"));
    Ok(run(&mut command)?.1)
}
