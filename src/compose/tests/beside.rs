//! What stands beside the articles: what to read besides, blocks, ads.

use super::*;

#[test]
fn what_is_like_a_piece_stands_with_it_and_the_words_say_why() {
    let mut world = World::new();
    let key = daily(20);
    let mut articles = vec![
        linked(
            "a",
            "Færgen sejler igen",
            "Skruen på færgen er repareret på værftet.",
        ),
        linked(
            "b",
            "Øboerne vil have en færge mere",
            "Værftet har travlt, siger skipperen.",
        ),
        linked(
            "c",
            "Skolen har fået en ny gård",
            "Eleverne har gravet den selv.",
        ),
        linked(
            "d",
            "Plejehjemmet serverer morgenmad",
            "Beboerne står op, når de vil.",
        ),
        linked("e", "Budgettet er vedtaget", "Ingen ville stemme imod."),
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

#[test]
fn what_its_source_has_forgotten_is_led_to_as_its_issue_kept_it() {
    let mut world = World::new();
    let key = daily(20);
    let there = vec![
        linked("a", "Færgen sejler igen", "Skruen er repareret på værftet."),
        linked(
            "c",
            "Skolen har fået en ny gård",
            "Eleverne har gravet den.",
        ),
        linked(
            "d",
            "Plejehjemmet serverer",
            "Beboerne står op, når de vil.",
        ),
        linked("e", "Budgettet er vedtaget", "Ingen ville stemme imod."),
    ];
    let mut kept = linked("b", "Øboerne vil have en færge", "Værftet har travlt.");
    world.history.printed.insert(kept.id.clone(), key);
    world.history.pieces = vec![(kept.clone(), key)];
    let related = |world: &World, articles: &[Article]| {
        let digest = world.compose(articles.to_vec());
        let ferry = digest.items.into_iter().find(|it| it.article.id.0 == "a");
        ferry.unwrap().related
    };
    let found = related(&world, &there);
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!((found[0].id.0.as_str(), found[0].issue), ("b", Some(key)));
    // One that is there again is led to as it stands now, or not at all.
    kept.link = Some("https://x.example/flyttet".into());
    let again = [&there[..], &[kept.clone()]].concat();
    let found = related(&world, &again);
    assert_eq!(found[0].link, kept.link);
    kept.draft = true;
    let taken_back = [&there[..], &[kept]].concat();
    assert_eq!(related(&world, &taken_back), []);
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
