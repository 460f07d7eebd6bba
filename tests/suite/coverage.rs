//! A year of publishing days: every article is printed exactly once, whatever is closed, missed or late.

use std::{collections::BTreeMap, fs, path::Path};

use chrono::{DateTime, Datelike as _, Duration, NaiveDate, Utc};
use overblik::{
    config::{self, Config},
    domain::{
        article::{Article, ArticleId, Kind, When, start_of_day},
        issue::{Frequency, IssueKey},
        key::SigningKey,
    },
    letter::Letterhead,
    publish::{self, Plan, Press},
    roster::{Roster, Suppressions},
    store::memory::MemoryStore,
};

/// An article, and when its file is there.
struct Piece {
    article: Article,
    comes: DateTime<Utc>,
}

/// Chance that is the same each time (Knuth's MMIX generator).
struct Chance(u64);

impl Chance {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % bound
    }
}

const KINDS: [Kind; 5] = [
    Kind::Article,
    Kind::News,
    Kind::Interview,
    Kind::Opinion,
    Kind::Case,
];

/// Two or three articles a day, holidays too, at any minute; one in six comes up to two days after its date, one in
/// ten has no date.
fn year_of_articles(year: i32, config: &Config) -> Vec<Piece> {
    let mut chance = Chance(u64::from(year.unsigned_abs()));
    let first = NaiveDate::from_ymd_opt(year, 1, 1).unwrap();
    let mut pieces = Vec::new();
    for day in first.iter_days().take_while(|day| day.year() == year) {
        for number in 0..2 + chance.below(2) {
            let id = format!("{day}-{number}");
            let midnight = start_of_day(day, config.newsletter.timezone);
            let minute = i64::try_from(chance.below(24 * 60)).unwrap();
            let dated = midnight + Duration::minutes(minute);
            let mut article = Article::new(
                ArticleId(id.clone()),
                format!("Stykke {id}"),
                format!("{id}.md"),
                "a",
            );
            article.lede = Some(format!("Kort om {id}."));
            article.kind = KINDS[usize::try_from(chance.below(5)).unwrap()];
            if chance.below(10) > 0 {
                article.published.at = Some(When::Minute(dated));
            }
            let late = match chance.below(6) {
                0 => i64::try_from(chance.below(2 * 24 * 60)).unwrap(),
                _ => 0,
            };
            let comes = dated + Duration::minutes(late);
            pieces.push(Piece { article, comes });
        }
    }
    pieces
}

fn newsletter(folder: &Path, schedule: &str) -> Config {
    fs::create_dir(folder.join("config")).unwrap();
    // Room for all: what finds none may run out of its days, which is another story.
    let sections: String = KINDS
        .iter()
        .map(|kind| {
            let id = kind.word();
            format!("[[section]]\nid = \"{id}\"\nname = \"{id}\"\nmax = 20\nkinds = [\"{id}\"]\n")
        })
        .collect();
    fs::write(
        folder.join("config/default.toml"),
        format!(
            "[newsletter]\nname = \"Bladet\"\nlist_id = \"nyt.bladet.example\"\nfrom = \"nyt@bladet.example\"\n\
             base_url = \"https://bladet.example/\"\n[selection]\nmax_items = 60\n\
             {sections}{schedule}"
        ),
    )
    .unwrap();
    config::load(&folder.join("config"), None, std::iter::empty()).unwrap()
}

/// A newsletter over a year, its sends at a minute or so after the cut-off.
struct Year {
    config: Config,
    store: MemoryStore,
    pieces: Vec<Piece>,
    /// Where each article was printed, by frequency.
    printed: BTreeMap<(Frequency, String), Vec<IssueKey>>,
}

impl Year {
    /// Sends what is due on every day but those that are missed. Gives the issues of each frequency.
    fn sent(&mut self, year: i32, is_missed: impl Fn(NaiveDate) -> bool) -> Vec<IssueKey> {
        let mut issues = Vec::new();
        let first = NaiveDate::from_ymd_opt(year, 1, 1).unwrap();
        // Two weeks into the next year, so that December's last have their issue.
        for date in first.iter_days().take(365 + 14) {
            for frequency in Frequency::ALL {
                let key = IssueKey { date, frequency };
                if self.config.schedule.publishes(frequency, date) && !is_missed(date) {
                    issues.extend(self.send(key).then_some(key));
                }
            }
        }
        issues
    }

