//! The plain reckoning: what must have come of a story, by what was there and when, nothing of the program's rules.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Duration, NaiveDate, Utc};
use serde::Deserialize;

use super::{
    almanac::{due, due_again, publishes, wall},
    met::Met,
    story::{Piece, Settings},
    world::{Found, READERS, World},
};
use crate::{
    domain::{
        delivery::StateName,
        issue::{Frequency, IssueKey},
    },
    ledger::is_unfinished,
    store::{IssueNumber, Read as _},
};

/// How long after its date a piece may come and still be printed whatever else happens; the settings say seven days,
/// counted from the day after the last issue.
const SURE: Duration = Duration::days(6);

/// How far back a first issue looks.
const FIRST: Duration = Duration::days(7);

/// An issue, as its record has it.
#[derive(Debug)]
pub(super) struct Issued {
    number: IssueNumber,
    pub(super) key: IssueKey,
    cut_off: DateTime<Utc>,
    /// When it looked at the articles.
    pub(super) looked: DateTime<Utc>,
    /// Whether it counts: not cancelled, or not before somebody had it.
    counts: bool,
    /// Whether each reader's copy is settled, so that it cannot be cancelled any more.
    is_settled: bool,
    pub(super) items: BTreeSet<usize>,
    /// Each piece's last word: the rule, and what it found.
    pub(super) verdicts: BTreeMap<usize, (String, String)>,
}

/// A letter that was taken.
#[derive(Debug)]
pub(super) struct Letter {
    to: String,
    dated: DateTime<Utc>,
    pieces: BTreeSet<usize>,
}

impl Letter {
    pub(super) fn of(letter: &crate::letter::Letter) -> Self {
        let text = letter.message.text().replace("=\r\n", "");
        let date = text
            .lines()
            .find_map(|line| line.strip_prefix("Date: "))
            .unwrap();
        // `q0123q` in a title.
        let pieces = text.match_indices('q').filter_map(|(at, _)| {
            let word = text.get(at + 1..at + 6)?;
            word.strip_suffix('q')?.parse().ok()
        });
        Self {
            to: letter.envelope.recipient.to_string(),
            dated: DateTime::parse_from_rfc2822(date)
                .unwrap()
                .with_timezone(&Utc),
            pieces: pieces.collect(),
        }
    }
}

/// What there was to print, and what there was already, before a run.
pub(super) struct Before(BTreeMap<Frequency, BeforeIssue>);

struct BeforeIssue {
    is_there: bool,
    was_missed: bool,
    /// By now, and by the instant at which its time is over.
    now: Candidates,
    in_time: Candidates,
    could_be_in_time: Candidates,
}

/// How many pieces must be printed, and how many may.
#[derive(Debug, Clone, Copy, Default)]
struct Candidates {
    sure: usize,
    perhaps: usize,
}

#[derive(Deserialize)]
struct Record {
    items: Vec<Item>,
    articles: Vec<Verdict>,
}

#[derive(Deserialize)]
struct Item {
    id: String,
}

#[derive(Deserialize)]
struct Verdict {
    article: String,
    reasons: Vec<Reason>,
}

#[derive(Deserialize)]
struct Reason {
    rule: String,
    finding: String,
}

fn number_of(id: &str) -> usize {
    id.rsplit('/')
        .next()
        .unwrap()
        .trim_end_matches(".md")
        .parse()
        .unwrap()
}

