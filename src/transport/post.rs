//! A few letters that belong to no issue, handed to a transport one after another.

use std::{
    collections::VecDeque,
    future::pending,
    io,
    sync::{Mutex, MutexGuard, PoisonError},
};

use super::{Feed, Job, Receipt, SendError, Transport};
use crate::letter::Letter;

/// The letters, and what became of each.
struct Post {
    waiting: Mutex<VecDeque<Job>>,
    results: Mutex<Vec<Result<Receipt, SendError>>>,
}

/// Hands letters over by one connection; what became of each, in order. A letter that a relay wants given again is not.
pub async fn post(
    transport: &impl Transport,
    letters: impl IntoIterator<Item = Letter>,
) -> Vec<Result<Receipt, SendError>> {
    let jobs = (0..).zip(letters).map(|(seq, letter)| Job {
        seq,
        attempts: 0,
        letter,
        relay: None,
    });
    let post = Post {
        waiting: Mutex::new(jobs.collect()),
        results: Mutex::default(),
    };
    transport.carry(&post).await;
    post.results
        .into_inner()
        .unwrap_or_else(PoisonError::into_inner)
}

impl Post {
    fn waiting(&self) -> MutexGuard<'_, VecDeque<Job>> {
        // A list is whole whatever its last holder did.
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Feed for Post {
    async fn next(&self) -> Option<Job> {
        self.ready()
    }

    fn ready(&self) -> Option<Job> {
        self.waiting().pop_front()
    }

    async fn halted(&self) {
        // Whoever waits for these letters gives up by the clock.
        pending::<()>().await;
    }

    async fn over(&self) {
        if !self.waiting().is_empty() {
            pending::<()>().await;
        }
    }

    fn handing_over(&self, _: &Job) -> io::Result<()> {
        Ok(())
    }

    fn settle(&self, _: Job, result: Result<Receipt, SendError>) {
        let results = self.results.lock();
        results.unwrap_or_else(PoisonError::into_inner).push(result);
    }

    fn give_back(&self, job: Job) {
        self.waiting().push_front(job);
    }
}

#[cfg(test)]
mod tests {
    use crate::{
        domain::address::Address,
        letter::{Envelope, Message},
    };

    use super::*;
    use crate::transport::file::FileTransport;

    #[tokio::test]
    async fn letters_of_no_issue_are_handed_over() {
        let folder = tempfile::tempdir().unwrap();
        let transport = FileTransport::open(folder.path()).unwrap();
        let letter = |id: &str| Letter {
            envelope: Envelope {
                sender: Address::parse("nyt@b.example").unwrap(),
                recipient: Address::parse("a@b.example").unwrap(),
            },
            id: id.to_owned(),
            message: Message::new("x".into()),
        };
        let results = post(&transport, [letter("a"), letter("b")]).await;
        assert_eq!(results.len(), 2);
        assert!(results.iter().all(Result::is_ok), "{results:?}");
        assert!(folder.path().join("b.eml").exists());
        assert!(post(&transport, []).await.is_empty());
    }
}
