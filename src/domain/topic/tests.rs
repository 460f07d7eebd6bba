use super::*;
use crate::domain::article::{Article, ArticleId, Author, Block, BlockType};

/// An article of one text, in a field where a word alone is enough.
fn titled(title: &str) -> Article {
    Article::new(ArticleId("a".into()), title, "a.md", "test")
}

fn topic(words: &[&str]) -> Topic {
    Topic {
        words: words.iter().map(ToString::to_string).collect(),
        ..Topic::new("emnet", "Emnets navn")
    }
}

fn is_under(topic: &Topic, article: &Article) -> bool {
    let matcher = TopicMatcher::new(std::slice::from_ref(topic), &MatchingSettings::default());
    !matcher.topics_of(article).is_empty()
}

#[test]
fn words_are_met_in_their_forms_and_compounds_never_inside_other_words() {
    let check = |word: &str, text: &str, expected: bool| {
        let found = is_under(&topic(&[word]), &titled(text));
        assert_eq!(found, expected, "`{word}` in {text:?}");
    };
    // Inflection.
    check("kommune", "Flere kommuners regnskab", true);
    check("kommune", "Hele kommunens regnskab", true);
    check("budget", "Det nye budget", true);
    check("budget", "Byrådet vedtog budgettet", true);
    check("budget", "Budgetternes tid", true);
    check("ledelse", "Ledelsen er ny", true);
    // One stem, two words.
    check("ledelse", "En leder går af", false);
    check("leder", "Ledelsen er ny", false);
    check("leder", "Vi led under det", false);
    // Two stems, one idea: a matter for synonyms.
    check("samskabelse", "De samskabte løsninger", false);
    check("samskabt", "De samskabte løsninger", true);
    // A vowel that changes.
    check("bog", "Bøger til alle", true);
    check("bøger", "En god bog", true);
    check("barn", "Alle børnene skal med", true);
    // Compounds.
    check("ledelse", "Videncenter for velfærdsledelse", true);
    check("ledelse", "Velfærdsledelsens vilkår", true);
    check("kompetence", "Ny kompetenceudvikling", true);
    check("klima", "Byens klimatilpasning", true);
    check("dige", "Det er nødvendigt med nødvendige ord", false);
    check("elev", "En elevator i stykker", false);
    // One writing.
    check("Aarhus", "Nyt fra Århus", true);
    check("Århus", "Nyt fra Aarhus", true);
    check("ældre", "De æ\u{ad}ldre", true);
    check("åben skole", "Vi vil have A\u{30a}BEN SKOLE nu", true);
    check("digital*", "digi\u{ad}talisering", true);
    check("kompetenceudvikling", "Mere kompetence-\nudvikling", true);
    check("ledelse", "Ledelses- og kompetenceudvikling", true);
    // Word groups, in their forms, over line ends.
    check("kunstig intelligens", "Den kunstige\n  intelligens", true);
    check("kunstig intelligens", "Kunstig lys og intelligens", false);
    check("åben skole", "Den åbne skole", true);
    // Nothing is no word.
    check("", "noget", false);
    check("*", "noget", false);
    check("- …", "noget", false);
}

#[test]
fn phrases_stand_as_they_are_and_organisations_with_their_capitals() {
    let check = |change: &dyn Fn(&mut Topic), text: &str, expected: bool| {
        let mut topic = topic(&[]);
        change(&mut topic);
        let found = is_under(&topic, &titled(text));
        assert_eq!(found, expected, "{text:?}");
    };
    let phrase = |topic: &mut Topic| topic.phrases = vec!["den nære velfærd".into()];
    check(&phrase, "Om den nære\nvelfærd", true);
    check(&phrase, "Om den nære velfærds vilkår", false);
    let organisation =
        |topic: &mut Topic| topic.organisations = vec!["KL".into(), "Region Sundmark".into()];
    check(&organisation, "KL's forslag", true);
    check(&organisation, "KLs forslag", true);
    check(&organisation, "Åbent fra kl. 9", false);
    check(&organisation, "Region Sundmarks forslag", true);
    check(&organisation, "Hver region og Sundmark", false);
}

#[test]
fn exclusions_take_away_what_they_cover_and_keep_out_where_they_are_the_subject() {
    let mut of = topic(&["bro"]);
    of.exclude = vec!["bro til fremtiden".into(), "tandbro".into()];
    assert!(is_under(&of, &titled("Den nye bro")));
    assert!(!is_under(&of, &titled("En bro til fremtiden")));
    assert!(!is_under(&of, &titled("En tandbro på den nye bro")));
    let mut article = titled("Den nye bro");
    article.body = vec![Block::text(
        BlockType::Paragraph,
        "Det er en bro til fremtiden.",
    )];
    assert!(
        is_under(&of, &article),
        "in the body it takes away no more than itself"
    );
    article.title = "Nyt".into();
    article.body = vec![Block::text(
        BlockType::Paragraph,
        "Bro til fremtiden. ".repeat(9),
    )];
    assert!(!is_under(&of, &article));
    article.topics = vec![TopicId("emnet".into())];
    article.title = "En tandbro".into();
    assert!(is_under(&of, &article), "the editor's word wins");
}

