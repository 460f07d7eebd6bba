//! What a hundred thousand readers with as many sets of choices cost against as many with one set: the whole program,
//! over SMTP to a relay on loopback. `benches/README.md` has the figures.

// The rosters are another bench's.
#[allow(dead_code)]
mod crowd;
// Runs that are ended from outside are another's.
#[allow(dead_code)]
mod program;

use std::{collections::HashSet, env, io::Write as _};

use crowd::Failure;
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
use program::{End, Newsletter, Ran};

/// Without a number of readers as argument.
const READERS: usize = 100_000;

const ROUNDS: usize = 3;

fn main() -> Result<(), Failure> {
    let asked = env::args().find_map(|word| word.parse().ok());
    let readers: usize = asked.unwrap_or(READERS);
    let config = crowd::config()?;
    let draft = crowd::issue(&config)?;
    let many = crowd::different(&config, &draft.digest, readers);
    compare("twelve topics, five sections", &config, &many)?;
    let config = a_topic_an_item(config, &draft)?;
    let draft = crowd::issue(&config)?;
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
                topics: crowd::pick(&config.topics, selection, |topic| topic.id.clone()),
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
    let draft = crowd::issue(config)?;
    let (typical, editions) = typical(config, &draft, many)?;
    let one = vec![typical; many.len()];
    let sides = [one.as_slice(), many]
        .map(|choices| Newsletter::new(config, |file| crowd::write_choices(file, choices)));
    let mut runs: [Vec<Ran>; 2] = [Vec::new(), Vec::new()];
    for _ in 0..ROUNDS {
        for (side, newsletter) in sides.iter().enumerate() {
            let newsletter = newsletter.as_ref().map_err(ToString::to_string)?;
            newsletter.forget()?;
            runs[side].push(newsletter.send(End::Itself)?);
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
    row("first letter, s", &|ran| {
        ran.first.unwrap_or_default().as_secs_f64()
    })?;
    row("memory, MB", &|ran| ran.peak)?;
    row("letters", &|ran| ran.letters as f64)?;
    row("letters, MB", &|ran| ran.octets as f64 / 1e6)?;
    Ok(())
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
