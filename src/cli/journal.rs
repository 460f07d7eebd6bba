//! Writes down who decided what about issues.

use std::{fs, os::unix::fs::MetadataExt as _};

use chrono::NaiveDate;

use super::{Session, newsroom::Newsroom};
use crate::{
    domain::issue::IssueKey,
    store::journal::{self, Act, Entry},
};

/// What a line of the journal is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum About {
    /// The newsletter as a whole.
    Newsletter,
    /// All issues of a date.
    Date(NaiveDate),
    /// One issue.
    Issue(IssueKey),
}

/// Adds a line. What was done stands whether it can be written down or not; where it cannot, that is said.
pub(super) fn note(session: &Session, room: &Newsroom, act: Act, about: About, words: &str) {
    let (date, issue) = match about {
        About::Newsletter => (None, None),
        About::Date(date) => (Some(date), None),
        About::Issue(key) => (Some(key.date), Some(key.to_string())),
    };
    let entry = Entry {
        at: session.clock.now(),
        who: who(),
        act,
        date,
        issue,
        words: words.to_owned(),
    };
    let path = room.state.journal();
    if let Err(error) = journal::append(&path, &entry) {
        session.warn(&format!(
            "warning: {}: the journal cannot be written: {error}\n  hint: make room, and let the user that runs \
             `overblik` write it; what was done is done",
            path.display()
        ));
    }
}

/// The name of the system's user, with the one who asked for it by `sudo`.
fn who() -> String {
    let id = fs::metadata("/proc/self").map(|about| about.uid());
    let user = match id {
        Ok(id) => {
            let users = fs::read_to_string("/etc/passwd").unwrap_or_default();
            name_of(&users, id).unwrap_or_else(|| format!("user {id}"))
        }
        Err(_) => "unknown".to_owned(),
    };
    match std::env::var("SUDO_USER") {
        Ok(asked) if !asked.is_empty() && asked != user => format!("{asked} as {user}"),
        _ => user,
    }
}

/// The name of a user in the text of `/etc/passwd` (passwd(5)).
fn name_of(users: &str, id: u32) -> Option<String> {
    users.lines().find_map(|line| {
        let mut fields = line.split(':');
        let (name, _, found) = (fields.next()?, fields.next()?, fields.next()?);
        (found.parse() == Ok(id)).then(|| name.to_owned())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_user_has_the_name_that_the_system_gives() {
        let users = "root:x:0:0:root:/root:/bin/sh\nrod\nåse:x:1000:1000::/home/åse:\n";
        let check = |id, name: Option<&str>| assert_eq!(name_of(users, id).as_deref(), name);
        check(0, Some("root"));
        check(1000, Some("åse"));
        check(7, None);
        assert!(!who().is_empty());
    }
}
