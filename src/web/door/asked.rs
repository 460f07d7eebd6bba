//! What the body of a POST asks for.

use axum::http::{HeaderMap, HeaderValue, header};

/// The field of the button that takes a leave back.
pub(super) const TAKE_BACK: (&str, &str) = ("fortryd", "ja");

/// What a reader, or a program in the reader's place, asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Asked {
    /// To leave.
    Leave,
    /// To take a leave back.
    TakeBack,
}

impl Asked {
    /// Reads a body, urlencoded or multipart (RFC 8058 §3.2 allows either).
    ///
    /// Whatever does not ask for something else leaves: providers' programs write the field in their own ways, or an empty
    /// body, and a leave that is not heard is worse than one too many, which a reader sees and can take back.
    pub(super) fn of(headers: &HeaderMap, body: &[u8]) -> Self {
        let kind = headers.get(header::CONTENT_TYPE).map(HeaderValue::as_bytes);
        let is_form = kind.is_some_and(|kind| {
            kind.to_ascii_lowercase()
                .starts_with(b"application/x-www-form-urlencoded")
        });
        let takes_back = is_form
            && url::form_urlencoded::parse(body)
                .any(|(name, value)| (&*name, &*value) == TAKE_BACK);
        if takes_back {
            Self::TakeBack
        } else {
            Self::Leave
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_but_the_one_button_leaves() {
        let check = |kind: &str, body: &str, expected| {
            let mut headers = HeaderMap::new();
            headers.insert(header::CONTENT_TYPE, kind.parse().unwrap());
            assert_eq!(
                Asked::of(&headers, body.as_bytes()),
                expected,
                "{kind} {body}"
            );
        };
        let form = "application/x-www-form-urlencoded";
        let multipart = "--x\r\nContent-Disposition: form-data; name=\"List-Unsubscribe\"\r\n\r\nOne-Click\r\n--x--\r\n";
        check(form, "List-Unsubscribe=One-Click", Asked::Leave);
        check("multipart/form-data; boundary=x", multipart, Asked::Leave);
        check(form, "", Asked::Leave);
        check("text/plain", "fortryd=ja", Asked::Leave);
        check(form, "fortryd=nej", Asked::Leave);
        check(form, "fortryd=ja", Asked::TakeBack);
        check(
            "Application/X-WWW-Form-Urlencoded; charset=UTF-8",
            "a=b&fortryd=ja",
            Asked::TakeBack,
        );
        assert_eq!(Asked::of(&HeaderMap::new(), b"\xff"), Asked::Leave);
    }
}
