//! By mail, through the configured transport.

use std::time::Duration;

use super::{Alert, Reach};
use crate::{
    cli::{Exit, Failure, newsroom::Newsroom, send::outbox},
    dispatch::carry_few,
    letter::notice::Notice,
    transport::{Receipt, SendError, TransportKind},
};

/// Mails an alert by the configured transport.
pub(super) fn mail(room: &Newsroom, alert: &Alert) -> Reach {
    let results = match post(room, alert) {
        Ok(results) => results,
        Err(why) => return Reach::Nobody(why),
    };
    let untold: Vec<&SendError> = results
        .iter()
        .filter_map(|result| result.as_ref().err())
        .collect();
    let Some(first) = untold.first() else {
        return Reach::All;
    };
    // A relay's words may name an address.
    tracing::debug!(error = %first, "an alert was not taken");
    let why = match first {
        SendError::Refused { reply, .. } => format!("the relay refused it ({})", reply.code),
        SendError::Cut {
            handed_over: true, ..
        } => "the relay did not answer".to_owned(),
        SendError::Cut { .. } | SendError::Unreached { .. } => {
            "the relay could not be reached".to_owned()
        }
        SendError::Local { doing, .. } => doing.clone(),
    };
    match (untold.len(), results.len()) {
        (some, all) if some < all => {
            Reach::Some(format!("{why}, for {some} of {all} who are told"))
        }
        _ => Reach::Nobody(why),
    }
}

/// Hands the letters of an alert over, which may take so much time.
fn post(room: &Newsroom, alert: &Alert) -> Result<Vec<Result<Receipt, SendError>>, String> {
    let config = &room.config;
    let said = |failure: Failure| {
        let reasons = failure.faults.into_iter().map(|fault| fault.reason);
        reasons.collect::<Vec<_>>().join("; ")
    };
    let signer = room.signer().map_err(said)?;
    let subject = alert.subject(room);
    let text = format!("{}\n\n{}\n", subject, alert.words);
    let notice = Notice {
        from: &config.newsletter.from,
        subject: &subject,
        text: &text,
        at: room.now,
        zone: config.newsletter.timezone,
    };
    let letters = config.alerts.to.iter();
    let letters = letters
        .map(|to| notice.letter(to, signer.as_deref()))
        .collect::<Result<Vec<_>, _>>()
        .map_err(|error| error.to_string())?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| error.to_string())?;
    let within = Duration::from_secs(u64::from(config.alerts.timeout_seconds));
    let results = match config.transport.kind {
        TransportKind::File => {
            let transport = outbox(room).map_err(said)?;
            let carried =
                async { tokio::time::timeout(within, carry_few(&transport, letters)).await };
            runtime.block_on(carried)
        }
        TransportKind::Smtp => {
            let faults = |faults| {
                said(Failure {
                    exit: Exit::Usage,
                    faults,
                })
            };
            let transport = config.relays().map_err(faults)?;
            let carried =
                async { tokio::time::timeout(within, carry_few(&transport, letters)).await };
            runtime.block_on(carried)
        }
    };
    results.map_err(|_| "the relay did not answer in time".to_owned())
}
