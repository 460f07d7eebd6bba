//! The schedule as an iCalendar (RFC 5545), for calendars to subscribe to.

use chrono::{DateTime, NaiveDate, Utc};

/// A calendar, written line by line.
pub(super) struct Calendar {
    text: String,
    /// What makes its events' names its own in the world: the newsletter's `List-Id`.
    domain: String,
    /// When it is written (§3.8.7.2).
    stamp: String,
}

/// When an event is.
pub(super) enum When {
    /// At an instant, and over at once (§3.6.1).
    At(DateTime<Utc>),
    /// A whole day.
    Day(NaiveDate),
}

/// One event.
pub(super) struct Event<'a> {
    /// Its name within the newsletter, the same each time it is written: `daily-2026-11-23`.
    pub(super) name: String,
    pub(super) when: When,
    pub(super) summary: &'a str,
    pub(super) description: &'a str,
}

impl Calendar {
    /// Begins the calendar of a newsletter.
    pub(super) fn new(newsletter: &str, domain: &str, now: DateTime<Utc>) -> Self {
        let mut calendar = Self {
            text: String::new(),
            domain: domain.to_owned(),
            stamp: instant(now),
        };
        calendar.line("BEGIN:VCALENDAR");
        calendar.line("VERSION:2.0");
        calendar.line("PRODID:-//Overblik//Overblik//DA");
        calendar.line("CALSCALE:GREGORIAN");
        calendar.line(&format!("X-WR-CALNAME:{}", escaped(newsletter)));
        calendar
    }

    /// Adds an event. It takes nobody's time.
    pub(super) fn add(&mut self, event: &Event<'_>) {
        self.line("BEGIN:VEVENT");
        self.line(&format!("UID:{}@{}", event.name, self.domain));
        self.line(&format!("DTSTAMP:{}", self.stamp));
        self.line(&match event.when {
            When::At(at) => format!("DTSTART:{}", instant(at)),
            When::Day(day) => format!("DTSTART;VALUE=DATE:{}", day.format("%Y%m%d")),
        });
        self.line(&format!("SUMMARY:{}", escaped(event.summary)));
        if !event.description.is_empty() {
            self.line(&format!("DESCRIPTION:{}", escaped(event.description)));
        }
        self.line("TRANSP:TRANSPARENT");
        self.line("END:VEVENT");
    }

    /// Ends it.
    pub(super) fn finish(mut self) -> String {
        self.line("END:VCALENDAR");
        self.text
    }

    /// Writes a content line, folded so that no line has more than 75 octets and no character is cut (§3.1).
    fn line(&mut self, line: &str) {
        const OCTETS: usize = 75;
        let mut width = 0;
        for character in line.chars() {
            if width + character.len_utf8() > OCTETS {
                self.text.push_str("\r\n ");
                width = 1;
            }
            self.text.push(character);
            width += character.len_utf8();
        }
        self.text.push_str("\r\n");
    }
}

/// An instant in UTC (§3.3.5, form 2).
fn instant(at: DateTime<Utc>) -> String {
    at.format("%Y%m%dT%H%M%SZ").to_string()
}

/// A text as a value (§3.3.11). What else steers a terminal or a reader has no place in it.
fn escaped(text: &str) -> String {
    let mut value = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '\\' | ';' | ',' => {
                value.push('\\');
                value.push(character);
            }
            '\n' => value.push_str("\\n"),
            other if other.is_control() => {}
            other => value.push(other),
        }
    }
    value
}

#[cfg(test)]
mod tests {
    use chrono::TimeZone as _;

    use super::*;

    fn calendar(summary: &str) -> String {
        let now = Utc.with_ymd_and_hms(2026, 11, 21, 12, 0, 0).unwrap();
        let mut calendar = Calendar::new("Fællesbladet", "nyt.avis.example", now);
        calendar.add(&Event {
            name: "daily-2026-11-23".into(),
            when: When::At(Utc.with_ymd_and_hms(2026, 11, 23, 5, 0, 0).unwrap()),
            summary,
            description: "",
        });
        calendar.finish()
    }

    #[test]
    fn a_calendar_is_written_as_the_standard_has_it() {
        insta::assert_snapshot!(calendar("Nyt; kort, og \\ klart\nfra os").replace("\r\n", "\n"), @r"
        BEGIN:VCALENDAR
        VERSION:2.0
        PRODID:-//Overblik//Overblik//DA
        CALSCALE:GREGORIAN
        X-WR-CALNAME:Fællesbladet
        BEGIN:VEVENT
        UID:daily-2026-11-23@nyt.avis.example
        DTSTAMP:20261121T120000Z
        DTSTART:20261123T050000Z
        SUMMARY:Nyt\; kort\, og \\ klart\nfra os
        TRANSP:TRANSPARENT
        END:VEVENT
        END:VCALENDAR
        ");
    }

    #[test]
    fn long_lines_are_folded_between_characters() {
        let long = "rødgrød på åen ".repeat(40);
        let text = calendar(&long);
        assert!(text.ends_with("\r\n") && !text.replace("\r\n", "").contains(['\r', '\n']));
        let lines: Vec<&str> = text.split("\r\n").collect();
        assert!(lines.iter().all(|line| line.len() <= 75), "{text}");
        assert!(lines.iter().any(|line| line.len() >= 74), "{text}");
        assert!(text.replace("\r\n ", "").contains(&long), "nothing is lost");
    }
}
