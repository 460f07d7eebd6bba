//! Connections that end: by a deadline, by what they send, and by their number.

use std::{
    io,
    net::SocketAddr,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
    time::Duration,
};

use axum::{
    extract::connect_info::Connected,
    serve::{IncomingStream, Listener},
};
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::{TcpListener, TcpStream},
    sync::{OwnedSemaphorePermit, Semaphore},
    time::{Instant, Sleep, sleep_until},
};

use super::Peer;

/// The most connections at a time; the next ones wait in the system's line.
const MOST: usize = 512;
/// How long a connection may last, however much is asked on it.
const LIFE: Duration = Duration::from_secs(60);
/// How long it may wait for the next octet, either way.
const PATIENCE: Duration = Duration::from_secs(10);
/// The most octets that are read before an answer goes: head, body, and what comes behind unasked.
const MOST_OCTETS: usize = 64 * 1024;

/// A listener whose connections are guarded.
pub(super) struct Guarded {
    listener: TcpListener,
    room: Arc<Semaphore>,
}

impl Guarded {
    pub(super) fn new(listener: TcpListener) -> Self {
        Self {
            listener,
            room: Arc::new(Semaphore::new(MOST)),
        }
    }
}

impl Listener for Guarded {
    type Io = Connection;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Connection, SocketAddr) {
        // Nobody closes it.
        let permit = Arc::clone(&self.room).acquire_owned().await.ok();
        let (stream, address) = Listener::accept(&mut self.listener).await;
        (Connection::new(stream, permit), address)
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }
}

impl Connected<IncomingStream<'_, Guarded>> for Peer {
    fn connect_info(stream: IncomingStream<'_, Guarded>) -> Self {
        Self(stream.remote_addr().ip())
    }
}

/// A connection that is cut when it takes too long or says too much.
pub(super) struct Connection<S = TcpStream> {
    stream: S,
    end: Instant,
    idle: Pin<Box<Sleep>>,
    /// Octets read since the last that were written.
    unanswered: usize,
    _permit: Option<OwnedSemaphorePermit>,
}

impl<S> Connection<S> {
    fn new(stream: S, permit: Option<OwnedSemaphorePermit>) -> Self {
        let now = Instant::now();
        Self {
            stream,
            end: now + LIFE,
            idle: Box::pin(sleep_until(now + PATIENCE)),
            unanswered: 0,
            _permit: permit,
        }
    }

    /// Something moved: the wait for the next begins anew, but no later than the end.
    fn moved(&mut self) {
        let until = (Instant::now() + PATIENCE).min(self.end);
        self.idle.as_mut().reset(until);
    }

    fn waits(&mut self, context: &mut Context<'_>) -> Poll<io::Error> {
        ready!(self.idle.as_mut().poll(context));
        Poll::Ready(io::ErrorKind::TimedOut.into())
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Connection<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        match Pin::new(&mut self.stream).poll_read(context, buffer) {
            Poll::Pending => self.waits(context).map(Err),
            Poll::Ready(Ok(())) => {
                self.unanswered += buffer.filled().len() - before;
                if self.unanswered > MOST_OCTETS || Instant::now() >= self.end {
                    return Poll::Ready(Err(io::ErrorKind::ConnectionAborted.into()));
                }
                self.moved();
                Poll::Ready(Ok(()))
            }
            failed => failed,
        }
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Connection<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        match Pin::new(&mut self.stream).poll_write(context, bytes) {
            Poll::Pending => self.waits(context).map(Err),
            Poll::Ready(written) => {
                self.unanswered = 0;
                self.moved();
                Poll::Ready(written)
            }
        }
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, duplex};

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_connection_that_says_nothing_is_cut_and_so_is_one_that_trickles_for_ever() {
        let (mut far, near) = duplex(1024);
        let mut near = Connection::new(near, None);
        let began = Instant::now();
        let error = near.read_u8().await.unwrap_err();
        assert_eq!(
            (error.kind(), began.elapsed()),
            (io::ErrorKind::TimedOut, PATIENCE)
        );
        let (mut near, began) = (Connection::new(near.stream, None), Instant::now());
        let trickle = async {
            loop {
                tokio::time::sleep(PATIENCE / 2).await;
                if far.write_u8(b'x').await.is_err() {
                    return;
                }
            }
        };
        let cut = async {
            while near.read_u8().await.is_ok() {}
            began.elapsed()
        };
        tokio::select! {
            () = trickle => panic!("it was not cut"),
            lasted = cut => assert!(lasted >= LIFE - PATIENCE && lasted <= LIFE, "{lasted:?}"),
        }
    }

    #[tokio::test]
    async fn what_is_read_without_an_answer_is_bounded() {
        let read = async |answers: bool| {
            let (mut far, near) = duplex(4096);
            let mut near = Connection::new(near, None);
            let flood = async {
                for _ in 0..100 {
                    if far.write_all(&[b'x'; 4096]).await.is_err() {
                        return;
                    }
                }
                let mut answer = [0; 1];
                let _ = far.read(&mut answer).await;
            };
            let take = async {
                let (mut buffer, mut total) = ([0; 4096], 0);
                while total < 100 * 4096 {
                    match near.read(&mut buffer).await {
                        Ok(some) => total += some,
                        Err(_) => break,
                    }
                    if answers {
                        near.write_all(b".").await.unwrap();
                    }
                }
                drop(near);
                total
            };
            tokio::join!(flood, take).1
        };
        let taken = read(false).await;
        assert!(
            taken <= MOST_OCTETS && taken > MOST_OCTETS - 4096,
            "{taken}"
        );
        assert_eq!(read(true).await, 100 * 4096);
    }
}
