//! The door: readers leave by the link of a letter, and nothing else is done here.
//!
//! A letter's link is an address under `/u/` with the reader's signed token. POST leaves, whoever sends it: a mail
//! provider's button (RFC 8058), without cookies, redirects or a page before it, or the button of the page that GET shows.
//! GET, HEAD and OPTIONS change nothing, since scanners and browsers follow links unasked (RFC 9110 §9.2.1). A forged
//! token gets the same answer as a nonsensical one. Nobody is told that they have left before it is on stable storage.

mod answer;
mod asked;
mod connection;
mod headers;
mod page;
mod peers;
mod phrases;
mod settings;
#[cfg(test)]
mod tests;

use std::{future::Future, io, net::IpAddr, sync::Arc, time::Duration};

use axum::Router;
use tokio::net::TcpListener;

pub use settings::ServeSettings;

use crate::{
    domain::{clock::Clock, newsletter::Newsletter},
    letter::Letterhead,
    roster::Leaving,
};
use page::Sender;
use peers::Peers;

/// How long open connections are waited for once a stop is asked for.
const LAST_CALLS: Duration = Duration::from_secs(10);

/// Everything the answers are made of.
#[derive(Debug)]
pub struct Door {
    leaving: Arc<Leaving>,
    sender: Sender,
    /// The paths under which links to leave, and to change choices, lie.
    leave_path: String,
    choices_path: String,
    peers: Peers,
    clock: ByClock,
}

struct ByClock(Arc<dyn Clock>);

impl std::fmt::Debug for ByClock {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("Clock")
    }
}

impl Door {
    /// The door of a newsletter, where readers leave by the links its letterhead makes.
    pub fn new(
        newsletter: &Newsletter,
        head: &Letterhead,
        settings: &ServeSettings,
        leaving: Leaving,
        clock: Arc<dyn Clock>,
    ) -> Self {
        Self {
            leaving: Arc::new(leaving),
            sender: Sender::of(newsletter),
            leave_path: path_of(&head.leave_url),
            choices_path: path_of(&head.preferences_url),
            peers: Peers::new(settings),
            clock: ByClock(clock),
        }
    }

    /// The path under which links to leave lie: `/u/`.
    pub fn leave_path(&self) -> &str {
        &self.leave_path
    }

    /// Answers on a listener until a stop is asked for, then finishes what is begun.
    ///
    /// # Errors
    /// What the system says of the listener.
    pub async fn serve(
        self,
        listener: TcpListener,
        stop: impl Future<Output = ()> + Send + 'static,
    ) -> io::Result<()> {
        let (asked, mut is_asked) = tokio::sync::watch::channel(());
        let stop = async move {
            stop.await;
            drop(asked);
        };
        let router: Router = Router::new()
            .fallback(answer::answer)
            .with_state(Arc::new(self));
        let service = router.into_make_service_with_connect_info::<Peer>();
        let serving = axum::serve(connection::Guarded::new(listener), service)
            .with_graceful_shutdown(stop)
            .into_future();
        let out_of_patience = async {
            while is_asked.changed().await.is_ok() {}
            tokio::time::sleep(LAST_CALLS).await;
        };
        tokio::select! {
            ended = serving => ended,
            () = out_of_patience => Ok(()),
        }
    }
}

/// Who is connected.
#[derive(Debug, Clone, Copy)]
struct Peer(IpAddr);

/// The path of an address that links begin with; it ends with a slash.
fn path_of(url: &str) -> String {
    url::Url::parse(url).map_or_else(|_| "/".to_owned(), |url| url.path().to_owned())
}
