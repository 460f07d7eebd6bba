//! `overblik dkim`

use std::{
    fs::{self, OpenOptions},
    io::{self, Write as _},
    path::{Path, PathBuf},
};

use aws_lc_rs::{
    encoding::{AsDer as _, Pkcs8V1Der},
    error::Unspecified,
    rsa::{self, KeySize},
    signature::Ed25519KeyPair,
};
use clap::{Args, Subcommand, ValueEnum};
use serde_json::{Value, json};

use super::{Exit, Failure, Session, newsroom::refused};
use crate::{
    domain::fault::Fault,
    letter::dkim::{DkimRecord, KeyKind, PrivateKey, Selector, SigningDomain, to_pem},
    store::atomic::sync_folder,
};

/// Makes the keys that sign letters (DKIM)
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  overblik dkim new --selector 2026")]
pub(super) struct Arguments {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    New(New),
}

/// Makes keys, and prints their DNS records and the lines for the config
#[derive(Debug, Args)]
#[command(
    after_help = "Publish the records first; add the lines to the config when they can be looked up. No file is ever \
written over.\n\nExamples:\n  overblik dkim new --selector 2026\n  overblik dkim new --selector 2026 --kind rsa --out \
/etc/overblik"
)]
struct New {
    /// The name the public key is published under; of two keys each gets its kind behind it (2026-rsa, 2026-ed25519)
    #[arg(long, value_name = "S", value_parser = Selector::parse)]
    selector: Selector,
    /// Which keys
    #[arg(long, value_enum, default_value = "both")]
    kind: Kind,
    /// The folder of the key files; `state` in the newsletter's folder without it
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// The domain that signs; the config's without it
    #[arg(long, value_name = "D", value_parser = SigningDomain::parse)]
    domain: Option<SigningDomain>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Kind {
    /// RSA of 2048 bits, which everybody verifies
    Rsa,
    /// Ed25519, which not everybody verifies yet
    Ed25519,
    /// One of each: every letter is signed twice
    Both,
}

impl Arguments {
    pub(super) fn run(self, session: &Session) -> Result<Exit, Failure> {
        match self.verb {
            Verb::New(new) => new.run(session),
        }
    }
}

/// A key made now, with all that must be said of it.
struct Made {
    kind: KeyKind,
    selector: Selector,
    file: PathBuf,
    pem: String,
    record: DkimRecord,
}

impl New {
    fn run(self, session: &Session) -> Result<Exit, Failure> {
        let (domain, out) = self.place(session)?;
        let mut made = Vec::new();
        for (kind, selector) in self.keys()? {
            let file = out.join(format!("dkim-{selector}.pem"));
            let file = file.strip_prefix(".").map_or(file.clone(), Path::to_owned);
            if file.exists() {
                return Err(there(&file));
            }
            made.push(Made::new(kind, selector, file, &domain)?);
        }
        write(&out, &made)?;
        tell(session, &domain, &made);
        Ok(Exit::Done)
    }

    /// The domain, and the folder of the files. With both given the config is not read.
    fn place(&self, session: &Session) -> Result<(SigningDomain, PathBuf), Failure> {
        if let (Some(domain), Some(out)) = (&self.domain, &self.out) {
            return Ok((domain.clone(), out.clone()));
        }
        let config = match (session.config(), &self.domain) {
            (Ok(config), _) => config,
            // A newsletter that is not yet set up has no config that could be asked.
            (Err(_), Some(domain)) => return Ok((domain.clone(), session.folder().join("state"))),
            (Err(failure), None) => return Err(failure),
        };
        let from = &config.newsletter.from.address;
        let domain = match &self.domain {
            Some(domain) if !domain.speaks_for(from) => {
                let own = from.domain();
                return Err(refused(
                    format!("`{domain}` does not speak for `From`, whose domain is `{own}`"),
                    format!("give `--domain {own}`, or a domain above it"),
                ));
            }
            Some(domain) => domain.clone(),
            None => config.dkim.domain_for(from),
        };
        let out = self.out.clone();
        Ok((
            domain,
            out.unwrap_or_else(|| config.path(&config.state.path)),
        ))
    }

