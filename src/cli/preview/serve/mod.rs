//! `overblik preview --serve`: the editor's desk in a browser of this machine.
//!
//! It listens on loopback alone, answers only who asks for it by its own name (so no other site's page can be led here by a
//! name that leads to loopback), and acts only for who has the token of this start. It writes nothing but `cache/`.

mod watch;
mod wish;

use std::{
    convert::Infallible,
    sync::{Arc, Mutex, PoisonError},
};

use axum::{
    Router,
    extract::{Query, Request, State},
    http::{HeaderName, HeaderValue, Method, StatusCode, header},
    middleware::{self, Next},
    response::{
        Html, IntoResponse as _, Response,
        sse::{Event, KeepAlive, Sse},
    },
    routing::{get, post},
};
use chrono::NaiveDate;
use futures_util::{Stream, stream};
use serde_json::{Value, json};
use tokio::{
    net::TcpListener,
    signal::unix::{SignalKind, signal},
    sync::watch::Receiver,
};

use self::wish::Wish;
use super::{
    difference::Difference,
    page,
    sheet::Sheet,
    shown::{Shown, show},
    studio::{Asked, Look, Studio},
};
use crate::{
    cli::{
        Exit, Failure, Session,
        newsroom::{Newsroom, key, refused},
        send::proof,
    },
    config::Config,
    domain::{address::Address, fault::Fault, key::hex, piece::Edition, subscriber::Subscriber},
};

/// The header that the token of this start comes in.
const TOKEN: &str = "x-desk-token";

/// What the handlers share.
struct Desk {
    session: Session,
    date: Option<NaiveDate>,
    /// Whoever has it may make the desk act: the page that this start has given out.
    token: String,
    /// The names it answers to.
    hosts: [String; 2],
    changes: Receiver<u64>,
    /// One letter is made at a time.
    turn: Mutex<()>,
}

/// Serves the desk until a person ends it.
pub(super) fn serve(
    session: &Session,
    date: Option<NaiveDate>,
    port: u16,
) -> Result<Exit, Failure> {
    // A config that cannot be read is told before anything is opened.
    Newsroom::open(session)?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| Failure::ours("starting", &error))?;
    runtime.block_on(open(session, date, port))
}

async fn open(session: &Session, date: Option<NaiveDate>, port: u16) -> Result<Exit, Failure> {
    let starting = |error: std::io::Error| Failure::ours("starting", &error);
    let listener = TcpListener::bind(("127.0.0.1", port))
        .await
        .map_err(|error| {
            refused(
                format!("port {port} of this machine cannot be listened on: {error}"),
                "name another with `--port`, or none: a free one is taken",
            )
        })?;
    let port = listener.local_addr().map_err(starting)?.port();
    let again = || Session {
        heard: None,
        global: session.global.clone(),
        clock: Arc::clone(&session.clock),
    };
    let desk = Arc::new(Desk {
        session: again(),
        date,
        token: token()?,
        hosts: [format!("127.0.0.1:{port}"), format!("localhost:{port}")],
        changes: watch::changes(again()),
        turn: Mutex::new(()),
    });
    let url = format!("http://127.0.0.1:{port}/");
    if session.global.json {
        session.json(&json!({ "url": url }));
    } else {
        session.data(&format!("{url}\n"));
    }
    session.say("open it in a browser of this machine; Ctrl-C ends it");
    let mut terminated = signal(SignalKind::terminate()).map_err(starting)?;
    tokio::select! {
        ended = axum::serve(listener, router(desk)) => ended.map_err(starting)?,
        _ = tokio::signal::ctrl_c() => {}
        _ = terminated.recv() => {}
    }
    Ok(Exit::Done)
}

fn token() -> Result<String, Failure> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).map_err(|_| Failure {
        exit: Exit::Ours,
        faults: vec![Fault::error("the system gives no random bytes for a token")],
    })?;
    Ok(hex(&bytes))
}