impl World {
    /// Reads what the ledger has.
    pub(super) fn look(&mut self) {
        let Some(store) = self.ledger() else { return };
        for row in store.issues().unwrap() {
            let counts = row.cancelled_at.is_none() || {
                let tally = store.tally(row.number).unwrap();
                tally.accepted + tally.doubtful > 0
            };
            let is_settled = !is_unfinished(&row);
            if let Some(known) = self
                .issues
                .iter_mut()
                .find(|known| known.number == row.number)
            {
                if is_settled && !known.is_settled && row.cancelled_at.is_none() {
                    self.met.insert(Met::Resumed);
                }
                known.counts = counts;
                known.is_settled = is_settled;
                continue;
            }
            let record: Record = serde_json::from_str(&store.record(row.number).unwrap()).unwrap();
            self.issues.push(Issued {
                number: row.number,
                key: row.key,
                cut_off: row.cut_off,
                looked: row.frozen_at,
                counts,
                is_settled,
                items: record
                    .items
                    .iter()
                    .map(|item| number_of(&item.id))
                    .collect(),
                verdicts: record
                    .articles
                    .into_iter()
                    .map(|mut verdict| {
                        let last = verdict.reasons.pop().unwrap();
                        (number_of(&verdict.article), (last.rule, last.finding))
                    })
                    .collect(),
            });
        }
    }

    pub(super) fn counted(&self, frequency: Frequency) -> impl DoubleEndedIterator<Item = &Issued> {
        self.issues
            .iter()
            .filter(move |issue| issue.counts && issue.key.frequency == frequency)
    }

    pub(super) fn is_printed(&self, frequency: Frequency, piece: usize) -> bool {
        self.counted(frequency)
            .any(|issue| issue.items.contains(&piece))
    }

    /// Whether a piece is printed, and that for good.
    pub(super) fn is_out(&self, frequency: Frequency, piece: usize) -> bool {
        self.counted(frequency)
            .any(|issue| issue.is_settled && issue.items.contains(&piece))
    }

    /// The instant a piece counts from: the one it states, else when an issue first saw it.
    fn dated(&self, piece: &Piece) -> Option<DateTime<Utc>> {
        let saw = || self.issues.iter().find(|issue| issue.looked >= piece.comes);
        piece
            .dated
            .or_else(|| saw().map(|issue| issue.cut_off.min(issue.looked)))
    }

    /// What an issue of a frequency with a cut-off would have to print of what has come by an instant.
    fn candidates(
        &self,
        frequency: Frequency,
        by: DateTime<Utc>,
        cut_off: DateTime<Utc>,
    ) -> Candidates {
        let mut found = Candidates::default();
        let is_first = self.counted(frequency).next().is_none();
        for piece in self.come.iter().filter(|piece| piece.comes <= by) {
            let dated = self.dated(piece).unwrap_or(cut_off);
            if dated > cut_off
                || by - piece.comes > Duration::days(50)
                || piece.expires.is_some_and(|over| over <= cut_off)
                || (is_first && dated <= cut_off - FIRST)
                || self.is_printed(frequency, piece.number)
            {
                continue;
            }
            let had_its_chance = self
                .counted(frequency)
                .any(|issue| issue.looked >= piece.comes && issue.cut_off >= dated);
            if had_its_chance || piece.comes - dated > SURE {
                found.perhaps += 1;
            } else {
                found.sure += 1;
            }
        }
        found
    }

    /// Whether an issue at an instant would have something to print for sure.
    pub(super) fn must_print(&self, frequency: Frequency, at: DateTime<Utc>) -> bool {
        self.candidates(frequency, at, at).sure > 0
    }

    pub(super) fn has(&self, key: IssueKey) -> bool {
        self.issues.iter().any(|issue| issue.key == key)
    }

    /// What is known before a run.
    pub(super) fn before(
        &self,
        date: NaiveDate,
        settings: &Settings,
        now: DateTime<Utc>,
    ) -> Before {
        let missed = self.missed();
        let over = settings
            .not_after
            .map_or(now, |at| wall(date, at, settings.zone))
            .min(now);
        let of = |frequency| {
            let key = IssueKey { date, frequency };
            BeforeIssue {
                is_there: self.has(key),
                was_missed: missed.has(key),
                now: self.candidates(frequency, now, now),
                in_time: self.candidates(frequency, over, over),
                could_be_in_time: self.candidates(frequency, now, over),
            }
        };
        Before(
            Frequency::ALL
                .into_iter()
                .map(|frequency| (frequency, of(frequency)))
                .collect(),
        )
    }

