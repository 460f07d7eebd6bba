//! Makes an issue of what the sources give, once, and freezes it with its plan.
//!
//! [`draft`] composes an issue and sets it; nothing is written. [`Press`] makes editions of it, one for all readers
//! who get the same. [`plan`] decides for every reader of the frequency, and [`freeze`] writes issue, pieces, printed
//! marks and plan in one transaction. From then on a run needs no article and no subscriber file.

mod alerts;
mod archive;
mod bounds;
mod canary;
mod difference;
mod earlier;
mod enrol;
mod fit;
mod guards;
mod inspect;
mod manuscript;
mod named;
mod pins;
mod plan;
mod press;
mod public;
mod publishers;
mod record;
mod spool;
mod top_up;
mod week;

use std::{collections::HashMap, hash::Hash, path::Path};

use chrono::{DateTime, Utc};

pub use alerts::{AlertSettings, Event};
pub use archive::{Archive, ArchiveError};
pub use bounds::{MaxChange, MinArticles, Switch};
pub use canary::{CanaryLetters, CanaryWait, First, Percent};
pub use difference::{Became, Difference, Printed, differences};
pub use enrol::{Enrolment, LongPlan, PlanError, Rows, enrol};
pub use guards::{Guard, GuardSettings, GuardTime};
pub use inspect::{before, inspect, rendered};
pub use manuscript::Manuscript;
pub use pins::unprinted_pins;
pub use plan::{Plan, plan, recipients_of};
pub use press::Press;
pub use public::PublicSettings;
pub use record::{ItemRecord, Record, shortened};
pub use top_up::top_up;
pub use week::past;

use crate::{
    compose::{History, Selection, SelectionSettings, Sorter, texts_of, twin_keys},
    domain::{
        ad::Ad,
        article::{Article, ArticleId, Kind},
        block::{BlockSettings, IssueBlock},
        fault::Fault,
        issue::{Digest, IssueKey, Verdict},
        newsletter::Newsletter,
        overlay::Overlay,
        picture::OwnPictures,
        piece::Piece,
        publisher::Publisher,
        section::Section,
        topic::{MatchingSettings, Topic, TopicMatcher},
        trim::Trim,
    },
    letter::{Letterhead, encode::EncodedPiece},
    lint::{HTML_LIMIT, LintSettings},
    render::{Look, RenderError},
    source::{
        self, Asking, Collected, Reading, SourceSettings,
        pictures::{self, OwnPlace, PictureSettings},
    },
    store::{
        ArticleFate, ArticleMark, FrozenIssue, IssueNumber, Past, PlanRow, Store, StoreError,
        StoredPiece, baseline::Baseline,
    },
};

/// What config says of an issue.
#[derive(Debug, Clone, Copy)]
pub struct Brief<'a> {
    /// The newsletter's folder.
    pub folder: &'a Path,
    /// The newsletter.
    pub newsletter: &'a Newsletter,
    /// The rules of choosing.
    pub selection: &'a SelectionSettings,
    /// The sections, in order.
    pub sections: &'a [Section],
    /// The topics.
    pub topics: &'a [Topic],
    /// What their words weigh.
    pub matching: &'a MatchingSettings,
    /// How the letters look and speak.
    pub look: &'a Look,
    /// The publishers' profiles.
    pub publishers: &'a [Publisher],
    /// The advertisements.
    pub ads: &'a [Ad],
    /// How hard the rules are that an issue is looked over by.
    pub lint: &'a LintSettings,
    /// The blocks.
    pub blocks: &'a [BlockSettings],
    /// The blocks with what stands in them, once that was read.
    pub filled: &'a [IssueBlock],
    /// Where pictures are written to, and what they are served at.
    pub pictures: &'a PictureSettings,
    /// The pictures of ads and publishers, once they were made.
    pub shown: Option<&'a OwnPictures>,
    /// The sources.
    pub sources: &'a [SourceSettings],
    /// Whether a reader without consent is left out.
    pub require_consent: bool,
    /// What the editor says of the day.
    pub overlay: Option<&'a Overlay>,
    /// What counts as printed without having been.
    pub baseline: Option<&'a Baseline>,
    /// The versions of the text to which a consent counts; none named means every one.
    pub consent_texts: &'a [String],
}

