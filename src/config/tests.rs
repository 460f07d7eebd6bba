use std::{collections::BTreeSet, fs};

use super::*;

const DEFAULT: &str = include_str!("../../config/default.toml");
const SMALL: &str = "[newsletter]\nname = \"Nyt\"\nlist_id = \"nyt.avis.example\"\nfrom = \"nyt@avis.example\"\nbase_url = \"https://avis.example/\"\n";

/// A config folder with these files; loaded as the environment `test` where there is such a file.
fn loaded(files: &[(&str, &str)], variables: &[(&str, &str)]) -> Result<Config, Vec<Fault>> {
    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("config");
    fs::create_dir(&config).unwrap();
    for (name, text) in files {
        fs::write(config.join(name), text).unwrap();
    }
    let env = files
        .iter()
        .any(|(name, _)| *name == "test.toml")
        .then_some("test");
    let variables = variables
        .iter()
        .map(|(name, text)| ((*name).to_owned(), (*text).to_owned()));
    load(&config, env, variables)
}

/// What is wrong with a small sound config to which lines are added, as `line key reason`.
fn faults_of(added: &str) -> Vec<String> {
    let lines_before = SMALL.lines().count();
    match loaded(&[("default.toml", &format!("{SMALL}{added}"))], &[]) {
        Ok(_) => Vec::new(),
        Err(faults) => faults
            .iter()
            .map(|fault| {
                assert!(fault.remedy.is_some(), "{fault}");
                let line = fault
                    .line
                    .map_or(0, |line| line.saturating_sub(lines_before));
                format!(
                    "{line} {} {}",
                    fault.key.as_deref().unwrap_or("-"),
                    fault.reason
                )
            })
            .collect(),
    }
}

#[test]
fn the_demos_config_is_sound_and_holds_every_key() {
    loaded(&[("default.toml", DEFAULT)], &[]).unwrap_or_else(|faults| panic!("{faults:#?}"));
    let mut missing = Vec::new();
    for table in known::TABLES {
        let value = &known::example()[table];
        let fields = if known::is_tables(value) {
            &value[0]
        } else {
            value
        };
        collect_missing(table, fields, &mut missing);
    }
    assert!(missing.is_empty(), "config/default.toml lacks {missing:?}");
}

/// The keys of a table that stand in no `[table]` block of the demo's config, commented out or not, or stand there
/// without a comment above.
fn collect_missing(table: &str, fields: &Value, missing: &mut Vec<String>) {
    let mut here = false;
    let mut commented = false;
    let mut explained = BTreeSet::new();
    for line in DEFAULT.lines() {
        let bare = line.strip_prefix("# ").unwrap_or(line);
        if bare.starts_with('[') {
            let name = bare.trim_matches(['[', ']']);
            let named = table.strip_suffix(".*");
            here = name == table || named.is_some_and(|of| name.starts_with(&format!("{of}.\"")));
        }
        match bare.split_once(" = ") {
            Some((key, _)) if here && !key.contains(' ') => {
                if commented {
                    explained.insert(key.to_owned());
                }
                // The second of two keys may share the comment above the first.
                commented = commented && !line.starts_with('#');
            }
            _ => commented = line.starts_with("# "),
        }
    }
    for (key, value) in fields.as_object().unwrap() {
        if value.is_object() {
            collect_missing(&format!("{table}.{key}"), value, missing);
        } else if known::is_tables(value) {
            collect_missing(&format!("{table}.{key}"), &value[0], missing);
        } else if !explained.contains(key) {
            missing.push(format!("{table}.{key}"));
        }
    }
}

#[test]
fn the_defaults_are_those_the_comments_claim() {
    let small = loaded(&[("default.toml", SMALL)], &[]).unwrap().effective();
    for table in [
        "schedule",
        "selection",
        "guards",
        "lint",
        "unsubscribe",
        "transport",
        "transport.file",
        "subscribers",
        "issues",
        "state",
    ] {
        let fields = table.split('.').fold(&small, |value, name| &value[name]);
        for (key, claimed) in claims(table) {
            assert_eq!(shown(&fields[&key]), claimed, "{table}.{key}");
        }
    }
    assert_eq!(claims("guards").len(), 10);
    assert_eq!(claims("selection").len(), 7);
    let demo = loaded(&[("default.toml", DEFAULT)], &[]).unwrap();
    assert_eq!(demo.sections, Section::defaults());
}

