//! A person takes readers over from another program, and out again.

use std::{fs, os::unix::fs::MetadataExt as _};

use proptest::{collection::vec, option, prelude::*, sample::select};
use serde_json::{Value, json};

use super::{ANNA, BO, World};

/// Imports a file's bytes into a newsletter; gives the report and what stands in the file then.
fn imported(world: &World, name: &str, bytes: &[u8], more: &[&str]) -> Value {
    world.newsletter.write(name, bytes);
    let dry = world.json(&[&["import", name, "--dry-run"], more].concat());
    assert_eq!(dry["dry_run"], true);
    let mut done = world.json(&[&["import", name], more].concat());
    let rows = |report: &Value| {
        (
            report["rows"].clone(),
            report["added"].clone(),
            report["stopped"].clone(),
        )
    };
    assert_eq!(
        rows(&dry),
        rows(&done),
        "a dry run counts what is then done: {done}"
    );
    done["dry_run"] = json!(null);
    done
}

fn readers(world: &World) -> Vec<(String, Value, Value)> {
    let list = world.json(&["list"]);
    let reader = |reader: &Value| {
        (
            reader["email"].as_str().unwrap().to_owned(),
            reader["name"].clone(),
            reader["consent"]["at"].clone(),
        )
    };
    list["subscribers"]
        .as_array()
        .unwrap()
        .iter()
        .map(reader)
        .collect()
}

#[test]
fn an_export_of_mailchimp_keeps_names_and_consents() {
    let world = World::new(&[]);
    let csv = "\"Email Address\",\"First Name\",\"Last Name\",MEMBER_RATING,OPTIN_TIME,OPTIN_IP,CONFIRM_TIME,TAGS\r\n\
        anna@k.example,Anna,Sørensen,2,\"2021-03-05 14:22:11\",10.0.0.1,\"2021-03-05 14:23:00\",\"\"\"vip\"\"\"\r\n\
        bo@k.example,Bo,,2,,,,\r\n";
    let report = imported(&world, "members.csv", csv.as_bytes(), &[]);
    assert_eq!(
        (&report["shape"], &report["encoding"]),
        (&json!("csv"), &json!("utf-8"))
    );
    assert_eq!(
        report["not_taken"],
        json!(["MEMBER_RATING", "OPTIN_IP", "TAGS"])
    );
    assert_eq!(
        readers(&world),
        [
            (
                "anna@k.example".into(),
                json!("Anna Sørensen"),
                json!("2021-03-05T14:23:00+01:00")
            ),
            ("bo@k.example".into(), json!(null), json!(null)),
        ]
    );
    let left = "Email Address,UNSUB_TIME,UNSUB_REASON\nanna@k.example,2022-01-01 10:00:00,\nny@k.example,2022-01-01 10:00:00,\n";
    let report = imported(&world, "unsubscribed.csv", left.as_bytes(), &[]);
    assert_eq!(
        (&report["added"], &report["stopped"]),
        (&json!(0), &json!(2))
    );
    let cleaned = "Email Address,CLEAN_TIME\nbo@k.example,2022-01-01 10:00:00\n";
    imported(&world, "cleaned.csv", cleaned.as_bytes(), &[]);
    assert_eq!(world.json(&["show", "anna@k.example"])["state"], "left");
    assert_eq!(world.json(&["show", "bo@k.example"])["state"], "suppressed");
    // Nobody is revived by the first export.
    world.run(&["remove", "anna@k.example"]);
    let report = imported(&world, "members.csv", csv.as_bytes(), &[]);
    assert_eq!(
        (&report["added"], &report["suppressed"]),
        (&json!(0), &json!(2))
    );
}

#[test]
fn what_danish_excel_saves_is_read() {
    let world = World::new(&[]);
    let csv = b"Navn;E-mail;Sprog\r\nS\xf8ren \x80;soren@k.example;da\r\n\"\xc5se; \"\"A\"\"\";aase@k.example;en\r\n;;\r\n";
    let report = imported(&world, "liste.csv", csv, &["--skip-faulty"]);
    assert_eq!(
        (&report["encoding"], &report["added"], &report["faulty"]),
        (&json!("windows-1252"), &json!(2), &json!(1))
    );
    let names: Vec<Value> = readers(&world).into_iter().map(|reader| reader.1).collect();
    assert_eq!(names, [json!("Søren €"), json!("Åse; \"A\"")]);
    assert_eq!(world.json(&["show", "aase@k.example"])["language"], "en");
    let with_mark = "\u{feff}email;navn\næ@k.example;Æ\n";
    assert_eq!(
        imported(&world, "mark.csv", with_mark.as_bytes(), &[])["added"],
        1
    );
    world.newsletter.write("u16.csv", b"\xff\xfee\0");
    let said = world.run(&["import", "u16.csv"]);
    assert_eq!(said.code, 2);
    assert!(
        said.err.contains("u16.csv: the file is UTF-16\n  hint: "),
        "{}",
        said.err
    );
}

