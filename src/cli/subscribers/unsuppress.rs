//! `overblik subscribers unsuppress`

use clap::Args;

use super::{
    Place, address,
    suppress::{Document, write},
};
use crate::{
    cli::{Exit, Failure, Session},
    domain::{
        address::Address,
        fault::Fault,
        suppression::SuppressionReason::{self, Complained, Lifted},
    },
};

/// Lifts what keeps mail from an address; it gets mail again if it stands in the subscriber files
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  overblik subscribers unsuppress anna@kommune.example")]
pub(super) struct Arguments {
    /// The reader's address
    email: String,
    /// The reader asked for the mail anew: needed after a complaint
    #[arg(long)]
    asked_anew: bool,
}

pub(super) fn run(
    session: &Session,
    place: &Place,
    arguments: &Arguments,
) -> Result<Exit, Failure> {
    let address = address(&arguments.email)?;
    let key = place.key.as_ref();
    let said = key.and_then(|key| {
        let word = place.last_of(&address)?;
        (word != Lifted).then_some((key, word))
    });
    let Some((key, word)) = said else {
        tell(session, &address, None);
        return Ok(Exit::Done);
    };
    if word == Complained && !arguments.asked_anew {
        return Err(Failure::usage(
            Fault::error(format!(
                "`{}` called a letter spam; mail may go there again only when the reader asks for it",
                address.masked()
            ))
            .for_key("EMAIL")
            .remedy("if the reader has asked anew, say so with `--asked-anew`"),
        ));
    }
    write(place, key, &address, Lifted)?;
    tell(session, &address, Some(word));
    Ok(Exit::Done)
}

fn tell(session: &Session, address: &Address, lifted: Option<SuppressionReason>) {
    if session.global.json {
        session.json(&Document {
            email: address.to_string(),
            reason: lifted.map_or("none", SuppressionReason::word),
            written: lifted.is_some(),
        });
    } else {
        let masked = address.masked();
        session.say(&match lifted {
            Some(word) => format!("lifted `{}` from `{masked}`", word.word()),
            None => format!("`{masked}` is not suppressed"),
        });
    }
}
