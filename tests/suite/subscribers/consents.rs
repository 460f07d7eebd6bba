//! A consent covers some mail, and what it does not cover is not sent.

use std::fs;

use serde_json::{Value, json};

use super::World;

fn sent_with(config: &str, list: &str) -> (World, Value) {
    let world = World {
        newsletter: crate::world::World::with(3, 0),
    };
    let path = world.newsletter.path("config/default.toml");
    let before = fs::read_to_string(&path).unwrap();
    fs::write(&path, format!("{before}\n[subscribers]\n{config}\n")).unwrap();
    fs::write(world.file("readers.toml"), list).unwrap();
    let said = world
        .newsletter
        .run(&["send", "--date", "2026-11-23", "--json"]);
    assert_eq!(said.code, 0, "{}", said.err);
    (world, said.json())
}

fn entry(name: &str, consent: &str) -> String {
    format!("[[subscriber]]\nemail = \"{name}@k.example\"\n{consent}\n\n")
}

fn skipped(world: &World) -> Vec<(String, String)> {
    let list = world
        .newsletter
        .run(&["status", "--list", "skipped", "--json"])
        .json();
    let row = |row: &Value| {
        (
            row["email"].as_str().unwrap()[..1].to_owned(),
            row.to_string(),
        )
    };
    list["deliveries"]
        .as_array()
        .unwrap()
        .iter()
        .map(row)
        .collect()
}

#[test]
fn a_consent_to_weekly_mail_brings_no_daily_mail() {
    let list = entry(
        "anna",
        "consent = { at = 2026-11-01T09:30:00Z, frequency = \"weekly\" }",
    ) + &entry(
        "bo",
        "consent = { at = 2026-11-01T09:30:00Z, frequency = \"daily\" }",
    ) + &entry("carl", "consent = { at = 2026-11-01T09:30:00Z }")
        + &entry("dorte", "");
    let (world, said) = sent_with("", &list);
    assert_eq!(
        (&said["accepted"], &said["skipped"]),
        (&json!(3), &json!(1))
    );
    let skipped = skipped(&world);
    assert_eq!(skipped[0].0, "a");
    assert!(
        skipped[0].1.contains("does not cover") || skipped[0].1.contains("does-not-cover"),
        "{skipped:?}"
    );
    let check = world.run(&["check"]);
    assert_eq!(check.code, 0);
    assert!(
        check.err.starts_with("warning: subscribers/readers.toml:1: `consent`: `a…@k.example`: the consent on record does not cover the mail chosen, and none goes\n  hint: ask for one that does\n"),
        "{}",
        check.err
    );
}

#[test]
fn only_consents_to_the_texts_that_count_bring_mail_where_they_are_named() {
    let list = entry(
        "anna",
        "consent = { at = 2026-11-01T09:30:00Z, text = \"2025-01\" }",
    ) + &entry(
        "bo",
        "consent = { at = 2026-11-01T09:30:00Z, text = \"2026-01\" }",
    ) + &entry("carl", "consent = { at = 2026-11-01T09:30:00Z }")
        + &entry("dorte", "");
    let (world, said) = sent_with(
        "require_consent = true\nconsent_texts = [\"2026-01\", \"2026-02\"]",
        &list,
    );
    assert_eq!(
        (&said["accepted"], &said["skipped"]),
        (&json!(1), &json!(3))
    );
    let faults = world.json(&["check"])["faults"].clone();
    let lines: Vec<&Value> = faults
        .as_array()
        .unwrap()
        .iter()
        .map(|fault| &fault["line"])
        .collect();
    assert_eq!(lines, [&json!(1), &json!(9), &json!(13)]);
    assert!(
        faults[2]["reason"]
            .as_str()
            .unwrap()
            .contains("no consent on record")
    );
}

#[test]
fn a_consent_unused_for_a_year_is_warned_about_and_a_used_one_is_not() {
    let old = "consent = { at = 2024-11-01T09:30:00Z }";
    let (world, _) = sent_with(
        "",
        &(entry("anna", old) + &entry("bo", &format!("{old}\npaused_until = 9999-12-31"))),
    );
    let faults = world.json(&["check"])["faults"].clone();
    assert_eq!(faults.as_array().unwrap().len(), 1, "{faults}");
    assert_eq!(faults[0]["line"], 5);
    assert!(
        faults[0]["reason"]
            .as_str()
            .unwrap()
            .contains("has not been used for a year")
    );
}

#[test]
fn doubtful_addresses_are_warned_about_and_taken() {
    let world = World::new(&[]);
    let said = world.run(&["add", "anna@gmial.com"]);
    assert_eq!(said.code, 0);
    assert!(said.err.contains("warning: `email`: `a…@gmial.com`: the domain is probably mistyped\n  hint: did you mean `gmail.com`?\n"), "{}", said.err);
    world.run(&["add", "info@kommune.dkk"]);
    let check = world.run(&["check"]);
    assert_eq!(check.code, 0);
    assert!(
        check.err.contains("an office's, not a person's"),
        "{}",
        check.err
    );
    assert!(
        check.err.contains("did you mean `kommune.dk`?"),
        "{}",
        check.err
    );
}
