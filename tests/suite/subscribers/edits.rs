//! A person changes what stands of a reader, and takes it back.

use std::{fs, os::unix::fs::MetadataExt as _, time::Duration};

use super::{ANNA, BO, World};

#[test]
fn an_entry_is_changed_in_its_place_and_the_change_is_taken_back() {
    let files = format!("\u{feff}# the list\n\n{ANNA}\n{BO}").replace('\n', "\r\n");
    let world = World::new(&[("a.toml", &files)]);
    let arguments = [
        "edit",
        "ANNA@k.example",
        "--name",
        "Anna Å",
        "--topic",
        "skole",
        "--clear",
        "frequency",
        "--language",
        "en",
    ];
    let dry = world.run(&[&arguments[..], &["--dry-run"]].concat());
    assert_eq!(dry.code, 0, "{}", dry.err);
    assert!(dry.out.contains("-name = 'Anna Sørensen'\n"), "{}", dry.out);
    assert!(dry.out.contains("+name = \"Anna Å\"\n"), "{}", dry.out);
    assert_eq!(world.text("a.toml"), files);
    let said = world.run(&arguments);
    assert_eq!(
        (said.code, said.err.as_str()),
        (0, "changed `A…@k.example`: subscribers/a.toml:4\n")
    );
    let changed = files
        .replace("'Anna Sørensen'", "\"Anna Å\"")
        .replace("[ \"ledelse\",\r\n  \"skole\" ]", "[\"skole\"]")
        .replace("frequency = \"weekly\"\r\n", "language = \"en\"\r\n");
    assert_eq!(world.text("a.toml"), changed);
    let again = world.run(&arguments);
    assert_eq!(
        (again.code, again.err.as_str()),
        (0, "`A…@k.example`: nothing to change\n")
    );
    let undone = world.run(&["undo"]);
    assert_eq!(undone.code, 0, "{}", undone.err);
    assert_eq!(world.text("a.toml"), files);
    let nothing = world.run(&["undo"]);
    assert_eq!(nothing.code, 2);
    assert!(nothing.err.contains("no edit is kept"), "{}", nothing.err);
}

#[test]
fn edits_are_taken_back_one_by_one_and_what_a_hand_wrote_since_stays() {
    let world = World::new(&[("a.toml", ANNA), ("b.toml", BO)]);
    world.run(&["add", "carl@k.example"]);
    world.run(&["remove", "bo@k.example"]);
    assert_eq!(world.text("b.toml"), "");
    let copies = world.newsletter.path("state/undo");
    assert_eq!(fs::metadata(&copies).unwrap().mode() & 0o777, 0o700);
    for copy in fs::read_dir(&copies).unwrap() {
        assert_eq!(copy.unwrap().metadata().unwrap().mode() & 0o777, 0o600);
    }
    let shown = world.run(&["undo", "--dry-run"]).out;
    assert!(shown.contains("+email = \"bo@k.example\"\n"), "{shown}");
    assert_eq!(world.run(&["undo"]).code, 0);
    assert_eq!(world.text("b.toml"), BO);
    // By hand, above what was added.
    let text = world.text("a.toml");
    fs::write(world.file("a.toml"), format!("# by hand\n{text}")).unwrap();
    let said = world.run(&["undo"]);
    assert_eq!(said.code, 0, "{}", said.err);
    assert_eq!(world.text("a.toml"), format!("# by hand\n{ANNA}"));
}

#[test]
fn what_a_hand_changed_in_the_very_place_is_not_taken_back() {
    let world = World::new(&[("a.toml", ANNA)]);
    world.run(&["edit", "anna@k.example", "--name", "Anna"]);
    let text = world.text("a.toml").replace("\"Anna\"", "\"Anne\"");
    fs::write(world.file("a.toml"), &text).unwrap();
    let said = world.run(&["undo"]);
    assert_eq!(said.code, 2);
    assert!(
        said.err
            .contains("subscribers/a.toml: what `edit` wrote here at "),
        "{}",
        said.err
    );
    assert_eq!(world.text("a.toml"), text);
}