#[test]
fn a_persons_name_is_no_word() {
    let skov = topic(&["skov"]);
    assert!(is_under(&skov, &titled("Ny skov ved Ravnsø")));
    assert!(!is_under(&skov, &titled("Mette Skov bliver direktør")));
    let mut article = titled("Ny direktør: Skov tiltræder i marts");
    assert!(is_under(&skov, &article));
    article.authors = vec![Author {
        name: "Tinka Skov".into(),
        role: None,
    }];
    article.title = "Ny direktør, Skov, tiltræder i marts".into();
    assert!(!is_under(&skov, &article));
    let mut named = topic(&[]);
    named.phrases = vec!["Mette Skov".into()];
    assert!(is_under(&named, &titled("Mette Skov bliver direktør")));
}

#[test]
fn english_articles_are_read_as_english() {
    let mut of = topic(&["skole"]);
    of.words_en = vec!["school".into(), "children".into(), "men".into()];
    let mut article = titled("The council opens two new schools for the children of the town");
    assert!(is_under(&of, &article));
    article.title = "Det er dyrt, men det er en god bro".into();
    assert!(
        !is_under(&of, &article),
        "`men` is an English word only in English"
    );
}

#[test]
fn each_field_has_its_weight_and_the_sum_decides() {
    let check = |change: &dyn Fn(&mut Article), expected: bool| {
        let mut article = titled("Nyt fra udvalget");
        change(&mut article);
        assert_eq!(is_under(&topic(&["skov", "plante"]), &article), expected);
    };
    let body = |text: &str| vec![Block::text(BlockType::Paragraph, text)];
    check(&|_| {}, false);
    check(&|it| it.title = "En skov".into(), true);
    check(&|it| it.keywords = vec!["Skove".into()], true);
    check(&|it| it.lede = Some("Om en skov.".into()), true);
    check(&|it| it.body = body(&"Skoven er ny. ".repeat(20)), false);
    check(
        &|it| it.body = body("Skoven er ny. Skoven er gammel. Skoven står. Der plantes planter."),
        true,
    );
}

#[test]
fn every_finding_says_which_word_where_in_which_form_and_what_it_weighs() {
    let mut of = topic(&["ledelse", "plan"]);
    of.organisations = vec!["KL".into()];
    let mut article = titled("Ny velfærdsledelse");
    article.keywords = vec!["Ledelse".into()];
    article.lede = Some("KL har en plan.".into());
    article.body = vec![Block::text(
        BlockType::Paragraph,
        "Ledelsen siger, at planen er en plan.",
    )];
    let judge = |of: &Topic, article: &Article| {
        let matcher = TopicMatcher::new(std::slice::from_ref(of), &MatchingSettings::default());
        matcher.judge(article, &ReadArticle::of(article))
    };
    assert_eq!(
        judge(&of, &article)[0].in_words(),
        "`emnet`, 17 of 3: `ledelse` in keywords (4), `ledelse` in title as velfærdsledelse (4), \
         `KL` in lede (3), `plan` in lede (3), `plan` in body 2 times as planen (2), `ledelse` in body as ledelsen (1)"
    );
    of.threshold = Some(18);
    assert!(
        judge(&of, &article)[0]
            .in_words()
            .starts_with("not `emnet`, 17 of 18: ")
    );
    of.exclude = vec!["plan".into()];
    assert_eq!(
        judge(&of, &article)[0].in_words(),
        "not `emnet`: `plan` in lede excludes it"
    );
    article.topics = vec![TopicId("emnet".into())];
    assert_eq!(
        judge(&of, &article)[0].in_words(),
        "`emnet`, as the article says"
    );
}

proptest::proptest! {
    #[test]
    fn no_text_and_no_term_makes_it_stumble(text in "\\PC{0,200}", term in "\\PC{0,30}", more in "[a-zæøåA-ZÆØÅ' *.\n\u{ad}-]{0,300}") {
        let mut of = topic(&[&term, "åben skole", "dige", "leder*"]);
        of.exclude = vec![term.clone()];
        of.organisations = vec![term.clone(), "KL".into()];
        let mut article = titled(&text);
        article.lede = Some(more);
        article.keywords = vec![term];
        is_under(&of, &article);
    }
}