#[test]
fn exports_of_listmonk_ghost_and_mailman_are_read() {
    let world = World::new(&[]);
    let csv = "uuid,email,name,attributes,status,created_at,updated_at\n\
        u1,a@k.example,A,{},enabled,2021-03-05T14:22:11Z,x\nu2,b@k.example,B,{},blocklisted,2021-03-05T14:22:11Z,x\n";
    let report = imported(
        &world,
        "listmonk.csv",
        csv.as_bytes(),
        &["--created-is-consent"],
    );
    assert_eq!(
        (&report["added"], &report["stopped"]),
        (&json!(1), &json!(1))
    );
    assert_eq!(readers(&world)[0].2, "2021-03-05T14:22:11Z");
    let json = json!({"data": {"results": [
        {"id": 1, "email": "c@k.example", "name": "C", "status": "enabled", "attribs": {"email": "x"},
         "lists": [{"name": "L", "subscription_status": "unsubscribed"}]},
        {"id": 2, "email": "d@k.example", "name": "D", "status": "enabled", "lists": []},
    ], "total": 2}});
    let report = imported(&world, "listmonk.json", json.to_string().as_bytes(), &[]);
    assert_eq!(
        (&report["shape"], &report["added"], &report["stopped"]),
        (&json!("json"), &json!(1), &json!(1))
    );
    let csv = "id,email,name,note,subscribed_to_emails,complimentary_plan,stripe_customer_id,created_at,deleted_at,labels,tiers\n\
        1,e@k.example,E,,true,false,,2021-03-05T14:22:11.000Z,,,\n2,f@k.example,F,,false,false,,2021-03-05T14:22:11.000Z,,,\n";
    let report = imported(&world, "ghost.csv", csv.as_bytes(), &[]);
    assert_eq!(
        (&report["added"], &report["stopped"]),
        (&json!(1), &json!(1))
    );
    let plain = "# members\ng@k.example\n\"Sørensen, H\" <h@k.example>\n\nG@K.example\n";
    let report = imported(&world, "members.txt", plain.as_bytes(), &[]);
    assert_eq!(
        (&report["shape"], &report["added"], &report["twice"]),
        (&json!("plain"), &json!(2), &json!(1))
    );
    let json =
        json!({"entries": [{"email": "i@k.example", "display_name": "I", "role": "member"}]});
    imported(&world, "mailman.json", json.to_string().as_bytes(), &[]);
    let addresses: Vec<String> = readers(&world).into_iter().map(|reader| reader.0).collect();
    assert_eq!(
        addresses,
        ["a", "d", "e", "g", "h", "i"].map(|name| format!("{name}@k.example"))
    );
    assert_eq!(world.run(&["check"]).code, 0);
}

#[test]
fn a_column_of_its_own_that_says_a_reader_left_or_bounced_is_believed() {
    let world = World::new(&[]);
    let csv = "email;unsubscribed;bounced\na@k.example;false;0\nb@k.example;TRUE;0\nc@k.example;2025-05-06;\nd@k.example;;2\ne@k.example;nej;nej\n";
    let report = imported(&world, "l.csv", csv.as_bytes(), &[]);
    assert_eq!(
        (&report["added"], &report["stopped"]),
        (&json!(2), &json!(3))
    );
    let json = json!([{"email": "f@k.example", "unsubscribed": true}, {"email": "g@k.example", "unsubscribed": false}]);
    let report = imported(&world, "l.json", json.to_string().as_bytes(), &[]);
    assert_eq!(
        (&report["added"], &report["stopped"]),
        (&json!(1), &json!(1))
    );
    let addresses: Vec<String> = readers(&world).into_iter().map(|reader| reader.0).collect();
    assert_eq!(
        addresses,
        ["a", "e", "g"].map(|name| format!("{name}@k.example"))
    );
}

