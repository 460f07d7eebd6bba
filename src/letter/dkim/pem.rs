//! Textual keys (RFC 7468).

use base64::{Engine as _, engine::general_purpose::STANDARD};

use super::key::KeyFault;

/// How a private key's bytes are laid out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Layout {
    /// An RSA key alone (RFC 8017 §A.1.2).
    Pkcs1,
    /// A key of any kind (RFC 5208, RFC 5958).
    Pkcs8,
}

/// The first private key of a text, whatever stands around it (RFC 7468 §2 lets explanations stand there).
pub(super) fn private_key(text: &str) -> Result<(Layout, Vec<u8>), KeyFault> {
    let mut lines = text.lines().map(str::trim);
    let mut other = None;
    let label = loop {
        let Some(line) = lines.next() else {
            return Err(other.map_or(KeyFault::NoPem, KeyFault::Other));
        };
        match between(line, "-----BEGIN ") {
            Some(label) if label.ends_with("PRIVATE KEY") => break label,
            Some(label) => other = Some(label.to_owned()),
            None => {}
        }
    };
    let layout = match label {
        "RSA PRIVATE KEY" => Layout::Pkcs1,
        "PRIVATE KEY" => Layout::Pkcs8,
        "ENCRYPTED PRIVATE KEY" => return Err(KeyFault::Encrypted),
        label => return Err(KeyFault::Other(label.to_owned())),
    };
    let mut body = String::new();
    for line in lines {
        if between(line, "-----END ") == Some(label) {
            return STANDARD
                .decode(&body)
                .map(|bytes| (layout, bytes))
                .map_err(|_| KeyFault::Damaged);
        }
        // The header of an encrypted key of the old kind (RFC 1421 §4.6.1.1).
        if line.contains(':') {
            return Err(KeyFault::Encrypted);
        }
        body.push_str(line);
    }
    Err(KeyFault::Damaged)
}

fn between<'a>(line: &'a str, before: &str) -> Option<&'a str> {
    line.strip_prefix(before)?.strip_suffix("-----")
}

/// A private key as PKCS#8 text, in lines of 64 (RFC 7468 §2, §10).
pub fn to_pem(pkcs8: &[u8]) -> String {
    let mut pem = String::from("-----BEGIN PRIVATE KEY-----\n");
    let text = STANDARD.encode(pkcs8);
    let mut rest = text.as_str();
    while !rest.is_empty() {
        let (line, after) = rest.split_at(rest.len().min(64));
        pem.push_str(line);
        pem.push('\n');
        rest = after;
    }
    pem.push_str("-----END PRIVATE KEY-----\n");
    pem
}