    fn keys(&self) -> Result<Vec<(KeyKind, Selector)>, Failure> {
        let one = |kind| Ok(vec![(kind, self.selector.clone())]);
        match self.kind {
            Kind::Rsa => one(KeyKind::Rsa),
            Kind::Ed25519 => one(KeyKind::Ed25519),
            Kind::Both => [KeyKind::Rsa, KeyKind::Ed25519]
                .into_iter()
                .map(|kind| {
                    Selector::parse(&format!("{}-{}", self.selector, kind.name()))
                        .map(|selector| (kind, selector))
                        .map_err(|why| refused(why, "give a shorter `--selector`"))
                })
                .collect(),
        }
    }
}

impl Made {
    fn new(
        kind: KeyKind,
        selector: Selector,
        file: PathBuf,
        domain: &SigningDomain,
    ) -> Result<Self, Failure> {
        let failed = |_: Unspecified| Failure {
            exit: Exit::Ours,
            faults: vec![Fault::error(format!(
                "the system makes no {} key",
                kind.name()
            ))],
        };
        let pem = generate(kind).map_err(failed)?;
        let key =
            PrivateKey::from_pem(&pem).map_err(|error| Failure::ours("making a key", &error))?;
        let record = DkimRecord::of(&key, &selector, domain).map_err(failed)?;
        Ok(Self {
            kind,
            selector,
            file,
            pem,
            record,
        })
    }
}

/// A new private key as PKCS#8 of version 1, which every other program reads.
fn generate(kind: KeyKind) -> Result<String, Unspecified> {
    let der: Pkcs8V1Der<'_> = match kind {
        KeyKind::Rsa => rsa::KeyPair::generate(KeySize::Rsa2048)?.as_der()?,
        KeyKind::Ed25519 => Ed25519KeyPair::generate()?.as_der()?,
    };
    Ok(to_pem(der.as_ref()))
}

fn there(file: &Path) -> Failure {
    refused(
        format!("`{}` is there already", file.display()),
        "give another `--selector`; a key is never written over",
    )
}

/// Writes every key or none.
fn write(folder: &Path, made: &[Made]) -> Result<(), Failure> {
    let written = fs::create_dir_all(folder)
        .and_then(|()| {
            for (place, key) in made.iter().enumerate() {
                if let Err(error) = write_one(key) {
                    for earlier in &made[..place] {
                        let _ = fs::remove_file(&earlier.file);
                    }
                    return Err(error);
                }
            }
            Ok(())
        })
        .and_then(|()| sync_folder(folder));
    written.map_err(|error| {
        Failure::usage(
            Fault::error(format!("the keys cannot be written: {error}"))
                .in_file(folder.display().to_string())
                .remedy("name a folder you may write to with `--out`"),
        )
    })
}

fn write_one(key: &Made) -> io::Result<()> {
    let mut options = OpenOptions::new();
    // `create_new`: whatever came to stand there meanwhile is not written over.
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(0o600);
    }
    let mut file = options.open(&key.file)?;
    let written = file
        .write_all(key.pem.as_bytes())
        .and_then(|()| file.sync_all());
    if written.is_err() {
        let _ = fs::remove_file(&key.file);
    }
    written
}

fn tell(session: &Session, domain: &SigningDomain, made: &[Made]) {
    let config = config_lines(session, domain, made);
    if session.global.json {
        session.json(&json!({ "domain": domain, "keys": documents(made), "config": config }));
        return;
    }
    for key in made {
        session.say(&format!("wrote `{}`", key.file.display()));
    }
    session.say(&format!("\npublish in the zone of `{domain}`:"));
    let zone: Vec<String> = made.iter().map(|key| key.record.to_zone()).collect();
    session.data(&zone.concat());
    session.say("\nthen, when these can be looked up, add to the config:");
    session.data(&format!("\n{config}"));
}

fn documents(made: &[Made]) -> Vec<Value> {
    made.iter()
        .map(|key| {
            json!({
                "selector": key.selector,
                "kind": key.kind,
                "file": key.file,
                "record": {
                    "name": key.record.name,
                    "value": key.record.value,
                    "strings": key.record.strings(),
                },
            })
        })
        .collect()
}

/// The lines of the config, each file as seen from the newsletter's folder.
fn config_lines(session: &Session, domain: &SigningDomain, made: &[Made]) -> String {
    let folder = std::path::absolute(session.folder()).unwrap_or_default();
    let mut lines = format!("[dkim]\ndomain = \"{domain}\"\n");
    for key in made {
        let file = std::path::absolute(&key.file).unwrap_or_else(|_| key.file.clone());
        let file = file.strip_prefix(&folder).unwrap_or(&file);
        // As TOML: a path may hold quotes.
        let file = toml::Value::from(file.display().to_string());
        lines.push_str(&format!(
            "\n[[dkim.key]]\nselector = \"{}\"\nfile = {file}\n",
            key.selector
        ));
    }
    lines
}