fn router(desk: Arc<Desk>) -> Router {
    Router::new()
        .route("/", get(index))
        .route("/look", get(look))
        .route("/changes", get(changes))
        .route("/proof", post(prove))
        // Browsers ask for it unasked.
        .route("/favicon.ico", get(StatusCode::NO_CONTENT))
        .layer(middleware::from_fn_with_state(Arc::clone(&desk), guard))
        .with_state(desk)
}

/// Turns away who asks by another name, and who would act without the token.
async fn guard(State(desk): State<Arc<Desk>>, request: Request, next: Next) -> Response {
    let mut response = match desk.refuses(&request) {
        Some(refusal) => refusal.into_response(),
        None => next.run(request).await,
    };
    let policy = format!("{}; frame-ancestors 'none'", page::policy());
    let headers = [
        ("content-security-policy", policy.as_str()),
        ("cache-control", "no-store"),
        ("referrer-policy", "no-referrer"),
        ("x-content-type-options", "nosniff"),
        ("cross-origin-opener-policy", "same-origin"),
        ("cross-origin-resource-policy", "same-origin"),
    ];
    for (name, value) in headers {
        if let Ok(value) = HeaderValue::from_str(value) {
            response
                .headers_mut()
                .insert(HeaderName::from_static(name), value);
        }
    }
    response
}

async fn index(State(desk): State<Arc<Desk>>) -> Response {
    let config = desk.session.config().ok();
    let language = config
        .map(|config| config.newsletter.language)
        .unwrap_or_default();
    let data = json!({
        "language": language,
        "sheet": null,
        "desk": { "token": desk.token },
    });
    match page::page(language, "Overblik", &data, &[]) {
        Ok(html) => Html(html).into_response(),
        Err(error) => (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()).into_response(),
    }
}

async fn look(State(desk): State<Arc<Desk>>, Query(wish): Query<Wish>) -> Response {
    // Taken first: what changes meanwhile is a change of what was seen.
    let version = *desk.changes.borrow();
    at_work(desk, move |desk| {
        let mut document = desk.sheet(&wish).unwrap_or_else(|failure| told(&failure));
        document["version"] = json!(version);
        document
    })
    .await
}

async fn prove(State(desk): State<Arc<Desk>>, Query(wish): Query<Wish>) -> Response {
    at_work(desk, move |desk| {
        desk.prove(&wish).unwrap_or_else(|failure| told(&failure))
    })
    .await
}

/// A number for every change, the present one first.
async fn changes(
    State(desk): State<Arc<Desk>>,
) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    let mut receiver = desk.changes.clone();
    receiver.mark_changed();
    let numbers = stream::unfold(receiver, |mut receiver| async move {
        receiver.changed().await.ok()?;
        let number = receiver.borrow_and_update().to_string();
        Some((Ok(Event::default().event("change").data(number)), receiver))
    });
    Sse::new(numbers).keep_alive(KeepAlive::default())
}

