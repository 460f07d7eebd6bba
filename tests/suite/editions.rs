//! What two thousand readers with two thousand sets of choices make an issue keep. `benches/editions.rs` tells what
//! they cost in time.

use std::collections::HashSet;

use overblik::{
    domain::{key::SigningKey, subscriber::Choices},
    publish::{self, Press},
    roster::Suppressions,
    store::StoredPiece,
};

use crate::crowd;

const READERS: usize = 2000;

/// What is stored for readers with these choices: the pieces, and the number of editions.
fn stored(choices: &[Choices]) -> (Vec<StoredPiece>, usize) {
    let config = crowd::config().unwrap();
    let draft = crowd::issue(&config).unwrap();
    let brief = config.brief();
    let mut press = Press::new(&draft.digest, &brief).unwrap();
    let plan = publish::plan(
        &brief,
        draft.digest.key,
        &mut press,
        &crowd::roster(choices).unwrap(),
        &Suppressions::default(),
        &SigningKey::new([1; 32]),
    )
    .unwrap();
    assert!(plan.rows.iter().all(|row| row.edition.is_ok()));
    let editions = press.editions().len();
    (press.into_pieces(), editions)
}

fn bytes(pieces: &[StoredPiece]) -> usize {
    pieces.iter().map(|piece| piece.bytes.len()).sum()
}

#[test]
fn two_thousand_sets_of_choices_keep_little_more_than_one_set() {
    let config = crowd::config().unwrap();
    let draft = crowd::issue(&config).unwrap();
    let different = crowd::different(&config, &draft.digest, READERS);
    let distinct: HashSet<_> = different.iter().collect();
    assert_eq!(distinct.len(), READERS);

    let (one, whole) = stored(&vec![Choices::default(); READERS]);
    assert_eq!(whole, 4, "the whole issue in each language and format");
    let (half, _) = stored(&different[..READERS / 2]);
    let (all, editions) = stored(&different);
    assert!(editions > 1_900, "{editions} editions are hardly different");

    // What a reader of one's own adds is a subject line and counts, never an item: an item's forms are few.
    let more = all.len() - one.len();
    assert!(more <= 600, "{more} pieces more than one set keeps");
    let a_reader = (bytes(&all) - bytes(&one)) / READERS;
    assert!(a_reader <= 400, "{a_reader} octets more a reader");
    let (first, second) = (half.len() - one.len(), all.len() - half.len());
    assert!(
        second * 2 <= first,
        "the first thousand sets added {first} pieces, the second {second}: growth does not end"
    );
}
