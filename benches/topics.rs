//! How near the words of the demo's topics come to what an editor says, and how many articles they sort a second.
//!
//! `cargo bench --bench topics`, with `-- faults` each disagreement too; `benches/topics.md` has the figures.
#![allow(clippy::print_stdout)]

mod labelled;

use std::{
    env,
    hint::black_box,
    time::{Duration, Instant},
};

use rustix::time::{ClockId, clock_gettime};

use labelled::{Failure, articles, config, matcher, measure};
use overblik::domain::{article::Article, topic::TopicMatcher};

/// How long sorting is measured.
const TIME: Duration = Duration::from_secs(2);

/// The words of a long article.
const LONG: usize = 600;

fn main() -> Result<(), Failure> {
    let config = config()?;
    let began = Instant::now();
    let matcher = matcher(&config);
    let prepared = began.elapsed();
    println!("prepared in {} us", prepared.as_micros());
    for name in ["tuned", "held-out"] {
        let set = articles(name)?;
        let outcome = measure(&matcher, &config, &set);
        let (precision, recall) = outcome.macro_means();
        println!("\n{name}: {} articles", set.len());
        println!(
            "  micro: precision {:.3}, recall {:.3}",
            outcome.micro.precision(),
            outcome.micro.recall()
        );
        println!("  macro: precision {precision:.3}, recall {recall:.3}");
        for (topic, counts) in &outcome.by_topic {
            println!(
                "  {topic:<18} precision {:.2}, recall {:.2}",
                counts.precision(),
                counts.recall()
            );
        }
        if env::args().any(|word| word == "faults") {
            outcome
                .faults
                .iter()
                .for_each(|fault| println!("  {fault}"));
        }
    }
    let mut short: Vec<Article> = Vec::new();
    for name in ["tuned", "held-out"] {
        short.extend(articles(name)?.into_iter().map(|labelled| labelled.article));
    }
    speed("short articles", &matcher, &short);
    speed("long articles", &matcher, &lengthened(&short));
    Ok(())
}

/// Each with the bodies of those after it, up to the length of a long article.
fn lengthened(short: &[Article]) -> Vec<Article> {
    (0..short.len())
        .map(|at| {
            let mut article = short[at].clone();
            let mut others = short.iter().cycle().skip(at + 1);
            while words(&article) < LONG
                && let Some(other) = others.next()
            {
                article.body.extend(other.body.iter().cloned());
            }
            article
        })
        .collect()
}

fn words(article: &Article) -> usize {
    let count = |text: &str| text.split_whitespace().count();
    let body: usize = article.body.iter().map(|block| count(&block.text)).sum();
    count(&article.title) + article.lede.as_deref().map_or(0, count) + body
}

fn speed(what: &str, matcher: &TopicMatcher, articles: &[Article]) {
    let mean = articles.iter().map(words).sum::<usize>() / articles.len().max(1);
    let (began, mut sorted) = (processor_time(), 0_u32);
    while processor_time() - began < TIME {
        for article in articles {
            black_box(matcher.topics_of(black_box(article)));
            sorted += 1;
        }
    }
    let rate = f64::from(sorted) / (processor_time() - began).as_secs_f64();
    println!("\n{what} of {mean} words: {rate:.0} a second of the processor, one thread");
}

/// What this thread has had of the processor: other work on the machine does not count.
fn processor_time() -> Duration {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    Duration::try_from(time).unwrap_or_default()
}
