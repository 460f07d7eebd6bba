//! Where the state folder is at home is kept in the ledger, and how many runs it has seen is repeated in sentinels: one
//! beside it, and one elsewhere where config names it.

use std::{
    fs,
    io::ErrorKind,
    path::{Path, PathBuf},
};

use super::is_on;
use crate::{
    cli::{
        Exit, Failure, Session,
        edited::about,
        journal::{self, About},
        newsroom::Newsroom,
    },
    domain::fault::Fault,
    publish::Guard,
    store::{
        Read as _, Store as _,
        home::{Former, Home, Sentinel},
        journal::Act,
        kept::{self, KeptError},
        sqlite::SqliteStore,
    },
};

/// Where the folder is at home, by its ledger; else by what an older program wrote beside it.
pub(super) fn of(room: &Newsroom, ledger: Option<&SqliteStore>) -> Result<Option<Home>, Failure> {
    let kept = match ledger {
        Some(ledger) => ledger.home()?,
        None => None,
    };
    Ok(match kept {
        Some(home) => Some(home),
        None => former(room)?.map(|former| former.home),
    })
}

/// What an older program wrote.
pub(super) fn former(room: &Newsroom) -> Result<Option<Former>, Failure> {
    let path = room.state.former_home();
    Former::read(&path).map_err(|error| about(&path, &error))
}

/// The sentinel elsewhere.
pub(super) fn sentinel(room: &Newsroom) -> Option<PathBuf> {
    let path = room.config.guards.sentinel.as_ref()?;
    Some(room.config.path(path))
}

/// Sees to it that the ledger says where its folder is at home, before a run is counted.
pub(in super::super) fn settle_in(room: &Newsroom, store: &mut SqliteStore) -> Result<(), Failure> {
    if !is_on(room) {
        return Ok(());
    }
    let known = match of(room, Some(store))? {
        Some(home) => home,
        None => made(room)?,
    };
    let home = Home {
        sentinel: sentinel(room).map(|path| path.display().to_string()),
        ..known.on_this_machine()
    };
    if store.home()?.as_ref() != Some(&home) {
        settle(room, store, &home)?;
    }
    remove(&room.state.former_home())
}

/// Makes this folder the real one: it is at home where it lies, and ahead of what the sentinels know.
pub(super) fn take_over(session: &Session, room: &Newsroom) -> Result<(), Failure> {
    if is_on(room) {
        // Before the ledger: one whose key is gone is refused, not opened.
        room.keys()?;
        let mut store = room.ledger()?;
        let known = of(room, Some(&store))?.map_or(0, |home| home.counter);
        let said = sentinels(room).filter_map(|path| Sentinel::read(&path).ok().flatten());
        let most = said.map(|sentinel| sentinel.counter).max().unwrap_or(0);
        let home = Home {
            counter: known.max(most) + 1,
            sentinel: sentinel(room).map(|path| path.display().to_string()),
            ..made(room)?
        };
        settle(room, &mut store, &home)?;
        remove(&room.state.former_home())?;
    }
    remove(&room.state.restored())?;
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

/// Repeats in the sentinels what the ledger has counted, before a letter leaves.
pub(in super::super) fn repeat(room: &Newsroom, home: Option<Home>) -> Result<(), Failure> {
    let Some(home) = home.filter(|_| is_on(room)) else {
        return Ok(());
    };
    let said = Some(Sentinel {
        newsletter: room.config.newsletter.list_id.to_string(),
        path: home.path,
        counter: home.counter,
    });
    for path in sentinels(room) {
        kept::write(&path, &said).map_err(|error| about(&path, &error))?;
    }
    Ok(())
}

/// Writes the sentinels, and the ledger after them: one that it says is there must be.
fn settle(room: &Newsroom, store: &mut SqliteStore, home: &Home) -> Result<(), Failure> {
    repeat(room, Some(home.clone()))?;
    Ok(store.settle_home(home)?)
}

/// The sentinel beside the ledger, and the one elsewhere.
fn sentinels(room: &Newsroom) -> impl Iterator<Item = PathBuf> {
    std::iter::once(room.state.sentinel()).chain(sentinel(room))
}

/// The home of a folder that has none yet.
fn made(room: &Newsroom) -> Result<Home, Failure> {
    let mut salt = [0; 16];
    getrandom::fill(&mut salt).map_err(|_| Failure {
        exit: Exit::Ours,
        faults: vec![Fault::error("the system gives no random bytes")],
    })?;
    Home::here(room.state.path(), salt)
        .map_err(|error| about(room.state.path(), &KeptError::Io(error)))
}

fn remove(path: &Path) -> Result<(), Failure> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => {
            Err(about(path, &KeptError::Io(error)))
        }
        _ => Ok(()),
    }
}
