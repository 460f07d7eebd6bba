//! Bad subscriber files: an entry costs its reader, a file that cannot be cut holds the send.

use std::fs;

use super::{SEND, World, check, contents, one_each};
use crate::world::names;

fn entry(number: usize) -> String {
    format!("[[subscriber]]\nemail = \"reader{number}@kommune.example\"\n")
}

#[test]
fn a_syntax_error_on_line_700_costs_one_reader() {
    let world = World::with(1, 0);
    let text: String = (0..400).map(entry).collect();
    let slip = "email = \"reader349@kommune.example";
    let bad = text.replace(&format!("{slip}\""), slip);
    assert_eq!(bad.lines().nth(699), Some(slip));
    world.write("subscribers/readers.toml", &bad);
    let said = world.send();
    check(
        &said,
        0,
        &["error: subscribers/readers.toml:700: ", "hint: "],
    );
    assert!(!said.err.contains("reader349@"), "unmasked: {}", said.err);
    let mut expected = one_each(400);
    expected.remove("reader349@kommune.example");
    assert_eq!(world.got(), expected);
    let status = world.status();
    assert_eq!(
        (&status["planned"], &status["refused"]),
        (&399.into(), &1.into())
    );
    assert_eq!(
        fs::read_to_string(world.path("subscribers/readers.toml")).unwrap(),
        bad
    );
}

#[test]
fn a_file_that_cannot_be_cut_holds_the_send_until_it_is_mended_or_overridden() {
    let check_held = |text: &str, place: &str| {
        let world = World::with(1, 2);
        world.write("subscribers/z.toml", text);
        let before = contents(&world.path("subscribers"));
        let said = world.run(&[SEND, &["-q"]].concat());
        check(
            &said,
            4,
            &[
                "held by the guard `list`; nothing is published",
                place,
                "hint: ",
            ],
        );
        assert_eq!(names(&world.path("state")), ["held", "send.lock"]);
        assert!(!world.path("outbox").exists());
        assert_eq!(world.run(&["status"]).code, 0);

        let said = world.run(&[SEND, &["--override", "list"]].concat());
        check(&said, 0, &[place]);
        assert_eq!(world.got(), one_each(2));
        assert_eq!(contents(&world.path("subscribers")), before);

        // Mended before the send instead, nobody is left out.
        let world = World::with(1, 2);
        world.write("subscribers/z.toml", text);
        assert_eq!(world.send().code, 4);
        world.write("subscribers/z.toml", entry(2));
        check(&world.send(), 0, &[]);
        assert_eq!(world.got(), one_each(3));
    };
    check_held(
        &format!(
            "{}<<<<<<< HEAD\n{}=======\n>>>>>>> theirs\n",
            entry(8),
            entry(9)
        ),
        "subscribers/z.toml:3: ",
    );
    check_held(
        &format!("{}name = \"\"\"Ida\n{}", entry(8), entry(9)),
        "subscribers/z.toml:3: ",
    );
}

#[test]
fn a_line_break_in_an_address_or_a_name_makes_no_header() {
    let world = World::with(1, 1);
    world.write(
        "subscribers/z.toml",
        "[[subscriber]]\nemail = \"ida@k.example\\r\\nBcc: all@k.example\"\n\
         [[subscriber]]\nemail = \"bo@k.example\\nX-Evil: 1\"\n\
         [[subscriber]]\nemail = \"eva@k.example\"\nname = \"Eva\\r\\nBcc: all@k.example\"\n",
    );
    let said = world.send();
    check(
        &said,
        0,
        &[
            "subscribers/z.toml:2: `email`",
            "subscribers/z.toml:4: `email`",
            "hint: ",
        ],
    );
    assert!(
        !said.err.contains("ida@") && !said.err.contains("bo@"),
        "{}",
        said.err
    );
    assert!(world.got().contains_key("reader0@kommune.example"));
    for (path, letter) in contents(&world.path("outbox")) {
        let letter = String::from_utf8(letter).unwrap();
        let (head, _) = letter.split_once("\r\n\r\n").unwrap();
        for line in head.lines() {
            let name = line.to_lowercase();
            assert!(
                !name.starts_with("bcc") && !name.starts_with("x-evil"),
                "{}: {line}",
                path.display()
            );
        }
    }
}

#[test]
fn one_reader_in_two_files_gets_one_letter_and_both_places_are_named() {
    let world = World::with(1, 2);
    world.write(
        "subscribers/z.toml",
        "[[subscriber]]\nemail = \"READER0@Kommune.example\"\n",
    );
    let said = world.send();
    check(
        &said,
        0,
        &[
            "subscribers/z.toml:1: ",
            "`subscribers/readers.toml:1`",
            "hint: take one of the two away",
        ],
    );
    assert_eq!(world.got(), one_each(2));
    assert_eq!(world.status()["refused"], 1);
}