#[test]
fn faulty_rows_are_named_by_line_and_keep_the_others_out_until_a_person_says_so() {
    let world = World::new(&[("a.toml", ANNA)]);
    let csv = "email,name,status,topics\nx@k.example,X,,\nanna.k.example,A,,\ny@k.example,\"Y\nZ\",,\nz@k.example,,gone,\nv@k.example,,,ledlse\nANNA@k.example,,,\n";
    world.newsletter.write("l.csv", csv);
    let said = world.run(&["import", "l.csv"]);
    assert_eq!(said.code, 2);
    for words in [
        "l.csv:3: `email`: `a…`: the address is not of the form name@domain",
        "l.csv:4: `name`: the name has a line break",
        "l.csv:6: `status`: a status that is not known",
        "l.csv:7: `topics`: unknown topic `ledlse`\n  hint: did you mean `ledelse`?",
        "4 of 6 rows cannot be taken over, so none was",
    ] {
        assert!(said.err.contains(words), "{words}: {}", said.err);
    }
    assert!(!world.file("imported.toml").exists());
    let dry = world.run(&["import", "l.csv", "--dry-run"]);
    assert_eq!(dry.code, 2);
    assert!(dry.err.ends_with("6 rows read as csv in utf-8\n        1 would be added\n        1 stand in the files already; nothing of them changes\n        4 cannot be taken over\n"), "{}", dry.err);
    let done = world.run(&["import", "l.csv", "--skip-faulty", "--file", "a.toml"]);
    assert_eq!(done.code, 0, "{}", done.err);
    let shown = "[[subscriber]]\nemail = \"x@k.example\"\nname = \"X\"\n";
    assert_eq!(world.text("a.toml"), format!("{ANNA}\n{shown}"));
    assert_eq!(world.run(&["undo"]).code, 0);
    assert_eq!(world.text("a.toml"), ANNA);
}

#[test]
fn importing_what_was_exported_changes_nothing_and_elsewhere_gives_the_same() {
    let odd = "[[subscriber]]\nemail = \"åse@blåbær.example\"\nname = \"Å, \\\"B\\\"; 'c'\"\nfirst_name = \"Å\"\nlanguage = \"en\"\nformat = \"text\"\n\
        consent = { at = 2026-11-01T09:30:00+01:00, source = \"paper, \\\"form\\\"\", text = \"1\", frequency = \"daily\" }\n";
    let world = World::new(&[("a.toml", &format!("{ANNA}\n{BO}\n{odd}"))]);
    for (name, json) in [("out.csv", &[][..]), ("out.json", &["--json"])] {
        let before = world.text("a.toml");
        let said = world.run(&[&["export", "--out", name], json].concat());
        assert_eq!((said.code, said.err.as_str()), (0, "3 readers exported\n"));
        assert_eq!(
            fs::metadata(world.newsletter.path(name)).unwrap().mode() & 0o777,
            0o600
        );
        let export = fs::read(world.newsletter.path(name)).unwrap();
        let report = imported(&world, name, &export, &[]);
        assert_eq!(
            (&report["added"], &report["already"]),
            (&json!(0), &json!(3))
        );
        assert_eq!(world.text("a.toml"), before);
        assert!(!world.file("imported.toml").exists());
        let elsewhere = World::new(&[]);
        imported(&elsewhere, name, &export, &["--file", "a.toml"]);
        let again = elsewhere.run(&[&["export"], json].concat());
        let clean = |text: &str| {
            let lines = text
                .lines()
                .map(|line| line.split(",\"line\"").next().unwrap().to_owned() + "\n");
            lines.collect::<String>()
        };
        assert_eq!(
            clean(&again.out),
            clean(&String::from_utf8(export).unwrap())
        );
    }
}

