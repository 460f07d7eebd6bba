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
            key: IssueKey {
                date: NaiveDate::from_ymd_opt(2026, 11, self.day).unwrap(),
                frequency: Frequency::Daily,
            },
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
fn nothing_is_printed_twice() {
    let mut world = World::new();
    let key = IssueKey {
        date: NaiveDate::from_ymd_opt(2026, 11, 20).unwrap(),
        frequency: Frequency::Daily,
    };
    world.history.printed.insert(ArticleId("a".into()), key);
    assert_eq!(world.rule(article("a", 22, 12)), (false, "printed"));
    let mut copy = article("b", 22, 12);
    copy.link = Some("https://x.example/a/?utm_source=brev#top".into());
    let mut first = article("a", 19, 12);
    first.link = Some("https://x.example/a".into());
    for twin in twin_keys(&first) {
        world.history.printed_twins.insert(twin, key);
    }
    assert_eq!(world.rule(copy), (false, "printed"));
}

#[test]
fn of_two_copies_the_original_is_printed() {
    let world = World::new();
    let copies = || {
        let mut original = article("z-original", 22, 12);
        let mut reprint = article("a-reprint", 22, 9);
        for copy in [&mut original, &mut reprint] {
            copy.title = "Samme titel".into();
            copy.lede = Some("Samme indledning".into());
        }
        reprint.previously_published = Some(Reprint {
            medium: "x".into(),
            date: None,
        });
        vec![reprint, original]
    };
    assert_eq!(world.printed(copies()), ["z-original"]);
    assert_eq!(
        world.printed(copies().into_iter().rev().collect()),
        ["z-original"]
    );
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

#[test]
fn what_counts_as_printed_is_not_printed_nor_are_its_twins() {
    let mut world = World::new();
    let mut first = article("a", 19, 12);
    first.link = Some("https://x.example/a".into());
    world.history.baseline.insert(first.id.clone());
    world.history.baseline_twins.extend(twin_keys(&first));
    let mut copy = article("b", 22, 12);
    copy.link = Some("https://x.example/a?utm_source=brev".into());
    assert_eq!(world.rule(copy), (false, "printed"));
    assert_eq!(world.rule(first), (false, "printed"));
    assert_eq!(world.rule(article("c", 22, 12)), (true, "window"));
}

/// An article with a text long enough to be known by.
fn long(id: &str, day: u32) -> Article {
    let mut piece = article(id, day, 12);
    piece.lede = Some(format!("Indledningen til {id}."));
    piece.body = vec![Block::text(
        BlockType::Paragraph,
        "Færgen sejler igen fra mandag, efter at værftet har fundet den lyd, som ingen kunne høre på land. Skipperen kalder det \
         en skrue, der var løs i to betydninger. Billetterne fra de aflyste ture gælder resten af året, og øboerne har fået \
         posten bragt ud med en fiskekutter så længe.",
    )];
    piece
}

#[test]
fn a_near_copy_is_one_piece_and_stands_with_the_best_as_a_further_source() {
    let world = World::new();
    let mut copy = long("b-kopi", 22);
    copy.source = "b".into();
    copy.link = Some("https://b.example/faergen".into());
    copy.body[0].text.push_str(" Kommunen har betalt.");
    let mut bare = article("c", 22, 1);
    bare.link = Some("https://b.example/faergen?utm_source=brev".into());
    let digest = world.compose(vec![bare, copy, long("a", 21), long_of_another("d", 22)]);
    let ids: Vec<&str> = digest
        .items
        .iter()
        .map(|it| it.article.id.0.as_str())
        .collect();
    assert_eq!(ids, ["d", "a"]);
    let sources: Vec<(&str, &str)> = digest.items[1]
        .sources
        .iter()
        .map(|source| (source.id.0.as_str(), source.by.as_str()))
        .collect();
    assert_eq!(sources.len(), 2, "{sources:?}");
    assert!(sources[0].0 == "b-kopi" && sources[0].1.contains("of the shorter text"));
    assert_eq!(sources[1], ("c", "the same address"));
    let verdict = &digest.verdicts[0];
    assert_eq!(verdict.article.0, "a");
    assert_eq!(verdict.sources.len(), 2);
    assert!(
        verdict
            .reasons
            .iter()
            .any(|it| it.rule == "twin" && it.passed)
    );
}

/// Another text about the same.
fn long_of_another(id: &str, day: u32) -> Article {
    let mut piece = long(id, day);
    piece.body = vec![Block::text(
        BlockType::Paragraph,
        "Øboerne vil have en færge mere. De har samlet underskrifter på kajen hele sommeren, og i går fik borgmesteren bunken. \
         Hun lover et svar, før isen lægger sig. En ny færge koster 90 mio. kr. og kan tidligst sejle om tre år, fordi værfterne \
         har travlt.",
    )];
    piece
}

#[test]
fn a_later_copy_from_another_source_is_not_printed_again() {
    let mut world = World::new();
    let key = IssueKey {
        date: NaiveDate::from_ymd_opt(2026, 11, 20).unwrap(),
        frequency: Frequency::Daily,
    };
    let keys = twin_keys(&long("a", 19));
    world.history.printed_texts = texts_of(keys.iter().map(|twin| (twin.as_str(), key)));
    let mut copy = long("b", 22);
    copy.title = "Skruen er fundet".into();
    copy.lede = Some("Færgen er i drift igen.".into());
    assert_eq!(world.rule(copy.clone()), (false, "printed"));
    assert!(
        world
            .finding(copy.clone())
            .contains("was printed in daily-2026-11-20")
    );
    assert_eq!(world.rule(long_of_another("c", 22)), (true, "window"));
    let baseline = keys.iter().map(|twin| (twin.as_str(), ()));
    world.history.baseline_texts = texts_of(baseline);
    world.history.printed_texts = TextIndex::default();
    assert_eq!(world.rule(copy), (false, "printed"));
}

#[test]
fn what_is_marked_as_updated_after_its_issue_is_printed_once_more() {
    let mut world = World::new();
    world.history.last_cut_off = Some(local(20, 6));
    let printed = |world: &mut World, day| {
        let date = NaiveDate::from_ymd_opt(2026, 11, day).unwrap();
        let key = IssueKey {
            date,
            frequency: Frequency::Daily,
        };
        world.history.printed.insert(ArticleId("a".into()), key);
    };
    printed(&mut world, 20);
    let updated = |when| {
        let mut piece = article("a", 19, 12);
        piece.updated = Some(when);
        piece
    };
    let day = |day| When::Day(NaiveDate::from_ymd_opt(2026, 11, day).unwrap());
    assert_eq!(world.rule(article("a", 22, 12)), (false, "printed"));
    assert_eq!(world.rule(updated(day(20))), (false, "printed"));
    assert_eq!(world.rule(updated(day(21))), (true, "window"));
    assert_eq!(
        world.rule(updated(When::Minute(local(20, 6)))),
        (false, "printed")
    );
    assert_eq!(
        world.rule(updated(When::Minute(local(20, 9)))),
        (true, "window")
    );
    printed(&mut world, 21);
    assert_eq!(world.rule(updated(day(21))), (false, "printed"), "once");
}

#[test]
fn a_reprint_note_tells_the_original_by_its_publisher_and_title() {
    let world = World::new();
    let reprint_in = |medium: &str| {
        let mut original = article("z", 22, 12);
        original.publishers = vec!["Danske Byer".into()];
        original.lede = Some("En indledning.".into());
        original.title = "Broen åbner mandag".into();
        let mut copy = article("a", 22, 9);
        copy.title = "Broen åbner mandag".into();
        copy.lede = Some("En anden.".into());
        copy.previously_published = Some(Reprint {
            medium: medium.into(),
            date: None,
        });
        vec![copy, original]
    };
    assert_eq!(world.printed(reprint_in("Danske Byer")), ["z"]);
    assert_eq!(world.printed(reprint_in("Andre Byer")).len(), 2);
}

#[test]
fn pieces_of_one_form_are_told_apart_by_number_and_day() {
    let world = World::new();
    let of = |id: &str, title: &str| {
        let mut piece = long(id, 22);
        piece.title = title.into();
        piece
    };
    let weeks = vec![of("a", "Dagsorden uge 47"), of("b", "Dagsorden uge 48")];
    assert_eq!(world.printed(weeks).len(), 2);
    let event = |id: &str, day| {
        let mut piece = of(id, "Åben rådgivning");
        piece.lede = Some("Kom forbi.".into());
        piece.link = Some("https://x.example/raadgivning".into());
        piece.kind = Kind::Event;
        piece.event_date = NaiveDate::from_ymd_opt(2026, 12, day);
        piece
    };
    assert_eq!(world.printed(vec![event("a", 1), event("b", 8)]).len(), 2);
    assert_eq!(world.printed(vec![event("a", 1), event("b", 1)]).len(), 1);
}

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

#[test]
fn what_is_like_a_piece_stands_with_it_and_the_words_say_why() {
    let mut world = World::new();
    let key = IssueKey {
        date: NaiveDate::from_ymd_opt(2026, 11, 20).unwrap(),
        frequency: Frequency::Daily,
    };
    let of = |id: &str, title: &str, lede: &str| {
        let mut piece = article(id, 22, 12);
        piece.title = title.into();
        piece.lede = Some(lede.into());
        piece.link = Some(format!("https://x.example/{id}"));
        piece
    };
    let mut articles = vec![
        of(
            "a",
            "Færgen sejler igen",
            "Skruen på færgen er repareret på værftet.",
        ),
        of(
            "b",
            "Øboerne vil have en færge mere",
            "Værftet har travlt, siger skipperen.",
        ),
        of(
            "c",
            "Skolen har fået en ny gård",
            "Eleverne har gravet den selv.",
        ),
        of(
            "d",
            "Plejehjemmet serverer morgenmad",
            "Beboerne står op, når de vil.",
        ),
        of("e", "Budgettet er vedtaget", "Ingen ville stemme imod."),
    ];
    world.history.printed.insert(ArticleId("b".into()), key);
    let digest = world.compose(articles.clone());
    let ferry = digest
        .items
        .iter()
        .find(|it| it.article.id.0 == "a")
        .unwrap();
    assert_eq!(ferry.related.len(), 1, "{:?}", ferry.related);
    let related = &ferry.related[0];
    assert_eq!((related.id.0.as_str(), related.issue), ("b", Some(key)));
    assert!(related.words.contains(&"værftet".into()), "{related:?}");
    let school = digest
        .items
        .iter()
        .find(|it| it.article.id.0 == "c")
        .unwrap();
    assert_eq!(school.related, []);
    // What has no address cannot be followed.
    articles[1].link = None;
    assert_eq!(world.compose(articles).items[0].related, []);
}

fn block(id: &str, kind: BlockKind, titles: &[&str]) -> IssueBlock {
    IssueBlock {
        id: id.into(),
        kind,
        title: id.into(),
        title_en: None,
        after: None,
        on: true,
        max: kind.most(),
        entries: titles
            .iter()
            .map(|title| BlockEntry {
                title: (*title).into(),
                ..BlockEntry::default()
            })
            .collect(),
    }
}

fn blocks_of(digest: &Digest) -> Vec<&str> {
    digest
        .blocks
        .iter()
        .map(|block| block.id.as_str())
        .collect()
}

#[test]
fn an_issue_shows_the_blocks_that_are_on_or_those_its_day_names() {
    let mut world = World::new();
    world.blocks = vec![
        block("laest", BlockKind::Ranked, &["a", "b"]),
        block("tom", BlockKind::Links, &[]),
        block("links", BlockKind::Links, &["c"]),
    ];
    world.blocks[2].on = false;
    let day = || vec![article("a", 22, 12)];
    assert_eq!(blocks_of(&world.compose(day())), ["laest"]);
    let named = |ids: &[&str]| {
        let blocks = ids.iter().map(|id| Named {
            id: (*id).into(),
            line: 1,
        });
        Some(Overlay {
            blocks: Some(blocks.collect()),
            ..Overlay::default()
        })
    };
    world.overlay = named(&["links", "laest"]);
    assert_eq!(blocks_of(&world.compose(day())), ["links", "laest"]);
    world.overlay = named(&[]);
    assert_eq!(blocks_of(&world.compose(day())), [""; 0]);
}

#[test]
fn the_calendar_has_the_nearest_four_of_the_events_that_may_be_told() {
    let mut world = World::new();
    world.blocks = vec![block("kalender", BlockKind::Events, &[])];
    // Events are told again and again until they are over, whatever was printed.
    world.sections.retain(|section| section.id.0 != "kalender");
    let event = |id: &str, day: u32| {
        let mut event = article(id, 1, 12);
        event.kind = Kind::Event;
        event.event_date = NaiveDate::from_ymd_opt(2026, 11, day);
        event
    };
    let mut draft = event("kladde", 24);
    draft.draft = true;
    let mut later = event("sperret", 24);
    later.embargo = Some(When::Minute(local(23, 12)));
    let mut concert = event("a", 26);
    concert.publishers = vec!["Byen".into(), "Egnen".into()];
    concert.body.push(Block {
        kind: BlockType::Fact,
        text: "Tid og sted".into(),
        items: vec!["26. november 2026 kl. 19.00-21.00".into(), "Hallen".into()],
    });
    let mut again = event("z", 26);
    again.title = concert.title.clone();
    let over = event("over", 22);
    let articles = vec![
        event("e", 30),
        event("d", 29),
        event("c", 28),
        event("b", 27),
        concert,
        again,
        draft,
        later,
        over,
        article("nyt", 22, 12),
    ];
    let digest = world.compose(articles);
    let entries = &digest.blocks[0].entries;
    let titles: Vec<&str> = entries.iter().map(|entry| entry.title.as_str()).collect();
    assert_eq!(titles, ["Titel a", "Titel b", "Titel c", "Titel d"]);
    assert_eq!(entries[0].by.as_deref(), Some("Byen, Egnen"));
    assert_eq!(entries[0].text.as_deref(), Some("kl. 19.00-21.00, Hallen"));
}

#[test]
fn ads_come_by_weight_and_in_turn_one_of_a_category_and_the_house_fills_up() {
    let ad = |id: &str, weight, category: Option<&str>, house: bool| Ad {
        id: id.into(),
        advertiser: (!house).then(|| "Forlaget".into()),
        title: "T".into(),
        text: None,
        link: "https://a.example/".into(),
        link_text: "Se".into(),
        image: None,
        image_alt: None,
        label: None,
        loud: true,
        starts: None,
        expires: NaiveDate::from_ymd_opt(2026, 11, 24),
        house,
        slot: None,
        category: category.map(str::to_owned),
        weight,
    };
    let mut world = World::new();
    world.ads = vec![
        ad("hus", 50, None, true),
        ad("a", 1, None, false),
        ad("b", 1, None, false),
        ad("kursus", 9, Some("kurser"), false),
        ad("kursus-2", 5, Some("kurser"), false),
    ];
    let order = |world: &World| -> Vec<String> {
        let digest = world.compose(vec![article("a", world.day, 5)]);
        digest.ads.into_iter().map(|ad| ad.id).collect()
    };
    let mut one = order(&world);
    world.day = 24;
    let other = order(&world);
    assert_eq!((one[0].as_str(), one[3].as_str()), ("kursus", "hus"));
    assert_ne!(one, other);
    one.swap(1, 2);
    assert_eq!(one, other);
    world.day = 25;
    assert_eq!(order(&world), [""; 0]);
}

#[test]
fn the_desk_has_the_card_where_no_other_publisher_of_the_issue_has_one() {
    let publisher = |name: &str, desk: bool| Publisher {
        name: name.into(),
        blurb: Some("Hvem vi er.".into()),
        url: None,
        logo: None,
        desk,
        areas: Vec::new(),
        counters: Vec::new(),
    };
    let mut world = World::new();
    world.publishers = vec![publisher("Redaktionen", true), publisher("Byen", false)];
    let card = |world: &World, names: &[&str]| {
        let mut printed = article("a", world.day, 5);
        printed.publishers = names.iter().map(ToString::to_string).collect();
        world.compose(vec![printed]).card.map(|card| card.name)
    };
    assert_eq!(
        card(&world, &["Redaktionen"]).as_deref(),
        Some("Redaktionen")
    );
    assert_eq!(
        card(&world, &["Redaktionen", "Byen"]).as_deref(),
        Some("Byen")
    );
    assert_eq!(card(&world, &[]), None);
    world.publishers[0].blurb = None;
    assert_eq!(card(&world, &["Redaktionen"]), None);
}
