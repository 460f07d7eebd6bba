//! A connection in use: commands out, replies in, each within its time.

use std::{
    future::{Future, poll_fn},
    io,
    pin::pin,
    sync::Arc,
    task::{Context, Poll, Waker},
    time::Duration,
};

use futures_util::FutureExt as _;
use lettre::transport::smtp::client::AsyncSmtpConnection;
use tokio::time::timeout;

use super::{
    Patience,
    connect::{Offers, Ready, Relay, connect},
    parcel::Parcel,
    reply::{Broken, heard},
    stream::Meter,
};
use crate::{domain::delivery::Reply, transport::SendError};

/// A connection on which letters are handed over. After a [`Broken`] it is only good for being dropped.
pub(super) struct Line {
    connection: AsyncSmtpConnection,
    meter: Arc<Meter>,
    parcel: Option<Arc<Parcel>>,
    pub(super) offers: Offers,
    /// Letters begun.
    pub(super) begun: usize,
    /// Letters whose body was answered.
    pub(super) answered: usize,
    /// Whether the next letter begins with RSET.
    pub(super) wants_reset: bool,
}

impl Line {
    pub(super) async fn open(relay: &Relay, patience: &Patience) -> Result<Self, SendError> {
        let Ready {
            connection,
            meter,
            parcel,
            offers,
        } = connect(relay, patience).await?;
        Ok(Self {
            connection,
            meter,
            parcel,
            offers,
            begun: 0,
            answered: 0,
            wants_reset: false,
        })
    }

    /// Writes commands and reads the reply to the first.
    pub(super) async fn say(&mut self, text: &str, patience: Duration) -> Result<Reply, Broken> {
        let meter = Arc::clone(&self.meter);
        in_time(&meter, patience, self.connection.command(text))
            .await
            .map_or(Err(Broken::Late), heard)
    }

    /// Reads the reply to a further command of those written.
    pub(super) async fn hear(&mut self, patience: Duration) -> Result<Reply, Broken> {
        let mut reading = pin!(self.connection.read_response());
        // The replies to a group come together: one that is here needs no clock.
        if let Some(result) = reading.as_mut().now_or_never() {
            return heard(result);
        }
        timeout(patience, reading)
            .await
            .map_or(Err(Broken::Late), heard)
    }

    /// What came without being asked for, if anything has.
    pub(super) fn unasked(&mut self) -> Option<Result<Reply, Broken>> {
        let mut context = Context::from_waker(Waker::noop());
        // A part of a reply that is lost here leaves a rest that is no reply: nothing is taken for another's answer.
        match pin!(self.connection.read_response()).poll(&mut context) {
            Poll::Ready(result) => Some(heard(result)),
            Poll::Pending => None,
        }
    }

    /// Writes a body, whose last octet has this index in the text, and perhaps commands behind it; calls `mark` before
    /// that octet may leave; reads the reply to the body. Beside the result, whether the octet may have left. The text's
    /// room is given back.
    pub(super) async fn hand_over(
        &mut self,
        text: &mut String,
        last: usize,
        patience: &Patience,
        mark: impl Fn() -> io::Result<()>,
    ) -> (Result<Reply, Broken>, bool) {
        match self.parcel.clone() {
            Some(parcel) => {
                parcel.put(std::mem::take(text));
                let done = self.leaves("", last, patience, mark).await;
                *text = parcel.take();
                done
            }
            None => self.leaves(text, last, patience, mark).await,
        }
    }

    async fn leaves(
        &mut self,
        command: &str,
        last: usize,
        patience: &Patience,
        mark: impl Fn() -> io::Result<()>,
    ) -> (Result<Reply, Broken>, bool) {
        let meter = Arc::clone(&self.meter);
        let last = meter.written() + last as u64;
        meter.hold_at(last);
        let mut work = pin!(self.connection.command(command));
        let leaving = poll_fn(|context| {
            loop {
                if let Poll::Ready(result) = work.as_mut().poll(context) {
                    return Poll::Ready(Ok(Some(heard(result))));
                }
                if meter.is_held() {
                    if let Err(error) = mark() {
                        return Poll::Ready(Err(Broken::Unmarked(error)));
                    }
                    meter.lift();
                    continue;
                }
                return match meter.written() > last {
                    true => Poll::Ready(Ok(None)),
                    false => Poll::Pending,
                };
            }
        });
        let left = in_time(&meter, patience.block, leaving).await;
        let result = match left.unwrap_or(Err(Broken::Late)) {
            Ok(Some(result)) => result,
            Ok(None) => timeout(patience.body, work)
                .await
                .map_or(Err(Broken::Late), heard),
            Err(broken) => Err(broken),
        };
        let handed_over = meter.written() > last;
        (result, handed_over)
    }

    /// Says goodbye (RFC 5321 §4.1.1.10); nothing hangs on the answer.
    pub(super) async fn quit(mut self, patience: &Patience) {
        let _ = self.say("QUIT\r\n", patience.quit).await;
    }
}

/// Waits as long as octets leave, and so long more.
async fn in_time<T>(meter: &Meter, patience: Duration, work: impl Future<Output = T>) -> Option<T> {
    let mut work = pin!(work);
    loop {
        let before = meter.written();
        match timeout(patience, work.as_mut()).await {
            Ok(done) => return Some(done),
            Err(_) if meter.written() > before => {}
            Err(_) => return None,
        }
    }
}
