//! Invented readers of the demo's issue of 23 November 2026.

use std::{
    collections::HashSet,
    fs::File,
    io::{BufWriter, Write as _},
    path::Path,
};

use chrono::{NaiveDate, TimeZone as _, Utc};
use overblik::{
    compose::Chooser,
    config::{self, Config},
    domain::{
        address::Address,
        issue::{Digest, Frequency, IssueKey},
        language::Language,
        section::SectionId,
        subscriber::{Choices, Format, Subscriber},
        topic::Topic,
    },
    publish::{self, Draft},
    roster::{Listed, Roster},
    store::Past,
};

/// What a step of the preparation says when it fails.
pub(crate) type Failure = Box<dyn std::error::Error>;

/// The demo's config with two made-up topics more: twelve.
pub(crate) fn config() -> Result<Config, Failure> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("config");
    let mut config = config::load(&folder, None, std::iter::empty()).map_err(|faults| {
        let faults: Vec<String> = faults.iter().map(ToString::to_string).collect();
        faults.join("\n")
    })?;
    for (id, words) in [
        ("kommuner", ["kommune*", "borger*", "by*"]),
        ("mennesker", ["medarbejder*", "lærer*", "over*"]),
    ] {
        config.topics.push(Topic {
            words: words.map(str::to_owned).into(),
            ..Topic::new(id, id)
        });
    }
    Ok(config)
}

/// The issue, composed out of the demo's articles.
pub(crate) fn issue(config: &Config) -> Result<Draft, Failure> {
    let key = IssueKey {
        date: NaiveDate::from_ymd_opt(2026, 11, 23).ok_or("no such day")?,
        frequency: Frequency::Daily,
    };
    let cut_off = config.schedule.cut_off(key, config.newsletter.timezone);
    let brief = config.brief();
    let now = Utc
        .with_ymd_and_hms(2026, 11, 23, 5, 0, 0)
        .single()
        .ok_or("no such instant")?;
    let collected = publish::collect(&brief, now);
    Ok(publish::draft(
        &brief.filled(&collected),
        key,
        cut_off,
        &collected.articles,
        &Past::default(),
    )?)
}

/// So many different sets of choices, each with something in the issue; those that give a letter of their own first,
/// then others.
pub(crate) fn different(config: &Config, digest: &Digest, readers: usize) -> Vec<Choices> {
    let chooser = Chooser::new(digest, config.selection.when_empty);
    let mut masks = HashSet::new();
    let (mut own, mut like_others) = (Vec::new(), Vec::new());
    // Every topic set with every section set, in an order that mixes small and large ones.
    let topic_sets = 1_usize << config.topics.len();
    let section_sets = 1_usize << config.sections.len();
    for step in 0..topic_sets * section_sets {
        let number = (step * 48_271) % (topic_sets * section_sets);
        let (topics, sections) = (number % topic_sets, number / topic_sets);
        let chosen = Choices {
            topics: pick(&config.topics, topics, |topic| topic.id.clone()),
            sections: pick::<_, SectionId>(&config.sections, sections, |section| {
                section.id.clone()
            }),
            ..Choices::default()
        };
        match chooser.mask(&chosen) {
            0 => {}
            mask if masks.insert(mask) => own.push(chosen),
            _ => like_others.push(chosen),
        }
    }
    own.into_iter().chain(like_others).take(readers).collect()
}

/// What the bits of a number pick out of some.
pub(crate) fn pick<T, I>(from: &[T], set: usize, id: impl Fn(&T) -> I) -> Vec<I> {
    from.iter()
        .enumerate()
        .filter(|(at, _)| set & (1 << at) != 0)
        .map(|(_, one)| id(one))
        .collect()
}

/// A reader for each set of choices, with addresses and names of one length.
pub(crate) fn roster(choices: &[Choices]) -> Result<Roster, Failure> {
    let mut roster = Roster::default();
    for (number, choices) in choices.iter().enumerate() {
        roster.entries.push(Listed {
            subscriber: Subscriber {
                address: Address::parse(&format!("reader{number:04}@kommune.example"))?,
                name: Some(format!("Læser {number:04}")),
                first_name: None,
                choices: choices.clone(),
                frequency: Frequency::Daily,
                consent: None,
                paused_until: None,
            },
            path: "subscribers/invented.toml".into(),
            line: number + 1,
        });
    }
    Ok(roster)
}

/// Writes a list of invented readers, as `subscribers add` writes them, a few thousand sets of choices among them.
pub(crate) fn write_list(file: &Path, readers: usize) -> Result<(), Failure> {
    let config = config()?;
    let mut out = BufWriter::new(File::create(file)?);
    for number in 0..readers {
        // The digits of a number that is no multiple of any.
        let set = number * 48_271 % 4_093;
        let mut topics = pick(&config.topics, set, |topic| topic.id.clone());
        topics.truncate(3);
        let choices = Choices {
            topics,
            ..Choices::default()
        };
        write_entry(&mut out, number, &choices)?;
    }
    Ok(out.flush()?)
}

/// Writes a list with a reader for each set of choices.
pub(crate) fn write_choices(file: &Path, choices: &[Choices]) -> Result<(), Failure> {
    let mut out = BufWriter::new(File::create(file)?);
    for (number, choices) in choices.iter().enumerate() {
        write_entry(&mut out, number, choices)?;
    }
    Ok(out.flush()?)
}

fn write_entry(
    out: &mut impl std::io::Write,
    number: usize,
    choices: &Choices,
) -> std::io::Result<()> {
    let topics: Vec<&str> = choices.topics.iter().map(|id| id.0.as_str()).collect();
    let sections: Vec<&str> = choices.sections.iter().map(|id| id.0.as_str()).collect();
    write!(
        out,
        "[[subscriber]]\nemail = \"reader.number{number}@kommune{}.example\"\nname = \"Læser {number}\"\n\
         topics = {topics:?}\n",
        number % 98,
    )?;
    if !sections.is_empty() {
        writeln!(out, "sections = {sections:?}")?;
    }
    if choices.format == Format::Text {
        writeln!(out, "format = \"text\"")?;
    }
    if choices.language == Language::En {
        writeln!(out, "language = \"en\"")?;
    }
    writeln!(
        out,
        "frequency = \"daily\"\n\
         consent = {{ at = 2026-11-01T09:30:00+01:00, source = \"web form\", text = \"2026-01\" }}\n",
    )
}