#[test]
fn a_pause_begins_and_ends() {
    let world = World::new(&[("a.toml", ANNA)]);
    assert_eq!(
        world
            .run(&["pause", "anna@k.example", "--until", "2999-12-01"])
            .code,
        0
    );
    assert_eq!(
        world.json(&["show", "anna@k.example"])["paused_until"],
        "2999-12-01"
    );
    assert_eq!(world.run(&["pause", "anna@k.example"]).code, 0);
    assert_eq!(
        world.json(&["show", "anna@k.example"])["paused_until"],
        "9999-12-31"
    );
    assert_eq!(world.run(&["pause", "anna@k.example", "--end"]).code, 0);
    assert_eq!(world.text("a.toml"), ANNA);
    assert_eq!(world.run(&["pause", "nobody@k.example"]).code, 2);
}

#[test]
fn a_suppression_beats_the_file_until_it_is_lifted() {
    let world = World::new(&[("a.toml", ANNA)]);
    let state = |world: &World| world.json(&["show", "anna@k.example"])["state"].clone();
    assert!(
        world
            .run(&["unsuppress", "anna@k.example"])
            .err
            .contains("is not suppressed")
    );
    let said = world.run(&["suppress", "ANNA@k.example", "--reason", "left"]);
    assert_eq!(
        (said.code, said.err.as_str()),
        (0, "suppressed `A…@k.example`: no mail from now on\n")
    );
    assert_eq!(state(&world), "left");
    assert_eq!(world.text("a.toml"), ANNA);
    let again = world.json(&["suppress", "anna@k.example", "--reason", "left"]);
    assert_eq!(again["written"], false);
    let added = world.run(&["add", "anna2@k.example", "--dry-run"]);
    assert!(!added.err.contains("gets no mail"), "{}", added.err);
    world.run(&["remove", "anna@k.example"]);
    let added = world.run(&["add", "anna@k.example"]);
    assert!(
        added
            .err
            .contains("warning: `a…@k.example` gets no mail: the reader has left\n  hint: "),
        "{}",
        added.err
    );
    assert_eq!(world.run(&["unsuppress", "anna@k.example"]).code, 0);
    assert_eq!(state(&world), "active");
    world.run(&["suppress", "anna@k.example", "--reason", "complained"]);
    let said = world.run(&["unsuppress", "anna@k.example"]);
    assert_eq!(said.code, 2);
    assert_eq!(state(&world), "suppressed");
    assert_eq!(
        world
            .run(&["unsuppress", "anna@k.example", "--asked-anew"])
            .code,
        0
    );
    assert_eq!(state(&world), "active");
    let log = fs::read_to_string(world.newsletter.path("state/suppressions.log")).unwrap();
    assert_eq!(log.lines().count(), 4);
    assert!(!log.contains("anna"));
}

#[test]
fn another_address_is_no_way_around_a_readers_word() {
    let world = World::new(&[("a.toml", ANNA)]);
    world.run(&["suppress", "ny@k.example", "--reason", "left"]);
    let said = world.run(&["edit", "anna@k.example", "--email", "ny@k.example"]);
    assert_eq!(said.code, 2);
    assert_eq!(world.text("a.toml"), ANNA);
    let said = world.run(&["edit", "anna@k.example", "--email", "Anna@blåbær.example"]);
    assert_eq!(said.code, 0, "{}", said.err);
    assert_eq!(
        world.text("a.toml"),
        ANNA.replace("anna@k.example", "Anna@blåbær.example")
    );
    let log = fs::read_to_string(world.newsletter.path("state/moves.log")).unwrap();
    assert_eq!(log.lines().count(), 1);
    assert!(!log.contains("anna"));
}

