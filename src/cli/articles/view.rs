//! An article as the command shows it, which scripts rely on.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::Serialize;

use super::{desk::Desk, words::certainty_word};
use crate::{
    compose::Sorter,
    domain::{
        article::{
            Article, Attachment, Author, Block, Certainty, Image, Origin, PublisherBox, Reprint,
            When,
        },
        fault::Fault,
        topic::{ReadArticle, TopicMatcher},
    },
    source::Refusal,
};

/// The topics an article is under: those it names, then those its words put it under.
fn topics_of(article: &Article, topics: &TopicMatcher) -> Vec<String> {
    let mut ids: Vec<String> = article.topics.iter().map(|id| id.0.clone()).collect();
    for id in topics
        .topics_of(article)
        .into_iter()
        .map(|found| found.topic.0)
    {
        if !ids.contains(&id) {
            ids.push(id);
        }
    }
    ids
}

/// What sorts articles, prepared once.
pub(super) struct Sorting<'a> {
    topics: TopicMatcher,
    sections: Sorter<'a>,
}

impl<'a> Sorting<'a> {
    pub(super) fn of(desk: &'a Desk) -> Self {
        Self {
            topics: TopicMatcher::new(&desk.topics, &desk.matching),
            sections: Sorter::new(&desk.sections, &desk.matching),
        }
    }

    /// The section an article belongs in on the day.
    fn section_of(&self, article: &Article, desk: &Desk) -> Option<String> {
        let read = ReadArticle::of(article);
        let placing = self.sections.place(article, &read, desk.overlay.as_ref());
        placing.section.map(|section| section.0.clone())
    }
}

/// The whole document.
#[derive(Serialize)]
pub(super) struct Listing<'a> {
    pub(super) articles: Vec<View<'a>>,
    pub(super) refused: &'a [Refusal],
    pub(super) warnings: &'a [Fault],
}

/// One article as JSON gives it: every key is there, unknown values are `null` or `[]`.
#[derive(Serialize)]
pub(super) struct View<'a> {
    pub(super) id: &'a str,
    pub(super) title: &'a str,
    pub(super) lede: Option<&'a str>,
    pub(super) kicker: Option<&'a str>,
    pub(super) kind: &'static str,
    pub(super) section: Option<String>,
    pub(super) theme: Option<&'a str>,
    pub(super) publishers: &'a [String],
    pub(super) authors: &'a [Author],
    pub(super) published: Option<String>,
    pub(super) published_precision: Option<&'static str>,
    pub(super) published_raw: Option<&'a str>,
    pub(super) published_provenance: Option<Certainty>,
    pub(super) first_seen: Option<String>,
    pub(super) event_date: Option<NaiveDate>,
    pub(super) keywords: &'a [String],
    pub(super) topics: Vec<String>,
    pub(super) image: Option<&'a Image>,
    pub(super) previously_published: Option<&'a Reprint>,
    pub(super) source_credit: Option<&'a str>,
    pub(super) publisher_box: Option<&'a PublisherBox>,
    pub(super) attachments: &'a [Attachment],
    pub(super) link: Option<&'a str>,
    pub(super) body: &'a [Block],
    pub(super) priority: i32,
    pub(super) updated: Option<String>,
    pub(super) changed: Option<String>,
    pub(super) embargo: Option<String>,
    pub(super) expires: Option<String>,
    pub(super) draft: bool,
    /// What the editor says of it for the day: `pinned`, `banned`.
    pub(super) overlay: Option<&'static str>,
    pub(super) path: &'a str,
    pub(super) source: &'a str,
    pub(super) provenance: &'a BTreeMap<&'static str, Origin>,
}

