//! iCalendar (RFC 5545): each event of a calendar is an article of the kind event.
//!
//! A series of events is one article, dated by its next occurrence; it is known by its UID alone, so it is printed once.

mod adapt;
mod lines;
mod rule;
mod when;

use super::{Entry, Outcome, Refusal};
use lines::Property;

pub(super) use lines::unfolded;

/// The most events that are read of one calendar.
const MAX_EVENTS: usize = 2_000;

/// A `VEVENT`: its properties as they stand, and the line it begins on.
#[derive(Debug, Default)]
struct Event {
    line: usize,
    properties: Vec<Property>,
}

/// Reads one calendar.
pub(super) fn read(entry: &Entry<'_>) -> Result<Vec<Outcome>, Vec<Refusal>> {
    let (mut events, cancels) =
        events(&entry.file.text).map_err(|(line, reason)| entry.refusal(line, reason))?;
    let left_out = events.get(MAX_EVENTS).map(|event| event.line);
    events.truncate(MAX_EVENTS);
    let mut outcomes = adapt::articles(&events, cancels, entry);
    outcomes.extend(left_out.map(|line| {
        let reason = format!("has more than {MAX_EVENTS} events; those from here on are left out");
        Err(entry.refusal(Some(line), reason))
    }));
    Ok(outcomes)
}

/// Whether a calendar calls its events off (`METHOD:CANCEL`, RFC 5546 § 3.2.5).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Cancels {
    /// All of them.
    All,
    /// Only those that say so themselves.
    Some,
}

/// The events of a calendar. What it holds beside them, alarms and zones and tasks, is passed over.
fn events(text: &str) -> Result<(Vec<Event>, Cancels), (Option<usize>, String)> {
    let mut events = Vec::new();
    let mut open: Vec<String> = Vec::new();
    let mut cancels = Cancels::Some;
    let mut event = Event::default();
    let mut begun = false;
    let mut last = 1;
    for (number, line) in text.lines().enumerate() {
        let number = number + 1;
        if line.trim().is_empty() {
            continue;
        }
        last = number;
        let Some(property) = lines::property(line) else {
            if !begun {
                break;
            }
            continue;
        };
        let value = property.value.trim().to_ascii_uppercase();
        match property.name.as_str() {
            "BEGIN" => {
                begun |= value == "VCALENDAR";
                if open.len() > 10 {
                    return Err((
                        Some(number),
                        "nests components more than ten deep; its publisher must mend it".into(),
                    ));
                }
                if value == "VEVENT" {
                    event = Event {
                        line: number,
                        properties: Vec::new(),
                    };
                }
                open.push(value);
            }
            "END" => {
                if value == "VEVENT" && open.last().is_some_and(|name| name == "VEVENT") {
                    events.push(std::mem::take(&mut event));
                }
                if let Some(at) = open.iter().rposition(|name| *name == value) {
                    open.truncate(at);
                }
            }
            "METHOD" if open.len() == 1 && value == "CANCEL" => cancels = Cancels::All,
            _ if open.last().is_some_and(|name| name == "VEVENT") => {
                event.properties.push(property);
            }
            _ => {}
        }
    }
    if !begun {
        return Err((None, "is no calendar: it does not begin with `BEGIN:VCALENDAR`; look for the calendar's own address".into()));
    }
    match open.last() {
        Some(name) => Err((
            Some(last),
            format!("breaks off within `{name}`: it was not sent whole; fetch it again"),
        )),
        None => Ok((events, cancels)),
    }
}

impl Event {
    /// The first property of a name.
    fn first(&self, name: &str) -> Option<&Property> {
        self.properties
            .iter()
            .find(|property| property.name == name)
    }

    /// All properties of a name.
    fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Property> {
        self.properties
            .iter()
            .filter(move |property| property.name == name)
    }

    /// The text of a property; `None` when it is empty.
    fn text(&self, name: &str) -> Option<String> {
        let text = lines::text(&self.first(name)?.value);
        (!text.trim().is_empty()).then(|| text.trim().to_owned())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::{SourceKind, tests::entries_of};

    fn read_text(text: &str) -> usize {
        entries_of(text.as_bytes(), SourceKind::Ical)
    }

    proptest! {
        #[test]
        fn no_mixture_of_lines_stops_the_reader(
            lines in proptest::collection::vec(
                prop_oneof![
                    Just("BEGIN:VEVENT"), Just("END:VEVENT"), Just("UID:a"), Just("SUMMARY:æ\\, b"), Just(" fold"),
                    Just("DTSTART:20261126T190000Z"), Just("DTSTART;VALUE=DATE:20240229"), Just("DTEND:20990101"),
                    Just("RRULE:FREQ=YEARLY;BYMONTHDAY=30;BYMONTH=2"), Just("RRULE:FREQ=MONTHLY;BYDAY=-5FR;BYSETPOS=1"),
                    Just("RRULE:FREQ=DAILY;COUNT=0"), Just("EXDATE:20261126"), Just("RECURRENCE-ID:20261126T190000Z"),
                    Just("RDATE:20261127/PT1H"), Just("STATUS:CANCELLED"), Just("SEQUENCE:9"), Just("BEGIN:VALARM"),
                    Just("DESCRIPTION:- a\\n- b"), Just("DTSTART;TZID=\"x:20261126T190000"), Just(":"), Just("\u{301}"),
                ],
                0..30,
            )
        ) {
            read_text(&format!("BEGIN:VCALENDAR\r\n{}\r\nEND:VCALENDAR", lines.join("\r\n")));
        }

        #[test]
        fn no_rule_stops_the_reader(rule in "[A-Z=;,0-9-]{0,60}") {
            read_text(&format!(
                "BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:a\nSUMMARY:b\nDTSTART:20200229\nRRULE:FREQ=MONTHLY;{rule}\nEND:VEVENT\nEND:VCALENDAR"
            ));
        }
    }
}
