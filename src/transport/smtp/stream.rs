//! Our own socket under lettre's connection: it counts octets, holds the last one of a letter back until the letter is
//! marked as handed over, and lets nothing said in plain text live on into TLS.

use std::{
    fmt, io,
    net::SocketAddr,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    task::{Context, Poll, ready},
};

use lettre::transport::smtp::client::AsyncTokioStream;
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::TcpStream,
};
use tokio_rustls::client::TlsStream;

use super::parcel::Parcel;

/// No barrier stands.
const OPEN: u64 = u64::MAX;

/// A barrier this near asks before anything is written, so that the whole leaves in one piece; one further off lets
/// what stands before it leave first, so that a process killed meanwhile has handed nothing over.
const ONE_PIECE: u64 = 64 * 1024;

/// The most octets that are read for what was last written: many times what the longest replies and chains of certificates
/// have. A relay that says more says a line without an end, and lettre would keep all of it until the line ends.
const LONGEST_ANSWER: usize = 256 * 1024;

/// What the turn and its socket both know. Below TLS the octets are those of the records, never fewer than what they
/// carry: a barrier errs on the side of "handed over" only.
#[derive(Debug)]
pub(super) struct Meter {
    written: AtomicU64,
    barrier: AtomicU64,
    held: AtomicBool,
}

impl Meter {
    pub(super) fn new() -> Self {
        Self {
            written: AtomicU64::new(0),
            barrier: AtomicU64::new(OPEN),
            held: AtomicBool::new(false),
        }
    }

    /// How many octets the kernel has taken.
    pub(super) fn written(&self) -> u64 {
        self.written.load(Ordering::Relaxed)
    }

    /// Lets no octet from this one on leave, counted from the first of the connection.
    pub(super) fn hold_at(&self, octet: u64) {
        self.barrier.store(octet, Ordering::Relaxed);
        self.held.store(false, Ordering::Relaxed);
    }

    /// Whether a write waits at the barrier. Nobody wakes it: whoever lifts the barrier writes again.
    pub(super) fn is_held(&self) -> bool {
        self.held.load(Ordering::Relaxed)
    }

    /// Takes the barrier away.
    pub(super) fn lift(&self) {
        self.hold_at(OPEN);
    }

    /// How many of so many octets may leave now; none when the barrier must be lifted first.
    fn admits(&self, octets: usize) -> usize {
        let before = self
            .barrier
            .load(Ordering::Relaxed)
            .saturating_sub(self.written());
        if octets as u64 <= before {
            return octets;
        }
        if before > ONE_PIECE {
            return usize::try_from(before).unwrap_or(octets);
        }
        self.held.store(true, Ordering::Relaxed);
        0
    }
}

/// A TCP connection.
pub(super) struct Wire {
    tcp: TcpStream,
    meter: Arc<Meter>,
    /// What is written when it is flushed; none under TLS.
    parcel: Option<Arc<Parcel>>,
    /// What was read and may not be seen yet.
    unseen: Vec<u8>,
    /// Whether a line at a time is seen: until a ClientHello is written.
    by_lines: bool,
    /// How many octets were read since any were last written.
    answered: usize,
}

impl Wire {
    /// A connection whose every octet is passed on as it comes.
    pub(super) fn new(tcp: TcpStream, meter: Arc<Meter>) -> Self {
        Self {
            tcp,
            meter,
            parcel: None,
            unseen: Vec::new(),
            by_lines: false,
            answered: 0,
        }
    }

    /// A connection in plain text to its end, which writes letters past lettre.
    pub(super) fn plain(tcp: TcpStream, meter: Arc<Meter>, parcel: Arc<Parcel>) -> Self {
        Self {
            parcel: Some(parcel),
            ..Self::new(tcp, meter)
        }
    }

    /// A connection that is to become TLS by STARTTLS. Until then its reader sees one line at a time, so that nothing
    /// sent after the 220 in plain text waits in the reader's buffer and is taken for an answer under TLS
    /// (CVE-2011-0411); TLS sees it instead, and fails.
    pub(super) fn guarded(tcp: TcpStream, meter: Arc<Meter>) -> Self {
        Self {
            by_lines: true,
            ..Self::new(tcp, meter)
        }
    }

