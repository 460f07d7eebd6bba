//! The answer to one request.

use std::{sync::Arc, time::Duration};

use axum::{
    body::{Body, HttpBody as _, to_bytes},
    extract::{ConnectInfo, State},
    http::{HeaderMap, HeaderValue, Method, Request, StatusCode, header},
    response::{IntoResponse as _, Response},
};

use super::{
    Door, Peer,
    asked::Asked,
    page::{Says, headers},
};
use crate::{
    letter::links::LeaveToken,
    roster::{Leaving, Left, Standing, SuppressionError},
};

/// The most octets of a body: a leave has thirty, or two hundred as multipart.
const MOST_BODY: usize = 16 * 1024;
/// A body up to this size is read to its end before it is refused: whoever is hung up on while sending may never see the
/// answer (RFC 9112 §9.6), and a proxy would tell of a fault of ours.
const MOST_READ: usize = 64 * 1024;
/// The most octets of an address and of all header fields.
const MOST_ADDRESS: usize = 2 * 1024;
const MOST_HEADERS: usize = 16 * 1024;
/// How long a body may take.
const BODY_PATIENCE: Duration = Duration::from_secs(10);

const ALLOWED: HeaderValue = HeaderValue::from_static("GET, HEAD, POST, OPTIONS");

/// Where a path leads.
enum Place<'p> {
    /// A link to leave by, with its token.
    Leave(&'p str),
    /// A link to change choices by, with its token.
    Choices(&'p str),
    Nowhere,
}

/// Answers one request. Every answer has the same headers, and a page for whoever reads it.
pub(super) async fn answer(
    State(door): State<Arc<Door>>,
    ConnectInfo(peer): ConnectInfo<Peer>,
    request: Request<Body>,
) -> Response {
    let (head, body) = request.into_parts();
    let admitted = door.peers.admit(peer.0, &head.headers);
    let place = door.place(head.uri.path());
    let (status, says) = if size_of(&head.headers) > MOST_HEADERS {
        (StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE, Says::Odd)
    } else if head.uri.to_string().len() > MOST_ADDRESS {
        (StatusCode::URI_TOO_LONG, Says::Odd)
    } else if head.method == Method::POST {
        posted(&door, &place, &head.headers, body, admitted.is_ok()).await
    } else if admitted.is_err() {
        (StatusCode::TOO_MANY_REQUESTS, Says::TooOften)
    } else if head.method == Method::GET || head.method == Method::HEAD {
        looked_at(&door, &place).await
    } else if head.method == Method::OPTIONS {
        return bare(StatusCode::NO_CONTENT);
    } else {
        (StatusCode::METHOD_NOT_ALLOWED, Says::Odd)
    };
    let language = door.sender.language(head.uri.query(), &head.headers);
    let leave_at = match place {
        Place::Choices(token) => format!("{}{token}", door.leave_path),
        Place::Leave(_) | Place::Nowhere => String::new(),
    };
    let page = door.sender.page(says, language, &leave_at);
    let mut response = (status, headers().clone(), page).into_response();
    let more = response.headers_mut();
    more.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("text/html; charset=utf-8"),
    );
    more.insert(
        header::CONTENT_LANGUAGE,
        HeaderValue::from_static(language.tag()),
    );
    match (status, admitted) {
        (StatusCode::METHOD_NOT_ALLOWED, _) => {
            more.insert(header::ALLOW, ALLOWED);
        }
        (StatusCode::TOO_MANY_REQUESTS, Err(wait)) => {
            more.insert(header::RETRY_AFTER, (wait.as_secs() + 1).into());
        }
        (StatusCode::SERVICE_UNAVAILABLE, _) => {
            more.insert(header::RETRY_AFTER, HeaderValue::from_static("60"));
        }
        _ => {}
    }
    response
}

impl Door {
    fn place<'p>(&self, path: &'p str) -> Place<'p> {
        if let Some(token) = path.strip_prefix(&self.leave_path) {
            Place::Leave(token)
        } else if let Some(token) = path.strip_prefix(&self.choices_path) {
            Place::Choices(token)
        } else {
            Place::Nowhere
        }
    }

    /// Does something with the log on a thread that may wait for the disk.
    async fn with_log<T: Send + 'static>(
        self: &Arc<Self>,
        work: impl FnOnce(&Leaving) -> Result<T, SuppressionError> + Send + 'static,
    ) -> Option<T> {
        let leaving = Arc::clone(&self.leaving);
        let done = tokio::task::spawn_blocking(move || work(&leaving)).await;
        match done {
            Ok(Ok(done)) => Some(done),
            Ok(Err(error)) => {
                let fault = error.fault();
                tracing::error!(%fault, "a reader could not be answered");
                None
            }
            Err(_) => None,
        }
    }
}

