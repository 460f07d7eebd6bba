//! The rules of the arrays of tables.

use chrono::format::{Item, StrftimeItems};

use super::{Config, Key, Reading, distinct, id, one_line, web, within};
use crate::{
    domain::{
        ad::Ad,
        fault::{Fault, nearest},
        words::{plainly, words},
    },
    source::{SourceSettings, Updates},
};

pub(super) fn check(config: &Config, reading: &mut Reading) {
    sources(config, reading);
    sections(config, reading);
    topics(config, reading);
    publishers(config, reading);
    ads(config, reading);
    let selectors = config.dkim.keys.iter().map(|key| key.selector.as_str());
    distinct(reading, "dkim.key", "selector", selectors);
}

fn sources(config: &Config, reading: &mut Reading) {
    let sections = reading.is_whole("section");
    distinct(
        reading,
        "source",
        "name",
        config.sources.iter().map(|source| source.name.as_str()),
    );
    for (index, source) in config.sources.iter().enumerate() {
        let key = |name: &str| Key::of("source").index(index).name(name);
        id(reading, &key("name"), &source.name);
        place(reading, index, source);
        if source.updates == Updates::Dated && !source.kind.may_date_updates() {
            let fault = Fault::error("only feeds and pages say when a piece was updated")
                .remedy("take it away; an article's front matter may say `updated` itself");
            reading.fault(&key("updates"), fault);
        }
        for (place, format) in source.date_formats.iter().enumerate() {
            date_format(reading, &key("date_formats").index(place), format);
        }
        let Some(section) = &source.section else {
            continue;
        };
        let known = || config.sections.iter().map(|section| section.id.0.as_str());
        if sections && !known().any(|id| id == section.0) {
            let remedy = match nearest(&section.0, known()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!(
                    "sections there are: {}",
                    super::super::known::listed(known())
                ),
            };
            reading.fault(
                &key("section"),
                Fault::error(format!("there is no section `{section}`")).remedy(remedy),
            );
        }
    }
}

/// Whether a source says where it is: a path, or for some kinds an address.
fn place(reading: &mut Reading, index: usize, source: &SourceSettings) {
    let key = |name: &str| Key::of("source").index(index).name(name);
    within(
        reading,
        &key("timeout_seconds"),
        usize::from(source.timeout_seconds),
        1..=120,
    );
    let no_path = source.path.as_os_str().is_empty();
    let Some(url) = &source.url else {
        if no_path {
            let remedy = if source.kind.may_be_on_the_web() {
                "add a line such as `path = \"articles\"`, or `url = \"https://avis.example/rss\"`"
            } else {
                "add a line such as `path = \"articles\"`"
            };
            let fault = Fault::error("missing: it has no default").remedy(remedy);
            reading.fault(&key("path"), fault);
        }
        return;
    };
    if !source.kind.may_be_on_the_web() {
        let fault = Fault::error("sources of this kind are files; they have no address")
            .remedy("take it away and name their `path`, or correct `kind`");
        reading.fault(&key("url"), fault);
    } else if !no_path {
        let fault = Fault::error("a source has a `path` or a `url`, not both")
            .remedy("take away the one that is not meant");
        reading.fault(&key("url"), fault);
    } else if !matches!(url.scheme(), "http" | "https") || url.host().is_none() {
        let fault = Fault::error(format!("`{}:` is no web address", url.scheme()))
            .remedy("write it in full: `https://avis.example/rss`");
        reading.fault(&key("url"), fault);
    } else if !url.username().is_empty() || url.password().is_some() {
        let fault =
            Fault::error("a name or password stands in the address, where everybody can read it")
                .remedy("ask its publisher for an address without");
        reading.fault(&key("url"), fault);
    }
}

fn date_format(reading: &mut Reading, key: &Key, format: &str) {
    let mut fields = 0;
    for item in StrftimeItems::new(format) {
        match item {
            Item::Error => {
                fields = 0;
                break;
            }
            Item::Numeric(..) | Item::Fixed(_) => fields += 1,
            _ => {}
        }
    }
    if fields == 0 {
        reading.fault(
            key,
            Fault::error(format!("`{format}` is no date format"))
                .remedy("write strptime fields, such as `%d/%m/%y %H:%M` or `%d. %B %Y`"),
        );
    }
}