    /// Reads what has come.
    fn read(&mut self, context: &mut Context<'_>, out: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        if self.answered > LONGEST_ANSWER {
            return Poll::Ready(Err(io::Error::other("its answer has no end")));
        }
        let before = out.filled().len();
        ready!(Pin::new(&mut self.tcp).poll_read(context, out))?;
        self.answered += out.filled().len() - before;
        Poll::Ready(Ok(()))
    }

    /// Writes as much as the meter admits.
    fn write(&mut self, context: &mut Context<'_>, octets: &[u8]) -> Poll<io::Result<usize>> {
        let admitted = self.meter.admits(octets.len());
        if admitted == 0 && !octets.is_empty() {
            return Poll::Pending;
        }
        let written = ready!(Pin::new(&mut self.tcp).poll_write(context, &octets[..admitted]))?;
        self.answered = 0;
        self.meter
            .written
            .fetch_add(written as u64, Ordering::Relaxed);
        Poll::Ready(Ok(written))
    }

    fn hand_out(&mut self, out: &mut ReadBuf<'_>) {
        let line = if self.by_lines {
            memchr::memchr(b'\n', &self.unseen).map_or(self.unseen.len(), |end| end + 1)
        } else {
            self.unseen.len()
        };
        let length = line.min(out.remaining());
        out.put_slice(&self.unseen[..length]);
        self.unseen.drain(..length);
    }
}

impl AsyncRead for Wire {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        out: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if self.unseen.is_empty() {
            if !self.by_lines {
                return self.read(context, out);
            }
            let mut octets = [0; 4096];
            let mut read = ReadBuf::new(&mut octets);
            ready!(self.read(context, &mut read))?;
            self.unseen.extend_from_slice(read.filled());
        }
        self.hand_out(out);
        Poll::Ready(Ok(()))
    }
}

/// The first octet of a TLS handshake record (RFC 8446 §5.1); no SMTP command begins with it.
const HANDSHAKE: u8 = 0x16;

impl AsyncWrite for Wire {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        octets: &[u8],
    ) -> Poll<io::Result<usize>> {
        if octets.first() == Some(&HANDSHAKE) {
            self.by_lines = false;
        }
        self.write(context, octets)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        if let Some(parcel) = self.parcel.clone() {
            ready!(parcel.poll_leave(|octets| self.write(context, octets)))?;
        }
        Pin::new(&mut self.tcp).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.tcp).poll_shutdown(context)
    }
}

impl fmt::Debug for Wire {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Wire").finish_non_exhaustive()
    }
}

impl AsyncTokioStream for Wire {
    fn peer_addr(&self) -> io::Result<SocketAddr> {
        self.tcp.peer_addr()
    }
}

/// A connection that has been TLS from its first octet.
pub(super) struct Secured(pub(super) TlsStream<Wire>);

impl AsyncRead for Secured {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        out: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_read(context, out)
    }
}

impl AsyncWrite for Secured {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        octets: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.0).poll_write(context, octets)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_shutdown(context)
    }
}

impl fmt::Debug for Secured {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Secured").finish_non_exhaustive()
    }
}

impl AsyncTokioStream for Secured {
    fn peer_addr(&self) -> io::Result<SocketAddr> {
        self.0.get_ref().0.peer_addr()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_octet_passes_the_barrier_before_it_is_lifted() {
        let check = |barrier: u64, octets, admitted, held| {
            let meter = Meter::new();
            meter.written.store(100, Ordering::Relaxed);
            meter.hold_at(barrier);
            assert_eq!(
                (meter.admits(octets), meter.is_held()),
                (admitted, held),
                "{barrier} {octets}"
            );
            meter.lift();
            assert_eq!(meter.admits(octets), octets);
        };
        check(150, 50, 50, false);
        check(150, 51, 0, true);
        check(100, 1, 0, true);
        check(100 + ONE_PIECE + 1, 1 << 20, 65_537, false);
        check(100 + ONE_PIECE, 1 << 20, 0, true);
    }
}
