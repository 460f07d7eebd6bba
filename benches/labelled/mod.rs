//! Articles with the topics an editor would file them under, and how near the words of the demo's config come to that.

use std::{error::Error, fs, path::Path};

use overblik::{
    config::{self, Config},
    domain::{
        article::{Article, ArticleId, Block, BlockType},
        topic::{Judgement, ReadArticle, TopicMatcher},
    },
};
use serde::Deserialize;

pub(crate) type Failure = Box<dyn Error>;

/// An article and its labels.
pub(crate) struct Labelled {
    pub(crate) article: Article,
    pub(crate) topics: Vec<String>,
}

#[derive(Deserialize)]
struct File {
    article: Vec<Entry>,
}

#[derive(Deserialize)]
struct Entry {
    title: String,
    lede: String,
    body: Vec<String>,
    topics: Vec<String>,
}

/// The demo's config.
pub(crate) fn config() -> Result<Config, Failure> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("config");
    config::load(&folder, None, std::iter::empty()).map_err(|faults| {
        let faults: Vec<String> = faults.iter().map(ToString::to_string).collect();
        faults.join("\n").into()
    })
}

/// The topics of a config, prepared.
pub(crate) fn matcher(config: &Config) -> TopicMatcher {
    TopicMatcher::new(&config.topics, &config.matching)
}

/// A set, by the name of its file: `tuned` or `held-out`.
pub(crate) fn articles(set: &str) -> Result<Vec<Labelled>, Failure> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/fixtures/topics")
        .join(format!("{set}.toml"));
    let file: File = toml::from_str(&fs::read_to_string(path)?)?;
    let entries = file.article.into_iter().enumerate();
    Ok(entries
        .map(|(number, entry)| {
            let id = ArticleId(format!("{set}/{number}"));
            let mut article = Article::new(id, entry.title, format!("{set}.toml"), set);
            article.lede = Some(entry.lede);
            let paragraph = |text: String| Block::text(BlockType::Paragraph, text);
            article.body = entry.body.into_iter().map(paragraph).collect();
            Labelled {
                article,
                topics: entry.topics,
            }
        })
        .collect())
}

/// How often words and editor agree.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Counts {
    pub(crate) both: f64,
    pub(crate) words_alone: f64,
    pub(crate) editor_alone: f64,
}

impl Counts {
    pub(crate) fn precision(self) -> f64 {
        share(self.both, self.words_alone)
    }

    pub(crate) fn recall(self) -> f64 {
        share(self.both, self.editor_alone)
    }
}

/// What a set came to.
pub(crate) struct Outcome {
    /// Over all topics together.
    pub(crate) micro: Counts,
    /// Topic by topic, of those that have any article.
    pub(crate) by_topic: Vec<(String, Counts)>,
    /// Each disagreement in a line.
    pub(crate) faults: Vec<String>,
}

impl Outcome {
    /// Precision and recall, each topic counting alike.
    pub(crate) fn macro_means(&self) -> (f64, f64) {
        let mean = |of: fn(Counts) -> f64| {
            let sum: f64 = self.by_topic.iter().map(|(_, counts)| of(*counts)).sum();
            sum / self.by_topic.len() as f64
        };
        (mean(Counts::precision), mean(Counts::recall))
    }
}

/// Holds the words against the labels.
pub(crate) fn measure(matcher: &TopicMatcher, config: &Config, set: &[Labelled]) -> Outcome {
    let mut by_topic: Vec<(String, Counts)> = config
        .topics
        .iter()
        .map(|topic| (topic.id.0.clone(), Counts::default()))
        .collect();
    let mut faults = Vec::new();
    for labelled in set {
        let article = &labelled.article;
        let judged = matcher.judge(article, &ReadArticle::of(article));
        for (topic, counts) in &mut by_topic {
            let of_topic = judged.iter().find(|judged| judged.topic.0 == *topic);
            let found = of_topic.is_some_and(Judgement::is_under);
            let said = of_topic.map_or_else(|| "nothing found".into(), Judgement::in_words);
            match (found, labelled.topics.contains(topic)) {
                (true, true) => counts.both += 1.0,
                (true, false) => {
                    counts.words_alone += 1.0;
                    faults.push(format!("too much: {}: {said}", article.title));
                }
                (false, true) => {
                    counts.editor_alone += 1.0;
                    faults.push(format!("missed:   {}: {topic}: {said}", article.title));
                }
                (false, false) => {}
            }
        }
    }
    let mut micro = Counts::default();
    for (_, counts) in &by_topic {
        micro.both += counts.both;
        micro.words_alone += counts.words_alone;
        micro.editor_alone += counts.editor_alone;
    }
    by_topic.retain(|(_, counts)| counts.both + counts.editor_alone > 0.0);
    Outcome {
        micro,
        by_topic,
        faults,
    }
}

fn share(part: f64, rest: f64) -> f64 {
    if part + rest == 0.0 {
        1.0
    } else {
        part / (part + rest)
    }
}
