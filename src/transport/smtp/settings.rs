//! The `[transport.smtp]` table.

use std::{net::IpAddr, path::PathBuf};

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::domain::{rate::Rate, secret::Secret, warm_up::WarmUp};

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
    /// The most letters it is given; no limit where it is absent.
    pub rate: Option<Rate>,
    /// The most letters of each day while it is made known, from the first day on.
    pub warm_up: Vec<u64>,
    /// That first day.
    pub warm_up_from: Option<NaiveDate>,
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
            rate: None,
            warm_up: Vec::new(),
            warm_up_from: None,
            username: None,
            password: None,
            password_file: None,
            auth: AuthKind::Plain,
            pipelining: Pipelining::Auto,
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

    /// What it is called where its letters are counted: name and port.
    pub fn name(&self) -> String {
        format!(
            "{}:{}",
            self.host.as_deref().unwrap_or_default(),
            self.port()
        )
    }

    /// How it is made known; `None` where it is known.
    pub fn warm_up(&self) -> Option<WarmUp> {
        let days = self.warm_up.clone();
        self.warm_up_from
            .filter(|_| !days.is_empty())
            .map(|from| WarmUp { days, from })
    }

    /// Whether the relay is this machine: `localhost` (RFC 6761 §6.3) or a loopback address.
    pub fn is_loopback(&self) -> bool {
        self.host.as_deref().is_some_and(|host| {
            host.eq_ignore_ascii_case("localhost")
                || host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
        })
    }
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