fn sections(config: &Config, reading: &mut Reading) {
    distinct(
        reading,
        "section",
        "id",
        config.sections.iter().map(|section| section.id.0.as_str()),
    );
    let mut taken: Vec<(&str, &str)> = Vec::new();
    for (index, section) in config.sections.iter().enumerate() {
        let key = |name: &str| Key::of("section").index(index).name(name);
        id(reading, &key("id"), &section.id.0);
        one_line(reading, &key("name"), &section.name);
        within(reading, &key("max"), section.max, 1..=20);
        terms(reading, &key("words"), &section.words);
        belongs(config, reading, index);
        for (place, kind) in section.kinds.iter().enumerate() {
            match taken.iter().find(|(word, _)| *word == kind.word()) {
                Some((word, other)) => reading.fault(
                    &key("kinds").index(place),
                    Fault::error(format!("`{word}` belongs to section `{other}` already"))
                        .remedy("name each kind in one section"),
                ),
                None => taken.push((kind.word(), &section.id.0)),
            }
        }
    }
}

/// Whether the sources and themes of a section are there, and its own alone.
fn belongs(config: &Config, reading: &mut Reading, index: usize) {
    let section = &config.sections[index];
    let key = |name: &str| Key::of("section").index(index).name(name);
    let before = &config.sections[..index];
    for (place, source) in section.sources.iter().enumerate() {
        let known = || config.sources.iter().map(|source| source.name.as_str());
        let fault = if let Some(other) = before.iter().find(|it| it.sources.contains(source)) {
            Fault::error(format!(
                "`{source}` belongs to section `{}` already",
                other.id
            ))
            .remedy("name each source in one section")
        } else if reading.is_whole("source") && !known().any(|name| name == source) {
            let fault = Fault::error(format!("there is no source `{source}`"));
            match nearest(source, known()) {
                Some(near) => fault.remedy(format!("did you mean `{near}`?")),
                None => fault.remedy("name one of the `[[source]]` tables"),
            }
        } else {
            continue;
        };
        reading.fault(&key("sources").index(place), fault);
    }
    for (place, theme) in section.themes.iter().enumerate() {
        let same = |other: &String| plainly(other) == plainly(theme);
        if let Some(other) = before.iter().find(|it| it.themes.iter().any(same)) {
            reading.fault(
                &key("themes").index(place),
                Fault::error(format!(
                    "`{theme}` belongs to section `{}` already",
                    other.id
                ))
                .remedy("name each theme in one section"),
            );
        }
    }
}

fn topics(config: &Config, reading: &mut Reading) {
    distinct(
        reading,
        "topic",
        "id",
        config.topics.iter().map(|topic| topic.id.0.as_str()),
    );
    for (index, topic) in config.topics.iter().enumerate() {
        let key = |name: &str| Key::of("topic").index(index).name(name);
        id(reading, &key("id"), &topic.id.0);
        one_line(reading, &key("name"), &topic.name);
        for (name, list) in [
            ("words", &topic.words),
            ("words_en", &topic.words_en),
            ("synonyms", &topic.synonyms),
            ("phrases", &topic.phrases),
            ("organisations", &topic.organisations),
            ("exclude", &topic.exclude),
        ] {
            terms(reading, &key(name), list);
        }
        for (place, term) in topic.exclude.iter().enumerate() {
            if topic.words.contains(term) || topic.synonyms.contains(term) {
                reading.fault(
                    &key("exclude").index(place),
                    Fault::error(format!("`{term}` speaks for the topic and against it"))
                        .remedy("take it out of one of the lists"),
                );
            }
        }
        if let Some(threshold) = topic.threshold {
            within(reading, &key("threshold"), threshold as usize, 1..=1_000);
        }
    }
}