/// Does what takes its time beside the connections, one at a time.
async fn at_work(desk: Arc<Desk>, work: impl FnOnce(&Desk) -> Value + Send + 'static) -> Response {
    let done = tokio::task::spawn_blocking(move || {
        let _turn = desk.turn.lock().unwrap_or_else(PoisonError::into_inner);
        work(&desk)
    });
    match done.await {
        Ok(document) => (
            [(header::CONTENT_TYPE, "application/json")],
            document.to_string(),
        )
            .into_response(),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

fn told(failure: &Failure) -> Value {
    json!({ "error": { "code": failure.exit as u8, "faults": failure.faults } })
}

impl Desk {
    /// Why a request is not answered.
    fn refuses(&self, request: &Request) -> Option<(StatusCode, &'static str)> {
        let of = |name: HeaderName| request.headers().get(name)?.to_str().ok();
        let host = of(header::HOST);
        if !self.hosts.iter().any(|own| host == Some(own)) {
            return Some((
                StatusCode::MISDIRECTED_REQUEST,
                "this desk has another name\n",
            ));
        }
        let reads = matches!(*request.method(), Method::GET | Method::HEAD);
        let may_act = of(HeaderName::from_static(TOKEN)) == Some(&self.token);
        (!reads && !may_act).then_some((StatusCode::FORBIDDEN, "open the desk anew\n"))
    }

    /// What is shown for a wish.
    fn sheet(&self, wish: &Wish) -> Result<Value, Failure> {
        let room = Newsroom::open(&self.session)?;
        let mut document = json!({ "options": options(&room.config) });
        match self.letter(&room, wish) {
            Ok(sheet) => document["sheet"] = json!(sheet),
            Err(failure) => document["error"] = told(&failure)["error"].take(),
        }
        Ok(document)
    }

    fn letter(&self, room: &Newsroom, wish: &Wish) -> Result<Sheet, Failure> {
        self.with_letter(room, wish, |studio, look, edition, reader| {
            let config = &room.config;
            let Some(made) = &look.made else {
                return Err(refused(
                    "no article is due; there is nothing to show",
                    "write one, or name another day with `--date`",
                ));
            };
            let about = String::new();
            let name = made.key.to_string();
            let shown: Option<Shown> = edition
                .map(|edition| show(room, made, edition, &name, about, reader))
                .transpose()?;
            let language = config.newsletter.language;
            let difference =
                Difference::of(studio.store.as_ref(), made, language, &config.sections)?;
            Ok(Sheet::of(
                made,
                None,
                shown.as_slice(),
                difference,
                &look.faults,
                &look.held,
            ))
        })
    }

    /// Mails what is shown for a wish, to whom config names.
    fn prove(&self, wish: &Wish) -> Result<Value, Failure> {
        let room = Newsroom::open(&self.session)?;
        let to = proof::addressed(&[], &room)?;
        self.with_letter(&room, wish, |_, look, edition, _| {
            let (Some(made), Some(edition)) = (&look.made, edition) else {
                return Err(refused(
                    "there is no letter to prove",
                    "choose something that is in the issue",
                ));
            };
            let sent = proof::mail(&room, made, edition, to, self.session.clock.now())?;
            let proofs: Vec<Value> = sent
                .iter()
                .map(|proof| {
                    let (state, reply) = proof.said();
                    json!({ "to": proof.to.masked(), "state": state, "reply": reply })
                })
                .collect();
            Ok(json!({ "proofs": proofs }))
        })
    }

    /// Makes the issue and finds the edition of a wish in it, for somebody who does something with both.
    fn with_letter<T>(
        &self,
        room: &Newsroom,
        wish: &Wish,
        and: impl FnOnce(
            &Studio<'_>,
            &Look,
            Option<&Edition>,
            Option<&Subscriber>,
        ) -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        let reader = wish.reader(room)?;
        let frequency = wish.frequency(reader.as_ref());
        let date = room.date_or_next(self.date, frequency)?;
        let studio = Studio::open(room)?;
        let choices = wish.choices(room);
        let asked = match &reader {
            Some(reader) => Asked::Reader(reader),
            None => Asked::Choices(&choices),
        };
        let look = studio.issue(key(frequency, date), asked)?;
        let edition = look.made.as_ref().and_then(|made| {
            let number = made.asked?;
            made.editions.get(number as usize)
        });
        and(&studio, &look, edition, reader.as_ref())
    }
}

/// What can be chosen.
fn options(config: &Config) -> Value {
    let topics = config.topics.iter();
    let sections = config.sections.iter();
    json!({
        "topics": topics.map(|topic| json!({ "id": topic.id, "name": topic.name })).collect::<Vec<_>>(),
        "sections": sections.map(|section| json!({ "id": section.id, "name": section.name })).collect::<Vec<_>>(),
        "proof_to": config.issues.proof_to.iter().map(Address::masked).collect::<Vec<_>>(),
    })
}
