//! A list that is planned reader by reader comes to the plan of a list that is held whole.

use std::fs;

use chrono::Utc;
use overblik::{
    config::Config,
    domain::{
        address::Address,
        delivery::Skip,
        key::SigningKey,
        suppression::{Suppression, SuppressionReason},
    },
    letter::Letterhead,
    publish::{self, LongPlan, Press},
    roster::{Folder, Roster, SubscribersSettings, Suppressions},
    store::{PlanRow, Read as _, sqlite::SqliteStore},
};

use crate::crowd;

/// Readers of every kind; two of them are the same, one is faulty and one reads the weekly.
const LIST: &str = r#"[[subscriber]]
email = "anna@kommune.example"
name = "Anna Sørensen"
first_name = "Anna"
topics = ["digitalisering"]
consent = { at = 2026-11-01T09:30:00+01:00, source = "web form", text = "2026-01" }

[[subscriber]]
email = "Bo@kommune.example"
name = "Bo"
format = "text"
language = "en"

[[subscriber]]
email = "cia@kommune.example"
paused_until = 2026-12-01

[[subscriber]]
email = "dan@kommune.example"
frequency = "weekly"

[[subscriber]]
email = "bo@kommune.example"

[[subscriber]]
email = "eva@kommune.example"
frequency = "dayly"

[[subscriber]]
email = "finn@kommune.example"
sections = [
  "debat",
]

[[subscriber]]
email = "gry@kommune.example"
consent = { at = 2026-11-01T09:30:00Z }
"#;

fn key() -> SigningKey {
    SigningKey::new([1; 32])
}

/// The plan of the list by both ways, with the editions.
fn planned(config: &Config) -> [(Vec<PlanRow>, u64, usize); 2] {
    let home = tempfile::tempdir().unwrap();
    let folder = Folder::of(home.path(), &SubscribersSettings::default());
    fs::create_dir(&folder.path).unwrap();
    fs::write(folder.path.join("a.toml"), LIST).unwrap();
    let log = home.path().join("suppressions.log");
    let gone = Suppression {
        at: Utc::now(),
        key_id: key().id(),
        subscriber: key().subscriber_id(&Address::parse("gry@kommune.example").unwrap().folded()),
        reason: SuppressionReason::Left,
    };
    Suppressions::append(&log, &gone).unwrap();
    let left = Suppressions::read(&log, &[key().id()]).unwrap();

    let draft = crowd::issue::draft(config).unwrap();
    let (brief, issue) = (config.brief(), draft.digest.key);
    let mut press = Press::new(&draft.digest, &brief).unwrap();
    let roster = Roster::read(&folder, &config.known());
    let whole = publish::plan(&brief, issue, &mut press, &roster, &left, &key()).unwrap();
    let whole = (whole.rows, whole.refused, press.editions().len());

    let mut press = Press::new(&draft.digest, &brief).unwrap();
    let frequency = issue.frequency;
    let enrolment = publish::enrol(
        &folder,
        &config.known(),
        &key(),
        frequency,
        config.newsletter.timezone,
        home.path(),
        None,
    )
    .unwrap();
    assert_eq!(enrolment.roster.faults, roster.faults);
    let plan = LongPlan::new(&brief, issue, &mut press, enrolment, &left, home.path()).unwrap();
    let refused = plan.refused;
    let rows = plan.rows().unwrap();
    assert_eq!(rows.size_hint(), (5, Some(5)));
    [whole, (rows.collect(), refused, press.editions().len())]
}

#[test]
fn a_list_kept_aside_is_planned_as_one_held_whole() {
    let mut config = crowd::demo::config().unwrap();
    for require_consent in [false, true] {
        config.subscribers.require_consent = require_consent;
        let [whole, aside] = planned(&config);
        assert_eq!(whole, aside);
        assert_eq!(whole.1, 2);
        let why = |row: &PlanRow| row.edition.err();
        let without = require_consent.then_some(Skip::NoConsent);
        assert_eq!(
            whole.0.iter().map(why).collect::<Vec<_>>(),
            [None, without, Some(Skip::Paused), without, Some(Skip::Left)]
        );
        assert_eq!(whole.0[0].name.as_deref(), Some("Anna"));
    }
}

#[test]
fn a_plan_that_ends_before_its_end_freezes_nothing() {
    struct Torn(u32);
    impl Iterator for Torn {
        type Item = PlanRow;

        fn next(&mut self) -> Option<PlanRow> {
            self.0 = self.0.checked_sub(1)?;
            Some(PlanRow {
                subscriber: overblik::domain::key::SubscriberId([self.0 as u8; 32]),
                address: "anna@kommune.example".into(),
                name: None,
                signed_up: None,
                edition: Ok(0),
            })
        }

        fn size_hint(&self) -> (usize, Option<usize>) {
            (self.0 as usize + 1, None)
        }
    }
    let config = crowd::demo::config().unwrap();
    let draft = crowd::issue::draft(&config).unwrap();
    let press = Press::new(&draft.digest, &config.brief()).unwrap();
    let mut store = SqliteStore::in_memory().unwrap();
    let frozen = publish::freeze_rows(
        &mut store,
        &draft,
        press,
        0,
        &mut Torn(3),
        &Letterhead::of(&config.newsletter, &config.unsubscribe, &config.bounce),
        Utc::now(),
    );
    assert!(frozen.is_err());
    assert!(store.issues().unwrap().is_empty());
}
