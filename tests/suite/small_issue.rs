//! The smallest issue there can be: one piece, one edition. For stories of letters, whatever is in them.

use std::sync::Arc;

use chrono::{DateTime, NaiveDate, TimeZone as _, Utc};
use overblik::{
    domain::{
        issue::{Frequency, IssueKey},
        key::SigningKey,
        language::Language,
        newsletter::Newsletter,
        piece::{Edition, Piece, PieceId},
        subscriber::Format,
    },
    letter::{
        Letterhead, Links, Splicer, Stamp,
        encode::EncodedPiece,
        settings::{BounceSettings, UnsubscribeSettings},
    },
    store::{FrozenIssue, StoredPiece},
};

pub const KEY: IssueKey = IssueKey {
    date: NaiveDate::from_ymd_opt(2026, 11, 23).unwrap(),
    frequency: Frequency::Daily,
};

const HASH: [u8; 32] = [7; 32];

/// When it is frozen.
pub fn start() -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2026, 11, 23, 5, 0, 0).unwrap()
}

pub fn signing_key() -> SigningKey {
    SigningKey::new([1; 32])
}

pub fn newsletter() -> Newsletter {
    toml::from_str(
        "name = \"Bladet\"\nlist_id = \"nyt.bladet.example\"\nfrom = \"nyt@bladet.example\"\n\
         base_url = \"https://bladet.example/\"\n",
    )
    .unwrap()
}

/// The issue whose piece has this text, slots marked; and what makes its letters.
pub fn of(text: String) -> (FrozenIssue, Arc<Splicer>) {
    let piece = EncodedPiece::encode(&Piece {
        name: "letter".into(),
        format: Format::Text,
        text,
    });
    let edition = Edition {
        format: Format::Text,
        language: Language::Da,
        subject: "Mandag".into(),
        preheader: String::new(),
        html: vec![],
        text: vec![PieceId(0)],
        items: vec![],
        topics: vec![],
    };
    let frozen = FrozenIssue {
        key: KEY,
        cut_off: start(),
        frozen_at: start(),
        hash: HASH,
        refused: 0,
        record: "{}".into(),
        letterhead: "{\"name\":\"x\"}".into(),
        manuscript: "{}".into(),
        pieces: vec![StoredPiece {
            name: "letter".into(),
            format: Format::Text,
            bytes: piece.to_stored(),
        }],
        editions: vec![edition],
        articles: vec![],
    };
    let stamp = Stamp {
        key: KEY,
        frozen_at: start(),
        hash: HASH,
    };
    let (unsubscribe, bounce) = (UnsubscribeSettings::default(), BounceSettings::default());
    let head = Letterhead::of(&newsletter(), &unsubscribe, &bounce);
    let splicer = Splicer::new(stamp, head, Links::Signed(signing_key()), vec![piece]);
    (frozen, Arc::new(splicer))
}
