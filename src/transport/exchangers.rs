//! Whether mail domains have somebody who takes their mail, by the DNS (RFC 5321 §5.1): a question before anything is sent,
//! never part of sending.

use std::{collections::BTreeMap, io, net::SocketAddr, time::Duration};

use futures_util::{StreamExt as _, stream};
use hickory_resolver::{
    TokioResolver,
    config::{ConnectionConfig, NameServerConfig, ResolveHosts, ResolverConfig},
    net::{NetError, runtime::TokioRuntimeProvider},
    proto::rr::RData,
};
use tokio::time::{Instant, timeout, timeout_at};

/// The most domains asked about at a time.
const AT_A_TIME: usize = 16;
/// How long one domain may take, all its questions together.
const EACH: Duration = Duration::from_secs(8);
/// How long one question may take before it is asked once more.
const QUESTION: Duration = Duration::from_secs(3);

/// Who takes the mail of a domain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exchange {
    /// Somebody does.
    Takes,
    /// The domain says that nobody does (a null MX, RFC 7505 §3).
    Refuses,
    /// There is no such domain.
    NoDomain,
    /// There is such a domain, and neither a mail server nor any address.
    Nobody,
    /// The DNS did not answer.
    Unknown,
}

/// The name servers that are asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NameServers {
    /// The system's own.
    System,
    /// One of one's own.
    At(SocketAddr),
}

/// Asks about each domain once, several at a time, for so long at most; what was not answered by then is unknown.
///
/// # Errors
/// The system names no name servers.
pub async fn exchanges(
    domains: impl IntoIterator<Item = String>,
    servers: NameServers,
    patience: Duration,
) -> io::Result<BTreeMap<String, Exchange>> {
    let resolver = resolver(servers).map_err(io::Error::other)?;
    let end = Instant::now() + patience;
    let resolver = &resolver;
    let asked = stream::iter(domains).map(|domain| async move {
        let answer = timeout(EACH, exchange(resolver, &domain));
        let answer = timeout_at(end, answer).await;
        let answer = answer.ok().and_then(Result::ok);
        (domain, answer.unwrap_or(Exchange::Unknown))
    });
    Ok(asked.buffer_unordered(AT_A_TIME).collect().await)
}

fn resolver(servers: NameServers) -> Result<TokioResolver, NetError> {
    let mut builder = match servers {
        NameServers::System => TokioResolver::builder_tokio()?,
        NameServers::At(address) => {
            let connections = [ConnectionConfig::udp(), ConnectionConfig::tcp()].map(|mut way| {
                way.port = address.port();
                way
            });
            let server = NameServerConfig::new(address.ip(), true, connections.to_vec());
            let config = ResolverConfig::from_parts(None, vec![], vec![server]);
            TokioResolver::builder_with_config(config, TokioRuntimeProvider::default())
        }
    };
    let options = builder.options_mut();
    options.timeout = QUESTION;
    options.attempts = 1;
    // What stands in this machine's own files is nobody's mail domain.
    options.use_hosts_file = ResolveHosts::Never;
    builder.build()
}

async fn exchange(resolver: &TokioResolver, domain: &str) -> Exchange {
    // With its dot at the end it is no name of the own network.
    let name = format!("{domain}.");
    match resolver.mx_lookup(name.as_str()).await {
        Ok(found) => {
            let is_null = |data: &RData| matches!(data, RData::MX(mx) if mx.exchange.is_root());
            let mut data = found.answers().iter().map(|record| &record.data);
            let refuses = data.any(is_null);
            if refuses {
                Exchange::Refuses
            } else {
                Exchange::Takes
            }
        }
        Err(error) if error.is_nx_domain() => Exchange::NoDomain,
        Err(error) if error.is_no_records_found() => by_address(resolver, &name).await,
        Err(_) => Exchange::Unknown,
    }
}

/// A domain without a mail server of its own takes mail at its address.
async fn by_address(resolver: &TokioResolver, name: &str) -> Exchange {
    match resolver.lookup_ip(name).await {
        Ok(found) if found.iter().next().is_some() => Exchange::Takes,
        Ok(_) => Exchange::Nobody,
        Err(error) if error.is_no_records_found() => Exchange::Nobody,
        Err(_) => Exchange::Unknown,
    }
}