#[test]
fn a_log_under_another_key_stops_every_command_that_would_need_it() {
    let world = World::new(&[("a.toml", ANNA)]);
    world.run(&["suppress", "bo@k.example"]);
    let log = world.newsletter.path("state/suppressions.log");
    let text = fs::read_to_string(&log).unwrap();
    let key = text.split(' ').nth(1).unwrap();
    fs::write(&log, text.replace(key, "00000000")).unwrap();
    for arguments in [
        &["list"][..],
        &["add", "x@k.example"],
        &["unsuppress", "bo@k.example"],
    ] {
        let said = world.run(arguments);
        assert_eq!(said.code, 2, "{arguments:?}");
        assert!(
            said.err
                .contains("suppressions.log:1: written under the key `00000000`"),
            "{}",
            said.err
        );
    }
}

#[test]
fn killed_at_any_moment_the_file_is_the_old_one_or_the_new_one() {
    let old = format!("{ANNA}\n{BO}\n").repeat(1)
        + &(0..3000)
            .map(|n| format!("[[subscriber]]\nemail = \"r{n}@k.example\"\n\n"))
            .collect::<String>();
    let new = old.replace("'Anna Sørensen'", "\"Anna\"");
    let mut seen = [0, 0];
    for step in 0..40 {
        let world = World::new(&[("a.toml", &old)]);
        let mut child = world
            .newsletter
            .command(&["subscribers", "edit", "anna@k.example", "--name", "Anna"])
            .stderr(std::process::Stdio::null())
            .spawn()
            .unwrap();
        // The moment is the thing tried.
        std::thread::sleep(Duration::from_micros(1500 * step));
        child.kill().unwrap();
        child.wait().unwrap();
        let text = world.text("a.toml");
        assert!(text == old || text == new, "a third file after step {step}");
        seen[usize::from(text == new)] += 1;
        // Nothing is in the way of the next command, and what was made can be taken back.
        let done = world.run(&["edit", "anna@k.example", "--name", "Anna"]);
        assert_eq!(
            (done.code, world.text("a.toml") == new),
            (0, true),
            "{}",
            done.err
        );
        assert_eq!(world.run(&["undo"]).code, 0);
        assert_eq!(world.text("a.toml"), old);
        let files = fs::read_dir(world.file("")).unwrap();
        let names: Vec<_> = files.map(|file| file.unwrap().file_name()).collect();
        assert_eq!(names, ["a.toml"], "what the killed command left is gone");
    }
    assert!(seen[0] > 0, "never killed before the act: {seen:?}");
}

#[test]
fn killed_while_a_reader_is_added_the_file_is_the_old_one_or_the_new_one() {
    let old: String = (0..3000)
        .map(|n| format!("[[subscriber]]\nemail = \"r{n}@k.example\"\n\n"))
        .collect();
    let new = format!("{old}\n[[subscriber]]\nemail = \"anna@k.example\"\n");
    let mut seen = [0, 0];
    for step in 0..40 {
        let world = World::new(&[("a.toml", &old)]);
        let mut child = world
            .newsletter
            .command(&["subscribers", "add", "anna@k.example"])
            .stderr(std::process::Stdio::null())
            .spawn()
            .unwrap();
        // The moment is the thing tried.
        std::thread::sleep(Duration::from_micros(1200 * step));
        child.kill().unwrap();
        child.wait().unwrap();
        let text = world.text("a.toml");
        assert!(text == old || text == new, "a third file after step {step}");
        seen[usize::from(text == new)] += 1;
        // Nothing is in the way of the next command, and what was made can be taken back.
        let done = world.run(&["add", "anna@k.example"]);
        assert_eq!(done.code, if text == new { 2 } else { 0 }, "{}", done.err);
        assert_eq!(world.text("a.toml"), new);
        assert_eq!(world.run(&["undo"]).code, 0);
        assert_eq!(world.text("a.toml"), old);
        let copies = fs::read_dir(world.newsletter.path("state/undo")).unwrap();
        assert_eq!(copies.count(), 0, "what the killed command left is gone");
    }
    assert!(seen[0] > 0, "never killed before the act: {seen:?}");
}

