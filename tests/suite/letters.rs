//! Every letter of the demo, read back by another program than the one that wrote it (`tests/letters.py`).

use std::{fs, path::Path, process::Command};

use serde_json::{Value, json};

use crate::world::World;

/// Readers beside the demo's: for each of the demo's common choices another who made the same, with names that are
/// hard to write down.
const MORE: &str = r#"
[[subscriber]]
email = "ansatte@oerum.example"
name = "Ørsted & Søn, \"Æblet\""

[[subscriber]]
email = "langt.navn@oerum.example"
name = "Åse Ærøskøbing-Østergård på vegne af de frivillige i Sankt Jørgens Ældrecenters Læseklub"
first_name = "Åse-Ærlig"

[[subscriber]]
email = "tekst@oerum.example"
first_name = "Zoë"
format = "text"

[[subscriber]]
email = "english@oerum.example"
language = "en"
"#;

/// The demo, sent on the Monday, with what the script is to know of it beside.
fn sent() -> World {
    sent_on("2026-11-23")
}

fn sent_on(date: &str) -> World {
    let world = World::demo();
    world.write("subscribers/flere.toml", MORE);
    let said = world.run(&["send", "--date", date, "-q"]);
    assert_eq!(said.code, 0, "{}", said.err);
    let list = |arguments: &[&str], key: &str| world.run(arguments).json()[key].clone();
    let titles: Vec<Value> = list(&["articles", "--json"], "articles")
        .as_array()
        .unwrap()
        .iter()
        .map(|article| article["title"].clone())
        .collect();
    let known = json!({
        "newsletter": list(&["check", "--json"], "config")["newsletter"],
        "subscribers": list(&["subscribers", "list", "--json"], "subscribers"),
        "titles": titles,
    });
    world.write("known.json", known.to_string());
    world
}

/// What the script says of a folder of letters.
fn read(world: &World, outbox: &Path) -> Value {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/letters.py");
    let output = Command::new("python3")
        .arg(script)
        .arg(outbox)
        .arg(world.path("known.json"))
        .env("PYTHONUTF8", "1")
        .output()
        .expect("python3 reads the letters");
    let words = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{words}");
    serde_json::from_slice(&output.stdout).unwrap()
}

#[test]
fn another_program_finds_no_fault_in_any_letter() {
    let world = sent();
    let found = read(&world, &world.path("outbox"));
    assert_eq!(found["faults"], json!([]));
    let tally = world.run(&["status", "--json"]).json();
    assert_eq!(found["letters"], tally["accepted"]);
    assert_eq!(
        tally["accepted"].as_u64().unwrap() + tally["skipped"].as_u64().unwrap(),
        tally["planned"].as_u64().unwrap()
    );
    assert!(
        found["alike"].as_u64().unwrap() >= 9,
        "few letters could be compared"
    );

    let greeting = |email: &str, expected: &str| assert_eq!(found["greetings"][email], expected);
    greeting("soeren.oestergaard@kildeholm.example", "Kære Søren");
    greeting("kommunaldirektoer@egemose.example", "Kære Bente Hørdum");
    greeting("indkoeb@birkemark.example", "Kære læser");
    greeting("ansatte@oerum.example", "Kære Ørsted & Søn, \"Æblet\"");
    greeting("langt.navn@oerum.example", "Kære Åse-Ærlig");
    greeting("tekst@oerum.example", "Kære Zoë");
    greeting("english@oerum.example", "Dear reader");
    greeting("j.macaulay@havnenshus.example", "Dear Jean Macaulay");
}

#[test]
fn another_program_finds_no_fault_in_the_weekly_letters() {
    // On a Friday both issues are sent.
    let world = sent_on("2026-11-27");
    let found = read(&world, &world.path("outbox"));
    assert_eq!(found["faults"], json!([]));
    let tally = world.run(&["status", "--json"]).json();
    assert_eq!(tally["issues"].as_array().unwrap().len(), 2);
    assert_eq!(found["letters"], tally["accepted"]);
    let greeting = |email: &str, expected: &str| assert_eq!(found["greetings"][email], expected);
    greeting("aase@faerch-hjemmepleje.example", "Kære Aase");
    greeting("nour.haddad@arbejdslivsakademiet.example", "Dear Nour");
}

