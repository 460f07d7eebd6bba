//! What makes a sound address a doubtful one: nothing is refused for it.

use super::address::Address;

/// Why an address is probably not what was meant.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Doubt {
    /// A mailbox of an office and not of a person (RFC 2142): consent is hard to prove, and several people leave for
    /// one another.
    #[error("the address is an office's, not a person's")]
    Role,
    /// A slip of the finger in the domain.
    #[error("the domain is probably mistyped")]
    Domain {
        /// What was probably meant.
        meant: String,
    },
}

impl Doubt {
    /// What to do about it.
    pub fn remedy(&self) -> String {
        match self {
            Self::Role => "ask for the reader's own address".into(),
            Self::Domain { meant } => format!("did you mean `{meant}`?"),
        }
    }
}

/// Mailboxes of offices (RFC 2142 and Danish habit), the part before the `@`.
const ROLES: [&str; 27] = [
    "abuse",
    "admin",
    "administration",
    "administrator",
    "billing",
    "bogholderi",
    "contact",
    "faktura",
    "help",
    "hostmaster",
    "info",
    "kontakt",
    "mail",
    "mailer-daemon",
    "no-reply",
    "noreply",
    "office",
    "post",
    "postmaster",
    "root",
    "sales",
    "salg",
    "security",
    "service",
    "support",
    "usenet",
    "webmaster",
];

/// Domains that many readers have, and that are mistyped.
const COMMON: [&str; 14] = [
    "gmail.com",
    "hotmail.com",
    "hotmail.dk",
    "outlook.com",
    "outlook.dk",
    "live.dk",
    "live.com",
    "yahoo.com",
    "yahoo.dk",
    "icloud.com",
    "mail.dk",
    "jubii.dk",
    "stofanet.dk",
    "protonmail.com",
];

/// Sound domains that only look like one of those.
const SOUND: [&str; 9] = [
    "gmx.com",
    "mail.com",
    "email.com",
    "ymail.com",
    "me.com",
    "mac.com",
    "live.se",
    "live.no",
    "hotmail.de",
];

/// Top-level domains that do not exist, and what was meant.
const ENDINGS: [(&str, &str); 10] = [
    ("dkk", "dk"),
    ("ddk", "dk"),
    ("kd", "dk"),
    ("con", "com"),
    ("cmo", "com"),
    ("ocm", "com"),
    ("comm", "com"),
    ("vom", "com"),
    ("nett", "net"),
    ("orgg", "org"),
];

/// What is doubtful about an address.
pub fn doubts(address: &Address) -> Vec<Doubt> {
    let folded = address.folded();
    let (local, domain) = folded.as_str().rsplit_once('@').unwrap_or_default();
    let role = ROLES.binary_search(&local).ok().map(|_| Doubt::Role);
    let domain = meant(domain).map(|meant| Doubt::Domain { meant });
    role.into_iter().chain(domain).collect()
}

/// The domain that was probably meant.
fn meant(domain: &str) -> Option<String> {
    if COMMON.contains(&domain) || SOUND.contains(&domain) {
        return None;
    }
    let (above, last) = domain.rsplit_once('.')?;
    let ending = ENDINGS.iter().find(|(slip, _)| *slip == last);
    let domain = match ending {
        Some((_, right)) => format!("{above}.{right}"),
        None => domain.to_owned(),
    };
    // One slip, two letters changed about included; of short names nearly everything is one slip away.
    let near = COMMON.iter().find(|common| {
        let name = common.split('.').next().unwrap_or_default();
        name.len() >= 5
            && domain.split('.').next_back() == common.split('.').next_back()
            && strsim::damerau_levenshtein(common, &domain) == 1
    });
    match (near, ending) {
        (Some(common), _) => Some((*common).to_owned()),
        (None, Some(_)) => Some(domain),
        (None, None) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Vec<Doubt> {
        doubts(&Address::parse(text).unwrap())
    }

    #[test]
    fn slips_of_the_finger_are_seen_and_sound_domains_are_not() {
        let check = |domain: &str, expected: Option<&str>| {
            let meant = expected.map(|meant| Doubt::Domain {
                meant: meant.into(),
            });
            assert_eq!(
                of(&format!("anna@{domain}")),
                Vec::from_iter(meant),
                "{domain}"
            );
        };
        check("gmial.com", Some("gmail.com"));
        check("GMAIL.con", Some("gmail.com"));
        check("gmai.com", Some("gmail.com"));
        check("hotmial.dk", Some("hotmail.dk"));
        check("outlok.com", Some("outlook.com"));
        check("kommune.dkk", Some("kommune.dk"));
        for sound in [
            "gmail.com",
            "mail.com",
            "ymail.com",
            "me.com",
            "live.dk",
            "kommune.dk",
            "gmail.example",
            "xn--blbr-roah.dk",
        ] {
            check(sound, None);
        }
    }

    #[test]
    fn an_offices_mailbox_is_seen() {
        assert!(ROLES.is_sorted(), "the list is searched by halves");
        assert_eq!(of("Info@kommune.dk"), [Doubt::Role]);
        assert_eq!(of("informatik@kommune.dk"), []);
        assert_eq!(of("kontakt@gmial.com").len(), 2);
    }
}
