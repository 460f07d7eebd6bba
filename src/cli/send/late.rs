//! A run after an issue's time, or after its whole day: the issue is recorded as missed, once, and its articles wait for the
//! next.

use chrono::{DateTime, NaiveDate, Utc};

use super::Sender;
use crate::{
    cli::{
        Failure,
        edited::{Edited, about},
        newsroom::{Newsroom, key},
    },
    domain::{
        article::start_of_day,
        issue::{Frequency, IssueKey},
    },
    publish,
    roster::{Roster, Visit},
    source::Collected,
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
    if !has_readers(room, key.frequency) {
        return Ok(false);
    }
    let collected = publish::collect(&edited.brief(&room.config), room.now);
    had_articles(room, store, key, edited, &collected)
}

fn has_readers(room: &Newsroom, frequency: Frequency) -> bool {
    let config = &room.config;
    let mut has_readers = false;
    Roster::visit(
        &config.subscribers_folder(),
        &config.known(),
        &mut |visit| match visit {
            Visit::Anew => has_readers = false,
            Visit::Reader(listed) => has_readers |= listed.subscriber.frequency == frequency,
        },
    );
    has_readers
}

/// Whether an issue had anything to print when its time was over: at `not_after`, else when its day was.
fn had_articles(
    room: &Newsroom,
    store: &impl Read,
    key: IssueKey,
    edited: &Edited,
    collected: &Collected,
) -> Result<bool, Failure> {
    let config = &room.config;
    let zone = config.newsletter.timezone;
    let midnight = || Some(start_of_day(key.date.succ_opt()?, zone));
    let over = config.guards.not_after.on(key.date, zone).or_else(midnight);
    let cut_off = over.map_or(room.now, |over| over.min(room.now));
    let past = store.past(key.frequency)?;
    let brief = edited.brief(config);
    let filled = brief.filled(collected);
    let draft = publish::draft(&filled, key, cut_off, &collected.articles, &past)?;
    Ok(!draft.digest.items.is_empty())
}

/// The most days that are looked back on: a clock that was wrong for a while makes no years of missed days.
const DAYS: usize = 62;

/// Records as missed what fell due, since a run last came to its end, on days that are over now: nobody ran it in time,
/// or what held it back was never let go.
pub(super) fn look_back(sender: &mut Sender<'_>, store: &impl Read) -> Result<(), Failure> {
    let (session, room) = (sender.session, sender.room);
    let Some(looked) = looked(room)? else {
        return Ok(());
    };
    let config = &room.config;
    let zone = config.newsletter.timezone;
    let first = looked.with_timezone(&zone).date_naive();
    let is_over = |date: &NaiveDate| *date < room.today();
    for date in first.iter_days().take_while(is_over).take(DAYS) {
        for frequency in Frequency::ALL {
            let key = key(frequency, date);
            let fell_due = config.schedule.publishes(frequency, date)
                && config.schedule.falls_due(key, zone) > looked;
            if !fell_due || missed(room)?.has(key) || store.issue(key)?.is_some() {
                continue;
            }
            let edited = Edited::of(config, date)?;
            if has_readers(room, frequency)
                && had_articles(room, store, key, &edited, &sender.collected())?
            {
                record(room, key)?;
                session.warn(&format!(
                    "{key}: was not sent in its time; recorded as missed, and its articles are taken by the next issue"
                ));
            }
        }
    }
    Ok(())
}

/// Notes that a run came to its end with nothing held back, where an issue fell due since that was last noted.
pub(super) fn note_look(room: &Newsroom) -> Result<(), Failure> {
    let zone = room.config.newsletter.timezone;
    let schedule = &room.config.schedule;
    let is_news = looked(room)?.is_none_or(|looked| {
        let next = |frequency| schedule.next_issue(frequency, zone, looked);
        let fell_due = Frequency::ALL
            .into_iter()
            .filter_map(next)
            .any(|due| due <= room.now);
        // A clock set back was ahead before: what falls due until then would not be looked back on.
        fell_due || room.now < looked
    });
    if !is_news {
        return Ok(());
    }
    let path = room.state.looked();
    kept::write(&path, &Some(room.now)).map_err(|error| about(&path, &error))
}

fn looked(room: &Newsroom) -> Result<Option<DateTime<Utc>>, Failure> {
    let path = room.state.looked();
    kept::read(&path).map_err(|error| about(&path, &error))
}
