//! The rules of `[limits]`.

use std::collections::BTreeMap;

use super::{Config, Key, Reading};
use crate::domain::{fault::Fault, mail_domain::MailDomain};

/// Each limit has a domain's name, and no domain has two.
pub(super) fn check(config: &Config, reading: &mut Reading) {
    let mut seen: BTreeMap<MailDomain, Key> = BTreeMap::new();
    for (name, limit) in &config.limits.0 {
        let key = Key::of("limits").name(name);
        match MailDomain::parse(name) {
            Ok(domain) => once(reading, &mut seen, domain, key.clone()),
            Err(said) => {
                let (reason, _) = said.split_once("; ").unwrap_or((&said, ""));
                reading.fault(
                    &key,
                    Fault::error(reason)
                        .remedy("write the domain in quotes, such as `[limits.\"gmail.com\"]`"),
                );
            }
        }
        for (index, domain) in limit.also.iter().enumerate() {
            once(
                reading,
                &mut seen,
                domain.clone(),
                key.name("also").index(index),
            );
        }
    }
}

fn once(reading: &mut Reading, seen: &mut BTreeMap<MailDomain, Key>, domain: MailDomain, key: Key) {
    if let Some(other) = seen.get(&domain) {
        reading.fault(
            &key,
            Fault::error(format!("`{domain}` has a limit already, by `{other}`"))
                .remedy("name each domain once"),
        );
    } else {
        seen.insert(domain, key);
    }
}
