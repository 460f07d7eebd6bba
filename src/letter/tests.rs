use chrono::TimeZone;

use super::*;
use crate::{
    domain::{issue::Frequency, language::Language, newsletter::Newsletter, piece::Piece},
    letter::settings::{BounceSettings, UnsubscribeSettings},
};

fn newsletter() -> Newsletter {
    toml::from_str(
        "name = \"Fællesbladet\"\nlist_id = \"nyt.avis.example\"\nfrom = \"Fællesbladet <nyt@avis.example>\"\n\
         reply_to = \"red@avis.example\"\nbase_url = \"https://avis.example/\"\n",
    )
    .unwrap()
}

fn splicer(links: Links) -> Splicer {
    let piece = |format, text: &str| {
        EncodedPiece::encode(&Piece {
            name: "p".into(),
            format,
            text: text.into(),
        })
    };
    let greet = Slot::Greeting.mark();
    let leave = Slot::Unsubscribe.mark();
    Splicer::new(
        Stamp {
            key: IssueKey {
                date: NaiveDate::from_ymd_opt(2026, 11, 23).unwrap(),
                frequency: Frequency::Daily,
            },
            frozen_at: Utc.with_ymd_and_hms(2026, 11, 23, 5, 0, 0).unwrap(),
            hash: [0xab; 32],
        },
        Letterhead::of(
            &newsletter(),
            &UnsubscribeSettings::default(),
            &BounceSettings::default(),
        ),
        links,
        vec![
            piece(Format::Text, &format!("{greet}\n\nÆrø er en ø.\n")),
            piece(
                Format::Html,
                &format!("<p>{greet}</p>\n<a href=\"{leave}\">Afmeld</a>\n"),
            ),
        ],
    )
}

fn edition(format: Format) -> Edition {
    Edition {
        format,
        language: Language::Da,
        subject: "Rødgrød på rådhuset – og 3 < 5".into(),
        preheader: String::new(),
        html: vec![PieceId(1)],
        text: vec![PieceId(0)],
        items: vec![],
        topics: vec![],
    }
}

fn make(links: Links, format: Format) -> Letter {
    let address = Address::parse("anna@kommune.example").unwrap();
    splicer(links)
        .letter(
            &edition(format),
            &Reader {
                id: SubscriberId([1; 32]),
                address: &address,
                name: Some("Anna <Ø>"),
                signed_up: None,
            },
        )
        .unwrap()
}

#[test]
fn a_letter_is_the_same_bytes_every_time() {
    let key = || Links::Signed(SigningKey::new([9; 32]));
    assert_eq!(
        make(key(), Format::Html).message,
        make(key(), Format::Html).message
    );
}

#[test]
fn a_letter_reads_as_its_reader_sees_it() {
    let letter = make(Links::Signed(SigningKey::new([9; 32])), Format::Html);
    insta::assert_snapshot!(letter.message.text().replace("\r\n", "\n"));
    assert_eq!(letter.envelope.recipient.as_str(), "anna@kommune.example");
    let sender = letter.envelope.sender.to_string();
    assert!(
        sender.starts_with("nyt+") && sender.ends_with("@avis.example"),
        "{sender}"
    );
}

#[test]
fn a_letter_tells_the_day_its_reader_signed_up_where_it_is_known() {
    let address = Address::parse("anna@kommune.example").unwrap();
    let text = |signed_up| {
        let reader = Reader {
            id: SubscriberId([1; 32]),
            address: &address,
            name: None,
            signed_up,
        };
        let why = EncodedPiece::encode(&Piece {
            name: "why".into(),
            format: Format::Text,
            text: format!("Fordi du {} os.\n", Slot::SignedUp.mark()),
        });
        let splicer = Splicer {
            pieces: Pieces::new(vec![why.clone(), why]),
            ..splicer(Links::Trial)
        };
        let letter = splicer.letter(&edition(Format::Text), &reader).unwrap();
        let text = letter.message.text();
        let text = text.replace("=\r\n", "").replace("=20", " ");
        text.split_once("\r\n\r\n").unwrap().1.to_owned()
    };
    let day = NaiveDate::from_ymd_opt(2026, 3, 4);
    assert_eq!(
        text(day),
        "Fordi du den 4. marts 2026 tilmeldte dig os.\r\n"
    );
    assert_eq!(text(None), "Fordi du har tilmeldt dig os.\r\n");
}

#[test]
fn a_text_reader_gets_one_plain_part() {
    let letter = make(Links::Signed(SigningKey::new([9; 32])), Format::Text);
    let text = letter.message.text();
    assert!(!text.contains("multipart") && !text.contains("html"));
    assert!(text.ends_with("=C3=86r=C3=B8 er en =C3=B8.\r\n"));
}

#[test]
fn a_trial_letter_carries_no_working_link() {
    let letter = make(Links::Trial, Format::Html);
    let text = letter.message.text();
    assert!(!text.contains("List-Unsubscribe"));
    assert!(
        text.replace("=\r\n", "")
            .contains("https://avis.example/u/pr=C3=B8velink")
    );
}

#[test]
fn an_edition_of_another_issue_is_refused() {
    let address = Address::parse("anna@kommune.example").unwrap();
    let stranger = Edition {
        text: vec![PieceId(7)],
        ..edition(Format::Text)
    };
    let reader = Reader {
        id: SubscriberId([1; 32]),
        address: &address,
        name: None,
        signed_up: None,
    };
    assert!(matches!(
        splicer(Links::Trial).letter(&stranger, &reader),
        Err(LetterError::NoSuchPiece(7))
    ));
}

#[test]
fn a_letter_in_parts_is_the_letter_whole_whichever_edition_it_is_of() {
    let address = Address::parse("anna@kommune.example").unwrap();
    let reader = Reader {
        id: SubscriberId([1; 32]),
        address: &address,
        name: Some("Anna Ærø"),
        signed_up: None,
    };
    let editions = ["Vandværket åbner", "Vejen lukker", "Vandværket åbner"]
        .iter()
        .zip([Format::Html, Format::Text, Format::Text])
        .map(|(subject, format)| Edition {
            subject: (*subject).into(),
            ..edition(format)
        });
    let editions: Vec<Edition> = editions.collect();
    let numbered = Editions::from(editions.clone());
    let splicer = Arc::new(splicer(Links::Signed(SigningKey::new([9; 32]))));
    for _ in 0..2 {
        for (number, edition) in (0..).zip(&editions) {
            let whole = splicer.letter(edition, &reader).unwrap();
            let parts = splicer.letter_in_parts(&numbered, number, &reader).unwrap();
            assert_eq!(parts.message.text(), whole.message.text(), "{number}");
            assert_eq!((parts.id, parts.envelope), (whole.id, whole.envelope));
        }
    }
    let signed = Arc::new(
        Arc::into_inner(splicer)
            .unwrap()
            .signed_by(Some(Arc::new(dkim::tests::signer()))),
    );
    for (number, edition) in (0..).zip(&editions) {
        let whole = signed.letter(edition, &reader).unwrap();
        let numbered = signed.letter_in_parts(&numbered, number, &reader).unwrap();
        assert!(whole.message.text().starts_with("DKIM-Signature:"));
        assert_eq!(numbered.message.text(), whole.message.text(), "{number}");
    }
    let splicer = signed;
    let none = splicer.letter_in_parts(&numbered, 3, &reader);
    assert!(matches!(none, Err(LetterError::NoSuchEdition(3))));
}
