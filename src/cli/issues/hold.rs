//! Holding the issues of a date, and letting them go.

use chrono::NaiveDate;
use serde_json::json;

use crate::{
    cli::{
        Exit, Failure, Session,
        edited::{Edited, about, holds},
        newsroom::{Newsroom, key, refused},
    },
    domain::issue::Frequency,
    store::{
        Read as _,
        decisions::{Hold, Holds},
        kept,
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
    let mut all = holds(&room.state)?;
    let hold = Hold {
        reason: reason.to_owned(),
        at: room.now,
    };
    all.insert(date, hold);
    write(room, &all)?;
    if session.global.json {
        session.json(&json!({ "date": date.to_string(), "held": true, "reason": reason }));
    }
    session.say(&format!(
        "the issues of {date} are held: {reason}; `overblik issues release {date}` lets them go"
    ));
    Ok(Exit::Done)
}

/// Lets the issues of a date go.
pub(super) fn release(
    session: &Session,
    room: &Newsroom,
    date: NaiveDate,
) -> Result<Exit, Failure> {
    let mut all = holds(&room.state)?;
    let released = all.remove(&date).is_some();
    if released {
        write(room, &all)?;
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

fn write(room: &Newsroom, all: &Holds) -> Result<(), Failure> {
    room.state
        .make()
        .map_err(|error| Failure::ours("making the state folder", &error))?;
    let path = room.state.holds();
    kept::write(&path, all).map_err(|error| about(&path, &error))
}
