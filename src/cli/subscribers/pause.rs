//! `overblik subscribers pause`

use chrono::NaiveDate;
use clap::Args;

use super::{
    Place, address,
    edited::{Act, Trial},
};
use crate::{
    cli::{Exit, Failure, Session, day},
    roster::edit::{Amendment, Draft, plan_amend},
};

/// Sends a reader no mail before a day, or ends such a pause
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  overblik subscribers pause anna@kommune.example --until 2027-01-04\n  overblik subscribers pause anna@kommune.example --end"
)]
pub(super) struct Arguments {
    /// The reader's address
    email: String,
    /// The first day with mail again [default: none until the pause is ended]
    #[arg(long, value_name = "DATE", value_parser = day, conflicts_with = "end")]
    until: Option<NaiveDate>,
    /// End the pause
    #[arg(long)]
    end: bool,
    #[command(flatten)]
    trial: Trial,
}

pub(super) fn run(
    session: &Session,
    place: &Place,
    arguments: &Arguments,
) -> Result<Exit, Failure> {
    let address = address(&arguments.email)?;
    let (verb, amendment) = if arguments.end {
        ("ended the pause of", end())
    } else {
        ("paused", until(arguments.until))
    };
    let act = Act {
        name: "pause",
        verb,
        address: &address,
    };
    act.carry_out(session, place, arguments.trial, || {
        plan_amend(&place.folder, &place.known, &address, &amendment)
    })
}

fn until(day: Option<NaiveDate>) -> Amendment {
    Amendment {
        set: Draft {
            // The last day that TOML can write.
            paused_until: day.or(NaiveDate::from_ymd_opt(9999, 12, 31)),
            ..Draft::default()
        },
        clear: Vec::new(),
    }
}

fn end() -> Amendment {
    Amendment {
        set: Draft::default(),
        clear: vec!["paused_until".into()],
    }
}
