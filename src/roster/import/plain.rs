//! Lists without columns: an address a line, as Mailman prints its members.

use super::{candidate::Row, columns::Column};

/// A line as a row: `anna@kommune.example`, `Anna <anna@kommune.example>`, `"Anna" <…>`; `None` for a comment.
pub(super) fn row(line: &str) -> Option<Row> {
    let line = line.trim();
    if line.starts_with('#') {
        return None;
    }
    let mut row = Row::new();
    match line
        .rsplit_once('<')
        .and_then(|(name, rest)| Some((name, rest.strip_suffix('>')?)))
    {
        Some((name, address)) => {
            let name = name.trim().trim_matches('"').trim();
            if !name.is_empty() && !name.contains('@') {
                row.insert(Column::Name, name.to_owned());
            }
            row.insert(Column::Email, address.trim().to_owned());
        }
        None => {
            let address = line.trim_matches(['"', ',', ';', ' ']);
            row.insert(Column::Email, address.to_owned());
        }
    }
    Some(row)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_stands_alone_or_behind_a_name() {
        let check = |line: &str, name: Option<&str>, email: &str| {
            let row = row(line).unwrap();
            assert_eq!(row.get(&Column::Name).map(String::as_str), name, "{line}");
            assert_eq!(row[&Column::Email], email, "{line}");
        };
        check("anna@k.example", None, "anna@k.example");
        check(
            " \"Sørensen, Anna\" <anna@k.example>",
            Some("Sørensen, Anna"),
            "anna@k.example",
        );
        check("anna@k.example <anna@k.example>", None, "anna@k.example");
        check("anna@k.example,", None, "anna@k.example");
        assert_eq!(row("# a list"), None);
    }
}
