//! One GET: conditional, bounded in time, size and redirects, and only to where the source may reach.

use std::time::Duration;

use chrono::{DateTime, Utc};
use reqwest::{
    Client, Response, StatusCode,
    header::{
        ACCEPT, CONTENT_TYPE, ETAG, HeaderMap, HeaderName, IF_MODIFIED_SINCE, IF_NONE_MATCH,
        LAST_MODIFIED, LOCATION, RETRY_AFTER,
    },
    redirect::Policy,
};
use serde::{Deserialize, Serialize};
use url::{Host, Url};

use super::address::{Private, Reach, Resolver};

/// The most redirects that are followed.
const MAX_REDIRECTS: usize = 5;
/// The longest that a server is believed to want peace.
pub(super) const LONGEST_REST: chrono::Duration = chrono::Duration::days(1);

/// What a copy is known by, so that it is not sent again (RFC 9110 § 13.1).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(in crate::source) struct Validators {
    /// `ETag`, as it was sent.
    pub etag: Option<String>,
    /// `Last-Modified`, as it was sent.
    pub last_modified: Option<String>,
}

/// What a server sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::source) struct Sent {
    /// The octets, unpacked.
    pub bytes: Vec<u8>,
    /// Where they came from in the end.
    pub address: Url,
    /// What the server calls their encoding.
    pub charset: Option<String>,
    /// What this copy is known by.
    pub validators: Validators,
    /// Where the source has moved for good.
    pub moved: Option<Url>,
}

/// What came of asking.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::source) enum Answer {
    /// A whole copy.
    Sent(Box<Sent>),
    /// The copy that is kept is the newest.
    Same,
    /// Nothing to be used.
    Failed {
        /// Why, and what to do.
        reason: String,
        /// Before when the server does not want to be asked again.
        not_before: Option<DateTime<Utc>>,
    },
}

impl Answer {
    pub(super) fn failed(reason: impl Into<String>) -> Self {
        Self::Failed {
            reason: reason.into(),
            not_before: None,
        }
    }
}

/// What is wanted of an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::source) enum Wanted {
    /// A page, feed or calendar.
    Document,
    /// A JSON list.
    List,
    /// A picture.
    Picture,
}

impl Wanted {
    /// The most octets of an answer, unpacked.
    fn most_bytes(self) -> usize {
        match self {
            Self::Document => 5 * 1024 * 1024,
            Self::List => 1024 * 1024,
            Self::Picture => 12 * 1024 * 1024,
        }
    }

    /// What `Accept` says (RFC 9110 § 12.5.1).
    fn accept(self) -> &'static str {
        match self {
            Self::Document => {
                "application/atom+xml, application/rss+xml, application/feed+json, application/xml;q=0.9, text/calendar;q=0.9, text/html;q=0.8, */*;q=0.5"
            }
            Self::List => "application/json, */*;q=0.5",
            Self::Picture => "image/jpeg, image/png, image/webp, image/gif;q=0.8",
        }
    }
}

/// What is asked.
#[derive(Debug, Clone)]
pub(in crate::source) struct Question {
    /// Where.
    pub(in crate::source) url: Url,
    /// What the kept copy is known by.
    pub(in crate::source) validators: Validators,
    /// Which machines may be asked.
    pub(in crate::source) reach: Reach,
    /// How long an answer may take, redirects and all.
    pub(in crate::source) patience: Duration,
    /// What is wanted.
    pub(in crate::source) wanted: Wanted,
}

/// A client that connects to what `reach` allows.
///
/// # Errors
/// TLS cannot be set up: the system has no certificates.
pub(in crate::source) fn client(reach: Reach) -> Result<Client, reqwest::Error> {
    Client::builder()
        .user_agent(concat!("Overblik/", env!("CARGO_PKG_VERSION")))
        // A proxy would connect for us, to wherever it is told.
        .no_proxy()
        .redirect(Policy::none())
        .retry(reqwest::retry::never())
        .referer(false)
        .dns_resolver(Resolver { reach })
        .pool_max_idle_per_host(0)
        .build()
}

