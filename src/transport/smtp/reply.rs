//! What a relay answered, or that it did not.

use std::{error::Error as _, io};

use lettre::transport::smtp::{Error, response::Response};

use crate::domain::delivery::Reply;

/// The most that is kept of a reply's words; RFC 5321 §4.5.3.1.5 allows 512 octets a line.
const LONGEST: usize = 500;

/// Why no reply came. The connection is not used again: what comes next on it may answer anything.
#[derive(Debug)]
pub(super) enum Broken {
    /// It was cut.
    Cut(String),
    /// What came is no reply.
    Nonsense(String),
    /// Nothing came in time.
    Late,
    /// The letter could not be marked as handed over: its last octet has not left.
    Unmarked(io::Error),
}

impl Broken {
    /// What happened, in one line.
    pub(super) fn words(&self) -> String {
        match self {
            Self::Cut(what) => format!("the connection was cut: {what}"),
            Self::Nonsense(what) => format!("the relay's answer makes no sense: {what}"),
            Self::Late => "the relay did not answer in time".to_owned(),
            Self::Unmarked(error) => {
                format!("the letter cannot be marked as handed over: {error}")
            }
        }
    }
}

/// Reads lettre's answer: an error with a status is a reply, one without is a dead connection.
pub(super) fn heard(result: Result<Response, Error>) -> Result<Reply, Broken> {
    match result {
        Ok(response) => {
            let code = response.code().into();
            let mut lines = response.message();
            Ok(match (lines.next(), lines.next()) {
                (Some(only), None) => reply(code, only),
                _ => {
                    let lines: Vec<&str> = response.message().collect();
                    reply(code, &lines.join(" "))
                }
            })
        }
        Err(error) => {
            let words = error.source().map_or_else(String::new, ToString::to_string);
            match error.status() {
                Some(code) => Ok(reply(code.into(), &words)),
                // lettre's words for the end of the stream.
                None if words == "incomplete response" => {
                    Err(Broken::Cut("the relay closed it".into()))
                }
                None if error.is_response() => Err(Broken::Nonsense(plain(&words))),
                None => Err(Broken::Cut(plain(&words))),
            }
        }
    }
}

fn reply(code: u16, words: &str) -> Reply {
    Reply {
        code,
        text: plain(words),
    }
}

/// Text from outside: no control characters, not long.
pub(super) fn plain(text: &str) -> String {
    if text.len() <= LONGEST && text.bytes().all(|byte| matches!(byte, 32..=126)) {
        return text.to_owned();
    }
    text.chars()
        .filter(|c| !c.is_control())
        .take(LONGEST)
        .collect()
}

/// The relay will not go on: nothing more is sent on that connection (RFC 5321 §3.8).
pub(super) fn closes(reply: &Reply) -> bool {
    reply.code == 421
}

/// Whether a reply says no, and would say so again (RFC 5321 §4.2.1).
pub(super) fn is_for_good(reply: &Reply) -> bool {
    (500..600).contains(&reply.code)
}

/// Whether a reply says no, now or for good.
pub(super) fn refuses(reply: &Reply) -> bool {
    (400..600).contains(&reply.code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reply_keeps_code_and_words_and_no_control_characters() {
        let response: Response = "550-5.1.1 no\u{1b}[31m such\r\n550 5.1.1 user\r\n"
            .parse()
            .unwrap();
        let reply = heard(Ok(response)).unwrap();
        assert_eq!(reply.to_string(), "550 5.1.1 no[31m such 5.1.1 user");
        let long: Response = format!("250 {}\r\n", "a".repeat(900)).parse().unwrap();
        assert_eq!(heard(Ok(long)).unwrap().text.len(), LONGEST);
    }
}