#[test]
fn an_entry_that_a_power_cut_left_in_part_is_read_by_nobody_and_taken_away_by_the_next_edit() {
    let world = World::new(&[("a.toml", &format!("{ANNA}\n{BO}"))]);
    let old = world.text("a.toml");
    let before = world.json(&["list"]);
    let reader = [
        "add",
        "carl@k.example",
        "--name",
        "Carl",
        "--frequency",
        "weekly",
    ];
    assert_eq!(world.run(&reader).code, 0);
    let new = world.text("a.toml");
    // The copy by which it can be taken back lay there as a note while it was written.
    let copy = world.newsletter.path("state/undo/000001.json");
    let noted = fs::read(&copy).unwrap();
    for length in (old.len() + 1..new.len()).step_by(9) {
        let _ = fs::remove_file(&copy);
        fs::write(world.newsletter.path("state/undo/adding"), &noted).unwrap();
        fs::write(world.file("a.toml"), &new[..length]).unwrap();
        assert_eq!(world.json(&["list"]), before, "{length}");
        assert_eq!(world.run(&["check"]).code, 0, "{length}");
        assert_eq!(
            world.text("a.toml"),
            &new[..length],
            "only edits write there"
        );
        assert_eq!(world.run(&reader).code, 0);
        assert_eq!(world.text("a.toml"), new);
    }
    assert_eq!(world.run(&["undo"]).code, 0);
    assert_eq!(world.text("a.toml"), old);
}

#[test]
fn a_file_that_is_added_to_stays_in_its_place() {
    let world = World::new(&[("a.toml", ANNA)]);
    let place = fs::metadata(world.file("a.toml")).unwrap().ino();
    for name in ["bo", "carl"] {
        let said = world.run(&["add", &format!("{name}@k.example")]);
        assert_eq!(said.code, 0, "{}", said.err);
    }
    assert_eq!(fs::metadata(world.file("a.toml")).unwrap().ino(), place);
    let again = world.run(&["add", "CARL@k.example"]);
    assert_eq!(again.code, 2);
    assert!(
        again
            .err
            .contains("subscribers/a.toml:13: `email`: `C…@k.example` stands already"),
        "{}",
        again.err
    );
    assert_eq!(world.run(&["undo"]).code, 0);
    assert_eq!(world.run(&["undo"]).code, 0);
    assert_eq!(world.text("a.toml"), ANNA);
}

/// Adds a reader, again while others are at work on the file.
fn add(world: &World, name: &str) {
    loop {
        let said = world.run(&["add", &format!("{name}@k.example")]);
        match said.code {
            0 => return,
            // Another edit holds the lock, or a hand was faster time and again.
            5 | 1 => {}
            _ => panic!("{}", said.err),
        }
    }
}

#[test]
fn of_two_edits_at_once_neither_is_lost() {
    let world = World::new(&[("a.toml", ANNA)]);
    std::thread::scope(|scope| {
        for who in ["x", "y"] {
            let world = &world;
            scope.spawn(move || (0..8).for_each(|n| add(world, &format!("{who}{n}"))));
        }
    });
    assert_eq!(world.json(&["check"])["subscribers"], 17);
}

#[test]
fn what_a_hand_saves_while_edits_are_made_is_never_lost() {
    let world = World::new(&[("a.toml", ANNA)]);
    let path = world.file("a.toml");
    let saved = std::thread::scope(|scope| {
        let edits = scope.spawn(|| (0..12).for_each(|n| add(&world, &format!("x{n}"))));
        let mut saved = 0;
        while !edits.is_finished() {
            // An editor writes its file beside and renames it, a line longer each time.
            let text = fs::read_to_string(&path).unwrap();
            assert_eq!(text.matches("# hand\n").count(), saved, "a save was lost");
            let hand = world.file(".hand");
            fs::write(&hand, format!("# hand\n{text}")).unwrap();
            fs::rename(&hand, &path).unwrap();
            saved += 1;
            // On a machine with much else to do no edit would ever come between two saves: the hand tires.
            std::thread::sleep(Duration::from_millis(3 + saved as u64 / 8));
        }
        saved
    });
    assert!(saved > 0);
    assert_eq!(world.text("a.toml").matches("# hand\n").count(), saved);
    assert_eq!(world.run(&["check"]).code, 0);
}