/// Asks once. Whatever happens is an answer.
pub(super) async fn get(client: &Client, question: &Question, now: DateTime<Utc>) -> Answer {
    match tokio::time::timeout(question.patience, follow(client, question, now)).await {
        Ok(answer) => answer,
        Err(_) => Answer::failed(format!(
            "gave no whole answer within {} s; raise `timeout_seconds` if it is always slow",
            question.patience.as_secs()
        )),
    }
}

/// Asks once whether an address answers; what it answers is not read.
///
/// # Errors
/// Why it does not.
pub(in crate::source) async fn knock(
    client: &Client,
    question: &Question,
) -> Result<StatusCode, String> {
    match tokio::time::timeout(question.patience, arrive(client, question)).await {
        Ok(arrived) => arrived.map(|arrived| arrived.response.status()),
        Err(_) => Err(format!(
            "gave no answer within {} s",
            question.patience.as_secs()
        )),
    }
}

async fn follow(client: &Client, question: &Question, now: DateTime<Utc>) -> Answer {
    match arrive(client, question).await {
        Ok(Arrived {
            response,
            address,
            moved,
        }) => take(response, question, address, moved, now).await,
        Err(reason) => Answer::failed(reason),
    }
}

/// The answer at the end of all redirects.
struct Arrived {
    response: Response,
    address: Url,
    /// Where the source has moved for good.
    moved: Option<Url>,
}

async fn arrive(client: &Client, question: &Question) -> Result<Arrived, String> {
    let mut url = question.url.clone();
    // A redirect is for good only as long as all before it were.
    let mut moved = Some(());
    for redirects in 0..=MAX_REDIRECTS {
        may_ask(&url, question)?;
        let response = ask(client, question, &url)
            .await
            .map_err(|error| reason_of(&error))?;
        // What the resolver let through is looked at once more when the connection stands.
        if let Some(address) = response.remote_addr()
            && !question.reach.allows(address.ip())
        {
            return Err(forbidden(&Private(address.ip())));
        }
        let status = response.status();
        let Some(next) = redirect_of(&response, &url) else {
            let moved = moved.filter(|()| redirects > 0).map(|()| url.clone());
            return Ok(Arrived {
                response,
                address: url,
                moved,
            });
        };
        if !matches!(
            status,
            StatusCode::MOVED_PERMANENTLY | StatusCode::PERMANENT_REDIRECT
        ) {
            moved = None;
        }
        url = next?;
    }
    Err(format!(
        "is led on more than {MAX_REDIRECTS} times; write the address it ends at as `url`"
    ))
}

/// Whether an address may be asked at all. A name is judged when it is looked up.
fn may_ask(url: &Url, question: &Question) -> Result<(), String> {
    if !matches!(url.scheme(), "http" | "https") {
        return Err(format!(
            "leads to a `{}:` address; only http and https are fetched",
            url.scheme()
        ));
    }
    let literal = match url.host() {
        Some(Host::Ipv4(address)) => Some(address.into()),
        Some(Host::Ipv6(address)) => Some(address.into()),
        Some(Host::Domain(_)) => None,
        None => return Err("names no machine to fetch it from".into()),
    };
    match literal.filter(|address| !question.reach.allows(*address)) {
        Some(address) => Err(forbidden(&Private(address))),
        None => Ok(()),
    }
}

fn forbidden(private: &Private) -> String {
    format!("{private}; {}", private.remedy())
}

async fn ask(client: &Client, question: &Question, url: &Url) -> Result<Response, reqwest::Error> {
    let mut request = client
        .get(url.clone())
        .header(ACCEPT, question.wanted.accept());
    let validators = [
        (IF_NONE_MATCH, &question.validators.etag),
        (IF_MODIFIED_SINCE, &question.validators.last_modified),
    ];
    for (name, value) in validators {
        if let Some(value) = value {
            request = request.header(name, value);
        }
    }
    request.send().await
}

