//! What is read from scraped texts, through the built program: each fixture beside what must be read from it.

use std::{fs, path::Path};

use serde_json::Value;

use crate::world::World;

fn fixtures() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/text"))
}

#[test]
fn every_text_gives_the_fields_it_states_and_no_others() {
    let world = World::new();
    let mut compared = 0;
    for entry in fs::read_dir(fixtures()).unwrap() {
        let expected = entry.unwrap().path();
        let name = expected.file_name().unwrap().to_str().unwrap();
        let Some(name) = name.strip_suffix(".expected.json") else {
            continue;
        };
        let text = fixtures().join(format!("{name}.txt"));
        let said = world.run(&["articles", "--json", "--from", text.to_str().unwrap()]);
        assert_eq!(said.code, 0, "{}", said.err);
        let found = said.json()["articles"][0].clone();
        let expected: Value =
            serde_json::from_str(&fs::read_to_string(&expected).unwrap()).unwrap();
        for (key, value) in expected.as_object().unwrap() {
            let read = match key.as_str() {
                "body_types" => found["body"]
                    .as_array()
                    .unwrap()
                    .iter()
                    .map(|block| block["type"].clone())
                    .collect(),
                key => found[key].clone(),
            };
            assert_eq!(read, *value, "{name}: {key}");
            compared += 1;
        }
    }
    assert!(compared >= 50, "only {compared} values were compared");
}

#[test]
fn a_front_page_is_no_article() {
    let page = fixtures().join("front-page-listing.txt");
    let said = World::new().run(&["articles", "--json", "--from", page.to_str().unwrap()]);
    assert_eq!(said.code, 0);
    assert_eq!(said.json()["articles"], Value::Array(vec![]));
    assert_eq!(
        said.json()["refused"].as_array().unwrap().len(),
        1,
        "{}",
        said.out
    );
}

#[test]
fn a_declared_format_dates_what_is_ambiguous_and_nothing_else_does() {
    let page = fixtures().join("dated-and-reprinted.txt");
    let read = |more: &[&str]| {
        let arguments = [
            &["articles", "--json", "--from", page.to_str().unwrap()],
            more,
        ]
        .concat();
        World::new().run(&arguments).json()["articles"][0].clone()
    };
    let declared = read(&["--date-format", "%d/%m/%y %H:%M"]);
    assert_eq!(declared["published"], "2018-10-05T14:22:00+02:00");
    assert_eq!(declared["published_provenance"], "declared");
    let undeclared = read(&[]);
    assert_eq!(undeclared["published_provenance"], "inferred");
    assert_eq!(
        undeclared["published"], declared["published"],
        "the reprint note leaves one reading"
    );
}
