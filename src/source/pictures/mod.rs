//! The pictures of articles, from files and from the web: fetched once, made fit for letters, kept in the cache, and
//! written to where readers' programs find them before the first letter leaves. A picture that cannot be had costs its
//! article nothing but the picture.

mod kept;
mod local;
mod make;
mod settings;

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    fs, io,
    path::Path,
};

use chrono::{DateTime, Duration, Utc};
use url::Url;

pub use settings::PictureSettings;

use self::kept::{Kept, Known};
use super::{
    Collected, Reading, SourceSettings,
    web::{self, Answer, Asked, Note, Wanted},
};
use crate::domain::{
    article::{Article, Image},
    fault::Fault,
    picture::OwnPicture,
};

/// The most pictures that are fetched in one round.
const MOST_FETCHED: usize = 200;
/// How many days back an article may be dated whose picture is fetched: further back no issue looks.
const RECENT_DAYS: i64 = 30;
/// How many seconds a picture may take.
const PATIENCE: u16 = 20;

/// Fetches and makes the pictures of all articles that may be printed, and gives each article the address, width and
/// height of its own; one whose picture cannot be had goes without, which is said.
pub fn settle(
    collected: &mut Collected,
    sources: &[SourceSettings],
    address: &str,
    reading: &Reading<'_>,
) {
    let kept = Kept::of(reading.web.cache);
    let settings: HashMap<&str, &SourceSettings> = sources
        .iter()
        .map(|source| (source.name.as_str(), source))
        .collect();
    let remote = |article: &Article| {
        settings
            .get(article.source.as_str())
            .is_some_and(|source| source.remote)
    };
    let from_the_web = |article: &Article| {
        settings
            .get(article.source.as_str())
            .is_some_and(|source| source.url.is_some())
    };
    let failures = fetch(&collected.articles, &settings, &kept, reading);
    let mut unshown: BTreeMap<(String, String), (String, usize)> = BTreeMap::new();
    for article in &mut collected.articles {
        let Some(place) = article.image.as_ref().and_then(|image| image.url.clone()) else {
            continue;
        };
        let url = web_address(&place);
        // A file lies nowhere that a reader could ask.
        if url.is_some() && remote(article) {
            continue;
        }
        let found = match url {
            Some(url) => kept
                .find(url.as_str())
                .ok_or_else(|| failures.get(&url).cloned()),
            // Who writes from afar has no word in what lies in the newsletter's folder.
            None if from_the_web(article) => Err(Some("has no address in full".to_owned())),
            None => local::picture(&place, &article.path, &kept, reading.folder).map_err(Some),
        };
        let reason = found.as_ref().err().cloned().flatten();
        if let Some(image) = &mut article.image {
            show(image, found.ok(), address);
        }
        // What is too old to be printed was not asked for, and there is nothing to say.
        if let Some(reason) = reason {
            let first = (article.path.clone(), 0);
            let told = unshown
                .entry((article.source.clone(), reason))
                .or_insert(first);
            told.1 += 1;
        }
    }
    collected
        .warnings
        .extend(unshown.into_iter().map(|((_, reason), (path, number))| {
            let (why, remedy) = reason
                .split_once("; ")
                .map_or((reason.as_str(), None), |(why, remedy)| (why, Some(remedy)));
            let more = match number {
                1 => String::new(),
                2 => "; it is so with 1 more of its source".to_owned(),
                number => format!("; it is so with {} more of its source", number - 1),
            };
            let mut fault = Fault::warning(format!("goes without its picture, which {why}{more}"));
            fault.remedy = remedy.map(str::to_owned);
            fault.in_file(path).for_key("image")
        }));
}

/// A picture that config names, and whose it is: `the ad kursus`.
#[derive(Debug, Clone)]
pub struct OwnPlace<'a> {
    /// The file's path from the newsletter's folder.
    pub path: &'a str,
    /// The key that names it.
    pub key: String,
    /// Whose it is, for messages.
    pub whose: String,
}

/// Makes the pictures of ads and publishers; one that cannot be had is left out, which is said.
pub fn own<'a>(
    collected: &mut Collected,
    places: impl Iterator<Item = OwnPlace<'a>>,
    address: &str,
    reading: &Reading<'_>,
) {
    let kept = Kept::of(reading.web.cache);
    for OwnPlace { path, key, whose } in places {
        match local::picture(path, "", &kept, reading.folder) {
            Ok(known) => {
                let picture = OwnPicture {
                    url: format!("{address}{}", known.name),
                    width: known.width,
                    height: known.height,
                };
                collected.pictures.insert(path.to_owned(), picture);
            }
            Err(reason) => {
                let (why, remedy) = reason
                    .split_once("; ")
                    .map_or((reason.as_str(), None), |(why, remedy)| (why, Some(remedy)));
                let mut fault =
                    Fault::warning(format!("{whose} goes without its picture, which {why}"));
                fault.remedy = remedy.map(str::to_owned);
                collected.warnings.push(fault.for_key(key));
            }
        }
    }
}

