//! The tables, in Markdown. Ratios are medians of the rounds' own ratios, for what disturbs a round disturbs all who
//! send in it; other figures are medians.

use std::{error::Error, io::Write as _, process::Command};

use crate::{
    Measured, Run, Section,
    building::{Ours, lettre},
    process::run,
    senders::{Sender, World},
    sink::{Manner, Sink},
};

/// Prints.
pub(crate) fn say(text: &str) -> Result<(), Box<dyn Error>> {
    let mut out = std::io::stdout().lock();
    out.write_all(text.as_bytes())?;
    Ok(out.flush()?)
}

/// Senders into one kind of sink, with their ratios to the first.
pub(crate) fn senders(section: &Section, runs: &[Vec<Run>]) -> Result<(), Box<dyn Error>> {
    let mut text = format!(
        "\n### {}\n\n| | letters | letters/s | ratio | CPU, us a letter | ratio | CPU of the sink |\n\
         | --- | ---: | ---: | ---: | ---: | ---: | ---: |\n",
        section.title
    );
    let first = &runs[0];
    for ((sender, letters), runs) in section.senders.iter().zip(runs) {
        let of = |figure: fn(&Run) -> f64| median(runs.iter().map(figure));
        let ratio = |figure: fn(&Run) -> f64| {
            median(runs.iter().zip(first).map(|(run, first)| {
                let ratio = figure(run) / figure(first);
                match section.measured {
                    Measured::ByFirst => ratio,
                    Measured::First => 1.0 / ratio,
                }
            }))
        };
        text.push_str(&format!(
            "| {} | {letters} | {:.0} | {} | {:.1} | {} | {:.1} |\n",
            sender.name(),
            of(|run| run.rate),
            times(ratio(|run| run.rate)),
            of(|run| run.cpu),
            times(ratio(|run| run.cpu)),
            of(|run| run.sink),
        ));
    }
    say(&text)
}

/// A letter made, beside lettre's builder.
pub(crate) fn building(world: &World, rounds: usize) -> Result<(), Box<dyn Error>> {
    Sender::Lettre.prepare(world)?;
    let ours = Ours::of(&world.newsletter)?;
    let mut micros: [Vec<f64>; 2] = [Vec::new(), Vec::new()];
    for _ in 0..rounds.max(5) {
        micros[0].push(ours.round()?.as_secs_f64() * 1e6);
        micros[1].push(lettre(&world.newsletter)?.as_secs_f64() * 1e6);
    }
    let ratio = median(
        micros[1]
            .iter()
            .zip(&micros[0])
            .map(|(lettre, ours)| lettre / ours),
    );
    let [ours, lettre] = micros.map(|micros| median(micros.into_iter()));
    say(&format!(
        "\n### A personal letter built, one thread\n\n| | us a letter | ratio |\n| --- | ---: | ---: |\n\
         | spliced out of encoded pieces | {ours:.1} | |\n| lettre's `MessageBuilder` | {lettre:.1} | {} |\n",
        times(ratio)
    ))
}

/// Signed letters, beside the bare signature of `openssl speed`.
pub(crate) fn signing(world: &World, letters: u64, rounds: usize) -> Result<(), Box<dyn Error>> {
    let letters = letters.max(10);
    let (mut bare, mut runs) = (Vec::new(), Vec::new());
    for _ in 0..rounds {
        bare.push(openssl()?);
        let sink = Sink::start(&Manner::default())?;
        let cost = Sender::Signed.send(world, sink.port, letters)?;
        runs.push(Run::of(letters, cost, &sink.end()?));
    }
    let cpu = median(runs.iter().map(|run| run.cpu));
    let rate = median(runs.iter().map(|run| run.rate));
    let ratio = median(runs.iter().zip(&bare).map(|(run, bare)| run.cpu / bare));
    let against = median(
        runs.iter()
            .zip(&bare)
            .map(|(run, bare)| run.rate * bare / 1e6),
    );
    let bare = median(bare.into_iter());
    say(&format!(
        "\n### Letters signed with RSA-2048\n\n| | letters/s | ratio | CPU, us a letter | ratio |\n\
         | --- | ---: | ---: | ---: | ---: |\n\
         | `openssl speed`, the bare signature, one thread | {:.0} | 1.0x | {bare:.0} | 1.0x |\n\
         | {} ({letters} letters) | {rate:.0} | {} | {cpu:.0} | {} |\n",
        1e6 / bare,
        Sender::Signed.name(),
        times(against),
        times(ratio),
    ))
}

/// Microseconds of a signature by `openssl speed`: its line `rsa 2048 bits 0.000254s 0.000016s 3937.0 62500.0`, whose
/// sixth word is the rate of signing.
fn openssl() -> Result<f64, Box<dyn Error>> {
    let (output, _) = run(Command::new("openssl").args(["speed", "-seconds", "2", "rsa2048"]))?;
    let text = String::from_utf8(output.stdout)?;
    let line = text
        .lines()
        .find(|line| line.starts_with("rsa 2048 bits"))
        .ok_or("`openssl speed` says nothing of RSA-2048")?;
    let rate: f64 = line
        .split_whitespace()
        .nth(5)
        .ok_or("a line cut short")?
        .parse()?;
    Ok(1e6 / rate)
}

fn median(figures: impl Iterator<Item = f64>) -> f64 {
    let mut figures: Vec<f64> = figures.collect();
    figures.sort_by(f64::total_cmp);
    let middle = figures.len() / 2;
    if figures.len() % 2 == 1 {
        figures[middle]
    } else {
        (figures[middle - 1] + figures[middle]) / 2.0
    }
}

/// A ratio, with as many digits as say something.
fn times(ratio: f64) -> String {
    if ratio.abs() < 10.0 {
        format!("{ratio:.2}x")
    } else {
        format!("{ratio:.0}x")
    }
}