    fn send(&mut self, key: IssueKey) -> bool {
        let config = &self.config;
        let zone = config.newsletter.timezone;
        // `send` without a date: the cut-off is the moment it is made.
        let now = config.schedule.cut_off(key, zone) + Duration::seconds(47);
        // What is older than any rule looks back is left out, to be quick.
        let there: Vec<Article> = self
            .pieces
            .iter()
            .filter(|piece| piece.comes <= now && now - piece.comes < Duration::days(30))
            .map(|piece| piece.article.clone())
            .collect();
        let brief = config.brief();
        let past = publish::past(&self.store, key.frequency).unwrap();
        let draft = publish::draft(&brief, key, now, &there, &past).unwrap();
        if draft.digest.items.is_empty() {
            return false;
        }
        assert!(draft.digest.covers_from < draft.digest.cut_off, "{key}");
        if let Some(last) = past.last_cut_off {
            assert_eq!(
                draft.digest.covers_from, last,
                "{key} goes on where the last ended"
            );
        }
        for item in &draft.digest.items {
            let of = (key.frequency, item.article.id.0.clone());
            self.printed.entry(of).or_default().push(key);
        }
        let mut press = Press::new(&draft.digest, &brief).unwrap();
        let head = Letterhead::of(&config.newsletter, &config.unsubscribe, &config.bounce);
        let roster = Roster::default();
        let plan: Plan = publish::plan(
            &brief,
            key,
            &mut press,
            &roster,
            &Suppressions::default(),
            &SigningKey::new([1; 32]),
        )
        .unwrap();
        publish::freeze(&mut self.store, &draft, press, plan, &head, now).unwrap();
        true
    }
}

fn simulate(year: i32, schedule: &str, is_missed: impl Fn(NaiveDate) -> bool) -> Vec<IssueKey> {
    let folder = tempfile::tempdir().unwrap();
    let config = newsletter(folder.path(), schedule);
    let pieces = year_of_articles(year, &config);
    let mut world = Year {
        config,
        store: MemoryStore::default(),
        pieces,
        printed: BTreeMap::new(),
    };
    let issues = world.sent(year, is_missed);
    assert!(world.pieces.len() > 800);
    for frequency in Frequency::ALL {
        for piece in &world.pieces {
            let id = piece.article.id.0.clone();
            let places = world.printed.get(&(frequency, id.clone()));
            let places = places.map_or(0, Vec::len);
            assert_eq!(places, 1, "{frequency}: {id}, there from {}", piece.comes);
        }
    }
    issues
}

fn dates(issues: &[IssueKey], frequency: Frequency, from: &str, to: &str) -> Vec<String> {
    let bounds = from.parse().unwrap()..=to.parse::<NaiveDate>().unwrap();
    issues
        .iter()
        .filter(|key| key.frequency == frequency && bounds.contains(&key.date))
        .map(|key| key.date.format("%m-%d").to_string())
        .collect()
}

#[test]
fn a_year_of_issues_prints_every_article_exactly_once() {
    let issues = simulate(2026, "", |_| false);
    let daily = Frequency::Daily;
    assert_eq!(
        dates(&issues, daily, "2026-04-01", "2026-04-08"),
        ["04-01", "04-07", "04-08"]
    );
    assert_eq!(
        dates(&issues, daily, "2026-12-22", "2027-01-04"),
        ["12-22", "12-23", "12-28", "12-29", "12-30", "01-04"]
    );
    assert_eq!(
        dates(&issues, Frequency::Weekly, "2026-12-14", "2027-01-10"),
        ["12-18", "12-23", "12-30", "01-08"]
    );
}

#[test]
fn missed_days_and_a_summer_closed_lose_nothing() {
    let schedule = "[schedule]\nat = \"02:30\"\nweekly_at = \"12:00\"\ndays = \"mon-sun\"\n\
                    [[schedule.closed]]\nfrom = 2026-07-06\nto = 2026-07-15\nreason = \"sommerferie\"\n";
    let missed = |date: NaiveDate| {
        // Every ninth day the machine is down, and a whole week in November.
        date.ordinal().is_multiple_of(9) || (date.month() == 11 && (9..=15).contains(&date.day()))
    };
    let issues = simulate(2026, schedule, missed);
    assert_eq!(
        dates(&issues, Frequency::Daily, "2026-07-03", "2026-07-18"),
        ["07-03", "07-04", "07-05", "07-16", "07-18"]
    );
}
