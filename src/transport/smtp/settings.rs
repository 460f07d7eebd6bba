//! The `[transport.smtp]` table.

use std::{net::IpAddr, path::PathBuf};

use serde::{Deserialize, Serialize};

use crate::domain::secret::Secret;

/// The relay that letters are handed to, and how.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct SmtpSettings {
    /// The relay's name, which its certificate must carry; required when letters leave by SMTP.
    pub host: Option<String>,
    /// Its port; 587 where it is absent, 465 with implicit TLS (RFC 8314 §3.3).
    pub port: Option<u16>,
    /// The name we greet with (RFC 5321 §4.1.1.1); the domain of `From` where it is absent.
    pub hello_name: Option<String>,
    /// How the line is encrypted.
    pub tls: TlsMode,
    /// Whether letters may leave this machine unencrypted.
    pub allow_plaintext: bool,
    /// The authorities the relay's certificate is checked against, PEM; the system's where it is absent.
    pub ca_file: Option<PathBuf>,
    /// How many connections are held at a time.
    pub connections: usize,
    /// How many letters a connection carries before it is replaced.
    pub per_connection: usize,
    /// The name we log in under; without one we do not log in.
    pub username: Option<String>,
    /// The password, or the token of XOAUTH2.
    pub password: Option<Secret>,
    /// The file that holds it, relative to the newsletter's folder.
    pub password_file: Option<PathBuf>,
    /// How we log in.
    pub auth: AuthKind,
    /// How many commands go out at a time.
    pub pipelining: Pipelining,
    /// The `[[transport.smtp.relay]]` tables: further relays, each for when those before it are not in order.
    pub relay: Vec<FurtherRelay>,
}

impl Default for SmtpSettings {
    fn default() -> Self {
        Self {
            host: None,
            port: None,
            hello_name: None,
            tls: TlsMode::Starttls,
            allow_plaintext: false,
            ca_file: None,
            connections: 4,
            per_connection: 1000,
            username: None,
            password: None,
            password_file: None,
            auth: AuthKind::Plain,
            pipelining: Pipelining::Auto,
            relay: Vec::new(),
        }
    }
}

impl SmtpSettings {
    /// The port, by the kind of TLS where it is not stated (RFC 8314 §3.3, RFC 6409 §3.1).
    pub fn port(&self) -> u16 {
        self.port.unwrap_or(match self.tls {
            TlsMode::Implicit => 465,
            TlsMode::Starttls | TlsMode::None => 587,
        })
    }

    /// The settings of each relay, first to last, as if it were the only one.
    pub fn each(&self) -> Vec<Self> {
        let alone = |settings: Self| Self {
            relay: Vec::new(),
            ..settings
        };
        let further = self.relay.iter().cloned().map(|relay| Self {
            host: Some(relay.host),
            port: relay.port,
            hello_name: relay.hello_name.or_else(|| self.hello_name.clone()),
            tls: relay.tls.unwrap_or(self.tls),
            allow_plaintext: relay.allow_plaintext,
            ca_file: relay.ca_file,
            connections: self.connections,
            per_connection: relay.per_connection.unwrap_or(self.per_connection),
            username: relay.username,
            password: relay.password,
            password_file: relay.password_file,
            auth: relay.auth,
            pipelining: relay.pipelining.unwrap_or(self.pipelining),
            relay: Vec::new(),
        });
        std::iter::once(alone(self.clone()))
            .chain(further)
            .collect()
    }

    /// Whether the relay is this machine: `localhost` (RFC 6761 §6.3) or a loopback address.
    pub fn is_loopback(&self) -> bool {
        self.host.as_deref().is_some_and(|host| {
            host.eq_ignore_ascii_case("localhost")
                || host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
        })
    }
}

/// One `[[transport.smtp.relay]]` table. What is absent is as in `[transport.smtp]` where that gives nothing away: a
/// login, a trusted authority and the leave to go unencrypted are each relay's own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FurtherRelay {
    /// Its name, which its certificate must carry.
    pub host: String,
    /// Its port; 587 where it is absent, 465 with implicit TLS (RFC 8314 §3.3).
    pub port: Option<u16>,
    /// The name we greet with.
    pub hello_name: Option<String>,
    /// How the line is encrypted.
    pub tls: Option<TlsMode>,
    /// Whether letters may leave this machine unencrypted.
    #[serde(default)]
    pub allow_plaintext: bool,
    /// The authorities its certificate is checked against, PEM; the system's where it is absent.
    pub ca_file: Option<PathBuf>,
    /// How many letters a connection carries before it is replaced.
    pub per_connection: Option<usize>,
    /// The name we log in under; without one we do not log in.
    pub username: Option<String>,
    /// The password, or the token of XOAUTH2.
    pub password: Option<Secret>,
    /// The file that holds it, relative to the newsletter's folder.
    pub password_file: Option<PathBuf>,
    /// How we log in.
    #[serde(default)]
    pub auth: AuthKind,
    /// How many commands go out at a time.
    pub pipelining: Option<Pipelining>,
}

/// How the line to the relay is encrypted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum TlsMode {
    /// STARTTLS (RFC 3207), required: no letter and no password leaves without it.
    #[default]
    Starttls,
    /// TLS from the first octet (RFC 8314 §3).
    Implicit,
    /// None.
    None,
}

/// How we log in (RFC 4954).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum AuthKind {
    /// PLAIN (RFC 4616).
    #[default]
    Plain,
    /// LOGIN, as old relays want it.
    Login,
    /// XOAUTH2: the password is a bearer token.
    Xoauth2,
}

/// How many commands go out at a time. Never more than one where EHLO does not offer PIPELINING (RFC 2920).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Pipelining {
    /// As many as the relay takes: `one-turn` where it offers PIPELINING.
    #[default]
    Auto,
    /// One.
    Off,
    /// MAIL, RCPT and DATA together, the body alone.
    Group,
    /// A body together with MAIL, RCPT and DATA of the next letter: one turn a letter.
    OneTurn,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_further_relay_takes_over_what_gives_nothing_away() {
        let settings: SmtpSettings = toml::from_str(
            "host = \"a.example\"\nport = 2525\nhello_name = \"nyt.example\"\ntls = \"implicit\"\n\
             allow_plaintext = true\nca_file = \"ca.pem\"\nper_connection = 7\nusername = \"anna\"\n\
             password = \"hemmelig\"\nauth = \"login\"\npipelining = \"group\"\n\
             [[relay]]\nhost = \"b.example\"\n\
             [[relay]]\nhost = \"c.example\"\ntls = \"starttls\"\nper_connection = 3\npipelining = \"off\"\n",
        )
        .unwrap();
        let [first, second, third]: [SmtpSettings; 3] = settings.each().try_into().unwrap();
        assert_eq!(first.host.as_deref(), Some("a.example"));
        assert_eq!(first.username.as_deref(), Some("anna"));
        assert!(first.relay.is_empty());
        let expected = SmtpSettings {
            host: Some("b.example".into()),
            hello_name: Some("nyt.example".into()),
            tls: TlsMode::Implicit,
            per_connection: 7,
            pipelining: Pipelining::Group,
            ..SmtpSettings::default()
        };
        assert_eq!(second, expected);
        assert_eq!(second.port(), 465);
        assert_eq!((third.tls, third.per_connection), (TlsMode::Starttls, 3));
        assert_eq!(third.pipelining, Pipelining::Off);
    }
}
