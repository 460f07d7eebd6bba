//! How long the program takes from its start to the first letter accepted: of a new issue, after it was killed halfway
//! through its readers, and after it was stopped there. `benches/list.md` has the figures.

// The rosters are another bench's.
#[allow(dead_code)]
mod crowd;
// What a whole run comes to is another's.
#[allow(dead_code)]
mod program;

use std::{env, io::Write as _, time::Duration};

use crowd::Failure;
use program::{End, Newsletter, Ran};

/// Without a number of readers as argument.
const SIZES: [usize; 2] = [5_000, 1_000_000];

const ROUNDS: usize = 3;

fn main() -> Result<(), Failure> {
    // `cargo bench --bench start -- 5000` measures one size.
    let asked: Vec<usize> = env::args().filter_map(|word| word.parse().ok()).collect();
    let sizes = if asked.is_empty() { &SIZES } else { &asked[..] };
    for readers in sizes {
        let newsletter =
            Newsletter::new(&crowd::config()?, |file| crowd::write_list(file, *readers))?;
        let half = *readers as u64 / 2;
        // Accepted by a resumed run before it is ended: enough to see it going.
        let some = half / 50;
        let (mut new, mut killed, mut stopped) = (Vec::new(), Vec::new(), Vec::new());
        for _ in 0..ROUNDS {
            newsletter.forget()?;
            new.push(newsletter.send(End::Killed(half))?);
            killed.push(newsletter.send(End::Killed(some))?);
            newsletter.send(End::Stopped(some))?;
            stopped.push(newsletter.send(End::Killed(some))?);
        }
        let mut out = std::io::stdout().lock();
        writeln!(out, "{readers} readers, medians of {ROUNDS} rounds")?;
        for (what, runs) in [
            ("a new issue", &new),
            ("after a kill halfway", &killed),
            ("after a stop", &stopped),
        ] {
            writeln!(
                out,
                "  {what:<22} first letter after {:>7.0} ms ({:>7.0} ms of processor time), {:>6.1} MB",
                milliseconds(runs, |ran| ran.first.unwrap_or(Duration::MAX)),
                milliseconds(runs, |ran| ran.first_busy),
                median(runs.iter().map(|ran| ran.peak).collect()),
            )?;
        }
    }
    Ok(())
}

fn milliseconds(runs: &[Ran], figure: impl Fn(&Ran) -> Duration) -> f64 {
    median(
        runs.iter()
            .map(|ran| figure(ran).as_secs_f64() * 1e3)
            .collect(),
    )
}

fn median(mut figures: Vec<f64>) -> f64 {
    figures.sort_by(f64::total_cmp);
    figures[figures.len() / 2]
}
