//! A person has the files laid out the one way.

use super::{ANNA, BO, World};

const LAID_OUT: &str = "# our first\n[[subscriber]]\nemail = \"anna@k.example\" # work\nname = \"Anna Sørensen\"\ntopics = [\"ledelse\", \"skole\"]\nfrequency = \"weekly\"\nconsent = { at = 2026-11-01T09:30:00+01:00, source = \"web form\" }\n";

#[test]
fn files_are_laid_out_checked_and_taken_back() {
    let before = format!("{ANNA}{BO}");
    let world = World::new(&[
        ("a.toml", &before),
        ("b.toml", BO.replace("bo", "bob").as_str()),
    ]);
    let check = world.run(&["fmt", "--check"]);
    assert_eq!(check.code, 2);
    assert_eq!(
        check.err,
        "error: subscribers/a.toml: the file is not laid out the one way\n  hint: run `overblik subscribers fmt`\n"
    );
    assert_eq!(
        world.json(&["fmt", "--check"])["error"]["faults"][0]["path"],
        "subscribers/a.toml"
    );
    assert_eq!(world.run(&["fmt", "--check", "b.toml"]).code, 0);
    assert_eq!(world.run(&["fmt", "c.toml"]).code, 2);
    assert!(
        world
            .run(&["fmt", "--dry-run"])
            .out
            .contains("-name = 'Anna Sørensen'\n")
    );
    assert_eq!(world.text("a.toml"), before);
    let said = world.run(&["fmt"]);
    assert_eq!(
        (said.code, said.err.as_str()),
        (0, "laid out subscribers/a.toml\n")
    );
    assert_eq!(world.text("a.toml"), format!("{LAID_OUT}\n{BO}"));
    assert_eq!(world.run(&["fmt", "--check"]).code, 0);
    // Now a change of one value is a change of one line.
    world.run(&["edit", "anna@k.example", "--topic", "skole"]);
    assert_eq!(
        world.text("a.toml"),
        format!("{LAID_OUT}\n{BO}").replace("[\"ledelse\", \"skole\"]", "[\"skole\"]")
    );
    assert_eq!(world.run(&["undo"]).code, 0);
    assert_eq!(world.run(&["undo"]).code, 0);
    assert_eq!(world.text("a.toml"), before);
}
