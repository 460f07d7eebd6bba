//! By a command, which is given one JSON document on its standard input.

use std::{
    io::{ErrorKind, Write as _},
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use chrono::{DateTime, Utc};
use serde::Serialize;

use super::{Alert, Reach};
use crate::cli::newsroom::Newsroom;

/// What a command is given on its standard input.
#[derive(Serialize)]
struct Document<'a> {
    newsletter: &'a str,
    at: DateTime<Utc>,
    #[serde(flatten)]
    alert: &'a Alert,
}

/// Gives an alert to the command.
pub(super) fn run(room: &Newsroom, alert: &Alert) -> Reach {
    match give(room, alert) {
        Ok(()) => Reach::All,
        Err(why) => Reach::Nobody(why),
    }
}

/// The same, within so much time.
fn give(room: &Newsroom, alert: &Alert) -> Result<(), String> {
    let settings = &room.config.alerts;
    let [program, arguments @ ..] = settings.command.as_slice() else {
        return Ok(());
    };
    let document = Document {
        newsletter: &room.config.newsletter.name,
        at: room.now,
        alert,
    };
    let mut text = serde_json::to_vec(&document).map_err(|error| error.to_string())?;
    text.push(b'\n');
    let mut child = Command::new(program)
        .args(arguments)
        .current_dir(room.config.path("."))
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .map_err(|error| format!("the command cannot be run: {error}"))?;
    if let Some(mut input) = child.stdin.take() {
        // A pipe holds more than this. A command that does not read is no failure.
        match input.write_all(&text) {
            Err(error) if error.kind() != ErrorKind::BrokenPipe => return Err(error.to_string()),
            _ => {}
        }
    }
    let within = Duration::from_secs(u64::from(settings.timeout_seconds));
    end_of(&mut child, within)
}

fn end_of(child: &mut Child, within: Duration) -> Result<(), String> {
    let began = Instant::now();
    loop {
        match child.try_wait() {
            Ok(Some(status)) if status.success() => return Ok(()),
            Ok(Some(status)) => return Err(format!("the command ended with {status}")),
            Ok(None) if began.elapsed() < within => thread::sleep(Duration::from_millis(10)),
            Ok(None) => {
                // One that is gone meanwhile need not be ended.
                let _ = child.kill();
                let _ = child.wait();
                return Err(format!(
                    "the command took longer than {} s",
                    within.as_secs()
                ));
            }
            Err(error) => return Err(error.to_string()),
        }
    }
}
