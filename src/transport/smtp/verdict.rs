//! What a reply means for a letter and for the conversation.

use super::reply::{Broken, is_for_good, refuses};
use crate::{
    domain::delivery::{Reply, Stage},
    transport::{Receipt, SendError},
};

/// 250 is success and nothing else is; a reply to a body that had not left is no word on the letter.
pub(super) fn judged(reply: Reply, handed_over: bool) -> Result<Receipt, SendError> {
    if handed_over && reply.code == 250 {
        return Ok(Receipt {
            reply: reply.to_string(),
        });
    }
    if refuses(&reply) {
        let stage = Stage::Body;
        return Err(SendError::Refused { stage, reply });
    }
    Err(SendError::Cut {
        handed_over,
        what: odd(Stage::Body, &reply),
    })
}

pub(super) fn cut(broken: Broken, handed_over: bool) -> SendError {
    match broken {
        Broken::Unmarked(source) => SendError::Local {
            doing: "marking a letter as handed over".into(),
            source,
        },
        other => SendError::Cut {
            handed_over,
            what: other.words(),
        },
    }
}

/// Whether the reply is the one by which the conversation goes on (RFC 5321 §4.3.2).
pub(super) fn agrees(stage: Stage, reply: &Reply) -> bool {
    match stage {
        Stage::Session | Stage::Mail | Stage::Body => reply.code == 250,
        Stage::Recipient => (250..=252).contains(&reply.code),
        Stage::Data => reply.code == 354,
    }
}

/// MAIL was refused, and may be taken another time.
pub(super) fn is_mail_for_now(error: &SendError) -> bool {
    let SendError::Refused { stage, reply } = error else {
        return false;
    };
    *stage == Stage::Mail && refuses(reply) && !is_for_good(reply)
}

/// RSET cannot be refused.
pub(super) fn is_of_a_letter(stage: Stage) -> bool {
    stage != Stage::Session
}

/// The first refusal of a group says that the server lost its place, not that it minds the letter: 503, or 500, which
/// answers no command that it knows, or words about pipelining.
pub(super) fn is_lost(reply: &Reply) -> bool {
    matches!(reply.code, 500 | 503) || reply.text.to_ascii_lowercase().contains("pipelin")
}

pub(super) fn odd(stage: Stage, reply: &Reply) -> String {
    let command = match stage {
        Stage::Session => "RSET",
        Stage::Mail => "MAIL",
        Stage::Recipient => "RCPT",
        Stage::Data => "DATA",
        Stage::Body => "the letter",
    };
    format!("{command} was answered with {reply}")
}