fn shown(value: &Value) -> String {
    match value.as_str() {
        Some("mon,tue,wed,thu,fri") => "mon-fri".to_owned(),
        Some(text) => text.to_owned(),
        None => value.to_string(),
    }
}

/// The defaults that the comments above keys claim: `Default: 15.`, ``(`skip`, default)``, ``default `05:00` ``.
fn claims(table: &str) -> Vec<(String, String)> {
    let mut here = false;
    let mut claim = None;
    let mut claims = Vec::new();
    for line in DEFAULT.lines() {
        if line.starts_with('[') {
            here = line.trim_matches(['[', ']']) == table;
            claim = None;
        }
        if let Some(comment) = line.strip_prefix("# ") {
            if let Some((_, text)) = comment.split_once("Default: ") {
                claim = Some(text.trim_end_matches('.').trim_matches('`').to_owned());
            } else if let Some((_, text)) = comment.split_once(", default `") {
                claim = text.split('`').next().map(str::to_owned);
            } else if let Some((text, _)) = comment
                .split_once("` (default")
                .or_else(|| comment.split_once("`, default)"))
            {
                claim = text.rsplit('`').next().map(str::to_owned);
            }
        } else if let (true, Some((key, _))) = (here, line.split_once(" = "))
            && let Some(claim) = claim.take()
        {
            claims.push((key.to_owned(), claim));
        }
    }
    claims
}

#[test]
fn each_layer_lies_over_the_one_before() {
    let base =
        format!("{SMALL}[selection]\nmax_items = 10\nlate_days = 3\n[state]\npath = \"a\"\n");
    let test = "[selection]\nmax_items = 20\n[state]\npath = \"b\"\n";
    let config = loaded(
        &[("default.toml", &base), ("test.toml", test)],
        &[
            ("OVERBLIK__STATE__PATH", "c"),
            ("OVERBLIK_ENV", "test"),
            ("HOME", "x"),
        ],
    )
    .unwrap();
    assert_eq!(config.selection.max_items, 20);
    assert_eq!(config.selection.late_days, 3);
    assert_eq!(config.selection.life_days, 7);
    assert_eq!(config.state.path, Path::new("c"));
    assert!(config.path("c").ends_with("c") && config.path("c") != Path::new("c"));
    assert_eq!(config.sections, Section::defaults());
}

#[test]
fn a_variable_is_read_as_its_setting_asks() {
    let config = loaded(
        &[("default.toml", SMALL)],
        &[
            ("OVERBLIK__SELECTION__MAX_ITEMS", "20"),
            ("OVERBLIK__SUBSCRIBERS__REQUIRE_CONSENT", "true"),
            ("OVERBLIK__NEWSLETTER__NAME", "0070"),
            ("OVERBLIK__GUARDS__NOT_BEFORE", "off"),
        ],
    )
    .unwrap();
    assert_eq!(config.selection.max_items, 20);
    assert!(config.subscribers.require_consent);
    assert_eq!(config.newsletter.name, "0070");
}

#[test]
fn a_refused_variable_is_named() {
    let faults = loaded(
        &[("default.toml", SMALL)],
        &[
            ("OVERBLIK__SELECTION__MAX_ITEMS", "many"),
            ("OVERBLIK__SELECTION__LATE_DAYS", "-3"),
            ("OVERBLIK__SELECTION__LIFE_DAYS", "61"),
            ("OVERBLIK__SELECTION__MAXITEMS", "3"),
        ],
    )
    .unwrap_err();
    let mut named: Vec<_> = faults
        .iter()
        .map(|fault| {
            (
                fault.key.as_deref().unwrap(),
                fault.reason.as_str(),
                fault.path.clone(),
            )
        })
        .collect();
    named.sort();
    assert_eq!(
        named,
        [
            (
                "OVERBLIK__SELECTION__LATE_DAYS",
                "`-3` where a whole number, 0 or more, is needed",
                None
            ),
            (
                "OVERBLIK__SELECTION__LIFE_DAYS",
                "`61` is out of range",
                None
            ),
            ("OVERBLIK__SELECTION__MAXITEMS", "unknown variable", None),
            (
                "OVERBLIK__SELECTION__MAX_ITEMS",
                "`many` where a whole number, 0 or more, is needed",
                None
            ),
        ]
    );
}

