//! Which relay the next connection goes to.

use std::time::{Duration, Instant};

use tokio::time::sleep;

use super::{SmtpTransport, route::Pass, standing::Entry};
use crate::transport::Feed;

/// Where the next connection goes.
pub(super) enum Way<'t> {
    /// To this relay.
    To(Pass<'t>),
    /// Nowhere: no letter is to be begun any more.
    Over,
    /// Nowhere: no relay is given any more letters in this run.
    Closed,
}

impl SmtpTransport {
    /// Leave to hold a connection to the first relay in order, waited for without holding a letter. A relay in trouble
    /// is tried again by one connection, when it has rested; the others go on with the next in the list.
    pub(super) async fn way<F: Feed>(&self, feed: &F) -> Way<'_> {
        loop {
            let changed = self.changed.notified();
            let mut rests: Option<Duration> = None;
            let mut lost = 0;
            for place in 0..self.routes.len() {
                let others = self.others_in_order(place);
                match Pass::ask(self, place, Instant::now(), others) {
                    Ok(pass) => return Way::To(pass),
                    Err(Entry::Awaited) => break,
                    Err(Entry::Rests(left)) => {
                        rests = Some(rests.map_or(left, |rests| rests.min(left)));
                    }
                    Err(Entry::Lost) => lost += 1,
                    Err(Entry::Open | Entry::Try | Entry::Retried) => {}
                }
            }
            let at_work = || {
                self.routes
                    .iter()
                    .any(|route| route.standing().is_at_work())
            };
            if lost == self.routes.len() && !at_work() {
                return Way::Closed;
            }
            tokio::select! {
                () = feed.over() => return Way::Over,
                () = changed => {}
                () = sleep(rests.unwrap_or_default()), if rests.is_some() => {}
            }
        }
    }

    fn others_in_order(&self, place: usize) -> bool {
        let mut others = self.routes.iter().enumerate();
        others.any(|(other, route)| other != place && route.standing().is_in_order())
    }
}
