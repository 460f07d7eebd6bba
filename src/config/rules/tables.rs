//! The rules of the single tables.

use std::path::{Component, Path, PathBuf};

use url::Url;

use super::{Config, Key, Reading, one_line, schedule, secure, web, within};
use crate::{domain::fault::Fault, publish::GuardTime};

pub(super) fn check(config: &Config, reading: &mut Reading) {
    newsletter(config, reading);
    numbers(config, reading);
    matching(config, reading);
    schedule::check(config, reading);
    times(config, reading);
    let keep_days = usize::try_from(config.state.keep_days).unwrap_or(usize::MAX);
    within(reading, &Key::of("state.keep_days"), keep_days, 7..=36_500);
    if let Some(url) = &config.pictures.url {
        web(reading, &Key::of("pictures.url"), url.as_str());
    }
    alerts(config, reading);
    folders(config, reading);
    dkim(config, reading);
    if let Some(url) = &config.unsubscribe.url {
        secure(reading, &Key::of("unsubscribe.url"), url);
    }
}

fn newsletter(config: &Config, reading: &mut Reading) {
    let newsletter = &config.newsletter;
    let key = |name: &str| Key::of("newsletter").name(name);
    one_line(reading, &key("name"), &newsletter.name);
    for (name, text) in [
        ("publisher", &newsletter.publisher),
        ("editor", &newsletter.editor),
    ] {
        if let Some(text) = text {
            one_line(reading, &key(name), text);
        }
    }
    secure(reading, &key("base_url"), &newsletter.base_url);
    if let Some(url) = &newsletter.privacy_url {
        web(reading, &key("privacy_url"), url.as_str());
    }
    if let Some(url) = &newsletter.archive_url {
        served_folder(reading, &key("archive_url"), url);
    }
    if let Some(cvr) = &newsletter.cvr {
        let digits = cvr
            .strip_prefix("DK")
            .unwrap_or(cvr)
            .replace([' ', '-'], "");
        if digits.len() != 8 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            reading.fault(
                &key("cvr"),
                Fault::error(format!("`{cvr}` is no CVR number")).remedy("write its eight digits"),
            );
        }
    }
}

fn matching(config: &Config, reading: &mut Reading) {
    let matching = &config.matching;
    let key = |name: &str| Key::of("matching").name(name);
    for (name, weight) in [
        ("keywords", matching.keywords),
        ("title", matching.title),
        ("lede", matching.lede),
        ("body", matching.body),
        ("body_times", matching.body_times),
    ] {
        within(reading, &key(name), weight as usize, 0..=100);
    }
    let threshold = matching.threshold as usize;
    within(reading, &key("threshold"), threshold, 1..=1_000);
}

/// A command that can be run, and a time nobody waits for long.
fn alerts(config: &Config, reading: &mut Reading) {
    let alerts = &config.alerts;
    let seconds = usize::try_from(alerts.timeout_seconds).unwrap_or(usize::MAX);
    within(reading, &Key::of("alerts.timeout_seconds"), seconds, 1..=60);
    if let Some(program) = alerts.command.first() {
        one_line(reading, &Key::of("alerts.command"), program);
    }
}

/// An address that pages lie under.
fn served_folder(reading: &mut Reading, key: &Key, url: &Url) {
    web(reading, key, url.as_str());
    if url.query().is_some() || url.fragment().is_some() {
        reading.fault(
            key,
            Fault::error(format!(
                "`{url}` has a `?` or `#`: no page can lie under it"
            ))
            .remedy("write the address up to the `?` or `#`"),
        );
    }
}

/// A signature counts for readers only when its domain is that of `From` or one above it (RFC 9989).
fn dkim(config: &Config, reading: &mut Reading) {
    let Some(domain) = &config.dkim.domain else {
        return;
    };
    let key = Key::of("dkim.domain");
    let from = &config.newsletter.from.address;
    if !domain.speaks_for(from) && !reading.is_mended(&Key::of("newsletter.from")) {
        let own = from.domain();
        reading.fault(
            &key,
            Fault::error(format!(
                "`{domain}` does not speak for `From`, whose domain is `{own}`"
            ))
            .remedy(format!("write `{own}`, or a domain above it")),
        );
    } else if config.dkim.keys.is_empty() {
        reading.fault(
            &key,
            Fault::error("there is no `[[dkim.key]]`: the letters would go unsigned")
                .remedy("make one with `overblik dkim new`, or take the line away"),
        );
    }
}

