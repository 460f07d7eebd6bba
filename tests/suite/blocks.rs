//! The blocks that no article fills: lists in files and at addresses, shown or left out, never in the letter's way.

use std::{
    fs,
    process::{Command, Stdio},
};

use crate::{
    feeds::server::{Reply, Server},
    world::{Said, World},
};

const DATE: &str = "2026-11-23";

/// A newsletter of two articles with these blocks in its config.
fn world(blocks: &str) -> World {
    let world = World::with(2, 1);
    let config = fs::read_to_string(world.path("config/default.toml")).unwrap();
    world.write("config/default.toml", format!("{config}\n{blocks}"));
    world
}

fn ranked(place: &str) -> String {
    format!("[[block]]\nid = \"laest\"\nkind = \"ranked\"\ntitle = \"Mest læste\"\n{place}\n")
}

/// Makes the issue to look at; its text part, and what was said.
fn text(world: &World) -> (String, String) {
    let said = world.run(&["preview", "--date", DATE]);
    assert_eq!(said.code, 0, "{}", said.err);
    let text = fs::read_to_string(world.path(&format!("preview/{DATE}/all.txt"))).unwrap();
    (text, said.err)
}

fn list(titles: &[&str]) -> String {
    let entries: Vec<String> = titles
        .iter()
        .map(|title| format!("{{\"title\":\"{title}\",\"url\":\"https://a.example/{title}\"}}"))
        .collect();
    format!("[{}]", entries.join(","))
}

#[test]
fn a_block_stands_in_both_parts_and_in_the_frozen_issue() {
    let world = world(&ranked("path = \"laest.json\""));
    world.write("laest.json", list(&["Broen", "Diget"]));
    let (text, _) = text(&world);
    let block = "MEST LÆSTE\n------------------------------------------------------------------------\n\n1. Broen\n   https://a.example/Broen\n2. Diget\n   https://a.example/Diget\n";
    assert!(text.contains(block), "{text}");
    let html = fs::read_to_string(world.path(&format!("preview/{DATE}/all.html"))).unwrap();
    assert!(html.contains("https://a.example/Broen"));
    let sent = world.run(&["send", "--date", DATE]);
    assert_eq!(sent.code, 0, "{}", sent.err);
    // What becomes of the file changes nothing any more.
    fs::remove_file(world.path("laest.json")).unwrap();
    let (again, said) = self::text(&world);
    assert!(again.contains(block), "{again}");
    assert!(!said.contains("laest"), "{said}");
}

#[test]
fn a_day_file_shows_blocks_and_leaves_them_out() {
    let world = world(&format!(
        "{}\n[[block]]\nid = \"links\"\nkind = \"links\"\ntitle = \"Se også\"\npath = \"links.json\"\non = false\nafter = \"nyheder\"\n",
        ranked("path = \"laest.json\"")
    ));
    world.write("laest.json", list(&["Broen"]));
    world.write("links.json", list(&["Kortet"]));
    let shown = || {
        let (text, _) = text(&world);
        (text.contains("1. Broen"), text.contains("- Kortet"))
    };
    assert_eq!(shown(), (true, false));
    world.write(&format!("issues/{DATE}.toml"), "blocks = [\"links\"]\n");
    assert_eq!(shown(), (false, true));
    world.write(&format!("issues/{DATE}.toml"), "blocks = []\n");
    assert_eq!(shown(), (false, false));
    world.write(
        &format!("issues/{DATE}.toml"),
        "blocks = [\"link\", \"laest\", \"laest\"]\n",
    );
    let said = world.run(&["preview", "--date", DATE]);
    assert_eq!(said.code, 2);
    assert!(
        said.err
            .contains("`link` is no block's id\n  hint: did you mean `links`?"),
        "{}",
        said.err
    );
    assert!(said.err.contains("`laest` is named twice"), "{}", said.err);
}

#[test]
fn a_list_that_cannot_be_read_or_is_too_old_costs_only_its_block() {
    let world = world(&ranked("path = \"laest.json\"\nstale_hours = 24"));
    let check = |expected: &str| {
        let (text, said) = text(&world);
        assert!(
            !text.contains("MEST LÆSTE") && text.contains("Nyt om skole"),
            "{text}"
        );
        assert!(said.contains(expected), "{said}");
    };
    check("`laest`: cannot be read");
    for (list, expected) in [
        ("", "is no JSON"),
        ("{}", "is JSON but no list"),
        ("<!DOCTYPE html>", "is HTML or XML"),
        (
            "[{\"title\":\"a\"}]",
            "entry 1 has no `url`; it is left out",
        ),
    ] {
        world.write("laest.json", list);
        check(expected);
    }
    world.write("laest.json", list(&["Broen"]));
    let old = std::time::SystemTime::now() - std::time::Duration::from_secs(25 * 3600);
    let file = fs::File::options()
        .write(true)
        .open(world.path("laest.json"))
        .unwrap();
    file.set_modified(old).unwrap();
    check("older than 24 hours; the block is left out");
    file.set_modified(old + std::time::Duration::from_secs(2 * 3600))
        .unwrap();
    assert!(text(&world).0.contains("1. Broen"));
}

