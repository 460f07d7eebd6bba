//! What it costs to set the pieces of an issue, and a thousand distinct editions of it: microseconds and bytes.

mod crowd {
    pub(crate) mod demo;
    pub(crate) mod different;
    pub(crate) mod issue;
    pub(crate) mod pick;
}

use std::{
    hint::black_box,
    io::Write as _,
    time::{Duration, Instant},
};

use overblik::{
    compose::Chooser,
    config::Config,
    domain::{
        issue::Digest,
        language::Language,
        piece::{Edition, Piece},
        subscriber::Format,
    },
    render::{Galley, RenderError},
};

use crowd::demo::Failure;

/// How many editions there are.
const EDITIONS: usize = 1000;

/// Each figure is the middle one of so many.
const ROUNDS: usize = 21;

/// A cell of a piece's number in a frozen edition.
const NUMBER_BYTES: usize = 4;

fn main() -> Result<(), Failure> {
    let config = crowd::demo::config()?;
    let draft = crowd::issue::draft(&config)?;
    let digest = &draft.digest;
    let all: Vec<usize> = (0..digest.items.len()).collect();
    let whole = [all.clone()];
    let editions = distinct(&config, digest)?;
    let mut out = std::io::stdout().lock();
    writeln!(
        out,
        "{} items, medians of {ROUNDS} rounds\n{:<34} {:>9} {:>7} {:>11} {:>9} {:>11}",
        all.len(),
        "",
        "us",
        "pieces",
        "us/piece",
        "kB",
        "us/edition"
    )?;
    let both = [Language::Da, Language::En];
    for (name, sets, languages, format) in [
        (
            "the whole, Danish, text",
            &whole[..],
            &both[..1],
            Format::Text,
        ),
        (
            "the whole, Danish, HTML and text",
            &whole,
            &both[..1],
            Format::Html,
        ),
        ("the whole, both languages", &whole, &both, Format::Html),
        (
            "a thousand distinct editions",
            &editions,
            &both[..1],
            Format::Html,
        ),
    ] {
        let round = middle(&config, digest, sets, languages, format)?;
        let microseconds = round.time.as_secs_f64() * 1e6;
        writeln!(
            out,
            "{name:<34} {microseconds:>9.0} {:>7} {:>11.2} {:>9.1} {:>11.2}",
            round.pieces,
            microseconds / round.pieces as f64,
            round.bytes as f64 / 1e3,
            microseconds / round.editions as f64,
        )?;
    }
    let mut galley = galley(&config, digest);
    let edition = galley.edition(&all, Format::Html, Language::Da, &[])?;
    let size = |numbers: &[overblik::domain::piece::PieceId], pieces: &[Piece]| -> usize {
        let text = |id: &overblik::domain::piece::PieceId| pieces[id.0 as usize].text.len();
        numbers.iter().map(text).sum()
    };
    writeln!(
        out,
        "the whole letter: {} bytes of HTML, {} of text",
        size(&edition.html, galley.pieces()),
        size(&edition.text, galley.pieces())
    )?;
    Ok(())
}

/// The items of a thousand editions that differ, as readers' choices make them.
fn distinct(config: &Config, digest: &Digest) -> Result<Vec<Vec<usize>>, Failure> {
    let chooser = Chooser::new(digest, config.selection.when_empty);
    let choices = crowd::different::choices(config, digest, EDITIONS);
    let mut masks: Vec<u64> = choices
        .iter()
        .map(|choices| chooser.mask(choices))
        .collect();
    masks.sort_unstable();
    masks.dedup();
    if masks.len() != EDITIONS {
        return Err(format!("only {} editions differ", masks.len()).into());
    }
    Ok(masks.into_iter().map(Chooser::indexes).collect())
}

fn galley<'a>(config: &'a Config, digest: &'a Digest) -> Galley<'a> {
    Galley::new(
        digest,
        &config.newsletter,
        &config.publishers,
        &config.look,
        config.selection.overview_lines,
    )
}

/// What one round took and left.
struct Round {
    time: Duration,
    editions: usize,
    pieces: usize,
    /// Of the pieces' texts, and of the editions' lists of them.
    bytes: usize,
}

/// The round of middling length.
fn middle(
    config: &Config,
    digest: &Digest,
    sets: &[Vec<usize>],
    languages: &[Language],
    format: Format,
) -> Result<Round, RenderError> {
    let mut rounds = Vec::with_capacity(ROUNDS);
    for _ in 0..ROUNDS {
        rounds.push(round(config, digest, sets, languages, format)?);
    }
    rounds.sort_by_key(|round| round.time);
    Ok(rounds.swap_remove(ROUNDS / 2))
}

fn round(
    config: &Config,
    digest: &Digest,
    sets: &[Vec<usize>],
    languages: &[Language],
    format: Format,
) -> Result<Round, RenderError> {
    let begun = Instant::now();
    let mut galley = galley(config, digest);
    let mut editions = Vec::with_capacity(sets.len() * languages.len());
    for language in languages {
        for items in sets {
            editions.push(galley.edition(items, format, *language, &[])?);
        }
    }
    let time = begun.elapsed();
    let pieces = black_box(&galley).pieces();
    let numbers = |edition: &Edition| edition.html.len() + edition.text.len();
    Ok(Round {
        time,
        editions: editions.len(),
        pieces: pieces.len(),
        bytes: pieces.iter().map(|piece| piece.text.len()).sum::<usize>()
            + NUMBER_BYTES * editions.iter().map(numbers).sum::<usize>(),
    })
}
