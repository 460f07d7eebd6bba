//! When an event takes place: dates and times of a calendar (RFC 5545 § 3.3.4, 3.3.5).

use chrono::{Datelike, NaiveDate, NaiveDateTime, NaiveTime, TimeZone as _, Utc};
use chrono_tz::Tz;

use super::lines::Property;
use crate::domain::article::local_instant;

/// The years an event may be in.
const YEARS: std::ops::RangeInclusive<i32> = 1990..=2100;

/// What Windows calls the zones that Danish calendars are in, and what everybody else does (CLDR windowsZones).
const WINDOWS: [(&str, Tz); 6] = [
    ("Romance Standard Time", chrono_tz::Europe::Copenhagen),
    ("W. Europe Standard Time", chrono_tz::Europe::Berlin),
    ("Central Europe Standard Time", chrono_tz::Europe::Budapest),
    ("Central European Standard Time", chrono_tz::Europe::Warsaw),
    ("GMT Standard Time", chrono_tz::Europe::London),
    ("FLE Standard Time", chrono_tz::Europe::Helsinki),
];

/// A point in a calendar, in the newsletter's zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Moment {
    /// The day.
    pub(super) date: NaiveDate,
    /// The time of day; `None` for a whole day.
    pub(super) time: Option<NaiveTime>,
}

/// What a property says of when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Stated {
    /// Each of its values.
    pub(super) moments: Vec<Moment>,
    /// The zone it names that nobody knows.
    pub(super) unknown_zone: Option<String>,
}

/// Reads the dates and times of a property. Times that state no zone are in `home`, as are all of the answer.
pub(super) fn stated(property: &Property, home: Tz) -> Stated {
    let named = property.parameter("TZID");
    let zone = named.map(zone_of);
    let unknown_zone = match (zone, named) {
        (Some(None), Some(name)) => Some(name.to_owned()),
        _ => None,
    };
    let zone = zone.flatten().unwrap_or(home);
    Stated {
        moments: property
            .value
            .split(',')
            .filter_map(|value| moment(value.trim(), zone, home))
            .collect(),
        unknown_zone,
    }
}

/// One value: `20261126`, `20261126T190000`, `20261126T180000Z`.
pub(super) fn moment(value: &str, zone: Tz, home: Tz) -> Option<Moment> {
    // A period begins with its start.
    let value = value.split('/').next().unwrap_or(value);
    let moment = if let Some((day, time)) = value.split_once(['T', 't']) {
        let (time, utc) = match time.strip_suffix(['Z', 'z']) {
            Some(time) => (time, true),
            None => (time, false),
        };
        let local =
            NaiveDateTime::parse_from_str(&format!("{day}T{time}"), "%Y%m%dT%H%M%S").ok()?;
        let instant = if utc {
            Utc.from_utc_datetime(&local)
        } else {
            local_instant(local.date(), local.time(), zone)
        };
        let here = instant.with_timezone(&home).naive_local();
        Moment {
            date: here.date(),
            time: Some(here.time()),
        }
    } else {
        Moment {
            date: NaiveDate::parse_from_str(value, "%Y%m%d").ok()?,
            time: None,
        }
    };
    YEARS.contains(&moment.date.year()).then_some(moment)
}

/// The zone of a name: as everybody writes it, behind a maker's own path, or as Windows does.
fn zone_of(name: &str) -> Option<Tz> {
    let name = name.trim().trim_matches('"');
    if let Ok(zone) = name.parse() {
        return Some(zone);
    }
    let parts: Vec<&str> = name.split('/').filter(|part| !part.is_empty()).collect();
    if let [.., area, place] = parts[..]
        && let Ok(zone) = format!("{area}/{place}").parse()
    {
        return Some(zone);
    }
    WINDOWS
        .iter()
        .find(|(known, _)| known.eq_ignore_ascii_case(name))
        .map(|(_, zone)| *zone)
}

#[cfg(test)]
mod tests {
    use chrono_tz::Europe::Copenhagen;

    use super::{super::lines::property, *};

    #[test]
    fn times_are_read_in_their_zone_and_told_in_ours() {
        let check = |line: &str, expected: &str| {
            let stated = stated(&property(line).unwrap(), Copenhagen);
            let words: Vec<String> = stated
                .moments
                .iter()
                .map(|moment| match moment.time {
                    Some(time) => format!("{} {}", moment.date, time.format("%H:%M")),
                    None => moment.date.to_string(),
                })
                .collect();
            assert_eq!(words.join(", "), expected, "{line}");
        };
        check("DTSTART;VALUE=DATE:20261126", "2026-11-26");
        check("DTSTART:20261126T190000", "2026-11-26 19:00");
        check("DTSTART:20261126T233000Z", "2026-11-27 00:30");
        check(
            "DTSTART;TZID=Europe/London:20261126T190000",
            "2026-11-26 20:00",
        );
        check(
            "DTSTART;TZID=Romance Standard Time:20261126T190000",
            "2026-11-26 19:00",
        );
        check(
            "DTSTART;TZID=/mozilla.org/2005/Europe/London:20261126T190000",
            "2026-11-26 20:00",
        );
        check(
            "DTSTART;TZID=Vores egen tid:20261126T190000",
            "2026-11-26 19:00",
        );
        check(
            "EXDATE:20261126,20261127T080000Z",
            "2026-11-26, 2026-11-27 09:00",
        );
        check("DTSTART:i morgen", "");
        check("DTSTART:00010101T000000Z", "");
        check(
            "DTSTART;TZID=Europe/Copenhagen:20260329T023000",
            "2026-03-29 03:00",
        );
        let unknown = stated(
            &property("DTSTART;TZID=Vores:20261126").unwrap(),
            Copenhagen,
        );
        assert_eq!(unknown.unknown_zone.as_deref(), Some("Vores"));
    }
}
