//! Reads Rust just well enough to see which modules a file names: words and signs, without comments and texts.

/// A word or a sign of Rust.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Token {
    Word(String),
    Sign(char),
}

impl Token {
    pub(crate) fn word(&self) -> Option<&str> {
        match self {
            Self::Word(word) => Some(word),
            Self::Sign(_) => None,
        }
    }

    pub(crate) fn is(&self, sign: char) -> bool {
        *self == Self::Sign(sign)
    }
}

/// The words and signs of a text; `::` is one sign, written `:`, and a single `:` is `;`.
pub(crate) fn tokens(text: &str) -> Vec<Token> {
    let text: Vec<char> = text.chars().collect();
    let mut tokens = Vec::new();
    let mut at = 0;
    while at < text.len() {
        let rest = &text[at..];
        at += match rest {
            ['/', '/', ..] => until(rest, "\n"),
            ['/', '*', ..] => block_comment(rest),
            ['"', ..] => string(rest),
            ['\'', '\\', ..] => 3 + until(&rest[3..], "'"),
            ['\'', _, '\'', ..] => 3,
            [':', ':', ..] => {
                tokens.push(Token::Sign(':'));
                2
            }
            [':', ..] => {
                tokens.push(Token::Sign(';'));
                1
            }
            [c, ..] if is_word(*c) => {
                let length = rest.iter().take_while(|c| is_word(**c)).count();
                let word: String = rest[..length].iter().collect();
                let after = &rest[length..];
                let prefix = matches!(word.as_str(), "r" | "b" | "br" | "c" | "cr");
                match after {
                    ['"', ..] if prefix && !word.contains('r') => length + string(after),
                    ['"', ..] if prefix => length + raw_string(after),
                    ['#', '"' | '#', ..] if prefix => length + raw_string(after),
                    ['#', ..] if word == "r" => length + 1,
                    _ => {
                        tokens.push(Token::Word(word));
                        length
                    }
                }
            }
            [c, ..] => {
                if !c.is_whitespace() {
                    tokens.push(Token::Sign(*c));
                }
                1
            }
            [] => 1,
        };
    }
    tokens
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// How far it is to the end of the first `end`, or of the text.
fn until(text: &[char], end: &str) -> usize {
    let end: Vec<char> = end.chars().collect();
    text.windows(end.len())
        .position(|window| window == end)
        .map_or(text.len(), |start| start + end.len())
}

fn block_comment(text: &[char]) -> usize {
    let mut depth = 0;
    let mut at = 0;
    while at < text.len() {
        match text[at..] {
            ['/', '*', ..] => {
                depth += 1;
                at += 2;
            }
            ['*', '/', ..] => {
                depth -= 1;
                at += 2;
                if depth == 0 {
                    break;
                }
            }
            _ => at += 1,
        }
    }
    at
}

fn string(text: &[char]) -> usize {
    let mut at = 1;
    while at < text.len() {
        match text[at] {
            '\\' => at += 2,
            '"' => return at + 1,
            _ => at += 1,
        }
    }
    at
}

fn raw_string(text: &[char]) -> usize {
    let hashes = text.iter().take_while(|c| **c == '#').count();
    let end = format!("\"{}", "#".repeat(hashes));
    hashes + 1 + until(&text[hashes + 1..], &end)
}

/// Every path in the text that begins with `crate`, `self` or `super`, resolved to one that begins at the crate's top.
/// `module` is where the text stands.
pub(crate) fn paths(text: &str, module: &[String]) -> Vec<Vec<String>> {
    let tokens = tokens(text);
    let mut here = module.to_vec();
    let mut inner: Vec<usize> = Vec::new();
    let mut depth = 0;
    let mut found = Vec::new();
    for at in 0..tokens.len() {
        match &tokens[at] {
            Token::Sign('{') => {
                depth += 1;
                // `mod name {` opens a module inside the file.
                if let [Token::Word(word), Token::Word(name)] = &tokens[at.saturating_sub(2)..at]
                    && word == "mod"
                {
                    here.push(name.clone());
                    inner.push(depth);
                }
            }
            Token::Sign('}') => {
                if inner.last() == Some(&depth) {
                    inner.pop();
                    here.pop();
                }
                depth -= 1;
            }
            Token::Word(word)
                if matches!(word.as_str(), "crate" | "self" | "super")
                    && !(at > 0 && tokens[at - 1].is(':')) =>
            {
                let mut tree = Vec::new();
                follow(&tokens, at, Vec::new(), &mut tree);
                let resolved = tree.into_iter().filter_map(|path| resolve(path, &here));
                found.extend(resolved);
            }
            _ => {}
        }
    }
    found
}

/// Follows a path and the groups in it; gives the place after it.
fn follow(
    tokens: &[Token],
    mut at: usize,
    mut path: Vec<String>,
    found: &mut Vec<Vec<String>>,
) -> usize {
    loop {
        match tokens.get(at) {
            Some(Token::Word(word)) => path.push(word.clone()),
            Some(Token::Sign('*')) => path.push("*".to_owned()),
            Some(Token::Sign('{')) => {
                at += 1;
                while at < tokens.len() && !tokens[at].is('}') {
                    at = follow(tokens, at, path.clone(), found);
                    // `as name`, and the comma between.
                    while at < tokens.len() && !tokens[at].is(',') && !tokens[at].is('}') {
                        at += 1;
                    }
                    if at < tokens.len() && tokens[at].is(',') {
                        at += 1;
                    }
                }
                return at + 1;
            }
            _ => break,
        }
        at += 1;
        if !tokens.get(at).is_some_and(|token| token.is(':')) {
            break;
        }
        at += 1;
    }
    found.push(path);
    at
}

/// The path from the crate's top; `None` for a lone `self` or `super`, which names nothing.
fn resolve(path: Vec<String>, here: &[String]) -> Option<Vec<String>> {
    if path.len() < 2 {
        return None;
    }
    let mut base = here.to_vec();
    let mut steps = path.into_iter().peekable();
    while let Some(step) = steps.peek() {
        match step.as_str() {
            "crate" => base.clear(),
            "super" => {
                base.pop();
            }
            "self" => {}
            _ => break,
        }
        steps.next();
    }
    base.extend(steps);
    Some(base)
}

#[test]
fn paths_are_found_in_groups_and_expressions_and_not_in_words() {
    let check = |text: &str, expected: &[&str]| {
        let module = ["source".to_owned(), "text".to_owned()];
        let found: Vec<String> = paths(text, &module)
            .iter()
            .map(|path| path.join("::"))
            .collect();
        assert_eq!(found, expected, "{text}");
    };
    check(
        "use crate::domain::fault::Fault;",
        &["domain::fault::Fault"],
    );
    check(
        "use crate::{a::{b, c as d}, e::*, f};",
        &["a::b", "a::c", "e::*", "f"],
    );
    check("let x: crate::web::Page = 1;", &["web::Page"]);
    check("use super::file;", &["source::file"]);
    check("use super::super::web;", &["web"]);
    check(
        "mod tests { use super::*; fn f() {} } use super::x;",
        &["source::text::*", "source::x"],
    );
    check("mod tests { use super::super::super::cli; }", &["cli"]);
    check("pub(crate) fn f(self) { self.x; Self::y() }", &[]);
    check("// crate::web\n/* crate::web /* x */ crate::web */", &[]);
    check(
        "\"crate::web\" r#\"a\"crate::web\"# '\"' crate::x '\\'' b\"\\\"crate::web\"",
        &["x"],
    );
    check("fn f<'a>(x: &'a str) { crate::x }", &["x"]);
}