impl<'a> Brief<'a> {
    /// With what was read of the blocks, and the pictures that were made.
    #[must_use]
    pub fn filled(self, collected: &'a Collected) -> Self {
        Self {
            filled: &collected.blocks,
            shown: Some(&collected.pictures),
            ..self
        }
    }
}

/// Reads all sources. Those on the web are asked when they were not asked just now.
pub fn collect(brief: &Brief<'_>, now: DateTime<Utc>) -> Collected {
    let cache = brief.folder.join(source::CACHE);
    read(brief, now, Asking::in_passing(&cache, now))
}

/// Reads all sources, and asks every one on the web first.
pub fn collect_outright(brief: &Brief<'_>, now: DateTime<Utc>) -> Collected {
    let cache = brief.folder.join(source::CACHE);
    read(brief, now, Asking::outright(&cache, now))
}

fn read(brief: &Brief<'_>, now: DateTime<Utc>, web: Asking<'_>) -> Collected {
    let reading = Reading {
        now,
        zone: brief.newsletter.timezone,
        folder: brief.folder,
        web,
    };
    let mut collected = source::collect(brief.sources, brief.blocks, &reading);
    let address = brief.pictures.address(&brief.newsletter.base_url);
    pictures::settle(&mut collected, brief.sources, &address, &reading);
    pictures::own(&mut collected, own_places(brief), &address, &reading);
    collected
}

/// The pictures that config names of ads and publishers.
fn own_places<'a>(brief: &Brief<'a>) -> impl Iterator<Item = OwnPlace<'a>> {
    let ads = brief.ads.iter().enumerate().filter_map(|(index, ad)| {
        Some(OwnPlace {
            path: ad.image.as_deref()?,
            key: format!("ad[{index}].image"),
            whose: format!("the ad `{}`", ad.id),
        })
    });
    let publishers = brief.publishers.iter().enumerate();
    let publishers = publishers.filter_map(|(index, publisher)| {
        Some(OwnPlace {
            path: publisher.logo.as_deref()?,
            key: format!("publisher[{index}].logo"),
            whose: format!("the publisher `{}`", publisher.name),
        })
    });
    ads.chain(publishers)
}

/// The pictures of a digest's ads and card.
fn own_pictures(digest: &Digest, brief: &Brief<'_>) -> OwnPictures {
    let ads = digest.ads.iter().filter_map(|ad| ad.image.as_ref());
    let logo = digest.card.iter().filter_map(|card| card.logo.as_ref());
    ads.chain(logo)
        .filter_map(|path| Some((path.clone(), brief.shown?.get(path)?.clone())))
        .collect()
}

/// Writes the pictures of an issue to where readers' programs find them: before the first letter leaves. Gives how many
/// were new there.
///
/// # Errors
/// What the file system says.
pub fn lay_out_pictures(digest: &Digest, brief: &Brief<'_>) -> std::io::Result<usize> {
    let address = brief.pictures.address(&brief.newsletter.base_url);
    let pictures = digest
        .items
        .iter()
        .filter_map(|item| item.article.image.as_ref()?.url.as_deref())
        .chain(digest.pictures.values().map(|own| own.url.as_str()));
    let folder = brief.folder.join(&brief.pictures.path);
    let cache = brief.folder.join(source::CACHE);
    pictures::lay_out(pictures, &address, &folder, &cache)
}