/// Where an answer leads on to.
fn redirect_of(response: &Response, from: &Url) -> Option<Result<Url, String>> {
    let status = response.status().as_u16();
    if !matches!(status, 301 | 302 | 303 | 307 | 308) {
        return None;
    }
    let Some(location) = text_of(response.headers(), &LOCATION) else {
        return Some(Err(format!(
            "answered {status} without saying where it leads"
        )));
    };
    Some(match from.join(&location) {
        Ok(next) if from.scheme() == "https" && next.scheme() == "http" => Err(
            "is led from https to http, where anybody on the way can change it; ask its publisher to mend that"
                .into(),
        ),
        Ok(next) => Ok(next),
        Err(_) => Err(format!("answered {status} and leads to what is no address")),
    })
}

/// Reads an answer that leads nowhere else.
async fn take(
    mut response: Response,
    question: &Question,
    address: Url,
    moved: Option<Url>,
    now: DateTime<Utc>,
) -> Answer {
    let status = response.status();
    if status == StatusCode::NOT_MODIFIED {
        return Answer::Same;
    }
    let headers = response.headers();
    if status != StatusCode::OK {
        return Answer::Failed {
            reason: refusal_of(status),
            not_before: rest_of(headers, now),
        };
    }
    let charset = text_of(headers, &CONTENT_TYPE).and_then(|kind| charset_of(&kind));
    let validators = Validators {
        etag: text_of(headers, &ETAG),
        last_modified: text_of(headers, &LAST_MODIFIED),
    };
    let most = question.wanted.most_bytes();
    let mut bytes = Vec::new();
    loop {
        match response.chunk().await {
            Ok(Some(chunk)) if bytes.len() + chunk.len() > most => {
                return Answer::failed(format!(
                    "is larger than {} MiB; ask its publisher for a shorter one",
                    most / 1024 / 1024
                ));
            }
            Ok(Some(chunk)) => bytes.extend_from_slice(&chunk),
            Ok(None) => break,
            Err(error) => return Answer::failed(reason_of(&error)),
        }
    }
    Answer::Sent(Box::new(Sent {
        bytes,
        address,
        charset,
        validators,
        moved,
    }))
}

fn refusal_of(status: StatusCode) -> String {
    let remedy = match status.as_u16() {
        401 | 403 => "it wants to know who asks; ask its publisher for an open address",
        404 => "correct `url`, or remove the source",
        410 => "it is gone for good; remove the source",
        429 => "it is asked too often; nothing need be done",
        500.. => "its server is in trouble; nothing need be done",
        _ => "look at the address in a browser",
    };
    let words = status.canonical_reason().unwrap_or("no known answer");
    format!("answered {} ({words}); {remedy}", status.as_u16())
}

/// `Retry-After`: seconds or a date (RFC 9110 § 10.2.3).
fn rest_of(headers: &HeaderMap, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    let text = text_of(headers, &RETRY_AFTER)?;
    let until = match text.parse::<u32>() {
        Ok(seconds) => now + chrono::Duration::seconds(i64::from(seconds)),
        Err(_) => DateTime::parse_from_rfc2822(&text).ok()?.to_utc(),
    };
    (until > now).then(|| until.min(now + LONGEST_REST))
}

fn charset_of(kind: &str) -> Option<String> {
    kind.split(';').skip(1).find_map(|part| {
        let (key, value) = part.split_once('=')?;
        let value = value.trim().trim_matches(['"', '\'']);
        (key.trim().eq_ignore_ascii_case("charset") && !value.is_empty()).then(|| value.to_owned())
    })
}

fn text_of(headers: &HeaderMap, name: &HeaderName) -> Option<String> {
    headers
        .get(name)?
        .to_str()
        .ok()
        .map(str::trim)
        .filter(|text| !text.is_empty())
        .map(str::to_owned)
}

/// The innermost words of what went wrong, without the address.
fn reason_of(error: &reqwest::Error) -> String {
    let mut inner: &dyn std::error::Error = error;
    loop {
        if let Some(private) = inner.downcast_ref::<Private>() {
            return forbidden(private);
        }
        match inner.source() {
            Some(source) => inner = source,
            None => break,
        }
    }
    let what = if error.is_connect() {
        "cannot be reached"
    } else if error.is_decode() || error.is_body() {
        "broke off before its answer was whole"
    } else {
        "gave no answer that can be read"
    };
    format!("{what} ({inner})")
}

