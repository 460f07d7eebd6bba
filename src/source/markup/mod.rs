//! HTML as words: a tree of bounded size, and the tree as the blocks of a text. No mark-up leaves this room, so
//! nothing that could run does.

mod chrome;
mod flow;
mod outward;
mod piece;
mod settle;
mod tree;

pub(super) use flow::{Flow, Manner, Passage, flow_of};
pub(super) use outward::{Picture, is_adrift, picture_place, web_address};
pub(super) use piece::Piece;
pub(super) use settle::settled;
pub(super) use tree::{Node, Tree, parse};

use super::prose::one_line;

/// The words of a stretch of HTML on one line, without what is hidden.
pub(super) fn words(html: &str) -> String {
    // Most lines have no mark-up at all.
    if !html.contains(['<', '&']) {
        return one_line(html);
    }
    let mut text = String::new();
    gather(&parse(html), Tree::ROOT, &mut text);
    one_line(&text)
}

fn gather(tree: &Tree, at: usize, text: &mut String) {
    for child in tree.children(at) {
        match tree.node(*child) {
            Node::Text { text: words, .. } => text.push_str(words),
            Node::Element(element) if element.is_hidden() => {}
            Node::Element(element) => {
                let apart = !element.is_inline();
                if apart {
                    text.push(' ');
                }
                gather(tree, *child, text);
                if apart {
                    text.push(' ');
                }
            }
        }
    }
}

/// A text that is plain or HTML, nobody says which, as HTML: without a tag it is plain, and empty lines part its
/// paragraphs.
pub(super) fn of_either(text: &str) -> String {
    let tagged = text
        .split('<')
        .skip(1)
        .any(|rest| rest.starts_with(|c: char| c.is_ascii_alphabetic() || c == '/' || c == '!'));
    if tagged {
        text.to_owned()
    } else {
        with_breaks(text)
    }
}

/// A text that is plain as HTML: what looks like a tag is shown as it stands.
pub(super) fn of_plain(text: &str) -> String {
    with_breaks(&text.replace('&', "&amp;").replace('<', "&lt;"))
}

fn with_breaks(text: &str) -> String {
    let text = text.replace("\r\n", "\n").replace("\n\n", "<br><br>");
    // Lines of a list stand alone.
    text.replace("\n-", "<br>-")
        .replace("\n•", "<br>•")
        .replace("\n*", "<br>•")
}

/// What a named character of HTML stands for, given its name alone: `oslash`.
pub(super) fn character(name: &str) -> Option<String> {
    let plausible =
        (2..=32).contains(&name.len()) && name.bytes().all(|b| b.is_ascii_alphanumeric());
    if !plausible {
        return None;
    }
    let tree = parse(&format!("&{name};"));
    let mut text = String::new();
    gather(&tree, Tree::ROOT, &mut text);
    // Where only the begin of the name is known, the rest of it is left behind.
    let whole = !text.ends_with(';') || name == "semi";
    let known = !text.starts_with('&') || name.eq_ignore_ascii_case("amp");
    (whole && known).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_left_of_mark_up_and_nothing_of_what_runs() {
        let check = |html: &str, expected: &str| assert_eq!(words(html), expected, "{html}");
        check("Børn &amp; unge", "Børn & unge");
        check(
            "R&oslash;dgr&oslash;d&nbsp;med fl&#248;de",
            "Rødgrød med fløde",
        );
        check("<b>Ny</b> bro<br>over <i>hav</i>nen", "Ny bro over havnen");
        check("<p>Et</p><p>to</p>", "Et to");
        check("a<script>alert(1)</script>b", "ab");
        check("a<script>alert('</b>')", "a");
        check("<style>p{}</style><svg><text>x</text></svg>", "");
        check("5 < 6 og 7 > 6", "5 < 6 og 7 > 6");
        check("<img src=x onerror=alert(1)>", "");
        check("&lt;script&gt;", "<script>");
    }

    #[test]
    fn named_characters_of_html_are_known_and_others_are_not() {
        assert_eq!(character("oslash").as_deref(), Some("ø"));
        assert_eq!(character("nbsp").as_deref(), Some("\u{a0}"));
        assert_eq!(character("amp").as_deref(), Some("&"));
        for name in ["lol9", "x", "", "a b", "notanentity"] {
            assert_eq!(character(name), None, "{name}");
        }
    }
}
