mod beside;
mod once;

use chrono::{NaiveDate, TimeZone};
use chrono_tz::Europe::Copenhagen;

use super::*;
use crate::domain::{
    article::{Block, BlockType, Kind, Reprint, When},
    block::{BlockEntry, BlockKind},
    issue::Frequency,
    overlay::Named,
    subscriber::Choices,
    topic::{MatchingSettings, Topic, TopicId},
};

fn local(day: u32, hour: u32) -> DateTime<Utc> {
    Copenhagen
        .with_ymd_and_hms(2026, 11, day, hour, 0, 0)
        .unwrap()
        .with_timezone(&Utc)
}

fn article(id: &str, day: u32, hour: u32) -> Article {
    let mut article = Article::new(
        ArticleId(id.into()),
        format!("Titel {id}"),
        format!("{id}.md"),
        "test",
    );
    article.published.at = Some(When::Minute(local(day, hour)));
    article.kind = Kind::News;
    article
}

/// One of 22 November with a page of its own.
fn linked(id: &str, title: &str, lede: &str) -> Article {
    let mut piece = article(id, 22, 12);
    piece.title = title.into();
    piece.lede = Some(lede.into());
    piece.link = Some(format!("https://x.example/{id}"));
    piece
}

/// The daily issue of a day.
fn daily(day: u32) -> IssueKey {
    IssueKey {
        date: NaiveDate::from_ymd_opt(2026, 11, day).unwrap(),
        frequency: Frequency::Daily,
    }
}

struct World {
    rules: SelectionSettings,
    sections: Vec<Section>,
    topics: Vec<Topic>,
    history: History,
    overlay: Option<Overlay>,
    blocks: Vec<IssueBlock>,
    ads: Vec<Ad>,
    publishers: Vec<Publisher>,
    day: u32,
}

impl World {
    fn new() -> Self {
        Self {
            rules: SelectionSettings::default(),
            sections: Section::defaults(),
            topics: Vec::new(),
            history: History::default(),
            overlay: None,
            blocks: Vec::new(),
            ads: Vec::new(),
            publishers: Vec::new(),
            day: 23,
        }
    }

    fn compose(&self, articles: Vec<Article>) -> Digest {
        Selection {
            key: daily(self.day),
            cut_off: local(self.day, 6),
            zone: Copenhagen,
            rules: &self.rules,
            sections: &self.sections,
            sorter: &Sorter::new(&self.sections, &MatchingSettings::default()),
            topics: &TopicMatcher::new(&self.topics, &MatchingSettings::default()),
            publishers: &self.publishers,
            ads: &self.ads,
            blocks: &self.blocks,
            intro: None,
            overlay: self.overlay.as_ref(),
            history: &self.history,
        }
        .compose(articles)
    }

    fn printed(&self, articles: Vec<Article>) -> Vec<String> {
        self.compose(articles)
            .items
            .into_iter()
            .map(|item| item.article.id.0)
            .collect()
    }

    /// What the last rule found of one article.
    fn finding(&self, article: Article) -> String {
        let verdict = self.compose(vec![article]).verdicts.remove(0);
        verdict.reasons.last().unwrap().finding.clone()
    }

    /// The rule that decided over one article.
    fn rule(&self, article: Article) -> (bool, &'static str) {
        let verdict = self.compose(vec![article]).verdicts.remove(0);
        let reason = verdict
            .reasons
            .iter()
            .rfind(|r| !matches!(r.rule, "section" | "topic" | "quota"))
            .unwrap();
        assert_eq!(reason.passed, verdict.printed);
        (verdict.printed, reason.rule)
    }
}

#[test]
fn the_window_is_open_after_the_last_cut_off_and_closed_after_this_one() {
    let mut world = World::new();
    let first = |day, hour| World::new().rule(article("a", day, hour)).0;
    assert!(first(23, 6), "dated at the cut-off itself");
    assert!(!first(23, 7), "dated after it");
    assert!(first(16, 7), "within a first issue's window");
    assert!(!first(16, 6), "at its edge");
    world.history.last_cut_off = Some(local(20, 6));
    world.history.judged.insert(ArticleId("a".into()));
    assert_eq!(world.rule(article("a", 20, 7)), (true, "window"));
    assert_eq!(world.rule(article("a", 20, 6)), (false, "window"));
}

