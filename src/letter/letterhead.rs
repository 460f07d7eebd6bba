//! What the letters of an issue say of their sender: frozen with the issue, so that a run resumed under another
//! config mails the bytes the first run would have mailed.

use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

use super::{
    links::BOUNCE_LOCAL,
    settings::{BounceSettings, UnsubscribeSettings},
};
use crate::domain::{
    address::Address,
    newsletter::{ListId, Mailbox, Newsletter},
};

/// The sender's part of every letter of an issue.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Letterhead {
    /// The newsletter's name, in `List-Id`.
    pub name: String,
    /// The list's id.
    pub list_id: ListId,
    /// `From`.
    pub from: Mailbox,
    /// `Reply-To`.
    pub reply_to: Option<Mailbox>,
    /// The zone of `Date`.
    pub timezone: Tz,
    /// What a reader's signed address to leave by begins with.
    pub leave_url: String,
    /// The address that takes unsubscribe mails.
    pub leave_mailto: Option<Address>,
    /// What a reader's address to change choices at begins with.
    pub preferences_url: String,
    /// The envelope sender before its token.
    pub bounce: Address,
}

impl Letterhead {
    /// The letterhead that config says.
    pub fn of(
        newsletter: &Newsletter,
        unsubscribe: &UnsubscribeSettings,
        bounce: &BounceSettings,
    ) -> Self {
        let base = newsletter.base_url.as_str().trim_end_matches('/');
        let leave_url = unsubscribe.url.as_ref().map_or_else(
            || format!("{base}/u/"),
            |url| format!("{}/", url.as_str().trim_end_matches('/')),
        );
        Self {
            name: newsletter.name.clone(),
            list_id: newsletter.list_id.clone(),
            from: newsletter.from.clone(),
            reply_to: newsletter.reply_to.clone(),
            timezone: newsletter.timezone,
            leave_url,
            leave_mailto: unsubscribe.mailto.clone(),
            preferences_url: format!("{base}/p/"),
            bounce: bounce
                .address
                .clone()
                .unwrap_or_else(|| newsletter.from.address.clone()),
        }
    }

    /// Whether a [bounce token](super::links::Signatures::bounce_token) finds room before the `@` of the address that bounces
    /// come back to.
    pub fn takes_bounces(&self) -> bool {
        self.bounce.to_string().len() - 1 - self.bounce.domain().len() <= BOUNCE_LOCAL
    }
}
