//! From events to articles.

use std::collections::BTreeMap;

use chrono::{Datelike as _, NaiveDate};
use chrono_tz::Tz;

use super::{
    Cancels, Event, lines, rule,
    when::{self, Moment},
};
use crate::{
    domain::{
        article::{Article, ArticleId, Block, BlockType, Certainty, Image, Kind, Origin},
        fault::Fault,
        language::MONTHS_DA,
    },
    source::{
        Entry, Outcome, Taken,
        markup::{self, Manner, Piece, Tree, web_address},
        profile,
        prose::label_line,
    },
};

/// The longest first paragraph that is a lede.
const LONGEST_LEDE: usize = 600;

/// The articles of a calendar's events: those of one UID are one event, with its changed occurrences.
pub(super) fn articles(events: &[Event], cancels: Cancels, entry: &Entry<'_>) -> Vec<Outcome> {
    let mut series: BTreeMap<String, Vec<&Event>> = BTreeMap::new();
    let mut outcomes = Vec::new();
    for event in events {
        match event.text("UID").or_else(|| event.text("URL")) {
            Some(id) => series.entry(label_line(&id)).or_default().push(event),
            None => outcomes.push(Err(entry.refusal(
                Some(event.line),
                "the event has neither UID nor URL, so nothing tells it from others tomorrow; its publisher must give it one",
            ))),
        }
    }
    for (id, events) in &series {
        outcomes.push(one(id, events, cancels, entry));
    }
    outcomes
}

/// The article of one event.
fn one(id: &str, events: &[&Event], cancels: Cancels, entry: &Entry<'_>) -> Outcome {
    let is_change = |event: &&&Event| event.first("RECURRENCE-ID").is_some();
    // Of several versions the one with the highest number is in force (RFC 5545 § 3.8.7.4).
    let version = |event: &&&Event| {
        event
            .text("SEQUENCE")
            .and_then(|number| number.parse().ok())
            .unwrap_or(0_u32)
    };
    let main = events
        .iter()
        .filter(|event| !is_change(event))
        .max_by_key(version);
    let changes: Vec<&Event> = events.iter().filter(is_change).copied().collect();
    let Some(main) = main.or_else(|| events.first()).copied() else {
        return Err(Vec::new());
    };
    let refuse = |reason: &str| Err(entry.refusal(Some(main.line), reason));
    if cancels == Cancels::All || is_cancelled(main) {
        return refuse("the event is cancelled; nothing need be done");
    }
    if main
        .text("CLASS")
        .is_some_and(|class| !class.eq_ignore_ascii_case("PUBLIC"))
    {
        return refuse("the event is marked as private; nothing need be done");
    }
    let Some(begin) = main.first("DTSTART") else {
        return refuse("the event does not say when it is (`DTSTART`); its publisher must say");
    };
    let stated = when::stated(begin, entry.zone());
    let Some(start) = stated.moments.first().copied() else {
        return refuse("the event's `DTSTART` is no date that can be; its publisher must mend it");
    };
    let mut warnings = Vec::new();
    if let Some(name) = stated.unknown_zone {
        warnings.push(
            entry
                .warning(
                    main.line,
                    format!("the zone `{name}` is not known: its times are read as the source's"),
                )
                .remedy("declare the source's `timezone` if that is wrong"),
        );
    }
    let Some((chosen, at)) = next(main, &changes, start, entry, &mut warnings) else {
        return refuse("every occurrence of the event is cancelled; nothing need be done");
    };
    let Some(title) = chosen.text("SUMMARY").or_else(|| main.text("SUMMARY")) else {
        return refuse("the event has no title (`SUMMARY`); its publisher must give it one");
    };
    let mut draft = Draft {
        entry,
        line: chosen.line,
        article: Article::new(
            ArticleId(entry.id(id)),
            label_line(&title),
            entry.path.clone(),
            entry.settings.name.clone(),
        ),
    };
    draft.stated("id", "UID");
    draft.stated("title", "SUMMARY");
    draft.fill(chosen, main, at, length(main, start, entry.zone()));
    profile::apply(&mut draft.article, entry.settings);
    Ok(Taken {
        article: draft.article,
        warnings,
    })
}

