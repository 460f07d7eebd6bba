//! What it costs to look an issue over, as the demo's day has it and with as many items as there are.

mod crowd {
    pub(crate) mod demo;
    pub(crate) mod issue;
}

use std::{hint::black_box, io::Write as _, time::Instant};

use overblik::{
    config::Config,
    lint::{self, Look},
    publish::{self, Press},
};

use crowd::demo::Failure;

/// How often each is looked over; the median counts.
const ROUNDS: usize = 101;

fn main() -> Result<(), Failure> {
    let day = crowd::demo::config()?;
    let mut all = day.clone();
    all.selection.max_items = 60;
    all.selection.max_per_publisher = 60;
    all.selection.first_window_days = 60;
    for section in &mut all.sections {
        section.max = 20;
    }
    let mut out = std::io::stdout().lock();
    for config in [day, all] {
        out.write_all(measured(&config)?.as_bytes())?;
    }
    Ok(())
}

fn measured(config: &Config) -> Result<String, Failure> {
    let draft = crowd::issue::draft(config)?;
    let brief = config.brief();
    let press = Press::new(&draft.digest, &brief)?;
    let editions = publish::rendered(draft.digest.key, &press);
    let look = Look {
        digest: &draft.digest,
        newsletter: brief.newsletter,
        publishers: brief.publishers,
        ads: brief.ads,
        editions: &editions,
        before: None,
        answers: &[],
        limits: brief.look.theme.limits,
    };
    let mut rounds: Vec<u128> = (0..ROUNDS)
        .map(|_| {
            let begun = Instant::now();
            black_box(lint::lint(black_box(&look), brief.lint));
            begun.elapsed().as_micros()
        })
        .collect();
    rounds.sort_unstable();
    Ok(format!(
        "{:>2} items, {} editions, {:>6} octets of HTML: {:>6} µs\n",
        draft.digest.items.len(),
        editions.len(),
        editions
            .iter()
            .map(|edition| edition.html_bytes)
            .max()
            .unwrap_or_default(),
        rounds[ROUNDS / 2],
    ))
}
