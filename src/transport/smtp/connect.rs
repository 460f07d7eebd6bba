//! From nothing to a relay that waits for MAIL: TCP, TLS, greeting, EHLO, login.

use std::{fmt, future::Future, sync::Arc, time::Duration};

use lettre::transport::smtp::{
    Error,
    authentication::{Credentials, Mechanism},
    client::{AsyncSmtpConnection, AsyncTokioStream, TlsParameters},
    commands::Ehlo,
    extension::{ClientId, Extension, ServerInfo},
};
use rustls::{ClientConfig, pki_types::ServerName};
use tokio::{net::TcpStream, time::timeout};
use tokio_rustls::TlsConnector;

use super::{
    Patience,
    login::log_in,
    parcel::Parcel,
    reply::{Broken, heard, is_for_good, plain},
    settings::{AuthKind, SmtpSettings},
    stream::{Meter, Secured, Wire},
    tls::{TlsFault, encryption},
};
use crate::{
    domain::{
        delivery::{Reply, Stage},
        newsletter::Newsletter,
        secret::Secret,
    },
    transport::SendError,
};

/// A relay, and all that is needed to reach it.
#[derive(Clone)]
pub struct Relay {
    pub(super) host: String,
    pub(super) port: u16,
    pub(super) hello_name: String,
    pub(super) encryption: Encryption,
    pub(super) login: Option<(Mechanism, Credentials)>,
}

impl Relay {
    /// The relay of a config, with the secrets its files hold.
    ///
    /// # Errors
    /// The authorities are no certificates, or the host no name a certificate can carry.
    pub fn new(
        settings: &SmtpSettings,
        newsletter: &Newsletter,
        password: Option<&Secret>,
        authorities: Option<&[u8]>,
    ) -> Result<Self, TlsFault> {
        let host = settings.host.clone().unwrap_or_default();
        let login = settings.username.as_ref().zip(password);
        Ok(Self {
            port: settings.port(),
            hello_name: settings
                .hello_name
                .clone()
                .unwrap_or_else(|| newsletter.from.address.domain().to_owned()),
            encryption: encryption(settings.tls, &host, authorities)?,
            login: login.map(|(name, password)| {
                let mechanism = match settings.auth {
                    AuthKind::Plain => Mechanism::Plain,
                    AuthKind::Login => Mechanism::Login,
                    AuthKind::Xoauth2 => Mechanism::Xoauth2,
                };
                let password = password.expose().to_owned();
                (mechanism, Credentials::new(name.clone(), password))
            }),
            host,
        })
    }
}

impl fmt::Display for Relay {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}:{}", self.host, self.port)
    }
}

/// How the line is encrypted, with what certificates are checked against.
#[derive(Clone)]
pub(super) enum Encryption {
    None,
    Starttls(TlsParameters),
    Implicit(ServerName<'static>, Arc<ClientConfig>),
}

/// What the relay offered in its last EHLO, of what we use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Offers {
    /// RFC 2920.
    pub(super) pipelining: bool,
    /// RFC 6531, with 8BITMIME (RFC 6152) that it requires.
    pub(super) smtputf8: bool,
    /// RFC 6152.
    pub(super) eight_bit: bool,
}

impl Offers {
    fn of<'l>(lines: impl Iterator<Item = &'l str>) -> Self {
        let mut offers = Self::default();
        // The first line greets. Keywords are read in any case (RFC 5321 §4.1.1.1).
        for line in lines.skip(1) {
            let keyword = line.split_whitespace().next().unwrap_or_default();
            match keyword.to_ascii_uppercase().as_str() {
                "PIPELINING" => offers.pipelining = true,
                "SMTPUTF8" => offers.smtputf8 = true,
                "8BITMIME" => offers.eight_bit = true,
                _ => {}
            }
        }
        offers.smtputf8 &= offers.eight_bit;
        offers
    }

    /// What lettre keeps: PIPELINING is not among it, so it counts as not offered.
    fn kept(info: &ServerInfo) -> Self {
        let eight_bit = info.supports_feature(Extension::EightBitMime);
        Self {
            pipelining: false,
            smtputf8: eight_bit && info.supports_feature(Extension::SmtpUtfEight),
            eight_bit,
        }
    }
}

/// A connection on which MAIL may be said.
pub(super) struct Ready {
    pub(super) connection: AsyncSmtpConnection,
    pub(super) meter: Arc<Meter>,
    /// Where a letter may be laid to leave past lettre; none under TLS.
    pub(super) parcel: Option<Arc<Parcel>>,
    pub(super) offers: Offers,
}