fn is_cancelled(event: &Event) -> bool {
    event
        .text("STATUS")
        .is_some_and(|status| status.eq_ignore_ascii_case("CANCELLED"))
}

/// The occurrence that comes next, else the last there was, with the event that describes it: the series' own, or one
/// that changes it (RFC 5545 § 3.8.4.4). `None` when all are cancelled.
fn next<'a>(
    main: &'a Event,
    changes: &[&'a Event],
    start: Moment,
    entry: &Entry<'_>,
    warnings: &mut Vec<Fault>,
) -> Option<(&'a Event, Moment)> {
    let zone = entry.zone();
    let today = entry.reading.now.with_timezone(&zone).date_naive();
    let mut days: Vec<Moment> = occurrences(main, start, today, entry, warnings);
    let of = |name: &str| -> Vec<Moment> {
        main.all(name)
            .flat_map(|property| when::stated(property, zone).moments)
            .collect()
    };
    days.extend(of("RDATE"));
    let excluded = of("EXDATE");
    // An exception by its day alone takes all of the day.
    let same = |a: &Moment, b: &Moment| {
        a.date == b.date && (a.time == b.time || a.time.is_none() || b.time.is_none())
    };
    days.retain(|day| !excluded.iter().any(|other| same(day, other)));
    let mut all: Vec<(&Event, Moment)> = Vec::new();
    for day in days {
        let change = changes.iter().find(|change| {
            change.first("RECURRENCE-ID").is_some_and(|id| {
                when::stated(id, zone)
                    .moments
                    .iter()
                    .any(|at| same(&day, at))
            })
        });
        match change {
            None => all.push((main, day)),
            Some(change) if is_cancelled(change) => {}
            Some(change) => {
                let moved = change
                    .first("DTSTART")
                    .and_then(|begin| when::stated(begin, zone).moments.first().copied());
                all.push((change, moved.unwrap_or(day)));
            }
        }
    }
    let coming = all
        .iter()
        .filter(|(_, at)| at.date >= today)
        .min_by_key(|(_, at)| *at);
    coming
        .or_else(|| all.iter().max_by_key(|(_, at)| *at))
        .copied()
}

fn occurrences(
    main: &Event,
    start: Moment,
    today: NaiveDate,
    entry: &Entry<'_>,
    warnings: &mut Vec<Fault>,
) -> Vec<Moment> {
    let Some(text) = main.text("RRULE") else {
        return vec![start];
    };
    match rule::parse(&text) {
        Ok(rule) => rule
            .days(start.date, today)
            .map(|date| Moment { date, ..start })
            .collect(),
        Err(part) => {
            warnings.push(
                entry
                    .warning(main.line, format!("how the event comes again (`{part}`) is not understood: its first day is taken"))
                    .for_key("event_date"),
            );
            vec![start]
        }
    }
}

/// How long an event lasts: when it ends on its first occurrence.
fn length(main: &Event, start: Moment, zone: Tz) -> Option<chrono::Duration> {
    let end = when::stated(main.first("DTEND")?, zone)
        .moments
        .first()
        .copied()?;
    let of = |moment: Moment| moment.date.and_time(moment.time.unwrap_or_default());
    let length = of(end) - of(start);
    (length > chrono::Duration::zero()).then_some(length)
}

/// An article being filled in.
struct Draft<'a> {
    entry: &'a Entry<'a>,
    line: usize,
    article: Article,
}