fn numbers(config: &Config, reading: &mut Reading) {
    let selection = &config.selection;
    let days = |days: u32| usize::try_from(days).unwrap_or(usize::MAX);
    for (name, value, bounds) in [
        ("max_items", selection.max_items, 1..=60),
        ("max_per_publisher", selection.max_per_publisher, 1..=60),
        (
            "first_window_days",
            days(selection.first_window_days),
            1..=60,
        ),
        ("late_days", days(selection.late_days), 0..=60),
        ("life_days", days(selection.life_days), 0..=60),
        ("overview_lines", selection.overview_lines, 0..=10),
    ] {
        within(reading, &Key::of("selection").name(name), value, bounds);
    }
    if let Some(most) = config.guards.max_suppress {
        let key = Key::of("guards.max_suppress");
        within(
            reading,
            &key,
            usize::try_from(most).unwrap_or(usize::MAX),
            1..=1_000_000,
        );
    }
}

fn times(config: &Config, reading: &mut Reading) {
    let guards = &config.guards;
    if let (GuardTime::At(first), GuardTime::At(last)) = (guards.not_before, guards.not_after)
        && first.0 >= last.0
    {
        reading.fault(
            &Key::of("guards.not_after"),
            Fault::error("no time of the day is left to send in")
                .remedy("write a later time than `not_before`, or `off`"),
        );
    }
}

/// Folders that are written to must not be those that are read from, nor each other.
fn folders(config: &Config, reading: &mut Reading) {
    let written = [
        (Key::of("state.path"), config.state.path.as_path()),
        (
            Key::of("transport.file.path"),
            config.transport.file.path.as_path(),
        ),
        (Key::of("public.path"), config.public.path.as_path()),
        (Key::of("pictures.path"), config.pictures.path.as_path()),
    ];
    let read = [
        (
            Key::of("subscribers.path"),
            config.subscribers.path.as_path(),
        ),
        (Key::of("issues.path"), config.issues.path.as_path()),
    ];
    let sources = config.sources.iter().enumerate().map(|(index, source)| {
        let key = Key::of("source").index(index).name("path");
        (key, source.path.as_path())
    });
    // A source on the web has none.
    let sources = sources.filter(|(_, path)| !path.as_os_str().is_empty());
    let mut seen: Vec<(Key, PathBuf)> = Vec::new();
    for (key, path) in written.into_iter().chain(read).chain(sources) {
        if path.as_os_str().is_empty() {
            reading.fault(
                &key,
                Fault::error("the path is empty")
                    .remedy("write a path below the newsletter's folder"),
            );
            continue;
        }
        let path = plain(&config.path(path));
        if let Some((other, _)) = seen.iter().find(|(_, earlier)| *earlier == path) {
            reading.fault(
                &key,
                Fault::error(format!("the same folder as `{other}`")).remedy("give each its own"),
            );
        }
        seen.push((key, path));
    }
    nothing_in_public(config, &seen, reading);
}

/// What everybody may see has nothing in it of what is not for everybody.
fn nothing_in_public(config: &Config, folders: &[(Key, PathBuf)], reading: &mut Reading) {
    let public = plain(&config.path(&config.public.path));
    let pictures = plain(&config.path(&config.pictures.path));
    for (key, path) in folders {
        if path.starts_with(&public) && *path != public && *path != pictures {
            reading.fault(
                key,
                Fault::error("the folder lies in the one that everybody may see, `public.path`")
                    .remedy("write a path outside of it"),
            );
        }
    }
}

/// The path without `.` and with `..` taken back, as written; links are not followed.
fn plain(path: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for component in path.components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir if plain.file_name().is_some() => {
                plain.pop();
            }
            other => plain.push(other),
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_compared_as_they_resolve() {
        assert_eq!(plain(Path::new("./a/../b/.")), Path::new("b"));
        assert_eq!(plain(Path::new("../a")), Path::new("../a"));
    }
}