/// Composes the issue of a key, as small as it must be to be shown whole; `Ok(None)` when it would be empty.
///
/// # Errors
/// A template that cannot be rendered.
pub fn draft(
    brief: &Brief<'_>,
    key: IssueKey,
    cut_off: DateTime<Utc>,
    articles: &[Article],
    past: &Past,
) -> Result<Draft, RenderError> {
    let history = history(past, brief.baseline);
    let mut items_before = usize::MAX;
    let mut left_out = Vec::new();
    let mut rules = brief.selection.clone();
    let topics = TopicMatcher::new(brief.topics, brief.matching);
    let sorter = Sorter::new(brief.sections, brief.matching);
    loop {
        let mut digest = Selection {
            key,
            cut_off,
            zone: brief.newsletter.timezone,
            rules: &rules,
            sections: brief.sections,
            sorter: &sorter,
            topics: &topics,
            publishers: brief.publishers,
            ads: brief.ads,
            blocks: brief.filled,
            intro: brief.newsletter.intro.as_deref(),
            overlay: brief.overlay,
            history: &history,
        }
        .compose(articles.to_vec());
        digest.card = digest.card.map(|publisher| {
            publishers::counted(publisher, articles, past, brief.newsletter.language)
        });
        digest.pictures = own_pictures(&digest, brief);
        let items = digest.items.len();
        // What is pinned stays, however big; the lint holds what is still too big.
        let cannot_shrink = items < 2 || items == items_before;
        let shortened = rules.max_items < brief.selection.max_items;
        let steps = if shortened {
            &[Trim::Card]
        } else {
            &Trim::ALL[..]
        };
        let fitted = fit::fit(digest, brief, steps)?;
        if !shortened {
            left_out.clone_from(&fitted.left_out);
        }
        if cannot_shrink || fitted.size <= HTML_LIMIT {
            return Ok(Draft {
                digest: fitted.digest,
                shortened_from: shortened.then_some(brief.selection.max_items),
                left_out,
            });
        }
        items_before = items;
        // As many fewer as an item takes on an average; what is left over is seen in the next round.
        let over = (fitted.size - HTML_LIMIT) * items / fitted.size;
        rules.max_items = items - over.max(1);
    }
}

/// An issue that is composed and not frozen.
#[derive(Debug, Clone)]
pub struct Draft {
    /// What it prints and why.
    pub digest: Digest,
    /// The items it would have had room for, had it not grown too big to be shown whole.
    pub shortened_from: Option<usize>,
    /// What it leaves out for the same reason, in words.
    pub left_out: Vec<&'static str>,
}

impl Draft {
    /// What is said of the paid ads of an issue that has nothing else: it is held, and whoever booked them is to hear of it.
    /// `None` where there is an article, or no such ad.
    pub fn ads_alone(&self) -> Option<Fault> {
        let paid: Vec<String> = self
            .digest
            .ads
            .iter()
            .filter(|ad| self.digest.items.is_empty() && !ad.house)
            .map(|ad| format!("`{}`", ad.id))
            .collect();
        (!paid.is_empty()).then(|| {
            Fault::warning(format!(
                "{} has ads and no article, and is not sent for their sake: {}",
                self.digest.key,
                paid.join(", ")
            ))
            .remedy("write an article, or give them another day by `starts` and `expires`")
        })
    }

    /// What was made shorter so that mailboxes show the letter whole, in words; `None` where nothing was.
    pub fn shortened(&self) -> Option<String> {
        let fewer = self
            .shortened_from
            .map(|room| format!("{} items instead of {room}", self.digest.items.len()));
        let without =
            (!self.left_out.is_empty()).then(|| format!("without {}", self.left_out.join(", ")));
        let said: Vec<String> = fewer.into_iter().chain(without).collect();
        (!said.is_empty()).then(|| {
            format!(
                "{}, so that mailboxes show the letter whole",
                said.join(" and ")
            )
        })
    }
}

fn history(past: &Past, baseline: Option<&Baseline>) -> History {
    let mut history = History {
        last_cut_off: past.last_cut_off,
        printed: latest(&past.printed),
        printed_twins: latest(&past.printed_twins),
        printed_texts: texts_of(
            past.printed_twins
                .iter()
                .map(|(key, issue)| (key.as_str(), *issue)),
        ),
        first_seen: past.first_seen.iter().cloned().collect(),
        judged: past.judged.iter().cloned().collect(),
        left_over: past.left_over.iter().cloned().collect(),
        last_subjects: past.subjects.clone(),
        pieces: past.pieces.clone(),
        places: past
            .places
            .iter()
            .map(|(article, issue, place)| (article.clone(), (*issue, *place)))
            .collect(),
        ..History::default()
    };
    if let Some(baseline) = baseline {
        history.baseline = baseline.articles.iter().cloned().map(ArticleId).collect();
        history.baseline_texts = texts_of(baseline.twins.iter().map(|key| (key.as_str(), ())));
        history.baseline_twins = baseline.twins.iter().cloned().collect();
    }
    history
}

