//! The floors of the house: imports run strictly downward, and siblings do not know each other.

use std::{
    fs,
    path::{Path, PathBuf},
};

use crate::rust::{Token, paths, tokens};

/// The floors from the ground up.
const FLOORS: [&[&str]; 9] = [
    &["domain"],
    &["compose", "render"],
    &["letter", "lint"],
    &["source", "store", "transport"],
    &["roster", "ledger"],
    &["publish", "dispatch", "bounce", "signup"],
    &["web"],
    &["config"],
    &["cli"],
];

/// The modules that may speak to a person directly.
const SPEAKING: [&str; 2] = ["web", "cli"];

fn floor(module: &str) -> Option<usize> {
    FLOORS.iter().position(|floor| floor.contains(&module))
}

/// What a text in a module imports against the rule.
fn violations(text: &str, module: &[String]) -> Vec<String> {
    let own = &module[0];
    let Some(own_floor) = floor(own) else {
        return vec![format!("`{own}` stands on no floor")];
    };
    paths(text, module)
        .into_iter()
        .filter_map(|path| {
            let top = &path[0];
            let why = match floor(top) {
                _ if top == own => return None,
                None => "stands on no floor",
                Some(other) if other == own_floor => "is a sibling",
                Some(other) if other > own_floor => "is a floor above",
                Some(_) => return None,
            };
            Some(format!(
                "`{}` names `{}`: `{top}` {why}",
                module.join("::"),
                path.join("::")
            ))
        })
        .collect()
}

/// The signs that a text prints.
fn printing(text: &str) -> Vec<String> {
    let tokens = tokens(text);
    let mut found = Vec::new();
    for (at, token) in tokens.iter().enumerate() {
        let Some(word) = token.word() else { continue };
        let is_macro = tokens.get(at + 1).is_some_and(|next: &Token| next.is('!'));
        let prints = match word {
            "println" | "eprintln" | "print" | "eprint" | "dbg" => is_macro,
            "stdout" | "stderr" | "Stdout" | "Stderr" => true,
            _ => false,
        };
        if prints {
            found.push(word.to_owned());
        }
    }
    found
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Every file under a folder, but what is made by building and running.
fn files(folder: &Path) -> Vec<PathBuf> {
    const MADE: [&str; 7] = [
        ".git", "target", "state", "outbox", "preview", "public", "cache",
    ];
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        // In a worktree `.git` is a file.
        if folder == root() && MADE.contains(&name.as_str()) {
            continue;
        }
        if path.is_dir() {
            found.extend(files(&path));
        } else {
            found.push(path);
        }
    }
    found.sort();
    found
}

/// The Rust files of the library, each with its module.
fn modules() -> Vec<(Vec<String>, String)> {
    let src = root().join("src");
    files(&src)
        .into_iter()
        .filter(|path| path.extension().is_some_and(|ext| ext == "rs"))
        .filter_map(|path| {
            let mut module: Vec<String> = path
                .strip_prefix(&src)
                .unwrap()
                .with_extension("")
                .components()
                .map(|part| part.as_os_str().to_string_lossy().into_owned())
                .collect();
            if module.last().is_some_and(|name| name == "mod") {
                module.pop();
            }
            let top = module == ["lib"] || module == ["main"];
            (!top).then(|| (module, fs::read_to_string(&path).unwrap()))
        })
        .collect()
}

#[test]
fn imports_run_strictly_downward() {
    let modules = modules();
    assert!(modules.len() > 20, "the modules are found");
    let found: Vec<String> = modules
        .iter()
        .flat_map(|(module, text)| violations(text, module))
        .collect();
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn an_import_of_a_sibling_or_a_higher_floor_is_seen() {
    let check = |module: &str, text: &str, expected: &[&str]| {
        let module: Vec<String> = module.split("::").map(str::to_owned).collect();
        assert_eq!(violations(text, &module), expected, "{text}");
    };
    check(
        "compose",
        "use crate::domain::issue::Issue; use self::x::y;",
        &[],
    );
    check(
        "config",
        "use crate::{compose::S, letter::settings::L}; use config::Source;",
        &[],
    );
    check(
        "compose",
        "use crate::{domain::x, render::Piece};",
        &["`compose` names `render::Piece`: `render` is a sibling"],
    );
    check(
        "store::sqlite",
        "use super::super::ledger::Claim;",
        &["`store::sqlite` names `ledger::Claim`: `ledger` is a floor above"],
    );
    check(
        "domain::issue",
        "mod tests { use super::*; fn f() { crate::cli::main(); } }",
        &["`domain::issue` names `cli::main`: `cli` is a floor above"],
    );
    check(
        "roster",
        "use crate::*;",
        &["`roster` names `*`: `*` stands on no floor"],
    );
    check(
        "lint::links",
        "use super::Look; use crate::{domain::ad::Ad, letter::encode::quoted_printable, source::Source};",
        &[
            "`lint::links` names `letter::encode::quoted_printable`: `letter` is a sibling",
            "`lint::links` names `source::Source`: `source` is a floor above",
        ],
    );
    check("attic", "", &["`attic` stands on no floor"]);
}

#[test]
fn nothing_below_the_web_and_the_command_line_prints() {
    let found: Vec<String> = modules()
        .iter()
        .filter(|(module, _)| !SPEAKING.contains(&module[0].as_str()))
        .flat_map(|(module, text)| {
            let module = module.join("::");
            printing(text)
                .into_iter()
                .map(move |word| format!("`{module}` has `{word}`"))
        })
        .collect();
    assert!(found.is_empty(), "{}", found.join("\n"));
    assert_eq!(
        printing("// println!\nprintln!(\"x\"); io::stdout()"),
        ["println", "stdout"]
    );
}

#[test]
fn no_file_names_a_place_of_one_machine() {
    let places = ["work", "root", "farm"].map(|name| format!("/{name}/"));
    let read = |path: &Path| {
        path.extension()
            .is_none_or(|ext| ["rs", "toml", "md", "sh"].iter().any(|known| ext == *known))
    };
    let mut seen = 0;
    for path in files(root()).iter().filter(|path| read(path)) {
        // A file that is no text names nothing.
        let Ok(text) = fs::read_to_string(path) else {
            continue;
        };
        seen += 1;
        for (number, line) in text.lines().enumerate() {
            for place in &places {
                assert!(
                    !line.contains(place),
                    "{}:{}: {line}",
                    path.display(),
                    number + 1
                );
            }
        }
    }
    assert!(seen > 30, "the files are found");
}
