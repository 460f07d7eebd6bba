//! The tables of config that speak of a letter's headers and links.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use url::Url;

use super::dkim::{Selector, SigningDomain};
use crate::domain::address::Address;

/// The `[unsubscribe]` table.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct UnsubscribeSettings {
    /// What signed unsubscribe links begin with; `base_url` + `/u/` where it is absent.
    pub url: Option<Url>,
    /// The address that takes unsubscribe mails, when one is read.
    pub mailto: Option<Address>,
    /// Whether something answers under the url.
    pub served: Served,
}

/// Whether something answers under the unsubscribe url.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Served {
    /// Nothing yet: only previews, files and loopback servers may be mailed to.
    #[default]
    No,
    /// It is answered.
    Yes,
}

/// The `[bounce]` table.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct BounceSettings {
    /// The address whose domain takes bounces; each letter's envelope sender is this with a signed `+token`.
    /// The `From` address where it is absent.
    pub address: Option<Address>,
}

/// The `[dkim]` table. Without a key letters go unsigned.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct DkimSettings {
    /// The domain that answers for the letters; that of `From` where it is absent.
    pub domain: Option<SigningDomain>,
    /// `[[dkim.key]]`: the keys, each of which signs every letter, in this order.
    #[serde(rename = "key")]
    pub keys: Vec<DkimKeySettings>,
}

/// One `[[dkim.key]]`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DkimKeySettings {
    /// The name its public half is published under.
    pub selector: Selector,
    /// The file of the private key, relative to the newsletter's folder.
    pub file: PathBuf,
}

impl DkimSettings {
    /// The domain that signs the letters of a `From` address.
    pub fn domain_for(&self, from: &Address) -> SigningDomain {
        self.domain
            .clone()
            .unwrap_or_else(|| SigningDomain::of(from))
    }
}
