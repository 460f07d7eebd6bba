//! What lies over what.

use std::fs;

use super::*;

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
