//! The signed links of a letter, its envelope sender and its Message-ID: all follow from the key, the issue and the
//! reader, so that a letter made again has the same bytes.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};

use crate::domain::{
    address::Address,
    issue::IssueKey,
    key::{SigningKey, SubscriberId, hex, unhex},
    newsletter::ListId,
};

/// What the personal links of a preview or proof carry instead of a token.
pub const TRIAL_TOKEN: &str = "prøvelink";

const VERSION: u8 = 1;
/// Version, key id, subscriber id, the first 16 octets of the signature.
const TOKEN: usize = 1 + 4 + 32 + 16;
/// Its characters: six bits each.
const TOKEN_LENGTH: usize = (TOKEN * 8).div_ceil(6);

/// The signatures in the letters of one issue. What they all have in common is made once.
#[derive(Debug)]
pub struct Signatures {
    key: SigningKey,
    key_id: Vec<u8>,
    list: ListId,
    issue: String,
    /// What every Message-ID begins with.
    day: String,
    /// The issue's part of a bounce token.
    issue_tag: String,
}

impl Signatures {
    /// Makes ready for one issue of a list.
    pub fn new(key: SigningKey, list: &ListId, issue: IssueKey) -> Self {
        let named = issue.to_string();
        let issue_tag = key.sign("bounce-issue", &[named.as_bytes()]);
        Self {
            key_id: unhex(&key.id()).unwrap_or_default(),
            key,
            list: list.clone(),
            issue: named,
            day: format!("{}.{}.", issue.date.format("%Y%m%d"), issue.frequency),
            issue_tag: hex(&issue_tag[..4]),
        }
    }

    /// The token of a reader's unsubscribe link: it names key, list and reader, tells no address, and cannot be forged
    /// (RFC 8058 §3.1). It is the same for years, in every issue.
    pub fn leave_token(&self, reader: &SubscriberId) -> String {
        let list = self.list.as_str().as_bytes();
        let signature = self.key.sign("leave", &[list, &reader.0]);
        let mut token = Vec::with_capacity(TOKEN);
        token.push(VERSION);
        token.extend_from_slice(&self.key_id);
        token.extend_from_slice(&reader.0);
        token.extend_from_slice(&signature[..16]);
        URL_SAFE_NO_PAD.encode(token)
    }

    /// The left part of the Message-ID: unique to issue and reader, told apart by no address.
    pub fn message_id_left(&self, reader: &SubscriberId) -> String {
        let tag = self
            .key
            .sign("message-id", &[self.issue.as_bytes(), &reader.0]);
        [self.day.as_str(), &hex(&tag[..16])].concat()
    }

    /// The signed part of the envelope sender (VERP): which reader and issue a bounce is about, in 48 octets of hex.
    /// With `bounce+` before it a local part stays under 64 octets (RFC 5321 §4.5.3.1.1).
    pub fn bounce_token(&self, reader: &SubscriberId) -> String {
        let tag = self.key.sign("bounce", &[self.issue.as_bytes(), &reader.0]);
        [&hex(&reader.0[..12]), &*self.issue_tag, &hex(&tag[..8])].concat()
    }
}

/// What a genuine token says: who leaves, by an id made with which key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeaveToken {
    /// The id of the key that signed it, and that made the reader's id.
    pub key_id: String,
    /// The reader.
    pub reader: SubscriberId,
}

/// Reads a token made with one of the keys; `None` for anything else, for which the same work is done, so that nobody
/// learns by the clock how far a forged one came.
pub fn read_leave_token(keys: &[SigningKey], list: &ListId, token: &str) -> Option<LeaveToken> {
    let decoded = Some(token)
        .filter(|token| token.len() == TOKEN_LENGTH)
        .and_then(|token| URL_SAFE_NO_PAD.decode(token).ok())
        .and_then(|bytes| <[u8; TOKEN]>::try_from(bytes).ok())
        .filter(|bytes| bytes[0] == VERSION);
    let bytes = decoded.unwrap_or([0; TOKEN]);
    let named = keys
        .iter()
        .find(|key| unhex(&key.id()).is_some_and(|id| id == bytes[1..5]));
    let key = named.or(keys.first())?;
    let mut reader = [0; 32];
    reader.copy_from_slice(&bytes[5..37]);
    let genuine = key.sign("leave", &[list.as_str().as_bytes(), &reader]);
    let is_signed =
        aws_lc_rs::constant_time::verify_slices_are_equal(&genuine[..16], &bytes[37..]).is_ok();
    (is_signed && decoded.is_some() && named.is_some()).then(|| LeaveToken {
        key_id: key.id(),
        reader: SubscriberId(reader),
    })
}

/// The first genuine token in a text: a link, or a whole mail with its line breaks and soft line breaks (RFC 2045 §6.7).
pub fn find_leave_token(keys: &[SigningKey], list: &ListId, text: &str) -> Option<LeaveToken> {
    let whole = text.replace("=\r\n", "").replace("=\n", "");
    let words = [text, &whole].map(|text| {
        text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '-' || c == '_'))
            .filter(|word| word.len() == TOKEN_LENGTH)
            .find_map(|word| read_leave_token(keys, list, word))
    });
    words.into_iter().flatten().next()
}

