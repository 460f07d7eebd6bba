//! A person sees and edits the subscriber files.

mod consents;
mod edits;
mod erased;
mod exchangers;
mod layout;
mod moving_in;

use std::{fs, path::PathBuf};

use serde_json::{Value, json};

use crate::world::Said;

struct World {
    newsletter: crate::world::World,
}

impl World {
    fn new(files: &[(&str, &str)]) -> Self {
        let world = Self {
            newsletter: crate::world::World::new(),
        };
        for (name, text) in files {
            fs::write(world.file(name), text).unwrap();
        }
        world
    }

    fn path(&self) -> PathBuf {
        self.newsletter.path("")
    }

    fn file(&self, name: &str) -> PathBuf {
        self.newsletter.path("subscribers").join(name)
    }

    fn text(&self, name: &str) -> String {
        fs::read_to_string(self.file(name)).unwrap()
    }

    fn run(&self, arguments: &[&str]) -> Said {
        self.newsletter.run(&[&["subscribers"], arguments].concat())
    }

    fn json(&self, arguments: &[&str]) -> Value {
        self.run(&[arguments, &["--json"]].concat()).json()
    }
}

const ANNA: &str = "# our first\n[[subscriber]]\nemail = \"anna@k.example\"   # work\nname = 'Anna Sørensen'\ntopics = [ \"ledelse\",\n  \"skole\" ]\nfrequency = \"weekly\"\nconsent = { at = 2026-11-01T09:30:00+01:00, source=\"web form\" }\n";
const BO: &str = "[[subscriber]]\nemail = \"bo@k.example\"\npaused_until = 9999-12-31\n";

#[test]
fn adding_and_removing_a_reader_gives_the_file_back() {
    let files = format!("\u{feff}# the list\n\n{ANNA}\n{BO}").replace('\n', "\r\n");
    let world = World::new(&[("a.toml", files.trim_end())]);
    let before = world.text("a.toml");
    let said = world.run(&[
        "add",
        "Carl@k.example",
        "--name",
        "Carl",
        "--topic",
        "ledelse",
    ]);
    assert_eq!((said.code, said.out.as_str()), (0, ""), "{}", said.err);
    assert_eq!(said.err, "added `C…@k.example`: subscribers/a.toml:16\n");
    assert!(world.text("a.toml").starts_with(&before));
    assert!(
        world
            .text("a.toml")
            .ends_with("email = \"Carl@k.example\"\r\nname = \"Carl\"\r\ntopics = [\"ledelse\"]")
    );
    let said = world.run(&["remove", "carl@K.example"]);
    assert_eq!(
        (said.code, said.err.as_str()),
        (0, "removed `c…@k.example`: subscribers/a.toml:16\n")
    );
    assert_eq!(world.text("a.toml"), before);
}

#[test]
fn a_dry_run_shows_the_change_and_makes_nothing() {
    let world = World::new(&[("a.toml", &format!("{ANNA}\n{BO}"))]);
    let before = world.text("a.toml");
    let said = world.run(&["remove", "bo@k.example", "--dry-run"]);
    assert_eq!(said.code, 0, "{}", said.err);
    assert_eq!(
        said.out,
        "--- subscribers/a.toml\n+++ subscribers/a.toml\n@@ -7,6 +7,2 @@\n frequency = \"weekly\"\n consent = { at = 2026-11-01T09:30:00+01:00, source=\"web form\" }\n-\n-[[subscriber]]\n-email = \"bo@k.example\"\n-paused_until = 9999-12-31\n"
    );
    let document = world.json(&["add", "carl@k.example", "--dry-run"]);
    assert_eq!(document["dry_run"], true);
    assert_eq!(document["changes"][0]["lines"], json!([14]));
    assert_eq!(world.text("a.toml"), before);
    assert!(!world.path().join("state").exists());
}

#[test]
fn the_list_is_a_table_or_json() {
    let world = World::new(&[("a.toml", &format!("{ANNA}\n{BO}"))]);
    assert_eq!(
        world.run(&["list"]).out,
        "\
email           name           frequency  format  language  topics          sections  state
anna@k.example  Anna Sørensen  weekly     html    da        ledelse, skole  all       active
bo@k.example                   daily      html    da        all             all       paused until 9999-12-31
"
    );
    let document = world.json(&["list"]);
    assert_eq!(
        document["subscribers"][0],
        json!({
            "email": "anna@k.example", "name": "Anna Sørensen", "first_name": null,
            "topics": ["ledelse", "skole"], "sections": [], "frequency": "weekly", "format": "html",
            "language": "da", "paused_until": null, "state": "active",
            "consent": {"at": "2026-11-01T09:30:00+01:00", "source": "web form", "text": null},
            "path": "subscribers/a.toml", "line": 2,
        })
    );
    assert_eq!(document["faults"], json!([]));
    assert_eq!(
        world.json(&["show", "BO@k.example"])["paused_until"],
        "9999-12-31"
    );
    assert!(
        world
            .run(&["show", "anna@k.example"])
            .out
            .contains("stands at     subscribers/a.toml:2\n")
    );
}

