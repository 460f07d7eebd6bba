mod defaults;
mod faults;
mod layers;
mod secrets;
mod smtp;

use std::fs;

use super::*;

const DEFAULT: &str = include_str!("../../../config/default.toml");
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
