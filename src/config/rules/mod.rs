//! What settings must be together, after each has passed its own type.

mod blocks;
mod entries;
mod limits;
mod schedule;
mod smtp;
mod tables;
mod theme;

use std::ops::RangeInclusive;

use url::{Host, Url};

use super::{Config, key::Key, typed::Reading};
use crate::domain::fault::Fault;

/// Records a fault for every rule that is broken.
pub(super) fn check(config: &Config, reading: &mut Reading) {
    tables::check(config, reading);
    smtp::check(config, reading);
    limits::check(config, reading);
    entries::check(config, reading);
    theme::check(config, reading);
    blocks::check(config, reading);
}

/// A number within its bounds.
fn within(reading: &mut Reading, key: &Key, value: usize, bounds: RangeInclusive<usize>) {
    if !bounds.contains(&value) {
        let (least, most) = (bounds.start(), bounds.end());
        reading.fault(
            key,
            Fault::error(format!("`{value}` is out of range"))
                .remedy(format!("write a number from {least} to {most}")),
        );
    }
}

/// A text that says something, on one line.
fn one_line(reading: &mut Reading, key: &Key, text: &str) {
    if text.trim().is_empty() {
        reading.fault(
            key,
            Fault::error("the text is empty").remedy("write a few words"),
        );
    } else if text.chars().any(char::is_control) {
        reading.fault(
            key,
            Fault::error("the text has a line break or control character")
                .remedy("write it on one line"),
        );
    }
}

/// An id that files, letters and readers name: no blanks, not long.
fn id(reading: &mut Reading, key: &Key, text: &str) {
    let sound = |c: char| c.is_alphanumeric() || "-_.".contains(c);
    if text.is_empty() || text.chars().count() > 64 || !text.chars().all(sound) {
        reading.fault(
            key,
            Fault::error(format!("`{text}` is no id"))
                .remedy("write at most 64 letters, digits, hyphens, dots or underscores"),
        );
    }
}

/// An address a reader can follow: absolute, http or https.
fn web(reading: &mut Reading, key: &Key, text: &str) {
    let sound = Url::parse(text)
        .is_ok_and(|url| matches!(url.scheme(), "http" | "https") && url.has_host());
    if !sound {
        reading.fault(
            key,
            Fault::error(format!("`{text}` is no absolute web address"))
                .remedy("write it in full, beginning `https://`"),
        );
    }
}

/// An address that signed links lie under: https, or http on this machine alone.
fn secure(reading: &mut Reading, key: &Key, url: &Url) {
    let loopback = match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        None => false,
    };
    let sound = match url.scheme() {
        "https" => true,
        "http" => loopback,
        _ => false,
    };
    if !sound {
        reading.fault(
            key,
            Fault::error(format!(
                "`{url}` is not https: the signed links under it would be open to all on the way"
            ))
            .remedy("write an `https://` address; `http://` is allowed for `localhost` only"),
        );
    } else if url.query().is_some() || url.fragment().is_some() {
        reading.fault(
            key,
            Fault::error(format!(
                "`{url}` has a `?` or `#`: nothing can lie under it"
            ))
            .remedy("write the address up to the `?` or `#`"),
        );
    }
}

/// No two entries of an array of tables under one name.
fn distinct<'a>(
    reading: &mut Reading,
    table: &str,
    field: &str,
    names: impl Iterator<Item = &'a str>,
) {
    let mut seen: Vec<&str> = Vec::new();
    for (index, name) in names.enumerate() {
        let key = Key::of(table).index(index).name(field);
        if reading.is_mended(&key) {
            continue;
        }
        if seen.contains(&name) {
            reading.fault(
                &key,
                Fault::error(format!(
                    "there is another `[[{table}]]` with {field} `{name}`"
                ))
                .remedy(format!("give each its own {field}")),
            );
        }
        seen.push(name);
    }
}