/// An address as it stands in a `mailto:` URI: what would begin its query or be read as an escape is escaped
/// (RFC 6068 §2).
pub fn in_mailto(address: &Address) -> String {
    address
        .to_string()
        .bytes()
        .map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' => char::from(byte).to_string(),
            byte if b"-._~!$'*+@".contains(&byte) => char::from(byte).to_string(),
            _ => format!("%{byte:02X}"),
        })
        .collect()
}

/// The octets of a [`Signatures::bounce_token`].
const BOUNCE_TOKEN: usize = 48;

/// The most octets before the `@` of an address that a [`Signatures::bounce_token`] is added to with a `+` (RFC 5321 §4.5.3.1.1).
pub const BOUNCE_LOCAL: usize = 64 - 1 - BOUNCE_TOKEN;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::issue::Frequency;

    fn world() -> (SigningKey, ListId, SubscriberId, IssueKey) {
        let date = chrono::NaiveDate::from_ymd_opt(2026, 11, 23).unwrap();
        (
            SigningKey::new([3; 32]),
            ListId::parse("nyt.avis.example").unwrap(),
            SubscriberId([5; 32]),
            IssueKey {
                date,
                frequency: Frequency::Daily,
            },
        )
    }

    #[test]
    fn a_token_reads_back_under_any_known_key_and_a_forged_one_never() {
        let (key, list, reader, issue) = world();
        let token = Signatures::new(key.clone(), &list, issue).leave_token(&reader);
        let keys = [SigningKey::new([1; 32]), key.clone()];
        let genuine = LeaveToken {
            key_id: key.id(),
            reader,
        };
        assert_eq!(read_leave_token(&keys, &list, &token), Some(genuine));
        assert_eq!(read_leave_token(&keys[..1], &list, &token), None);
        assert_eq!(read_leave_token(&[], &list, &token), None);
        let other = ListId::parse("andet.avis.example").unwrap();
        assert_eq!(read_leave_token(&keys, &other, &token), None);
        for at in 0..token.len() {
            let mut forged = token.clone().into_bytes();
            forged[at] = if forged[at] == b'A' { b'B' } else { b'A' };
            let forged = String::from_utf8(forged).unwrap();
            // The last character's spare bits are not part of the token: a changed one does not decode.
            assert_eq!(read_leave_token(&keys, &list, &forged), None, "at {at}");
        }
        assert_eq!(read_leave_token(&keys, &list, &"A".repeat(4000)), None);
        assert_eq!(read_leave_token(&keys, &list, ""), None);
    }

    #[test]
    fn a_token_is_found_in_a_link_and_in_a_mail() {
        let (key, list, reader, issue) = world();
        let token = Signatures::new(key.clone(), &list, issue).leave_token(&reader);
        let other = Signatures::new(SigningKey::new([9; 32]), &list, issue).leave_token(&reader);
        let keys = [key];
        let check = |text: &str, expected: Option<SubscriberId>| {
            let found = find_leave_token(&keys, &list, text).map(|token| token.reader);
            assert_eq!(found, expected, "{text}");
        };
        check(&token, Some(reader));
        check(
            &format!("https://avis.example/u/{token}?lang=da"),
            Some(reader),
        );
        check(&format!("Subject: {token}\r\n\r\nhej\r\n"), Some(reader));
        check(
            &format!("> {other}\n> <https://avis.example/u/{token}>"),
            Some(reader),
        );
        let (begin, end) = token.split_at(40);
        check(
            &format!("https://avis.example/u/{begin}=\r\n{end}=\r\n\r\n"),
            Some(reader),
        );
        check(&format!("{begin} {end}"), None);
        check(&format!("x{token}"), None);
        check("Kære redaktion, jeg vil gerne afmeldes", None);
    }

    #[test]
    fn an_address_that_looks_like_a_query_stays_an_address() {
        let check = |address: &str, expected: &str| {
            assert_eq!(in_mailto(&Address::parse(address).unwrap()), expected);
        };
        check("af.meld+nyt@avis.example", "af.meld+nyt@avis.example");
        check(
            "af%meld?x&y=z@avis.example",
            "af%25meld%3Fx%26y%3Dz@avis.example",
        );
        check("bl\u{e5}@avis.example", "bl%C3%A5@avis.example");
    }

    #[test]
    fn ids_differ_by_reader_and_issue_and_fit_their_places() {
        let (key, list, reader, issue) = world();
        let other = SubscriberId([6; 32]);
        let weekly = IssueKey {
            frequency: Frequency::Weekly,
            ..issue
        };
        let signed = |issue| Signatures::new(key.clone(), &list, issue);
        for make in [Signatures::message_id_left, Signatures::bounce_token] {
            let id = make(&signed(issue), &reader);
            assert_eq!(id, make(&signed(issue), &reader));
            assert_ne!(id, make(&signed(issue), &other));
            assert_ne!(id, make(&signed(weekly), &reader));
            assert!("bounce+".len() + id.len() <= 64);
        }
        assert_eq!(signed(issue).bounce_token(&reader).len(), BOUNCE_TOKEN);
    }
}
