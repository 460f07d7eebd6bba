//! A letter past lettre: what lies here is written when the connection is flushed.
//!
//! lettre makes a string of its own of every command and writes that, so forty kilobytes are copied once more for each
//! letter. An empty command writes nothing and is flushed all the same; a socket in plain text that is flushed writes what
//! lies ready. Under TLS the socket carries records, and letters go as commands do.

use std::{
    io,
    sync::{Mutex, MutexGuard, PoisonError},
    task::{Poll, ready},
};

/// Text that waits to be written, known to a turn and its socket.
#[derive(Debug, Default)]
pub(super) struct Parcel(Mutex<Waiting>);

#[derive(Debug, Default)]
struct Waiting {
    text: String,
    /// How many octets of it were written.
    written: usize,
}

impl Parcel {
    fn lock(&self) -> MutexGuard<'_, Waiting> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Lays a text ready.
    pub(super) fn put(&self, text: String) {
        *self.lock() = Waiting { text, written: 0 };
    }

    /// Takes the text back, for its room; nothing of it is written any more.
    pub(super) fn take(&self) -> String {
        std::mem::take(&mut *self.lock()).text
    }

    /// Writes what is left of the text.
    ///
    /// # Errors
    /// What `write` says, or that it takes no more.
    pub(super) fn poll_leave(
        &self,
        mut write: impl FnMut(&[u8]) -> Poll<io::Result<usize>>,
    ) -> Poll<io::Result<()>> {
        let mut waiting = self.lock();
        while waiting.written < waiting.text.len() {
            let written = ready!(write(&waiting.text.as_bytes()[waiting.written..]))?;
            if written == 0 {
                return Poll::Ready(Err(io::ErrorKind::WriteZero.into()));
            }
            waiting.written += written;
        }
        Poll::Ready(Ok(()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_leaves_once_however_it_is_written() {
        let parcel = Parcel::default();
        let mut taken = Vec::new();
        parcel.put("all of it".into());
        for most in [3, 0, 100] {
            let left = parcel.poll_leave(|octets| match most {
                0 => Poll::Pending,
                most if taken.len() < most => {
                    let most = octets.len().min(most);
                    taken.extend_from_slice(&octets[..most]);
                    Poll::Ready(Ok(most))
                }
                _ => Poll::Pending,
            });
            assert_eq!(left.is_ready(), most == 100);
        }
        assert_eq!(taken, b"all of it");
        assert!(
            parcel
                .poll_leave(|_| unreachable!("it has left"))
                .is_ready()
        );
        assert_eq!(parcel.take(), "all of it");
        parcel.put("kept".into());
        let shut = parcel.poll_leave(|_| Poll::Ready(Ok(0)));
        assert!(matches!(shut, Poll::Ready(Err(_))));
        parcel.take();
        assert!(parcel.poll_leave(|_| unreachable!("taken back")).is_ready());
    }
}