/// An entry as a person might write it.
fn entry() -> impl Strategy<Value = String> {
    let word = "[a-zæøåÆØÅ,;'\"\\\\= -]{1,12}";
    let quoted = |text: String| toml::Value::String(text).to_string();
    let some = |key: &'static str| {
        let value = word.prop_map(quoted);
        option::of(value).prop_map(move |value| value.map(|value| format!("{key} = {value}\n")))
    };
    let one_of = |key: &'static str, words: [&'static str; 2]| {
        let word = option::of(select(words.to_vec()));
        word.prop_map(move |word| word.map(|word| format!("{key} = \"{word}\"\n")))
    };
    let topics = option::of(select(vec![
        "[]",
        "[\"skole\"]",
        "[\"ledelse\", \"skole\"]",
    ]));
    let consent = option::of(("[a-zæøå,; ]{1,9}[a-z]", 0..60_u32)).prop_map(|given| {
        given.map(|(source, minute)| {
            format!(
                "consent = {{ at = 2026-11-01T09:{minute:02}:00+01:00, source = \"{source}\" }}\n"
            )
        })
    });
    let keys = (
        some("name"),
        some("first_name"),
        topics.prop_map(|topics| topics.map(|topics| format!("topics = {topics}\n"))),
        one_of("frequency", ["daily", "weekly"]),
        one_of("format", ["html", "text"]),
        one_of("language", ["da", "en"]),
        consent,
        option::of(Just("paused_until = 2999-01-01\n".to_owned())),
    );
    keys.prop_map(|keys| {
        let (a, b, c, d, e, f, g, h) = keys;
        [a, b, c, d, e, f, g, h].into_iter().flatten().collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(12) })]

    #[test]
    fn whatever_list_is_exported_and_imported_is_the_same_list(
        entries in vec(entry(), 1..12), json in any::<bool>(),
    ) {
        let text: String = entries
            .iter()
            .enumerate()
            .map(|(number, keys)| format!("[[subscriber]]\nemail = \"r{number}@k.example\"\n{keys}\n"))
            .collect();
        let world = World::new(&[("a.toml", &text)]);
        let shape = if json { &["--json"][..] } else { &[] };
        let export = world.run(&[&["export"], shape].concat()).out;
        let name = if json { "ud.json" } else { "ud.csv" };
        world.newsletter.write(name, &export);
        prop_assert_eq!(&world.json(&["import", name])["added"], &json!(0));
        prop_assert_eq!(world.text("a.toml"), text.clone());
        let elsewhere = World::new(&[]);
        elsewhere.newsletter.write(name, &export);
        let report = elsewhere.json(&["import", name, "--file", "a.toml"]);
        prop_assert_eq!(&report["added"], &json!(entries.len()), "{} of {}", report, text);
        prop_assert_eq!(chosen(&elsewhere), chosen(&world));
    }
}

/// Every reader, but for where the entry stands.
fn chosen(world: &World) -> Vec<Value> {
    let mut list = world.json(&["list"]);
    let readers = list["subscribers"].as_array_mut().unwrap();
    for reader in readers.iter_mut() {
        reader.as_object_mut().unwrap().remove("line");
    }
    readers.clone()
}

#[test]
fn who_never_subscribed_at_mailchimp_is_neither_added_nor_suppressed() {
    let world = World::new(&[]);
    let csv = "Email Address,Status\nanna@k.example,nonsubscribed\nbo@k.example,subscribed\ncia@k.example,non-subscribed\n";
    let report = imported(&world, "members.csv", csv.as_bytes(), &[]);
    assert_eq!(
        (&report["rows"], &report["added"], &report["stopped"]),
        (&json!(3), &json!(1), &json!(0)),
        "{report}"
    );
    let names: Vec<String> = readers(&world)
        .into_iter()
        .map(|(email, ..)| email)
        .collect();
    assert_eq!(names, ["bo@k.example"]);
    // Whoever comes to want it later is not kept out.
    assert_eq!(world.run(&["add", "anna@k.example"]).code, 0);
    assert_eq!(world.json(&["show", "anna@k.example"])["state"], "active");
}

#[test]
fn a_list_shows_whom_one_asks_for() {
    let world = World::new(&[("a.toml", &format!("{ANNA}\n{BO}"))]);
    let found = |arguments: &[&str]| {
        let list = world.json(&[&["list"], arguments].concat());
        let email = |reader: &Value| reader["email"].as_str().unwrap()[..1].to_owned();
        list["subscribers"]
            .as_array()
            .unwrap()
            .iter()
            .map(email)
            .collect::<String>()
    };
    assert_eq!(found(&["--topic", "skole"]), "ab");
    assert_eq!(found(&["--topic", "it"]), "b");
    assert_eq!(found(&["--frequency", "weekly"]), "a");
    assert_eq!(found(&["--state", "paused"]), "b");
    assert_eq!(found(&["--state", "paused", "--state", "active"]), "ab");
    assert_eq!(found(&["--domain", "example"]), "ab");
    assert_eq!(found(&["--domain", "kk.example"]), "");
    assert_eq!(found(&["--text", "SØREN"]), "a");
    assert_eq!(world.run(&["list", "--state", "activ"]).code, 2);
    assert_eq!(
        world.run(&["list", "--csv", "--state", "active"]).out,
        "email,name,first_name,topics,sections,frequency,format,language,consent_at,consent_source,consent_text,consent_frequency,paused_until,state\r\n\
         anna@k.example,Anna Sørensen,,\"ledelse,skole\",,weekly,html,da,2026-11-01T09:30:00+01:00,web form,,,,active\r\n"
    );
}
