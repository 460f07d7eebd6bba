//! Holding the issues of a date, and letting them go.

use std::{fs, io};

use chrono::NaiveDate;
use serde_json::json;

use crate::{
    cli::{
        Exit, Failure, Session,
        edited::{Edited, about},
        journal::{self, About},
        newsroom::{Newsroom, key, refused},
    },
    domain::{issue::Frequency, schedule::Says},
    store::{
        Read as _,
        decisions::Hold,
        journal::Act,
        kept::{self, KeptError},
    },
};

/// Holds the issues of a date; a hold that is there gets the new reason.
pub(super) fn hold(
    session: &Session,
    room: &Newsroom,
    date: NaiveDate,
    reason: &str,
) -> Result<Exit, Failure> {
    let reason = reason.trim();
    if reason.is_empty() || reason.chars().any(char::is_control) {
        return Err(refused(
            "the reason says nothing, or has a line break",
            "say in a few words why it is held, such as `--reason \"afventer et svar\"`",
        ));
    }
    if is_over(room, date)? {
        return Err(refused(
            format!("the issues of {date} are published already"),
            format!("`overblik issues cancel {date}` stops what has not left"),
        ));
    }
    let hold = Hold {
        reason: reason.to_owned(),
        at: room.now,
    };
    write(room, date, &hold)?;
    journal::note(session, room, Act::Held, About::Date(date), reason);
    if session.global.json {
        session.json(&json!({ "date": date.to_string(), "held": true, "reason": reason }));
    }
    session.say(&format!(
        "the issues of {date} are held: {reason}; `overblik issues release {date}` lets them go"
    ));
    let config = &room.config;
    let says = |frequency| {
        let language = config.newsletter.language;
        config.schedule.says(frequency, date, language)
    };
    if let (Says::Rests(why), Says::Rests(_)) = (says(Frequency::Daily), says(Frequency::Weekly)) {
        session.warn(&format!("warning: no issue is due that day ({why})"));
    }
    Ok(Exit::Done)
}

/// Lets the issues of a date go.
pub(super) fn release(
    session: &Session,
    room: &Newsroom,
    date: NaiveDate,
) -> Result<Exit, Failure> {
    let path = room.state.hold(date);
    let released = match fs::remove_file(&path) {
        Ok(()) => true,
        Err(error) if error.kind() == io::ErrorKind::NotFound => false,
        Err(error) => return Err(about(&path, &KeptError::Io(error))),
    };
    if released {
        journal::note(session, room, Act::Released, About::Date(date), "");
    }
    let by_file = Edited::of(&room.config, date)?.holds();
    if session.global.json {
        let reason = by_file.first().map(|hold| hold.reason.as_str());
        session.json(&json!({
            "date": date.to_string(),
            "held": !by_file.is_empty(),
            "released": released,
            "reason": reason,
        }));
    }
    session.say(&match released {
        true => format!("the issues of {date} are no longer held here"),
        false => format!("the issues of {date} were not held here"),
    });
    for hold in by_file {
        session.warn(&format!("the day file still holds them\n{hold}"));
    }
    Ok(Exit::Done)
}

/// Whether every issue that a date has is published.
fn is_over(room: &Newsroom, date: NaiveDate) -> Result<bool, Failure> {
    let Some(store) = room.peek()? else {
        return Ok(false);
    };
    let mut published = 0;
    for frequency in Frequency::ALL {
        if store.issue(key(frequency, date))?.is_some() {
            published += 1;
        } else if room.config.schedule.publishes(frequency, date) {
            return Ok(false);
        }
    }
    Ok(published > 0)
}

fn write(room: &Newsroom, date: NaiveDate, hold: &Hold) -> Result<(), Failure> {
    // The state folder first: it is its owner's alone.
    room.state
        .make()
        .and_then(|()| fs::create_dir_all(room.state.holds()))
        .map_err(|error| {
            Failure::ours("making the folder of holds", &error)
                .with_remedy("nothing is held yet; make room for `holds/` in the state folder")
        })?;
    let path = room.state.hold(date);
    kept::write(&path, hold).map_err(|error| about(&path, &error))
}
