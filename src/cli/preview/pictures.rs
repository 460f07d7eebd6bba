//! The pictures of letters that are only looked at. Readers get them from the newsletter's own address, where they lie
//! once the issue is sent and this machine may not reach; here they are taken from the files they are served from.

use std::{collections::BTreeMap, path::Path};

use base64::{Engine as _, engine::general_purpose::STANDARD};

use super::shown::Shown;
use crate::{
    config::Config,
    source::{CACHE, pictures},
};

/// The folder beside the letters.
const FOLDER: &str = "img/";

/// Pictures by the addresses letters have them at.
pub(super) struct Pictures {
    by_address: BTreeMap<String, Picture>,
}

struct Picture {
    name: String,
    kind: &'static str,
    bytes: Vec<u8>,
}

impl Pictures {
    /// Those of the letters' HTML that lie on this machine.
    pub(super) fn of(letters: &[Shown], config: &Config) -> Self {
        let address = config.pictures.address(&config.newsletter.base_url);
        let (cache, served) = (
            config.path(Path::new(CACHE)),
            config.path(&config.pictures.path),
        );
        let mut by_address = BTreeMap::new();
        for html in letters.iter().filter_map(|letter| letter.html.as_deref()) {
            for name in names(html, &address) {
                let whole = format!("{address}{name}");
                if by_address.contains_key(&whole) {
                    continue;
                }
                let found = kind_of(name).zip(pictures::octets(name, &cache, &served));
                if let Some((kind, bytes)) = found {
                    let name = name.to_owned();
                    by_address.insert(whole, Picture { name, kind, bytes });
                }
            }
        }
        Self { by_address }
    }

    /// A letter's HTML with its pictures in the folder beside it.
    pub(super) fn beside(&self, html: &str) -> String {
        let letter = html.to_owned();
        self.by_address
            .iter()
            .fold(letter, |letter, (address, picture)| {
                letter.replace(address, &format!("{FOLDER}{}", picture.name))
            })
    }

    /// The files of that folder, with its name.
    pub(super) fn files(&self) -> impl Iterator<Item = (String, &[u8])> {
        let pictures = self.by_address.values();
        pictures.map(|picture| (format!("{FOLDER}{}", picture.name), &picture.bytes[..]))
    }

    /// The pictures themselves in place of their addresses (RFC 2397): a letter in a sandboxed frame of a page that lies
    /// in a file may open no other file.
    pub(super) fn inline(&self) -> BTreeMap<&str, String> {
        let pictures = self.by_address.iter();
        pictures
            .map(|(address, picture)| {
                let data = STANDARD.encode(&picture.bytes);
                (&address[..], format!("data:{};base64,{data}", picture.kind))
            })
            .collect()
    }
}

/// The names under an address that stand in a letter.
fn names<'a>(html: &'a str, address: &'a str) -> impl Iterator<Item = &'a str> {
    html.split(address).skip(1).filter_map(|rest| {
        let (name, _) = rest.split_once('"')?;
        let is_plain = |letter: char| letter.is_ascii_alphanumeric() || "-_.".contains(letter);
        (!name.starts_with('.') && name.chars().all(is_plain)).then_some(name)
    })
}

/// What a picture's name says it is; `None` for what is no picture.
fn kind_of(name: &str) -> Option<&'static str> {
    let (_, ending) = name.rsplit_once('.')?;
    Some(match ending.to_ascii_lowercase().as_str() {
        "jpg" | "jpeg" => "image/jpeg",
        "png" => "image/png",
        "gif" => "image/gif",
        "webp" => "image/webp",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_of_pictures_are_looked_for() {
        let address = "https://avis.example/img/";
        let html = format!(
            "<img src=\"{address}a1.jpg\"><img src=\"{address}../../etc/passwd\"><a href=\"{address}.skjult.png\">{address}"
        );
        let found: Vec<&str> = names(&html, address).collect();
        assert_eq!(found, ["a1.jpg"]);
        assert_eq!(kind_of("a1.JPG"), Some("image/jpeg"));
        assert_eq!(kind_of("liste.html"), None);
    }
}