/// Words that can be met in a text.
fn terms(reading: &mut Reading, key: &Key, list: &[String]) {
    for (place, term) in list.iter().enumerate() {
        if words(term).is_empty() {
            reading.fault(
                &key.index(place),
                Fault::error(format!("`{term}` has no letter or digit: it meets nothing"))
                    .remedy("write a word, or take it away"),
            );
        } else if term.trim_end().trim_end_matches('*').contains('*') {
            reading.fault(
                &key.index(place),
                Fault::error(format!("`{term}` has a `*` inside"))
                    .remedy("a `*` stands for the rest of a word, at its end alone"),
            );
        }
    }
}

fn publishers(config: &Config, reading: &mut Reading) {
    let names = config
        .publishers
        .iter()
        .map(|publisher| publisher.name.as_str());
    distinct(reading, "publisher", "name", names);
    for (index, publisher) in config.publishers.iter().enumerate() {
        let key = |name: &str| Key::of("publisher").index(index).name(name);
        one_line(reading, &key("name"), &publisher.name);
        if let Some(url) = &publisher.url {
            web(reading, &key("url"), url);
        }
        if let Some(logo) = &publisher.logo {
            own_file(reading, &key("logo"), logo);
        }
    }
}

/// A picture of an ad or a publisher is a file here: an address would be asked by whoever opens a letter.
fn own_file(reading: &mut Reading, key: &Key, path: &str) {
    one_line(reading, key, path);
    if path.contains("://") {
        reading.fault(
            key,
            Fault::error("this is an address; whoever opened a letter would ask there for the picture")
                .remedy("save the picture in the newsletter's folder and write its path, such as `billeder/kursus.png`"),
        );
    }
}

/// What only paid ads have, and what only the newsletter's own.
fn own_words(reading: &mut Reading, key: &dyn Fn(&str) -> Key, ad: &Ad) {
    if let Some(image) = &ad.image {
        own_file(reading, &key("image"), image);
        if ad.house {
            reading.fault(
                &key("image"),
                Fault::error("the newsletter's own ad has no picture")
                    .remedy("take it away, or `house`"),
            );
        } else if ad.image_alt.is_none() {
            reading.fault(
                &key("image"),
                Fault::error("nothing says what the picture shows to those who do not see it")
                    .remedy("write `image_alt = \"...\"`"),
            );
        }
    }
    if let Some(alt) = &ad.image_alt {
        one_line(reading, &key("image_alt"), alt);
    }
    if let Some(label) = &ad.label {
        one_line(reading, &key("label"), label);
        if !ad.house {
            // markedsføringsloven § 6(4)
            reading.fault(
                &key("label"),
                Fault::error("a paid ad is labelled as one, with no words of its own")
                    .remedy("take it away, or write `house = true` for the newsletter's own"),
            );
        }
    }
}

fn ads(config: &Config, reading: &mut Reading) {
    distinct(
        reading,
        "ad",
        "id",
        config.ads.iter().map(|ad| ad.id.as_str()),
    );
    for (index, ad) in config.ads.iter().enumerate() {
        let key = |name: &str| Key::of("ad").index(index).name(name);
        id(reading, &key("id"), &ad.id);
        one_line(reading, &key("title"), &ad.title);
        one_line(reading, &key("link_text"), &ad.link_text);
        web(reading, &key("link"), &ad.link);
        if let Some(category) = &ad.category {
            one_line(reading, &key("category"), category);
        }
        within(reading, &key("weight"), ad.weight as usize, 1..=100);
        own_words(reading, &key, ad);
        if let (Some(first), Some(last)) = (ad.starts, ad.expires)
            && last < first
        {
            reading.fault(
                &key("expires"),
                Fault::error(format!(
                    "`{last}` is before `starts`: the ad is never shown"
                ))
                .remedy("write the last day it is shown"),
            );
        }
        if ad.house == ad.advertiser.is_some() {
            // Who pays must be told (markedsføringsloven § 6(4)); the newsletter's own ad has nobody to name.
            let (name, reason, remedy) = if ad.house {
                (
                    "advertiser",
                    "a house ad has no advertiser",
                    "take away `advertiser`, or `house`",
                )
            } else {
                (
                    "id",
                    "nobody is said to pay for the ad",
                    "write `advertiser = \"...\"`, or `house = true` for the newsletter's own",
                )
            };
            reading.fault(&key(name), Fault::error(reason).remedy(remedy));
        }
    }
}