#[test]
fn a_late_article_is_taken_within_its_days() {
    let mut world = World::new();
    world.history.last_cut_off = Some(local(20, 6));
    assert_eq!(world.rule(article("a", 18, 12)), (true, "late"));
    assert_eq!(world.rule(article("a", 13, 12)), (false, "window"));
    assert!(
        world
            .finding(article("a", 13, 12))
            .contains("more than 7 days after its date")
    );
    world.history.judged.insert(ArticleId("a".into()));
    assert_eq!(world.rule(article("a", 18, 12)), (false, "window"));
}

#[test]
fn what_another_frequency_saw_is_late_until_an_issue_of_this_one_has() {
    let mut world = World::new();
    let id = ArticleId("a".into());
    world.history.last_cut_off = Some(local(20, 6));
    world.history.first_seen.insert(id.clone(), local(19, 6));
    assert_eq!(world.rule(article("a", 18, 12)), (true, "late"));
    world.history.judged.insert(id);
    assert_eq!(world.rule(article("a", 18, 12)), (false, "window"));
}

#[test]
fn what_found_no_room_waits_for_the_next_issue_within_its_life() {
    let mut world = World::new();
    world.history.last_cut_off = Some(local(20, 6));
    let seen = ArticleId("a".into());
    world.history.judged.insert(seen.clone());
    world.history.left_over.insert(seen);
    assert_eq!(world.rule(article("a", 18, 12)), (true, "left over"));
    assert_eq!(world.rule(article("a", 13, 12)), (false, "window"));
    assert!(
        world
            .finding(article("a", 13, 12))
            .contains("found no room in its 7 days")
    );
}

#[test]
fn a_weekly_issue_has_its_days_of_grace_before_its_window() {
    let weekly = |day, left_over: bool| {
        let world = World::new();
        let mut history = History {
            last_cut_off: Some(local(16, 6)),
            ..History::default()
        };
        if left_over {
            let id = ArticleId("a".into());
            history.judged.insert(id.clone());
            history.left_over.insert(id);
        }
        let digest = Selection {
            key: IssueKey {
                date: NaiveDate::from_ymd_opt(2026, 11, 23).unwrap(),
                frequency: Frequency::Weekly,
            },
            cut_off: local(23, 6),
            zone: Copenhagen,
            rules: &world.rules,
            sections: &world.sections,
            sorter: &Sorter::new(&world.sections, &MatchingSettings::default()),
            topics: &TopicMatcher::new(&[], &MatchingSettings::default()),
            publishers: &[],
            ads: &[],
            blocks: &[],
            intro: None,
            overlay: None,
            history: &history,
        }
        .compose(vec![article("a", day, 12)]);
        digest.items.len()
    };
    assert_eq!((weekly(12, false), weekly(12, true)), (1, 1));
    assert_eq!((weekly(8, false), weekly(8, true)), (0, 0));
}

#[test]
fn drafts_embargoes_expiry_and_past_events_keep_an_article_out() {
    let world = World::new();
    let check = |change: &dyn Fn(&mut Article), expected: (bool, &str)| {
        let mut piece = article("a", 22, 12);
        change(&mut piece);
        assert_eq!(world.rule(piece), expected);
    };
    let day = |d| NaiveDate::from_ymd_opt(2026, 11, d).unwrap();
    check(&|a| a.draft = true, (false, "draft"));
    check(
        &|a| a.embargo = Some(When::Minute(local(23, 7))),
        (false, "embargo"),
    );
    check(
        &|a| a.embargo = Some(When::Minute(local(23, 6))),
        (true, "window"),
    );
    check(&|a| a.expires = Some(When::Day(day(22))), (false, "expiry"));
    check(&|a| a.expires = Some(When::Day(day(23))), (true, "window"));
    check(
        &|a| a.expires = Some(When::Minute(local(23, 6))),
        (false, "expiry"),
    );
    check(
        &|a| (a.kind, a.event_date) = (Kind::Event, Some(day(22))),
        (false, "event"),
    );
    check(
        &|a| (a.kind, a.event_date) = (Kind::Event, Some(day(23))),
        (true, "window"),
    );
}

#[test]
fn an_old_article_is_taken_when_its_embargo_is_lifted() {
    let mut world = World::new();
    world.history.last_cut_off = Some(local(20, 6));
    world
        .history
        .first_seen
        .insert(ArticleId("a".into()), local(10, 6));
    let mut piece = article("a", 9, 12);
    piece.embargo = Some(When::Minute(local(21, 0)));
    assert_eq!(world.rule(piece), (true, "window"));
}