#[test]
fn what_a_hand_saves_in_place_while_readers_are_added_is_never_lost() {
    let world = World::new(&[("a.toml", ANNA)]);
    let path = world.file("a.toml");
    let saved = std::thread::scope(|scope| {
        let adds = scope.spawn(|| (0..12).for_each(|n| add(&world, &format!("x{n}"))));
        let (mut text, mut saved) = (ANNA.to_owned(), 0);
        while !adds.is_finished() {
            // The editor knows no text but its own, and says so to nobody.
            text.insert_str(0, "# hand\n");
            fs::write(&path, &text).unwrap();
            saved += 1;
            std::thread::sleep(Duration::from_millis(5 + saved / 8));
        }
        saved as usize
    });
    assert!(saved > 0);
    assert_eq!(world.text("a.toml").matches("# hand\n").count(), saved);
    assert!(world.text("a.toml").contains(ANNA));
    assert_eq!(world.run(&["check"]).code, 0);
}

#[test]
fn a_files_defaults_speak_for_readers_who_say_nothing_and_outlive_every_edit() {
    let head = "# the schools\n[defaults]\nlanguage = \"en\"\ntopics = [\"skole\"]\n\n";
    let own = "[[subscriber]]\nemail = \"bo@k.example\"\ntopics = []\nlanguage = \"da\"\n";
    let text = format!("{head}[[subscriber]]\nemail = \"anna@k.example\"\n\n{own}");
    let world = World::new(&[
        ("a.toml", &text),
        ("b.toml", "[[subscriber]]\nemail = \"carl@k.example\"\n"),
    ]);
    let shown = |name: &str| {
        let reader = world.json(&["show", &format!("{name}@k.example")]);
        (
            reader["language"].as_str().unwrap().to_owned(),
            reader["topics"].to_string(),
        )
    };
    let check = |name: &str, language: &str, topics: &str| {
        assert_eq!(shown(name), (language.into(), topics.into()), "{name}");
    };
    assert_eq!(world.run(&["check"]).code, 0);
    check("anna", "en", "[\"skole\"]");
    check("bo", "da", "[]");
    check("carl", "da", "[]");
    let edit = |arguments: &[&str]| {
        let said = world.run(arguments);
        assert_eq!(said.code, 0, "{arguments:?}: {}", said.err);
    };
    edit(&["add", "dorte@k.example"]);
    check("dorte", "en", "[\"skole\"]");
    edit(&["edit", "bo@k.example", "--name", "Bo"]);
    check("bo", "da", "[]");
    edit(&[
        "edit",
        "bo@k.example",
        "--clear",
        "topics",
        "--clear",
        "language",
    ]);
    check("bo", "en", "[\"skole\"]");
    edit(&["fmt", "--check"]);
    edit(&["undo"]);
    edit(&["undo"]);
    edit(&["remove", "dorte@k.example"]);
    assert_eq!(world.text("a.toml"), text);
    edit(&["fmt", "--check"]);
    // Mistyped defaults would give a whole file's readers other mail than was meant.
    fs::write(world.file("a.toml"), text.replace("skole", "skloe")).unwrap();
    let said = world.run(&["check"]);
    assert_eq!(said.code, 2);
    assert!(said.err.contains("subscribers/a.toml:4: `defaults.topics`: unknown topic `skloe`\n  hint: did you mean `skole`?\n"), "{}", said.err);
    assert!(
        said.err
            .contains("nothing is sent before `subscribers/a.toml` is mended"),
        "{}",
        said.err
    );
}
