//! Whether the readers' mail domains take mail, by the DNS.

use std::{collections::BTreeMap, time::Duration};

use crate::{
    domain::fault::Fault,
    roster::Listed,
    transport::exchangers::{Exchange, NameServers, exchanges},
};

/// How long all the questions may take together.
const PATIENCE: Duration = Duration::from_secs(120);

/// The mail domains of the readers, each with the first of them.
#[derive(Debug, Default)]
pub(super) struct Domains(BTreeMap<String, First>);

/// Where a domain first stands, and of how many readers it is.
#[derive(Debug)]
struct First {
    path: String,
    line: usize,
    readers: usize,
}

impl Domains {
    /// Notes a reader's domain.
    pub(super) fn note(&mut self, listed: &Listed) {
        let folded = listed.subscriber.address.folded();
        let domain = folded.as_str().rsplit('@').next().unwrap_or_default();
        if let Some(known) = self.0.get_mut(domain) {
            known.readers += 1;
            return;
        }
        let first = First {
            path: listed.path.to_string(),
            line: listed.line,
            readers: 1,
        };
        self.0.insert(domain.to_owned(), first);
    }

    /// Asks about each domain once. What the DNS does not say is no fault of the list's: it is told in one warning.
    pub(super) fn ask(&self, servers: NameServers) -> Vec<Fault> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build();
        let answers = runtime.and_then(|runtime| {
            runtime.block_on(exchanges(self.0.keys().cloned(), servers, PATIENCE))
        });
        let answers = answers.unwrap_or_else(|error| {
            tracing::warn!(%error, "the system names no name server");
            BTreeMap::new()
        });
        let mut faults: Vec<Fault> = self
            .0
            .iter()
            .filter_map(|(domain, first)| first.doubt(domain, *answers.get(domain)?))
            .collect();
        let answered = |domain: &&String| {
            answers
                .get(*domain)
                .is_some_and(|answer| *answer != Exchange::Unknown)
        };
        let unknown = self.0.len() - self.0.keys().filter(answered).count();
        if unknown > 0 {
            faults.push(
                Fault::warning(format!(
                    "the DNS did not answer for {unknown} of {} mail domains: nothing is said of them",
                    self.0.len()
                ))
                .remedy("run it again where there is a network, or name a server with `--name-server`"),
            );
        }
        faults
    }
}

impl First {
    fn doubt(&self, domain: &str, answer: Exchange) -> Option<Fault> {
        let said = match answer {
            Exchange::Takes | Exchange::Unknown => return None,
            Exchange::Refuses => "says that it takes no mail",
            Exchange::NoDomain => "does not exist",
            Exchange::Nobody => "has nobody who takes its mail",
        };
        let readers = match self.readers {
            1 => "1 reader".to_owned(),
            readers => format!("{readers} readers, of whom the first stands here"),
        };
        let fault = Fault::warning(format!("the mail domain `{domain}` {said}: {readers}"));
        Some(
            fault
                .in_file(&self.path)
                .at_line(self.line)
                .for_key("email")
                .remedy("look for a slip of the pen, or ask the reader for another address"),
        )
    }
}
