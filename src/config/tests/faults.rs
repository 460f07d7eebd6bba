//! Every fault, told with its place and what to do.

use super::*;

#[test]
fn every_fault_of_every_layer_is_told_at_once() {
    let base = r#"[newsletter]
nmae = "Nyt"
from = "ikke en adresse"
base_url = "http://avis.example/"
timezone = "Europe/Copenhangen"
[selection]
max_items = 99
late_days = 2.5
[unsubscribe]
served = "nope"
[[source]]
name = "a"
path = "x"
kind = "markdwon"
[[source]]
path = "y"
kind = "text"
[[ad]]
id = "a"
title = 5
link = "www.avis.example"
link_text = "Mere"
starts = "2026-13-40"
house = true
"#;
    let faults = loaded(
        &[
            ("default.toml", base),
            (
                "test.toml",
                "[guards]\nnot_before = \"5 o'clock\"\n[state]\npaht = \"x\"\n",
            ),
        ],
        &[("OVERBLIK__GUARD__X", "1")],
    )
    .unwrap_err();
    let text: Vec<String> = faults.iter().map(ToString::to_string).collect();
    insta::assert_snapshot!(text.join("\n"), @r#"
    error: config/default.toml:1: `newsletter.name`: missing: it has no default
      hint: add a line such as `name = "Nyt fra os"`
    error: config/default.toml:1: `newsletter.list_id`: missing: it has no default
      hint: add a line such as `list_id = "nyt.avis.example"`
    error: config/default.toml:2: `newsletter.nmae`: unknown key
      hint: did you mean `name`?
    error: config/default.toml:3: `newsletter.from`: `ikke en adresse` is refused: the address is not of the form name@domain
      hint: write it as in `from = "Nyt fra os <nyt@avis.example>"`
    error: config/default.toml:4: `newsletter.base_url`: `http://avis.example/` is not https: the signed links under it would be open to all on the way
      hint: write an `https://` address; `http://` is allowed for `localhost` only
    error: config/default.toml:5: `newsletter.timezone`: `Europe/Copenhangen` is no time zone
      hint: did you mean `Europe/Copenhagen`?
    error: config/default.toml:7: `selection.max_items`: `99` is out of range
      hint: write a number from 1 to 60
    error: config/default.toml:8: `selection.late_days`: `2.5` where a whole number, 0 or more, is needed
      hint: write it as in `late_days = 7`
    error: config/default.toml:10: `unsubscribe.served`: unknown value `nope`
      hint: it can be `no`, `yes`
    error: config/default.toml:14: `source[0].kind`: unknown value `markdwon`
      hint: did you mean `markdown`? it can be `markdown`, `text`, `html`, `feed`, `ical`
    error: config/default.toml:15: `source[1].name`: missing: it has no default
      hint: add a line such as `name = "articles"`
    error: config/default.toml:20: `ad[0].title`: `5` where a text in quotes is needed
      hint: write it as in `title = "Overskrift"`
    error: config/default.toml:21: `ad[0].link`: `www.avis.example` is no absolute web address
      hint: write it in full, beginning `https://`
    error: config/default.toml:23: `ad[0].starts`: `2026-13-40` is no date
      hint: write year, month and day: `2026-11-23`
    error: config/test.toml:2: `guards.not_before`: `5 o'clock` is no time of day
      hint: write it as `06:00`
    error: config/test.toml:4: `state.paht`: unknown key
      hint: did you mean `path`?
    error: `OVERBLIK__GUARD__X`: unknown variable
      hint: did you mean `OVERBLIK__GUARDS__X`?
    "#);
}

#[test]
fn a_file_that_is_no_toml_does_not_hide_the_faults_of_the_others() {
    let faults = loaded(
        &[
            ("default.toml", "[newsletter\n"),
            ("test.toml", "[state]\npath = 5\nx = 1\n"),
        ],
        &[],
    )
    .unwrap_err();
    let places: Vec<_> = faults
        .iter()
        .map(|fault| (fault.path.as_deref().unwrap(), fault.line.unwrap()))
        .collect();
    assert_eq!(
        places,
        [
            ("config/default.toml", 1),
            ("config/test.toml", 2),
            ("config/test.toml", 3)
        ],
        "what stands in the first is not called missing: {faults:#?}"
    );
}

#[test]
fn a_torn_line_costs_only_itself() {
    assert_eq!(
        faults_of("[state]\npath = \n[selection]\nmax_items = 99\nmax = 3\n"),
        [
            "2 - not TOML: string values must be quoted, expected literal string",
            "4 selection.max_items `99` is out of range",
            "5 selection.max unknown key",
        ]
    );
}

#[test]
fn what_must_be_stated_and_is_not_is_told_with_an_example() {
    let faults = loaded(&[("default.toml", "[state]\npath = \"s\"\n")], &[]).unwrap_err();
    let keys: Vec<_> = faults
        .iter()
        .map(|fault| fault.key.as_deref().unwrap())
        .collect();
    assert_eq!(
        keys,
        [
            "newsletter.name",
            "newsletter.list_id",
            "newsletter.from",
            "newsletter.base_url"
        ]
    );
    assert_eq!(
        faults[3].remedy.as_deref(),
        Some("add a line such as `base_url = \"https://avis.example/\"`")
    );
}

#[test]
fn a_value_of_another_type_is_not_taken_for_what_it_resembles() {
    let check = |added: &str, expected: &[&str]| assert_eq!(faults_of(added), expected, "{added}");
    check(
        "[selection]\nmax_items = \"on\"\n",
        &["2 selection.max_items `on` where a whole number, 0 or more, is needed"],
    );
    check(
        "[selection]\nmax_items = true\n",
        &["2 selection.max_items `true` where a whole number, 0 or more, is needed"],
    );
    check(
        "[selection]\nmax_items = 15.7\n",
        &["2 selection.max_items `15.7` where a whole number, 0 or more, is needed"],
    );
    check(
        "[state]\npath = 7\n",
        &["2 state.path `7` where a path in quotes is needed"],
    );
    check(
        "[subscribers]\nrequire_consent = 1\n",
        &["2 subscribers.require_consent `1` where `true` or `false` is needed"],
    );
    check(
        "[state]\npath = [\"a\"]\n",
        &["2 state.path a list where a path in quotes is needed"],
    );
    check(
        "[source]\nname = \"a\"\n",
        &["1 source `source` must be a list of tables"],
    );
    check(
        "[[state]]\npath = \"a\"\n",
        &["1 state a list where a table is needed"],
    );
    check(
        "transport = { file = \"x\" }\n",
        &["1 newsletter.transport unknown key"],
    );
    check(
        "[transport]\nfile = \"x\"\n",
        &["2 transport.file `x` where a table is needed"],
    );
    check(
        "[[transport.file]]\npath = \"x\"\n",
        &["1 transport.file a list where a table is needed"],
    );
}

#[test]
fn every_refused_entry_of_a_list_is_told_under_its_own_number() {
    assert_eq!(
        faults_of(
            "[[section]]\nid = \"a\"\nname = \"A\"\nkinds = [\n \"nws\",\n \"case\",\n \"opinoin\",\n 3,\n]\n"
        ),
        [
            "5 section[0].kinds[0] unknown value `nws`",
            "7 section[0].kinds[2] unknown value `opinoin`",
            "8 section[0].kinds[3] `3` where a text in quotes is needed",
        ]
    );
}

#[test]
fn settings_that_do_not_go_together_are_told() {
    let check = |added: &str, expected: &[&str]| assert_eq!(faults_of(added), expected, "{added}");
    let source = |name: &str, path: &str, more: &str| {
        format!("[[source]]\nname = \"{name}\"\nkind = \"text\"\npath = \"{path}\"\n{more}")
    };
    check(
        &format!("{}{}", source("a", "x", ""), source("a", "y", "")),
        &["6 source[1].name there is another `[[source]]` with name `a`"],
    );
    check(
        &format!("{}{}", source("a", "x", ""), source("b", "./x", "")),
        &["8 source[1].path the same folder as `source[0].path`"],
    );
    check(
        &source("a", "outbox", ""),
        &["4 source[0].path the same folder as `transport.file.path`"],
    );
    check(
        &source("a", "x", "section = \"nyhder\"\n"),
        &["5 source[0].section there is no section `nyhder`"],
    );
    check(&source("a", "x", "section = \"nyheder\"\n"), &[]);
    let feed = |more: &str| format!("[[source]]\nname = \"a\"\nkind = \"feed\"\n{more}");
    check(&feed("url = \"https://a.example/rss\"\n"), &[]);
    check(&feed("path = \"feeds\"\n"), &[]);
    check(&feed(""), &["1 source[0].path missing: it has no default"]);
    check(
        &feed("url = \"ftp://a.example/rss\"\ntimeout_seconds = 0\n"),
        &[
            "4 source[0].url `ftp:` is no web address",
            "5 source[0].timeout_seconds `0` is out of range",
        ],
    );
    check(
        &feed("url = \"https://ida:kode@a.example/rss\"\n"),
        &["4 source[0].url a name or password stands in the address, where everybody can read it"],
    );
    check(
        &feed("url = \"https://a.example/\"\npath = \"x\"\n"),
        &["4 source[0].url a source has a `path` or a `url`, not both"],
    );
    check(
        &source("a", "x", "url = \"https://a.example/\"\n"),
        &["5 source[0].url sources of this kind are files; they have no address"],
    );
    check(
        &source(
            "a",
            "x",
            "date_formats = [\"%d/%m/%y\", \"%Q\", \"dd-mm\"]\n",
        ),
        &[
            "5 source[0].date_formats[1] `%Q` is no date format",
            "5 source[0].date_formats[2] `dd-mm` is no date format",
        ],
    );
    check(
        "[[section]]\nid = \"a b\"\nname = \"\"\nmax = 0\n",
        &[
            "2 section[0].id `a b` is no id",
            "3 section[0].name the text is empty",
            "4 section[0].max `0` is out of range",
        ],
    );
    check(
        "[[section]]\nid = \"a\"\nname = \"A\"\nkinds = [\"news\"]\n[[section]]\nid = \"b\"\nname = \"B\"\nkinds = [\"news\"]\n",
        &["8 section[1].kinds[0] `news` belongs to section `a` already"],
    );
    check(
        "[schedule]\nholidays = \"norway\"\ncustoms = [\"juleaften\", \"1-may\"]\nweekly_at = \"noon\"\n",
        &[
            "2 schedule.holidays unknown value `norway`",
            "3 schedule.customs[1] unknown value `1-may`",
            "4 schedule.weekly_at `noon` is no time of day",
        ],
    );
    check(
        "[[schedule.closed]]\nfrom = 2026-12-28\nto = 2026-12-27\nreason = \"\"\n[[schedule.extra]]\nfrm = 2026-12-28\n\
         from = \"2026-13-01\"\n",
        &[
            "3 schedule.closed[0].to `2026-12-27` is before `from`",
            "4 schedule.closed[0].reason the text is empty",
            "5 schedule.extra[0].reason missing: it has no default",
            "6 schedule.extra[0].frm unknown key",
            "7 schedule.extra[0].from `2026-13-01` is no date",
        ],
    );
    check(
        "[[schedule.closed]]\nfrom = 2026-12-28\nto = 2026-12-30\nreason = \"jul\"\n[[schedule.extra]]\nfrom = 2026-12-30\n\
         reason = \"valg\"\n",
        &["6 schedule.extra[0].from it has a day in common with what is closed: jul"],
    );
    check(
        "[schedule]\nclosed = [2026-12-28]\n",
        &["2 schedule.closed[0] `2026-12-28` where a table is needed"],
    );
    check(
        "[schedule]\nweekly_day = \"mon-fri\"\n",
        &["2 schedule.weekly_day the weekly issue has one day"],
    );
    check(
        "[guards]\nnot_after = \"04:00\"\n",
        &["2 guards.not_after no time of the day is left to send in"],
    );
    check(
        "[unsubscribe]\nurl = \"http://avis.example/u/\"\n",
        &[
            "2 unsubscribe.url `http://avis.example/u/` is not https: the signed links under it would be open to all on the way",
        ],
    );
    check("[unsubscribe]\nurl = \"http://127.0.0.1:8080/u/\"\n", &[]);
    check(
        "[[publisher]]\nname = \"A\"\nurl = \"ftp://a.example\"\n",
        &["3 publisher[0].url `ftp://a.example` is no absolute web address"],
    );
    check(
        "[[ad]]\nid = \"a\"\ntitle = \"T\"\nlink = \"https://a.example\"\nlink_text = \"L\"\nstarts = 2026-11-02\nexpires = 2026-11-01\nhouse = true\n",
        &["7 ad[0].expires `2026-11-01` is before `starts`: the ad is never shown"],
    );
    check(
        "[[ad]]\nid = \"a\"\ntitle = \"T\"\nlink = \"https://a.example\"\nlink_text = \"L\"\n",
        &["2 ad[0].id nobody is said to pay for the ad"],
    );
}