#[test]
fn an_undated_article_counts_from_when_it_was_first_seen() {
    let mut world = World::new();
    let mut undated = article("a", 1, 1);
    undated.published.at = None;
    assert_eq!(world.rule(undated.clone()), (true, "window"));
    world.history.last_cut_off = Some(local(20, 6));
    world
        .history
        .first_seen
        .insert(undated.id.clone(), local(19, 6));
    world.history.judged.insert(undated.id.clone());
    assert_eq!(world.rule(undated), (false, "window"));
}

#[test]
fn sections_publishers_and_the_issue_have_their_room() {
    let mut world = World::new();
    world.rules.max_items = 8;
    world.rules.max_per_publisher = 2;
    let mut articles: Vec<Article> = (0..9).map(|n| article(&format!("n{n}"), 22, n)).collect();
    articles.extend((0..9).map(|n| {
        let mut case = article(&format!("c{n}"), 21, n);
        case.kind = Kind::Case;
        case.publishers = vec!["Region Vest".into()];
        case
    }));
    let mut opinion = article("o", 17, 1);
    opinion.kind = Kind::Opinion;
    articles.push(opinion);
    let digest = world.compose(articles);
    let ids: Vec<&str> = digest
        .items
        .iter()
        .map(|item| item.article.id.0.as_str())
        .collect();
    // Two cases by the publisher's cap, five news by the section's, the old opinion as the best of its section.
    assert_eq!(ids, ["c8", "c7", "n8", "n7", "n6", "n5", "n4", "o"]);
    assert_eq!(digest.verdicts.len(), 19);
    assert!(
        digest
            .verdicts
            .iter()
            .all(|verdict| !verdict.reasons.is_empty())
    );
}

#[test]
fn priority_goes_before_freshness_and_order_of_reading_does_not_matter() {
    let world = World::new();
    let articles = || {
        let mut heavy = article("heavy", 17, 12);
        heavy.priority = 1;
        vec![article("fresh", 22, 12), heavy, article("old", 18, 12)]
    };
    assert_eq!(world.printed(articles()), ["heavy", "fresh", "old"]);
    assert_eq!(
        world.compose(articles()),
        world.compose(articles().into_iter().rev().collect())
    );
}

#[test]
fn a_reader_gets_what_both_topics_and_sections_let_through() {
    let mut world = World::new();
    world.topics = vec![Topic {
        words: vec!["klima*".into()],
        ..Topic::new("klima", "Klima")
    }];
    let mut climate = article("klimanyt", 22, 12);
    climate.title = "Klimaplan vedtaget".into();
    let mut opinion = article("debat", 22, 11);
    opinion.kind = Kind::Opinion;
    let digest = world.compose(vec![climate, opinion]);
    let choose = |when_empty, topics: &[&str], sections: &[&str]| {
        Chooser::indexes(Chooser::new(&digest, when_empty).mask(&Choices {
            topics: topics.iter().map(|t| TopicId((*t).into())).collect(),
            sections: sections.iter().map(|s| SectionId((*s).into())).collect(),
            ..Choices::default()
        }))
    };
    let skip = WhenEmpty::Skip;
    assert_eq!(choose(skip, &[], &[]), [0, 1]);
    assert_eq!(choose(skip, &["klima"], &[]), [0]);
    assert_eq!(choose(skip, &[], &["debat"]), [1]);
    assert_eq!(choose(skip, &[], &["debat", "nyheder"]), [0, 1]);
    assert_eq!(choose(skip, &[], &["nyheder", "debat", "x"]), [0, 1]);
    assert_eq!(choose(skip, &["x", "klima", "y"], &[]), [0]);
    assert_eq!(choose(skip, &["x"], &[]), [] as [usize; 0]);
    assert_eq!(choose(skip, &["klima"], &["debat"]), [] as [usize; 0]);
    assert_eq!(
        choose(WhenEmpty::Highlights, &["klima"], &["debat"]),
        [0, 1]
    );
}

#[test]
fn days_without_an_issue_cost_a_late_article_nothing() {
    // Three weeks closed: what came an hour after the last issue, dated an hour before it, is taken by the next.
    let mut world = World::new();
    world.history.last_cut_off = Some(local(2, 6));
    let id = ArticleId("a".into());
    assert_eq!(world.rule(article("a", 2, 5)), (true, "late"));
    world.history.judged.insert(id.clone());
    world.history.left_over.insert(id);
    assert_eq!(world.rule(article("a", 2, 5)), (true, "left over"));
}

