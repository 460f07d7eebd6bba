//! A bad config: every fault at once, and nothing is sent.

use std::fs;

use super::{SEND, World, check, one_each};

#[test]
fn faults_in_three_places_are_told_together() {
    let world = World::with(1, 1);
    let sound = fs::read_to_string(world.path("config/default.toml")).unwrap();
    let bad = sound
        .replace("base_url =", "base_ulr =")
        .replace("not_before = \"off\"", "not_before = \"25:00\"")
        .replace("kind = \"markdown\"", "kind = \"markdwon\"");
    let line = |part: &str| {
        let found = bad.lines().position(|line| line.contains(part)).unwrap();
        format!("config/default.toml:{}: ", found + 1)
    };
    world.write("config/default.toml", &bad);
    let places = [line("base_ulr"), line("25:00"), line("markdwon")];
    let mut words: Vec<&str> = places.iter().map(String::as_str).collect();
    words.extend(["did you mean `base_url`?", "markdwon", "hint: "]);
    for command in [SEND, &["status"], &["preview"], &["check"]] {
        check(&world.run(command), 2, &words);
    }
    let said = world.run(&[SEND, &["--json"]].concat());
    assert_eq!(said.json()["error"]["code"], 2);
    assert!(said.json()["error"]["faults"].as_array().unwrap().len() >= 3);
    assert!(world.letters().is_empty() && !world.path("state").exists());
    world.write("config/default.toml", &sound);
    check(&world.send(), 0, &[]);
    assert_eq!(world.got(), one_each(1));
}

#[test]
fn an_unknown_environment_or_variable_sends_nothing() {
    let world = World::with(1, 1);
    world.write("config/production.toml", "");
    check(
        &world.run(&[SEND, &["--env", "produktion"]].concat()),
        2,
        &[
            "config/produktion.toml: there is no such file",
            "hint: did you mean `--env production`?",
        ],
    );
    check(
        &world.run(&[SEND, &["--env", "../x"]].concat()),
        2,
        &["hint: "],
    );
    let with = |name: &str, value: &str| {
        let output = world.command(SEND).env(name, value).output().unwrap();
        (
            output.status.code(),
            String::from_utf8(output.stderr).unwrap(),
        )
    };
    let (code, words) = with("OVERBLIK__TRANSPORT__FILE__PAHT", "elsewhere");
    assert_eq!(code, Some(2), "{words}");
    assert!(
        words.contains("OVERBLIK__TRANSPORT__FILE__PAHT") && words.contains("hint: "),
        "{words}"
    );
    let (code, words) = with("OVERBLIK__TRANSPORT__KIND", "pigeon");
    assert_eq!(code, Some(2), "{words}");
    assert!(!world.path("state").exists() && world.letters().is_empty());
    let (code, words) = with("OVERBLIK_ENV", "production");
    assert_eq!(code, Some(0), "{words}");
    assert_eq!(world.got(), one_each(1));
}