#[cfg(test)]
mod tests {
    use std::{
        io::{Read as _, Write as _},
        sync::{
            Arc,
            atomic::{AtomicUsize, Ordering::SeqCst},
        },
    };

    use super::*;

    #[test]
    fn a_server_is_left_in_peace_as_long_as_it_says_but_a_day_at_most() {
        let now: DateTime<Utc> = "2026-11-21T12:00:00Z".parse().unwrap();
        let check = |text: &str, expected: Option<&str>| {
            let mut headers = HeaderMap::new();
            headers.insert(RETRY_AFTER, text.parse().unwrap());
            let expected = expected.map(|instant| instant.parse::<DateTime<Utc>>().unwrap());
            assert_eq!(rest_of(&headers, now), expected, "{text}");
        };
        check("120", Some("2026-11-21T12:02:00Z"));
        check(
            "Sat, 21 Nov 2026 13:00:00 GMT",
            Some("2026-11-21T13:00:00Z"),
        );
        check("4294967295", Some("2026-11-22T12:00:00Z"));
        check("Fri, 20 Nov 2026 13:00:00 GMT", None);
        check("0", None);
        check("soon", None);
    }

    #[test]
    fn the_charset_is_found_among_the_parameters() {
        let check = |kind: &str, expected: Option<&str>| {
            assert_eq!(charset_of(kind).as_deref(), expected, "{kind}");
        };
        check("text/xml; charset=ISO-8859-1", Some("ISO-8859-1"));
        check("text/xml; a=b; Charset=\"utf-8\"", Some("utf-8"));
        check("text/xml", None);
        check("text/xml; charset=", None);
    }

    /// A server that leads every request on to the same place, and how many requests came.
    fn leading_to(place: impl Fn(u16) -> String) -> (Url, Arc<AtomicUsize>) {
        let listener = std::net::TcpListener::bind("0.0.0.0:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let count = Arc::new(AtomicUsize::new(0));
        let counted = count.clone();
        let place = place(port);
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let mut stream = stream.unwrap();
                let _ = stream.read(&mut [0; 2048]);
                counted.fetch_add(1, SeqCst);
                let answer =
                    format!("HTTP/1.1 302 Found\r\nlocation: {place}\r\ncontent-length: 0\r\n\r\n");
                let _ = stream.write_all(answer.as_bytes());
            }
        });
        (
            Url::parse(&format!("http://127.0.0.1:{port}/")).unwrap(),
            count,
        )
    }

    fn ask(url: Url, reach: Reach) -> String {
        let question = Question {
            url,
            validators: Validators::default(),
            reach,
            patience: Duration::from_secs(5),
            wanted: Wanted::Document,
        };
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        let now = "2026-11-21T12:00:00Z".parse().unwrap();
        match runtime.block_on(async { get(&client(reach).unwrap(), &question, now).await }) {
            Answer::Failed { reason, .. } => reason,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_public_server_that_leads_to_a_private_address_is_not_followed() {
        let check = |place: &str, words: &str, requests: usize| {
            let (url, count) = leading_to(|port| place.replace("PORT", &port.to_string()));
            // 127.0.0.1 in place of all that is public.
            let reason = ask(url, Reach::Only("127.0.0.1".parse().unwrap()));
            assert!(reason.contains(words), "{place}: {reason}");
            assert_eq!(count.load(SeqCst), requests, "{place}");
        };
        check("http://127.0.0.2:PORT/", "leads to 127.0.0.2", 1);
        check("http://[::1]:PORT/", "leads to ::1", 1);
        check("http://0x7f000002:PORT/", "leads to 127.0.0.2", 1);
        // Looked up, it is the server itself: what is followed is the address, not the name.
        check("http://localhost:PORT/", "led on more than 5 times", 6);
    }

    #[test]
    fn a_name_that_leads_to_a_private_address_is_not_connected_to() {
        let (mut url, count) = leading_to(|_| "/".into());
        url.set_host(Some("localhost")).unwrap();
        let reason = ask(url, Reach::Public);
        assert!(reason.contains("of this machine"), "{reason}");
        assert_eq!(count.load(SeqCst), 0);
    }
}
