use super::*;
use crate::{
    domain::issue::Frequency,
    store::{Outcome, Read as _, Store as _, Want, contract},
};

#[test]
fn sqlite_keeps_the_contract_of_every_store() {
    contract::check(&mut || SqliteStore::in_memory().unwrap());
}

#[test]
fn what_was_written_is_there_after_opening_again() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ledger.db");
    let issue = contract::freeze(&mut SqliteStore::open(&path).unwrap(), 3);
    let again = SqliteStore::open(&path).unwrap();
    assert_eq!(contract::planned(&again, issue), 3);
}

#[test]
fn a_newer_ledger_is_refused_and_left_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ledger.db");
    SqliteStore::open(&path)
        .unwrap()
        .connection
        .pragma_update(None, "user_version", 99)
        .unwrap();
    for error in [
        SqliteStore::open(&path).unwrap_err(),
        match SqliteStore::peek(&path).unwrap_err() {
            PeekError::Store(error) => error,
            other => panic!("{other}"),
        },
    ] {
        assert!(
            matches!(
                error,
                StoreError::Newer {
                    found: 99,
                    known: 12
                }
            ),
            "{error}"
        );
    }
}

#[test]
fn a_delivery_of_no_known_state_is_damage_and_not_left_out() {
    let mut store = SqliteStore::in_memory().unwrap();
    let issue = contract::freeze(&mut store, 3);
    let spoil = "UPDATE delivery SET state = 6 WHERE seq = 1";
    store.connection.execute(spoil, []).unwrap();
    let error = store.tally(issue).unwrap_err();
    assert!(matches!(error, StoreError::Damaged(_)), "{error}");
}

fn files(folder: &std::path::Path) -> Vec<(String, u64, std::time::SystemTime)> {
    let mut found: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| {
            let entry = entry.unwrap();
            let about = entry.metadata().unwrap();
            (
                entry.file_name().into_string().unwrap(),
                about.len(),
                about.modified().unwrap(),
            )
        })
        .collect();
    found.sort();
    found
}

#[test]
fn reading_leaves_no_trace_and_sees_what_is_in_the_log() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("et navn med mellemrum?.db");
    assert!(SqliteStore::peek(&path).unwrap().is_none());
    assert_eq!(files(folder.path()), []);

    let mut store = SqliteStore::open(&path).unwrap();
    let issue = contract::freeze(&mut store, 3);
    // The log holds the issue: the writer is still open.
    let before = files(folder.path());
    assert!(
        before
            .iter()
            .any(|(name, length, _)| name.ends_with("-wal") && *length > 0)
    );
    let peek = SqliteStore::peek(&path).unwrap().unwrap();
    assert_eq!(contract::planned(&peek, issue), 3);
    drop(peek);
    assert_eq!(files(folder.path()), before);

    drop(store);
    let before = files(folder.path());
    assert_eq!(before.len(), 1, "closing folds the log into the file");
    let peek = SqliteStore::peek(&path).unwrap().unwrap();
    assert_eq!(contract::planned(&peek, issue), 3);
    drop(peek);
    assert_eq!(files(folder.path()), before);
}

#[test]
fn a_ledger_whose_maker_was_cut_down_at_once_reads_as_none() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ledger.db");
    std::fs::write(&path, "").unwrap();
    assert!(SqliteStore::peek(&path).unwrap().is_none());
    assert!(SqliteStore::open(&path).is_ok(), "and the next goes on");
}

#[cfg(unix)]
#[test]
fn only_its_owner_reads_the_ledger() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ledger.db");
    drop(SqliteStore::open(&path).unwrap());
    assert_eq!(
        std::fs::metadata(&path).unwrap().permissions().mode() & 0o777,
        0o600
    );
}

/// A ledger as the program of a version made it.
fn older(path: &std::path::Path, version: usize) -> Connection {
    let ledger = Connection::open(path).unwrap();
    for migration in &open::MIGRATIONS[..version] {
        ledger.execute_batch(migration).unwrap();
    }
    ledger
        .pragma_update(None, "user_version", version as i64)
        .unwrap();
    ledger
}