/// Nothing is changed by looking.
async fn looked_at(door: &Arc<Door>, place: &Place<'_>) -> (StatusCode, Says) {
    match place {
        Place::Leave(token) => match door.leaving.read(token) {
            None => (StatusCode::NOT_FOUND, Says::Unknown),
            Some(token) => (StatusCode::OK, as_it_stands(door, token).await),
        },
        Place::Choices(token) if door.leaving.read(token).is_some() => {
            (StatusCode::OK, Says::Choices)
        }
        Place::Choices(_) | Place::Nowhere => (StatusCode::NOT_FOUND, Says::Unknown),
    }
}

async fn posted(
    door: &Arc<Door>,
    place: &Place<'_>,
    headers: &HeaderMap,
    body: Body,
    is_admitted: bool,
) -> (StatusCode, Says) {
    let said = body.size_hint().lower();
    if said > MOST_BODY as u64 {
        if said <= MOST_READ as u64 {
            // Whether all of it came changes nothing.
            let _ = tokio::time::timeout(BODY_PATIENCE, to_bytes(body, MOST_READ)).await;
        }
        return (StatusCode::PAYLOAD_TOO_LARGE, Says::Odd);
    }
    // Read before the token is, so that nothing tells a forged one from a genuine one but the answer.
    let body = match tokio::time::timeout(BODY_PATIENCE, to_bytes(body, MOST_BODY)).await {
        Ok(Ok(body)) => body,
        Ok(Err(_)) => return (StatusCode::PAYLOAD_TOO_LARGE, Says::Odd),
        Err(_) => return (StatusCode::REQUEST_TIMEOUT, Says::Odd),
    };
    let token = match place {
        Place::Leave(token) => door.leaving.read(token),
        Place::Choices(_) | Place::Nowhere => None,
    };
    // A genuine leave is taken however many there are: a mail provider sends those of all its readers from one address.
    let Some(token) = token else {
        return if is_admitted {
            (StatusCode::NOT_FOUND, Says::Unknown)
        } else {
            (StatusCode::TOO_MANY_REQUESTS, Says::TooOften)
        };
    };
    match Asked::of(headers, &body) {
        Asked::Leave => leave(door, token).await,
        Asked::TakeBack => take_back(door, token).await,
    }
}

async fn leave(door: &Arc<Door>, token: LeaveToken) -> (StatusCode, Says) {
    let now = door.clock.0.now();
    let asked = token.clone();
    match door
        .with_log(move |leaving| leaving.leave(&asked, now))
        .await
    {
        Some(Left::Now) => {
            tracing::info!("a reader left");
            (StatusCode::OK, Says::JustLeft)
        }
        Some(Left::Before) => (StatusCode::OK, as_it_stands(door, token).await),
        None => (StatusCode::SERVICE_UNAVAILABLE, Says::Trouble),
    }
}

async fn take_back(door: &Arc<Door>, token: LeaveToken) -> (StatusCode, Says) {
    let now = door.clock.0.now();
    let asked = token.clone();
    match door
        .with_log(move |leaving| leaving.take_back(&asked, now))
        .await
    {
        Some(true) => {
            tracing::info!("a reader took a leave back");
            (StatusCode::OK, Says::Back)
        }
        Some(false) => (StatusCode::OK, as_it_stands(door, token).await),
        None => (StatusCode::SERVICE_UNAVAILABLE, Says::Trouble),
    }
}

/// The page of how a reader stands; where that cannot be told, the one that leaves.
async fn as_it_stands(door: &Arc<Door>, token: LeaveToken) -> Says {
    let now = door.clock.0.now();
    let standing = door.with_log(move |leaving| leaving.standing(&token, now));
    match standing.await {
        Some(Standing::JustLeft) => Says::JustLeft,
        Some(Standing::Gone) => Says::Gone,
        Some(Standing::Gets) | None => Says::Leave,
    }
}

fn bare(status: StatusCode) -> Response {
    let mut response = (status, headers().clone()).into_response();
    response.headers_mut().insert(header::ALLOW, ALLOWED);
    response
}

fn size_of(headers: &HeaderMap) -> usize {
    let fields = headers.iter();
    fields
        .map(|(name, value)| name.as_str().len() + value.len())
        .sum()
}
