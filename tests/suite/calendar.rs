//! Which days have an issue, told through the program.

use crate::world::World;

/// Adds lines to the newsletter's config.
pub fn configure(world: &World, lines: &str) {
    let config = std::fs::read_to_string(world.path("config/default.toml")).unwrap();
    world.write("config/default.toml", format!("{lines}\n{config}"));
}

#[test]
fn a_closed_day_sends_nothing_and_says_why() {
    let world = World::with(2, 2);
    configure(
        &world,
        "[[schedule.closed]]\nfrom = 2026-11-24\nto = 2026-11-25\nreason = \"flytning\"\n\
         [[schedule.extra]]\nfrom = 2026-11-28\nreason = \"valg\"\n",
    );
    let check = |day: &str, expected: &str| {
        for arguments in [
            vec!["send", "--date", day],
            vec!["send", "--date", day, "--dry-run"],
        ] {
            let said = world.run(&arguments);
            assert_eq!(said.code, 0, "{arguments:?}: {}", said.err);
            let words = said.out + &said.err;
            assert!(words.contains(expected), "{arguments:?}: {words}");
        }
    };
    check("2026-12-25", "no publishing day (juledag)");
    check("2026-12-24", "no publishing day (juleaften)");
    check("2026-11-25", "no publishing day (flytning)");
    check("2026-11-22", "no publishing day (søndag)");
    assert!(world.letters().is_empty());
    assert!(!world.path("state/ledger.db").exists());
    assert_eq!(world.run(&["send", "--date", "2026-11-28", "-q"]).code, 0);
    assert_eq!(world.letters().len(), 2, "an extra day publishes");
}

#[test]
fn the_schedule_shows_every_day_with_its_reason_and_what_it_covers() {
    let world = World::with(2, 2);
    let days = world.run(&["schedule", "--from", "2027-03-24", "--days", "7", "--json"]);
    assert_eq!(days.code, 0, "{}", days.err);
    let days = days.json();
    let told: Vec<String> = days["days"]
        .as_array()
        .unwrap()
        .iter()
        .map(|day| {
            let text = |key: &str| day[key].as_str().unwrap_or("-").to_owned();
            format!(
                "{} {} {} {} {} weekly {}",
                text("date"),
                day["publishes"],
                text("reason"),
                text("covers_from"),
                text("covers_to"),
                day["weekly"]["covers_to"].as_str().unwrap_or("-"),
            )
        })
        .collect();
    insta::assert_snapshot!(told.join("\n"), @r"
    2027-03-24 true - 2027-03-23T06:00:00+01:00 2027-03-24T06:00:00+01:00 weekly 2027-03-24T06:00:00+01:00
    2027-03-25 false skærtorsdag - - weekly -
    2027-03-26 false langfredag - - weekly -
    2027-03-27 false lørdag - - weekly -
    2027-03-28 false påskedag - - weekly -
    2027-03-29 false 2. påskedag - - weekly -
    2027-03-30 true - 2027-03-24T06:00:00+01:00 2027-03-30T06:00:00+02:00 weekly -
    ");
    let table = world.run(&["schedule", "--from", "2027-03-24", "--days", "3"]);
    insta::assert_snapshot!(table.out, @r"
    2027-03-24  onsdag     daily   covers 2027-03-23 06:00 to 2027-03-24 06:00
    2027-03-24  onsdag     weekly  covers 2027-03-19 06:00 to 2027-03-24 06:00  (fredag 2027-03-26: langfredag)
    2027-03-25  torsdag    -       skærtorsdag
    2027-03-26  fredag     -       langfredag
    ");
    let refused = world.run(&["schedule", "--days", "0"]);
    assert_eq!(refused.code, 2, "{}", refused.err);
}

#[test]
fn the_schedule_goes_on_from_what_was_sent() {
    let world = World::with(2, 2);
    assert_eq!(world.run(&["send", "--date", "2026-11-23", "-q"]).code, 0);
    let days = world.run(&["schedule", "--from", "2026-11-23", "--days", "2", "--json"]);
    let days = days.json();
    assert_eq!(days["days"][0]["state"], "sent");
    assert_eq!(days["days"][0]["covers_to"], "2026-11-23T06:00:00+01:00");
    assert_eq!(days["days"][1]["state"], "due");
    assert_eq!(days["days"][1]["covers_from"], "2026-11-23T06:00:00+01:00");
}

#[test]
fn the_schedule_is_a_calendar_to_subscribe_to() {
    let world = World::with(1, 1);
    let arguments = ["schedule", "--from", "2026-12-21", "--days", "14", "--ical"];
    let text = world.run(&arguments).out;
    assert!(text.starts_with("BEGIN:VCALENDAR\r\nVERSION:2.0\r\n"));
    assert!(text.ends_with("END:VCALENDAR\r\n"));
    assert!(text.lines().all(|line| line.len() <= 75));
    assert_eq!(text.matches('\n').count(), text.matches("\r\n").count());
    let count = |what: &str| text.matches(what).count();
    assert_eq!(count("BEGIN:VEVENT"), count("END:VEVENT"));
    assert_eq!(count("BEGIN:VEVENT"), count("\r\nDTSTAMP:"));
    let uids: Vec<&str> = text
        .lines()
        .filter(|line| line.starts_with("UID:"))
        .collect();
    let expected = [
        "daily-2026-12-21",
        "daily-2026-12-22",
        "daily-2026-12-23",
        "weekly-2026-12-23",
        "closed-2026-12-24",
        "closed-2026-12-25",
        "daily-2026-12-28",
        "daily-2026-12-29",
        "daily-2026-12-30",
        "weekly-2026-12-30",
        "closed-2026-12-31",
        "closed-2027-01-01",
    ]
    .map(|name| format!("UID:{name}@nyt.bladet.example"));
    assert_eq!(uids, expected);
    assert!(text.contains("\r\nSUMMARY:Prøvebladet udkommer ikke: juleaften\r\n"));
    let again = world.run(&arguments).out;
    let stable = |text: &str| -> Vec<String> {
        let lines = text.lines().filter(|line| !line.starts_with("DTSTAMP"));
        lines.map(str::to_owned).collect()
    };
    assert_eq!(stable(&text), stable(&again));
    let refused = world.run(&["schedule", "--ical", "--json"]);
    assert_eq!(refused.code, 2, "{}", refused.err);
}

#[test]
fn preview_shows_the_next_day_the_calendar_has() {
    let world = World::with(1, 1);
    let days = world.run(&["schedule", "--days", "30", "--json"]).json();
    let next = days["days"]
        .as_array()
        .unwrap()
        .iter()
        .find(|day| day["publishes"] == true)
        .unwrap()["date"]
        .clone();
    // Closed from then to the day after: the preview moves past it.
    let date: chrono::NaiveDate = next.as_str().unwrap().parse().unwrap();
    let shown = |world: &World| world.run(&["preview", "--json"]).json()["date"].clone();
    assert_eq!(shown(&world), next);
    configure(
        &world,
        &format!("[[schedule.closed]]\nfrom = {date}\nreason = \"flytning\"\n"),
    );
    assert_ne!(shown(&world), next);
}
