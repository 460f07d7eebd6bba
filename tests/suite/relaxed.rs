//! A letter's body is in DKIM's relaxed form as it stands, so that signing canonicalises nothing.

use chrono::{NaiveDate, TimeZone as _, Utc};
use overblik::{
    domain::{
        address::Address,
        issue::{Frequency, IssueKey},
        key::{SigningKey, SubscriberId},
        language::Language,
        newsletter::Newsletter,
        piece::{Edition, Piece, PieceId, Slot},
        subscriber::Format,
    },
    letter::{
        Letterhead, Links, Reader, Splicer, Stamp,
        encode::EncodedPiece,
        settings::{BounceSettings, UnsubscribeSettings},
    },
};
use proptest::prelude::*;

/// The relaxed form of a body, straight from RFC 6376 §3.4.4.
fn relaxed(body: &str) -> String {
    let mut lines: Vec<String> = body
        .split("\r\n")
        .map(|line| {
            let mut kept = String::new();
            for c in line.chars() {
                let blank = c == ' ' || c == '\t';
                if !blank {
                    kept.push(c);
                } else if !kept.ends_with(' ') {
                    kept.push(' ');
                }
            }
            kept.trim_end_matches(' ').to_owned()
        })
        .collect();
    while lines.last().is_some_and(String::is_empty) {
        lines.pop();
    }
    lines.iter().map(|line| format!("{line}\r\n")).collect()
}

/// The body of a letter spliced from pieces of these texts; `{` stands for the greeting, `}` for the link.
fn spliced(texts: &[String], format: Format, name: &str) -> String {
    let newsletter: Newsletter = toml::from_str(
        "name = \"Bladet\"\nlist_id = \"nyt.bladet.example\"\nfrom = \"nyt@bladet.example\"\n\
         base_url = \"https://bladet.example/\"\n",
    )
    .unwrap();
    let pieces = |format| {
        texts.iter().map(move |text| {
            let text = text
                .replace('{', &Slot::Greeting.mark().to_string())
                .replace('}', &Slot::Unsubscribe.mark().to_string());
            EncodedPiece::encode(&Piece {
                name: "p".into(),
                format,
                text: format!("{text}\n"),
            })
        })
    };
    let count = u32::try_from(texts.len()).unwrap();
    let splicer = Splicer::new(
        Stamp {
            key: IssueKey {
                date: NaiveDate::from_ymd_opt(2026, 11, 23).unwrap(),
                frequency: Frequency::Daily,
            },
            frozen_at: Utc.with_ymd_and_hms(2026, 11, 23, 5, 0, 0).unwrap(),
            hash: [7; 32],
        },
        Letterhead::of(
            &newsletter,
            &UnsubscribeSettings::default(),
            &BounceSettings::default(),
        ),
        Links::Signed(SigningKey::new([1; 32])),
        pieces(Format::Text).chain(pieces(Format::Html)).collect(),
    );
    let edition = Edition {
        format,
        language: Language::Da,
        subject: "Mandag".into(),
        preheader: String::new(),
        html: (count..2 * count).map(PieceId).collect(),
        text: (0..count).map(PieceId).collect(),
        items: vec![],
        topics: vec![],
    };
    let address = Address::parse("anna@kommune.example").unwrap();
    let reader = Reader {
        id: SubscriberId([1; 32]),
        address: &address,
        name: Some(name),
        signed_up: None,
    };
    let letter = splicer.letter(&edition, &reader).unwrap();
    let text = letter.message.text();
    text.split_once("\r\n\r\n").unwrap().1.to_owned()
}

proptest! {
    #[test]
    fn a_spliced_letters_body_is_in_relaxed_form_as_it_stands(
        texts in prop::collection::vec("[a =.\tæ{}\n]{0,60}|[ \t\n]{0,40}|[a ]{60,100}", 1..6),
        name in "[A a\tø]{0,30}",
    ) {
        let html = spliced(&texts, Format::Html, &name);
        prop_assert_eq!(&relaxed(&html), &html);
        // The text of a plain letter may end with empty lines; the signer leaves those out.
        let plain = spliced(&texts, Format::Text, &name);
        let ended = format!("{}\r\n", plain.trim_end_matches("\r\n"));
        let ended = if ended == "\r\n" { "" } else { &ended };
        let canonical = relaxed(&plain);
        prop_assert_eq!(canonical.as_str(), ended);
    }
}

#[test]
fn the_tests_own_canonicaliser_gives_what_rfc_6376_gives() {
    // §3.4.5 and §3.4.4.
    assert_eq!(relaxed(" C \r\nD \t E\r\n\r\n\r\n"), " C\r\nD E\r\n");
    assert_eq!(relaxed(""), "");
    assert_eq!(relaxed("\r\n\r\n"), "");
}