#[test]
fn a_toml_date_is_a_date() {
    let config = loaded(&[("default.toml", DEFAULT)], &[]).unwrap();
    assert_eq!(
        config.ads[0].starts,
        chrono::NaiveDate::from_ymd_opt(2026, 11, 16)
    );
}

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
    let ad = "[[ad]]\nid = \"a\"\ntitle = \"T\"\nlink = \"https://a.example\"\nlink_text = \"L\"\nadvertiser = \"A\"\n";
    check(
        &format!("{ad}image = \"https://a.example/a.png\"\nimage_alt = \"A\"\n"),
        &[
            "7 ad[0].image this is an address; whoever opened a letter would ask there for the picture",
        ],
    );
    check(
        &format!("{ad}image = \"a.png\"\nlabel = \"Partner\"\n"),
        &[
            "7 ad[0].image nothing says what the picture shows to those who do not see it",
            "8 ad[0].label a paid ad is labelled as one, with no words of its own",
        ],
    );
}

#[test]
fn a_folder_or_file_that_is_not_there_is_told_with_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    let check = |config: PathBuf, env: Option<&str>, expected: &str| {
        let faults = load(&config, env, std::iter::empty()).unwrap_err();
        assert_eq!(faults.len(), 1, "{faults:?}");
        let text = faults[0].to_string();
        assert!(text.contains(expected), "{text}");
    };
    let config = folder.path().join("config");
    check(config.clone(), None, "overblik init DIR");
    fs::create_dir(&config).unwrap();
    check(
        config.clone(),
        None,
        "config/default.toml: there is no such file\n  hint: run `overblik init DIR`",
    );
    fs::write(config.join("default.toml"), SMALL).unwrap();
    fs::write(config.join("production.toml"), "").unwrap();
    check(folder.path().to_owned(), None, "did you mean `--config");
    check(
        config.join("default.toml"),
        None,
        "name the folder, not the file",
    );
    check(
        config.clone(),
        Some("prodution"),
        "did you mean `--env production`?",
    );
    check(config.clone(), Some("../x"), "is no name of an environment");
    fs::write(config.join("latin.toml"), b"# \xe6\n").unwrap();
    check(config, Some("latin"), "not UTF-8");
}

#[test]
fn secrets_are_masked_in_the_effective_config() {
    let mut value = json!({
        "smtp": { "password": "x", "password_file": "f", "username": "u" },
        "list": [{ "api_token": "y", "secret": null }],
    });
    mask(&mut value);
    assert_eq!(
        value,
        json!({
            "smtp": { "password": "********", "password_file": "f", "username": "u" },
            "list": [{ "api_token": "********", "secret": null }],
        })
    );
}

#[test]
fn a_refused_secret_is_not_repeated() {
    let text = SMALL.replacen("[newsletter]", "[newsletter]\nkey = 4711", 1);
    let faults = loaded(&[("default.toml", &text)], &[]).unwrap_err();
    assert_eq!(faults[0].key.as_deref(), Some("newsletter.key"));
    assert!(!format!("{faults:?}").contains("4711"));
}

#[test]
fn the_effective_config_is_a_config_that_says_the_same() {
    for text in [DEFAULT, SMALL] {
        let config = loaded(&[("default.toml", text)], &[]).unwrap();
        let again = loaded(&[("default.toml", &config.effective_toml())], &[]).unwrap();
        assert_eq!(again.effective(), config.effective());
    }
}