impl<'a> View<'a> {
    pub(super) fn of(article: &'a Article, desk: &'a Desk, sorting: &Sorting<'_>) -> Self {
        let zone = desk.zone;
        let published = &article.published;
        Self {
            id: &article.id.0,
            title: &article.title,
            lede: article.lede.as_deref(),
            kicker: article.kicker.as_deref(),
            kind: article.kind.word(),
            section: sorting.section_of(article, desk),
            theme: article.theme.as_deref(),
            publishers: &article.publishers,
            authors: &article.authors,
            published: published.at.map(|when| when.to_text(zone)),
            published_precision: published.at.map(When::precision),
            published_raw: published.raw.as_deref(),
            published_provenance: published.certainty,
            first_seen: desk
                .first_seen
                .get(&article.id)
                .map(|at| When::Minute(*at).to_text(zone)),
            event_date: article.event_date,
            keywords: &article.keywords,
            topics: topics_of(article, &sorting.topics),
            image: article.image.as_ref(),
            previously_published: article.previously_published.as_ref(),
            source_credit: article.source_credit.as_deref(),
            publisher_box: article.publisher_box.as_ref(),
            attachments: &article.attachments,
            link: article.link.as_deref(),
            body: &article.body,
            priority: article.priority,
            updated: article.updated.map(|when| when.to_text(zone)),
            changed: article.changed.map(|when| when.to_text(zone)),
            embargo: article.embargo.map(|when| when.to_text(zone)),
            expires: article.expires.map(|when| when.to_text(zone)),
            draft: article.draft,
            overlay: desk.edited(&article.id),
            path: &article.path,
            source: &article.source,
            provenance: &article.provenance,
        }
    }

    /// The date with how sure it is.
    pub(super) fn date_words(&self) -> String {
        match (
            &self.published,
            self.published_provenance,
            self.published_raw,
        ) {
            (Some(date), Some(certainty), _) => format!("{date} ({})", certainty_word(certainty)),
            (None, _, Some(raw)) => format!("date unknown (`{raw}`)"),
            _ => "no date".to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;
    use crate::{
        cli::articles::forget_unknown_section,
        domain::{
            article::{ArticleId, Kind, Published},
            section::{Section, SectionId},
        },
    };

    fn view_of(article: &Article) -> serde_json::Value {
        let desk = Desk::without_config(PathBuf::from("."));
        serde_json::to_value(View::of(article, &desk, &Sorting::of(&desk))).unwrap()
    }

    #[test]
    fn every_key_of_the_contract_is_there_and_unknown_values_are_null_or_empty() {
        let article = Article::new(ArticleId("a/b".into()), "Ny bro", "a/b.md", "a");
        let view = view_of(&article);
        for key in [
            "lede",
            "kicker",
            "theme",
            "published",
            "published_precision",
            "published_raw",
            "published_provenance",
            "first_seen",
            "event_date",
            "image",
            "previously_published",
            "source_credit",
            "publisher_box",
            "link",
        ] {
            assert_eq!(view.get(key), Some(&serde_json::Value::Null), "{key}");
        }
        for key in ["publishers", "authors", "keywords", "attachments", "body"] {
            assert_eq!(view.get(key), Some(&serde_json::json!([])), "{key}");
        }
        assert_eq!(
            (&view["kind"], &view["section"]),
            (&"article".into(), &"videndeling".into())
        );
        assert_eq!(
            (&view["path"], &view["source"], &view["id"]),
            (&"a/b.md".into(), &"a".into(), &"a/b".into())
        );
    }

    #[test]
    fn dates_are_in_the_newsletters_zone_and_a_stated_section_beats_the_kinds() {
        let mut article = Article::new(ArticleId("a/b".into()), "Ny bro", "a/b.md", "a");
        article.kind = Kind::News;
        article.section = Some(SectionId("debat".into()));
        article.published = Published {
            at: Some(When::Minute("2016-09-12T10:36:00Z".parse().unwrap())),
            raw: Some("12/9/16 12:36".into()),
            certainty: Some(Certainty::Declared),
        };
        let view = view_of(&article);
        assert_eq!(view["published"], "2016-09-12T12:36:00+02:00");
        assert_eq!(
            (&view["published_precision"], &view["published_provenance"]),
            (&"minute".into(), &"declared".into())
        );
        assert_eq!(view["section"], "debat");
        article.section = Some(SectionId("nyhder".into()));
        let fault = forget_unknown_section(&mut article, &Section::defaults()).unwrap();
        assert!(fault.remedy.unwrap().contains("`nyheder`"));
        assert_eq!(view_of(&article)["section"], "nyheder");
    }
}
