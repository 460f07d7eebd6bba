//! What a hundred thousand readers with as many sets of choices cost against as many with one set: the whole program,
//! over SMTP to a relay on loopback. `benches/README.md` has the figures.

// The rosters are another bench's.
#[allow(dead_code)]
mod crowd;
// Runs that are ended from outside are another's.
#[allow(dead_code)]
mod program;

use std::{env, io::Write as _};

use crowd::Failure;
use overblik::domain::subscriber::Choices;
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
    // Everything: the letters of the one set are the longest there are.
    let one = vec![Choices::default(); many.len()];
    let sides =
        [one, many].map(|choices| Newsletter::new(|file| crowd::write_choices(file, &choices)));
    let mut runs: [Vec<Ran>; 2] = [Vec::new(), Vec::new()];
    for _ in 0..ROUNDS {
        for (side, newsletter) in sides.iter().enumerate() {
            let newsletter = newsletter.as_ref().map_err(ToString::to_string)?;
            newsletter.forget()?;
            let ran = newsletter.send(End::Itself)?;
            writeln!(std::io::stderr(), "{ran:?}")?;
            runs[side].push(ran);
        }
    }
    let mut out = std::io::stdout().lock();
    writeln!(
        out,
        "{readers} readers, medians of {ROUNDS} rounds\n{:<26} {:>11} {:>11} {:>7}",
        "", "one set", "each own", "ratio"
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

fn median(mut figures: Vec<f64>) -> f64 {
    figures.sort_by(f64::total_cmp);
    figures[figures.len() / 2]
}
