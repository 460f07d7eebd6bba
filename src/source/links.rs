//! Whether the links of an issue answer: asked politely, remembered on disk, within the time there is.
//!
//! Hosts are asked side by side, the links of one host in turn, each by one GET whose answer is not read. What was asked
//! less than a day ago is not asked again; what did not answer is, after an hour. A server that wants to know who asks, or
//! is asked too often, is there: the link is taken for sound.

use std::{
    collections::{BTreeMap, HashMap},
    fs,
    path::Path,
    time::Duration,
};

use chrono::{DateTime, Utc};
use futures_util::future::join_all;
use reqwest::{Client, StatusCode};
use serde::{Deserialize, Serialize};
use tokio::{sync::Semaphore, time::Instant};
use url::Url;

use super::web::{Question, Reach, Validators, Wanted, client, knock};
use crate::lint::LinkAnswer;

/// How many hosts are asked at a time.
const AT_A_TIME: usize = 8;
/// How long one link may take to answer.
const PATIENCE: Duration = Duration::from_secs(10);

/// When and how links are asked.
#[derive(Debug, Clone, Copy)]
pub struct Knocking<'a> {
    /// The folder where the answers are remembered.
    pub cache: &'a Path,
    /// The instant of asking, by the clock.
    pub at: DateTime<Utc>,
    /// How long all answers may take together.
    pub within: Duration,
}

/// What came of asking.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Knocked {
    /// What is known of each link, in the order they were given.
    pub answers: Vec<LinkAnswer>,
    /// How many were asked just now.
    pub asked: usize,
    /// How many there was no time to ask.
    pub left: usize,
}

/// Asks whether addresses answer.
pub fn ask(addresses: &[String], knocking: &Knocking<'_>) -> Knocked {
    ask_within(addresses, knocking, Reach::Public)
}

/// What is remembered of a link.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Memory {
    asked: DateTime<Utc>,
    broken: Option<String>,
}

impl Memory {
    /// Whether it need not be asked again. A memory from the future is of a clock that was wrong.
    fn is_fresh(&self, at: DateTime<Utc>) -> bool {
        let hours = if self.broken.is_none() { 24 } else { 1 };
        let age = at - self.asked;
        age >= chrono::Duration::zero() && age < chrono::Duration::hours(hours)
    }
}

/// The links to ask, each as it stands and as it is asked, by their hosts.
type Hosts = BTreeMap<String, Vec<(String, Url)>>;

fn ask_within(addresses: &[String], knocking: &Knocking<'_>, reach: Reach) -> Knocked {
    let path = knocking.cache.join("links.json");
    let mut memories = read(&path);
    memories.retain(|_, memory| memory.is_fresh(knocking.at));
    let mut hosts: Hosts = BTreeMap::new();
    for address in addresses
        .iter()
        .filter(|address| !memories.contains_key(*address))
    {
        if let Ok(url) = Url::parse(address) {
            let host = url.host_str().unwrap_or_default().to_owned();
            hosts.entry(host).or_default().push((address.clone(), url));
        }
    }
    let mut asked = 0;
    if !hosts.is_empty() {
        // On a thread of its own, so that nobody need know whether a runtime is at work here already.
        let found = std::thread::scope(|scope| {
            scope
                .spawn(|| ask_hosts(hosts, knocking.within, reach))
                .join()
        });
        for (address, broken) in found.unwrap_or_default() {
            asked += 1;
            let memory = Memory {
                asked: knocking.at,
                broken,
            };
            memories.insert(address, memory);
        }
        // Not remembered, they are asked again: no harm.
        let _ = write(&path, &memories);
    }
    let answers: Vec<LinkAnswer> = addresses
        .iter()
        .filter_map(|address| {
            Some(LinkAnswer {
                address: address.clone(),
                broken: memories.get(address)?.broken.clone(),
            })
        })
        .collect();
    Knocked {
        left: addresses.len() - answers.len(),
        answers,
        asked,
    }
}

fn read(path: &Path) -> HashMap<String, Memory> {
    let text = fs::read_to_string(path).unwrap_or_default();
    // What cannot be read is asked anew.
    serde_json::from_str(&text).unwrap_or_default()
}

fn write(path: &Path, memories: &HashMap<String, Memory>) -> std::io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder)?;
    let sorted: BTreeMap<&String, &Memory> = memories.iter().collect();
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    serde_json::to_writer_pretty(&mut file, &sorted)?;
    file.persist(path)?;
    Ok(())
}

/// Asks all hosts; gives what was asked in time, each address with why it does not answer.
fn ask_hosts(hosts: Hosts, within: Duration, reach: Reach) -> Vec<(String, Option<String>)> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    let (Ok(runtime), Ok(client)) = (runtime, client(reach)) else {
        return Vec::new();
    };
    let answers = runtime.block_on(async {
        let deadline = Instant::now() + within;
        let room = Semaphore::new(AT_A_TIME);
        let asked = hosts.into_values().map(|links| async {
            // The semaphore is never closed.
            let _turn = room.acquire().await;
            one_host(links, &client, reach, deadline).await
        });
        join_all(asked).await.into_iter().flatten().collect()
    });
    // A name server that is silent is not waited for.
    runtime.shutdown_background();
    answers
}

