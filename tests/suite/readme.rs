//! README stays true: its `console` blocks are run with the built binary in a copy of the demo.
//!
//! In a block, a line beginning `$ ` is a command and the lines until the next one are what it prints, stdout before
//! stderr. `...` alone on a line stands for any lines, `[..]` within one for anything. A command that prints nothing
//! in README is only run. It must succeed, unless `$ echo $?` follows and says with which exit code it ends.

use std::{
    fs,
    path::Path,
    process::{Command, Output},
};

use crate::world::copy;

/// A command of README, and what it says of the command's output.
#[derive(Debug, PartialEq, Eq)]
struct Step {
    line: usize,
    command: String,
    expected: Vec<String>,
}

fn steps(text: &str) -> Vec<Step> {
    let mut steps: Vec<Step> = Vec::new();
    let mut inside = false;
    for (number, line) in text.lines().enumerate() {
        if line.trim_start().starts_with("```") {
            inside = line.trim() == "```console";
        } else if inside {
            match (line.strip_prefix("$ "), steps.last_mut()) {
                (Some(command), _) => steps.push(Step {
                    line: number + 1,
                    command: command.to_owned(),
                    expected: Vec::new(),
                }),
                (None, Some(step)) => step.expected.push(line.to_owned()),
                (None, None) => panic!("README.md:{}: output before any command", number + 1),
            }
        }
    }
    steps
}

/// The words of a command line; quotes hold words together, ` #` begins a comment.
fn words(command: &str) -> Result<Vec<String>, String> {
    let mut words: Vec<String> = Vec::new();
    let mut word: Option<String> = None;
    let mut quote = None;
    for c in command.chars() {
        match (quote, c) {
            (Some(open), c) if c == open => quote = None,
            (Some(_), c) => word.get_or_insert_default().push(c),
            (None, '\'' | '"') => {
                quote = Some(c);
                word.get_or_insert_default();
            }
            (None, '#') if word.is_none() => break,
            (None, '|' | '>' | '<' | '&' | ';' | '*' | '$' | '`') => {
                return Err(format!("`{c}` needs a shell, and there is none here"));
            }
            (None, c) if c.is_whitespace() => words.extend(word.take()),
            (None, c) => word.get_or_insert_default().push(c),
        }
    }
    words.extend(word);
    Ok(words)
}

/// Runs one command line in a folder.
fn run(command: &str, folder: &Path) -> Result<Output, String> {
    let words = words(command)?;
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let (program, arguments) = match words.as_slice() {
        ["overblik", rest @ ..]
        | ["cargo", "run", "--release", "--", rest @ ..]
        | ["cargo", "run", "--", rest @ ..] => (env!("CARGO_BIN_EXE_overblik"), rest),
        ["ls" | "cat", path] if !path.starts_with(['-', '/']) => (words[0], &words[1..]),
        _ => {
            return Err(
                "only `overblik ...`, `cargo run --release -- ...`, `ls DIR` and `cat FILE` are run".to_owned(),
            );
        }
    };
    let ours = std::env::vars_os().filter(|(name, _)| {
        let name = name.to_string_lossy();
        !name.starts_with("OVERBLIK") && !name.starts_with("CLICOLOR")
    });
    Command::new(program)
        .args(arguments)
        .current_dir(folder)
        .env_clear()
        .envs(ours)
        .env("NO_COLOR", "1")
        .env("LC_ALL", "C.UTF-8")
        .output()
        .map_err(|error| error.to_string())
}

/// Whether lines are as a pattern says.
fn matches(pattern: &[String], lines: &[&str]) -> bool {
    match pattern.split_first() {
        None => lines.is_empty(),
        Some((first, rest)) if first == "..." => {
            (0..=lines.len()).any(|skipped| matches(rest, &lines[skipped..]))
        }
        Some((first, rest)) => lines
            .split_first()
            .is_some_and(|(line, lines)| line_matches(first, line) && matches(rest, lines)),
    }
}

fn line_matches(pattern: &str, line: &str) -> bool {
    match pattern.split_once("[..]") {
        None => pattern.trim_end() == line.trim_end(),
        Some((start, rest)) => line.strip_prefix(start).is_some_and(|line| {
            let mut places = line.char_indices().map(|(at, _)| at).chain([line.len()]);
            places.any(|at| line_matches(rest, &line[at..]))
        }),
    }
}

