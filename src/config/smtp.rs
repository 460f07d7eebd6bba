//! The relays that `[transport.smtp]` asks for, with their passwords and authorities read from their files.

use std::{
    fs::File,
    io::{self, Read as _},
    path::Path,
};

use super::{Config, key::Key};
use crate::{
    domain::{fault::Fault, secret::Secret},
    transport::smtp::{Relay, SmtpTransport, settings::SmtpSettings},
};

/// No password is longer, nor any list of authorities; a file that is may be anything.
const LONGEST: u64 = 1024 * 1024;

impl Config {
    /// What hands letters to the relays, first to last.
    ///
    /// # Errors
    /// Every file of every relay that cannot be read or used.
    pub fn relays(&self) -> Result<SmtpTransport, Vec<Fault>> {
        let mut faults = Vec::new();
        let mut transport: Option<SmtpTransport> = None;
        for (place, settings) in self.transport.smtp.each().iter().enumerate() {
            match self.relay(&relay_key(place), settings) {
                Ok(relay) => {
                    transport = Some(match transport {
                        Some(transport) => transport.or(relay, settings),
                        None => SmtpTransport::new(relay, settings),
                    });
                }
                Err(found) => faults.extend(found),
            }
        }
        match transport {
            Some(transport) if faults.is_empty() => Ok(transport),
            _ => Err(faults),
        }
    }

    /// One relay, whose table has this key.
    fn relay(&self, key: &Key, smtp: &SmtpSettings) -> Result<Relay, Vec<Fault>> {
        let placed = |fault: Fault, name: &str, path: &Path| {
            fault
                .in_file(path.display().to_string())
                .for_key(key.name(name).to_string())
        };
        let mut faults = Vec::new();
        let mut take = |name: &str, path: &Path, read: Result<Vec<u8>, Fault>| match read {
            Ok(octets) => Some(octets),
            Err(fault) => {
                faults.push(placed(fault, name, path));
                None
            }
        };
        let password = smtp.password.clone().or_else(|| {
            let path = smtp.password_file.as_deref()?;
            let read = secret(&self.path(path));
            take("password_file", path, read).and_then(|octets| {
                let text = String::from_utf8(octets).ok()?;
                Some(Secret::new(text.trim_end_matches(['\r', '\n'])))
            })
        });
        let authorities = smtp.ca_file.as_deref().and_then(|path| {
            let read = open(&self.path(path)).and_then(read);
            take("ca_file", path, read)
        });
        if !faults.is_empty() {
            return Err(faults);
        }
        Relay::new(
            smtp,
            &self.newsletter,
            password.as_ref(),
            authorities.as_deref(),
        )
        .map_err(|error| {
            let fault = Fault::error(error.to_string());
            vec![match smtp.ca_file.as_deref() {
                Some(path) => placed(
                    fault.remedy("write the certificates of the authorities there, as PEM"),
                    "ca_file",
                    path,
                ),
                None => fault
                    .for_key(key.name("host").to_string())
                    .remedy("write the name that stands in the relay's certificate"),
            }]
        })
    }
}

/// The table of the relay at this place of the list.
pub(super) fn relay_key(place: usize) -> Key {
    let first = Key::of("transport.smtp");
    match place.checked_sub(1) {
        Some(index) => first.name("relay").index(index),
        None => first,
    }
}

/// The octets of a file that its owner alone may read.
fn secret(path: &Path) -> Result<Vec<u8>, Fault> {
    let file = open(path)?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let about = file.metadata().map_err(|error| unreadable(&error))?;
        let mode = about.permissions().mode() & 0o777;
        if mode & 0o077 != 0 {
            return Err(Fault::error(format!(
                "the password can be read by others (mode {mode:o})"
            ))
            .remedy("let its owner alone read it: `chmod 600`"));
        }
    }
    let octets = read(file)?;
    match std::str::from_utf8(&octets) {
        Ok(text) if !text.trim().is_empty() => Ok(octets),
        Ok(_) => Err(Fault::error("the file is empty").remedy("write the password there")),
        Err(_) => Err(Fault::error("the file is not UTF-8").remedy("save it as UTF-8")),
    }
}

fn open(path: &Path) -> Result<File, Fault> {
    File::open(path).map_err(|error| unreadable(&error))
}

fn read(file: File) -> Result<Vec<u8>, Fault> {
    let mut octets = Vec::new();
    file.take(LONGEST)
        .read_to_end(&mut octets)
        .map_err(|error| unreadable(&error))?;
    Ok(octets)
}

fn unreadable(error: &io::Error) -> Fault {
    match error.kind() {
        io::ErrorKind::NotFound => {
            Fault::error("there is no such file").remedy("make it, or name another")
        }
        _ => Fault::error(format!("the file cannot be read: {error}"))
            .remedy("let the user who runs `overblik` own and read it"),
    }
}
