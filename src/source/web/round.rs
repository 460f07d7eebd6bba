//! One round of asking: hosts side by side, the addresses of one host one after the other.

use std::{collections::BTreeMap, time::Duration};

use chrono::{DateTime, Utc};
use futures_util::future::join_all;
use reqwest::Client;
use tokio::{sync::Semaphore, time::Instant};
use url::Url;

use super::{
    Asking, Shelf,
    address::Reach,
    get::{Answer, LONGEST_REST, Question, Wanted, client, get},
};

/// How many hosts are asked at a time.
const AT_A_TIME: usize = 16;

/// One address that is to be asked, when it is due.
#[derive(Debug)]
pub(in crate::source) struct Asked<'a, T> {
    /// Whose answer it is.
    pub whose: T,
    /// Where.
    pub url: &'a Url,
    /// The shelf its copies and the note of the last asking lie on.
    pub shelf: Shelf,
    /// Whether it may be of this machine or its own network.
    pub allow_private: bool,
    /// How many seconds an answer may take, redirects and all.
    pub seconds: u16,
    /// What is wanted.
    pub wanted: Wanted,
}

/// Asks the addresses that are due, and gives their answers with whose they are.
pub(in crate::source) fn round<T: Send>(
    asked: Vec<Asked<'_, T>>,
    asking: &Asking<'_>,
) -> Vec<(T, Answer)> {
    let hosts = due(asked, asking);
    if hosts.is_empty() {
        return Vec::new();
    }
    // On a thread of its own, so that nobody need know whether a runtime is at work here already.
    let asked = std::thread::scope(|scope| scope.spawn(|| ask(hosts, asking)).join());
    asked.unwrap_or_default()
}

/// Whose answer it is, and what is asked.
struct Job<T> {
    whose: T,
    question: Question,
}

/// The addresses of one host that are due.
struct Host<T> {
    jobs: Vec<Job<T>>,
    /// Before when it does not want to be asked: one address told to wait is all of its host's told to wait.
    not_before: Option<DateTime<Utc>>,
}

/// The addresses that were not asked just now, by their hosts.
fn due<T>(asked: Vec<Asked<'_, T>>, asking: &Asking<'_>) -> Vec<Host<T>> {
    let mut hosts: BTreeMap<String, Host<T>> = BTreeMap::new();
    for asked in asked {
        let note = asked.shelf.note();
        let name = asked.url.host_str().unwrap_or_default().to_owned();
        let host = hosts.entry(name).or_insert_with(|| Host {
            jobs: Vec::new(),
            not_before: None,
        });
        let rest = note
            .as_ref()
            .and_then(|note| note.not_before)
            .filter(|until| *until > asking.at && *until <= asking.at + LONGEST_REST);
        host.not_before = host.not_before.max(rest);
        // A note from the future is of a clock that was wrong.
        let just_now = note
            .and_then(|note| (asking.at - note.asked).to_std().ok())
            .is_some_and(|ago| ago < asking.fresh_for);
        if !just_now {
            host.jobs.push(Job {
                question: question(&asked),
                whose: asked.whose,
            });
        }
    }
    hosts
        .into_values()
        .filter(|host| !host.jobs.is_empty())
        .collect()
}

fn question<T>(asked: &Asked<'_, T>) -> Question {
    let kept = asked.shelf.newest().map(|copy| copy.label.validators);
    Question {
        url: asked.url.clone(),
        validators: kept.unwrap_or_default(),
        reach: if asked.allow_private {
            Reach::Any
        } else {
            Reach::Public
        },
        patience: Duration::from_secs(u64::from(asked.seconds)),
        wanted: asked.wanted,
    }
}