#[test]
fn an_old_ledger_is_read_as_it_is_and_migrated_when_written() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ledger.db");
    let old = older(&path, 1);
    old.execute_batch(
        "INSERT INTO issue (frequency, date, cut_off, frozen_at, hash, planned, refused, record) \
         VALUES ('daily', '2026-11-20', 0, 0, zeroblob(32), 0, 0, '{}')",
    )
    .unwrap();
    drop(old);
    let before = std::fs::read(&path).unwrap();
    let check = |store: &SqliteStore| {
        let issues = store.issues().unwrap();
        assert_eq!(issues.len(), 1);
        assert_eq!(store.letterhead(issues[0].number).unwrap(), None);
    };
    check(&SqliteStore::peek(&path).unwrap().unwrap());
    assert_eq!(
        std::fs::read(&path).unwrap(),
        before,
        "looking migrates nothing"
    );
    let mut store = SqliteStore::open(&path).unwrap();
    check(&store);
    contract::freeze(&mut store, 1);
    drop(store);
    assert_eq!(
        SqliteStore::peek(&path)
            .unwrap()
            .unwrap()
            .issues()
            .unwrap()
            .len(),
        2
    );
}

#[test]
fn an_issue_half_sent_by_an_older_program_is_sent_on() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ledger.db");
    let old = older(&path, 2);
    old.execute_batch(
        "INSERT INTO issue (frequency, date, cut_off, frozen_at, hash, planned, claimed_to, refused, record) \
         VALUES ('daily', '2026-11-20', 0, 0, zeroblob(32), 5, 4, 0, '{}');
         INSERT INTO delivery (issue, seq, subscriber, address, edition, state) VALUES \
         (1, 0, X'0500000000000000000000000000000000000000000000000000000000000000', 'a@x.example', 0, 1), \
         (1, 1, X'0300000000000000000000000000000000000000000000000000000000000000', 'b@x.example', 0, 1), \
         (1, 2, X'0900000000000000000000000000000000000000000000000000000000000000', 'c@x.example', 0, 0), \
         (1, 3, X'0900000000000000000000000000000000000000000000000000000000000001', 'd@x.example', 0, 0), \
         (1, 4, X'0100000000000000000000000000000000000000000000000000000000000000', 'e@x.example', 0, 0);
         INSERT INTO run (issue, boot_id, began_at) VALUES (1, 'x', 0);
         INSERT INTO claim (issue, run, lo, hi, open) VALUES (1, 1, 0, 2, 0), (1, 1, 2, 4, 1)",
    )
    .unwrap();
    drop(old);
    let check = |store: &SqliteStore| {
        let issue = store.issues().unwrap()[0].number;
        for seq in 0..5 {
            let row = store.row_at(issue, seq).unwrap().unwrap();
            assert_eq!(store.row_of(issue, row.subscriber).unwrap(), Some(row));
        }
        assert_eq!(contract::planned(store, issue), 5);
        let open = store.open_claims(issue).unwrap();
        assert_eq!((open.len(), open[0].from, open[0].to), (1, 2, 4));
        (issue, open)
    };
    check(&SqliteStore::peek(&path).unwrap().unwrap());
    let mut store = SqliteStore::open(&path).unwrap();
    let (issue, open) = check(&store);
    let outcomes: Vec<Outcome> = [2, 3].map(contract::accepted).into();
    let run = store.begin_run(issue, "y", contract::now()).unwrap();
    let want = Want {
        run,
        now: contract::now(),
        limit: 10,
        up_to: u64::MAX,
    };
    let claims = store
        .settle_and_claim(issue, &outcomes, &open, Some(want))
        .unwrap();
    assert_eq!((claims[0].from, claims[0].to), (4, 5));
    assert_eq!(store.tally(issue).unwrap().accepted, 4);
}

