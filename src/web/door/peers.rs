//! Who asks, and how often: a token bucket for each address, of which so many are kept and no more.

use std::{
    collections::HashMap,
    net::{IpAddr, Ipv6Addr},
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use axum::http::HeaderMap;

use super::ServeSettings;
use crate::domain::rate::{Bucket, Rate};

/// The most addresses that are told apart; any more share one bucket.
const MOST: usize = 10_000;

/// What a bucket takes at most to be full again: then its address need not be remembered.
const FULL: Duration = Duration::from_secs(1);

/// The addresses that ask.
#[derive(Debug)]
pub(super) struct Peers {
    trusted: Vec<IpAddr>,
    rate: Rate,
    began: Instant,
    buckets: Mutex<Buckets>,
}

#[derive(Debug)]
struct Buckets {
    of: HashMap<IpAddr, Bucket>,
    of_the_others: Bucket,
    /// When those that are full were last forgotten.
    swept: Duration,
}

impl Peers {
    pub(super) fn new(settings: &ServeSettings) -> Self {
        Self {
            trusted: settings.trusted_proxies.clone(),
            rate: settings.rate,
            began: Instant::now(),
            buckets: Mutex::new(Buckets {
                of: HashMap::new(),
                of_the_others: full(settings.rate, FULL),
                swept: Duration::ZERO,
            }),
        }
    }

    /// Whether the one who asks may, now; else how long to wait. `connected` is who holds the connection.
    pub(super) fn admit(&self, connected: IpAddr, headers: &HeaderMap) -> Result<(), Duration> {
        self.admit_at(self.asker(connected, headers), self.began.elapsed() + FULL)
    }

    /// Who asks: behind proxies that are trusted, the last address of `X-Forwarded-For` that is not one of theirs, for
    /// what stands before it anybody may have written. An IPv6 network of 64 bits is one (RFC 6177 §2).
    fn asker(&self, connected: IpAddr, headers: &HeaderMap) -> IpAddr {
        let mut asker = connected;
        let mut lines: Vec<&str> = headers
            .get_all("x-forwarded-for")
            .iter()
            .filter_map(|line| line.to_str().ok())
            .collect();
        lines.reverse();
        let mut before = lines.into_iter().flat_map(|line| line.rsplit(','));
        while self.trusted.contains(&asker) {
            let Some(next) = before.next().and_then(|text| text.trim().parse().ok()) else {
                break;
            };
            asker = next;
        }
        match asker.to_canonical() {
            IpAddr::V6(address) => IpAddr::V6(Ipv6Addr::from_bits(
                address.to_bits() & !u128::from(u64::MAX),
            )),
            address => address,
        }
    }

    fn admit_at(&self, asker: IpAddr, now: Duration) -> Result<(), Duration> {
        // A bucket is whole whatever its last holder did.
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        let buckets = &mut *buckets;
        if buckets.of.len() >= MOST && !buckets.of.contains_key(&asker) {
            // Not at every request: whoever has so many addresses would keep us busy with looking through them.
            if now.saturating_sub(buckets.swept) >= FULL {
                buckets.swept = now;
                buckets.of.retain(|_, bucket| !bucket.is_full(now));
            }
            if buckets.of.len() >= MOST {
                return buckets.of_the_others.take(now);
            }
        }
        let bucket = buckets
            .of
            .entry(asker)
            .or_insert_with(|| full(self.rate, now));
        bucket.take(now)
    }
}

/// A bucket with all its tokens.
fn full(rate: Rate, now: Duration) -> Bucket {
    Bucket::new(rate, now.saturating_sub(FULL))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn peers(rate: &str, trusted: &[&str]) -> Peers {
        Peers::new(&ServeSettings {
            rate: rate.parse().unwrap(),
            trusted_proxies: trusted.iter().map(|ip| ip.parse().unwrap()).collect(),
            ..ServeSettings::default()
        })
    }

    #[test]
    fn only_what_a_trusted_proxy_wrote_is_believed() {
        let check = |connected: &str, forwarded: &[&str], expected: &str| {
            let mut headers = HeaderMap::new();
            for line in forwarded {
                headers.append("x-forwarded-for", line.parse().unwrap());
            }
            let asker = peers("20/s", &["127.0.0.1", "10.0.0.1"])
                .asker(connected.parse().unwrap(), &headers);
            assert_eq!(asker, expected.parse::<IpAddr>().unwrap(), "{forwarded:?}");
        };
        check("192.0.2.7", &[], "192.0.2.7");
        check("192.0.2.7", &["198.51.100.1"], "192.0.2.7");
        check("127.0.0.1", &["198.51.100.1"], "198.51.100.1");
        check("127.0.0.1", &["6.6.6.6, 198.51.100.1"], "198.51.100.1");
        check(
            "127.0.0.1",
            &["6.6.6.6", "198.51.100.1, 10.0.0.1"],
            "198.51.100.1",
        );
        check("127.0.0.1", &["noget andet"], "127.0.0.1");
        check("127.0.0.1", &[], "127.0.0.1");
        check("2001:db8:1:2:3::4", &[], "2001:db8:1:2::");
        check("::ffff:192.0.2.7", &[], "192.0.2.7");
    }

    #[test]
    fn an_address_may_ask_so_often_and_another_is_not_held_up_by_it() {
        let peers = peers("5/s", &[]);
        let [one, other] = ["192.0.2.1", "192.0.2.2"].map(|ip| ip.parse().unwrap());
        let now = Duration::from_secs(100);
        let admitted = (0..20).filter(|_| peers.admit_at(one, now).is_ok()).count();
        assert_eq!(admitted, 5);
        assert_eq!(peers.admit_at(one, now), Err(Duration::from_millis(200)));
        assert_eq!(peers.admit_at(other, now), Ok(()));
        assert_eq!(
            peers.admit_at(one, now + Duration::from_millis(200)),
            Ok(())
        );
    }

    #[test]
    fn of_many_addresses_so_many_are_remembered_and_no_more() {
        let peers = peers("5/s", &[]);
        let ip = |number: u32| IpAddr::V4(number.into());
        let now = Duration::from_secs(100);
        let admitted = (0..100_000)
            .filter(|n| peers.admit_at(ip(*n), now).is_ok())
            .count();
        assert_eq!(admitted, MOST + 5, "the others share one bucket");
        assert_eq!(peers.buckets.lock().unwrap().of.len(), MOST);
        // A second later all of them may ask anew, and are remembered anew.
        let later = now + Duration::from_secs(2);
        assert_eq!(peers.admit_at(ip(2_000_000), later), Ok(()));
        assert_eq!(peers.buckets.lock().unwrap().of.len(), 1);
    }
}
