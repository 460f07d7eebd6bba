//! `overblik preview`

mod difference;
mod headers;
mod page;
mod serve;
mod sheet;
pub(super) mod shown;
pub(super) mod studio;

use std::{
    fs,
    path::{Path, PathBuf},
};

use chrono::NaiveDate;
use clap::Args;
use serde_json::json;

use self::{
    difference::Difference,
    sheet::Sheet,
    shown::{Shown, one_reader, show, whole},
    studio::{Asked, Made, Studio},
};
use super::{
    Exit, Failure, Session,
    newsroom::{Newsroom, key, name_faults},
    why::reader,
};
use crate::domain::{fault::Fault, issue::Frequency, key::hex};

/// Shows the issue: every edition as HTML, text and mail, as files or in a browser; of a frozen date, the frozen issue
#[derive(Debug, Args)]
#[command(
    after_help = "Open DIR/DATE/index.html. Personal links in a preview lead nowhere and say `prøvelink`.\n\nExamples:\n  \
overblik preview\n  overblik preview --date 2026-11-23\n  overblik preview --subscriber anna@kommune.example\n  overblik preview --serve              # in a browser, renewed on change"
)]
pub(super) struct Preview {
    /// The issue's date; the next publishing day without it
    #[arg(long, value_name = "DATE", value_parser = crate::cli::day)]
    date: Option<NaiveDate>,
    /// Where to write; a folder of the issue's date is made in it
    #[arg(long, value_name = "DIR", default_value = "preview")]
    out: PathBuf,
    /// Write this reader's letter too, as `reader`
    #[arg(long, value_name = "EMAIL")]
    subscriber: Option<String>,
    /// Show it in a browser of this machine, renewed when articles, config or texts change; nothing is written
    #[arg(long, conflicts_with_all = ["out", "subscriber"])]
    serve: bool,
    /// The port of `--serve`; a free one without it
    #[arg(
        long,
        value_name = "PORT",
        default_value = "0",
        hide_default_value = true,
        requires = "serve"
    )]
    port: u16,
}

impl Preview {
    /// Writes the files; changes nothing else.
    pub(super) fn run(self, session: &Session) -> Result<Exit, Failure> {
        if self.serve {
            return serve::serve(session, self.date, self.port);
        }
        let room = Newsroom::open(session)?;
        let date = room.date_or_next(self.date, Frequency::Daily)?;
        let studio = Studio::open(&room)?;
        let reader = self
            .subscriber
            .as_deref()
            .map(|email| reader(&room, email))
            .transpose()?;
        let asked = reader.as_ref().map_or(Asked::Nobody, Asked::Reader);
        let daily = studio.issue(key(Frequency::Daily, date), asked)?;
        // What is doubtful is so in both.
        name_faults(session, daily.faults.iter().cloned());
        for hold in &daily.held {
            session.say(&format!("{date}: held: {}", hold.reason));
        }
        let (faults, held) = (daily.faults, daily.held);
        let daily = daily.made;
        let weekly = studio.issue(key(Frequency::Weekly, date), asked)?.made;
        let mut shown = Vec::new();
        if let Some(daily) = &daily {
            shown.extend(whole(&room, daily)?);
        }
        if let Some(weekly) = &weekly {
            shown.push(show(
                &room,
                weekly,
                &weekly.editions[0],
                "weekly",
                "weekly edition, all topics".into(),
                None,
            )?);
        }
        if let Some(reader) = &reader {
            let made = match reader.frequency {
                Frequency::Daily => daily.as_ref(),
                Frequency::Weekly => weekly.as_ref(),
            };
            if let Some(made) = made {
                shown.push(one_reader(&room, reader, made)?);
            }
        }
        let Some(made) = daily.as_ref().or(weekly.as_ref()) else {
            session.say(&format!(
                "{date}: no article is due; there is nothing to show"
            ));
            if session.global.json {
                session.json(&json!({ "date": date.to_string(), "issue": null, "files": [] }));
            }
            return Ok(Exit::Done);
        };
        let folder = room.config.path(&self.out).join(date.to_string());
        let config = &room.config;
        let language = config.newsletter.language;
        let difference = Difference::of(studio.store.as_ref(), made, language, &config.sections)?;
        let further = weekly.as_ref().filter(|weekly| weekly.key != made.key);
        let sheet = Sheet::of(made, further, &shown, difference, &faults, &held);
        let data = json!({ "language": language, "sheet": sheet, "desk": null });
        let index = page::page(language, &made.key.to_string(), &data, &shown)
            .map_err(|error| Failure::ours("making the page", &error))?;
        let files = write(&folder, made, &shown, &index).map_err(|error| Failure {
            exit: Exit::Ours,
            faults: vec![
                Fault::error(format!("the preview cannot be written: {error}"))
                    .in_file(folder.display().to_string())
                    .remedy("name a folder that can be written to with `--out`"),
            ],
        })?;
        if session.global.json {
            session.json(&json!({
                "issue": made.key.to_string(),
                "date": date.to_string(),
                "hash": hex(&made.stamp.hash),
                "frozen": made.frozen,
                "files": files,
            }));
        } else {
            let state = if made.frozen {
                "frozen"
            } else {
                "not sent yet"
            };
            session.data(&format!(
                "{}  {}  {state}\n",
                made.key,
                &hex(&made.stamp.hash)[..12]
            ));
            for shown in &shown {
                session.data(&format!(
                    "  {:<8} {:<44} {}\n",
                    shown.name, shown.about, shown.subject
                ));
            }
            let index = self.out.join(date.to_string()).join("index.html");
            session.say(&format!("open {}", index.display()));
        }
        Ok(Exit::Done)
    }
}

/// Writes the files beside where they belong, then takes the old ones' place: a preview is never half-written.
fn write(folder: &Path, made: &Made, shown: &[Shown], index: &str) -> std::io::Result<Vec<String>> {
    let parent = folder.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(parent)?;
    let fresh = tempfile::Builder::new()
        .prefix(".preview-")
        .tempdir_in(parent)?;
    let mut files = Vec::new();
    let mut put = |name: String, bytes: &[u8]| {
        fs::write(fresh.path().join(&name), bytes)?;
        files.push(name);
        Ok::<(), std::io::Error>(())
    };
    for shown in shown {
        if let Some(html) = &shown.html {
            put(format!("{}.html", shown.name), html.as_bytes())?;
        }
        put(format!("{}.txt", shown.name), shown.text.as_bytes())?;
        put(format!("{}.eml", shown.name), &shown.letter)?;
    }
    put("issue.json".into(), made.record.as_bytes())?;
    put("index.html".into(), index.as_bytes())?;
    let old = tempfile::Builder::new()
        .prefix(".preview-")
        .tempdir_in(parent)?;
    if folder.exists() {
        fs::rename(folder, old.path().join("old"))?;
    }
    fs::rename(fresh.keep(), folder)?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        fs::set_permissions(folder, fs::Permissions::from_mode(0o755))?;
    }
    Ok(files)
}
