//! What the columns of other programs' exports mean.

/// What a column or a JSON key says of a reader.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Column {
    Email,
    Name,
    FirstName,
    LastName,
    Topics,
    Sections,
    Frequency,
    Format,
    Language,
    /// A word: `enabled`, `unsubscribed`, `cleaned`.
    Status,
    /// A truth: `true` is wanted.
    Subscribed,
    /// When the reader confirmed; beats [`Column::OptedIn`].
    Confirmed,
    OptedIn,
    /// When the row was made: a consent only where a person says so.
    Created,
    ConsentSource,
    ConsentText,
    ConsentFrequency,
    PausedUntil,
    /// When the reader left, or that.
    Left,
    /// When the address was found dead, or that.
    Cleaned,
    /// When the row was deleted, or that.
    Deleted,
}

/// The names, without blanks, signs and capitals.
const NAMES: [(Column, &[&str]); 21] = [
    (
        Column::Email,
        &[
            "email",
            "emailaddress",
            "mail",
            "address",
            "epost",
            "epostadresse",
            "emailadresse",
            "mailadresse",
        ],
    ),
    (Column::Name, &["name", "fullname", "displayname", "navn"]),
    (
        Column::FirstName,
        &["firstname", "fname", "givenname", "fornavn"],
    ),
    (
        Column::LastName,
        &["lastname", "lname", "surname", "efternavn"],
    ),
    (Column::Topics, &["topics", "emner"]),
    (Column::Sections, &["sections", "sektioner"]),
    (Column::Frequency, &["frequency", "frekvens"]),
    (Column::Format, &["format"]),
    (Column::Language, &["language", "lang", "sprog"]),
    (Column::Status, &["status", "state", "subscriptionstatus"]),
    (Column::Subscribed, &["subscribed", "subscribedtoemails"]),
    (Column::Confirmed, &["confirmtime", "consentat"]),
    (
        Column::OptedIn,
        &["optintime", "timestampopt", "timestampsignup"],
    ),
    (Column::Created, &["createdat", "created", "signupdate"]),
    (Column::ConsentSource, &["consentsource"]),
    (Column::ConsentText, &["consenttext"]),
    (Column::ConsentFrequency, &["consentfrequency"]),
    (Column::PausedUntil, &["pauseduntil"]),
    (
        Column::Left,
        &[
            "unsubtime",
            "unsubscribedat",
            "unsubscribed",
            "optedout",
            "optout",
            "afmeldt",
        ],
    ),
    (
        Column::Cleaned,
        &["cleantime", "cleaned", "bouncedat", "bounced"],
    ),
    (Column::Deleted, &["deletedat", "deleted"]),
];

impl Column {
    /// What a name means; `None` for what is not taken over.
    pub(super) fn of(name: &str) -> Option<Self> {
        let plain: String = name
            .chars()
            .filter(|c| c.is_alphanumeric())
            .flat_map(char::to_lowercase)
            .collect();
        NAMES
            .iter()
            .find(|(_, names)| names.contains(&plain.as_str()))
            .map(|(column, _)| *column)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_columns_of_known_exports_are_recognised() {
        let check =
            |name: &str, column: Option<Column>| assert_eq!(Column::of(name), column, "{name}");
        check("Email Address", Some(Column::Email));
        check("E-mail-adresse", Some(Column::Email));
        check("subscribed_to_emails", Some(Column::Subscribed));
        check("OPTIN_TIME", Some(Column::OptedIn));
        check("First Name", Some(Column::FirstName));
        check("Unsubscribed", Some(Column::Left));
        check("opt-out", Some(Column::Left));
        check("MEMBER_RATING", None);
        check("uuid", None);
    }
}