#[test]
fn a_relay_is_named_and_nothing_leaves_this_machine_in_plain_text_or_with_dead_links() {
    let check = |added: &str, expected: &[&str]| assert_eq!(faults_of(added), expected, "{added}");
    let smtp = |more: &str| format!("[transport]\nkind = \"smtp\"\n[transport.smtp]\n{more}");
    let served = "[unsubscribe]\nserved = \"yes\"\n";
    check(
        &smtp(""),
        &["3 transport.smtp.host missing: letters are to leave by SMTP"],
    );
    check(&smtp("host = \"127.0.0.1\"\ntls = \"none\"\n"), &[]);
    check(&smtp("host = \"localhost\"\ntls = \"none\"\n"), &[]);
    let far = "host = \"smtp.avis.example\"\n";
    check(&(smtp(far) + served), &[]);
    check(
        &smtp(far),
        &[
            "0 unsubscribe.served nothing answers under the unsubscribe links, so no letter may leave for \
           `smtp.avis.example`",
        ],
    );
    check(
        &(smtp(&format!("{far}tls = \"none\"\n")) + served),
        &[
            "5 transport.smtp.tls letters and password would go to `smtp.avis.example` for all on the way to read",
        ],
    );
    check(
        &(smtp(&format!("{far}tls = \"none\"\nallow_plaintext = true\n")) + served),
        &[],
    );
    // Nothing of it counts for files.
    check(&format!("[transport.smtp]\n{far}tls = \"none\"\n"), &[]);
    check(
        "[transport.smtp]\nusername = \"anna\"\n",
        &["2 transport.smtp.username there is no password to log in with"],
    );
    check(
        "[transport.smtp]\nusername = \"anna\"\npassword = \"hemmelig\"\npassword_file = \"x\"\n",
        &["4 transport.smtp.password_file there are two passwords"],
    );
    check(
        "[transport.smtp]\npassword = \"hemmelig\"\n",
        &["2 transport.smtp.password there is no name to log in under"],
    );
    check(
        "[transport.smtp]\nhost = \"a b\"\nconnections = 0\n",
        &[
            "2 transport.smtp.host `a b` is no name of a machine",
            "3 transport.smtp.connections `0` is out of range",
        ],
    );
}

#[test]
fn every_relay_of_the_list_is_held_to_the_same_rules_and_named() {
    let check = |added: &str, expected: &[&str]| assert_eq!(faults_of(added), expected, "{added}");
    let with = |more: &str| {
        format!(
            "[unsubscribe]\nserved = \"yes\"\n[transport]\nkind = \"smtp\"\n[transport.smtp]\nhost = \"127.0.0.1\"\n\
             tls = \"none\"\nallow_plaintext = true\nusername = \"anna\"\npassword = \"hemmelig\"\n\
             [[transport.smtp.relay]]\n{more}"
        )
    };
    check(&with("host = \"localhost\"\n"), &[]);
    check(&with("host = \"b.example\"\ntls = \"starttls\"\n"), &[]);
    // Neither the leave to go unencrypted nor the login is taken over.
    check(
        &with("host = \"b.example\"\n"),
        &[
            "11 transport.smtp.relay[0].tls letters and password would go to `b.example` for all on the way to read",
        ],
    );
    check(
        &with(
            "host = \"localhost\"\n[[transport.smtp.relay]]\nhost = \"localhost\"\nusername = \"b\"\n",
        ),
        &["15 transport.smtp.relay[1].username there is no password to log in with"],
    );
    check(
        &with("host = \"localhost\"\npassword = \"x\"\npassword_file = \"y\"\n"),
        &["14 transport.smtp.relay[0].password_file there are two passwords"],
    );
    check(
        &with("host = \"a b\"\nport = 0\nper_connection = 0\n"),
        &[
            "11 transport.smtp.relay[0].tls letters and password would go to `a b` for all on the way to read",
            "12 transport.smtp.relay[0].host `a b` is no name of a machine",
            "13 transport.smtp.relay[0].port `0` is out of range",
            "14 transport.smtp.relay[0].per_connection `0` is out of range",
        ],
    );
    check(
        &with("port = 25\n"),
        &["11 transport.smtp.relay[0].host missing: it has no default"],
    );
    check(
        &with("host = \"localhost\"\nconnections = 3\n"),
        &["13 transport.smtp.relay[0].connections unknown key"],
    );
    check(
        "[transport]\nkind = \"smtp\"\n[transport.smtp]\nhost = \"localhost\"\n[[transport.smtp.relay]]\n\
         host = \"b.example\"\n",
        &[
            "0 unsubscribe.served nothing answers under the unsubscribe links, so no letter may leave for `b.example`",
        ],
    );
}