    /// What a run that came through must have made of today's issues.
    pub(super) fn expect(
        &mut self,
        before: Before,
        date: NaiveDate,
        settings: &Settings,
        now: DateTime<Utc>,
        is_held: bool,
    ) {
        let missed = self.missed();
        let at = |time| wall(date, time, settings.zone);
        for (frequency, before) in before.0 {
            let key = IssueKey { date, frequency };
            let has = self.has(key);
            if before.is_there {
                let again = due_again(settings, frequency, date);
                if before.now.sure > 0 && again.is_some_and(|again| now >= again) {
                    self.met.insert(Met::HourAgain);
                }
                continue;
            }
            let is_early = now < due(settings, frequency, date)
                || settings.not_before.is_some_and(|time| now < at(time));
            if !publishes(settings, frequency, date) || is_early || before.was_missed {
                assert!(!has, "{key} at {now}: not due");
                continue;
            }
            let is_over = settings.not_after.is_some_and(|time| now > at(time));
            let Candidates { sure, perhaps } = if is_over { before.in_time } else { before.now };
            if is_over {
                assert!(!has, "{key} at {now}: its time is over");
                assert!(
                    sure == 0 || missed.has(key),
                    "{key} at {now}: {sure} pieces, and not recorded as missed"
                );
                if missed.has(key) {
                    self.met.insert(Met::CameTooLate);
                }
                let none = before.could_be_in_time;
                assert!(
                    none.sure + none.perhaps > 0 || !missed.has(key),
                    "{key} at {now}: nothing was missed"
                );
                continue;
            }
            self.came.insert(key);
            if sure > 0 && !is_held {
                self.meets(key, settings, now);
            }
            if is_held {
                assert!(!has, "{key} at {now}: held");
                self.found.entry(key).or_default().insert(Found::Held);
            } else {
                assert!(
                    sure == 0 || has,
                    "{key} at {now}: {sure} pieces, and no issue"
                );
                assert!(
                    sure + perhaps > 0 || !has,
                    "{key} at {now}: nothing to print"
                );
                if !has {
                    self.found.entry(key).or_default().insert(Found::Quiet);
                }
            }
        }
    }

    /// What must hold when the story is over.
    pub(super) fn check(&self) {
        for frequency in Frequency::ALL {
            for piece in &self.come {
                self.check_piece(frequency, piece);
            }
        }
        self.check_days();
        self.check_letters();
    }

    /// Printed once, in the first issue that could, or with a stated reason that is true.
    fn check_piece(&self, frequency: Frequency, piece: &Piece) {
        let number = piece.number;
        let printed: Vec<IssueKey> = self
            .counted(frequency)
            .filter(|issue| issue.items.contains(&number))
            .map(|issue| issue.key)
            .collect();
        assert!(printed.len() < 2, "{frequency}: {piece:?} in {printed:?}");
        let Some(dated) = self.dated(piece) else {
            assert!(printed.is_empty(), "{frequency}: {piece:?} in {printed:?}");
            return;
        };
        let issues = self
            .counted(frequency)
            .filter(|issue| issue.looked >= piece.comes && issue.cut_off >= dated)
            .take_while(|issue| issue.looked - piece.comes < Duration::days(50));
        let first_of_all = self.counted(frequency).next().map(|issue| issue.key);
        let lag = piece.comes - dated;
        for issue in issues {
            let told = || {
                format!(
                    "{frequency}: {piece:?}, dated {dated}, in {}: {:?}",
                    issue.key,
                    issue.verdicts.get(&number)
                )
            };
            if issue.items.contains(&number) {
                assert!(
                    piece.expires.is_none_or(|over| over > issue.cut_off),
                    "{}",
                    told()
                );
                return;
            }
            let (rule, finding) = issue
                .verdicts
                .get(&number)
                .unwrap_or_else(|| panic!("no word: {}", told()));
            match rule.as_str() {
                "quota" => {
                    let most = self.most_items(issue.key.date);
                    assert!(issue.items.len() >= most, "there was room: {}", told());
                    continue;
                }
                "expiry" => assert!(
                    piece.expires.is_some_and(|over| over <= issue.cut_off),
                    "{}",
                    told()
                ),
                "window" if finding.contains("found no room in its 7 days") => {}
                "window" if finding.contains("more than 7 days after its date") => {
                    assert!(lag > SURE, "{}", told());
                }
                "window" if Some(issue.key) == first_of_all => {
                    assert!(dated <= issue.cut_off - FIRST, "{}", told());
                }
                _ => panic!("not printed: {}", told()),
            }
            assert!(printed.is_empty(), "afterwards: {} {printed:?}", told());
            return;
        }
        assert!(printed.is_empty(), "{frequency}: {piece:?} in {printed:?}");
    }

