//! `overblik subscribers leave`

use std::io::{self, Read as _};

use clap::Args;
use serde::Serialize;

use super::Place;
use crate::{
    cli::{Exit, Failure, Session},
    domain::fault::Fault,
    roster::{Leaving, Left, Words},
};

/// The most that is read of a mail.
const MOST: u64 = 1024 * 1024;

/// Lets the reader leave who sent a link, a token or a whole mail with one
///
/// For mails to the address that readers unsubscribe by, and for links that somebody could not open. The signed token alone is
/// proof: whose it is, is not asked. What is written is a line of state/suppressions.log; said again, it changes nothing.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  overblik subscribers leave https://avis.example/u/ASFt...\n  overblik subscribers leave - < mail.eml"
)]
pub(super) struct Arguments {
    /// The token, the link it stands in, or `-` for a mail on stdin
    #[arg(value_name = "TOKEN")]
    token: String,
}

/// What was said, as JSON.
#[derive(Debug, Serialize)]
struct Document {
    left: bool,
    /// Whether that is new.
    written: bool,
}

pub(super) fn run(
    session: &Session,
    place: &Place,
    arguments: &Arguments,
) -> Result<Exit, Failure> {
    let text = if arguments.token == "-" {
        mail()?
    } else {
        arguments.token.clone()
    };
    let leaving = place.keys()?.map(|keys| {
        let words = Words::new(place.state.suppressions(), keys);
        Leaving::new(place.list.clone(), words)
    });
    let found = leaving.and_then(|leaving| Some((leaving.find(&text)?, leaving)));
    let Some((token, leaving)) = found else {
        return Err(Failure::usage(
            Fault::error("no token of this newsletter stands there")
                .for_key("TOKEN")
                .remedy(
                    "copy the whole link from the foot of the letter; where it is lost, suppress the address: `overblik \
                     subscribers suppress EMAIL --reason left`",
                ),
        ));
    };
    let left = leaving
        .leave(&token, place.now)
        .map_err(|error| Failure::ours("nothing was written", &error))?;
    if session.global.json {
        session.json(&Document {
            left: true,
            written: left == Left::Now,
        });
        return Ok(Exit::Done);
    }
    session.say(match left {
        Left::Now => "the reader of that link has left: no mail from now on",
        Left::Before => "the reader of that link had left already",
    });
    Ok(Exit::Done)
}

fn mail() -> Result<String, Failure> {
    let mut bytes = Vec::new();
    io::stdin()
        .lock()
        .take(MOST)
        .read_to_end(&mut bytes)
        .map_err(|error| Failure::ours("reading the mail", &error))?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}