#[test]
fn a_list_on_the_web_is_read_from_its_last_good_copy() {
    let server = Server::start();
    let place = format!(
        "url = \"{}\"\nallow_private = true",
        server.url("/laest.json")
    );
    let world = world(&ranked(&place));
    server.tell(
        "/laest.json",
        [
            Reply::ok(list(&["Broen"])),
            Reply::ok("<html>Vi er straks tilbage</html>"),
            Reply::status("503 Service Unavailable"),
            Reply::ok(list(&["Diget"])),
        ],
    );
    let collect = || -> Said {
        let said = world.run(&["collect"]);
        assert_eq!(said.code, 0, "{}", said.err);
        said
    };
    collect();
    assert!(text(&world).0.contains("1. Broen"));
    let said = collect();
    assert!(
        said.err.contains("is HTML or XML, not a JSON list"),
        "{}",
        said.err
    );
    assert!(said.err.contains("its copy of"), "{}", said.err);
    collect();
    assert!(text(&world).0.contains("1. Broen"));
    collect();
    assert!(text(&world).0.contains("1. Diget"));
    assert_eq!(
        server.requests().len(),
        4,
        "what was asked just now is not asked again"
    );
}

#[test]
fn the_most_read_are_counted_from_an_access_log_by_readmes_own_lines() {
    let readme = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/README.md")).unwrap();
    let (_, after) = readme.split_once("```sh\nawk").unwrap();
    let script = format!("awk{}", after.split_once("```").unwrap().0);
    let world = world(&ranked("path = \"data/mest-laest.json\""));
    for number in 0..2 {
        let path = format!("articles/artikel-{number}.md");
        let text = fs::read_to_string(world.path(&path)).unwrap();
        let link = format!("link = \"https://avis.example/artikler/nummer-{number}\"\nkind");
        world.write(&path, text.replacen("kind", &link, 1));
    }
    let line = |ip: &str, request: &str, status: u32, agent: &str| {
        format!(
            "{ip} - - [22/Nov/2026:06:25:24 +0100] \"{request} HTTP/1.1\" {status} 2326 \"-\" \"{agent}\"\n"
        )
    };
    let reader = "Mozilla/5.0 (X11; Linux x86_64)";
    let log: String = [
        line("192.0.2.1", "GET /artikler/nummer-0", 200, reader),
        line("192.0.2.1", "GET /artikler/nummer-1?fra=mail", 200, reader),
        line("192.0.2.2", "GET /artikler/nummer-1", 200, reader),
        line("192.0.2.2", "GET /artikler/nummer-0", 404, reader),
        line(
            "192.0.2.3",
            "GET /artikler/nummer-0",
            200,
            "Eksempelbot/1.0 (+https://bot.example)",
        ),
        line(
            "192.0.2.3",
            "GET /artikler/nummer-0",
            200,
            "Eksempelbot/1.0 (+https://bot.example)",
        ),
        line("192.0.2.4", "POST /artikler/nummer-0", 200, reader),
        line("192.0.2.4", "GET /style.css", 200, reader),
        line("192.0.2.4", "GET /artikler/\\x22,$(id)", 200, reader),
        "rubbish\n".into(),
    ]
    .concat();
    world.write("access.log", log);
    fs::create_dir(world.path("data")).unwrap();
    let run = Command::new("sh")
        .args(["-euc", &script])
        .current_dir(world.path(""))
        .stdin(Stdio::null())
        .output()
        .unwrap();
    assert!(
        run.status.success(),
        "{}",
        String::from_utf8_lossy(&run.stderr)
    );
    let json = fs::read_to_string(world.path("data/mest-laest.json")).unwrap();
    assert!(!json.contains("192.0.2"), "{json}");
    let (text, said) = text(&world);
    assert!(
        text.contains("1. Nyt om skole nummer 1\n   https://avis.example/artikler/nummer-1\n2. Nyt om skole nummer 0\n"),
        "{json}{said}{text}"
    );
}