/// Runs every step in a folder; what is untrue, each with README's line.
fn untrue(steps: &[Step], folder: &Path) -> Vec<String> {
    let mut found = Vec::new();
    let mut code = 0;
    for (at, step) in steps.iter().enumerate() {
        let place = format!("README.md:{}: $ {}", step.line, step.command);
        let (text, success) = if step.command == "echo $?" {
            (code.to_string(), true)
        } else {
            match run(&step.command, folder) {
                Ok(output) => {
                    code = output.status.code().unwrap_or(-1);
                    let text = [output.stdout, output.stderr].concat();
                    (String::from_utf8_lossy(&text).into_owned(), code == 0)
                }
                Err(why) => {
                    found.push(format!("{place}\n  {why}"));
                    continue;
                }
            }
        };
        let told = steps
            .get(at + 1)
            .is_some_and(|next| next.command == "echo $?");
        if !success && !told {
            found.push(format!("{place}\n  ends with exit code {code}:\n{text}"));
            continue;
        }
        let expected: &[String] = match step.expected.as_slice() {
            [lines @ .., last] if last.is_empty() => lines,
            lines => lines,
        };
        let lines: Vec<&str> = text.lines().collect();
        if !expected.is_empty() && !matches(expected, &lines) {
            found.push(format!(
                "{place}\n--- README\n{}\n--- printed\n{text}",
                expected.join("\n")
            ));
        }
    }
    found
}

/// A copy of the demo: what an editor writes, and nothing a run has made.
fn demo() -> tempfile::TempDir {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folder = tempfile::tempdir().unwrap();
    for name in ["config", "subscribers", "articles", "issues"] {
        if root.join(name).is_dir() {
            copy(&root.join(name), &folder.path().join(name));
        }
    }
    folder
}

#[test]
fn the_commands_of_readme_print_what_it_says() {
    let readme = Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md");
    let Ok(text) = fs::read_to_string(readme) else {
        return;
    };
    let steps = steps(&text);
    assert!(
        !steps.is_empty(),
        "README.md shows no command in a `console` block"
    );
    let folder = demo();
    let found = untrue(&steps, folder.path());
    assert!(found.is_empty(), "{}", found.join("\n\n"));
}

#[test]
fn an_untrue_readme_is_seen() {
    let folder = demo();
    let check = |block: &str, expected: &[&str]| {
        let found = untrue(
            &steps(&format!("```console\n{block}\n```\n")),
            folder.path(),
        );
        let heads: Vec<&str> = found
            .iter()
            .map(|text| text.lines().nth(1).unwrap().trim())
            .collect();
        assert_eq!(heads, expected, "{block}\n{found:?}");
    };
    check("$ overblik --version\noverblik [..]", &[]);
    check(
        "$ overblik --version   # which it is\noverblik 9.9.9",
        &["--- README"],
    );
    check(
        "$ cargo run --release -- --help\n...\nUsage: [..]\n...",
        &[],
    );
    check("$ overblik nonsense", &["ends with exit code 2:"]);
    check("$ overblik nonsense\n...\n$ echo $?\n2", &[]);
    check("$ overblik nonsense\n$ echo $?\n0", &["--- README"]);
    check("$ ls config\ndefault.toml\n...", &[]);
    check(
        "$ rm x",
        &["only `overblik ...`, `cargo run --release -- ...`, `ls DIR` and `cat FILE` are run"],
    );
    check(
        "$ overblik check | head",
        &["`|` needs a shell, and there is none here"],
    );
}

#[test]
fn lines_are_matched_with_gaps() {
    let check = |pattern: &str, text: &str, expected: bool| {
        let pattern: Vec<String> = pattern.lines().map(str::to_owned).collect();
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(matches(&pattern, &lines), expected, "{pattern:?} {lines:?}");
    };
    check("a\nb", "a\nb", true);
    check("a", "a\nb", false);
    check("a\n...", "a\nb\nc", true);
    check("...\nc", "a\nb\nc", true);
    check("a\n...\nb", "a\nb", true);
    check("a\n...\nb", "a\nx", false);
    check("sent [..] of [..]", "sent 3 of 5", true);
    check("sent [..] of [..]", "sent 3", false);
    check("[..] å", "æøå å", true);
}
