//! The rules of `[transport.smtp]`, for each of its relays.

use super::{super::smtp::relay_key, Config, Key, Reading, one_line, within};
use crate::{
    domain::fault::Fault,
    letter::settings::Served,
    transport::{
        TransportKind,
        smtp::settings::{SmtpSettings, TlsMode},
    },
};

pub(super) fn check(config: &Config, reading: &mut Reading) {
    let smtp = &config.transport.smtp;
    let connections = Key::of("transport.smtp.connections");
    within(reading, &connections, smtp.connections, 1..=100);
    let each = smtp.each();
    for (place, relay) in each.iter().enumerate() {
        let table = relay_key(place);
        let mut stated = relay.clone();
        if let Some(further) = place.checked_sub(1).and_then(|index| smtp.relay.get(index)) {
            // What is taken over is judged where it stands.
            stated.hello_name.clone_from(&further.hello_name);
            stated.per_connection = further.per_connection.unwrap_or(1);
        }
        texts(reading, &table, &stated);
        login(reading, &table, relay);
    }
    if config.transport.kind == TransportKind::Smtp
        && !reading.is_mended(&Key::of("transport.kind"))
    {
        for (place, relay) in each.iter().enumerate() {
            leaves(reading, &relay_key(place), relay);
        }
        served(config, reading, &each);
    }
}

/// The values of one relay's table.
fn texts(reading: &mut Reading, table: &Key, smtp: &SmtpSettings) {
    let key = |name: &str| table.name(name);
    within(
        reading,
        &key("per_connection"),
        smtp.per_connection,
        1..=1_000_000,
    );
    if smtp.port == Some(0) {
        within(reading, &key("port"), 0, 1..=65_535);
    }
    for (name, text) in [("host", &smtp.host), ("username", &smtp.username)] {
        if let Some(text) = text {
            one_line(reading, &key(name), text);
        }
    }
    for (name, text) in [("host", &smtp.host), ("hello_name", &smtp.hello_name)] {
        let sound = |c: char| c.is_ascii_alphanumeric() || "-.:[]".contains(c);
        if let Some(text) = text
            && (text.is_empty() || !text.chars().all(sound))
        {
            reading.fault(
                &key(name),
                Fault::error(format!("`{text}` is no name of a machine"))
                    .remedy("write a name such as `smtp.avis.example`"),
            );
        }
    }
}

fn login(reading: &mut Reading, table: &Key, smtp: &SmtpSettings) {
    let key = |name: &str| table.name(name);
    match (&smtp.username, &smtp.password, &smtp.password_file) {
        (_, Some(_), Some(_)) => reading.fault(
            &key("password_file"),
            Fault::error("there are two passwords")
                .remedy("state `password` or `password_file`, not both"),
        ),
        (Some(_), None, None) => reading.fault(
            &key("username"),
            Fault::error("there is no password to log in with").remedy(
                // An entry of a list has no variable of its own.
                if *table == relay_key(0) {
                    "name a file with `password_file`, or set `OVERBLIK__TRANSPORT__SMTP__PASSWORD`"
                } else {
                    "name a file with `password_file`"
                },
            ),
        ),
        (None, Some(_), None) => reading.fault(
            &key("password"),
            Fault::error("there is no name to log in under").remedy("add `username`"),
        ),
        (None, None, Some(_)) => reading.fault(
            &key("password_file"),
            Fault::error("there is no name to log in under").remedy("add `username`"),
        ),
        _ => {}
    }
}

/// What must hold before letters are handed to a relay.
fn leaves(reading: &mut Reading, table: &Key, smtp: &SmtpSettings) {
    let key = table.name("host");
    if reading.is_mended(&key) {
        return;
    }
    let Some(host) = &smtp.host else {
        reading.fault(
            &key,
            Fault::error("missing: letters are to leave by SMTP")
                .remedy("add a line such as `host = \"smtp.avis.example\"`"),
        );
        return;
    };
    if !smtp.is_loopback() && smtp.tls == TlsMode::None && !smtp.allow_plaintext {
        reading.fault(
            &table.name("tls"),
            Fault::error(format!(
                "letters and password would go to `{host}` for all on the way to read"
            ))
            .remedy("write `starttls` or `implicit`, or on purpose `allow_plaintext = true`"),
        );
    }
}

/// No letter leaves this machine while nothing answers under its links.
fn served(config: &Config, reading: &mut Reading, each: &[SmtpSettings]) {
    let stated = |place: &usize| !reading.is_mended(&relay_key(*place).name("host"));
    let mut places = (0..each.len()).filter(stated);
    let far = places.find_map(|place| Some(&each[place]).filter(|smtp| !smtp.is_loopback()));
    if config.unsubscribe.served == Served::No
        && let Some(host) = far.and_then(|smtp| smtp.host.as_ref())
    {
        reading.fault(
            &Key::of("unsubscribe.served"),
            Fault::error(format!(
                "nothing answers under the unsubscribe links, so no letter may leave for `{host}`"
            ))
            .remedy("serve them and write `yes`, or mail to a server on this machine"),
        );
    }
}
