//! A person asks what is kept, and to be erased.

use std::fs;

use serde_json::json;

use super::World;

/// A newsletter that has sent an issue to two readers.
fn sent() -> World {
    let world = World {
        newsletter: crate::world::World::with(3, 0),
    };
    let list = "[[subscriber]]\nemail = \"Anna@k.example\"\nname = \"Anna Å\"\n\n[[subscriber]]\nemail = \"bo@k.example\"\n";
    fs::write(world.file("readers.toml"), list).unwrap();
    let said = world.newsletter.run(&["send", "--date", "2026-11-23"]);
    assert_eq!(said.code, 0, "{}", said.err);
    world
}

/// Every file of the state folder and the subscriber files that has a text in it, whatever its case.
fn files_with(world: &World, text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut folders = vec![
        world.newsletter.path("state"),
        world.newsletter.path("subscribers"),
    ];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let bytes = fs::read(&path).unwrap().to_ascii_lowercase();
                if bytes.windows(text.len()).any(|at| at == text.as_bytes()) {
                    found.push(path.file_name().unwrap().to_string_lossy().into_owned());
                }
            }
        }
    }
    found
}

#[test]
fn an_audit_tells_all_that_is_kept_also_under_an_earlier_address() {
    let world = sent();
    world.run(&["edit", "anna@k.example", "--email", "ny@k.example"]);
    world.run(&["suppress", "ny@k.example", "--reason", "left"]);
    let audit = world.json(&["audit", "NY@k.example"]);
    assert_eq!(audit["entries"][0]["name"], "Anna Å");
    assert_eq!(audit["entries"][0]["state"], "left");
    assert_eq!(audit["earlier_addresses"], 1);
    assert_eq!(audit["suppressions"][0]["reason"], "left");
    assert_eq!(audit["letters"].as_array().unwrap().len(), 1);
    assert_eq!(audit["letters"][0]["state"], "accepted");
    assert!(audit["letters"][0]["subject"].is_string());
    let page = world.run(&["audit", "ny@k.example"]);
    assert_eq!(page.code, 0);
    assert!(
        page.out.starts_with(
            "What is kept of ny@k.example\n\nIn the subscriber files, subscribers/readers.toml:1\n"
        ),
        "{}",
        page.out
    );
    assert!(page.out.contains("2026-11-23 accepted "), "{}", page.out);
    // At the newsletter's clock, which in Denmark is never at Greenwich's.
    let local = |at: &serde_json::Value| {
        let at = chrono::DateTime::parse_from_rfc3339(at.as_str().unwrap()).unwrap();
        let there = at.with_timezone(&chrono_tz::Europe::Copenhagen);
        assert_eq!(at.to_rfc3339(), there.to_rfc3339());
        there.format("%Y-%m-%dT%H:%M:%S%:z").to_string()
    };
    for at in [&audit["suppressions"][0]["at"], &audit["letters"][0]["at"]] {
        assert!(
            page.out.contains(&format!(" {} ", local(at))),
            "{}",
            page.out
        );
    }
    let nobody = world.json(&["audit", "nobody@k.example"]);
    assert_eq!(
        (&nobody["entries"], &nobody["letters"]),
        (&json!([]), &json!([]))
    );
}

#[test]
fn who_is_forgotten_is_nowhere_and_never_comes_back() {
    let world = sent();
    world.run(&["edit", "anna@k.example", "--name", "Anna Ø"]);
    world.run(&["remove", "anna@k.example"]);
    world.run(&["undo"]);
    world.run(&["pause", "anna@k.example"]);
    assert!(!files_with(&world, "anna").is_empty());
    let before = world.newsletter.run(&["status", "--json"]).json();
    let dry = world.json(&["forget", "anna@k.example", "--dry-run"]);
    assert_eq!(
        (&dry["entries"], &dry["ledger_rows"]),
        (&json!(1), &json!(1))
    );
    assert!(!files_with(&world, "anna").is_empty());
    let said = world.run(&["forget", "ANNA@k.example"]);
    assert_eq!(said.code, 0, "{}", said.err);
    assert!(
        said.err
            .contains("erased `A…@k.example`: 1 entries, 1 rows of the ledger"),
        "{}",
        said.err
    );
    assert!(said.err.contains("version control"), "{}", said.err);
    assert_eq!(files_with(&world, "anna"), Vec::<String>::new());
    assert!(!files_with(&world, "bo@k.example").is_empty());
    assert_eq!(
        world.newsletter.run(&["status", "--json"]).json(),
        before,
        "every count still holds"
    );
    assert_eq!(
        world.newsletter.run(&["status", "--list", "accepted"]).code,
        0
    );
    assert_eq!(world.run(&["undo"]).code, 2);
    // An import does not bring the reader back.
    world
        .newsletter
        .write("old.txt", "anna@k.example\ncarl@k.example\n");
    let report = world.json(&["import", "old.txt"]);
    assert_eq!(
        (&report["added"], &report["suppressed"]),
        (&json!(1), &json!(1))
    );
    // Nor does a resumed or a later run mail or fail.
    world.newsletter.article("ny", "Nyt om skole", "2026-11-23");
    let said = world
        .newsletter
        .run(&["send", "--date", "2026-11-24", "--json"])
        .json();
    assert_eq!((&said["accepted"], &said["failed"]), (&json!(2), &json!(0)));
    assert_eq!(
        world.run(&["forget", "anna@k.example"]).code,
        0,
        "again is no fault"
    );
}

#[test]
fn who_is_forgotten_is_nowhere_in_a_ledger_that_was_put_back_either() {
    let world = sent();
    let run = |arguments: &[&str]| {
        let said = world.newsletter.run(arguments);
        assert_eq!(said.code, 0, "{}", said.err);
    };
    run(&["backup", "state.tar"]);
    run(&["restore", "state.tar"]);
    let said = world.run(&["forget", "bo@k.example"]);
    assert_eq!(said.code, 0, "{}", said.err);
    let aside = world.json(&["forget", "bo@k.example"])["set_aside"].clone();
    let aside = aside[0].as_str().unwrap();
    assert!(
        said.err.contains(&format!("`{aside}` is what stood here")),
        "{}",
        said.err
    );
    fs::remove_dir_all(world.newsletter.path(aside)).unwrap();
    // The first octets of what is given up are written over in any case.
    assert_eq!(files_with(&world, "o@k.example"), Vec::<String>::new());
    assert!(!files_with(&world, "anna@k.example").is_empty());
    assert_eq!(world.newsletter.run(&["status"]).code, 0);
}

#[test]
fn who_has_left_is_taken_out_of_the_files_when_a_person_asks() {
    let world = sent();
    let before = world.text("readers.toml");
    world.run(&["suppress", "bo@k.example", "--reason", "left"]);
    world.run(&["suppress", "anna@k.example", "--reason", "bounced"]);
    assert_eq!(world.text("readers.toml"), before);
    assert!(
        world
            .run(&["sync", "--dry-run"])
            .out
            .contains("-email = \"bo@k.example\"\n")
    );
    let said = world.run(&["sync"]);
    assert_eq!(
        (said.code, said.err.as_str()),
        (0, "took 1 reader out of subscribers/readers.toml\n")
    );
    assert!(!world.text("readers.toml").contains("bo@"));
    assert_eq!(world.json(&["sync"])["removed"], 0);
    assert_eq!(world.json(&["sync", "--suppressed"])["removed"], 1);
    world.run(&["undo"]);
    world.run(&["undo"]);
    assert_eq!(world.text("readers.toml"), before);
}