    /// How many items an issue of a date had room for: the least that a run which may have made it was told.
    fn most_items(&self, date: NaiveDate) -> usize {
        let days = self
            .story
            .days
            .iter()
            .filter(|day| (date..=date + Duration::days(3)).contains(&day.date));
        days.map(|day| self.settings_on(day).max_items)
            .min()
            .unwrap()
    }

    /// Every publishing day has one issue of each frequency, or a reason; no other day has any.
    fn check_days(&self) {
        let missed = self.missed();
        let mut keys = BTreeSet::new();
        for issue in &self.issues {
            assert!(keys.insert(issue.key), "{} is there twice", issue.key);
        }
        for day in &self.story.days {
            let settings = self.settings_on(day);
            for frequency in Frequency::ALL {
                let key = IssueKey {
                    date: day.date,
                    frequency,
                };
                let has = keys.contains(&key);
                if self.on_purpose.contains(&key) {
                    continue;
                }
                let is_due = publishes(settings, frequency, day.date);
                assert!(is_due || !has, "{key}: no publishing day");
                let reasons = [
                    has,
                    missed.has(key),
                    self.found.contains_key(&key),
                    // Nobody came by while it could have been sent.
                    self.nobody_came(key),
                ];
                assert!(
                    !is_due || reasons.contains(&true),
                    "{key}: no issue, and no reason"
                );
                assert!(!(has && missed.has(key)), "{key}: sent and missed");
            }
        }
    }

    /// Whether no run came through while an issue could have been sent.
    fn nobody_came(&self, key: IssueKey) -> bool {
        !self.came.contains(&key)
    }

    /// Each reader has each issue of the own frequency at most once, and no piece twice.
    fn check_letters(&self) {
        let Some(store) = self.ledger() else { return };
        for (reader, frequency) in READERS {
            let mut got: BTreeMap<IssueKey, usize> = BTreeMap::new();
            let mut pieces = BTreeSet::new();
            for letter in self.letters.iter().filter(|letter| letter.to == reader) {
                let of = self
                    .issues
                    .iter()
                    .find(|issue| issue.key.frequency == frequency && issue.looked == letter.dated);
                let issue = of.unwrap_or_else(|| {
                    panic!("{reader} got what is no {frequency} issue: {letter:?}")
                });
                assert_eq!(letter.pieces, issue.items, "{reader}, {}", issue.key);
                *got.entry(issue.key).or_default() += 1;
                for piece in &letter.pieces {
                    assert!(
                        pieces.insert(*piece),
                        "{reader} got {piece} again, in {}",
                        issue.key
                    );
                }
            }
            for issue in self
                .issues
                .iter()
                .filter(|issue| issue.key.frequency == frequency)
            {
                let times = got.get(&issue.key).copied().unwrap_or(0);
                let stands = StateName::ALL.into_iter().find(|state| {
                    let rows = store.rows(issue.number, *state, 10).unwrap();
                    rows.iter().any(|row| row.address == reader)
                });
                let (least, most) = match stands {
                    Some(StateName::Accepted) => (1, 1),
                    Some(StateName::Doubtful) => (0, 1),
                    Some(StateName::Failed | StateName::Skipped) => (0, 0),
                    other => panic!("{reader}, {}: {other:?} in the end", issue.key),
                };
                assert!(
                    (least..=most).contains(&times),
                    "{reader} got {} {times} times: {stands:?}",
                    issue.key
                );
            }
        }
    }
}