/// In which issue each was printed last.
fn latest<K: Clone + Eq + Hash>(printed: &[(K, IssueKey)]) -> HashMap<K, IssueKey> {
    let mut latest: HashMap<K, IssueKey> = HashMap::with_capacity(printed.len());
    for (what, issue) in printed {
        let last = latest.entry(what.clone()).or_insert(*issue);
        *last = (*last).max(*issue);
    }
    latest
}

/// Freezes an issue with its plan.
///
/// # Errors
/// The store's own words; nothing is written then.
pub fn freeze(
    store: &mut impl Store,
    draft: &Draft,
    press: Press<'_>,
    plan: Plan,
    letterhead: &Letterhead,
    now: DateTime<Utc>,
) -> Result<IssueNumber, StoreError> {
    let mut rows = plan.rows.into_iter();
    freeze_rows(
        store,
        draft,
        press,
        plan.refused,
        &mut rows,
        letterhead,
        now,
    )
}

/// Freezes an issue with the rows of its plan, which come one by one, and how many entries were refused.
///
/// # Errors
/// The store's own words; nothing is written then.
pub fn freeze_rows(
    store: &mut impl Store,
    draft: &Draft,
    press: Press<'_>,
    refused: u64,
    rows: &mut dyn Iterator<Item = PlanRow>,
    letterhead: &Letterhead,
    now: DateTime<Utc>,
) -> Result<IssueNumber, StoreError> {
    let digest = &draft.digest;
    let hash = press.hash();
    let record = Record::new(digest, hash, press.subject()).to_json();
    let manuscript = press.manuscript(digest);
    let (editions, pieces) = press.into_parts();
    let issue = FrozenIssue {
        key: digest.key,
        cut_off: digest.cut_off,
        // Letters are dated to the second.
        frozen_at: DateTime::from_timestamp(now.timestamp(), 0).unwrap_or(now),
        hash,
        refused,
        record,
        // Texts and addresses: serialising them cannot fail.
        letterhead: serde_json::to_string(letterhead).unwrap_or_default(),
        manuscript,
        articles: marks(digest),
        editions,
        pieces,
    };
    let readers = rows.size_hint().0;
    let number = store.freeze(&issue, rows)?;
    tracing::info!(issue = %issue.key, readers, pieces = issue.pieces.len(), editions = issue.editions.len(), "frozen");
    Ok(number)
}

/// Whether an article had its chance in an issue, printed or not. One that waits for its date, its embargo, a section
/// or its author has not: it leaves no mark, and counts as first seen when what kept it out is mended.
fn had_its_chance(verdict: &Verdict) -> bool {
    !verdict
        .reasons
        .last()
        .is_some_and(|reason| matches!(reason.rule, "draft" | "embargo" | "future" | "section"))
}

/// What became of every article, for the issues to come.
fn marks(digest: &Digest) -> Vec<ArticleMark> {
    digest
        .verdicts
        .iter()
        .filter(|verdict| had_its_chance(verdict))
        .map(|verdict| {
            let printed = digest
                .items
                .iter()
                .find(|item| item.article.id == verdict.article);
            let no_room = verdict
                .reasons
                .iter()
                .any(|reason| reason.rule == "quota" && !reason.passed);
            ArticleMark {
                id: verdict.article.clone(),
                fate: match printed {
                    Some(item) => ArticleFate::Printed {
                        twins: twin_keys(&item.article),
                        publishers: item.article.publishers.clone(),
                        is_event: item.article.kind == Kind::Event,
                    },
                    None if no_room => ArticleFate::LeftOver,
                    None => ArticleFate::Seen,
                },
            }
        })
        .collect()
}

/// Encodes rendered pieces as the store keeps them.
fn stored(pieces: &[Piece]) -> Vec<StoredPiece> {
    pieces
        .iter()
        .map(|piece| StoredPiece {
            name: piece.name.clone(),
            format: piece.format,
            bytes: EncodedPiece::encode(piece).to_stored(),
        })
        .collect()
}

/// Reads stored pieces back for splicing.
///
/// # Errors
/// A piece no version of this program writes.
pub fn encoded(pieces: &[StoredPiece]) -> Result<Vec<EncodedPiece>, StoreError> {
    pieces
        .iter()
        .map(|piece| {
            EncodedPiece::from_stored(piece.format, &piece.bytes)
                .ok_or_else(|| StoreError::Damaged(format!("the piece `{}`", piece.name)))
        })
        .collect()
}
