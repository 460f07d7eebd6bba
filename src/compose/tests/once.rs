//! One piece once: copies from several sources, what was printed before, and what was updated since.

use super::*;

#[test]
fn nothing_is_printed_twice() {
    let mut world = World::new();
    let key = daily(20);
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
    let key = daily(20);
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

/// A printed piece of some fifty words, and a world that knows of it.
fn world_with_printed(piece: &Article) -> World {
    let mut world = World::new();
    world.history.last_cut_off = Some(local(20, 6));
    let key = daily(20);
    world.history.printed.insert(piece.id.clone(), key);
    let keys = twin_keys(piece);
    world.history.printed_texts = texts_of(keys.iter().map(|twin| (twin.as_str(), key)));
    world.history.printed_twins = keys.into_iter().map(|twin| (twin, key)).collect();
    world
}

#[test]
fn what_its_feed_dates_as_updated_is_printed_once_more_when_its_text_is_another() {
    let mut piece = long("a", 19);
    let world = world_with_printed(&piece);
    let text = piece.body[0].text.clone();
    piece.changed = Some(When::Minute(local(21, 9)));
    assert_eq!(world.rule(piece.clone()), (false, "printed"));
    let finding = world.finding(piece.clone());
    assert!(finding.contains("much the same"), "{finding}");
    // A mistake put right is no update.
    piece.body[0].text = text.replacen(' ', " næsten ", 1);
    assert_eq!(world.rule(piece.clone()), (false, "printed"));
    piece.body[0].text = format!(
        "{text} Fredag kom skibet tilbage til kajen, og kaptajnen kunne fortælle, at ingen var kommet noget til undervejs, og at \
         der sejles igen fra mandag morgen klokken seks, hvis vinden ellers lægger sig som lovet af dem, der ved det."
    );
    let digest = world.compose(vec![piece.clone()]);
    let reasons = &digest.verdicts[0].reasons;
    let updated = reasons.iter().find(|it| it.rule == "updated").unwrap();
    assert!(updated.finding.contains("by its source"), "{updated:?}");
    assert_eq!(
        digest.items[0].renews.unwrap().to_string(),
        "daily-2026-11-20"
    );
    // Before its issue's hour it was printed as it is; and a copy elsewhere is no update of it.
    piece.changed = Some(When::Minute(local(20, 5)));
    assert_eq!(world.rule(piece.clone()), (false, "printed"));
    piece.changed = Some(When::Minute(local(21, 9)));
    piece.id = ArticleId("b".into());
    assert_eq!(world.rule(piece), (false, "printed"));
}

#[test]
fn a_short_piece_is_updated_when_its_title_or_lede_is_another() {
    let mut piece = article("a", 19, 12);
    piece.lede = Some("Broen er lukket.".into());
    let world = world_with_printed(&piece);
    piece.changed = Some(When::Minute(local(21, 9)));
    piece.lede = Some("Broen er lukket!".into());
    assert_eq!(world.rule(piece.clone()), (false, "printed"));
    piece.lede = Some("Broen er åben igen.".into());
    assert_eq!(world.rule(piece.clone()), (true, "window"));
    // Where nothing tells, nothing is printed again.
    let mut bare = article("b", 19, 12);
    let world = world_with_printed(&bare);
    bare.changed = Some(When::Minute(local(21, 9)));
    assert_eq!(world.rule(bare), (false, "printed"));
}

#[test]
fn what_was_never_printed_counts_from_its_own_date_whatever_its_feed_says_of_updates() {
    let mut world = World::new();
    world.history.last_cut_off = Some(local(20, 6));
    let mut piece = long("a", 2);
    piece.changed = Some(When::Minute(local(22, 9)));
    assert_eq!(world.rule(piece), (false, "window"));
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