fn web_address(place: &str) -> Option<Url> {
    let url = Url::parse(place.trim()).ok()?;
    matches!(url.scheme(), "http" | "https").then_some(url)
}

fn show(image: &mut Image, known: Option<Known>, address: &str) {
    match known {
        Some(known) => {
            image.url = Some(format!("{address}{}", known.name));
            image.width = Some(known.width);
            image.height = Some(known.height);
        }
        None => image.url = None,
    }
}

/// Fetches what is not there yet of the pictures that may be printed, the newest articles' first; gives why those that
/// were asked for, now or a moment ago, cannot be shown.
fn fetch(
    articles: &[Article],
    settings: &HashMap<&str, &SourceSettings>,
    kept: &Kept,
    reading: &Reading<'_>,
) -> HashMap<Url, String> {
    let mut wanted: Vec<(DateTime<Utc>, Url, bool)> = articles
        .iter()
        .filter(|article| !article.draft)
        .filter_map(|article| {
            let source = settings.get(article.source.as_str())?;
            let url = web_address(article.image.as_ref()?.url.as_ref()?)?;
            let dated = article
                .published
                .at
                .map_or(reading.now, |when| when.instant(reading.zone));
            let wanted = !source.remote && reading.now - dated <= Duration::days(RECENT_DAYS);
            wanted.then_some((dated, url, source.allow_private))
        })
        .filter(|(_, url, _)| kept.find(url.as_str()).is_none())
        .collect();
    wanted.sort_by(|a, b| (b.0, &a.1).cmp(&(a.0, &b.1)));
    let mut met = HashSet::new();
    wanted.retain(|(_, url, _)| met.insert(url.clone()));
    let later = wanted.split_off(wanted.len().min(MOST_FETCHED));
    let asked = wanted.iter().map(|(_, url, allow_private)| Asked {
        whose: url,
        url,
        shelf: kept.shelf(url),
        allow_private: *allow_private,
        seconds: PATIENCE,
        wanted: Wanted::Picture,
    });
    for (url, answer) in web::round(asked.collect(), &reading.web) {
        let (failure, not_before) = match answer {
            Answer::Sent(sent) => (kept.make(url.as_str(), &sent.bytes).err(), None),
            Answer::Same => (Some("was answered with nothing".to_owned()), None),
            Answer::Failed { reason, not_before } => (Some(reason), not_before),
        };
        // Where this cannot be written it is asked for again, no more.
        let _ = kept.shelf(url).write_note(&Note {
            url: url.clone(),
            asked: reading.web.at,
            not_before,
            failure,
            moved: None,
        });
    }
    let mut failures: HashMap<Url, String> = wanted
        .into_iter()
        .filter_map(|(_, url, _)| Some((url.clone(), kept.shelf(&url).note()?.failure?)))
        .collect();
    failures.extend(later.into_iter().map(|(_, url, _)| {
        let reason = format!(
            "is not fetched yet: {MOST_FETCHED} at a time are; run `overblik collect` again"
        );
        (url, reason)
    }));
    failures
}

/// Writes the pictures of these addresses to the folder that is served, each at once and for good; gives how many were
/// new there.
///
/// # Errors
/// What the file system says; a picture that is not in the cache.
pub fn lay_out<'a>(
    addresses: impl Iterator<Item = &'a str>,
    address: &str,
    folder: &Path,
    cache: &Path,
) -> io::Result<usize> {
    let kept = Kept::of(cache);
    let mut new = 0;
    for name in addresses.filter_map(|picture| picture.strip_prefix(address)) {
        let to = folder.join(name);
        // Named by its hash: what is there is the same.
        if to.is_file() {
            continue;
        }
        let bytes = fs::read(kept.file(name))?;
        kept::write(&to, &bytes)?;
        new += 1;
    }
    Ok(new)
}

/// The octets of a picture by its name, as the cache keeps it or as it is served; `None` where it lies in neither.
pub fn octets(name: &str, cache: &Path, folder: &Path) -> Option<Vec<u8>> {
    let kept = Kept::of(cache).file(name);
    fs::read(kept).or_else(|_| fs::read(folder.join(name))).ok()
}
