//! A newsletter's folder: made by `init`, judged by `check`.

use std::{
    fs,
    path::Path,
    process::{Command, Output},
};

fn overblik(folder: &Path, arguments: &[&str]) -> (i32, Output) {
    let ours =
        std::env::vars_os().filter(|(name, _)| !name.to_string_lossy().starts_with("OVERBLIK"));
    let output = Command::new(env!("CARGO_BIN_EXE_overblik"))
        .args(arguments)
        .current_dir(folder)
        .env_clear()
        .envs(ours)
        .env("OVERBLIK_ENV", "")
        .output()
        .unwrap();
    (output.status.code().unwrap(), output)
}

fn json(output: &Output) -> serde_json::Value {
    serde_json::from_slice(&output.stdout).unwrap()
}

#[test]
fn a_new_folder_is_sound_and_is_never_written_over() {
    let folder = tempfile::tempdir().unwrap();
    let (code, _) = overblik(folder.path(), &["init", "avis"]);
    assert_eq!(code, 0);
    let (code, output) = overblik(
        folder.path(),
        &["--config", "avis/config", "--json", "check"],
    );
    assert_eq!(code, 0);
    assert_eq!(json(&output)["ok"], true);
    assert_eq!(json(&output)["config"]["guards"]["not_before"], "05:00");

    let config = folder.path().join("avis/config/default.toml");
    fs::write(&config, "mine").unwrap();
    let (code, output) = overblik(folder.path(), &["init", "avis", "--json"]);
    assert_eq!(code, 2);
    assert_eq!(json(&output)["error"]["code"], 2);
    assert_eq!(fs::read_to_string(&config).unwrap(), "mine");
}

#[test]
fn check_tells_every_fault_and_ends_with_2() {
    let folder = tempfile::tempdir().unwrap();
    overblik(folder.path(), &["init", "."]);
    let config = folder.path().join("config/test.toml");
    fs::write(&config, "[unsubscribe]\nserved = \"maybe\"\n[stat]\n").unwrap();
    let (code, output) = overblik(folder.path(), &["--env", "test", "check", "-q"]);
    assert_eq!(code, 2);
    assert!(output.stdout.is_empty());
    assert_eq!(
        String::from_utf8(output.stderr).unwrap(),
        "error: config/test.toml:2: `unsubscribe.served`: unknown value `maybe`\n  hint: it can be `no`, `yes`\n\
         error: config/test.toml:3: `stat`: unknown key\n  hint: did you mean `state`?\n"
    );
    let (code, output) = overblik(folder.path(), &["--env", "test", "--json", "check"]);
    assert_eq!(code, 2);
    let document = json(&output);
    assert_eq!(document["ok"], false);
    assert_eq!(document["faults"][1]["line"], 3);
    assert!(document["config"].is_null());
}
