//! A state folder that is a copy is held whole: nobody knows what the other one has sent.
//!
//! What is asked is read without opening the ledger to write, so that a folder that is held stays as it is.

mod home;

use std::path::Path;

pub(super) use self::home::{repeat, settle_in};
use super::{Send, said::is_to_be_said};
use crate::{
    cli::{
        Exit, Failure, Session,
        alerts::Alert,
        edited::about,
        held::HeldReport,
        newsroom::{Newsroom, name_faults, refused},
        report::Report,
        session::chain,
    },
    domain::fault::Fault,
    publish::{Event, Guard, Switch},
    store::{
        Read as _,
        archive::Restored,
        home::{Home, Sentinel},
        kept::{self, KeptError},
        sqlite::SqliteStore,
    },
};

/// What to do about a folder that may be a copy.
const REMEDY: &str = "stop every other copy, cancel what went out, and run again with `--override copy`: this folder is the real one then";

/// Whether everything is held because the folder may be a copy; said where it is. With the override it is the real one from
/// now on.
pub(super) fn is_held(
    request: &Send,
    session: &Session,
    room: &Newsroom,
) -> Result<Option<Exit>, Failure> {
    if room.state.restoring().exists() {
        return Err(refused(
            "a restore was cut off, and the state folder is not whole",
            "run `overblik restore` again with the same backup",
        ));
    }
    let mut found: Vec<Fault> = restored(room)?.into_iter().collect();
    if is_on(room) {
        // A dry run has no lock: a sender may be at work.
        let ledger = match request.dry_run {
            true => room.peek()?,
            false => room.glance()?,
        };
        let home = home::of(room, ledger.as_ref())?;
        found.extend(strange(room, home.as_ref())?);
        found.extend(older(room, ledger.as_ref(), home.as_ref())?);
        found.extend(behind(room, home.as_ref()));
    }
    if found.is_empty() {
        return Ok(None);
    }
    if request.overrides.contains(&Guard::Copy) {
        if !request.dry_run {
            home::take_over(session, room)?;
        }
        return Ok(None);
    }
    Ok(Some(hold(session, room, &found)))
}

fn is_on(room: &Newsroom) -> bool {
    room.config.guards.copy == Switch::On
}

/// What a restore left behind.
fn restored(room: &Newsroom) -> Result<Option<Fault>, Failure> {
    let path = room.state.restored();
    let restored: Option<Restored> = kept::read(&path).map_err(|error| about(&path, &error))?;
    let at = |at: chrono::DateTime<chrono::Utc>| at.format("%Y-%m-%d %H:%M:%S UTC");
    Ok(restored.map(|restored| {
        Fault::error(format!(
            "the state folder was restored on {} from a backup of {}: what was sent in between would be sent again",
            at(restored.at),
            at(restored.made_at)
        ))
        .in_file(path.display().to_string())
        .remedy(REMEDY)
    }))
}

/// Whether the folder lies where it did.
fn strange(room: &Newsroom, home: Option<&Home>) -> Result<Option<Fault>, Failure> {
    let Some(home) = home else {
        return Ok(None);
    };
    let why = home
        .is_strange(room.state.path())
        .map_err(|error| about(room.state.path(), &KeptError::Io(error)))?;
    Ok(why.map(|why| {
        Fault::error(format!("the state folder may be a copy: {why}"))
            .in_file(room.state.path().display().to_string())
            .for_key("guards.copy")
            .remedy(REMEDY)
    }))
}

/// Whether the ledger has seen fewer runs than its folder: it was put back alone.
fn older(
    room: &Newsroom,
    ledger: Option<&SqliteStore>,
    home: Option<&Home>,
) -> Result<Option<Fault>, Failure> {
    let beside = room.state.sentinel();
    let (knows, were) = match (Sentinel::read(&beside), home::former(room)?, ledger) {
        (Err(error), ..) => return Ok(Some(unknown(&beside, &chain(&error)))),
        (Ok(Some(beside)), ..) => (home.map_or(0, |home| home.counter), beside.counter),
        (Ok(None), Some(former), Some(ledger)) if ledger.home()?.is_none() => {
            let count = |runs: i64| u64::try_from(runs).unwrap_or(0);
            (count(ledger.progress()?.runs), count(former.run))
        }
        _ => return Ok(None),
    };
    Ok((knows < were).then(|| {
        Fault::error(format!(
            "the ledger is older than its folder: it knows of {knows} runs, and there were {were}"
        ))
        .in_file(room.state.ledger().display().to_string())
        .remedy(REMEDY)
    }))
}

/// Whether the sentinel elsewhere knows of more than the folder.
fn behind(room: &Newsroom, home: Option<&Home>) -> Option<Fault> {
    let path = home::sentinel(room)?;
    let shown = path.display().to_string();
    let was_there = home.is_some_and(|home| home.sentinel.as_ref() == Some(&shown));
    let held = |why: String, remedy: &str| {
        let fault = Fault::error(why).in_file(&shown).for_key("guards.sentinel");
        Some(fault.remedy(remedy))
    };
    match Sentinel::read(&path) {
        Err(error) => Some(unknown(&path, &chain(&error)).for_key("guards.sentinel")),
        Ok(None) if was_there => {
            Some(unknown(&path, "the sentinel is gone").for_key("guards.sentinel"))
        }
        Ok(None) => None,
        Ok(Some(sentinel)) if sentinel.newsletter != room.config.newsletter.list_id.to_string() => {
            held(
                format!(
                    "it is the sentinel of the newsletter `{}`",
                    sentinel.newsletter
                ),
                "name a file of this newsletter's own",
            )
        }
        Ok(Some(sentinel)) => {
            let counter = home.map_or(0, |home| home.counter);
            if counter >= sentinel.counter {
                return None;
            }
            held(
                format!(
                    "the state folder is behind: it has seen {counter} runs, and the one in `{}` {}",
                    sentinel.path, sentinel.counter
                ),
                REMEDY,
            )
        }
    }
}

/// A sentinel that says nothing.
fn unknown(path: &Path, why: &str) -> Fault {
    Fault::error(format!(
        "whether the state folder is a copy cannot be known: {why}"
    ))
    .in_file(path.display().to_string())
    .remedy("mount it or put it back; `--override copy` writes it anew")
}

/// Says that everything is held, and why.
fn hold(session: &Session, room: &Newsroom, found: &[Fault]) -> Exit {
    let words = "this copy is held by the guard `copy`; nothing is sent";
    let why: Vec<&str> = found.iter().map(|fault| fault.reason.as_str()).collect();
    let reason = format!("{} {}", Guard::Copy, room.today());
    room.alert(Alert::of_all(
        Event::Held,
        &reason,
        &format!("{words}: {}", why.join("; ")),
    ));
    // A folder may be held again another day.
    if is_to_be_said(session, room, &format!("{} {words}", room.today())) {
        session.warn(words);
        name_faults(session, found.iter().cloned());
    }
    if session.global.json {
        let mut report = Report::of_a_run();
        report.hold(HeldReport::everything(Guard::Copy, found));
        session.json(&report);
    }
    Exit::Held
}
