//! The signer that `[dkim]` asks for, with its keys read from their files.

use std::{
    fs::File,
    io::{self, Read as _},
    path::Path,
    sync::Arc,
};

use super::{Config, key::Key};
use crate::{
    domain::fault::Fault,
    letter::dkim::{PrivateKey, Signer},
};

/// No key is longer; a file that is may be anything.
const LONGEST: u64 = 64 * 1024;

impl Config {
    /// The signer of letters, its keys read; `None` when there is no `[[dkim.key]]`.
    ///
    /// # Errors
    /// Every key file that cannot be read, that others can read, or that holds no key to sign with.
    pub fn signer(&self) -> Result<Option<Arc<Signer>>, Vec<Fault>> {
        let mut faults = Vec::new();
        let mut keys = Vec::new();
        for (index, settings) in self.dkim.keys.iter().enumerate() {
            match read(&self.path(&settings.file)) {
                Ok(key) => keys.push((settings.selector.clone(), key)),
                Err(fault) => {
                    let key = Key::of("dkim.key").index(index).name("file");
                    faults.push(
                        fault
                            .in_file(settings.file.display().to_string())
                            .for_key(key.to_string()),
                    );
                }
            }
        }
        if !faults.is_empty() {
            return Err(faults);
        }
        let domain = self.dkim.domain_for(&self.newsletter.from.address);
        Ok((!keys.is_empty()).then(|| Arc::new(Signer::new(domain, keys))))
    }
}

fn read(path: &Path) -> Result<PrivateKey, Fault> {
    let file = File::open(path).map_err(|error| unreadable(&error))?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let about = file.metadata().map_err(|error| unreadable(&error))?;
        let mode = about.permissions().mode() & 0o777;
        if mode & 0o077 != 0 {
            return Err(Fault::error(format!(
                "the DKIM key can be read by others (mode {mode:o})"
            ))
            .remedy("let its owner alone read it: `chmod 600`"));
        }
    }
    let mut text = String::new();
    file.take(LONGEST)
        .read_to_string(&mut text)
        .map_err(|error| unreadable(&error))?;
    PrivateKey::from_pem(&text)
        .map_err(|fault| Fault::error(fault.to_string()).remedy(fault.remedy()))
}

fn unreadable(error: &io::Error) -> Fault {
    match error.kind() {
        io::ErrorKind::NotFound => Fault::error("there is no such DKIM key").remedy(
            "put the key there, or make a pair with `overblik dkim new` and publish its record",
        ),
        io::ErrorKind::InvalidData => Fault::error("the DKIM key is no PEM: it is not text")
            .remedy("write it as PEM: `openssl pkey -inform DER -in OLD -out NEW`"),
        _ => Fault::error(format!("the DKIM key cannot be read: {error}"))
            .remedy("let the user who runs `overblik` own and read it"),
    }
}
