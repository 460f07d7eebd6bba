//! What `deploy/` has to copy names commands that there are, and files that lie there.

use std::{fs, path::Path};

use crate::world::World;

fn text(name: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(name)).unwrap()
}

/// The arguments given to the program in a file, one command line each.
fn commands(name: &str) -> Vec<Vec<String>> {
    let text = text(name);
    let given = text.lines().filter(|line| !line.starts_with('#'));
    given
        .filter_map(|line| {
            let (_, line) = line
                .split_once("ExecStart=/usr/local/bin/overblik ")
                .or_else(|| line.split_once("&& overblik "))?;
            Some(line.split(' ').map(str::to_owned).collect())
        })
        .collect()
}

#[test]
fn every_command_is_one_the_program_takes() {
    let check = |name: &str, expected: &[&str]| {
        let found: Vec<String> = commands(name).iter().map(|words| words.join(" ")).collect();
        assert_eq!(found, expected, "{name}");
    };
    check("deploy/overblik.cron", &["collect -q", "send -q"]);
    check("deploy/overblik-send.service", &["send -q"]);
    check("deploy/overblik-run.service", &["run"]);
    check("deploy/overblik-serve.service", &["serve"]);
    let world = World::with(1, 1);
    for arguments in commands("deploy/overblik.cron") {
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        let said = world.run(&arguments);
        assert_eq!((said.code, said.err.as_str()), (0, ""), "{arguments:?}");
    }
    assert_eq!(world.run(&["run", "--help"]).code, 0);
    assert_eq!(world.run(&["serve", "--help"]).code, 0);
}

#[test]
fn what_sends_may_read_the_id_of_the_boot() {
    for name in [
        "deploy/overblik-send.service",
        "deploy/overblik-run.service",
    ] {
        let text = text(name);
        let mut settings = text.lines().filter(|line| !line.starts_with('#'));
        assert!(settings.all(|line| line != "ProcSubset=pid"), "{name}");
    }
}

#[test]
fn the_web_servers_pass_on_what_the_door_answers_to_where_it_listens() {
    let config = text("config/default.toml");
    let listen = config
        .lines()
        .find_map(|line| line.strip_prefix("listen = \""))
        .and_then(|rest| rest.strip_suffix('"'))
        .unwrap();
    for (name, path) in [
        ("deploy/Caddyfile", "/u/*"),
        ("deploy/nginx.conf", "^/[up]/"),
    ] {
        let text = text(name);
        assert!(text.contains(listen) && text.contains(path), "{name}");
    }
}

#[test]
fn what_the_image_is_made_of_lies_in_the_repository() {
    let text = text("deploy/Containerfile");
    let copied: Vec<&str> = text
        .lines()
        .filter_map(|line| line.strip_prefix("COPY "))
        .filter(|line| !line.starts_with("--from"))
        .flat_map(|line| {
            let words: Vec<&str> = line.split(' ').collect();
            words[..words.len() - 1].to_vec()
        })
        .collect();
    assert!(copied.contains(&"src") && copied.contains(&"Cargo.lock"));
    for place in copied {
        let there = Path::new(env!("CARGO_MANIFEST_DIR")).join(place).exists();
        assert!(there, "{place}");
    }
    let rust = text
        .lines()
        .find_map(|line| line.strip_prefix("FROM docker.io/library/rust:"));
    let declared = self::text("Cargo.toml");
    let version = rust.and_then(|tag| tag.split('-').next()).unwrap();
    assert!(declared.contains(&format!("rust-version = \"{version}\"")));
}