/// Asks the links of one host in turn, until the time is over.
async fn one_host(
    links: Vec<(String, Url)>,
    client: &Client,
    reach: Reach,
    deadline: Instant,
) -> Vec<(String, Option<String>)> {
    let mut answers = Vec::with_capacity(links.len());
    for (address, url) in links {
        let question = Question {
            url,
            validators: Validators::default(),
            reach,
            patience: PATIENCE,
            wanted: Wanted::Document,
        };
        match tokio::time::timeout_at(deadline, knock(client, &question)).await {
            Ok(answer) => answers.push((address, broken(answer))),
            Err(_) => break,
        }
    }
    answers
}

/// Why a link cannot be followed, going by its answer.
fn broken(answer: Result<StatusCode, String>) -> Option<String> {
    match answer {
        Ok(status) if status.is_success() => None,
        // It is there, and wants to know who asks, or to be asked otherwise or less.
        Ok(status)
            if matches!(
                status.as_u16(),
                401 | 403 | 405 | 406 | 429 | 451 | 503 | 999
            ) =>
        {
            None
        }
        Ok(status) => {
            let words = status.canonical_reason().unwrap_or("no known answer");
            Some(format!("answers {} ({words})", status.as_u16()))
        }
        // What follows says what to do about a source.
        Err(reason) => Some(reason.split("; ").next().unwrap_or_default().to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use std::{
        io::{Read as _, Write as _},
        net::TcpListener,
        sync::{
            Arc,
            atomic::{AtomicUsize, Ordering::SeqCst},
        },
    };

    use super::*;

    /// A server that answers each path in its way, and how many requests came.
    fn server() -> (String, Arc<AtomicUsize>) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let count = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&count);
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let mut stream = stream.unwrap();
                let mut request = [0; 1024];
                let length = stream.read(&mut request).unwrap_or(0);
                counted.fetch_add(1, SeqCst);
                let request = String::from_utf8_lossy(&request[..length]).into_owned();
                let path = request.split(' ').nth(1).unwrap_or_default().to_owned();
                let status = match path.as_str() {
                    "/ok" => "200 OK",
                    "/shut" => "403 Forbidden",
                    "/moved" => "302 Found\r\nlocation: /ok",
                    "/away" => "301 Moved\r\nlocation: /gone",
                    "/silent" => {
                        // Held open until the test is over.
                        std::mem::forget(stream);
                        continue;
                    }
                    _ => "404 Not Found",
                };
                let answer = format!("HTTP/1.1 {status}\r\ncontent-length: 0\r\n\r\n");
                let _ = stream.write_all(answer.as_bytes());
            }
        });
        (base, count)
    }

    fn at(hour: u32) -> DateTime<Utc> {
        format!("2026-11-22T{hour:02}:00:00Z").parse().unwrap()
    }

    fn knock_on(base: &str, paths: &[&str], cache: &Path, hour: u32, within: Duration) -> Knocked {
        let addresses: Vec<String> = paths.iter().map(|path| format!("{base}{path}")).collect();
        let knocking = Knocking {
            cache,
            at: at(hour),
            within,
        };
        ask_within(&addresses, &knocking, Reach::Any)
    }

    #[test]
    fn links_that_do_not_answer_are_told_from_those_that_do() {
        let (base, _) = server();
        let cache = tempfile::tempdir().unwrap();
        let paths = ["/ok", "/shut", "/moved", "/away", "/gone"];
        let known = knock_on(&base, &paths, cache.path(), 6, Duration::from_secs(20));
        let broken: Vec<Option<&str>> = known
            .answers
            .iter()
            .map(|answer| answer.broken.as_deref())
            .collect();
        let gone = Some("answers 404 (Not Found)");
        assert_eq!(broken, [None, None, None, gone, gone]);
        assert_eq!((known.asked, known.left), (5, 0));
        let none = knock_on(
            "http://127.0.0.1:1",
            &["/"],
            cache.path(),
            6,
            Duration::from_secs(20),
        );
        let why = none.answers[0].broken.as_deref().unwrap();
        assert!(why.starts_with("cannot be reached"), "{why}");
    }

    #[test]
    fn what_was_asked_just_now_is_not_asked_again() {
        let (base, count) = server();
        let cache = tempfile::tempdir().unwrap();
        let ask = |hour| {
            knock_on(
                &base,
                &["/ok", "/gone"],
                cache.path(),
                hour,
                Duration::from_secs(20),
            )
            .asked
        };
        assert_eq!(ask(6), 2);
        assert_eq!(ask(6), 0);
        assert_eq!(
            ask(8),
            1,
            "what did not answer is asked again after an hour"
        );
        assert_eq!(count.load(SeqCst), 3);
        fs::write(cache.path().join("links.json"), "{ rubbish").unwrap();
        assert_eq!(ask(8), 2);
    }

    #[test]
    fn the_time_there_is_bounds_it_all() {
        let (base, _) = server();
        let cache = tempfile::tempdir().unwrap();
        let paths = ["/ok", "/silent", "/gone"];
        let known = knock_on(&base, &paths, cache.path(), 6, Duration::from_millis(500));
        assert_eq!((known.asked, known.left), (1, 2));
    }

    #[test]
    fn this_machine_is_not_asked() {
        let (base, count) = server();
        let cache = tempfile::tempdir().unwrap();
        let knocking = Knocking {
            cache: cache.path(),
            at: at(6),
            within: Duration::from_secs(20),
        };
        let known = ask(&[format!("{base}/ok")], &knocking);
        let why = known.answers[0].broken.as_deref().unwrap();
        assert!(why.contains("an address of this machine"), "{why}");
        assert_eq!(count.load(SeqCst), 0);
    }
}
