//! Readers as a roster holds them.

use overblik::{
    domain::{
        address::Address,
        issue::Frequency,
        subscriber::{Choices, Subscriber},
    },
    roster::{Listed, Roster},
};

use super::demo::Failure;

/// A reader for each set of choices, with addresses and names of one length.
pub(crate) fn of(choices: &[Choices]) -> Result<Roster, Failure> {
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
