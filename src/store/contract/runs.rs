//! Of runs: where they are at home, and how fast they were.

use super::sample::{freeze, issue, now, reader};
use crate::store::{Measured, Store, home::Home};

pub(super) fn each_run_is_counted_where_the_folder_is_at_home<S: Store>(store: &mut S) {
    let issue = freeze(store, 2);
    let begin = |store: &mut S| store.begin_run(issue, "boot", now()).unwrap();
    begin(store);
    assert_eq!(store.home().unwrap(), None, "it was never said");
    let home = |counter| Home {
        machine: None,
        salt: "00".into(),
        path: "/srv/avis/state".into(),
        counter,
        sentinel: Some("/mnt/andet/avis.json".into()),
    };
    store.settle_home(&home(7)).unwrap();
    assert_eq!(store.home().unwrap(), Some(home(7)));
    begin(store);
    begin(store);
    assert_eq!(store.home().unwrap(), Some(home(9)));
    store.settle_home(&home(20)).unwrap();
    assert_eq!(store.home().unwrap(), Some(home(20)));
}

pub(super) fn what_is_measured_is_the_newest_issues_longest_run<S: Store>(store: &mut S) {
    assert_eq!(store.measured().unwrap(), None);
    let measured = |letters, millis| Measured {
        letters,
        took: std::time::Duration::from_millis(millis),
    };
    for day in [20, 23] {
        let issue = store.freeze(&issue(day), &mut (0..2).map(reader)).unwrap();
        for (letters, millis) in [(1, 500), (600, 60_000), (2, 9), (0, 10), (800, 0)] {
            let run = store.begin_run(issue, "boot", now()).unwrap();
            let letters = letters * u64::from(day);
            store.note_measured(run, measured(letters, millis)).unwrap();
        }
        let last = store.measured().unwrap().unwrap();
        assert_eq!(last, measured(600 * u64::from(day), 60_000));
        assert_eq!(last.a_minute().round() as u64, 600 * u64::from(day));
    }
    let issue = store.freeze(&issue(24), &mut (0..2).map(reader)).unwrap();
    let run = store.begin_run(issue, "boot", now()).unwrap();
    store.note_measured(run, measured(3, 40)).unwrap();
    assert_eq!(store.measured().unwrap(), Some(measured(3, 40)));
}
