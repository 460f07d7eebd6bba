//! How long the program takes from its start to the first letter accepted: of a new issue, after it was killed halfway
//! through its readers, and after it was stopped there. `benches/list.md` has the figures.

mod crowd {
    pub(crate) mod demo;
    pub(crate) mod list;
    pub(crate) mod many;
    pub(crate) mod pick;
}
mod program {
    pub(crate) mod newsletter;
    pub(crate) mod sent;
}

use std::{
    env, io::Write as _, ops::ControlFlow, process::Command, sync::atomic::Ordering, time::Duration,
};

use crowd::demo::Failure;
use program::{
    newsletter::Newsletter,
    sent::{Running, forget, send, ticks},
};

/// Without a number of readers as argument.
const SIZES: [usize; 2] = [5_000, 1_000_000];

const ROUNDS: usize = 3;

/// When a run is ended from outside.
#[derive(Debug, Clone, Copy)]
enum End {
    /// Killed when so many letters are accepted.
    Killed(u64),
    /// Asked to stop (SIGTERM) when so many letters are accepted.
    Stopped(u64),
}

/// How one run of the program began.
struct Ran {
    /// From its start to the first letter accepted, and its own processor time up to then, to ten milliseconds.
    first: Duration,
    first_busy: Duration,
    /// The most memory it needed, in megabytes.
    peak: f64,
}

fn main() -> Result<(), Failure> {
    // `cargo bench --bench start -- 5000` measures one size.
    let asked: Vec<usize> = env::args().filter_map(|word| word.parse().ok()).collect();
    let sizes = if asked.is_empty() { &SIZES } else { &asked[..] };
    let config = crowd::demo::config()?;
    for readers in sizes {
        let newsletter = Newsletter::new(&config, |file| {
            crowd::list::write(file, crowd::many::choices(&config, *readers))
        })?;
        let half = *readers as u64 / 2;
        // Accepted by a resumed run before it is ended: enough to see it going.
        let some = half / 50;
        let (mut new, mut killed, mut stopped) = (Vec::new(), Vec::new(), Vec::new());
        for _ in 0..ROUNDS {
            forget(&newsletter)?;
            new.push(run(&newsletter, End::Killed(half))?);
            killed.push(run(&newsletter, End::Killed(some))?);
            run(&newsletter, End::Stopped(some))?;
            stopped.push(run(&newsletter, End::Killed(some))?);
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
                milliseconds(runs, |ran| ran.first),
                milliseconds(runs, |ran| ran.first_busy),
                median(runs.iter().map(|ran| ran.peak).collect()),
            )?;
        }
    }
    Ok(())
}

/// Sends until it is ended.
fn run(newsletter: &Newsletter, end: End) -> Result<Ran, Failure> {
    let mut first_busy = None;
    let running = send(newsletter, |Running { child, drain, .. }| {
        if first_busy.is_none() && drain.seen.first.get().is_some() {
            first_busy = Some(ticks(&format!("/proc/{}/stat", child.id()), 14)?);
        }
        let (End::Killed(enough) | End::Stopped(enough)) = end;
        if drain.seen.letters.load(Ordering::Relaxed) < enough {
            return Ok(ControlFlow::Continue(()));
        }
        match end {
            End::Killed(_) => child.kill()?,
            End::Stopped(_) => {
                let id = child.id().to_string();
                Command::new("kill").args(["-TERM", &id]).status()?;
            }
        }
        Ok(ControlFlow::Break(()))
    })?;
    let first = running.drain.seen.first.get().ok_or("no letter")?;
    Ok(Ran {
        first: *first - running.started,
        first_busy: first_busy.unwrap_or_default(),
        peak: running.peak,
    })
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