fn ask<T>(hosts: Vec<Host<T>>, asking: &Asking<'_>) -> Vec<(T, Answer)> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    let runtime = match runtime {
        Ok(runtime) => runtime,
        Err(error) => return all_failed(hosts, &format!("cannot be asked ({error})")),
    };
    let answers = runtime.block_on(async {
        let deadline = Instant::from_std(asking.begun) + asking.within;
        let room = Semaphore::new(AT_A_TIME);
        let clients = Clients::default();
        let asked = hosts.into_iter().map(|host| async {
            // The semaphore is never closed.
            let _turn = room.acquire().await;
            one_host(host, &clients, asking, deadline).await
        });
        join_all(asked).await.into_iter().flatten().collect()
    });
    // A name server that is silent is not waited for.
    runtime.shutdown_background();
    answers
}

/// Asks the addresses of one host in turn, until it wants peace.
async fn one_host<T>(
    host: Host<T>,
    clients: &Clients,
    asking: &Asking<'_>,
    deadline: Instant,
) -> Vec<(T, Answer)> {
    let mut rest_until = host.not_before;
    let mut answers = Vec::with_capacity(host.jobs.len());
    for job in host.jobs {
        let answer = if let Some(until) = rest_until {
            Answer::Failed {
                reason: format!(
                    "was not asked: its host wants to be left in peace until {}",
                    until.format("%Y-%m-%d %H:%M UTC")
                ),
                not_before: Some(until),
            }
        } else if Instant::now() >= deadline {
            Answer::failed(format!(
                "was not asked: the {} s there are for sources and pictures together were over",
                asking.within.as_secs()
            ))
        } else {
            match clients.of(job.question.reach) {
                Ok(client) => {
                    let asked = get(&client, &job.question, asking.at);
                    tokio::time::timeout_at(deadline, asked)
                        .await
                        .unwrap_or_else(|_| {
                            Answer::failed(format!(
                                "gave no answer within the {} s there are for sources and pictures together",
                                asking.within.as_secs()
                            ))
                        })
                }
                Err(reason) => Answer::failed(reason),
            }
        };
        if let Answer::Failed {
            not_before: Some(until),
            ..
        } = &answer
        {
            rest_until = rest_until.max(Some(*until));
        }
        answers.push((job.whose, answer));
    }
    answers
}

fn all_failed<T>(hosts: Vec<Host<T>>, reason: &str) -> Vec<(T, Answer)> {
    let jobs = hosts.into_iter().flat_map(|host| host.jobs);
    jobs.map(|job| (job.whose, Answer::failed(reason)))
        .collect()
}

/// A client for each reach, made when it is first needed.
#[derive(Default)]
struct Clients(std::sync::Mutex<BTreeMap<Reach, Client>>);

impl Clients {
    fn of(&self, reach: Reach) -> Result<Client, String> {
        let mut made = self
            .0
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        if let Some(client) = made.get(&reach) {
            return Ok(client.clone());
        }
        let client = client(reach).map_err(|error| {
            format!(
                "cannot be asked: TLS cannot be set up ({error}); install the system's certificates"
            )
        })?;
        made.insert(reach, client.clone());
        Ok(client)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_round_after_the_time_of_all_rounds_asks_nobody() {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        let address = listener.local_addr().unwrap();
        let url = Url::parse(&format!("http://{address}/bro.jpg")).unwrap();
        let cache = tempfile::tempdir().unwrap();
        let began = |ago: u64| Asking {
            begun: std::time::Instant::now() - Duration::from_secs(ago),
            ..Asking::in_passing(cache.path(), Utc::now())
        };
        let answer = |asking: &Asking<'_>| {
            let asked = Asked {
                whose: (),
                url: &url,
                shelf: Shelf::of(cache.path(), "bro", &url),
                allow_private: true,
                seconds: 1,
                wanted: Wanted::Picture,
            };
            match round(vec![asked], asking).remove(0).1 {
                Answer::Failed { reason, .. } => reason,
                other => panic!("{other:?}"),
            }
        };
        let reason = answer(&began(31));
        assert!(reason.contains("was not asked: the 30 s"), "{reason}");
        assert!(listener.accept().is_err(), "nobody came");
        let reason = answer(&began(0));
        assert!(
            reason.contains("gave no whole answer within 1 s"),
            "{reason}"
        );
        assert!(listener.accept().is_ok());
    }
}
