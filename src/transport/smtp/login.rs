//! Logging in (RFC 4954).

use lettre::transport::smtp::{
    Error,
    authentication::{Credentials, Mechanism},
    client::AsyncSmtpConnection,
    response::Response,
};

/// Logs in by a mechanism, where the relay offers it.
///
/// # Errors
/// The relay does not offer it, or refuses the credentials, in its own words.
pub(super) async fn log_in(
    connection: &mut AsyncSmtpConnection,
    mechanism: Mechanism,
    credentials: &Credentials,
) -> Result<Response, Error> {
    let answer = connection.auth(&[mechanism], credentials).await;
    let offered = connection.server_info().supports_auth_mechanism(mechanism);
    match answer {
        // A token that is refused is answered with a challenge, for which lettre has no answer: an empty one brings the
        // refusal (Google's XOAUTH2; RFC 7628 §3.2.3 has the same).
        Err(error) if mechanism == Mechanism::Xoauth2 && offered && error.is_client() => {
            connection.command("\r\n").await
        }
        answer => answer,
    }
}
