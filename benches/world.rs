//! What it takes to collect a world of articles from 200 feeds, to find what is the same among them, and to compose
//! the day's issue: throughput, memory, and how both grow with the number of articles. `benches/world.md` has figures.

use std::{
    env,
    fmt::Write as _,
    fs,
    io::{self, Write as _},
    path::Path,
    process::Command,
    time::Instant,
};

use chrono::{DateTime, Duration, TimeZone as _, Utc};
use overblik::{
    config::{self, Config},
    domain::issue::{Frequency, IssueKey},
    publish,
    source::{SourceKind, SourceSettings},
    store::Past,
};

type Failure = Box<dyn std::error::Error>;

const FEEDS: usize = 200;
const SIZES: [usize; 3] = [1_000, 3_000, 10_000];
/// One article in so many stands in another feed too.
const COPIED: usize = 20;
/// Words that articles are made of; with endings they make some thousand.
const WORDS: [&str; 40] = [
    "kommune",
    "skole",
    "budget",
    "ledelse",
    "vej",
    "bro",
    "hospital",
    "borger",
    "plan",
    "klima",
    "vand",
    "lys",
    "bibliotek",
    "møde",
    "forsøg",
    "region",
    "tilsyn",
    "indsats",
    "hjælp",
    "plads",
    "have",
    "by",
    "cykel",
    "bus",
    "køkken",
    "lærer",
    "pedel",
    "brev",
    "svar",
    "regnskab",
    "dige",
    "havn",
    "skov",
    "sti",
    "torv",
    "hal",
    "kor",
    "marked",
    "tag",
    "dør",
];

fn main() -> Result<(), Failure> {
    // One size a process, so that the peak of one is not the next one's.
    if let Ok(size) = env::var("OVERBLIK_WORLD") {
        return measured(size.parse()?);
    }
    let asked: Vec<usize> = env::args().filter_map(|word| word.parse().ok()).collect();
    for size in if asked.is_empty() { &SIZES } else { &asked[..] } {
        let done = Command::new(env::current_exe()?)
            .env("OVERBLIK_WORLD", size.to_string())
            .status()?;
        if !done.success() {
            return Err(format!("{size} articles could not be measured").into());
        }
    }
    Ok(())
}

fn measured(articles: usize) -> Result<(), Failure> {
    let folder = tempfile::tempdir()?;
    let config = world(folder.path(), articles)?;
    let now = today()?;
    let brief = config.brief();
    let (begun, busy) = (Instant::now(), processor_time()?);
    let collected = publish::collect(&brief, now);
    let (read, read_busy) = (begun.elapsed(), processor_time()? - busy);
    if collected.articles.len() < articles {
        return Err(format!("{} articles were read", collected.articles.len()).into());
    }
    let key = IssueKey {
        date: now.date_naive(),
        frequency: Frequency::Daily,
    };
    let (begun, busy) = (Instant::now(), processor_time()?);
    let draft = publish::draft(
        &brief.filled(&collected),
        key,
        now,
        &collected.articles,
        &Past::default(),
    )?;
    let (composed, composed_busy) = (begun.elapsed(), processor_time()? - busy);
    let second = |time: std::time::Duration| time.as_secs_f64();
    let mut out = io::stdout().lock();
    writeln!(
        out,
        "{articles:>6} articles, {FEEDS} feeds: read {:>6.2} s ({read_busy:>6.2} s of processor time, {:>6.0}/s), composed {:>6.2} s \
         ({composed_busy:>6.2} s, {:>6.0}/s), {} printed, {:>4} MB at most",
        second(read),
        articles as f64 / read_busy.max(0.01),
        second(composed),
        articles as f64 / composed_busy.max(0.01),
        draft.digest.items.len(),
        peak()?,
    )?;
    Ok(())
}

/// The demo's config over feeds of the bench's own.
fn world(folder: &Path, articles: usize) -> Result<Config, Failure> {
    let demo = Path::new(env!("CARGO_MANIFEST_DIR")).join("config");
    let mut config = config::load(&demo, None, std::iter::empty())
        .map_err(|faults| faults.iter().map(ToString::to_string).collect::<String>())?;
    config.folder = folder.to_owned();
    config.blocks.clear();
    config.sources.clear();
    let now = today()?;
    let mut items = vec![String::new(); FEEDS];
    for number in 0..articles {
        let item = item(number, now);
        let feed = number % FEEDS;
        if number % COPIED == 0 {
            items[(feed + 7) % FEEDS].push_str(&item.replace("https://a", "https://kopi-a"));
        }
        items[feed].push_str(&item);
    }
    for (number, items) in items.iter().enumerate() {
        let name = format!("feed-{number}");
        let path = format!("{name}.xml");
        let text = format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?><rss version=\"2.0\"><channel><title>Feed {number}</title><link>https://a{number}.example/</link>{items}</channel></rss>"
        );
        fs::write(folder.join(&path), text)?;
        let mut source = SourceSettings::bare(name, SourceKind::Feed, path);
        source.publisher = Some(format!("Udgiver {number}"));
        config.sources.push(source);
    }
    Ok(config)
}

/// One article: some two hundred words, the same for the same number.
fn item(number: usize, now: DateTime<Utc>) -> String {
    let mut chance = number as u64 ^ 0x9e37_79b9_7f4a_7c15;
    let mut word = || {
        chance = chance
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        let at = usize::try_from(chance >> 33).unwrap_or_default();
        let ending = ["", "n", "t", "er", "ens", "ets"][at / WORDS.len() % 6];
        format!("{}{ending}", WORDS[at % WORDS.len()])
    };
    let mut text = String::new();
    for sentence in 0..16 {
        let words: Vec<String> = (0..12).map(|_| word()).collect();
        let _ = write!(text, "<p>Nr. {number} siger {}.</p>", words.join(" "));
        if sentence == 0 {
            text.push('\n');
        }
    }
    let title: Vec<String> = (0..5).map(|_| word()).collect();
    let dated = now - Duration::minutes(30 + (number as i64 % 5_000));
    format!(
        "<item><title>Om {} nr. {number}</title><link>https://a{}.example/{number}</link><guid>{number}</guid><pubDate>{}</pubDate><description><![CDATA[{text}]]></description></item>",
        title.join(" "),
        number % FEEDS,
        dated.to_rfc2822(),
    )
}

fn today() -> Result<DateTime<Utc>, Failure> {
    let now = Utc.with_ymd_and_hms(2026, 11, 23, 5, 0, 0).single();
    Ok(now.ok_or("no such instant")?)
}

/// Seconds of processor time of this process (proc(5), `stat`: fields 14 and 15, in hundredths).
fn processor_time() -> Result<f64, Failure> {
    let stat = fs::read_to_string("/proc/self/stat")?;
    let (_, fields) = stat.rsplit_once(')').ok_or("no such field")?;
    let mut fields = fields.split_whitespace().skip(11);
    let mut next =
        || -> Result<f64, Failure> { Ok(fields.next().ok_or("no such field")?.parse()?) };
    Ok((next()? + next()?) / 100.0)
}

/// The most memory this process had, in MB (proc(5), `VmHWM`).
fn peak() -> Result<u64, Failure> {
    let status = fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kilobytes = line.and_then(|line| line.split_whitespace().next());
    Ok(kilobytes.ok_or("no such line")?.parse::<u64>()? / 1024)
}