/// Connects, encrypts, greets and logs in.
///
/// # Errors
/// What the relay refused or where it could not be reached: it says nothing of any letter.
pub(super) async fn connect(relay: &Relay, patience: &Patience) -> Result<Ready, SendError> {
    let place = relay.to_string();
    let tcp = timeout(
        patience.connect,
        TcpStream::connect((relay.host.as_str(), relay.port)),
    )
    .await
    .map_err(|_| unreached(format!("{place} does not answer")))?
    .map_err(|error| unreached(format!("{place} cannot be reached: {error}")))?;
    // Without it the end of a letter waits for the kernel's acknowledgement of its beginning: 40 ms each.
    tcp.set_nodelay(true)
        .map_err(|error| unreached(format!("the connection cannot be set up: {error}")))?;
    let meter = Arc::new(Meter::new());
    let mut parcel = None;
    let stream: Box<dyn AsyncTokioStream> = match &relay.encryption {
        Encryption::None => {
            let parcel = parcel.insert(Arc::new(Parcel::default()));
            Box::new(Wire::plain(tcp, Arc::clone(&meter), Arc::clone(parcel)))
        }
        Encryption::Starttls(_) => Box::new(Wire::guarded(tcp, Arc::clone(&meter))),
        Encryption::Implicit(name, config) => {
            let wire = Wire::new(tcp, Arc::clone(&meter));
            let connector = TlsConnector::from(Arc::clone(config));
            let shake = connector.connect(name.clone(), wire);
            let secured = timeout(patience.session, shake)
                .await
                .map_err(|_| unreached(format!("{place} does not answer the TLS handshake")))?
                .map_err(|error| unreached(format!("TLS with {place} failed: {error}")))?;
            Box::new(Secured(secured))
        }
    };
    let hello = ClientId::Domain(relay.hello_name.clone());
    let mut connection = within(
        patience.session,
        "the greeting",
        AsyncSmtpConnection::connect_with_transport(stream, &hello),
    )
    .await?;
    if let Encryption::Starttls(parameters) = &relay.encryption {
        if !connection.can_starttls() {
            // Nobody is logged in and no letter sent in plain text: somebody on the way may have taken the offer out.
            return Err(unreached(format!("{place} does not offer STARTTLS")));
        }
        within(
            patience.session,
            "STARTTLS",
            connection.starttls(parameters.clone(), &hello),
        )
        .await?;
    }
    // lettre keeps no PIPELINING of its EHLO, so it is said once more.
    let again = connection.command(Ehlo::new(hello));
    let offers = match within(patience.session, "EHLO", again).await {
        Ok(offered) => Offers::of(offered.message()),
        // OpenSMTPD takes none a second time.
        Err(SendError::Refused { reply, .. }) if is_for_good(&reply) => {
            Offers::kept(connection.server_info())
        }
        Err(error) => return Err(error),
    };
    if let Some((mechanism, credentials)) = &relay.login {
        let login = log_in(&mut connection, *mechanism, credentials);
        within(patience.session, "the login", login).await?;
    }
    Ok(Ready {
        connection,
        meter,
        parcel,
        offers,
    })
}

fn unreached(what: String) -> SendError {
    SendError::Unreached { what }
}

/// One step of the session, within its time.
async fn within<T>(
    patience: Duration,
    step: &str,
    work: impl Future<Output = Result<T, Error>>,
) -> Result<T, SendError> {
    match timeout(patience, work).await {
        Ok(Ok(done)) => Ok(done),
        Ok(Err(error)) => Err(refused(step, error)),
        Err(_) => Err(unreached(format!("{step} was not answered in time"))),
    }
}

/// A refusal of the session, with the relay's words where it has said any.
fn refused(step: &str, error: Error) -> SendError {
    if error.status().is_none() && (error.is_client() || error.is_tls()) {
        return unreached(format!("{step}: {}", plain(&error.to_string())));
    }
    match heard(Err(error)) {
        Ok(Reply { code, text }) => SendError::Refused {
            stage: Stage::Session,
            reply: Reply {
                code,
                text: format!("{text} (to {step})"),
            },
        },
        Err(Broken::Cut(what)) => unreached(format!("{step} failed: {what}")),
        Err(broken) => unreached(format!("{step} failed: {}", broken.words())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offers_are_read_in_any_case_and_the_greeting_is_none() {
        let check = |lines: &[&str], expected: [bool; 3]| {
            let offers = Offers::of(lines.iter().copied());
            let found = [offers.pipelining, offers.smtputf8, offers.eight_bit];
            assert_eq!(found, expected, "{lines:?}");
        };
        check(&["mail", "PIPELINING", "8BITMIME"], [true, false, true]);
        check(&["pipelining", "SIZE 100"], [false, false, false]);
        check(&["mail", "pipelining", "SmtpUTF8"], [true, false, false]);
        check(&["mail", "SMTPUTF8", "8BITMIME"], [false, true, true]);
    }
}