#[test]
fn what_an_older_program_had_seen_by_its_last_issue_had_its_chance_there() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ledger.db");
    let old = older(&path, 7);
    // Daily: sent, sent before its cut-off, cancelled before any letter left; weekly: sent long before.
    old.execute_batch(
        "INSERT INTO issue (frequency, date, cut_off, frozen_at, hash, planned, refused, record, cancelled_at) VALUES \
         ('daily',  '2026-11-20', 2000000, 2000000, zeroblob(32), 0, 0, '{}', NULL), \
         ('daily',  '2026-11-23', 9000000, 4000000, zeroblob(32), 0, 0, '{}', NULL), \
         ('daily',  '2026-11-24', 9500000, 9500000, zeroblob(32), 0, 0, '{}', 9600000), \
         ('weekly', '2026-11-19', 1000500, 1000000, zeroblob(32), 0, 0, '{}', NULL); \
         INSERT INTO seen VALUES ('early', 1000500), ('later', 4000000), ('after', 4000001), ('last', 9500000)",
    )
    .unwrap();
    drop(old);
    let store = SqliteStore::open(&path).unwrap();
    let judged = |frequency| {
        let mut judged: Vec<String> = store
            .past(frequency)
            .unwrap()
            .judged
            .into_iter()
            .map(|article| article.0)
            .collect();
        judged.sort();
        judged
    };
    assert_eq!(judged(Frequency::Daily), ["early", "later"]);
    assert_eq!(judged(Frequency::Weekly), ["early"]);
}

#[test]
fn who_is_forgotten_while_somebody_reads_is_not_said_to_be() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ledger.db");
    let mut store = SqliteStore::open(&path).unwrap();
    contract::freeze(&mut store, 3);
    store
        .connection
        .busy_timeout(std::time::Duration::ZERO)
        .unwrap();
    let reader = contract::reader(1);
    let is_in_log = |reader: &crate::store::PlanRow| {
        let log = std::fs::read(folder.path().join("ledger.db-wal")).unwrap();
        memchr::memmem::find(&log, reader.address.as_bytes()).is_some()
    };
    // A backup under way keeps the log from being emptied.
    let backup = Connection::open(&path).unwrap();
    backup
        .execute_batch("BEGIN; SELECT count(*) FROM delivery")
        .unwrap();
    assert!(store.forget(&reader.subscriber).is_err());
    assert!(is_in_log(&reader));
    backup.execute_batch("COMMIT").unwrap();
    assert_eq!(store.forget(&reader.subscriber).unwrap(), 1);
    assert!(!is_in_log(&reader));
}

#[test]
fn what_is_looked_at_while_somebody_writes_is_told_to_be_changed_and_never_to_be_damaged() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ledger.db");
    let mut store = SqliteStore::open(&path).unwrap();
    let issue = contract::freeze(&mut store, 200);
    // Enough for many pages.
    store
        .connection
        .execute_batch(
            "WITH RECURSIVE n(i) AS (SELECT 200 UNION ALL SELECT i + 1 FROM n WHERE i < 5999) \
             INSERT INTO delivery (issue, seq, subscriber, address, edition, state) \
             SELECT number, i, randomblob(32), 'r' || i || '@x.example', 0, 0 FROM n, issue",
        )
        .unwrap();
    drop(store);
    let looking = SqliteStore::peek(&path).unwrap().unwrap();
    assert_eq!(contract::planned(&looking, issue), 6000);
    // A writer comes, erases and writes anew: as long as that stands in its log alone, nobody who looks sees any of it.
    let store = SqliteStore::open(&path).unwrap();
    store
        .connection
        .execute_batch("DELETE FROM delivery WHERE seq = 5998")
        .unwrap();
    assert_eq!(contract::planned(&looking, issue), 6000);
    // Then it folds its log into the file.
    store
        .connection
        .execute_batch(
            "DELETE FROM delivery WHERE seq % 3 > 0; VACUUM; \
             PRAGMA wal_checkpoint(TRUNCATE)",
        )
        .unwrap();
    let said = |result: Result<(), StoreError>| match result.unwrap_err() {
        StoreError::Changed => {}
        other => panic!("{other}"),
    };
    let sees = |store: &SqliteStore| {
        said(store.issues().map(drop));
        said(store.tally(issue).map(drop));
        said(
            store
                .rows(issue, crate::domain::delivery::StateName::Waiting, 9000)
                .map(drop),
        );
        said(store.progress().map(drop));
    };
    sees(&looking);
    drop(store);
    sees(&looking);
    let again = SqliteStore::peek(&path).unwrap().unwrap();
    assert_eq!(contract::planned(&again, issue), 2000);
    // A writer that only came and has not written yet changes nothing.
    let idle = SqliteStore::open(&path).unwrap();
    assert_eq!(contract::planned(&again, issue), 2000);
    drop(idle);
}