#[test]
fn a_further_relays_password_is_masked() {
    let text = format!(
        "{SMALL}\n[transport.smtp]\nhost = \"a.example\"\n[[transport.smtp.relay]]\nhost = \"b.example\"\n\
         username = \"anna\"\npassword = \"hemmelig\"\n"
    );
    let config = loaded(&[("default.toml", &text)], &[]).unwrap();
    let shown = config.effective_toml();
    assert!(!shown.contains("hemmelig"), "{shown}");
    assert!(shown.contains("[[transport.smtp.relay]]"), "{shown}");
    let again = loaded(&[("default.toml", &shown)], &[]).unwrap();
    assert_eq!(again.effective(), config.effective());
}

#[test]
fn limits_are_named_by_their_domains_and_rates_are_rates() {
    let check = |added: &str, expected: &[&str]| assert_eq!(faults_of(added), expected, "{added}");
    check(
        "[limits.\"GMail.com\"]\nrate = \"10/s\"\nalso = [\"googlemail.com\"]\n[limits.\"rødgrød.dk\"]\nrate = \"1/hour\"\n",
        &[],
    );
    check("[limits]\n", &[]);
    let no_rate = "is no rate";
    for bad in ["10", "0/s", "10/sec", "ti/s"] {
        check(
            &format!("[limits.\"gmail.com\"]\nrate = \"{bad}\"\n"),
            &[&format!("2 limits.\"gmail.com\".rate `{bad}` {no_rate}")],
        );
        check(
            &format!("[transport.smtp]\nrate = \"{bad}\"\n"),
            &[&format!("2 transport.smtp.rate `{bad}` {no_rate}")],
        );
    }
    check(
        "[limits.gmail]\nrate = \"1/s\"\n",
        &["1 limits.gmail `gmail` is no mail domain"],
    );
    check(
        "[limits.\"gmail.com\"]\nrat = \"1/s\"\n",
        &[
            "1 limits.\"gmail.com\".rate missing: it has no default",
            "2 limits.\"gmail.com\".rat unknown key",
        ],
    );
    check(
        "[limits.\"gmail.com\"]\nrate = \"1/s\"\nalso = [\"a b\", \"aol.com\"]\n",
        &["3 limits.\"gmail.com\".also[0] `a b` is no mail domain"],
    );
    let twice = |key: &str, domain: &str| {
        format!("{key} `{domain}` has a limit already, by `limits.\"GMAIL.com\"`")
    };
    check(
        "[limits.\"gmail.com\"]\nrate = \"1/s\"\nalso = [\"Gmail.Com\"]\n[limits.\"GMAIL.com\"]\nrate = \"2/s\"\n",
        &[
            &twice("1 limits.\"gmail.com\"", "gmail.com"),
            &twice("3 limits.\"gmail.com\".also[0]", "gmail.com"),
        ],
    );
    check(
        "[limits]\nrate = \"1/s\"\n",
        &["2 limits.rate `1/s` where a table is needed"],
    );
}

#[test]
fn a_warm_up_plan_has_a_first_day_and_letters_on_each() {
    let check = |added: &str, expected: &[&str]| {
        let smtp = format!("[transport.smtp]\n{added}");
        assert_eq!(faults_of(&smtp), expected, "{added}");
    };
    check("warm_up = [200, 500]\nwarm_up_from = 2026-11-23\n", &[]);
    check(
        "warm_up = [200, 0]\n",
        &[
            "2 transport.smtp.warm_up[1] a day without a letter",
            "2 transport.smtp.warm_up the plan has no first day",
        ],
    );
    check(
        "warm_up_from = 2026-11-23\n",
        &["2 transport.smtp.warm_up_from there is no plan that begins then"],
    );
    check(
        "warm_up = \"200\"\n[[transport.smtp.relay]]\nhost = \"b.example\"\nwarm_up = [1]\n",
        &[
            "2 transport.smtp.warm_up `200` where a list in brackets is needed",
            "5 transport.smtp.relay[0].warm_up the plan has no first day",
        ],
    );
}
