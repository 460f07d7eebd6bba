//! What a hundred thousand readers with as many sets of choices cost against as many with one set: the whole program,
//! over SMTP to a relay on loopback. `benches/README.md` has the figures.

mod crowd {
    pub(crate) mod demo;
    pub(crate) mod different;
    pub(crate) mod issue;
    pub(crate) mod list;
    pub(crate) mod pick;
}
mod program {
    pub(crate) mod newsletter;
    pub(crate) mod sent;
}

use std::{
    collections::HashSet, env, io::Write as _, ops::ControlFlow, sync::atomic::Ordering,
    time::Duration,
};

use crowd::demo::Failure;
use overblik::{
    compose::Chooser,
    config::Config,
    domain::{
        language::Language,
        subscriber::{Choices, Format},
        topic::Topic,
    },
    publish::{Draft, Press},
};
use program::{
    newsletter::Newsletter,
    sent::{forget, send, ticks},
};

/// Without a number of readers as argument.
const READERS: usize = 100_000;

const ROUNDS: usize = 3;

/// How one run of the program ended.
struct Ran {
    /// From its start to its end, and to the first letter accepted.
    whole: Duration,
    first: Duration,
    /// Its own processor time, to ten milliseconds.
    busy: Duration,
    /// The most memory it needed, in megabytes.
    peak: f64,
    /// The letters accepted, and the octets they had.
    letters: u64,
    octets: u64,
}

fn main() -> Result<(), Failure> {
    let asked = env::args().find_map(|word| word.parse().ok());
    let readers: usize = asked.unwrap_or(READERS);
    let config = crowd::demo::config()?;
    let draft = crowd::issue::draft(&config)?;
    let many = crowd::different::choices(&config, &draft.digest, readers);
    compare("twelve topics, five sections", &config, &many)?;
    let config = a_topic_an_item(config, &draft)?;
    let draft = crowd::issue::draft(&config)?;
    let many = every_selection(&config, &draft, readers);
    compare("a topic for each item", &config, &many)
}

/// A config with topics so narrow that nearly every selection of topics is a selection of items.
fn a_topic_an_item(mut config: Config, draft: &Draft) -> Result<Config, Failure> {
    config.topics.clear();
    for (number, item) in draft.digest.items.iter().enumerate() {
        let words = item
            .article
            .title
            .split(|letter: char| !letter.is_alphabetic());
        let longest = words.max_by_key(|word| word.len()).ok_or("no title")?;
        let id = format!("emne-{number}");
        config.topics.push(Topic {
            words: vec![longest.to_lowercase()],
            ..Topic::new(id.clone(), id)
        });
    }
    Ok(config)
}

/// Selections of topics, each once in every format and language, those that nobody would get left out.
fn every_selection(config: &Config, draft: &Draft, readers: usize) -> Vec<Choices> {
    let chooser = Chooser::new(&draft.digest, config.selection.when_empty);
    let selections = 1_usize << config.topics.len();
    let forms = [
        (Format::Html, Language::Da),
        (Format::Html, Language::En),
        (Format::Text, Language::Da),
        (Format::Text, Language::En),
    ];
    let mut many = Vec::new();
    for (format, language) in forms {
        for step in 0..selections {
            // In an order that mixes small and large ones.
            let selection = step * 48_271 % selections;
            many.push(Choices {
                topics: crowd::pick::pick(&config.topics, selection, |topic| topic.id.clone()),
                format,
                language,
                ..Choices::default()
            });
        }
    }
    many.retain(|choices| chooser.mask(choices) != 0);
    many.truncate(readers);
    many
}

/// Sends to readers of many minds and to as many of one, by turns.
fn compare(what: &str, config: &Config, many: &[Choices]) -> Result<(), Failure> {
    let draft = crowd::issue::draft(config)?;
    let (typical, editions) = typical(config, &draft, many)?;
    let one = vec![typical; many.len()];
    let sides = [one.as_slice(), many].map(|choices| {
        Newsletter::new(config, |file| {
            crowd::list::write(file, choices.iter().cloned())
        })
    });
    let mut runs: [Vec<Ran>; 2] = [Vec::new(), Vec::new()];
    for _ in 0..ROUNDS {
        for (side, newsletter) in sides.iter().enumerate() {
            let newsletter = newsletter.as_ref().map_err(ToString::to_string)?;
            forget(newsletter)?;
            runs[side].push(ran(newsletter)?);
        }
    }
    let mut out = std::io::stdout().lock();
    writeln!(
        out,
        "{} readers, {what}: {editions} editions; medians of {ROUNDS} rounds\n{:<26} {:>11} {:>11} {:>7}",
        many.len(),
        "",
        "one set",
        "each own",
        "ratio"
    )?;
    let mut row = |what: &str, figure: &dyn Fn(&Ran) -> f64| {
        let [one, many] =
            [&runs[0], &runs[1]].map(|runs| median(runs.iter().map(figure).collect()));
        let ratio = many / one;
        writeln!(out, "{what:<26} {one:>11.2} {many:>11.2} {ratio:>7.2}")
    };
    row("whole, s", &|ran| ran.whole.as_secs_f64())?;
    row("processor time, s", &|ran| ran.busy.as_secs_f64())?;
    row("first letter, s", &|ran| ran.first.as_secs_f64())?;
    row("memory, MB", &|ran| ran.peak)?;
    row("letters", &|ran| ran.letters as f64)?;
    row("letters, MB", &|ran| ran.octets as f64 / 1e6)?;
    Ok(())
}

/// Sends to everybody.
fn ran(newsletter: &Newsletter) -> Result<Ran, Failure> {
    // Of all processes started and waited for.
    let busy = || ticks("/proc/self/stat", 16);
    let before = busy()?;
    let running = send(newsletter, |_| Ok(ControlFlow::Continue(())))?;
    let seen = &running.drain.seen;
    let first = seen.first.get().ok_or("no letter")?;
    Ok(Ran {
        whole: running.started.elapsed(),
        first: *first - running.started,
        busy: busy()?.saturating_sub(before),
        peak: running.peak,
        letters: seen.letters.load(Ordering::Relaxed),
        octets: seen.octets.load(Ordering::Relaxed),
    })
}

/// The set of choices whose letter is nearest in size to the mean letter of all, so that both sides mail alike many
/// bytes; and how many letters differ in more than the reader's own words.
fn typical(config: &Config, draft: &Draft, many: &[Choices]) -> Result<(Choices, usize), Failure> {
    let brief = config.brief();
    let mut press = Press::new(&draft.digest, &brief)?;
    let mut numbers = Vec::new();
    for choices in many {
        numbers.push(press.edition(choices)?.ok_or("nobody gets a letter")? as usize);
    }
    let (editions, pieces) = press.into_parts();
    let size = |number: &usize| -> usize {
        let edition = &editions[*number];
        let numbers = edition.html.iter().chain(&edition.text);
        numbers
            .map(|piece| pieces[piece.0 as usize].bytes.len())
            .sum()
    };
    let mean = numbers.iter().map(size).sum::<usize>() / numbers.len().max(1);
    let nearest = numbers
        .iter()
        .zip(many)
        .min_by_key(|(number, _)| size(number).abs_diff(mean));
    let different: HashSet<&usize> = numbers.iter().collect();
    let (_, choices) = nearest.ok_or("nobody gets a letter")?;
    Ok((choices.clone(), different.len()))
}

fn median(mut figures: Vec<f64>) -> f64 {
    figures.sort_by(f64::total_cmp);
    figures[figures.len() / 2]
}