#[test]
fn check_names_every_fault_and_no_address() {
    let world = World::new(&[
        (
            "a.toml",
            &format!("{ANNA}\n{BO}frequency = \"montly\"\nfromat = \"text\"\n"),
        ),
        ("b.toml", "[[subscriber]]\nemail = \"anna@k.example\"\n"),
    ]);
    let said = world.run(&["check"]);
    assert_eq!(said.code, 2);
    assert_eq!(
        said.err,
        "\
error: subscribers/a.toml:13: `frequency`: `montly` is no frequency
  hint: write one of `daily`, `weekly`
error: subscribers/a.toml:14: `fromat`: unknown key
  hint: did you mean `format`?
error: subscribers/b.toml:1: `email`: `a…@k.example` stands already at `subscribers/a.toml:2`, and that entry gets the mail
  hint: take one of the two away
1 subscribers, 2 entries refused
"
    );
    let document = world.json(&["check"]);
    assert_eq!(
        (&document["ok"], &document["subscribers"]),
        (&json!(false), &json!(1))
    );
    assert_eq!(document["faults"][0]["line"], 13);
    let sound = World::new(&[("a.toml", ANNA)]);
    assert_eq!(sound.run(&["check"]).code, 0);
    assert_eq!(sound.json(&["check"])["ok"], true);
}

#[test]
fn a_file_that_cannot_be_cut_is_neither_listed_nor_edited() {
    let world = World::new(&[
        ("a.toml", ANNA),
        ("b.toml", "[[subscriber]]\n<<<<<<< ours\n"),
    ]);
    for arguments in [
        &["list"][..],
        &["check"],
        &["add", "x@k.example"],
        &["remove", "anna@k.example"],
        &["show", "anna@k.example"],
    ] {
        let said = world.run(arguments);
        assert_eq!(said.code, 2, "{arguments:?}");
        assert!(
            said.err
                .contains("subscribers/b.toml:2: a merge conflict is not resolved\n  hint: "),
            "{}",
            said.err
        );
    }
    assert_eq!(world.text("a.toml"), ANNA);
}

#[test]
fn an_edit_waits_for_nobody_and_says_who_is_at_work() {
    let world = World::new(&[("a.toml", ANNA)]);
    let now = "2026-11-23T06:00:00Z".parse().unwrap();
    let path = world.path().join("state/subscribers.lock");
    let lock = overblik::store::lock::Lock::take(&path, now).unwrap();
    let said = world.run(&["remove", "anna@k.example"]);
    assert_eq!(said.code, 5);
    let holder = format!("process {} since 2026-11-23T06:00:00Z", std::process::id());
    assert!(said.err.contains(&holder), "{}", said.err);
    assert_eq!(
        world.run(&["remove", "anna@k.example", "--dry-run"]).code,
        0
    );
    drop(lock);
    assert_eq!(world.run(&["remove", "anna@k.example"]).code, 0);
    assert_eq!(world.text("a.toml"), "");
}

#[test]
fn consent_is_recorded_with_the_instant_it_was_written() {
    let world = World::new(&[]);
    let said = world.run(&[
        "add",
        "anna@k.example",
        "--consent-source",
        "paper",
        "--consent-text",
        "2026-01",
    ]);
    assert_eq!(said.code, 0, "{}", said.err);
    let reader = world.json(&["show", "anna@k.example"]);
    assert_eq!(reader["consent"]["source"], "paper");
    let at = reader["consent"]["at"].as_str().unwrap();
    let at: chrono::DateTime<chrono::Utc> = at.parse().unwrap();
    assert!((chrono::Utc::now() - at).num_minutes() < 5);
}

#[test]
fn refusals_mask_the_address() {
    let world = World::new(&[("a.toml", ANNA)]);
    for arguments in [
        &["add", "anna@k.example"][..],
        &["add", "anna.sorensen k.example"],
        &["add", "anna@k.example\r\nBcc: anna@x.example"],
        &["remove", "anna2@k.example"],
        &["remove", "anna@"],
        &["show", "anna3@k.example"],
    ] {
        let said = world.run(arguments);
        assert_eq!(said.code, 2, "{arguments:?}");
        assert!(said.err.contains("hint: "), "{}", said.err);
        assert!(!said.err.contains("anna"), "{}", said.err);
    }
    assert_eq!(world.text("a.toml"), ANNA);
}
