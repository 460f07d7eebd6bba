//! Which machines a source may be fetched from. A feed names its own redirects and a name its own addresses: neither
//! may lead into the network that the program stands in (OWASP: server-side request forgery).

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use reqwest::dns::{Addrs, Name, Resolve, Resolving};

/// Which addresses may be connected to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::source) enum Reach {
    /// Those everybody can reach.
    Public,
    /// This machine's and its network's too: the source says `allow_private`. Not what a link alone can reach: clouds
    /// tell machines their secrets there, and a redirect from within the network must not fetch them.
    Any,
    /// This one only: what tests have in place of the public ones.
    #[cfg(test)]
    Only(IpAddr),
}

impl Reach {
    /// Whether an address may be connected to.
    pub(super) fn allows(self, address: IpAddr) -> bool {
        match self {
            Self::Public => is_public(address),
            Self::Any => !is_link_local(address),
            #[cfg(test)]
            Self::Only(one) => address == one,
        }
    }
}

/// What is said of an address that may not be connected to.
#[derive(Debug, thiserror::Error)]
#[error("leads to {0}, an address of this machine or its own network")]
pub(super) struct Private(pub(super) IpAddr);

impl Private {
    /// What can be done about it.
    pub(super) fn remedy(&self) -> &'static str {
        if is_link_local(self.0) {
            "nothing is ever fetched from there; correct the address, or ask its publisher to"
        } else {
            "if that is meant, set `allow_private = true` for the source"
        }
    }
}

/// Looks names up and gives only addresses that may be connected to. The connection goes to one of those given here:
/// a name that is looked up again and answers differently gains nothing.
pub(super) struct Resolver {
    pub(super) reach: Reach,
}

impl Resolve for Resolver {
    fn resolve(&self, name: Name) -> Resolving {
        let reach = self.reach;
        Box::pin(async move {
            let found: Vec<SocketAddr> =
                tokio::net::lookup_host((name.as_str(), 0)).await?.collect();
            let allowed: Vec<SocketAddr> = found
                .iter()
                .copied()
                .filter(|address| reach.allows(address.ip()))
                .collect();
            match (allowed.is_empty(), found.first()) {
                (true, Some(address)) => Err(Private(address.ip()).into()),
                _ => Ok(Box::new(allowed.into_iter()) as Addrs),
            }
        })
    }
}

/// Whether anybody on the internet can reach an address (IANA special-purpose address registries).
fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

/// Whether an address is known on one link alone (RFC 3927, RFC 4291 § 2.5.6), in whatever dress.
fn is_link_local(address: IpAddr) -> bool {
    match address.to_canonical() {
        IpAddr::V4(address) => address.is_link_local(),
        IpAddr::V6(address) => address.is_unicast_link_local(),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    !(a == 0
        || a == 10
        || a == 127
        || a == 100 && (64..128).contains(&b)
        || a == 169 && b == 254
        || a == 172 && (16..32).contains(&b)
        || a == 192 && b == 168
        || a == 192 && b == 0 && (c == 0 || c == 2)
        || a == 192 && b == 88 && c == 99
        || a == 198 && (b == 18 || b == 19)
        || a == 198 && b == 51 && c == 100
        || a == 203 && b == 0 && c == 113
        || a >= 224)
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    let parts = address.segments();
    let v4 = |high: u16, low: u16| {
        let ([a, b], [c, d]) = (high.to_be_bytes(), low.to_be_bytes());
        Ipv4Addr::new(a, b, c, d)
    };
    match parts {
        // An IPv4 address in another dress: mapped, compatible, NAT64, 6to4.
        [0, 0, 0, 0, 0, 0xffff | 0, high, low] => high != 0 && is_public_v4(v4(high, low)),
        [0x64, 0xff9b, 0, 0, 0, 0, high, low] => is_public_v4(v4(high, low)),
        [0x2002, high, low, ..] => is_public_v4(v4(high, low)),
        // Global unicast is 2000::/3; of it Teredo, documentation, benchmarking and ORCHID are not.
        [0x2001, 0 | 0xdb8, ..] | [0x2001, 2, 0, ..] => false,
        [0x2001, 0x10..=0x2f, ..] | [0x3fff, 0..=0xfff, ..] => false,
        [first, ..] => first & 0xe000 == 0x2000,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_source_of_the_own_network_does_not_reach_what_a_link_alone_knows() {
        let check = |text: &str, expected: bool| {
            assert_eq!(Reach::Any.allows(text.parse().unwrap()), expected, "{text}");
        };
        check("127.0.0.1", true);
        check("192.168.1.1", true);
        check("fd12::1", true);
        check("169.254.169.254", false);
        check("::ffff:169.254.169.254", false);
        check("fe80::1", false);
    }

    #[test]
    fn only_what_everybody_can_reach_is_public() {
        let check = |text: &str, expected: bool| {
            assert_eq!(is_public(text.parse().unwrap()), expected, "{text}");
        };
        for text in [
            "1.1.1.1",
            "93.184.216.34",
            "172.32.0.1",
            "192.0.1.1",
            "100.128.0.1",
        ] {
            check(text, true);
        }
        for text in [
            "2a00:1450::1",
            "2606:4700::1111",
            "64:ff9b::101:101",
            "2002:101:101::1",
        ] {
            check(text, true);
        }
        for text in [
            "0.0.0.0",
            "10.1.2.3",
            "127.0.0.1",
            "127.9.9.9",
            "100.64.0.1",
            "169.254.169.254",
            "172.16.0.1",
            "172.31.255.255",
            "192.168.1.1",
            "192.0.0.8",
            "192.0.2.1",
            "198.18.0.1",
            "203.0.113.9",
            "224.0.0.1",
            "240.0.0.1",
            "255.255.255.255",
        ] {
            check(text, false);
            check(&format!("::ffff:{text}"), false);
            check(&format!("64:ff9b::{text}"), false);
        }
        for text in [
            "::",
            "::1",
            "fe80::1",
            "fc00::1",
            "fd12::1",
            "ff02::1",
            "2001:db8::1",
            "2002:7f00:1::",
            "::7f00:1",
        ] {
            check(text, false);
        }
    }
}
