//! What an edit does to a file, as a unified diff of one hunk.

use std::fmt::Write as _;

const CONTEXT: usize = 2;

/// The lines that go and come, with two lines around them. So many lines stand above both texts.
pub(super) fn unified(path: &str, passed: usize, before: &str, after: &str) -> String {
    let old: Vec<&str> = before.split_inclusive('\n').collect();
    let new: Vec<&str> = after.split_inclusive('\n').collect();
    let head = old.iter().zip(&new).take_while(|(a, b)| a == b).count();
    let tail = old[head..]
        .iter()
        .rev()
        .zip(new[head..].iter().rev())
        .take_while(|(a, b)| a == b)
        .count();
    let (gone, come) = (&old[head..old.len() - tail], &new[head..new.len() - tail]);
    let above = &old[head.saturating_sub(CONTEXT)..head];
    let below = &old[old.len() - tail..(old.len() - tail + CONTEXT).min(old.len())];
    let around = above.len() + below.len();
    let mut text = format!("--- {path}\n+++ {path}\n");
    let start = |lines: usize| {
        if lines == 0 {
            0
        } else {
            passed + head - above.len() + 1
        }
    };
    let (old_lines, new_lines) = (gone.len() + around, come.len() + around);
    // Writing to a `String` cannot fail.
    let _ = writeln!(
        text,
        "@@ -{},{old_lines} +{},{new_lines} @@",
        start(old_lines),
        start(new_lines)
    );
    for (mark, lines) in [(' ', above), ('-', gone), ('+', come), (' ', below)] {
        for line in lines {
            let _ = writeln!(text, "{mark}{}", line.trim_end_matches(['\r', '\n']));
            if !line.ends_with('\n') {
                text.push_str("\\ No newline at end of file\n");
            }
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_diff_shows_what_comes_and_goes_and_two_lines_around() {
        assert_eq!(
            unified("a.toml", 0, "1\n2\n3\n4\n5\n6\n", "1\n2\n3\nx\n4\n5\n6\n"),
            "--- a.toml\n+++ a.toml\n@@ -2,4 +2,5 @@\n 2\n 3\n+x\n 4\n 5\n"
        );
        assert_eq!(
            unified("a.toml", 0, "", "1\n"),
            "--- a.toml\n+++ a.toml\n@@ -0,0 +1,1 @@\n+1\n"
        );
        assert_eq!(
            unified("a.toml", 0, "1\r\n2", "1\r\n"),
            "--- a.toml\n+++ a.toml\n@@ -1,2 +1,1 @@\n 1\n-2\n\\ No newline at end of file\n"
        );
    }
}
