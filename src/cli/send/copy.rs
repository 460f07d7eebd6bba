//! A state folder that is a copy is held whole: nobody knows what the other one has sent.

use super::{Send, said::is_to_be_said};
use crate::{
    cli::{
        Exit, Failure, Session,
        edited::about,
        journal::{self, About},
        newsroom::{Newsroom, name_faults, refused},
        report::Report,
    },
    domain::fault::Fault,
    publish::Guard,
    store::{
        archive::Restored,
        journal::Act,
        kept::{self, KeptError},
    },
};

/// Whether everything is held because the folder came from a backup; said where it is. With the override it is the real
/// one from now on.
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
    let path = room.state.restored();
    let restored: Option<Restored> = kept::read(&path).map_err(|error| about(&path, &error))?;
    let Some(restored) = restored else {
        return Ok(None);
    };
    if request.overrides.contains(&Guard::Copy) {
        if !request.dry_run {
            std::fs::remove_file(&path).map_err(|error| about(&path, &KeptError::Io(error)))?;
            session.say("this copy is the real one from now on");
            journal::note(
                session,
                room,
                Act::Overrode,
                About::Newsletter,
                Guard::Copy.name(),
            );
        }
        return Ok(None);
    }
    let words = "this copy is held by the guard `copy`; nothing is sent";
    if is_to_be_said(session, room, words) {
        session.warn(words);
        let at = |at: chrono::DateTime<chrono::Utc>| at.format("%Y-%m-%d %H:%M:%S UTC");
        let why = format!(
            "the state folder was restored on {} from a backup of {}: what was sent in between would be sent again",
            at(restored.at),
            at(restored.made_at)
        );
        name_faults(
            session,
            [Fault::error(why)
                .in_file(path.display().to_string())
                .remedy("stop every other copy, cancel what went out, and run again with `--override copy`")],
        );
    }
    if session.global.json {
        session.json(&Report::default());
    }
    Ok(Some(Exit::Held))
}
