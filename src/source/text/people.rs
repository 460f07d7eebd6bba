//! Who wrote or presented a piece. Somebody quoted in it is neither.

use super::{
    lines::Line,
    words::{EVENTS, ORGANISATIONS},
};
use crate::domain::article::Author;

/// The writers of a byline, `Af Ida Holm, journalist`.
pub(super) fn byline(line: &Line) -> Option<Vec<Author>> {
    line.is_plain().then(|| writers(&line.text)).flatten()
}

/// The writers that a line in the shape of a byline names.
pub(in crate::source) fn writers(text: &str) -> Option<Vec<Author>> {
    let text = text.trim_end_matches('.');
    if text.chars().count() > 150 {
        return None;
    }
    let rest = [
        "Af: ",
        "Af ",
        "AF ",
        "Skrevet af ",
        "Skrevet af: ",
        "Tekst: ",
        "Tekst af ",
        "Forfatter: ",
        "Forfattere: ",
        "Journalist: ",
    ]
    .iter()
    .find_map(|label| text.strip_prefix(label))?
    .trim();
    // An address is no part of a role.
    let rest = rest.split(['|', '·']).next().unwrap_or(rest).trim();
    let mut authors: Vec<Author> = Vec::new();
    for part in rest.split(" og ").flat_map(|part| part.split(" & ")) {
        let part = part.trim().trim_end_matches(',');
        let (name, role) = part.split_once(',').map_or((part, None), |(name, role)| {
            (name.trim(), Some(role.trim()))
        });
        if is_name(name) {
            authors.push(Author {
                name: name.to_owned(),
                role: role.and_then(role_of),
            });
        } else {
            // `kommunaldirektør og formand`: the role went on.
            let role = authors.last_mut()?.role.as_mut()?;
            role.push_str(" og ");
            role.push_str(part);
        }
    }
    (!authors.is_empty()).then_some(authors)
}

/// The presenter of a talk, `V. direktør i Nordby Kommune Ida Holm` or `v/ Ida Holm, direktør`.
pub(super) fn presenter(line: &Line) -> Option<Author> {
    let text = line.text.trim_end_matches('.');
    if !line.is_plain() || text.chars().count() > 200 {
        return None;
    }
    let rest = [
        "V. ",
        "v. ",
        "V/ ",
        "v/ ",
        "V/",
        "v/",
        "Ved: ",
        "Oplæg ved ",
        "Oplægsholder: ",
        "Ved ",
    ]
    .iter()
    .find_map(|label| text.strip_prefix(label))?
    .trim();
    if let Some((name, role)) = rest.split_once(',')
        && is_name(name.trim())
    {
        return Some(Author {
            name: name.trim().to_owned(),
            role: role_of(role),
        });
    }
    let words: Vec<&str> = rest.split_whitespace().collect();
    let run = words
        .iter()
        .rev()
        .take_while(|word| is_name_word(word))
        .count();
    let mut from = words.len() - run;
    // The run of capitals may begin with the place the role is held at.
    let organisation = |word: &&str| {
        let word = word.trim_end_matches(',').to_lowercase();
        ORGANISATIONS.contains(&word.trim_end_matches('s'))
            || ORGANISATIONS.contains(&word.as_str())
    };
    if let Some(last) = words[from..].iter().rposition(organisation) {
        from += last + 1;
    } else if from > 0
        && run > 2
        && matches!(
            words[from - 1],
            "i" | "for" | "af" | "ved" | "på" | "hos" | "fra"
        )
    {
        from += 1;
    } else if from == 0 && run > 2 && words[0].chars().count() > 9 && words.len() == run {
        // `V. Borgmester Ida Holm`: a title in capitals before the name.
        from = words.len() - 2;
    }
    let (role, name) = words.split_at(from);
    let name = name.join(" ");
    is_name(&name).then(|| Author {
        name,
        role: role_of(&role.join(" ")),
    })
}

fn role_of(text: &str) -> Option<String> {
    let role: Vec<&str> = text
        .split_whitespace()
        .filter(|word| !word.contains('@'))
        .collect();
    let role = role.join(" ");
    let role = role.trim_matches([' ', ',', '.', '(', ')']);
    (!role.is_empty()).then(|| role.to_owned())
}

/// Two to five words as names are written.
fn is_name(text: &str) -> bool {
    let words: Vec<&str> = text.split_whitespace().collect();
    (2..=5).contains(&words.len())
        && words.iter().enumerate().all(|(at, word)| {
            is_name_word(word) || at > 0 && matches!(*word, "de" | "von" | "van" | "der" | "la")
        })
        && !words
            .iter()
            .any(|word| EVENTS.contains(&word.to_lowercase().as_str()))
}

fn is_name_word(word: &str) -> bool {
    word.starts_with(char::is_uppercase)
        && word
            .chars()
            .all(|c| c.is_alphabetic() || matches!(c, '-' | '\'' | '’' | '.'))
}

#[cfg(test)]
mod tests {
    use super::super::lines::split;
    use super::*;

    fn author(name: &str, role: &str) -> Author {
        Author {
            name: name.into(),
            role: (!role.is_empty()).then(|| role.into()),
        }
    }

    #[test]
    fn bylines_give_names_and_roles() {
        let check = |text: &str, expected: Option<&[Author]>| {
            assert_eq!(byline(&split(text)[0]).as_deref(), expected, "{text}");
        };
        check(
            "Af Ida Holm, journalist",
            Some(&[author("Ida Holm", "journalist")]),
        );
        check(
            "Af Ida Holm og Bo Lund-Krag",
            Some(&[author("Ida Holm", ""), author("Bo Lund-Krag", "")]),
        );
        check(
            "Af Ida Holm, leder og formand",
            Some(&[author("Ida Holm", "leder og formand")]),
        );
        check(
            "Skrevet af Ida Holm, ida@nordby.example",
            Some(&[author("Ida Holm", "")]),
        );
        check("Af de mange forslag blev ét valgt", None);
        check("Af Nordby", None);
    }

    #[test]
    fn a_presenters_role_ends_where_the_name_begins() {
        let check = |text: &str, expected: Option<Author>| {
            assert_eq!(presenter(&split(text)[0]), expected, "{text}");
        };
        check(
            "**V. Formand for Brolauget og direktør i\nNordby Kommune Ida Holm**",
            Some(author(
                "Ida Holm",
                "Formand for Brolauget og direktør i Nordby Kommune",
            )),
        );
        check(
            "v/ Ida Holm, direktør",
            Some(author("Ida Holm", "direktør")),
        );
        check(
            "V. borgmester i Nordby Ida Bo Holm",
            Some(author("Ida Bo Holm", "borgmester i Nordby")),
        );
        check("V. Ida Holm", Some(author("Ida Holm", "")));
        check("Ved havnen ligger broen", None);
    }
}
