//! The connections of a run: on the caller's thread, and where there are many on further ones.
//!
//! Each thread has a runtime of its own and its share of the connections, so that no reply wakes another thread than
//! the one that waits for it.

use std::{num::NonZero, sync::Arc, thread};

use futures_util::{StreamExt as _, stream::FuturesUnordered};
use tokio::sync::oneshot;

use super::{DispatchError, queue::Queue, start};
use crate::transport::Transport;

/// A thread keeps this many connections busy, and more would wait for it.
const CONNECTIONS_A_THREAD: usize = 4;

/// How many threads so many connections work on.
pub(super) fn threads(connections: usize) -> usize {
    let processors = thread::available_parallelism().map_or(1, NonZero::get);
    (connections / CONNECTIONS_A_THREAD).clamp(1, processors)
}

/// Carries letters over so many connections until there are no more.
pub(super) async fn carry<T: Transport>(transport: &T, queue: &Queue, connections: usize) {
    let mut carried: FuturesUnordered<_> =
        (0..connections).map(|_| transport.carry(queue)).collect();
    while carried.next().await.is_some() {}
}

/// How many of so many connections each of so many threads has: the first of them the most.
pub(super) fn shares(connections: usize, threads: usize) -> impl Iterator<Item = usize> {
    (0..threads)
        .map(move |thread| connections / threads + usize::from(thread < connections % threads))
}

/// Starts a thread that carries letters over its connections until there are no more, or the run is cut off; and what
/// tells its end.
pub(super) fn start_carrier<T: Transport + Send + Sync + 'static>(
    transport: Arc<T>,
    queue: Arc<Queue>,
    connections: usize,
) -> Result<(thread::JoinHandle<()>, oneshot::Receiver<()>), DispatchError> {
    let (ended, end) = oneshot::channel();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|_| DispatchError::Thread)?;
    let thread = start("carry letters", move || {
        runtime.block_on(async {
            tokio::select! {
                () = carry(&*transport, &queue, connections) => {}
                () = queue.is_cut_off() => {}
            }
        });
        // Nobody waits for the end of a run that was cut off.
        let _ = ended.send(());
    })?;
    Ok((thread, end))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_connection_has_its_thread() {
        for (connections, threads, expected) in [
            (1, 1, vec![1]),
            (8, 2, vec![4, 4]),
            (9, 2, vec![5, 4]),
            (11, 4, vec![3, 3, 3, 2]),
        ] {
            assert_eq!(shares(connections, threads).collect::<Vec<_>>(), expected);
        }
        assert_eq!(threads(1), 1);
        assert!(threads(1000) <= 1000);
    }
}
