//! One letter to look at: the edition as a reader sees it, and the mail it comes in.

use std::cmp::Reverse;

use super::studio::Made;
use crate::{
    cli::{
        Failure,
        newsroom::{Newsroom, refused},
        report,
    },
    domain::{
        issue::Frequency,
        key::SubscriberId,
        language::Language,
        piece::{Edition, PieceId, Slot},
        subscriber::{Format, Subscriber},
    },
    letter::{Links, Reader, links::TRIAL_TOKEN},
};

/// The most of the readers' own editions that are shown.
const COMMON: usize = 20;

/// One letter to look at.
pub(in crate::cli) struct Shown {
    pub(in crate::cli) name: String,
    /// What it is, for the page to choose from.
    pub(in crate::cli) about: String,
    pub(in crate::cli) subject: String,
    pub(in crate::cli) preheader: String,
    pub(in crate::cli) frequency: Frequency,
    pub(in crate::cli) language: Language,
    /// Whose it is, masked, where it is one reader's.
    pub(in crate::cli) reader: Option<String>,
    /// How many readers get it, where it is some readers' own.
    pub(in crate::cli) readers: Option<u64>,
    /// What is in it, by the items' places in the issue.
    pub(in crate::cli) items: Vec<usize>,
    pub(in crate::cli) html: Option<String>,
    pub(in crate::cli) text: String,
    pub(in crate::cli) letter: Vec<u8>,
}

/// The whole issue in each language and format, and the readers' own editions, the most common first.
pub(super) fn whole(room: &Newsroom, made: &Made) -> Result<Vec<Shown>, Failure> {
    let mut shown = Vec::new();
    for (number, name, about) in [
        (0, "all", "all topics, Danish"),
        (2, "all-en", "all topics, English"),
        (1, "text", "all topics, text alone"),
    ] {
        if let Some(edition) = made.editions.get(number) {
            shown.push(show(room, made, edition, name, about.into(), None)?);
        }
    }
    let mut common: Vec<(u32, u64)> = made
        .counts
        .iter()
        .map(|(number, count)| (*number, *count))
        .collect();
    common.sort_by_key(|(number, count)| (Reverse(*count), *number));
    for (index, (number, count)) in common.into_iter().take(COMMON).enumerate() {
        let Some(edition) = made.editions.get(number as usize) else {
            continue;
        };
        let readers = report::readers(count);
        let form = match edition.format {
            Format::Html => "",
            Format::Text => ", text",
        };
        let language = edition.language.tag();
        let items = report::items(edition.items.len());
        let about = format!("{readers}: {items}, {language}{form}");
        let name = format!("e{:02}", index + 1);
        shown.push(show(room, made, edition, &name, about, None)?);
    }
    Ok(shown)
}

/// The letter of one reader.
pub(super) fn one_reader(
    room: &Newsroom,
    reader: &Subscriber,
    made: &Made,
) -> Result<Shown, Failure> {
    let edition = made
        .asked
        .and_then(|number| made.editions.get(number as usize));
    let Some(edition) = edition else {
        return Err(refused(
            "the reader gets no letter of this issue",
            "`overblik why ID --subscriber EMAIL` tells for an article",
        ));
    };
    let about = format!("{}, {}", reader.address.masked(), reader.frequency);
    show(room, made, edition, "reader", about, Some(reader))
}

/// One edition as a reader sees it; without a reader, as one without a name.
pub(in crate::cli) fn show(
    room: &Newsroom,
    made: &Made,
    edition: &Edition,
    name: &str,
    about: String,
    reader: Option<&Subscriber>,
) -> Result<Shown, Failure> {
    let nobody = room.config.newsletter.from.address.clone();
    let address = reader.map_or(&nobody, |reader| &reader.address);
    let greeted = reader.and_then(Subscriber::greeting_name);
    let signed_up = reader.and_then(|it| it.signed_up(room.config.newsletter.timezone));
    let splicer = room.splicer(
        made.stamp,
        made.head.clone(),
        Links::Trial,
        made.pieces.clone(),
    );
    let letter = splicer
        .letter(
            edition,
            &Reader {
                id: SubscriberId([0; 32]),
                address,
                name: greeted,
                signed_up,
            },
        )
        .map_err(|error| Failure::ours("making the letter", &error))?;
    let greeting = edition.language.greeting(greeted);
    let signed_up = edition.language.signed_up(signed_up);
    let nowhere = format!("#{TRIAL_TOKEN}");
    let part = |numbers: &[PieceId]| -> String {
        numbers
            .iter()
            .filter_map(|number| made.pieces.get(number.0 as usize))
            .map(|piece| {
                piece.decoded(|slot| match slot {
                    Slot::Greeting => greeting.as_str(),
                    Slot::SignedUp => signed_up.as_str(),
                    // Where the personal links of a preview lead.
                    Slot::Unsubscribe | Slot::Preferences => nowhere.as_str(),
                })
            })
            .collect()
    };
    Ok(Shown {
        name: name.to_owned(),
        about,
        subject: edition.subject.clone(),
        preheader: edition.preheader.clone(),
        frequency: made.key.frequency,
        language: edition.language,
        reader: reader.map(|reader| reader.address.masked()),
        readers: made
            .editions
            .iter()
            .position(|other| other == edition)
            .and_then(|number| u32::try_from(number).ok())
            .map(|number| made.counts.get(&number).copied().unwrap_or(0)),
        items: edition.items.clone(),
        html: (edition.format == Format::Html).then(|| part(&edition.html)),
        text: part(&edition.text),
        letter: letter.message.text().into_owned().into_bytes(),
    })
}
