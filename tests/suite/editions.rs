//! What two thousand readers with two thousand sets of choices make an issue keep. `benches/editions.rs` tells what
//! they cost in time.

use std::collections::HashSet;

use overblik::{
    domain::{
        key::SigningKey,
        piece::Edition,
        secret::{MASK, Secret},
        subscriber::Choices,
    },
    letter::Letterhead,
    publish::{self, Manuscript, Plan, Press},
    roster::Suppressions,
    store::{Read as _, StoredPiece, sqlite::SqliteStore},
};

use crate::crowd;

const READERS: usize = 2000;

/// What is stored for readers with these choices: the pieces, and the number of editions.
fn stored(choices: &[Choices]) -> (Vec<StoredPiece>, usize) {
    let config = crowd::demo::config().unwrap();
    let draft = crowd::issue::draft(&config).unwrap();
    let brief = config.brief();
    let mut press = Press::new(&draft.digest, &brief).unwrap();
    let plan = publish::plan(
        &brief,
        draft.digest.key,
        &mut press,
        &crowd::roster::of(choices).unwrap(),
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
    let config = crowd::demo::config().unwrap();
    let draft = crowd::issue::draft(&config).unwrap();
    let different = crowd::different::choices(&config, &draft.digest, READERS);
    let distinct: HashSet<_> = different.iter().collect();
    assert_eq!(distinct.len(), READERS);

    let (one, whole) = stored(&vec![Choices::default(); READERS]);
    assert_eq!(whole, 4, "the whole issue in each language and format");
    let (half, _) = stored(&different[..READERS / 2]);
    let (all, editions) = stored(&different);
    assert!(editions > 1_900, "{editions} editions are hardly different");

    // What a reader of one's own adds is a subject line, counts and the names of few topics, never an item: an item's
    // forms are few.
    let more = all.len() - one.len();
    assert!(more <= 800, "{more} pieces more than one set keeps");
    let a_reader = (bytes(&all) - bytes(&one)) / READERS;
    assert!(a_reader <= 400, "{a_reader} octets more a reader");
    let (first, second) = (half.len() - one.len(), all.len() - half.len());
    assert!(
        second * 2 <= first,
        "the first thousand sets added {first} pieces, the second {second}: growth does not end"
    );
}

#[test]
fn editions_made_of_a_frozen_issue_are_those_that_freezing_would_have_made() {
    let mut config = crowd::demo::config().unwrap();
    config.newsletter.key = Some(Secret::new("hemmelig"));
    config.newsletter.key_file = Some("hemmelig".into());
    let draft = crowd::issue::draft(&config).unwrap();
    let brief = config.brief();
    let different = crowd::different::choices(&config, &draft.digest, 300);
    let fresh = |choices: &[Choices]| {
        let mut press = Press::new(&draft.digest, &brief).unwrap();
        make(&mut press, choices);
        press
    };
    let (before, after) = different.split_at(100);
    let head = Letterhead::of(&config.newsletter, &config.unsubscribe, &config.bounce);
    let mut store = SqliteStore::in_memory().unwrap();
    let now = draft.digest.cut_off;
    let issue = publish::freeze(
        &mut store,
        &draft,
        fresh(before),
        Plan::default(),
        &head,
        now,
    )
    .unwrap();

    let kept = store.manuscript(issue).unwrap().unwrap();
    assert!(!kept.contains(MASK) && !kept.contains("hemmelig"));
    let manuscript = Manuscript::from_json(&kept).unwrap();
    let (mut editions, mut pieces) = (store.editions(issue).unwrap(), store.pieces(issue).unwrap());
    let mut press = Press::again(&manuscript, [0; 32], editions.clone(), pieces.clone());
    let none: (Vec<Edition>, Vec<StoredPiece>) = (vec![], vec![]);
    make(&mut press, before);
    assert_eq!(press.into_parts(), none, "what is there is made by nobody");
    // Twice, as when readers join twice.
    for joined in after.chunks(100) {
        let mut press = Press::again(&manuscript, [0; 32], editions.clone(), pieces.clone());
        make(&mut press, joined);
        let (further_editions, further_pieces) = press.into_parts();
        assert!(further_editions.len() > 90 && !further_pieces.is_empty());
        editions.extend(further_editions);
        pieces.extend(further_pieces);
    }
    assert!((editions, pieces) == fresh(&different).into_parts());
}

fn make(press: &mut Press<'_>, choices: &[Choices]) {
    for one in choices {
        press.edition(one).unwrap();
    }
}