/// A letter with something changed in it, and a word of the fault that is to be found.
fn broken(letter: &str, from: &str, to: &str) -> String {
    assert!(letter.contains(from), "the letter has no {from:?}");
    letter.replacen(from, to, 1)
}

#[test]
fn a_letter_with_any_one_fault_is_found_out() {
    let world = sent();
    let letters = world.letters();
    let path = |name: &String| world.path("outbox").join(name);
    let text = |name: &String| fs::read_to_string(path(name)).unwrap();
    let two_parts = |name: &&String| text(name).contains("multipart/alternative");
    let name = letters.iter().find(two_parts).unwrap();
    let whole = text(name);
    let link = |letter: &str| {
        let from = letter.find("<https://").unwrap() + 1;
        letter[from..].split('>').next().unwrap().to_owned()
    };
    let own = link(&whole);
    let other = letters.iter().map(|one| link(&text(one)));
    let other = other.into_iter().find(|link| *link != own).unwrap();

    let check = |from: &str, to: &str, expected: &str| {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join(name), broken(&whole, from, to)).unwrap();
        let found = read(&world, folder.path());
        let faults = found["faults"].as_array().unwrap();
        let names = |fault: &Value| fault["fault"].as_str().unwrap().contains(expected);
        assert!(faults.iter().any(names), "{to:?}: {faults:?}");
    };
    check(
        "Auto-Submitted:",
        "Subject: Nr. 2\r\nAuto-Submitted:",
        "2 fields Subject",
    );
    check(
        "Auto-Submitted:",
        "Bcc: a@b.example\r\nAuto-Submitted:",
        "a field bcc",
    );
    check(
        "Auto-Submitted:",
        "X-Navn: Søren\r\nAuto-Submitted:",
        "seven-bit",
    );
    check(
        "List-Unsubscribe-Post: ",
        "X-Post: ",
        "0 fields List-Unsubscribe-Post",
    );
    check(" +0", " -0", "the date");
    check("Precedence: bulk\r\n", "Precedence: bulk\n", "CRLF");
    check(
        "List-Unsubscribe: <https:",
        "List-Unsubscribe: <http:",
        "List-Unsubscribe names",
    );
    check(&own, &other, "another token");
    let told = ["fordi du", "because you"].into_iter();
    let told = told.rev().find(|words| whole.contains(words)).unwrap();
    check(told, "nu", "does not tell");
    check("charset=utf-8", "charset=iso-8859-1", "the charset");
    check("F=C3=86LLESBLADET", "F=C3=83=C2=86LLESBLADET", "garbled");
    check(
        "F=C3=86LLESBLADET",
        "F=C3=86LLES<br>BLADET",
        "the text part has '<br>'",
    );
    check(
        "F=C3=86LLESBLADET",
        "F&AElig;LLESBLADET",
        "the text part has '&AElig;'",
    );
    check(
        "F=C3=86LLESBLADET",
        "aase@faerch-hjemmepleje.example",
        "another reader",
    );
    check("F=C3=86LLESBLADET", "http://a.example", "an http link");
    check(
        "</body>",
        "<img src=3D\"https://a.example/p\" width=3D1 height=3D1></body>",
        "nobody can see",
    );
    check(
        "</body>",
        "<a href=3D\"http://a.example/\">a</a></body>",
        "the link http:",
    );
    let end = whole.rfind("\r\n--=_").unwrap();
    check(&whole[end..], "\r\n", "a defect");
}

#[test]
fn letters_of_readers_with_equal_choices_that_differ_are_found_out() {
    let world = sent();
    let changed = world.letters().into_iter().find(|name| {
        let path = world.path("outbox").join(name);
        let text = fs::read_to_string(&path).unwrap();
        let found = text.contains("indkoeb@birkemark.example");
        if found {
            fs::write(path, broken(&text, "Precedence: bulk", "Precedence: list")).unwrap();
        }
        found
    });
    let found = read(&world, &world.path("outbox"));
    let faults = found["faults"].as_array().unwrap();
    let changed = changed.expect("the reader has a letter");
    // Every fault is of the pair that the changed letter is half of.
    let names = |fault: &Value| {
        fault["fault"].as_str().unwrap().contains("equal choices")
            && fault.to_string().contains(&changed)
    };
    assert!(!faults.is_empty() && faults.iter().all(names), "{faults:?}");
}
