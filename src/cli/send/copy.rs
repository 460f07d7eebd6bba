//! A state folder that is a copy is held whole: nobody knows what the other one has sent.

use std::{
    fs,
    path::{Path, PathBuf},
};

use super::{Send, said::is_to_be_said};
use crate::{
    cli::{
        Exit, Failure, Session,
        alerts::Alert,
        edited::about,
        journal::{self, About},
        newsroom::{Newsroom, name_faults, refused},
        report::Report,
        session::chain,
    },
    domain::fault::Fault,
    publish::{Event, Guard, Switch},
    store::{
        archive::Restored,
        home::{Home, Sentinel},
        journal::Act,
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
        found.extend(strange(room)?);
        found.extend(behind(room)?);
    }
    if found.is_empty() {
        return Ok(None);
    }
    if request.overrides.contains(&Guard::Copy) {
        if !request.dry_run {
            take_over(session, room)?;
        }
        return Ok(None);
    }
    Ok(Some(hold(session, room, found)))
}

/// The same, by what the ledger itself knows: one that was put back alone has seen fewer runs than its folder.
pub(super) fn is_older(
    request: &Send,
    session: &Session,
    room: &Newsroom,
    store: &SqliteStore,
) -> Result<Option<Exit>, Failure> {
    let Some(home) = home(room)?.filter(|_| is_on(room)) else {
        return Ok(None);
    };
    let run = store.progress()?.runs;
    if run >= home.run {
        return Ok(None);
    }
    if request.overrides.contains(&Guard::Copy) {
        if !request.dry_run {
            take_over(session, room)?;
        }
        return Ok(None);
    }
    let fault = Fault::error(format!(
        "the ledger is older than its folder: it knows of {run} runs, and there were {}",
        home.run
    ))
    .in_file(room.state.ledger().display().to_string())
    .remedy(REMEDY);
    Ok(Some(hold(session, room, vec![fault])))
}

/// Counts a run of the folder, in it and in the sentinel, before a letter leaves.
pub(super) fn count(room: &Newsroom, run: i64) -> Result<(), Failure> {
    if !is_on(room) {
        return Ok(());
    }
    let mut home = match home(room)? {
        Some(home) => home,
        None => made(room)?,
    };
    home.counter += 1;
    home.run = run;
    settle(room, home)
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
fn strange(room: &Newsroom) -> Result<Option<Fault>, Failure> {
    let Some(home) = home(room)? else {
        return Ok(None);
    };
    let why = home
        .is_strange(room.state.path())
        .map_err(|error| about(room.state.path(), &KeptError::Io(error)))?;
    Ok(why.map(|why| {
        Fault::error(format!("the state folder may be a copy: {why}"))
            .in_file(room.state.home().display().to_string())
            .for_key("guards.copy")
            .remedy(REMEDY)
    }))
}

/// Whether the sentinel knows of more than the folder.
fn behind(room: &Newsroom) -> Result<Option<Fault>, Failure> {
    let Some(path) = sentinel(room) else {
        return Ok(None);
    };
    let shown = path.display().to_string();
    let held = |why: String, remedy: &str| {
        let fault = Fault::error(why).in_file(&shown).for_key("guards.sentinel");
        Ok(Some(fault.remedy(remedy)))
    };
    let home = home(room)?;
    let was_there = home
        .as_ref()
        .is_some_and(|home| home.sentinel.as_ref() == Some(&shown));
    match Sentinel::read(&path) {
        Err(error) => held(
            format!(
                "whether the state folder is a copy cannot be known: {}",
                chain(&error)
            ),
            "mend or mount it; `--override copy` writes it anew",
        ),
        Ok(None) if was_there => held(
            "whether the state folder is a copy cannot be known: the sentinel is gone".to_owned(),
            "mount or put it back; `--override copy` writes it anew",
        ),
        Ok(None) => Ok(None),
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
                return Ok(None);
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

/// Says that everything is held, and why.
fn hold(session: &Session, room: &Newsroom, found: Vec<Fault>) -> Exit {
    let words = "this copy is held by the guard `copy`; nothing is sent";
    let why: Vec<&str> = found.iter().map(|fault| fault.reason.as_str()).collect();
    let reason = format!("{} {}", Guard::Copy, room.today());
    room.alert(Alert::of_all(
        Event::Held,
        &reason,
        &format!("{words}: {}", why.join("; ")),
    ));
    if is_to_be_said(session, room, words) {
        session.warn(words);
        name_faults(session, found);
    }
    if session.global.json {
        session.json(&Report::default());
    }
    Exit::Held
}

/// Makes this folder the real one: it is at home where it lies, and ahead of what the sentinel knows.
fn take_over(session: &Session, room: &Newsroom) -> Result<(), Failure> {
    let path = room.state.restored();
    match fs::remove_file(&path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            return Err(about(&path, &KeptError::Io(error)));
        }
        _ => {}
    }
    if is_on(room) {
        let known = home(room)?.map_or(0, |home| home.counter);
        let elsewhere = sentinel(room).and_then(|path| Sentinel::read(&path).ok().flatten());
        let elsewhere = elsewhere.map_or(0, |sentinel| sentinel.counter);
        let mut home = made(room)?;
        home.counter = known.max(elsewhere) + 1;
        settle(room, home)?;
    }
    session.say("this copy is the real one from now on");
    journal::note(
        session,
        room,
        Act::Overrode,
        About::Newsletter,
        Guard::Copy.name(),
    );
    Ok(())
}

/// Writes where the folder is at home, and the sentinel after it: it must never be ahead of the folder.
fn settle(room: &Newsroom, mut home: Home) -> Result<(), Failure> {
    let sentinel = sentinel(room);
    home.sentinel = sentinel.as_ref().map(|path| path.display().to_string());
    write(&room.state.home(), &home)?;
    let Some(path) = sentinel else {
        return Ok(());
    };
    let said = Sentinel {
        newsletter: room.config.newsletter.list_id.to_string(),
        path: home.path,
        counter: home.counter,
    };
    write(&path, &Some(said))
}

fn write(path: &Path, kept: &impl serde::Serialize) -> Result<(), Failure> {
    kept::write(path, kept).map_err(|error| about(path, &error))
}

fn home(room: &Newsroom) -> Result<Option<Home>, Failure> {
    let path = room.state.home();
    kept::read(&path).map_err(|error| about(&path, &error))
}

/// The home of a folder that has none yet.
fn made(room: &Newsroom) -> Result<Home, Failure> {
    let mut salt = [0; 16];
    aws_lc_rs::rand::fill(&mut salt).map_err(|_| Failure {
        exit: Exit::Ours,
        faults: vec![Fault::error("the system gives no random bytes")],
    })?;
    Home::here(room.state.path(), salt)
        .map_err(|error| about(room.state.path(), &KeptError::Io(error)))
}

fn sentinel(room: &Newsroom) -> Option<PathBuf> {
    let path = room.config.guards.sentinel.as_ref()?;
    Some(room.config.path(path))
}
