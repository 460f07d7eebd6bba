//! A run after an issue's time: the day is recorded as missed, once, and its articles wait for the next issue.

use crate::{
    cli::{
        Failure,
        edited::{Edited, about},
        newsroom::Newsroom,
    },
    domain::issue::IssueKey,
    publish,
    roster::{Roster, Visit},
    store::{Read, decisions::Missed, kept},
};

/// The issues recorded as missed.
pub(in crate::cli) fn missed(room: &Newsroom) -> Result<Missed, Failure> {
    let path = room.state.missed();
    kept::read(&path).map_err(|error| about(&path, &error))
}

/// Records an issue as missed.
pub(super) fn record(room: &Newsroom, key: IssueKey) -> Result<(), Failure> {
    let mut all = missed(room)?;
    all.record(key, room.now);
    let path = room.state.missed();
    kept::write(&path, &all).map_err(|error| about(&path, &error))
}

/// Whether an issue whose time is over would have left in time: it has readers, and had articles by then. A quiet day,
/// or a weekly issue nobody has chosen, is not missed.
pub(super) fn was_due(
    room: &Newsroom,
    store: &impl Read,
    key: IssueKey,
    edited: &Edited,
) -> Result<bool, Failure> {
    let config = &room.config;
    let mut has_readers = false;
    Roster::visit(
        &config.subscribers_folder(),
        &config.known(),
        &mut |visit| match visit {
            Visit::Anew => has_readers = false,
            Visit::Reader(listed) => has_readers |= listed.subscriber.frequency == key.frequency,
        },
    );
    if !has_readers {
        return Ok(false);
    }
    let brief = edited.brief(config);
    let collected = publish::collect(&brief, room.now);
    let zone = config.newsletter.timezone;
    let over = config.guards.not_after.on(key.date, zone);
    let cut_off = over.map_or(room.now, |over| over.min(room.now));
    let past = store.past(key.frequency)?;
    let draft = publish::draft(
        &brief.filled(&collected),
        key,
        cut_off,
        &collected.articles,
        &past,
    )?;
    Ok(!draft.digest.items.is_empty())
}