impl Draft<'_> {
    fn stated(&mut self, field: &'static str, by: &str) {
        let origin = Origin {
            certainty: Certainty::Stated,
            from: format!("event `{by}`"),
            line: Some(self.line),
        };
        self.article.provenance.insert(field, origin);
    }

    fn fill(&mut self, event: &Event, main: &Event, at: Moment, length: Option<chrono::Duration>) {
        self.article.kind = Kind::Event;
        self.stated("kind", "VEVENT");
        self.article.event_date = Some(at.date);
        self.stated(
            "event_date",
            if main.first("RRULE").is_some() {
                "RRULE"
            } else {
                "DTSTART"
            },
        );
        let of = |name: &str| event.text(name).or_else(|| main.text(name));
        self.text(of("DESCRIPTION"));
        let place = of("LOCATION").map(|place| label_line(&place));
        let items: Vec<String> = std::iter::once(words_of(at, length)).chain(place).collect();
        self.article.body.push(Block {
            kind: BlockType::Fact,
            text: if items.len() > 1 {
                "Tid og sted"
            } else {
                "Tid"
            }
            .into(),
            items,
        });
        if let Some(url) = of("URL").and_then(|url| web_address(&url, self.entry.address)) {
            self.article.link = Some(url.into());
            self.stated("link", "URL");
        }
        self.article.keywords = event
            .all("CATEGORIES")
            .flat_map(|property| lines::list(&property.value))
            .map(|word| label_line(&word))
            .filter(|word| !word.is_empty())
            .collect();
        if !self.article.keywords.is_empty() {
            self.stated("keywords", "CATEGORIES");
        }
        let organizer = event.first("ORGANIZER").or_else(|| main.first("ORGANIZER"));
        if let Some(name) = organizer.and_then(|organizer| organizer.parameter("CN")) {
            let name = label_line(name);
            if !name.is_empty() && !name.contains('@') {
                self.article.publishers = vec![name];
                self.stated("publishers", "ORGANIZER");
            }
        }
        let image = event
            .all("IMAGE")
            .chain(event.all("ATTACH"))
            .filter(|property| {
                property.name == "IMAGE"
                    || property
                        .parameter("FMTTYPE")
                        .is_some_and(|kind| kind.starts_with("image/"))
            })
            .find_map(|property| web_address(&property.value, self.entry.address));
        if let Some(url) = image {
            self.article.image = Some(Image {
                url: Some(url.into()),
                ..Image::default()
            });
            self.stated("image", "IMAGE");
        }
    }

    /// The description: plain by the letter, HTML by many calendars' custom.
    fn text(&mut self, description: Option<String>) {
        let Some(text) = description else { return };
        let html = markup::of_either(&text);
        let flow = markup::flow_of(
            &markup::parse(&html),
            Tree::ROOT,
            self.entry.address,
            Manner::Entry,
        );
        let piece = Piece::of(
            flow,
            &self.article.title,
            &self.entry.dates(),
            &self.entry.settings.chrome,
        );
        let mut body = piece.body;
        if body.first().is_some_and(|first| {
            first.kind == BlockType::Paragraph && first.text.chars().count() <= LONGEST_LEDE
        }) {
            self.article.lede = Some(body.remove(0).text);
            self.stated("lede", "DESCRIPTION");
        }
        self.article.body = body;
        self.article.attachments = piece.documents;
    }
}

/// `26. november 2026 kl. 19.00-21.00`; over several days to the last one.
fn words_of(at: Moment, length: Option<chrono::Duration>) -> String {
    let day = |date: NaiveDate| {
        let month = MONTHS_DA[date.month0() as usize];
        format!("{}. {month} {}", date.day(), date.year())
    };
    let Some(time) = at.time else {
        // A whole day ends where the next begins.
        let last = length.map(|length| at.date + length - chrono::Duration::days(1));
        return match last.filter(|last| *last > at.date) {
            Some(last) => format!("{} til {}", day(at.date), day(last)),
            None => day(at.date),
        };
    };
    let begin = format!("{} kl. {}", day(at.date), time.format("%-H.%M"));
    let Some(end) = length.map(|length| at.date.and_time(time) + length) else {
        return begin;
    };
    if end.date() == at.date {
        format!("{begin}-{}", end.format("%-H.%M"))
    } else {
        format!(
            "{begin} til {} kl. {}",
            day(end.date()),
            end.format("%-H.%M")
        )
    }
}