fn overlay(pins: &[&str], bans: &[&str], order: &[&str]) -> Option<Overlay> {
    let named = |ids: &[&str]| {
        let lines = (1..).zip(ids);
        let named = lines.map(|(line, id)| crate::domain::overlay::Named {
            id: (*id).into(),
            line,
        });
        named.collect()
    };
    Some(Overlay {
        path: "issues/2026-11-23.toml".into(),
        pins: named(pins),
        bans: named(bans),
        order: named(order),
        ..Overlay::default()
    })
}

#[test]
fn a_pinned_article_is_printed_whatever_its_date_and_room() {
    let mut world = World::new();
    world.rules.max_items = 3;
    world.history.last_cut_off = Some(local(20, 6));
    world
        .history
        .first_seen
        .insert(ArticleId("old".into()), local(10, 6));
    let articles = || {
        let mut articles: Vec<Article> = (0..5)
            .map(|n| article(&format!("n{n}"), 22, n + 1))
            .collect();
        articles.push(article("old", 10, 5));
        articles.push(article("later", 23, 9));
        articles
    };
    assert_eq!(world.printed(articles()), ["n4", "n3", "n2"]);
    world.overlay = overlay(&["old", "later", "n0"], &[], &[]);
    assert_eq!(world.printed(articles()), ["later", "n0", "old"]);
    assert_eq!(world.rule(article("old", 10, 5)), (true, "pin"));
    // More pins than there is room for.
    world.overlay = overlay(&["old", "n0", "n1", "n2", "n3"], &[], &[]);
    assert_eq!(world.printed(articles()).len(), 5);
}

#[test]
fn a_pin_breaks_no_embargo_and_prints_nothing_twice() {
    let mut world = World::new();
    world.overlay = overlay(&["a"], &[], &[]);
    let mut piece = article("a", 22, 12);
    piece.embargo = Some(When::Minute(local(23, 7)));
    assert_eq!(world.rule(piece), (false, "embargo"));
    let mut piece = article("a", 22, 12);
    piece.draft = true;
    assert_eq!(world.rule(piece), (false, "draft"));
    world.history.baseline.insert(ArticleId("a".into()));
    assert_eq!(world.rule(article("a", 22, 12)), (false, "printed"));
}

#[test]
fn the_editors_order_comes_first_and_bans_keep_out() {
    let mut world = World::new();
    world.rules.max_items = 3;
    let articles = || -> Vec<Article> {
        let numbers = 0..5;
        numbers
            .map(|n| article(&format!("n{n}"), 22, n + 1))
            .collect()
    };
    world.overlay = overlay(&[], &["n4"], &["n0", "n3"]);
    assert_eq!(world.printed(articles()), ["n0", "n3", "n2"]);
    assert_eq!(
        world.finding(article("n4", 22, 5)),
        "banned in issues/2026-11-23.toml:1"
    );
    let digest = world.compose(articles());
    assert_eq!(digest.items[0].rank, 0, "the lead goes by it");
}

#[test]
fn the_weeks_best_are_those_that_led_its_days() {
    let mut world = World::new();
    world.rules.max_items = 3;
    let monday = IssueKey {
        date: NaiveDate::from_ymd_opt(2026, 11, 16).unwrap(),
        frequency: Frequency::Daily,
    };
    for (id, place) in [("n0", 0), ("n1", 1), ("n3", 0), ("n4", 2)] {
        world
            .history
            .places
            .insert(ArticleId(id.into()), (monday, place));
    }
    let articles: Vec<Article> = (0..6)
        .map(|n| article(&format!("n{n}"), 22, n + 1))
        .collect();
    assert_eq!(world.printed(articles.clone()), ["n3", "n0", "n1"]);
    let digest = world.compose(articles);
    let reasons = &digest.verdicts[1].reasons;
    assert!(
        reasons
            .iter()
            .any(|reason| reason.rule == "week" && reason.finding == "place 2 in daily-2026-11-16")
    );
}

/// An article with a text long enough to be known by.
/// Another text about the same.
#[test]
fn the_day_file_puts_an_article_in_a_section() {
    let mut world = World::new();
    let mut day = overlay(&[], &[], &[]);
    if let Some(day) = &mut day {
        let named = crate::domain::overlay::Named {
            id: "a".into(),
            line: 2,
        };
        day.sections = vec![(named, SectionId("debat".into()))];
    }
    world.overlay = day;
    let digest = world.compose(vec![article("a", 22, 12)]);
    assert_eq!(digest.items[0].section.0, "debat");
    let reasons = &digest.verdicts[0].reasons;
    let finding = "`debat`, as issues/2026-11-23.toml:2 says";
    assert!(
        reasons.iter().any(|it| it.finding == finding),
        "{reasons:?}"
    );
}
