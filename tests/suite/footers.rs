//! Why a letter came, as its footer says it: to a reader of few topics with their names.

use std::{collections::BTreeMap, fs};

use crate::world::World;

const SEND: [&str; 3] = ["send", "--date", "2026-11-23"];

/// A newsletter with an article of both topics and one of each.
fn world(readers: &[(&str, &str)]) -> World {
    let world = World::new();
    world.article("begge", "Ny ledelse i byens skole", "2026-11-22");
    world.article("ledelse", "Ny ledelse i havnen", "2026-11-22");
    world.article("skole", "En skole får nyt tag", "2026-11-22");
    join(&world, "readers", readers);
    world
}

fn join(world: &World, file: &str, readers: &[(&str, &str)]) {
    let entries = readers.iter().map(|(name, choices)| {
        format!("[[subscriber]]\nemail = \"{name}@kommune.example\"\n{choices}\n\n")
    });
    let path = format!("subscribers/{file}.toml");
    world.write(&path, entries.collect::<String>());
}

/// Each reader's footer sentence, once as it stands in every part of the letter.
fn told(world: &World) -> BTreeMap<String, String> {
    let mut told = BTreeMap::new();
    for name in world.letters() {
        let letter = fs::read_to_string(world.path("outbox").join(name)).unwrap();
        let (head, body) = letter.split_once("\r\n\r\n").unwrap();
        let (_, to) = head.split_once("To: ").unwrap();
        let reader = to.trim_start_matches('<').split('@').next().unwrap();
        let body = body.replace("=\r\n", "").replace("=C3=B8", "ø");
        let sentences: Vec<String> = body
            .split("nyhedsbrev fra ")
            .chain(body.split("newsletter from "))
            .filter(|rest| rest.starts_with("Prøvebladet"))
            .map(|rest| rest.split(['.', '<']).next().unwrap().replace("\r\n", " "))
            .collect();
        assert!(!sentences.is_empty(), "{body}");
        let parts = body.matches("Content-Type: text/").count().max(1);
        assert_eq!(sentences.len(), parts, "{sentences:?}");
        assert!(sentences.iter().all(|one| *one == sentences[0]));
        told.insert(reader.to_owned(), sentences[0].clone());
    }
    told
}

#[test]
fn a_reader_of_few_topics_is_told_which_and_nobody_else() {
    let world = world(&[
        ("alt", ""),
        ("leder", "topics = [\"ledelse\"]"),
        ("begge", "topics = [\"skole\", \"ledelse\"]"),
        ("tekst", "topics = [\"skole\"]\nformat = \"text\""),
        ("english", "topics = [\"skole\"]\nlanguage = \"en\""),
    ]);
    let said = world.run(&SEND);
    assert_eq!(said.code, 0, "{}", said.err);
    let told = told(&world);
    let check = |reader: &str, expected: &str| assert_eq!(told[reader], expected, "{reader}");
    check("alt", "Prøvebladet");
    check("leder", "Prøvebladet om Ledelse");
    check("begge", "Prøvebladet om Ledelse og Skole");
    check("tekst", "Prøvebladet om Skole");
    check("english", "Prøvebladet about Skole");
}

#[test]
fn who_joins_later_is_told_the_names_that_were_frozen() {
    let world = world(&[("alt", ""), ("leder", "topics = [\"ledelse\"]")]);
    assert_eq!(world.run(&SEND).code, 0);
    let config = fs::read_to_string(world.path("config/default.toml")).unwrap();
    let renamed = config.replace("name = \"Ledelse\"", "name = \"Chefer\"");
    assert_ne!(renamed, config);
    world.write("config/default.toml", renamed);
    join(
        &world,
        "nye",
        &[
            ("ny", "topics = [\"ledelse\"]"),
            ("elev", "topics = [\"skole\"]"),
        ],
    );
    let said = world.run(&["send", "--date", "2026-11-23", "--top-up"]);
    assert_eq!(said.code, 0, "{}", said.err);
    let told = told(&world);
    assert_eq!(told["ny"], "Prøvebladet om Ledelse");
    assert_eq!(told["elev"], "Prøvebladet om Skole");
}
