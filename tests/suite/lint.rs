//! What is looked for before an issue is sent, told through the program.

use serde_json::Value;

use crate::{calendar::configure, world::World};

const DATE: &str = "2026-11-23";

/// One article with fields of its own.
fn write(world: &World, name: &str, fields: &str) {
    world.write(
        &format!("articles/{name}.md"),
        format!("+++\ndate = 2026-11-22\nkind = \"news\"\n{fields}\n+++\n\nBrødtekst om {name}.\n"),
    );
}

/// The rules that found something in a document's list of faults.
fn rules(faults: &Value) -> Vec<&str> {
    let faults = faults.as_array().unwrap();
    faults
        .iter()
        .filter_map(|fault| fault["rule"].as_str())
        .collect()
}

#[test]
fn what_must_be_mended_holds_the_issue_and_is_said_once() {
    let world = World::with(2, 1);
    write(
        &world,
        "sag",
        "title = \"Svar fra borgerservice\"\nlink = \"https://bladet.example/?mail=anna@kommune.example\"",
    );
    let send = |more: &[&str]| world.run(&[&["send", "--date", DATE], more].concat());
    let said = send(&[]);
    assert_eq!(said.code, 4, "{}", said.err);
    for words in [
        "daily-2026-11-23: held by the guard `lint`; nothing is published",
        "error: articles/sag.md:5: `link`: `artikler/sag`: a link to bladet.example carries a mail address (`lint.personal_data`)",
        "hint: link to a page that everybody may see",
    ] {
        assert!(said.err.contains(words), "{}", said.err);
    }
    assert!(!said.err.contains("anna@"), "{}", said.err);
    assert_eq!(send(&["-q"]).code, 4);
    assert_eq!(send(&["-q"]).err, "", "said once");
    let dry = send(&["--dry-run", "--json"]).json();
    assert_eq!(dry["would_send"][0]["held"], "lint");
    let findings = &dry["would_send"][0]["findings"];
    assert_eq!(rules(findings)[0], "personal_data");
    assert_eq!(findings[0]["article"], "artikler/sag");
    assert_eq!(findings[0]["path"], "articles/sag.md");
    assert!(world.letters().is_empty());
    let sent = send(&["--override", "lint", "-q"]);
    assert_eq!((sent.code, sent.err.as_str()), (0, ""));
    assert_eq!(world.letters().len(), 1);
}

#[test]
fn what_is_no_more_than_a_pity_is_listed_and_holds_nothing() {
    let world = World::with(1, 1);
    write(&world, "sag", "title = \"Svar (fra borgerservice\"");
    let said = world.run(&["send", "--date", DATE]);
    assert_eq!(said.code, 0, "{}", said.err);
    let words = "warning: articles/sag.md:4: `title`: `artikler/sag`: `(` has no counterpart: Svar (fra borgerservice (`lint.quotes`)";
    assert_eq!(said.err.matches(words).count(), 1, "{}", said.err);
    assert_eq!(world.letters().len(), 1);
    let again = world.run(&["send", "--date", DATE]);
    assert!(!again.err.contains("lint."), "{}", again.err);
}

#[test]
fn every_rule_is_as_hard_as_config_says() {
    let run = |line: &str, arguments: &[&str]| {
        let world = World::with(1, 1);
        write(&world, "sag", "title = \"Svar (fra borgerservice\"");
        configure(&world, &format!("[lint]\n{line}\n"));
        world.run(arguments)
    };
    let send = ["send", "--date", DATE];
    let said = run("quotes = \"error\"", &send);
    assert_eq!(said.code, 4, "{}", said.err);
    let said = run("quotes = \"off\"", &send);
    assert_eq!(said.code, 0, "{}", said.err);
    assert!(!said.err.contains("lint.quotes"), "{}", said.err);
    let said = run("qoutes = \"off\"", &["check", "-q"]);
    assert_eq!(said.code, 2);
    assert!(said.err.contains("did you mean `quotes`?"), "{}", said.err);
}

#[test]
fn the_same_subject_does_not_go_out_two_issues_running() {
    let world = World::with(0, 1);
    world.article("a", "Byrådet mødtes i går", "2026-11-22");
    assert_eq!(world.run(&["send", "--date", DATE, "-q"]).code, 0);
    let record = world.run(&["issues", "show", DATE, "--json"]);
    assert_eq!(record.code, 0, "{}", record.err);
    world.article("b", "Byrådet mødtes i går", "2026-11-23T12:00:00+01:00");
    // A subject that nobody wrote is another by itself.
    world.write(
        "issues/2026-11-24.toml",
        "subject = \"Byrådet mødtes i går\"\n",
    );
    let said = world.run(&["send", "--date", "2026-11-24"]);
    assert_eq!(said.code, 4, "{}", said.err);
    assert!(
        said.err.contains("`subject`: `all`: daily-2026-11-23 had the same subject: Byrådet mødtes i går (`lint.same_subject`)"),
        "{}",
        said.err
    );
    world.write(
        "issues/2026-11-24.toml",
        "subject = \"Byrådet mødtes igen\"\n",
    );
    assert_eq!(world.run(&["send", "--date", "2026-11-24", "-q"]).code, 0);
    assert_eq!(world.letters().len(), 2);
}

#[test]
fn an_issue_that_nobody_reads_holds_nothing() {
    let world = World::with(1, 1);
    configure(
        &world,
        "[schedule]\nweekly_day = \"mon\"\n[lint]\npostal_address = \"error\"\n",
    );
    let said = world.run(&["send", "--date", DATE, "--frequency", "weekly"]);
    assert_eq!(said.code, 0, "{}", said.err);
    assert!(said.err.contains("no weekly reader"), "{}", said.err);
}

#[test]
fn the_demo_and_a_new_newsletter_pass() {
    let demo = World::demo();
    let dry = demo
        .run(&["send", "--date", DATE, "--dry-run", "--json"])
        .json();
    for issue in dry["would_send"].as_array().unwrap() {
        assert_eq!(issue["held"], Value::Null);
        let errors: Vec<_> = issue["findings"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|finding| finding["severity"] == "error")
            .collect();
        assert!(errors.is_empty(), "{errors:#?}");
    }
    let new = World::new();
    assert_eq!(new.run(&["init", "ny"]).code, 0);
    let check = new
        .run(&["check", "--config", "ny/config", "--json"])
        .json();
    assert_eq!(check["ok"], true, "{check:#}");
}

#[test]
fn links_are_asked_when_it_is_asked_for() {
    let world = World::with(1, 1);
    // No test reaches beyond this machine, and this machine is never asked.
    write(
        &world,
        "sag",
        "title = \"Svar fra borgerservice\"\nlink = \"http://127.0.0.1:9/sag\"",
    );
    let said = world.run(&["check", "--links"]);
    assert!(
        said.err
            .contains("links looked up: 1, of which asked just now: 1"),
        "{}",
        said.err
    );
    let words = "warning: articles/sag.md:5: `link`: `artikler/sag`: http://127.0.0.1:9/sag leads to 127.0.0.1";
    assert!(said.err.contains(words), "{}", said.err);
    let again = world.run(&["check", "--links"]);
    assert!(
        again
            .err
            .contains("links looked up: 1, of which asked just now: 0"),
        "{}",
        again.err
    );
    let without = world.run(&["check"]);
    assert!(
        !without.err.contains("looked up") && !without.err.contains("link_reach"),
        "{}",
        without.err
    );
    configure(&world, "[lint]\nlink_reach = \"off\"\n");
    let off = world.run(&["check", "--links"]);
    assert!(off.err.contains("no link is asked"), "{}", off.err);
}
