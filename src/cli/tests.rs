use clap::CommandFactory as _;

use super::*;

/// Every command, by the words that name it; groups of commands among them.
fn commands() -> Vec<(String, clap::Command)> {
    let mut program = Cli::command();
    program.build();
    let mut all = vec![("overblik".to_owned(), program)];
    let mut next = 0;
    while let Some((name, command)) = all.get(next).cloned() {
        let further = command.get_subcommands();
        all.extend(further.map(|one| (format!("{name} {}", one.get_name()), one.clone())));
        next += 1;
    }
    all.retain(|(name, _)| !name.contains(" help"));
    all
}

/// A line of an example as a shell reads it: quotes taken off, what is led elsewhere or only said left out.
fn words(line: &str) -> Vec<String> {
    let (mut words, mut word, mut quote) = (Vec::new(), String::new(), None);
    for character in line.chars().chain([' ']) {
        match (character, quote) {
            (' ', None) if word.is_empty() => {}
            (' ', None) => words.push(std::mem::take(&mut word)),
            ('"' | '\'', None) => quote = Some(character),
            (end, Some(begin)) if end == begin => quote = None,
            (other, _) => word.push(other),
        }
    }
    let end = ["#", ">", "<", "|"];
    let end = words.iter().position(|word| end.contains(&word.as_str()));
    words.truncate(end.unwrap_or(words.len()));
    words
}

#[test]
fn every_command_has_examples_and_takes_them() {
    for (name, command) in commands() {
        let help = command.get_after_help().map(ToString::to_string);
        let help = help.unwrap_or_default();
        let (_, examples) = help
            .split_once("Examples:\n")
            .unwrap_or_else(|| panic!("`{name}` has no examples"));
        let mut shown = false;
        for line in examples.lines() {
            let words = words(line);
            if let Err(error) = Cli::try_parse_from(&words) {
                panic!("{line}: {error}");
            }
            let mut own = name.split(' ');
            shown |= own.all(|word| words.iter().any(|said| said == word));
        }
        assert!(shown, "no example of `{name}` is its own");
    }
}

#[test]
fn every_command_says_in_the_third_person_what_it_does() {
    for (name, command) in commands() {
        let about = command.get_about().map(ToString::to_string);
        let about = about.unwrap_or_default();
        let about = about.strip_prefix("On day one: ").unwrap_or(&about);
        let verb = about.split([' ', ':']).next().unwrap_or_default();
        assert!(
            verb.ends_with('s') || name == "overblik",
            "`{name}`: {about}"
        );
        assert!(!about.ends_with('.'), "`{name}`: {about}");
    }
}
