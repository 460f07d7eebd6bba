//! The tables of config that speak of a letter's headers and links.

use serde::{Deserialize, Serialize};
use url::Url;

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
