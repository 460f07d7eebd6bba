//! What a relay's certificate is checked against.

use std::sync::Arc;

use lettre::transport::smtp::client::{Certificate, CertificateStore, TlsParameters};
use rustls::{
    ClientConfig, RootCertStore,
    crypto::aws_lc_rs,
    pki_types::{CertificateDer, ServerName, pem::PemObject as _},
};
use rustls_platform_verifier::Verifier;

use super::{connect::Encryption, settings::TlsMode};

/// Why no encrypted line can be had.
#[derive(Debug, thiserror::Error)]
pub enum TlsFault {
    /// The file holds no certificates.
    #[error("the authorities are no PEM certificates")]
    Authorities,
    /// The relay's name can stand in no certificate.
    #[error("`{0}` is no name that a certificate can carry")]
    Name(String),
    /// lettre's own words.
    #[error("TLS cannot be set up")]
    Parameters(#[from] lettre::transport::smtp::Error),
    /// rustls's own words.
    #[error("TLS cannot be set up")]
    Rustls(#[from] rustls::Error),
}

/// How a line to a host is encrypted; TLS 1.2 at the least (RFC 8996). Stated authorities stand in place of the
/// system's: a relay of one's own is trusted by one's own authority alone.
pub(super) fn encryption(
    mode: TlsMode,
    host: &str,
    authorities: Option<&[u8]>,
) -> Result<Encryption, TlsFault> {
    let certificates = authorities.map(read).transpose()?;
    Ok(match mode {
        TlsMode::None => Encryption::None,
        TlsMode::Starttls => {
            let mut builder = TlsParameters::builder(host.to_owned());
            if let Some(certificates) = certificates {
                builder = builder.certificate_store(CertificateStore::None);
                for certificate in certificates {
                    builder =
                        builder.add_root_certificate(Certificate::from_der(certificate.to_vec())?);
                }
            }
            Encryption::Starttls(builder.build_rustls()?)
        }
        TlsMode::Implicit => {
            let name = ServerName::try_from(host.to_owned())
                .map_err(|_| TlsFault::Name(host.to_owned()))?;
            Encryption::Implicit(name, Arc::new(config(certificates)?))
        }
    })
}

fn read(pem: &[u8]) -> Result<Vec<CertificateDer<'static>>, TlsFault> {
    let certificates: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(pem).collect();
    match certificates {
        Ok(certificates) if !certificates.is_empty() => Ok(certificates),
        _ => Err(TlsFault::Authorities),
    }
}

fn config(authorities: Option<Vec<CertificateDer<'static>>>) -> Result<ClientConfig, TlsFault> {
    let provider = Arc::new(aws_lc_rs::default_provider());
    let builder = ClientConfig::builder_with_provider(Arc::clone(&provider))
        .with_safe_default_protocol_versions()?;
    let builder = match authorities {
        Some(certificates) => {
            let mut roots = RootCertStore::empty();
            for certificate in certificates {
                roots.add(certificate)?;
            }
            builder.with_root_certificates(roots)
        }
        None => builder
            .dangerous()
            .with_custom_certificate_verifier(Arc::new(Verifier::new(provider)?)),
    };
    Ok(builder.with_no_client_auth())
}
